// SPDX-License-Identifier: MIT
//
// slice objects, and the arithmetic of slices that every sequence needs: first unpack (None and
// huge numbers become clamped integers), then adjust to a length.
#pragma once

#include "object.h"

typedef struct Slice {
    Object object;
    Value start, stop, step;
} Slice;

static inline bool is_slice(Value v) {
    return has_layout(v, LAYOUT_SLICE);
}
static inline Slice *as_slice(Value v) {
    return (Slice *)as_object(v);
}

Value slice_new(Thread *thread, Value start, Value stop, Value step);
// The three numbers, still relative to an unknown length. May call __index__. ValueError if the
// step is 0. (PySlice_Unpack)
bool slice_unpack(Thread *thread, const Slice *slice, int64_t *start, int64_t *stop, int64_t *step);
// Fit to a sequence of `length` items: afterwards item k of the slice is at *start + k * step for
// 0 <= k < result. (PySlice_AdjustIndices)
size_t slice_adjust(size_t length, int64_t *start, int64_t *stop, int64_t step);
// Both at once, for sequences whose length __index__ can not change.
bool slice_resolve(Thread *thread, Value slice, size_t length, int64_t *start, int64_t *step,
                   size_t *count);

// slice.indices(length) in ints of any size: start, stop, step.
bool slice_indices(Thread *thread, const Slice *slice, Value length, Value out[3]);

// A small int as an index, counted from the end if negative: whether it is in range.
static inline bool sequence_small_index(Value v, size_t length, size_t *index) {
    int64_t i = as_small_int(v);
    *index = (size_t)(i < 0 ? i + (int64_t)length : i);
    return *index < length;
}
// v is the index of a subscript into a sequence of `length`: true and *index in range, or
// IndexError "<what> index out of range", or TypeError "<what> indices must be integers or
// slices, not X".
bool sequence_index(Thread *thread, Value v, size_t length, const char *what, size_t *index);
// The optional start and stop of index(): clamped to 0 .. length.
bool sequence_bound(Thread *thread, Value v, size_t length, size_t *bound);
