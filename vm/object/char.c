// SPDX-License-Identifier: MIT
//
// Questions about characters. ASCII and the general categories decide nearly all of them; where
// Unicode makes exceptions (a circled letter is "upper case" though no letter), a sorted table of
// ranges is searched. libutf8proc knows the categories and the mappings of one character to one;
// mappings to several ("ß" to "SS") stand in a table.
#include "char.h"

#include <utf8proc.h>

typedef struct CharRange {
    uint32_t first, last;
} CharRange;

typedef struct CharMapping {
    uint32_t from, to[CHAR_MAX_MAPPED];
} CharMapping;

#define SKIP(...)
#define TAKE_RANGE(first, last) {first, last},

static const CharRange decimal_ranges[] = {
#define DECIMAL TAKE_RANGE
#define DIGIT SKIP
#define NUMERIC SKIP
#define UPPER SKIP
#define LOWER SKIP
#define START SKIP
#define NO_START SKIP
#define CONTINUE SKIP
#define NO_CONTINUE SKIP
#define IGNORABLE SKIP
#include "char_ranges.def"
#undef DECIMAL
#define DECIMAL SKIP
};
static const CharRange digit_ranges[] = {
#undef DIGIT
#define DIGIT TAKE_RANGE
#include "char_ranges.def"
#undef DIGIT
#define DIGIT SKIP
};
static const CharRange numeric_ranges[] = {
#undef NUMERIC
#define NUMERIC TAKE_RANGE
#include "char_ranges.def"
#undef NUMERIC
#define NUMERIC SKIP
};
static const CharRange upper_ranges[] = {
#undef UPPER
#define UPPER TAKE_RANGE
#include "char_ranges.def"
#undef UPPER
#define UPPER SKIP
};
static const CharRange lower_ranges[] = {
#undef LOWER
#define LOWER TAKE_RANGE
#include "char_ranges.def"
#undef LOWER
#define LOWER SKIP
};
static const CharRange start_ranges[] = {
#undef START
#define START TAKE_RANGE
#include "char_ranges.def"
#undef START
#define START SKIP
};
static const CharRange no_start_ranges[] = {
#undef NO_START
#define NO_START TAKE_RANGE
#include "char_ranges.def"
#undef NO_START
#define NO_START SKIP
};
static const CharRange continue_ranges[] = {
#undef CONTINUE
#define CONTINUE TAKE_RANGE
#include "char_ranges.def"
#undef CONTINUE
#define CONTINUE SKIP
};
static const CharRange no_continue_ranges[] = {
#undef NO_CONTINUE
#define NO_CONTINUE TAKE_RANGE
#include "char_ranges.def"
#undef NO_CONTINUE
#define NO_CONTINUE SKIP
};
static const CharRange ignorable_ranges[] = {
#undef IGNORABLE
#define IGNORABLE TAKE_RANGE
#include "char_ranges.def"
#undef IGNORABLE
};
#undef UPPER
#undef LOWER

#define TAKE_MAPPING(from, a, b, c) {from, {a, b, c}},
static const CharMapping upper_mappings[] = {
#define UPPER TAKE_MAPPING
#define TITLE SKIP
#define LOWER SKIP
#define FOLD SKIP
#include "char_mappings.def"
#undef UPPER
#define UPPER SKIP
};
static const CharMapping title_mappings[] = {
#undef TITLE
#define TITLE TAKE_MAPPING
#include "char_mappings.def"
#undef TITLE
#define TITLE SKIP
};
static const CharMapping lower_mappings[] = {
#undef LOWER
#define LOWER TAKE_MAPPING
#include "char_mappings.def"
#undef LOWER
#define LOWER SKIP
};
static const CharMapping fold_mappings[] = {
#undef FOLD
#define FOLD TAKE_MAPPING
#include "char_mappings.def"
};

#define COUNT_OF(table) (sizeof(table) / sizeof((table)[0]))
#define IN_RANGES(c, table) (find_range((c), (table), COUNT_OF(table)) != NULL)
#define MAP_TO_SEVERAL(c, table, mapped) map_to_several((c), (table), COUNT_OF(table), (mapped))

static const CharRange *find_range(uint32_t c, const CharRange *table, size_t count) {
    size_t low = 0, high = c < table[0].first ? 0 : count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > table[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= table[low].first ? &table[low] : NULL;
}

// How many code points `c` becomes by the table, 0 if it is not in it.
static int map_to_several(uint32_t c, const CharMapping *table, size_t count, uint32_t *mapped) {
    if (c < table[0].from || c > table[count - 1].from)
        return 0;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > table[middle].from)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || table[low].from != c)
        return 0;
    for (int i = 0; i < CHAR_MAX_MAPPED; i++)
        mapped[i] = table[low].to[i];
    return mapped[2] ? 3 : 2;
}

