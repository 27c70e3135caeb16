// SPDX-License-Identifier: MIT
//
// Telling other processes that something has happened: events, the waiting lines of conditions, and
// numbers that all can read.
//
// An event is a word: a flag and a count of how often it was set, so that a waiter that was asleep
// when somebody set and cleared it knows.
//
// A condition's line is a table of waiters in shared memory, which is only changed by the holder of
// the condition's lock. Each waiter has an entry of its own to sleep on. notify() picks the ones
// that have waited longest, passes over those whose process has ended, and marks their entries; so
// a killed waiter swallows no notification, and a waiter that comes later can steal none. (CPython
// counts sleepers with semaphores, and waits for ever for the answer of one that was killed.)
#include "process_module.h"

#include "execute.h"
#include "int.h"
#include "operations.h"
#include "process_shared.h"
#include "process_wait.h"
#include "process_watch.h"
#include "type.h"
#include "waiting.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>

#define SLICE (500 * CLOCK_NS_PER_MS)

enum { WAITERS_MAX = 1280, CELLS = 8 };

typedef struct SharedObject {
    Object object;
    SharedPlace place;
    WatchHabit habit;
} SharedObject;

static SharedObject *as_shared(Value v) {
    return (SharedObject *)as_object(v);
}

static void *contents(Value v) {
    return process_shared_address(&as_shared(v)->place);
}

static void trace_shared(Marker *marker, Object *object) {
    mark_object(marker, ((const SharedObject *)object)->place.chunk);
}

static Value locate(Thread *thread, Value *args) {
    return process_shared_locate(thread, &as_shared(args[0])->place);
}

static Value construct(Thread *thread, Value callee, size_t size) {
    SharedObject *shared = object_new(thread, as_type(callee));
    return process_shared_allocate(thread, size, &shared->place) ? value_object(shared)
                                                                 : VALUE_ERROR;
}

static Value attach(Thread *thread, Value self, Value place, size_t size) {
    bool fine =
        is_none(place) || process_shared_attach(thread, place, size, &as_shared(self)->place);
    return fine ? VALUE_NONE : VALUE_ERROR;
}

// ---- Flag ----

typedef struct SharedFlag {
    _Atomic uint32_t state; // bit 0: it is set; above: how often it was
} SharedFlag;

static Value flag_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return construct(thread, callee, sizeof(SharedFlag));
}

static Value flag_init(Thread *thread, Value *args) {
    return attach(thread, args[0], args[1], sizeof(SharedFlag));
}

static Value flag_is_set(Thread *thread, Value *args) {
    (void)thread;
    const SharedFlag *flag = contents(args[0]);
    return value_bool(atomic_load(&flag->state) & 1);
}

static Value flag_set(Thread *thread, Value *args) {
    (void)thread;
    SharedFlag *flag = contents(args[0]);
    uint32_t state = atomic_load(&flag->state);
    while (!atomic_compare_exchange_weak(&flag->state, &state, (state | 1) + 2)) {}
    process_wake_word(&flag->state, INT_MAX);
    return VALUE_NONE;
}

static Value flag_clear(Thread *thread, Value *args) {
    (void)thread;
    SharedFlag *flag = contents(args[0]);
    atomic_fetch_and(&flag->state, ~UINT32_C(1));
    return VALUE_NONE;
}

static Value flag_wait(Thread *thread, Value *args) {
    SharedFlag *flag = contents(args[0]);
    int64_t deadline;
    if (!wait_deadline(thread, args[1], false, &deadline))
        return VALUE_ERROR;
    uint32_t first = atomic_load(&flag->state), now = first;
    if (!(now & 1) && !process_is_late(thread, deadline) &&
        process_watch_word(thread, &as_shared(args[0])->habit, &flag->state, first))
        return VALUE_TRUE; // set, though it may have been cleared again
    while (!(now & 1) && now == first) {
        if (process_is_late(thread, deadline))
            return VALUE_FALSE;
        if (!process_wait_word(thread, &flag->state, now, deadline, SLICE))
            return VALUE_ERROR;
        now = atomic_load(&flag->state);
    }
    return VALUE_TRUE;
}

// ---- Line ----

enum { NOBODY, WAITING, NOTIFIED };

typedef struct SharedWaiter {
    _Atomic uint32_t state;
    uint64_t process; // process_shared_self() of whoever waits
    uint64_t ticket;  // who came first
} SharedWaiter;

