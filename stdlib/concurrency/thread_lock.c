// SPDX-License-Identifier: MIT
//
// Lock and RLock: the mutex of the textbooks, and the one its owner may take again.
//
// There is next to nothing here: runtime/lock.h has the lock. Under the GIL a free lock is taken
// by an ordinary store, so `with lock:` costs two native calls and no atomic instruction.
#include "thread_lock.h"

#include "attribute.h"
#include "call.h"
#include "import.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static LockObject *as_lock(Value v) {
    return (LockObject *)as_object(v);
}

bool is_lock_object(Value v) {
    return is_object(v) &&
           (object_type(v)->spec == &lock_type_spec || object_type(v)->spec == &rlock_type_spec);
}

static bool try_acquire(Thread *thread, LockObject *lock) {
    return lock->reentrant ? rlock_try_acquire(&thread->core, &lock->lock)
                           : lock_try_acquire(&thread->core, &lock->lock);
}

static int acquire_waiting(Thread *thread, LockObject *lock, int64_t deadline) {
    for (;;) {
        ParkResult result = lock->reentrant
                                ? rlock_acquire(&thread->core, &lock->lock, deadline, lock, NULL)
                                : lock_acquire(&thread->core, &lock->lock, deadline, lock, NULL);
        switch (wait_outcome(thread, result)) {
        case WAIT_WOKEN:
            return 1;
        case WAIT_TIMED_OUT:
            return 0;
        case WAIT_FAILED:
            return -1;
        case WAIT_AGAIN:
            break;
        }
    }
}

int lock_object_acquire(Thread *thread, LockObject *lock, int64_t deadline) {
    if (try_acquire(thread, lock)) {
        return 1;
    }
    return deadline == 0 ? 0 : acquire_waiting(thread, lock, deadline);
}

bool lock_object_release(Thread *thread, LockObject *lock) {
    if (lock->reentrant) {
        return rlock_release(&thread->core, &lock->lock) ||
               raise_false(thread, ERROR_RuntimeError, "cannot release un-acquired lock");
    }
    return lock_release(&thread->core, &lock->lock) ||
           raise_false(thread, ERROR_RuntimeError, "release unlocked lock");
}

bool lock_object_is_owned(Thread *thread, const LockObject *lock) {
    const RuntimeThread *holder = lock->lock.owner.holder;
    return lock->reentrant ? holder == &thread->core : lock->lock.depth > 0;
}

// ---- Methods ----

// Nearly all calls have no arguments: these are the defaults then.
static bool has_defaults(const Value *args) {
    return is_true(args[1]) && is_small_int(args[2]) && as_small_int(args[2]) == -1;
}

static Value acquire_method(Thread *thread, Value *args) {
    int64_t deadline = CLOCK_NEVER;
    if (!has_defaults(args) && !wait_lock_arguments(thread, args[1], args[2], &deadline)) {
        return VALUE_ERROR;
    }
    int taken = lock_object_acquire(thread, as_lock(args[0]), deadline);
    return taken < 0 ? VALUE_ERROR : value_bool(taken);
}

static Value release_method(Thread *thread, Value *args) {
    return lock_object_release(thread, as_lock(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

static Value enter_method(Thread *thread, Value *args) {
    int taken = lock_object_acquire(thread, as_lock(args[0]), CLOCK_NEVER);
    return taken < 0 ? VALUE_ERROR : VALUE_TRUE;
}

static Value locked_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_lock(args[0])->lock.depth > 0);
}

// For whoever leaves a lock behind that nobody will release: the child of a fork.
static Value at_fork_reinit(Thread *thread, Value *args) {
    LockObject *lock = as_lock(args[0]);
    lock_reset(&thread->core, &lock->lock);
    return VALUE_NONE;
}

static Value is_owned_method(Thread *thread, Value *args) {
    return value_bool(lock_object_is_owned(thread, as_lock(args[0])));
}

static Value recursion_count_method(Thread *thread, Value *args) {
    const LockObject *lock = as_lock(args[0]);
    bool owned = lock->lock.owner.holder == &thread->core;
    return value_small_int(owned ? (int64_t)lock->lock.depth : 0);
}

// What a Condition does with its lock: release it wholly, and take it as often again.
static Value release_save_method(Thread *thread, Value *args) {
    LockObject *lock = as_lock(args[0]);
    if (lock->lock.owner.holder != &thread->core) {
        return raise_error(thread, ERROR_RuntimeError, "cannot release un-acquired lock");
    }
    uint64_t id = thread->core.id, depth = rlock_release_all(&thread->core, &lock->lock);
    Value items[] = {int_from_uint64(thread, depth), int_from_uint64(thread, id)};
    return value_object(tuple_from_array(thread, items, 2));
}

static Value acquire_restore_method(Thread *thread, Value *args) {
    int64_t depth, owner;
    if (!is_tuple(args[1]) || as_tuple(args[1])->length != 2) {
        return raise_error(thread, ERROR_TypeError,
                           "_acquire_restore() argument 1 must be 2-item sequence, not %s",
                           type_name(thread, args[1]));
    }
    const Tuple *state = as_tuple(args[1]);
    if (!operation_index_int64(thread, state->items[0], &depth) ||
        !operation_index_int64(thread, state->items[1], &owner) ||
        lock_object_acquire(thread, as_lock(args[0]), CLOCK_NEVER) < 0) {
        return VALUE_ERROR;
    }
    as_lock(args[0])->lock.depth = depth < 1 ? 1 : (uint64_t)depth;
    return VALUE_NONE;
}

static Value lock_repr(Thread *thread, Value self) {
    const LockObject *lock = as_lock(self);
    const char *state = lock->lock.depth > 0 ? "locked" : "unlocked";
    if (!lock->reentrant) {
        return value_object(
            str_format(thread, "<%s _thread.lock object at %p>", state, (const void *)lock));
    }
    const RuntimeThread *holder = lock->lock.owner.holder;
    return value_object(str_format(thread, "<%s _thread.RLock object owner=%llu count=%llu at %p>",
                                   state, holder == NULL ? 0ull : (unsigned long long)holder->id,
                                   (unsigned long long)lock->lock.depth, (const void *)lock));
}

static Value construct(Thread *thread, Value callee, uint64_t reentrant) {
    LockObject *lock = object_new(thread, as_type(callee));
    lock->reentrant = reentrant;
    lock->lock.object = lock;
    lock->lock.made_at = made_here(thread);
    return value_object(lock);
}
static Value lock_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)args;
    if (keywords != NULL) {
        return raise_error(thread, ERROR_TypeError, "lock() takes no keyword arguments");
    }
    if (count > 0) {
        return raise_error(thread, ERROR_TypeError, "lock expected 0 arguments, got %zu", count);
    }
    return construct(thread, callee, 0);
}
static Value rlock_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return construct(thread, callee, 1);
}

