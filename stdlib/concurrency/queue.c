// SPDX-License-Identifier: MIT
//
// Queues between threads: the module `_queue`, the native part of queue.
//
// A queue is a ring of values and three wait queues: threads that wait for an item, for room, and
// for all work to be done. put() wakes one getter and goes on; it does not hand the item over, so a
// stream of items costs no context switch per item. CPython's Queue is written in Python with a
// lock and three conditions. A queue of an overriding subclass (PriorityQueue, or a student's own)
// is the one in queue.mini.
#include "queue_module.h"

#include "attribute.h"
#include "exception.h"
#include "import.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "type.h"
#include "waiting.h"

typedef struct QueueObject {
    Object object;
    uint64_t lifo; // 0: first in, first out; 1: last in, first out
    Value *items;  // ring buffer
    size_t capacity, first, count;
    int64_t maximum;    // <= 0: no limit
    int64_t unfinished; // put but not yet task_done
    bool is_shut_down;
    WaitQueue getters, putters, joiners;
} QueueObject;

static QueueObject *as_queue(Value v) {
    return (QueueObject *)as_object(v);
}

static bool is_full(const QueueObject *queue) {
    return queue->maximum > 0 && queue->count >= (size_t)queue->maximum;
}

// ---- The ring ----

static void grow(Thread *thread, QueueObject *queue) {
    size_t capacity = queue->capacity == 0 ? 16 : 2 * queue->capacity;
    Value *items = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(Value));
    for (size_t i = 0; i < queue->count; i++) {
        items[i] = queue->items[(queue->first + i) & (queue->capacity - 1)];
    }
    queue->items = items;
    queue->capacity = capacity;
    queue->first = 0;
}

static void push(Thread *thread, QueueObject *queue, Value item) {
    if (queue->count == queue->capacity) {
        grow(thread, queue);
    }
    queue->items[(queue->first + queue->count++) & (queue->capacity - 1)] = item;
}

static Value pop(QueueObject *queue) {
    queue->count--;
    if (queue->lifo) {
        return queue->items[(queue->first + queue->count) & (queue->capacity - 1)];
    }
    Value item = queue->items[queue->first];
    queue->items[queue->first] = VALUE_NONE;
    queue->first = (queue->first + 1) & (queue->capacity - 1);
    return item;
}

// ---- Waiting ----

// Raise Empty, Full or ShutDown, which are classes of queue.mini.
static Value raise_queue_error(Thread *thread, const char *name) {
    Module *module = import_module(thread, str_from_c(thread, "queue"));
    if (module == NULL) {
        return VALUE_ERROR;
    }
    Value class = attribute_get(thread, value_object(module), str_intern_c(thread, name));
    Value error = is_error(class) ? class : exception_from_raised(thread, class);
    return is_error(error) ? error : raise_value(thread, error);
}

// The deadline of put/get; 0: do not wait.
static bool queue_deadline(Thread *thread, Value block, Value timeout, int64_t *deadline) {
    int wait = operation_truth(thread, block);
    if (wait <= 0) {
        *deadline = 0;
        return wait == 0;
    }
    if (is_none(timeout)) {
        *deadline = CLOCK_NEVER;
        return true;
    }
    double seconds;
    if (!operation_as_double(thread, timeout, &seconds)) {
        return false;
    }
    if (seconds < 0) {
        return raise_false(thread, ERROR_ValueError, "'timeout' must be a non-negative number");
    }
    return wait_deadline(thread, timeout, false, deadline);
}

// false: gave up, because of an exception or because the time is over (then *timed_out).
static bool wait_in(Thread *thread, QueueObject *queue, WaitQueue *waiters, int64_t deadline,
                    bool *timed_out) {
    *timed_out = deadline == 0;
    if (deadline == 0) {
        return false;
    }
    Wait wait = {.kind = WAIT_QUEUE, .object = queue, .queue = waiters, .deadline = deadline};
    switch (wait_outcome(thread, park(&thread->core, &wait))) {
    case WAIT_FAILED:
        return false;
    case WAIT_TIMED_OUT:
        *timed_out = true;
        return false;
    case WAIT_AGAIN:
    case WAIT_WOKEN:
        break;
    }
    return true;
}

