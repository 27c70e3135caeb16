// SPDX-License-Identifier: MIT
//
// What an interpreter is born with: types, their methods, names. In a small program that is nearly
// all that lives, and marking it took most of the time of a collection.
//
// So after the birth heap_keep_allocated notes which cells are in use, and the first collection
// keeps those of them that it reaches: from then on their marks are set before marking begins, so
// they are never freed, and marking stops at them. What they refer to has to be found all the same,
// so they are traced from a list, in the order of their addresses. Left out of that list are the
// constant ones, which most of them are (strings, native functions): what never changes can only
// refer to what is older, and that is kept, too. An object that loses its innocence says so with
// heap_trace_again. Buffers are kept with their owners; one that its owner drops for a larger one
// stays for good, unless it is given back (heap_free_buffer).
//
// Two kinds of owners know more than is_constant can say: of a native type only what was added to it
// is traced (type_note_change, dict_keep), and of the interned strings only the later ones
// are looked at (str_keep_interned). Both ask heap_keeps.
//
// CPython has gc.freeze for the same purpose, and immortal objects since 3.12.
#include "heap_state.h"

#include <stdlib.h>
#include <string.h>

// The cells of a run that were not handed out are free again.
static void give_back(HeapState *state, FreeRun *run) {
    if (run->bump != run->limit) {
        uint64_t address = (uint64_t)(uintptr_t)run->bump;
        CellSpan *span = span_of(&state->directory, address);
        uint32_t first = span_cell_index(span, address);
        size_t count = (size_t)(run->limit - run->bump) / span->cell_size;
        for (uint32_t i = first; i < first + count; i++) {
            bit_clear(span->allocated, i);
        }
        span->cursor = first < span->cursor ? first : span->cursor;
    }
    *run = (FreeRun){0};
}

typedef bool SpanVisitor(HeapState *, CellSpan *);

static bool each_span_of(HeapState *state, CellSpan *span, SpanVisitor *visit) {
    for (; span != NULL; span = span->next) {
        if (!visit(state, span)) {
            return false;
        }
    }
    return true;
}

// Calls `visit` for all spans until it says false.
static bool each_span(HeapState *state, SpanVisitor *visit) {
    bool on = true;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (size_t i = 0; on && i < SIZE_CLASSES; i++) {
            on = each_span_of(state, state->classes[kind][i].spans, visit);
        }
        on = on && each_span_of(state, state->large[kind], visit);
    }
    return on;
}

static bool note_span(HeapState *state, CellSpan *span) {
    (void)state;
    size_t bytes = span_bitmap_words(span->cell_count) * sizeof *span->kept;
    span->kept = malloc(bytes);
    if (span->kept == NULL) {
        return false;
    }
    memcpy(span->kept, span->allocated, bytes);
    return true;
}

static bool forget_span(HeapState *state, CellSpan *span) {
    (void)state;
    free(span->kept);
    span->kept = NULL;
    return true;
}

// No memory for the notes: everything is collected as ever.
static void keep_nothing(HeapState *state) {
    each_span(state, forget_span);
    state->traced_count = 0;
    state->keeping = KEEPING_NOTHING;
}

void heap_keep_allocated(Heap *heap) {
    HeapState *state = heap->state;
    if (state->hooks.is_constant == NULL || state->keeping != KEEPING_NOTHING) {
        return;
    }
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (size_t i = 0; i < SMALL_CLASSES; i++) {
            give_back(state, &heap->runs[kind][i]);
            state->classes[kind][i].current = state->classes[kind][i].spans;
        }
    }
    state->keeping = KEEPING_NOTED;
    if (!each_span(state, note_span)) {
        keep_nothing(state);
    }
}

static bool add_traced(HeapState *state, Object *object) {
    if (state->traced_count == state->traced_capacity) {
        size_t capacity = state->traced_capacity == 0 ? 512 : 2 * state->traced_capacity;
        Object **traced = realloc(state->traced, capacity * sizeof(Object *));
        if (traced == NULL) {
            return false;
        }
        state->traced = traced;
        state->traced_capacity = capacity;
    }
    state->traced[state->traced_count++] = object;
    return true;
}

void heap_trace_again(Heap *heap, Object *object) {
    HeapState *state = heap->state;
    uint64_t address = (uint64_t)(uintptr_t)object;
    const CellSpan *span = span_of(&state->directory, address);
    if (span->kept == NULL || !bit_test(span->kept, span_cell_index(span, address))) {
        return;
    }
    if (state->keeping == KEEPING_IN_FORCE && !add_traced(state, object)) {
        state->hooks.out_of_memory(state->hooks.context, sizeof object);
    }
}

// false: no memory.
static bool settle_kept_cell(HeapState *state, CellSpan *span, uint32_t index) {
    Object *object = (Object *)(span->base + index * span->cell_size);
    bool is_buffer = span->kind != CELL_OBJECT;
    if (!bit_test(span->marks, index) || (!is_buffer && object->type == NULL)) {
        bit_clear(span->kept, index);
        return true;
    }
    return is_buffer || state->hooks.is_constant(state->hooks.context, object) ||
           add_traced(state, object);
}

static bool settle_kept_span(HeapState *state, CellSpan *span) {
    for (uint32_t i = 0; span->kept != NULL && i < span->cell_count; i++) {
        if (bit_test(span->kept, i) && !settle_kept_cell(state, span, i)) {
            return false;
        }
    }
    return true;
}

void keep_no_longer(CellSpan *span, const void *cell) {
    if (span->kept != NULL) {
        uint32_t index = span_cell_index(span, (uint64_t)(uintptr_t)cell);
        bit_clear(span->kept, index);
        bit_clear(span->marks, index);
    }
}

static bool cell_is_kept(const HeapState *state, const void *cell) {
    uint64_t address = (uint64_t)(uintptr_t)cell;
    const CellSpan *span = span_of(&state->directory, address);
    return span->kept != NULL && bit_test(span->kept, span_cell_index(span, address));
}

// Weak references between what is kept, such as those of types to their subclasses, need not be
// looked at again.
static void settle_weak_slots(HeapState *state) {
    size_t left = 0;
    for (size_t i = 0; i < state->weak_count; i++) {
        WeakSlot weak = state->weak[i];
        bool is_settled = cell_is_kept(state, weak.owner) &&
                          (*weak.slot == NULL || cell_is_kept(state, *weak.slot));
        if (!is_settled) {
            state->weak[left++] = weak;
        }
    }
    state->weak_count = left;
}

void keep_marked(HeapState *state) {
    if (state->keeping != KEEPING_NOTED) {
        return;
    }
    state->keeping = KEEPING_IN_FORCE;
    if (!each_span(state, settle_kept_span)) {
        keep_nothing(state);
    }
    settle_weak_slots(state);
}

bool heap_keeps(const Marker *marker) {
    return marker->heap->state->keeping == KEEPING_IN_FORCE;
}

void trace_kept(Marker *marker) {
    enum { AHEAD = 4 };
    HeapState *state = marker->heap->state;
    for (size_t i = 0; i < state->traced_count; i++) {
        if (i + AHEAD < state->traced_count) {
            __builtin_prefetch(state->traced[i + AHEAD]);
        }
        state->hooks.trace_object(state->hooks.context, marker, state->traced[i]);
    }
}
