// SPDX-License-Identifier: MIT
//
// Why can this token not stand here? The words of a syntax error.
//
// When the grammar refuses a token we know three things: the token, those around
// it, and, by asking grammar_accepts, what could have come instead. From these
// the most helpful message is chosen. `explainers` lists the guesses in order;
// the first that recognises its case reports it. Where CPython 3.13 has a
// message of its own we use its words.
#include "hints.h"

#include "literal.h"

#include <string.h>

bool hint_accepts(const Hint *hint, TokenKind kind) {
    return grammar_accepts(hint->grammar, kind);
}

bool hint_previous_is(const Hint *hint, TokenKind kind) {
    return hint->previous && hint->previous->kind == kind;
}

bool hint_spells(const Hint *hint, const Token *token, const char *word) {
    size_t length = strlen(word);
    return token->span.end - token->span.start == length &&
           memcmp(hint->parser->source->text + token->span.start, word, length) == 0;
}

bool hint_starts_operand(TokenKind kind) {
    switch (kind) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_FSTRING_START:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NONE:
    case TOKEN_ELLIPSIS:
    case TOKEN_LAMBDA:
    case TOKEN_TILDE:
    case TOKEN_LBRACE:
    case TOKEN_AWAIT:
        return true;
    default:
        return false;
    }
}

bool hint_ends_operand(TokenKind kind) {
    switch (kind) {
    case TOKEN_NAME:
    case TOKEN_NUMBER:
    case TOKEN_STRING:
    case TOKEN_FSTRING_END:
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NONE:
    case TOKEN_ELLIPSIS:
    case TOKEN_RPAREN:
    case TOKEN_RBRACKET:
    case TOKEN_RBRACE:
        return true;
    default:
        return false;
    }
}

// The bracket that is open at the refused token, or NULL. A field of an f-string
// counts as a '{' whose predecessor is the f-string's start or text.
const Token *hint_open_bracket(const Hint *hint) {
    int depth = 0;
    const Token *first = hint->parser->tokens->items;
    for (const Token *at = hint->token; at-- > first;) {
        depth += token_closes(at->kind);
        if (token_opens(at->kind) && depth-- == 0)
            return at;
    }
    return NULL;
}

// The token that starts the name, call, attribute, ... ending before the refused
// token: brackets are passed whole, dots and neighbouring strings joined.
static Span operand_start(const Hint *hint) {
    const Token *first = hint->parser->tokens->items;
    const Token *at = hint->previous;
    int depth = 0;
    for (;; at--) {
        depth += token_closes(at->kind) - token_opens(at->kind);
        if (at == first || depth < 0)
            break;
        bool is_call = token_opens(at->kind) && hint_ends_operand(at[-1].kind);
        bool is_joined = at->kind == TOKEN_DOT || at[-1].kind == TOKEN_DOT ||
                         (at->kind == TOKEN_STRING && at[-1].kind == TOKEN_STRING);
        if (depth == 0 && !is_call && !is_joined)
            break;
    }
    return at->span;
}

// A string that cannot be read is told before its place, be it in front of the refused token or
// where a second expression would be looked at, also behind a name: `a b'é'`.
static bool explain_literal(const Hint *hint) {
    const Token *string = hint->token + (hint->token->kind == TOKEN_NAME);
    if (!hint->previous || !hint_accepts(hint, TOKEN_PLUS))
        return false;
    if (hint->previous->kind == TOKEN_STRING)
        build_string(hint->parser, hint->previous);
    if (string->kind == TOKEN_STRING && hint_ends_operand(hint->previous->kind))
        build_string(hint->parser, string);
    return hint->parser->failed;
}

static const char *statement_name(const Token *line) {
    switch (line->kind) {
    case TOKEN_DEF:
        return "function definition";
    case TOKEN_CLASS:
        return "class definition";
    case TOKEN_ASYNC:
        return statement_name(line + 1);
    case TOKEN_EXCEPT:
        return line[1].kind == TOKEN_STAR ? "'except*' statement" : "'except' statement";
    default:
        return NULL;
    }
}

