// SPDX-License-Identifier: MIT
//
// The methods of the class Loop, from which BaseEventLoop (aio_base_events.mini) derives: those
// that are called for each callback, and what programs can see of the loop's state.
//
// A class derived from Loop may replace methods that the loop itself uses: clocks of tests replace
// time(), for example. aio_overrides.def lists them. For each loop we know which ones were
// replaced, by its class or by an assignment to the object, so that all others cost no look-up.
#include "aio_loop.h"

#include "aio_task.h"
#include "attribute.h"
#include "call.h"
#include "execute.h"
#include "int.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <signal.h>

#define LOOP_OVERRIDE(name, method, function) static Value function(Thread *thread, Value *args);
#include "aio_overrides.def"
#undef LOOP_OVERRIDE

// ---- Birth ----

static const struct {
    const char *method;
    NativeFunction function;
} overridable[] = {
#define LOOP_OVERRIDE(name, method, function) {method, function},
#include "aio_overrides.def"
#undef LOOP_OVERRIDE
};

static void loop_note_overrides(Thread *thread, Loop *loop) {
    Type *type = loop->object.type;
    loop->overrides = 0;
    for (size_t i = 0; i < LOOP_OVERRIDE_COUNT; i++) {
        Value found = type_lookup(thread, type, str_intern_c(thread, overridable[i].method));
        if (!native_is(found, overridable[i].function)) {
            loop->overrides |= UINT64_C(1) << i;
        }
    }
}

static bool loop_set_attribute(Thread *thread, Value self, Str *name, Value v) {
    if (!attribute_set_default(thread, self, name, v)) {
        return false;
    }
    for (size_t i = 0; i < LOOP_OVERRIDE_COUNT; i++) {
        if (name == str_intern_c(thread, overridable[i].method)) {
            as_loop(self)->overrides |= UINT64_C(1) << i;
        }
    }
    return true;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Loop *loop = object_new(thread, as_type(callee));
    loop->selector = loop->current_handle = loop->thread_id = loop->task_factory = VALUE_NONE;
    loop->current = VALUE_UNDEFINED;
    loop->clock_resolution = 1e-9;
    loop->ready = ready_new(thread);
    loop->timers = timers_new(thread);
    loop_note_overrides(thread, loop);
    return value_object(loop);
}

static void loop_trace(Marker *marker, Object *self) {
    const Loop *loop = (const Loop *)self;
    mark_object(marker, loop->ready);
    mark_object(marker, loop->timers);
    mark_object(marker, loop->poll);
    mark_value(marker, loop->selector);
    mark_value(marker, loop->current);
    mark_value(marker, loop->current_handle);
    mark_value(marker, loop->thread_id);
    mark_value(marker, loop->task_factory);
}

Value loop_call(Thread *thread, Loop *loop, const char *method, Value *args, size_t count) {
    return call_method(thread, value_object(loop), str_intern_c(thread, method), args, count);
}

int loop_is_debug(Thread *thread, Value v) {
    if (is_loop(thread, v)) {
        return as_loop(v)->is_debug;
    }
    Value debug = call_method(thread, v, str_intern_c(thread, "get_debug"), NULL, 0);
    return is_error(debug) ? -1 : operation_truth(thread, debug);
}

int loop_is_running_now(Thread *thread, Value v) {
    if (is_loop(thread, v)) {
        return !is_none(as_loop(v)->thread_id);
    }
    Value running = call_method(thread, v, str_intern_c(thread, "is_running"), NULL, 0);
    return is_error(running) ? -1 : operation_truth(thread, running);
}

// ---- Callbacks ----

// In debug mode: the right thread, and something that can be called.
static bool check_call(Thread *thread, Loop *loop, Value callback, const char *method,
                       bool any_thread) {
    if (!loop_check_open(thread, loop)) {
        return false;
    }
    if (!loop->is_debug) {
        return true;
    }
    Value args[] = {callback, library_text(thread, method)};
    return (any_thread || !is_error(loop_call(thread, loop, "_check_thread", NULL, 0))) &&
           !is_error(loop_call(thread, loop, "_check_callback", args, 2));
}

// args: self, callback, context, *args
static Value call_soon(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    Handle *handle = handle_new(thread, args[1], args[3], args[0], args[2], loop->is_debug);
    if (handle == NULL) {
        return VALUE_ERROR;
    }
    ready_push(thread, loop->ready, value_object(handle), VALUE_UNDEFINED);
    return value_object(handle);
}

