// SPDX-License-Identifier: MIT
//
// A text that grows at its end.
//
// Messages, reprs, dumps and traces are put together from pieces of unknown
// length. A StringBuilder doubles its buffer, keeps the text NUL-terminated
// after every call (so `data` can go to any C function), and remembers a failed
// allocation instead of reporting it each time: once `out_of_memory` is set,
// further writes do nothing and the text stays as it was. Check it once at the
// end. Same idea as CPython's _PyUnicodeWriter.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct StringBuilder {
    char *data;         // never NULL; NUL-terminated
    size_t length;      // bytes, without the NUL
    size_t capacity;    // bytes that `data` can hold; 0 while it is the static ""
    bool out_of_memory; // a write was dropped
} StringBuilder;

// Makes an empty text; takes no memory yet.
void sb_init(StringBuilder *sb);

// Releases the buffer; the builder is empty and usable again.
void sb_free(StringBuilder *sb);

// Empties the text but keeps the buffer.
void sb_clear(StringBuilder *sb);

// Shortens the text to `length` bytes.
void sb_truncate(StringBuilder *sb, size_t length);

// Makes room for `extra` more bytes; false (and out_of_memory set) if there is none.
bool sb_reserve(StringBuilder *sb, size_t extra);

// Appends one byte.
void sb_putc(StringBuilder *sb, char c);

// Appends a C string.
void sb_puts(StringBuilder *sb, const char *text);

// Appends `length` bytes, NULs included.
void sb_write(StringBuilder *sb, const char *bytes, size_t length);

// Appends `count` times the byte `c`.
void sb_repeat(StringBuilder *sb, char c, size_t count);

// Appends as printf would.
__attribute__((format(printf, 2, 3))) void sb_printf(StringBuilder *sb, const char *format, ...);

// sb_printf for wrappers that have a va_list.
__attribute__((format(printf, 2, 0))) void sb_vprintf(StringBuilder *sb, const char *format,
                                                      va_list args);

// Appends a code point as UTF-8; surrogates are written as three bytes (WTF-8).
void sb_put_codepoint(StringBuilder *sb, uint32_t codepoint);
