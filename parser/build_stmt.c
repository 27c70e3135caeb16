// SPDX-License-Identifier: MIT
//
// Nodes for statements.
//
// A compound statement's span reaches from its keyword to the end of its last
// inner statement, as in CPython. `elif` is an If alone in the orelse of the If
// before it, also as in CPython.
#include "parse_state.h"

Node *build_simple(Parser *parser, AstKind kind, const Token *token) {
    return ast_new(parser->arena, kind, token->span);
}

Node *build_expression_statement(Parser *parser, Expression value) {
    if (value.node->kind == AST_Starred)
        parser_fail_late(parser, value.span, "can't use starred expression here");
    Node *node = ast_new(parser->arena, AST_Expr, value.span);
    node->Expr.value = value.node;
    return node;
}

Node *build_return(Parser *parser, const Token *token, Expression value) {
    if (value.node && value.node->kind == AST_Starred)
        parser_fail_late(parser, value.span, "can't use starred expression here");
    Span span = value.node ? span_join(token->span, value.span) : token->span;
    Node *node = ast_new(parser->arena, AST_Return, span);
    node->Return.value = value.node;
    return node;
}

Node *build_raise(Parser *parser, const Token *token, Expression exc, Expression cause) {
    Span span = exc.node ? span_join(token->span, exc.span) : token->span;
    span = cause.node ? span_join(span, cause.span) : span;
    Node *node = ast_new(parser->arena, AST_Raise, span);
    node->Raise.exc = exc.node;
    node->Raise.cause = cause.node;
    return node;
}

Node *build_assert(Parser *parser, const Token *token, Expression test, Expression msg) {
    Span span = span_join(token->span, msg.node ? msg.span : test.span);
    Node *node = ast_new(parser->arena, AST_Assert, span);
    node->Assert.test = test.node;
    node->Assert.msg = msg.node;
    doubt_assertion(parser, node);
    return node;
}

Node *build_scope_statement(Parser *parser, AstKind kind, const Token *token, const Items *names) {
    Node *node = ast_new(parser->arena, kind, span_join(token->span, names->span));
    NameList *list = kind == AST_Global ? &node->Global.names : &node->Nonlocal.names;
    list->items = ARENA_NEW(parser->arena, const Name *, names->count);
    list->count = names->count;
    for (uint32_t i = 0; i < names->count; i++)
        list->items[i] = names->items[i]->Name.id;
    return node;
}

Node *build_import(Parser *parser, const Token *token, const Items *names) {
    Node *node = ast_new(parser->arena, AST_Import, span_join(token->span, names->span));
    node->Import.names = items_list(names);
    return node;
}

Node *build_import_from(Parser *parser, const Token *token, uint32_t level, const Span *module,
                        const Items *names) {
    Node *node = ast_new(parser->arena, AST_ImportFrom, span_join(token->span, names->span));
    node->ImportFrom.module = module ? dotted_name_of(parser, *module) : NULL;
    node->ImportFrom.names = items_list(names);
    node->ImportFrom.level = (int)level;
    return node;
}

Node *build_alias(Parser *parser, Span name, const Token *asname) {
    Node *node = ast_new(parser->arena, AST_alias, asname ? span_join(name, asname->span) : name);
    node->alias.name = dotted_name_of(parser, name);
    node->alias.asname = asname ? name_of(parser, asname->span) : NULL;
    return node;
}

Node *build_branch(Parser *parser, const Token *token, Expression test, const Items *body,
                   const Items *orelse) {
    Node *node =
        ast_new(parser->arena, AST_If, span_of(orelse->count ? orelse : body, token->span));
    node->If.test = test.node;
    node->If.body = items_list(body);
    node->If.orelse = items_list(orelse);
    return node;
}

Node *build_while(Parser *parser, const Token *token, Expression test, const Items *body,
                  const Items *orelse) {
    Node *node =
        ast_new(parser->arena, AST_While, span_of(orelse->count ? orelse : body, token->span));
    node->While.test = test.node;
    node->While.body = items_list(body);
    node->While.orelse = items_list(orelse);
    return node;
}

