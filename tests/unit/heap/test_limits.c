// SPDX-License-Identifier: MIT
//
// When memory runs out, really or by the test switches; and that it does not run out by itself.
//
// The heap asks its hook what to do when there is no memory; here the hook jumps back into the
// test, as the interpreter's does into the code that can raise MemoryError.
#include "fake_objects.h"

enum { MEGABYTE = 1 << 20 };

// Build a list until memory runs out; its length.
static size_t fill(World *world, size_t size) {
    jmp_buf here;
    world->out_of_memory = &here;
    if (setjmp(here) == 0) {
        for (;;) {
            world->roots[0] = node_new_sized(world, size, world->roots[0], NULL);
        }
    }
    size_t length = 0;
    for (const Node *node = world->roots[0]; node != NULL; node = node->left) {
        length++;
    }
    return length;
}

START_TEST(the_maximum_is_kept) {
    const size_t sizes[] = {sizeof(Node), 500, 3000, 100000, MEGABYTE};
    const size_t size = sizes[_i];
    World world;
    world_open(&world, 16 * MEGABYTE);
    for (int round = 0; round < 3; round++) {
        size_t length = fill(&world, size);
        ck_assert_uint_eq(world.refused, size);
        ck_assert_uint_le(used_bytes(&world), 16 * MEGABYTE);
        ck_assert_uint_ge(length * size, 11 * MEGABYTE);
        ck_assert_uint_eq(count_living(&world), length);
        world.roots[0] = NULL;
    }
    heap_set_maximum(&world.heap, 0);
    ck_assert_uint_eq(count_living(&world), 0);
    ck_assert_ptr_nonnull(heap_allocate(&world.heap, CELL_BUFFER, 32 * MEGABYTE));
    world_close(&world);
}
END_TEST

START_TEST(garbage_is_collected_before_memory_is_refused) {
    World world;
    world_open(&world, 2 * MEGABYTE);
    for (int i = 0; i < 200; i++) {
        heap_allocate(&world.heap, CELL_BUFFER, MEGABYTE);
    }
    ck_assert_uint_gt(collections(&world), 50);
    world_close(&world);
}
END_TEST

static bool is_refused(World *world, size_t size) {
    jmp_buf here;
    world->out_of_memory = &here;
    if (setjmp(here) != 0) {
        return true;
    }
    heap_allocate(&world->heap, CELL_BUFFER, size);
    return false;
}

START_TEST(absurd_sizes_are_refused) {
    World world;
    world_open(&world, 0);
    ck_assert(is_refused(&world, SIZE_MAX));
    ck_assert(is_refused(&world, SIZE_MAX - 100));
    ck_assert(is_refused(&world, PTRDIFF_MAX));
    ck_assert(is_refused(&world, (size_t)1 << 60));
    ck_assert(!is_refused(&world, 1000));
    world_close(&world);
}
END_TEST

START_TEST(a_chosen_allocation_fails) {
    World world;
    world_open(&world, 0);
    for (int n = 1; n < 30; n++) {
        heap_set_fail_at(&world.heap, (uint64_t)n);
        for (int i = 1; i < 2 * n; i++) {
            ck_assert_int_eq(is_refused(&world, (size_t)(40 * i)), i == n);
        }
    }
    heap_set_fail_at(&world.heap, 1);
    heap_set_fail_at(&world.heap, 0);
    ck_assert(!is_refused(&world, 100));
    world_close(&world);
}
END_TEST

START_TEST(trying_never_raises) {
    World world;
    world_open(&world, 2 * MEGABYTE);
    size_t length = fill(&world, 48);
    uint64_t before = collections(&world);
    size_t given = 0;
    while (heap_try_allocate(&world.heap, CELL_BUFFER, 48) != NULL) {
        given++;
    }
    ck_assert_uint_le(given * 48, 2 * MEGABYTE);
    ck_assert_uint_eq(collections(&world), before);
    ck_assert_uint_eq(count_living(&world), length);
    world.roots[0] = NULL;
    heap_collect(&world.heap);
    ck_assert_ptr_nonnull(heap_try_allocate(&world.heap, CELL_BUFFER, 48));
    heap_set_fail_at(&world.heap, 1);
    ck_assert_ptr_null(heap_try_allocate(&world.heap, CELL_BUFFER, 48));
    ck_assert_ptr_nonnull(heap_try_allocate(&world.heap, CELL_BUFFER, 48));
    world_close(&world);
}
END_TEST

