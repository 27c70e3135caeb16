// SPDX-License-Identifier: MIT
//
// The event loop: one thread that does many things by never waiting for any of them.
//
// Whatever would wait leaves a callback, or is a task that has given control back, and the loop
// waits for all of them at once. One turn of it (loop_run_once) has three phases:
//
//     wait         for the first of: a descriptor is ready, a timer is due, another thread calls;
//                  not at all if something is ready already
//     due timers   go to the ready queue, the earliest first
//     ready        everything that was in the queue when the phase began is run, once
//
// What becomes ready during the third phase waits for the next turn, so that nobody, however busy,
// keeps timers and descriptors waiting for more than one turn. What does keep them waiting is a
// callback that computes: NOTE(student): the loop can not take the thread away from it. A ready
// queue drained in a `while` until it is empty would be simpler, and could starve everybody else.
//
// There is one place where a loop sleeps, loop_sleep_until. With descriptors to watch it is the
// poller, in a blocking region. Without, it is a park(), so that the runtime knows that this thread
// can only be woken by another one: when all of them wait like that, it is a deadlock, and said so.
//
// The rest of a loop's methods are in aio_loop_methods.c and, as far as speed does not matter, in
// aio_base_events.mini. CPython's counterpart is base_events.py, `_run_once`.
#include "aio_loop.h"

#include "aio_task.h"
#include "attribute.h"
#include "call.h"
#include "contextvars.h"
#include "exception.h"
#include "execute.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "waiting.h"

#include <errno.h>
#include <math.h>
#include <string.h>

// A wait is never longer than a day: clocks and kernels have limits, and the loop just waits again.
#define LONGEST_WAIT (24 * 3600.0)
enum { EVENTS_AT_ONCE = 64, FEW_CANCELLED = 100, WIPED_BYTES = 1024 };

// ---- Time ----

static int64_t to_ns(double seconds) {
    return seconds >= 9e9 ? CLOCK_NEVER : (int64_t)ceil(seconds * 1e9);
}

static double native_time(Thread *thread) {
    return (double)runtime_now(&thread->interpreter->runtime) / 1e9;
}

bool loop_time(Thread *thread, Loop *loop, double *seconds) {
    if (!loop_overrides(loop, OVERRIDES_TIME)) {
        *seconds = native_time(thread);
        return true;
    }
    Value now = loop_call(thread, loop, "time", NULL, 0);
    return !is_error(now) && operation_as_double(thread, now, seconds);
}

// ---- Phase one: waiting ----

void loop_wake(Thread *thread, Loop *loop) {
    if (loop->sleep == LOOP_PARKED) {
        unpark(&thread->core, &loop->sleeper->core);
    } else if (loop->sleep == LOOP_POLLING) {
        poller_wake(&loop->poll->poller);
    }
}

// Nobody can wake this loop: say so, with its tasks and what each of them waits for.
static bool raise_deadlock(Thread *thread, Loop *loop) {
    Value args[] = {value_object(loop),
                    library_text(thread, park_explanation(&thread->interpreter->runtime))};
    Value text = aio_call_mini(thread, "asyncio.graph", "deadlock_text", args, 2);
    return !is_error(text) && is_str(text) &&
           raise_false(thread, ERROR_DeadlockError, "%s", str_text(thread, as_str(text)));
}

static bool park_until(Thread *thread, Loop *loop, int64_t deadline) {
    Wait wait = {.kind = WAIT_LOOP, .object = loop, .deadline = deadline};
    loop->sleeper = thread;
    loop->sleep = LOOP_PARKED;
    // That Ctrl-C can cancel the main task (Runner) is no reason to wait for ever.
    int handlers = loop->runner_handlers;
    park_expect_outside(&thread->interpreter->runtime, -handlers);
    ParkResult result = park(&thread->core, &wait);
    park_expect_outside(&thread->interpreter->runtime, handlers);
    loop->sleep = LOOP_AWAKE;
    if (result == PARK_DEADLOCK) {
        return raise_deadlock(thread, loop);
    }
    return wait_outcome(thread, result) != WAIT_FAILED;
}

// The handle of a descriptor that is ready goes to the ready queue, unless it was cancelled.
static bool wake_side(Thread *thread, Loop *loop, int fd, PollSide side) {
    Value handle = poll_table_get(loop->poll, fd, side), old;
    if (is_undefined(handle)) {
        return true;
    }
    if (as_handle(handle)->flags & HANDLE_CANCELLED) {
        return poll_table_set(thread, loop->poll, fd, side, VALUE_UNDEFINED, &old);
    }
    ready_push(thread, loop->ready, handle, VALUE_UNDEFINED);
    return true;
}

