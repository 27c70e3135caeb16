// SPDX-License-Identifier: MIT
//
// The parts of the native module _process.
#pragma once

#include "library.h"

extern const NativeSpec process_descriptor_functions[]; // process_descriptors.c

extern const TypeSpec channel_type_spec;                               // process_channel.c
extern const TypeSpec mutex_type_spec, permits_type_spec;              // process_sync.c
extern const TypeSpec flag_type_spec, line_type_spec, cells_type_spec; // process_notice.c
