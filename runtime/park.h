// SPDX-License-Identifier: MIT
//
// park: the one way to wait for another thread. Whoever must wait (for a lock, a condition, a
// queue, the end of a thread, a moment in time) says what for in a `Wait` and calls park(), which
// puts the thread on a wait queue, gives up the GIL, sleeps, and takes the GIL again. Because
// there is no other way, the runtime always knows who waits for whom (the wait-for graph of the
// textbooks) and can say "deadlock" instead of hanging.
//
// Wait queues are plain lists: they are touched only by the holder of the GIL, so they need no
// lock of their own. unpark() of a thread that is about to time out, or to be interrupted, is
// never lost: the waiter decides which of them happened after it has the GIL back, and a wake-up
// wins.
//
// Releasing a lock does NOT hand the lock to the waiter that is woken; the woken thread competes
// for it when it has the GIL, and the thread that released it may take it again in the meantime.
// Handing over would turn every `with lock:` of two busy threads into two context switches (a
// lock convoy); CPython's locks compete as well. The queues themselves are FIFO.
#pragma once

#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ledger.h"
#include "trace.h"

typedef enum WaitKind {
#define WAIT_KIND(name, noun, cause) WAIT_##name,
#include "wait_kinds.def"
#undef WAIT_KIND
    WAIT_KIND_COUNT,
} WaitKind;

// Threads that wait for the same thing, in order of arrival. All-zero is empty. GIL.
typedef struct WaitQueue {
    RuntimeThread *first;
    RuntimeThread *last;
} WaitQueue;

// Who owns a lock, and where it was taken: an edge of the wait-for graph. GIL.
typedef struct LockOwner {
    RuntimeThread *holder; // NULL: free
    CodePosition taken_at;
} LockOwner;

// What a thread waits for. Lives on the waiter's stack while it is parked.
typedef struct Wait {
    WaitKind kind;
    const void *object;     // the Mini object, for the trace and the report; may be NULL
    const char *name;       // what to call it ("'fork 3'"); NULL: as the program calls it
    CodePosition made_at;   // where the object was made, for the report; code NULL: unknown
    WaitQueue *queue;       // where to stand in line; NULL: only unpark() or time ends it
    const LockOwner *owner; // who can end the wait, where that is known (lock, rlock)
    RuntimeThread *target;  // the thread whose end is awaited (WAIT_JOIN)
    int64_t deadline;       // in the runtime's clock, ns; CLOCK_NEVER for none
    struct pollfd *fds;     // in a controlled run: one of these being ready ends the wait, too
    size_t fd_count;
    bool at_head; // was woken in vain before: stand at the head of the queue
} Wait;

typedef enum ParkResult {
    PARK_WOKEN,       // somebody called unpark: look whether what you want is there
    PARK_TIMEOUT,     // the deadline has passed
    PARK_INTERRUPTED, // a signal is pending and this is the main thread
    PARK_DEADLOCK,    // nobody can end this wait; park_explanation() says why
} ParkResult;

// Wait as `wait` says. GIL held before and after; others run in between.
// May return at once (a pending signal, a deadlock that this wait would close).
ParkResult park(RuntimeThread *thread, const Wait *wait);

// Sleep until `deadline`: PARK_TIMEOUT when it has come, PARK_INTERRUPTED in the main thread when
// a signal came first, PARK_WOKEN when somebody called unpark(). GIL held before and after.
// Under control a sleep takes a quarter of a millisecond at least, so that threads that give way
// to each other by sleep(0) all get their turn.
ParkResult sleep_until(RuntimeThread *thread, int64_t deadline);

// Wake a parked thread (no effect when it is not parked any more). GIL held by the caller `self`.
void unpark(RuntimeThread *self, RuntimeThread *thread);

// Wake the first thread of a queue (or the one that the schedule chooses) and return it; NULL
// when nobody waits. GIL held.
RuntimeThread *unpark_first(RuntimeThread *self, WaitQueue *queue);

// Wake all threads of a queue; returns how many. GIL held.
uint64_t unpark_all(RuntimeThread *self, WaitQueue *queue);

static inline bool wait_queue_is_empty(const WaitQueue *queue) {
    return queue->first == NULL;
}

// How many threads wait in the queue: O(n). GIL held.
uint64_t wait_queue_length(const WaitQueue *queue);

// The text of the last deadlock, valid until the next one; lines separated by \n, no final one.
// The first line is a summary, each further one tells about a thread. GIL held.
const char *park_explanation(Runtime *runtime);

// Something outside the threads may call unpark at any moment (a signal handler of the program,
// a child process, a foreign thread): +1 while that is so, then -1. While the sum is above zero
// "all threads are parked" is no deadlock. GIL held.
void park_expect_outside(Runtime *runtime, int delta);

// A thread has ended: is everybody who is left parked? Then the main thread is woken with
// PARK_DEADLOCK. park() checks by itself. GIL held.
void park_check_all_stuck(Runtime *runtime);

// Take a thread that will never run again out of its wait queue. GIL held.
void park_abandon(RuntimeThread *thread);

const char *wait_kind_noun(WaitKind kind);