// A report may have to say where the lock was made and taken when that code is long gone.
static void lock_trace(Marker *marker, Object *object) {
    const Lock *lock = &((const LockObject *)object)->lock;
    mark_object(marker, lock->made_at.code);
    mark_object(marker, lock->owner.taken_at.code);
}

Value rlock_new(Thread *thread) {
    Module *module = import_module(thread, str_from_c(thread, "_thread"));
    if (module == NULL) {
        return VALUE_ERROR;
    }
    Value class = attribute_get(thread, value_object(module), str_intern_c(thread, "RLock"));
    return is_error(class) ? class : call_0(thread, class);
}

// clang-format off
#define LOCK_METHODS                                                                               \
    {"acquire", acquire_method, "(self, blocking=True, timeout=-1)",                               \
     "Take the lock, waiting for it if it is taken; True if it was taken.", 0},                    \
        {"release", release_method, "(self, /)", "Give the lock back.", 0},                        \
        {"__enter__", enter_method, "(self, /)", "Take the lock.", 0},                             \
        {"_at_fork_reinit", at_fork_reinit, "(self, /)", "Be free, whoever holds it.", 0},         \
        {"__exit__", release_method, "(self, type=None, value=None, traceback=None, /)",           \
         "Give the lock back.", 0}
// clang-format on

static const NativeSpec lock_methods[] = {
    LOCK_METHODS,
    {"acquire_lock", acquire_method, "(self, blocking=True, timeout=-1)", "Same as acquire.", 0},
    {"release_lock", release_method, "(self, /)", "Same as release.", 0},
    {"locked", locked_method, "(self, /)", "Whether somebody holds the lock.", 0},
    {"locked_lock", locked_method, "(self, /)", "Same as locked.", 0},
    {0},
};
static const NativeSpec rlock_methods[] = {
    LOCK_METHODS,
    {"_is_owned", is_owned_method, "(self, /)", "Whether this thread holds it.", 0},
    {"_release_save", release_save_method, "(self, /)", "Release it wholly; how often it was.", 0},
    {"_acquire_restore", acquire_restore_method, "(self, state, /)",
     "Take it as often as _release_save has released it.", 0},
    {"_recursion_count", recursion_count_method, "(self, /)", "How often this thread holds it.", 0},
    {0},
};

const TypeSpec lock_type_spec = {
    .name = "_thread.lock",
    .doc = "()\n--\n\n"
           "A lock that one thread at a time can hold.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_SYNC | TYPE_LOCK | TYPE_WEAK | TYPE_FINAL,
    .size = sizeof(LockObject),
    .slots = {.repr = lock_repr, .construct = lock_construct, .trace = lock_trace},
    .methods = lock_methods,
};
const TypeSpec rlock_type_spec = {
    .name = "_thread.RLock",
    .doc = "()\n--\n\n"
           "A lock that its holder may take again.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_SYNC | TYPE_LOCK | TYPE_WEAK,
    .size = sizeof(LockObject),
    .slots = {.repr = lock_repr, .construct = rlock_construct, .trace = lock_trace},
    .methods = rlock_methods,
};
