// SPDX-License-Identifier: MIT
//
// Constant folding: `60 * 60 * 24` is 86400 before the program starts.
//
// Only what gives the same result at compile time as at run time is folded, and only where the
// result is small: arithmetic of ints that stays within 64 bits, floats, concatenated and repeated
// strings of modest length, and tuples of constants. Whatever would raise is left to raise when it
// runs. CPython folds in ast_opt.c; it goes further (big ints), with the same observable effect.
#include "compiler.h"

#include <math.h>

enum { MAX_FOLDED_TEXT = 4096 };

static Node *new_constant(Compiler *c, const Node *at, ConstantKind kind) {
    Node *node = ast_new(c->arena, AST_Constant, at->span);
    node->Constant.value.kind = kind;
    return node;
}

static Node *new_int(Compiler *c, const Node *at, int64_t n) {
    Node *node = new_constant(c, at, CONSTANT_INT);
    node->Constant.value.integer = n;
    return node;
}

static Node *new_float(Compiler *c, const Node *at, double d) {
    Node *node = new_constant(c, at, CONSTANT_FLOAT);
    node->Constant.value.number = d;
    return node;
}

static bool is_kind(const Node *node, ConstantKind kind) {
    return node->kind == AST_Constant && node->Constant.value.kind == kind;
}

// Floored quotient and remainder, as Python's.
static bool divide(AstOperator op, int64_t a, int64_t b, int64_t *result) {
    if (b == 0 || (a == INT64_MIN && b == -1))
        return false;
    int64_t quotient = a / b, remainder = a % b;
    if (remainder != 0 && (remainder < 0) != (b < 0)) {
        quotient--;
        remainder += b;
    }
    *result = op == AST_FloorDiv ? quotient : remainder;
    return true;
}

static bool power(int64_t base, int64_t exponent, int64_t *result) {
    if (exponent < 0 || exponent > 64)
        return false;
    *result = 1;
    for (int64_t i = 0; i < exponent; i++) {
        if (__builtin_mul_overflow(*result, base, result))
            return false;
    }
    return true;
}

static bool shift_left(int64_t a, int64_t b, int64_t *result) {
    return b >= 0 && b < 62 && !__builtin_mul_overflow(a, INT64_C(1) << b, result);
}

static bool fold_ints(AstOperator op, int64_t a, int64_t b, int64_t *result) {
    switch (op) {
    case AST_Add:
        return !__builtin_add_overflow(a, b, result);
    case AST_Sub:
        return !__builtin_sub_overflow(a, b, result);
    case AST_Mult:
        return !__builtin_mul_overflow(a, b, result);
    case AST_FloorDiv:
    case AST_Mod:
        return divide(op, a, b, result);
    case AST_Pow:
        return power(a, b, result);
    case AST_LShift:
        return shift_left(a, b, result);
    case AST_RShift:
        *result = b >= 0 && b < 64 ? a >> b : 0;
        return b >= 0 && b < 64;
    case AST_BitAnd:
        *result = a & b;
        return true;
    case AST_BitOr:
        *result = a | b;
        return true;
    case AST_BitXor:
        *result = a ^ b;
        return true;
    default:
        return false;
    }
}

static bool fold_floats(AstOperator op, double a, double b, double *result) {
    switch (op) {
    case AST_Add:
        *result = a + b;
        return true;
    case AST_Sub:
        *result = a - b;
        return true;
    case AST_Mult:
        *result = a * b;
        return true;
    case AST_Div:
        *result = a / b;
        return b != 0;
    default:
        return false;
    }
}

// The node as a double; false for what is no number, or an int that a double cannot hold exactly.
static bool as_number(const Node *node, double *number) {
    if (is_kind(node, CONSTANT_FLOAT)) {
        *number = node->Constant.value.number;
        return true;
    }
    if (!is_kind(node, CONSTANT_INT))
        return false;
    int64_t n = node->Constant.value.integer;
    *number = (double)n;
    return n <= (INT64_C(1) << 53) && n >= -(INT64_C(1) << 53);
}

static const Node *join_texts(Compiler *c, const Node *at, const Constant *a, const Constant *b) {
    if (a->length + (uint64_t)b->length > MAX_FOLDED_TEXT)
        return NULL;
    char *text = arena_alloc(c->arena, (size_t)a->length + b->length + 1);
    memcpy(text, a->text, a->length);
    memcpy(text + a->length, b->text, b->length);
    Node *node = new_constant(c, at, a->kind);
    node->Constant.value.text = text;
    node->Constant.value.length = a->length + b->length;
    return node;
}

static const Node *repeat_text(Compiler *c, const Node *at, const Constant *a, int64_t count) {
    if (count < 0)
        count = 0;
    if (count > MAX_FOLDED_TEXT || (uint64_t)count * a->length > MAX_FOLDED_TEXT)
        return NULL;
    char *text = arena_alloc(c->arena, (size_t)count * a->length + 1);
    for (int64_t i = 0; i < count; i++)
        memcpy(text + (size_t)i * a->length, a->text, a->length);
    Node *node = new_constant(c, at, a->kind);
    node->Constant.value.text = text;
    node->Constant.value.length = (uint32_t)count * a->length;
    return node;
}

static bool is_text(const Node *node) {
    return is_kind(node, CONSTANT_STRING) || is_kind(node, CONSTANT_BYTES);
}

