// SPDX-License-Identifier: MIT
//
// Future: a result that is not there yet. Who submits a task gets one; a worker fills it in.
//
// Under the GIL a native call is one step, so a future needs no lock: to look whether it is done
// and to wait is one step as well (park.h), and a wake-up cannot be lost. CPython gives each future
// a Condition, and says so: programs and CPython's own tests take `with future._condition:`, change
// _state in it and notify. A future whose _condition somebody has asked for is *open*: from then on
// the methods here take that lock for each change, and wait in that condition, as CPython's do.
// Threads that wait inside when it is opened go on waiting outside.
//
// While a thread of a pool works on a future, the future knows it: so a task that waits for a task
// that waits for the first is a circle in the wait-for graph (deadlock.c), told at the moment it
// closes, and not a pool that stands still.
//
// Callbacks and foreign watchers are Mini code: they run when the state has changed, and whatever
// they raise is logged (an Exception) or ends the call (anything else), as in CPython's _base.py.
#include "futures_parts.h"

#include "attribute.h"
#include "call.h"
#include "container.h"
#include "exception.h"
#include "import.h"
#include "operations.h"
#include "races.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "waiting.h"

#include <string.h>

static const char *const state_names[] = {
#define FUTURE_STATE(name, description) #name,
#include "future_states.def"
#undef FUTURE_STATE
};
static const char *const state_descriptions[] = {
#define FUTURE_STATE(name, description) description,
#include "future_states.def"
#undef FUTURE_STATE
};

static Future *as_future(Value v) {
    return (Future *)as_object(v);
}

bool is_concurrent_future(Thread *thread, Value v) {
    return is_instance_of(v, library_late_type(thread, LATE_ConcurrentFuture));
}

static Future *make(Thread *thread, Type *type) {
    Future *future = object_new(thread, type);
    future->result = future->exception = VALUE_NONE;
    future->condition = VALUE_UNDEFINED;
    future->made_at = made_here(thread);
    return future;
}

Future *concurrent_future_new(Thread *thread) {
    return make(thread, library_late_type(thread, LATE_ConcurrentFuture));
}

// An attribute of the module concurrent.futures._base, which is written in Mini; or VALUE_ERROR.
static Value concurrent_future_base_name(Thread *thread, const char *name) {
    Module *module = import_module(thread, str_from_c(thread, "concurrent.futures._base"));
    return module == NULL ? VALUE_ERROR
                          : attribute_get(thread, value_object(module), str_intern_c(thread, name));
}

static Value raise_base_error(Thread *thread, const char *name) {
    Value class = concurrent_future_base_name(thread, name);
    Value error = is_error(class) ? class : exception_from_raised(thread, class);
    return is_error(error) ? error : raise_value(thread, error);
}

// ---- The lock of an open future ----

static Value call_condition(Thread *thread, Value condition, const char *name) {
    return call_method(thread, condition, str_intern_c(thread, name), NULL, 0);
}

// Begin to change a future: *condition is what end_change needs. An exception may be set.
static bool begin_change(Thread *thread, const Future *future, Value *condition) {
    *condition = future->condition;
    return is_undefined(*condition) || !is_error(call_condition(thread, *condition, "acquire"));
}

// An exception that is set stays.
static bool end_change(Thread *thread, Value condition) {
    if (is_undefined(condition)) {
        return !error_pending(thread);
    }
    Value pending = error_take(thread);
    bool fine = !is_error(call_condition(thread, condition, "release"));
    if (!is_undefined(pending)) {
        error_clear(thread);
        thread->exception = pending;
    }
    return fine && is_undefined(pending);
}

static bool wake_waiting(Thread *thread, Future *future, Value condition) {
    unpark_all(&thread->core, &future->waiting);
    return is_undefined(condition) || !is_error(call_condition(thread, condition, "notify_all"));
}

// ---- Waiting ----

static WaitOutcome wait_inside(Thread *thread, Future *future, int64_t deadline) {
    Wait wait = {.kind = WAIT_FUTURE,
                 .object = future,
                 .queue = &future->waiting,
                 .owner = &future->runner,
                 .made_at = future->made_at,
                 .deadline = deadline};
    return wait_outcome(thread, park(&thread->core, &wait));
}

