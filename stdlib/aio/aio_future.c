// SPDX-License-Identifier: MIT
//
// Future: a result that is not there yet, and those who wait for it.
//
// A future is pending until somebody calls set_result(), set_exception() or cancel(); then those
// who wait are put into the loop's ready queue. Nobody is ever called from within set_result(): the
// completer goes on undisturbed, and callbacks find a loop that has no other step under way.
//
// Who waits is one Value in nearly every case: a task that awaits it, or a Callback. Only when a
// second comes it becomes a list. A task is entered as it is; that it is to be gone on with, and
// with which future, is all the ready queue needs to know.
//
// `await future` delegates to the future itself, which gives itself up to the task that runs the
// coroutine (with `blocking` set, so that the task knows it came from an await), and gives its
// result at the second step. Whoever asks for an iterator, with iter() or __await__(), gets a
// FutureIterator that does the same. CPython's counterpart: Modules/_asynciomodule.c.
#include "aio_future.h"

#include "aio_loop.h"
#include "aio_task.h"
#include "attribute.h"
#include "call.h"
#include "container.h"
#include "contextvars.h"
#include "exception.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"

typedef struct FutureIterator {
    Awaiter awaiter;
    Value future; // UNDEFINED once it has ended
} FutureIterator;

bool is_plain_future(Thread *thread, Value v) {
    const AioState *state = aio_state(thread);
    return is_object(v) &&
           (object_type(v) == state->future_type || object_type(v) == state->task_type);
}

static bool is_done(const Future *future) {
    return future->state != FUTURE_PENDING;
}

// ---- Birth ----

static Value send_to_self(Thread *thread, Value self, Value sent, Value *result);

Future *future_new(Thread *thread, Type *type) {
    Future *future = object_new(thread, type);
    future->awaiter.send = send_to_self;
    future->loop = future->detail = VALUE_NONE;
    future->callbacks = VALUE_UNDEFINED;
    return future;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(future_new(thread, as_type(callee)));
}

static bool note_place(Thread *thread, Future *future) {
    Value stack = aio_call_mini(thread, "asyncio.format_helpers", "extract_stack", NULL, 0);
    if (is_error(stack)) {
        return false;
    }
    attributes_set(thread, &future->awaiter.object, str_intern_c(thread, "_source_traceback"),
                   stack);
    return true;
}

Value future_place(Thread *thread, Future *future) {
    Str *name = str_intern_c(thread, "_source_traceback");
    Value stack = attributes_get_own(thread, &future->awaiter.object, name);
    return is_undefined(stack) ? VALUE_NONE : stack;
}

bool future_open(Thread *thread, Future *future, Value loop) {
    if (is_none(loop)) {
        loop = aio_event_loop(thread);
        if (is_error(loop)) {
            return false;
        }
    }
    future->state = FUTURE_PENDING;
    future->flags = 0;
    future->loop = loop;
    future->cancels = 0;
    future->callbacks = VALUE_UNDEFINED;
    future->detail = VALUE_NONE;
    int debug = loop_is_debug(thread, loop);
    return debug <= 0 ? debug == 0 : note_place(thread, future);
}

