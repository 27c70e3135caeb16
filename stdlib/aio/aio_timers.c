// SPDX-License-Identifier: MIT
//
// The timer heap: a 4-ary heap of entries that hold the time themselves, so that sifting compares
// numbers that lie side by side and touches no handle. Timers for the same moment go in the order
// in which they were made.
//
// A cancelled timer stays until it is due, or until cancelled ones are more than half of a heap
// that is not small: then they are all taken away at once, which costs what they have saved.
// (CPython does the same with a list and heapq.)
#include "aio_timers.h"

#include "aio_future.h"
#include "aio_handle.h"
#include "list.h"
#include "operations.h"
#include "type.h"

enum { ARITY = 4 };

TimerHeap *timers_new(Thread *thread) {
    return object_new(thread, aio_state(thread)->timers_type);
}

static bool is_before(const TimerEntry *a, const TimerEntry *b) {
    return a->when < b->when || (a->when == b->when && a->order < b->order);
}

static void sift_up(TimerHeap *heap, size_t index) {
    TimerEntry moving = heap->entries[index];
    while (index > 0) {
        size_t parent = (index - 1) / ARITY;
        if (!is_before(&moving, &heap->entries[parent])) {
            break;
        }
        heap->entries[index] = heap->entries[parent];
        index = parent;
    }
    heap->entries[index] = moving;
}

static size_t first_child(const TimerHeap *heap, size_t index) {
    size_t first = ARITY * index + 1, best = first;
    for (size_t child = first + 1; child < first + ARITY && child < heap->count; child++) {
        best = is_before(&heap->entries[child], &heap->entries[best]) ? child : best;
    }
    return best;
}

static void sift_down(TimerHeap *heap, size_t index) {
    TimerEntry moving = heap->entries[index];
    while (ARITY * index + 1 < heap->count) {
        size_t child = first_child(heap, index);
        if (!is_before(&heap->entries[child], &moving)) {
            break;
        }
        heap->entries[index] = heap->entries[child];
        index = child;
    }
    heap->entries[index] = moving;
}

static void grow(Thread *thread, TimerHeap *heap) {
    size_t capacity = heap->capacity == 0 ? 16 : 2 * heap->capacity, size = sizeof(TimerEntry);
    TimerEntry *entries = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * size);
    if (heap->count > 0) {
        memcpy(entries, heap->entries, heap->count * size);
    }
    TimerEntry *old = heap->entries;
    heap->entries = entries;
    heap->capacity = capacity;
    heap_free_buffer(thread_heap(thread), old);
}

void timers_push(Thread *thread, TimerHeap *heap, double when, Value target) {
    if (heap->count == heap->capacity) {
        grow(thread, heap);
    }
    heap->entries[heap->count] = (TimerEntry){when, heap->orders++, target};
    sift_up(heap, heap->count++);
}

TimerEntry timers_pop(TimerHeap *heap) {
    TimerEntry first = heap->entries[0];
    heap->entries[0] = heap->entries[--heap->count];
    if (heap->count > 0) {
        sift_down(heap, 0);
    }
    return first;
}

bool timers_is_over(Thread *thread, Value target) {
    if (is_handle(thread, target)) {
        return as_handle(target)->flags & HANDLE_CANCELLED;
    }
    return as_future(target)->state != FUTURE_PENDING;
}

void timers_drop_cancelled(Thread *thread, TimerHeap *heap) {
    size_t kept = 0;
    for (size_t i = 0; i < heap->count; i++) {
        Value target = heap->entries[i].target;
        if (!timers_is_over(thread, target)) {
            heap->entries[kept++] = heap->entries[i];
        } else if (is_handle(thread, target)) {
            as_handle(target)->flags &= ~(uint64_t)HANDLE_SCHEDULED;
        }
    }
    heap->count = kept;
    heap->cancelled = 0;
    for (size_t i = kept / ARITY + 1; i-- > 0;) {
        if (i < kept) {
            sift_down(heap, i);
        }
    }
}

static void timers_trace(Marker *marker, Object *self) {
    const TimerHeap *heap = (const TimerHeap *)self;
    mark_buffer(marker, heap->entries);
    for (size_t i = 0; i < heap->count; i++) {
        mark_value(marker, heap->entries[i].target);
    }
}

// ---- As a list of handles, for programs that look at loop._scheduled ----

static TimerHeap *as_heap(Value v) {
    return (TimerHeap *)as_object(v);
}

static Value all_handles(Thread *thread, Value self) {
    TimerHeap *heap = as_heap(self);
    List *list = list_new(thread, heap->count);
    for (size_t i = 0; i < heap->count; i++) {
        list_append(thread, list, heap->entries[i].target);
    }
    return value_object(list);
}
static int64_t length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_heap(self)->count;
}
static Value iter(Thread *thread, Value self) {
    return operation_iter(thread, all_handles(thread, self));
}
static Value get_item(Thread *thread, Value self, Value key) {
    return operation_get_item(thread, all_handles(thread, self), key);
}
static int contains(Thread *thread, Value self, Value item) {
    return list_contains(thread, as_list(all_handles(thread, self)), item);
}
static Value repr(Thread *thread, Value self) {
    Str *text = operation_repr(thread, all_handles(thread, self));
    return text == NULL ? VALUE_ERROR : value_object(text);
}
static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_list(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    return operation_compare(thread, op, all_handles(thread, left), right);
}

static Value append_method(Thread *thread, Value *args) {
    double when;
    if (!is_timer_handle(thread, args[1])) {
        return raise_error(thread, ERROR_TypeError, "a TimerHandle was expected, got %s",
                           aio_repr(thread, args[1]));
    }
    if (!operation_as_double(thread, as_handle(args[1])->when, &when)) {
        return VALUE_ERROR;
    }
    timers_push(thread, as_heap(args[0]), when, args[1]);
    return VALUE_NONE;
}
static Value clear_method(Thread *thread, Value *args) {
    (void)thread;
    as_heap(args[0])->count = as_heap(args[0])->cancelled = 0;
    return VALUE_NONE;
}

static const NativeSpec methods[] = {
    NATIVE("append", append_method, "(self, handle, /)", "Add a timer."),
    NATIVE("clear", clear_method, "(self, /)", "Remove all."),
    NATIVE_END,
};

const TypeSpec aio_timers_type_spec = {
    .name = "_aio.TimerHeap",
    .doc = "What a loop will do at which time.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_UNHASHABLE,
    .size = sizeof(TimerHeap),
    .slots = {.repr = repr,
              .length = length,
              .contains = contains,
              .get_item = get_item,
              .iter = iter,
              .compare = compare,
              .trace = timers_trace},
    .methods = methods,
};
