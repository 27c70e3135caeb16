// SPDX-License-Identifier: MIT
//
// Memory that is freed all at once.
//
// A parse makes thousands of small nodes that die together, so they are carved
// from big blocks by moving a pointer and released with one call: no free per
// node, no ownership to track on the error paths. The textbook name is region
// or arena allocation; CPython's parser does the same with its PyArena.
//
// arena_alloc never returns NULL. Out of memory is reported through a handler
// that must not return (it longjmps to whoever owns the arena); without one the
// process aborts. So callers have no error path to forget.
#pragma once

#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;

// Called when memory is exhausted; must not return.
typedef void (*ArenaOutOfMemory)(void *context);

typedef struct Arena {
    ArenaBlock *blocks; // newest first
    char *next;         // first free byte of the newest block
    char *limit;        // its end
    size_t total;       // bytes taken from malloc so far
    ArenaOutOfMemory out_of_memory;
    void *context;
} Arena;

// Makes an empty arena; takes no memory yet.
void arena_init(Arena *arena);

// Sets what happens when memory is exhausted.
void arena_set_handler(Arena *arena, ArenaOutOfMemory handler, void *context);

// Returns `size` zeroed bytes, aligned for any type, valid until arena_free.
void *arena_alloc(Arena *arena, size_t size);

// Copies `length` bytes and adds a NUL.
char *arena_strndup(Arena *arena, const char *text, size_t length);

// Gives `size` grown to `new_size`, contents kept, the rest zeroed. The newest
// allocation grows in place; any other is copied and its old bytes are lost.
void *arena_grow(Arena *arena, void *old, size_t size, size_t new_size);

// Frees everything; the arena is empty and usable again.
void arena_free(Arena *arena);

// Allocates `count` zeroed objects of `Type`.
#define ARENA_NEW(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type) * (size_t)(count)))
