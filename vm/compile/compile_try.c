// SPDX-License-Identifier: MIT
//
// try, except, finally.
//
// A `try` costs nothing until something is raised: the code of the body is the same as without it,
// and a table says which handler covers which words.
//
//     except:  a handler tests the clauses one after the other. While it runs, the exception is
//              the "current" one; every way out, by end, jump or another exception, restores the
//              previous one.
//     finally: the clause is compiled once. A state register says how it was reached (normally, by
//              an exception, by break, continue or return), and a dispatch behind the clause goes
//              on accordingly. CPython copies the clause for each way instead.
#include "block.h"

// Registers of a handler: the exception, the previously current one, and one raised meanwhile.
enum { HANDLER_REGISTERS = 3 };

static void leave_and_reraise(Compiler *c, const Node *at, Register caught, Register raised) {
    emit_op(c, at, OP_LEAVE_HANDLER, caught, 0, 0);
    emit_op(c, at, OP_RERAISE, raised, 0, 0);
    c->unit->is_reachable = false;
}

// The body of `except ... as name`: whatever happens, the name is unbound at the end.
static void compile_named_handler(Compiler *c, const Node *clause, Register caught) {
    const Name *name = clause->ExceptHandler.name;
    variable_store(c, clause, name, caught);
    Register raised = (Register)(caught + 2);
    Block *block = block_protect(c, BLOCK_NAME, raised, &clause->ExceptHandler.body);
    block->name = name;
    compile_body(c, &clause->ExceptHandler.body);
    block_pop(c);
    Label end = {0};
    Register none = unit_temp(c);
    emit_none(c, clause, none);
    variable_store(c, clause, name, none);
    variable_delete(c, clause, name);
    label_jump(c, clause, &end);
    if (block_place_handler(c, block)) {
        emit_none(c, clause, none);
        variable_store(c, clause, name, none);
        variable_delete(c, clause, name);
        emit_op(c, clause, OP_RERAISE, raised, 0, 0);
        c->unit->is_reachable = false;
    }
    label_place(c, &end);
}

static void compile_clause(Compiler *c, const Node *clause, Register caught, Block *block,
                           Label *end) {
    Label next = {0};
    uint32_t mark = unit_mark(c);
    if (clause->ExceptHandler.type) {
        Register match = unit_temp(c);
        Register type = compile_operand(c, clause->ExceptHandler.type);
        emit_op(c, clause, OP_MATCH_EXCEPTION, match, caught, type);
        label_jump_if(c, clause, OP_JUMP_IF_FALSE, match, &next);
        unit_release(c, mark);
    }
    if (clause->ExceptHandler.name)
        compile_named_handler(c, clause, caught);
    else
        compile_body(c, &clause->ExceptHandler.body);
    block_open_hole(c, block);
    emit_op(c, clause, OP_LEAVE_HANDLER, caught, 0, 0);
    label_jump(c, clause, end);
    block_close_hole(c, block);
    label_place(c, &next);
    unit_release(c, mark);
}

static void compile_handlers(Compiler *c, const Node *node, Register caught, Label *end) {
    const NodeList *clauses = &node->Try.handlers;
    emit_op(c, node, OP_ENTER_HANDLER, caught, 0, 0);
    Register raised = (Register)(caught + 2);
    Block *block = block_protect(c, BLOCK_HANDLER, raised, clauses);
    block->base = caught;
    for (uint32_t i = 0; i < clauses->count; i++)
        compile_clause(c, clauses->items[i], caught, block, end);
    block_pop(c);
    leave_and_reraise(c, node, caught, caught);
    if (block_place_handler(c, block))
        leave_and_reraise(c, node, caught, raised);
}

static void compile_try_except(Compiler *c, const Node *node) {
    Label end = {0};
    uint32_t mark = unit_mark(c);
    Register caught = unit_temps(c, HANDLER_REGISTERS);
    Block *block = block_protect(c, BLOCK_TRY, caught, &node->Try.body);
    compile_body_unless_pass(c, &node->Try.body);
    block_pop(c);
    compile_body(c, &node->Try.orelse);
    label_jump(c, node, &end);
    if (block_place_handler(c, block)) {
        if (node->kind == AST_TryStar)
            compile_except_star(c, node, caught, &end);
        else
            compile_handlers(c, node, caught, &end);
    }
    label_place(c, &end);
    unit_release(c, mark);
}

