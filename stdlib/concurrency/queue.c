// SPDX-License-Identifier: MIT
//
// Queues between threads: the module `_queue`, the native part of queue.
//
// A queue is a ring of values and three wait queues: threads that wait for an item, for room, and
// for all work to be done. put() wakes one getter and goes on; it does not hand the item over, so a
// stream of items costs no context switch per item. CPython's Queue is written in Python with a
// lock and three conditions, and says so: subclasses override _put and _get, programs take q.mutex
// and look into q.queue. A queue of which something like that is wanted is *open*: it is made of
// those parts, in queue.mini, and the methods here only call what is written there (_open_put...).
// It can be opened at any moment; whoever waits in the ring then goes on waiting outside.
#include "queue_module.h"

#include "attribute.h"
#include "call.h"
#include "exception.h"
#include "import.h"
#include "int.h"
#include "list.h"
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
    bool is_open; // made of Mini parts: the ring is not used any more
    WaitQueue getters, putters, joiners;
    CodePosition made_at;
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

static bool check_timeout(Thread *thread, Value timeout) {
    Value less = operation_compare(thread, COMPARE_LT, timeout, value_small_int(0));
    int is_negative = is_error(less) ? -1 : operation_truth(thread, less);
    return is_negative == 0 ||
           (is_negative > 0 &&
            raise_false(thread, ERROR_ValueError, "'timeout' must be a non-negative number"));
}

// The deadline of put/get; 0: do not wait.
static bool queue_deadline(Thread *thread, Value block, Value timeout, int64_t *deadline) {
    int wait = operation_truth(thread, block);
    *deadline = wait > 0 ? CLOCK_NEVER : 0;
    if (wait <= 0 || is_none(timeout)) {
        return wait >= 0;
    }
    return check_timeout(thread, timeout) && wait_end(thread, timeout, deadline);
}

// false: gave up, because of an exception or because the time is over (then *timed_out).
static bool wait_in(Thread *thread, QueueObject *queue, WaitQueue *waiters, int64_t deadline,
                    bool *timed_out) {
    *timed_out = deadline == 0;
    if (deadline == 0) {
        return false;
    }
    Wait wait = {.kind = WAIT_QUEUE,
                 .object = queue,
                 .queue = waiters,
                 .made_at = queue->made_at,
                 .deadline = deadline};
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

// ---- Open queues ----

static Value call_open(Thread *thread, const char *name, Value *args, size_t count) {
    return call_method(thread, args[0], str_intern_c(thread, name), args + 1, count - 1);
}

static Value put_open(Thread *thread, QueueObject *queue, Value item, int64_t deadline) {
    Value args[] = {value_object(queue), item, value_bool(deadline != 0),
                    wait_time_left(thread, deadline)};
    return call_open(thread, "_open_put", args, 4);
}

static Value get_open(Thread *thread, QueueObject *queue, int64_t deadline) {
    Value args[] = {value_object(queue), value_bool(deadline != 0),
                    wait_time_left(thread, deadline)};
    return call_open(thread, "_open_get", args, 3);
}

// ---- Putting and getting ----

static Value put_until(Thread *thread, QueueObject *queue, Value item, int64_t deadline) {
    bool timed_out;
    while (!queue->is_shut_down && is_full(queue)) {
        if (!wait_in(thread, queue, &queue->putters, deadline, &timed_out)) {
            return timed_out ? raise_queue_error(thread, "Full") : VALUE_ERROR;
        }
        if (queue->is_open) {
            return put_open(thread, queue, item, deadline);
        }
    }
    if (queue->is_shut_down) {
        return raise_queue_error(thread, "ShutDown");
    }
    push(thread, queue, item);
    ORDER(races_release, &thread->core, queue);
    trace(&thread->core, TRACE_QUEUE_PUT, (int64_t)(intptr_t)queue, (int64_t)queue->count);
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
        if (queue->is_open) {
            return get_open(thread, queue, deadline);
        }
    }
    Value item = pop(queue);
    ORDER(races_acquire, &thread->core, queue);
    trace(&thread->core, TRACE_QUEUE_GET, (int64_t)(intptr_t)queue, (int64_t)queue->count);
    if (!wait_queue_is_empty(&queue->putters)) {
        unpark_first(&thread->core, &queue->putters);
    }
    return item;
}

void queue_put(Thread *thread, Value queue, Value item) {
    put_until(thread, as_queue(queue), item, 0);
}
Value queue_get(Thread *thread, Value queue) {
    return get_until(thread, as_queue(queue), CLOCK_NEVER);
}
Value queue_try_get(Thread *thread, Value queue) {
    return as_queue(queue)->count == 0 ? VALUE_UNDEFINED : get_until(thread, as_queue(queue), 0);
}

// Stop using the ring: give its items away, in the order of putting, and send the waiters on.
static Value leave_ring(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    List *items = list_new(thread, queue->count);
    for (size_t i = 0; i < queue->count; i++) {
        list_append(thread, items, queue->items[(queue->first + i) & (queue->capacity - 1)]);
    }
    queue->count = 0;
    queue->is_open = true;
    unpark_all(&thread->core, &queue->getters);
    unpark_all(&thread->core, &queue->putters);
    unpark_all(&thread->core, &queue->joiners);
    return value_object(items);
}