static Value loop_call_soon_method(Thread *thread, Value *args) {
    bool good = check_call(thread, as_loop(args[0]), args[1], "call_soon", false);
    return good ? call_soon(thread, args) : VALUE_ERROR;
}

static Value loop_write_to_self_method(Thread *thread, Value *args) {
    loop_wake(thread, as_loop(args[0]));
    return VALUE_NONE;
}

static bool wake(Thread *thread, Loop *loop) {
    if (loop_overrides(loop, OVERRIDES_WRITE_TO_SELF)) {
        return !is_error(loop_call(thread, loop, "_write_to_self", NULL, 0));
    }
    loop_wake(thread, loop);
    return true;
}

static Value call_soon_threadsafe(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    if (!check_call(thread, loop, args[1], "call_soon_threadsafe", true)) {
        return VALUE_ERROR;
    }
    Value handle = call_soon(thread, args);
    return is_error(handle) || wake(thread, loop) ? handle : VALUE_ERROR;
}

// args: self, when, callback, context, *args
static Value loop_call_at_method(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    double when;
    if (is_none(args[1])) {
        return raise_error(thread, ERROR_TypeError, "when cannot be None");
    }
    if (!check_call(thread, loop, args[2], "call_at", false) ||
        !operation_as_double(thread, args[1], &when)) {
        return VALUE_ERROR;
    }
    Handle *handle =
        handle_new_timer(thread, args[1], args[2], args[4], args[0], args[3], loop->is_debug);
    if (handle == NULL) {
        return VALUE_ERROR;
    }
    loop_add_timer(thread, loop, handle, when);
    return value_object(handle);
}

// By a call_at() that the program has written.
static Value call_own_at(Thread *thread, Value *args, Value when) {
    Value method = attribute_get(thread, args[0], str_intern_c(thread, "call_at"));
    if (is_error(method)) {
        return method;
    }
    const Tuple *rest = as_tuple(args[4]);
    Tuple *all = tuple_new(thread, rest->length + 3), *names = tuple_new(thread, 1);
    names->items[0] = value_object(str_intern_c(thread, "context"));
    all->items[0] = when;
    all->items[1] = args[2];
    values_copy(all->items + 2, rest->items, rest->length);
    all->items[rest->length + 2] = args[3];
    return call_with_keywords(thread, method, all->items, all->length, names);
}

static Value call_later(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    double now;
    if (is_none(args[1])) {
        return raise_error(thread, ERROR_TypeError, "delay must not be None");
    }
    if (!loop_time(thread, loop, &now)) {
        return VALUE_ERROR;
    }
    Value when = operation_binary(thread, BINARY_ADD, value_float(now), args[1]);
    if (is_error(when) || loop_overrides(loop, OVERRIDES_CALL_AT)) {
        return is_error(when) ? when : call_own_at(thread, args, when);
    }
    Value all[] = {args[0], when, args[2], args[3], args[4]};
    return loop_call_at_method(thread, all);
}

static Value loop_time_method(Thread *thread, Value *args) {
    (void)args;
    return value_float((double)runtime_now(&thread->interpreter->runtime) / 1e9);
}

static Value loop_timer_cancelled_method(Thread *thread, Value *args) {
    if (is_handle(thread, args[1]) && as_handle(args[1])->flags & HANDLE_SCHEDULED) {
        as_loop(args[0])->timers->cancelled++;
    }
    return VALUE_NONE;
}

static Value add_callback(Thread *thread, Value *args) {
    if (is_handle(thread, args[1]) && !(as_handle(args[1])->flags & HANDLE_CANCELLED)) {
        ready_push(thread, as_loop(args[0])->ready, args[1], VALUE_UNDEFINED);
    }
    return VALUE_NONE;
}

static Value add_callback_signalsafe(Thread *thread, Value *args) {
    Value done = add_callback(thread, args);
    return wake(thread, as_loop(args[0])) ? done : VALUE_ERROR;
}

// ---- Futures and tasks ----

static Value create_future(Thread *thread, Value *args) {
    Future *future = future_new(thread, aio_state(thread)->future_type);
    return future_open(thread, future, args[0]) ? value_object(future) : VALUE_ERROR;
}