static Value put_until(Thread *thread, QueueObject *queue, Value item, int64_t deadline) {
    bool timed_out;
    if (queue->is_shut_down) {
        return raise_queue_error(thread, "ShutDown");
    }
    while (is_full(queue)) {
        if (!wait_in(thread, queue, &queue->putters, deadline, &timed_out)) {
            return timed_out ? raise_queue_error(thread, "Full") : VALUE_ERROR;
        }
        if (queue->is_shut_down) {
            return raise_queue_error(thread, "ShutDown");
        }
    }
    push(thread, queue, item);
    ORDER(races_release, &thread->core, queue);
    queue->unfinished++;
    if (!wait_queue_is_empty(&queue->getters)) {
        unpark_first(&thread->core, &queue->getters);
    }
    return VALUE_NONE;
}

static Value get_until(Thread *thread, QueueObject *queue, int64_t deadline) {
    bool timed_out;
    while (queue->count == 0) {
        if (queue->is_shut_down) {
            return raise_queue_error(thread, "ShutDown");
        }
        if (!wait_in(thread, queue, &queue->getters, deadline, &timed_out)) {
            return timed_out ? raise_queue_error(thread, "Empty") : VALUE_ERROR;
        }
    }
    Value item = pop(queue);
    ORDER(races_acquire, &thread->core, queue);
    if (!wait_queue_is_empty(&queue->putters)) {
        unpark_first(&thread->core, &queue->putters);
    }
    return item;
}

// ---- Methods ----

static Value put_method(Thread *thread, Value *args) {
    int64_t deadline;
    if (!queue_deadline(thread, args[2], args[3], &deadline)) {
        return VALUE_ERROR;
    }
    return put_until(thread, as_queue(args[0]), args[1], deadline);
}
static Value get_method(Thread *thread, Value *args) {
    int64_t deadline;
    if (!queue_deadline(thread, args[1], args[2], &deadline)) {
        return VALUE_ERROR;
    }
    return get_until(thread, as_queue(args[0]), deadline);
}
static Value put_nowait_method(Thread *thread, Value *args) {
    return put_until(thread, as_queue(args[0]), args[1], 0);
}
static Value get_nowait_method(Thread *thread, Value *args) {
    return get_until(thread, as_queue(args[0]), 0);
}
static Value qsize_method(Thread *thread, Value *args) {
    return int_from_uint64(thread, as_queue(args[0])->count);
}
static Value empty_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_queue(args[0])->count == 0);
}
static Value full_method(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(is_full(as_queue(args[0])));
}

static Value task_done_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    if (queue->unfinished <= 0) {
        return raise_error(thread, ERROR_ValueError, "task_done() called too many times");
    }
    ORDER(races_release, &thread->core, queue);
    if (--queue->unfinished == 0) {
        unpark_all(&thread->core, &queue->joiners);
    }
    return VALUE_NONE;
}

static Value join_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    bool timed_out;
    while (queue->unfinished > 0) {
        if (!wait_in(thread, queue, &queue->joiners, CLOCK_NEVER, &timed_out)) {
            return VALUE_ERROR;
        }
    }
    ORDER(races_acquire, &thread->core, queue);
    return VALUE_NONE;
}

static Value shutdown_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    int immediate = operation_truth(thread, args[1]);
    if (immediate < 0) {
        return VALUE_ERROR;
    }
    queue->is_shut_down = true;
    if (immediate) {
        queue->unfinished -= (int64_t)queue->count;
        queue->count = 0;
        if (queue->unfinished <= 0) {
            queue->unfinished = 0;
            unpark_all(&thread->core, &queue->joiners);
        }
    }
    unpark_all(&thread->core, &queue->getters);
    unpark_all(&thread->core, &queue->putters);
    return VALUE_NONE;
}

static Value init_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    return operation_index_clamped(thread, args[1], &queue->maximum) ? VALUE_NONE : VALUE_ERROR;
}
static Value lifo_init_method(Thread *thread, Value *args) {
    as_queue(args[0])->lifo = 1;
    return init_method(thread, args);
}

