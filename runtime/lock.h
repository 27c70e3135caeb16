// SPDX-License-Identifier: MIT
//
// A mutual-exclusion lock for Mini programs (threading.Lock, and with `depth` RLock), made of an
// owner record and a wait queue. Under the GIL taking a free lock is an ordinary store: no atomic
// instruction, no system call. Only a thread that finds the lock taken has to wait, and it waits
// in park().
//
// NOTE(student): this is what a GIL buys. A lock that works without one needs at least an atomic
// compare-and-swap here, as gil.c itself does.
//
// A plain lock may be released by a thread that does not own it, as in Python (a lock is also a
// binary semaphore there), so `owner` says who took it last, not who must give it back.
//
// A thread may end without releasing its locks. Its record is then kept, because the lock and the
// report of a deadlock refer to it: RuntimeThread.locks_held says so.
#pragma once

#include "park.h"

typedef struct Lock {
    LockOwner owner;
    WaitQueue waiters;
    uint64_t depth;       // how often the owner has taken it (RLock); 0 or 1 for a plain lock
    CodePosition made_at; // for reports; code NULL: not noted
    const void *object;   // the Mini object that it is part of, for reports; may be NULL
} Lock;

// Take the lock if it is free. GIL held.
bool lock_try_acquire(RuntimeThread *thread, Lock *lock);

// Take it, waiting at most until `deadline`. PARK_WOKEN means that the lock is owned; the other
// results mean that it is not. `object` and `name` are for the report (see Wait). GIL held.
ParkResult lock_acquire(RuntimeThread *thread, Lock *lock, int64_t deadline, const void *object,
                        const char *name);

// Give it back; false when nobody owns it (RuntimeError in Python). GIL held.
bool lock_release(RuntimeThread *thread, Lock *lock);

// The same for an RLock: the owner may take it again; release is false for anybody but the owner.
bool rlock_try_acquire(RuntimeThread *thread, Lock *lock);
ParkResult rlock_acquire(RuntimeThread *thread, Lock *lock, int64_t deadline, const void *object,
                         const char *name);
bool rlock_release(RuntimeThread *thread, Lock *lock);

// Release however often it was taken, for Condition.wait; returns the depth to restore.
uint64_t rlock_release_all(RuntimeThread *thread, Lock *lock);

// Be free, whoever had it: in the child of a fork that may be a thread which is not there. GIL
// held.
void lock_reset(RuntimeThread *thread, Lock *lock);

// The owner did not survive a fork: nobody will ever release this lock. GIL held.
bool lock_is_orphan(const Lock *lock);
