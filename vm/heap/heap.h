// SPDX-License-Identifier: MIT
//
// The heap: a mark-sweep collector that moves nothing.
//
// Memory comes in blocks of 64 KiB, aligned to their size, each cut into cells of one size class;
// what is larger than LARGEST_SMALL has a block of its own. A cell is either an *object* (begins
// with its Type, which says how to trace it) or a *buffer* (raw memory such as a list's items,
// kept alive by the object that owns it), or *bytes*, a buffer that can hold no references (a text).
// Mark bits live in the block's header, never in the cells, so that a collection in a forked child
// leaves the pages of the cells shared.
//
// Marking is precise inside the heap and conservative on stacks: any word of a thread's C stack,
// registers or Mini stack that looks like the address of a cell (or into one) keeps it alive.
// So C code needs no rooting calls: a pointer in a local variable is enough. The price is that an
// unlucky int may keep garbage alive, and that objects can not move.
//
// "Stop the world" costs nothing here. Only the holder of the GIL allocates; every other thread
// waits at a known place and has published the bounds of its stack. That is a lesson in itself.
//
// Allocation never returns NULL. When the limit is reached, or the system gives no more memory,
// `out_of_memory` is called, which raises MemoryError by unwinding past the caller. So code that
// allocates must not hold malloc'ed memory, an open descriptor or a mutex across the call: take
// scratch memory from heap_allocate_buffer, the stack scan keeps it alive.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value.h"

typedef struct Heap Heap;
typedef struct Marker Marker;

enum { HEAP_GRANULE = 16, HEAP_LARGEST_SMALL = 2048 };
typedef enum CellKind { CELL_OBJECT, CELL_BUFFER, CELL_BYTES, CELL_KIND_COUNT } CellKind;

// The cells of one size being handed out: [bump, limit) is free and zeroed.
typedef struct FreeRun {
    char *bump;
    char *limit;
} FreeRun;

typedef struct HeapHooks {
    void *context;
    void (*mark_roots)(void *context, Marker *);
    void (*trace_object)(void *context, Marker *, Object *);
    void (*finalize_object)(void *context, Object *);  // for cells given to heap_add_finalizer
    void (*out_of_memory)(void *context, size_t size); // must not return
    // Its references will never change, it owns no buffer, and it is older than nothing it refers
    // to. NULL: heap_keep_allocated does nothing.
    bool (*is_constant)(void *context, const Object *);
    // All that lives is marked: forget what heap_will_live denies. May be NULL.
    void (*forget_dead)(void *context);
    // Before that: mark those of the dead that are to live on for once. May be NULL.
    void (*revive)(void *context, Marker *);
} HeapHooks;

struct Heap {
    FreeRun runs[CELL_KIND_COUNT][HEAP_LARGEST_SMALL / HEAP_GRANULE + 1]; // by granules
    struct HeapState *state; // the rest, private to vm/heap
};

typedef struct HeapStatistics {
    size_t live_bytes; // after the last collection
    size_t used_bytes; // blocks in use now
    size_t peak_bytes;
    uint64_t collections;
    uint64_t pause_ns_total, pause_ns_longest;
} HeapStatistics;

// maximum_bytes == 0: no limit. Returns false if there is no memory at all.
bool heap_init(Heap *heap, const HeapHooks *hooks, size_t maximum_bytes);
void heap_destroy(Heap *heap); // runs all finalizers
// Run all finalizers and free nothing: for the end of a process, where the system is quicker at it
// and threads that nobody can stop may still use the memory.
void heap_finalize_all(Heap *heap);

__attribute__((returns_nonnull)) void *heap_allocate_slow(Heap *heap, CellKind kind, size_t size);

// `size` bytes, zeroed, aligned to 16. An object's type must be set before the next allocation.
__attribute__((returns_nonnull)) static inline void *heap_allocate(Heap *heap, CellKind kind,
                                                                   size_t size) {
    if (__builtin_expect(size - 1 < HEAP_LARGEST_SMALL, 1)) { // not 0 either
        size_t granules = (size + HEAP_GRANULE - 1) / HEAP_GRANULE;
        FreeRun *run = &heap->runs[kind][granules];
        char *cell = run->bump;
        if (__builtin_expect((size_t)(run->limit - cell) >= granules * HEAP_GRANULE, 1)) {
            run->bump = cell + granules * HEAP_GRANULE;
            return cell;
        }
    }
    return heap_allocate_slow(heap, kind, size);
}

