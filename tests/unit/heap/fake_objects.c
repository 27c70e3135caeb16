// SPDX-License-Identifier: MIT
//
// The hooks in their smallest form. A type only has to be there; the heap never looks into it.
//
// With them the heap is tested without the VM: a node has two references and nothing else, so a
// test can say exactly what must live and what must die.
#include "fake_objects.h"

#include <stdlib.h>
#include <string.h>

static Type node_type;
static bool realloc_is_refused;

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);

// The linker sends all calls of realloc here.
void *__wrap_realloc(void *memory, size_t size) {
    return realloc_is_refused ? NULL : __real_realloc(memory, size);
}

void refuse_realloc(bool on) {
    realloc_is_refused = on;
}

static void mark_roots(void *context, Marker *marker) {
    World *world = context;
    for (int i = 0; i < ROOTS; i++) {
        mark_object(marker, world->roots[i]);
    }
    mark_range(marker, world->stack, world->stack + STACK_WORDS);
}

static void trace_object(void *context, Marker *marker, Object *object) {
    (void)context;
    const Node *node = (const Node *)object;
    if (object->type != &node_type) { // ck_assert would write a file each time
        ck_abort_msg("traced what is no object");
    }
    mark_object(marker, node->left);
    mark_object(marker, node->right);
    mark_buffer(marker, node->items);
    mark_values(marker, node->items, node->count);
}

static void finalize_object(void *context, Object *object) {
    World *world = context;
    world->finalized++;
    world->last_finalized = object;
}

static bool is_constant(void *context, const Object *object) {
    (void)context;
    const Node *node = (const Node *)object;
    return node->left == NULL && node->right == NULL && node->items == NULL;
}

static void out_of_memory(void *context, size_t size) {
    World *world = context;
    world->refused = size;
    ck_assert_ptr_nonnull(world->out_of_memory);
    longjmp(*world->out_of_memory, 1);
}

void world_open(World *world, size_t maximum_bytes) {
    memset(world, 0, sizeof *world);
    HeapHooks hooks = {world,         mark_roots,  trace_object, finalize_object,
                       out_of_memory, is_constant, NULL,         NULL};
    ck_assert(heap_init(&world->heap, &hooks, maximum_bytes));
}

void world_close(World *world) {
    heap_destroy(&world->heap);
}

Node *node_new_sized(World *world, size_t size, Node *left, Node *right) {
    Node *node = heap_allocate(&world->heap, CELL_OBJECT, size);
    node->object.type = &node_type;
    node->left = left;
    node->right = right;
    return node;
}

Node *node_new(World *world, Node *left, Node *right) {
    return node_new_sized(world, sizeof(Node), left, right);
}

static void count(void *context, Object *object) {
    (void)object;
    ++*(size_t *)context;
}

size_t count_objects(World *world) {
    size_t objects = 0;
    heap_each_object(&world->heap, count, &objects);
    return objects;
}

size_t count_living(World *world) {
    heap_collect(&world->heap);
    return count_objects(world);
}

bool is_filled(const void *memory, size_t size, char with) {
    const char *bytes = memory;
    return size == 0 || (bytes[0] == with && memcmp(bytes, bytes + 1, size - 1) == 0);
}

bool is_zero(const void *memory, size_t size) {
    return is_filled(memory, size, 0);
}

size_t used_bytes(World *world) {
    HeapStatistics now;
    heap_statistics(&world->heap, &now);
    return now.used_bytes;
}

uint64_t collections(World *world) {
    HeapStatistics now;
    heap_statistics(&world->heap, &now);
    return now.collections;
}
