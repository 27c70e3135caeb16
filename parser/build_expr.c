// SPDX-License-Identifier: MIT
//
// Nodes for expressions: operators, names, literals, attributes, subscripts.
//
// Each builder takes its parts as Expressions and returns one. The node's span
// is that of the whole operation with its operands' parentheses; the operator's
// own place is kept where a traceback marks it (`~~^~~`).
#include "literal.h"
#include "mini_check.h"
#include "parse_state.h"

// The operator that a binary or augmented-assignment token stands for.
static AstOperator operator_of(TokenKind kind) {
    static const struct {
        TokenKind plain;
        TokenKind augmented;
        AstOperator op;
    } table[] = {
        {TOKEN_PLUS, TOKEN_PLUS_ASSIGN, AST_Add},
        {TOKEN_MINUS, TOKEN_MINUS_ASSIGN, AST_Sub},
        {TOKEN_STAR, TOKEN_STAR_ASSIGN, AST_Mult},
        {TOKEN_SLASH, TOKEN_SLASH_ASSIGN, AST_Div},
        {TOKEN_PERCENT, TOKEN_PERCENT_ASSIGN, AST_Mod},
        {TOKEN_AT, TOKEN_AT_ASSIGN, AST_MatMult},
        {TOKEN_AMPERSAND, TOKEN_AMPERSAND_ASSIGN, AST_BitAnd},
        {TOKEN_VBAR, TOKEN_VBAR_ASSIGN, AST_BitOr},
        {TOKEN_CARET, TOKEN_CARET_ASSIGN, AST_BitXor},
        {TOKEN_LEFT_SHIFT, TOKEN_LEFT_SHIFT_ASSIGN, AST_LShift},
        {TOKEN_RIGHT_SHIFT, TOKEN_RIGHT_SHIFT_ASSIGN, AST_RShift},
        {TOKEN_DOUBLE_STAR, TOKEN_DOUBLE_STAR_ASSIGN, AST_Pow},
        {TOKEN_DOUBLE_SLASH, TOKEN_DOUBLE_SLASH_ASSIGN, AST_FloorDiv},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].plain == kind || table[i].augmented == kind)
            return table[i].op;
    MINI_CHECK(false, "not a binary operator");
    return AST_Add;
}

Expression build_binary(Parser *parser, Expression left, const Token *op, Expression right) {
    Node *node = ast_new(parser->arena, AST_BinOp, span_join(left.span, right.span));
    node->BinOp.left = left.node;
    node->BinOp.op = operator_of(op->kind);
    node->BinOp.right = right.node;
    node->BinOp.operator_span = op->span;
    return expression_of(node);
}

Node *build_augmented(Parser *parser, Expression target, const Token *op, Expression value) {
    AstKind kind = target.node->kind;
    if (kind != AST_Name && kind != AST_Attribute && kind != AST_Subscript)
        parser_fail(parser, target.node->span,
                    "'%s' is an illegal expression for augmented assignment",
                    target_describe(target.node));
    target_store(parser, target.node);
    Node *node = ast_new(parser->arena, AST_AugAssign, span_join(target.span, value.span));
    node->AugAssign.target = target.node;
    node->AugAssign.op = operator_of(op->kind);
    node->AugAssign.value = value.node;
    node->AugAssign.operator_span = op->span;
    return node;
}

static AstOperator unary_operator_of(TokenKind kind) {
    return kind == TOKEN_NOT     ? AST_Not
           : kind == TOKEN_TILDE ? AST_Invert
           : kind == TOKEN_PLUS  ? AST_UAdd
                                 : AST_USub;
}

Expression build_unary(Parser *parser, const Token *op, Expression operand) {
    Node *node = ast_new(parser->arena, AST_UnaryOp, span_join(op->span, operand.span));
    node->UnaryOp.op = unary_operator_of(op->kind);
    node->UnaryOp.operand = operand.node;
    if (op->kind == TOKEN_NOT)
        doubt_negation(parser, operand.node);
    return expression_of(node);
}

Expression build_bool(Parser *parser, AstOperator op, const Items *values) {
    Node *node = ast_new(parser->arena, AST_BoolOp, values->span);
    node->BoolOp.op = op;
    node->BoolOp.values = items_list(values);
    return expression_of(node);
}

OperatorToken build_comparator(const Token *token) {
    static const AstOperator operators[TOKEN_KIND_COUNT] = {
        [TOKEN_EQUAL] = AST_Eq,   [TOKEN_NOT_EQUAL] = AST_NotEq,
        [TOKEN_LESS] = AST_Lt,    [TOKEN_LESS_EQUAL] = AST_LtE,
        [TOKEN_GREATER] = AST_Gt, [TOKEN_GREATER_EQUAL] = AST_GtE,
        [TOKEN_IN] = AST_In,
    };
    return (OperatorToken){operators[token->kind], token->span};
}

Expression build_compare(Parser *parser, Expression left, OperatorToken op, Expression right) {
    Node *node = ast_new(parser->arena, AST_Compare, left.span);
    node->Compare.left = left.node;
    node->Compare.operator_span = op.span;
    return build_compare_more(parser, (Expression){node, left.span}, op, right);
}

Expression build_compare_more(Parser *parser, Expression compare, OperatorToken op,
                              Expression right) {
    Node *node = compare.node;
    OperatorList *ops = &node->Compare.ops;
    NodeList *values = &node->Compare.comparators;
    const Node *left = ops->count ? values->items[ops->count - 1] : node->Compare.left;
    if (op.op == AST_Is || op.op == AST_IsNot)
        doubt_identity(parser, node, left, right.node);
    // Comparisons are mostly single: grow whenever the count reaches a power of two.
    uint32_t count = ops->count;
    if ((count & (count - 1)) == 0) {
        uint32_t room = count ? count * 2 : 1;
        ops->items = arena_grow(parser->arena, ops->items, count * sizeof *ops->items,
                                room * sizeof *ops->items);
        values->items = arena_grow(parser->arena, values->items, count * sizeof *values->items,
                                   room * sizeof *values->items);
    }
    ops->items[ops->count++] = op.op;
    values->items[values->count++] = right.node;
    node->span = span_join(compare.span, right.span);
    return expression_of(node);
}

