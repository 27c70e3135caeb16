// SPDX-License-Identifier: MIT
//
// Locks and semaphores between processes.
//
// Each is a word of shared memory: free memory is changed by one atomic instruction, and who has to
// wait sleeps on the word in the kernel (a futex), which whoever frees it wakes. The GIL has no say
// there, for the others have GILs of their own.
//
// A lock says who holds it. A waiter that has slept for a while looks whether that process still
// lives; if it was killed, the waiter takes the lock over, and the program is told by a
// RuntimeWarning, for what the lock guards may be half-changed. (The slices of sleep double from 10
// to 320 ms; they also make up for a wake-up that a killed process took along.) A permit of a
// semaphore belongs to nobody, so nothing can be known of its taker: as in CPython it is lost with
// him.
//
// CPython uses the C library's named semaphores for all of these, and a killed holder leaves all
// others waiting for ever.
#include "process_module.h"

#include "execute.h"
#include "int.h"
#include "operations.h"
#include "process_shared.h"
#include "process_wait.h"
#include "process_watch.h"
#include "str.h"
#include "type.h"
#include "waiting.h"
#include "warning.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <unistd.h>

#define CONTENDED UINT64_C(0x80000000)
#define SLICE_MIN (10 * CLOCK_NS_PER_MS)
#define SLICE_MAX (320 * CLOCK_NS_PER_MS)

