// SPDX-License-Identifier: MIT
//
// What the grammar's actions work with. Private to parser/.
//
// grammar.y says what may follow what; its actions are calls of the build_*
// functions below, which make the nodes and check what a grammar cannot say.
// Three small values travel on the parser's stack: an Expression (a node and
// the extent of its spelling with parentheses, which the node's own span leaves
// out), Items (a growing list of nodes and its extent), and Tokens.
#pragma once

#include "arena.h"
#include "array.h"
#include "ast.h"
#include "diagnostic.h"
#include "names.h"
#include "parser.h"
#include "token.h"

typedef struct Expression {
    Node *node;
    Span span;
} Expression;

typedef struct Items {
    Node **items;
    uint32_t count;
    uint32_t capacity;
    Span span;
    bool comma; // a comma follows the last item
} Items;

typedef struct OperatorToken {
    AstOperator op;
    Span span;
} OperatorToken;

typedef enum ParameterKind {
    PARAMETER_PLAIN,
    PARAMETER_STAR,        // *args
    PARAMETER_BARE_STAR,   // *
    PARAMETER_DOUBLE_STAR, // **kwargs
    PARAMETER_SLASH,       // /
} ParameterKind;

typedef struct Parameter {
    ParameterKind kind;
    Span span;
    Span place;          // of the star, if it has one
    Node *arg;           // NULL for * and /
    Node *default_value; // or NULL
} Parameter;

// `: int` after a type parameter; the colon's kind is 0 if there is none.
typedef struct Bound {
    Token colon;
    Expression value;
} Bound;

typedef struct ParameterList {
    Parameter *items;
    uint32_t count;
    uint32_t capacity;
} ParameterList;

// A node to be looked at again when the tree is complete, see doubts.c.
typedef struct Doubt {
    Node *node;
    bool is_negated; // a comparison that is the operand of `not`
} Doubt;

typedef ARRAY(Doubt) Doubts;

typedef struct Parser {
    Arena *arena;
    const Source *source;
    NameTable *names;
    Diagnostic *error;
    const TokenArray *tokens;
    uint32_t at; // index of the token being read
    ParseMode mode;
    uint32_t max_depth; // of the tree
    bool failed;
    bool is_part;           // only what builders refuse is of interest
    bool literal_failed;    // the error is in a literal, which is read before the lexer goes on
    void *part_state;       // of parser_refuses
    const Token *last_seen; // the last that was looked at to explain a refused one; NULL: none was
    Diagnostic late_error;  // see parser_fail_late
    Node *root;
    // `(a as b, c)` is only legal as the whole of a with statement's items: the
    // tuple that is waiting for its `with`, and where its first `as` item stands.
    Node *with_tuple;
    Span with_span;
    Span as_span;
    Doubts doubts;
    ParseWarnings *warnings;
} Parser;

// Reports the first error, at `span`; later ones are ignored.
__attribute__((format(printf, 3, 4))) void parser_fail(Parser *parser, Span span,
                                                       const char *format, ...);

// Reports an error that the grammar allows, once the whole text has turned out to follow it.
void parser_fail_late(Parser *parser, Span span, const char *message);

// parser.c: whether a builder refuses the tokens, a part of the program completed to statements.
bool parser_refuses(Parser *parser, const TokenArray *tokens, Diagnostic *error);

// parser.c: the values on the stack.
Expression expression_of(Node *node);
Items items_of(Parser *parser, Node *node, Span span);
Items items_empty(Span span);
void items_add(Parser *parser, Items *items, Node *node, Span span);
void items_append(Parser *parser, Items *items, const Items *more);
NodeList items_list(const Items *items);
const Name *name_of(Parser *parser, Span span);
const Name *dotted_name_of(Parser *parser, Span span);
Span span_of(const Items *body, Span start); // from `start` to the body's end

// parser.c: whole programs.
void build_program(Parser *parser, AstKind kind, const Items *body, Node *expression);

