// SPDX-License-Identifier: MIT
//
// What can be awaited, besides objects with an __await__ of their own.
//
// A coroutine is a generator in all but name (see generator.c), with one promise more: it is
// awaited once. It is no iterator, so that nobody loops over one by mistake; who wants to drive it
// by hand with next() asks __await__() for a wrapper. `await` itself has no use for the wrapper and
// delegates to the coroutine in it.
//
// types.coroutine() lets generators be awaited as they are. It marks their code, and what is made
// of that code counts as a coroutine wherever one is asked for. CPython's counterpart is
// _PyCoro_GetAwaitableIter.
#include "async_generator.h"

#include "code.h"
#include "error.h"
#include "execute.h"
#include "native.h"
#include "type.h"

typedef struct Wrapper {
    Object object;
    Value coroutine;
} Wrapper;

static bool is_wrapper(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_coroutine_wrapper);
}

static Value wrapped(Value wrapper) {
    return ((Wrapper *)as_object(wrapper))->coroutine;
}

Value coroutine_wrap(Thread *thread, Value coroutine) {
    Wrapper *wrapper =
        object_new_sized(thread, builtin_type(thread, TYPE_coroutine_wrapper), sizeof(Wrapper));
    wrapper->coroutine = coroutine;
    return value_object(wrapper);
}

// What an `await` of a coroutine's __await__() delegates to: the coroutine itself. Any other value
// is returned as it is.
static Value coroutine_unwrap(Thread *thread, Value v) {
    return is_wrapper(thread, v) ? wrapped(v) : v;
}

bool coroutine_is_native(Thread *thread, Value v) {
    (void)thread;
    return has_layout(v, LAYOUT_GENERATOR) && (((Generator *)as_object(v))->frame.code->flags &
                                               (CODE_COROUTINE | CODE_ITERABLE_COROUTINE)) != 0;
}

static Value itself(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value wrapper_next(Thread *thread, Value self) {
    return generator_send_method(thread, (Value[]){wrapped(self), VALUE_NONE});
}

static Value wrapper_send(Thread *thread, Value *args) {
    return generator_send_method(thread, (Value[]){wrapped(args[0]), args[1]});
}

static Value wrapper_throw(Thread *thread, Value *args) {
    return generator_throw_method(thread, (Value[]){wrapped(args[0]), args[1], args[2], args[3]});
}

static Value wrapper_close(Thread *thread, Value *args) {
    return generator_close_method(thread, (Value[]){wrapped(args[0])});
}

static void wrapper_trace(Marker *marker, Object *object) {
    mark_value(marker, ((Wrapper *)object)->coroutine);
}

static const NativeSpec wrapper_methods[] = {
    {"send", wrapper_send, "(self, value, /)", "Resume the coroutine with `value`.", 0},
    {"throw", wrapper_throw, "(self, type, value=..., traceback=..., /)",
     "Raise an exception where the coroutine is suspended.", 0},
    {"close", wrapper_close, "(self, /)", "Raise GeneratorExit where the coroutine is suspended.",
     0},
    {0},
};

const TypeSpec coroutine_wrapper_type_spec = {
    .name = "coroutine_wrapper",
    .doc = "An iterator over the steps of a coroutine.",
    .type_index = TYPE_coroutine_wrapper,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Wrapper),
    .slots = {.iter = itself, .next = wrapper_next, .trace = wrapper_trace},
    .methods = wrapper_methods,
};

// ---- await ----

// What awaits an object is named where Python's own words do so.
static Value refuse_awaitable(Thread *thread, Value v, AwaitPlace place) {
    static const char *const methods[] = {[AWAIT_ENTER] = "__aenter__", [AWAIT_EXIT] = "__aexit__"};
    if (place == AWAIT_EXPRESSION)
        return raise_error(thread, ERROR_TypeError, "object %s can't be used in 'await' expression",
                           type_name(thread, v));
    return raise_error(thread, ERROR_TypeError,
                       "'async with' received an object from %s that does not implement "
                       "__await__: %s",
                       methods[place], type_name(thread, v));
}

// Awaiting a coroutine that somebody awaits already, or that has ended, is a mistake.
static Value check_coroutine(Thread *thread, Value v) {
    const Generator *coroutine = (const Generator *)as_object(v);
    if ((coroutine->frame.code->flags & CODE_COROUTINE) == 0)
        return v;
    if (coroutine->state == GENERATOR_CLOSED)
        return raise_error(thread, ERROR_RuntimeError, "cannot reuse already awaited coroutine");
    if (coroutine->state == GENERATOR_SUSPENDED && !is_undefined(coroutine->delegate))
        return raise_error(thread, ERROR_RuntimeError, "coroutine is being awaited already");
    return v;
}

static Value check_iterator(Thread *thread, Value iterator) {
    if (coroutine_is_native(thread, iterator))
        return raise_error(thread, ERROR_TypeError, "__await__() returned a coroutine");
    if (!is_object(iterator) || object_type(iterator)->slots.next == NULL)
        return raise_error(thread, ERROR_TypeError,
                           "__await__() returned non-iterator of type '%s'",
                           type_name(thread, iterator));
    return coroutine_unwrap(thread, iterator);
}

Value step_awaitable(Thread *thread, Value v, AwaitPlace place) {
    if (coroutine_is_native(thread, v))
        return check_coroutine(thread, v);
    UnaryFunction await = is_object(v) ? object_type(v)->slots.await : NULL;
    if (await == NULL)
        return refuse_awaitable(thread, v, place);
    Value iterator = await(thread, v);
    bool is_itself = value_same(iterator, v) && awaiter_is_itself(v);
    return is_error(iterator) || is_itself ? iterator : check_iterator(thread, iterator);
}
