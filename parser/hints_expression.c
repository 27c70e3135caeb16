// SPDX-License-Identifier: MIT
//
// What is wrong with two expressions where one should be.
//
// CPython's parser tries an expression, and where that fails it looks whether a second one follows
// ("Perhaps you forgot a comma?"), a Python 2 `print`, or an `if` without its `else`, and shows all
// of it. We only know the refused token, so we go backwards from it to where the expression began:
// over operands, what hangs on them, and operators between them. CPython calls what can be passed
// that way a disjunction: everything that binds more tightly than `if`.
#include "hints.h"

#include <string.h>

static bool is_infix(TokenKind kind) {
    return (kind >= TOKEN_PLUS && kind <= TOKEN_AMPERSAND) ||
           (kind >= TOKEN_EQUAL && kind <= TOKEN_GREATER_EQUAL) || kind == TOKEN_AT ||
           kind == TOKEN_AND || kind == TOKEN_OR || kind == TOKEN_IN || kind == TOKEN_IS ||
           kind == TOKEN_NOT;
}

// `*`, `**` and `@` in front of arguments, targets and definitions, not between factors.
static bool is_prefix(const Token *at, const Token *first) {
    return (at->kind == TOKEN_STAR || at->kind == TOKEN_DOUBLE_STAR || at->kind == TOKEN_AT) &&
           (at == first || !hint_ends_operand(at[-1].kind));
}

// The first token of the bracket or f-string that ends at `at`; `at` itself if none does.
static const Token *group_start(const Token *at, const Token *first) {
    int depth = 0;
    for (;; at--) {
        depth += token_closes(at->kind) || at->kind == TOKEN_FSTRING_END;
        depth -= token_opens(at->kind) || at->kind == TOKEN_FSTRING_START;
        if (depth <= 0 || at == first)
            return at;
    }
}

// Does this `in` belong to a `for`, whose targets lie between them?
static bool is_of_for(const Token *in, const Token *first) {
    const Token *at = in;
    while (at > first) {
        at = group_start(at - 1, first);
        bool is_target = at->kind == TOKEN_NAME || at->kind == TOKEN_COMMA ||
                         at->kind == TOKEN_DOT || at->kind == TOKEN_STAR || token_opens(at->kind);
        if (!is_target)
            return at->kind == TOKEN_FOR;
    }
    return false;
}

// Whether `before` and the operand or operator that starts at `at` are of one disjunction.
static bool goes_on(const Token *before, const Token *at, const Token *first) {
    bool is_string = at->kind == TOKEN_STRING || at->kind == TOKEN_FSTRING_START;
    if (before->kind == TOKEN_DOT || before->kind == TOKEN_AWAIT || before->kind == TOKEN_TILDE)
        return true;
    if (is_infix(before->kind))
        return !is_prefix(before, first) && !(before->kind == TOKEN_IN && is_of_for(before, first));
    if (!hint_ends_operand(before->kind))
        return false;
    return at->kind == TOKEN_DOT || token_opens(at->kind) || is_infix(at->kind) ||
           (is_string && (before->kind == TOKEN_STRING || before->kind == TOKEN_FSTRING_END));
}

const Token *hint_disjunction_start(const Hint *hint, const Token *last) {
    const Token *first = hint->parser->tokens->items;
    const Token *at = group_start(last, first);
    while (at > first && goes_on(at - 1, at, first))
        at = group_start(at - 1, first);
    return at;
}

// CPython passes over names that are the beginning of a soft keyword, such as `c` and `ma`.
static bool begins_soft_keyword(const Hint *hint, const Token *name) {
    static const char *const words[] = {"_", "case", "match", "type"};
    const char *text = hint->parser->source->text + name->span.start;
    size_t length = name->span.end - name->span.start;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (name->kind == TOKEN_NAME && strncmp(words[i], text, length) == 0)
            return true;
    }
    return false;
}

// Where no more than a disjunction may stand: behind `in` and `if` of a comprehension, and starred
// in a display.
static bool is_bare(const Hint *hint, const Token *start, const Token *open) {
    const Token *before = start - 1;
    bool is_call = open->kind == TOKEN_LPAREN && open > hint->parser->tokens->items &&
                   hint_ends_operand(open[-1].kind);
    bool is_starred = before->kind == TOKEN_STAR || before->kind == TOKEN_DOUBLE_STAR;
    return before->kind == TOKEN_IN || before->kind == TOKEN_IF || (is_starred && !is_call);
}

// Does one expression go on from `at` to the next token?
static bool joins_next(const Token *at) {
    TokenKind kind = at->kind, next = at[1].kind;
    if (hint_ends_operand(kind))
        return is_infix(next) || next == TOKEN_DOT || token_opens(next);
    return hint_starts_operand(next) || is_infix(next) || token_opens(next);
}

// The last token of the expression that begins at `at`, or `end`.
static const Token *expression_end(const Token *at, const Token *end) {
    for (int depth = 0; at < end; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        if (depth < 0 || (depth == 0 && at + 1 < end && !joins_next(at)))
            break;
    }
    return at;
}

// Where the second of two expressions ends: in front of what it lacks an operand for.
static Span second_end(const Hint *hint) {
    const Token *end = hint->parser->tokens->items + hint->parser->tokens->count - 1;
    const Token *last = expression_end(hint->token, end);
    while (last > hint->token && !hint_ends_operand(last->kind))
        last--;
    return last->span;
}

