// SPDX-License-Identifier: MIT
//
// Watcher: what wait() and as_completed() wait with. It stands in the list of each future that is
// to be watched, gathers those that settle, and lets its thread go on when there are enough.
//
// Which futures are settled already, and joining the lists of the others, is one native step, so
// none can settle between the two. CPython takes the locks of all futures for that, sorted by
// address, so that two threads cannot deadlock over them. Objects of other kinds may stand in the
// lists as well; they are called as CPython calls its _Waiter.
#include "futures_parts.h"

#include "call.h"
#include "operations.h"
#include "races.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "waiting.h"

// When the wait is over. The numbers are known to futures_base.mini.
typedef enum WatchMode {
    WATCH_EACH,      // as_completed: at each one
    WATCH_FIRST,     // FIRST_COMPLETED
    WATCH_EXCEPTION, // FIRST_EXCEPTION
    WATCH_ALL,       // ALL_COMPLETED
    WATCH_MODE_COUNT,
} WatchMode;

typedef struct Watcher {
    Object object;
    uint64_t mode;
    uint64_t pending;   // futures that are to settle
    uint64_t is_enough; // the wait is over
    List *finished;     // those that have settled, in order
    WaitQueue waiting;
    CodePosition made_at;
} Watcher;

static Watcher *as_watcher(Value v) {
    return (Watcher *)as_object(v);
}

static bool has_failed(const Future *future) {
    return future->state == FUTURE_FINISHED && !is_none(future->exception);
}

static bool is_enough(const Watcher *watcher, const Future *latest) {
    return watcher->mode <= WATCH_FIRST || watcher->pending == 0 ||
           (watcher->mode == WATCH_EXCEPTION && has_failed(latest));
}

static void add_finished(Thread *thread, Watcher *watcher, Future *future) {
    list_append(thread, watcher->finished, value_object(future));
    watcher->is_enough |= is_enough(watcher, future);
}

static bool tell_foreign(Thread *thread, Value watcher, Value future) {
    const Future *told = (const Future *)as_object(future);
    const char *name = concurrent_future_is_cancelled(told) ? "add_cancelled"
                       : has_failed(told)                   ? "add_exception"
                                                            : "add_result";
    return !is_error(call_method(thread, watcher, str_intern_c(thread, name), &future, 1));
}

bool watcher_tell(Thread *thread, Value watcher, Value future) {
    if (!library_is_late(thread, watcher, LATE_Watcher)) {
        return tell_foreign(thread, watcher, future);
    }
    Watcher *told = as_watcher(watcher);
    told->pending -= told->pending > 0;
    add_finished(thread, told, (Future *)as_object(future));
    ORDER(races_release, &thread->core, told);
    if (told->is_enough) {
        unpark_all(&thread->core, &told->waiting);
    }
    return true;
}

// ---- Beginning ----

static bool check_futures(Thread *thread, const Tuple *futures) {
    for (size_t i = 0; i < futures->length; i++) {
        if (!is_concurrent_future(thread, futures->items[i])) {
            return raise_false(thread, ERROR_AttributeError,
                               "'%s' object has no attribute '_condition'",
                               type_name(thread, futures->items[i]));
        }
    }
    return true;
}

static void watch(Thread *thread, Watcher *watcher, Future *future) {
    if (future->watchers == NULL) {
        future->watchers = list_new(thread, 1);
    }
    list_append(thread, future->watchers, value_object(watcher));
}

// Nothing here runs Mini code, so all of it is one step.
static void watch_all(Thread *thread, Watcher *watcher, const Tuple *futures) {
    for (size_t i = 0; i < futures->length; i++) {
        watcher->pending +=
            !concurrent_future_is_settled((const Future *)as_object(futures->items[i]));
    }
    for (size_t i = 0; i < futures->length; i++) {
        Future *future = (Future *)as_object(futures->items[i]);
        if (concurrent_future_is_settled(future)) {
            add_finished(thread, watcher, future);
        } else {
            watch(thread, watcher, future);
        }
    }
    watcher->is_enough |= watcher->pending == 0;
    ORDER(races_acquire, &thread->core, watcher);
}