static bool poll_until(Thread *thread, Loop *loop, int64_t deadline) {
    PollerEvent events[EVENTS_AT_ONCE];
    loop->sleeper = thread;
    loop->sleep = LOOP_POLLING;
    int count = poller_wait(&thread->core, &loop->poll->poller, deadline, events, EVENTS_AT_ONCE);
    int error = errno;
    loop->sleep = LOOP_AWAKE;
    if (count < 0) {
        return error == EINTR ? thread_safepoint(thread)
                              : (raise_os_error(thread, error, VALUE_NONE), false);
    }
    for (int i = 0; i < count; i++) {
        if ((events[i].interest & POLLER_READ &&
             !wake_side(thread, loop, events[i].fd, POLL_READER)) ||
            (events[i].interest & POLLER_WRITE &&
             !wake_side(thread, loop, events[i].fd, POLL_WRITER))) {
            return false;
        }
    }
    return true;
}

// NOTE(student): the one place where a loop sleeps. `timeout` < 0: until somebody wakes it.
static bool loop_sleep_for(Thread *thread, Loop *loop, double timeout) {
    int64_t now = timeout == 0 ? 0 : runtime_now(&thread->interpreter->runtime);
    int64_t span = timeout <= 0 ? 0 : to_ns(timeout);
    int64_t deadline = timeout < 0                ? CLOCK_NEVER
                       : now > CLOCK_NEVER - span ? CLOCK_NEVER
                                                  : now + span;
    if (loop->poll != NULL && loop->poll->watched > 0) {
        return poll_until(thread, loop, deadline);
    }
    return timeout == 0 || park_until(thread, loop, deadline);
}

// The same with the program's own selector.
static bool select_for(Thread *thread, Loop *loop, double timeout) {
    Value seconds = timeout < 0    ? VALUE_NONE
                    : timeout == 0 ? value_small_int(0)
                                   : value_float(timeout);
    Value events = call_method(thread, loop->selector, str_intern_c(thread, "select"), &seconds, 1);
    return !is_error(events) && !is_error(loop_call(thread, loop, "_process_events", &events, 1));
}

static void drop_cancelled_timers(Thread *thread, Loop *loop) {
    TimerHeap *timers = loop->timers;
    if (timers->count > FEW_CANCELLED && timers->cancelled > timers->count / 2) {
        timers_drop_cancelled(thread, timers);
        return;
    }
    while (timers->count > 0 && timers_is_over(thread, timers_first(timers)->target)) {
        Value target = timers_pop(timers).target;
        timers->cancelled -= timers->cancelled > 0;
        if (is_handle(thread, target)) {
            as_handle(target)->flags &= ~(uint64_t)HANDLE_SCHEDULED;
        }
    }
}

// How long to wait: 0 if there is something to do, < 0 if only others can bring it.
static bool choose_timeout(Thread *thread, Loop *loop, double *timeout) {
    double now;
    *timeout = 0;
    if (loop->ready->count > 0 || loop->is_stopping) {
        return true;
    }
    *timeout = -1;
    if (loop->timers->count == 0) {
        return true;
    }
    if (!loop_time(thread, loop, &now)) {
        return false;
    }
    double left = timers_first(loop->timers)->when - now;
    *timeout = left <= 0 ? 0 : left > LONGEST_WAIT ? LONGEST_WAIT : left;
    return true;
}

static bool wait_for_events(Thread *thread, Loop *loop) {
    double timeout;
    drop_cancelled_timers(thread, loop);
    if (!choose_timeout(thread, loop, &timeout)) {
        return false;
    }
    int64_t began = trace_is_on(&thread->core) ? clock_real_now() : 0;
    bool good = is_none(loop->selector) ? loop_sleep_for(thread, loop, timeout)
                                        : select_for(thread, loop, timeout);
    if (began != 0) {
        trace(&thread->core, TRACE_LOOP_POLL, timeout < 0 ? -1 : to_ns(timeout),
              clock_real_now() - began);
    }
    return good;
}

// ---- Phase two: timers that are due ----

static bool move_due_timers(Thread *thread, Loop *loop) {
    double now;
    if (loop->timers->count == 0) {
        return true;
    }
    if (!loop_time(thread, loop, &now)) {
        return false;
    }
    double first = timers_first(loop->timers)->when;
    if (loop->ready->count > 0 && !schedule_is_free(&thread->interpreter->runtime.schedule) &&
        loop_hurries_timer(thread, first - now)) {
        now = first;
    }
    double end = now + loop->clock_resolution;
    while (loop->timers->count > 0 && timers_first(loop->timers)->when < end) {
        TimerEntry due = timers_pop(loop->timers);
        Value target = due.target;
        if (is_handle(thread, target)) {
            as_handle(target)->flags &= ~(uint64_t)HANDLE_SCHEDULED;
        } else {
            future_unmark(as_future(target), FUTURE_TIMED);
        }
        if (trace_is_on(&thread->core)) {
            trace(&thread->core, TRACE_LOOP_TIMER, aio_trace_id(target),
                  to_ns(fmax(now - due.when, 0)));
        }
        ready_push(thread, loop->ready, target, VALUE_UNDEFINED);
    }
    return true;
}

