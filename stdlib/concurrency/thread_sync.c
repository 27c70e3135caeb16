// SPDX-License-Identifier: MIT
//
// Semaphore and Event: the primitives that wait for a number or a flag.
//
// Both are a wait queue and a little state. Because a thread gives up the GIL only inside park(),
// "look at the state, then wait" is one step that nobody can get between; the lost wake-up that
// fills textbooks can not happen *inside* a primitive. Whoever was woken looks at the state again.
// CPython writes these classes in Python on top of locks; they cost a lock per waiter there.
#include "thread_sync.h"

#include "attribute.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "type.h"
#include "waiting.h"
#include "warning.h"

#include <stdio.h>

// ---- Semaphore ----

typedef struct SemaphoreObject {
    Object object;
    Value initial; // of a BoundedSemaphore; else None
    int64_t value;
    WaitQueue waiters;
    CodePosition made_at;
} SemaphoreObject;

static SemaphoreObject *as_semaphore(Value v) {
    return (SemaphoreObject *)as_object(v);
}

static Value await_permit(Thread *thread, SemaphoreObject *semaphore, int64_t deadline) {
    Wait wait = {.kind = WAIT_SEMAPHORE,
                 .object = semaphore,
                 .queue = &semaphore->waiters,
                 .made_at = semaphore->made_at,
                 .deadline = deadline};
    return wait_ended(thread, park(&thread->core, &wait));
}

static Value semaphore_acquire_until(Thread *thread, SemaphoreObject *semaphore, int64_t deadline) {
    while (semaphore->value == 0) {
        if (deadline == 0) {
            return VALUE_FALSE;
        }
        Value ended = await_permit(thread, semaphore, deadline);
        if (!is_undefined(ended)) {
            return ended;
        }
    }
    semaphore->value--;
    ORDER(races_acquire, &thread->core, semaphore);
    return VALUE_TRUE;
}

static Value semaphore_acquire(Thread *thread, Value *args) {
    SemaphoreObject *semaphore = as_semaphore(args[0]);
    int blocking = operation_truth(thread, args[1]);
    int64_t deadline = 0;
    if (blocking < 0) {
        return VALUE_ERROR;
    }
    if (!blocking && !is_none(args[2])) {
        return raise_error(thread, ERROR_ValueError,
                           "can't specify timeout for non-blocking acquire");
    }
    if (semaphore->value == 0 && blocking && !wait_end(thread, args[2], &deadline)) {
        return VALUE_ERROR;
    }
    return semaphore_acquire_until(thread, semaphore, deadline);
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
    ORDER(races_release, &thread->core, semaphore);
    while (count-- > 0 && unpark_first(&thread->core, &semaphore->waiters) != NULL) {}
    return VALUE_NONE;
}

// Exception set: `v` is less than `least`, or can not be compared with it.
static bool check_not_below(Thread *thread, Value v, int least, const char *message) {
    Value less = operation_compare(thread, COMPARE_LT, v, value_small_int(least));
    int truth = is_error(less) ? -1 : operation_truth(thread, less);
    return truth != 0 && (truth < 0 || !raise_false(thread, ERROR_ValueError, "%s", message));
}

