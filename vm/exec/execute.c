// SPDX-License-Identifier: MIT
//
// The interpreter loop: fetch an instruction, do it, go to the next.
//
// Every opcode has a label, and the last thing a body does is jump to the label of the next
// instruction (GCC's "computed goto"; the textbooks call it threaded code). There is no loop and
// no switch: each body's own jump gives the processor's branch predictor its own history.
//
// Where to jump is read from a table *of the thread*. That is how a running thread is stopped at no
// cost: whoever wants the GIL overwrites the table's entries with the address of `trap`, so the
// running thread finds itself there before its very next bytecode. It restores its table, gives
// the GIL away, and goes on when it has it back. Nothing on the fast path ever asks "should I
// stop?". A table full of `count_tick` counts bytecodes for the policy `ticks`; further tables can
// step, trace or measure. CPython instead tests a flag (eval_breaker) at calls and loop ends.
//
// Only the holder of the GIL is in here, so instructions may be rewritten in place: a general
// opcode that has seen its operands' types replaces itself with a specialised one, which checks
// that assumption and falls back if it fails.
//
// The body of an opcode is short. What needs more than a few lines is a function elsewhere:
// operations.c for operators, cache.c for inline caches, steps.c for the rest.
#include "execute.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "float.h"
#include "function.h"
#include "instance.h"
#include "int.h"
#include "iterators.h"
#include "list.h"
#include "module.h"
#include "native.h"
#include "operations.h"
#include "range.h"
#include "set.h"
#include "slice.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"

// Registers and constants. `frame`, `pc` and `constants` are the loop's only state.
#define R(i) frame->registers[i]
#define K(i) constants[i]
#define NAME_AT(i) as_str(K(i))

// Where the frame is, for tracebacks, for the collector's view of it, and for other threads.
#define SAVE() (frame->pc = pc)
#define LABEL_OF(instruction)                                                                      \
    __atomic_load_n(&thread->dispatch[(instruction)->op], __ATOMIC_RELAXED)
#define DISPATCH() goto *LABEL_OF(pc)
#define NEXT(words)                                                                                \
    do {                                                                                           \
        pc += (words);                                                                             \
        DISPATCH();                                                                                \
    } while (0)
// Store a result that may be VALUE_ERROR.
#define RESULT(reg, expression, words)                                                             \
    do {                                                                                           \
        Value result_ = (expression);                                                              \
        if (__builtin_expect(is_error(result_), 0)) {                                              \
            goto error;                                                                            \
        }                                                                                          \
        R(reg) = result_;                                                                          \
        NEXT(words);                                                                               \
    } while (0)
#define REQUIRE(condition, words)                                                                  \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) {                                                   \
            goto error;                                                                            \
        }                                                                                          \
        NEXT(words);                                                                               \
    } while (0)
#define JUMP_IF(condition, target, otherwise)                                                      \
    do {                                                                                           \
        pc += (condition) ? (target) : (otherwise);                                                \
        DISPATCH();                                                                                \
    } while (0)

// How far ahead of a loop over a list its items are asked for from memory.
enum { LIST_AHEAD = 8 };

static inline int64_t shifted(Value v) {
    return (int64_t)(v.bits << VALUE_INT_SHIFT);
}
static inline Value from_shifted(int64_t n) {
    return (Value){((uint64_t)n >> VALUE_INT_SHIFT) | VALUE_INT_TAG};
}

// Two numbers of which at least one is a float, as doubles.
static inline bool as_doubles(Value a, Value b, double *x, double *y) {
    if (is_float(a)) {
        *x = as_float(a);
        if (is_float(b)) {
            *y = as_float(b);
            return true;
        }
        *y = (double)as_small_int(b);
        return is_small_int(b);
    }
    *x = (double)as_small_int(a);
    *y = as_float(b);
    return is_small_int(a) && is_float(b);
}

static inline int64_t floor_quotient(int64_t a, int64_t b) {
    if (((uint64_t)(a | b) >> 32) == 0) {
        return (int64_t)((uint32_t)a / (uint32_t)b);
    }
    int64_t q = a / b;
    return q - ((a % b != 0) & ((a ^ b) < 0));
}
static inline int64_t floor_remainder(int64_t a, int64_t b) {
    if (((uint64_t)(a | b) >> 32) == 0) {
        return (int64_t)((uint32_t)a % (uint32_t)b);
    }
    int64_t r = a % b;
    return r + ((r != 0) & ((r ^ b) < 0) ? b : 0);
}

// 1, 0, or -1 for "not decided here".
static inline int equal_fast(Value a, Value b) {
    if (are_small_ints(a, b)) {
        return a.bits == b.bits;
    }
    if (is_object(a) && is_object(b) && object_type(a)->exact_layout == LAYOUT_STR &&
        object_type(b)->exact_layout == LAYOUT_STR) {
        return str_equal(as_str(a), as_str(b));
    }
    return -1;
}

static inline bool truth_fast(Value v, bool *truth) {
    if (v.bits <= VALUE_TRUE.bits && v.bits >= VALUE_NONE.bits) {
        *truth = is_true(v);
        return true;
    }
    if (is_small_int(v)) {
        *truth = v.bits != VALUE_INT_TAG;
        return true;
    }
    return false;
}

