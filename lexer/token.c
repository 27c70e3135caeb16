// SPDX-License-Identifier: MIT
//
// The texts by which messages call tokens.
//
// They stand in tokens.def, once for everybody: the enum in token.h, the words that the lexer
// knows, and this table. A new token needs no line here.
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
