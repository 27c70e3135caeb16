// SPDX-License-Identifier: MIT
//
// The writing half of image.h, for programs that have the compiler but no interpreter.
#pragma once

#include "compiler.h"
#include "string_builder.h"

// Appends the image of a module, and nothing before or after it; `out` is so long that 16 divides
// it. False if memory is short.
bool image_write(StringBuilder *out, Arena *arena, const Source *source, const Unit *unit);