static bool explain_indentation(const Hint *hint) {
    if (hint->token->kind == TOKEN_INDENT && !hint_accepts(hint, TOKEN_INDENT)) {
        uint32_t end = hint->token->span.end;
        parser_fail(hint->parser, (Span){end - 1, end}, "unexpected indent");
        hint->parser->error->kind = DIAGNOSTIC_INDENTATION_ERROR;
        return true;
    }
    if (!hint_previous_is(hint, TOKEN_NEWLINE) || !hint_accepts(hint, TOKEN_INDENT))
        return false;
    const Token *header = hint->previous;
    while (header > hint->parser->tokens->items && header[-1].kind != TOKEN_NEWLINE &&
           header[-1].kind != TOKEN_INDENT && header[-1].kind != TOKEN_DEDENT)
        header--;
    header += header->kind == TOKEN_ASYNC;
    uint32_t line = source_line_of(hint->parser->source, header->span.start);
    const char *name = statement_name(header);
    if (name)
        parser_fail(hint->parser, hint->token->span,
                    "expected an indented block after %s on line %u", name, line);
    else
        parser_fail(hint->parser, hint->token->span,
                    "expected an indented block after '%s' statement on line %u",
                    token_text(header->kind), line);
    hint->parser->error->kind = DIAGNOSTIC_INDENTATION_ERROR;
    return true;
}

static bool explain_try(const Hint *hint) {
    if (!hint_accepts(hint, TOKEN_EXCEPT) || !hint_accepts(hint, TOKEN_FINALLY) ||
        hint_accepts(hint, TOKEN_ELSE) || hint_accepts(hint, TOKEN_NEWLINE))
        return false;
    uint32_t end = hint->token->span.end;
    parser_fail(hint->parser,
                hint->token->kind == TOKEN_INDENT ? (Span){end - 1, end} : hint->token->span,
                "expected 'except' or 'finally' block");
    return true;
}

static bool explain_mixed_except(const Hint *hint) {
    bool star_after_plain = hint->token->kind == TOKEN_STAR && hint_accepts(hint, TOKEN_COLON);
    bool plain_after_star = hint->token->kind != TOKEN_STAR && hint_accepts(hint, TOKEN_STAR);
    if (!hint_previous_is(hint, TOKEN_EXCEPT) || (!star_after_plain && !plain_after_star))
        return false;
    bool starts_type = hint_starts_operand(hint->token->kind) || hint->token->kind == TOKEN_LPAREN;
    if (plain_after_star && !starts_type)
        return false;
    Span span = hint->previous->span;
    parser_fail(hint->parser, star_after_plain ? span_join(span, hint->token->span) : span,
                "cannot have both 'except' and 'except*' on the same 'try'");
    return true;
}

bool hint_begins_block(TokenKind kind) {
    switch (kind) {
    case TOKEN_ASYNC:
    case TOKEN_IF:
    case TOKEN_ELIF:
    case TOKEN_ELSE:
    case TOKEN_FOR:
    case TOKEN_WHILE:
    case TOKEN_WITH:
    case TOKEN_TRY:
    case TOKEN_EXCEPT:
    case TOKEN_FINALLY:
    case TOKEN_DEF:
    case TOKEN_CLASS:
    case TOKEN_MATCH:
    case TOKEN_CASE:
        return true;
    default:
        return false;
    }
}

static bool explain_colon(const Hint *hint) {
    if (!hint_in_header(hint) ||
        (!hint_accepts(hint, TOKEN_COLON) && !hint_previous_is(hint, TOKEN_ARROW)) ||
        hint_open_bracket(hint))
        return false;
    TokenKind line = hint->line[hint->line->kind == TOKEN_ASYNC].kind;
    if (hint_previous_is(hint, TOKEN_ARROW)) {
        parser_fail(hint->parser, hint->previous->span, "expected ':'");
        return true;
    }
    bool needs_it_now =
        line == TOKEN_ELSE || line == TOKEN_TRY || line == TOKEN_FINALLY || line == TOKEN_DEF;
    if (hint->token->kind != TOKEN_NEWLINE && !needs_it_now)
        return false;
    parser_fail(hint->parser, hint->token->span, "expected ':'");
    return true;
}

