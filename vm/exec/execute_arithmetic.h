// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: operators on numbers, and truth.
//
// One macro makes the body of an operator, another its three forms (with a register, with a
// constant, in place). An int case that overflows, or divides by zero, falls through to the
// general operation, which makes a big int or raises.

// ---- Arithmetic ----
// One body for the register and the constant form; `slow` is what to do with other types.
#define ARITHMETIC(name, right, slow, int_case, float_case)                                        \
    OPCODE(name) {                                                                                 \
        Value a = R(pc->b), b = right;                                                             \
        double x, y;                                                                               \
        if (__builtin_expect(are_small_ints(a, b), 1)) {                                           \
            int_case;                                                                              \
        } else if (are_doubles(a, b, &x, &y)) {                                                    \
            float_case;                                                                            \
        }                                                                                          \
        SAVE();                                                                                    \
        RESULT(pc->a, slow, 1);                                                                    \
    }
#define THREE_FORMS(name, int_case, float_case)                                                    \
    ARITHMETIC(name, R(pc->c), operation_binary(thread, BINARY_##name, a, b), int_case,            \
               float_case)                                                                         \
    ARITHMETIC(name##_K, K(pc->c), operation_binary(thread, BINARY_##name, a, b), int_case,        \
               float_case)                                                                         \
    ARITHMETIC(INPLACE_##name, R(pc->c), operation_inplace(thread, BINARY_##name, a, b), int_case, \
               float_case)
#define STORE_FLOAT(expression) STORE(value_float(expression))
#define NOTHING (void)0

#define ADD_INTS                                                                                   \
    int64_t sum;                                                                                   \
    if (__builtin_expect(!__builtin_add_overflow(shifted(a), shifted(b), &sum), 1))                \
    STORE(from_shifted(sum))
#define SUB_INTS                                                                                   \
    int64_t difference;                                                                            \
    if (__builtin_expect(!__builtin_sub_overflow(shifted(a), shifted(b), &difference), 1))         \
    STORE(from_shifted(difference))
#define MUL_INTS                                                                                   \
    int64_t product;                                                                               \
    if (__builtin_expect(!__builtin_mul_overflow(shifted(a), as_small_int(b), &product), 1))       \
    STORE(from_shifted(product))
#define DIVIDE_INTS(operation)                                                                     \
    int64_t n = as_small_int(a);                                                                   \
    int64_t d = as_small_int(b);                                                                   \
    if (__builtin_expect(d != 0 && (d != -1 || n != SMALL_INT_MIN), 1))                            \
    STORE(value_small_int(operation(n, d)))
#define TRUEDIV_INTS                                                                               \
    int64_t d = as_small_int(b);                                                                   \
    if (__builtin_expect(d != 0, 1))                                                               \
    STORE_FLOAT((double)as_small_int(a) / (double)d)
#define POW_INTS                                                                                   \
    int64_t power;                                                                                 \
    if (small_power(as_small_int(a), as_small_int(b), &power))                                     \
    STORE(value_small_int(power))
#define LSHIFT_INTS                                                                                \
    int64_t n = as_small_int(a);                                                                   \
    uint64_t by = (uint64_t)as_small_int(b);                                                       \
    int64_t shifted_left = by < 50 ? (int64_t)((uint64_t)n << by) : 0;                             \
    if (by < 50 && shifted_left >> by == n && fits_small_int(shifted_left))                        \
    STORE(value_small_int(shifted_left))
#define RSHIFT_INTS                                                                                \
    int64_t by = as_small_int(b);                                                                  \
    if (by >= 0)                                                                                   \
    STORE(value_small_int(as_small_int(a) >> (by > 63 ? 63 : by)))

THREE_FORMS(ADD, ADD_INTS, STORE_FLOAT(x + y))
THREE_FORMS(SUB, SUB_INTS, STORE_FLOAT(x - y))
THREE_FORMS(MUL, MUL_INTS, STORE_FLOAT(x *y))
THREE_FORMS(TRUEDIV, TRUEDIV_INTS, if (y != 0) STORE_FLOAT(x / y))
THREE_FORMS(FLOORDIV, DIVIDE_INTS(floor_quotient), NOTHING)
THREE_FORMS(MOD, DIVIDE_INTS(floor_remainder), NOTHING)
THREE_FORMS(POW, POW_INTS, NOTHING)
THREE_FORMS(MATMUL, NOTHING, NOTHING)
THREE_FORMS(LSHIFT, LSHIFT_INTS, NOTHING)
THREE_FORMS(RSHIFT, RSHIFT_INTS, NOTHING)
THREE_FORMS(AND, STORE((Value){a.bits & b.bits}), NOTHING)
THREE_FORMS(OR, STORE((Value){a.bits | b.bits}), NOTHING)
THREE_FORMS(XOR, STORE((Value){(a.bits ^ b.bits) | VALUE_INT_TAG}), NOTHING)
ARITHMETIC(INPLACE_ADD_K, K(pc->c), operation_inplace(thread, BINARY_ADD, a, b), ADD_INTS,
           STORE_FLOAT(x + y))
ARITHMETIC(INPLACE_SUB_K, K(pc->c), operation_inplace(thread, BINARY_SUB, a, b), SUB_INTS,
           STORE_FLOAT(x - y))

OPCODE(NEG) {
    Value v = R(pc->b);
    if (is_float(v)) {
        STORE_FLOAT(-as_float(v));
    }
    if (is_small_int(v) && as_small_int(v) != SMALL_INT_MIN) {
        STORE(value_small_int(-as_small_int(v)));
    }
    SAVE();
    RESULT(pc->a, operation_unary(thread, UNARY_NEG, v), 1);
}
OPCODE(POS) {
    SAVE();
    RESULT(pc->a, operation_unary(thread, UNARY_POS, R(pc->b)), 1);
}
OPCODE(INVERT) {
    SAVE();
    RESULT(pc->a, operation_unary(thread, UNARY_INVERT, R(pc->b)), 1);
}
OPCODE(NOT) {
    bool truth;
    if (truth_fast(R(pc->b), &truth)) {
        STORE(value_bool(!truth));
    }
    SAVE();
    int t = operation_truth(thread, R(pc->b));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(t == 0));
}
