// SPDX-License-Identifier: MIT
//
// array.array as the rest of the VM has to know it: numbers of one machine type side by side. Its
// methods are the module array's (stdlib/collections/array.c); only its memory is described here,
// so that whatever accepts bytes (files, sockets, struct, memoryview) accepts an array too. Like a
// bytearray it may be resized while a memoryview looks at it; the view then checks its part.
#pragma once

#include "object.h"

typedef enum ArrayFamily { ARRAY_SIGNED, ARRAY_UNSIGNED, ARRAY_FLOAT, ARRAY_TEXT } ArrayFamily;

typedef struct ArrayKind {
    char code;
    uint8_t size; // bytes of an item
    ArrayFamily family;
    const char *name; // as the messages about numbers out of range call it
} ArrayKind;

typedef struct Array {
    Object object;
    size_t length;   // items
    size_t capacity; // items
    uint8_t *data;   // NULL while capacity is 0
    const ArrayKind *kind;
} Array;

static inline bool is_array(Value v) {
    return has_layout(v, LAYOUT_ARRAY);
}
static inline Array *as_array(Value v) {
    return (Array *)as_object(v);
}
