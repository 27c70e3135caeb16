// SPDX-License-Identifier: MIT
//
// Leaving blocks: what `break`, `continue` and `return` do on their way out.
//
// The exit walks the blocks from the inside: a handler restores the outer current exception, a
// `with` calls __exit__, a `finally` takes over the whole exit: it notes which one it was in its
// state register, and after the clause the dispatch (compile_try.c) continues the walk outside.
// While the walk emits code for an outer block, all inner ones have a hole in their protection.
#include "block.h"

static uint32_t here(const Compiler *c) {
    return c->unit->words.count;
}

Block *block_push(Compiler *c, BlockKind kind) {
    Block *block = ARENA_NEW(c->arena, Block, 1);
    block->kind = kind;
    block->outer = c->unit->blocks;
    block->depth = block->outer ? block->outer->depth + 1 : 1;
    block->range_start = UINT32_MAX;
    c->unit->blocks = block;
    return block;
}

Block *block_protect(Compiler *c, BlockKind kind, Register exception, const NodeList *statements) {
    Block *block = block_push(c, kind);
    block->is_protected = true;
    block->exception = exception;
    block->range_start = here(c);
    uint64_t *now = bound_copy(c);
    bound_remove_deleted(c, statements);
    block->handler_bound = bound_copy(c);
    bound_restore(c, now);
    return block;
}

void block_open_hole(Compiler *c, Block *block) {
    if (!block->is_protected || block->range_start == UINT32_MAX)
        return;
    if (here(c) > block->range_start) {
        UnitHandler handler = {block->range_start, here(c), &block->handler, block->depth,
                               block->exception};
        ARENA_PUSH(c->arena, &c->unit->handlers, handler);
        block->has_ranges = true;
    }
    block->range_start = UINT32_MAX;
}

void block_close_hole(Compiler *c, Block *block) {
    if (block->is_protected)
        block->range_start = here(c);
}

void block_pop(Compiler *c) {
    Block *block = c->unit->blocks;
    block_open_hole(c, block);
    c->unit->blocks = block->outer;
}

bool block_place_handler(Compiler *c, Block *block) {
    block->handler.position = here(c);
    block->handler.is_placed = true;
    bound_restore(c, block->handler_bound);
    c->unit->is_reachable = block->has_ranges;
    return block->has_ranges;
}

static void exit_finally_body(Compiler *c, const Node *at, const Block *block) {
    Label skip = {0};
    label_jump_compare(c, at, OP_JUMP_NE_K, block->state, pool_int(c, FINALLY_EXCEPTION), true,
                       &skip);
    emit_op(c, at, OP_LEAVE_HANDLER, block->value, 0, 0);
    label_place(c, &skip);
}

static void exit_with(Compiler *c, const Block *block) {
    uint32_t mark = unit_mark(c);
    Register result = unit_temp(c);
    emit_undefined(c, block->node, (Register)(block->base + 2));
    emit_op(c, block->node, OP_WITH_EXIT, result, block->base, 0);
    if (block->is_async)
        compile_await(c, block->node, result, result, AWAIT_EXIT);
    unit_release(c, mark);
}

static void exit_name(Compiler *c, const Node *at, const Block *block) {
    uint32_t mark = unit_mark(c);
    Register none = unit_temp(c);
    emit_none(c, at, none);
    variable_store(c, at, block->name, none);
    variable_delete(c, at, block->name);
    unit_release(c, mark);
}

static void exit_into_finally(Compiler *c, const Node *at, Block *block, ExitKind kind,
                              Register value) {
    if (kind == EXIT_RETURN)
        emit_move(c, at, block->value, value);
    emit_int(c, at, block->state, kind);
    block->exits |= 1u << kind;
    label_jump(c, at, block->entry);
}

// Emits what leaving this one block takes; false if a `finally` goes on with the exit.
static bool exit_one(Compiler *c, const Node *at, Block *block, ExitKind kind, Register value) {
    switch (block->kind) {
    case BLOCK_HANDLER:
        emit_op(c, at, OP_LEAVE_HANDLER, block->base, 0, 0);
        return true;
    case BLOCK_STAR_HANDLER:
        compile_fail(c, at->span,
                     "'break', 'continue' and 'return' cannot appear in an except* block");
    case BLOCK_NAME:
        exit_name(c, at, block);
        return true;
    case BLOCK_FINALLY:
        exit_into_finally(c, at, block, kind, value);
        return false;
    case BLOCK_FINALLY_BODY:
        exit_finally_body(c, at, block);
        return true;
    case BLOCK_WITH:
        exit_with(c, block);
        return true;
    default:
        return true;
    }
}

static void finish_exit(Compiler *c, const Node *at, const Block *loop, ExitKind kind,
                        Register value) {
    if (kind == EXIT_RETURN) {
        emit_op(c, at, OP_RETURN, value, 0, 0);
        c->unit->is_reachable = false;
        return;
    }
    if (loop) // the parser lets break and continue pass in loops only
        label_jump(c, at, kind == EXIT_BREAK ? loop->break_label : loop->continue_label);
}

void block_exit(Compiler *c, const Node *at, ExitKind kind, Register value) {
    Block *innermost = c->unit->blocks;
    uint64_t *bound = bound_copy(c);
    bool goes_on = true;
    Block *block = innermost;
    for (; block && goes_on; block = block->outer) {
        if (block->kind == BLOCK_LOOP && kind != EXIT_RETURN)
            break;
        block_open_hole(c, block);
        c->unit->blocks = block->outer;
        goes_on = exit_one(c, at, block, kind, value);
    }
    if (goes_on)
        finish_exit(c, at, block, kind, value);
    for (Block *left = innermost; left != block; left = left->outer)
        block_close_hole(c, left);
    c->unit->blocks = innermost;
    bound_restore(c, bound);
}

bool block_has_cleanup(const Compiler *c) {
    for (const Block *block = c->unit->blocks; block; block = block->outer) {
        if (block->kind != BLOCK_LOOP && block->kind != BLOCK_TRY && block->kind != BLOCK_PLAIN)
            return true;
    }
    return false;
}
