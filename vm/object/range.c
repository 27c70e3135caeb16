// SPDX-License-Identifier: MIT
//
// range: an arithmetic progression that is never written out. Length, items, membership, slices
// and equality are all computed, in C integers for small ranges and with int objects for the rest;
// where speed does not matter, small ranges take the path of the big ones (RangeParts).
#include "range.h"

#include "container.h"
#include "descriptor.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "range_iterator.h"
#include "reduce.h"
#include "slice.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

// The four numbers as ints.
typedef struct RangeParts {
    Value start, stop, step, length;
} RangeParts;

static RangeParts parts_of(Value self) {
    const Range *range = as_range(self);
    if (range->is_big) {
        return (RangeParts){range->big_start, range->big_stop, range->big_step, range->big_length};
    }
    return (RangeParts){value_small_int(range->start), value_small_int(range->stop),
                        value_small_int(range->step), value_small_int(range->length)};
}

static int64_t small_length(int64_t start, int64_t stop, int64_t step) {
    if (step > 0) {
        return start < stop ? (stop - start - 1) / step + 1 : 0;
    }
    return start > stop ? (start - stop - 1) / -step + 1 : 0;
}

static Value big_length(Thread *thread, Value start, Value stop, Value step) {
    bool up = int_sign(step) > 0;
    Value low = up ? start : stop, high = up ? stop : start;
    if (int_compare(low, high) >= 0) {
        return value_small_int(0);
    }
    Value span = int_sub(thread, int_sub(thread, high, low), value_small_int(1));
    Value steps = int_floordiv(thread, span, up ? step : int_neg(thread, step));
    return int_add(thread, steps, value_small_int(1));
}

static Value small_range(Thread *thread, int64_t start, int64_t stop, int64_t step,
                         int64_t length) {
    Range *range = object_new(thread, builtin_type(thread, TYPE_range));
    range->start = start;
    range->stop = stop;
    range->step = step;
    range->length = length;
    return value_object(range);
}

Value range_new(Thread *thread, Value start, Value stop, Value step) {
    if (int_sign(step) == 0) {
        return raise_error(thread, ERROR_ValueError, "range() arg 3 must not be zero");
    }
    if (is_small_int(start) && is_small_int(stop) && is_small_int(step)) {
        int64_t a = as_small_int(start), b = as_small_int(stop), c = as_small_int(step);
        int64_t length = small_length(a, b, c);
        if (fits_small_int(length)) {
            return small_range(thread, a, b, c, length);
        }
    }
    Value length = big_length(thread, start, stop, step);
    Range *range = object_new(thread, builtin_type(thread, TYPE_range));
    range->is_big = 1;
    range->big_start = start;
    range->big_stop = stop;
    range->big_step = step;
    range->big_length = length;
    return value_object(range);
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)callee;
    if (!container_arguments(thread, "range", count, keywords, 1, 3)) {
        return VALUE_ERROR;
    }
    Value numbers[3] = {VALUE_NONE, VALUE_NONE, value_small_int(1)};
    for (size_t i = 0; i < count; i++) {
        numbers[i] = is_small_int(args[i]) ? args[i] : operation_index(thread, args[i]);
        if (is_error(numbers[i])) {
            return VALUE_ERROR;
        }
    }
    if (count == 1) {
        return range_new(thread, value_small_int(0), numbers[0], numbers[2]);
    }
    return range_new(thread, numbers[0], numbers[1], numbers[2]);
}

static int64_t length_slot(Thread *thread, Value self) {
    int64_t length;
    if (!int_to_int64(parts_of(self).length, &length)) {
        return raise_minus_one(thread, ERROR_OverflowError,
                               "Python int too large to convert to C ssize_t");
    }
    return length;
}

static int truth_slot(Thread *thread, Value self) {
    (void)thread;
    return int_sign(parts_of(self).length) > 0;
}

// start + index * step
static Value item_at(Thread *thread, const RangeParts *parts, Value index) {
    return int_add(thread, parts->start, int_mul(thread, index, parts->step));
}

static Value get_slice(Thread *thread, Value self, Value slice) {
    RangeParts parts = parts_of(self);
    Value bounds[3];
    if (!slice_indices(thread, as_slice(slice), parts.length, bounds)) {
        return VALUE_ERROR;
    }
    Value start = item_at(thread, &parts, bounds[0]);
    Value stop = item_at(thread, &parts, bounds[1]);
    return range_new(thread, start, stop, int_mul(thread, parts.step, bounds[2]));
}