// targets.c: places that are assigned to.
void target_store(Parser *parser, Node *target);
const char *target_describe(const Node *node);
bool target_forbidden_name(Parser *parser, const Name *name, Span span);
void target_append(Parser *parser, Items *targets, Expression target); // of `target = ...`
Node *build_assign(Parser *parser, const Items *targets, Expression value);
Node *build_augmented(Parser *parser, Expression target, const Token *op, Expression value);
Node *build_annotated(Parser *parser, Expression target, Node *annotation, const Expression *value);
Node *build_delete(Parser *parser, Token del, Expression target);

// build_expr.c.
Expression build_binary(Parser *parser, Expression left, const Token *op, Expression right);
Expression build_unary(Parser *parser, const Token *op, Expression operand);
Expression build_bool(Parser *parser, AstOperator op, const Items *values);
Expression build_compare(Parser *parser, Expression left, OperatorToken op, Expression right);
Expression build_compare_more(Parser *parser, Expression compare, OperatorToken op,
                              Expression right);
OperatorToken build_comparator(const Token *token);
Expression build_if(Parser *parser, Expression body, Expression test, Expression orelse);
Expression build_named(Parser *parser, Expression target, Expression value);
Expression build_await(Parser *parser, const Token *await, Expression value);
Expression build_yield(Parser *parser, const Token *yield, const Expression *value);
Expression build_yield_from(Parser *parser, const Token *yield, Expression value);
Expression build_starred(Parser *parser, const Token *star, Expression value);
Expression build_attribute(Parser *parser, Expression value, const Token *name);
Expression build_subscript(Parser *parser, Expression value, const Token *open, const Items *items,
                           const Token *close);
Expression build_slice(Parser *parser, Expression lower, const Token *colon, Expression upper,
                       const Expression *step);
Expression build_name(Parser *parser, const Token *token);
Expression build_constant(Parser *parser, const Token *token);
Expression build_number(Parser *parser, const Token *token);
// `3 + 4j` in a pattern.
Expression build_complex(Parser *parser, Expression real, const Token *op, const Token *token);

// build_display.c: parentheses, lists, dicts, sets, comprehensions.
Expression build_sequence(Parser *parser, const Items *items);
Expression build_group(Parser *parser, const Token *open, const Items *items, const Token *close);
Expression build_parenthesised(Expression inner, const Token *open, const Token *close);
Expression build_list(Parser *parser, const Token *open, const Items *items, const Token *close);
Expression build_set(Parser *parser, const Token *open, const Items *items, const Token *close);
Expression build_dict(Parser *parser, const Token *open, const Items *items, const Token *close);
Expression build_comprehension(Parser *parser, AstKind kind, const Token *open, const Items *items,
                               const Items *clauses, const Token *close);
Node *build_clause(Parser *parser, const Token *async, const Token *for_token, Expression target,
                   Expression iter, const Items *ifs);
Expression build_as_item(Parser *parser, Expression context, const Token *as, Expression target);

// build_call.c: calls, parameters, functions, classes.
Expression build_call(Parser *parser, Expression func, const Token *open, const Items *args,
                      const Token *close);
Expression build_keyword(Parser *parser, Expression name, const Token *equals, Expression value);
Expression build_keyword_unpacking(Parser *parser, const Token *stars, Expression value);
Expression build_bare_generator(Parser *parser, Expression element, const Items *clauses);
Parameter build_parameter(Parser *parser, ParameterKind kind, const Token *star, const Token *name,
                          Node *annotation, Expression default_value);
Node *build_parameters(Parser *parser, const ParameterList *list, Span place);
Expression build_lambda(Parser *parser, const Token *lambda, const ParameterList *list,
                        Expression body);
Node *build_function(Parser *parser, const Token *def, const Token *name, const Items *type_params,
                     Node *signature, Expression returns, const Items *body);
Node *build_class(Parser *parser, const Token *class_token, const Token *name,
                  const Items *type_params, const Items *args, const Items *body);
Node *build_async(Node *node, const Token *async);
Node *build_decorated(const Items *decorators, Node *definition);

// build_type.c: type parameters and aliases.
Node *build_type_param(Parser *parser, AstKind kind, const Token *star, const Token *name,
                       const Bound *bound, Expression default_value);