// Behind the clause: go on as the state says.
static void compile_dispatch(Compiler *c, const Node *at, const Block *block, Label *end) {
    label_jump_if(c, at, OP_JUMP_IF_FALSE, block->state, end);
    for (uint32_t kind = EXIT_BREAK; kind <= EXIT_RETURN; kind++) {
        Label skip = {0};
        if (!(block->exits & 1u << kind))
            continue;
        label_jump_compare(c, at, OP_JUMP_NE_K, block->state, pool_int(c, kind), true, &skip);
        block_exit(c, at, kind, block->value);
        label_place(c, &skip);
    }
    leave_and_reraise(c, at, block->value, block->value);
}

static Block *compile_clause_body(Compiler *c, const Node *node, const Block *outer) {
    Register raised = (Register)(outer->value + 2);
    Block *block = block_protect(c, BLOCK_FINALLY_BODY, raised, &node->Try.finalbody);
    block->state = outer->state;
    block->value = outer->value;
    compile_body(c, &node->Try.finalbody);
    block_pop(c);
    return block;
}

// An exception inside the clause: the current exception is restored only if there was one.
static void compile_clause_handler(Compiler *c, const Node *node, Block *block) {
    if (!block_place_handler(c, block))
        return;
    Label skip = {0};
    label_jump_compare(c, node, OP_JUMP_NE_K, block->state, pool_int(c, FINALLY_EXCEPTION), true,
                       &skip);
    emit_op(c, node, OP_LEAVE_HANDLER, block->value, 0, 0);
    label_place(c, &skip);
    emit_op(c, node, OP_RERAISE, (Register)(block->value + 2), 0, 0);
    c->unit->is_reachable = false;
}

static void compile_protected_part(Compiler *c, const Node *node) {
    if (node->Try.handlers.count > 0) {
        compile_try_except(c, node);
    } else {
        compile_body_unless_pass(c, &node->Try.body);
        compile_body(c, &node->Try.orelse);
    }
}

static void compile_try_finally(Compiler *c, const Node *node) {
    Label entry = {0}, end = {0};
    uint32_t mark = unit_mark(c);
    const Node *whole = node;
    NodeList protected_part = {(Node **)&whole, 1};
    Register state = unit_temp(c);
    Register value = unit_temps(c, HANDLER_REGISTERS);
    Block *block = block_protect(c, BLOCK_FINALLY, value, &protected_part);
    block->state = state;
    block->value = value;
    block->entry = &entry;
    compile_protected_part(c, node);
    block_pop(c);
    bool ends_normally = c->unit->is_reachable;
    uint64_t *bound_normally = bound_copy(c);
    emit_int(c, node, state, FINALLY_NORMAL);
    label_jump(c, node, &entry);
    if (block_place_handler(c, block)) {
        emit_op(c, node, OP_ENTER_HANDLER, value, 0, 0);
        emit_int(c, node, state, FINALLY_EXCEPTION);
    }
    label_place(c, &entry);
    Block *body = compile_clause_body(c, node, block);
    compile_dispatch(c, node, block, &end);
    compile_clause_handler(c, node, body);
    label_place(c, &end);
    if (ends_normally) {
        uint64_t *bound_after = bound_copy(c);
        bound_restore(c, bound_normally);
        bound_remove_deleted(c, &node->Try.finalbody);
        bound_join(c, bound_after);
    }
    unit_release(c, mark);
}

// `try: pass`: nothing that could be left in another way.
static bool protects_nothing(const Node *node) {
    const NodeList *body = &node->Try.body;
    return node->Try.handlers.count == 0 && body->count == 1 && body->items[0]->kind == AST_Pass;
}

void compile_try(Compiler *c, const Node *node) {
    if (protects_nothing(node))
        compile_body(c, &node->Try.finalbody);
    else if (node->Try.finalbody.count > 0)
        compile_try_finally(c, node);
    else
        compile_try_except(c, node);
}
