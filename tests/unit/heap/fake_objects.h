// SPDX-License-Identifier: MIT
//
// A world for the heap to live in: objects of one kind, roots that a test sets, and an exit for
// "out of memory". Nothing but the roots is scanned, not even the C stack, so what lives and what
// dies is exact, and a test may hold pointers to dead objects to look at.
#pragma once

#include <check.h>
#include <setjmp.h>

#include "heap.h"
#include "object.h"

enum { ROOTS = 8, STACK_WORDS = 128 };

// An object with two references, and a buffer of them.
typedef struct Node {
    Object object;
    uint64_t kind;
    struct Node *left, *right;
    Value *items;
    size_t count;
} Node;

typedef struct World {
    Heap heap;
    Node *roots[ROOTS];             // marked precisely
    const void *stack[STACK_WORDS]; // scanned conservatively
    jmp_buf *out_of_memory;         // NULL: the test fails
    size_t refused;                 // the size that found no memory
    int finalized;
    Object *last_finalized;
} World;

void world_open(World *world, size_t maximum_bytes);
void world_close(World *world);

// A node that refers to these; `size` bytes, at least sizeof(Node).
Node *node_new_sized(World *world, size_t size, Node *left, Node *right);
Node *node_new(World *world, Node *left, Node *right);

// How many objects there are; after a collection: alive.
size_t count_objects(World *world);
// Collect, then count.
size_t count_living(World *world);
bool is_filled(const void *memory, size_t size, char with);
bool is_zero(const void *memory, size_t size);
size_t used_bytes(World *world);
uint64_t collections(World *world);

// While it is set, realloc finds no memory.
void refuse_realloc(bool on);

// The suites, one per file.
TCase *allocate_cases(void);
TCase *mark_cases(void);
TCase *limit_cases(void);