static Value get_maximum(Thread *thread, Value self) {
    return int_from_int64(thread, as_queue(self)->maximum);
}
static bool set_maximum(Thread *thread, Value self, Value v) {
    return operation_index_clamped(thread, v, &as_queue(self)->maximum);
}
static Value get_unfinished(Thread *thread, Value self) {
    return int_from_int64(thread, as_queue(self)->unfinished);
}
static Value get_is_shut_down(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_queue(self)->is_shut_down);
}

static void queue_trace(Marker *marker, Object *object) {
    const QueueObject *queue = (const QueueObject *)object;
    mark_buffer(marker, queue->items);
    for (size_t i = 0; i < queue->count; i++) {
        mark_value(marker, queue->items[(queue->first + i) & (queue->capacity - 1)]);
    }
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(object_new(thread, as_type(callee)));
}

// clang-format off
#define SIMPLE_METHODS                                                                             \
    {"put", put_method, "(self, item, block=True, timeout=None)",                                  \
     "Add an item, waiting for room if need be; Full after the timeout.", 0},                      \
        {"get", get_method, "(self, block=True, timeout=None)",                                    \
         "Remove and return an item, waiting for one; Empty after the timeout.", 0},               \
        {"put_nowait", put_nowait_method, "(self, item)", "put(item, block=False)", 0},            \
        {"get_nowait", get_nowait_method, "(self)", "get(block=False)", 0},                        \
        {"qsize", qsize_method, "(self)", "How many items are in the queue.", 0},                  \
        {"empty", empty_method, "(self)", "Whether there is no item.", 0}
// clang-format on

static const NativeSpec simple_methods[] = {
    SIMPLE_METHODS,
    {0},
};
static const NativeSpec queue_methods[] = {
    SIMPLE_METHODS,
    {"__init__", init_method, "(self, maxsize=0)", "At most `maxsize` items; 0: no limit.", 0},
    {"full", full_method, "(self)", "Whether there is no room.", 0},
    {"task_done", task_done_method, "(self)", "The work on an item that was taken is done.", 0},
    {"join", join_method, "(self)", "Wait until all items have been taken and done.", 0},
    {"shutdown", shutdown_method, "(self, immediate=False)",
     "Refuse further items; wake all who wait.", 0},
    {0},
};
static const NativeSpec lifo_methods[] = {
    {"__init__", lifo_init_method, "(self, maxsize=0)", "At most `maxsize` items; 0: no limit.", 0},
    {0},
};
static const GetSetSpec queue_getsets[] = {
    {"maxsize", get_maximum, set_maximum, "How many items there may be."},
    {"unfinished_tasks", get_unfinished, NULL, "Items put and not yet done."},
    {"is_shutdown", get_is_shut_down, NULL, "Whether shutdown() was called."},
    {0},
};

static const TypeSpec queue_type_spec = {
    .name = "Queue",
    .module = "queue",
    .doc = "First in, first out; safe for any number of threads.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(QueueObject),
    .slots = {.construct = construct, .trace = queue_trace},
    .methods = queue_methods,
    .getsets = queue_getsets,
};
static const TypeSpec lifo_queue_type_spec = {
    .name = "LifoQueue",
    .module = "queue",
    .doc = "Last in, first out.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(QueueObject),
    .slots = {.construct = construct, .trace = queue_trace},
    .methods = lifo_methods,
};
static const TypeSpec simple_queue_type_spec = {
    .name = "_queue.SimpleQueue",
    .doc = "First in, first out, without limit and without task_done.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(QueueObject),
    .slots = {.construct = construct, .trace = queue_trace},
    .methods = simple_methods,
};

bool queue_module_init(Thread *thread, Module *module) {
    Type *queue = module_add_type(thread, module, &queue_type_spec, NULL);
    module_add_type(thread, module, &lifo_queue_type_spec, queue);
    module_add_type(thread, module, &simple_queue_type_spec, NULL);
    return true;
}
