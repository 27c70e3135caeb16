// SPDX-License-Identifier: MIT
//
// Bodies of opcodes: generators and exceptions.
//
// A generator's frame lives in the generator. A yield unlinks it and goes on in the frame that
// resumed it; through a chain of `yield from` the value travels to the outermost at once.
//
// Handlers are found by tables, so entering `try` costs nothing; ENTER_HANDLER and LEAVE_HANDLER
// only keep track of what is the current exception.

// ---- Generators ----
OPCODE(GENERATOR) {
    SAVE();
    value = generator_new(thread, frame);
    goto leave;
}
OPCODE(YIELD) {
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
}
OPCODE(YIELD_FROM) {
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
OPCODE(GET_YIELD_FROM_ITER) {
    SAVE();
    RESULT(pc->a, step_yield_from_iterator(thread, R(pc->b)), 1);
}
OPCODE(GET_AWAITABLE) {
    SAVE();
    RESULT(pc->a, step_awaitable(thread, R(pc->b), (AwaitPlace)pc->c), 1);
}
OPCODE(GET_ASYNC_ITER) {
    SAVE();
    RESULT(pc->a, async_for_iter(thread, R(pc->b)), 1);
}
OPCODE(GET_ASYNC_NEXT) {
    SAVE();
    RESULT(pc->a, async_for_next(thread, R(pc->b)), 1);
}
OPCODE(ASYNC_YIELD) {
    SAVE();
    generator_of(frame)->yielded_item = true;
    value = R(pc->b);
    goto yield_value;
}
OPCODE(END_ASYNC_FOR) {
    if (exception_is(thread, R(pc->a), ERROR_StopAsyncIteration)) {
        NEXT(1);
    }
    SAVE();
    thread->exception = R(pc->a);
    goto unwind;
}
// ---- Exceptions ----
OPCODE(RAISE) {
    SAVE();
    if (step_raise(thread, R(pc->a), R(pc->b))) {
        goto unwind;
    }
    goto error;
}
OPCODE(RERAISE) {
    SAVE();
    thread->exception = R(pc->a);
    goto unwind;
}
OPCODE(ENTER_HANDLER) {
    R(pc->a + 1) = enter_handler(thread, frame, R(pc->a));
    NEXT(1);
}
OPCODE(LEAVE_HANDLER) {
    leave_handler(thread, frame, R(pc->a + 1));
    NEXT(1);
}
OPCODE(MATCH_EXCEPTION) {
    SAVE();
    int t = exception_matches(thread, R(pc->b), R(pc->c));
    if (t < 0) {
        goto error;
    }
    STORE(value_bool(t));
}
OPCODE(MATCH_GROUP) {
    SAVE();
    REQUIRE(exception_group_match(thread, R(pc->b), R(pc->c), &R(pc->a), &R(pc->a + 1)), 1);
}
OPCODE(GROUP_RERAISE) {
    SAVE();
    RESULT(pc->a, exception_group_reraise(thread, R(pc->b), R(pc->c)), 1);
}
OPCODE(RAISE_ASSERTION) {
    SAVE();
    step_assertion(thread, R(pc->a));
    goto error;
}
OPCODE(WITH_ENTER) {
    SAVE();
    REQUIRE(step_with_enter(thread, &R(pc->a), R(pc->b), pc->c), 1);
}
OPCODE(WITH_EXIT) {
    SAVE();
    RESULT(pc->a, step_with_exit(thread, &R(pc->b)), 1);
}