void type_param_append(Parser *parser, Items *items, Node *param);
Node *build_type_alias(Parser *parser, const Token *type, const Token *name,
                       const Items *type_params, Expression value);

// build_stmt.c.
Node *build_simple(Parser *parser, AstKind kind, const Token *token);
Node *build_expression_statement(Parser *parser, Expression value);
Node *build_return(Parser *parser, const Token *token, Expression value);
Node *build_raise(Parser *parser, const Token *token, Expression exc, Expression cause);
Node *build_assert(Parser *parser, const Token *token, Expression test, Expression msg);
Node *build_scope_statement(Parser *parser, AstKind kind, const Token *token, const Items *names);
Node *build_import(Parser *parser, const Token *token, const Items *names);
Node *build_import_from(Parser *parser, const Token *token, uint32_t level, const Span *module,
                        const Items *names);
Node *build_alias(Parser *parser, Span name, const Token *asname);
Node *build_branch(Parser *parser, const Token *token, Expression test, const Items *body,
                   const Items *orelse);
Node *build_while(Parser *parser, const Token *token, Expression test, const Items *body,
                  const Items *orelse);
Node *build_for(Parser *parser, const Token *token, Expression target, Expression iter,
                const Items *body, const Items *orelse);
Node *build_with_item(Parser *parser, Expression context, Expression target);
Node *build_with(Parser *parser, const Token *token, const Items *items, const Items *body);
Node *build_try(Parser *parser, AstKind kind, const Token *token, const Items *body,
                const Items *handlers, const Items *orelse, const Items *finalbody);
Node *build_handler(Parser *parser, const Token *token, const Items *types, const Token *name,
                    const Items *body);

// build_pattern.c.
Node *build_match(Parser *parser, const Token *token, const Items *subject, const Items *cases);
Node *build_case(Parser *parser, const Token *token, const Items *patterns, Expression guard,
                 const Items *body);
Expression build_pattern_sequence(Parser *parser, const Items *patterns, Span span);
Expression build_pattern_group(Parser *parser, const Items *patterns, Span span);
Expression build_pattern_value(Parser *parser, Expression value);
Expression build_pattern_name(Parser *parser, Expression name);
Expression build_pattern_star(Parser *parser, const Token *star, const Token *name);
Expression build_pattern_as(Parser *parser, Expression pattern, const Token *name);
Expression build_pattern_or(Parser *parser, const Items *patterns);
Expression build_pattern_class(Parser *parser, Expression cls, const Items *args, Span end);
Expression build_pattern_keyword(Parser *parser, const Token *name, Expression pattern);
Expression build_pattern_mapping(Parser *parser, const Items *items, Span span);

// strings.c: literals next to each other, f-strings.
Expression build_string(Parser *parser, const Token *token);
Expression build_concatenation(Parser *parser, const Items *parts);
Expression build_fstring(Parser *parser, const Token *start, const Items *parts, const Token *end);
Node *build_fstring_text(Parser *parser, const Token *token, bool in_spec);
Token build_conversion(Parser *parser, const Token *bang, const Token *name);
void build_field(Parser *parser, Items *parts, const Token *open, Expression value,
                 const Token *equals, const Token *conversion, const Items *spec,
                 const Token *close);

// doubts.c: notes what may have to be warned of. doubt_literal takes what literal.h answered.
void doubt_literal(Parser *parser, Span span, const Diagnostic *warning);
void doubt_number(Parser *parser, Span span);
void doubt_identity(Parser *parser, Node *compare, const Node *left, const Node *right);
void doubt_negation(Parser *parser, const Node *operand);
void doubt_operand(Parser *parser, Node *operation, const Node *operand); // f in f(), a in a[i]
void doubt_assertion(Parser *parser, Node *node);
void doubt_resolve(Parser *parser); // turns the notes into warnings

// hints.c: reports why the token at parser->at cannot stand there. `grammar` is the
// running Lemon parser.
void hints_explain(Parser *parser, void *grammar, const Token *token);

// grammar.y: true if `kind` could come next.
bool grammar_accepts(void *grammar, TokenKind kind);