bool hint_starts_value(TokenKind kind) {
    return hint_starts_operand(kind) || token_opens(kind) || kind == TOKEN_MINUS ||
           kind == TOKEN_PLUS;
}

// Where the operand that starts at `at` ends: brackets and what hangs on it by dots are passed.
static Span value_end(const Token *at) {
    int depth = 0;
    for (;; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        bool goes_on = at[1].kind == TOKEN_DOT || at->kind == TOKEN_DOT ||
                       at->kind == TOKEN_MINUS || at[1].kind == TOKEN_LPAREN ||
                       at[1].kind == TOKEN_LBRACKET;
        if (at[1].kind == TOKEN_NEWLINE || at[1].kind == TOKEN_END || (depth <= 0 && !goes_on))
            return at->span;
    }
}

static bool is_group_start(const Hint *hint, Span start) {
    return hint->parser->source->text[start.start] == '(';
}

// What ends at `last`, in the words of target_describe; NULL for a bare name.
static const char *describe_end(const Token *last, const Token *first) {
    switch (last->kind) {
    case TOKEN_NAME:
        return last > first && last[-1].kind == TOKEN_DOT ? "attribute" : NULL;
    case TOKEN_RPAREN:
        return "function call";
    case TOKEN_RBRACKET:
        return "subscript";
    case TOKEN_TRUE:
    case TOKEN_FALSE:
    case TOKEN_NONE:
        return token_text(last->kind);
    case TOKEN_ELLIPSIS:
        return "ellipsis";
    default:
        return "literal";
    }
}

// Whether `:=` or `=` is explained behind what begins at `start`: in a condition, in brackets but
// those of a call, and where a statement begins.
static bool takes_walrus(const Hint *hint, Span start) {
    const Token *open = hint_open_bracket(hint);
    TokenKind line = hint->line->kind;
    if (!hint_starts_value(hint->token[1].kind))
        return false;
    if (!open)
        return start.start == hint->line->span.start || line == TOKEN_IF || line == TOKEN_ELIF ||
               line == TOKEN_WHILE || line == TOKEN_AT;
    return open->kind != TOKEN_LPAREN || open == hint->line || !hint_ends_operand(open[-1].kind);
}

// Behind the colon of a dict and behind `:=` an expression takes no `:=` of its own.
static bool is_whole_value(TokenKind before) {
    return before == TOKEN_COLON || before == TOKEN_WALRUS;
}

// The `lambda` whose body begins at `body` and that could be taken for the target of a `:=`; or
// NULL.
static const Token *lambda_of(const Token *body, const Token *first) {
    if (body == first || body[-1].kind != TOKEN_COLON)
        return NULL;
    int depth = 0;
    for (const Token *at = body - 1; at-- > first && depth >= 0;) {
        depth += token_closes(at->kind) - token_opens(at->kind);
        if (depth == 0 && at->kind == TOKEN_LAMBDA)
            return at > first && is_whole_value(at[-1].kind) ? NULL : at;
        if (depth == 0 && (at->kind == TOKEN_COLON || at->kind == TOKEN_NEWLINE))
            break;
    }
    return NULL;
}

