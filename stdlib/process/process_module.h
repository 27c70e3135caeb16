// SPDX-License-Identifier: MIT
//
// The parts of the native module _process.
#pragma once

#include "library.h"

extern const TypeSpec channel_type_spec; // process_channel.c
extern const NativeSpec process_channel_functions[];
