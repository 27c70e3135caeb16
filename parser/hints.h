// SPDX-License-Identifier: MIT
//
// What those who explain a refused token know of it. For the files of hints alone.
#pragma once

#include "parse_state.h"

typedef struct Hint {
    Parser *parser;
    void *grammar;
    const Token *token;    // the one that was refused
    const Token *previous; // the one before it; NULL at the start
    const Token *line;     // the first of its logical line
} Hint;

static inline bool token_closes(TokenKind kind) {
    return kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET || kind == TOKEN_RBRACE;
}

static inline bool token_opens(TokenKind kind) {
    return kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET || kind == TOKEN_LBRACE;
}

// Explains a refused token in the parameters of a `def` or a `lambda`; false if it is not theirs.
bool hint_parameters(const Hint *hint);

// hints.c
bool hint_accepts(const Hint *hint, TokenKind kind);
bool hint_previous_is(const Hint *hint, TokenKind kind);
bool hint_spells(const Hint *hint, const Token *token, const char *word);
bool hint_starts_operand(TokenKind kind);
bool hint_ends_operand(TokenKind kind);
// Whether an operand, a bracket or a sign begins with it.
bool hint_starts_value(TokenKind kind);
// Whether a compound statement, or a part of one, begins with it.
bool hint_begins_block(TokenKind kind);
// Whether the star in the bracket is told of if what follows it cannot be read.
bool hint_explains_star(const Hint *hint, const Token *star, const Token *open);
// The bracket that is open at the refused token, or NULL.
const Token *hint_open_bracket(const Hint *hint);

// hints_expression.c: where the disjunction (what binds more tightly than `if`) that ends at `last`
// begins.
const Token *hint_disjunction_start(const Hint *hint, const Token *last);
// Explain two expressions without a comma, `if` without `else`, and `print` without parentheses.
bool hint_comma(const Hint *hint);
bool hint_ternary(const Hint *hint);
bool hint_print(const Hint *hint);
// Explains what is wrong with an expression whose last bracket is open: `a if f(b. else c`,
// `*f(b.`.
bool hint_around(const Hint *hint);
// hints_statement.c: whether the refused token belongs to the header of a compound statement.
bool hint_in_header(const Hint *hint);
// Explains `f(a.b=...)`, where a keyword should be.
bool hint_argument(const Hint *hint);
// Explains what is wrong in front of the refused token.
bool hint_statement(const Hint *hint);
// The last token that CPython reads to explain the refused one: if that begins a second expression,
// the one behind it.
const Token *hint_last_seen(const Hint *hint);

// hints_field.c: explain what is wrong right in a field of an f-string, and somewhere inside it.
bool hint_field(const Hint *hint);
bool hint_inside_field(const Hint *hint);