static Value get_item_slot(Thread *thread, Value self, Value key) {
    const Range *range = as_range(self);
    size_t at;
    if (is_small_int(key) && !range->is_big &&
        sequence_small_index(key, (size_t)range->length, &at)) {
        return value_small_int(range->start + (int64_t)at * range->step);
    }
    if (is_slice(key)) {
        return get_slice(thread, self, key);
    }
    if (!container_has_index(thread, key)) {
        return raise_error(thread, ERROR_TypeError,
                           "range indices must be integers or slices, not %s",
                           type_name(thread, key));
    }
    RangeParts parts = parts_of(self);
    Value index = operation_index(thread, key);
    if (!is_error(index) && int_sign(index) < 0) {
        index = int_add(thread, index, parts.length);
    }
    if (is_error(index)) {
        return VALUE_ERROR;
    }
    if (int_sign(index) < 0 || int_compare(index, parts.length) >= 0) {
        return raise_error(thread, ERROR_IndexError, "range object index out of range");
    }
    return item_at(thread, &parts, index);
}

// Whether the int `v` is in the range; if so *index says where (when it is not NULL).
static bool find_int(Thread *thread, Value self, Value v, Value *index) {
    RangeParts parts = parts_of(self);
    bool up = int_sign(parts.step) > 0;
    bool before = up ? int_compare(v, parts.start) < 0 : int_compare(v, parts.start) > 0;
    bool after = up ? int_compare(v, parts.stop) >= 0 : int_compare(v, parts.stop) <= 0;
    if (before || after) {
        return false;
    }
    Value quotient, remainder;
    Value distance = int_sub(thread, v, parts.start);
    if (!int_divmod(thread, distance, parts.step, &quotient, &remainder) ||
        int_sign(remainder) != 0) {
        return false;
    }
    if (index != NULL) {
        *index = quotient;
    }
    return true;
}

static bool is_plain_int(Value v) {
    return is_small_int(v) || is_bool(v) || is_exactly(v, LAYOUT_INT);
}

static bool small_contains(const Range *range, int64_t v) {
    bool inside = range->step > 0 ? v >= range->start && v < range->stop
                                  : v <= range->start && v > range->stop;
    return inside && (v - range->start) % range->step == 0;
}

// How often something that is not an int occurs: compares with every item. `first`: stop at one,
// *index says where.
static int64_t count_by_comparing(Thread *thread, Value self, Value v, bool first, int64_t *index) {
    Value iterator = range_iter(thread, self);
    int64_t count = 0;
    for (int64_t i = 0; !(first && count > 0); i++) {
        Value item = operation_next(thread, iterator);
        if (is_undefined(item)) {
            break;
        }
        int equal = is_error(item) ? -1 : operation_equal(thread, item, v);
        if (equal < 0) {
            return -1;
        }
        count += equal;
        *index = i;
    }
    return count;
}

static int contains_slot(Thread *thread, Value self, Value v) {
    if (is_small_int(v) && !as_range(self)->is_big) {
        return small_contains(as_range(self), as_small_int(v));
    }
    if (is_plain_int(v)) {
        return find_int(thread, self, v, NULL);
    }
    int64_t index;
    return (int)count_by_comparing(thread, self, v, true, &index);
}

static Value index_method(Thread *thread, Value *args) {
    Value result;
    int64_t at;
    if (!is_plain_int(args[1])) {
        int64_t count = count_by_comparing(thread, args[0], args[1], true, &at);
        if (count != 0) {
            return count < 0 ? VALUE_ERROR : int_from_int64(thread, at);
        }
        return raise_error(thread, ERROR_ValueError, "sequence.index(x): x not in sequence");
    }
    if (find_int(thread, args[0], args[1], &result)) {
        return result;
    }
    Str *repr = operation_repr(thread, args[1]);
    return repr == NULL ? VALUE_ERROR
                        : raise_error(thread, ERROR_ValueError, "%s is not in range",
                                      str_text(thread, repr));
}

static Value count_method(Thread *thread, Value *args) {
    if (is_plain_int(args[1])) {
        return value_small_int(find_int(thread, args[0], args[1], NULL));
    }
    int64_t index;
    int64_t count = count_by_comparing(thread, args[0], args[1], false, &index);
    return count < 0 ? VALUE_ERROR : int_from_int64(thread, count);
}

