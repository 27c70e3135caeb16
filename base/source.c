// SPDX-License-Identifier: MIT
//
// Source texts: the copy is cleaned of carriage returns first, then the line
// starts are counted and noted, so the table is allocated once at its size.
#include "source.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

// Copies `text` with CRLF and CR turned to LF; returns the new length.
static uint32_t copy_normalised(char *out, const char *text, size_t length) {
    uint32_t written = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_return = text[i] == '\r';
        out[written++] = is_return ? '\n' : text[i];
        if (is_return && i + 1 < length && text[i + 1] == '\n')
            i++;
    }
    out[written] = '\0';
    return written;
}

static uint32_t count_lines(const char *text, uint32_t length) {
    uint32_t lines = 1;
    const char *end = text + length;
    for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        lines++;
    return lines;
}

static void note_line_starts(uint32_t *line_starts, const char *text, uint32_t length) {
    uint32_t line = 0;
    line_starts[line++] = 0;
    for (uint32_t i = 0; i < length; i++)
        if (text[i] == '\n')
            line_starts[line++] = i + 1;
}

bool source_init(Source *source, const char *name, const char *text, size_t length) {
    *source = (Source){0};
    if (length > SOURCE_MAX_LENGTH)
        return false;
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    char *copy = malloc(length + 1);
    uint32_t *line_starts = NULL;
    if (copy) {
        source->length = copy_normalised(copy, text, length);
        source->line_count = count_lines(copy, source->length);
        line_starts = malloc(source->line_count * sizeof(uint32_t));
    }
    source->name = strdup(name);
    source->text = copy;
    source->line_starts = line_starts;
    if (!source->name || !copy || !line_starts) {
        source_free(source);
        return false;
    }
    note_line_starts(line_starts, copy, source->length);
    return true;
}

void source_free(Source *source) {
    free((char *)(uintptr_t)source->name);
    free((char *)(uintptr_t)source->text);
    free((uint32_t *)(uintptr_t)source->line_starts);
    *source = (Source){0};
}

uint32_t source_line_of(const Source *source, uint32_t offset) {
    uint32_t low = 0;
    uint32_t high = source->line_count; // the answer is in [low, high)
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low + 1;
}

uint32_t source_column_of(const Source *source, uint32_t offset) {
    if (offset > source->length)
        offset = source->length;
    uint32_t start = source->line_starts[source_line_of(source, offset) - 1];
    return (uint32_t)utf8_count(source->text + start, offset - start) + 1;
}

Span source_line_span(const Source *source, uint32_t line) {
    if (line < 1 || line > source->line_count)
        return (Span){source->length, source->length};
    bool is_last = line == source->line_count;
    uint32_t end = is_last ? source->length : source->line_starts[line] - 1;
    return (Span){source->line_starts[line - 1], end};
}

const char *source_line_text(const Source *source, uint32_t line, uint32_t *length) {
    Span span = source_line_span(source, line);
    *length = span.end - span.start;
    return source->text + span.start;
}
