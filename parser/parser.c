// SPDX-License-Identifier: MIT
//
// The parse itself: lexer, grammar, and which of two errors to report.
//
// All tokens are made first, then fed to the Lemon parser behind a token that
// says what is to be read (a file, an expression, one statement). Like CPython
// we let an error of the lexer win over an error of the grammar, wherever it
// stands, with three exceptions: an unexpected indent wins over all; an unclosed
// bracket only wins over errors on later lines, which are most likely its
// consequence; and wrong indentation only where the grammar gets that far.
//
// Memory: the tree is in the caller's arena; tokens and the parser's stack are
// freed here, also when the arena runs out of memory in the middle (its handler
// is replaced by a jump to the end of this function, and MemoryError reported).
#include "parser.h"

#include "lexer.h"
#include "mini_check.h"
#include "parse_state.h"

#include <setjmp.h>
#include <string.h>

// Made by Lemon from grammar.y.
void *grammarAlloc(void *(*allocate)(size_t), Parser *parser);
void grammar(void *grammar_state, int kind, Token token);
void grammarFree(void *grammar_state, void (*release)(void *));
uint32_t grammar_depth(void *grammar_state);

// Entries on the parser's stack for each level of the tree; far fewer are needed.
enum { STACK_PER_LEVEL = 16 };

static const char too_deep[] = "too many levels of nesting";

void parser_fail(Parser *parser, Span span, const char *format, ...) {
    if (parser->failed)
        return;
    parser->failed = true;
    va_list args;
    va_start(args, format);
    diagnostic_vset(parser->error, DIAGNOSTIC_SYNTAX_ERROR, span, format, args);
    va_end(args);
}

void parser_fail_late(Parser *parser, Span span, const char *message) {
    if (parser->late_error.kind == DIAGNOSTIC_NONE)
        diagnostic_set(&parser->late_error, DIAGNOSTIC_SYNTAX_ERROR, span, "%s", message);
}

Expression expression_of(Node *node) {
    return (Expression){node, node->span};
}

Items items_empty(Span span) {
    return (Items){.span = span};
}

Items items_of(Parser *parser, Node *node, Span span) {
    Items items = items_empty(span);
    ARENA_PUSH(parser->arena, &items, node);
    return items;
}

void items_add(Parser *parser, Items *items, Node *node, Span span) {
    items->span = items->count ? span_join(items->span, span) : span;
    ARENA_PUSH(parser->arena, items, node);
}

void items_append(Parser *parser, Items *items, const Items *more) {
    for (uint32_t i = 0; i < more->count; i++)
        items_add(parser, items, more->items[i], more->items[i]->span);
    items->span.end = more->span.end; // behind a ';', if there is one
}

NodeList items_list(const Items *items) {
    return (NodeList){items->items, items->count};
}

Span span_of(const Items *body, Span start) {
    return span_join(start, body->span);
}

const Name *name_of(Parser *parser, Span span) {
    return names_intern(parser->names, parser->source->text + span.start, span.end - span.start);
}

const Name *dotted_name_of(Parser *parser, Span span) {
    char *text = arena_alloc(parser->arena, span.end - span.start + 1);
    size_t length = 0;
    for (uint32_t at = span.start; at < span.end; at++)
        if (!strchr(" \t\f\\\n", parser->source->text[at]))
            text[length++] = parser->source->text[at];
    return names_intern(parser->names, text, length);
}

void build_program(Parser *parser, AstKind kind, const Items *body, Node *expression) {
    Node *root = ast_new(parser->arena, kind, (Span){0, parser->source->length});
    if (kind == AST_Expression) {
        if (expression->kind == AST_Starred)
            parser_fail_late(parser, expression->span, "can't use starred expression here");
        root->Expression.body = expression;
        root->Expression.names = parser->names;
    } else {
        root->Module.body = items_list(body); // Interactive has the same fields
        root->Module.names = parser->names;
    }
    parser->root = root;
}

static TokenKind start_token(ParseMode mode) {
    return mode == PARSE_EVAL     ? TOKEN_START_EVAL
           : mode == PARSE_SINGLE ? TOKEN_START_SINGLE
                                  : TOKEN_START_FILE;
}

// Feeds all tokens to the grammar, until the end or the first error.
static void run_grammar(Parser *parser, void *state) {
    TokenKind start = start_token(parser->mode);
    grammar(state, (int)start, (Token){.kind = start});
    for (; parser->at < parser->tokens->count && !parser->failed; parser->at++) {
        const Token *token = &parser->tokens->items[parser->at];
        if (grammar_depth(state) > STACK_PER_LEVEL * parser->max_depth)
            parser_fail(parser, token->span, "%s", too_deep);
        else
            grammar(state, (int)token->kind, *token);
    }
}

bool parser_refuses(Parser *parser, const TokenArray *tokens, Diagnostic *error) {
    ParseWarnings warnings = {0};
    Parser part = {
        .arena = parser->arena,
        .source = parser->source,
        .names = parser->names,
        .error = error,
        .tokens = tokens,
        .max_depth = parser->max_depth,
        .is_part = true,
        .warnings = &warnings,
    };
    *error = (Diagnostic){0};
    parser->part_state = grammarAlloc(malloc, &part);
    if (parser->part_state)
        run_grammar(&part, parser->part_state);
    grammarFree(parser->part_state, free);
    parser->part_state = NULL;
    return error->kind != DIAGNOSTIC_NONE;
}

