// SPDX-License-Identifier: MIT
//
// Places that can be assigned to, and how to refuse the others.
//
// The grammar reads the left side of `=` as an expression, because only the `=`
// tells that it was a target. Here the expression becomes one: Name, Attribute,
// Subscript, and lists and tuples of targets get the context Store (or Del);
// anything else is an error in CPython's words, which name the thing and, if a
// comparison is likely meant, suggest `==`.
#include "parse_state.h"

#include <string.h>

static const char *describe_constant(const Constant *value) {
    switch (value->kind) {
    case CONSTANT_NONE:
        return "None";
    case CONSTANT_TRUE:
        return "True";
    case CONSTANT_FALSE:
        return "False";
    case CONSTANT_ELLIPSIS:
        return "ellipsis";
    default:
        return "literal";
    }
}

const char *target_describe(const Node *node) {
    static const char *const names[AST_KIND_COUNT] = {
        [AST_Attribute] = "attribute",
        [AST_Subscript] = "subscript",
        [AST_Starred] = "starred",
        [AST_Name] = "name",
        [AST_List] = "list",
        [AST_Tuple] = "tuple",
        [AST_Lambda] = "lambda",
        [AST_Call] = "function call",
        [AST_BoolOp] = "expression",
        [AST_BinOp] = "expression",
        [AST_UnaryOp] = "expression",
        [AST_GeneratorExp] = "generator expression",
        [AST_Yield] = "yield expression",
        [AST_YieldFrom] = "yield expression",
        [AST_Await] = "await expression",
        [AST_ListComp] = "list comprehension",
        [AST_SetComp] = "set comprehension",
        [AST_DictComp] = "dict comprehension",
        [AST_Dict] = "dict literal",
        [AST_Set] = "set display",
        [AST_JoinedStr] = "f-string expression",
        [AST_FormattedValue] = "f-string expression",
        [AST_Compare] = "comparison",
        [AST_IfExp] = "conditional expression",
        [AST_NamedExpr] = "named expression",
    };
    if (node->kind == AST_Constant)
        return describe_constant(&node->Constant.value);
    return names[node->kind] ? names[node->kind] : "expression";
}

static bool refuse_debug(Parser *parser, const Name *name, Span span, AstContext context) {
    if (strcmp(name->text, "__debug__") != 0)
        return false;
    parser_fail_late(parser, span,
                     context == AST_Del ? "cannot delete __debug__" : "cannot assign to __debug__");
    return true;
}

bool target_forbidden_name(Parser *parser, const Name *name, Span span) {
    return refuse_debug(parser, name, span, AST_Store);
}

static void set_context(Parser *parser, Node *target, AstContext context);

static void set_list_context(Parser *parser, const NodeList *list, AstContext context) {
    for (uint32_t i = 0; i < list->count; i++)
        set_context(parser, list->items[i], context);
}

static void refuse(Parser *parser, const Node *target, AstContext context) {
    parser_fail(parser, target->span, "cannot %s %s", context == AST_Del ? "delete" : "assign to",
                target_describe(target));
}

// The depth of nesting is bounded by the lexer's limit on brackets.
static void set_context(Parser *parser, Node *target, AstContext context) {
    switch (target->kind) {
    case AST_Name:
        target->Name.ctx = context;
        refuse_debug(parser, target->Name.id, target->span, context);
        break;
    case AST_Attribute:
        target->Attribute.ctx = context;
        refuse_debug(parser, target->Attribute.attr, target->span, context);
        break;
    case AST_Subscript:
        target->Subscript.ctx = context;
        break;
    case AST_List:
        target->List.ctx = context;
        set_list_context(parser, &target->List.elts, context);
        break;
    case AST_Tuple:
        target->Tuple.ctx = context;
        set_list_context(parser, &target->Tuple.elts, context);
        break;
    case AST_Starred:
        if (context == AST_Del)
            refuse(parser, target, context);
        target->Starred.ctx = context;
        set_context(parser, target->Starred.value, context);
        break;
    default:
        refuse(parser, target, context);
    }
}

