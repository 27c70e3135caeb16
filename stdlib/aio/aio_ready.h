// SPDX-License-Identifier: MIT
//
// The ready queue of a loop: what it will do next, in order.
#pragma once

#include "aio.h"

// What there is to do. The second word says what is meant by the first:
//   UNDEFINED         run the Handle, or complete the Future, whose time has come
//   a Future, with a Callback as target: call it
//   None, an exception or a future: go on with the Task, because of that (task_run)
typedef struct ReadyEntry {
    Value target;
    Value reason;
} ReadyEntry;

typedef struct ReadyQueue {
    Object object;
    uint64_t count;
    size_t first, capacity; // a ring; the capacity is a power of two
    ReadyEntry *entries;
} ReadyQueue;

extern const TypeSpec aio_ready_type_spec;

ReadyQueue *ready_new(Thread *thread);
void ready_grow(Thread *thread, ReadyQueue *queue);
// Of a ring that has become much too large, keep a part. Worth a try when `capacity` exceeds this:
enum { READY_LARGE = 4096 };
void ready_shrink(Thread *thread, ReadyQueue *queue);
static inline void ready_push(Thread *thread, ReadyQueue *queue, Value target, Value reason) {
    if (__builtin_expect(queue->count == queue->capacity, 0)) {
        ready_grow(thread, queue);
    }
    ReadyEntry *entry = &queue->entries[(queue->first + queue->count++) & (queue->capacity - 1)];
    *entry = (ReadyEntry){target, reason};
}
// The first entry; the queue is not empty.
static inline ReadyEntry ready_pop(ReadyQueue *queue) {
    ReadyEntry *place = &queue->entries[queue->first], entry = *place;
    *place = (ReadyEntry){VALUE_NONE, VALUE_NONE};
    queue->first = (queue->first + 1) & (queue->capacity - 1);
    queue->count--;
    return entry;
}
static inline ReadyEntry ready_at(const ReadyQueue *queue, size_t index) {
    return queue->entries[(queue->first + index) & (queue->capacity - 1)];
}
// Bring entry `index` to the front; those before it keep their order.
void ready_bring_first(ReadyQueue *queue, size_t index);
void ready_clear(ReadyQueue *queue);
