// SPDX-License-Identifier: MIT
//
// The reader of regular expressions, shared by its files: regex_parse.c (structure), regex_group.c
// (what follows a parenthesis and a question mark) and regex_class.c (escapes and sets).
#pragma once

#include "byte_builder.h"
#include "regex.h"

enum { REGEX_END = UINT32_MAX };
#define REGEX_INFINITE UINT64_C(4294967295)

typedef struct RegexReader {
    Thread *thread;
    Value pattern;
    bool is_text;
    RegexKind kind;
    size_t at, length;
    uint32_t flags; // those in force here
    RegexSyntax *syntax;
    ByteBuilder out;
    uint32_t open_group;       // innermost
    uint32_t lookbehind_group; // groups that there were before the outermost look-behind; 0: none
    bool variable_lookbehind;
    Dict *conditions; // groups that conditions ask for: where
} RegexReader;

// How many code points something matches.
typedef struct RegexWidth {
    uint64_t minimum, maximum;
} RegexWidth;

uint32_t regex_peek(const RegexReader *r, size_t ahead);
uint32_t regex_next(RegexReader *r);
// Skip `c` if it is next.
bool regex_skip(RegexReader *r, uint32_t c);
// Raise PatternError at a position; the message is printf-like.
bool regex_error(RegexReader *r, size_t position, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Write ASCII text.
void regex_put(RegexReader *r, const char *text);
void regex_put_printf(RegexReader *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

// Write one code point that stands for itself.
void regex_put_literal(RegexReader *r, uint32_t c);
// After a backslash (which has been read) outside a set. *is_position: matches a place.
bool regex_escape(RegexReader *r, RegexWidth *width, bool *is_position);
// After an opening bracket.
bool regex_set(RegexReader *r);
// A number's or name's text up to `close`, which is read; NULL with PatternError.
Str *regex_name(RegexReader *r, uint32_t close, const char *what);
// Write a reference to a group. `length`: of its text, for errors.
bool regex_put_reference(RegexReader *r, uint32_t group, size_t length, RegexWidth *width);

// What regex_group did.
typedef enum RegexGroupOutcome {
    REGEX_GROUP_FAILED,
    REGEX_GROUP_ITEM,    // an item that can be repeated
    REGEX_GROUP_NOTHING, // a comment, or flags
} RegexGroupOutcome;
// After an opening parenthesis. `first`: nothing stands before it.
RegexGroupOutcome regex_group(RegexReader *r, bool first, RegexWidth *width);
// Alternatives up to a closing parenthesis or the end, which is not read.
bool regex_alternatives(RegexReader *r, bool outermost, RegexWidth *width);
// One alternative.
bool regex_sequence(RegexReader *r, bool first, RegexWidth *width);
