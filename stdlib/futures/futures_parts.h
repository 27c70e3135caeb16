// SPDX-License-Identifier: MIT
//
// What the files of `_futures` share: the future itself, its watchers, and the work of a thread
// pool. `_futures` is the native half of futures (Python's concurrent.futures).
#pragma once

#include "library.h"
#include "list.h"
#include "park.h"

typedef enum FutureState {
#define FUTURE_STATE(name, description) FUTURE_##name,
#include "future_states.def"
#undef FUTURE_STATE
    FUTURE_STATE_COUNT,
} FutureState;

typedef struct Future {
    Object object;
    uint64_t state;    // a FutureState
    Value result;      // None until it is there
    Value exception;   // None: there is none
    List *watchers;    // what wait() and as_completed() have put there; NULL: nobody has
    List *callbacks;   // NULL: none
    Value condition;   // UNDEFINED until somebody asks for _condition
    LockOwner runner;  // the thread of a pool that works on it
    WaitQueue waiting; // threads in result() and exception()
    CodePosition made_at;
} Future;

static inline bool concurrent_future_has(const Future *future, FutureState a, FutureState b) {
    return future->state == (uint64_t)a || future->state == (uint64_t)b;
}
static inline bool concurrent_future_is_cancelled(const Future *future) {
    return concurrent_future_has(future, FUTURE_CANCELLED, FUTURE_CANCELLED_AND_NOTIFIED);
}
// Finished, or cancelled and its watchers know.
static inline bool concurrent_future_is_settled(const Future *future) {
    return concurrent_future_has(future, FUTURE_CANCELLED_AND_NOTIFIED, FUTURE_FINISHED);
}
static inline bool concurrent_future_is_done(const Future *future) {
    return future->state >= FUTURE_CANCELLED;
}

Future *concurrent_future_new(Thread *thread);
// An instance of Future or of a class derived from it.
bool is_concurrent_future(Thread *thread, Value v);
// The same; if it may, the calling thread is the one that works on it until it is finished.
int concurrent_future_begin_here(Thread *thread, Future *future);
// set_result, or set_exception if `failed`: VALUE_NONE or VALUE_ERROR.
Value concurrent_future_finish(Thread *thread, Future *future, bool failed, Value outcome);

// Tell one watcher (ours, or any object with add_result and so on) of a future that is settled.
bool watcher_tell(Thread *thread, Value watcher, Value future);

// Make the types of future_pool.c and future_watcher.c known to the module.
void watcher_add_types(Thread *thread, Module *module);
void pool_add_types(Thread *thread, Module *module);

// Fills the module `_futures`.
bool futures_module_init(Thread *thread, Module *module);