// A futex is 32 bits; of 64 it is the half that holds the number of the process.
static _Atomic uint32_t *low_half(_Atomic uint64_t *word) {
    _Atomic uint32_t *halves = (_Atomic uint32_t *)(void *)word;
    return halves + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

// (block=True, timeout=None) as Python's locks between processes have it: a negative timeout is 0.
static bool read_deadline(Thread *thread, Value *args, int64_t *deadline) {
    int block = operation_truth(thread, args[0]);
    if (block < 0)
        return false;
    *deadline = 0;
    return !block || wait_deadline(thread, args[1], false, deadline);
}

// ---- Mutex ----

typedef struct SharedMutex {
    _Atomic uint64_t
        owner;       // 0: free; else process_shared_self() of the holder, perhaps with CONTENDED
    uint64_t thread; // of the holder: its thread
    uint64_t depth;  // of the holder: how often it has taken the lock
} SharedMutex;

typedef struct MutexObject {
    Object object;
    SharedPlace place;
    uint64_t recursive;
} MutexObject;

static MutexObject *as_mutex(Value v) {
    return (MutexObject *)as_object(v);
}

static SharedMutex *shared_mutex(const MutexObject *mutex) {
    return process_shared_address(&mutex->place);
}

static uint64_t holder_of(uint64_t owner) {
    return owner & ~CONTENDED;
}

static bool is_mine(Thread *thread, const SharedMutex *shared) {
    return holder_of(atomic_load(&shared->owner)) == process_shared_self(thread) &&
           shared->thread == thread->core.id;
}

static void note_taken(Thread *thread, SharedMutex *shared) {
    shared->thread = thread->core.id;
    shared->depth = 1;
}

static bool swap(SharedMutex *shared, uint64_t from, uint64_t to) {
    return atomic_compare_exchange_strong(&shared->owner, &from, to);
}

// Take the lock from a holder that has ended; its number, or 0 when it lives.
static int take_over(Thread *thread, SharedMutex *shared, uint64_t mark) {
    uint64_t owner = atomic_load(&shared->owner), holder = holder_of(owner);
    if (holder == 0 || holder == process_shared_self(thread) || !process_shared_is_dead(holder))
        return 0;
    return swap(shared, owner, process_shared_self(thread) | mark) ? (int)(uint32_t)holder : 0;
}

static bool free_mutex(SharedMutex *shared) {
    uint64_t owner = atomic_exchange(&shared->owner, 0);
    if (owner & CONTENDED)
        process_wake_word(low_half(&shared->owner), 1);
    return owner != 0;
}

// The lock is held; say whose it was. 1, or -1 when a filter makes an exception of the warning.
static int tell_of_death(Thread *thread, SharedMutex *shared, int pid) {
    Str *message = str_format(thread,
                              "process %d ended while it held this lock: what the lock guards may "
                              "be half-changed",
                              pid);
    note_taken(thread, shared);
    if (warning_give(thread, ERROR_RuntimeWarning, str_text(thread, message)))
        return 1;
    free_mutex(shared);
    return -1;
}

// Sleep while `owner` has the lock, with our mark in it. false with an exception.
static bool await_mutex(Thread *thread, SharedMutex *shared, uint64_t owner, int64_t deadline,
                        int64_t slice) {
    if (!(owner & CONTENDED) && !swap(shared, owner, owner | CONTENDED))
        return true;
    return process_wait_word(thread, low_half(&shared->owner), (uint32_t)(owner | CONTENDED),
                             deadline, slice);
}

// 1 taken, 0 too late, -1 exception. Who has waited leaves the mark, for others may wait, too.
static int acquire_waiting(Thread *thread, SharedMutex *shared, int64_t deadline) {
    uint64_t self = process_shared_self(thread) | CONTENDED;
    for (int64_t slice = SLICE_MIN;; slice = slice < SLICE_MAX ? slice * 2 : slice) {
        uint64_t owner = atomic_load(&shared->owner);
        if (owner == 0 && swap(shared, 0, self)) {
            note_taken(thread, shared);
            return 1;
        }
        if (owner != 0 && !await_mutex(thread, shared, owner, deadline, slice))
            return -1;
        int dead = take_over(thread, shared, CONTENDED);
        if (dead != 0)
            return tell_of_death(thread, shared, dead);
        if (process_is_late(thread, deadline) && atomic_load(&shared->owner) != 0)
            return 0;
    }
}

static int acquire_until(Thread *thread, MutexObject *mutex, int64_t deadline) {
    SharedMutex *shared = shared_mutex(mutex);
    if (swap(shared, 0, process_shared_self(thread))) {
        note_taken(thread, shared);
        return 1;
    }
    if (mutex->recursive && is_mine(thread, shared)) {
        shared->depth++;
        return 1;
    }
    if (deadline != 0)
        return acquire_waiting(thread, shared, deadline);
    int dead = take_over(thread, shared, 0);
    return dead == 0 ? 0 : tell_of_death(thread, shared, dead);
}

static Value mutex_acquire(Thread *thread, Value *args) {
    int64_t deadline;
    if (!read_deadline(thread, args + 1, &deadline))
        return VALUE_ERROR;
    int taken = acquire_until(thread, as_mutex(args[0]), deadline);
    return taken < 0 ? VALUE_ERROR : value_bool(taken);
}

static Value mutex_enter(Thread *thread, Value *args) {
    return acquire_until(thread, as_mutex(args[0]), CLOCK_NEVER) < 0 ? VALUE_ERROR : VALUE_TRUE;
}

static Value mutex_release(Thread *thread, Value *args) {
    const MutexObject *mutex = as_mutex(args[0]);
    SharedMutex *shared = shared_mutex(mutex);
    if (mutex->recursive && !is_mine(thread, shared))
        return raise_error(thread, ERROR_AssertionError,
                           "attempt to release recursive lock not owned by thread");
    if (mutex->recursive && --shared->depth > 0)
        return VALUE_NONE;
    return free_mutex(shared)
               ? VALUE_NONE
               : raise_error(thread, ERROR_ValueError, "semaphore or lock released too many times");
}

// However often it was taken: for conditions. Returns what _restore wants.
static Value mutex_release_all(Thread *thread, Value *args) {
    SharedMutex *shared = shared_mutex(as_mutex(args[0]));
    Value depth = int_from_uint64(thread, shared->depth);
    free_mutex(shared);
    return depth;
}

static Value mutex_restore(Thread *thread, Value *args) {
    MutexObject *mutex = as_mutex(args[0]);
    int64_t depth;
    if (!operation_index_int64(thread, args[1], &depth) ||
        acquire_until(thread, mutex, CLOCK_NEVER) < 0)
        return VALUE_ERROR;
    shared_mutex(mutex)->depth = (uint64_t)depth;
    return VALUE_NONE;
}

static Value mutex_is_mine(Thread *thread, Value *args) {
    return value_bool(is_mine(thread, shared_mutex(as_mutex(args[0]))));
}

static Value mutex_count(Thread *thread, Value *args) {
    const SharedMutex *shared = shared_mutex(as_mutex(args[0]));
    bool here = holder_of(atomic_load(&shared->owner)) == process_shared_self(thread);
    return int_from_uint64(thread, here ? shared->depth : 0);
}

static Value mutex_value(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(atomic_load(&shared_mutex(as_mutex(args[0]))->owner) == 0);
}

static Value mutex_locate(Thread *thread, Value *args) {
    return process_shared_locate(thread, &as_mutex(args[0])->place);
}

static Value mutex_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    MutexObject *mutex = object_new(thread, as_type(callee));
    return process_shared_allocate(thread, sizeof(SharedMutex), &mutex->place) ? value_object(mutex)
                                                                               : VALUE_ERROR;
}

