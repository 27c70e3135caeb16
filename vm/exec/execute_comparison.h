// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: comparisons, membership and jumps.
//
// A condition of an `if` or `while` is one instruction that compares and jumps; its operand c
// says on which outcome. The forms that store a truth value are for everything else.

// ---- Comparison ----
#define COMPARISON(name, symbol)                                                                   \
    OPCODE(name) {                                                                                 \
        Value a = R(pc->b), b = R(pc->c);                                                          \
        double x, y;                                                                               \
        if (are_small_ints(a, b)) {                                                                \
            STORE(value_bool(shifted(a) symbol shifted(b)));                                       \
        }                                                                                          \
        if (are_doubles(a, b, &x, &y)) {                                                           \
            STORE(value_bool(x symbol y));                                                         \
        }                                                                                          \
        SAVE();                                                                                    \
        RESULT(pc->a, operation_compare(thread, COMPARE_##name, a, b), 1);                         \
    }
#define JUMP_COMPARISON(opcode, name, symbol, right)                                               \
    OPCODE(opcode) {                                                                               \
        Value a = R(pc->a), b = right;                                                             \
        double x, y;                                                                               \
        bool holds;                                                                                \
        if (__builtin_expect(are_small_ints(a, b), 1)) {                                           \
            holds = shifted(a) symbol shifted(b);                                                  \
        } else if (are_doubles(a, b, &x, &y)) {                                                    \
            holds = x symbol y;                                                                    \
        } else {                                                                                   \
            SAVE();                                                                                \
            value = operation_compare(thread, COMPARE_##name, a, b);                               \
            int t = is_error(value) ? -1 : operation_truth(thread, value);                         \
            if (t < 0) {                                                                           \
                goto error;                                                                        \
            }                                                                                      \
            holds = t;                                                                             \
        }                                                                                          \
        JUMP_IF(holds == (pc->c != 0), 2 + pc[1].distance, 2);                                     \
    }
#define JUMP_EQUALITY(opcode, name, wanted, right)                                                 \
    OPCODE(opcode) {                                                                               \
        Value a = R(pc->a), b = right;                                                             \
        int t = equal_fast(a, b);                                                                  \
        if (t >= 0) {                                                                              \
            t = t == (wanted);                                                                     \
        } else {                                                                                   \
            SAVE();                                                                                \
            value = operation_compare(thread, COMPARE_##name, a, b);                               \
            t = is_error(value) ? -1 : operation_truth(thread, value);                             \
            if (t < 0) {                                                                           \
                goto error;                                                                        \
            }                                                                                      \
        }                                                                                          \
        JUMP_IF(t == pc->c, 2 + pc[1].distance, 2);                                                \
    }
#define ORDERING(name, symbol)                                                                     \
    COMPARISON(name, symbol)                                                                       \
    JUMP_COMPARISON(JUMP_##name, name, symbol, R(pc->b))                                           \
    JUMP_COMPARISON(JUMP_##name##_K, name, symbol, K(pc->b))
ORDERING(LT, <)
ORDERING(LE, <=)
ORDERING(GT, >)
ORDERING(GE, >=)
JUMP_EQUALITY(JUMP_EQ, EQ, 1, R(pc->b))
JUMP_EQUALITY(JUMP_NE, NE, 0, R(pc->b))
JUMP_EQUALITY(JUMP_EQ_K, EQ, 1, K(pc->b))
JUMP_EQUALITY(JUMP_NE_K, NE, 0, K(pc->b))
OPCODE(EQ) {
    int t = equal_fast(R(pc->b), R(pc->c));
    if (t >= 0) {
        STORE(value_bool(t));
    }
    SAVE();
    RESULT(pc->a, operation_compare(thread, COMPARE_EQ, R(pc->b), R(pc->c)), 1);
}
OPCODE(NE) {
    int t = equal_fast(R(pc->b), R(pc->c));
    if (t >= 0) {
        STORE(value_bool(!t));
    }
    SAVE();
    RESULT(pc->a, operation_compare(thread, COMPARE_NE, R(pc->b), R(pc->c)), 1);
}
OPCODE(IS) {
    STORE(value_bool(value_same(R(pc->b), R(pc->c))));
}
OPCODE(IS_NOT) {
    STORE(value_bool(!value_same(R(pc->b), R(pc->c))));
}
OPCODE(IN) {
    SAVE();
    int t = operation_contains(thread, R(pc->c), R(pc->b));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(t));
}
OPCODE(NOT_IN) {
    SAVE();
    int t = operation_contains(thread, R(pc->c), R(pc->b));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(!t));
}

// ---- Jumps ----
OPCODE(JUMP) {
    NEXT(1 + pc->n);
}
#define JUMP_IF_TRUTH(name, wanted)                                                                \
    OPCODE(name) {                                                                                 \
        bool truth;                                                                                \
        if (__builtin_expect(!truth_fast(R(pc->a), &truth), 0)) {                                  \
            SAVE();                                                                                \
            int t = operation_truth(thread, R(pc->a));                                             \
            if (t < 0) {                                                                           \
                goto error;                                                                        \
            }                                                                                      \
            truth = t;                                                                             \
        }                                                                                          \
        JUMP_IF(truth == (wanted), 1 + pc->n, 1);                                                  \
    }
JUMP_IF_TRUTH(JUMP_IF_TRUE, true)
JUMP_IF_TRUTH(JUMP_IF_FALSE, false)
OPCODE(JUMP_IF_NONE) {
    JUMP_IF(is_none(R(pc->a)), 1 + pc->n, 1);
}
OPCODE(JUMP_IF_NOT_NONE) {
    JUMP_IF(!is_none(R(pc->a)), 1 + pc->n, 1);
}
OPCODE(JUMP_IS) {
    JUMP_IF(value_same(R(pc->a), R(pc->b)) == (pc->c != 0), 2 + pc[1].distance, 2);
}
OPCODE(JUMP_IN) {
    SAVE();
    int t = operation_contains(thread, R(pc->b), R(pc->a));
    if (t < 0) {
        goto error;
    }
    JUMP_IF(t == pc->c, 2 + pc[1].distance, 2);
}
