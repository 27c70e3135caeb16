// SPDX-License-Identifier: MIT
//
// Lock and RLock. Both are the same record; the RLock counts. A waiter that was woken competes
// (see park.h); when it lost, it stands at the head of the queue again, so that it keeps its turn.
#include "lock.h"

#include <string.h>

#include "races.h"
#include "runtime.h"

// ---- what the race detector is told ----

enum { HELD = sizeof((RuntimeThread *)0)->holds / sizeof(void *) };

static void note_taken(Races *races, RuntimeThread *thread, const Lock *lock) {
    races_acquire(races, thread, lock);
    for (size_t i = 0; i < HELD; i++) {
        if (thread->holds[i] == NULL) {
            thread->holds[i] = lock->object;
            return;
        }
    }
}

static void note_freed(Races *races, RuntimeThread *thread, const Lock *lock) {
    races_release(races, thread, lock);
    for (size_t i = 0; i < HELD; i++) {
        if (thread->holds[i] == lock->object) {
            memmove(thread->holds + i, thread->holds + i + 1,
                    (HELD - 1 - i) * sizeof thread->holds[0]);
            thread->holds[HELD - 1] = NULL;
            return;
        }
    }
}

// ---- taking and releasing ----

static void take(RuntimeThread *thread, Lock *lock) {
    thread->locks_held++;
    lock->owner.holder = thread;
    lock->owner.taken_at = runtime_position(thread);
    lock->depth = 1;
    ORDER(note_taken, thread, lock);
    trace(thread, TRACE_LOCK_ACQUIRE, (int64_t)(intptr_t)lock->object, 0);
}

static void set_free(RuntimeThread *thread, Lock *lock) {
    ORDER(note_freed, thread, lock);
    trace(thread, TRACE_LOCK_RELEASE, (int64_t)(intptr_t)lock->object, 0);
    lock->owner.holder->locks_held--;
    lock->owner.holder = NULL;
    lock->depth = 0;
    if (!wait_queue_is_empty(&lock->waiters)) {
        unpark_first(thread, &lock->waiters);
    }
}

static ParkResult acquire(RuntimeThread *thread, Lock *lock, Wait wait) {
    wait.queue = &lock->waiters;
    wait.owner = &lock->owner;
    wait.made_at = lock->made_at;
    while (lock->owner.holder) {
        ParkResult result = park(thread, &wait);
        if (result != PARK_WOKEN) {
            return result;
        }
        wait.at_head = true;
    }
    take(thread, lock);
    return PARK_WOKEN;
}

bool lock_try_acquire(RuntimeThread *thread, Lock *lock) {
    if (lock->owner.holder) {
        return false;
    }
    take(thread, lock);
    return true;
}

ParkResult lock_acquire(RuntimeThread *thread, Lock *lock, int64_t deadline, const void *object,
                        const char *name) {
    Wait wait = {.kind = WAIT_LOCK, .object = object, .name = name, .deadline = deadline};
    return acquire(thread, lock, wait);
}

bool lock_release(RuntimeThread *thread, Lock *lock) {
    if (!lock->owner.holder) {
        return false;
    }
    set_free(thread, lock);
    return true;
}

bool rlock_try_acquire(RuntimeThread *thread, Lock *lock) {
    if (lock->owner.holder == thread) {
        lock->depth++;
        return true;
    }
    return lock_try_acquire(thread, lock);
}

ParkResult rlock_acquire(RuntimeThread *thread, Lock *lock, int64_t deadline, const void *object,
                         const char *name) {
    if (rlock_try_acquire(thread, lock)) {
        return PARK_WOKEN;
    }
    Wait wait = {.kind = WAIT_RLOCK, .object = object, .name = name, .deadline = deadline};
    return acquire(thread, lock, wait);
}

bool rlock_release(RuntimeThread *thread, Lock *lock) {
    if (lock->owner.holder != thread) {
        return false;
    }
    if (--lock->depth == 0) {
        set_free(thread, lock);
    }
    return true;
}

uint64_t rlock_release_all(RuntimeThread *thread, Lock *lock) {
    uint64_t depth = lock->depth;
    set_free(thread, lock);
    return depth;
}

void lock_reset(RuntimeThread *thread, Lock *lock) {
    if (lock->owner.holder) {
        set_free(thread, lock);
    }
}

bool lock_is_orphan(const Lock *lock) {
    return lock->owner.holder && lock->owner.holder->life == THREAD_LOST;
}