static Value mutex_init(Thread *thread, Value *args) {
    MutexObject *mutex = as_mutex(args[0]);
    int recursive = operation_truth(thread, args[1]);
    if (recursive < 0 ||
        (!is_none(args[2]) &&
         !process_shared_attach(thread, args[2], sizeof(SharedMutex), &mutex->place)))
        return VALUE_ERROR;
    mutex->recursive = (uint64_t)recursive;
    return VALUE_NONE;
}

static void mutex_trace(Marker *marker, Object *object) {
    mark_object(marker, ((const MutexObject *)object)->place.chunk);
}

// ---- Permits ----

typedef struct SharedPermits {
    _Atomic uint32_t value;
    _Atomic uint32_t waiting;
    uint32_t most;
} SharedPermits;

typedef struct PermitsObject {
    Object object;
    SharedPlace place;
    WatchHabit habit;
} PermitsObject;

static PermitsObject *as_permits(Value v) {
    return (PermitsObject *)as_object(v);
}

static SharedPermits *shared_permits(Value v) {
    return process_shared_address(&as_permits(v)->place);
}

static bool try_take(SharedPermits *shared) {
    uint32_t value = atomic_load(&shared->value);
    while (value > 0) {
        if (atomic_compare_exchange_weak(&shared->value, &value, value - 1))
            return true;
    }
    return false;
}

static Value sleep_for_permit(Thread *thread, SharedPermits *shared, int64_t deadline) {
    int64_t slice = SLICE_MIN;
    while (!try_take(shared)) {
        if (process_is_late(thread, deadline))
            return VALUE_FALSE;
        atomic_fetch_add(&shared->waiting, 1);
        bool fine = process_wait_word(thread, &shared->value, 0, deadline, slice);
        atomic_fetch_sub(&shared->waiting, 1);
        if (!fine)
            return VALUE_ERROR;
        slice = slice < SLICE_MAX ? slice * 2 : slice;
    }
    return VALUE_TRUE;
}

static Value take_permit(Thread *thread, PermitsObject *permits, int64_t deadline) {
    SharedPermits *shared = process_shared_address(&permits->place);
    if (try_take(shared))
        return VALUE_TRUE;
    if (deadline != 0)
        process_watch_word(thread, &permits->habit, &shared->value, 0);
    return sleep_for_permit(thread, shared, deadline);
}

static Value permits_acquire(Thread *thread, Value *args) {
    int64_t deadline;
    return read_deadline(thread, args + 1, &deadline)
               ? take_permit(thread, as_permits(args[0]), deadline)
               : VALUE_ERROR;
}

static Value permits_enter(Thread *thread, Value *args) {
    return take_permit(thread, as_permits(args[0]), CLOCK_NEVER);
}

static Value permits_release(Thread *thread, Value *args) {
    SharedPermits *shared = shared_permits(args[0]);
    uint32_t value = atomic_load(&shared->value);
    do {
        if (value >= shared->most)
            return raise_error(thread, ERROR_ValueError,
                               "semaphore or lock released too many times");
    } while (!atomic_compare_exchange_weak(&shared->value, &value, value + 1));
    if (atomic_load(&shared->waiting) > 0)
        process_wake_word(&shared->value, 1);
    return VALUE_NONE;
}

static Value permits_value(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(atomic_load(&shared_permits(args[0])->value));
}

static Value permits_is_zero(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(atomic_load(&shared_permits(args[0])->value) == 0);
}