// container[key] for the commonest types; UNDEFINED: take the general way.
static inline Value get_item_fast(Value container, Value key) {
    if (is_object(container) && is_small_int(key)) {
        int64_t index = as_small_int(key);
        switch (object_type(container)->exact_layout) {
        case LAYOUT_LIST: {
            List *list = as_list(container);
            index += index < 0 ? (int64_t)list->length : 0;
            return (uint64_t)index < list->length ? list->items[index] : VALUE_UNDEFINED;
        }
        case LAYOUT_TUPLE: {
            Tuple *tuple = as_tuple(container);
            index += index < 0 ? (int64_t)tuple->length : 0;
            return (uint64_t)index < tuple->length ? tuple->items[index] : VALUE_UNDEFINED;
        }
        default:
            return VALUE_UNDEFINED;
        }
    }
    return VALUE_UNDEFINED;
}

static inline bool set_item_fast(Value container, Value key, Value v) {
    if (is_exactly(container, LAYOUT_LIST) && is_small_int(key)) {
        List *list = as_list(container);
        int64_t index = as_small_int(key);
        index += index < 0 ? (int64_t)list->length : 0;
        if ((uint64_t)index < list->length) {
            list->items[index] = v;
            return true;
        }
    }
    return false;
}

static const Handler *find_handler(const Code *code, const Instruction *pc) {
    uint32_t at = (uint32_t)(pc - code->instructions);
    for (uint32_t i = 0; i < code->handler_count; i++) {
        const Handler *handler = &code->handlers[i];
        if (at >= handler->first && at < handler->last) {
            return handler;
        }
    }
    return NULL;
}

// A frame is left by an exception. Its memory may go with its chunk, so look at it before.
static void abandon_frame(Thread *thread, Frame *frame) {
    uint32_t flags = frame->flags;
    Frame *caller = frame->caller;
    if (flags & FRAME_GENERATOR) {
        generator_finish(thread, generator_of(frame));
    }
    thread->recursion_depth--;
    thread->frame = caller;
    if (flags & FRAME_CHUNK) {
        frame_pop_chunk(thread);
    }
    if ((flags & FRAME_ENTRY) == 0 && (flags & FRAME_GENERATOR) &&
        caller->pc->op == OP_YIELD_FROM) {
        generator_of(caller)->delegate = VALUE_UNDEFINED;
    }
}

// What the caller of a class gets from an __init__ that returned `result`; an error is the
// caller's.
static Value constructor_result(Thread *thread, Value instance, Value result) {
    if (!is_none(result)) {
        return raise_error(thread, ERROR_TypeError, "__init__() should return None, not '%s'",
                           type_name(thread, result));
    }
    return instance;
}

// A generator has a current exception of its own, which hides that of whoever resumes it. The saved
// one of its outermost handler is UNDEFINED, for it may be left under another resumer.
static Value enter_handler(Thread *thread, Frame *frame, Value exception) {
    Value before = thread->handled;
    thread->handled = exception;
    if (frame->flags & FRAME_GENERATOR) {
        Generator *generator = generator_of(frame);
        before = generator->handling ? before : VALUE_UNDEFINED;
        generator->handling = true;
    }
    return before;
}

static void leave_handler(Thread *thread, Frame *frame, Value before) {
    if ((frame->flags & FRAME_GENERATOR) && is_undefined(before)) {
        Generator *generator = generator_of(frame);
        generator->handling = false;
        before = generator->outer_handled;
    }
    thread->handled = before;
}

