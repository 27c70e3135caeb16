// SPDX-License-Identifier: MIT
//
// Handle and TimerHandle: a callback that a loop is to run, once, and that can be cancelled before.
//
// Cancelling takes nothing out of a queue. The handle loses its callback, and the loop skips it
// when its turn comes; for timers the loop counts the cancelled ones, so that they do not pile up.
// A handle keeps the context to run in, in debug mode also where it was made.
#include "aio_handle.h"

#include "aio_loop.h"
#include "arguments.h"
#include "call.h"
#include "contextvars.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

bool is_handle(Thread *thread, Value v) {
    const AioState *state = aio_state(thread);
    return is_object(v) &&
           (object_type(v) == state->handle_type || is_instance_of(v, state->handle_type));
}
bool is_timer_handle(Thread *thread, Value v) {
    return is_instance_of(v, aio_state(thread)->timer_type);
}

// ---- Birth ----

static bool fill(Thread *thread, Handle *handle, Value callback, Value args, Value loop,
                 Value context, bool debug) {
    handle->callback = callback;
    handle->args = args;
    handle->loop = loop;
    handle->context = is_none(context) ? context_snapshot(thread) : context;
    handle->source_traceback = handle->shown = VALUE_NONE;
    if (debug) {
        handle->source_traceback =
            aio_call_mini(thread, "asyncio.format_helpers", "extract_stack", NULL, 0);
    }
    return !is_error(handle->source_traceback);
}

Handle *handle_new(Thread *thread, Value callback, Value args, Value loop, Value context,
                   bool debug) {
    Type *type = aio_state(thread)->handle_type;
    Handle *handle = object_new_sized(thread, type, offsetof(Handle, when));
    return fill(thread, handle, callback, args, loop, context, debug) ? handle : NULL;
}

Handle *handle_new_timer(Thread *thread, Value when, Value callback, Value args, Value loop,
                         Value context, bool debug) {
    Handle *handle = object_new(thread, aio_state(thread)->timer_type);
    handle->when = when;
    return fill(thread, handle, callback, args, loop, context, debug) ? handle : NULL;
}

static bool fill_from_program(Thread *thread, Handle *handle, const Value *given) {
    int debug = loop_is_debug(thread, given[2]);
    Value context = is_undefined(given[3]) ? VALUE_NONE : given[3];
    return debug >= 0 && fill(thread, handle, given[0], given[1], given[2], context, debug);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"Handle", {"callback", "args", "loop", "context"}, 3};
    Value given[4];
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    Handle *handle = object_new(thread, as_type(callee));
    return fill_from_program(thread, handle, given) ? value_object(handle) : VALUE_ERROR;
}

static Value construct_timer(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    static const ArgumentsSpec spec = {
        "TimerHandle", {"when", "callback", "args", "loop", "context"}, 4};
    Value given[5];
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    Handle *handle = object_new(thread, as_type(callee));
    handle->when = given[0];
    return fill_from_program(thread, handle, given + 1) ? value_object(handle) : VALUE_ERROR;
}

// ---- Running ----

static Value call(Thread *thread, const Handle *handle) {
    if (is_tuple(handle->args)) {
        Tuple *args = as_tuple(handle->args);
        return call_value(thread, handle->callback, args->items, args->length);
    }
    Value args = operation_to_tuple(thread, handle->args);
    return is_error(args) ? args
                          : call_value(thread, handle->callback, as_tuple(args)->items,
                                       as_tuple(args)->length);
}

bool handle_tell_failure(Thread *thread, Handle *handle) {
    Value error = error_take(thread);
    if (aio_ends_loop(thread, error)) {
        thread->exception = error;
        return false;
    }
    int debug = loop_is_debug(thread, handle->loop);
    Value parts[] = {handle->callback, handle->args, value_bool(debug > 0)};
    Value shown = debug < 0 ? VALUE_ERROR
                            : aio_call_mini(thread, "asyncio.format_helpers", "_format_callback_source",
                                            parts, 3);
    Str *text = is_error(shown) ? NULL : operation_str(thread, shown);
    if (text == NULL) {
        return false;
    }
    AioDetail details[] = {{"exception", error},
                           {"handle", value_object(handle)},
                           {"source_traceback", handle->source_traceback}};
    Str *message = str_format(thread, "Exception in callback %s", str_text(thread, text));
    return !is_error(aio_tell_handler(thread, handle->loop, message, details, 3));
}