// What the operators between `start` and `last` make, in the words of target_describe.
static const char *describe_operators(const Token *start, const Token *last) {
    bool compares = false, is_logical = start->kind == TOKEN_NOT;
    int depth = 0;
    for (const Token *at = start; at < last; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        bool is_comparison = (at->kind >= TOKEN_EQUAL && at->kind <= TOKEN_GREATER_EQUAL) ||
                             at->kind == TOKEN_IN || at->kind == TOKEN_IS;
        compares |= depth == 0 && is_comparison;
        is_logical |= depth == 0 && (at->kind == TOKEN_AND || at->kind == TOKEN_OR);
    }
    bool awaits = start->kind == TOKEN_AWAIT && start + 1 == last;
    return is_logical ? "expression"
           : compares ? "comparison"
           : awaits   ? "await expression"
                      : "expression";
}

// What stands before a `:=`, and where it begins; NULL for a name.
static const char *describe_walrus_target(const Hint *hint, Span *span) {
    const Token *first = hint->parser->tokens->items;
    const Token *start = hint_disjunction_start(hint, hint->previous);
    const Token *lambda = lambda_of(start, first);
    *span = operand_start(hint);
    if (lambda) {
        *span = lambda->span;
        return "lambda";
    }
    if (start->span.start < span->start) {
        *span = start->span;
        return describe_operators(start, hint->previous);
    }
    bool is_tuple = hint->previous->kind == TOKEN_RPAREN && is_group_start(hint, *span);
    return is_tuple ? "tuple" : describe_end(hint->previous, first);
}

static bool explain_walrus(const Hint *hint) {
    Span start;
    const char *what = describe_walrus_target(hint, &start);
    if (!what || !takes_walrus(hint, start))
        return false;
    parser_fail(hint->parser, span_join(start, hint->previous->span),
                "cannot use assignment expressions with %s", what);
    return true;
}

// Whether an expression with `:=` may start at the token after `at`.
static bool may_precede_walrus(const Hint *hint, const Token *at) {
    switch (at->kind) {
    case TOKEN_IF:
    case TOKEN_ELIF:
    case TOKEN_WHILE:
    case TOKEN_AT:
        return at == hint->line;
    case TOKEN_LPAREN:
    case TOKEN_LBRACKET:
    case TOKEN_LBRACE:
    case TOKEN_COMMA:
        return hint_open_bracket(hint) != NULL;
    default:
        return false;
    }
}