Node *build_for(Parser *parser, const Token *token, Expression target, Expression iter,
                const Items *body, const Items *orelse) {
    target_store(parser, target.node);
    if (iter.node->kind == AST_Starred)
        parser_fail_late(parser, iter.span, "can't use starred expression here");
    Node *node =
        ast_new(parser->arena, AST_For, span_of(orelse->count ? orelse : body, token->span));
    node->For.target = target.node;
    node->For.iter = iter.node;
    node->For.body = items_list(body);
    node->For.orelse = items_list(orelse);
    return node;
}

Node *build_with_item(Parser *parser, Expression context, Expression target) {
    if (target.node)
        target_store(parser, target.node);
    Span span = target.node ? span_join(context.span, target.span) : context.span;
    Node *node = ast_new(parser->arena, AST_withitem, span);
    node->withitem.context_expr = context.node;
    node->withitem.optional_vars = target.node;
    return node;
}

// True if the tuple can be read as the items of a parenthesised with: no element
// is starred or an assignment expression, which only a tuple may hold.
static bool is_item_list(const Parser *parser, const Node *tuple) {
    if (parser->with_tuple == tuple)
        return true;
    for (uint32_t i = 0; i < tuple->Tuple.elts.count; i++) {
        AstKind kind = tuple->Tuple.elts.items[i]->kind;
        if (kind == AST_Starred || kind == AST_NamedExpr)
            return false;
    }
    return tuple->Tuple.elts.count > 0;
}

// `with (a as b, c):` arrives as one item that is a tuple; makes it two items.
static Items spread_items(Parser *parser, const Items *items) {
    Node *only = items->items[0];
    Node *tuple = only->withitem.context_expr;
    bool is_whole = items->count == 1 && !only->withitem.optional_vars &&
                    tuple->kind == AST_Tuple && only->span.start == tuple->span.start;
    if (!is_whole || !is_item_list(parser, tuple))
        return *items;
    if (parser->with_tuple == tuple)
        parser->with_tuple = NULL;
    Items spread = items_empty(items->span);
    for (uint32_t i = 0; i < tuple->Tuple.elts.count; i++) {
        Node *item = tuple->Tuple.elts.items[i];
        if (item->kind != AST_withitem)
            item = build_with_item(parser, expression_of(item), (Expression){0});
        items_add(parser, &spread, item, item->span);
    }
    return spread;
}

Node *build_with(Parser *parser, const Token *token, const Items *items, const Items *body) {
    Items spread = spread_items(parser, items);
    Node *node = ast_new(parser->arena, AST_With, span_of(body, token->span));
    node->With.items = items_list(&spread);
    node->With.body = items_list(body);
    return node;
}

Node *build_try(Parser *parser, AstKind kind, const Token *token, const Items *body,
                const Items *handlers, const Items *orelse, const Items *finalbody) {
    const Items *last = finalbody->count ? finalbody : orelse && orelse->count ? orelse : handlers;
    Node *node = ast_new(parser->arena, kind, span_of(last, token->span));
    node->Try.body = items_list(body); // Try and TryStar have the same fields
    if (handlers)
        node->Try.handlers = items_list(handlers);
    if (orelse)
        node->Try.orelse = items_list(orelse);
    node->Try.finalbody = items_list(finalbody);
    for (uint32_t i = 0; handlers && i + 1 < handlers->count; i++)
        if (!handlers->items[i]->ExceptHandler.type)
            parser_fail(parser, handlers->items[i]->span, "default 'except:' must be last");
    return node;
}

Node *build_handler(Parser *parser, const Token *token, const Items *types, const Token *name,
                    const Items *body) {
    if (types && types->count > 1)
        parser_fail(parser, name ? span_join(types->span, name->span) : types->span,
                    "multiple exception types must be parenthesized");
    Node *node = ast_new(parser->arena, AST_ExceptHandler, span_of(body, token->span));
    node->ExceptHandler.type = types ? types->items[0] : NULL;
    node->ExceptHandler.body = items_list(body);
    if (name) {
        node->ExceptHandler.name = name_of(parser, name->span);
        target_forbidden_name(parser, node->ExceptHandler.name, name->span);
    }
    return node;
}
