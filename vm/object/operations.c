// SPDX-License-Identifier: MIT
//
// Operators. The order in which the two operands' types are asked is Python's: the left one first,
// unless the right one is of a subclass that brings its own method. A type answers NotImplemented
// to pass the question on; when nobody answers it is a TypeError.
#include "operations.h"

#include "call.h"
#include "float_object.h"
#include "int.h"
#include "interpreter.h"
#include "native.h"
#include "str.h"
#include "type.h"

#include <string.h>

static const char *const binary_symbols[] = {
#define BINARY(name, symbol, method) symbol,
#include "operators.def"
#undef BINARY
};
static const char *const compare_symbols[] = {
#define COMPARE(name, symbol, method, swapped) symbol,
#include "operators.def"
#undef COMPARE
};
static const CompareOp compare_swapped[] = {
#define COMPARE(name, symbol, method, swapped) COMPARE_##swapped,
#include "operators.def"
#undef COMPARE
};
static const char *const unary_symbols[] = {
#define UNARY(name, symbol, method) symbol,
#include "operators.def"
#undef UNARY
};

Type *type_of(Thread *thread, Value v) {
    if (is_object(v)) {
        return object_type(v);
    }
    if (is_small_int(v)) {
        return builtin_type(thread, TYPE_int);
    }
    if (is_float(v)) {
        return builtin_type(thread, TYPE_float);
    }
    if (is_bool(v)) {
        return builtin_type(thread, TYPE_bool);
    }
    if (is_none(v)) {
        return builtin_type(thread, TYPE_none);
    }
    if (is_not_implemented(v)) {
        return builtin_type(thread, TYPE_not_implemented);
    }
    bool ellipsis = value_same(v, VALUE_ELLIPSIS);
    return builtin_type(thread, ellipsis ? TYPE_ellipsis : TYPE_object);
}

static bool is_sequence(const Type *type) {
    switch (type->layout) {
    case LAYOUT_STR:
    case LAYOUT_BYTES:
    case LAYOUT_BYTEARRAY:
    case LAYOUT_LIST:
    case LAYOUT_TUPLE:
        return true;
    default:
        return !(type->flags & TYPE_FROM_CLASS) && type->slots.get_item &&
               type->slots.binary[BINARY_MUL];
    }
}

// In CPython `seq + x` and `seq * x` ask the numeric slot of x before the sequence's own; native
// sequences have no numeric slots.
static bool asks_right_first(const Type *left, const Type *right, BinaryOp op) {
    return (op == BINARY_ADD || op == BINARY_MUL) && is_sequence(left) &&
           (right->flags & TYPE_FROM_CLASS || !is_sequence(right));
}

static Value try_slot(Thread *thread, BinaryFunction slot, Value left, Value right) {
    return slot ? slot(thread, left, right) : VALUE_NOT_IMPLEMENTED;
}

// The result, or NOT_IMPLEMENTED if neither type knows what to do.
static Value binary_or_pass(Thread *thread, BinaryOp op, Value left, Value right) {
    const Type *left_type = type_of(thread, left), *right_type = type_of(thread, right);
    BinaryFunction left_slot = left_type->slots.binary[op];
    BinaryFunction right_slot = right_type->slots.binary[op];
    if (right_slot == left_slot) {
        return try_slot(thread, left_slot, left, right);
    }
    bool right_first =
        right_slot && left_type != right_type &&
        (type_is_subtype(right_type, left_type) || asks_right_first(left_type, right_type, op));
    if (right_first) {
        Value result = right_slot(thread, left, right);
        if (!is_not_implemented(result)) {
            return result;
        }
        right_slot = NULL;
    }
    Value result = try_slot(thread, left_slot, left, right);
    return is_not_implemented(result) ? try_slot(thread, right_slot, left, right) : result;
}

// `print >> file`, as Python 2 had it.
static bool is_old_print(BinaryOp op, const char *suffix, Value left) {
    return op == BINARY_RSHIFT && !*suffix && has_layout(left, LAYOUT_NATIVE) &&
           strcmp(((const Native *)as_object(left))->spec->name, "print") == 0;
}

static Value unsupported(Thread *thread, BinaryOp op, const char *suffix, Value left, Value right) {
    const char *hint = is_old_print(op, suffix, left)
                           ? ". Did you mean \"print(<message>, file=<output_stream>)\"?"
                           : "";
    bool plain_pow = op == BINARY_POW && !*suffix;
    return raise_error(thread, ERROR_TypeError,
                       "unsupported operand type(s) for %s%s%s: '%s' and '%s'%s",
                       binary_symbols[op], suffix, plain_pow ? " or pow()" : "",
                       type_name(thread, left), type_name(thread, right), hint);
}

// Text is added so often that it need not ask the types.
static inline bool is_text_sum(BinaryOp op, Value left, Value right) {
    return op == BINARY_ADD && is_exactly(left, LAYOUT_STR) && is_exactly(right, LAYOUT_STR);
}

static Value add_texts(Thread *thread, Value left, Value right) {
    Str *sum = str_concat(thread, as_str(left), as_str(right));
    return sum != NULL ? value_object(sum) : VALUE_ERROR;
}

Value operation_binary(Thread *thread, BinaryOp op, Value left, Value right) {
    if (is_text_sum(op, left, right)) {
        return add_texts(thread, left, right);
    }
    Value result = binary_or_pass(thread, op, left, right);
    return is_not_implemented(result) ? unsupported(thread, op, "", left, right) : result;
}