static WaitOutcome wait_outside(Thread *thread, const Future *future, int64_t deadline) {
    Value condition = future->condition, woken = VALUE_TRUE;
    if (is_error(call_condition(thread, condition, "acquire"))) {
        return WAIT_FAILED;
    }
    if (!concurrent_future_is_done(future)) {
        Value left = wait_time_left(thread, deadline);
        woken = call_method(thread, condition, str_intern_c(thread, "wait"), &left, 1);
    }
    if (!end_change(thread, condition)) {
        return WAIT_FAILED;
    }
    return is_true(woken) ? WAIT_WOKEN : WAIT_TIMED_OUT;
}

// 1: it is done; 0: the time is over; -1: exception.
static int await_done(Thread *thread, Future *future, Value timeout) {
    int64_t deadline = CLOCK_NEVER;
    if (!concurrent_future_is_done(future) && !wait_deadline(thread, timeout, false, &deadline)) {
        return -1;
    }
    while (!concurrent_future_is_done(future)) {
        WaitOutcome outcome = is_undefined(future->condition)
                                  ? wait_inside(thread, future, deadline)
                                  : wait_outside(thread, future, deadline);
        if (outcome == WAIT_FAILED) {
            return -1;
        }
        if (outcome == WAIT_TIMED_OUT) {
            return concurrent_future_is_done(future);
        }
    }
    ORDER(races_acquire, &thread->core, future);
    return 1;
}

static bool await_outcome(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    int done = await_done(thread, future, args[1]);
    if (done == 0) {
        Type *type = thread->interpreter->errors[ERROR_TimeoutError];
        raise_value(thread, exception_new_args(thread, type, NULL, 0));
    } else if (done > 0 && concurrent_future_is_cancelled(future)) {
        raise_base_error(thread, "CancelledError");
    }
    return done > 0 && !error_pending(thread);
}

static Value result_method(Thread *thread, Value *args) {
    if (!await_outcome(thread, args)) {
        return VALUE_ERROR;
    }
    const Future *future = as_future(args[0]);
    return is_none(future->exception) ? future->result : raise_value(thread, future->exception);
}

static Value exception_method(Thread *thread, Value *args) {
    return await_outcome(thread, args) ? as_future(args[0])->exception : VALUE_ERROR;
}

// ---- Callbacks ----

static bool log_failure(Thread *thread, Future *future) {
    Value error = error_take(thread);
    if (!exception_is(thread, error, ERROR_Exception)) {
        raise_value(thread, error);
        return false;
    }
    Value log = concurrent_future_base_name(thread, "_log_failed_callback");
    return !is_error(log) && !is_error(call_2(thread, log, value_object(future), error));
}

static bool invoke(Thread *thread, Future *future, Value callback) {
    return !is_error(call_1(thread, callback, value_object(future))) || log_failure(thread, future);
}

static bool invoke_all(Thread *thread, Future *future) {
    for (size_t i = 0; future->callbacks != NULL && i < future->callbacks->length; i++) {
        if (!invoke(thread, future, future->callbacks->items[i])) {
            return false;
        }
    }
    return true;
}

