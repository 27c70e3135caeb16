// SPDX-License-Identifier: MIT
//
// except*: clauses that each take their part out of an exception group.
//
// Every clause may run, with the matching part as the current exception; what a clause raises is
// collected in a list, and so is the rest that no clause matched. At the end one instruction makes
// of the list and the original what is to be raised, or None if nothing is left.
#include "block.h"

typedef struct StarState {
    Register caught; // the original group, and the previously current exception
    Register rest;   // what no clause has taken yet, or None
    Register list;   // exceptions raised by the clauses
} StarState;

// Registers of a clause: match and rest of MATCH_GROUP, then those of a handler.
enum { CLAUSE_REGISTERS = 5 };

static void forget_name(Compiler *c, const Node *clause, Register temp) {
    const Name *name = clause->ExceptHandler.name;
    if (!name)
        return;
    emit_none(c, clause, temp);
    variable_store(c, clause, name, temp);
    variable_delete(c, clause, name);
}

// Runs the clause for the match in R[part]; R[part + 2] .. are its handler's registers.
static void run_clause(Compiler *c, const Node *clause, Register part, const StarState *state) {
    Label done = {0};
    Register handled = (Register)(part + 2), raised = (Register)(part + 4);
    emit_move(c, clause, handled, part);
    emit_op(c, clause, OP_ENTER_HANDLER, handled, 0, 0);
    if (clause->ExceptHandler.name)
        variable_store(c, clause, clause->ExceptHandler.name, handled);
    Block *block = block_protect(c, BLOCK_STAR_HANDLER, raised, &clause->ExceptHandler.body);
    compile_body(c, &clause->ExceptHandler.body);
    block_pop(c);
    forget_name(c, clause, part);
    emit_op(c, clause, OP_LEAVE_HANDLER, handled, 0, 0);
    label_jump(c, clause, &done);
    if (block_place_handler(c, block)) {
        forget_name(c, clause, part);
        emit_op(c, clause, OP_LEAVE_HANDLER, handled, 0, 0);
        emit_op(c, clause, OP_LIST_APPEND, state->list, raised, 0);
    }
    label_place(c, &done);
}

static void compile_star_clause(Compiler *c, const Node *clause, const StarState *state) {
    Label next = {0};
    uint32_t mark = unit_mark(c);
    Register part = unit_temps(c, CLAUSE_REGISTERS);
    label_jump_if(c, clause, OP_JUMP_IF_NONE, state->rest, &next);
    Register type = compile_operand(c, clause->ExceptHandler.type);
    emit_op(c, clause, OP_MATCH_GROUP, part, state->rest, type);
    emit_move(c, clause, state->rest, (Register)(part + 1));
    label_jump_if(c, clause, OP_JUMP_IF_NONE, part, &next);
    run_clause(c, clause, part, state);
    label_place(c, &next);
    unit_release(c, mark);
}

void compile_except_star(Compiler *c, const Node *node, Register caught, Label *end) {
    const NodeList *clauses = &node->TryStar.handlers;
    Label nothing = {0};
    Register raised = (Register)(caught + 2);
    StarState state = {caught, unit_temp(c), unit_temp(c)};
    emit_op(c, node, OP_ENTER_HANDLER, caught, 0, 0);
    Block *block = block_protect(c, BLOCK_STAR_HANDLER, raised, clauses);
    emit_op(c, node, OP_BUILD_LIST, state.list, 0, state.list);
    emit_move(c, node, state.rest, caught);
    for (uint32_t i = 0; i < clauses->count; i++)
        compile_star_clause(c, clauses->items[i], &state);
    emit_op(c, node, OP_LIST_APPEND, state.list, state.rest, 0);
    emit_op(c, node, OP_GROUP_RERAISE, state.rest, state.list, caught);
    block_pop(c);
    emit_op(c, node, OP_LEAVE_HANDLER, caught, 0, 0);
    label_jump_if(c, node, OP_JUMP_IF_NONE, state.rest, &nothing);
    emit_op(c, node, OP_RERAISE, state.rest, 0, 0);
    c->unit->is_reachable = false;
    label_place(c, &nothing);
    label_jump(c, node, end);
    if (block_place_handler(c, block)) {
        emit_op(c, node, OP_LEAVE_HANDLER, caught, 0, 0);
        emit_op(c, node, OP_RERAISE, raised, 0, 0);
        c->unit->is_reachable = false;
    }
}
