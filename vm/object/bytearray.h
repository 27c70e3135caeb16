// SPDX-License-Identifier: MIT
//
// bytearray: bytes that can change.
//
// CPython refuses to resize a bytearray while a memoryview of it exists, for it knows by reference
// counts when the last one is gone. We do not, and would refuse long after; so here a bytearray may
// always be resized, and a memoryview checks at each access that its part still exists.
#pragma once

#include "object.h"

typedef struct ByteArray {
    Object object;
    size_t length;
    size_t capacity;
    uint8_t *data; // NULL while capacity is 0
} ByteArray;

static inline bool is_bytearray(Value v) {
    return has_layout(v, LAYOUT_BYTEARRAY);
}
static inline ByteArray *as_bytearray(Value v) {
    return (ByteArray *)as_object(v);
}
ByteArray *bytearray_new(Thread *thread, const void *data, size_t length);
// The same with contents that the caller writes at once.
ByteArray *bytearray_new_unfilled(Thread *thread, size_t length);
// false with MemoryError. New bytes are 0.
bool bytearray_resize(Thread *thread, ByteArray *array, size_t length);
bool bytearray_append(Thread *thread, ByteArray *array, const void *data, size_t length);
