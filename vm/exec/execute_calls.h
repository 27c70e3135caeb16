// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: calls and returns.
//
// The arguments of a call lie where the callee's registers will be (frame.h), so a call of a Mini
// function with just the arguments it wants is: write the frame's header, and go on with the
// callee's code. What needs more thought (defaults, keywords, classes, natives) goes through
// call.c and comes back as a CallOutcome.
//
// The loop itself has no recursion: a return changes back to the caller's frame, and only a frame
// that C code asked for (FRAME_ENTRY) leaves execute().

// Where a call that went through call.c goes on.
#define FINISH_CALL(outcome)                                                                       \
    do {                                                                                           \
        switch (outcome) {                                                                         \
        case CALL_ENTERED:                                                                         \
            thread->frame->result_register = pc->c;                                                \
            goto entered;                                                                          \
        case CALL_DONE:                                                                            \
            R(pc->c) = value;                                                                      \
            NEXT(2);                                                                               \
        case CALL_FAILED:                                                                          \
            goto error;                                                                            \
        }                                                                                          \
        __builtin_unreachable();                                                                   \
    } while (0)

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
OPCODE(CALL) {
    SAVE();
    specialise_call(thread, pc, R(pc->a), pc->b, CALL_PLAIN);
    if (pc->op == OP_CALL_CLASS) {
        goto L_CALL_CLASS;
    }
    FINISH_CALL(call_from_loop(thread, &R(pc->a), pc->b, NULL, &value));
}
OPCODE(CALL_FUNCTION) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache, 1)) {
        ENTER_FUNCTION(&R(pc->a), (Function *)as_object(R(pc->a)), pc->b);
    }
    FALL_BACK(CALL);
}
OPCODE(CALL_NATIVE) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache, 1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native->function(thread, &R(pc->a + FRAME_WORDS)), 2);
    }
    FALL_BACK(CALL);
}
OPCODE(CALL_CLASS) {
    SAVE();
    if (R(pc->a).bits != pc[1].cache) {
        FALL_BACK(CALL);
    }
    FINISH_CALL(call_class(thread, &R(pc->a), pc->b, &value));
}
OPCODE(CALL_TYPE) {
    SAVE();
    Value type = R(pc->a);
    if (__builtin_expect(type.bits == pc[1].cache, 1)) {
        CallFunction construct = as_type(type)->slots.construct;
        RESULT(pc->c, construct(thread, type, &R(pc->a + FRAME_WORDS), pc->b, NULL), 2);
    }
    FALL_BACK(CALL);
}
OPCODE(CALL_METHOD) {
    SAVE();
    Value *window = &R(pc->a);
    size_t count = pc->b + 1u;
    if (is_undefined(window[FRAME_WORDS])) {
        window[1] = window[0];
        window++;
        count--;
        specialise_call(thread, pc, window[0], count, CALL_STATIC);
        if (pc->op == OP_CALL_STATIC_CLASS) {
            goto L_CALL_STATIC_CLASS;
        }
    } else {
        specialise_call(thread, pc, window[0], count, CALL_WITH_SELF);
    }
    FINISH_CALL(call_from_loop(thread, window, count, NULL, &value));
}
OPCODE(CALL_METHOD_FUNCTION) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache && !is_undefined(R(pc->a + FRAME_WORDS)),
                         1)) {
        ENTER_FUNCTION(&R(pc->a), (Function *)as_object(R(pc->a)), pc->b + 1u);
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_METHOD_NATIVE) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache && !is_undefined(R(pc->a + FRAME_WORDS)),
                         1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native->function(thread, &R(pc->a + FRAME_WORDS)), 2);
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_NATIVE_DEFAULTS) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache, 1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native_call_simple(thread, native, &R(pc->a + FRAME_WORDS), pc->b), 2);
    }
    FALL_BACK(CALL);
}
OPCODE(CALL_METHOD_NATIVE_DEFAULTS) {
    SAVE();
    if (__builtin_expect(R(pc->a).bits == pc[1].cache && !is_undefined(R(pc->a + FRAME_WORDS)),
                         1)) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native_call_simple(thread, native, &R(pc->a + FRAME_WORDS), pc->b + 1u), 2);
    }
    FALL_BACK(CALL_METHOD);
}

// ---- CALL_METHOD of what has no self: CALL, one register higher ----

// Is the callee the remembered one, and without self?
#define STATIC_CALLEE_FITS()                                                                       \
    __builtin_expect(R(pc->a).bits == pc[1].cache && is_undefined(R(pc->a + FRAME_WORDS)), 1)
OPCODE(CALL_STATIC_FUNCTION) {
    SAVE();
    if (STATIC_CALLEE_FITS()) {
        ENTER_FUNCTION(&R(pc->a + 1), (Function *)as_object(R(pc->a)), pc->b);
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_STATIC_NATIVE) {
    SAVE();
    if (STATIC_CALLEE_FITS()) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native->function(thread, &R(pc->a + 1 + FRAME_WORDS)), 2);
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_STATIC_NATIVE_DEFAULTS) {
    SAVE();
    if (STATIC_CALLEE_FITS()) {
        Native *native = (Native *)as_object(R(pc->a));
        RESULT(pc->c, native_call_simple(thread, native, &R(pc->a + 1 + FRAME_WORDS), pc->b), 2);
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_STATIC_CLASS) {
    SAVE();
    if (STATIC_CALLEE_FITS()) {
        R(pc->a + 1) = R(pc->a);
        FINISH_CALL(call_class(thread, &R(pc->a + 1), pc->b, &value));
    }
    FALL_BACK(CALL_METHOD);
}
OPCODE(CALL_STATIC_TYPE) {
    SAVE();
    if (STATIC_CALLEE_FITS()) {
        Value type = R(pc->a);
        CallFunction construct = as_type(type)->slots.construct;
        RESULT(pc->c, construct(thread, type, &R(pc->a + 1 + FRAME_WORDS), pc->b, NULL), 2);
    }
    FALL_BACK(CALL_METHOD);
}

// ---- Calls with keywords or spread arguments, and returns ----
OPCODE(CALL_KW) {
    SAVE();
    FINISH_CALL(call_from_loop(thread, &R(pc->a), pc->b, as_tuple(K(pc[1].cache)), &value));
}
OPCODE(CALL_METHOD_KW) {
    SAVE();
    Value *window = &R(pc->a);
    size_t count = pc->b + 1u;
    if (is_undefined(window[FRAME_WORDS])) {
        window[1] = window[0];
        window++;
        count--;
    }
    FINISH_CALL(call_from_loop(thread, window, count, as_tuple(K(pc[1].cache)), &value));
}
OPCODE(CALL_EX) {
    SAVE();
    FINISH_CALL(call_from_loop_ex(thread, &R(pc->a), &value));
}
OPCODE(RETURN) {
    value = R(pc->a);
    goto leave;
}
OPCODE(RETURN_NONE) {
    value = VALUE_NONE;
    goto leave;
}