Value execute(Thread *thread, bool raising, void **labels) {
    static void *const bodies[] = {
#define OP(name, form, extra, effect) &&L_##name,
#define SPECIAL(name, general, form, extra, effect) &&L_##name,
#include "opcodes.def"
#undef OP
#undef SPECIAL
        [LABEL_TRAP] = &&trap,
        [LABEL_COUNT_TICK] = &&count_tick,
    };
    if (thread == NULL) {
        memcpy(labels, bodies, sizeof bodies);
        return VALUE_NONE;
    }
    Frame *frame = thread->frame;
    Instruction *pc = (Instruction *)frame->pc;
    const Value *constants = frame->code->constants;
    Value value; // result on its way out of a frame
    if (raising) {
        goto error;
    }
    DISPATCH();

trap:
    SAVE();
    if (!thread_safepoint(thread)) {
        goto error;
    }
    goto * thread->interpreter->labels[pc->op];

count_tick:
    if (--thread->core.ticks_left == 0) {
        goto trap;
    }
    goto * thread->interpreter->labels[pc->op];

    // ---- Moving ----
L_MOVE:
    R(pc->a) = R(pc->b);
    NEXT(1);
L_LOAD_CONST:
    R(pc->a) = K(pc->n);
    NEXT(1);
L_LOAD_UNDEFINED:
    R(pc->a) = VALUE_UNDEFINED;
    NEXT(1);
L_CHECK_LOCAL:
    if (is_undefined(R(pc->a))) {
        SAVE();
        step_unbound_local(thread, NAME_AT(pc->n));
        goto error;
    }
    NEXT(1);
L_DELETE_LOCAL:
    if (is_undefined(R(pc->a))) {
        SAVE();
        step_unbound_local(thread, NAME_AT(pc->n));
        goto error;
    }
    R(pc->a) = VALUE_UNDEFINED;
    NEXT(1);

    // ---- Cells ----
#define CELL(v) ((Cell *)as_object(v))
#define CLOSURE(i) (((Function *)as_object(frame->function))->closure[i])
L_MAKE_CELL:
    SAVE();
    R(pc->a) = value_object(cell_new(thread, R(pc->a)));
    NEXT(1);
L_GET_CELL:
    value = CELL(R(pc->b))->content;
    if (__builtin_expect(is_undefined(value), 0)) {
        SAVE();
        step_unbound_cell(thread, frame, &R(pc->b));
        goto error;
    }
    R(pc->a) = value;
    NEXT(1);
L_SET_CELL:
    CELL(R(pc->a))->content = R(pc->b);
    NEXT(1);
L_DELETE_CELL:
    if (is_undefined(CELL(R(pc->a))->content)) {
        SAVE();
        step_unbound_cell(thread, frame, &R(pc->a));
        goto error;
    }
    CELL(R(pc->a))->content = VALUE_UNDEFINED;
    NEXT(1);
L_GET_FREE:
    value = CELL(CLOSURE(pc->n))->content;
    if (__builtin_expect(is_undefined(value), 0)) {
        SAVE();
        step_unbound_free(thread, frame, (size_t)pc->n);
        goto error;
    }
    R(pc->a) = value;
    NEXT(1);
L_SET_FREE:
    CELL(CLOSURE(pc->n))->content = R(pc->a);
    NEXT(1);
L_DELETE_FREE:
    if (is_undefined(CELL(CLOSURE(pc->n))->content)) {
        SAVE();
        step_unbound_free(thread, frame, (size_t)pc->n);
        goto error;
    }
    CELL(CLOSURE(pc->n))->content = VALUE_UNDEFINED;
    NEXT(1);
L_LOAD_CLOSURE:
    R(pc->a) = CLOSURE(pc->n);
    NEXT(1);

    // ---- Globals and names ----
#define GLOBALS() (((Function *)as_object(frame->function))->globals)
L_GET_GLOBAL:
    SAVE();
    RESULT(pc->a, cached_get_global(thread, pc, frame), 3);
L_GET_GLOBAL_MODULE : {
    Dict *globals = GLOBALS();
    uint64_t slot = pc[1].cache;
    if (__builtin_expect(slot < globals->used, 1)) {
        DictEntry *entry = &globals->entries[slot];
        if (__builtin_expect(value_same(entry->key, K(pc->n)), 1)) {
            R(pc->a) = entry->value;
            NEXT(3);
        }
    }
    pc->op = OP_GET_GLOBAL;
    goto L_GET_GLOBAL;
}
L_GET_GLOBAL_BUILTIN : {
    Dict *builtins = thread->interpreter->builtins;
    uint32_t slot = (uint32_t)pc[1].cache;
    Dict *globals = GLOBALS();
    if (__builtin_expect((uintptr_t)globals == pc[2].cache &&
                             globals->key_version == pc[1].cache >> 32 && slot < builtins->used,
                         1)) {
        DictEntry *entry = &builtins->entries[slot];
        if (__builtin_expect(value_same(entry->key, K(pc->n)), 1)) {
            R(pc->a) = entry->value;
            NEXT(3);
        }
    }
    pc->op = OP_GET_GLOBAL;
    goto L_GET_GLOBAL;
}
L_SET_GLOBAL : {
    Dict *globals = GLOBALS();
    uint64_t slot = pc[1].cache;
    if (slot < globals->used && value_same(globals->entries[slot].key, K(pc->n))) {
        globals->entries[slot].value = R(pc->a);
        NEXT(2);
    }
    SAVE();
    REQUIRE(cached_set_global(thread, pc, frame, R(pc->a)), 2);
}
L_DELETE_GLOBAL:
    SAVE();
    REQUIRE(step_delete_global(thread, frame, NAME_AT(pc->n)), 1);
L_GET_NAME:
    SAVE();
    RESULT(pc->a, step_get_name(thread, frame, R(pc->b), NAME_AT(pc->c)), 1);
L_GET_NAME_OR_FREE:
    SAVE();
    RESULT(pc->a,
           step_get_name_or_free(thread, frame, R(pc->b), NAME_AT(pc->c), (size_t)pc[1].cache), 2);
L_SET_NAME:
    SAVE();
    REQUIRE(operation_set_item(thread, R(pc->b), K(pc->c), R(pc->a)), 1);
L_DELETE_NAME:
    SAVE();
    REQUIRE(step_delete_name(thread, R(pc->b), NAME_AT(pc->c)), 1);

    // ---- Attributes ----
L_GET_ATTR:
    SAVE();
    RESULT(pc->a, cached_get_attribute(thread, pc, R(pc->b), NAME_AT(pc->c)), 3);
L_GET_ATTR_SLOT : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) &&
                             object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache,
                         1)) {
        R(pc->a) = as_instance(v)->inline_slots[pc[2].cache];
        NEXT(3);
    }
    pc->op = OP_GET_ATTR;
    goto L_GET_ATTR;
}
L_GET_ATTR_MODULE : {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_MODULE), 1)) {
        Dict *dict = as_module(v)->dict;
        uint64_t slot = pc[1].cache;
        if (__builtin_expect(slot < dict->used && value_same(dict->entries[slot].key, K(pc->c)),
                             1)) {
            R(pc->a) = dict->entries[slot].value;
            NEXT(3);
        }
    }
    pc->op = OP_GET_ATTR;
    goto L_GET_ATTR;
}
L_SET_ATTR:
    SAVE();
    REQUIRE(cached_set_attribute(thread, pc, R(pc->b), NAME_AT(pc->c), R(pc->a)), 3);
