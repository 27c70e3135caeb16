// SPDX-License-Identifier: MIT
//
// Statements that are wrong before the refused token: `None = 1 2`, `del f() x`, `def f(a=1, b) x`.
//
// CPython's parser looks at what stands left of a `=` before it reads on. Ours accepts any
// expression there and leaves the rest to the builders, who never see a statement that cannot be
// read to its end. So the beginning is read once more by itself, completed by the least that makes
// a statement of it, and if a builder refuses that, this is the error to tell.
#include "hints.h"

#include <string.h>

typedef struct Beginning {
    const Token *start; // of the statement
    const Token *sign;  // its last `=`, `+=` or `:` in front of the refused token, or NULL
} Beginning;

static bool is_sign(TokenKind kind) {
    return kind == TOKEN_ASSIGN || kind == TOKEN_COLON || kind >= TOKEN_PLUS_ASSIGN;
}

// The statement on the refused token's line that is not complete: behind the last `;`, or behind
// the colon of a header.
static Beginning find_beginning(const Hint *hint) {
    Beginning found = {hint->line, NULL};
    bool in_header = hint_begins_block(hint->line->kind);
    int depth = 0;
    for (const Token *at = hint->line; at < hint->token; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        if (depth > 0)
            continue;
        if (at->kind == TOKEN_SEMICOLON || (in_header && at->kind == TOKEN_COLON)) {
            in_header = false;
            found = (Beginning){at + 1, NULL};
        } else if (is_sign(at->kind) && (!found.sign || at->kind == TOKEN_ASSIGN)) {
            found.sign = at;
        }
    }
    return found;
}

// Does anything refuse the tokens from `start` up to `end`, completed by `added`?
static bool refuses(const Hint *hint, const Token *start, const Token *end, const TokenKind *added,
                    size_t count, Diagnostic *error) {
    size_t length = (size_t)(end - start);
    Token *tokens = arena_alloc(hint->parser->arena, (length + count) * sizeof *tokens);
    memcpy(tokens, start, length * sizeof *tokens);
    for (size_t i = 0; i < count; i++)
        tokens[length + i] = (Token){.kind = added[i], .span = end->span};
    TokenArray all = {tokens, (uint32_t)(length + count), (uint32_t)(length + count)};
    return parser_refuses(hint->parser, &all, error);
}

static bool refuses_definition(const Hint *hint, const Token *start, Diagnostic *error) {
    static const TokenKind added[] = {TOKEN_COLON, TOKEN_PASS, TOKEN_NEWLINE};
    const Token *end = start;
    while (end < hint->token && end->kind != TOKEN_LPAREN)
        end++;
    for (int depth = 0; end < hint->token; end++) {
        depth += token_opens(end->kind) - token_closes(end->kind);
        if (depth == 0)
            return refuses(hint, start, end + 1, added, 3, error);
    }
    return false;
}

static bool refuses_assignment(const Hint *hint, const Beginning *beginning, Diagnostic *error) {
    static const TokenKind operand[] = {TOKEN_NAME, TOKEN_NEWLINE};
    static const TokenKind no_operand[] = {TOKEN_NOT, TOKEN_NAME, TOKEN_NEWLINE};
    const Token *value = beginning->sign + 1;
    bool is_read = value < hint->token && hint_starts_value(value->kind);
    return is_read ? refuses(hint, beginning->start, value, operand, 2, error)
                   : refuses(hint, beginning->start, value, no_operand, 3, error);
}

bool hint_statement(const Hint *hint) {
    static const TokenKind end[] = {TOKEN_NEWLINE};
    if (hint_open_bracket(hint) || hint->parser->mode == PARSE_EVAL)
        return false;
    Beginning beginning = find_beginning(hint);
    TokenKind first = beginning.start->kind;
    Diagnostic error;
    bool refused = false;
    if (beginning.start < hint->token && first == TOKEN_DEL)
        refused = refuses(hint, beginning.start, hint->token, end, 1, &error);
    else if (first == TOKEN_DEF || first == TOKEN_ASYNC)
        refused = refuses_definition(hint, beginning.start, &error);
    else if (beginning.sign)
        refused = refuses_assignment(hint, &beginning, &error);
    if (!refused)
        return false;
    bool is_annotation = beginning.sign && beginning.sign->kind == TOKEN_COLON;
    if (is_annotation &&
        beginning.sign == hint->previous) // nothing is annotated, the colon is wrong
        parser_fail(hint->parser, hint->previous->span, "invalid syntax");
    else
        parser_fail(hint->parser, error.span, "%s", error.message);
    return true;
}
