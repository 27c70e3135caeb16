// SPDX-License-Identifier: MIT
//
// with and async with.
//
// WITH_ENTER keeps __exit__ and its self in registers and calls __enter__; every way out of the
// body calls __exit__ through WITH_EXIT: normally and on jumps without an exception, from the
// handler with it, and there a true result swallows the exception. Several items are nested
// statements.
#include "block.h"

// R[base]: __exit__, then the result of __enter__, the exception, the previously current one, one
// raised by __exit__ itself, and the self of __exit__, later its result.
enum { WITH_REGISTERS = 6, WITH_EXCEPTION = 2, WITH_RAISED = 4, WITH_RESULT = 5 };

static void call_exit(Compiler *c, const Node *at, const Block *block) {
    Register result = (Register)(block->base + WITH_RESULT);
    emit_op(c, at, OP_WITH_EXIT, result, block->base, 0);
    if (block->is_async)
        compile_await(c, at, result, result, AWAIT_EXIT);
}

static void handle_exception(Compiler *c, const Node *at, const Block *block, Label *end) {
    Label suppressed = {0};
    Register exception = (Register)(block->base + WITH_EXCEPTION);
    Register raised = (Register)(block->base + WITH_RAISED);
    emit_op(c, at, OP_ENTER_HANDLER, exception, 0, 0);
    Block *calling = block_protect(c, BLOCK_PLAIN, raised, NULL);
    call_exit(c, at, block);
    label_jump_if(c, at, OP_JUMP_IF_TRUE, (Register)(block->base + WITH_RESULT), &suppressed);
    block_pop(c);
    emit_op(c, at, OP_LEAVE_HANDLER, exception, 0, 0);
    emit_op(c, at, OP_RERAISE, exception, 0, 0);
    c->unit->is_reachable = false;
    label_place(c, &suppressed);
    emit_op(c, at, OP_LEAVE_HANDLER, exception, 0, 0);
    label_jump(c, at, end);
    if (block_place_handler(c, calling)) {
        emit_op(c, at, OP_LEAVE_HANDLER, exception, 0, 0);
        emit_op(c, at, OP_RERAISE, raised, 0, 0);
        c->unit->is_reachable = false;
    }
}

static void compile_item_body(Compiler *c, const Node *node, uint32_t item, Register entered) {
    const Node *target = node->With.items.items[item]->withitem.optional_vars;
    if (target)
        compile_store(c, target, entered);
    if (item + 1 < node->With.items.count)
        compile_with(c, node, item + 1);
    else
        compile_body(c, &node->With.body);
}

void compile_with(Compiler *c, const Node *node, uint32_t item) {
    Label end = {0};
    uint32_t mark = unit_mark(c);
    const Node *at = node->With.items.items[item]->withitem.context_expr;
    bool is_async = node->kind == AST_AsyncWith;
    Register base = unit_temps(c, WITH_REGISTERS);
    Register manager = compile_operand(c, at);
    Register entered = (Register)(base + 1);
    emit_op(c, at, OP_WITH_ENTER, base, manager, is_async);
    if (is_async)
        compile_await(c, at, entered, entered, AWAIT_ENTER);
    unit_release(c, base + (uint32_t)WITH_REGISTERS);
    Block *block =
        block_protect(c, BLOCK_WITH, (Register)(base + WITH_EXCEPTION), &node->With.body);
    block->base = base;
    block->node = at;
    block->is_async = is_async;
    compile_item_body(c, node, item, entered);
    block_pop(c);
    emit_undefined(c, at, (Register)(base + WITH_EXCEPTION));
    call_exit(c, at, block);
    label_jump(c, at, &end);
    if (block_place_handler(c, block))
        handle_exception(c, at, block, &end);
    label_place(c, &end);
    unit_release(c, mark);
}