static bool explain_equals(const Hint *hint, const char *what) {
    Span span = hint->previous->span, start = operand_start(hint);
    if (!hint_starts_value(hint->token[1].kind) || (what && !takes_walrus(hint, start)))
        return false;
    if (what) {
        parser_fail(hint->parser, span_join(start, span),
                    "cannot assign to %s here. Maybe you meant '==' instead of '='?", what);
        return true;
    }
    if (hint->previous == hint->line || !may_precede_walrus(hint, hint->previous - 1))
        return false;
    parser_fail(hint->parser, span_join(span, value_end(hint->token + 1)),
                "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    return true;
}

// Does the display that begins at `open` have a `key: value` before the refused token?
static bool has_pair(const Hint *hint, const Token *open) {
    int depth = 0;
    for (const Token *at = open + 1; at < hint->token; at++) {
        depth += token_opens(at->kind) - token_closes(at->kind);
        if (depth == 0 && at->kind == TOKEN_COLON)
            return true;
    }
    return false;
}

// `{a: 1, b 2}` and `{a: 1, b = 2}`: is the refused token in place of the colon?
static bool lacks_colon(const Hint *hint, const Token *open) {
    bool replaces_it = hint_starts_operand(hint->token->kind) || hint->token->kind == TOKEN_ASSIGN;
    return open && open->kind == TOKEN_LBRACE && replaces_it &&
           hint_ends_operand(hint->previous->kind) && hint->previous[-1].kind == TOKEN_COMMA &&
           has_pair(hint, open);
}

static bool explain_assignment(const Hint *hint) {
    bool is_walrus = hint->token->kind == TOKEN_WALRUS;
    if (!hint->previous || !hint_ends_operand(hint->previous->kind) ||
        (hint->token->kind != TOKEN_ASSIGN && !is_walrus))
        return false;
    const Token *open = hint_open_bracket(hint);
    bool is_header = hint->line->kind == TOKEN_DEF || hint->line->kind == TOKEN_CLASS;
    if (!open && (hint->parser->mode == PARSE_EVAL || is_header))
        return false; // no comparison was meant: statements do not belong here
    if (lacks_colon(hint, open))
        return false; // explain_dict tells of it
    const Token *first = hint->parser->tokens->items;
    return is_walrus ? explain_walrus(hint)
                     : explain_equals(hint, describe_end(hint->previous, first));
}

// CPython points at the end of an expression behind which something is missing.
static Span last_character(Span span) {
    return (Span){span.end - 1, span.end};
}

static bool explain_dict(const Hint *hint) {
    const Token *open = hint_open_bracket(hint);
    bool ends_item = hint->token->kind == TOKEN_RBRACE || hint->token->kind == TOKEN_COMMA;
    if (!open || open->kind != TOKEN_LBRACE || hint->line->kind == TOKEN_CASE)
        return false;
    if (hint_previous_is(hint, TOKEN_COLON) && hint->token->kind == TOKEN_STAR)
        parser_fail(hint->parser, span_join(hint->token->span, hint->token[1].span),
                    "cannot use a starred expression in a dictionary value");
    else if (!ends_item && !lacks_colon(hint, open))
        return false;
    else if (hint_previous_is(hint, TOKEN_COLON))
        parser_fail(hint->parser, hint->previous->span,
                    "expression expected after dictionary key and ':'");
    else if (hint_accepts(hint, TOKEN_COLON))
        parser_fail(hint->parser, last_character(hint->previous->span),
                    "':' expected after dictionary key");
    else
        return false;
    return true;
}

static bool explain_for(const Hint *hint) {
    if (!hint_accepts(hint, TOKEN_IN) || hint_accepts(hint, TOKEN_LESS) ||
        hint_previous_is(hint, TOKEN_NOT))
        return false;
    if (hint->line->kind == TOKEN_FOR)
        return false;
    parser_fail(hint->parser, hint->token->span, "'in' expected after for-loop variables");
    return true;
}

// The star in front of the refused token, maybe with signs that an operand does not follow; or
// NULL.
static const Token *star_before(const Hint *hint) {
    const Token *at = hint->previous;
    while (at && at > hint->line &&
           (at->kind == TOKEN_PLUS || at->kind == TOKEN_MINUS || at->kind == TOKEN_TILDE ||
            at->kind == TOKEN_NOT || at->kind == TOKEN_LAMBDA))
        at--;
    return at && at > hint->line && at->kind == TOKEN_STAR ? at : NULL;
}

// CPython explains the star of an argument or an index, and that of the first item of a display,
// but not that of a parameter.
bool hint_explains_star(const Hint *hint, const Token *star, const Token *open) {
    const Token *before = star - 1;
    bool is_list = open > hint->line && hint_ends_operand(open[-1].kind);
    bool in_def = hint->line->kind == TOKEN_DEF || hint->line->kind == TOKEN_ASYNC;
    if (is_list && in_def)
        return false;
    return before == open || (is_list && before->kind == TOKEN_COMMA);
}

static bool explain_except_star(const Hint *hint) {
    if (hint->token->kind != TOKEN_COLON || !hint_previous_is(hint, TOKEN_STAR) ||
        hint->previous == hint->line || hint->previous[-1].kind != TOKEN_EXCEPT)
        return false;
    parser_fail(hint->parser, hint->token->span, "expected one or more exception types");
    return true;
}

// What is starred cannot be read: CPython tells of the star.
static bool explain_star(const Hint *hint) {
    const Token *open = hint_open_bracket(hint), *star = star_before(hint);
    if (!open || !star || !hint_explains_star(hint, star, open))
        return false;
    parser_fail(hint->parser, hint->token->span, "Invalid star expression");
    return true;
}

static bool explain_import(const Hint *hint) {
    if (hint->line->kind == TOKEN_IMPORT && hint->token->kind == TOKEN_FROM) {
        parser_fail(hint->parser, span_join(hint->line->span, hint->token[1].span),
                    "Did you mean to use 'from ... import ...' instead?");
        return true;
    }
    if (!hint_previous_is(hint, TOKEN_IMPORT) || hint->token->kind != TOKEN_NEWLINE)
        return false;
    parser_fail(hint->parser, hint->token->span, "Expected one or more names after 'import'");
    return true;
}

// `type X` without `=`: as an alias it fails behind the name.
static bool explain_alias(const Hint *hint) {
    if (hint->token->kind != TOKEN_NAME || hint->previous != hint->line ||
        !hint_spells(hint, hint->line, "type"))
        return false;
    parser_fail(hint->parser, hint->token[1].span, "invalid syntax");
    return true;
}

// The `def` of the line, or NULL.
static const Token *definition_of(const Hint *hint) {
    const Token *def = hint->line->kind == TOKEN_ASYNC ? hint->line + 1 : hint->line;
    return def->kind == TOKEN_DEF && def + 2 < hint->token ? def : NULL;
}

// `def f[1]()`: what is in the brackets is no list of type parameters.
static bool explain_type_params(const Hint *hint) {
    const Token *def = definition_of(hint);
    const Token *open = hint_open_bracket(hint);
    if (!def || open != def + 2 || open->kind != TOKEN_LBRACKET)
        return false;
    parser_fail(hint->parser, open->span, "expected '('");
    return true;
}

static bool explain_definition(const Hint *hint) {
    bool after_name = hint->previous && hint->previous > hint->parser->tokens->items &&
                      hint->previous[-1].kind == TOKEN_DEF;
    bool after_params = definition_of(hint) && hint_previous_is(hint, TOKEN_RBRACKET);
    if ((!after_name && !after_params) || !hint_accepts(hint, TOKEN_LPAREN))
        return false;
    parser_fail(hint->parser, hint->token->span, "expected '('");
    return true;
}

// `f(a=)`
static bool explain_missing_value(const Hint *hint) {
    const Token *open = hint_open_bracket(hint);
    bool ends = hint->token->kind == TOKEN_RPAREN || hint->token->kind == TOKEN_COMMA;
    if (!hint_previous_is(hint, TOKEN_ASSIGN) || !ends || !open || open->kind != TOKEN_LPAREN)
        return false;
    const Token *name = hint->previous - 1;
    if (name->kind != TOKEN_NAME || hint_disjunction_start(hint, name) != name)
        return false;
    parser_fail(hint->parser, span_join(name->span, hint->previous->span),
                "expected argument value expression");
    return true;
}

// `case p as 1`: behind `as` a pattern takes a name only.
static bool explain_pattern_name(const Hint *hint) {
    if (hint->line->kind != TOKEN_CASE || !hint_previous_is(hint, TOKEN_AS) ||
        !hint_starts_value(hint->token->kind))
        return false;
    parser_fail(hint->parser, span_join(hint->token->span, value_end(hint->token)),
                "invalid pattern target");
    return true;
}

static bool is_arithmetic(TokenKind kind) {
    return kind == TOKEN_PLUS || kind == TOKEN_MINUS || kind == TOKEN_STAR || kind == TOKEN_SLASH ||
           kind == TOKEN_PERCENT || kind == TOKEN_DOUBLE_SLASH || kind == TOKEN_AT ||
           kind == TOKEN_TILDE;
}

// `1 + not x` and `(**x)`.
static bool explain_operator(const Hint *hint) {
    if (!hint->previous)
        return false;
    if (hint->token->kind == TOKEN_NOT && is_arithmetic(hint->previous->kind) &&
        (hint_starts_value(hint->token[1].kind) || hint->token[1].kind == TOKEN_NOT)) {
        parser_fail(hint->parser, span_join(hint->token->span, hint->token[1].span),
                    "'not' after an operator must be parenthesized");
        return true;
    }
    bool in_group = hint_previous_is(hint, TOKEN_LPAREN) &&
                    (hint->previous == hint->line || !hint_ends_operand(hint->previous[-1].kind));
    if (hint->token->kind != TOKEN_DOUBLE_STAR || !in_group || !hint_accepts(hint, TOKEN_TILDE))
        return false;
    parser_fail(hint->parser, hint->token->span, "cannot use double starred expression here");
    return true;
}

// The token that is wrong; `<>`, which Python 2 had, is one.
static Span wrong_operator(const Hint *hint) {
    Span span = hint->token->span, before = hint->previous ? hint->previous->span : span;
    bool is_old_unequal = hint->token->kind == TOKEN_GREATER &&
                          hint_previous_is(hint, TOKEN_LESS) && before.end == span.start;
    return is_old_unequal ? span_join(before, span) : span;
}

static bool begins_block(TokenKind kind) {
    static const TokenKind kinds[] = {TOKEN_IF,  TOKEN_WHILE, TOKEN_FOR,   TOKEN_TRY, TOKEN_WITH,
                                      TOKEN_DEF, TOKEN_CLASS, TOKEN_ASYNC, TOKEN_AT};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kind == kinds[i])
            return true;
    }
    return false;
}

