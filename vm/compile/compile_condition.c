// SPDX-License-Identifier: MIT
//
// Conditions: expressions whose truth decides a jump.
//
// `if a < b and not c:` never makes a bool. `not` turns the wanted sense round, `and` and `or`
// become jumps past the rest, comparisons are fused with their jump (JUMP_LT), `is None` has a
// jump of its own. This is the textbook translation of boolean expressions by control flow.
//
// Note that `not (a < b)` is not `a >= b`: with NaN both are false. So the fused jumps have a
// sense operand instead of being turned into each other.
#include "compiler.h"

static const uint16_t compare_opcodes[] = {
    [AST_Eq] = OP_EQ, [AST_NotEq] = OP_NE,     [AST_Lt] = OP_LT, [AST_LtE] = OP_LE,
    [AST_Gt] = OP_GT, [AST_GtE] = OP_GE,       [AST_Is] = OP_IS, [AST_IsNot] = OP_IS_NOT,
    [AST_In] = OP_IN, [AST_NotIn] = OP_NOT_IN,
};

typedef struct FusedJump {
    uint16_t op;
    uint16_t constant_op; // with a constant on the right; 0: there is none
    bool is_negated;
} FusedJump;

static const FusedJump fused_jumps[] = {
    [AST_Eq] = {OP_JUMP_EQ, OP_JUMP_EQ_K, false},
    [AST_NotEq] = {OP_JUMP_NE, OP_JUMP_NE_K, false},
    [AST_Lt] = {OP_JUMP_LT, OP_JUMP_LT_K, false},
    [AST_LtE] = {OP_JUMP_LE, OP_JUMP_LE_K, false},
    [AST_Gt] = {OP_JUMP_GT, OP_JUMP_GT_K, false},
    [AST_GtE] = {OP_JUMP_GE, OP_JUMP_GE_K, false},
    [AST_Is] = {OP_JUMP_IS, 0, false},
    [AST_IsNot] = {OP_JUMP_IS, 0, true},
    [AST_In] = {OP_JUMP_IN, 0, false},
    [AST_NotIn] = {OP_JUMP_IN, 0, true},
};

static bool is_none_literal(const Node *node) {
    return node->kind == AST_Constant && node->Constant.value.kind == CONSTANT_NONE;
}

// Where the right side of a comparison lies; a literal container after `in` is made once.
static Register right_operand(Compiler *c, AstOperator op, const Node *right) {
    const Node *constant = op == AST_In || op == AST_NotIn ? fold_container(c, right) : NULL;
    if (!constant)
        return compile_operand(c, right);
    Register temp = unit_temp(c);
    emit_constant(c, right, temp, constant);
    return temp;
}

static void jump_if_none(Compiler *c, const Node *at, Register left, bool wants_none,
                         Label *label) {
    label_jump_if(c, at, wants_none ? OP_JUMP_IF_NONE : OP_JUMP_IF_NOT_NONE, left, label);
}

static void fuse(Compiler *c, const Node *at, Register left, AstOperator op, const Node *right,
                 Label *label, bool sense) {
    const FusedJump *jump = &fused_jumps[op];
    const Node *constant = jump->constant_op ? pool_short(c, fold_constant(c, right)) : NULL;
    if ((op == AST_Is || op == AST_IsNot) && is_none_literal(right)) {
        jump_if_none(c, at, left, sense != jump->is_negated, label);
    } else if (constant) {
        uint16_t index = pool_node(c, constant);
        label_jump_compare(c, at, jump->constant_op, left, index, sense, label);
    } else {
        Register operand = right_operand(c, op, right);
        label_jump_compare(c, at, jump->op, left, operand, sense != jump->is_negated, label);
    }
}