L_SET_ATTR_SLOT : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) &&
                             object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache,
                         1)) {
        as_instance(v)->inline_slots[pc[2].cache] = R(pc->a);
        NEXT(3);
    }
    pc->op = OP_SET_ATTR;
    goto L_SET_ATTR;
}
L_SET_ATTR_ADD : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) &&
                             object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache,
                         1)) {
        Shape *next = (Shape *)(uintptr_t)pc[2].cache;
        as_instance(v)->inline_slots[next->count - 1] = R(pc->a);
        as_instance(v)->shape = next;
        NEXT(3);
    }
    pc->op = OP_SET_ATTR;
    goto L_SET_ATTR;
}
L_DELETE_ATTR:
    SAVE();
    REQUIRE(attribute_delete(thread, R(pc->b), NAME_AT(pc->c)), 1);

    // ---- Items ----
L_GET_ITEM:
    value = get_item_fast(R(pc->b), R(pc->c));
    if (__builtin_expect(!is_undefined(value), 1)) {
        R(pc->a) = value;
        NEXT(1);
    }
    SAVE();
    if (is_exactly(R(pc->b), LAYOUT_DICT)) {
        RESULT(pc->a, dict_get_item(thread, R(pc->b), R(pc->c)), 1);
    }
    RESULT(pc->a, operation_get_item(thread, R(pc->b), R(pc->c)), 1);
L_GET_ITEM_K:
    value = get_item_fast(R(pc->b), K(pc->c));
    if (__builtin_expect(!is_undefined(value), 1)) {
        R(pc->a) = value;
        NEXT(1);
    }
    SAVE();
    RESULT(pc->a, operation_get_item(thread, R(pc->b), K(pc->c)), 1);
L_SET_ITEM:
    if (__builtin_expect(set_item_fast(R(pc->b), R(pc->c), R(pc->a)), 1)) {
        NEXT(1);
    }
    SAVE();
    if (is_exactly(R(pc->b), LAYOUT_DICT)) {
        REQUIRE(dict_set(thread, as_dict(R(pc->b)), R(pc->c), R(pc->a)), 1);
    }
    REQUIRE(operation_set_item(thread, R(pc->b), R(pc->c), R(pc->a)), 1);
L_DELETE_ITEM:
    SAVE();
    REQUIRE(operation_delete_item(thread, R(pc->b), R(pc->c)), 1);
L_BUILD_SLICE:
    SAVE();
    R(pc->a) = slice_new(thread, R(pc->b), R(pc->b + 1), R(pc->b + 2));
    NEXT(1);

    // ---- Arithmetic ----
    // One body for the register and the constant form; `slow` is what to do with other types.