// ---- Phase three: what is ready ----

// A step or a callback has failed and it is the loop's fault or nobody's: tell the handler.
static bool tell_failure(Thread *thread, Value target, Value reason) {
    Value error = error_take(thread);
    if (aio_ends_loop(thread, error)) {
        thread->exception = error;
        return false;
    }
    Value handle = loop_handle_for(thread, target, reason);
    thread->exception = error;
    return !is_error(handle) && handle_tell_failure(thread, as_handle(handle));
}

static bool call_callback(Thread *thread, Value target, Value future) {
    Callback *callback = (Callback *)as_object(target);
    Value outer;
    if (!context_enter(thread, callback->context, &outer)) {
        return tell_failure(thread, target, future);
    }
    Value result = call_1(thread, callback->function, future);
    callback->context = context_leave(thread, outer);
    return !is_error(result) || tell_failure(thread, target, future);
}

static bool run_handle_timed(Thread *thread, Loop *loop, Handle *handle) {
    double before, after;
    loop->current_handle = value_object(handle);
    bool good = loop_time(thread, loop, &before) && handle_run(thread, handle);
    loop->current_handle = VALUE_NONE;
    if (!good || !loop_time(thread, loop, &after)) {
        return false;
    }
    Value args[] = {value_object(loop), value_object(handle), value_float(after - before)};
    return !is_error(aio_call_mini(thread, "asyncio.base_events", "_check_slow", args, 3));
}

static bool run_timed_or_handle(Thread *thread, Loop *loop, Value target) {
    if (!is_handle(thread, target)) {
        Future *future = as_future(target);
        return future->state != FUTURE_PENDING ||
               future_complete(thread, future, FUTURE_FINISHED, VALUE_NONE);
    }
    Handle *handle = as_handle(target);
    if (handle->flags & HANDLE_CANCELLED) {
        return true;
    }
    return loop->is_debug ? run_handle_timed(thread, loop, handle) : handle_run(thread, handle);
}

static bool run_entry(Thread *thread, Loop *loop, ReadyEntry entry) {
    if (is_undefined(entry.reason)) {
        return run_timed_or_handle(thread, loop, entry.target);
    }
    if (object_type(entry.target) == aio_state(thread)->callback_type) {
        return call_callback(thread, entry.target, entry.reason);
    }
    return task_run(thread, as_task(entry.target), entry.reason) ||
           tell_failure(thread, entry.target, entry.reason);
}

static bool run_entry_timed(Thread *thread, Loop *loop, ReadyEntry entry) {
    StepTime time = loop_step_began(thread, entry);
    bool good = run_entry(thread, loop, entry);
    loop_step_ended(thread, &time, entry);
    return good;
}

static bool run_ready(Thread *thread, Loop *loop) {
    ReadyQueue *ready = loop->ready;
    bool is_free = schedule_is_free(&thread->interpreter->runtime.schedule);
    bool is_timed = thread->interpreter->options.stats;
    for (uint64_t left = ready->count; left > 0 && ready->count > 0; left--) {
        if (!is_free) {
            loop_choose_task(thread, ready, left);
        }
        loop->step_count++;
        ReadyEntry entry = ready_pop(ready);
        bool good =
            is_timed ? run_entry_timed(thread, loop, entry) : run_entry(thread, loop, entry);
        loop->step_count++;
        if (!good) {
            return false;
        }
        bool is_quiet = atomic_load_explicit(&thread->core.pending, memory_order_relaxed) == 0;
        if (!is_quiet && !thread_safepoint(thread)) {
            return false;
        }
    }
    return true;
}

// What the turn before has left on the C stack, below here, looks to the collector like something
// in use: the task that ended last would live, and its exception that nobody asks for not be
// reported, until other words come to lie there. (Boehm's collector wipes for the same reason.)
__attribute__((noinline)) static void wipe_left_over(void) {
    char words[WIPED_BYTES];
    memset(words, 0, sizeof words);
    __asm__ volatile("" : : "r"(words) : "memory"); // the compiler must not leave it out
}

bool loop_run_once(Thread *thread, Loop *loop) {
    trace(&thread->core, TRACE_LOOP_TURN, aio_trace_id(value_object(loop)),
          (int64_t)loop->ready->count);
    if (loop->ready->count == 0) { // it is going to wait, and has the time
        wipe_left_over();
    }
    if (loop->ready->capacity > READY_LARGE) {
        ready_shrink(thread, loop->ready);
    }
    return wait_for_events(thread, loop) && move_due_timers(thread, loop) &&
           run_ready(thread, loop);
}