// What the grammar could not check while it ran.
static void check_tree(Parser *parser) {
    if (parser->failed)
        return;
    MINI_CHECK(parser->root, "the grammar ended without a tree");
    if (parser->with_tuple)
        parser_fail(parser, parser->as_span, "invalid syntax");
    const Node *deep = ast_too_deep(parser->root, parser->max_depth);
    const Diagnostic *late = &parser->late_error;
    if (deep)
        parser_fail(parser, deep->span, "%s", too_deep);
    else if (late->kind != DIAGNOSTIC_NONE)
        parser_fail(parser, late->span, "%s", late->message);
    else
        doubt_resolve(parser);
}

// Errors that CPython's lexer gives only to a parser that asks for the token; of others it hears
// when it reads on behind a syntax error.
static bool is_quiet(const Diagnostic *lexical) {
    return lexical->kind == DIAGNOSTIC_INDENTATION_ERROR || lexical->kind == DIAGNOSTIC_TAB_ERROR ||
           strstr(lexical->message, "after line continuation") != NULL ||
           strncmp(lexical->message, "f-string: ", 10) == 0;
}

// Is the refused token one of a line whose indentation is wrong? The lexer has told of that first.
static bool is_badly_indented(const Parser *parser, const Token *refused,
                              const Diagnostic *lexical) {
    return lexical->kind == DIAGNOSTIC_INDENTATION_ERROR &&
           source_line_of(parser->source, refused->span.start) >=
               source_line_of(parser->source, lexical->span.start);
}

// Should the grammar's error be reported rather than the lexer's?
static bool grammar_error_wins(const Parser *parser, const Diagnostic *lexical) {
    const Token *last = &parser->tokens->items[parser->tokens->count - 1];
    // run_grammar has already stepped past the token that was refused.
    const Token *refused = &parser->tokens->items[parser->at ? parser->at - 1 : 0];
    if (!parser->failed || (refused == last && !parser->literal_failed) ||
        is_badly_indented(parser, refused, lexical))
        return false;
    if (parser->error->kind == DIAGNOSTIC_INDENTATION_ERROR && refused->kind == TOKEN_INDENT)
        return true;
    const Token *seen = parser->last_seen ? parser->last_seen : refused;
    if (parser->literal_failed)
        seen = refused;
    else if (seen == last)
        return false;
    return is_quiet(lexical) || (strstr(lexical->message, "was never closed") &&
                                 source_line_of(parser->source, seen->span.start) <=
                                     source_line_of(parser->source, lexical->span.start));
}

// In interactive mode a compound statement ends with the end of its line, so that who types one
// line after the other ends a block with an empty one.
static bool wants_line_end(const Parser *parser) {
    if (parser->root->kind != AST_Interactive || !parser->root->Interactive.body.count)
        return false;
    const Source *source = parser->source;
    AstKind kind = parser->root->Interactive.body.items[0]->kind;
    bool is_compound = (kind >= AST_FunctionDef && kind <= AST_ClassDef) ||
                       (kind >= AST_For && kind <= AST_Match) || kind == AST_Try ||
                       kind == AST_TryStar;
    return is_compound && source->text[source->length - 1] != '\n';
}

typedef struct Cleanup {
    TokenArray tokens;
    void *state;
    jmp_buf out_of_memory;
} Cleanup;

static void jump_out(void *context) {
    Cleanup *cleanup = context;
    longjmp(cleanup->out_of_memory, 1);
}

static void parse(Parser *parser, Cleanup *cleanup) {
    Diagnostic lexical;
    bool is_lexical = lexer_scan(parser->source, &cleanup->tokens, &lexical);
    bool has_tokens = is_lexical || lexical.kind != DIAGNOSTIC_MEMORY_ERROR;
    cleanup->state = has_tokens ? grammarAlloc(malloc, parser) : NULL;
    if (!cleanup->state)
        jump_out(cleanup);
    parser->names = names_new(parser->arena);
    run_grammar(parser, cleanup->state);
    if (!is_lexical && !grammar_error_wins(parser, &lexical)) {
        if (parser->failed && parser->tokens->items[parser->at - 1].kind != TOKEN_END)
            lexical.incomplete = false; // nothing that follows makes `(a b` right
        *parser->error = lexical;
        parser->failed = true;
    }
    check_tree(parser);
}

static Node *parse_up_to(uint32_t max_depth, Arena *arena, const Source *source, ParseMode mode,
                         ParseWarnings *warnings, Diagnostic *error) {
    Cleanup cleanup = {0};
    Parser parser = {
        .arena = arena,
        .source = source,
        .error = error,
        .tokens = &cleanup.tokens,
        .mode = mode,
        .max_depth = max_depth,
        .warnings = warnings,
    };
    ArenaOutOfMemory handler = arena->out_of_memory;
    void *context = arena->context;
    *error = (Diagnostic){0};
    if (setjmp(cleanup.out_of_memory) == 0) {
        arena_set_handler(arena, jump_out, &cleanup);
        parse(&parser, &cleanup);
    } else {
        diagnostic_set(error, DIAGNOSTIC_MEMORY_ERROR, (Span){0, 0}, "out of memory");
        parser.failed = true;
    }
    arena_set_handler(arena, handler, context);
    grammarFree(cleanup.state, free);
    grammarFree(parser.part_state, free);
    lexer_free(&cleanup.tokens);
    if (parser.failed)
        return NULL;
    error->incomplete = wants_line_end(&parser);
    return parser.root;
}

Node *parse_module(Arena *arena, const Source *source, ParseMode mode, ParseWarnings *warnings,
                   Diagnostic *error) {
    return parse_up_to(AST_MAX_DEPTH, arena, source, mode, warnings, error);
}

Node *parse_module_deep(Arena *arena, const Source *source, ParseMode mode, ParseWarnings *warnings,
                        Diagnostic *error) {
    return parse_up_to(AST_MAX_CHAIN, arena, source, mode, warnings, error);
}

bool parse_is_too_deep(const Diagnostic *error) {
    return strcmp(error->message, too_deep) == 0;
}
