// SPDX-License-Identifier: MIT
//
// Condition, Semaphore and Event: the primitives that wait for something to become true.
//
// All three are a wait queue and a little state. Because a thread gives up the GIL only inside
// park(), "look at the state, then wait" is one step that nobody can get between; the lost wake-up
// that fills textbooks (a notify that comes between the test and the wait) can not happen *inside*
// a primitive. It still can in programs that use them wrongly, which is what lessons are for.
// CPython writes these classes in Python on top of locks; they cost a lock per waiter there.
#include "thread_sync.h"

#include "attribute.h"
#include "call.h"
#include "exception.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "thread_lock.h"
#include "type.h"

// ---- Condition ----

typedef struct ConditionObject {
    Object object;
    Value lock;
    WaitQueue waiters;
} ConditionObject;

static ConditionObject *as_condition(Value v) {
    return (ConditionObject *)as_object(v);
}

static Value method_of_lock(Thread *thread, const ConditionObject *condition, const char *name,
                            Value *args, size_t count) {
    return call_method(thread, condition->lock, str_intern_c(thread, name), args, count);
}

static int condition_is_owned(Thread *thread, const ConditionObject *condition) {
    if (is_lock_object(condition->lock)) {
        return lock_object_is_owned(thread, (LockObject *)as_object(condition->lock));
    }
    Value owned = method_of_lock(thread, condition, "_is_owned", NULL, 0);
    if (!is_error(owned)) {
        return operation_truth(thread, owned);
    }
    if (!error_matches(thread, ERROR_AttributeError)) {
        return -1;
    }
    error_clear(thread);
    Value no_wait = VALUE_FALSE;
    Value taken = method_of_lock(thread, condition, "acquire", &no_wait, 1);
    int truth = is_error(taken) ? -1 : operation_truth(thread, taken);
    if (truth == 1 && is_error(method_of_lock(thread, condition, "release", NULL, 0))) {
        return -1;
    }
    return truth < 0 ? -1 : !truth;
}

static bool check_owned(Thread *thread, const ConditionObject *condition, const char *what) {
    int owned = condition_is_owned(thread, condition);
    return owned > 0 || (owned == 0 && raise_false(thread, ERROR_RuntimeError,
                                                   "cannot %s on un-acquired lock", what));
}

// Give the lock back completely; *depth is what reacquire has to restore.
static bool release_save(Thread *thread, const ConditionObject *condition, uint64_t *depth) {
    *depth = 1;
    if (!is_lock_object(condition->lock)) {
        return !is_error(method_of_lock(thread, condition, "release", NULL, 0));
    }
    LockObject *lock = (LockObject *)as_object(condition->lock);
    if (lock->reentrant) {
        *depth = rlock_release_all(&thread->core, &lock->lock);
        return true;
    }
    return lock_object_release(thread, lock);
}

// Take the lock back, whatever happens meanwhile; an exception that is set stays.
static void reacquire(Thread *thread, const ConditionObject *condition, uint64_t depth) {
    Value pending = error_take(thread);
    if (!is_lock_object(condition->lock)) {
        method_of_lock(thread, condition, "acquire", NULL, 0);
    } else {
        LockObject *lock = (LockObject *)as_object(condition->lock);
        while (lock_object_acquire(thread, lock, CLOCK_NEVER) < 0) {
            pending = error_take(thread);
            if (exception_is(thread, pending, ERROR_DeadlockError)) {
                thread->exception = pending;
                return;
            }
        }
        if (lock->reentrant) {
            lock->lock.depth = depth;
        }
    }
    if (!is_undefined(pending)) {
        thread->exception = pending;
    }
}

static WaitOutcome wait_on(Thread *thread, WaitKind kind, void *object, WaitQueue *queue,
                           int64_t deadline) {
    Wait wait = {.kind = kind, .object = object, .queue = queue, .deadline = deadline};
    return wait_outcome(thread, park(&thread->core, &wait));
}

// Condition.wait: True if notified, False after the timeout.
static Value condition_wait(Thread *thread, ConditionObject *condition, int64_t deadline) {
    uint64_t depth;
    if (!check_owned(thread, condition, "wait") || !release_save(thread, condition, &depth)) {
        return VALUE_ERROR;
    }
    WaitOutcome outcome;
    do {
        outcome = wait_on(thread, WAIT_CONDITION, condition, &condition->waiters, deadline);
    } while (outcome == WAIT_AGAIN);
    reacquire(thread, condition, depth);
    if (error_pending(thread)) {
        return VALUE_ERROR;
    }
    return value_bool(outcome == WAIT_WOKEN);
}

