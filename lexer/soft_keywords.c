// SPDX-License-Identifier: MIT
//
// `match`, `case` and `type` are ordinary names, except where they begin a statement.
//
// CPython's PEG parser tries both readings; an LALR parser needs the answer in
// the token. So the finished tokens are walked line by line. A line that starts
// with `match` is a match statement if what follows could not continue an
// expression ("match x"), or could, but the line ends with a colon ("match
// (x):"), which no expression statement does. `case` is a keyword exactly on
// the lines directly in the block of such a statement: nothing else may stand
// there. `type` followed by a name and `=` or `[` can be nothing else than an alias, wherever a
// statement may start. `_` stays a name; the parser knows it in patterns.
#include "lexer_state.h"

#include <string.h>

typedef struct Walk {
    const Source *source;
    Token *items;
    uint32_t depth;                 // of indentation
    bool is_match[MAX_INDENTS + 1]; // the block at this depth holds cases
} Walk;

static bool is_word(const Walk *walk, const Token *token, const char *word) {
    size_t length = strlen(word);
    return token->kind == TOKEN_NAME && token->span.end - token->span.start == length &&
           memcmp(walk->source->text + token->span.start, word, length) == 0;
}

// True if `kind` can follow a name only when the name is a keyword.
static bool starts_operand(TokenKind kind) {
    switch (kind) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_FSTRING_START:
    case TOKEN_LBRACE:
    case TOKEN_TILDE:
    case TOKEN_NONE:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_LAMBDA:
    case TOKEN_AWAIT:
    case TOKEN_ELLIPSIS:
        return true;
    default:
        return false;
    }
}

// True if `kind` can start an operand or continue an expression.
static bool is_ambiguous(TokenKind kind) {
    return kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET || kind == TOKEN_MINUS ||
           kind == TOKEN_PLUS || kind == TOKEN_STAR || kind == TOKEN_NOT;
}

// Index of the NEWLINE (or END) that closes the logical line of token `at`.
static uint32_t line_end(const Walk *walk, uint32_t at) {
    while (walk->items[at].kind != TOKEN_NEWLINE && walk->items[at].kind != TOKEN_END)
        at++;
    return at;
}

static bool is_match_line(const Walk *walk, uint32_t at, uint32_t end) {
    if (!is_word(walk, &walk->items[at], "match"))
        return false;
    TokenKind next = walk->items[at + 1].kind;
    bool ends_in_colon = end > at && walk->items[end - 1].kind == TOKEN_COLON;
    return starts_operand(next) || (is_ambiguous(next) && ends_in_colon);
}

// True if a statement may start behind the token before `at`.
static bool may_start_statement(const Walk *walk, uint32_t at) {
    TokenKind before = at > 0 ? walk->items[at - 1].kind : TOKEN_NEWLINE;
    return before == TOKEN_NEWLINE || before == TOKEN_INDENT || before == TOKEN_DEDENT ||
           before == TOKEN_SEMICOLON || before == TOKEN_COLON;
}

// Marks the `type` of each alias in the logical line [at, end).
static void promote_aliases(const Walk *walk, uint32_t at, uint32_t end) {
    for (; at + 2 < end; at++) {
        TokenKind behind = walk->items[at + 2].kind;
        if (walk->items[at + 1].kind == TOKEN_NAME &&
            (behind == TOKEN_ASSIGN || behind == TOKEN_LBRACKET) &&
            is_word(walk, &walk->items[at], "type") && may_start_statement(walk, at))
            walk->items[at].kind = TOKEN_TYPE;
    }
}

void soft_keywords_promote(const Source *source, TokenArray *tokens) {
    Walk walk = {.source = source, .items = tokens->items};
    bool opens_match = false;
    for (uint32_t at = 0; at < tokens->count; at++) {
        TokenKind kind = walk.items[at].kind;
        if (kind == TOKEN_INDENT && walk.depth < MAX_INDENTS) {
            walk.is_match[++walk.depth] = opens_match;
        } else if (kind == TOKEN_DEDENT && walk.depth) {
            walk.depth--;
        } else {
            uint32_t end = line_end(&walk, at);
            opens_match = is_match_line(&walk, at, end);
            if (opens_match)
                walk.items[at].kind = TOKEN_MATCH;
            else if (walk.is_match[walk.depth] && is_word(&walk, &walk.items[at], "case"))
                walk.items[at].kind = TOKEN_CASE;
            promote_aliases(&walk, at, end);
            at = end;
        }
    }
}
