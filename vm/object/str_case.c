// SPDX-License-Identifier: MIT
//
// Upper, lower and title case, and the questions isupper() and its relatives ask. ASCII text is
// mapped byte by byte; beyond it one character may become three, and the Greek capital sigma has
// two small forms: "ς" at the end of a word and "σ" elsewhere.
#include "char.h"
#include "interpreter.h"
#include "str_copy.h"
#include "str_methods.h"
#include "text_builder.h"

enum { CAPITAL_SIGMA = 0x3a3, SMALL_SIGMA = 0x3c3, FINAL_SIGMA = 0x3c2, SHARP_S = 0xdf };

static bool has_cased_neighbour(const Str *s, size_t index, int direction) {
    for (size_t i = index + (size_t)direction; i < s->length; i += (size_t)direction) {
        uint32_t c = str_char_at(s, i);
        if (!char_is_case_ignorable(c))
            return char_is_cased(c);
    }
    return false;
}

static int lower_in_context(const Str *s, size_t index, uint32_t *mapped) {
    uint32_t c = str_char_at(s, index);
    if (c != CAPITAL_SIGMA)
        return char_to_lower(c, mapped);
    bool final = has_cased_neighbour(s, index, -1) && !has_cased_neighbour(s, index, 1);
    *mapped = final ? FINAL_SIGMA : SMALL_SIGMA;
    return 1;
}

// Maps the character at `index`; `after_cased`: the one before is cased.
typedef int (*CaseMapping)(const Str *s, size_t index, bool after_cased, uint32_t *mapped);

static int map_upper(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    (void)after_cased;
    return char_to_upper(str_char_at(s, index), mapped);
}
static int map_lower(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    (void)after_cased;
    return lower_in_context(s, index, mapped);
}
static int map_folded(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    (void)after_cased;
    return char_to_folded(str_char_at(s, index), mapped);
}
static int map_title(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    return after_cased ? lower_in_context(s, index, mapped)
                       : char_to_title(str_char_at(s, index), mapped);
}
static int map_capitalized(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    (void)after_cased;
    return index ? lower_in_context(s, index, mapped)
                 : char_to_title(str_char_at(s, index), mapped);
}
static int map_swapped(const Str *s, size_t index, bool after_cased, uint32_t *mapped) {
    (void)after_cased;
    uint32_t c = str_char_at(s, index);
    if (char_is_upper(c))
        return lower_in_context(s, index, mapped);
    if (char_is_lower(c))
        return char_to_upper(c, mapped);
    *mapped = c;
    return 1;
}

static Value map_case(Thread *thread, const Str *s, CaseMapping mapping) {
    TextBuilder builder;
    bool after_cased = false;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t mapped[CHAR_MAX_MAPPED];
        int count = mapping(s, i, after_cased, mapped);
        for (int k = 0; k < count; k++)
            text_builder_put(&builder, mapped[k]);
        if (mapping == map_title)
            after_cased = char_is_cased(str_char_at(s, i));
    }
    return str_result(text_builder_finish(&builder));
}

static uint8_t ascii_upper(uint8_t c) {
    return (uint8_t)(c - ((uint8_t)(c - 'a') < 26 ? 0x20 : 0));
}
static uint8_t ascii_lower(uint8_t c) {
    return (uint8_t)(c + ((uint8_t)(c - 'A') < 26 ? 0x20 : 0));
}

// In Latin-1 the cases are 0x20 apart, beyond ASCII, too, with the signs of multiplication and
// division between the letters.
static uint8_t latin1_upper(uint8_t c) {
    bool small = (uint8_t)(c - 'a') < 26 || ((uint8_t)(c - 0xe0) < 31 && c != 0xf7);
    return (uint8_t)(c - (small ? 0x20 : 0));
}
static uint8_t latin1_lower(uint8_t c) {
    bool capital = (uint8_t)(c - 'A') < 26 || ((uint8_t)(c - 0xc0) < 31 && c != 0xd7);
    return (uint8_t)(c + (capital ? 0x20 : 0));
}

// Two small letters of Latin-1 have capitals outside of it: the micro sign and y diaeresis.
static bool stays_latin1(const Str *s) {
    const uint8_t *text = str_bytes(s);
    uint8_t leaves = 0;
    for (size_t i = 0, count = s->length; i < count; i++)
        leaves |= (uint8_t)((text[i] == 0xb5) | (text[i] == 0xff));
    return leaves == 0;
}

#define LATIN1_MAPPER(name, map)                                                                   \
    static Value name(Thread *thread, const Str *s) {                                              \
        Str *result = str_new_uninitialised(thread, s->length, 0xff);                              \
        uint8_t *restrict to = str_contents(result);                                               \
        const uint8_t *restrict from = str_bytes(s);                                               \
        for (size_t i = 0, count = s->length; i < count; i++)                                      \
            to[i] = map(from[i]);                                                                  \
        return str_result(result);                                                                 \
    }
LATIN1_MAPPER(upper_latin1, latin1_upper)
LATIN1_MAPPER(lower_latin1, latin1_lower)

// With sharp s, whose capital is SS; what comes out may be ASCII.
static Value upper_sharp(Thread *thread, const Str *s, size_t sharps) {
    Str *result = str_new_uninitialised(thread, s->length + sharps, 0xff);
    uint8_t *to = str_contents(result);
    const uint8_t *from = str_bytes(s);
    for (size_t i = 0; i < s->length; i++) {
        bool sharp = from[i] == SHARP_S;
        to[0] = sharp ? 'S' : latin1_upper(from[i]);
        to[sharp] = sharp ? 'S' : to[0];
        to += 1 + sharp;
    }
    result->ascii = str_bytes_are_ascii(result->data, result->length);
    return str_result(result);
}

