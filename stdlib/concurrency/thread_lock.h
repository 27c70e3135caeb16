// SPDX-License-Identifier: MIT
//
// Lock and RLock objects, and what Condition needs of them.
#pragma once

#include "lock.h"
#include "waiting.h"

typedef struct LockObject {
    Object object;
    uint64_t reentrant; // an RLock
    Lock lock;
} LockObject;

extern const TypeSpec lock_type_spec;
extern const TypeSpec rlock_type_spec;

// A new RLock, or VALUE_ERROR.
Value rlock_new(Thread *thread);
// `v` is one of this interpreter's native locks (subclasses included).
bool is_lock_object(Value v);
// Take the lock, waiting until `deadline` (0: only try). 1 taken, 0 not, -1 exception.
int lock_object_acquire(Thread *thread, LockObject *lock, int64_t deadline);
// false with RuntimeError if it is not to be released.
bool lock_object_release(Thread *thread, LockObject *lock);
// The calling thread may wait on a condition with this lock.
bool lock_object_is_owned(Thread *thread, const LockObject *lock);