__attribute__((returns_nonnull)) void *heap_allocate_unfilled_slow(Heap *heap, CellKind kind,
                                                                   size_t size);

// The same for text and other contents that the caller writes at once: zeroing what is about to be
// overwritten would cost as much as writing it. Of a cell that is not small only the first 64 and
// the last 16 of `size` bytes are zero (the fields of an object; the terminator of its text).
__attribute__((returns_nonnull)) static inline void *heap_allocate_unfilled(Heap *heap,
                                                                            CellKind kind,
                                                                            size_t size) {
    return size <= HEAP_LARGEST_SMALL ? heap_allocate(heap, kind, size)
                                      : heap_allocate_unfilled_slow(heap, kind, size);
}

// A buffer for what are no references, not zeroed either. While only a stack refers to it, it need
// not be searched for any, which for a long text would take longer than making it. A small one is
// a CELL_BUFFER all the same, and needs no blocks of its own.
__attribute__((returns_nonnull)) static inline void *heap_allocate_bytes(Heap *heap, size_t size) {
    return size <= HEAP_LARGEST_SMALL ? heap_allocate(heap, CELL_BUFFER, size)
                                      : heap_allocate_unfilled_slow(heap, CELL_BYTES, size);
}

// At most HEAP_LARGEST_SMALL bytes, or NULL: for what can be left out when memory has run out.
// Never collects.
void *heap_try_allocate(Heap *heap, CellKind kind, size_t size);

// How many bytes the cell at `cell` can hold (>= what was asked for).
size_t heap_cell_size(Heap *heap, const void *cell);
// Give a buffer back at once (a list's old items after growth), if it is not a small one; nobody
// may use it any more.
void heap_free_buffer(Heap *heap, void *cell);
// Resize in place or by moving; the new part is zeroed. As realloc for size > 0, but never NULL.
__attribute__((returns_nonnull)) void *heap_resize_buffer(Heap *heap, void *cell, size_t old_size,
                                                          size_t new_size);
// The same for what heap_allocate_bytes has made.
__attribute__((returns_nonnull)) void *heap_resize_bytes(Heap *heap, void *cell, size_t old_size,
                                                         size_t new_size);

// finalize_object will be called once, when `object` is found dead or the heap is destroyed.
void heap_add_finalizer(Heap *heap, Object *object);
// *slot is set to NULL when the object it points to is found dead.
void heap_add_weak(Heap *heap, Object *owner, Object **slot);

// In the hooks forget_dead and revive: whether `object` survives this collection.
bool heap_will_live(const Heap *heap, const void *object);

// Whether `address` is that of an object which is there. For values that may be left over from
// something else.
bool heap_is_object(const Heap *heap, const void *address);

void heap_collect(Heap *heap);
// What is allocated now and survives the next collection stays for good, and is hardly looked at by
// further ones. For what an interpreter begins with. Once.
void heap_keep_allocated(Heap *heap);
// While marking: is what heap_keep_allocated has noted kept by now?
bool heap_keeps(const Marker *marker);
// A constant object has got a reference or a buffer after all.
void heap_trace_again(Heap *heap, Object *object);
// Visit all objects, also those that the next collection will find dead. `visit` must not allocate.
void heap_each_object(Heap *heap, void (*visit)(void *context, Object *object), void *context);
void heap_statistics(const Heap *heap, HeapStatistics *result);
// Test switches: collect at every allocation; fail the n-th allocation from now on (0: off).
void heap_set_stress(Heap *heap, bool on);
void heap_set_fail_at(Heap *heap, uint64_t allocation);
void heap_set_maximum(Heap *heap, size_t maximum_bytes);
// Lend `bytes` beyond the maximum to whoever handles a MemoryError, until a collection finds the
// heap below its maximum again.
void heap_open_reserve(Heap *heap, size_t bytes);

// For tracing: mark what is reachable. NULL and non-object values are ignored.
void mark_value(Marker *marker, Value v);
void mark_object(Marker *marker, const void *object);
void mark_values(Marker *marker, const Value *values, size_t count);
void mark_buffer(Marker *marker, const void *buffer); // the cell alone, its contents are yours
// Conservative: every aligned word of [low, high) that points into a live cell.
void mark_range(Marker *marker, const void *low, const void *high);
