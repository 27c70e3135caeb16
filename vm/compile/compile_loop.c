// SPDX-License-Identifier: MIT
//
// Loops: `for`, `async for` and `while`, each with its `else`.
//
// The test stands at the bottom of the loop, and the loop is entered by a jump to it, so that a
// turn costs one jump instead of two:
//
//           JUMP next                    JUMP test
//     body: ...                    body: ...
//     next: FOR_NEXT body          test: JUMP_LT body
//           (else part)                  (else part)
//
// `while True` has no test at all.
#include "block.h"

static Block *push_loop(Compiler *c, Label *break_label, Label *continue_label) {
    Block *block = block_push(c, BLOCK_LOOP);
    block->break_label = break_label;
    block->continue_label = continue_label;
    return block;
}

// Jumps to `label` and lets what follows be reached from there, as the head of a loop.
static void enter_at_bottom(Compiler *c, const Node *at, Label *label) {
    bool was_reachable = c->unit->is_reachable;
    label_jump(c, at, label);
    c->unit->is_reachable = was_reachable;
}

void compile_for(Compiler *c, const Node *node) {
    Label body = {0}, next = {0}, end = {0};
    uint32_t mark = unit_mark(c);
    const Node *target = node->For.target, *iterable = node->For.iter;
    Register iterator = unit_temp(c);
    const Node *constant = fold_container(c, iterable);
    if (constant)
        emit_constant(c, iterable, iterator, constant);
    Register source = constant ? iterator : compile_operand(c, iterable);
    emit_op(c, iterable, OP_GET_ITER, iterator, source, 0);
    unit_release(c, iterator + 1u);
    Register variable = variable_target(c, target);
    Register item = variable == NO_REGISTER ? unit_temp(c) : variable;

    enter_at_bottom(c, iterable, &next);
    label_place_loop(c, &body, &node->For.body);
    push_loop(c, &end, &next);
    compile_store(c, target, item);
    compile_body_unless_pass(c, &node->For.body);
    block_pop(c);
    label_place(c, &next);
    label_jump_compare(c, iterable, OP_FOR_NEXT, iterator, item, false, &body);
    unit_release(c, mark);
    compile_body(c, &node->For.orelse);
    label_place(c, &end);
}

void compile_async_for(Compiler *c, const Node *node) {
    Label head = {0}, next = {0}, end = {0};
    uint32_t mark = unit_mark(c);
    const Node *iterable = node->AsyncFor.iter;
    Register iterator = unit_temp(c);
    Register item = unit_temp(c);
    emit_op(c, iterable, OP_GET_ASYNC_ITER, iterator, compile_operand(c, iterable), 0);
    label_place_loop(c, &head, &node->AsyncFor.body);
    Block *block = block_protect(c, BLOCK_PLAIN, item, NULL);
    compile_async_next(c, node, item, iterator);
    block_pop(c);
    push_loop(c, &end, &next);
    compile_store(c, node->AsyncFor.target, item);
    compile_body(c, &node->AsyncFor.body);
    block_pop(c);
    label_place(c, &next);
    label_jump(c, node, &head);
    if (block_place_handler(c, block))
        emit_op(c, node, OP_END_ASYNC_FOR, item, 0, 0);
    unit_release(c, mark);
    compile_body(c, &node->AsyncFor.orelse);
    label_place(c, &end);
}

// `while True`: the only way out is `break`.
static void compile_endless(Compiler *c, const Node *node) {
    Label head = {0}, next = {0}, end = {0};
    label_place_loop(c, &head, &node->While.body);
    push_loop(c, &end, &next);
    compile_body_unless_pass(c, &node->While.body);
    block_pop(c);
    label_place(c, &next);
    label_jump(c, node, &head);
    label_place(c, &end);
}

static void compile_tested(Compiler *c, const Node *node) {
    Label body = {0}, test = {0}, end = {0};
    enter_at_bottom(c, node->While.test, &test);
    bound_add_tested(c, node->While.test);
    label_place_loop(c, &body, &node->While.body);
    push_loop(c, &end, &test);
    compile_body_unless_pass(c, &node->While.body);
    block_pop(c);
    label_place(c, &test);
    compile_condition(c, node->While.test, &body, true);
    compile_body(c, &node->While.orelse);
    label_place(c, &end);
}

static void compile_never(Compiler *c, const Node *node) {
    Label end = {0};
    bool was_reachable = c->unit->is_reachable;
    uint64_t *bound = bound_copy(c);
    c->unit->is_reachable = false;
    push_loop(c, &end, &end);
    compile_body(c, &node->While.body);
    block_pop(c);
    c->unit->is_reachable = was_reachable;
    bound_restore(c, bound);
    compile_body(c, &node->While.orelse);
    label_place(c, &end);
}

void compile_while(Compiler *c, const Node *node) {
    int truth = fold_truth(c, node->While.test);
    if (truth == 1)
        compile_endless(c, node);
    else if (truth == 0)
        compile_never(c, node);
    else
        compile_tested(c, node);
}
