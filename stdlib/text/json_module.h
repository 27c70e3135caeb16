// SPDX-License-Identifier: MIT
//
// The two native halves of json: reading (json_scan.c) and writing (json_write.c). What programs
// see is put around them by json.mini.
#pragma once

#include "library.h"

extern const NativeSpec json_scan_functions[];  // ends with {0}
extern const NativeSpec json_write_functions[]; // ends with {0}