// args: self, coro, name, context
static Value create_by_factory(Thread *thread, Loop *loop, Value *args) {
    Value given[] = {args[0], args[1], args[3]};
    Tuple *names = tuple_new(thread, is_none(args[3]) ? 0 : 1);
    if (names->length > 0) {
        names->items[0] = value_object(str_intern_c(thread, "context"));
    }
    Value task = call_with_keywords(thread, loop->task_factory, given, 2 + names->length, names);
    if (is_error(task)) {
        return task;
    }
    Value named = call_method(thread, task, str_intern_c(thread, "set_name"), &args[2], 1);
    return is_error(named) ? named : task;
}

static Value loop_create_task_method(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    if (!loop_check_open(thread, loop)) {
        return VALUE_ERROR;
    }
    if (!is_none(loop->task_factory)) {
        return create_by_factory(thread, loop, args);
    }
    Task *task = task_create(thread, args[0], args[1], args[2], args[3]);
    return task == NULL ? VALUE_ERROR : value_object(task);
}

// ---- Descriptors ----

static bool descriptor_of(Thread *thread, Value v, int *fd) {
    int64_t number;
    Value given = is_int(v) ? v : call_method(thread, v, str_intern_c(thread, "fileno"), NULL, 0);
    bool good =
        !is_error(given) && is_int(given) && int_to_int64(given, &number) && number <= INT32_MAX;
    if (!good) {
        error_clear(thread);
        return raise_false(thread, ERROR_ValueError, "Invalid file object: %s",
                           aio_repr(thread, v));
    }
    *fd = (int)number;
    return number >= 0 || raise_false(thread, ERROR_ValueError, "Invalid file descriptor: %lld",
                                      (long long)number);
}

static Value cancel_handle(Thread *thread, Value handle) {
    return call_method(thread, handle, str_intern_c(thread, "cancel"), NULL, 0);
}

// args: self, fd, callback, *args
static Value add_side(Thread *thread, Value *args, PollSide side) {
    Loop *loop = as_loop(args[0]);
    int fd;
    Value old;
    if (!loop_check_open(thread, loop)) {
        return VALUE_ERROR;
    }
    Handle *handle = handle_new(thread, args[2], args[3], args[0], VALUE_NONE, loop->is_debug);
    if (handle == NULL || !descriptor_of(thread, args[1], &fd)) {
        return VALUE_ERROR;
    }
    if (loop->poll == NULL && (loop->poll = poll_table_new(thread)) == NULL) {
        return VALUE_ERROR;
    }
    if (!poll_table_set(thread, loop->poll, fd, side, value_object(handle), &old) ||
        (!is_undefined(old) && is_error(cancel_handle(thread, old)))) {
        return VALUE_ERROR;
    }
    return value_object(handle);
}

static Value remove_side(Thread *thread, Value *args, PollSide side) {
    Loop *loop = as_loop(args[0]);
    int fd;
    Value old;
    if (loop->is_closed || loop->poll == NULL) {
        return VALUE_FALSE;
    }
    if (!descriptor_of(thread, args[1], &fd) ||
        !poll_table_set(thread, loop->poll, fd, side, VALUE_UNDEFINED, &old)) {
        return VALUE_ERROR;
    }
    if (is_undefined(old)) {
        return VALUE_FALSE;
    }
    return is_error(cancel_handle(thread, old)) ? VALUE_ERROR : VALUE_TRUE;
}

static Value add_reader(Thread *thread, Value *args) {
    return add_side(thread, args, POLL_READER);
}
static Value add_writer(Thread *thread, Value *args) {
    return add_side(thread, args, POLL_WRITER);
}
static Value remove_reader(Thread *thread, Value *args) {
    return remove_side(thread, args, POLL_READER);
}
static Value remove_writer(Thread *thread, Value *args) {
    return remove_side(thread, args, POLL_WRITER);
}

// The handles of a descriptor as a pair; None for nobody.
static Value handles_of(Thread *thread, Value *args) {
    const Loop *loop = as_loop(args[0]);
    Value pair[POLL_SIDES] = {VALUE_NONE, VALUE_NONE};
    int fd;
    if (!descriptor_of(thread, args[1], &fd)) {
        return VALUE_ERROR;
    }
    for (PollSide side = POLL_READER; loop->poll != NULL && side < POLL_SIDES; side++) {
        Value handle = poll_table_get(loop->poll, fd, side);
        pair[side] = is_undefined(handle) ? VALUE_NONE : handle;
    }
    return tuple_pair(thread, pair[POLL_READER], pair[POLL_WRITER]);
}

