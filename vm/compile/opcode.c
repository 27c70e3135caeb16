// SPDX-License-Identifier: MIT
//
// The instruction set as data, and the arithmetic of jumps.
//
// A distance counts from the word after the whole instruction. JUMP and AJUMP keep it in the wide
// operand, the comparing jumps have no room there and keep it in an extra word; nobody outside of
// this file needs to know which.
#include "opcode.h"

const OpcodeInfo opcode_table[OP_COUNT] = {
#define OP(name, form, extra, effect) [OP_##name] = {#name, FORM_##form, extra, OP_##name, effect},
#define SPECIAL(name, general, form, extra, effect)                                                \
    [OP_##name] = {#name, FORM_##form, extra, OP_##general, effect},
#include "opcodes.def"
#undef OP
#undef SPECIAL
};

static bool is_wide_jump(uint16_t op) {
    return opcode_table[op].form == FORM_JUMP || opcode_table[op].form == FORM_AJUMP;
}

bool opcode_is_jump(uint16_t op) {
    return is_wide_jump(op) || opcode_table[op].form == FORM_ABJ ||
           opcode_table[op].form == FORM_AKJ;
}

int64_t opcode_jump_target(const Instruction *instructions, uint32_t index) {
    uint16_t op = instructions[index].op;
    int64_t next = (int64_t)index + opcode_length(op);
    return next + (is_wide_jump(op) ? instructions[index].n : instructions[index + 1].distance);
}

bool opcode_set_jump(Instruction *instructions, uint32_t index, uint32_t target) {
    uint16_t op = instructions[index].op;
    int64_t distance = (int64_t)target - index - opcode_length(op);
    if (distance > INT32_MAX || distance < INT32_MIN)
        return false;
    if (is_wide_jump(op))
        instructions[index].n = (int32_t)distance;
    else
        instructions[index + 1].distance = distance;
    return true;
}