Expression build_if(Parser *parser, Expression body, Expression test, Expression orelse) {
    Node *node = ast_new(parser->arena, AST_IfExp, span_join(body.span, orelse.span));
    node->IfExp.body = body.node;
    node->IfExp.test = test.node;
    node->IfExp.orelse = orelse.node;
    return expression_of(node);
}

Expression build_named(Parser *parser, Expression target, Expression value) {
    target_store(parser, target.node);
    Node *node = ast_new(parser->arena, AST_NamedExpr, span_join(target.span, value.span));
    node->NamedExpr.target = target.node;
    node->NamedExpr.value = value.node;
    return expression_of(node);
}

Expression build_await(Parser *parser, const Token *await, Expression value) {
    Node *node = ast_new(parser->arena, AST_Await, span_join(await->span, value.span));
    node->Await.value = value.node;
    return expression_of(node);
}

// Fails if `*x` stands where one value is wanted.
static void refuse_bare_star(Parser *parser, const Expression *value) {
    if (value->node->kind == AST_Starred)
        parser_fail_late(parser, value->span, "can't use starred expression here");
}

Expression build_yield(Parser *parser, const Token *yield, const Expression *value) {
    if (value)
        refuse_bare_star(parser, value);
    Span span = value ? span_join(yield->span, value->span) : yield->span;
    Node *node = ast_new(parser->arena, AST_Yield, span);
    node->Yield.value = value ? value->node : NULL;
    return expression_of(node);
}

Expression build_yield_from(Parser *parser, const Token *yield, Expression value) {
    Node *node = ast_new(parser->arena, AST_YieldFrom, span_join(yield->span, value.span));
    node->YieldFrom.value = value.node;
    return expression_of(node);
}

Expression build_starred(Parser *parser, const Token *star, Expression value) {
    Node *node = ast_new(parser->arena, AST_Starred, span_join(star->span, value.span));
    node->Starred.value = value.node;
    return expression_of(node);
}

Expression build_attribute(Parser *parser, Expression value, const Token *name) {
    Node *node = ast_new(parser->arena, AST_Attribute, span_join(value.span, name->span));
    node->Attribute.value = value.node;
    node->Attribute.attr = name_of(parser, name->span);
    node->Attribute.name_span = name->span;
    return expression_of(node);
}

Expression build_subscript(Parser *parser, Expression value, const Token *open, const Items *items,
                           const Token *close) {
    Node *index = items->items[0];
    if (items->count > 1 || items->comma || index->kind == AST_Starred) {
        index = ast_new(parser->arena, AST_Tuple, items->span);
        index->Tuple.elts = items_list(items);
    }
    Node *node = ast_new(parser->arena, AST_Subscript, span_join(value.span, close->span));
    node->Subscript.value = value.node;
    node->Subscript.slice = index;
    node->Subscript.operator_span = span_join(open->span, close->span);
    doubt_operand(parser, node, value.node);
    return expression_of(node);
}

Expression build_slice(Parser *parser, Expression lower, const Token *colon, Expression upper,
                       const Expression *step) {
    Span span = lower.node ? span_join(lower.span, colon->span) : colon->span;
    span = upper.node ? span_join(span, upper.span) : span;
    span = step ? span_join(span, step->span) : span;
    Node *node = ast_new(parser->arena, AST_Slice, span);
    node->Slice.lower = lower.node;
    node->Slice.upper = upper.node;
    node->Slice.step = step ? step->node : NULL;
    return expression_of(node);
}

Expression build_name(Parser *parser, const Token *token) {
    Node *node = ast_new(parser->arena, AST_Name, token->span);
    node->Name.id = name_of(parser, token->span);
    return expression_of(node);
}

Expression build_constant(Parser *parser, const Token *token) {
    Node *node = ast_new(parser->arena, AST_Constant, token->span);
    node->Constant.value.kind = token->kind == TOKEN_TRUE    ? CONSTANT_TRUE
                                : token->kind == TOKEN_FALSE ? CONSTANT_FALSE
                                : token->kind == TOKEN_NONE  ? CONSTANT_NONE
                                                             : CONSTANT_ELLIPSIS;
    return expression_of(node);
}

Expression build_number(Parser *parser, const Token *token) {
    Node *node = ast_new(parser->arena, AST_Constant, token->span);
    Diagnostic error;
    doubt_number(parser, token->span);
    if (!literal_number(parser->arena, parser->source, token->span, &node->Constant.value, &error))
        parser_fail(parser, error.span, "%s", error.message);
    return expression_of(node);
}

// The number itself of `3` and `-3`.
static const Constant *number_of(const Node *node) {
    return &(node->kind == AST_UnaryOp ? node->UnaryOp.operand : node)->Constant.value;
}

Expression build_complex(Parser *parser, Expression real, const Token *op, const Token *token) {
    Expression imaginary = build_number(parser, token);
    if (number_of(real.node)->kind == CONSTANT_IMAGINARY)
        parser_fail(parser, real.span, "real number required in complex literal");
    if (imaginary.node->Constant.value.kind != CONSTANT_IMAGINARY)
        parser_fail(parser, imaginary.span, "imaginary number required in complex literal");
    return build_binary(parser, real, op, imaginary);
}