// ---- Running ----

static Value loop_run_once_method(Thread *thread, Value *args) {
    return loop_run_once(thread, as_loop(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static bool turn(Thread *thread, Loop *loop) {
    return loop_overrides(loop, OVERRIDES_RUN_ONCE)
               ? !is_error(loop_call(thread, loop, "_run_once", NULL, 0))
               : loop_run_once(thread, loop);
}

// Until stop() is called.
static Value run_turns(Thread *thread, Value *args) {
    Loop *loop = as_loop(args[0]);
    do {
        if (!turn(thread, loop)) {
            return VALUE_ERROR;
        }
    } while (!loop->is_stopping);
    return VALUE_NONE;
}

static Value stop(Thread *thread, Value *args) {
    (void)thread;
    as_loop(args[0])->is_stopping = true;
    return VALUE_NONE;
}
static Value is_running(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(!is_none(as_loop(args[0])->thread_id));
}
static Value is_closed(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_loop(args[0])->is_closed);
}
static Value get_debug(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_loop(args[0])->is_debug);
}
static Value check_closed(Thread *thread, Value *args) {
    return loop_check_open(thread, as_loop(args[0])) ? VALUE_NONE : VALUE_ERROR;
}
// What close() has to do with what is here.
static Value let_go(Thread *thread, Value *args) {
    (void)thread;
    Loop *loop = as_loop(args[0]);
    loop->is_closed = true;
    ready_clear(loop->ready);
    loop->timers->count = loop->timers->cancelled = 0;
    if (loop->poll != NULL) {
        poll_table_close(loop->poll);
    }
    return VALUE_NONE;
}

// ---- State that programs can see ----

#define VALUE_FIELD(field)                                                                         \
    static Value get_##field(Thread *thread, Value self) {                                         \
        (void)thread;                                                                              \
        return as_loop(self)->field;                                                               \
    }                                                                                              \
    static bool set_##field(Thread *thread, Value self, Value v) {                                 \
        (void)thread;                                                                              \
        as_loop(self)->field = is_undefined(v) ? VALUE_NONE : v;                                   \
        return true;                                                                               \
    }
#define FLAG_FIELD(field)                                                                          \
    static Value get_##field(Thread *thread, Value self) {                                         \
        (void)thread;                                                                              \
        return value_bool(as_loop(self)->field);                                                   \
    }                                                                                              \
    static bool set_##field(Thread *thread, Value self, Value v) {                                 \
        int on = is_undefined(v) ? 0 : operation_truth(thread, v);                                 \
        as_loop(self)->field = on > 0;                                                             \
        return on >= 0;                                                                            \
    }
VALUE_FIELD(selector)
VALUE_FIELD(current_handle)
VALUE_FIELD(thread_id)
VALUE_FIELD(task_factory)
FLAG_FIELD(is_stopping)
FLAG_FIELD(is_closed)
FLAG_FIELD(is_debug)

static Value get_ready(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_loop(self)->ready);
}
static Value get_scheduled(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_loop(self)->timers);
}
static Value get_cancelled_count(Thread *thread, Value self) {
    (void)thread;
    return value_small_int((int64_t)as_loop(self)->timers->cancelled);
}
static bool set_cancelled_count(Thread *thread, Value self, Value v) {
    int64_t count;
    if (is_undefined(v) || !operation_index_int64(thread, v, &count)) {
        return false;
    }
    as_loop(self)->timers->cancelled = count < 0 ? 0 : (size_t)count;
    return true;
}
static Value get_runner_handlers(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_loop(self)->runner_handlers);
}
static bool set_runner_handlers(Thread *thread, Value self, Value v) {
    int64_t count;
    if (is_undefined(v) || !operation_index_int64(thread, v, &count)) {
        return false;
    }
    as_loop(self)->runner_handlers = count < 0 || count > NSIG ? 0 : (int)count;
    return true;
}
static Value get_step_count(Thread *thread, Value self) {
    return int_from_uint64(thread, as_loop(self)->step_count);
}

static Value get_resolution(Thread *thread, Value self) {
    (void)thread;
    return value_float(as_loop(self)->clock_resolution);
}
static bool set_resolution(Thread *thread, Value self, Value v) {
    return !is_undefined(v) && operation_as_double(thread, v, &as_loop(self)->clock_resolution);
}

