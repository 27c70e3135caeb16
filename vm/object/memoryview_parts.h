// SPDX-License-Identifier: MIT
//
// What the files of memoryview share: the formats of items, and where an item is.
#pragma once

#include "memoryview.h"

// ITEM_OPAQUE: items that views carry as bytes, but neither make values of nor compare; so does
// CPython with the characters of an array.
typedef enum ItemKind {
    ITEM_SIGNED,
    ITEM_UNSIGNED,
    ITEM_FLOAT,
    ITEM_BOOL,
    ITEM_CHAR,
    ITEM_OPAQUE,
} ItemKind;
typedef struct ItemFormat {
    char format;
    uint8_t size;
    ItemKind kind;
} ItemFormat;

// NULL: there is no such format.
const ItemFormat *memoryview_format(char format);
Value memoryview_load(Thread *thread, const ItemFormat *format, const uint8_t *at);
// Turn `v` into the bytes of one item.
bool memoryview_encode(Thread *thread, const ItemFormat *format, Value v, uint8_t *item);

MemoryView *memoryview_copy(Thread *thread, const MemoryView *view);
// The number of items in all dimensions.
int64_t memoryview_count(const MemoryView *view);
// The address of the item that is number `index` in the order of C; NULL with an exception if it is
// gone.
uint8_t *memoryview_address(Thread *thread, const MemoryView *view, int64_t index);

bool memoryview_same_shape(const MemoryView *a, const MemoryView *b);
// The item that the tuple `key` names, as a number in the order of C.
bool memoryview_flat_index(Thread *thread, const MemoryView *view, const Tuple *key,
                           int64_t *index);
// Is it a tuple of indices (of slices)?
bool memoryview_is_multi_index(Thread *thread, Value key);
bool memoryview_is_multi_slice(Value key);
// One index into one dimension of `size` items, counted from 1 in messages.
bool memoryview_read_index(Thread *thread, Value key, int64_t size, size_t dimension,
                           int64_t *index);
Value memoryview_to_list(Thread *thread, const MemoryView *view);
Value memoryview_fortran_bytes(Thread *thread, const MemoryView *view);
Value memoryview_cast(Thread *thread, const MemoryView *view, Value format, Value shape);
Value memoryview_shape(Thread *thread, const MemoryView *view);
Value memoryview_strides(Thread *thread, const MemoryView *view);
bool memoryview_is_fortran(const MemoryView *view);