// ---- Methods ----

// Nobody looks at the timeout of a put that has no reason to wait.
static Value put_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    int64_t deadline = 0;
    if (queue->is_open) {
        return call_open(thread, "_open_put", args, 4);
    }
    if (!queue->is_shut_down && queue->maximum > 0 &&
        !queue_deadline(thread, args[2], args[3], &deadline)) {
        return VALUE_ERROR;
    }
    return queue->is_open ? put_open(thread, queue, args[1], deadline)
                          : put_until(thread, queue, args[1], deadline);
}
static Value get_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    int64_t deadline = 0;
    if (queue->is_open) {
        return call_open(thread, "_open_get", args, 3);
    }
    if (queue->is_shut_down && queue->count == 0) {
        return raise_queue_error(thread, "ShutDown");
    }
    if (!queue_deadline(thread, args[1], args[2], &deadline)) {
        return VALUE_ERROR;
    }
    return queue->is_open ? get_open(thread, queue, deadline) : get_until(thread, queue, deadline);
}
// A queue without limit never waits for room.
static Value simple_put_method(Thread *thread, Value *args) {
    return put_until(thread, as_queue(args[0]), args[1], 0);
}
static Value simple_get_method(Thread *thread, Value *args) {
    int64_t deadline = CLOCK_NEVER, ns = 0;
    int wait = operation_truth(thread, args[1]);
    bool is_timed = wait > 0 && !is_none(args[2]);
    if (wait < 0 ||
        (is_timed && (!seconds_to_ns(thread, args[2], &ns) ||
                      (ns >= 0 && !wait_deadline(thread, args[2], false, &deadline))))) {
        return VALUE_ERROR;
    }
    if (ns < 0) {
        return raise_error(thread, ERROR_ValueError, "'timeout' must be a non-negative number");
    }
    return get_until(thread, as_queue(args[0]), wait ? deadline : 0);
}
static Value put_nowait_method(Thread *thread, Value *args) {
    Value all[] = {args[0], args[1], VALUE_FALSE, VALUE_NONE};
    return call_open(thread, "put", all, 4);
}
static Value get_nowait_method(Thread *thread, Value *args) {
    Value all[] = {args[0], VALUE_FALSE, VALUE_NONE};
    return call_open(thread, "get", all, 3);
}
static Value simple_get_nowait_method(Thread *thread, Value *args) {
    return get_until(thread, as_queue(args[0]), 0);
}
static Value qsize_method(Thread *thread, Value *args) {
    const QueueObject *queue = as_queue(args[0]);
    return queue->is_open ? call_open(thread, "_open_qsize", args, 1)
                          : int_from_uint64(thread, queue->count);
}
static Value empty_method(Thread *thread, Value *args) {
    const QueueObject *queue = as_queue(args[0]);
    return queue->is_open ? call_open(thread, "_open_empty", args, 1)
                          : value_bool(queue->count == 0);
}
static Value full_method(Thread *thread, Value *args) {
    const QueueObject *queue = as_queue(args[0]);
    return queue->is_open ? call_open(thread, "_open_full", args, 1) : value_bool(is_full(queue));
}

static Value task_done_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    if (queue->is_open) {
        return call_open(thread, "_open_task_done", args, 1);
    }
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
    while (!queue->is_open && queue->unfinished > 0) {
        if (!wait_in(thread, queue, &queue->joiners, CLOCK_NEVER, &timed_out)) {
            return VALUE_ERROR;
        }
    }
    if (queue->is_open) {
        return call_open(thread, "_open_join", args, 1);
    }
    ORDER(races_acquire, &thread->core, queue);
    return VALUE_NONE;
}

static void drop_all(Thread *thread, QueueObject *queue) {
    queue->unfinished -= (int64_t)queue->count;
    queue->count = 0;
    if (queue->unfinished <= 0) {
        queue->unfinished = 0;
        unpark_all(&thread->core, &queue->joiners);
    }
}

static Value shutdown_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    int immediate = queue->is_open ? 0 : operation_truth(thread, args[1]);
    if (immediate < 0) {
        return VALUE_ERROR;
    }
    if (queue->is_open) {
        return call_open(thread, "_open_shutdown", args, 2);
    }
    queue->is_shut_down = true;
    if (immediate) {
        drop_all(thread, queue);
    }
    unpark_all(&thread->core, &queue->getters);
    unpark_all(&thread->core, &queue->putters);
    return VALUE_NONE;
}

// The class says whether its queues are last in, first out, and whether they must be open.
static bool class_says(Thread *thread, Value self, const char *name, bool *answer) {
    Value said = attribute_get(thread, self, str_intern_c(thread, name));
    *answer = !is_error(said) && is_true(said);
    return !is_error(said);
}

