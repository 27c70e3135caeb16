// SPDX-License-Identifier: MIT
//
// The text of one program file, and places in it.
//
// A place is a byte offset, an extent is a Span of two: eight bytes that every
// token, node and instruction can afford. Lines and columns are derived when a
// person has to see them, by a binary search in the table of line starts.
//
// The text is a private copy (source_init), prepared as Python's tokenizer does it: a leading
// byte order mark is dropped and CRLF and lone CR become LF, so nobody after
// this file has to know of them. It ends with a NUL that is not part of
// `length`. Text is not checked for UTF-8 here; the lexer reports that.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Half-open range of byte offsets into Source.text.
typedef struct Span {
    uint32_t start;
    uint32_t end;
} Span;

typedef struct Source {
    const char *name; // as shown in tracebacks: a path, "<stdin>", "<string>"
    const char *text;
    uint32_t length;
    const uint32_t *line_starts; // offset of each line's first byte
    uint32_t line_count;         // at least 1
    bool is_decoded;             // a comment that names a coding means nothing any more
} Source;

// The longest text we accept, in bytes (1 GiB); spans are 32 bits.
#define SOURCE_MAX_LENGTH ((size_t)1 << 30)

// Copies name and text; false if memory is short or the text is too long.
bool source_init(Source *source, const char *name, const char *text, size_t length);

// Releases the copies.
void source_free(Source *source);

// Line of a byte offset, counted from 1.
uint32_t source_line_of(const Source *source, uint32_t offset);

// Column of a byte offset in code points, counted from 1.
uint32_t source_column_of(const Source *source, uint32_t offset);

// Extent of line `line` (from 1) without its line end; empty past the last line.
Span source_line_span(const Source *source, uint32_t line);

// The line's first byte (not NUL-terminated); *length gets its bytes.
const char *source_line_text(const Source *source, uint32_t line, uint32_t *length);

// The smallest span that covers both.
static inline Span span_join(Span a, Span b) {
    return (Span){a.start < b.start ? a.start : b.start, a.end > b.end ? a.end : b.end};
}
