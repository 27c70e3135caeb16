// SPDX-License-Identifier: MIT
//
// Allocation. The fast path (heap.h) cuts a cell off a free run. This file is what happens when
// the run is used up: the next run of free cells of that size is looked for in the bitmaps of the
// spans, 64 cells at a glance; only when there is none, the heap grows or a collection runs.
// No cell is ever linked into a free list, so free memory stays untouched until it is used.
#include "heap_charge.h"
#include "heap_state.h"

#include <stdlib.h>
#include <string.h>

enum {
    RUN_BYTES = 4096, // longest run handed out at once, so that it stays in the cache
    LARGEST_MEDIUM = 128 << 10,
    MEDIUM_SPAN_CELLS = 8, // at least
    UNFILLED_HEAD = 64,    // what heap_allocate_unfilled zeroes at the beginning and
    UNFILLED_TAIL = 16,    // at the end
};

bool heap_init(Heap *heap, const HeapHooks *hooks, size_t maximum_bytes) {
    *heap = (Heap){0};
    heap->state = calloc(1, sizeof *heap->state);
    if (heap->state == NULL || !span_directory_init(&heap->state->directory)) {
        free(heap->state);
        return false;
    }
    heap->state->hooks = *hooks;
    heap->state->garbage_limit = HEAP_MINIMUM_GARBAGE;
    heap->state->work_limit = HEAP_MINIMUM_GROWTH;
    heap_set_maximum(heap, maximum_bytes);
    return true;
}

static void free_spans(HeapState *state, CellSpan *span) {
    while (span != NULL) {
        CellSpan *next = span->next;
        span_free(&state->directory, span);
        span = next;
    }
}

void heap_finalize_all(Heap *heap) {
    HeapState *state = heap->state;
    for (size_t i = 0; i < state->finalizable_count; i++) {
        state->hooks.finalize_object(state->hooks.context, state->finalizable[i]);
    }
    state->finalizable_count = 0;
}

void heap_destroy(Heap *heap) {
    HeapState *state = heap->state;
    heap_finalize_all(heap);
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (size_t i = 0; i < SIZE_CLASSES; i++) {
            free_spans(state, state->classes[kind][i].spans);
        }
        free_spans(state, state->large[kind]);
    }
    span_directory_destroy(&state->directory);
    free(state->finalizable);
    free(state->weak);
    free(state->traced);
    free(state);
    heap->state = NULL;
}

static size_t used_bytes(const HeapState *state) {
    return state->directory.used_chunks << CHUNK_SHIFT;
}

static void note_usage(HeapState *state) {
    size_t used = used_bytes(state);
    if (used > state->statistics.peak_bytes) {
        state->statistics.peak_bytes = used;
    }
}

// Sizes above the small ones are rounded up so that four classes share each doubling.
static size_t medium_class(size_t size, size_t *rounded) {
    size_t class_size = HEAP_LARGEST_SMALL, step = HEAP_LARGEST_SMALL / 4;
    for (size_t i = 0; i < MEDIUM_CLASSES; i++) {
        class_size += step;
        if (size <= class_size) {
            *rounded = class_size;
            return SMALL_CLASSES + i;
        }
        if (i % 4 == 3) {
            step *= 2;
        }
    }
    return SIZE_CLASSES;
}

static uint32_t next_free_cell(const CellSpan *span, uint32_t i) {
    while (i < span->cell_count) {
        uint64_t free_cells = ~span->allocated[i / 64] >> (i % 64);
        if (free_cells != 0) {
            return i + (uint32_t)__builtin_ctzll(free_cells);
        }
        i = (i / 64 + 1) * 64;
    }
    return i;
}

// Claim the free cells from `start`, which is one, to the next that is in use or to `limit`;
// returns where they end.
static uint32_t claim_from(CellSpan *span, uint32_t start, uint32_t limit) {
    for (uint32_t i = start; i < limit;) {
        uint64_t *word = &span->allocated[i / 64];
        uint32_t shift = i % 64, count = 64 - shift < limit - i ? 64 - shift : limit - i;
        uint64_t used = *word >> shift;
        bool ends = used != 0 && (uint32_t)__builtin_ctzll(used) < count;
        count = ends ? (uint32_t)__builtin_ctzll(used) : count;
        *word |= count == 0 ? 0 : ~UINT64_C(0) >> (64 - count) << shift;
        i += count;
        if (ends) {
            return i;
        }
    }
    return limit;
}

