// SPDX-License-Identifier: MIT
//
// When are two code objects equal? When they were made of the same text at the same place: the same
// names, parameters, constants and instructions, and the same spans of the text behind them. The
// file does not count, as in CPython's code_richcompare, so that `compile(s, "a", m) == compile(s,
// "b", m)`.
//
// What the interpreter writes into instructions when it runs them is looked through: a specialised
// opcode is the general one, and cache words are passed over (jump distances among them are not).
// Constants must agree in type, too, or `1` and `True` would be one program.
#include "code.h"

#include "call.h"
#include "error.h"
#include "opcode.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
static bool same_word(const Code *a, const Code *b, uint32_t i) {
    const Instruction *x = &a->instructions[i], *y = &b->instructions[i];
    uint16_t op = opcode_table[x->op].general;
    if (op != opcode_table[y->op].general || x->n != y->n || x->a != y->a)
        return false;
    return !opcode_is_jump(op) ||
           opcode_jump_target(a->instructions, i) == opcode_jump_target(b->instructions, i);
}

static bool same_span(const Code *a, const Code *b, uint32_t i) {
    Span x = code_span(a, &a->instructions[i]), y = code_span(b, &b->instructions[i]);
    return x.start == y.start && x.end == y.end;
}

static bool same_instructions(const Code *a, const Code *b) {
    if (a->instruction_count != b->instruction_count)
        return false;
    for (uint32_t i = 0; i < a->instruction_count; i += opcode_length(a->instructions[i].op)) {
        if (!same_word(a, b, i) || !same_span(a, b, i))
            return false;
    }
    return true;
}

static int same_constant(Thread *thread, Value a, Value b);

static int same_items(Thread *thread, const Value *a, const Value *b, size_t count) {
    int same = 1;
    for (size_t i = 0; i < count && same > 0; i++)
        same = same_constant(thread, a[i], b[i]);
    return same;
}

// 1, 0, or -1 with an exception. A float and a complex number are what they are shown as: -0.0 is
// not 0.0, and a nan is itself.
static int same_constant(Thread *thread, Value a, Value b) {
    if (value_same(a, b))
        return 1;
    if (is_undefined(a) || is_undefined(b) || type_of(thread, a) != type_of(thread, b))
        return 0;
    if (is_tuple(a)) {
        const Tuple *left = as_tuple(a), *right = as_tuple(b);
        return left->length == right->length
                   ? same_items(thread, left->items, right->items, left->length)
                   : 0;
    }
    if (is_float(a) || has_layout(a, LAYOUT_COMPLEX)) {
        Str *left = operation_repr(thread, a), *right = operation_repr(thread, b);
        return left && right ? str_equal(left, right) : -1;
    }
    return operation_equal(thread, a, b);
}

static bool same_names(Str *const *a, Str *const *b, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (!str_equal(a[i], b[i]))
            return false;
    }
    return true;
}

static bool same_shape(const Code *a, const Code *b) {
    return a->flags == b->flags && a->first_line == b->first_line &&
           a->parameter_count == b->parameter_count &&
           a->positional_only_count == b->positional_only_count &&
           a->keyword_only_count == b->keyword_only_count &&
           a->variable_count == b->variable_count && a->free_count == b->free_count &&
           str_equal(a->name, b->name) &&
           same_names(a->register_names, b->register_names, a->variable_count) &&
           same_names(a->free_names, b->free_names, a->free_count);
}

static int same_code(Thread *thread, Code *a, Code *b) {
    if (a == b)
        return 1;
    if (!same_shape(a, b))
        return 0;
    code_need_body(thread, a);
    code_need_body(thread, b);
    if (a->constant_count != b->constant_count || !same_instructions(a, b))
        return 0;
    if (!native_enter(thread))
        return -1;
    int same = same_items(thread, a->constants, b->constants, a->constant_count);
    native_leave(thread);
    return same;
}

Value code_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !is_code(left) || !is_code(right))
        return VALUE_NOT_IMPLEMENTED;
    int same = same_code(thread, as_code(left), as_code(right));
    return same < 0 ? VALUE_ERROR : value_bool(same == (op == COMPARE_EQ));
}

bool code_hash(Thread *thread, Value self, uint64_t *hash) {
    const Code *code = as_code(self);
    *hash = str_hash(thread, code->name) ^ code->first_line * UINT64_C(0x9E3779B97F4A7C15) ^
            code->flags;
    return true;
}
