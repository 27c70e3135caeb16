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
    if (kind == TOKEN_DOT)
        return next == TOKEN_NAME;
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

// Where the expression from `start` to `last` begins as CPython counts: inside of its parentheses,
// if they enclose all of it and make no tuple.
static const Token *inside_parentheses(const Token *start, const Token *last) {
    while (start->kind == TOKEN_LPAREN && last > start + 1 && group_start(last, start) == start) {
        int depth = 0;
        for (const Token *at = start; at < last; at++) {
            depth += token_opens(at->kind) - token_closes(at->kind);
            if (depth == 1 && (at->kind == TOKEN_COMMA || at->kind == TOKEN_FOR))
                return start;
        }
        start++;
        last--;
    }
    return start;
}

static bool fail_comma(const Hint *hint, const Token *last, const Token *open, Span second) {
    const Token *start = hint_disjunction_start(hint, last);
    bool looks_prefixed = start->kind == TOKEN_NAME && start[1].kind == TOKEN_STRING;
    if (looks_prefixed || begins_soft_keyword(hint, start) || is_bare(hint, start, open))
        return false;
    parser_fail(hint->parser, span_join(inside_parentheses(start, last)->span, second),
                "invalid syntax. Perhaps you forgot a comma?");
    return true;
}

// The bracket around another one, or NULL.
static const Token *bracket_around(const Hint *hint, const Token *open) {
    Hint outer = *hint;
    outer.token = open;
    return hint_open_bracket(&outer);
}

// `f(a[])`: the empty brackets may be a list.
static bool explain_empty_subscript(const Hint *hint) {
    const Token *bracket = hint->previous;
    const Token *open = bracket->kind == TOKEN_LBRACKET ? bracket_around(hint, bracket) : NULL;
    return open && hint->token->kind == TOKEN_RBRACKET && hint_ends_operand(bracket[-1].kind) &&
           fail_comma(hint, bracket - 1, open, hint->token->span);
}

// A `lambda` whose colon is not in its place is no second expression.
static bool is_broken_lambda(const Token *at) {
    if (at->kind != TOKEN_LAMBDA)
        return false;
    for (at++; at->kind == TOKEN_NAME || at->kind == TOKEN_COMMA;)
        at++;
    return at->kind != TOKEN_COLON || !hint_starts_value(at[1].kind);
}

bool hint_comma(const Hint *hint) {
    const Token *open = hint_open_bracket(hint), *last = hint->previous;
    if (!last || !open)
        return false;
    if (!hint_starts_operand(hint->token->kind) || is_broken_lambda(hint->token))
        return explain_empty_subscript(hint);
    bool is_not = last->kind == TOKEN_NOT && last - 1 > open; // `(a not b)`
    last -= is_not;
    return hint_ends_operand(last->kind) && (is_not || hint_accepts(hint, TOKEN_PLUS)) &&
           fail_comma(hint, last, open, second_end(hint));
}

// The `if` behind which the disjunction that ends at `last` is a condition; NULL if it is none.
static const Token *if_before(const Hint *hint, const Token *last) {
    const Token *start = hint_disjunction_start(hint, last);
    bool is_condition = start > hint->line + 1 && start[-1].kind == TOKEN_IF;
    return is_condition && hint_ends_operand(start[-2].kind) ? start - 1 : NULL;
}

// The `if` of `a if b`, of which `last` ends the condition; NULL if it is another one.
static const Token *ternary_before(const Hint *hint, const Token *last) {
    const Token *condition =
        last > hint->line && hint_ends_operand(last->kind) ? if_before(hint, last) : NULL;
    if (!condition)
        return NULL;
    const Token *start = hint_disjunction_start(hint, condition - 1);
    bool is_clause = start > hint->parser->tokens->items &&
                     (start[-1].kind == TOKEN_IN || start[-1].kind == TOKEN_IF);
    return is_clause ? NULL : condition;
}

// How many tokens too many stand behind the condition: 2 in `a if b is not else c`, 1 in `a if b.`.
static size_t dangling_count(const Hint *hint) {
    const Token *sign = hint->previous;
    while (sign > hint->line && (is_infix(sign->kind) || sign->kind == TOKEN_DOT))
        sign--;
    return sign < hint->previous && ternary_before(hint, sign) ? (size_t)(hint->previous - sign)
                                                               : 0;
}

static void fail_ternary(const Hint *hint, const Token *from, const Token *last) {
    parser_fail(hint->parser, span_join(from->span, last->span),
                "expected 'else' after 'if' expression");
}

bool hint_ternary(const Hint *hint) {
    if (!hint->previous || hint->token->kind == TOKEN_COLON ||
        hint_previous_is(hint, TOKEN_NEWLINE) || hint_previous_is(hint, TOKEN_DEDENT))
        return false;
    size_t dangling = hint_accepts(hint, TOKEN_ELSE) ? 0 : dangling_count(hint);
    if (!dangling && !hint_accepts(hint, TOKEN_ELSE))
        return false;
    const Token *last = hint->previous - dangling;
    const Token *from = if_before(hint, last);
    for (from = from ? from : last; from > hint->line && from->kind != TOKEN_IF;)
        from--;
    if (from > hint->line)
        from = hint_disjunction_start(hint, from - 1);
    fail_ternary(hint, from, last);
    return true;
}

bool hint_around(const Hint *hint) {
    const Token *outer;
    for (const Token *open = hint_open_bracket(hint); open && open > hint->line; open = outer) {
        outer = bracket_around(hint, open);
        const Token *before = open - 1;
        const Token *condition = ternary_before(hint, before);
        if (outer && before->kind == TOKEN_STAR && hint_explains_star(hint, before, outer))
            parser_fail(hint->parser, hint->token->span, "Invalid star expression");
        else if (condition)
            fail_ternary(hint, hint_disjunction_start(hint, condition - 1), before);
    }
    return hint->parser->failed;
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
    if (!starts)
        return at;
    const Token *last = expression_end(at, end);
    while (!is_named && last == at && at->kind == TOKEN_NAME && hint_starts_operand(at[1].kind))
        last = expression_end(++at, end); // after a name, which might be `print`, one more
    return last < end ? last + 1 : end;
}
