// SPDX-License-Identifier: MIT
//
// The arena: a list of blocks, of which only the newest is being filled.
//
// Blocks grow from 4 KiB to 256 KiB, so a one-line program costs one page and a
// big module few calls of calloc, which also does the zeroing. A request larger
// than a block gets a block of its own size. Under AddressSanitizer the unused
// rest of a block is not fenced; the win over malloc is worth that.
#include "arena.h"

#include "mini_check.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_BLOCK = 4096, LARGEST_BLOCK = 256 * 1024 };

struct ArenaBlock {
    _Alignas(ALIGNMENT) ArenaBlock *older;
    size_t size; // bytes after this header
};

void arena_init(Arena *arena) {
    *arena = (Arena){0};
}

void arena_set_handler(Arena *arena, ArenaOutOfMemory handler, void *context) {
    arena->out_of_memory = handler;
    arena->context = context;
}

__attribute__((noreturn)) static void out_of_memory(Arena *arena) {
    if (arena->out_of_memory)
        arena->out_of_memory(arena->context);
    fputs("mini: out of memory\n", stderr);
    abort();
}

static size_t next_block_size(const Arena *arena, size_t needed) {
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK - sizeof(ArenaBlock);
    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    return size < needed ? needed : size;
}

static void add_block(Arena *arena, size_t needed) {
    size_t size = next_block_size(arena, needed);
    ArenaBlock *block = calloc(1, sizeof(ArenaBlock) + size);
    if (!block)
        out_of_memory(arena);
    block->older = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->next = (char *)(block + 1);
    arena->limit = arena->next + size;
    arena->total += sizeof(ArenaBlock) + size;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > SIZE_MAX / 2)
        out_of_memory(arena);
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!arena->blocks || rounded > (size_t)(arena->limit - arena->next))
        add_block(arena, rounded);
    void *result = arena->next;
    arena->next += rounded;
    return result;
}

char *arena_strndup(Arena *arena, const char *text, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

// True if `old` is the newest allocation, so that it can be extended in place.
static bool is_newest(const Arena *arena, const void *old, size_t size) {
    size_t rounded = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    return old && (const char *)old + rounded == arena->next;
}

void *arena_grow(Arena *arena, void *old, size_t size, size_t new_size) {
    if (is_newest(arena, old, size) && new_size <= (size_t)(arena->limit - (char *)old)) {
        arena->next = (char *)old;
        return arena_alloc(arena, new_size);
    }
    void *moved = arena_alloc(arena, new_size);
    if (size)
        memcpy(moved, old, size);
    return moved;
}

void arena_free(Arena *arena) {
    while (arena->blocks) {
        ArenaBlock *older = arena->blocks->older;
        free(arena->blocks);
        arena->blocks = older;
    }
    arena->next = arena->limit = NULL;
    arena->total = 0;
}