// Claim the next free cell and up to `limit` that follow it directly; false: none is left.
static bool claim_cells(CellSpan *span, uint32_t limit, uint32_t *first, uint32_t *count) {
    uint32_t start = next_free_cell(span, span->cursor), left = span->cell_count;
    if (start >= left) {
        span->cursor = left;
        return false;
    }
    uint32_t end = claim_from(span, start, limit < left - start ? start + limit : left);
    span->cursor = end;
    *first = start;
    *count = end - start;
    return true;
}

// The next run of up to `limit` cells, of which the first `cleared` bytes are zero.
static bool next_run(SizeClass *size_class, size_t cell_size, uint32_t limit, size_t cleared,
                     FreeRun *run) {
    for (; size_class->current != NULL; size_class->current = size_class->current->next) {
        CellSpan *span = size_class->current;
        uint32_t first, count;
        if (claim_cells(span, limit, &first, &count)) {
            run->bump = span->base + first * cell_size;
            run->limit = run->bump + count * cell_size;
            if (span->dirty) {
                memset(run->bump, 0, cleared < count * cell_size ? cleared : count * cell_size);
            }
            return true;
        }
    }
    return false;
}

static bool may_grow(const HeapState *state, size_t bytes) {
    size_t maximum = state->maximum_bytes + state->reserve_bytes;
    return state->maximum_bytes == 0 || used_bytes(state) + bytes <= maximum;
}

static size_t whole_chunks(size_t size) {
    return (size + CHUNK_SIZE - 1) & ~(size_t)(CHUNK_SIZE - 1);
}

static bool add_span(HeapState *state, CellKind kind, size_t class_index, size_t cell_size) {
    size_t wanted = cell_size <= HEAP_LARGEST_SMALL ? 1 : cell_size * MEDIUM_SPAN_CELLS;
    size_t bytes = whole_chunks(wanted);
    if (!may_grow(state, bytes)) {
        return false;
    }
    CellSpan *span = span_new(&state->directory, kind, cell_size, (uint32_t)(bytes / cell_size));
    if (span == NULL) {
        return false;
    }
    SizeClass *size_class = &state->classes[kind][class_index];
    span->next = size_class->spans;
    size_class->spans = span;
    size_class->current = span;
    note_usage(state);
    return true;
}

// Count what is handed out in cells of `cell_size` bytes.
static void charge(HeapState *state, size_t bytes, size_t cell_size) {
    state->allocated_since += bytes;
    state->work_since += cell_size <= HEAP_FULL_WORK ? bytes : bytes / 4;
}

HeapCharge heap_charge(const Heap *heap) {
    return (HeapCharge){heap->state->allocated_since, heap->state->work_since};
}

// There may have been a collection in between.
void heap_forget_charge(Heap *heap, HeapCharge before) {
    HeapState *state = heap->state;
    if (state->allocated_since > before.allocated) {
        state->allocated_since = before.allocated;
    }
    if (state->work_since > before.work) {
        state->work_since = before.work;
    }
}

// A run of free cells; `run` is empty when there is no memory.
static void refill(Heap *heap, CellKind kind, size_t class_index, size_t cell_size, size_t cleared,
                   FreeRun *run) {
    HeapState *state = heap->state;
    bool single = state->stress || state->fail_at != 0 || cell_size > HEAP_LARGEST_SMALL;
    uint32_t limit = single ? 1 : (uint32_t)(RUN_BYTES / cell_size);
    SizeClass *size_class = &state->classes[kind][class_index];
    *run = (FreeRun){0};
    if (!next_run(size_class, cell_size, limit, cleared, run) &&
        add_span(state, kind, class_index, cell_size)) {
        next_run(size_class, cell_size, limit, cleared, run);
    }
    charge(state, (size_t)(run->limit - run->bump), cell_size);
}

static char *allocate_large(Heap *heap, CellKind kind, size_t size, size_t cleared) {
    HeapState *state = heap->state;
    size_t bytes = whole_chunks(size);
    CellSpan *span = may_grow(state, bytes) ? span_new(&state->directory, kind, bytes, 1) : NULL;
    if (span == NULL) {
        return NULL;
    }
    span->next = state->large[kind];
    state->large[kind] = span;
    bit_set(span->allocated, 0);
    if (span->dirty) {
        memset(span->base, 0, cleared < bytes ? cleared : bytes);
    }
    charge(state, bytes, bytes);
    note_usage(state);
    return span->base;
}

// A medium cell that was given back, with its first `cleared` bytes zero, or NULL.
static char *take_spare(HeapState *state, CellKind kind, size_t class_index, size_t cell_size,
                        size_t cleared) {
    char **spare = &state->spare[kind][class_index - SMALL_CLASSES], *cell = *spare;
    if (cell == NULL) {
        return NULL;
    }
    *spare = NULL;
    memset(cell, 0, cleared < cell_size ? cleared : cell_size);
    charge(state, cell_size, cell_size);
    return cell;
}

