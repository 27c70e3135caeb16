// SPDX-License-Identifier: MIT
//
// Memory that going back (snapshot.h) leaves alone: one big shared mapping, taken from front to
// back and never given back before the end.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct Shared {
    char *next, *limit;
} Shared;

// A mapping of `size` bytes, which holds the Shared itself; NULL when there is none to be had.
Shared *shared_new(size_t size);

// Zeroed bytes, aligned for any type; NULL when the mapping is used up.
void *shared_allocate(Shared *shared, size_t size);

// `length` bytes copied, and a NUL behind them; NULL when the mapping is used up.
char *shared_copy(Shared *shared, const char *text, size_t length);