#define ARITHMETIC(name, right, slow, int_case, float_case)                                        \
    L_##name : {                                                                                   \
        Value a = R(pc->b), b = right;                                                             \
        double x, y;                                                                               \
        if (__builtin_expect(are_small_ints(a, b), 1)) {                                           \
            int_case;                                                                              \
        } else if (as_doubles(a, b, &x, &y)) {                                                     \
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
#define STORE(v)                                                                                   \
    do {                                                                                           \
        R(pc->a) = (v);                                                                            \
        NEXT(1);                                                                                   \
    } while (0)
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
    THREE_FORMS(MUL, MUL_INTS, STORE_FLOAT(x * y))
    THREE_FORMS(TRUEDIV, TRUEDIV_INTS, if (y != 0) STORE_FLOAT(x / y))
    THREE_FORMS(FLOORDIV, DIVIDE_INTS(floor_quotient), NOTHING)
    THREE_FORMS(MOD, DIVIDE_INTS(floor_remainder), NOTHING)
    THREE_FORMS(POW, NOTHING, NOTHING)
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

L_NEG : {
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
L_POS:
    SAVE();
    RESULT(pc->a, operation_unary(thread, UNARY_POS, R(pc->b)), 1);
L_INVERT:
    SAVE();
    RESULT(pc->a, operation_unary(thread, UNARY_INVERT, R(pc->b)), 1);
L_NOT : {
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

// ---- Comparison ----
#define COMPARISON(name, symbol)                                                                   \
    L_##name : {                                                                                   \
        Value a = R(pc->b), b = R(pc->c);                                                          \
        double x, y;                                                                               \
        if (are_small_ints(a, b)) {                                                                \
            STORE(value_bool(shifted(a) symbol shifted(b)));                                       \
        }                                                                                          \
        if (as_doubles(a, b, &x, &y)) {                                                            \
            STORE(value_bool(x symbol y));                                                         \
        }                                                                                          \
        SAVE();                                                                                    \
        RESULT(pc->a, operation_compare(thread, COMPARE_##name, a, b), 1);                         \
    }
#define JUMP_COMPARISON(label, name, symbol, right)                                                \
    label : {                                                                                      \
        Value a = R(pc->a), b = right;                                                             \
        double x, y;                                                                               \
        bool holds;                                                                                \
        if (__builtin_expect(are_small_ints(a, b), 1)) {                                           \
            holds = shifted(a) symbol shifted(b);                                                  \
        } else if (as_doubles(a, b, &x, &y)) {                                                     \
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
#define JUMP_EQUALITY(label, name, wanted, right)                                                  \
    label : {                                                                                      \
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
    JUMP_COMPARISON(L_JUMP_##name, name, symbol, R(pc->b))                                         \
    JUMP_COMPARISON(L_JUMP_##name##_K, name, symbol, K(pc->b))
    ORDERING(LT, <)
    ORDERING(LE, <=)
    ORDERING(GT, >)
    ORDERING(GE, >=)
    JUMP_EQUALITY(L_JUMP_EQ, EQ, 1, R(pc->b))
    JUMP_EQUALITY(L_JUMP_NE, NE, 0, R(pc->b))
    JUMP_EQUALITY(L_JUMP_EQ_K, EQ, 1, K(pc->b))
    JUMP_EQUALITY(L_JUMP_NE_K, NE, 0, K(pc->b))
L_EQ : {
    int t = equal_fast(R(pc->b), R(pc->c));
    if (t >= 0) {
        STORE(value_bool(t));
    }
    SAVE();
    RESULT(pc->a, operation_compare(thread, COMPARE_EQ, R(pc->b), R(pc->c)), 1);
}
L_NE : {
    int t = equal_fast(R(pc->b), R(pc->c));
    if (t >= 0) {
        STORE(value_bool(!t));
    }
    SAVE();
    RESULT(pc->a, operation_compare(thread, COMPARE_NE, R(pc->b), R(pc->c)), 1);
}
L_IS:
    STORE(value_bool(value_same(R(pc->b), R(pc->c))));
L_IS_NOT:
    STORE(value_bool(!value_same(R(pc->b), R(pc->c))));
L_IN : {
    SAVE();
    int t = operation_contains(thread, R(pc->c), R(pc->b));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(t));
}
L_NOT_IN : {
    SAVE();
    int t = operation_contains(thread, R(pc->c), R(pc->b));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(!t));
}

    // ---- Jumps ----
L_JUMP:
    NEXT(1 + pc->n);
#define JUMP_IF_TRUTH(name, wanted)                                                                \
    L_##name : {                                                                                   \
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
L_JUMP_IF_NONE:
    JUMP_IF(is_none(R(pc->a)), 1 + pc->n, 1);
L_JUMP_IF_NOT_NONE:
    JUMP_IF(!is_none(R(pc->a)), 1 + pc->n, 1);
L_JUMP_IS:
    JUMP_IF(value_same(R(pc->a), R(pc->b)) == (pc->c != 0), 2 + pc[1].distance, 2);
L_JUMP_IN : {
    SAVE();
    int t = operation_contains(thread, R(pc->b), R(pc->a));
    if (t < 0) {
        goto error;
    }
    JUMP_IF(t == pc->c, 2 + pc[1].distance, 2);
}

    // ---- Loops ----
L_GET_ITER:
    SAVE();
    RESULT(pc->a, operation_iter(thread, R(pc->b)), 1);
L_FOR_NEXT : {
    SAVE();
    Value iterator = R(pc->a);
    specialise_for(thread, pc, iterator);
    value = operation_next(thread, iterator);
    if (is_undefined(value)) {
        NEXT(2);
    }
    RESULT(pc->b, value, 2 + pc[1].distance);
}
L_FOR_NEXT_RANGE : {
    Value iterator = R(pc->a);
    if (__builtin_expect(has_layout(iterator, LAYOUT_RANGE_ITERATOR), 1)) {
        RangeIterator *range = (RangeIterator *)as_object(iterator);
        int64_t next = range->next;
        if (__builtin_expect(next == range->stop, 0)) {
            NEXT(2);
        }
        range->next = next + range->step;
        R(pc->b) = value_small_int(next);
        NEXT(2 + pc[1].distance);
    }
    pc->op = OP_FOR_NEXT;
    goto L_FOR_NEXT;
}
L_FOR_NEXT_LIST : {
    Value iterator = R(pc->a);
    if (__builtin_expect(has_layout(iterator, LAYOUT_LIST_ITERATOR), 1)) {
        SequenceIterator *it = (SequenceIterator *)as_object(iterator);
        if (it->index != SEQUENCE_ITERATOR_DONE) {
            List *list = as_list(it->sequence);
            size_t index = it->index, ahead = index + LIST_AHEAD;
            if (__builtin_expect(index < list->length, 1)) {
                __builtin_prefetch(as_object(list->items[ahead < list->length ? ahead : index]));
                R(pc->b) = list->items[index];
                it->index = index + 1;
                NEXT(2 + pc[1].distance);
            }
            it->index = SEQUENCE_ITERATOR_DONE;
        }
        NEXT(2);
    }
    pc->op = OP_FOR_NEXT;
    goto L_FOR_NEXT;
}
L_FOR_NEXT_GENERATOR : {
    SAVE();
    Value iterator = R(pc->a);
    if (!has_layout(iterator, LAYOUT_GENERATOR)) {
        pc->op = OP_FOR_NEXT;
        goto L_FOR_NEXT;
    }
    Generator *generator = (Generator *)as_object(iterator);
    if (generator->state == GENERATOR_CLOSED) {
        NEXT(2);
    }
    if (!generator_enter(thread, generator, VALUE_NONE, 0)) {
        goto error;
    }
    goto entered;
}

    // ---- Calls ----
L_GET_METHOD:
    SAVE();
    REQUIRE(cached_get_method(thread, pc, R(pc->b), NAME_AT(pc->c), &R(pc->a)), 4);
L_GET_METHOD_SHAPE : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) &&
                             object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache &&
                             object_type(v)->version == pc[2].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    pc->op = OP_GET_METHOD;
    goto L_GET_METHOD;
}
L_GET_METHOD_TYPE : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v) == (Type *)(uintptr_t)pc[1].cache &&
                             object_type(v)->version == pc[2].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    pc->op = OP_GET_METHOD;
    goto L_GET_METHOD;
}
L_GET_METHOD_MIXED : {
    Value v = R(pc->b);
    if (__builtin_expect(is_object(v) && object_type(v)->version == pc[2].cache &&
                             attributes_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache,
                         1)) {
        R(pc->a + FRAME_WORDS) = v;
        R(pc->a) = (Value){pc[3].cache};
        NEXT(4);
    }
    pc->op = OP_GET_METHOD;
    goto L_GET_METHOD;
}
L_GET_METHOD_MODULE : {
    Value v = R(pc->b);
    if (__builtin_expect(is_exactly(v, LAYOUT_MODULE), 1)) {
        Dict *dict = as_module(v)->dict;
        uint64_t slot = pc[1].cache;
        if (__builtin_expect(slot < dict->used && value_same(dict->entries[slot].key, K(pc->c)),
                             1)) {
            R(pc->a) = dict->entries[slot].value;
            R(pc->a + FRAME_WORDS) = VALUE_UNDEFINED;
            NEXT(4);
        }
    }
    pc->op = OP_GET_METHOD;
    goto L_GET_METHOD;
}

// Enter a Mini function whose arguments lie in place: `window`, `function` and `count` are
// set. The specialised forms know that binding has nothing to do.
#define ENTER_FUNCTION(window_, function_, count_)                                                 \
    do {                                                                                           \
        Function *callee_ = (function_);                                                           \
        Frame *new_ = (Frame *)(window_);                                                          \
        Code *code_ = callee_->code;                                                               \
        Value *top_ = new_->registers + code_->register_count;                                     \
        if (__builtin_expect(top_ > thread->stack_limit ||                                         \
                                 thread->recursion_depth >= thread->interpreter->recursion_limit,  \
                             0)) {                                                                 \
            new_ = frame_push(thread, (Value *)new_, value_object(callee_), code_, (count_));      \
            if (new_ == NULL) {                                                                    \
                goto error;                                                                        \
            }                                                                                      \
        } else {                                                                                   \
            new_->function = value_object(callee_);                                                \
            new_->code = code_;                                                                    \
            new_->top = top_;                                                                      \
            new_->flags = 0;                                                                       \
            thread->recursion_depth++;                                                             \
        }                                                                                          \
        new_->result_register = pc->c;                                                             \
        new_->caller = frame;                                                                      \
        new_->pc = code_->instructions;                                                            \
        thread->frame = frame = new_;                                                              \
        constants = code_->constants;                                                              \
        pc = code_->instructions;                                                                  \
        DISPATCH();                                                                                \
    } while (0)
L_CALL:
    SAVE();
    specialise_call(thread, pc, R(pc->a), pc->b, false);
    if (pc->op == OP_CALL_CLASS) {
        goto L_CALL_CLASS;
    }
    switch (call_from_loop(thread, &R(pc->a), pc->b, NULL, &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }
L_CALL_FUNCTION:
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache, 1)) {
        ENTER_FUNCTION(&R(pc->a), (Function *)as_object(R(pc->a)), pc->b);
    }
    pc->op = OP_CALL;
    goto L_CALL;
L_CALL_NATIVE : {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache, 1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native->function(thread, &R(pc->a + FRAME_WORDS)), 2);
    }
    pc->op = OP_CALL;
    goto L_CALL;
}
L_CALL_CLASS : {
    SAVE();
    if (R(pc->a).bits != pc[1].cache) {
        pc->op = OP_CALL;
        goto L_CALL;
    }
    switch (call_class(thread, &R(pc->a), pc->b, &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }
}
L_CALL_METHOD : {
    SAVE();
    Value *window = &R(pc->a);
    size_t count = pc->b + 1u;
    if (is_undefined(window[FRAME_WORDS])) {
        window[1] = window[0];
        window++;
        count--;
    } else {
        specialise_call(thread, pc, window[0], count, true);
    }
    switch (call_from_loop(thread, window, count, NULL, &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }
}
L_CALL_METHOD_FUNCTION:
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache && !is_undefined(R(pc->a + FRAME_WORDS)),
                         1)) {
        ENTER_FUNCTION(&R(pc->a), (Function *)as_object(R(pc->a)), pc->b + 1u);
    }
    pc->op = OP_CALL_METHOD;
    goto L_CALL_METHOD;
