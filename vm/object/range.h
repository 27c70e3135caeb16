// SPDX-License-Identifier: MIT
//
// range and its iterator. Nearly every range has bounds that fit into small ints; then all four
// numbers are kept as C integers of at most 50 bits, and no sum or product of two of them that is
// made here can overflow. Ranges with bigger numbers keep int objects instead.
#pragma once

#include "object.h"

typedef struct Range {
    Object object;
    uint64_t is_big; // 0: the C integers are valid; 1: the Values
    union {
        struct {
            int64_t start, stop, step, length;
        };
        struct {
            Value big_start, big_stop, big_step, big_length;
        };
    };
} Range;

// Iterator over a range of small ints. The loop: end if next == stop, else yield next and add
// step. `stop` is rounded to start + length * step, so that `next` meets it exactly (the usual
// test `step > 0 ? next < stop : next > stop` is right too).
typedef struct RangeIterator {
    Object object;
    uint64_t reserved; // second-word rule; always 0
    int64_t next, stop, step;
} RangeIterator;

static inline bool is_range(Value v) {
    return has_layout(v, LAYOUT_RANGE);
}
static inline Range *as_range(Value v) {
    return (Range *)as_object(v);
}

// range(start, stop, step) of ints of any size; ValueError if step is 0.
Value range_new(Thread *thread, Value start, Value stop, Value step);
// iter(range)
Value range_iter(Thread *thread, Value self);
