// SPDX-License-Identifier: MIT
//
// UTF-8: reading, writing and judging it.
//
// Source text and all strings between the parser and the VM are UTF-8. Python
// lets a string literal hold a lone surrogate ("\ud800"), which strict UTF-8
// forbids; as in CPython's "surrogatepass", we write it as the three bytes its
// number would take (known as WTF-8). So there are two readers: utf8_validate
// is strict, for text that comes from outside; utf8_decode takes surrogates
// too, for text that we made.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is wrong with a byte sequence, in the words of CPython's codec.
typedef struct Utf8Error {
    size_t position;    // offset of the first bad byte
    const char *reason; // "invalid start byte" and so on
} Utf8Error;

// Returns true if the bytes are strict UTF-8; else fills *error (if not NULL).
bool utf8_validate(const char *text, size_t length, Utf8Error *error);

// Reads the code point at `text` (before `end`) into *codepoint and returns its
// length in bytes; a broken sequence gives U+FFFD and length 1.
size_t utf8_decode(const char *text, const char *end, uint32_t *codepoint);

// Writes a code point up to 0x10FFFF (surrogates included) into `out`, which
// holds at least 4 bytes; returns the number of bytes.
size_t utf8_encode(uint32_t codepoint, char *out);

// Counts code points; every byte that is no continuation byte counts as one.
size_t utf8_count(const char *text, size_t length);
