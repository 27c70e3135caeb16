// SPDX-License-Identifier: MIT
//
// What lives and what dies: references from roots, objects, buffers and stacks, and what is told
// about the dead (finalizers, weak slots).
#include <string.h>

#include "fake_objects.h"

enum { MEGABYTE = 1 << 20 };

static Value *items_new(World *world, size_t count) {
    return heap_allocate(&world->heap, CELL_BUFFER, count * sizeof(Value));
}

START_TEST(what_nobody_refers_to_dies) {
    World world;
    world_open(&world, 0);
    for (int i = 0; i < 1000; i++) {
        node_new(&world, NULL, NULL);
    }
    ck_assert_uint_eq(count_living(&world), 0);
    ck_assert_uint_eq(used_bytes(&world), 0);
    world_close(&world);
}
END_TEST

START_TEST(references_keep_objects_alive) {
    World world;
    world_open(&world, 0);
    Node *leaf = node_new(&world, NULL, NULL);
    Node *middle = node_new_sized(&world, 3000, leaf, NULL);
    Node *big = node_new_sized(&world, MEGABYTE / 4, NULL, middle);
    world.roots[3] = big;
    ck_assert_uint_eq(count_living(&world), 3);
    big->right = leaf;
    ck_assert_uint_eq(count_living(&world), 2);
    world.roots[3] = NULL;
    ck_assert_uint_eq(count_living(&world), 0);
    world_close(&world);
}
END_TEST

START_TEST(cycles_die) {
    World world;
    world_open(&world, 0);
    Node *first = node_new(&world, NULL, NULL);
    first->left = node_new(&world, first, first);
    world.roots[0] = first;
    ck_assert_uint_eq(count_living(&world), 2);
    world.roots[0] = NULL;
    ck_assert_uint_eq(count_living(&world), 0);
    world_close(&world);
}
END_TEST

START_TEST(a_long_chain_needs_no_c_stack) {
    World world;
    world_open(&world, 0);
    enum { LENGTH = 1000000 };
    for (int i = 0; i < LENGTH; i++) {
        world.roots[0] = node_new(&world, world.roots[0], NULL);
    }
    ck_assert_uint_eq(count_living(&world), LENGTH);
    world_close(&world);
}
END_TEST

START_TEST(the_owner_of_a_buffer_says_what_is_in_it) {
    World world;
    world_open(&world, 0);
    Node *owner = node_new(&world, NULL, NULL);
    world.roots[0] = owner;
    owner->items = items_new(&world, 10);
    for (int i = 0; i < 10; i++) {
        owner->items[i] = value_object(node_new(&world, NULL, NULL));
    }
    owner->items[1] = value_small_int(5);
    owner->items[2] = VALUE_NONE;
    owner->items[3] = value_float(1.5);
    owner->count = 6;
    ck_assert_uint_eq(count_living(&world), 4);
    world_close(&world);
}
END_TEST

START_TEST(a_stack_keeps_what_any_word_points_into) {
    World world;
    world_open(&world, 0);
    char *small = (char *)node_new(&world, NULL, NULL);
    char *medium = (char *)node_new_sized(&world, 3000, NULL, NULL);
    char *large = (char *)node_new_sized(&world, MEGABYTE / 2, NULL, NULL);
    const struct {
        char *cell;
        size_t size;
    } cells[] = {{small, sizeof(Node)}, {medium, 3000}, {large, MEGABYTE / 2}};
    world.roots[0] = (Node *)small;
    world.roots[1] = (Node *)medium;
    world.roots[2] = (Node *)large;
    for (int i = 0; i < 3; i++) {
        const size_t places[] = {0, 1, 8, cells[i].size / 2, cells[i].size - 1};
        for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
            memset(world.roots, 0, sizeof world.roots);
            world.roots[(i + 1) % 3] = (Node *)cells[(i + 1) % 3].cell;
            world.roots[(i + 2) % 3] = (Node *)cells[(i + 2) % 3].cell;
            world.stack[STACK_WORDS - 1] = cells[i].cell + places[k];
            ck_assert_uint_eq(count_living(&world), 3);
        }
    }
    world_close(&world);
}
END_TEST

START_TEST(words_that_are_no_pointers_do_no_harm) {
    World world;
    world_open(&world, 0);
    const Node *node = node_new(&world, NULL, NULL);
    const char *chunk = (const char *)((uintptr_t)node & ~(uintptr_t)0xffff);
    uint64_t random = 88172645463325252u;
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < STACK_WORDS; i++) {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            uint64_t word = i % 3 == 0   ? random
                            : i % 3 == 1 ? random >> 16
                                         : (uint64_t)(uintptr_t)chunk + 0x8000 + random % 0x8000;
            world.stack[i] = (const void *)(uintptr_t)word;
        }
        ck_assert_uint_le(count_living(&world), 1);
    }
    world_close(&world);
}
END_TEST