static Value invoke_callbacks(Thread *thread, Value *args) {
    return invoke_all(thread, as_future(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value add_done_callback(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    Value condition;
    if (!begin_change(thread, future, &condition)) {
        return VALUE_ERROR;
    }
    bool is_late = concurrent_future_is_done(future);
    if (!is_late && future->callbacks == NULL) {
        future->callbacks = list_new(thread, 1);
    }
    if (!is_late) {
        list_append(thread, future->callbacks, args[1]);
    }
    bool fine = end_change(thread, condition);
    return fine && (!is_late || invoke(thread, future, args[1])) ? VALUE_NONE : VALUE_ERROR;
}

// ---- Changing the state ----

static bool tell_watchers(Thread *thread, Future *future) {
    for (size_t i = 0; future->watchers != NULL && i < future->watchers->length; i++) {
        if (!watcher_tell(thread, future->watchers->items[i], value_object(future))) {
            return false;
        }
    }
    return true;
}

static Value cancel_method(Thread *thread, Value *args) {
    Future *future = as_future(args[0]);
    Value condition;
    if (!begin_change(thread, future, &condition)) {
        return VALUE_ERROR;
    }
    bool is_first = future->state == FUTURE_PENDING;
    if (is_first) {
        future->state = FUTURE_CANCELLED;
        ORDER(races_release, &thread->core, future);
        wake_waiting(thread, future, condition);
    }
    if (!end_change(thread, condition) || (is_first && !invoke_all(thread, future))) {
        return VALUE_ERROR;
    }
    return value_bool(concurrent_future_is_cancelled(future));
}

static int refuse_to_begin(Thread *thread, const Future *future) {
    Value log = concurrent_future_base_name(thread, "_log_unexpected_state");
    if (!is_error(log) && !is_error(call_1(thread, log, value_object(future)))) {
        error_raise(thread, ERROR_RuntimeError, "Future in unexpected state");
    }
    return -1;
}

// With the lock of an open future.
static int begin_work(Thread *thread, Future *future) {
    switch (future->state) {
    case FUTURE_PENDING:
        future->state = FUTURE_RUNNING;
        return 1;
    case FUTURE_CANCELLED:
        future->state = FUTURE_CANCELLED_AND_NOTIFIED;
        return tell_watchers(thread, future) ? 0 : -1;
    default:
        return refuse_to_begin(thread, future);
    }
}

// set_running_or_notify_cancel: 1 if the work may begin, 0 if it was cancelled, -1 exception.
static int concurrent_future_begin(Thread *thread, Future *future) {
    Value condition;
    if (!begin_change(thread, future, &condition)) {
        return -1;
    }
    int may = begin_work(thread, future);
    return end_change(thread, condition) ? may : -1;
}

int concurrent_future_begin_here(Thread *thread, Future *future) {
    int may = concurrent_future_begin(thread, future);
    if (may > 0) {
        future->runner = (LockOwner){.holder = &thread->core};
    }
    return may;
}

static Value begin_here_method(Thread *thread, Value *args) {
    int may = concurrent_future_begin_here(thread, as_future(args[0]));
    return may < 0 ? VALUE_ERROR : value_bool(may);
}

static Value begin_method(Thread *thread, Value *args) {
    int may = concurrent_future_begin(thread, as_future(args[0]));
    return may < 0 ? VALUE_ERROR : value_bool(may);
}

static bool refuse_to_finish(Thread *thread, const Future *future) {
    Value class = concurrent_future_base_name(thread, "InvalidStateError");
    Str *shown = is_error(class) ? NULL : operation_repr(thread, value_object(future));
    if (shown == NULL) {
        return false;
    }
    Value text = value_object(
        str_format(thread, "%s: %s", state_names[future->state], str_text(thread, shown)));
    Value error = call_1(thread, class, text);
    if (!is_error(error)) {
        raise_value(thread, error);
    }
    return false;
}

// With the lock of an open future.
static bool settle(Thread *thread, Future *future, bool failed, Value outcome, Value condition) {
    if (concurrent_future_is_done(future)) {
        return refuse_to_finish(thread, future);
    }
    *(failed ? &future->exception : &future->result) = outcome;
    future->state = FUTURE_FINISHED;
    ORDER(races_release, &thread->core, future);
    return tell_watchers(thread, future) && wake_waiting(thread, future, condition);
}

Value concurrent_future_finish(Thread *thread, Future *future, bool failed, Value outcome) {
    Value condition;
    future->runner =
        (LockOwner){0}; // first: the thread may end before the rest, for want of memory
    if (!begin_change(thread, future, &condition)) {
        return VALUE_ERROR;
    }
    settle(thread, future, failed, outcome, condition);
    bool fine = end_change(thread, condition) && invoke_all(thread, future);
    return fine ? VALUE_NONE : VALUE_ERROR;
}

static Value set_result_method(Thread *thread, Value *args) {
    return concurrent_future_finish(thread, as_future(args[0]), false, args[1]);
}
static Value set_exception_method(Thread *thread, Value *args) {
    return concurrent_future_finish(thread, as_future(args[0]), true, args[1]);
}

// ---- Looking ----

static Value cancelled_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(concurrent_future_is_cancelled(as_future(args[0])));
}
static Value running_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_future(args[0])->state == FUTURE_RUNNING);
}
static Value done_method(Thread *thread, Value *args) {
    ORDER(races_acquire, &thread->core, as_future(args[0]));
    return value_bool(concurrent_future_is_done(as_future(args[0])));
}