enum { LATIN1_FIRST = 0x80, LATIN1_END = 0x100 };

// The general categories of U+0080 to U+00FF, at hand for most European text.
static const uint8_t latin1_categories[LATIN1_END - LATIN1_FIRST] = {
    [0 ... 0x1f] = UTF8PROC_CATEGORY_CC,    [0x20] = UTF8PROC_CATEGORY_ZS,
    [0x21] = UTF8PROC_CATEGORY_PO,          [0x22 ... 0x25] = UTF8PROC_CATEGORY_SC,
    [0x26] = UTF8PROC_CATEGORY_SO,          [0x27] = UTF8PROC_CATEGORY_PO,
    [0x28] = UTF8PROC_CATEGORY_SK,          [0x29] = UTF8PROC_CATEGORY_SO,
    [0x2a] = UTF8PROC_CATEGORY_LO,          [0x2b] = UTF8PROC_CATEGORY_PI,
    [0x2c] = UTF8PROC_CATEGORY_SM,          [0x2d] = UTF8PROC_CATEGORY_CF,
    [0x2e] = UTF8PROC_CATEGORY_SO,          [0x2f] = UTF8PROC_CATEGORY_SK,
    [0x30] = UTF8PROC_CATEGORY_SO,          [0x31] = UTF8PROC_CATEGORY_SM,
    [0x32 ... 0x33] = UTF8PROC_CATEGORY_NO, [0x34] = UTF8PROC_CATEGORY_SK,
    [0x35] = UTF8PROC_CATEGORY_LL,          [0x36 ... 0x37] = UTF8PROC_CATEGORY_PO,
    [0x38] = UTF8PROC_CATEGORY_SK,          [0x39] = UTF8PROC_CATEGORY_NO,
    [0x3a] = UTF8PROC_CATEGORY_LO,          [0x3b] = UTF8PROC_CATEGORY_PF,
    [0x3c ... 0x3e] = UTF8PROC_CATEGORY_NO, [0x3f] = UTF8PROC_CATEGORY_PO,
    [0x40 ... 0x56] = UTF8PROC_CATEGORY_LU, [0x57] = UTF8PROC_CATEGORY_SM,
    [0x58 ... 0x5e] = UTF8PROC_CATEGORY_LU, [0x5f ... 0x76] = UTF8PROC_CATEGORY_LL,
    [0x77] = UTF8PROC_CATEGORY_SM,          [0x78 ... 0x7f] = UTF8PROC_CATEGORY_LL,
};

// Kana, Han and Hangul in the blocks that have no gaps: letters without case.
static bool is_east_asian_letter(uint32_t c) {
    return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30a1 && c <= 0x30fa) ||
           (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
}

static utf8proc_category_t category(uint32_t c) {
    if (c - LATIN1_FIRST < LATIN1_END - LATIN1_FIRST)
        return latin1_categories[c - LATIN1_FIRST];
    return is_east_asian_letter(c) ? UTF8PROC_CATEGORY_LO : utf8proc_category((utf8proc_int32_t)c);
}
static bool is_ascii_upper(uint32_t c) {
    return c - 'A' < 26;
}
static bool is_ascii_lower(uint32_t c) {
    return c - 'a' < 26;
}