// Two ranges are equal if they give the same items.
static bool equal_ranges(const RangeParts *a, const RangeParts *b) {
    if (!int_equal(a->length, b->length)) {
        return false;
    }
    if (int_sign(a->length) == 0) {
        return true;
    }
    bool single = int_equal(a->length, value_small_int(1));
    return int_equal(a->start, b->start) && (single || int_equal(a->step, b->step));
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if (!is_range(left) || !is_range(right) || (op != COMPARE_EQ && op != COMPARE_NE)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    RangeParts a = parts_of(left), b = parts_of(right);
    return value_bool(equal_ranges(&a, &b) == (op == COMPARE_EQ));
}

static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    RangeParts parts = parts_of(self);
    bool empty = int_sign(parts.length) == 0;
    bool single = int_equal(parts.length, value_small_int(1));
    Value key[] = {parts.length, empty ? VALUE_NONE : parts.start,
                   empty || single ? VALUE_NONE : parts.step};
    return tuple_hash(thread, value_object(tuple_from_array(thread, key, 3)), hash);
}

static Value repr_slot(Thread *thread, Value self) {
    RangeParts parts = parts_of(self);
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, "range(");
    bool ok = text_builder_add_repr(&out, parts.start);
    text_builder_add_c(&out, ", ");
    ok = ok && text_builder_add_repr(&out, parts.stop);
    if (ok && !int_equal(parts.step, value_small_int(1))) {
        text_builder_add_c(&out, ", ");
        ok = text_builder_add_repr(&out, parts.step);
    }
    text_builder_put(&out, ')');
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

Value range_iter(Thread *thread, Value self) {
    const Range *range = as_range(self);
    if (range->is_big) {
        return big_range_iterator_new(thread, range->big_start, range->big_step, range->big_length);
    }
    return range_iterator_new(thread, range->start, range->step, range->length);
}

static Value reversed_method(Thread *thread, Value *args) {
    const Range *range = as_range(args[0]);
    if (!range->is_big) {
        int64_t last = range->start + (range->length - 1) * range->step;
        return range_iterator_new(thread, last, -range->step, range->length);
    }
    RangeParts parts = parts_of(args[0]);
    Value last_index = int_sub(thread, parts.length, value_small_int(1));
    return big_range_iterator_new(thread, item_at(thread, &parts, last_index),
                                  int_neg(thread, parts.step), parts.length);
}

static Value get_start(Thread *thread, Value self) {
    (void)thread;
    return parts_of(self).start;
}

static Value get_stop(Thread *thread, Value self) {
    (void)thread;
    return parts_of(self).stop;
}

static Value get_step(Thread *thread, Value self) {
    (void)thread;
    return parts_of(self).step;
}

static void trace_range(Marker *marker, Object *self) {
    const Range *range = (Range *)self;
    if (range->is_big) {
        mark_values(marker, &range->big_start, 4);
    }
}

static Value reduce_method(Thread *thread, Value *args) {
    Value parts[] = {get_start(thread, args[0]), get_stop(thread, args[0]),
                     get_step(thread, args[0])};
    return reduce_to_call(thread, "range", parts, 3, VALUE_UNDEFINED);
}

static const NativeSpec range_methods[] = {
    REDUCE_METHOD(reduce_method),
    {"index", index_method, "(self, value, /)",
     "rangeobject.index(value) -> integer -- return index of value.\n"
     "Raise ValueError if the value is not present.",
     NATIVE_PLAIN},
    {"count", count_method, "(self, value, /)",
     "rangeobject.count(value) -> integer -- return number of occurrences of value", NATIVE_PLAIN},
    {"__reversed__", reversed_method, "(self, /)", "Return a reverse iterator.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec range_getsets[] = {
    {"start", get_start, getset_refuse, "The first number."},
    {"stop", get_stop, getset_refuse, "The number to stop before."},
    {"step", get_step, getset_refuse, "The distance between two numbers."},
    {0},
};

const TypeSpec range_type_spec = {
    .name = "range",
    .doc = "range(stop) -> range object\n"
           "range(start, stop[, step]) -> range object\n\n"
           "Return an object that produces a sequence of integers from start (inclusive)\n"
           "to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n"
           "start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n"
           "These are exactly the valid indices for a list of 4 elements.\n"
           "When step is given, it specifies the increment (or decrement).",
    .type_index = TYPE_range,
    .layout = LAYOUT_RANGE,
    .flags = TYPE_FINAL | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Range),
    .slots =
        {
            .repr = repr_slot,
            .hash = hash_slot,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .get_item = get_item_slot,
            .iter = range_iter,
            .compare = compare_slot,
            .construct = construct_slot,
            .trace = trace_range,
        },
    .methods = range_methods,
    .getsets = range_getsets,
};