static Value wait_method(Thread *thread, Value *args) {
    int64_t deadline;
    if (!wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    return condition_wait(thread, as_condition(args[0]), deadline);
}

static Value wait_for_method(Thread *thread, Value *args) {
    int64_t deadline;
    if (!wait_deadline(thread, args[2], false, &deadline)) {
        return VALUE_ERROR;
    }
    for (;;) {
        Value result = call_0(thread, args[1]);
        int truth = is_error(result) ? -1 : operation_truth(thread, result);
        if (truth != 0) {
            return truth < 0 ? VALUE_ERROR : result;
        }
        if (deadline != CLOCK_NEVER && runtime_now(&thread->interpreter->runtime) >= deadline) {
            return result;
        }
        if (is_error(condition_wait(thread, as_condition(args[0]), deadline))) {
            return VALUE_ERROR;
        }
    }
}

static Value notify_method(Thread *thread, Value *args) {
    ConditionObject *condition = as_condition(args[0]);
    int64_t count;
    if (!check_owned(thread, condition, "notify") ||
        !operation_index_int64(thread, args[1], &count)) {
        return VALUE_ERROR;
    }
    while (count-- > 0 && unpark_first(&thread->core, &condition->waiters) != NULL) {}
    return VALUE_NONE;
}

static Value notify_all_method(Thread *thread, Value *args) {
    ConditionObject *condition = as_condition(args[0]);
    if (!check_owned(thread, condition, "notify")) {
        return VALUE_ERROR;
    }
    unpark_all(&thread->core, &condition->waiters);
    return VALUE_NONE;
}

static Value condition_acquire(Thread *thread, Value *args) {
    return method_of_lock(thread, as_condition(args[0]), "acquire", args + 1, 2);
}
static Value condition_release(Thread *thread, Value *args) {
    return method_of_lock(thread, as_condition(args[0]), "release", NULL, 0);
}
static Value condition_enter(Thread *thread, Value *args) {
    const ConditionObject *condition = as_condition(args[0]);
    if (is_lock_object(condition->lock)) {
        int taken =
            lock_object_acquire(thread, (LockObject *)as_object(condition->lock), CLOCK_NEVER);
        return taken < 0 ? VALUE_ERROR : VALUE_TRUE;
    }
    return method_of_lock(thread, condition, "__enter__", NULL, 0);
}
static Value condition_exit(Thread *thread, Value *args) {
    const ConditionObject *condition = as_condition(args[0]);
    if (is_lock_object(condition->lock)) {
        bool released = lock_object_release(thread, (LockObject *)as_object(condition->lock));
        return released ? VALUE_NONE : VALUE_ERROR;
    }
    return method_of_lock(thread, condition, "__exit__", args + 1, 3);
}

static Value condition_init(Thread *thread, Value *args) {
    ConditionObject *condition = as_condition(args[0]);
    condition->lock = args[1];
    if (is_none(args[1])) {
        condition->lock = rlock_new(thread);
        return is_error(condition->lock) ? VALUE_ERROR : VALUE_NONE;
    }
    return VALUE_NONE;
}

static void condition_trace(Marker *marker, Object *object) {
    mark_value(marker, ((ConditionObject *)object)->lock);
}

// ---- Semaphore ----

typedef struct SemaphoreObject {
    Object object;
    Value initial; // of a BoundedSemaphore; else None
    int64_t value;
    WaitQueue waiters;
} SemaphoreObject;

static SemaphoreObject *as_semaphore(Value v) {
    return (SemaphoreObject *)as_object(v);
}

static Value semaphore_acquire_until(Thread *thread, SemaphoreObject *semaphore, int64_t deadline) {
    while (semaphore->value == 0) {
        if (deadline == 0) {
            return VALUE_FALSE;
        }
        switch (wait_on(thread, WAIT_SEMAPHORE, semaphore, &semaphore->waiters, deadline)) {
        case WAIT_FAILED:
            return VALUE_ERROR;
        case WAIT_TIMED_OUT:
            return VALUE_FALSE;
        case WAIT_AGAIN:
        case WAIT_WOKEN:
            break;
        }
    }
    semaphore->value--;
    return VALUE_TRUE;
}

static Value semaphore_acquire(Thread *thread, Value *args) {
    int blocking = operation_truth(thread, args[1]);
    int64_t deadline;
    if (blocking < 0) {
        return VALUE_ERROR;
    }
    if (!blocking && !is_none(args[2])) {
        return raise_error(thread, ERROR_ValueError,
                           "can't specify timeout for non-blocking acquire");
    }
    if (!wait_deadline(thread, args[2], false, &deadline)) {
        return VALUE_ERROR;
    }
    return semaphore_acquire_until(thread, as_semaphore(args[0]), blocking ? deadline : 0);
}

static Value semaphore_enter(Thread *thread, Value *args) {
    return semaphore_acquire_until(thread, as_semaphore(args[0]), CLOCK_NEVER);
}

static Value semaphore_release_count(Thread *thread, SemaphoreObject *semaphore, int64_t count) {
    if (count < 1) {
        return raise_error(thread, ERROR_ValueError, "n must be one or more");
    }
    int64_t value;
    if (__builtin_add_overflow(semaphore->value, count, &value)) {
        return raise_error(thread, ERROR_OverflowError, "too many permits");
    }
    if (!is_none(semaphore->initial) && value > as_small_int(semaphore->initial)) {
        return raise_error(thread, ERROR_ValueError, "Semaphore released too many times");
    }
    semaphore->value = value;
    while (count-- > 0 && unpark_first(&thread->core, &semaphore->waiters) != NULL) {}
    return VALUE_NONE;
}

static Value semaphore_release(Thread *thread, Value *args) {
    int64_t count;
    if (!operation_index_int64(thread, args[1], &count)) {
        return VALUE_ERROR;
    }
    return semaphore_release_count(thread, as_semaphore(args[0]), count);
}

static Value semaphore_exit(Thread *thread, Value *args) {
    return semaphore_release_count(thread, as_semaphore(args[0]), 1);
}

static Value init_semaphore(Thread *thread, Value *args, bool bounded) {
    SemaphoreObject *semaphore = as_semaphore(args[0]);
    int64_t value;
    semaphore->initial = VALUE_NONE;
    if (!operation_index_int64(thread, args[1], &value)) {
        return VALUE_ERROR;
    }
    if (value < 0) {
        return raise_error(thread, ERROR_ValueError, "semaphore initial value must be >= 0");
    }
    semaphore->value = value;
    if (bounded && fits_small_int(value)) {
        semaphore->initial = value_small_int(value);
    }
    return VALUE_NONE;
}
static Value semaphore_init(Thread *thread, Value *args) {
    return init_semaphore(thread, args, false);
}
static Value bounded_semaphore_init(Thread *thread, Value *args) {
    return init_semaphore(thread, args, true);
}

static Value semaphore_value(Thread *thread, Value self) {
    return int_from_int64(thread, as_semaphore(self)->value);
}

// ---- Event ----

typedef struct EventObject {
    Object object;
    uint64_t flag;
    WaitQueue waiters;
} EventObject;

static EventObject *as_event(Value v) {
    return (EventObject *)as_object(v);
}

static Value event_is_set(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_event(args[0])->flag);
}
static Value event_set(Thread *thread, Value *args) {
    as_event(args[0])->flag = true;
    unpark_all(&thread->core, &as_event(args[0])->waiters);
    return VALUE_NONE;
}
static Value event_clear(Thread *thread, Value *args) {
    (void)thread;
    as_event(args[0])->flag = false;
    return VALUE_NONE;
}
static Value event_wait(Thread *thread, Value *args) {
    EventObject *event = as_event(args[0]);
    int64_t deadline;
    if (!wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    while (!event->flag) {
        switch (wait_on(thread, WAIT_EVENT, event, &event->waiters, deadline)) {
        case WAIT_FAILED:
            return VALUE_ERROR;
        case WAIT_TIMED_OUT:
            return value_bool(event->flag);
        case WAIT_WOKEN: // set() woke us, even if clear() came right after
            return VALUE_TRUE;
        case WAIT_AGAIN:
            break;
        }
    }
    return VALUE_TRUE;
}

static Value no_arguments_init(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

static Value condition_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    ConditionObject *condition = object_new(thread, as_type(callee));
    condition->lock = VALUE_NONE;
    return value_object(condition);
}
static Value semaphore_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    SemaphoreObject *semaphore = object_new(thread, as_type(callee));
    semaphore->initial = VALUE_NONE;
    return value_object(semaphore);
}
static Value event_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(object_new(thread, as_type(callee)));
}

