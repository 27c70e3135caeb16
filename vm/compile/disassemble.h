// SPDX-License-Identifier: MIT
//
// Code as readable text, for `mini dis`, the module dis and the book.
#pragma once

#include "code.h"
#include "string_builder.h"

// Appends the listing of `code` and of all code inside it: source line, word index, instruction,
// and behind `#` what it does, with the names of variables and the values of constants.
// False: exception set (a constant's repr failed).
bool disassemble_code(Thread *thread, Code *code, StringBuilder *out);
