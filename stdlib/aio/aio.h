// SPDX-License-Identifier: MIT
//
// What the native parts of the event loop share: the state they keep for an interpreter, and
// futures, tasks and handles as C sees them.
//
// The shape of the whole: a Loop has a ready queue. An entry of it is a callback to run (a Handle)
// or a task to go on with. A task is run to its next `await` of something that is not done, a
// Future; the task is then entered into the future, and whoever completes the future puts the task
// into the ready queue again. None of that allocates anything: neither a bound method for the step
// nor a Handle for the wake-up, which is what costs most in asyncio.
#pragma once

#include "async_generator.h"
#include "instance.h"
#include "library.h"

typedef enum FutureState {
    FUTURE_PENDING,
    FUTURE_CANCELLED,
    FUTURE_FINISHED,
    FUTURE_FAILED, // finished with an exception
} FutureState;

typedef enum FutureFlags {
    FUTURE_BLOCKING = 1,      // has just been yielded by an `await` of it
    FUTURE_LOG_TRACEBACK = 2, // nobody has looked at its exception yet
    FUTURE_TIMED = 4,         // a timer of the loop will complete it
    TASK_MUST_CANCEL = 8,     // the next step throws CancelledError
    TASK_LOG_DESTROY = 16,    // complain when it is found dead while pending
    TASK_LISTED = 32,         // it is in AioState.tasks
} FutureFlags;

// A Future; a Task begins with one. Subclasses may be written in Mini. Of a sleeping program there
// are as many as tasks, so a word counts: who waits and the result share one, for there is nobody
// who waits once there is a result; where it was made, in debug mode, is an attribute.
typedef struct Future {
    Awaiter awaiter;  // an `await` of it delegates to the future itself
    uint16_t state;   // FutureState
    uint16_t flags;   // FutureFlags
    uint32_t cancels; // of a task: cancel() minus uncancel()
    Value loop;       // None before __init__
    union {
        Value callbacks; // PENDING: UNDEFINED; a Callback or a waiting Task; or a List of those
        Value result;    // or the exception; CANCELLED: the CancelledError for result(), if kept
    };
    Value detail; // PENDING, CANCELLED: the message of cancel(); FAILED: the traceback
    Attributes attributes;
} Future;

static inline void future_mark(Future *future, FutureFlags flag) {
    future->flags = (uint16_t)(future->flags | flag);
}
static inline void future_unmark(Future *future, FutureFlags flag) {
    future->flags = (uint16_t)(future->flags & ~(unsigned)flag);
}

typedef struct Task Task;
struct Task {
    Future future;
    Value coroutine;       // None once it has ended
    Value context;         // see contextvars.h
    Value name;            // a str, or the number of a task that nobody has named
    Value awaited;         // the future it waits for, or None
    Task *previous, *next; // in AioState.tasks or dying, not traced
};

// A function to be called with a future once that is done.
typedef struct Callback {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Value function;
    Value context; // see contextvars.h
} Callback;

// Where a thread is running a loop.
typedef struct RunningLoop {
    uint64_t thread; // RuntimeThread.id
    Value loop;
} RunningLoop;

typedef struct AioState {
    Object object;
    uint64_t running_count;
    uint64_t tasks_named; // how many tasks have got a number
    Type *future_type, *task_type, *iterator_type, *callback_type, *step_type;
    Type *handle_type, *timer_type, *ready_type, *timers_type, *loop_type, *poll_type, *pause_type;
    Value wakeup;          // the native Task.task_wakeup, to be bound
    Value cancelled_error; // the classes of aio.exceptions; UNDEFINED until needed
    Value invalid_state_error;
    Task *tasks;     // all that are not done, not traced
    Task *dying;     // found dead while pending, alive until they have said so
    Future **failed; // malloc'ed, see aio_farewell.c
    size_t failed_due, failed_count, failed_capacity;
    Value foreign_tasks;   // a list of what other libraries have registered; or UNDEFINED
    Value eager_tasks;     // a list of those in their first, eager step; or UNDEFINED
    Value foreign_current; // current tasks of loops that are not ours: a dict; or UNDEFINED
    RunningLoop *running;  // a buffer
    size_t running_room;
} AioState;

// The state; the first call makes it, and all native types of aio.
AioState *aio_make_state(Thread *thread);
static inline AioState *aio_state(Thread *thread) {
    Value state = library_state(thread)->aio;
    return is_object(state) ? (AioState *)as_object(state) : aio_make_state(thread);
}

// How the trace calls a loop, a task or a timer: no two that are alive have the same.
static inline int64_t aio_trace_id(Value v) {
    return (int64_t)(intptr_t)as_object(v);
}

// Call what is written in Mini: `name` of the module `module`.
Value aio_call_mini(Thread *thread, const char *module, const char *name, Value *args,
                    size_t count);
// asyncio.CancelledError and InvalidStateError; UNDEFINED with an exception set.
Value aio_cancelled_error(Thread *thread);
Value aio_raise_invalid_state(Thread *thread, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));
bool aio_is_cancelled_error(Thread *thread, Value exception);
// Whether it is a KeyboardInterrupt or SystemExit, which end the loop.
bool aio_ends_loop(Thread *thread, Value exception);
// loop.call_exception_handler({"message": message, ...}) with `count` pairs of a key and a value;
// those that are None are left out.
typedef struct AioDetail {
    const char *key;
    Value value;
} AioDetail;
Value aio_tell_handler(Thread *thread, Value loop, Str *message, const AioDetail *details,
                       size_t count);

// The loop that runs in this thread, or UNDEFINED.
Value aio_running_loop(Thread *thread);
// What a Future without a loop belongs to: the running loop, or the policy's.
Value aio_event_loop(Thread *thread);
// repr(v) as a C string for a message; never NULL.
const char *aio_repr(Thread *thread, Value v);

// ---- Last words (aio_farewell.c) ----

// A future has failed: should nobody ask for its exception, it is told when the future dies.
void aio_watch_failed(Thread *thread, Future *future);
// A task that will never begin is dropped while it is pending.
void aio_drop_task(Thread *thread, Task *task);
void aio_farewell_init(Thread *thread, AioState *state);
void aio_farewell_trace(Marker *marker, const AioState *state);
void aio_farewell_free(AioState *state);
