// SPDX-License-Identifier: MIT
//
// Diagnostics: filling in, and the picture with carets.
//
// CPython cuts the line's indentation and shows it behind four blanks; carets
// count code points, and a place that reaches over the line's end gets carets
// up to that end. Tabs before the caret are repeated so that it stays in place.
#include "diagnostic.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

void diagnostic_vset(Diagnostic *diagnostic, DiagnosticKind kind, Span span, const char *format,
                     va_list args) {
    diagnostic->kind = kind;
    diagnostic->span = span;
    diagnostic->incomplete = false;
    int length = vsnprintf(diagnostic->message, sizeof diagnostic->message, format, args);
    // A cut may split a character: step back to the start of it.
    if (length < (int)sizeof diagnostic->message)
        return;
    char *end = diagnostic->message + sizeof diagnostic->message - 1;
    while (((unsigned char)end[-1] & 0xC0) == 0x80)
        *--end = '\0';
    if ((unsigned char)end[-1] >= 0xC0)
        end[-1] = '\0';
}

void diagnostic_set(Diagnostic *diagnostic, DiagnosticKind kind, Span span, const char *format,
                    ...) {
    va_list args;
    va_start(args, format);
    diagnostic_vset(diagnostic, kind, span, format, args);
    va_end(args);
}

const char *diagnostic_kind_name(DiagnosticKind kind) {
    switch (kind) {
    case DIAGNOSTIC_INDENTATION_ERROR:
        return "IndentationError";
    case DIAGNOSTIC_TAB_ERROR:
        return "TabError";
    case DIAGNOSTIC_MEMORY_ERROR:
        return "MemoryError";
    case DIAGNOSTIC_NONE:
    case DIAGNOSTIC_WARNING:
    case DIAGNOSTIC_SYNTAX_ERROR:
        break;
    }
    return "SyntaxError";
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f';
}

// Appends blanks as wide as `text`, tabs kept.
static void put_padding(StringBuilder *out, const char *text, uint32_t length) {
    for (uint32_t i = 0; i < length; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            sb_putc(out, text[i] == '\t' ? '\t' : ' ');
}

// Appends the source line and the carets below it.
static void put_line(const Source *source, Span place, StringBuilder *out) {
    Span line = source_line_span(source, source_line_of(source, place.start));
    while (line.start < line.end && is_blank(source->text[line.start]))
        line.start++;
    sb_puts(out, "    ");
    sb_write(out, source->text + line.start, line.end - line.start);
    uint32_t start = place.start < line.start ? line.start : place.start;
    uint32_t end = place.end > line.end ? line.end : place.end;
    sb_putc(out, '\n');
    if (place.start < line.start && place.end <= line.start)
        return; // among the blanks that are not shown
    sb_puts(out, "    ");
    put_padding(out, source->text + line.start, start - line.start);
    size_t carets = end > start ? utf8_count(source->text + start, end - start) : 0;
    sb_repeat(out, '^', carets ? carets : 1);
    sb_putc(out, '\n');
}

void diagnostic_render(const Diagnostic *diagnostic, const Source *source, StringBuilder *out) {
    uint32_t at = diagnostic->span.start < source->length ? diagnostic->span.start : source->length;
    sb_printf(out, "  File \"%s\", line %u\n", source->name, source_line_of(source, at));
    put_line(source, (Span){at, diagnostic->span.end}, out);
    sb_printf(out, "%s: %s\n", diagnostic_kind_name(diagnostic->kind), diagnostic->message);
}
