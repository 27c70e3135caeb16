// SPDX-License-Identifier: MIT
//
// f-strings, read without a lexer inside the lexer.
//
// An f-string alternates between three ways of reading: its text, the code of a
// field `{...}`, and the field's format spec behind ':' (text again, which may
// hold fields itself). The bracket stack tells which: inside an f-string, if no
// bracket is open beyond those around it we are in its text; if the innermost is
// a field whose spec has begun we are in the spec; else in code. So nesting of
// any kind needs no further bookkeeping.
//
// In code directly inside a field a ':' begins the spec, even as the first half
// of ':=', and '}' ends the field.
#include "lexer_state.h"
#include "scan.h"

#include <string.h>

static FString *innermost(Lexer *lexer) {
    return &lexer->strings[lexer->string_count - 1];
}

// The innermost open bracket, if it belongs to the innermost f-string.
static const Bracket *own_bracket(const Lexer *lexer) {
    uint32_t depth = lexer->strings[lexer->string_count - 1].depth;
    return lexer->bracket_count > depth ? &lexer->brackets[lexer->bracket_count - 1] : NULL;
}

bool fstring_is_in_text(const Lexer *lexer) {
    if (!lexer->string_count)
        return false;
    const Bracket *bracket = own_bracket(lexer);
    return !bracket || bracket->in_spec;
}

bool fstring_is_in_field(const Lexer *lexer) {
    if (!lexer->string_count)
        return false;
    const Bracket *bracket = own_bracket(lexer);
    return bracket && bracket->is_field && !bracket->in_spec;
}

void fstring_open(Lexer *lexer, const char *start) {
    if (lexer->string_count == MAX_FSTRINGS) {
        lexer_fail(lexer, start, lexer->cursor, "too many nested f-strings");
        return;
    }
    const char *quotes = start + strcspn(start, "'\"");
    lexer->strings[lexer->string_count++] = (FString){
        .offset = lexer_offset(lexer, start),
        .depth = lexer->bracket_count,
        .quote = *quotes,
        .is_triple = lexer->cursor - quotes == 3,
        .is_raw = memchr(start, 'r', (size_t)(quotes - start)) ||
                  memchr(start, 'R', (size_t)(quotes - start)),
    };
    lexer_emit(lexer, TOKEN_FSTRING_START, start, lexer->cursor);
}

void fstring_close_field(Lexer *lexer, const char *start) {
    lexer->bracket_count--;
    lexer_emit(lexer, TOKEN_RBRACE, start, start + 1);
}

void fstring_begin_spec(Lexer *lexer, const char *colon) {
    lexer->cursor = colon + 1;
    lexer->brackets[lexer->bracket_count - 1].in_spec = true;
    lexer_emit(lexer, TOKEN_COLON, colon, colon + 1);
}

static void emit_text(Lexer *lexer, const char *start, const char *end) {
    if (start == end)
        return;
    lexer_emit(lexer, TOKEN_FSTRING_MIDDLE, start, end);
    if (!lexer->failed)
        lexer->tokens->items[lexer->tokens->count - 1].is_raw = innermost(lexer)->is_raw;
}

// In the text of a string only the fields are open in whose formats it stands.
static void open_field(Lexer *lexer, const char *start) {
    emit_text(lexer, start, lexer->cursor - 1);
    if (lexer->bracket_count - innermost(lexer)->depth == MAX_FIELDS) {
        lexer_fail(lexer, lexer->cursor - 2, lexer->cursor - 1, // CPython's place, before the brace
                   "f-string: expressions nested too deeply");
        return;
    }
    lexer_push_bracket(lexer, '{', lexer->cursor - 1);
    if (lexer->failed)
        return;
    lexer->brackets[lexer->bracket_count - 1].is_field = true;
    lexer_emit(lexer, TOKEN_LBRACE, lexer->cursor - 1, lexer->cursor);
}

