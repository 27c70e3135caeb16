// SPDX-License-Identifier: MIT
//
// What tokens.def knows about each token.
//
// The table is read twice: once for the texts that messages use, once for the
// question whether a token is a keyword. A new token needs no line here.
#include "token.h"

#include <stddef.h>

const char *token_text(TokenKind kind) {
    static const char *const texts[TOKEN_KIND_COUNT] = {
        [TOKEN_END] = "end of file",
#define TOKEN(name, text) [TOKEN_##name] = text,
#define KEYWORD(name, text) [TOKEN_##name] = text,
#define OPERATOR(name, text) [TOKEN_##name] = text,
#include "tokens.def"
    };
    return kind < TOKEN_KIND_COUNT ? texts[kind] : "unknown token";
}

bool token_is_keyword(TokenKind kind) {
    switch (kind) {
#define TOKEN(name, text)
#define KEYWORD(name, text) case TOKEN_##name:
#define OPERATOR(name, text)
#include "tokens.def"
        return true;
    default:
        return false;
    }
}
