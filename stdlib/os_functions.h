// SPDX-License-Identifier: MIT
//
// The parts of the module os.
#pragma once

#include "library.h"

extern const NativeSpec os_file_functions[]; // os_files.c: listdir, mkdir, stat ...