static Value init_method(Thread *thread, Value *args) {
    QueueObject *queue = as_queue(args[0]);
    bool is_lifo, must_open;
    if (!operation_index_clamped(thread, args[1], &queue->maximum) ||
        !class_says(thread, args[0], "_is_lifo", &is_lifo) ||
        !class_says(thread, args[0], "_must_open", &must_open)) {
        return VALUE_ERROR;
    }
    queue->lifo = is_lifo;
    return must_open ? call_open(thread, "_open", args, 1) : VALUE_NONE;
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
static bool set_unfinished(Thread *thread, Value self, Value v) {
    return operation_index_clamped(thread, v, &as_queue(self)->unfinished);
}
static Value get_is_shut_down(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_queue(self)->is_shut_down);
}

static bool set_is_shut_down(Thread *thread, Value self, Value v) {
    int truth = operation_truth(thread, v);
    as_queue(self)->is_shut_down = truth > 0;
    return truth >= 0;
}

static void queue_trace(Marker *marker, Object *object) {
    const QueueObject *queue = (const QueueObject *)object;
    mark_buffer(marker, queue->items);
    mark_object(marker, queue->made_at.code);
    for (size_t i = 0; i < queue->count; i++) {
        mark_value(marker, queue->items[(queue->first + i) & (queue->capacity - 1)]);
    }
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    QueueObject *queue = object_new(thread, as_type(callee));
    queue->made_at = made_here(thread);
    return value_object(queue);
}
static Value simple_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    bool is_plain = is_undefined(as_type(callee)->init);
    if (is_plain && count > 0) {
        return raise_error(thread, ERROR_TypeError, "SimpleQueue() takes no %s arguments",
                           keywords != NULL ? "keyword" : "positional");
    }
    return construct(thread, callee, args, count, keywords);
}

static const NativeSpec simple_methods[] = {
    {"put", simple_put_method, "(self, item, block=True, timeout=None)",
     "Add an item; block and timeout are there for the likeness to Queue.", 0},
    {"get", simple_get_method, "(self, block=True, timeout=None)",
     "Remove and return an item, waiting for one; Empty after the timeout.", 0},
    {"put_nowait", simple_put_method, "(self, item)", "put(item)", 0},
    {"get_nowait", simple_get_nowait_method, "(self)", "get(block=False)", 0},
    {"qsize", qsize_method, "(self)", "How many items are in the queue.", 0},
    {"empty", empty_method, "(self)", "Whether there is no item.", 0},
    {0},
};
static const NativeSpec queue_methods[] = {
    {"__init__", init_method, "(self, maxsize=0)", "At most `maxsize` items; 0: no limit.",
     NATIVE_WORDS},
    {"put", put_method, "(self, item, block=True, timeout=None)",
     "Add an item, waiting for room if need be; Full after the timeout.", NATIVE_WORDS},
    {"get", get_method, "(self, block=True, timeout=None)",
     "Remove and return an item, waiting for one; Empty after the timeout.", NATIVE_WORDS},
    {"put_nowait", put_nowait_method, "(self, item)", "put(item, block=False)", NATIVE_WORDS},
    {"get_nowait", get_nowait_method, "(self)", "get(block=False)", NATIVE_WORDS},
    {"qsize", qsize_method, "(self)", "How many items are in the queue.", NATIVE_WORDS},
    {"empty", empty_method, "(self)", "Whether there is no item.", NATIVE_WORDS},
    {"full", full_method, "(self)", "Whether there is no room.", NATIVE_WORDS},
    {"task_done", task_done_method, "(self)", "The work on an item that was taken is done.",
     NATIVE_WORDS},
    {"join", join_method, "(self)", "Wait until all items have been taken and done.", NATIVE_WORDS},
    {"shutdown", shutdown_method, "(self, immediate=False)",
     "Refuse further items; wake all who wait.", NATIVE_WORDS},
    {"_leave_ring", leave_ring, "(self)", "Be an open queue from now on; the items until now.", 0},
    {0},
};
static const GetSetSpec queue_getsets[] = {
    {"maxsize", get_maximum, set_maximum, "How many items there may be."},
    {"unfinished_tasks", get_unfinished, set_unfinished, "Items put and not yet done."},
    {"is_shutdown", get_is_shut_down, set_is_shut_down, "Whether shutdown() was called."},
    {0},
};

static const TypeSpec queue_type_spec = {
    .name = "_queue.Queue",
    .doc = "(maxsize=0)\n--\n\nA ring of items, and the threads that wait for an item or for room.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT,
    .size = sizeof(QueueObject),
    .slots = {.construct = construct, .trace = queue_trace},
    .methods = queue_methods,
    .getsets = queue_getsets,
};
static const TypeSpec simple_queue_type_spec = {
    .name = "_queue.SimpleQueue",
    .doc = "()\n--\n\n"
           "First in, first out, without limit and without task_done.",
    .flags = TYPE_SYNC | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(QueueObject),
    .slots = {.construct = simple_construct, .trace = queue_trace},
    .methods = simple_methods,
};

bool is_simple_queue(Value v) {
    return is_object(v) && object_type(v)->spec == &simple_queue_type_spec;
}

bool queue_module_init(Thread *thread, Module *module) {
    module_add_type(thread, module, &queue_type_spec, NULL);
    module_add_type(thread, module, &simple_queue_type_spec, NULL);
    return true;
}
