// SPDX-License-Identifier: MIT
//
// Is the text UTF-8, and does it say so?
//
// A comment in the first two lines may name a coding, as Python allows (PEP 263);
// any spelling of UTF-8 or ASCII is fine, bytes in another are turned into UTF-8
// by the caller before they come here; if he could not, they are refused rather
// than misread. Broken bytes are reported at their line before anything else, so
// later stages can take well-formed text for granted.
#include "lexer.h"
#include "lexer_state.h"
#include "utf8.h"

#include <ctype.h>
#include <string.h>

enum { NAME_LENGTH = 12 };

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
static Span find_cookie(const char *text, Span line) {
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

// The coding's name as CPython compares it: lower case, "-" for "_", twelve letters.
static void normalise(char *into, const char *name, size_t length) {
    size_t count = length < NAME_LENGTH ? length : NAME_LENGTH;
    for (size_t i = 0; i < count; i++)
        into[i] = (char)(name[i] == '_' ? '-' : tolower((unsigned char)name[i]));
    into[count] = '\0';
}

// True if `name` is one of the words, or begins with one and a "-" ("utf-8-unix").
static bool is_among(const char *const *words, size_t count, const char *name, size_t length) {
    char normal[NAME_LENGTH + 1] = "";
    normalise(normal, name, length);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        if (strncmp(normal, words[i], size) == 0 && (normal[size] == '\0' || normal[size] == '-'))
            return true;
    }
    return false;
}

static bool is_accepted(const char *name, size_t length) {
    static const char *const words[] = {"utf-8", "utf8", "u8", "ascii", "us-ascii"};
    return is_among(words, sizeof words / sizeof *words, name, length);
}

static bool is_blank_or_comment(const char *text, Span line) {
    for (uint32_t at = line.start; at < line.end; at++)
        if (!isspace((unsigned char)text[at]))
            return text[at] == '#';
    return true;
}

// The coding's name, in the first two lines; empty if there is none.
static Span find_coding(const char *text, uint32_t length) {
    uint32_t start = 0;
    for (int number = 0; number < 2 && start < length; number++) {
        Span line = {start, start};
        while (line.end < length && text[line.end] != '\n' && text[line.end] != '\r')
            line.end++;
        Span name = find_cookie(text, line);
        if (name.end > name.start || !is_blank_or_comment(text, line))
            return name;
        start = line.end + 1;
        start += start < length && text[line.end] == '\r' && text[start] == '\n';
    }
    return (Span){0, 0};
}

static bool check_cookie(const Source *source, Diagnostic *error) {
    Span name = source->is_decoded ? (Span){0, 0} : find_coding(source->text, source->length);
    const char *text = source->text + name.start;
    if (name.end == name.start || is_accepted(text, name.end - name.start))
        return true;
    diagnostic_set(error, DIAGNOSTIC_SYNTAX_ERROR, name, "encoding problem: %.*s",
                   (int)(name.end - name.start), text);
    return false;
}

bool encoding_check(const Source *source, Diagnostic *error) {
    return check_cookie(source, error) && check_bytes(source, error);
}

Span lexer_coding(const char *text, size_t length) {
    enum { FAR_ENOUGH = 4096 };
    if (memchr(text, '#', length < FAR_ENOUGH ? length : FAR_ENOUGH) == NULL)
        return (Span){0, 0};
    Span name = find_coding(text, length < UINT32_MAX ? (uint32_t)length : UINT32_MAX);
    return is_accepted(text + name.start, name.end - name.start) ? (Span){0, 0} : name;
}