static Value semaphore_release(Thread *thread, Value *args) {
    int64_t count;
    if (check_not_below(thread, args[1], 1, "n must be one or more") ||
        !operation_index_int64(thread, args[1], &count)) {
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
    if (check_not_below(thread, args[1], 0, "semaphore initial value must be >= 0") ||
        !operation_index_int64(thread, args[1], &value)) {
        return VALUE_ERROR;
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

static void semaphore_trace(Marker *marker, Object *object) {
    mark_object(marker, ((const SemaphoreObject *)object)->made_at.code);
}

static Value semaphore_value(Thread *thread, Value self) {
    return int_from_int64(thread, as_semaphore(self)->value);
}
static Value semaphore_initial(Thread *thread, Value self) {
    (void)thread;
    return as_semaphore(self)->initial;
}

// "<threading.Event at 0x7f5a207f5bd0: unset>", as classes written in Python show themselves.
static Value show(Thread *thread, Value self, const char *state) {
    Value type = value_object(object_type(self));
    Value module = attribute_get(thread, type, common_name(thread, NAME___module__));
    Value name = attribute_get(thread, type, common_name(thread, NAME___qualname__));
    if (is_error(module) || is_error(name)) {
        return VALUE_ERROR;
    }
    TextBuilder builder;
    text_builder_init(&builder, thread);
    text_builder_put(&builder, '<');
    if (!text_builder_add_str(&builder, module)) {
        return VALUE_ERROR;
    }
    text_builder_put(&builder, '.');
    if (!text_builder_add_str(&builder, name)) {
        return VALUE_ERROR;
    }
    text_builder_add_printf(&builder, " at %p: %s>", (const void *)as_object(self), state);
    return value_object(text_builder_finish(&builder));
}

static Value semaphore_repr(Thread *thread, Value self) {
    const SemaphoreObject *semaphore = as_semaphore(self);
    char state[64];
    int length = snprintf(state, sizeof state, "value=%lld", (long long)semaphore->value);
    if (!is_none(semaphore->initial)) {
        snprintf(state + length, sizeof state - (size_t)length, "/%lld",
                 (long long)as_small_int(semaphore->initial));
    }
    return show(thread, self, state);
}

// ---- Event ----

typedef struct EventObject {
    Object object;
    uint64_t flag;
    uint64_t times_set; // a waiter that handled a signal sees by it that it missed a set()
    WaitQueue waiters;
    CodePosition made_at;
} EventObject;

static EventObject *as_event(Value v) {
    return (EventObject *)as_object(v);
}

static Value event_is_set(Thread *thread, Value *args) {
    ORDER(races_acquire, &thread->core, as_event(args[0]));
    return value_bool(as_event(args[0])->flag);
}
static Value event_set(Thread *thread, Value *args) {
    as_event(args[0])->flag = true;
    ORDER(races_release, &thread->core, as_event(args[0]));
    as_event(args[0])->times_set++;
    unpark_all(&thread->core, &as_event(args[0])->waiters);
    return VALUE_NONE;
}
static Value event_repr(Thread *thread, Value self) {
    return show(thread, self, as_event(self)->flag ? "set" : "unset");
}
static Value old_is_set(Thread *thread, Value *args) {
    bool may = warning_give(thread, ERROR_DeprecationWarning,
                            "isSet() is deprecated, use is_set() instead");
    return may ? event_is_set(thread, args) : VALUE_ERROR;
}
static Value event_reinit(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE; // its lock is the GIL, which a fork leaves in order
}
static Value event_clear(Thread *thread, Value *args) {
    (void)thread;
    as_event(args[0])->flag = false;
    return VALUE_NONE;
}
static WaitOutcome await_set(Thread *thread, EventObject *event, int64_t deadline) {
    Wait wait = {.kind = WAIT_EVENT,
                 .object = event,
                 .queue = &event->waiters,
                 .made_at = event->made_at,
                 .deadline = deadline};
    return wait_outcome(thread, park(&thread->core, &wait));
}

static void event_trace(Marker *marker, Object *object) {
    mark_object(marker, ((const EventObject *)object)->made_at.code);
}

static Value event_wait(Thread *thread, Value *args) {
    EventObject *event = as_event(args[0]);
    int64_t deadline;
    if (event->flag) {
        ORDER(races_acquire, &thread->core, event);
        return VALUE_TRUE;
    }
    if (!wait_deadline(thread, args[1], false, &deadline)) {
        return VALUE_ERROR;
    }
    const uint64_t before = event->times_set;
    while (!event->flag && event->times_set == before) {
        switch (await_set(thread, event, deadline)) {
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
    ORDER(races_acquire, &thread->core, event);
    return VALUE_TRUE;
}

static Value no_arguments_init(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

static Value semaphore_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    SemaphoreObject *semaphore = object_new(thread, as_type(callee));
    semaphore->initial = VALUE_NONE;
    semaphore->made_at = made_here(thread);
    return value_object(semaphore);
}
static Value event_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    EventObject *event = object_new(thread, as_type(callee));
    event->made_at = made_here(thread);
    return value_object(event);
}

// ---- Tables ----

#define EXIT_SIGNATURE "(self, type=None, value=None, traceback=None, /)"

static const NativeSpec semaphore_methods[] = {
    {"__init__", semaphore_init, "(self, value=1)", "Begin with `value` permits.", NATIVE_WORDS},
    {"acquire", semaphore_acquire, "(self, blocking=True, timeout=None)",
     "Take a permit, waiting for one; True if it was taken.", NATIVE_WORDS},
    {"release", semaphore_release, "(self, n=1)", "Give n permits back.", NATIVE_WORDS},
    {"__enter__", semaphore_enter, "(self, /)", "Take a permit.", 0},
    {"__exit__", semaphore_exit, EXIT_SIGNATURE, "Give a permit back.", 0},
    {0},
};
static const NativeSpec bounded_semaphore_methods[] = {
    {"__init__", bounded_semaphore_init, "(self, value=1)",
     "Begin with `value` permits, never to have more.", NATIVE_WORDS},
    {0},
};
static const NativeSpec event_methods[] = {
    {"__init__", no_arguments_init, "(self)", "Begin unset.", NATIVE_WORDS},
    {"is_set", event_is_set, "(self)", "Whether the event is set.", NATIVE_WORDS},
    {"isSet", old_is_set, "(self)", "Old name of is_set.", NATIVE_WORDS},
    {"set", event_set, "(self)", "Set the event; wakes all who wait for it.", NATIVE_WORDS},
    {"clear", event_clear, "(self)", "Reset the event.", NATIVE_WORDS},
    {"wait", event_wait, "(self, timeout=None)",
     "Wait until the event is set; False after the timeout.", NATIVE_WORDS},
    {"_at_fork_reinit", event_reinit, "(self)", "Nothing to do.", NATIVE_WORDS},
    {0},
};
static const GetSetSpec semaphore_getsets[] = {
    {"_value", semaphore_value, NULL, "Permits that are free."},
    {0},
};
static const GetSetSpec bounded_semaphore_getsets[] = {
    {"_initial_value", semaphore_initial, NULL, "How many there are in all."},
    {0},
};

const TypeSpec semaphore_type_spec = {
    .name = "Semaphore",
    .module = "threading",
    .doc = "(value=1)\n--\n\n"
           "A counter of permits.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(SemaphoreObject),
    .slots = {.repr = semaphore_repr, .construct = semaphore_construct, .trace = semaphore_trace},
    .methods = semaphore_methods,
    .getsets = semaphore_getsets,
};
const TypeSpec bounded_semaphore_type_spec = {
    .name = "BoundedSemaphore",
    .module = "threading",
    .doc = "(value=1)\n--\n\n"
           "A semaphore that refuses more releases than acquires.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(SemaphoreObject),
    .slots = {.repr = semaphore_repr, .construct = semaphore_construct, .trace = semaphore_trace},
    .methods = bounded_semaphore_methods,
    .getsets = bounded_semaphore_getsets,
};
const TypeSpec event_type_spec = {
    .name = "Event",
    .module = "threading",
    .doc = "()\n--\n\n"
           "A flag that threads can wait for.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(EventObject),
    .slots = {.repr = event_repr, .construct = event_construct, .trace = event_trace},
    .methods = event_methods,
};
