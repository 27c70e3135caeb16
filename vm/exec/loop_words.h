// SPDX-License-Identifier: MIT
//
// The words that the bodies of the opcodes are written in.
//
// A body reads its operands with R, K and NAME_AT, does its work, and ends with one of NEXT, STORE,
// RESULT, REQUIRE and JUMP_IF: each stores what there is to store and jumps straight to the body of
// the next instruction. These are macros because they are pieces of one function, execute(): they
// use its variables `thread`, `frame`, `pc` and `constants`, and its label `error`.
//
// SAVE() tells the rest of the world where the frame is. Whatever may raise, call, allocate or
// switch threads must come after it.

#pragma once

// Registers and constants. `frame`, `pc` and `constants` are the loop's only state.
#define R(i) frame->registers[i]
#define K(i) constants[i]
#define NAME_AT(i) as_str(K(i))

// Where the frame is, for tracebacks, for the collector's view of it, and for other threads.
#define SAVE() (frame->pc = pc)
// The body of an instruction. Other threads overwrite the table, so this should be an atomic load;
// an ordinary one of an aligned word is just as indivisible, never remembered (the next instruction
// is another), and GCC folds it into the jump, which saves every bytecode an addition.
#if defined(__SANITIZE_THREAD__)
#define LABEL_OF(instruction)                                                                      \
    __atomic_load_n(&thread->dispatch[(instruction)->op], __ATOMIC_RELAXED)
#else
#define LABEL_OF(instruction) thread->dispatch[(instruction)->op]
#endif
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

// The body of an opcode: a label, and a block that ends by going elsewhere.
#define OPCODE(name) L_##name:

// The globals of the running function.
#define GLOBALS() (((Function *)as_object(frame->function))->globals)

// The specialised form met something else than it was made for: be the general form again.
#define FALL_BACK(general)                                                                         \
    do {                                                                                           \
        pc->op = OP_##general;                                                                     \
        goto L_##general;                                                                          \
    } while (0)
// Store a result that can be no error.
#define STORE(v)                                                                                   \
    do {                                                                                           \
        R(pc->a) = (v);                                                                            \
        NEXT(1);                                                                                   \
    } while (0)
// Whether an object has the shape that this instruction met last time.
#define HAS_CACHED_SHAPE(v)                                                                        \
    __builtin_expect(                                                                              \
        is_object(v) && object_shape_word(as_object(v)) == (Shape *)(uintptr_t)pc[1].cache, 1)