static Value future_repr(Thread *thread, Value self) {
    const Future *future = as_future(self);
    const char *name = str_text(thread, type_name_str(thread, object_type(self)));
    const char *state = state_descriptions[future->state];
    if (future->state != FUTURE_FINISHED) {
        return value_object(
            str_format(thread, "<%s at %p state=%s>", name, (const void *)future, state));
    }
    bool failed = !is_none(future->exception);
    Value outcome = failed ? future->exception : future->result;
    Str *kind = type_name_str(thread, type_of(thread, outcome));
    return value_object(str_format(thread, "<%s at %p state=%s %s %s>", name, (const void *)future,
                                   state, failed ? "raised" : "returned", str_text(thread, kind)));
}

// ---- The parts, as CPython's tests and a few programs use them ----

static Value get_state(Thread *thread, Value self) {
    return value_object(str_intern_c(thread, state_names[as_future(self)->state]));
}

static bool set_state(Thread *thread, Value self, Value v) {
    Future *future = as_future(self);
    for (uint64_t i = 0; is_str(v) && i < FUTURE_STATE_COUNT; i++) {
        if (strcmp(str_text(thread, as_str(v)), state_names[i]) == 0) {
            future->state = i;
            unpark_all(&thread->core, &future->waiting); // to look again
            return true;
        }
    }
    return raise_false(thread, ERROR_ValueError, "not a state of a future");
}

// The program has a lock from now on: whoever waits goes on waiting with it.
static Value get_condition(Thread *thread, Value self) {
    Future *future = as_future(self);
    if (is_undefined(future->condition)) {
        Value make_one = concurrent_future_base_name(thread, "_Condition");
        Value condition = is_error(make_one) ? make_one : call_0(thread, make_one);
        if (is_error(condition)) {
            return condition;
        }
        if (is_undefined(future->condition)) {
            future->condition = condition;
            unpark_all(&thread->core, &future->waiting);
        }
    }
    return future->condition;
}
static bool set_condition(Thread *thread, Value self, Value v) {
    as_future(self)->condition = v;
    unpark_all(&thread->core, &as_future(self)->waiting);
    return true;
}

static Value get_list(Thread *thread, List **list) {
    if (*list == NULL) {
        *list = list_new(thread, 0);
    }
    return value_object(*list);
}
static bool set_list(Thread *thread, List **list, Value v) {
    if (!is_list(v)) {
        return raise_false(thread, ERROR_TypeError, "expected a list");
    }
    *list = as_list(v);
    return true;
}
static Value get_watchers(Thread *thread, Value self) {
    return get_list(thread, &as_future(self)->watchers);
}
static bool set_watchers(Thread *thread, Value self, Value v) {
    return set_list(thread, &as_future(self)->watchers, v);
}
static Value get_callbacks(Thread *thread, Value self) {
    return get_list(thread, &as_future(self)->callbacks);
}
static bool set_callbacks(Thread *thread, Value self, Value v) {
    return set_list(thread, &as_future(self)->callbacks, v);
}

static Value get_result(Thread *thread, Value self) {
    (void)thread;
    return as_future(self)->result;
}
static bool set_result(Thread *thread, Value self, Value v) {
    (void)thread;
    as_future(self)->result = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_exception(Thread *thread, Value self) {
    (void)thread;
    return as_future(self)->exception;
}
static bool set_exception(Thread *thread, Value self, Value v) {
    (void)thread;
    as_future(self)->exception = is_undefined(v) ? VALUE_NONE : v;
    return true;
}

// ---- The type ----

static void future_trace(Marker *marker, Object *object) {
    const Future *future = (const Future *)object;
    mark_value(marker, future->result);
    mark_value(marker, future->exception);
    mark_value(marker, future->condition);
    mark_object(marker, future->watchers);
    mark_object(marker, future->callbacks);
    mark_object(marker, future->runner.taken_at.code);
    mark_object(marker, future->made_at.code);
}

static Value future_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(make(thread, as_type(callee)));
}

