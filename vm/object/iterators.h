// SPDX-License-Identifier: MIT
//
// Iterators that walk a sequence by index. For lists and tuples the interpreter inlines the step:
//
//     if (it->index < list->length) item = list->items[it->index++]; else it->index = DONE;
//
// An exhausted iterator stays exhausted even if the list grows later; DONE, greater than any
// length, sees to it. The iterators made of other iterators (zip, map, ...) are in iterators.c.
#pragma once

#include "object.h"

#define SEQUENCE_ITERATOR_DONE UINT64_MAX

typedef struct SequenceIterator {
    Object object;
    uint64_t index; // of the next item; reversed ones: number of items left; or DONE
    Value sequence;
} SequenceIterator;

static inline SequenceIterator *as_sequence_iterator(Value v) {
    return (SequenceIterator *)as_object(v);
}

// The methods of those that go forwards: __reduce__, __setstate__ and __length_hint__.
extern const NativeSpec sequence_iterator_methods[];

Value list_iterator_new(Thread *thread, Value list);
Value list_reverse_iterator_new(Thread *thread, Value list);
Value tuple_iterator_new(Thread *thread, Value tuple);
// What iter() makes for a type that has __getitem__ only.
Value sequence_iterator_new(Thread *thread, Value sequence);
// iter(callable, sentinel)
Value callable_iterator_new(Thread *thread, Value callable, Value sentinel);
// An iterator's iter slot: the iterator itself.
Value iterator_self(Thread *thread, Value self);
// The next item of an iterator that makes pairs (enumerate, zip of two, dict items), taken apart
// into pair[0] and pair[1] without making the tuple. PAIR_UNKNOWN: it is no such iterator.
typedef enum PairOutcome { PAIR_ERROR, PAIR_GIVEN, PAIR_END, PAIR_UNKNOWN } PairOutcome;
PairOutcome iterator_next_pair(Thread *thread, Value iterator, Value *pair);
bool iterator_gives_pairs(Value iterator);
// What an enumerate, zip, map, filter or reversed takes its items from, up to `most` of them; 0
// when it is none of these.
size_t iterator_sources(Value v, Value *sources, size_t most);
// operation_step of an object that is no class instance: enumerate, zip, map and filter pass on
// the StopIteration of what they are made of.
Value iterator_step_composed(Thread *thread, Value iterator);
// About how many items `v` will give (len or __length_hint__), `otherwise` if unknown; -1: error.
int64_t iterator_length_hint(Thread *thread, Value v, int64_t otherwise);