static void close_string(Lexer *lexer, const char *start, const char *quotes) {
    emit_text(lexer, start, quotes);
    lexer_emit(lexer, TOKEN_FSTRING_END, quotes, lexer->cursor);
    lexer->string_count--;
}

static void fail_unterminated(Lexer *lexer) {
    const FString *string = innermost(lexer);
    const char *at = lexer->source->text + string->offset;
    lexer_fail(lexer, at, at + 1, "unterminated %sf-string literal (detected at line %u)",
               string->is_triple ? "triple-quoted " : "", lexer_last_line(lexer));
    lexer->error->incomplete = string->is_triple && lexer->cursor == lexer->end;
}

// True if the quote just read is (with two more, which are taken) the string's end.
static bool takes_end(Lexer *lexer) {
    const FString *string = innermost(lexer);
    if (lexer->cursor[-1] != string->quote)
        return false;
    if (!string->is_triple)
        return true;
    if (lexer->cursor[0] != string->quote || lexer->cursor[1] != string->quote)
        return false;
    lexer->cursor += 2;
    return true;
}

// A quote in the text; true if the text ends here.
static bool quote(Lexer *lexer, const char *start, bool in_spec) {
    const char *quotes = lexer->cursor - 1;
    if (!takes_end(lexer))
        return false;
    if (!in_spec) {
        close_string(lexer, start, quotes);
        return true;
    }
    emit_text(lexer, start, quotes);
    lexer_fail(lexer, quotes, lexer->cursor, "f-string: expecting '}', or format specs");
    return true;
}

// A '}' in the text: ends the field whose spec this is, or is the first of "}}".
static bool close_brace(Lexer *lexer, const char *start, bool in_spec) {
    if (in_spec) {
        emit_text(lexer, start, lexer->cursor - 1);
        fstring_close_field(lexer, lexer->cursor - 1);
        return true;
    }
    if (*lexer->cursor == '}') {
        lexer->cursor++;
        return false;
    }
    lexer_fail(lexer, lexer->cursor - 1, lexer->cursor, "f-string: single '}' is not allowed");
    return true;
}

static bool open_brace(Lexer *lexer, const char *start, bool in_spec) {
    if (!in_spec && *lexer->cursor == '{') {
        lexer->cursor++;
        return false;
    }
    open_field(lexer, start);
    return true;
}

static bool line_end(Lexer *lexer, bool in_spec) {
    if (innermost(lexer)->is_triple)
        return false;
    lexer->cursor--;
    if (in_spec)
        lexer_fail(lexer, lexer->cursor, lexer->cursor + 1,
                   "f-string: newlines are not allowed in format specifiers for single quoted "
                   "f-strings");
    else
        fail_unterminated(lexer);
    return true;
}

static bool nul(Lexer *lexer) {
    if (lexer->cursor == lexer->end)
        fail_unterminated(lexer);
    else
        lexer_fail(lexer, lexer->cursor, lexer->cursor + 1,
                   "source code cannot contain null bytes");
    return true;
}

// Takes one piece of text; true if the text breaks off (field, end, error).
static bool take_piece(Lexer *lexer, const char *start, bool in_spec) {
    const char *piece = lexer->cursor;
    switch (scan_text(&lexer->cursor)) {
    case TEXT_QUOTE:
        return quote(lexer, start, in_spec);
    case TEXT_OPEN_BRACE:
        return open_brace(lexer, start, in_spec);
    case TEXT_CLOSE_BRACE:
        return close_brace(lexer, start, in_spec);
    case TEXT_NEWLINE:
        return line_end(lexer, in_spec);
    case TEXT_NUL:
        return nul(lexer);
    case TEXT_NAMED:
        if (innermost(lexer)->is_raw)
            lexer->cursor = piece + 2; // there the brace opens a field
        return false;
    case TEXT_PLAIN:
    case TEXT_ESCAPE:
        break;
    }
    return false;
}

void fstring_text(Lexer *lexer) {
    const char *start = lexer->cursor;
    bool in_spec = own_bracket(lexer) != NULL;
    while (!take_piece(lexer, start, in_spec)) {}
}
