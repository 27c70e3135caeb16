// SPDX-License-Identifier: MIT
//
// What is wrong with the parameters of a `def` or a `lambda`.
//
// The grammar refuses the first token that cannot stand where it stands, but the mistake is often
// in front of it: `def f(/, a=, b)` fails at the comma, and CPython tells of the slash. So the list
// is read once more, from its start to the refused token, and the first thing that no list of
// parameters has is reported, with CPython's words and place.
#include "hints.h"

typedef struct ParameterScan {
    Parser *parser;
    const Token *first; // behind the `(` or `lambda`
    const Token *at;
    TokenKind star; // what the parameter began with: STAR, DOUBLE_STAR or something else
    bool is_lambda;
    bool has_default; // some parameter has
} ParameterScan;

static bool is_definition(const Token *open, const Token *first) {
    return open->kind == TOKEN_LPAREN && open > first + 1 && open[-2].kind == TOKEN_DEF;
}

// Finds the list around the refused token; false if there is none.
static bool find_list(const Hint *hint, ParameterScan *scan) {
    const Token *first = hint->parser->tokens->items;
    bool behind_colon = false;
    int depth = 0;
    for (const Token *at = hint->token; at-- > first;) {
        scan->first = at + 1;
        scan->is_lambda = at->kind == TOKEN_LAMBDA;
        if (depth == 0 && scan->is_lambda && !behind_colon)
            return true;
        if (depth == 0 && token_opens(at->kind))
            return is_definition(at, first);
        depth += token_closes(at->kind) - token_opens(at->kind);
        behind_colon |= depth == 0 && at->kind == TOKEN_COLON;
    }
    return false;
}

static bool starts_parameter(const ParameterScan *scan) {
    return scan->at == scan->first || scan->at[-1].kind == TOKEN_COMMA;
}

static void fail(const ParameterScan *scan, const char *message) {
    parser_fail(scan->parser, scan->at->span, "%s", message);
}

static void look_at_default(ParameterScan *scan) {
    if (scan->star == TOKEN_STAR)
        fail(scan, "var-positional argument cannot have default value");
    else if (scan->star == TOKEN_DOUBLE_STAR)
        fail(scan, "var-keyword argument cannot have default value");
    else if (scan->at[1].kind == TOKEN_COMMA || scan->at[1].kind == TOKEN_RPAREN)
        fail(scan, "expected default value expression");
    scan->has_default = true;
}

// The last token of `(a, b)`, nothing but names, that starts at `at`; or NULL.
static const Token *names_in_parentheses(const Token *at) {
    do
        at++;
    while (at->kind == TOKEN_NAME || at->kind == TOKEN_COMMA);
    return at->kind == TOKEN_RPAREN ? at : NULL;
}

// `def f((a, b))` and `lambda (a, b): a`.
static void look_at_parentheses(const ParameterScan *scan) {
    const Token *end = names_in_parentheses(scan->at);
    if (end && !scan->has_default)
        parser_fail(scan->parser, span_join(scan->at->span, end->span),
                    "%s parameters cannot be parenthesized",
                    scan->is_lambda ? "Lambda expression" : "Function");
}

static void look_at_start(ParameterScan *scan) {
    bool behind_slash = scan->at > scan->first && scan->at[-1].kind == TOKEN_SLASH;
    scan->star = scan->at->kind;
    if (scan->star == TOKEN_SLASH && scan->at == scan->first)
        fail(scan, "at least one argument must precede /");
    else if (scan->star == TOKEN_STAR && behind_slash)
        fail(scan, "expected comma between / and *");
    else if (scan->star == TOKEN_LPAREN)
        look_at_parentheses(scan);
}

bool hint_parameters(const Hint *hint) {
    ParameterScan scan = {.parser = hint->parser};
    if (!hint->previous || !find_list(hint, &scan))
        return false;
    int depth = 0;
    for (scan.at = scan.first; scan.at <= hint->token && !hint->parser->failed; scan.at++) {
        bool joins_slash = scan.at->kind == TOKEN_STAR && scan.star == TOKEN_SLASH;
        if (depth == 0 && (starts_parameter(&scan) || joins_slash))
            look_at_start(&scan);
        else if (depth == 0 && scan.at->kind == TOKEN_ASSIGN)
            look_at_default(&scan);
        depth += token_opens(scan.at->kind) - token_closes(scan.at->kind);
    }
    return hint->parser->failed;
}
