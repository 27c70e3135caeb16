// SPDX-License-Identifier: MIT
//
// Iterators over ranges. The one over small ints is three C integers, and `for` loops step it
// without a call; the other one counts in int objects.
#include "range_iterator.h"

#include "call.h"
#include "container.h"
#include "heap.h"
#include "iterators.h"
#include "range.h"
#include "reduce.h"
#include "type.h"

typedef struct BigRangeIterator {
    Object object;
    Value next, step, remaining;
} BigRangeIterator;

Value range_iterator_new(Thread *thread, int64_t start, int64_t step, int64_t length) {
    RangeIterator *iterator = object_new(thread, builtin_type(thread, TYPE_range_iterator));
    iterator->next = start;
    iterator->stop = start + length * step;
    iterator->step = step;
    return value_object(iterator);
}

static Value next_slot(Thread *thread, Value self) {
    (void)thread;
    RangeIterator *iterator = (RangeIterator *)as_object(self);
    if (iterator->next == iterator->stop) {
        return VALUE_UNDEFINED;
    }
    Value v = value_small_int(iterator->next);
    iterator->next += iterator->step;
    return v;
}

static Value length_hint_method(Thread *thread, Value *args) {
    const RangeIterator *iterator = (const RangeIterator *)as_object(args[0]);
    return int_from_int64(thread, (iterator->stop - iterator->next) / iterator->step);
}

Value big_range_iterator_new(Thread *thread, Value start, Value step, Value length) {
    BigRangeIterator *iterator = object_new(thread, builtin_type(thread, TYPE_big_range_iterator));
    iterator->next = start;
    iterator->step = step;
    iterator->remaining = length;
    return value_object(iterator);
}

static Value big_next_slot(Thread *thread, Value self) {
    BigRangeIterator *iterator = (BigRangeIterator *)as_object(self);
    if (int_sign(iterator->remaining) <= 0) {
        return VALUE_UNDEFINED;
    }
    Value v = iterator->next;
    iterator->next = int_add(thread, v, iterator->step);
    iterator->remaining = int_sub(thread, iterator->remaining, value_small_int(1));
    return v;
}

static Value big_length_hint_method(Thread *thread, Value *args) {
    (void)thread;
    return ((const BigRangeIterator *)as_object(args[0]))->remaining;
}

static void trace_big(Marker *marker, Object *self) {
    mark_values(marker, &((BigRangeIterator *)self)->next, 3);
}

// (iter, (range(next, stop, step),), None)
static Value reduce_range(Thread *thread, Value start, Value stop, Value step) {
    Value bounds[] = {start, stop, step};
    Value range = call_value(thread, value_object(builtin_type(thread, TYPE_range)), bounds, 3);
    return is_error(range) ? range : reduce_to_call(thread, "iter", &range, 1, VALUE_NONE);
}

static Value reduce_method(Thread *thread, Value *args) {
    const RangeIterator *iterator = (const RangeIterator *)as_object(args[0]);
    return reduce_range(thread, int_from_int64(thread, iterator->next),
                        int_from_int64(thread, iterator->stop),
                        int_from_int64(thread, iterator->step));
}

static Value big_reduce_method(Thread *thread, Value *args) {
    const BigRangeIterator *iterator = (const BigRangeIterator *)as_object(args[0]);
    Value length = int_mul(thread, iterator->remaining, iterator->step);
    return reduce_range(thread, iterator->next, int_add(thread, iterator->next, length),
                        iterator->step);
}

// Go `index` items on, as older pickles ask for.
static Value set_state_method(Thread *thread, Value *args) {
    RangeIterator *iterator = (RangeIterator *)as_object(args[0]);
    int64_t index, left;
    Value length = length_hint_method(thread, args);
    if (!operation_index_clamped(thread, args[1], &index) || !int_to_int64(length, &left)) {
        return error_pending(thread) ? VALUE_ERROR : VALUE_NONE;
    }
    index = index < 0 ? 0 : index > left ? left : index;
    iterator->next = index == left ? iterator->stop : iterator->next + index * iterator->step;
    return VALUE_NONE;
}

static const NativeSpec small_methods[] = {
    REDUCE_METHOD(reduce_method),
    {"__setstate__", set_state_method, "(self, index, /)", "Set state information for unpickling.",
     NATIVE_PLAIN},
    {"__length_hint__", length_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

static const NativeSpec big_methods[] = {
    REDUCE_METHOD(big_reduce_method),
    {"__length_hint__", big_length_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

const TypeSpec range_iterator_type_spec = {
    .name = "range_iterator",
    .type_index = TYPE_range_iterator,
    .layout = LAYOUT_RANGE_ITERATOR,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(RangeIterator),
    .slots = {.iter = iterator_self, .next = next_slot},
    .methods = small_methods,
};

const TypeSpec big_range_iterator_type_spec = {
    .name = "longrange_iterator",
    .type_index = TYPE_big_range_iterator,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(BigRangeIterator),
    .slots = {.iter = iterator_self, .next = big_next_slot, .trace = trace_big},
    .methods = big_methods,
};
