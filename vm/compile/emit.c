// SPDX-License-Identifier: MIT
//
// Writing instructions.
//
// Each word remembers the span of the node it was made for; that is all that tracebacks know of
// the source. Extra words are added here from the opcode's table entry, so that no caller can
// forget one. Where the code cannot be reached (after `return`, in `if 0:`) nothing is written:
// dead code needs no pass of its own to be removed.
#include "compiler.h"

#include "mini_check.h"
#include "opcode.h"

static uint32_t push(Compiler *c, const Node *at, Instruction word, uint32_t extra) {
    Unit *unit = c->unit;
    if (!unit->is_reachable)
        return UINT32_MAX;
    if (unit->words.count > INT32_MAX - 8)
        compile_fail(c, at->span, "code too long");
    for (uint32_t i = 0; i <= extra; i++) {
        ARENA_PUSH(c->arena, &unit->words, i ? (Instruction){.cache = 0} : word);
        ARENA_PUSH(c->arena, &unit->spans, at->span);
    }
    return unit->words.count - 1 - extra;
}

uint32_t emit_op(Compiler *c, const Node *at, Opcode op, uint32_t a, uint32_t b, uint32_t operand) {
    MINI_CHECK(a <= UINT16_MAX && b <= UINT16_MAX && operand <= UINT16_MAX, "operand too big");
    Instruction word = {
        .op = (uint16_t)op, .a = (uint16_t)a, .b = (uint16_t)b, .c = (uint16_t)operand};
    return push(c, at, word, opcode_table[op].extra);
}

uint32_t emit_wide(Compiler *c, const Node *at, Opcode op, uint32_t a, int32_t n) {
    Instruction word = {.op = (uint16_t)op, .a = (uint16_t)a};
    word.n = n;
    return push(c, at, word, opcode_table[op].extra);
}

void emit_extra(Compiler *c, uint32_t index, uint64_t extra) {
    if (index != UINT32_MAX)
        c->unit->words.items[c->unit->words.count - 1].cache = extra;
}

void emit_move(Compiler *c, const Node *at, Register to, Register from) {
    if (to != from)
        emit_op(c, at, OP_MOVE, to, from, 0);
}

void emit_constant(Compiler *c, const Node *at, Register to, const Node *constant) {
    emit_wide(c, at, OP_LOAD_CONST, to, pool_long_node(c, constant));
}

void emit_int(Compiler *c, const Node *at, Register to, int64_t n) {
    emit_wide(c, at, OP_LOAD_CONST, to, pool_int(c, n));
}

void emit_none(Compiler *c, const Node *at, Register to) {
    emit_constant(c, at, to, ast_new(c->arena, AST_Constant, at->span));
}

void emit_undefined(Compiler *c, const Node *at, Register to) {
    emit_op(c, at, OP_LOAD_UNDEFINED, to, 0, 0);
}
