// SPDX-License-Identifier: MIT
//
// memoryview: a window on the bytes of a bytes or bytearray object, without a copy. One dimension,
// items of one byte ('B', 'b', 'c') or of the other fixed-size formats after cast().
#pragma once

#include "bytes.h"

typedef struct MemoryView {
    Object object;
    uint64_t state; // MemoryViewState (second-word rule)
    Value owner;    // bytes or bytearray
    int64_t start;  // byte offset of the first item
    int64_t length; // items
    int64_t step;   // bytes from one item to the next
    uint32_t item_size;
    char format; // as in the module struct
    bool read_only;
    uint64_t hash;
} MemoryView;

typedef enum MemoryViewState { MEMORYVIEW_OPEN, MEMORYVIEW_RELEASED } MemoryViewState;

static inline bool is_memoryview(Value v) {
    return has_layout(v, LAYOUT_MEMORYVIEW);
}
static inline MemoryView *as_memoryview(Value v) {
    return (MemoryView *)as_object(v);
}
// All bytes of the owner; false (no exception) if the view reaches beyond them.
bool memoryview_base(const MemoryView *view, BytesView *base);
// Raises the BufferError of a view that no longer fits; false.
bool memoryview_raise_resized(Thread *thread);
// memoryview(v); TypeError unless v is bytes-like.
Value memoryview_new(Thread *thread, Value v);
