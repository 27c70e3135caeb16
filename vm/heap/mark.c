// SPDX-License-Identifier: MIT
//
// Marking: find everything the program can still reach.
//
// Textbooks paint objects white (not seen), grey (seen, its references not yet followed) and black
// (done). Here white is a clear mark bit, black a set one, and the grey objects are those on the
// marker's stack. An explicit stack instead of recursion means that a list nested a million deep
// is no danger to the C stack; should even that stack find no memory, marking goes on without it
// and repeats over all marked objects until nothing new turns up.
#include "heap_state.h"

#include <stdlib.h>

enum {
    SCRATCH_TAG = 1,
    TRACE_AHEAD = 8, // objects that are on their way to the cache; a power of two
};

static void push(Marker *marker, Object *object) {
    if (marker->count == marker->capacity) {
        size_t capacity = marker->capacity == 0 ? 1024 : 2 * marker->capacity;
        Object **stack = realloc(marker->stack, capacity * sizeof(Object *));
        if (stack == NULL) {
            marker->overflowed = true;
            return;
        }
        marker->stack = stack;
        marker->capacity = capacity;
    }
    marker->stack[marker->count++] = object;
}

// Set the mark; true if it was clear.
static inline bool set_mark(CellSpan *span, uint32_t index) {
    uint64_t *word = &span->marks[index / 64], bit = UINT64_C(1) << (index % 64);
    if ((*word & bit) != 0) {
        return false;
    }
    *word |= bit;
    return true;
}

static inline void mark_cell(Marker *marker, CellSpan *span, uint32_t index) {
    if (set_mark(span, index) && span->kind == CELL_OBJECT) {
        push(marker, (Object *)(span->base + index * span->cell_size));
    }
}

// Most of what is referred to is marked already, the types and names above all: half of a
// collection in a small program is this function.
static inline void mark_address(Marker *marker, uint64_t address) {
    CellSpan *span = span_of(marker->directory, address);
    if (span != NULL) {
        mark_cell(marker, span, span_cell_index(span, address));
    }
}

void mark_object(Marker *marker, const void *object) {
    mark_address(marker, (uint64_t)(uintptr_t)object);
}

void mark_buffer(Marker *marker, const void *buffer) {
    mark_address(marker, (uint64_t)(uintptr_t)buffer);
}

void mark_value(Marker *marker, Value v) {
    if (is_object(v)) {
        mark_address(marker, v.bits);
    }
}

void mark_values(Marker *marker, const Value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        mark_value(marker, values[i]);
    }
}

static inline void mark_word(Marker *marker, uint64_t word) {
    CellSpan *span = span_of(marker->directory, word);
    if (span == NULL) {
        return;
    }
    uint32_t index = span_cell_index(span, word);
    if (index >= span->cell_count || !bit_test(span->allocated, index)) {
        return;
    }
    if (span->kind == CELL_OBJECT) {
        mark_cell(marker, span, index);
    } else if (set_mark(span, index) && span->kind == CELL_BUFFER) {
        push(marker, (Object *)(span->base + index * span->cell_size + SCRATCH_TAG));
    }
}

// A stack may hold words the sanitizers consider out of bounds; reading them is the point here.
__attribute__((no_sanitize("address", "thread"))) void mark_range(Marker *marker, const void *low,
                                                                  const void *high) {
    const uint64_t *word = (const uint64_t *)(((uintptr_t)low + 7) & ~(uintptr_t)7);
    for (; word + 1 <= (const uint64_t *)high; word++) {
        mark_word(marker, *word);
    }
}

// A buffer that only a stack refers to is some function's scratch memory: nobody knows what is in
// it, so it is scanned like a stack. On the marker's stack it is told from objects by a low bit.
static void scan_scratch(Marker *marker, const char *buffer) {
    CellSpan *span = span_of(marker->directory, (uint64_t)(uintptr_t)buffer);
    mark_range(marker, buffer, buffer + span->cell_size);
}

static void trace(Marker *marker, Object *object) {
    HeapHooks *hooks = &marker->heap->state->hooks;
    if (((uintptr_t)object & SCRATCH_TAG) != 0) {
        scan_scratch(marker, (const char *)object - SCRATCH_TAG);
    } else if (object->type != NULL) {
        hooks->trace_object(hooks->context, marker, object);
    }
}

// Most objects are not in the processor's cache. So an object taken from the stack is asked for
// and waits its turn in a short queue, and has arrived when it is traced.
static void drain(Marker *marker) {
    Object *coming[TRACE_AHEAD];
    size_t first = 0, end = 0;
    while (marker->count > 0 || first != end) {
        if (marker->count > 0) {
            Object *object = marker->stack[--marker->count];
            __builtin_prefetch(object);
            coming[end++ % TRACE_AHEAD] = object;
        }
        if (end - first == TRACE_AHEAD || marker->count == 0) {
            trace(marker, coming[first++ % TRACE_AHEAD]);
        }
    }
}

// Which buffers are scratch memory is not known any more: scan them all, which keeps too much
// alive rather than too little.
static void retrace_span(Marker *marker, const CellSpan *span) {
    HeapHooks *hooks = &marker->heap->state->hooks;
    for (uint32_t i = 0; i < span->cell_count; i++) {
        char *cell = span->base + i * span->cell_size;
        if (!bit_test(span->marks, i)) {
            continue;
        }
        if (span->kind == CELL_BUFFER) {
            scan_scratch(marker, cell);
        } else if (span->kind == CELL_OBJECT && ((Object *)cell)->type != NULL) {
            hooks->trace_object(hooks->context, marker, (Object *)cell);
        }
        drain(marker);
    }
}

static void retrace_spans(Marker *marker, const CellSpan *span) {
    for (; span != NULL; span = span->next) {
        retrace_span(marker, span);
    }
}

static void retrace_all(Marker *marker) {
    HeapState *state = marker->heap->state;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (size_t i = 0; i < SIZE_CLASSES; i++) {
            retrace_spans(marker, state->classes[kind][i].spans);
        }
        retrace_spans(marker, state->large[kind]);
    }
}

static void mark_all_reached(Marker *marker) {
    drain(marker);
    while (marker->overflowed) {
        marker->overflowed = false;
        retrace_all(marker);
    }
}

void mark_everything(Heap *heap) {
    HeapState *state = heap->state;
    Marker marker = {.heap = heap, .directory = &state->directory};
    trace_kept(&marker);
    state->hooks.mark_roots(state->hooks.context, &marker);
    mark_all_reached(&marker);
    if (state->hooks.revive != NULL) {
        state->hooks.revive(state->hooks.context, &marker);
        mark_all_reached(&marker);
    }
    free(marker.stack);
}

bool heap_is_object(const Heap *heap, const void *address) {
    uint64_t number = (uint64_t)(uintptr_t)address;
    const CellSpan *span = span_of(&heap->state->directory, number);
    if (span == NULL || span->kind != CELL_OBJECT) {
        return false;
    }
    uint32_t index = span_cell_index(span, number);
    return index < span->cell_count && bit_test(span->allocated, index) &&
           span->base + index * span->cell_size == (const char *)address &&
           ((const Object *)address)->type != NULL;
}

bool cell_is_marked(const Heap *heap, const void *cell) {
    uint64_t address = (uint64_t)(uintptr_t)cell;
    CellSpan *span = span_of(&heap->state->directory, address);
    return span == NULL || bit_test(span->marks, span_cell_index(span, address));
}
