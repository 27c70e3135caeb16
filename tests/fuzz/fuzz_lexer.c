// SPDX-License-Identifier: MIT
//
// Throws arbitrary bytes at the lexer alone.
//
// Whatever the bytes are, the tokens must stand in the order of the text, inside
// the text, and end with exactly one TOKEN_END; INDENT and DEDENT must balance
// when the whole text was read; a failure must say why. The parser relies on all
// of it without looking. The first byte is the parser target's (what the text is
// read as) and is passed over, so that both share one corpus.

#include "diagnostic.h"
#include "fuzz_target.h"
#include "lexer.h"
#include "mini_check.h"
#include "source.h"
#include "token.h"

static void check_places(const TokenArray *tokens, const Source *source) {
    uint32_t reached = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        const Token *token = &tokens->items[i];
        MINI_CHECK(token->span.start <= token->span.end, "token with a reversed span");
        MINI_CHECK(token->span.end <= source->length, "token outside the text");
        MINI_CHECK(token->span.start >= reached, "token before its predecessor");
        reached = token->span.start;
    }
}

static void check_layout(const TokenArray *tokens) {
    int depth = 0;
    for (uint32_t i = 0; i < tokens->count; i++) {
        TokenKind kind = tokens->items[i].kind;
        depth += (kind == TOKEN_INDENT) - (kind == TOKEN_DEDENT);
        MINI_CHECK(depth >= 0, "DEDENT without its INDENT");
    }
    MINI_CHECK(depth == 0, "INDENT without its DEDENT");
}

static void check_end(const TokenArray *tokens) {
    uint32_t ends = 0;
    for (uint32_t i = 0; i < tokens->count; i++)
        ends += tokens->items[i].kind == TOKEN_END;
    MINI_CHECK(ends == 1, "not exactly one TOKEN_END");
    MINI_CHECK(tokens->items[tokens->count - 1].kind == TOKEN_END, "TOKEN_END is not the last");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Source source;
    TokenArray tokens = {0};
    Diagnostic error = {.kind = DIAGNOSTIC_NONE};
    if (size == 0 || !source_init(&source, "fuzz.mini", (const char *)data + 1, size - 1))
        return 0;
    if (lexer_scan(&source, &tokens, &error))
        check_layout(&tokens);
    else
        MINI_CHECK(error.kind != DIAGNOSTIC_NONE, "failure without a diagnostic");
    check_places(&tokens, &source);
    check_end(&tokens);
    lexer_free(&tokens);
    source_free(&source);
    return 0;
}