static Value init_method(Thread *thread, Value *args) {
    return future_open(thread, as_future(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static bool check_open(Thread *thread, const Future *future) {
    return !is_none(future->loop) ||
           raise_false(thread, ERROR_RuntimeError, "Future object is not initialized.");
}

// ---- Those who wait ----

static Value callback_new(Thread *thread, Value function, Value context) {
    Callback *callback = object_new(thread, aio_state(thread)->callback_type);
    callback->function = function;
    callback->context = context;
    return value_object(callback);
}

void future_add(Thread *thread, Future *future, Value waiter) {
    if (is_undefined(future->callbacks)) {
        future->callbacks = waiter;
    } else if (is_list(future->callbacks)) {
        list_append(thread, as_list(future->callbacks), waiter);
    } else {
        Value both[] = {future->callbacks, waiter};
        future->callbacks = value_object(list_from_array(thread, both, 2));
    }
}

static bool schedule(Thread *thread, Future *future, Value waiting) {
    if (trace_is_on(&thread->core) && is_task(thread, waiting)) {
        trace(&thread->core, TRACE_TASK_WAKE, aio_trace_id(waiting), (int64_t)thread->core.task);
    }
    return loop_schedule(thread, future->loop, waiting, value_object(future));
}

// Send everybody who waits to the ready queue.
static bool schedule_all(Thread *thread, Future *future, Value waiting) {
    if (is_undefined(waiting)) {
        return true;
    }
    if (!is_list(waiting)) {
        return schedule(thread, future, waiting);
    }
    const List *list = as_list(waiting);
    for (size_t i = 0; i < list->length; i++) {
        if (!schedule(thread, future, list->items[i])) {
            return false;
        }
    }
    return true;
}

// One who waits as programs see it: a pair of a function and a context.
static Value waiter_pair(Thread *thread, Value waiter) {
    if (object_type(waiter) == aio_state(thread)->callback_type) {
        Callback *callback = (Callback *)as_object(waiter);
        callback->context = context_object(thread, callback->context);
        return tuple_pair(thread, callback->function, callback->context);
    }
    Task *task = (Task *)as_object(waiter);
    task->context = context_object(thread, task->context);
    Value wakeup = native_bind(thread, (Native *)as_object(aio_state(thread)->wakeup), waiter);
    return tuple_pair(thread, wakeup, task->context);
}

// fut._callbacks: a list of (function, context) pairs, or None.
static Value future_list_callbacks(Thread *thread, Future *future) {
    Value waiting = is_done(future) ? VALUE_UNDEFINED : future->callbacks;
    if (is_undefined(waiting)) {
        return VALUE_NONE;
    }
    size_t count = is_list(waiting) ? as_list(waiting)->length : 1;
    List *pairs = list_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        Value waiter = is_list(waiting) ? as_list(waiting)->items[i] : waiting;
        list_append(thread, pairs, waiter_pair(thread, waiter));
    }
    return value_object(pairs);
}

static Value add_done_callback(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    if (!check_open(thread, future)) {
        return VALUE_ERROR;
    }
    Value context = is_none(args[2]) ? context_snapshot(thread) : args[2];
    Value callback = callback_new(thread, args[1], context);
    if (!is_done(future)) {
        future_add(thread, future, callback);
        return VALUE_NONE;
    }
    return loop_schedule(thread, future->loop, callback, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

// Is `waiter` the function? 1, 0 or -1. The comparison may run Mini code.
static int is_waiter(Thread *thread, Value waiter, Value function) {
    if (object_type(waiter) == aio_state(thread)->callback_type) {
        return operation_equal(thread, ((Callback *)as_object(waiter))->function, function);
    }
    Value pair = waiter_pair(thread, waiter);
    return operation_equal(thread, as_tuple(pair)->items[0], function);
}

static Value remove_done_callback(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    if (!check_open(thread, future) || is_done(future) || is_undefined(future->callbacks)) {
        return error_pending(thread) ? VALUE_ERROR : value_small_int(0);
    }
    Value waiting = future->callbacks;
    List *left = list_new(thread, 1);
    size_t count = 0;
    for (size_t i = 0; i < (is_list(waiting) ? as_list(waiting)->length : 1); i++, count++) {
        Value waiter = is_list(waiting) ? as_list(waiting)->items[i] : waiting;
        int same = is_waiter(thread, waiter, args[1]);
        if (same < 0) {
            return VALUE_ERROR;
        }
        if (!same) {
            list_append(thread, left, waiter);
        }
    }
    size_t removed = count - left->length;
    if (removed > 0 && !is_done(future) && value_same(future->callbacks, waiting)) {
        future->callbacks = left->length == 0   ? VALUE_UNDEFINED
                            : left->length == 1 ? left->items[0]
                                                : value_object(left);
    }
    return value_small_int((int64_t)removed);
}

// ---- Completion ----

bool future_complete(Thread *thread, Future *future, FutureState state, Value result) {
    Value waiting = future->callbacks;
    future->state = (uint16_t)state;
    future->result = result;
    if (future->flags & FUTURE_TIMED) {
        loop_forget_timer(thread, future);
    }
    return schedule_all(thread, future, waiting);
}

bool future_fail(Thread *thread, Future *future, Value exception) {
    const Traceback *traceback = as_exception(exception)->traceback;
    future->detail = traceback == NULL ? VALUE_NONE : value_object(traceback);
    bool good = future_complete(thread, future, FUTURE_FAILED, exception);
    future_mark(future, FUTURE_LOG_TRACEBACK);
    aio_watch_failed(thread, future);
    return good;
}

int future_cancel(Thread *thread, Future *future, Value message) {
    future_unmark(future, FUTURE_LOG_TRACEBACK);
    if (is_done(future)) {
        return 0;
    }
    future->detail = message;
    return future_complete(thread, future, FUTURE_CANCELLED, VALUE_UNDEFINED) ? 1 : -1;
}

int future_cancel_any(Thread *thread, Value future, Value message) {
    if (is_object(future) && object_type(future) == aio_state(thread)->future_type) {
        return future_cancel(thread, as_future(future), message);
    }
    Value method = attribute_get(thread, future, str_intern_c(thread, "cancel"));
    Tuple *names = tuple_new(thread, 1);
    names->items[0] = value_object(str_intern_c(thread, "msg"));
    if (is_error(method) || !native_enter(thread)) { // tasks may wait for each other in a circle
        return -1;
    }
    Value done = call_with_keywords(thread, method, &message, 1, names);
    native_leave(thread);
    return is_error(done) ? -1 : operation_truth(thread, done);
}

static const char *state_name(const Future *future) {
    static const char *const names[] = {"PENDING", "CANCELLED", "FINISHED", "FINISHED"};
    return names[future->state];
}

static Value set_result(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    if (!check_open(thread, future)) {
        return VALUE_ERROR;
    }
    if (is_done(future)) {
        return aio_raise_invalid_state(thread, "invalid state");
    }
    return future_complete(thread, future, FUTURE_FINISHED, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

// The instance to keep for what set_exception() got.
static Value kept_exception(Thread *thread, Value v) {
    Value exception = is_exception_class(v) ? call_0(thread, v) : v;
    if (is_error(exception)) {
        return exception;
    }
    if (!is_exception(exception)) {
        return raise_error(thread, ERROR_TypeError, "invalid exception object");
    }
    if (!exception_is(thread, exception, ERROR_StopIteration)) {
        return exception;
    }
    Str *text = str_from_c(thread, "StopIteration interacts badly with generators and cannot be "
                                   "raised into a Future");
    Exception *better = exception_new(thread, ERROR_RuntimeError, text);
    better->cause = better->context = exception;
    better->suppress_context = 1;
    return value_object(better);
}

static Value set_exception(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    if (!check_open(thread, future)) {
        return VALUE_ERROR;
    }
    if (is_done(future)) {
        return aio_raise_invalid_state(thread, "invalid state");
    }
    Value exception = kept_exception(thread, args[1]);
    if (is_error(exception)) {
        return exception;
    }
    return future_fail(thread, future, exception) ? VALUE_NONE : VALUE_ERROR;
}

static Value cancel_method(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    int done = check_open(thread, future) ? future_cancel(thread, future, args[1]) : -1;
    return done < 0 ? VALUE_ERROR : value_bool(done);
}

// ---- The outcome ----

static Value make_cancelled_error(Thread *thread, Future *future) {
    Value kept = future->result;
    if (future->state == FUTURE_CANCELLED && !is_undefined(kept)) {
        future->result = VALUE_UNDEFINED;
        return kept;
    }
    Value class = aio_cancelled_error(thread);
    if (is_error(class)) {
        return class;
    }
    return call_value(thread, class, &future->detail, !is_none(future->detail));
}

Value future_take_exception(Thread *thread, Future *future) {
    if (future->state == FUTURE_CANCELLED) {
        return make_cancelled_error(thread, future);
    }
    future_unmark(future, FUTURE_LOG_TRACEBACK);
    if (future->state == FUTURE_FINISHED) {
        return VALUE_UNDEFINED;
    }
    // Each time it is raised its traceback begins anew.
    as_exception(future->result)->traceback =
        is_none(future->detail) ? NULL : (Traceback *)as_object(future->detail);
    return future->result;
}

// Future.result() as a native.
static Value future_result(Thread *thread, Future *future) {
    if (!is_done(future)) {
        return aio_raise_invalid_state(thread, "Result is not set.");
    }
    Value exception = future_take_exception(thread, future);
    if (is_undefined(exception)) {
        return future->result;
    }
    return is_error(exception) ? exception : raise_value(thread, exception);
}

static Value result_method(Thread *thread, Value *args) {
    return future_result(thread, as_future(args[0]));
}

static Value exception_method(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    if (!is_done(future)) {
        return aio_raise_invalid_state(thread, "Exception is not set.");
    }
    if (future->state == FUTURE_CANCELLED) {
        return future_result(thread, future);
    }
    future_unmark(future, FUTURE_LOG_TRACEBACK);
    return future->state == FUTURE_FAILED ? future->result : VALUE_NONE;
}

static Value cancelled_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_future(args[0])->state == FUTURE_CANCELLED);
}
static Value done_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(is_done(as_future(args[0])));
}
static Value get_loop_method(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    return check_open(thread, future) ? future->loop : VALUE_ERROR;
}
static Value make_cancelled_error_method(Thread *thread, Value *args) {
    return make_cancelled_error(thread, as_future(args[0]));
}

// ---- await ----

static Value send_to_self(Thread *thread, Value self, Value sent, Value *result) {
    (void)sent;
    Future *future = as_future(self);
    if (is_done(future)) {
        *result = future->state == FUTURE_FINISHED ? future->result : future_result(thread, future);
        return is_error(*result) ? VALUE_ERROR : VALUE_UNDEFINED;
    }
    if (future->flags & FUTURE_BLOCKING) {
        return raise_error(thread, ERROR_RuntimeError, "await wasn't used with future");
    }
    future_mark(future, FUTURE_BLOCKING);
    return self;
}

static Value iterator_send(Thread *thread, Value self, Value sent, Value *result) {
    FutureIterator *iterator = (FutureIterator *)as_object(self);
    Value future = iterator->future;
    if (is_undefined(future)) {
        *result = VALUE_NONE;
        return VALUE_UNDEFINED;
    }
    if (is_done(as_future(future))) {
        iterator->future = VALUE_UNDEFINED;
    }
    return send_to_self(thread, future, sent, result);
}

static Value future_iter(Thread *thread, Value self) {
    if (!check_open(thread, as_future(self))) {
        return VALUE_ERROR;
    }
    FutureIterator *iterator = object_new(thread, aio_state(thread)->iterator_type);
    iterator->awaiter.send = iterator_send;
    iterator->future = self;
    return value_object(iterator);
}

static Value future_await(Thread *thread, Value self) {
    return check_open(thread, as_future(self)) ? self : VALUE_ERROR;
}
static Value await_method(Thread *thread, Value *args) {
    return future_iter(thread, args[0]);
}

static Value itself(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value iterator_next(Thread *thread, Value self) {
    Value result;
    Value v = iterator_send(thread, self, VALUE_NONE, &result);
    return is_undefined(v) && !is_none(result) ? raise_stop_iteration(thread, result) : v;
}

static Value iterator_send_method(Thread *thread, Value *args) {
    Value v = iterator_next(thread, args[0]);
    return is_undefined(v) ? raise_stop_iteration(thread, VALUE_UNDEFINED) : v;
}

static Value iterator_throw(Thread *thread, Value *args) {
    FutureIterator *iterator = (FutureIterator *)as_object(args[0]);
    Thrown thrown = {args[1], args[2], args[3]};
    if (!generator_check_thrown(thread, &thrown, "throw")) {
        return VALUE_ERROR;
    }
    iterator->future = VALUE_UNDEFINED;
    Value v = generator_thrown_exception(thread, &thrown);
    if (!is_error(v)) {
        thread->exception = v;
    }
    return VALUE_ERROR;
}

static Value iterator_close(Thread *thread, Value *args) {
    (void)thread;
    ((FutureIterator *)as_object(args[0]))->future = VALUE_UNDEFINED;
    return VALUE_NONE;
}

static void iterator_trace(Marker *marker, Object *self) {
    mark_value(marker, ((const FutureIterator *)self)->future);
}

static const NativeSpec iterator_methods[] = {
    NATIVE("send", iterator_send_method, "(self, value, /)", "Go on."),
    NATIVE("throw", iterator_throw, "(self, type, value=..., traceback=..., /)",
           "Raise an exception where the future is awaited."),
    NATIVE("close", iterator_close, "(self, /)", "Await it no longer."),
    NATIVE_END,
};

const TypeSpec aio_future_iterator_type_spec = {
    .name = "_asyncio.FutureIter",
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(FutureIterator),
    .slots = {.iter = itself, .next = iterator_next, .trace = iterator_trace},
    .methods = iterator_methods,
};

static void callback_trace(Marker *marker, Object *self) {
    mark_value(marker, ((const Callback *)self)->function);
    mark_value(marker, ((const Callback *)self)->context);
}

const TypeSpec aio_callback_type_spec = {
    .name = "_asyncio.Callback",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Callback),
    .slots = {.trace = callback_trace},
};

// ---- What programs can look at ----

Value future_repr(Thread *thread, Value self) {
    return aio_call_mini(thread, "asyncio.base_futures", "_future_repr", &self, 1);
}

static Value get_state(Thread *thread, Value self) {
    return library_text(thread, state_name(as_future(self)));
}
static Value get_blocking(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_future(self)->flags & FUTURE_BLOCKING);
}
static bool set_blocking(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_AttributeError, "cannot delete attribute");
    }
    int on = operation_truth(thread, v);
    (on > 0 ? future_mark : future_unmark)(as_future(self), FUTURE_BLOCKING);
    return on >= 0;
}
static Value get_loop(Thread *thread, Value self) {
    (void)thread;
    return as_future(self)->loop;
}
static Value get_callbacks(Thread *thread, Value self) {
    return future_list_callbacks(thread, as_future(self));
}
static Value get_result(Thread *thread, Value self) {
    (void)thread;
    const Future *future = as_future(self);
    return future->state == FUTURE_FINISHED ? future->result : VALUE_NONE;
}
static Value get_exception(Thread *thread, Value self) {
    (void)thread;
    const Future *future = as_future(self);
    return future->state == FUTURE_FAILED ? future->result : VALUE_NONE;
}
static Value get_source_traceback(Thread *thread, Value self) {
    return future_place(thread, as_future(self));
}
static Value get_message(Thread *thread, Value self) {
    (void)thread;
    const Future *future = as_future(self);
    return future->state == FUTURE_FAILED ? VALUE_NONE : future->detail;
}
static bool set_message(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_AttributeError, "cannot delete attribute");
    }
    if (as_future(self)->state != FUTURE_FAILED) {
        as_future(self)->detail = v;
    }
    return true;
}
static Value get_log_traceback(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_future(self)->flags & FUTURE_LOG_TRACEBACK);
}
static bool set_log_traceback(Thread *thread, Value self, Value v) {
    if (is_undefined(v)) {
        return raise_false(thread, ERROR_AttributeError, "cannot delete attribute");
    }
    int on = operation_truth(thread, v);
    if (on > 0) {
        return raise_false(thread, ERROR_ValueError, "_log_traceback can only be set to False");
    }
    future_unmark(as_future(self), FUTURE_LOG_TRACEBACK);
    return on == 0;
}

