// SPDX-License-Identifier: MIT
//
// Looking for a string inside a string.
//
// Text of one byte per code point goes to the C library's memchr and memmem, which use vector
// instructions and never need quadratic time. In wider text the first code point is looked for and
// compared from there: four bytes wide by wmemchr, two bytes wide by a loop over blocks without a
// way out in the middle, which is what a compiler can turn into vector instructions.
#include <wchar.h>

#include "interpreter.h"
#include "str_copy.h"

enum {
    BLOCK = 32,      // code points of two bytes looked at together
    PAIR_BLOCK = 64, // bytes looked at together
};

bool str_starts_with_at(const Str *s, size_t index, const Str *part) {
    if (part->length > s->length - index)
        return false;
    if (s->width == part->width)
        return memcmp((const uint8_t *)s->data + index * s->width, part->data,
                      part->length * part->width) == 0;
    for (size_t i = 0; i < part->length; i++)
        if (str_char_at(s, index + i) != str_char_at(part, i))
            return false;
    return true;
}

// Is there one of PAIR_BLOCK places from `at` on with the first byte, and the last one `distance`
// further?
static bool block_has_pair(const uint8_t *at, uint8_t first, const uint8_t *ends, uint8_t last) {
    uint8_t found = 0;
    for (size_t i = 0; i < PAIR_BLOCK; i++)
        found |= (uint8_t)((at[i] == first) & (ends[i] == last));
    return found != 0;
}

// Places where the first and the last byte are right, as long as they are seldom wrong, else
// memmem.
static const uint8_t *find_by_pairs(const uint8_t *at, const uint8_t *last, const uint8_t *needle,
                                    size_t size) {
    size_t distance = size - 1;
    for (int candidates = 0; candidates < 64;) {
        while (last - at >= PAIR_BLOCK &&
               !block_has_pair(at, *needle, at + distance, needle[distance]))
            at += PAIR_BLOCK;
        const uint8_t *end = last - at >= PAIR_BLOCK ? at + PAIR_BLOCK : last + 1;
        for (; at < end; at++) {
            if (*at != *needle || at[distance] != needle[distance])
                continue;
            if (memcmp(at, needle, size) == 0)
                return at;
            candidates++;
        }
        if (at > last)
            return NULL;
    }
    return memmem(at, (size_t)(last - at) + size, needle, size);
}

// memmem costs some 20 ns to start, which is much in a loop over short distances. So look for the
// first byte with memchr as long as that leads to few false candidates.
static const uint8_t *find_part(const uint8_t *text, size_t length, const uint8_t *needle,
                                size_t size) {
    const uint8_t *at = text, *last = text + (length - size);
    for (int candidates = 0; candidates < 4; candidates++) {
        at = memchr(at, *needle, (size_t)(last - at) + 1);
        if (!at || memcmp(at, needle, size) == 0)
            return at;
        if (at++ == last)
            return NULL;
    }
    return find_by_pairs(at, last, needle, size);
}

const uint8_t *str_find_bytes(const uint8_t *text, size_t length, const uint8_t *needle,
                              size_t size) {
    if (size > length)
        return NULL;
    return size == 1 ? memchr(text, *needle, length) : find_part(text, length, needle, size);
}

static int64_t find_bytes(const Str *s, const Str *needle, size_t start, size_t end) {
    const uint8_t *text = str_bytes(s);
    const uint8_t *found = str_find_bytes(text + start, end - start, needle->data, needle->length);
    return found ? found - text : -1;
}

static bool block_has(const uint16_t *block, uint16_t c) {
    uint16_t found = 0;
    for (size_t i = 0; i < BLOCK; i++)
        found |= block[i] == c;
    return found;
}

// By memchr for the lower half of the character, as long as that leads to few false candidates;
// returns up to where it is not.
static size_t pass_by_lower_half(const uint16_t *text, uint16_t c, size_t start, size_t end) {
    for (int candidates = 0; candidates < 8 && start < end; candidates++) {
        const char *from = (const char *)(text + start);
        const char *at = memchr(from, c & 0xff, (end - start) * sizeof *text);
        if (at == NULL)
            return end;
        start += (size_t)(at - from) / sizeof *text;
        if (text[start] == c)
            return start;
        start++;
    }
    return start;
}