// The interactive prompt takes one statement at a time.
static bool explain_single(const Hint *hint) {
    const Token *first = hint->parser->tokens->items;
    if (hint->parser->mode != PARSE_SINGLE || hint->previous == NULL ||
        hint->previous->kind != TOKEN_NEWLINE || begins_block(first->kind))
        return false;
    for (const Token *token = first; token < hint->previous; token++) {
        if (token->kind == TOKEN_NEWLINE)
            return false;
    }
    parser_fail(hint->parser, hint->previous->span,
                "multiple statements found while compiling a single statement");
    return true;
}

static bool explain_nothing(const Hint *hint) {
    parser_fail(hint->parser, wrong_operator(hint), "invalid syntax");
    return true;
}

// An error at the very end of the text is shown at the end of its last line.
static void stay_on_last_line(Parser *parser) {
    const Source *source = parser->source;
    Span *span = &parser->error->span;
    if (source->length && span->start == source->length && source->text[span->start - 1] == '\n')
        *span = (Span){span->start - 1, span->start};
}

void hints_explain(Parser *parser, void *grammar, const Token *token) {
    static bool (*const explainers[])(const Hint *) = {
        explain_single,       explain_try,        explain_indentation,   explain_literal,
        explain_mixed_except, hint_print,         explain_type_params,   explain_alias,
        hint_field,           hint_parameters,    hint_argument,         explain_assignment,
        hint_statement,       explain_colon,      hint_ternary,          explain_for,
        explain_dict,         hint_comma,         explain_import,        explain_except_star,
        explain_star,         explain_definition, explain_missing_value, explain_operator,
        explain_pattern_name, hint_inside_field,  hint_around,           explain_nothing,
    };
    if (parser->failed || parser->is_part) {
        parser->failed = true;
        return;
    }
    const Token *at = &parser->tokens->items[parser->at];
    const Token *first = parser->tokens->items;
    Hint hint = {parser, grammar, at, at > first ? at - 1 : NULL, at};
    while (hint.line > first && hint.line[-1].kind != TOKEN_NEWLINE &&
           hint.line[-1].kind != TOKEN_INDENT && hint.line[-1].kind != TOKEN_DEDENT)
        hint.line--;
    for (size_t i = 0; !parser->failed; i++)
        explainers[i](&hint);
    if (!parser->last_seen)
        parser->last_seen = hint_last_seen(&hint);
    stay_on_last_line(parser);
    bool is_at_end = token->kind == TOKEN_DEDENT && token->span.start == parser->source->length;
    parser->error->incomplete = token->kind == TOKEN_END || is_at_end;
}