void future_trace(Marker *marker, Object *self) {
    const Future *future = (const Future *)self;
    mark_value(marker, future->loop);
    mark_value(marker, future->result); // or the callbacks
    mark_value(marker, future->detail);
}

static const NativeSpec future_methods[] = {
    NATIVE("__init__", init_method, "(self, *, loop=None)", "A future of the loop."),
    NATIVE("result", result_method, "(self, /)",
           "Return the result, or raise the exception or CancelledError."),
    NATIVE("exception", exception_method, "(self, /)", "Return the exception, or None."),
    NATIVE("set_result", set_result, "(self, result, /)", "Complete it with a result."),
    NATIVE("set_exception", set_exception, "(self, exception, /)",
           "Complete it with an exception."),
    NATIVE("add_done_callback", add_done_callback, "(self, fn, /, *, context=None)",
           "Have the loop call a function with the future when it is done."),
    NATIVE("remove_done_callback", remove_done_callback, "(self, fn, /)",
           "Call the function no longer; return how often it was to be called."),
    NATIVE("cancel", cancel_method, "(self, msg=None)",
           "Complete it with CancelledError; return False if it was done."),
    NATIVE("cancelled", cancelled_method, "(self, /)", "Whether it was cancelled."),
    NATIVE("done", done_method, "(self, /)", "Whether it is done."),
    NATIVE("get_loop", get_loop_method, "(self, /)", "Return the loop it belongs to."),
    NATIVE("__await__", await_method, "(self, /)", "Return an iterator to be used in await."),
    NATIVE("_make_cancelled_error", make_cancelled_error_method, "(self, /)",
           "Return the CancelledError for whoever asks for the result."),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static const GetSetSpec future_getsets[] = {
    GETSET("_state", get_state, NULL, "PENDING, CANCELLED or FINISHED."),
    GETSET("_asyncio_future_blocking", get_blocking, set_blocking, "It was just awaited."),
    GETSET("_loop", get_loop, NULL, "The loop."),
    GETSET("_callbacks", get_callbacks, NULL, "Pairs of functions and contexts."),
    GETSET("_result", get_result, NULL, "The result, or None."),
    GETSET("_exception", get_exception, NULL, "The exception, or None."),
    GETSET("_source_traceback", get_source_traceback, NULL, "Where it was made, in debug mode."),
    GETSET("_cancel_message", get_message, set_message, "What cancel() was given."),
    GETSET("_log_traceback", get_log_traceback, set_log_traceback,
           "Whether a lost exception is to be told."),
    GETSET_END,
};

const TypeSpec aio_future_type_spec = {
    .name = "_asyncio.Future",
    .doc = "(*, loop=None)\n--\n\nA result that is not there yet.",
    .layout = LAYOUT_ASYNC_STEP,
    .flags = TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = offsetof(Future, attributes),
    .slots = {.repr = future_repr,
              .iter = future_iter,
              .await = future_await,
              .construct = construct,
              .trace = future_trace},
    .methods = future_methods,
    .getsets = future_getsets,
};
