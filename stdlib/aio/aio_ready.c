// SPDX-License-Identifier: MIT
//
// The ready queue: a ring of entries of two words, so that "go on with this task, the future is
// done" needs no object. It is first in, first out, which is what makes tasks fair: whoever yields
// goes behind all others that are ready. (Run queue is the textbook name.)
//
// Programs that look at loop._ready, as tests of loops do, see a deque of handles. An entry that is
// none yet becomes one then, and stays it.
#include "aio_ready.h"

#include "aio_handle.h"
#include "aio_loop.h"
#include "list.h"
#include "operations.h"
#include "type.h"

ReadyQueue *ready_new(Thread *thread) {
    return object_new(thread, aio_state(thread)->ready_type);
}

static ReadyEntry *entry_at(const ReadyQueue *queue, size_t index) {
    return &queue->entries[(queue->first + index) & (queue->capacity - 1)];
}

static void move_to(Thread *thread, ReadyQueue *queue, size_t capacity) {
    ReadyEntry *entries =
        heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(ReadyEntry));
    for (size_t i = 0; i < queue->count; i++) {
        entries[i] = *entry_at(queue, i);
    }
    ReadyEntry *old = queue->entries;
    queue->entries = entries;
    queue->capacity = capacity;
    queue->first = 0;
    heap_free_buffer(thread_heap(thread), old);
}

void ready_grow(Thread *thread, ReadyQueue *queue) {
    move_to(thread, queue, queue->capacity == 0 ? 16 : 2 * queue->capacity);
}

void ready_shrink(Thread *thread, ReadyQueue *queue) {
    if (queue->count < queue->capacity / 16) {
        move_to(thread, queue, queue->capacity / 8);
    }
}

void ready_bring_first(ReadyQueue *queue, size_t index) {
    ReadyEntry chosen = *entry_at(queue, index);
    for (; index > 0; index--) {
        *entry_at(queue, index) = *entry_at(queue, index - 1);
    }
    *entry_at(queue, 0) = chosen;
}

void ready_clear(ReadyQueue *queue) {
    while (queue->count > 0) {
        ready_pop(queue);
    }
}

static void ready_trace(Marker *marker, Object *self) {
    const ReadyQueue *queue = (const ReadyQueue *)self;
    mark_buffer(marker, queue->entries);
    for (size_t i = 0; i < queue->count; i++) {
        mark_value(marker, entry_at(queue, i)->target);
        mark_value(marker, entry_at(queue, i)->reason);
    }
}

// ---- As a deque of handles ----

static ReadyQueue *as_queue(Value v) {
    return (ReadyQueue *)as_object(v);
}

// The entry as a Handle. false: exception set.
static bool make_handle(Thread *thread, ReadyQueue *queue, size_t index) {
    ReadyEntry entry = *entry_at(queue, index);
    if (is_undefined(entry.reason) && is_handle(thread, entry.target)) {
        return true;
    }
    Value handle = loop_handle_for(thread, entry.target, entry.reason);
    if (is_error(handle) || index >= queue->count) {
        return !is_error(handle);
    }
    *entry_at(queue, index) = (ReadyEntry){handle, VALUE_UNDEFINED};
    return true;
}

static Value all_handles(Thread *thread, Value self) {
    ReadyQueue *queue = as_queue(self);
    List *list = list_new(thread, queue->count);
    for (size_t i = 0; i < queue->count; i++) {
        if (!make_handle(thread, queue, i)) {
            return VALUE_ERROR;
        }
        list_append(thread, list, entry_at(queue, i)->target);
    }
    return value_object(list);
}

static int64_t length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_queue(self)->count;
}
static Value iter(Thread *thread, Value self) {
    Value list = all_handles(thread, self);
    return is_error(list) ? list : operation_iter(thread, list);
}
static Value get_item(Thread *thread, Value self, Value key) {
    Value list = all_handles(thread, self);
    return is_error(list) ? list : operation_get_item(thread, list, key);
}
static int contains(Thread *thread, Value self, Value item) {
    Value list = all_handles(thread, self);
    return is_error(list) ? -1 : list_contains(thread, as_list(list), item);
}
static Value repr(Thread *thread, Value self) {
    Value list = all_handles(thread, self);
    Str *text = is_error(list) ? NULL : operation_repr(thread, list);
    return text == NULL ? VALUE_ERROR : value_object(text);
}

static Value append_method(Thread *thread, Value *args) {
    ready_push(thread, as_queue(args[0]), args[1], VALUE_UNDEFINED);
    return VALUE_NONE;
}
static Value popleft_method(Thread *thread, Value *args) {
    ReadyQueue *queue = as_queue(args[0]);
    if (queue->count == 0) {
        return raise_error(thread, ERROR_IndexError, "pop from an empty deque");
    }
    return make_handle(thread, queue, 0) && queue->count > 0 ? ready_pop(queue).target
                                                             : VALUE_ERROR;
}
static Value clear_method(Thread *thread, Value *args) {
    (void)thread;
    ready_clear(as_queue(args[0]));
    return VALUE_NONE;
}

static const NativeSpec methods[] = {
    NATIVE("append", append_method, "(self, handle, /)", "Add a handle at the end."),
    NATIVE("popleft", popleft_method, "(self, /)", "Remove and return the first handle."),
    NATIVE("clear", clear_method, "(self, /)", "Remove all."),
    NATIVE_END,
};

const TypeSpec aio_ready_type_spec = {
    .name = "_aio.ReadyQueue",
    .doc = "What a loop will do next.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(ReadyQueue),
    .slots = {.repr = repr,
              .length = length,
              .contains = contains,
              .get_item = get_item,
              .iter = iter,
              .trace = ready_trace},
    .methods = methods,
};
