// SPDX-License-Identifier: MIT
//
// Looking a character up by its name. The table holds hashes in place of names (character_names.py
// says why), so a look-up is one pass over the name and one binary search. CPython keeps the names
// themselves, for unicodedata.name() wants them back.
#include "character_name.h"

#include <ctype.h>
#include <string.h>

enum { CODE_POINT_BITS = 21 };

static const uint64_t code_point_mask = (UINT64_C(1) << CODE_POINT_BITS) - 1;

// FNV-1a of the name in upper case.
static uint64_t hash_name(const char *name, size_t length) {
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint64_t)toupper((unsigned char)name[i])) * UINT64_C(0x100000001B3);
    return hash;
}

// The number in "CJK UNIFIED IDEOGRAPH-4E00"; -1 if the name is no such.
static int32_t ideograph_number(const char *name, size_t length) {
    static const char prefix[] = "CJK UNIFIED IDEOGRAPH-";
    const size_t digits = sizeof prefix - 1;
    int32_t number = 0;
    if (length < digits + 4 || length > digits + 5 || memcmp(name, prefix, digits) != 0)
        return -1;
    for (size_t i = digits; i < length; i++) {
        char c = name[i];
        if (!isdigit((unsigned char)c) && (c < 'A' || c > 'F'))
            return -1;
        number = number * 16 + (c <= '9' ? c - '0' : c - 'A' + 10);
    }
    return number;
}

static int32_t ideograph(const char *name, size_t length) {
    int32_t number = ideograph_number(name, length);
    for (const CharacterRange *range = character_ideographs; range->last; range++) {
        if (number >= (int32_t)range->first && number <= (int32_t)range->last)
            return number;
    }
    return -1;
}

int32_t character_by_name(const char *name, size_t length) {
    uint64_t wanted = hash_name(name, length) & ~code_point_mask;
    size_t low = 0, high = character_name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (character_names[middle] < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < character_name_count && (character_names[low] & ~code_point_mask) == wanted)
        return (int32_t)(character_names[low] & code_point_mask);
    return ideograph(name, length);
}
