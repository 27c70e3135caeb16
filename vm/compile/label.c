// SPDX-License-Identifier: MIT
//
// Labels: places that jumps lead to, often before the place is known.
//
// A jump forward is noted in its label and gets its distance when the label is placed (the term
// is backpatching). Because all ways to a place meet in its label, it is also where the knowledge
// of bound variables meets: each jump brings what it knows, and behind the label only what all of
// them agree on holds. A place that no jump leads to and no code runs into stays unreachable.
#include "compiler.h"

#include "mini_check.h"
#include "opcode.h"

static void set_jump(Compiler *c, uint32_t index, uint32_t target) {
    MINI_CHECK(opcode_set_jump(c->unit->words.items, index, target), "jump too far");
}

void label_place(Compiler *c, Label *label) {
    Unit *unit = c->unit;
    label->position = unit->words.count;
    label->is_placed = true;
    for (uint32_t i = 0; i < label->jumps.count; i++)
        set_jump(c, label->jumps.items[i], label->position);
    if (!label->bound)
        return;
    if (unit->is_reachable)
        bound_meet(c, label->bound);
    bound_restore(c, label->bound);
    unit->is_reachable = true;
}

void label_place_loop(Compiler *c, Label *label, const NodeList *body) {
    bound_remove_deleted(c, body);
    label_place(c, label);
}

static void record(Compiler *c, Label *label, uint32_t index) {
    if (index == UINT32_MAX)
        return;
    if (label->is_placed) {
        set_jump(c, index, label->position);
        return;
    }
    ARENA_PUSH(c->arena, &label->jumps, index);
    if (label->bound)
        bound_meet(c, label->bound);
    else
        label->bound = bound_copy(c);
}

void label_jump(Compiler *c, const Node *at, Label *label) {
    record(c, label, emit_wide(c, at, OP_JUMP, 0, 0));
    c->unit->is_reachable = false;
}

void label_jump_if(Compiler *c, const Node *at, Opcode op, Register a, Label *label) {
    record(c, label, emit_wide(c, at, op, a, 0));
}

void label_jump_compare(Compiler *c, const Node *at, Opcode op, Register a, uint32_t b, bool sense,
                        Label *label) {
    record(c, label, emit_op(c, at, op, a, b, sense));
}
