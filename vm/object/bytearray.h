// SPDX-License-Identifier: MIT
//
// bytearray: bytes that can change. While a memoryview of it is alive its length is fixed
// ("exports"), as in Python.
#pragma once

#include "object.h"

typedef struct ByteArray {
    Object object;
    size_t length;
    size_t capacity;
    uint8_t *data;   // NULL while capacity is 0
    size_t exports;  // memoryviews that have not been released
} ByteArray;

static inline bool is_bytearray(Value v) {
    return has_layout(v, LAYOUT_BYTEARRAY);
}
static inline ByteArray *as_bytearray(Value v) {
    return (ByteArray *)as_object(v);
}
ByteArray *bytearray_new(Thread *thread, const void *data, size_t length);
// false with BufferError while there are exports. New bytes are 0.
bool bytearray_resize(Thread *thread, ByteArray *array, size_t length);
bool bytearray_append(Thread *thread, ByteArray *array, const void *data, size_t length);
