// SPDX-License-Identifier: MIT
//
// Which word may have been meant by one that does not exist.
#pragma once

#include <stddef.h>

typedef struct Nearest {
    const char *word; // of `length` bytes
    size_t length;
    const char *best; // the nearest so far; NULL: none is near
    unsigned least;
} Nearest;

Nearest nearest_begin(const char *word, size_t length);
// One more word that does exist; it must live as long as the Nearest.
void nearest_try(Nearest *nearest, const char *candidate);