START_TEST(the_reserve_is_lent) {
    World world;
    world_open(&world, 2 * MEGABYTE);
    fill(&world, 500);
    heap_open_reserve(&world.heap, MEGABYTE);
    ck_assert(!is_refused(&world, MEGABYTE / 2));
    ck_assert_uint_gt(used_bytes(&world), 2 * MEGABYTE);
    world.roots[0] = NULL;
    heap_collect(&world.heap); // takes it back
    fill(&world, 500);
    ck_assert_uint_le(used_bytes(&world), 2 * MEGABYTE);
    world_close(&world);
}
END_TEST

START_TEST(little_garbage_piles_up) {
    World world;
    world_open(&world, 0);
    for (int i = 0; i < 100000; i++) {
        node_new_sized(&world, 100, NULL, NULL);
    }
    ck_assert_uint_gt(collections(&world), 5);
    ck_assert_uint_le(used_bytes(&world), 2 * MEGABYTE);
    world_close(&world);
}
END_TEST

START_TEST(stress_collects_at_every_allocation) {
    World world;
    world_open(&world, 0);
    node_new(&world, NULL, NULL);
    heap_set_stress(&world.heap, true);
    uint64_t before = collections(&world);
    for (int i = 0; i < 100; i++) {
        world.roots[0] = node_new(&world, world.roots[0], NULL);
        node_new_sized(&world, 4000, NULL, NULL);
        heap_allocate(&world.heap, CELL_BUFFER, 200000);
    }
    ck_assert_uint_eq(collections(&world), before + 300);
    heap_set_stress(&world.heap, false);
    ck_assert_uint_eq(count_living(&world), 100);
    world_close(&world);
}
END_TEST

// What a program does that makes and drops things all day.
static void make_and_drop(World *world, int round) {
    for (int i = 0; i < 2000; i++) {
        Node *node =
            node_new_sized(world, sizeof(Node) + (size_t)(i * 7 + round) % 3000, NULL, NULL);
        world->roots[i % ROOTS] = node;
        node->items = heap_allocate(&world->heap, CELL_BUFFER, (size_t)(i % 50) * 1000);
    }
    void *big = heap_allocate(&world->heap, CELL_BUFFER, 5 * MEGABYTE);
    heap_free_buffer(&world->heap, big);
}

START_TEST(a_long_run_does_not_grow) {
    World world;
    world_open(&world, 0);
    HeapStatistics early, late;
    for (int round = 0; round < 20; round++) {
        make_and_drop(&world, round);
    }
    heap_statistics(&world.heap, &early);
    for (int round = 0; round < 100; round++) {
        make_and_drop(&world, round);
    }
    heap_statistics(&world.heap, &late);
    ck_assert_uint_gt(late.collections, early.collections);
    ck_assert_uint_le(late.peak_bytes, early.peak_bytes + early.peak_bytes / 4);
    heap_collect(&world.heap);
    ck_assert_uint_le(used_bytes(&world), 4 * MEGABYTE);
    world_close(&world);
}
END_TEST

START_TEST(statistics_count) {
    World world;
    world_open(&world, 0);
    world.roots[0] = node_new_sized(&world, MEGABYTE / 4, NULL, NULL);
    node_new_sized(&world, MEGABYTE / 4, NULL, NULL);
    heap_collect(&world.heap);
    HeapStatistics now;
    heap_statistics(&world.heap, &now);
    ck_assert_uint_eq(now.live_bytes, MEGABYTE / 4);
    ck_assert_uint_eq(now.used_bytes, MEGABYTE / 4);
    ck_assert_uint_eq(now.peak_bytes, MEGABYTE / 2);
    ck_assert_uint_eq(now.collections, 1);
    ck_assert_uint_ge(now.pause_ns_longest, 1);
    ck_assert_uint_eq(now.pause_ns_total, now.pause_ns_longest);
    world_close(&world);
}
END_TEST

TCase *limit_cases(void) {
    TCase *cases = tcase_create("limits");
    tcase_add_loop_test(cases, the_maximum_is_kept, 0, 5);
    tcase_add_test(cases, garbage_is_collected_before_memory_is_refused);
    tcase_add_test(cases, absurd_sizes_are_refused);
    tcase_add_test(cases, a_chosen_allocation_fails);
    tcase_add_test(cases, trying_never_raises);
    tcase_add_test(cases, the_reserve_is_lent);
    tcase_add_test(cases, little_garbage_piles_up);
    tcase_add_test(cases, stress_collects_at_every_allocation);
    tcase_add_test(cases, a_long_run_does_not_grow);
    tcase_add_test(cases, statistics_count);
    return cases;
}