// A star may stand once in each list of targets, and not alone.
static void check_stars(Parser *parser, const Node *target) {
    const NodeList *list = target->kind == AST_Tuple  ? &target->Tuple.elts
                           : target->kind == AST_List ? &target->List.elts
                                                      : NULL;
    uint32_t stars = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const Node *item = list->items[i];
        bool is_star = item->kind == AST_Starred;
        stars += is_star;
        check_stars(parser, is_star ? item->Starred.value : item);
    }
    if (stars > 1)
        parser_fail_late(parser, target->span, "multiple starred expressions in assignment");
}

void target_store(Parser *parser, Node *target) {
    if (target->kind == AST_Starred)
        parser_fail_late(parser, target->span,
                         "starred assignment target must be in a list or tuple");
    set_context(parser, target, AST_Store);
    check_stars(parser, target);
}

static void target_delete(Parser *parser, Node *target) {
    set_context(parser, target, AST_Del);
}

// True for what CPython takes for a mistyped comparison on the left of `=`: what binds as tightly
// as the operands of `==`, which in parentheses all do.
static bool looks_like_comparison(const Node *target, bool in_parentheses) {
    switch (target->kind) {
    case AST_Lambda:
    case AST_IfExp:
    case AST_Compare:
    case AST_BoolOp:
    case AST_GeneratorExp:
    case AST_Yield:
    case AST_YieldFrom:
        return in_parentheses;
    case AST_BinOp:
    case AST_UnaryOp:
    case AST_Call:
    case AST_Await:
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
    case AST_Dict:
    case AST_Set:
    case AST_JoinedStr:
    case AST_NamedExpr:
        return target->kind != AST_UnaryOp || target->UnaryOp.op != AST_Not || in_parentheses;
    case AST_Constant:
        return target->Constant.value.kind == CONSTANT_ELLIPSIS ||
               target->Constant.value.kind >= CONSTANT_INT;
    default:
        return false;
    }
}

void target_append(Parser *parser, Items *targets, Expression target) {
    bool is_yield = target.node->kind == AST_Yield || target.node->kind == AST_YieldFrom;
    if (is_yield && target.span.start == target.node->span.start)
        parser_fail(parser, target.span, "assignment to yield expression not possible");
    items_add(parser, targets, target.node, target.span);
}

// Where the first item of a tuple begins; UINT32_MAX if there is none.
static uint32_t first_item_start(const Node *node) {
    bool has_items = node->kind == AST_Tuple && node->Tuple.elts.count > 0;
    return has_items ? node->Tuple.elts.items[0]->span.start : UINT32_MAX;
}

// What stands before the `=`: of a tuple without parentheses, its last item.
static const Node *before_equals(const Node *target) {
    if (first_item_start(target) != target->span.start)
        return target;
    const NodeList *items = &target->Tuple.elts;
    return items->items[items->count - 1];
}

static bool is_target(const Node *node) {
    const NodeList *items = node->kind == AST_Tuple  ? &node->Tuple.elts
                            : node->kind == AST_List ? &node->List.elts
                                                     : NULL;
    if (node->kind == AST_Starred)
        return is_target(node->Starred.value);
    if (items == NULL)
        return node->kind == AST_Name || node->kind == AST_Attribute || node->kind == AST_Subscript;
    for (uint32_t i = 0; i < items->count; i++) {
        if (!is_target(items->items[i]))
            return false;
    }
    return true;
}

