// SPDX-License-Identifier: MIT
//
// A quick release leaves the books as they are, so that the turn goes on if nobody took the lock
// meanwhile. Somebody can: a thread that C has started and that calls back. Whoever takes the lock
// becomes `last_holder`; so when the lock was free again and the last holder is another one, the
// turn is over, and the lock is released once more to be taken with the books.
#include "calling.h"

#include <errno.h>

#include "runtime.h"

static int64_t coarse_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * CLOCK_NS_PER_SECOND + now.tv_nsec;
}

void calling_begin_published(RuntimeThread *thread, CallingRegion *region, const char *what) {
    Runtime *runtime = thread->runtime;
    Gil *gil = &runtime->gil;
    if (runtime->alive > 1 || trace_is_on(thread) || !schedule_is_free(&runtime->schedule)) {
        region->began = CALLING_ORDINARY;
        blocking_begin_published(thread, BLOCK_CALL, what);
        return;
    }
    thread->blocked_in = what;
    thread->released_for = GIL_CAUSE_CALL;
    region->began = coarse_now();
    gil->last_holder = thread;
    gil->last_cause = GIL_CAUSE_CALL;
    uintptr_t unwanted = (uintptr_t)thread;
    if (!atomic_compare_exchange_strong(&gil->word, &unwanted, 0)) {
        gil_release(thread, GIL_CAUSE_CALL);
    }
}

// Of the time since the last change of state, `elapsed` was spent in the call.
static void book(RuntimeThread *thread, int64_t elapsed) {
    Ledger *ledger = &thread->ledger;
    ThreadState state = ledger_state_after(GIL_CAUSE_CALL);
    int64_t since = atomic_load_explicit(&ledger->since, memory_order_relaxed);
    int64_t most = clock_real_now() - since;
    elapsed = elapsed < most ? elapsed : most;
    uint32_t version = atomic_load_explicit(&ledger->version, memory_order_relaxed);
    atomic_store_explicit(&ledger->version, version + 1, memory_order_relaxed);
    int64_t spent = atomic_load_explicit(&ledger->spent[state], memory_order_relaxed);
    atomic_store_explicit(&ledger->spent[state], spent + elapsed, memory_order_release);
    atomic_store_explicit(&ledger->since, since + elapsed, memory_order_release);
    atomic_store_explicit(&ledger->version, version + 2, memory_order_release);
}

// The lock, if it is free and the turn goes on.
static bool take_back(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    uintptr_t nobody = 0, ours = (uintptr_t)thread;
    if (!atomic_compare_exchange_strong(&gil->word, &nobody, ours)) {
        return false;
    }
    if (gil->last_holder == thread) {
        return true;
    }
    if (!atomic_compare_exchange_strong(&gil->word, &ours, 0)) {
        gil_release(thread, GIL_CAUSE_CALL);
    }
    return false;
}

void calling_end(RuntimeThread *thread, const CallingRegion *region) {
    if (region->began == CALLING_ORDINARY) {
        blocking_end(thread);
        return;
    }
    int saved_errno = errno;
    int64_t elapsed = coarse_now() - region->began;
    if (__builtin_expect(elapsed != 0, 0) &&
        atomic_load_explicit(&thread->ledger.state, memory_order_relaxed) == THREAD_RUNNING) {
        book(thread, elapsed);
    }
    if (!take_back(thread)) {
        gil_acquire(thread);
    }
    thread->blocked_in = NULL;
    errno = saved_errno;
}
