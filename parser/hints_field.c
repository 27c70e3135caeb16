// SPDX-License-Identifier: MIT
//
// What is wrong in a field of an f-string.
//
// A field is an expression with rules of its own behind it: `=`, a conversion after `!`, a format
// after `:`. So CPython says what a field expects, not what the grammar does, and where no
// expression can be read at all it says only that. What is wrong inside brackets of the field is
// first explained as everywhere else; where there is nothing to say, the field is told of.
#include "hints.h"

static bool is_field(const Hint *hint, const Token *open);

// A field in the format of another one comes right after the colon.
static bool begins_format(const Hint *hint, const Token *open) {
    const Token *first = hint->parser->tokens->items, *outer = open - 1;
    if (outer->kind != TOKEN_COLON || outer->span.end != open->span.start)
        return false;
    for (int depth = 0; outer > first && depth >= 0;) {
        outer--;
        depth += token_closes(outer->kind) - token_opens(outer->kind);
    }
    return is_field(hint, outer);
}

static bool is_field(const Hint *hint, const Token *open) {
    if (!open || open == hint->parser->tokens->items || open->kind != TOKEN_LBRACE)
        return false;
    // Fields alone touch the text before them in these ways.
    return open[-1].kind == TOKEN_FSTRING_START || open[-1].kind == TOKEN_FSTRING_MIDDLE ||
           (open[-1].kind == TOKEN_RBRACE && open[-1].span.end == open->span.start) ||
           begins_format(hint, open);
}

static bool in_fstring(const Hint *hint) {
    int closed = 0;
    for (const Token *at = hint->token; at-- > hint->line;) {
        closed += at->kind == TOKEN_FSTRING_END;
        if (at->kind == TOKEN_FSTRING_START && closed-- == 0)
            return true;
    }
    return false;
}

// The token after the `=` of `{x=...}`, or NULL.
static const Token *token_after_equals(const Hint *hint, const Token *open) {
    int depth = 0;
    for (const Token *at = open + 1; at < hint->token; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        if (depth == 0 && at->kind == TOKEN_ASSIGN)
            return at + 1;
    }
    return NULL;
}

// Where reading stopped: the first token that no expression that begins the field can go on to. In
// front of it may be signs that lack their operand.
static const Token *field_stop(const Token *open, const Token *wrong) {
    while (wrong > open + 1 && !hint_ends_operand(wrong[-1].kind) &&
           wrong[-1].kind != TOKEN_COMMA && wrong[-1].kind != TOKEN_YIELD)
        wrong--;
    return wrong == open + 2 && wrong[-1].kind == TOKEN_COMMA ? open + 1 : wrong;
}

static void fail_at_stop(const Hint *hint, const Token *open, const Token *wrong) {
    const Token *stop = field_stop(open, wrong);
    parser_fail(hint->parser, stop->span,
                stop == open + 1 ? "f-string: expecting a valid expression after '{'"
                                 : "f-string: expecting '=', or '!', or ':', or '}'");
}

// The `lambda` whose colon was taken for the one before a format.
static const Token *lambda_before(const Hint *hint, const Token *open) {
    const Token *token = hint->previous;
    while (token > open + 1 && token->kind != TOKEN_LAMBDA)
        token--;
    return token;
}

// The colon of a lambda that no parentheses protect begins a format: without one the field is no
// expression at all, with one the lambda is told of.
static void explain_field_lambda(const Hint *hint, const Token *open) {
    const Token *lambda = lambda_before(hint, open);
    bool has_colon =
        hint->token->kind == TOKEN_FSTRING_MIDDLE || hint_previous_is(hint, TOKEN_COLON);
    if (!has_colon && lambda == open + 1)
        parser_fail(hint->parser, lambda->span, "f-string: expecting a valid expression after '{'");
    else
        parser_fail(hint->parser, span_join(lambda->span, hint->previous->span),
                    "f-string: lambda expressions are not allowed without parentheses");
}

bool hint_field(const Hint *hint) {
    const Token *open = hint_open_bracket(hint);
    if (hint->previous == NULL || !in_fstring(hint) || !is_field(hint, open))
        return false;
    Span span = hint->token->span;
    TokenKind kind = hint->token->kind;
    if (hint->previous == open &&
        (kind == TOKEN_RBRACE || kind == TOKEN_BANG || kind == TOKEN_COLON || kind == TOKEN_ASSIGN))
        parser_fail(hint->parser, span, "f-string: valid expression required before '%s'",
                    token_text(kind));
    else if (hint_previous_is(hint, TOKEN_BANG))
        parser_fail(hint->parser, span,
                    kind == TOKEN_RBRACE || kind == TOKEN_COLON
                        ? "f-string: missing conversion character"
                        : "f-string: invalid conversion character");
    else if (hint->previous[-1].kind == TOKEN_BANG)
        parser_fail(hint->parser, span, "f-string: expecting ':' or '}'");
    else if (kind == TOKEN_FSTRING_MIDDLE ||
             (kind == TOKEN_RBRACE && (hint_accepts(hint, TOKEN_COLON) ||
                                       (hint_previous_is(hint, TOKEN_COLON) &&
                                        lambda_before(hint, open)->kind == TOKEN_LAMBDA))))
        explain_field_lambda(hint, open);
    else if (hint_starts_operand(kind) && hint_ends_operand(hint->previous->kind))
        parser_fail(hint->parser,
                    span_join(hint_disjunction_start(hint, hint->previous)->span, span),
                    "invalid syntax. Perhaps you forgot a comma?");
    else if (hint->previous > open + 1 && token_after_equals(hint, open))
        parser_fail(hint->parser, token_after_equals(hint, open)->span,
                    "f-string: expecting '!', or ':', or '}'");
    else if (hint_accepts(hint, TOKEN_RBRACE))
        parser_fail(hint->parser, span, "f-string: expecting '=', or '!', or ':', or '}'");
    else if (!hint_ternary(hint))
        fail_at_stop(hint, open, hint->token);
    return true;
}

bool hint_inside_field(const Hint *hint) {
    if (!in_fstring(hint))
        return false;
    const Token *outermost = NULL;
    int depth = 0;
    for (const Token *at = hint->token; at-- > hint->line;) {
        depth += token_closes(at->kind);
        if (!token_opens(at->kind) || depth-- > 0)
            continue;
        depth = 0;
        if (outermost && is_field(hint, at)) {
            fail_at_stop(hint, at, outermost);
            return true;
        }
        outermost = at;
    }
    return false;
}