static Value upper_in_latin1(Thread *thread, const Str *s) {
    size_t sharps = 0;
    const uint8_t *text = str_bytes(s);
    if (!stays_latin1(s))
        return map_case(thread, s, map_upper);
    for (size_t i = 0; i < s->length; i++)
        sharps += text[i] == SHARP_S;
    return sharps ? upper_sharp(thread, s, sharps) : upper_latin1(thread, s);
}

Value str_method_upper(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    if (!s->ascii)
        return s->width == 1 && s->length > 1 ? upper_in_latin1(thread, s)
                                              : map_case(thread, s, map_upper);
    Str *result = str_new_uninitialised(thread, s->length, 0);
    uint8_t *restrict to = str_contents(result);
    const uint8_t *restrict from = str_bytes(s);
    for (size_t i = 0, count = s->length; i < count; i++)
        to[i] = ascii_upper(from[i]);
    return str_result(result);
}

static Value lower_ascii(Thread *thread, const Str *s) {
    Str *result = str_new_uninitialised(thread, s->length, 0);
    uint8_t *restrict to = str_contents(result);
    const uint8_t *restrict from = str_bytes(s);
    for (size_t i = 0, count = s->length; i < count; i++)
        to[i] = ascii_lower(from[i]);
    return str_result(result);
}

Value str_method_lower(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    return s->ascii                         ? lower_ascii(thread, s)
           : s->width == 1 && s->length > 1 ? lower_latin1(thread, s)
                                            : map_case(thread, s, map_lower);
}

Value str_method_casefold(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    return s->ascii ? lower_ascii(thread, s) : map_case(thread, s, map_folded);
}

static bool is_ascii_letter(uint8_t c) {
    return (uint8_t)((c | 0x20) - 'a') < 26;
}

static Value title_ascii(Thread *thread, const Str *s) {
    Str *result = str_new_uninitialised(thread, s->length, 0);
    uint8_t *restrict to = str_contents(result);
    const uint8_t *restrict from = str_bytes(s);
    bool after_letter = false;
    for (size_t i = 0, count = s->length; i < count; i++) {
        uint8_t c = from[i];
        bool letter = is_ascii_letter(c);
        to[i] = (uint8_t)(letter ? (c & ~0x20) | after_letter << 5 : c);
        after_letter = letter;
    }
    return str_result(result);
}

Value str_method_title(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    return s->ascii ? title_ascii(thread, s) : map_case(thread, s, map_title);
}

Value str_method_capitalize(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    if (!s->ascii || s->length < 2)
        return map_case(thread, s, map_capitalized);
    Value lower = lower_ascii(thread, s);
    str_put(as_str(lower), 0, ascii_upper(*str_bytes(s)));
    return lower;
}

Value str_method_swapcase(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    if (!s->ascii)
        return map_case(thread, s, map_swapped);
    Str *result = str_new_uninitialised(thread, s->length, 0);
    uint8_t *restrict to = str_contents(result);
    const uint8_t *restrict from = str_bytes(s);
    for (size_t i = 0, count = s->length; i < count; i++)
        to[i] = (uint8_t)(from[i] ^ (is_ascii_letter(from[i]) ? 0x20 : 0));
    return str_result(result);
}

static Value all_chars(Value self, CharTest test) {
    const Str *s = as_str(self);
    for (size_t i = 0; i < s->length; i++)
        if (!test(str_char_at(s, i)))
            return VALUE_FALSE;
    return value_bool(s->length > 0);
}

#define ALL_CHARS_METHOD(method, test)                                                             \
    Value str_method_##method(Thread *thread, Value *args) {                                       \
        (void)thread;                                                                              \
        return all_chars(args[0], test);                                                           \
    }
ALL_CHARS_METHOD(isalnum, char_is_alnum)
ALL_CHARS_METHOD(isalpha, char_is_alpha)
ALL_CHARS_METHOD(isdecimal, char_is_decimal)
ALL_CHARS_METHOD(isdigit, char_is_digit)
ALL_CHARS_METHOD(isnumeric, char_is_numeric)
ALL_CHARS_METHOD(isspace, char_is_space)

Value str_method_isascii(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_str(args[0])->ascii);
}

Value str_method_isprintable(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(!as_str(args[0])->length || is_true(all_chars(args[0], char_is_printable)));
}

bool str_is_identifier(Str *s) {
    return s->length && char_starts_identifier(str_char_at(s, 0)) &&
           is_true(all_chars(value_object(s), char_continues_identifier));
}

Value str_method_isidentifier(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(str_is_identifier(as_str(args[0])));
}

// At least one character is `wanted`, none is cased otherwise.
static Value all_cased(const Str *s, CharTest wanted, CharTest unwanted) {
    bool found = false;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (unwanted(c) || char_is_title(c))
            return VALUE_FALSE;
        found = found || wanted(c);
    }
    return value_bool(found);
}

Value str_method_islower(Thread *thread, Value *args) {
    (void)thread;
    return all_cased(as_str(args[0]), char_is_lower, char_is_upper);
}

Value str_method_isupper(Thread *thread, Value *args) {
    (void)thread;
    return all_cased(as_str(args[0]), char_is_upper, char_is_lower);
}

Value str_method_istitle(Thread *thread, Value *args) {
    (void)thread;
    const Str *s = as_str(args[0]);
    bool found = false, after_cased = false;
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        bool capital = char_is_upper(c) || char_is_title(c), small = char_is_lower(c);
        if ((capital && after_cased) || (small && !after_cased))
            return VALUE_FALSE;
        after_cased = capital || small;
        found = found || after_cased;
    }
    return value_bool(found);
}
