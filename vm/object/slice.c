// SPDX-License-Identifier: MIT
//
// Slices and indices. The numbers in a slice may be anything with __index__, of any size; clamping
// them to 64 bits first loses nothing, because no sequence is longer.
#include "slice.h"

#include "call.h"
#include "container.h"
#include "descriptor.h"
#include "error.h"
#include "heap.h"
#include "reduce.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

Value slice_new(Thread *thread, Value start, Value stop, Value step) {
    Slice *slice = object_new(thread, builtin_type(thread, TYPE_slice));
    slice->start = start;
    slice->stop = stop;
    slice->step = step;
    return value_object(slice);
}

static bool slice_number(Thread *thread, Value v, int64_t if_none, int64_t *number) {
    if (is_none(v)) {
        *number = if_none;
        return true;
    }
    if (is_small_int(v)) {
        *number = as_small_int(v);
        return true;
    }
    if (!container_has_index(thread, v)) {
        return raise_false(thread, ERROR_TypeError,
                           "slice indices must be integers or None or have an __index__ method");
    }
    return operation_index_clamped(thread, v, number);
}

bool slice_unpack(Thread *thread, const Slice *slice, int64_t *start, int64_t *stop,
                  int64_t *step) {
    if (!slice_number(thread, slice->step, 1, step)) {
        return false;
    }
    if (*step == 0) {
        return raise_false(thread, ERROR_ValueError, "slice step cannot be zero");
    }
    if (*step < -INT64_MAX) {
        *step = -INT64_MAX; // so that it can be negated
    }
    return slice_number(thread, slice->start, *step < 0 ? INT64_MAX : 0, start) &&
           slice_number(thread, slice->stop, *step < 0 ? INT64_MIN : INT64_MAX, stop);
}

static int64_t adjust_bound(int64_t bound, int64_t length, bool backwards) {
    if (bound < 0) {
        bound += length;
        return bound < 0 ? (backwards ? -1 : 0) : bound;
    }
    return bound < length ? bound : (backwards ? length - 1 : length);
}

size_t slice_adjust(size_t length, int64_t *start, int64_t *stop, int64_t step) {
    *start = adjust_bound(*start, (int64_t)length, step < 0);
    *stop = adjust_bound(*stop, (int64_t)length, step < 0);
    if (step < 0) {
        return *stop < *start ? (size_t)((*start - *stop - 1) / -step + 1) : 0;
    }
    if (*stop < *start) {
        *stop = *start;
    }
    return *start < *stop ? (size_t)((*stop - *start - 1) / step + 1) : 0;
}

bool slice_resolve(Thread *thread, Value slice, size_t length, int64_t *start, int64_t *step,
                   size_t *count) {
    int64_t stop;
    if (!slice_unpack(thread, as_slice(slice), start, &stop, step)) {
        return false;
    }
    *count = slice_adjust(length, start, &stop, *step);
    return true;
}

bool sequence_index(Thread *thread, Value v, size_t length, const char *what, size_t *index) {
    if (!container_has_index(thread, v)) {
        int letters = (int)strcspn(what, " ");
        return raise_false(thread, ERROR_TypeError,
                           "%.*s indices must be integers or slices, not %s", letters, what,
                           type_name(thread, v));
    }
    Value number = operation_index(thread, v);
    int64_t i;
    if (is_error(number)) {
        return false;
    }
    if (!int_to_int64(number, &i)) {
        return raise_false(thread, ERROR_IndexError, "cannot fit '%s' into an index-sized integer",
                           type_name(thread, v));
    }
    i = i < 0 ? i + (int64_t)length : i;
    if (i < 0 || (uint64_t)i >= length) {
        return raise_false(thread, ERROR_IndexError, "%s index out of range", what);
    }
    *index = (size_t)i;
    return true;
}

bool sequence_bound(Thread *thread, Value v, size_t length, size_t *bound) {
    int64_t n;
    if (!container_has_index(thread, v)) {
        return raise_false(thread, ERROR_TypeError,
                           "slice indices must be integers or have an __index__ method");
    }
    if (!operation_index_clamped(thread, v, &n)) {
        return false;
    }
    if (n < 0) {
        n = n + (int64_t)length < 0 ? 0 : n + (int64_t)length;
    }
    *bound = (uint64_t)n < length ? (size_t)n : length;
    return true;
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    (void)callee;
    if (!container_arguments(thread, "slice", count, keywords, 1, 3)) {
        return VALUE_ERROR;
    }
    if (count == 1) {
        return slice_new(thread, VALUE_NONE, args[0], VALUE_NONE);
    }
    return slice_new(thread, args[0], args[1], count == 3 ? args[2] : VALUE_NONE);
}

