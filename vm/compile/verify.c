// SPDX-License-Identifier: MIT
//
// The verifier: is this code safe to run?
//
// The interpreter trusts its instructions: no operand is checked at run time. So each finished
// unit is read once more by the opcode table, and a compiler bug stops the process here with a
// clear message instead of corrupting memory later. The cost is a few nanoseconds a word.
#include "compiler.h"

#include "mini_check.h"
#include "opcode.h"

typedef struct Check {
    const Unit *unit;
    uint8_t *starts; // for each word: does an instruction begin there?
} Check;

static void check_registers(const Check *check, uint64_t first, uint64_t count) {
    MINI_CHECK(first + count <= check->unit->register_count, "register out of range");
}

static void check_constant(const Check *check, int64_t index) {
    MINI_CHECK(index >= 0 && index < check->unit->pool.items.count, "constant out of range");
}

static void check_target(const Check *check, int64_t target) {
    bool inside = target >= 0 && target < check->unit->words.count;
    MINI_CHECK(inside && check->starts[target], "jump into the middle of nowhere");
}

// The opcodes whose operands are a range of registers; true if that was all there is to check.
static bool check_range(const Check *check, Instruction word) {
    switch (word.op) {
    case OP_BUILD_LIST:
    case OP_BUILD_TUPLE:
    case OP_BUILD_SET:
    case OP_BUILD_STRING:
        check_registers(check, word.c, word.b);
        return true;
    case OP_BUILD_DICT:
        check_registers(check, word.c, 2u * word.b);
        return true;
    case OP_TYPE_FORM:
        check_registers(check, word.b, 3);
        return true;
    case OP_UNPACK:
        check_registers(check, word.a, word.c);
        return true;
    case OP_CALL:
    case OP_CALL_KW:
        check_registers(check, word.a, WINDOW_ROOM + (uint64_t)word.b);
        check_registers(check, word.c, 1);
        return true;
    case OP_CALL_METHOD:
    case OP_CALL_METHOD_KW:
        check_registers(check, word.a, WINDOW_ROOM + 1 + (uint64_t)word.b);
        check_registers(check, word.c, 1);
        return true;
    case OP_FORMAT:
        check_registers(check, word.b, 1);
        return true;
    case OP_GET_SLICE:
        check_registers(check, word.b, 1);
        check_registers(check, word.c, 2);
        return true;
    default:
        return false;
    }
}

static bool uses_a(Instruction word) {
    switch (word.op) {
    case OP_DELETE_GLOBAL:
    case OP_DELETE_NAME:
    case OP_DELETE_ATTR:
    case OP_DELETE_ITEM:
    case OP_DELETE_FREE:
    case OP_SETUP_ANNOTATIONS:
        return false;
    default:
        return opcode_table[word.op].form != FORM_NONE && opcode_table[word.op].form != FORM_JUMP;
    }
}

static bool uses_b(OpcodeForm form, uint16_t op) {
    if (op == OP_SETUP_ANNOTATIONS || op == OP_CALL_EX)
        return false;
    return form == FORM_ABC || form == FORM_ABK || form == FORM_AB || form == FORM_ABNAME ||
           form == FORM_ABI || form == FORM_ABJ;
}

static bool uses_c(uint16_t op) {
    return opcode_table[op].form == FORM_ABC && op != OP_BUILD_SLICE && op != OP_BUILD_CLASS;
}

static void check_constants(const Check *check, Instruction word) {
    switch (opcode_table[word.op].form) {
    case FORM_ABK:
    case FORM_ABNAME:
        check_constant(check, word.c);
        break;
    case FORM_AK:
    case FORM_ANAME:
        check_constant(check, word.n);
        break;
    case FORM_AKJ:
        check_constant(check, word.b);
        break;
    default:
        break;
    }
}

static void check_instruction(const Check *check, uint32_t index) {
    Instruction word = check->unit->words.items[index];
    const OpcodeInfo *info = &opcode_table[word.op];
    MINI_CHECK(info->general == word.op, "specialised opcode from the compiler");
    check_constants(check, word);
    if (opcode_is_jump(word.op))
        check_target(check, opcode_jump_target(check->unit->words.items, index));
    if (uses_a(word))
        check_registers(check, word.a, 1);
    if (check_range(check, word))
        return;
    if (uses_b(info->form, word.op))
        check_registers(check, word.b, 1);
    if (uses_c(word.op))
        check_registers(check, word.c, 1);
}

static void check_handlers(const Check *check) {
    for (uint32_t i = 0; i < check->unit->handlers.count; i++) {
        const UnitHandler *handler = &check->unit->handlers.items[i];
        bool is_range = handler->first < handler->last && handler->last <= check->unit->words.count;
        MINI_CHECK(is_range, "handler covers nothing");
        check_target(check, handler->target->position);
        check_registers(check, handler->reg, 1);
    }
}

void verify_unit(Compiler *c, const Unit *unit) {
    Check check = {unit, arena_alloc(c->arena, unit->words.count + 1u)};
    uint32_t count = unit->words.count;
    for (uint32_t i = 0; i < count; i += opcode_length(unit->words.items[i].op)) {
        MINI_CHECK(unit->words.items[i].op < OP_COUNT, "unknown opcode");
        check.starts[i] = 1;
    }
    for (uint32_t i = 0; i < count; i += opcode_length(unit->words.items[i].op))
        check_instruction(&check, i);
    check_handlers(&check);
}