// The first operand of what stands behind `=`, as `b` of `b < c, d`; nothing for `not`, `lambda`,
// `yield` and `*`.
static Expression first_operand(Expression value) {
    while (value.span.start == value.node->span.start) {
        if (first_item_start(value.node) == value.span.start)
            value = expression_of(value.node->Tuple.elts.items[0]);
        else if (value.node->kind == AST_IfExp)
            value = expression_of(value.node->IfExp.body);
        else if (value.node->kind == AST_Compare)
            value = expression_of(value.node->Compare.left);
        else if (value.node->kind == AST_BoolOp)
            value = expression_of(value.node->BoolOp.values.items[0]);
        else
            break;
    }
    bool is_not = value.node->kind == AST_UnaryOp && value.node->UnaryOp.op == AST_Not;
    bool is_operand = !is_not && value.node->kind != AST_Lambda &&
                      value.node->kind != AST_Starred && value.node->kind != AST_Yield &&
                      value.node->kind != AST_YieldFrom;
    return is_operand || value.span.start < value.node->span.start ? value : (Expression){0};
}

// `1, a = b`: as no assignment, this is a tuple whose last item looks like a comparison.
static void refuse_tuple(Parser *parser, const Node *target, const Node *last, Expression value) {
    Expression operand = first_operand(value);
    bool ends_with_last = target != last && target->span.end == last->span.end;
    if (!ends_with_last || !operand.node || is_target(target))
        return;
    if (last->kind == AST_Name)
        parser_fail(parser, span_join(last->span, operand.span),
                    "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
    else if (last->kind == AST_Attribute || last->kind == AST_Subscript)
        parser_fail(parser, last->span,
                    "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                    target_describe(last));
}

Node *build_assign(Parser *parser, const Items *targets, Expression value) {
    const Node *target = targets->items[targets->count - 1], *last = before_equals(target);
    bool in_parentheses = targets->span.start < target->span.start;
    bool is_comparable = targets->count == 1 && first_operand(value).node;
    if (is_comparable && looks_like_comparison(last, in_parentheses))
        parser_fail(parser, last->span,
                    "cannot assign to %s here. Maybe you meant '==' instead of '='?",
                    target_describe(last));
    if (is_comparable)
        refuse_tuple(parser, target, last, value);
    for (uint32_t i = 0; i < targets->count; i++)
        target_store(parser, targets->items[i]);
    if (value.node->kind == AST_Starred)
        parser_fail_late(parser, value.span, "can't use starred expression here");
    Node *node = ast_new(parser->arena, AST_Assign, span_join(targets->span, value.span));
    node->Assign.targets = items_list(targets);
    node->Assign.value = value.node;
    return node;
}

static void check_annotated_target(Parser *parser, Expression target) {
    switch (target.node->kind) {
    case AST_Name:
    case AST_Attribute:
    case AST_Subscript:
        return;
    case AST_List:
    case AST_Tuple:
        if (target.span.start == first_item_start(target.node))
            target.span = target.node->Tuple.elts.items[0]->span;
        parser_fail(parser, target.span, "only single target (not %s) can be annotated",
                    target_describe(target.node));
        return;
    default:
        parser_fail(parser, target.span, "illegal target for annotation");
    }
}

Node *build_annotated(Parser *parser, Expression target, Node *annotation,
                      const Expression *value) {
    check_annotated_target(parser, target);
    target_store(parser, target.node);
    Span end = value ? value->span : annotation->span;
    Node *node = ast_new(parser->arena, AST_AnnAssign, span_join(target.span, end));
    node->AnnAssign.target = target.node;
    node->AnnAssign.annotation = annotation;
    node->AnnAssign.value = value ? value->node : NULL;
    node->AnnAssign.simple =
        target.node->kind == AST_Name && target.span.start == target.node->span.start;
    return node;
}

Node *build_delete(Parser *parser, Token del, Expression target) {
    Items targets = items_of(parser, target.node, target.span);
    NodeList list = items_list(&targets);
    // `del a, b` deletes two targets; `del (a, b)` one, which is a tuple.
    const NodeList *elements = target.node->kind == AST_Tuple ? &target.node->Tuple.elts : NULL;
    if (elements && elements->count && elements->items[0]->span.start == target.span.start)
        list = *elements;
    for (uint32_t i = 0; i < list.count; i++)
        target_delete(parser, list.items[i]);
    Node *node = ast_new(parser->arena, AST_Delete, span_join(del.span, target.span));
    node->Delete.targets = list;
    return node;
}