L_CALL_METHOD_NATIVE : {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache && !is_undefined(R(pc->a + FRAME_WORDS)),
                         1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native->function(thread, &R(pc->a + FRAME_WORDS)), 2);
    }
    pc->op = OP_CALL_METHOD;
    goto L_CALL_METHOD;
}
L_CALL_KW:
    SAVE();
    switch (call_from_loop(thread, &R(pc->a), pc->b, as_tuple(K(pc[1].cache)), &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }
L_CALL_METHOD_KW : {
    SAVE();
    Value *window = &R(pc->a);
    size_t count = pc->b + 1u;
    if (is_undefined(window[FRAME_WORDS])) {
        window[1] = window[0];
        window++;
        count--;
    }
    switch (call_from_loop(thread, window, count, as_tuple(K(pc[1].cache)), &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }
}
L_CALL_EX:
    SAVE();
    switch (call_from_loop_ex(thread, &R(pc->a), &value)) {
    case CALL_ENTERED:
        thread->frame->result_register = pc->c;
        goto entered;
    case CALL_DONE:
        R(pc->c) = value;
        NEXT(2);
    case CALL_FAILED:
        goto error;
    }

entered: // thread->frame is a new innermost frame: go on there
    frame = thread->frame;
    pc = (Instruction *)frame->pc;
    constants = frame->code->constants;
    DISPATCH();

L_RETURN:
    value = R(pc->a);
    goto leave;
L_RETURN_NONE:
    value = VALUE_NONE;
leave:
    if (__builtin_expect(frame->flags == 0, 1)) {
        uint32_t reg = frame->result_register;
        thread->frame = frame = frame->caller;
        thread->recursion_depth--;
        pc = (Instruction *)frame->pc;
        constants = frame->code->constants;
        R(reg) = value;
        NEXT(2);
    }
    SAVE();
    {
        Frame *left = frame;
        uint32_t flags = left->flags;
        Value instance = flags & FRAME_CONSTRUCTOR ? *frame_instance(left) : VALUE_UNDEFINED;
        if (flags & FRAME_GENERATOR) {
            generator_finish(thread, generator_of(left));
        }
        thread->recursion_depth--;
        thread->frame = left->caller;
        uint32_t reg = left->result_register;
        Frame *caller = left->caller;
        if (flags & FRAME_CHUNK) {
            frame_pop_chunk(thread);
        }
        if (flags & FRAME_CONSTRUCTOR) {
            value = constructor_result(thread, instance, value);
        }
        if (flags & FRAME_ENTRY) {
            return value;
        }
        if (is_error(value)) {
            goto error;
        }
        frame = caller;
        pc = (Instruction *)frame->pc;
        constants = frame->code->constants;
        if ((flags & FRAME_GENERATOR) == 0) {
            R(reg) = value;
            NEXT(2);
        }
        if (pc->op == OP_YIELD_FROM) {
            generator_of(frame)->delegate = VALUE_UNDEFINED;
            R(pc->a) = value;
            NEXT(1);
        }
        NEXT(2); // FOR_NEXT: the end of the loop
    }

    // ---- Making things ----
L_BUILD_LIST:
    SAVE();
    R(pc->a) = value_object(list_from_array(thread, &R(pc->c), pc->b));
    NEXT(1);
L_BUILD_TUPLE:
    SAVE();
    R(pc->a) = value_object(tuple_from_array(thread, &R(pc->c), pc->b));
    NEXT(1);
L_BUILD_SET:
    SAVE();
    RESULT(pc->a, step_build_set(thread, &R(pc->c), pc->b), 1);
L_BUILD_DICT:
    SAVE();
    RESULT(pc->a, step_build_dict(thread, &R(pc->c), pc->b), 1);
L_BUILD_STRING : {
    SAVE();
    Str *joined = str_join(thread, thread->interpreter->empty_str, &R(pc->c), pc->b);
    RESULT(pc->a, value_object(joined), 1);
}
L_LIST_APPEND:
    SAVE();
    list_append(thread, as_list(R(pc->a)), R(pc->b));
    NEXT(1);
L_LIST_EXTEND:
    SAVE();
    REQUIRE(step_list_extend(thread, R(pc->a), R(pc->b)), 1);
L_SET_ADD:
    SAVE();
    REQUIRE(set_add(thread, as_set(R(pc->a)), R(pc->b)), 1);
L_SET_UPDATE:
    SAVE();
    REQUIRE(set_update(thread, as_set(R(pc->a)), R(pc->b)), 1);
L_DICT_SET:
    SAVE();
    REQUIRE(dict_set(thread, as_dict(R(pc->a)), R(pc->b), R(pc->c)), 1);
L_DICT_UPDATE:
    SAVE();
    REQUIRE(dict_update_mapping(thread, as_dict(R(pc->a)), R(pc->b)), 1);
L_DICT_MERGE:
    SAVE();
    REQUIRE(step_dict_merge(thread, R(pc->a), R(pc->b), R(pc->c)), 1);
L_LIST_TO_TUPLE : {
    SAVE();
    List *list = as_list(R(pc->b));
    R(pc->a) = value_object(tuple_from_array(thread, list->items, list->length));
    NEXT(1);
}
L_FORMAT:
    SAVE();
    RESULT(pc->a, step_format(thread, R(pc->b), pc->c == UINT16_MAX ? VALUE_UNDEFINED : R(pc->c)),
           1);
L_CONVERT:
    SAVE();
    RESULT(pc->a, step_convert(thread, R(pc->b), pc->c), 1);
L_UNPACK:
    if (is_exactly(R(pc->b), LAYOUT_TUPLE) && as_tuple(R(pc->b))->length == pc->c) {
        values_copy(&R(pc->a), as_tuple(R(pc->b))->items, pc->c);
        NEXT(1);
    }
    SAVE();
    REQUIRE(step_unpack(thread, R(pc->b), &R(pc->a), pc->c), 1);
L_UNPACK_STAR:
    SAVE();
    REQUIRE(step_unpack_star(thread, R(pc->b), &R(pc->a), pc->c >> 8, pc->c & 255), 1);
L_MAKE_FUNCTION:
    SAVE();
    R(pc->a) = function_new(thread, (Code *)as_object(K(pc->c)), GLOBALS(), &R(pc->b));
    NEXT(1);
L_BUILD_CLASS:
    SAVE();
    RESULT(
        pc->a,
        class_build(thread, R(pc->b), as_str(R(pc->b + 1)), as_tuple(R(pc->b + 2)), R(pc->b + 3)),
        1);

    // ---- Generators ----
L_GENERATOR:
    SAVE();
    value = generator_new(thread, frame);
    goto leave;
L_YIELD:
    SAVE();
    value = R(pc->b);
yield_value:
    for (;;) {
        Frame *left = frame;
        generator_suspend(thread, generator_of(left));
        thread->recursion_depth--;
        thread->frame = left->caller;
        if (left->flags & FRAME_ENTRY) {
            return value;
        }
        frame = left->caller;
        pc = (Instruction *)frame->pc;
        if (pc->op != OP_YIELD_FROM) {
            break;
        }
    }
    constants = frame->code->constants;
    R(pc->b) = value;
    NEXT(2 + pc[1].distance);
L_YIELD_FROM : {
    SAVE();
    Generator *generator = generator_of(frame);
    Value delegate = R(pc->b);
    Value sent = is_undefined(generator->delegate) ? VALUE_NONE : R(pc->a);
    Value result;
    generator->delegate = delegate;
    if (has_layout(delegate, LAYOUT_GENERATOR) &&
        ((Generator *)as_object(delegate))->state != GENERATOR_CLOSED) {
        if (!generator_enter(thread, (Generator *)as_object(delegate), sent, 0)) {
            generator->delegate = VALUE_UNDEFINED;
            goto error;
        }
        goto entered;
    }
    value = step_send(thread, delegate, sent, &result);
    if (!is_error(value) && !is_undefined(value)) {
        goto yield_value;
    }
    generator->delegate = VALUE_UNDEFINED;
    RESULT(pc->a, is_error(value) ? value : result, 1);
}
L_GET_YIELD_FROM_ITER:
    SAVE();
    RESULT(pc->a, step_yield_from_iterator(thread, R(pc->b)), 1);
L_GET_AWAITABLE:
    SAVE();
    RESULT(pc->a, step_awaitable(thread, R(pc->b)), 1);
L_GET_ASYNC_ITER:
L_GET_ASYNC_NEXT:
L_ASYNC_YIELD:
L_END_ASYNC_FOR:
    SAVE();
    raise_error(thread, ERROR_NotImplementedError, "asynchronous iteration is not supported yet");
    goto error;

    // ---- Exceptions ----
L_RAISE:
    SAVE();
    if (step_raise(thread, R(pc->a), R(pc->b))) {
        goto unwind;
    }
    goto error;
L_RERAISE:
    SAVE();
    thread->exception = R(pc->a);
    goto unwind;
L_ENTER_HANDLER:
    R(pc->a + 1) = enter_handler(thread, frame, R(pc->a));
    NEXT(1);
L_LEAVE_HANDLER:
    leave_handler(thread, frame, R(pc->a + 1));
    NEXT(1);
L_MATCH_EXCEPTION : {
    SAVE();
    int t = exception_matches(thread, R(pc->b), R(pc->c));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(t));
}
L_MATCH_GROUP:
    SAVE();
    REQUIRE(exception_group_match(thread, R(pc->b), R(pc->c), &R(pc->a), &R(pc->a + 1)), 1);
L_GROUP_RERAISE:
    SAVE();
    RESULT(pc->a, exception_group_reraise(thread, R(pc->b), R(pc->c)), 1);
L_RAISE_ASSERTION:
    SAVE();
    step_assertion(thread, R(pc->a));
    goto error;
L_WITH_ENTER:
    SAVE();
    REQUIRE(step_with_enter(thread, &R(pc->a), R(pc->b), pc->c), 1);
L_WITH_EXIT:
    SAVE();
    RESULT(pc->a, step_with_exit(thread, &R(pc->b)), 1);

    // ---- Imports, matching, the rest ----
L_IMPORT_NAME:
    SAVE();
    RESULT(pc->a, import_name(thread, frame, NAME_AT(pc->c), R(pc->b), R(pc->b + 1)), 1);
L_IMPORT_FROM:
    SAVE();
    RESULT(pc->a, import_from(thread, R(pc->b), NAME_AT(pc->c)), 1);
L_IMPORT_STAR:
    SAVE();
    REQUIRE(import_star(thread, frame, R(pc->a)), 1);
L_MATCH_SEQUENCE:
    STORE(value_bool(is_pattern_sequence(thread, R(pc->b))));
L_MATCH_MAPPING:
    STORE(value_bool(is_pattern_mapping(thread, R(pc->b))));
L_MATCH_KEYS:
    SAVE();
    RESULT(pc->a, step_match_keys(thread, R(pc->b), as_tuple(R(pc->c))), 1);
L_MATCH_CLASS:
    SAVE();
    RESULT(pc->a, step_match_class(thread, R(pc->b), R(pc->c), R(pc->c + 1), (size_t)pc[1].cache),
           2);
L_COPY_DICT_WITHOUT:
    SAVE();
    RESULT(pc->a, step_dict_without(thread, R(pc->b), as_tuple(R(pc->c))), 1);
L_GET_LENGTH : {
    SAVE();
    int64_t length = operation_length(thread, R(pc->b));
    RESULT(pc->a, length < 0 ? VALUE_ERROR : int_from_int64(thread, length), 1);
}
L_PRINT_EXPR:
    SAVE();
    REQUIRE(step_print_expression(thread, R(pc->a)), 1);
L_SETUP_ANNOTATIONS:
    SAVE();
    REQUIRE(step_setup_annotations(thread, frame, R(pc->a)), 1);

    // ---- Unwinding ----
error: // an exception was raised at thread->frame's current instruction
    frame = thread->frame;
    traceback_add(thread, thread->exception, frame->code, frame->pc, frame_globals(frame));
unwind:
    for (;;) {
        const Handler *handler = find_handler(frame->code, frame->pc);
        if (handler != NULL) {
            R(handler->reg) = thread->exception;
            thread->exception = VALUE_UNDEFINED;
            pc = frame->code->instructions + handler->target;
            constants = frame->code->constants;
            DISPATCH();
        }
        uint32_t flags = frame->flags;
        abandon_frame(thread, frame);
        if (flags & FRAME_ENTRY) {
            return VALUE_ERROR;
        }
        frame = thread->frame;
        traceback_add(thread, thread->exception, frame->code, frame->pc, frame_globals(frame));
    }
}