// a < b < c: all but the last comparison leave as soon as they fail; b is evaluated once.
static void chain_condition(Compiler *c, const Node *node, Label *label, bool sense) {
    Label fails = {0};
    Label *on_failure = sense ? &fails : label;
    const NodeList *rights = &node->Compare.comparators;
    Register left = compile_operand_before(c, node->Compare.left, rights->items[0]);
    for (uint32_t i = 0; i + 1 < rights->count; i++) {
        AstOperator op = node->Compare.ops.items[i];
        Register right = compile_operand_before(c, rights->items[i], rights->items[i + 1]);
        bool negated = fused_jumps[op].is_negated;
        label_jump_compare(c, node, fused_jumps[op].op, left, right, negated, on_failure);
        left = right;
    }
    uint32_t last = rights->count - 1;
    fuse(c, node, left, node->Compare.ops.items[last], rights->items[last], label, sense);
    label_place(c, &fails);
}

static void compare_condition(Compiler *c, const Node *node, Label *label, bool sense) {
    if (node->Compare.comparators.count > 1) {
        chain_condition(c, node, label, sense);
        return;
    }
    const Node *right = node->Compare.comparators.items[0];
    Register left = compile_operand_before(c, node->Compare.left, right);
    fuse(c, node, left, node->Compare.ops.items[0], right, label, sense);
}

// All but the last value of `and` decide the whole if they are false, of `or` if they are true.
static void bool_condition(Compiler *c, const Node *node, Label *label, bool sense) {
    bool decides = node->BoolOp.op == AST_Or;
    Label past = {0};
    const NodeList *values = &node->BoolOp.values;
    for (uint32_t i = 0; i + 1 < values->count; i++)
        compile_condition(c, values->items[i], decides == sense ? label : &past, decides);
    compile_condition(c, values->items[values->count - 1], label, sense);
    label_place(c, &past);
}

static bool is_not(const Node *node) {
    return node->kind == AST_UnaryOp && node->UnaryOp.op == AST_Not;
}

void compile_condition(Compiler *c, const Node *node, Label *label, bool sense) {
    uint32_t mark = unit_mark(c);
    int truth = fold_truth(c, node);
    if (truth == (int)sense) {
        label_jump(c, node, label);
    } else if (truth >= 0) {
        return;
    } else if (is_not(node)) {
        compile_condition(c, node->UnaryOp.operand, label, !sense);
    } else if (node->kind == AST_BoolOp) {
        bool_condition(c, node, label, sense);
    } else if (node->kind == AST_Compare) {
        compare_condition(c, node, label, sense);
    } else {
        Register value = compile_operand(c, node);
        label_jump_if(c, node, sense ? OP_JUMP_IF_TRUE : OP_JUMP_IF_FALSE, value, label);
    }
    unit_release(c, mark);
}

void compile_comparison(Compiler *c, const Node *node, Register dest) {
    Label end = {0};
    const NodeList *rights = &node->Compare.comparators;
    Register left = compile_operand_before(c, node->Compare.left, rights->items[0]);
    for (uint32_t i = 0; i < rights->count; i++) {
        AstOperator op = node->Compare.ops.items[i];
        bool is_last = i + 1 == rights->count;
        Register right = is_last
                             ? right_operand(c, op, rights->items[i])
                             : compile_operand_before(c, rights->items[i], rights->items[i + 1]);
        emit_op(c, node, compare_opcodes[op], dest, left, right);
        if (!is_last)
            label_jump_if(c, node, OP_JUMP_IF_FALSE, dest, &end);
        left = right;
    }
    label_place(c, &end);
}

void compile_bool_op(Compiler *c, const Node *node, Register dest) {
    Label end = {0};
    Opcode op = node->BoolOp.op == AST_And ? OP_JUMP_IF_FALSE : OP_JUMP_IF_TRUE;
    const NodeList *values = &node->BoolOp.values;
    for (uint32_t i = 0; i < values->count; i++) {
        compile_to(c, values->items[i], dest);
        if (i + 1 < values->count)
            label_jump_if(c, node, op, dest, &end);
    }
    label_place(c, &end);
}

void compile_if_expression(Compiler *c, const Node *node, Register dest) {
    Label otherwise = {0}, end = {0};
    compile_condition(c, node->IfExp.test, &otherwise, false);
    compile_to(c, node->IfExp.body, dest);
    label_jump(c, node, &end);
    label_place(c, &otherwise);
    compile_to(c, node->IfExp.orelse, dest);
    label_place(c, &end);
}