bool char_is_space(uint32_t c) {
    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    if (c < 0x1680)
        return c == 0x85 || c == 0xa0;
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

bool char_is_line_break(uint32_t c) {
    return (c >= '\n' && c <= '\r') || (c >= 0x1c && c <= 0x1e) || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

bool char_is_alpha(uint32_t c) {
    if (c < 0x80)
        return is_ascii_upper(c & ~0x20U);
    utf8proc_category_t k = category(c);
    return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}

bool char_is_decimal(uint32_t c) {
    return c < 0x80 ? c - '0' < 10 : IN_RANGES(c, decimal_ranges);
}

int char_decimal_value(uint32_t c) {
    if (c < 0x80)
        return c - '0' < 10 ? (int)(c - '0') : -1;
    const CharRange *range = find_range(c, decimal_ranges, COUNT_OF(decimal_ranges));
    return range ? (int)((c - range->first) % 10) : -1;
}

bool char_is_digit(uint32_t c) {
    return char_is_decimal(c) || (c >= 0x80 && IN_RANGES(c, digit_ranges));
}

bool char_is_numeric(uint32_t c) {
    if (c < 0x80)
        return c - '0' < 10;
    utf8proc_category_t k = category(c);
    return (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO) || IN_RANGES(c, numeric_ranges);
}

bool char_is_alnum(uint32_t c) {
    return char_is_alpha(c) || char_is_numeric(c);
}

bool char_is_upper(uint32_t c) {
    if (c < 0x80)
        return is_ascii_upper(c);
    return category(c) == UTF8PROC_CATEGORY_LU || IN_RANGES(c, upper_ranges);
}

bool char_is_lower(uint32_t c) {
    if (c < 0x80)
        return is_ascii_lower(c);
    return category(c) == UTF8PROC_CATEGORY_LL || IN_RANGES(c, lower_ranges);
}

bool char_is_title(uint32_t c) {
    return c >= 0x80 && category(c) == UTF8PROC_CATEGORY_LT;
}

bool char_is_cased(uint32_t c) {
    return char_is_lower(c) || char_is_upper(c) || char_is_title(c);
}

bool char_is_case_ignorable(uint32_t c) {
    switch (category(c)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
        return true;
    default:
        return IN_RANGES(c, ignorable_ranges);
    }
}

bool char_is_printable(uint32_t c) {
    if (c < 0x80)
        return c >= ' ' && c != 0x7f;
    utf8proc_category_t k = category(c);
    return k != UTF8PROC_CATEGORY_CN && k < UTF8PROC_CATEGORY_ZS;
}

static bool category_starts_identifier(utf8proc_category_t k) {
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || k == UTF8PROC_CATEGORY_NL;
}

bool char_starts_identifier(uint32_t c) {
    if (c < 0x80)
        return is_ascii_upper(c & ~0x20U) || c == '_';
    if (category_starts_identifier(category(c)))
        return !IN_RANGES(c, no_start_ranges);
    return IN_RANGES(c, start_ranges);
}

bool char_continues_identifier(uint32_t c) {
    if (c < 0x80)
        return is_ascii_upper(c & ~0x20U) || c == '_' || c - '0' < 10;
    utf8proc_category_t k = category(c);
    bool usual = category_starts_identifier(k) || k == UTF8PROC_CATEGORY_MN ||
                 k == UTF8PROC_CATEGORY_MC || k == UTF8PROC_CATEGORY_ND ||
                 k == UTF8PROC_CATEGORY_PC;
    return usual ? !IN_RANGES(c, no_continue_ranges) : IN_RANGES(c, continue_ranges);
}

int char_to_upper(uint32_t c, uint32_t *mapped) {
    int count = c < 0x80 ? 0 : MAP_TO_SEVERAL(c, upper_mappings, mapped);
    if (count)
        return count;
    *mapped = c < 0x80 ? (is_ascii_lower(c) ? c - 0x20 : c)
                       : (uint32_t)utf8proc_toupper((utf8proc_int32_t)c);
    return 1;
}

int char_to_lower(uint32_t c, uint32_t *mapped) {
    int count = c < 0x80 ? 0 : MAP_TO_SEVERAL(c, lower_mappings, mapped);
    if (count)
        return count;
    *mapped = c < 0x80 ? (is_ascii_upper(c) ? c + 0x20 : c)
                       : (uint32_t)utf8proc_tolower((utf8proc_int32_t)c);
    return 1;
}

int char_to_title(uint32_t c, uint32_t *mapped) {
    if (c < 0x80)
        return char_to_upper(c, mapped);
    int count = MAP_TO_SEVERAL(c, title_mappings, mapped);
    if (count)
        return count;
    *mapped = (uint32_t)utf8proc_totitle((utf8proc_int32_t)c);
    return 1;
}

int char_to_folded(uint32_t c, uint32_t *mapped) {
    if (c < 0x80)
        return char_to_lower(c, mapped);
    int count = MAP_TO_SEVERAL(c, fold_mappings, mapped);
    if (count)
        return count;
    utf8proc_int32_t folded[CHAR_MAX_MAPPED + 1];
    int boundary = 0;
    utf8proc_ssize_t length = utf8proc_decompose_char((utf8proc_int32_t)c, folded, CHAR_MAX_MAPPED,
                                                      UTF8PROC_CASEFOLD, &boundary);
    *mapped = length == 1 ? (uint32_t)folded[0] : c;
    return 1;
}
