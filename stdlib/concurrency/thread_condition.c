// SPDX-License-Identifier: MIT
//
// Condition: wait until another thread says that something has changed.
//
// A condition remembers nothing: a notify that comes while nobody waits is gone. So "release the
// lock, then wait" must be one step. It is, because a thread gives up the GIL only inside park().
// A program can still notify before another waits, which is what `while not ready: c.wait()` is
// for.
//
// One case needs care: a wait that a signal interrupts. While the main thread runs the handler it
// stands in no queue, yet a notify then must count for it; see await_notify. CPython writes
// Condition in Python with a lock for each waiter, which survives the handler in the same way.
#include "thread_sync.h"

#include "attribute.h"
#include "call.h"
#include "exception.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "thread_lock.h"
#include "type.h"
#include "warning.h"

typedef struct ConditionObject {
    Object object;
    Value lock;
    WaitQueue waiters;
    uint64_t away;     // waits of the main thread that are just handling a signal
    uint64_t recalled; // how many of those have been notified meanwhile
    CodePosition made_at;
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

// What has to be restored when the wait is over: how often a lock of ours was taken, or what the
// _release_save of another lock has returned (UNDEFINED: it has none).
typedef struct Released {
    uint64_t depth;
    Value state;
} Released;

static bool release_other(Thread *thread, const ConditionObject *condition, Released *released) {
    Value save =
        attribute_get_optional(thread, condition->lock, str_intern_c(thread, "_release_save"));
    if (is_undefined(save)) {
        return !is_error(method_of_lock(thread, condition, "release", NULL, 0));
    }
    released->state = is_error(save) ? save : call_0(thread, save);
    return !is_error(released->state);
}

// Give the lock back completely.
static bool release_save(Thread *thread, const ConditionObject *condition, Released *released) {
    *released = (Released){1, VALUE_UNDEFINED};
    if (!is_lock_object(condition->lock)) {
        return release_other(thread, condition, released);
    }
    LockObject *lock = (LockObject *)as_object(condition->lock);
    if (lock->reentrant) {
        released->depth = rlock_release_all(&thread->core, &lock->lock);
        return true;
    }
    return lock_object_release(thread, lock);
}

static void reacquire_other(Thread *thread, const ConditionObject *condition, Value *state) {
    bool is_plain = is_undefined(*state);
    method_of_lock(thread, condition, is_plain ? "acquire" : "_acquire_restore", state, !is_plain);
}

// Take the lock back, whatever happens meanwhile; an exception that is set stays.
static void reacquire(Thread *thread, const ConditionObject *condition, Released *released) {
    Value pending = error_take(thread);
    if (!is_lock_object(condition->lock)) {
        reacquire_other(thread, condition, &released->state);
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
            lock->lock.depth = released->depth;
        }
    }
    if (!is_undefined(pending)) {
        thread->exception = pending;
    }
}

static bool notify_one(Thread *thread, ConditionObject *condition) {
    if (condition->recalled < condition->away) {
        condition->recalled++;
        return true;
    }
    return unpark_first(&thread->core, &condition->waiters) != NULL;
}

// One wait of the main thread is done with its signal; true if it was notified meanwhile.
static bool come_back(ConditionObject *condition) {
    bool is_recalled = condition->recalled > 0;
    condition->recalled -= is_recalled;
    condition->away--;
    return is_recalled;
}

// Wait for a notify. While a signal is handled the thread is in no queue but still waits: it is
// `away`, and a notify meant for it is kept. If the handler raises, the next one gets that notify.
static WaitOutcome await_notify(Thread *thread, ConditionObject *condition, int64_t deadline) {
    Wait wait = {.kind = WAIT_CONDITION,
                 .object = condition,
                 .queue = &condition->waiters,
                 .made_at = condition->made_at,
                 .deadline = deadline};
    for (;;) {
        ParkResult result = park(&thread->core, &wait);
        if (result != PARK_INTERRUPTED) {
            return wait_outcome(thread, result);
        }
        condition->away++;
        WaitOutcome outcome = wait_outcome(thread, result);
        if (come_back(condition)) {
            if (outcome != WAIT_FAILED) {
                return WAIT_WOKEN;
            }
            notify_one(thread, condition);
        }
        if (outcome == WAIT_FAILED) {
            return WAIT_FAILED;
        }
        wait.at_head = true;
    }
}