typedef struct SharedLine {
    uint64_t tickets; // given out so far
    uint64_t used;    // entries from here on have never been used
    SharedWaiter waiters[WAITERS_MAX];
} SharedLine;

static Value line_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return construct(thread, callee, sizeof(SharedLine));
}

static Value line_init(Thread *thread, Value *args) {
    return attach(thread, args[0], args[1], sizeof(SharedLine));
}

static SharedWaiter *find_room(SharedLine *line) {
    for (uint64_t i = 0; i < line->used; i++) {
        if (atomic_load(&line->waiters[i].state) == NOBODY)
            return &line->waiters[i];
    }
    return line->used < WAITERS_MAX ? &line->waiters[line->used++] : NULL;
}

// Entries of processes that have ended are free again.
static void sweep(SharedLine *line) {
    for (uint64_t i = 0; i < line->used; i++) {
        SharedWaiter *waiter = &line->waiters[i];
        if (atomic_load(&waiter->state) != NOBODY && process_shared_is_dead(waiter->process))
            atomic_store(&waiter->state, NOBODY);
    }
}

static Value line_enter(Thread *thread, Value *args) {
    SharedLine *line = contents(args[0]);
    SharedWaiter *waiter = find_room(line);
    if (waiter == NULL) {
        sweep(line);
        waiter = find_room(line);
    }
    if (waiter == NULL)
        return raise_error(thread, ERROR_RuntimeError, "too many wait for a condition");
    waiter->process = process_shared_self(thread);
    waiter->ticket = line->tickets++;
    atomic_store(&waiter->state, WAITING);
    return value_small_int(waiter - line->waiters);
}

static SharedWaiter *waiter_at(Thread *thread, Value line, Value index) {
    int64_t i;
    if (!operation_index_int64(thread, index, &i))
        return NULL;
    SharedLine *shared = contents(line);
    if (i >= 0 && i < WAITERS_MAX)
        return &shared->waiters[i];
    error_raise(thread, ERROR_IndexError, "nobody waits there");
    return NULL;
}