// ---- What others put into the queue ----

bool loop_check_open(Thread *thread, const Loop *loop) {
    return !loop->is_closed || raise_false(thread, ERROR_RuntimeError, "Event loop is closed");
}

// What a ReadyEntry does, as a function and at most one argument for it.
typedef struct Parts {
    Value function, argument, context, loop;
} Parts;

static Parts parts_of(Thread *thread, Value target, Value reason) {
    if (is_undefined(reason)) { // a future whose time has come
        Value method = attribute_get(thread, target, str_intern_c(thread, "set_result"));
        return (Parts){method, VALUE_NONE, VALUE_UNDEFINED, as_future(target)->loop};
    }
    if (object_type(target) == aio_state(thread)->callback_type) {
        const Callback *callback = (const Callback *)as_object(target);
        return (Parts){callback->function, reason, callback->context, as_future(reason)->loop};
    }
    Task *task = as_task(target);
    bool is_step = is_none(reason) || is_exception(reason);
    Value function =
        is_step ? task_step_callable(thread, task, reason)
                : native_bind(thread, (Native *)as_object(aio_state(thread)->wakeup), target);
    task->context = context_object(thread, task->context);
    return (Parts){function, is_step ? VALUE_UNDEFINED : reason, task->context, task->future.loop};
}

static Value args_of(Thread *thread, const Parts *parts) {
    return value_object(tuple_from_array(thread, &parts->argument, !is_undefined(parts->argument)));
}

Value loop_handle_for(Thread *thread, Value target, Value reason) {
    if (is_undefined(reason) && is_handle(thread, target)) {
        return target;
    }
    Parts parts = parts_of(thread, target, reason);
    Value context = context_object(thread, parts.context);
    Handle *handle =
        handle_new(thread, parts.function, args_of(thread, &parts), parts.loop, context, false);
    return handle == NULL ? VALUE_ERROR : value_object(handle);
}

// By the loop's own call_soon().
static bool schedule_by_call(Thread *thread, Value loop, Value target, Value reason) {
    Parts parts = parts_of(thread, target, reason);
    bool has_argument = !is_undefined(parts.argument);
    Value args[3] = {parts.function, parts.argument, VALUE_UNDEFINED};
    args[1 + has_argument] = context_object(thread, parts.context);
    Tuple *names = tuple_new(thread, 1);
    names->items[0] = value_object(str_intern_c(thread, "context"));
    Value method = attribute_get(thread, loop, str_intern_c(thread, "call_soon"));
    return !is_error(method) &&
           !is_error(call_with_keywords(thread, method, args, 2 + (size_t)has_argument, names));
}

bool loop_schedule(Thread *thread, Value loop, Value target, Value reason) {
    if (!loop_is_plain(thread, loop)) {
        return schedule_by_call(thread, loop, target, reason);
    }
    if (!loop_check_open(thread, as_loop(loop))) {
        return false;
    }
    ready_push(thread, as_loop(loop)->ready, target, reason);
    return true;
}

void loop_add_timer(Thread *thread, Loop *loop, Handle *handle, double when) {
    timers_push(thread, loop->timers, when, value_object(handle));
    handle->flags |= HANDLE_SCHEDULED;
}

Future *loop_sleep(Thread *thread, Value v, double seconds) {
    if (!is_loop(thread, v) || as_loop(v)->is_debug || as_loop(v)->is_closed ||
        loop_overrides(as_loop(v), OVERRIDES_CALL_AT) ||
        loop_overrides(as_loop(v), OVERRIDES_TIME)) {
        return NULL;
    }
    Future *future = future_new(thread, aio_state(thread)->future_type);
    future->loop = v;
    future->flags = FUTURE_TIMED;
    timers_push(thread, as_loop(v)->timers, native_time(thread) + seconds, value_object(future));
    return future;
}

void loop_forget_timer(Thread *thread, Future *future) {
    (void)thread;
    future_unmark(future, FUTURE_TIMED);
    as_loop(future->loop)->timers->cancelled++;
}

bool loop_timer_cancelled(Thread *thread, Handle *handle) {
    Value self = value_object(handle);
    bool is_native = is_loop(thread, handle->loop) &&
                     !loop_overrides(as_loop(handle->loop), OVERRIDES_TIMER_CANCELLED);
    if (!is_native) {
        Str *name = str_intern_c(thread, "_timer_handle_cancelled");
        return !is_error(call_method(thread, handle->loop, name, &self, 1));
    }
    if (handle->flags & HANDLE_SCHEDULED) {
        as_loop(handle->loop)->timers->cancelled++;
    }
    return true;
}