// ---- Tables ----

#define EXIT_SIGNATURE "(self, type=None, value=None, traceback=None, /)"

static const NativeSpec condition_methods[] = {
    {"__init__", condition_init, "(self, lock=None)", "Use `lock`, or an RLock of its own.", 0},
    {"acquire", condition_acquire, "(self, blocking=True, timeout=-1)", "Take the lock.", 0},
    {"release", condition_release, "(self, /)", "Give the lock back.", 0},
    {"__enter__", condition_enter, "(self, /)", "Take the lock.", 0},
    {"__exit__", condition_exit, EXIT_SIGNATURE, "Give the lock back.", 0},
    {"wait", wait_method, "(self, timeout=None)",
     "Release the lock, wait to be notified, take the lock again; False after the timeout.", 0},
    {"wait_for", wait_for_method, "(self, predicate, timeout=None)",
     "Wait until predicate() is true; its last value.", 0},
    {"notify", notify_method, "(self, n=1)", "Wake n waiting threads.", 0},
    {"notify_all", notify_all_method, "(self)", "Wake all waiting threads.", 0},
    {"notifyAll", notify_all_method, "(self)", "Old name of notify_all.", 0},
    {0},
};
static const NativeSpec semaphore_methods[] = {
    {"__init__", semaphore_init, "(self, value=1)", "Begin with `value` permits.", 0},
    {"acquire", semaphore_acquire, "(self, blocking=True, timeout=None)",
     "Take a permit, waiting for one; True if it was taken.", 0},
    {"release", semaphore_release, "(self, n=1)", "Give n permits back.", 0},
    {"__enter__", semaphore_enter, "(self, /)", "Take a permit.", 0},
    {"__exit__", semaphore_exit, EXIT_SIGNATURE, "Give a permit back.", 0},
    {0},
};
static const NativeSpec bounded_semaphore_methods[] = {
    {"__init__", bounded_semaphore_init, "(self, value=1)",
     "Begin with `value` permits, never to have more.", 0},
    {0},
};
static const NativeSpec event_methods[] = {
    {"__init__", no_arguments_init, "(self)", "Begin unset.", 0},
    {"is_set", event_is_set, "(self)", "Whether the event is set.", 0},
    {"isSet", event_is_set, "(self)", "Old name of is_set.", 0},
    {"set", event_set, "(self)", "Set the event; wakes all who wait for it.", 0},
    {"clear", event_clear, "(self)", "Reset the event.", 0},
    {"wait", event_wait, "(self, timeout=None)",
     "Wait until the event is set; False after the timeout.", 0},
    {0},
};
static const GetSetSpec semaphore_getsets[] = {
    {"_value", semaphore_value, NULL, "Permits that are free."},
    {0},
};

const TypeSpec condition_type_spec = {
    .name = "Condition",
    .module = "threading",
    .doc = "Wait until another thread says that something has changed.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(ConditionObject),
    .slots = {.construct = condition_construct, .trace = condition_trace},
    .methods = condition_methods,
};
const TypeSpec semaphore_type_spec = {
    .name = "Semaphore",
    .module = "threading",
    .doc = "A counter of permits.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(SemaphoreObject),
    .slots = {.construct = semaphore_construct},
    .methods = semaphore_methods,
    .getsets = semaphore_getsets,
};
const TypeSpec bounded_semaphore_type_spec = {
    .name = "BoundedSemaphore",
    .module = "threading",
    .doc = "A semaphore that refuses more releases than acquires.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(SemaphoreObject),
    .slots = {.construct = semaphore_construct},
    .methods = bounded_semaphore_methods,
};
const TypeSpec event_type_spec = {
    .name = "Event",
    .module = "threading",
    .doc = "A flag that threads can wait for.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(EventObject),
    .slots = {.construct = event_construct},
    .methods = event_methods,
};