START_TEST(a_buffer_on_the_stack_is_scanned_like_a_stack) {
    World world;
    world_open(&world, 0);
    Value *outer = items_new(&world, 4), *inner = items_new(&world, 4);
    outer[3] = (Value){(uint64_t)(uintptr_t)&inner[2]};
    inner[0] = value_object(node_new(&world, node_new(&world, NULL, NULL), NULL));
    world.stack[7] = &outer[1];
    ck_assert_uint_eq(count_living(&world), 2);
    world.stack[7] = NULL;
    ck_assert_uint_eq(count_living(&world), 0);
    world_close(&world);
}
END_TEST

START_TEST(bytes_on_the_stack_live_and_are_not_searched) {
    World world;
    world_open(&world, 0);
    const size_t sizes[] = {2 * HEAP_LARGEST_SMALL, MEGABYTE};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const void **bytes = heap_allocate_bytes(&world.heap, sizes[i]);
        bytes[0] = bytes[1] = node_new(&world, NULL, NULL);
        world.stack[0] = bytes;
        ck_assert_uint_eq(count_living(&world), 0);
        ck_assert_ptr_eq(bytes[0], bytes[1]);
        bytes = heap_resize_bytes(&world.heap, bytes, sizes[i], 3 * sizes[i]);
        bytes[2] = node_new(&world, NULL, NULL);
        world.stack[0] = bytes;
        ck_assert_uint_eq(count_living(&world), 0);
        ck_assert_ptr_eq(bytes[0], bytes[1]);
    }
    world_close(&world);
}
END_TEST

START_TEST(an_object_without_a_type_is_not_traced) {
    World world;
    world_open(&world, 0);
    world.stack[0] = heap_allocate(&world.heap, CELL_OBJECT, sizeof(Node));
    heap_collect(&world.heap);
    const Node *node = world.stack[0];
    ck_assert(is_zero(node, sizeof *node));
    world_close(&world);
}
END_TEST

START_TEST(the_dead_are_finalized_once) {
    World world;
    world_open(&world, 0);
    Node *nodes[3];
    for (int i = 0; i < 3; i++) {
        nodes[i] = world.roots[i] = node_new(&world, NULL, NULL);
        heap_add_finalizer(&world.heap, &nodes[i]->object);
    }
    heap_collect(&world.heap);
    ck_assert_int_eq(world.finalized, 0);
    world.roots[1] = NULL;
    heap_collect(&world.heap);
    heap_collect(&world.heap);
    ck_assert_int_eq(world.finalized, 1);
    ck_assert_ptr_eq(world.last_finalized, &nodes[1]->object);
    heap_destroy(&world.heap);
    ck_assert_int_eq(world.finalized, 3);
}
END_TEST

START_TEST(weak_slots_are_cleared) {
    World world;
    world_open(&world, 0);
    Node *owner = world.roots[0] = node_new(&world, NULL, NULL);
    Node *target = world.roots[1] = node_new(&world, NULL, NULL);
    Object **slots = heap_allocate(&world.heap, CELL_BUFFER, 100 * sizeof *slots);
    owner->items = (Value *)slots;
    for (int i = 0; i < 100; i++) {
        slots[i] = &target->object;
        heap_add_weak(&world.heap, &owner->object, &slots[i]);
    }
    heap_collect(&world.heap);
    ck_assert_ptr_eq(slots[99], &target->object);
    world.roots[1] = NULL;
    heap_collect(&world.heap);
    ck_assert(is_zero(slots, 100 * sizeof *slots));
    world_close(&world);
}
END_TEST

START_TEST(slots_of_a_dead_owner_are_forgotten) {
    World world;
    world_open(&world, 0);
    Node *target = node_new(&world, NULL, NULL), *owner = node_new(&world, NULL, NULL);
    owner->items = items_new(&world, 1);
    owner->items[0] = value_object(target);
    heap_add_weak(&world.heap, &owner->object, (Object **)owner->items);
    heap_collect(&world.heap);
    for (int i = 0; i < 1000; i++) { // other things come to lie where the slot was
        Value *items = items_new(&world, 1);
        items[0] = value_small_int(i);
        world.stack[i % STACK_WORDS] = items;
    }
    heap_collect(&world.heap);
    for (int i = 0; i < STACK_WORDS; i++) {
        ck_assert(is_small_int(*(const Value *)world.stack[i]));
    }
    world_close(&world);
}
END_TEST