bool handle_run(Thread *thread, Handle *handle) {
    Value outer;
    if (!context_enter(thread, handle->context, &outer)) {
        return handle_tell_failure(thread, handle);
    }
    Value result = call(thread, handle);
    handle->context = context_leave(thread, outer);
    return !is_error(result) || handle_tell_failure(thread, handle);
}

// ---- Methods ----

static Value run_method(Thread *thread, Value *args) {
    return handle_run(thread, as_handle(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value handle_repr(Thread *thread, Value self) {
    if (!is_none(as_handle(self)->shown)) {
        return as_handle(self)->shown;
    }
    return aio_call_mini(thread, "asyncio.format_helpers", "_handle_repr", &self, 1);
}

static Value cancel_method(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    if (handle->flags & HANDLE_CANCELLED) {
        return VALUE_NONE;
    }
    if (is_timer_handle(thread, args[0]) && !loop_timer_cancelled(thread, handle)) {
        return VALUE_ERROR;
    }
    int debug = loop_is_debug(thread, handle->loop);
    handle->flags |= HANDLE_CANCELLED;
    if (debug > 0) {
        handle->shown = handle_repr(thread, args[0]);
    }
    if (debug < 0 || is_error(handle->shown)) {
        handle->shown = VALUE_NONE;
        return VALUE_ERROR;
    }
    handle->callback = handle->args = VALUE_NONE;
    return VALUE_NONE;
}

static Value cancelled_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_handle(args[0])->flags & HANDLE_CANCELLED);
}
static Value get_context_method(Thread *thread, Value *args) {
    Handle *handle = as_handle(args[0]);
    handle->context = context_object(thread, handle->context);
    return handle->context;
}
static Value when_method(Thread *thread, Value *args) {
    (void)thread;
    return as_handle(args[0])->when;
}

// ---- Order of timers: by time alone; equal if all of it is ----

static int equal(Thread *thread, Value left, Value right) {
    const Handle *a = as_handle(left), *b = as_handle(right);
    int same = operation_equal(thread, a->when, b->when);
    if (same > 0) {
        same = operation_equal(thread, a->callback, b->callback);
    }
    if (same > 0) {
        same = operation_equal(thread, a->args, b->args);
    }
    return same > 0 ? (a->flags & HANDLE_CANCELLED) == (b->flags & HANDLE_CANCELLED) : same;
}

static Value compare_timers(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_timer_handle(thread, left) || !is_timer_handle(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    CompareOp strict = op == COMPARE_LE ? COMPARE_LT : op == COMPARE_GE ? COMPARE_GT : op;
    if (strict != COMPARE_EQ && strict != COMPARE_NE) {
        Value v = operation_compare(thread, strict, as_handle(left)->when, as_handle(right)->when);
        int truth = is_error(v) ? -1 : operation_truth(thread, v);
        if (truth != 0 || strict == op) {
            return truth < 0 ? VALUE_ERROR : value_bool(truth);
        }
    }
    int same = equal(thread, left, right);
    return same < 0 ? VALUE_ERROR : value_bool(same == (op != COMPARE_NE));
}

static bool hash_timer(Thread *thread, Value self, uint64_t *hash) {
    return operation_hash(thread, as_handle(self)->when, hash);
}

// ---- What programs can look at ----

static Value get_callback(Thread *thread, Value self) {
    (void)thread;
    return as_handle(self)->callback;
}
static bool set_callback(Thread *thread, Value self, Value v) {
    (void)thread;
    as_handle(self)->callback = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_args(Thread *thread, Value self) {
    (void)thread;
    return as_handle(self)->args;
}
static bool set_args(Thread *thread, Value self, Value v) {
    (void)thread;
    as_handle(self)->args = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_cancelled(Thread *thread, Value self) {
    return cancelled_method(thread, &self);
}
static bool set_cancelled(Thread *thread, Value self, Value v) {
    int on = is_undefined(v) ? 0 : operation_truth(thread, v);
    uint64_t others = as_handle(self)->flags & ~(uint64_t)HANDLE_CANCELLED;
    as_handle(self)->flags = others | (on > 0 ? HANDLE_CANCELLED : 0);
    return on >= 0;
}
static Value get_loop(Thread *thread, Value self) {
    (void)thread;
    return as_handle(self)->loop;
}
static Value get_source_traceback(Thread *thread, Value self) {
    (void)thread;
    return as_handle(self)->source_traceback;
}
static bool set_source_traceback(Thread *thread, Value self, Value v) {
    (void)thread;
    as_handle(self)->source_traceback = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_shown(Thread *thread, Value self) {
    (void)thread;
    return as_handle(self)->shown;
}
static bool set_shown(Thread *thread, Value self, Value v) {
    (void)thread;
    as_handle(self)->shown = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_context(Thread *thread, Value self) {
    return get_context_method(thread, &self);
}
static Value get_when(Thread *thread, Value self) {
    return when_method(thread, &self);
}
static bool set_when(Thread *thread, Value self, Value v) {
    (void)thread;
    as_handle(self)->when = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_scheduled(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_handle(self)->flags & HANDLE_SCHEDULED);
}
static bool set_scheduled(Thread *thread, Value self, Value v) {
    int on = is_undefined(v) ? 0 : operation_truth(thread, v);
    uint64_t others = as_handle(self)->flags & ~(uint64_t)HANDLE_SCHEDULED;
    as_handle(self)->flags = others | (on > 0 ? HANDLE_SCHEDULED : 0);
    return on >= 0;
}

static void mark_common(Marker *marker, const Handle *handle) {
    mark_value(marker, handle->callback);
    mark_value(marker, handle->args);
    mark_value(marker, handle->context);
    mark_value(marker, handle->loop);
    mark_value(marker, handle->source_traceback);
    mark_value(marker, handle->shown);
}
static void handle_trace(Marker *marker, Object *self) {
    mark_common(marker, (const Handle *)self);
}
static void timer_trace(Marker *marker, Object *self) {
    mark_common(marker, (const Handle *)self);
    mark_value(marker, ((const Handle *)self)->when);
}

static const NativeSpec handle_methods[] = {
    NATIVE("cancel", cancel_method, "(self)", "Do not call it."),
    NATIVE("cancelled", cancelled_method, "(self)", "Whether it was cancelled."),
    NATIVE("get_context", get_context_method, "(self)", "The context it will run in."),
    NATIVE("_run", run_method, "(self)", "Call it, as the loop does."),
    NATIVE_END,
};
static const GetSetSpec handle_getsets[] = {
    GETSET("_callback", get_callback, set_callback, "The function, or None."),
    GETSET("_args", get_args, set_args, "Its arguments."),
    GETSET("_cancelled", get_cancelled, set_cancelled, "Whether it was cancelled."),
    GETSET("_loop", get_loop, NULL, "The loop."),
    GETSET("_context", get_context, NULL, "The context it will run in."),
    GETSET("_source_traceback", get_source_traceback, set_source_traceback,
           "Where it was made, in debug mode."),
    GETSET("_repr", get_shown, set_shown, "Its repr from before it was cancelled."),
    GETSET_END,
};
static const NativeSpec timer_methods[] = {
    NATIVE("when", when_method, "(self)", "The time of the loop when it is due."),
    NATIVE_END,
};
static const GetSetSpec timer_getsets[] = {
    GETSET("_when", get_when, set_when, "The time of the loop when it is due."),
    GETSET("_scheduled", get_scheduled, set_scheduled, "Whether it is among the timers."),
    GETSET_END,
};

const TypeSpec aio_handle_type_spec = {
    .name = "asyncio.events.Handle",
    .doc = "(callback, args, loop, context=None)\n--\n\nA callback that a loop is to run.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK,
    .size = offsetof(Handle, when),
    .slots = {.repr = handle_repr, .construct = construct, .trace = handle_trace},
    .methods = handle_methods,
    .getsets = handle_getsets,
};

const TypeSpec aio_timer_handle_type_spec = {
    .name = "asyncio.events.TimerHandle",
    .doc = "(when, callback, args, loop, context=None)\n--\n\n"
           "A callback that a loop is to run at a time.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK,
    .size = sizeof(Handle),
    .slots = {.repr = handle_repr,
              .hash = hash_timer,
              .compare = compare_timers,
              .construct = construct_timer,
              .trace = timer_trace},
    .methods = timer_methods,
    .getsets = timer_getsets,
};
