// SPDX-License-Identifier: MIT
//
// Async generators: functions that both yield and await.
//
// Nobody iterates over an async generator directly. asend(), athrow() and aclose() make a small
// awaitable, a *step*; awaiting it runs the generator until its next `yield`. Two kinds of values
// come out of the frame then: what an `await` inside hands up to the event loop, which the step
// passes on, and the item of a `yield`, which ends the step with that item as its result. The frame
// tells them apart by `yielded_item`, set by ASYNC_YIELD alone. (CPython wraps the item instead.)
//
// While a step is under way the generator is `stepping`, and a second step is refused: it would
// resume a frame that waits for something else. A step is used once: CREATED, UNDER_WAY, USED.
//
// An async generator that is dropped in the middle is not resumed; the event loop may learn of it
// and close it (farewell.h).
#include "async_generator.h"

#include "call.h"
#include "exception.h"
#include "execute.h"
#include "native.h"
#include "operations.h"
#include "type.h"

typedef enum StepKind { STEP_SEND, STEP_THROW, STEP_CLOSE } StepKind;
typedef enum StepState { STEP_CREATED, STEP_UNDER_WAY, STEP_USED } StepState;

typedef struct AsyncStep {
    Awaiter awaiter; // sends into the generator; the result is the item
    Generator *generator;
    Value sent;    // STEP_SEND
    Thrown thrown; // STEP_THROW and STEP_CLOSE
    uint32_t kind, state;
} AsyncStep;

static const Thrown nothing_thrown = {VALUE_UNDEFINED, VALUE_UNDEFINED, VALUE_UNDEFINED};

static AsyncStep *as_step(Value v) {
    return (AsyncStep *)as_object(v);
}

static Value async_step_send(Thread *thread, Value self, Value sent, Value *result);

static Value step_new(Thread *thread, Value generator, StepKind kind, Value sent, Thrown thrown) {
    TypeIndex type = kind == STEP_SEND ? TYPE_async_generator_asend : TYPE_async_generator_athrow;
    AsyncStep *step = object_new_sized(thread, builtin_type(thread, type), sizeof(AsyncStep));
    step->awaiter.send = async_step_send;
    step->generator = (Generator *)as_object(generator);
    step->sent = sent;
    step->thrown = thrown;
    step->kind = kind;
    step->state = STEP_CREATED;
    return value_object(step);
}

static const char *step_name(const AsyncStep *step) {
    return step->kind == STEP_SEND ? "anext" : step->kind == STEP_THROW ? "athrow" : "aclose";
}

// ---- One turn of a step ----

static Value raise_stop_async(Thread *thread) {
    return raise_value(thread, value_object(exception_new(thread, ERROR_StopAsyncIteration, NULL)));
}

static bool is_end(Thread *thread) {
    return error_matches(thread, ERROR_StopAsyncIteration) ||
           error_matches(thread, ERROR_GeneratorExit);
}

// `v` is what resuming the generator gave, in the terms of generator_resume; now in those of a
// step, to which the generator's end is StopAsyncIteration.
static Value settle(Thread *thread, AsyncStep *step, Value v) {
    Generator *generator = step->generator;
    if (!is_undefined(v) && !is_error(v) && !generator->yielded_item) {
        return v; // something inside awaits
    }
    step->state = STEP_USED;
    generator->stepping = false;
    if (generator->yielded_item) {
        generator->yielded_item = false;
        return VALUE_UNDEFINED;
    }
    if (is_undefined(v)) {
        v = raise_stop_async(thread);
    }
    generator->stopped |= is_end(thread);
    return v;
}

// The same for aclose(), which wants the generator to end and has no result.
static Value settle_close(Thread *thread, AsyncStep *step, Value v, Value *result) {
    bool yielded = step->generator->yielded_item;
    v = settle(thread, step, v);
    *result = VALUE_NONE;
    if (yielded) {
        return raise_error(thread, ERROR_RuntimeError, "async generator ignored GeneratorExit");
    }
    if (is_error(v) && is_end(thread)) {
        error_clear(thread);
        return VALUE_UNDEFINED;
    }
    return v;
}

static Value settled(Thread *thread, AsyncStep *step, Value v, Value *result) {
    if (step->kind == STEP_CLOSE) {
        return settle_close(thread, step, v, result);
    }
    if (step->generator->yielded_item) {
        *result = v;
    }
    return settle(thread, step, v);
}

