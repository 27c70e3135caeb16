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
// stop?". A table full of `count_tick` counts bytecodes for the policy `ticks`, one full of `trace`
// tells a debugger of each line, and one with `step` in the places of the instructions that other
// threads could notice lets a schedule decide before each of them. CPython instead tests a flag
// (eval_breaker) at calls and loop ends.
//
// Only the holder of the GIL is in here, so instructions may be rewritten in place: a general
// opcode that has seen its operands' types replaces itself with a specialised one, which checks
// that assumption and falls back if it fails.
//
// The bodies stand in the files execute_*.h, by subject, and are included into the one function.
// They are short: what needs more than a few lines is a function elsewhere, in operations.c for
// operators, cache.c for inline caches, steps.c for the rest.
#include "execute.h"

#include "async_generator.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "float_object.h"
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
#include "slot_table.h"
#include "str.h"
#include "traceback.h"
#include "tracing.h"
#include "tuple.h"
#include "type.h"
#include "visible.h"

#include "loop_values.h"
#include "loop_words.h"

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

// An exception is on its way through a frame.
static void note_exception(Thread *thread, Frame *frame) {
    traceback_add(thread, frame);
    if (frame->flags & FRAME_TRACED) {
        tracing_raised(thread, frame);
    }
}

// A frame is left by an exception. Its memory may go with its chunk, so look at it before. Its
// registers are wiped: the next frame there would keep alive what they refer to, which after a
// MemoryError can be nearly everything.
static void abandon_frame(Thread *thread, Frame *frame) {
    uint32_t flags = frame->flags;
    traceback_forget(thread, frame);
    if (flags & FRAME_TRACED) {
        tracing_unwound(thread, frame);
    }
    Frame *caller = frame->caller;
    if (flags & FRAME_GENERATOR) {
        generator_finish(thread, generator_of(frame));
    } else {
        memset(frame->registers, 0, (size_t)((char *)frame->top - (char *)frame->registers));
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
        before = generator->handled;
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
        [LABEL_TRACE] = &&trace,
        [LABEL_STEP] = &&step,
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
    goto * thread->interpreter->labels[thread->tracing ? LABEL_TRACE : LABEL_STEP];

trace: // the program watches this thread (tracing.c)
    SAVE();
    if (!tracing_step(thread)) {
        goto error;
    }
    goto step;

step: // other threads could notice what this instruction does (visible.c)
    if (thread->interpreter->watches_steps) {
        SAVE();
        visible_step(thread);
    }
    goto * thread->interpreter->labels[pc->op];

count_tick:
    if (--thread->core.ticks_left == 0) {
        goto trap;
    }
    goto * thread->interpreter->labels[pc->op];

#include "execute_arithmetic.h"
#include "execute_attributes.h"
#include "execute_calls.h"
#include "execute_comparison.h"
#include "execute_generators.h"
#include "execute_loops.h"
#include "execute_making.h"
#include "execute_variables.h"

    // ---- Entering and leaving frames ----
entered: // thread->frame is a new innermost frame: go on there
    frame = thread->frame;
    pc = (Instruction *)frame->pc;
    constants = frame->code->constants;
    DISPATCH();

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
        if (flags & FRAME_TRACED) {
            tracing_left(thread, left);
        }
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
        if (flags & FRAME_NEXT) {
            R(pc->b) = value;
            NEXT(2 + pc[1].distance);
        }
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

    // ---- Unwinding ----
error: // an exception was raised at thread->frame's current instruction
    frame = thread->frame;
    note_exception(thread, frame);
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
        if ((flags & FRAME_NEXT) && error_matches(thread, ERROR_StopIteration)) {
            error_clear(thread);
            pc = (Instruction *)frame->pc + 2; // the end of the loop
            constants = frame->code->constants;
            DISPATCH();
        }
        note_exception(thread, frame);
    }
}
