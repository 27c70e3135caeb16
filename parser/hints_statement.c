// SPDX-License-Identifier: MIT
//
// Statements that are wrong before the refused token: `None = 1 2`, `del f() x`, `def f(a=1, b) x`,
// and arguments that are: `f(a.b=1 2)`.
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

// What a builder refuses in the tokens from `start` up to `end`, completed by `added`, an array
// that ends with a TOKEN_END; false if nothing.
static bool is_refused(const Hint *hint, const Token *start, const Token *end,
                       const TokenKind *added, Diagnostic *error) {
    size_t length = (size_t)(end - start), count = 1;
    while (added[count - 1] != TOKEN_END)
        count++;
    Token *tokens = arena_alloc(hint->parser->arena, (length + count) * sizeof *tokens);
    memcpy(tokens, start, length * sizeof *tokens);
    for (size_t i = 0; i < count; i++)
        tokens[length + i] = (Token){.kind = added[i], .span = end->span};
    TokenArray all = {tokens, (uint32_t)(length + count), (uint32_t)(length + count)};
    return parser_refuses(hint->parser, &all, error);
}

// Tell what a builder refuses.
static void check(const Hint *hint, const Token *start, const Token *end, const TokenKind *added) {
    Diagnostic error;
    if (!is_refused(hint, start, end, added, &error))
        return;
    hint->parser->last_seen = hint->token;
    parser_fail(hint->parser, error.span, "%s", error.message);
}

static void check_definition(const Hint *hint, const Token *start) {
    static const TokenKind added[] = {TOKEN_COLON, TOKEN_PASS, TOKEN_NEWLINE, TOKEN_END};
    const Token *end = start;
    while (end < hint->token && end->kind != TOKEN_LPAREN)
        end++;
    for (int depth = 0; end < hint->token; end++) {
        depth += token_opens(end->kind) - token_closes(end->kind);
        if (depth == 0)
            return check(hint, start, end + 1, added);
    }
}

// The targets of the `for` that begins the line are looked at before what is behind them.
static void check_targets(const Hint *hint) {
    static const TokenKind added[] = {TOKEN_IN,   TOKEN_NAME,    TOKEN_COLON,
                                      TOKEN_PASS, TOKEN_NEWLINE, TOKEN_END};
    const Token *end = hint->line;
    for (int depth = 0; end < hint->token && (depth > 0 || end->kind != TOKEN_IN); end++)
        depth += token_opens(end->kind) - token_closes(end->kind);
    check(hint, hint->line, end, added);
}

static void check_assignment(const Hint *hint, const Beginning *beginning) {
    static const TokenKind operand[] = {TOKEN_NAME, TOKEN_NEWLINE, TOKEN_END};
    static const TokenKind no_operand[] = {TOKEN_NOT, TOKEN_NAME, TOKEN_NEWLINE, TOKEN_END};
    const Token *value = beginning->sign + 1;
    bool is_read = value < hint->token && hint_starts_value(value->kind);
    Diagnostic error;
    if (value < hint->token || beginning->sign->kind == TOKEN_ASSIGN)
        check(hint, beginning->start, value, is_read ? operand : no_operand);
    else if (is_refused(hint, beginning->start, value, operand, &error))
        // No value follows, so CPython has stopped at the sign.
        parser_fail(hint->parser, beginning->sign->span, "invalid syntax");
}

bool hint_in_header(const Hint *hint) {
    return hint_begins_block(hint->line->kind) && find_beginning(hint).start == hint->line;
}

bool hint_statement(const Hint *hint) {
    static const TokenKind end[] = {TOKEN_NEWLINE, TOKEN_END};
    if (hint_open_bracket(hint) || hint->parser->mode == PARSE_EVAL)
        return false;
    Beginning beginning = find_beginning(hint);
    TokenKind first = beginning.start->kind;
    if (hint->line[hint->line->kind == TOKEN_ASYNC].kind == TOKEN_FOR)
        check_targets(hint);
    if (beginning.start < hint->token && first == TOKEN_DEL)
        check(hint, beginning.start, hint->token, end);
    else if (first == TOKEN_DEF || first == TOKEN_ASYNC)
        check_definition(hint, beginning.start);
    else if (beginning.sign)
        check_assignment(hint, &beginning);
    return hint->parser->failed;
}

// An argument that is no keyword in spite of its `=`.
typedef struct Misplaced {
    const Token *start, *sign; // NULL if there is none
} Misplaced;

// The one between the bracket and the refused token.
static Misplaced find_misplaced(const Token *open, const Token *end) {
    Misplaced found = {open + 1, NULL};
    bool is_other = false; // a lambda's default, or something that is wrong in its own way
    int depth = 0;
    for (const Token *at = open + 1; at < end; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        if (depth == 0 && at->kind == TOKEN_COMMA) {
            found = (Misplaced){at + 1, NULL};
            is_other = false;
        } else if (depth == 0 && at->kind == TOKEN_ASSIGN && !found.sign) {
            found.sign = at;
        }
        is_other = is_other || at->kind == TOKEN_LAMBDA || at->kind == TOKEN_IF ||
                   at->kind == TOKEN_FOR || at->kind == TOKEN_COLON;
    }
    TokenKind first = found.start->kind;
    bool is_keyword = found.sign == found.start + 1 && first == TOKEN_NAME;
    bool is_wrong = found.sign && found.sign > found.start && !is_keyword && !is_other &&
                    first != TOKEN_STAR && first != TOKEN_DOUBLE_STAR &&
                    hint_ends_operand(found.sign[-1].kind);
    return is_wrong ? found : (Misplaced){NULL, NULL};
}

bool hint_argument(const Hint *hint) {
    Misplaced wrong = {NULL, NULL};
    Hint around = *hint;
    for (const Token *open; (open = hint_open_bracket(&around)) && open > hint->line;) {
        bool is_call = open->kind == TOKEN_LPAREN && hint_ends_operand(open[-1].kind) &&
                       (open - 1 == hint->line || open[-2].kind != TOKEN_DEF);
        Misplaced found = is_call ? find_misplaced(open, hint->token) : wrong;
        if (found.sign)
            wrong = found; // the outermost one is seen first
        around.token = open;
    }
    if (!wrong.sign)
        return false;
    TokenKind first = wrong.start->kind;
    bool is_constant = wrong.sign == wrong.start + 1 &&
                       (first == TOKEN_TRUE || first == TOKEN_FALSE || first == TOKEN_NONE);
    Span span = span_join(wrong.start->span, wrong.sign->span);
    hint->parser->last_seen = wrong.sign;
    if (is_constant)
        parser_fail(hint->parser, span, "cannot assign to %s", token_text(first));
    else
        parser_fail(hint->parser, span,
                    "expression cannot contain assignment, perhaps you meant \"==\"?");
    return true;
}