// A cell whose first `cleared` bytes are zero; all of a small one is.
static char *allocate_cell(Heap *heap, CellKind kind, size_t size, size_t cleared) {
    size_t cell_size = 0, class_index;
    FreeRun local, *run = &local;
    if (size <= HEAP_LARGEST_SMALL) {
        class_index = (size + HEAP_GRANULE - 1) / HEAP_GRANULE;
        cell_size = class_index * HEAP_GRANULE;
        run = &heap->runs[kind][class_index];
        cleared = SIZE_MAX;
    } else if (size <= LARGEST_MEDIUM) {
        class_index = medium_class(size, &cell_size);
        char *spare = take_spare(heap->state, kind, class_index, cell_size, cleared);
        if (spare != NULL) {
            return spare;
        }
    } else {
        return allocate_large(heap, kind, size, cleared);
    }
    refill(heap, kind, class_index, cell_size, cleared, run);
    if (run->bump == run->limit) {
        return NULL;
    }
    char *cell = run->bump;
    run->bump += cell_size;
    return cell;
}

static bool is_chosen_to_fail(HeapState *state) {
    return state->fail_at != 0 && --state->fail_at == 0;
}

static bool collection_is_due(const HeapState *state, size_t size) {
    return state->stress || state->allocated_since + size > state->garbage_limit ||
           state->work_since > state->work_limit;
}

static void *allocate(Heap *heap, CellKind kind, size_t size, size_t cleared) {
    HeapState *state = heap->state;
    if (size == 0) {
        size = 1;
    }
    if (is_chosen_to_fail(state) || size > PTRDIFF_MAX / 2) {
        state->hooks.out_of_memory(state->hooks.context, size);
    }
    if (collection_is_due(state, size)) {
        heap_collect(heap);
    }
    char *cell = allocate_cell(heap, kind, size, cleared);
    if (cell == NULL) {
        heap_collect(heap);
        cell = allocate_cell(heap, kind, size, cleared);
    }
    if (cell == NULL) {
        state->hooks.out_of_memory(state->hooks.context, size);
    }
    return cell;
}

void *heap_allocate_slow(Heap *heap, CellKind kind, size_t size) {
    return allocate(heap, kind, size, SIZE_MAX);
}

void *heap_allocate_unfilled_slow(Heap *heap, CellKind kind, size_t size) {
    char *cell = allocate(heap, kind, size, UNFILLED_HEAD);
    memset(cell + size - UNFILLED_TAIL, 0, UNFILLED_TAIL);
    return cell;
}

void *heap_try_allocate(Heap *heap, CellKind kind, size_t size) {
    size_t granules = (size + HEAP_GRANULE - 1) / HEAP_GRANULE;
    const FreeRun *run = &heap->runs[kind][granules];
    if ((size_t)(run->limit - run->bump) >= size) {
        return heap_allocate(heap, kind, size);
    }
    return is_chosen_to_fail(heap->state) ? NULL : allocate_cell(heap, kind, size, SIZE_MAX);
}

static CellSpan *cell_span(Heap *heap, const void *cell) {
    return span_of(&heap->state->directory, (uint64_t)(uintptr_t)cell);
}

size_t heap_cell_size(Heap *heap, const void *cell) {
    return cell_span(heap, cell)->cell_size;
}

static void discharge(HeapState *state, size_t size) {
    size_t work = size / 4;
    state->allocated_since -= size < state->allocated_since ? size : state->allocated_since;
    state->work_since -= work < state->work_since ? work : state->work_since;
}

// A container that grows gives back one buffer after the other; the next to grow gets them, and
// they are still in the processor's cache.
static void keep_spare(HeapState *state, CellSpan *span, void *cell) {
    size_t rounded;
    size_t class_index = medium_class(span->cell_size, &rounded) - SMALL_CLASSES;
    char **spare = &state->spare[span->kind][class_index];
    if (*spare == NULL && !state->stress && state->fail_at == 0) {
        *spare = cell;
        discharge(state, span->cell_size);
    }
}

void heap_free_buffer(Heap *heap, void *cell) {
    HeapState *state = heap->state;
    CellSpan *span = cell == NULL ? NULL : cell_span(heap, cell);
    if (span == NULL || span->cell_size <= HEAP_LARGEST_SMALL) {
        return; // small buffers are left to the collector
    }
    keep_no_longer(span, cell);
    if (span->cell_size <= LARGEST_MEDIUM) {
        keep_spare(state, span, cell);
        return;
    }
    discharge(state, span->cell_size);
    CellSpan **link = &state->large[span->kind];
    while (*link != span) {
        link = &(*link)->next;
    }
    *link = span->next;
    span_free(&state->directory, span);
}