static Value permits_locate(Thread *thread, Value *args) {
    return process_shared_locate(thread, &as_permits(args[0])->place);
}

static Value permits_most(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(shared_permits(self)->most);
}

static Value permits_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    PermitsObject *permits = object_new(thread, as_type(callee));
    if (!process_shared_allocate(thread, sizeof(SharedPermits), &permits->place))
        return VALUE_ERROR;
    return value_object(permits);
}

static Value permits_init(Thread *thread, Value *args) {
    PermitsObject *permits = as_permits(args[0]);
    int64_t value, most;
    if (!is_none(args[3]))
        return process_shared_attach(thread, args[3], sizeof(SharedPermits), &permits->place)
                   ? VALUE_NONE
                   : VALUE_ERROR;
    if (!operation_index_int64(thread, args[1], &value) ||
        !operation_index_int64(thread, args[2], &most))
        return VALUE_ERROR;
    if (value < 0 || most < 0 || most > INT_MAX || value > most)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    SharedPermits *shared = shared_permits(args[0]);
    shared->most = (uint32_t)most;
    atomic_store(&shared->value, (uint32_t)value);
    return VALUE_NONE;
}

static void permits_trace(Marker *marker, Object *object) {
    mark_object(marker, ((const PermitsObject *)object)->place.chunk);
}

// ---- Tables ----

#define EXIT_SIGNATURE "(self, type=None, value=None, traceback=None, /)"

static const NativeSpec mutex_methods[] = {
    NATIVE("__init__", mutex_init, "(self, recursive, place=None, /)", "Begin free."),
    NATIVE("acquire", mutex_acquire, "(self, block=True, timeout=None)",
           "Take the lock, waiting for it; True if it was taken."),
    NATIVE("release", mutex_release, "(self)", "Give the lock back."),
    NATIVE("__enter__", mutex_enter, "(self, /)", "Take the lock."),
    NATIVE("__exit__", mutex_release, EXIT_SIGNATURE, "Give the lock back."),
    NATIVE("_is_mine", mutex_is_mine, "(self, /)", "Whether this thread holds it."),
    NATIVE("_count", mutex_count, "(self, /)", "How often this process holds it."),
    NATIVE("_get_value", mutex_value, "(self, /)", "1 if it is free, else 0."),
    NATIVE("_release_all", mutex_release_all, "(self, /)", "Give it back, however often taken."),
    NATIVE("_restore", mutex_restore, "(self, count, /)", "Take it as often as it was."),
    NATIVE("_locate", mutex_locate, "(self, /)", "Where it is: (descriptor, offset)."),
    NATIVE_END,
};
static const NativeSpec permits_methods[] = {
    NATIVE("__init__", permits_init, "(self, value, maxvalue, place=None, /)",
           "Begin with so many permits."),
    NATIVE("acquire", permits_acquire, "(self, block=True, timeout=None)",
           "Take a permit, waiting for one; True if it was taken."),
    NATIVE("release", permits_release, "(self)", "Give a permit back."),
    NATIVE("__enter__", permits_enter, "(self, /)", "Take a permit."),
    NATIVE("__exit__", permits_release, EXIT_SIGNATURE, "Give a permit back."),
    NATIVE("_get_value", permits_value, "(self, /)", "How many permits are free."),
    NATIVE("_is_zero", permits_is_zero, "(self, /)", "Whether none is free."),
    NATIVE("_locate", permits_locate, "(self, /)", "Where it is: (descriptor, offset)."),
    NATIVE_END,
};
static const GetSetSpec permits_getsets[] = {
    GETSET("maxvalue", permits_most, NULL, "The most permits there can be."),
    GETSET_END,
};

const TypeSpec mutex_type_spec = {
    .name = "_process.Mutex",
    .doc = "A lock that one thread of all processes can hold.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(MutexObject),
    .slots = {.construct = mutex_construct, .trace = mutex_trace},
    .methods = mutex_methods,
};
const TypeSpec permits_type_spec = {
    .name = "_process.Permits",
    .doc = "A counter of permits for the threads of all processes.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(PermitsObject),
    .slots = {.construct = permits_construct, .trace = permits_trace},
    .methods = permits_methods,
    .getsets = permits_getsets,
};
