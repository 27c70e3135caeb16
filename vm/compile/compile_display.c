// SPDX-License-Identifier: MIT
//
// Displays: [a, b], (a, b), {a, b}, {k: v} and f-strings.
//
// Short ones put their items into consecutive temporaries and are made by one instruction. Long
// ones, and those with `*`, start as an empty container that grows piece by piece, so the number
// of registers stays small. A display of constants alone is copied from one constant tuple, which
// is how a table of a thousand numbers loads fast.
#include "compiler.h"

enum { MIN_CONSTANT_ITEMS = 3, NO_FORMAT_SPEC = 65535 };

static bool has_star(const NodeList *items) {
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == AST_Starred)
            return true;
    }
    return false;
}

// Puts items [first, last) into consecutive temporaries; the first of those.
static Register push_items(Compiler *c, const NodeList *items, uint32_t first, uint32_t last) {
    Register base = (Register)c->unit->next;
    for (uint32_t i = first; i < last; i++)
        compile_temp(c, items->items[i]);
    return base;
}

static void add_item(Compiler *c, const Node *at, const Node *item, Register dest, bool is_set) {
    uint32_t mark = unit_mark(c);
    if (item->kind == AST_Starred) {
        Register value = compile_operand(c, item->Starred.value);
        emit_op(c, at, is_set ? OP_SET_UPDATE : OP_LIST_EXTEND, dest, value, 0);
    } else {
        Register value = compile_operand(c, item);
        emit_op(c, at, is_set ? OP_SET_ADD : OP_LIST_APPEND, dest, value, 0);
    }
    unit_release(c, mark);
}

// A list (OP_BUILD_LIST) or set (OP_BUILD_SET) that grows item by item.
static void grow(Compiler *c, const Node *at, const NodeList *items, Register dest, Opcode op) {
    uint32_t start = 0;
    uint32_t mark = unit_mark(c);
    while (start < items->count && start < MAX_DISPLAY_ITEMS &&
           items->items[start]->kind != AST_Starred)
        start++;
    Register base = push_items(c, items, 0, start);
    emit_op(c, at, op, dest, start, base);
    unit_release(c, mark);
    for (uint32_t i = start; i < items->count; i++)
        add_item(c, at, items->items[i], dest, op == OP_BUILD_SET);
}

static void grow_tuple(Compiler *c, const Node *at, const NodeList *items, Register dest) {
    Register list = unit_temp(c);
    grow(c, at, items, list, OP_BUILD_LIST);
    emit_op(c, at, OP_LIST_TO_TUPLE, dest, list, 0);
}

void compile_sequence(Compiler *c, const Node *at, const NodeList *items, Register dest,
                      Opcode op) {
    uint32_t mark = unit_mark(c);
    if (items->count <= MAX_DISPLAY_ITEMS && !has_star(items)) {
        Register base = push_items(c, items, 0, items->count);
        emit_op(c, at, op, dest, items->count, base);
    } else if (op == OP_BUILD_TUPLE) {
        grow_tuple(c, at, items, dest);
    } else {
        grow(c, at, items, dest, op);
    }
    unit_release(c, mark);
}

// Fills an empty list or set from a constant, if all the items are constants.
static bool copy_constant(Compiler *c, const Node *at, uint32_t count, Register dest, Opcode op) {
    const Node *constant = count >= MIN_CONSTANT_ITEMS ? fold_container(c, at) : NULL;
    if (!constant)
        return false;
    Register items = unit_temp(c);
    emit_op(c, at, op, dest, 0, items);
    emit_constant(c, at, items, constant);
    emit_op(c, at, op == OP_BUILD_SET ? OP_SET_UPDATE : OP_LIST_EXTEND, dest, items, 0);
    return true;
}

void compile_list(Compiler *c, const Node *node, Register dest) {
    if (!copy_constant(c, node, node->List.elts.count, dest, OP_BUILD_LIST))
        compile_sequence(c, node, &node->List.elts, dest, OP_BUILD_LIST);
}

void compile_set(Compiler *c, const Node *node, Register dest) {
    if (!copy_constant(c, node, node->Set.elts.count, dest, OP_BUILD_SET))
        compile_sequence(c, node, &node->Set.elts, dest, OP_BUILD_SET);
}

void compile_tuple(Compiler *c, const Node *node, Register dest) {
    compile_sequence(c, node, &node->Tuple.elts, dest, OP_BUILD_TUPLE);
}

static void add_pair(Compiler *c, const Node *at, const Node *key, const Node *value,
                     Register dest) {
    uint32_t mark = unit_mark(c);
    if (!key) {
        Register other = compile_operand(c, value);
        emit_op(c, at, OP_DICT_UPDATE, dest, other, 0);
    } else {
        Register key_register = compile_operand_before(c, key, value);
        Register value_register = compile_operand(c, value);
        emit_op(c, at, OP_DICT_SET, dest, key_register, value_register);
    }
    unit_release(c, mark);
}

void compile_dict(Compiler *c, const Node *node, Register dest) {
    const NodeList *keys = &node->Dict.keys, *values = &node->Dict.values;
    uint32_t start = 0;
    uint32_t mark = unit_mark(c);
    Register base = (Register)c->unit->next;
    for (; start < keys->count && start < MAX_DISPLAY_ITEMS && keys->items[start]; start++) {
        compile_temp(c, keys->items[start]);
        compile_temp(c, values->items[start]);
    }
    emit_op(c, node, OP_BUILD_DICT, dest, start, base);
    unit_release(c, mark);
    for (uint32_t i = start; i < keys->count; i++)
        add_pair(c, node, keys->items[i], values->items[i], dest);
}

void compile_formatted_value(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    const Node *spec = node->FormattedValue.format_spec;
    Register value = compile_operand_before(c, node->FormattedValue.value, spec);
    int conversion = node->FormattedValue.conversion;
    if (conversion > 0) {
        Register converted = unit_temp(c);
        emit_op(c, node, OP_CONVERT, converted, value, (uint32_t)conversion);
        value = converted;
    }
    Register spec_register = spec ? compile_operand(c, spec) : (Register)NO_FORMAT_SPEC;
    emit_op(c, node, OP_FORMAT, dest, value, spec_register);
    unit_release(c, mark);
}

void compile_joined_string(Compiler *c, const Node *node, Register dest) {
    const NodeList *values = &node->JoinedStr.values;
    if (values->count == 0) {
        emit_constant(c, node, dest, pool_text(c, "", 0));
        return;
    }
    if (values->count == 1) {
        compile_to(c, values->items[0], dest);
        return;
    }
    uint32_t mark = unit_mark(c);
    Register base = push_items(c, values, 0, values->count);
    emit_op(c, node, OP_BUILD_STRING, dest, values->count, base);
    unit_release(c, mark);
}