// Condition.wait: True if notified, False after the timeout.
static Value condition_wait(Thread *thread, ConditionObject *condition, int64_t deadline) {
    Released released;
    if (!check_owned(thread, condition, "wait") || !release_save(thread, condition, &released)) {
        return VALUE_ERROR;
    }
    WaitOutcome outcome = await_notify(thread, condition, deadline);
    reacquire(thread, condition, &released);
    if (error_pending(thread)) {
        return VALUE_ERROR;
    }
    return value_bool(outcome == WAIT_WOKEN);
}

static Value wait_method(Thread *thread, Value *args) {
    int64_t deadline;
    if (!check_owned(thread, as_condition(args[0]), "wait") ||
        !wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    return condition_wait(thread, as_condition(args[0]), deadline);
}

static Value wait_for_method(Thread *thread, Value *args) {
    int64_t deadline = CLOCK_NEVER;
    for (bool first = true;; first = false) {
        Value result = call_0(thread, args[1]);
        int truth = is_error(result) ? -1 : operation_truth(thread, result);
        if (truth != 0) {
            return truth < 0 ? VALUE_ERROR : result;
        }
        if (first && !wait_end(thread, args[2], &deadline)) {
            return VALUE_ERROR;
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
    Value count = args[1], zero = value_small_int(0);
    if (!check_owned(thread, condition, "notify")) {
        return VALUE_ERROR;
    }
    while (condition->recalled < condition->away || !wait_queue_is_empty(&condition->waiters)) {
        Value more = operation_compare(thread, COMPARE_GT, count, zero);
        int truth = is_error(more) ? -1 : operation_truth(thread, more);
        if (truth <= 0) {
            return truth < 0 ? VALUE_ERROR : VALUE_NONE;
        }
        trace(&thread->core, TRACE_NOTIFY, (int64_t)(intptr_t)condition, 0);
        notify_one(thread, condition);
        count = operation_binary(thread, BINARY_SUB, count, value_small_int(1));
        if (is_error(count)) {
            return VALUE_ERROR;
        }
    }
    return VALUE_NONE;
}

static Value notify_all_method(Thread *thread, Value *args) {
    ConditionObject *condition = as_condition(args[0]);
    if (!check_owned(thread, condition, "notify")) {
        return VALUE_ERROR;
    }
    trace(&thread->core, TRACE_NOTIFY, (int64_t)(intptr_t)condition, 1);
    condition->recalled = condition->away;
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

static Value condition_isowned(Thread *thread, Value *args) {
    int owned = condition_is_owned(thread, as_condition(args[0]));
    return owned < 0 ? VALUE_ERROR : value_bool(owned);
}

static Value condition_release_save(Thread *thread, Value *args) {
    return method_of_lock(thread, as_condition(args[0]), "_release_save", NULL, 0);
}
static Value condition_acquire_restore(Thread *thread, Value *args) {
    return method_of_lock(thread, as_condition(args[0]), "_acquire_restore", args + 1, 1);
}
static Value condition_reinit(Thread *thread, Value *args) {
    return method_of_lock(thread, as_condition(args[0]), "_at_fork_reinit", NULL, 0);
}

static Value old_notify_all(Thread *thread, Value *args) {
    bool may = warning_give(thread, ERROR_DeprecationWarning,
                            "notifyAll() is deprecated, use notify_all() instead");
    return may ? notify_all_method(thread, args) : VALUE_ERROR;
}

static Value condition_repr(Thread *thread, Value self) {
    const ConditionObject *condition = as_condition(self);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    text_builder_add_printf(&builder, "<Condition(");
    if (!text_builder_add_repr(&builder, condition->lock)) {
        return VALUE_ERROR;
    }
    text_builder_add_printf(&builder, ", %llu)>",
                            (unsigned long long)wait_queue_length(&condition->waiters));
    return value_object(text_builder_finish(&builder));
}

static Value condition_lock(Thread *thread, Value self) {
    (void)thread;
    return as_condition(self)->lock;
}

// What CPython's refuses because it takes the lock's methods when it is made.
static bool check_lock(Thread *thread, Value lock) {
    return is_lock_object(lock) ||
           (!is_error(attribute_get(thread, lock, str_intern_c(thread, "acquire"))) &&
            !is_error(attribute_get(thread, lock, str_intern_c(thread, "release"))));
}

static Value condition_init(Thread *thread, Value *args) {
    ConditionObject *condition = as_condition(args[0]);
    condition->lock = args[1];
    if (is_none(args[1])) {
        condition->lock = rlock_new(thread);
        return is_error(condition->lock) ? VALUE_ERROR : VALUE_NONE;
    }
    return check_lock(thread, args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static void condition_trace(Marker *marker, Object *object) {
    const ConditionObject *condition = (const ConditionObject *)object;
    mark_value(marker, condition->lock);
    mark_object(marker, condition->made_at.code);
}

static Value condition_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    ConditionObject *condition = object_new(thread, as_type(callee));
    condition->lock = VALUE_NONE;
    condition->made_at = made_here(thread);
    return value_object(condition);
}
#define EXIT_SIGNATURE "(self, type=None, value=None, traceback=None, /)"

static const NativeSpec condition_methods[] = {
    {"__init__", condition_init, "(self, lock=None)", "Use `lock`, or an RLock of its own.",
     NATIVE_WORDS},
    {"acquire", condition_acquire, "(self, blocking=True, timeout=-1)", "Take the lock.", 0},
    {"release", condition_release, "(self, /)", "Give the lock back.", 0},
    {"__enter__", condition_enter, "(self, /)", "Take the lock.", 0},
    {"__exit__", condition_exit, EXIT_SIGNATURE, "Give the lock back.", 0},
    {"wait", wait_method, "(self, timeout=None)",
     "Release the lock, wait to be notified, take the lock again; False after the timeout.",
     NATIVE_WORDS},
    {"wait_for", wait_for_method, "(self, predicate, timeout=None)",
     "Wait until predicate() is true; its last value.", NATIVE_WORDS},
    {"notify", notify_method, "(self, n=1)", "Wake n waiting threads.", NATIVE_WORDS},
    {"notify_all", notify_all_method, "(self)", "Wake all waiting threads.", NATIVE_WORDS},
    {"notifyAll", old_notify_all, "(self)", "Old name of notify_all.", NATIVE_WORDS},
    {"_release_save", condition_release_save, "(self, /)", "Release the lock wholly.", 0},
    {"_acquire_restore", condition_acquire_restore, "(self, state, /)", "Take it as before.", 0},
    {"_at_fork_reinit", condition_reinit, "(self, /)", "Have the lock free.", 0},
    {"_is_owned", condition_isowned, "(self)", "Whether this thread holds the lock.", NATIVE_WORDS},
    {0},
};

static const GetSetSpec condition_getsets[] = {
    {"_lock", condition_lock, NULL, "The lock."},
    {0},
};

const TypeSpec condition_type_spec = {
    .name = "Condition",
    .module = "threading",
    .doc = "(lock=None)\n--\n\n"
           "Wait until another thread says that something has changed.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(ConditionObject),
    .slots = {.repr = condition_repr, .construct = condition_construct, .trace = condition_trace},
    .methods = condition_methods,
    .getsets = condition_getsets,
};