static size_t find_in_two_bytes(const uint16_t *text, uint16_t c, size_t start, size_t end) {
    start = pass_by_lower_half(text, c, start, end);
    if (start < end && text[start] == c)
        return start;
    while (end - start >= BLOCK && !block_has(text + start, c))
        start += BLOCK;
    while (start < end && text[start] != c)
        start++;
    return start;
}

// Next index in [start, end) with the code point `c`, else end; the text is wider than a byte.
static size_t find_code_point(const Str *s, uint32_t c, size_t start, size_t end) {
    if (s->width == 2)
        return find_in_two_bytes(s->data, (uint16_t)c, start, end);
    const wchar_t *text = s->data, *found = wmemchr(text + start, (wchar_t)c, end - start);
    return found ? (size_t)(found - text) : end;
}

int64_t str_find(const Str *s, const Str *needle, size_t start, size_t end) {
    if (start > end || needle->length > end - start || needle->width > s->width)
        return -1;
    if (needle->length == 0)
        return (int64_t)start;
    if (s->width == 1)
        return find_bytes(s, needle, start, end);
    uint32_t first = str_char_at(needle, 0);
    size_t last = end - needle->length + 1;
    for (size_t i = start; (i = find_code_point(s, first, i, last)) < last; i++)
        if (str_starts_with_at(s, i, needle))
            return (int64_t)i;
    return -1;
}

int64_t str_rfind(const Str *s, const Str *needle, size_t start, size_t end) {
    if (start > end || needle->length > end - start || needle->width > s->width)
        return -1;
    if (needle->length == 0)
        return (int64_t)end;
    if (s->width == 1 && needle->length == 1) {
        const uint8_t *found = memrchr(str_bytes(s) + start, *str_bytes(needle), end - start);
        return found ? found - str_bytes(s) : -1;
    }
    uint32_t first = str_char_at(needle, 0);
    for (size_t i = end - needle->length + 1; i-- > start;)
        if (str_char_at(s, i) == first && str_starts_with_at(s, i, needle))
            return (int64_t)i;
    return -1;
}

static size_t count_byte(const uint8_t *text, size_t length, uint8_t byte) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == byte;
    return count;
}

static size_t count_two_bytes(const uint16_t *text, size_t length, uint16_t c) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += text[i] == c;
    return count;
}

// Occurrences of a part of two to eight bytes, compared as one word from where its first byte is.
static size_t count_short_part(const uint8_t *text, size_t length, const uint8_t *part,
                               size_t size) {
    const uint8_t *at = text, *end = text + length;
    uint64_t wanted = 0, word;
    uint64_t mask = ~UINT64_C(0) >> (64 - 8 * size);
    memcpy(&wanted, part, size);
    size_t count = 0;
    while ((size_t)(end - at) >= sizeof word) {
        at = memchr(at, *part, (size_t)(end - at));
        if (at == NULL || (size_t)(end - at) < sizeof word)
            break;
        memcpy(&word, at, sizeof word);
        bool found = (word & mask) == wanted;
        count += found;
        at += found ? size : 1;
    }
    while (at != NULL && (size_t)(end - at) >= size) {
        bool found = memcmp(at, part, size) == 0;
        count += found;
        at += found ? size : 1;
    }
    return count;
}

size_t str_count(const Str *s, const Str *needle, size_t start, size_t end) {
    if (start > end)
        return 0;
    if (needle->length == 0)
        return end - start + 1;
    if (needle->length == 1 && needle->width == 1 && s->width == 1)
        return count_byte(str_bytes(s) + start, end - start, *str_bytes(needle));
    if (needle->length == 1 && s->width == 2 && needle->width <= 2)
        return count_two_bytes((const uint16_t *)s->data + start, end - start,
                               (uint16_t)str_char_at(needle, 0));
    if (needle->width == 1 && s->width == 1 && needle->length <= sizeof(uint64_t))
        return count_short_part(str_bytes(s) + start, end - start, needle->data, needle->length);
    size_t count = 0;
    int64_t found;
    while ((found = str_find(s, needle, start, end)) >= 0) {
        count++;
        start = (size_t)found + needle->length;
    }
    return count;
}
