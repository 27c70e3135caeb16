// SPDX-License-Identifier: MIT
//
// The timers of a loop: what it will do at which time.
#pragma once

#include "aio.h"

typedef struct TimerEntry {
    double when;
    uint64_t order; // of two for the same moment, the one that was there first
    Value target;   // a TimerHandle, or a Future to be completed with None
} TimerEntry;

typedef struct TimerHeap {
    Object object;
    uint64_t count;
    size_t capacity;
    uint64_t orders;  // given so far
    size_t cancelled; // how many of them will not be called
    TimerEntry *entries;
} TimerHeap;

extern const TypeSpec aio_timers_type_spec;

TimerHeap *timers_new(Thread *thread);
void timers_push(Thread *thread, TimerHeap *heap, double when, Value target);
// The entry that is due first; the heap is not empty.
static inline const TimerEntry *timers_first(const TimerHeap *heap) {
    return &heap->entries[0];
}
TimerEntry timers_pop(TimerHeap *heap);
// Take all away that will not be called.
void timers_drop_cancelled(Thread *thread, TimerHeap *heap);
// Was it cancelled, or (a Future) completed otherwise?
bool timers_is_over(Thread *thread, Value target);