static const NativeSpec methods[] = {
    NATIVE("call_soon", loop_call_soon_method, "(self, callback, *args, context=None)",
           "Call a function in the next turn of the loop."),
    NATIVE("call_soon_threadsafe", call_soon_threadsafe, "(self, callback, *args, context=None)",
           "The same from another thread."),
    NATIVE("call_later", call_later, "(self, delay, callback, *args, context=None)",
           "Call a function after so many seconds."),
    NATIVE("call_at", loop_call_at_method, "(self, when, callback, *args, context=None)",
           "Call a function at a time of the loop."),
    NATIVE("time", loop_time_method, "(self)", "The loop's time in seconds."),
    NATIVE("create_future", create_future, "(self)", "A future of this loop."),
    NATIVE("create_task", loop_create_task_method, "(self, coro, *, name=None, context=None)",
           "Run a coroutine in this loop."),
    NATIVE("stop", stop, "(self)", "Let run_forever() return after this turn."),
    NATIVE("is_running", is_running, "(self)", "Whether it is running."),
    NATIVE("is_closed", is_closed, "(self)", "Whether it was closed."),
    NATIVE("get_debug", get_debug, "(self)", "Whether it is in debug mode."),
    NATIVE("_check_closed", check_closed, "(self)", "RuntimeError if it was closed."),
    NATIVE("_let_go", let_go, "(self)", "The native part of close()."),
    NATIVE("_run_once", loop_run_once_method, "(self)", "One turn of the loop."),
    NATIVE("_run_turns", run_turns, "(self)", "Turns until stop() is called."),
    NATIVE("_write_to_self", loop_write_to_self_method, "(self)",
           "Let the thread that waits in the loop look again."),
    NATIVE("_timer_handle_cancelled", loop_timer_cancelled_method, "(self, handle)",
           "A timer was cancelled."),
    NATIVE("_add_callback", add_callback, "(self, handle)", "Run a handle in the next turn."),
    NATIVE("_add_callback_signalsafe", add_callback_signalsafe, "(self, handle)",
           "The same from a signal handler."),
    NATIVE("_add_reader", add_reader, "(self, fd, callback, *args)",
           "Call a function whenever a descriptor can be read."),
    NATIVE("_add_writer", add_writer, "(self, fd, callback, *args)",
           "Call a function whenever a descriptor can be written."),
    NATIVE("_remove_reader", remove_reader, "(self, fd)", "Do not; whether it was watched."),
    NATIVE("_remove_writer", remove_writer, "(self, fd)", "Do not; whether it was watched."),
    NATIVE("_handles_of", handles_of, "(self, fd)",
           "The handles of a descriptor, reader and writer; None: nobody."),
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    GETSET("_ready", get_ready, NULL, "What it will do next."),
    GETSET("_scheduled", get_scheduled, NULL, "Its timers."),
    GETSET("_selector", get_selector, set_selector, "What watches descriptors."),
    GETSET("_current_handle", get_current_handle, set_current_handle,
           "In debug mode, the handle under way."),
    GETSET("_thread_id", get_thread_id, set_thread_id, "The thread that runs it, or None."),
    GETSET("_task_factory", get_task_factory, set_task_factory, "What makes tasks, or None."),
    GETSET("_stopping", get_is_stopping, set_is_stopping, "stop() was called."),
    GETSET("_closed", get_is_closed, set_is_closed, "It was closed."),
    GETSET("_debug", get_is_debug, set_is_debug, "It is in debug mode."),
    GETSET("_runner_handlers", get_runner_handlers, set_runner_handlers,
           "How many handlers of signals whoever runs it has set."),
    GETSET("_timer_cancelled_count", get_cancelled_count, set_cancelled_count,
           "How many timers were cancelled and are not due yet."),
    GETSET("_step_count", get_step_count, NULL,
           "Counts beginnings and ends of callbacks: odd while one is under way."),
    GETSET("_clock_resolution", get_resolution, set_resolution, "How exact its time is."),
    GETSET_END,
};

const TypeSpec aio_loop_type_spec = {
    .name = "_aio.Loop",
    .doc = "The native part of an event loop.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Loop),
    .slots = {.set_attribute = loop_set_attribute, .construct = construct, .trace = loop_trace},
    .methods = methods,
    .getsets = getsets,
};
