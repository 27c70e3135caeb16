// SPDX-License-Identifier: MIT
//
// Spans: where the heap's memory comes from, and how any address is traced back to its cell.
//
// A span is a run of 64 KiB chunks from the operating system, cut into cells of one size and kind.
// A directory with two levels maps every chunk's address to its span, so "is this word the address
// of a cell, and of which?" is two loads, one multiplication and a bit test, for any 64 bits at
// all. That is what makes conservative scanning cheap (Go's mheap and the Boehm collector do
// likewise).
#pragma once

#include "heap.h"

enum { CHUNK_SHIFT = 16, CHUNK_SIZE = 1 << CHUNK_SHIFT };

typedef struct CellSpan {
    char *base;
    size_t chunks;
    size_t cell_size;
    uint64_t reciprocal; // for offset / cell_size without a division; 0: one cell
    uint32_t cell_count;
    uint32_t cursor; // cells below are handed out or were found in use
    CellKind kind;
    bool dirty;            // memory may hold old data: zero a run before handing it out
    struct CellSpan *next; // of the same size class
    uint64_t *allocated;   // bit per cell: in use as far as is known
    uint64_t *marks;       // bit per cell: reached by the collection under way
    uint64_t *kept;        // bit per cell: there since the start (keep.c); NULL: none
    uint64_t bits[];
} CellSpan;

typedef struct SpanDirectory {
    CellSpan ***leaves; // [address >> 32][(address >> 16) & 0xffff]
    CellSpan *cached;   // freed spans kept for reuse, by `next`
    size_t cached_chunks;
    size_t used_chunks;
} SpanDirectory;

bool span_directory_init(SpanDirectory *directory);
void span_directory_destroy(SpanDirectory *directory);

// A span of `cell_count` cells, registered in the directory; NULL when the system has no memory.
CellSpan *span_new(SpanDirectory *directory, CellKind kind, size_t cell_size, uint32_t cell_count);
// Make the only cell of a span of several chunks `size` bytes large: its pages move, nothing is
// copied, and what is added reads as zero. false: the system can not.
bool span_grow(SpanDirectory *directory, CellSpan *span, size_t size);
void span_free(SpanDirectory *directory, CellSpan *span);

// The span that contains `address`, or NULL.
static inline CellSpan *span_of(const SpanDirectory *directory, uint64_t address) {
    if (address >> 48 != 0) {
        return NULL;
    }
    CellSpan **leaf = directory->leaves[address >> 32];
    return leaf == NULL ? NULL : leaf[(address >> CHUNK_SHIFT) & 0xffff];
}

static inline uint32_t span_cell_index(const CellSpan *span, uint64_t address) {
    uint64_t offset = address - (uint64_t)(uintptr_t)span->base;
    return (uint32_t)((offset * span->reciprocal) >> 40);
}

static inline bool bit_test(const uint64_t *bits, uint32_t index) {
    return (bits[index / 64] >> (index % 64)) & 1;
}
static inline void bit_set(uint64_t *bits, uint32_t index) {
    bits[index / 64] |= UINT64_C(1) << (index % 64);
}
static inline void bit_clear(uint64_t *bits, uint32_t index) {
    bits[index / 64] &= ~(UINT64_C(1) << (index % 64));
}
static inline size_t span_bitmap_words(uint32_t cell_count) {
    return (cell_count + 63) / 64;
}