static Value refuse_used(Thread *thread, const AsyncStep *step) {
    return raise_error(thread, ERROR_RuntimeError, "cannot reuse already awaited %s",
                       step->kind == STEP_SEND ? "__anext__()/asend()" : "aclose()/athrow()");
}

static bool begin(Thread *thread, AsyncStep *step) {
    if (step->generator->stepping) {
        step->state = STEP_USED;
        return raise_false(thread, ERROR_RuntimeError,
                           "%s(): asynchronous generator is already running", step_name(step));
    }
    step->state = STEP_UNDER_WAY;
    step->generator->stepping = true;
    return true;
}

// The first turn of athrow() and aclose().
static Value begin_throw(Thread *thread, AsyncStep *step, Value sent, Value *result) {
    Generator *generator = step->generator;
    if (generator->stopped && !generator->stepping) {
        step->state = STEP_USED;
        return raise_stop_async(thread);
    }
    if (!is_none(sent) && !generator->stepping) {
        return raise_error(thread, ERROR_RuntimeError,
                           "can't send non-None value to a just-started coroutine");
    }
    if (!begin(thread, step)) {
        return VALUE_ERROR;
    }
    generator->stopped |= step->kind == STEP_CLOSE;
    Value v = generator_throw(thread, generator, &step->thrown, result);
    return settled(thread, step, v, result);
}

static Value send_throw(Thread *thread, AsyncStep *step, Value sent, Value *result) {
    if (step->generator->state == GENERATOR_CLOSED) {
        step->state = STEP_USED;
        *result = VALUE_NONE;
        return VALUE_UNDEFINED;
    }
    if (step->state == STEP_CREATED) {
        return begin_throw(thread, step, sent, result);
    }
    Value v = generator_resume(thread, step->generator, sent, result);
    return settled(thread, step, v, result);
}

static Value async_step_send(Thread *thread, Value self, Value sent, Value *result) {
    AsyncStep *step = as_step(self);
    if (step->state == STEP_USED) {
        return refuse_used(thread, step);
    }
    if (step->kind != STEP_SEND) {
        return send_throw(thread, step, sent, result);
    }
    if (step->state == STEP_CREATED) {
        if (!begin(thread, step)) {
            return VALUE_ERROR;
        }
        sent = is_none(sent) ? step->sent : sent;
    }
    return settled(thread, step, generator_resume(thread, step->generator, sent, result), result);
}

static Value step_throw(Thread *thread, AsyncStep *step, Thrown thrown, Value *result) {
    if (step->state == STEP_USED) {
        return refuse_used(thread, step);
    }
    if (step->state == STEP_CREATED && !begin(thread, step)) {
        return VALUE_ERROR;
    }
    return settled(thread, step, generator_throw(thread, step->generator, &thrown, result), result);
}

// ---- The awaitables as objects ----

// The end of an awaitable as callers of send() see it.
static Value ended(Thread *thread, Value v, Value result) {
    if (!is_undefined(v)) {
        return v;
    }
    return raise_stop_iteration(thread, is_none(result) ? VALUE_UNDEFINED : result);
}

static Value step_send_method(Thread *thread, Value *args) {
    Value result = VALUE_NONE;
    return ended(thread, async_step_send(thread, args[0], args[1], &result), result);
}

static Value step_throw_method(Thread *thread, Value *args) {
    Value result = VALUE_NONE;
    Thrown thrown = {args[1], args[2], args[3]};
    if (!generator_check_thrown(thread, &thrown, "throw"))
        return VALUE_ERROR;
    return ended(thread, step_throw(thread, as_step(args[0]), thrown, &result), result);
}

static Value step_close_method(Thread *thread, Value *args) {
    AsyncStep *step = as_step(args[0]);
    if (step->state == STEP_USED) {
        return VALUE_NONE;
    }
    Value result = VALUE_NONE;
    Value v = step_throw(thread, step, generator_exit(thread), &result);
    if (is_error(v) && is_end(thread)) {
        error_clear(thread);
        return VALUE_NONE;
    }
    if (is_error(v) || is_undefined(v)) {
        return is_error(v) ? v : VALUE_NONE;
    }
    return raise_error(thread, ERROR_RuntimeError, "coroutine ignored GeneratorExit");
}

