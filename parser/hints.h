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