// A large buffer grows by moving its pages; NULL: it must be copied.
static void *grow_large(Heap *heap, char *cell, size_t old_size, size_t new_size) {
    HeapState *state = heap->state;
    CellSpan *span = cell_span(heap, cell);
    size_t before = span->cell_size, after = whole_chunks(new_size);
    if (span->cell_count != 1 || before <= LARGEST_MEDIUM || new_size > PTRDIFF_MAX / 2 ||
        state->stress || state->fail_at != 0) {
        return NULL;
    }
    if (collection_is_due(state, after - before)) {
        heap_collect(heap);
    }
    if (!may_grow(state, after - before) || !span_grow(&state->directory, span, after)) {
        return NULL;
    }
    memset(span->base + old_size, 0, before - old_size);
    charge(state, after - before, after);
    note_usage(state);
    return span->base;
}

static void *resize(Heap *heap, CellKind kind, void *cell, size_t old_size, size_t new_size) {
    if (cell != NULL && new_size <= heap_cell_size(heap, cell)) {
        if (new_size > old_size) {
            memset((char *)cell + old_size, 0, new_size - old_size);
        }
        return cell;
    }
    void *moved = cell != NULL ? grow_large(heap, cell, old_size, new_size) : NULL;
    if (moved != NULL) {
        return moved;
    }
    moved = heap_allocate(heap, new_size <= HEAP_LARGEST_SMALL ? CELL_BUFFER : kind, new_size);
    if (cell != NULL) {
        memcpy(moved, cell, old_size < new_size ? old_size : new_size);
        heap_free_buffer(heap, cell);
    }
    return moved;
}

void *heap_resize_buffer(Heap *heap, void *cell, size_t old_size, size_t new_size) {
    return resize(heap, CELL_BUFFER, cell, old_size, new_size);
}

void *heap_resize_bytes(Heap *heap, void *cell, size_t old_size, size_t new_size) {
    return resize(heap, CELL_BYTES, cell, old_size, new_size);
}

static void *grow(Heap *heap, void *array, size_t count, size_t *capacity, size_t item_size) {
    if (count < *capacity) {
        return array;
    }
    size_t larger = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown = realloc(array, larger * item_size);
    if (grown == NULL) {
        heap->state->hooks.out_of_memory(heap->state->hooks.context, larger * item_size);
    }
    *capacity = larger;
    return grown;
}

void heap_add_finalizer(Heap *heap, Object *object) {
    HeapState *state = heap->state;
    state->finalizable = grow(heap, state->finalizable, state->finalizable_count,
                              &state->finalizable_capacity, sizeof(Object *));
    state->finalizable[state->finalizable_count++] = object;
}

void heap_add_weak(Heap *heap, Object *owner, Object **slot) {
    HeapState *state = heap->state;
    state->weak =
        grow(heap, state->weak, state->weak_count, &state->weak_capacity, sizeof *state->weak);
    state->weak[state->weak_count++] = (WeakSlot){owner, slot};
}

static void each_in_spans(const CellSpan *span, void (*visit)(void *, Object *), void *context) {
    for (; span != NULL; span = span->next) {
        for (uint32_t i = 0; i < span->cell_count; i++) {
            Object *object = (Object *)(span->base + i * span->cell_size);
            if (bit_test(span->allocated, i) && object->type != NULL) {
                visit(context, object);
            }
        }
    }
}

void heap_each_object(Heap *heap, void (*visit)(void *context, Object *object), void *context) {
    HeapState *state = heap->state;
    for (size_t i = 0; i < SIZE_CLASSES; i++) {
        each_in_spans(state->classes[CELL_OBJECT][i].spans, visit, context);
    }
    each_in_spans(state->large[CELL_OBJECT], visit, context);
}

void heap_statistics(const Heap *heap, HeapStatistics *result) {
    *result = heap->state->statistics;
    result->used_bytes = used_bytes(heap->state);
}

// From now on every allocation takes the slow path.
static void forget_runs(Heap *heap) {
    memset(heap->runs, 0, sizeof heap->runs);
}

void heap_set_stress(Heap *heap, bool on) {
    heap->state->stress = on;
    forget_runs(heap);
}

void heap_set_fail_at(Heap *heap, uint64_t allocation) {
    heap->state->fail_at = allocation;
    forget_runs(heap);
}

void heap_set_maximum(Heap *heap, size_t maximum_bytes) {
    heap->state->maximum_bytes = maximum_bytes;
    heap->state->reserve_bytes = 0;
}

void heap_open_reserve(Heap *heap, size_t bytes) {
    heap->state->reserve_bytes = bytes;
}
