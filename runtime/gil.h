// SPDX-License-Identifier: MIT
//
// The global interpreter lock. Whoever holds it may touch Mini objects; nobody else may. That one
// rule is why lists, dicts and the rest of the interpreter need no locks, and why two busy threads
// are no faster than one.
//
// The lock is one word: the holder's address, and a bit that says whether anybody waits. Taking a
// free lock and releasing one that nobody wants is one compare-and-swap each. Everything else
// happens under `mutex`, where a GilPolicy decides who waits how patiently and who is next. A
// thread that wants the lock asks the holder to give way by having it trapped before its next
// bytecode (hook `interrupt`); the holder then calls gil_safepoint().
//
// CPython's counterpart: Python/ceval_gil.c, `take_gil`, `drop_gil`, `eval_breaker`.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger.h"
#include "sleeper.h"

// The switch interval unless somebody sets another: 5 ms, as in CPython.
#define GIL_DEFAULT_INTERVAL_NS INT64_C(5000000)

// Bytecodes between two switches under the policy `ticks`, as in CPython up to 3.1.
enum { GIL_TICKS = 100 };

// What gil_safepoint() found for the caller to handle.
enum {
    PENDING_DROP = 1 << 0,    // give the GIL away (never returned, handled inside)
    PENDING_SIGNAL = 1 << 1,  // main thread: signals_take() has something
    PENDING_COLLECT = 1 << 2, // the VM's own: the program has asked for a collection
    PENDING_DEATH = 1 << 3,   // the VM's own: weakly referenced objects have died, callbacks wait
};

typedef struct GilPolicy GilPolicy;

// Threads that wait for the GIL, in the order in which they asked. gil->mutex.
typedef struct GilQueue {
    RuntimeThread *first;
    RuntimeThread *last;
    uint64_t count;
} GilQueue;

typedef struct Gil {
    // Anybody, atomically: the holder's address, or'ed with GIL_WANTED while a queue is not empty.
    _Atomic uintptr_t word;
    _Atomic(const GilPolicy *) policy;
    _Atomic int64_t interval; // ns
    SpinLimit spin_limit;     // for all waits of the runtime's threads

    pthread_mutex_t mutex;
    // mutex must be held:
    GilQueue urgent; // whom the policy lets go first
    GilQueue regular;

    // Written by the holder, read by those who wait:
    _Atomic int64_t turn_began; // when the GIL last went to another thread, real ns

    // The GIL must be held:
    RuntimeThread *last_holder; // who released it last; NULL when that thread has ended
    GilCause last_cause;        // and why
} Gil;

enum { GIL_WANTED = 1 };

// A free lock under the policy `name` (NULL for the default); false when there is no such policy.
bool gil_init(Gil *gil, const char *policy, int64_t interval);
void gil_destroy(Gil *gil);

// Take the GIL, waiting for it as long as it takes. Keeps errno.
void gil_acquire(RuntimeThread *thread);

// Give the GIL away. The caller must not touch objects from here on; it must have published its
// stack (thread_publish_stack) if it goes on in a frame that could hold objects: use
// blocking_begin(), which does.
void gil_release(RuntimeThread *thread, GilCause cause);

// The last release of a thread that ends: when it returns nobody uses `thread` any more.
void gil_release_for_good(RuntimeThread *thread);

// In a controlled run: `from` holds the lock, and `to` has it from here on. Nobody waits in line.
void gil_hand_to(RuntimeThread *from, RuntimeThread *to, GilCause cause);

// Called by the VM when its trap is hit (and, under `ticks`, when thread->ticks_left is used up),
// after it has taken the trap away. Gives way if somebody asked for that, and returns the PENDING_
// bits that the VM has to handle. The thread holds the GIL before and after.
uint32_t gil_safepoint(RuntimeThread *thread);

// Set PENDING_ bits of a thread and have it trapped before its next bytecode. Any thread, and
// signal handlers.
void gil_interrupt(RuntimeThread *thread, uint32_t bits);

// Change the policy or the switch interval (ns, at least 1 us) while threads run; false for an
// unknown name. GIL held by `thread`.
bool gil_set_policy(RuntimeThread *thread, const char *name);
void gil_set_interval(RuntimeThread *thread, int64_t interval);

const char *gil_policy_name(const Gil *gil);
int64_t gil_interval(const Gil *gil);

// The name of policy 0, 1, ... (0 is the default), NULL after the last; and what a policy does, in
// a line (NULL for an unknown name).
const char *gil_policy_name_at(size_t index);
const char *gil_policy_summary(const char *name);

// Who holds the GIL; NULL for nobody. Without the GIL only a hint.
static inline RuntimeThread *gil_holder(const Gil *gil) {
    return (RuntimeThread *)(atomic_load(&gil->word) & ~(uintptr_t)GIL_WANTED);
}

// In the child of a fork: `thread` is the only one left, and holds the lock.
void gil_after_fork_child(RuntimeThread *thread);
