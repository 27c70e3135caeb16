// SPDX-License-Identifier: MIT
//
// What the files of the lexer share while one text is read. Private to lexer/.
//
// Two stacks say where in the text we are. `brackets` holds what is open; a `{`
// that opens a field of an f-string is marked, and so is a field whose format
// spec has begun. `strings` holds the f-strings around the cursor. Both together
// decide how the next byte is to be read: see fstring.c.
#pragma once

#include "diagnostic.h"
#include "source.h"
#include "token.h"

// As in CPython, so that hostile input ends at the same places.
enum { MAX_BRACKETS = 200, MAX_INDENTS = 100, MAX_FSTRINGS = 150, MAX_FIELDS = 3 };

typedef struct Bracket {
    char open;     // ( [ {
    bool is_field; // the { of a replacement field in an f-string
    bool in_spec;  // a field behind its ':'
    uint32_t offset;
} Bracket;

// A level of indentation, measured twice: once with tab stops of 8 columns, once
// with tabs of 1. Where the two orders disagree, tabs and blanks are mixed.
typedef struct Indent {
    uint32_t column;
    uint32_t narrow_column;
} Indent;

typedef struct FString {
    uint32_t offset; // of its prefix
    uint32_t depth;  // brackets open around it
    char quote;
    bool is_triple;
    bool is_raw;
} FString;

typedef struct Lexer {
    const Source *source;
    const char *cursor;
    const char *end;
    TokenArray *tokens;
    Diagnostic *error;
    bool failed;
    bool finished;
    bool at_line_start;
    uint32_t bracket_count;
    uint32_t indent_count;
    uint32_t string_count;
    Bracket brackets[MAX_BRACKETS];
    Indent indents[MAX_INDENTS];
    FString strings[MAX_FSTRINGS];
} Lexer;

// Byte offset of a place in the text.
static inline uint32_t lexer_offset(const Lexer *lexer, const char *at) {
    return (uint32_t)(at - lexer->source->text);
}

// Appends a token that reaches from `start` to `end`.
void lexer_emit(Lexer *lexer, TokenKind kind, const char *start, const char *end);

// Ends the reading with a SyntaxError at [start, end).
__attribute__((format(printf, 4, 5))) void lexer_fail(Lexer *lexer, const char *start,
                                                      const char *end, const char *format, ...);

// The line at which the text breaks off at the cursor, for "(detected at line N)".
uint32_t lexer_last_line(const Lexer *lexer);

// Opens a bracket; fails if there are too many.
void lexer_push_bracket(Lexer *lexer, char open, const char *at);

// lexemes.c: what the automata leave to be checked.
void lexer_number(Lexer *lexer, int kind, const char *start);
void lexer_word(Lexer *lexer, const char *start);
void lexer_string(Lexer *lexer, const char *start);
void lexer_unknown(Lexer *lexer, const char *start);

// fstring.c.
void fstring_open(Lexer *lexer, const char *start);
void fstring_text(Lexer *lexer);
bool fstring_is_in_text(const Lexer *lexer);
bool fstring_is_in_field(const Lexer *lexer); // directly, in no inner bracket
void fstring_close_field(Lexer *lexer, const char *start);
void fstring_begin_spec(Lexer *lexer, const char *colon);

// encoding.c: checks UTF-8 and a coding cookie.
bool encoding_check(const Source *source, Diagnostic *error);

// soft_keywords.c: turns names into MATCH, CASE and TYPE where they begin statements.
void soft_keywords_promote(const Source *source, TokenArray *tokens);