static bool repeats(const Type *type) {
    while (type->flags & TYPE_FROM_CLASS) { // what classes define themselves are numbers' operators
        type = type->base;
    }
    return type->slots.get_item && type->slots.binary[BINARY_MUL];
}

// `left *= right` where right could be repeated: CPython looks for that only if the type of left
// has nothing of a sequence; the type of a class always has.
static bool has_no_use_for_repeats(const Type *left, const Type *right, BinaryOp op) {
    bool is_like_sequence =
        left->slots.get_item || left->slots.contains || left->flags & TYPE_FROM_CLASS;
    return op == BINARY_MUL && is_like_sequence && !repeats(left) && repeats(right) &&
           !(right->flags & TYPE_FROM_CLASS);
}

Value operation_inplace(Thread *thread, BinaryOp op, Value left, Value right) {
    if (is_text_sum(op, left, right)) {
        return add_texts(thread, left, right);
    }
    const Type *left_type = type_of(thread, left);
    Value result = try_slot(thread, left_type->slots.inplace[op], left, right);
    if (is_not_implemented(result) &&
        has_no_use_for_repeats(left_type, type_of(thread, right), op)) {
        result = left_type->flags & TYPE_FROM_CLASS
                     ? try_slot(thread, left_type->slots.binary[op], left, right)
                     : result;
    } else if (is_not_implemented(result)) {
        result = binary_or_pass(thread, op, left, right);
    }
    return is_not_implemented(result) ? unsupported(thread, op, "=", left, right) : result;
}

Value operation_unary(Thread *thread, UnaryOp op, Value operand) {
    UnaryFunction slot = type_of(thread, operand)->slots.unary[op];
    if (slot) {
        return slot(thread, operand);
    }
    return raise_error(thread, ERROR_TypeError, "bad operand type for unary %s: '%s'",
                       unary_symbols[op], type_name(thread, operand));
}

// Comparison

static Value try_compare(Thread *thread, CompareFunction slot, Value left, Value right,
                         CompareOp op) {
    return slot ? slot(thread, left, right, op) : VALUE_NOT_IMPLEMENTED;
}

static Value compare_or_pass(Thread *thread, CompareOp op, Value left, Value right) {
    const Type *left_type = type_of(thread, left), *right_type = type_of(thread, right);
    CompareFunction left_slot = left_type->slots.compare;
    CompareFunction right_slot = right_type->slots.compare;
    CompareOp swapped = compare_swapped[op];
    if (left_type != right_type && right_slot && type_is_subtype(right_type, left_type)) {
        Value result = right_slot(thread, right, left, swapped);
        if (!is_not_implemented(result)) {
            return result;
        }
        right_slot = NULL;
    }
    Value result = try_compare(thread, left_slot, left, right, op);
    return is_not_implemented(result) ? try_compare(thread, right_slot, right, left, swapped)
                                      : result;
}

static Value compare_by_identity(Thread *thread, CompareOp op, Value left, Value right) {
    if (op == COMPARE_EQ || op == COMPARE_NE) {
        return value_bool(value_same(left, right) == (op == COMPARE_EQ));
    }
    return raise_error(thread, ERROR_TypeError,
                       "'%s' not supported between instances of '%s' and '%s'", compare_symbols[op],
                       type_name(thread, left), type_name(thread, right));
}

// Ints compare the same wherever they are; those of a subclass may have methods of their own.
static inline bool is_exact_int(Value v) {
    return is_small_int(v) || is_exactly(v, LAYOUT_INT);
}

Value operation_compare(Thread *thread, CompareOp op, Value left, Value right) {
    if (is_exact_int(left) && is_exact_int(right)) {
        return compare_result(int_compare(left, right), op);
    }
    if (!native_enter_for(thread, " in comparison")) {
        return VALUE_ERROR;
    }
    Value result = compare_or_pass(thread, op, left, right);
    native_leave(thread);
    return is_not_implemented(result) ? compare_by_identity(thread, op, left, right) : result;
}

int operation_equal(Thread *thread, Value a, Value b) {
    if (value_same(a, b)) {
        return 1;
    }
    if (are_small_ints(a, b)) {
        return 0;
    }
    if (is_exactly(a, LAYOUT_STR) && is_exactly(b, LAYOUT_STR)) {
        return str_equal(as_str(a), as_str(b));
    }
    Value result = operation_compare(thread, COMPARE_EQ, a, b);
    if (is_bool(result)) {
        return is_true(result);
    }
    return is_error(result) ? -1 : operation_truth(thread, result);
}

static bool is_any_number(Value v) {
    return is_integral(v) || is_any_float(v) || has_layout(v, LAYOUT_COMPLEX);
}

Value operation_power_modulo(Thread *thread, Value base, Value exponent, Value modulus) {
    if (is_integral(base) && is_integral(exponent) && is_integral(modulus)) {
        return int_pow_mod(thread, base, exponent, modulus);
    }
    const Value operands[] = {base, exponent, modulus};
    bool are_numbers = is_any_number(base) && is_any_number(exponent);
    for (int i = 0; i < 3; i++) { // each type's own refusal, in this order
        if (is_any_float(operands[i])) {
            return raise_error(thread, ERROR_TypeError,
                               "pow() 3rd argument not allowed unless all arguments are integers");
        }
        if (has_layout(operands[i], LAYOUT_COMPLEX) && are_numbers) {
            return raise_error(thread, ERROR_ValueError, "complex modulo");
        }
    }
    return VALUE_NOT_IMPLEMENTED;
}
