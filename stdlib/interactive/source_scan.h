// SPDX-License-Identifier: MIT
//
// Does a text break off inside a bracket or a string of several lines?
//
// A program that is pasted without a terminal's help arrives as single lines. Whether it is
// complete is the compiler's to say, but asking it at each of ten thousand lines of a list takes
// time that grows with their square. This scan goes on where it stopped, so it takes each byte
// once; it knows brackets, strings and comments, and nothing else of the language.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct SourceScan {
    size_t at;    // everything before was read
    size_t depth; // open brackets
    char quote;   // of the string that is open, or 0
    bool triple;
    bool comment;
} SourceScan;

// Read on to `length`.
void source_scan_go_on(SourceScan *scan, const char *text, size_t length);
// Inside a bracket or a string of several lines?
static inline bool source_scan_is_inside(const SourceScan *scan) {
    return scan->depth > 0 || (scan->quote != 0 && scan->triple);
}
