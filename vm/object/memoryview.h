// SPDX-License-Identifier: MIT
//
// memoryview: a window on the bytes of a bytes, bytearray or array object, without a copy. Items of
// one byte ('B', 'b', 'c') or, after cast(), of the other fixed sizes.
//
// Only the first dimension can be sliced, so only its step is free: the items below one index of it
// always lie next to each other, `block` bytes, and the sizes of the other dimensions are enough to
// find them. A view of no dimension is one of one item that says so.
#pragma once

#include "bytes.h"
#include "tuple.h"

typedef struct MemoryView {
    Object object;
    uint64_t state; // MemoryViewState (second-word rule)
    Value owner;    // bytes or bytearray
    int64_t start;  // byte offset of the first item
    int64_t length; // size of the first dimension
    int64_t step;   // bytes from one index of it to the next
    int64_t block; // bytes that belong to one index of it: item_size if there is no other dimension
    Tuple *inner;  // sizes of the other dimensions, all above 0; NULL: there are none
    uint32_t item_size;
    uint8_t dimensions;
    char format; // as in the module struct
    bool read_only;
    bool has_hash;
    uint64_t hash;
} MemoryView;

typedef enum MemoryViewState { MEMORYVIEW_OPEN, MEMORYVIEW_RELEASED } MemoryViewState;

static inline bool is_memoryview(Value v) {
    return has_layout(v, LAYOUT_MEMORYVIEW);
}
static inline MemoryView *as_memoryview(Value v) {
    return (MemoryView *)as_object(v);
}
// Do the bytes lie next to each other, in the order of the items? As in CPython the steps decide,
// also when there are no items.
static inline bool memoryview_is_contiguous(const MemoryView *view) {
    return view->step == view->block || view->length == 1;
}
static inline int64_t memoryview_bytes(const MemoryView *view) {
    return view->length * view->block;
}
// For types that have the struct, too.
void memoryview_trace(Marker *marker, Object *self);
// All bytes of the owner; false (no exception) if the view reaches beyond them.
bool memoryview_base(const MemoryView *view, BytesView *base);
// Raises the BufferError of a view that no longer fits; false.
bool memoryview_raise_resized(Thread *thread);
// memoryview(v); TypeError unless v is bytes-like.
Value memoryview_new(Thread *thread, Value v);