static Value watcher_init(Thread *thread, Value *args) {
    Watcher *watcher = as_watcher(args[0]);
    Value futures = operation_to_tuple(thread, args[1]);
    int64_t mode;
    if (is_error(futures) || !operation_index_int64(thread, args[2], &mode) ||
        !check_futures(thread, as_tuple(futures))) {
        return VALUE_ERROR;
    }
    if (mode < 0 || mode >= WATCH_MODE_COUNT) {
        return raise_error(thread, ERROR_ValueError, "no such mode");
    }
    watcher->mode = (uint64_t)mode;
    watch_all(thread, watcher, as_tuple(futures));
    return VALUE_NONE;
}

// The same as the class with the futures side by side, for those who watch the schedule.
static Value watch_function(Thread *thread, Value *args) {
    Value class = value_object(library_late_type(thread, LATE_Watcher));
    Value all[] = {args[1], args[0]};
    return call_value(thread, class, all, 2);
}

static const NativeSpec watcher_functions[] = {
    NATIVE("watch", watch_function, "(mode, /, *futures)", "Watcher(futures, mode)"),
    NATIVE_END,
};

// ---- Waiting ----

static WaitOutcome wait_once(Thread *thread, Watcher *watcher, int64_t deadline) {
    Wait wait = {.kind = WAIT_FUTURES,
                 .object = watcher,
                 .queue = &watcher->waiting,
                 .made_at = watcher->made_at,
                 .deadline = deadline};
    return wait_outcome(thread, park(&thread->core, &wait));
}

static Value wait_method(Thread *thread, Value *args) {
    Watcher *watcher = as_watcher(args[0]);
    int64_t deadline;
    if (!watcher->is_enough && !wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    while (!watcher->is_enough) {
        WaitOutcome outcome = wait_once(thread, watcher, deadline);
        if (outcome == WAIT_FAILED) {
            return VALUE_ERROR;
        }
        if (outcome == WAIT_TIMED_OUT) {
            return value_bool(watcher->is_enough);
        }
    }
    ORDER(races_acquire, &thread->core, watcher);
    return VALUE_TRUE;
}

// The futures that have settled since the last call.
static Value take_method(Thread *thread, Value *args) {
    Watcher *watcher = as_watcher(args[0]);
    List *taken = watcher->finished;
    watcher->finished = list_new(thread, 0);
    watcher->is_enough = 0;
    return value_object(taken);
}

static void leave(Thread *thread, Value watcher, const Future *future) {
    List *watchers = future->watchers;
    for (size_t i = 0; watchers != NULL && i < watchers->length; i++) {
        if (is_object(watchers->items[i]) && as_object(watchers->items[i]) == as_object(watcher)) {
            list_remove_at(thread, watchers, i);
            return;
        }
    }
}

static Value leave_method(Thread *thread, Value *args) {
    Value futures = operation_to_tuple(thread, args[1]);
    if (is_error(futures) || !check_futures(thread, as_tuple(futures))) {
        return VALUE_ERROR;
    }
    for (size_t i = 0; i < as_tuple(futures)->length; i++) {
        leave(thread, args[0], (const Future *)as_object(as_tuple(futures)->items[i]));
    }
    return VALUE_NONE;
}

// ---- The type ----

static void watcher_trace(Marker *marker, Object *object) {
    const Watcher *watcher = (const Watcher *)object;
    mark_object(marker, watcher->finished);
    mark_object(marker, watcher->made_at.code);
}

static Value watcher_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Watcher *watcher = object_new(thread, as_type(callee));
    watcher->finished = list_new(thread, 0);
    watcher->made_at = made_here(thread);
    return value_object(watcher);
}

static const NativeSpec watcher_methods[] = {
    NATIVE("__init__", watcher_init, "(self, futures, mode, /)", "Begin to watch."),
    NATIVE("wait", wait_method, "(self, timeout=None, /)",
           "Wait until enough have settled; False after the timeout."),
    NATIVE("take", take_method, "(self, /)", "Those that have settled since the last call."),
    NATIVE("leave", leave_method, "(self, futures, /)", "Watch them no more."),
    NATIVE_END,
};

const TypeSpec watcher_type_spec = {
    .name = "_futures.Watcher",
    .doc = "Waits until some futures are done.",
    .flags = TYPE_SYNC | TYPE_FINAL | TYPE_HAS_INIT,
    .size = sizeof(Watcher),
    .slots = {.construct = watcher_construct, .trace = watcher_trace},
    .methods = watcher_methods,
};

void watcher_add_types(Thread *thread, Module *module) {
    module_add_natives(thread, module, watcher_functions);
    module_add(thread, module, "Watcher", value_object(library_late_type(thread, LATE_Watcher)));
}
