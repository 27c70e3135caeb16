// SPDX-License-Identifier: MIT
//
// One step takes a character that opens or closes something, an escape, or anything else. A string
// of one line ends at the line's end, whatever it was meant to be; the compiler will complain of
// it.
#include "source_scan.h"

#include <string.h>

static bool is_triple(const char *text, size_t length, size_t at, char quote) {
    return at + 2 < length && text[at + 1] == quote && text[at + 2] == quote;
}

// Inside a string: how many bytes are taken.
static size_t in_string(SourceScan *scan, const char *text, size_t length) {
    char c = text[scan->at];
    if (c == '\\')
        return 2;
    if (c == '\n' && !scan->triple)
        scan->quote = 0;
    if (c != scan->quote || scan->quote == 0)
        return 1;
    if (scan->triple && !is_triple(text, length, scan->at, c))
        return 1;
    scan->quote = 0;
    return scan->triple ? 3 : 1;
}

static size_t outside(SourceScan *scan, const char *text, size_t length) {
    char c = text[scan->at];
    if (c == '\'' || c == '"') {
        scan->quote = c;
        scan->triple = is_triple(text, length, scan->at, c);
        return scan->triple ? 3 : 1;
    }
    if (c == '#')
        scan->comment = true;
    else if (c != '\0' && strchr("([{", c) != NULL)
        scan->depth++;
    else if (c != '\0' && strchr(")]}", c) != NULL && scan->depth > 0)
        scan->depth--;
    return 1;
}

void source_scan_go_on(SourceScan *scan, const char *text, size_t length) {
    while (scan->at < length) {
        if (scan->comment) {
            scan->comment = text[scan->at++] != '\n';
            continue;
        }
        scan->at += scan->quote != 0 ? in_string(scan, text, length) : outside(scan, text, length);
    }
}