static Value repr_slot(Thread *thread, Value self) {
    const Slice *slice = as_slice(self);
    if (!native_enter_for(thread, " while getting the repr of an object")) {
        return VALUE_ERROR;
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, "slice(");
    bool ok = text_builder_add_repr(&out, slice->start);
    text_builder_add_c(&out, ", ");
    ok = ok && text_builder_add_repr(&out, slice->stop);
    text_builder_add_c(&out, ", ");
    ok = ok && text_builder_add_repr(&out, slice->step);
    text_builder_put(&out, ')');
    native_leave(thread);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value as_triple(Thread *thread, Value self) {
    const Slice *slice = as_slice(self);
    Value parts[] = {slice->start, slice->stop, slice->step};
    return value_object(tuple_from_array(thread, parts, 3));
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_slice(left) || !is_slice(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    return tuple_compare(thread, as_triple(thread, left), as_triple(thread, right), op);
}

// Hashable since Python 3.12.
static bool hash_slot(Thread *thread, Value self, uint64_t *hash) {
    return tuple_hash(thread, as_triple(thread, self), hash);
}

// An int for indices(): None, or the result of __index__ of any size.
static Value indices_number(Thread *thread, Value v, Value if_none) {
    if (is_none(v)) {
        return if_none;
    }
    if (!container_has_index(thread, v)) {
        return raise_error(thread, ERROR_TypeError,
                           "slice indices must be integers or None or have an __index__ method");
    }
    return operation_index(thread, v);
}

// One bound of indices(), in ints of any size; `low` and `high` are where it is cut.
static Value indices_bound(Thread *thread, Value v, Value length, Value low, Value high,
                           Value if_none) {
    Value bound = indices_number(thread, v, if_none);
    if (is_error(bound) || is_none(v)) {
        return bound;
    }
    if (int_sign(bound) < 0) {
        bound = int_add(thread, bound, length);
        return is_error(bound) || int_compare(bound, low) >= 0 ? bound : low;
    }
    return int_compare(bound, high) > 0 ? high : bound;
}

bool slice_indices(Thread *thread, const Slice *slice, Value length, Value out[3]) {
    Value step = indices_number(thread, slice->step, value_small_int(1));
    if (is_error(step)) {
        return false;
    }
    if (int_sign(step) == 0) {
        return raise_false(thread, ERROR_ValueError, "slice step cannot be zero");
    }
    bool backwards = int_sign(step) < 0;
    Value low = value_small_int(backwards ? -1 : 0);
    Value high = backwards ? int_add(thread, length, value_small_int(-1)) : length;
    Value first = backwards ? high : low, last = backwards ? low : high;
    Value start = indices_bound(thread, slice->start, length, low, high, first);
    if (is_error(start)) {
        return false;
    }
    Value stop = indices_bound(thread, slice->stop, length, low, high, last);
    out[0] = start;
    out[1] = stop;
    out[2] = step;
    return !is_error(stop);
}

static Value indices_method(Thread *thread, Value *args) {
    Value length = operation_index(thread, args[1]);
    if (is_error(length)) {
        return VALUE_ERROR;
    }
    if (int_sign(length) < 0) {
        return raise_error(thread, ERROR_ValueError, "length should not be negative");
    }
    Value parts[3];
    if (!slice_indices(thread, as_slice(args[0]), length, parts)) {
        return VALUE_ERROR;
    }
    return value_object(tuple_from_array(thread, parts, 3));
}

static Value get_start(Thread *thread, Value self) {
    (void)thread;
    return as_slice(self)->start;
}

static Value get_stop(Thread *thread, Value self) {
    (void)thread;
    return as_slice(self)->stop;
}

static Value get_step(Thread *thread, Value self) {
    (void)thread;
    return as_slice(self)->step;
}

static void trace_slice(Marker *marker, Object *self) {
    mark_values(marker, &((Slice *)self)->start, 3);
}

static Value reduce_method(Thread *thread, Value *args) {
    return reduce_to_call(thread, "slice", &as_slice(args[0])->start, 3, VALUE_UNDEFINED);
}

static const NativeSpec slice_methods[] = {
    REDUCE_METHOD(reduce_method),
    {"indices", indices_method, "(self, len, /)",
     "S.indices(len) -> (start, stop, stride)\n\n"
     "Assuming a sequence of length len, calculate the start and stop\n"
     "indices, and the stride length of the extended slice described by\n"
     "S. Out of bounds indices are clipped in a manner consistent with the\n"
     "handling of normal slices.",
     NATIVE_PLAIN},
    {0},
};

static const GetSetSpec slice_getsets[] = {
    {"start", get_start, getset_refuse, "The first index, or None."},
    {"stop", get_stop, getset_refuse, "The index to stop before, or None."},
    {"step", get_step, getset_refuse, "The distance between two indices, or None."},
    {0},
};

const TypeSpec slice_type_spec = {
    .name = "slice",
    .doc = "slice(stop)\nslice(start, stop[, step])\n\n"
           "Create a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    .type_index = TYPE_slice,
    .layout = LAYOUT_SLICE,
    .flags = TYPE_FINAL,
    .size = sizeof(Slice),
    .slots =
        {
            .repr = repr_slot,
            .hash = hash_slot,
            .compare = compare_slot,
            .construct = construct_slot,
            .trace = trace_slice,
        },
    .methods = slice_methods,
    .getsets = slice_getsets,
};