// Trees of small depth and many leaves make the marker's stack long.
static Node *wide_node(World *world, size_t width) {
    Node *node = world->roots[7] = node_new(world, NULL, NULL);
    node->items = items_new(world, width);
    for (; node->count < width; node->count++) {
        node->items[node->count] = value_object(node_new(world, node_new(world, NULL, NULL), NULL));
    }
    world->roots[7] = NULL;
    return node;
}

START_TEST(marking_goes_on_when_its_stack_finds_no_memory) {
    World world;
    world_open(&world, 0);
    enum { WIDTH = 5000 };
    world.roots[0] = node_new(&world, wide_node(&world, WIDTH), NULL);
    world.roots[0]->right = wide_node(&world, WIDTH);
    Value *scratch = items_new(&world, 2);
    world.stack[0] = scratch;
    scratch[1] = value_object(node_new(&world, node_new(&world, NULL, NULL), NULL));
    size_t expected = count_living(&world);
    ck_assert_uint_eq(expected, 1 + 2 * (1 + 2 * WIDTH) + 2);
    refuse_realloc(true);
    ck_assert_uint_eq(count_living(&world), expected);
    refuse_realloc(false);
    ck_assert_uint_eq(count_living(&world), expected);
    world_close(&world);
}
END_TEST

START_TEST(what_is_kept_lives_without_roots) {
    World world;
    world_open(&world, 0);
    Node *leaf = node_new(&world, NULL, NULL);
    Node *parent = node_new(&world, leaf, NULL);
    node_new(&world, NULL, NULL); // dead when it is decided what is kept
    world.roots[0] = parent;
    heap_keep_allocated(&world.heap);
    world.roots[1] = node_new(&world, NULL, NULL); // too late to be kept
    ck_assert_uint_eq(count_living(&world), 3);
    world.roots[0] = world.roots[1] = NULL;
    ck_assert_uint_eq(count_living(&world), 2);
    parent->right = node_new(&world, NULL, NULL); // one that may change is traced
    ck_assert_uint_eq(count_living(&world), 3);
    leaf->left = node_new(&world, NULL, NULL); // a constant one is not, until it says so
    ck_assert_uint_eq(count_living(&world), 3);
    leaf->left = node_new(&world, NULL, NULL);
    heap_trace_again(&world.heap, &leaf->object);
    ck_assert_uint_eq(count_living(&world), 4);
    ck_assert_uint_eq(count_living(&world), 4);
    world_close(&world);
}
END_TEST

START_TEST(nothing_is_kept_when_there_is_no_memory_for_the_notes) {
    World world;
    world_open(&world, 0);
    world.roots[0] = node_new(&world, node_new(&world, NULL, NULL), NULL);
    heap_keep_allocated(&world.heap);
    refuse_realloc(true);
    ck_assert_uint_eq(count_living(&world), 2);
    refuse_realloc(false);
    world.roots[0] = NULL;
    ck_assert_uint_eq(count_living(&world), 0);
    world_close(&world);
}
END_TEST

TCase *mark_cases(void) {
    TCase *cases = tcase_create("mark");
    tcase_add_test(cases, what_nobody_refers_to_dies);
    tcase_add_test(cases, references_keep_objects_alive);
    tcase_add_test(cases, cycles_die);
    tcase_add_test(cases, a_long_chain_needs_no_c_stack);
    tcase_add_test(cases, the_owner_of_a_buffer_says_what_is_in_it);
    tcase_add_test(cases, a_stack_keeps_what_any_word_points_into);
    tcase_add_test(cases, words_that_are_no_pointers_do_no_harm);
    tcase_add_test(cases, a_buffer_on_the_stack_is_scanned_like_a_stack);
    tcase_add_test(cases, bytes_on_the_stack_live_and_are_not_searched);
    tcase_add_test(cases, an_object_without_a_type_is_not_traced);
    tcase_add_test(cases, the_dead_are_finalized_once);
    tcase_add_test(cases, weak_slots_are_cleared);
    tcase_add_test(cases, slots_of_a_dead_owner_are_forgotten);
    tcase_add_test(cases, marking_goes_on_when_its_stack_finds_no_memory);
    tcase_add_test(cases, what_is_kept_lives_without_roots);
    tcase_add_test(cases, nothing_is_kept_when_there_is_no_memory_for_the_notes);
    return cases;
}
