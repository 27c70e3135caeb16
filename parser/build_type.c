// SPDX-License-Identifier: MIT
//
// Type parameters, `[T: int = bool, *Ts, **P]` behind the name of a function, class or type alias,
// and the statement `type X = ...` (PEP 695, defaults PEP 696).
//
// The three kinds of parameters are nodes with the same fields, so those who read them need not
// tell them apart. Only a plain one may have a bound; after one with a default all must have one.
// CPython's grammar has the rules type_params and type_alias for this.
#include "parse_state.h"

static const char *kind_of_bound(const Node *bound) {
    return bound->kind == AST_Tuple ? "constraints" : "bound";
}

static void check_bound(Parser *parser, AstKind kind, const Bound *bound) {
    if (kind == AST_TypeVar || !bound->colon.kind)
        return;
    parser_fail(parser, span_join(bound->colon.span, bound->value.span), "cannot use %s with %s",
                kind_of_bound(bound->value.node), ast_kind_name(kind));
}

Node *build_type_param(Parser *parser, AstKind kind, const Token *star, const Token *name,
                       const Bound *bound, Expression default_value) {
    Span span = star ? span_join(star->span, name->span) : name->span;
    check_bound(parser, kind, bound);
    if (bound->colon.kind)
        span = span_join(span, bound->value.span);
    if (default_value.node)
        span = span_join(span, default_value.span);
    Node *node = ast_new(parser->arena, kind, span);
    node->TypeVar.name = name_of(parser, name->span);
    target_forbidden_name(parser, node->TypeVar.name, span);
    node->TypeVar.bound = bound->value.node;
    node->TypeVar.default_value = default_value.node;
    return node;
}

void type_param_append(Parser *parser, Items *items, Node *param) {
    const Node *last = items->items[items->count - 1];
    if (last->TypeVar.default_value && !param->TypeVar.default_value)
        parser_fail(parser, param->span,
                    "non-default type parameter '%s' follows default type parameter",
                    param->TypeVar.name->text);
    items_add(parser, items, param, param->span);
}

Node *build_type_alias(Parser *parser, const Token *type, const Token *name,
                       const Items *type_params, Expression value) {
    Node *node = ast_new(parser->arena, AST_TypeAlias, span_join(type->span, value.span));
    Expression target = build_name(parser, name);
    target_forbidden_name(parser, target.node->Name.id, node->span);
    target_store(parser, target.node);
    node->TypeAlias.name = target.node;
    node->TypeAlias.type_params = items_list(type_params);
    node->TypeAlias.value = value.node;
    return node;
}
