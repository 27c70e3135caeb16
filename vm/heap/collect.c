// SPDX-License-Identifier: MIT
//
// A collection: mark, then forget.
//
// There is no sweep over the cells. When marking is done, the mark bits *are* the new map of cells
// in use; exchanging the two bitmaps of each span frees everything else at once. Dead cells are
// not even read, until the allocator hands them out again. Only two things need a look at what
// died: objects that hold something outside the heap (finalizers), and weak references.
#include "heap_state.h"

#include <string.h>
#include <time.h>

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void drop_runs(Heap *heap) {
    memset(heap->runs, 0, sizeof heap->runs);
    memset(heap->state->spare, 0, sizeof heap->state->spare);
}

static void run_finalizers(Heap *heap) {
    HeapState *state = heap->state;
    size_t kept = 0;
    for (size_t i = 0; i < state->finalizable_count; i++) {
        Object *object = state->finalizable[i];
        if (cell_is_marked(heap, object)) {
            state->finalizable[kept++] = object;
        } else {
            state->hooks.finalize_object(state->hooks.context, object);
        }
    }
    state->finalizable_count = kept;
}

static void clear_weak_slots(Heap *heap) {
    HeapState *state = heap->state;
    size_t kept = 0;
    for (size_t i = 0; i < state->weak_count; i++) {
        WeakSlot weak = state->weak[i];
        if (!cell_is_marked(heap, weak.owner) || *weak.slot == NULL) {
            continue;
        }
        if (cell_is_marked(heap, *weak.slot)) {
            state->weak[kept++] = weak;
        } else {
            *weak.slot = NULL;
        }
    }
    state->weak_count = kept;
}

bool heap_will_live(const Heap *heap, const void *object) {
    return cell_is_marked(heap, object);
}

static uint32_t count_marks(const CellSpan *span) {
    uint32_t count = 0;
    for (size_t i = 0; i < span_bitmap_words(span->cell_count); i++) {
        uint64_t word = span->marks[i];
        count += word == 0 ? 0 : ~word == 0 ? 64 : (uint32_t)__builtin_popcountll(word);
    }
    return count;
}

// The marks become the map of what is allocated; the old map is cleared for the next collection,
// but for what is kept.
static void adopt_marks(CellSpan *span) {
    uint64_t *old = span->allocated;
    span->allocated = span->marks;
    span->marks = old;
    size_t bytes = span_bitmap_words(span->cell_count) * sizeof *old;
    if (span->kept != NULL) {
        memcpy(old, span->kept, bytes);
    } else {
        memset(old, 0, bytes);
    }
    span->cursor = 0;
    span->dirty = true;
}

// Keep the spans of `list` that hold something alive; returns their live bytes.
static size_t settle(HeapState *state, CellSpan **list) {
    size_t live = 0;
    for (CellSpan **link = list; *link != NULL;) {
        CellSpan *span = *link;
        uint32_t count = count_marks(span);
        if (count == 0) {
            *link = span->next;
            span_free(&state->directory, span);
            continue;
        }
        live += count * span->cell_size;
        adopt_marks(span);
        link = &span->next;
    }
    return live;
}

static size_t settle_all(HeapState *state) {
    size_t live = 0;
    for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
        for (size_t i = 0; i < SIZE_CLASSES; i++) {
            SizeClass *size_class = &state->classes[kind][i];
            live += settle(state, &size_class->spans);
            size_class->current = size_class->spans;
        }
        live += settle(state, &state->large[kind]);
    }
    return live;
}

static size_t at_least(size_t n, size_t minimum) {
    return n < minimum ? minimum : n;
}

// How much garbage may pile up is a trade of memory for time: a collection costs what lives, and
// that cost is spread over the bytes until the next one. With 75 % the peak is 1.75 times what
// lives, and each byte allocated pays for marking 1.3. In a small program what lives is the
// interpreter itself, a hundredth of a millisecond to mark: a fraction of the time to fill a
// megabyte with small objects, but several megabytes with copies of lists. So there are two limits,
// one in bytes and one in work. The minimum in bytes is what fits the second-level cache of most
// processors: with more, copies would be written to memory that has left it.
static void set_limits(HeapState *state, size_t live) {
    size_t growth = live / 100 * HEAP_GROWTH_PERCENT;
    state->garbage_limit = at_least(growth, HEAP_MINIMUM_GARBAGE);
    state->work_limit = at_least(growth, HEAP_MINIMUM_GROWTH);
    if (state->maximum_bytes != 0 && state->garbage_limit > state->maximum_bytes / 4) {
        state->garbage_limit = state->maximum_bytes / 4;
    }
    state->allocated_since = 0;
    state->work_since = 0;
}

// What was lent to the handler of a MemoryError is asked back when the program fits its limit
// again.
static void close_reserve(HeapState *state) {
    if (state->directory.used_chunks << CHUNK_SHIFT < state->maximum_bytes) {
        state->reserve_bytes = 0;
    }
}

void heap_collect(Heap *heap) {
    HeapState *state = heap->state;
    if (state->collecting) {
        return;
    }
    state->collecting = true;
    uint64_t start = now_ns();
    mark_everything(heap);
    keep_marked(state);
    run_finalizers(heap);
    clear_weak_slots(heap);
    if (state->hooks.forget_dead != NULL) {
        state->hooks.forget_dead(state->hooks.context);
    }
    drop_runs(heap);
    HeapStatistics *statistics = &state->statistics;
    statistics->live_bytes = settle_all(state);
    set_limits(state, statistics->live_bytes);
    close_reserve(state);
    uint64_t pause = now_ns() - start;
    statistics->collections++;
    statistics->pause_ns_total += pause;
    if (pause > statistics->pause_ns_longest) {
        statistics->pause_ns_longest = pause;
    }
    state->collecting = false;
}