static Value future_init(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

static const NativeSpec future_methods[] = {
    {"__init__", future_init, "(self)", "Begin pending. Should not be called by clients.",
     NATIVE_WORDS},
    {"result", result_method, "(self, timeout=None)",
     "Return the result of the call, waiting for it; raise what the call has raised.",
     NATIVE_WORDS},
    {"exception", exception_method, "(self, timeout=None)",
     "Return what the call has raised, waiting for its end; None if it has returned.",
     NATIVE_WORDS},
    {"cancel", cancel_method, "(self)",
     "Cancel the future if possible: not when it is running or has finished.", NATIVE_WORDS},
    {"cancelled", cancelled_method, "(self)", "Return True if the future was cancelled.",
     NATIVE_WORDS},
    {"running", running_method, "(self)", "Return True if the future is currently executing.",
     NATIVE_WORDS},
    {"done", done_method, "(self)",
     "Return True if the future was cancelled or finished executing.", NATIVE_WORDS},
    {"add_done_callback", add_done_callback, "(self, fn)",
     "Have fn(future) called when the future is done; now if it is.", NATIVE_WORDS},
    {"set_running_or_notify_cancel", begin_method, "(self)",
     "For executors: True if the work may begin, False if it was cancelled.", NATIVE_WORDS},
    {"set_result", set_result_method, "(self, result)", "For executors: the call has returned.",
     NATIVE_WORDS},
    {"set_exception", set_exception_method, "(self, exception)",
     "For executors: the call has raised.", NATIVE_WORDS},
    {"_begin_here", begin_here_method, "(self)",
     "The same; this thread works on it from now on, as deadlock reports will say.", NATIVE_WORDS},
    {"_invoke_callbacks", invoke_callbacks, "(self)", "Call the callbacks.", NATIVE_WORDS},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};

static const GetSetSpec future_getsets[] = {
    {"_state", get_state, set_state, "PENDING, RUNNING, CANCELLED..."},
    {"_condition", get_condition, set_condition, "The lock of the future, made when asked for."},
    {"_result", get_result, set_result, "What the call has returned."},
    {"_exception", get_exception, set_exception, "What the call has raised."},
    {"_waiters", get_watchers, set_watchers, "What is told when it is done."},
    {"_done_callbacks", get_callbacks, set_callbacks, "What is called when it is done."},
    {0},
};

const TypeSpec concurrent_future_type_spec = {
    .name = "Future",
    .module = "concurrent.futures._base",
    .doc = "()\n--\n\nRepresents the result of an asynchronous computation.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(Future),
    .slots = {.repr = future_repr, .construct = future_construct, .trace = future_trace},
    .methods = future_methods,
    .getsets = future_getsets,
};

// ---- The module ----

// Under a schedule the library takes each step by itself, so that their order can be chosen.
static Value is_controlled(Thread *thread, Value *args) {
    (void)args;
    return value_bool(!schedule_is_free(&thread->interpreter->runtime.schedule));
}

static Value settle_function(Thread *thread, Value *args) {
    int failed = operation_truth(thread, args[1]);
    if (failed < 0 || !is_concurrent_future(thread, args[0])) {
        return failed < 0 ? VALUE_ERROR
                          : raise_error(thread, ERROR_TypeError, "a future is needed, not %s",
                                        type_name(thread, args[0]));
    }
    return concurrent_future_finish(thread, as_future(args[0]), failed, args[2]);
}

static const NativeSpec functions[] = {
    NATIVE("is_controlled", is_controlled, "()", "Whether a schedule decides who runs."),
    NATIVE("settle", settle_function, "(future, failed, outcome, /, *watchers)",
           "set_exception or set_result; the watchers are for those who watch the schedule."),
    NATIVE_END,
};

bool futures_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    module_add(thread, module, "Future",
               value_object(library_late_type(thread, LATE_ConcurrentFuture)));
    watcher_add_types(thread, module);
    pool_add_types(thread, module);
    return true;
}