static const Node *fold_operands(Compiler *c, const Node *at, const Node *left, const Node *right) {
    AstOperator op = at->BinOp.op;
    int64_t n;
    double a, b, d;
    if (is_kind(left, CONSTANT_INT) && is_kind(right, CONSTANT_INT) && op != AST_Div) {
        bool known = fold_ints(op, left->Constant.value.integer, right->Constant.value.integer, &n);
        return known ? new_int(c, at, n) : NULL;
    }
    if (as_number(left, &a) && as_number(right, &b))
        return fold_floats(op, a, b, &d) ? new_float(c, at, d) : NULL;
    if (is_text(left) && op == AST_Add && left->Constant.value.kind == right->Constant.value.kind)
        return join_texts(c, at, &left->Constant.value, &right->Constant.value);
    if (is_text(left) && op == AST_Mult && is_kind(right, CONSTANT_INT))
        return repeat_text(c, at, &left->Constant.value, right->Constant.value.integer);
    return NULL;
}

static const Node *fold_binary(Compiler *c, const Node *node) {
    const Node *right = fold_constant(c, node->BinOp.right);
    if (!right || right->kind != AST_Constant)
        return NULL;
    const Node *left = fold_constant(c, node->BinOp.left);
    return left && left->kind == AST_Constant ? fold_operands(c, node, left, right) : NULL;
}

static const Node *negate(Compiler *c, const Node *at, const Node *operand) {
    int64_t n;
    if (is_kind(operand, CONSTANT_FLOAT))
        return new_float(c, at, -operand->Constant.value.number);
    if (!is_kind(operand, CONSTANT_INT) ||
        __builtin_sub_overflow(0, operand->Constant.value.integer, &n))
        return NULL;
    return new_int(c, at, n);
}

// ~True is folded like CPython's: the warning that it is deprecated comes only where it runs.
static const Node *invert(Compiler *c, const Node *at, const Node *operand) {
    if (is_kind(operand, CONSTANT_INT))
        return new_int(c, at, ~operand->Constant.value.integer);
    bool is_true = is_kind(operand, CONSTANT_TRUE);
    return is_true || is_kind(operand, CONSTANT_FALSE) ? new_int(c, at, is_true ? -2 : -1) : NULL;
}

static const Node *fold_unary(Compiler *c, const Node *node) {
    const Node *operand = fold_constant(c, node->UnaryOp.operand);
    if (!operand || operand->kind != AST_Constant)
        return NULL;
    bool is_int = is_kind(operand, CONSTANT_INT);
    switch (node->UnaryOp.op) {
    case AST_USub:
        return negate(c, node, operand);
    case AST_UAdd:
        return is_int || is_kind(operand, CONSTANT_FLOAT) ? operand : NULL;
    case AST_Invert:
        return invert(c, node, operand);
    default:
        return new_constant(c, node, fold_truth(c, operand) ? CONSTANT_FALSE : CONSTANT_TRUE);
    }
}

// A node of `kind` with the items of `list` folded, or NULL if one of them is no constant.
static const Node *fold_items(Compiler *c, const Node *at, AstKind kind, const NodeList *list) {
    Node **items = ARENA_NEW(c->arena, Node *, list->count + 1);
    for (uint32_t i = 0; i < list->count; i++) {
        const Node *item = fold_constant(c, list->items[i]);
        if (!item)
            return NULL;
        items[i] = (Node *)(uintptr_t)item;
    }
    Node *node = ast_new(c->arena, kind, at->span);
    *(kind == AST_Set ? &node->Set.elts : &node->Tuple.elts) = (NodeList){items, list->count};
    return node;
}

const Node *fold_constant(Compiler *c, const Node *node) {
    switch (node->kind) {
    case AST_Constant:
        return node;
    case AST_BinOp:
        return fold_binary(c, node);
    case AST_UnaryOp:
        return fold_unary(c, node);
    case AST_Tuple:
        if (node->Tuple.ctx != AST_Load)
            return NULL;
        return fold_items(c, node, AST_Tuple, &node->Tuple.elts);
    case AST_Name:
        if (strcmp(node->Name.id->text, "__debug__") != 0)
            return NULL;
        return new_constant(c, node, c->optimize > 0 ? CONSTANT_FALSE : CONSTANT_TRUE);
    default:
        return NULL;
    }
}

const Node *fold_container(Compiler *c, const Node *node) {
    if (node->kind == AST_List)
        return fold_items(c, node, AST_Tuple, &node->List.elts);
    if (node->kind == AST_Set)
        return fold_items(c, node, AST_Set, &node->Set.elts);
    return NULL;
}

int fold_truth(Compiler *c, const Node *node) {
    const Node *constant = fold_constant(c, node);
    if (!constant)
        return -1;
    if (constant->kind == AST_Tuple)
        return constant->Tuple.elts.count > 0;
    const Constant *value = &constant->Constant.value;
    switch (value->kind) {
    case CONSTANT_NONE:
    case CONSTANT_FALSE:
        return 0;
    case CONSTANT_INT:
        return value->integer != 0;
    case CONSTANT_FLOAT:
    case CONSTANT_IMAGINARY:
        return value->number != 0;
    case CONSTANT_STRING:
    case CONSTANT_BYTES:
        return value->length > 0;
    default:
        return 1;
    }
}
