// SPDX-License-Identifier: MIT
//
// tuple: a fixed row of Values inside the object itself. Immutable once anybody but its maker has
// seen it. Instances of subclasses with attributes keep those after the items.
#pragma once

#include "interpreter.h"
#include "object.h"

struct Tuple {
    Object object;
    size_t length;
    Value items[];
};

static inline bool is_tuple(Value v) {
    return has_layout(v, LAYOUT_TUPLE);
}
static inline Tuple *as_tuple(Value v) {
    return (Tuple *)as_object(v);
}

// A tuple of `length` items that are all VALUE_ERROR (zero): the caller must fill it before it
// runs Mini code. The shared empty tuple if length is 0.
Tuple *tuple_new(Thread *thread, size_t length);
Tuple *tuple_from_array(Thread *thread, const Value *values, size_t count);
// The pair (a, b), for dict items, enumerate and the like.
static inline Value tuple_pair(Thread *thread, Value a, Value b) {
    Tuple *pair = (Tuple *)object_new_sized(thread, builtin_type(thread, TYPE_tuple),
                                            sizeof(Tuple) + 2 * sizeof(Value));
    pair->length = 2;
    pair->items[0] = a;
    pair->items[1] = b;
    return value_object(pair);
}
// The items [low, high) as a tuple; bounds must be in range.
Tuple *tuple_slice(Thread *thread, Tuple *tuple, size_t low, size_t high);
Tuple *tuple_concat(Thread *thread, const Tuple *left, const Tuple *right);

// The slots, for the interpreter to call directly once it knows the type.
Value tuple_compare(Thread *thread, Value left, Value right, CompareOp op);
bool tuple_hash(Thread *thread, Value self, uint64_t *hash);
