// SPDX-License-Identifier: MIT
//
// Spans come from mmap, aligned to the chunk size. Spans of the common small size (one chunk) are
// cut from bigger mappings to save system calls; freed spans are kept for a while, for a program
// that drops and makes megabytes in a loop should not pay for page faults each time.
#include "span.h"

#include <stdlib.h>
#include <sys/mman.h>

enum {
    DIRECTORY_ENTRIES = 1 << 16,
    LEAF_ENTRIES = 1 << 16,
    BATCH_CHUNKS = 16,           // single chunks are mapped this many at a time
    HUGE_CHUNKS = 32,            // 2 MiB: one page fault instead of 512, where the system can
    BIG_HEAP_CHUNKS = 256,       // 16 MiB: from here on single chunks come from huge pages too
    MAXIMUM_CACHED_CHUNKS = 512, // 32 MiB
    SMALL_CACHE_CHUNKS = 32,     // 2 MiB: not worth giving back
};

// Without MAP_NORESERVE the system refuses at once what is more than the machine has, which becomes
// a MemoryError; with it, `[0] * 10**12` would be killed while it fills what it got.
static void *map_pages(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

// `chunks` chunks aligned to the chunk size, or to huge pages when they fill one: map more and cut
// the ends off.
static char *map_chunks(size_t chunks) {
    bool huge = chunks >= HUGE_CHUNKS;
    size_t size = chunks << CHUNK_SHIFT;
    size_t alignment = huge ? (size_t)HUGE_CHUNKS << CHUNK_SHIFT : CHUNK_SIZE;
    char *memory = map_pages(size + alignment);
    if (memory == NULL) {
        return NULL;
    }
    size_t head = -(uintptr_t)memory & (alignment - 1);
    if (head > 0) {
        munmap(memory, head);
    }
    munmap(memory + head + size, alignment - head);
    if (huge) {
        madvise(memory + head, size, MADV_HUGEPAGE);
    }
    return memory + head;
}

bool span_directory_init(SpanDirectory *directory) {
    *directory = (SpanDirectory){0};
    directory->leaves = map_pages(DIRECTORY_ENTRIES * sizeof *directory->leaves);
    return directory->leaves != NULL;
}

// Give the pages of the spare run at *link back to the system.
static void unmap_spare(SpanDirectory *directory, CellSpan **link) {
    CellSpan *spare = *link;
    *link = spare->next;
    directory->cached_chunks -= spare->chunks;
    munmap(spare->base, spare->chunks << CHUNK_SHIFT);
    free(spare);
}

static void unmap_cached(SpanDirectory *directory) {
    while (directory->cached != NULL) {
        unmap_spare(directory, &directory->cached);
    }
}

static void unmap_oldest(SpanDirectory *directory) {
    CellSpan **link = &directory->cached;
    while ((*link)->next != NULL) {
        link = &(*link)->next;
    }
    unmap_spare(directory, link);
}

void span_directory_destroy(SpanDirectory *directory) {
    unmap_cached(directory);
    for (size_t i = 0; i < DIRECTORY_ENTRIES; i++) {
        if (directory->leaves[i] != NULL) {
            munmap(directory->leaves[i], LEAF_ENTRIES * sizeof(CellSpan *));
        }
    }
    munmap(directory->leaves, DIRECTORY_ENTRIES * sizeof *directory->leaves);
}

static bool directory_set(SpanDirectory *directory, const char *base, size_t chunks,
                          CellSpan *span) {
    for (size_t i = 0; i < chunks; i++) {
        uint64_t address = (uint64_t)(uintptr_t)base + (i << CHUNK_SHIFT);
        CellSpan ***leaf = &directory->leaves[address >> 32];
        if (*leaf == NULL) {
            *leaf = map_pages(LEAF_ENTRIES * sizeof(CellSpan *));
            if (*leaf == NULL) {
                return false;
            }
        }
        (*leaf)[(address >> CHUNK_SHIFT) & 0xffff] = span;
    }
    return true;
}

static CellSpan *header_new(uint32_t cell_count) {
    return calloc(1, sizeof(CellSpan) + 2 * span_bitmap_words(cell_count) * sizeof(uint64_t));
}

// Put memory that no span uses into the cache, or give it back to the system. What has been there
// longest without being asked for makes room: it may be of a size that never comes again.
static void cache_chunks(SpanDirectory *directory, char *base, size_t chunks, bool dirty) {
    CellSpan *spare = chunks > MAXIMUM_CACHED_CHUNKS ? NULL : header_new(1);
    if (spare == NULL) {
        munmap(base, chunks << CHUNK_SHIFT);
        return;
    }
    while (directory->cached_chunks + chunks > MAXIMUM_CACHED_CHUNKS) {
        unmap_oldest(directory);
    }
    *spare = (CellSpan){.base = base, .chunks = chunks, .dirty = dirty, .next = directory->cached};
    directory->cached = spare;
    directory->cached_chunks += chunks;
}

// One chunk cut off a larger spare run.
static char *cut_cached(SpanDirectory *directory, bool *dirty) {
    for (CellSpan *spare = directory->cached; spare != NULL; spare = spare->next) {
        if (spare->chunks > 1) {
            char *base = spare->base + (--spare->chunks << CHUNK_SHIFT);
            *dirty = spare->dirty;
            directory->cached_chunks--;
            return base;
        }
    }
    return NULL;
}

// Exactly `chunks` chunks from the cache, or NULL.
static char *take_cached(SpanDirectory *directory, size_t chunks, bool *dirty) {
    for (CellSpan **link = &directory->cached; *link != NULL; link = &(*link)->next) {
        CellSpan *spare = *link;
        if (spare->chunks == chunks) {
            char *base = spare->base;
            *dirty = spare->dirty;
            *link = spare->next;
            directory->cached_chunks -= chunks;
            free(spare);
            return base;
        }
    }
    return NULL;
}

// What is cached has sizes that are not asked for just now: give back as much as is about to be
// asked of the system, so that a program whose objects grow does not hold memory of all sizes.
static void make_way(SpanDirectory *directory, size_t chunks) {
    size_t left = directory->cached_chunks > chunks ? directory->cached_chunks - chunks : 0;
    while (directory->cached_chunks > left && directory->cached_chunks > SMALL_CACHE_CHUNKS) {
        unmap_oldest(directory);
    }
}

static char *take_chunks(SpanDirectory *directory, size_t chunks, bool *dirty) {
    char *base = take_cached(directory, chunks, dirty);
    if (base != NULL) {
        return base;
    }
    base = chunks == 1 ? cut_cached(directory, dirty) : NULL;
    if (base != NULL) {
        return base;
    }
    *dirty = false;
    if (chunks > 1) {
        make_way(directory, chunks);
        return map_chunks(chunks);
    }
    size_t batch = directory->used_chunks < BIG_HEAP_CHUNKS ? BATCH_CHUNKS : HUGE_CHUNKS;
    base = map_chunks(batch);
    if (base == NULL) {
        return map_chunks(1);
    }
    for (size_t i = batch - 1; i > 0; i--) {
        cache_chunks(directory, base + (i << CHUNK_SHIFT), 1, false);
    }
    return base;
}

CellSpan *span_new(SpanDirectory *directory, CellKind kind, size_t cell_size, uint32_t cell_count) {
    size_t chunks = (cell_size * cell_count + CHUNK_SIZE - 1) >> CHUNK_SHIFT;
    CellSpan *span = header_new(cell_count);
    bool dirty;
    char *base = span == NULL ? NULL : take_chunks(directory, chunks, &dirty);
    if (base == NULL) {
        free(span);
        return NULL;
    }
    size_t words = span_bitmap_words(cell_count);
    *span = (CellSpan){.base = base,
                       .chunks = chunks,
                       .cell_size = cell_size,
                       .reciprocal = cell_count == 1 ? 0 : (UINT64_C(1) << 40) / cell_size + 1,
                       .cell_count = cell_count,
                       .kind = kind,
                       .dirty = dirty,
                       .allocated = span->bits,
                       .marks = span->bits + words};
    if (!directory_set(directory, base, chunks, span)) {
        directory_set(directory, base, chunks, NULL); // those that were entered
        munmap(base, chunks << CHUNK_SHIFT);
        free(span);
        return NULL;
    }
    directory->used_chunks += chunks;
    return span;
}

bool span_grow(SpanDirectory *directory, CellSpan *span, size_t size) {
    size_t chunks = (size + CHUNK_SIZE - 1) >> CHUNK_SHIFT;
    char *base = map_chunks(chunks), *old = span->base;
    if (base == NULL) {
        return false;
    }
    if (!directory_set(directory, base, chunks, span)) {
        directory_set(directory, base, chunks, NULL);
        munmap(base, chunks << CHUNK_SHIFT);
        return false;
    }
    // The old pages take the place of the first new ones, in one mapping that covers all.
    void *moved = mremap(old, span->chunks << CHUNK_SHIFT, chunks << CHUNK_SHIFT,
                         MREMAP_MAYMOVE | MREMAP_FIXED, base);
    if (moved == MAP_FAILED) { // the new address space may be another thread's by now
        directory_set(directory, base, chunks, NULL);
        return false;
    }
    if (chunks >= HUGE_CHUNKS) {
        madvise(base, chunks << CHUNK_SHIFT, MADV_HUGEPAGE);
    }
    directory_set(directory, old, span->chunks, NULL);
    directory->used_chunks += chunks - span->chunks;
    span->base = base;
    span->chunks = chunks;
    span->cell_size = chunks << CHUNK_SHIFT;
    return true;
}

void span_free(SpanDirectory *directory, CellSpan *span) {
    directory_set(directory, span->base, span->chunks, NULL);
    directory->used_chunks -= span->chunks;
    cache_chunks(directory, span->base, span->chunks, true);
    free(span->kept);
    free(span);
}
