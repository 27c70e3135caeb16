// SPDX-License-Identifier: MIT
//
// Is the text UTF-8, and does it say so?
//
// Mini reads UTF-8 alone. A comment in the first two lines may name a coding, as
// Python allows (PEP 263); any spelling of UTF-8 or ASCII is fine, another one is
// refused rather than misread. Broken bytes are reported at their line before
// anything else, so later stages can take well-formed text for granted.
#include "lexer_state.h"
#include "utf8.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool check_bytes(const Source *source, Diagnostic *error) {
    Utf8Error bad;
    if (utf8_validate(source->text, source->length, &bad))
        return true;
    uint32_t at = (uint32_t)bad.position;
    diagnostic_set(error, DIAGNOSTIC_SYNTAX_ERROR, (Span){at, at + 1},
                   "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %u: %s",
                   (unsigned char)source->text[at], at, bad.reason);
    return false;
}

static bool is_coding_character(char c) {
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.';
}

// Extent of the coding's name in a comment line; empty if it names none.
static Span find_cookie(const Source *source, Span line) {
    const char *text = source->text;
    uint32_t at = line.start;
    while (at < line.end && (text[at] == ' ' || text[at] == '\t' || text[at] == '\f'))
        at++;
    if (at == line.end || text[at] != '#')
        return (Span){0, 0};
    for (; at + 7 <= line.end; at++) {
        if (memcmp(text + at, "coding", 6) != 0 || (text[at + 6] != ':' && text[at + 6] != '='))
            continue;
        Span name = {at + 7, 0};
        while (name.start < line.end && (text[name.start] == ' ' || text[name.start] == '\t'))
            name.start++;
        name.end = name.start;
        while (name.end < line.end && is_coding_character(text[name.end]))
            name.end++;
        return name;
    }
    return (Span){0, 0};
}

static bool is_accepted(const char *name, size_t length) {
    static const char *const accepted[] = {"utf-8", "utf8",     "utf_8", "utf-8-sig",
                                           "ascii", "us-ascii", "U8",    "utf-8-unix"};
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
        if (strlen(accepted[i]) == length && strncasecmp(accepted[i], name, length) == 0)
            return true;
    return false;
}

static bool is_blank_or_comment(const Source *source, Span line) {
    for (uint32_t at = line.start; at < line.end; at++)
        if (!isspace((unsigned char)source->text[at]))
            return source->text[at] == '#';
    return true;
}

static bool check_cookie(const Source *source, Diagnostic *error) {
    for (uint32_t line = 1; line <= 2; line++) {
        Span extent = source_line_span(source, line);
        Span name = find_cookie(source, extent);
        const char *text = source->text + name.start;
        if (name.end > name.start && !is_accepted(text, name.end - name.start)) {
            diagnostic_set(error, DIAGNOSTIC_SYNTAX_ERROR, name,
                           "encoding problem: %.*s (only UTF-8 is supported)",
                           (int)(name.end - name.start), text);
            return false;
        }
        if (!is_blank_or_comment(source, extent))
            break;
    }
    return true;
}

bool encoding_check(const Source *source, Diagnostic *error) {
    return check_cookie(source, error) && check_bytes(source, error);
}
