// SPDX-License-Identifier: MIT
//
// Arguments of a constructor written in C: `construct` slots get what the caller wrote and sort it
// into parameters here. (Functions and methods declare a signature instead; see native.h.)
#pragma once

#include "object.h"

typedef struct ArgumentsSpec {
    const char *function; // "int"
    const char *names[6]; // NULL-terminated; "" for a parameter without a name
    size_t required;
} ArgumentsSpec;

// Fill out[0 .. number of names), VALUE_UNDEFINED where nothing was given. `count` includes the
// keywords' values, which stand last. false with TypeError in CPython's words.
bool arguments_bind(Thread *thread, const ArgumentsSpec *spec, Value *args, size_t count,
                    Tuple *keywords, Value *out);
// The optional start and end of find(), count(), startswith() ...: *to is clamped to `length`,
// *from may be greater than *to (then nothing can be found). TypeError.
bool arguments_bounds(Thread *thread, Value start, Value end, size_t length, size_t *from,
                      size_t *to);
