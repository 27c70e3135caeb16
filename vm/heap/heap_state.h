// SPDX-License-Identifier: MIT
//
// The parts of a Heap that only vm/heap sees.
#pragma once

#include "heap.h"
#include "object.h"
#include "span.h"

enum {
    HEAP_GROWTH_PERCENT = 75,       // of what lived, before the next collection
    HEAP_MINIMUM_GROWTH = 1 << 20,  // in bytes of `work_since`
    HEAP_MINIMUM_GARBAGE = 3 << 19, // in bytes of `allocated_since`
    HEAP_FULL_WORK = 256,           // bytes of a cell that count as work in full; a quarter beyond
    SMALL_CLASSES = HEAP_LARGEST_SMALL / HEAP_GRANULE + 1,
    MEDIUM_CLASSES = 24, // four per doubling, from 2 KiB to 128 KiB
    SIZE_CLASSES = SMALL_CLASSES + MEDIUM_CLASSES,
};

typedef struct SizeClass {
    CellSpan *spans;   // all spans of this size and kind
    CellSpan *current; // where the next free run is looked for; NULL: none left
} SizeClass;

typedef struct WeakSlot {
    Object *owner;
    Object **slot;
} WeakSlot;

typedef enum Keeping {
    KEEPING_NOTHING,
    KEEPING_NOTED,    // CellSpan.kept says what was allocated
    KEEPING_IN_FORCE, // CellSpan.kept says what is never freed
} Keeping;

typedef struct HeapState {
    HeapHooks hooks;
    SpanDirectory directory;
    SizeClass classes[CELL_KIND_COUNT][SIZE_CLASSES];
    CellSpan *large[CELL_KIND_COUNT]; // one cell each
    // A cell of each size that was given back, or NULL.
    char *spare[CELL_KIND_COUNT][MEDIUM_CLASSES];
    size_t maximum_bytes;
    size_t reserve_bytes;   // beyond the maximum, until a collection finds that it is not needed
    size_t allocated_since; // bytes handed out since the last collection
    size_t work_since;      // the same, where large cells count for less
    size_t garbage_limit;   // collect when allocated_since reaches this,
    size_t work_limit;      // or work_since this
    bool collecting;
    bool stress;
    uint64_t fail_at; // 0: never
    HeapStatistics statistics;
    Object **finalizable;
    size_t finalizable_count, finalizable_capacity;
    WeakSlot *weak;
    size_t weak_count, weak_capacity;
    Keeping keeping;
    Object **traced; // those of the kept objects that may change
    size_t traced_count, traced_capacity;
} HeapState;

struct Marker {
    Heap *heap;
    const SpanDirectory *directory; // of the heap, at hand
    Object **stack;                 // objects marked but not traced yet
    size_t count, capacity;
    bool overflowed; // the stack could not grow: trace all marked objects once more
};

// Is the cell at `cell` marked? For what is decided at the end of marking.
bool cell_is_marked(const Heap *heap, const void *cell);
// At the end of marking: keep what heap_keep_allocated has noted and is marked.
void keep_marked(HeapState *state);
// A buffer is given back: it may go to somebody else.
void keep_no_longer(CellSpan *span, const void *cell);
// Mark what the kept objects refer to.
void trace_kept(Marker *marker);
// Mark everything reachable; on return the marks say what lives.
void mark_everything(Heap *heap);
