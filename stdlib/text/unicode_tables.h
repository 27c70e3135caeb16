// SPDX-License-Identifier: MIT
//
// The tables that unicode_tables.py makes. All are sorted by code point.
#pragma once

#include <stddef.h>
#include <stdint.h>

// `count` code points from `first`; what `value` is depends on the table.
typedef struct UnicodeRun {
    uint32_t first, count, value;
} UnicodeRun;

typedef struct UnicodeDecomposition {
    uint32_t code;
    uint8_t tag, count;
    uint16_t place; // of its parts in unicode_decomposed
} UnicodeDecomposition;

typedef struct UnicodeNumber {
    uint32_t code;
    double value;
    int digit; // -1: not a digit
} UnicodeNumber;

enum { UNICODE_ONE_BYTE_WORDS = 192, UNICODE_NAMES_PER_PLACE = 16 };

extern const char *const unicode_words[];
extern const uint8_t unicode_names[];        // for each name its size in bytes, and the words
extern const uint32_t unicode_name_places[]; // of every 16th name
extern const UnicodeRun unicode_name_runs[]; // value: number of the first name
extern const size_t unicode_name_run_count;
extern const UnicodeDecomposition unicode_decompositions[];
extern const size_t unicode_decomposition_count;
extern const uint32_t unicode_decomposed[];
extern const UnicodeRun unicode_widths[]; // value: A, H, W, F or Na; all others are N
extern const size_t unicode_width_count;
extern const UnicodeNumber unicode_numbers[];
extern const size_t unicode_number_count;
