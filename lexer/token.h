// SPDX-License-Identifier: MIT
//
// Tokens: the words of the language, as the lexer hands them to the parser.
//
// A token is its kind and where it stands; its spelling is in the source. All
// tokens of a text are made before parsing starts (20 bytes each), so that the
// parser's error messages can look around freely and the soft keywords `match`
// and `case` can be decided by looking ahead.
#pragma once

#include "source.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum TokenKind {
    TOKEN_END, // the text is over
#define TOKEN(name, text) TOKEN_##name,
#define KEYWORD(name, text) TOKEN_##name,
#define OPERATOR(name, text) TOKEN_##name,
#include "tokens.def"
    TOKEN_KIND_COUNT
} TokenKind;

typedef struct Token {
    TokenKind kind;
    Span span;
    bool is_raw; // FSTRING_MIDDLE: backslashes stand for themselves
} Token;

typedef struct TokenArray {
    Token *items; // from malloc
    uint32_t count;
    uint32_t capacity;
} TokenArray;

// How messages call the token: "name", "'while'" without the quotes, ...
const char *token_text(TokenKind kind);
