// SPDX-License-Identifier: MIT
//
// Characters by their Unicode names, for "\N{BULLET}".
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct CharacterRange {
    uint32_t first, last;
} CharacterRange;

// Made by character_names.py: 43 bits of a name's hash and 21 of its code point each, sorted; and
// the ideographs, which are named by their numbers, up to a range that ends at 0.
extern const uint64_t character_names[];
extern const size_t character_name_count;
extern const CharacterRange character_ideographs[];

// The code point with the name or alias of `length` bytes, in upper or lower case; -1 if there is
// none.
int32_t character_by_name(const char *name, size_t length);
