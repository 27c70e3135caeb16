// SPDX-License-Identifier: MIT
//
// UTF-8 by its definition (RFC 3629, table 3-7 of the Unicode standard).
//
// The first byte tells the length and which second bytes are legal; the range of
// the second byte is what rules out overlong forms (E0 80, F0 80), surrogates
// (ED A0) and numbers past 10FFFF (F4 90). One function, `sequence_length`,
// holds that knowledge; its `surrogates` flag is the only difference between
// strict UTF-8 and the WTF-8 that we use inside.
#include "utf8.h"

// Length that the first byte announces; 0 if no sequence can start with it.
static size_t announced_length(unsigned char first) {
    if (first < 0x80)
        return 1;
    if (first < 0xC2)
        return 0;
    return first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

static bool second_is_legal(unsigned char first, unsigned char second, bool surrogates) {
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xF4 ? 0x8F : first == 0xED && !surrogates ? 0x9F : 0xBF;
    return second >= low && second <= high;
}

// Length of the legal sequence at `s`, or 0 with the reason why there is none.
static size_t sequence_length(const unsigned char *s, size_t available, bool surrogates,
                              const char **reason) {
    size_t length = announced_length(s[0]);
    *reason = "invalid start byte";
    if (length <= 1)
        return length;
    for (size_t i = 1; i < length; i++) {
        *reason = "unexpected end of data";
        if (i >= available)
            return 0;
        *reason = "invalid continuation byte";
        if ((s[i] & 0xC0) != 0x80 || (i == 1 && !second_is_legal(s[0], s[1], surrogates)))
            return 0;
    }
    return length;
}

bool utf8_validate(const char *text, size_t length, Utf8Error *error) {
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0; i < length;) {
        const char *reason;
        size_t step = s[i] < 0x80 ? 1 : sequence_length(s + i, length - i, false, &reason);
        if (!step) {
            if (error)
                *error = (Utf8Error){.position = i, .reason = reason};
            return false;
        }
        i += step;
    }
    return true;
}

size_t utf8_decode(const char *text, const char *end, uint32_t *codepoint) {
    const unsigned char *s = (const unsigned char *)text;
    const char *reason;
    size_t length = sequence_length(s, (size_t)(end - text), true, &reason);
    if (length == 0) {
        *codepoint = 0xFFFD;
        return 1;
    }
    uint32_t value = length == 1 ? s[0] : s[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++)
        value = value << 6 | (s[i] & 0x3F);
    *codepoint = value;
    return length;
}

size_t utf8_encode(uint32_t codepoint, char *out) {
    if (codepoint < 0x80) {
        out[0] = (char)codepoint;
        return 1;
    }
    size_t length = codepoint < 0x800 ? 2 : codepoint < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, codepoint >>= 6)
        out[i] = (char)(0x80 | (codepoint & 0x3F));
    out[0] = (char)((0xF00U >> length & 0xF0) | codepoint);
    return length;
}

size_t utf8_count(const char *text, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}