static Value itself(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value step_next(Thread *thread, Value self) {
    Value result = VALUE_NONE;
    Value v = async_step_send(thread, self, VALUE_NONE, &result);
    return is_undefined(v) && !is_none(result) ? raise_stop_iteration(thread, result) : v;
}

static void step_trace(Marker *marker, Object *object) {
    AsyncStep *step = (AsyncStep *)object;
    mark_object(marker, step->generator);
    mark_value(marker, step->sent);
    mark_value(marker, step->thrown.type);
    mark_value(marker, step->thrown.value);
    mark_value(marker, step->thrown.traceback);
}

static const NativeSpec step_methods[] = {
    {"send", step_send_method, "(self, value, /)", "Resume with `value`.", 0},
    {"throw", step_throw_method, "(self, type, value=..., traceback=..., /)",
     "Raise an exception where the generator is suspended.", 0},
    {"close", step_close_method, "(self, /)",
     "Raise GeneratorExit where the generator is suspended.", 0},
    {0},
};

#define STEP_SLOTS                                                                                 \
    { .iter = itself, .next = step_next, .await = itself, .trace = step_trace }

const TypeSpec async_generator_asend_type_spec = {
    .name = "async_generator_asend",
    .doc = "The awaitable of an async generator's next item.",
    .type_index = TYPE_async_generator_asend,
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(AsyncStep),
    .slots = STEP_SLOTS,
    .methods = step_methods,
};
const TypeSpec async_generator_athrow_type_spec = {
    .name = "async_generator_athrow",
    .doc = "The awaitable of athrow() and aclose().",
    .type_index = TYPE_async_generator_athrow,
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(AsyncStep),
    .slots = STEP_SLOTS,
    .methods = step_methods,
};

bool async_step_has_not_begun(const Object *step) {
    return ((const AsyncStep *)step)->state == STEP_CREATED;
}

const char *async_step_method(const Object *object, Generator **generator) {
    static const char *const names[] = {"asend", "athrow", "aclose"};
    const AsyncStep *step = (const AsyncStep *)object;
    *generator = step->generator;
    return names[step->kind];
}

// ---- The generator's own methods ----

// A step that a program has asked for by name; it is a mistake not to await it.
static Value watched(Thread *thread, Value step, NativeFunction method) {
    farewells_step(thread, as_object(step), method);
    return step;
}

Value async_generator_iter(Thread *thread, Value self) {
    return itself(thread, self);
}

// Whoever makes the first step makes the generator known to the event loop.
static bool begin_iteration(Thread *thread, Value generator) {
    return farewells_async_generator(thread, (Generator *)as_object(generator));
}

Value async_generator_next(Thread *thread, Value self) {
    if (!begin_iteration(thread, self))
        return VALUE_ERROR;
    return step_new(thread, self, STEP_SEND, VALUE_NONE, nothing_thrown);
}

static Value asend(Thread *thread, Value *args) {
    if (!begin_iteration(thread, args[0]))
        return VALUE_ERROR;
    return watched(thread, step_new(thread, args[0], STEP_SEND, args[1], nothing_thrown), asend);
}

static Value athrow(Thread *thread, Value *args) {
    Thrown thrown = {args[1], args[2], args[3]};
    if (!generator_check_thrown(thread, &thrown, "athrow") || !begin_iteration(thread, args[0]))
        return VALUE_ERROR;
    return watched(thread, step_new(thread, args[0], STEP_THROW, VALUE_NONE, thrown), athrow);
}

static Value aclose(Thread *thread, Value *args) {
    if (!begin_iteration(thread, args[0]))
        return VALUE_ERROR;
    Value step = step_new(thread, args[0], STEP_CLOSE, VALUE_NONE, generator_exit(thread));
    return watched(thread, step, aclose);
}

const NativeSpec async_generator_methods[] = {
    {"asend", asend, "(self, value, /)",
     "Return an awaitable that sends `value` into the generator and delivers its next item.", 0},
    {"athrow", athrow, "(self, type, value=..., traceback=..., /)",
     "Return an awaitable that raises an exception where the generator is suspended.", 0},
    {"aclose", aclose, "(self, /)",
     "Return an awaitable that raises GeneratorExit where the generator is suspended.", 0},
    {0},
};

// ---- async for ----

Value async_for_iter(Thread *thread, Value v) {
    UnaryFunction iter = type_of(thread, v)->slots.async_iter;
    if (iter == NULL) {
        return raise_error(thread, ERROR_TypeError,
                           "'async for' requires an object with __aiter__ method, got %s",
                           type_name(thread, v));
    }
    Value iterator = iter(thread, v);
    if (!is_error(iterator) && type_of(thread, iterator)->slots.async_next == NULL) {
        return raise_error(thread, ERROR_TypeError,
                           "'async for' received an object from __aiter__ that does not implement "
                           "__anext__: %s",
                           type_name(thread, iterator));
    }
    return iterator;
}

Value async_for_next(Thread *thread, Value iterator) {
    UnaryFunction next = type_of(thread, iterator)->slots.async_next;
    if (next == NULL) {
        return raise_error(thread, ERROR_TypeError,
                           "'async for' requires an iterator with __anext__ method, got %s",
                           type_name(thread, iterator));
    }
    Value awaitable = next(thread, iterator);
    if (is_error(awaitable) || is_exactly(awaitable, LAYOUT_ASYNC_STEP)) {
        return awaitable;
    }
    Value steps = step_awaitable(thread, awaitable, AWAIT_EXPRESSION);
    if (!is_error(steps)) {
        return steps;
    }
    Value cause = error_take(thread);
    raise_error(thread, ERROR_TypeError,
                "'async for' received an invalid object from __anext__: %s",
                type_name(thread, awaitable));
    Exception *error = as_exception(thread->exception);
    error->cause = error->context = cause;
    error->suppress_context = 1;
    return VALUE_ERROR;
}

// ---- anext() with a default ----

typedef struct NextOr {
    Object object;
    Value awaitable; // what __anext__ gave; once asked for, an iterator to delegate to
    Value fallback;
    bool is_open; // it is
} NextOr;

static NextOr *as_next_or(Value v) {
    return (NextOr *)as_object(v);
}

// A StopAsyncIteration of the awaited step has become the awaitable's result.
static Value fall_back(Thread *thread, const NextOr *self, Value v) {
    if (!is_error(v) || !error_matches(thread, ERROR_StopAsyncIteration)) {
        return v;
    }
    error_clear(thread);
    return raise_stop_iteration(thread, self->fallback);
}

// Whether it can be awaited at all is known only when somebody does.
static bool open_awaitable(Thread *thread, NextOr *self) {
    if (!self->is_open) {
        Value steps = step_awaitable(thread, self->awaitable, AWAIT_EXPRESSION);
        if (is_error(steps)) {
            return false;
        }
        self->awaitable = steps;
        self->is_open = true;
    }
    return true;
}

static Value next_or_send(Thread *thread, Value *args) {
    Value result;
    if (!open_awaitable(thread, as_next_or(args[0]))) {
        return VALUE_ERROR;
    }
    Value v = step_send(thread, as_next_or(args[0])->awaitable, args[1], &result);
    return ended(thread, fall_back(thread, as_next_or(args[0]), v), result);
}

static Value next_or_next(Thread *thread, Value self) {
    Value args[] = {self, VALUE_NONE};
    return next_or_send(thread, args);
}

static Value next_or_throw(Thread *thread, Value *args) {
    NextOr *self = as_next_or(args[0]);
    if (!open_awaitable(thread, self)) {
        return VALUE_ERROR;
    }
    size_t count = is_undefined(args[2]) ? 1 : is_undefined(args[3]) ? 2 : 3;
    Str *name = common_name(thread, NAME_throw);
    return fall_back(thread, self, call_method(thread, self->awaitable, name, args + 1, count));
}

static Value next_or_close(Thread *thread, Value *args) {
    NextOr *self = as_next_or(args[0]);
    if (!open_awaitable(thread, self)) {
        return VALUE_ERROR;
    }
    return call_method(thread, self->awaitable, common_name(thread, NAME_close), NULL, 0);
}

static void next_or_trace(Marker *marker, Object *object) {
    mark_value(marker, ((NextOr *)object)->awaitable);
    mark_value(marker, ((NextOr *)object)->fallback);
}

static const NativeSpec next_or_methods[] = {
    {"send", next_or_send, "(self, value, /)", "Resume with `value`.", 0},
    {"throw", next_or_throw, "(self, type, value=..., traceback=..., /)",
     "Raise an exception in what is awaited.", 0},
    {"close", next_or_close, "(self, /)", "Close what is awaited.", 0},
    {0},
};

const TypeSpec anext_awaitable_type_spec = {
    .name = "anext_awaitable",
    .doc = "The awaitable of anext() with a default.",
    .type_index = TYPE_anext_awaitable,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(NextOr),
    .slots = {.iter = itself, .next = next_or_next, .await = itself, .trace = next_or_trace},
    .methods = next_or_methods,
};

Value async_next_or(Thread *thread, Value awaitable, Value fallback) {
    NextOr *self =
        object_new_sized(thread, builtin_type(thread, TYPE_anext_awaitable), sizeof(NextOr));
    self->awaitable = awaitable;
    self->fallback = fallback;
    return value_object(self);
}