static Value line_sleep(Thread *thread, Value *args) {
    SharedWaiter *waiter = waiter_at(thread, args[0], args[1]);
    int64_t deadline;
    if (waiter == NULL || !wait_deadline(thread, args[2], false, &deadline))
        return VALUE_ERROR;
    if (atomic_load(&waiter->state) == WAITING && !process_is_late(thread, deadline))
        process_watch_word(thread, &as_shared(args[0])->habit, &waiter->state, WAITING);
    while (atomic_load(&waiter->state) == WAITING && !process_is_late(thread, deadline)) {
        if (!process_wait_word(thread, &waiter->state, WAITING, deadline, SLICE))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static Value line_leave(Thread *thread, Value *args) {
    SharedWaiter *waiter = waiter_at(thread, args[0], args[1]);
    if (waiter == NULL)
        return VALUE_ERROR;
    return value_bool(atomic_exchange(&waiter->state, NOBODY) == NOTIFIED);
}

static SharedWaiter *longest_waiting(SharedLine *line) {
    SharedWaiter *first = NULL;
    for (uint64_t i = 0; i < line->used; i++) {
        SharedWaiter *waiter = &line->waiters[i];
        if (atomic_load(&waiter->state) == WAITING &&
            (first == NULL || waiter->ticket < first->ticket))
            first = waiter;
    }
    return first;
}

static Value line_notify(Thread *thread, Value *args) {
    SharedLine *line = contents(args[0]);
    uint64_t self = process_shared_self(thread);
    int64_t count, done = 0;
    if (!operation_index_int64(thread, args[1], &count))
        return VALUE_ERROR;
    for (SharedWaiter *waiter; done < count && (waiter = longest_waiting(line)) != NULL;) {
        bool is_there = waiter->process == self || !process_shared_is_dead(waiter->process);
        atomic_store(&waiter->state, is_there ? NOTIFIED : NOBODY);
        process_wake_word(&waiter->state, 1);
        done += is_there;
    }
    return value_small_int(done);
}

static Value line_count(Thread *thread, Value *args) {
    (void)thread;
    const SharedLine *line = contents(args[0]);
    int64_t count = 0;
    for (uint64_t i = 0; i < line->used; i++)
        count += atomic_load(&line->waiters[i].state) == WAITING;
    return value_small_int(count);
}

// ---- Cells ----

static Value cells_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return construct(thread, callee, CELLS * sizeof(int64_t));
}

static Value cells_init(Thread *thread, Value *args) {
    return attach(thread, args[0], args[1], CELLS * sizeof(int64_t));
}

static _Atomic int64_t *cell_at(Thread *thread, Value cells, Value index) {
    int64_t i;
    if (!operation_index_int64(thread, index, &i))
        return NULL;
    _Atomic int64_t *numbers = contents(cells);
    if (i >= 0 && i < CELLS)
        return numbers + i;
    error_raise(thread, ERROR_IndexError, "no such cell");
    return NULL;
}

static Value cells_get(Thread *thread, Value *args) {
    const _Atomic int64_t *cell = cell_at(thread, args[0], args[1]);
    return cell == NULL ? VALUE_ERROR : int_from_int64(thread, atomic_load(cell));
}

static Value cells_set(Thread *thread, Value *args) {
    _Atomic int64_t *cell = cell_at(thread, args[0], args[1]);
    int64_t number;
    if (cell == NULL || !operation_index_int64(thread, args[2], &number))
        return VALUE_ERROR;
    atomic_store(cell, number);
    return VALUE_NONE;
}

static Value cells_add(Thread *thread, Value *args) {
    _Atomic int64_t *cell = cell_at(thread, args[0], args[1]);
    int64_t number;
    if (cell == NULL || !operation_index_int64(thread, args[2], &number))
        return VALUE_ERROR;
    return int_from_int64(thread, atomic_fetch_add(cell, number) + number);
}

// ---- Tables ----

static const NativeSpec flag_methods[] = {
    NATIVE("__init__", flag_init, "(self, place=None, /)", "Begin unset."),
    NATIVE("is_set", flag_is_set, "(self)", "Whether the event is set."),
    NATIVE("set", flag_set, "(self)", "Set the event; wakes all who wait for it."),
    NATIVE("clear", flag_clear, "(self)", "Reset the event."),
    NATIVE("wait", flag_wait, "(self, timeout=None)",
           "Wait until the event is set; False after the timeout."),
    NATIVE("_locate", locate, "(self, /)", "Where it is: (descriptor, offset)."),
    NATIVE_END,
};
static const NativeSpec line_methods[] = {
    NATIVE("__init__", line_init, "(self, place=None, /)", "Begin empty."),
    NATIVE("enter", line_enter, "(self, /)", "Stand in line; return the place."),
    NATIVE("sleep", line_sleep, "(self, place, timeout, /)", "Wait there for a notification."),
    NATIVE("leave", line_leave, "(self, place, /)", "Leave; True if there was a notification."),
    NATIVE("notify", line_notify, "(self, n, /)", "Notify n waiters; return how many there were."),
    NATIVE("count", line_count, "(self, /)", "How many wait."),
    NATIVE("_locate", locate, "(self, /)", "Where it is: (descriptor, offset)."),
    NATIVE_END,
};
static const NativeSpec cells_methods[] = {
    NATIVE("__init__", cells_init, "(self, place=None, /)", "Eight numbers, all 0."),
    NATIVE("get", cells_get, "(self, index, /)", "Return a number."),
    NATIVE("set", cells_set, "(self, index, number, /)", "Set a number."),
    NATIVE("add", cells_add, "(self, index, number, /)", "Add to a number; return the sum."),
    NATIVE("_locate", locate, "(self, /)", "Where it is: (descriptor, offset)."),
    NATIVE_END,
};

#define SHARED_TYPE(variable, type_name, make, rows, text)                                         \
    const TypeSpec variable = {                                                                    \
        .name = type_name,                                                                         \
        .doc = text,                                                                               \
        .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,                      \
        .size = sizeof(SharedObject),                                                              \
        .slots = {.construct = make, .trace = trace_shared},                                       \
        .methods = rows,                                                                           \
    };
SHARED_TYPE(flag_type_spec, "_process.Flag", flag_construct, flag_methods,
            "A flag that the threads of all processes can wait for.")
SHARED_TYPE(line_type_spec, "_process.Line", line_construct, line_methods,
            "Those who wait for a condition.")
SHARED_TYPE(cells_type_spec, "_process.Cells", cells_construct, cells_methods,
            "Numbers that all processes can read and change.")
