// SPDX-License-Identifier: MIT
//
// What stands in brackets: tuples, groups, lists, dicts, sets, comprehensions.
//
// A pair of parentheses can be a group, a tuple, a generator expression, or the
// items of a with statement. The last is only known when `with` sees it, so a
// tuple with `as` items is remembered in the Parser, and refused if anything but
// a with statement gets it.
#include "mini_check.h"
#include "parse_state.h"

// `a` or `a, b`: without brackets of its own.
Expression build_sequence(Parser *parser, const Items *items) {
    if (items->count == 1 && !items->comma)
        return (Expression){items->items[0], items->span};
    Node *node = ast_new(parser->arena, AST_Tuple, items->span);
    node->Tuple.elts = items_list(items);
    return expression_of(node);
}

Expression build_parenthesised(Expression inner, const Token *open, const Token *close) {
    inner.span = span_join(open->span, close->span);
    return inner;
}

// Remembers a tuple with `as` items until a with statement asks for it.
static void note_with_tuple(Parser *parser, Node *tuple, const Items *items) {
    for (uint32_t i = 0; i < items->count; i++)
        if (items->items[i]->kind == AST_withitem) {
            if (parser->with_tuple)
                parser_fail(parser, parser->as_span, "invalid syntax");
            parser->with_tuple = tuple;
            parser->with_span = tuple->span;
            return;
        }
}

Expression build_group(Parser *parser, const Token *open, const Items *items, const Token *close) {
    bool is_with_item = items->count == 1 && items->items[0]->kind == AST_withitem;
    if (items->count == 1 && !items->comma && !is_with_item) {
        Expression inner = {items->items[0], items->span};
        if (inner.node->kind == AST_Starred)
            parser_fail(parser, inner.span, "cannot use starred expression here");
        return build_parenthesised(inner, open, close);
    }
    Node *node = ast_new(parser->arena, AST_Tuple, span_join(open->span, close->span));
    node->Tuple.elts = items_list(items);
    note_with_tuple(parser, node, items);
    return expression_of(node);
}

Expression build_as_item(Parser *parser, Expression context, const Token *as, Expression target) {
    parser->as_span = as->span;
    return expression_of(build_with_item(parser, context, target));
}

Expression build_list(Parser *parser, const Token *open, const Items *items, const Token *close) {
    Node *node = ast_new(parser->arena, AST_List, span_join(open->span, close->span));
    node->List.elts = items_list(items);
    return expression_of(node);
}

Expression build_set(Parser *parser, const Token *open, const Items *items, const Token *close) {
    Node *node = ast_new(parser->arena, AST_Set, span_join(open->span, close->span));
    node->Set.elts = items_list(items);
    return expression_of(node);
}

Expression build_dict(Parser *parser, const Token *open, const Items *items, const Token *close) {
    Node *node = ast_new(parser->arena, AST_Dict, span_join(open->span, close->span));
    Items keys = items_empty(items->span);
    Items values = items_empty(items->span);
    for (uint32_t i = 0; i < items->count; i += 2) {
        items_add(parser, &keys, items->items[i], items->span);
        items_add(parser, &values, items->items[i + 1], items->span);
    }
    node->Dict.keys = items_list(&keys);
    node->Dict.values = items_list(&values);
    return expression_of(node);
}

static void check_element(Parser *parser, AstKind kind, const Items *items, const Node *clause) {
    const Node *first = items->items[0];
    bool is_dict = kind == AST_DictComp, has_more = items->count > (is_dict ? 2 : 1);
    uint32_t start = clause->span.start; // of `for` or `async`
    if (has_more && (is_dict || kind == AST_GeneratorExp))
        parser_fail(parser, (Span){start, start + (clause->comprehension.is_async ? 5 : 3)},
                    "invalid syntax");
    else if (has_more)
        parser_fail(parser, items->span,
                    "did you forget parentheses around the comprehension "
                    "target?");
    else if (is_dict && !first) // at the **
        parser_fail(parser, (Span){items->span.start, items->span.start + 2},
                    "dict unpacking cannot be used in dict comprehension");
    else if (first && first->kind == AST_Starred)
        parser_fail(parser, first->span, "iterable unpacking cannot be used in comprehension");
    else if (first && first->kind == AST_withitem)
        parser_fail(parser, parser->as_span, "invalid syntax");
}

Expression build_comprehension(Parser *parser, AstKind kind, const Token *open, const Items *items,
                               const Items *clauses, const Token *close) {
    check_element(parser, kind, items, clauses->items[0]);
    Node *node = ast_new(parser->arena, kind, span_join(open->span, close->span));
    if (kind == AST_DictComp) {
        node->DictComp.key = items->items[0] ? items->items[0] : items->items[1];
        node->DictComp.value = items->items[1];
        node->DictComp.generators = items_list(clauses);
        return expression_of(node);
    }
    MINI_CHECK(kind == AST_ListComp || kind == AST_SetComp || kind == AST_GeneratorExp,
               "not a comprehension");
    node->ListComp.elt = items->items[0]; // the three kinds have the same fields
    node->ListComp.generators = items_list(clauses);
    return expression_of(node);
}

Node *build_clause(Parser *parser, const Token *async, const Token *for_token, Expression target,
                   Expression iter, const Items *ifs) {
    target_store(parser, target.node);
    Span span = span_join(async ? async->span : for_token->span, iter.span);
    if (ifs->count)
        span = span_join(span, ifs->span);
    Node *node = ast_new(parser->arena, AST_comprehension, span);
    node->comprehension.target = target.node;
    node->comprehension.iter = iter.node;
    node->comprehension.ifs = items_list(ifs);
    node->comprehension.is_async = async != NULL;
    return node;
}