bool hint_comma(const Hint *hint) {
    const Token *open = hint_open_bracket(hint), *last = hint->previous;
    if (!last || !open || !hint_starts_operand(hint->token->kind))
        return false;
    bool is_not = last->kind == TOKEN_NOT && last - 1 > open; // `(a not b)`
    last -= is_not;
    if (!hint_ends_operand(last->kind) || !(is_not || hint_accepts(hint, TOKEN_PLUS)))
        return false;
    const Token *start = hint_disjunction_start(hint, last);
    bool looks_prefixed = start->kind == TOKEN_NAME && start[1].kind == TOKEN_STRING;
    if (looks_prefixed || begins_soft_keyword(hint, start) || is_bare(hint, start, open))
        return false;
    parser_fail(hint->parser, span_join(start->span, second_end(hint)),
                "invalid syntax. Perhaps you forgot a comma?");
    return true;
}

// The `if` behind which the disjunction that ends at `last` is a condition; NULL if it is none.
static const Token *if_before(const Hint *hint, const Token *last) {
    const Token *start = hint_disjunction_start(hint, last);
    bool is_condition = start > hint->line + 1 && start[-1].kind == TOKEN_IF;
    return is_condition && hint_ends_operand(start[-2].kind) ? start - 1 : NULL;
}

// `a if b is else c`: the condition is complete in front of the operator.
static bool is_dangling(const Hint *hint) {
    const Token *sign = hint->previous;
    const Token *condition =
        is_infix(sign->kind) && sign > hint->line && hint_ends_operand(sign[-1].kind)
            ? if_before(hint, sign - 1)
            : NULL;
    if (!condition)
        return false;
    const Token *start = hint_disjunction_start(hint, condition - 1);
    return start == hint->parser->tokens->items ||
           (start[-1].kind != TOKEN_IN && start[-1].kind != TOKEN_IF);
}

bool hint_ternary(const Hint *hint) {
    if (!hint->previous || hint->token->kind == TOKEN_COLON ||
        hint_previous_is(hint, TOKEN_NEWLINE) || hint_previous_is(hint, TOKEN_DEDENT))
        return false;
    bool dangles = !hint_accepts(hint, TOKEN_ELSE);
    if (dangles && !is_dangling(hint))
        return false;
    const Token *last = hint->previous - dangles;
    const Token *from = if_before(hint, last);
    for (from = from ? from : last; from > hint->line && from->kind != TOKEN_IF;)
        from--;
    if (from > hint->line)
        from = hint_disjunction_start(hint, from - 1);
    parser_fail(hint->parser, span_join(from->span, last->span),
                "expected 'else' after 'if' expression");
    return true;
}

static bool is_old_statement(const Hint *hint, const Token *name) {
    return name->kind == TOKEN_NAME &&
           (hint_spells(hint, name, "print") || hint_spells(hint, name, "exec"));
}

// `print "hello"`, as Python 2 had it, where an expression may begin; behind another name, too.
static const Token *find_old_statement(const Hint *hint) {
    const Token *name = hint->previous;
    if (hint_previous_is(hint, TOKEN_NOT) && name > hint->line)
        name--; // `print not x`
    if (!name || !hint_starts_operand(hint->token->kind) || name->kind != TOKEN_NAME)
        return NULL;
    if (is_old_statement(hint, name))
        return hint_disjunction_start(hint, name) == name ? name : NULL;
    name = hint->token;
    bool follows = is_old_statement(hint, name) && hint_starts_operand(name[1].kind);
    return follows && !hint_open_bracket(hint) ? name : NULL;
}

bool hint_print(const Hint *hint) {
    const Token *name = find_old_statement(hint);
    if (!name)
        return false;
    const Token *end = name + 1;
    for (int depth = 0; end[1].kind != TOKEN_NEWLINE && end[1].kind != TOKEN_END; end++) {
        depth += token_opens(end[1].kind) - token_closes(end[1].kind);
        if (depth < 0)
            break;
    }
    int length = (int)(name->span.end - name->span.start);
    const char *text = hint->parser->source->text + name->span.start;
    parser_fail(hint->parser, span_join(name->span, end->span),
                "Missing parentheses in call to '%.*s'. Did you mean %.*s(...)?", length, text,
                length, text);
    return true;
}

static bool follows_expression(const Hint *hint) {
    const Token *open = hint_open_bracket(hint);
    return hint_accepts(hint, TOKEN_PLUS) && hint_accepts(hint, TOKEN_LESS) &&
           !(open && is_bare(hint, hint_disjunction_start(hint, hint->previous), open));
}

const Token *hint_last_seen(const Hint *hint) {
    const Token *end = hint->parser->tokens->items + hint->parser->tokens->count - 1;
    const Token *at = hint->token;
    bool is_named = at->kind == TOKEN_ASSIGN && hint_open_bracket(hint); // `(a = b`
    if (!hint->previous || !hint_ends_operand(hint->previous->kind) ||
        (!is_named && !follows_expression(hint)))
        return at;
    at += is_named;
    bool starts = hint_starts_operand(at->kind) || token_opens(at->kind) || is_infix(at->kind);
    const Token *last = starts ? expression_end(at, end) : at;
    while (!is_named && last == at && at->kind == TOKEN_NAME && hint_starts_operand(at[1].kind))
        last = expression_end(++at, end); // after a name, which might be `print`, one more
    return last < end ? last + 1 : end;
}
