// SPDX-License-Identifier: MIT
//
// Cells: their sizes, that they are zero however often their memory was used before, and what the
// functions on buffers do.
#include <string.h>

#include "fake_objects.h"

static const size_t sizes[] = {
    0,    1,    15,   16,    17,    48,     100,    1000,   2047,   2048,    2049,
    2560, 2561, 4096, 10000, 65536, 100000, 131072, 131073, 200000, 1 << 20, (3 << 20) + 1,
};
enum { SIZES = sizeof sizes / sizeof *sizes };

START_TEST(cells_are_big_enough_aligned_and_zero) {
    World world;
    world_open(&world, 0);
    for (size_t i = 0; i < SIZES; i++) {
        for (int kind = 0; kind < CELL_KIND_COUNT; kind++) {
            char *cell = heap_allocate(&world.heap, (CellKind)kind, sizes[i]);
            ck_assert_ptr_nonnull(cell);
            ck_assert_uint_eq((uintptr_t)cell % HEAP_GRANULE, 0);
            size_t size = heap_cell_size(&world.heap, cell);
            ck_assert_uint_ge(size, sizes[i]);
            ck_assert_uint_le(size, sizes[i] + sizes[i] / 3 + (1 << 16));
            ck_assert(is_zero(cell, size));
        }
    }
    world_close(&world);
}
END_TEST

START_TEST(small_sizes_waste_less_than_a_granule) {
    World world;
    world_open(&world, 0);
    for (size_t size = 1; size <= HEAP_LARGEST_SMALL; size++) {
        void *cell = heap_allocate(&world.heap, CELL_BUFFER, size);
        ck_assert_uint_lt(heap_cell_size(&world.heap, cell) - size, HEAP_GRANULE);
    }
    world_close(&world);
}
END_TEST

START_TEST(cells_do_not_overlap) {
    World world;
    world_open(&world, 0);
    char *cells[SIZES][3];
    for (size_t i = 0; i < SIZES; i++) {
        for (int k = 0; k < 3; k++) {
            cells[i][k] = heap_allocate(&world.heap, CELL_BUFFER, sizes[i]);
            world.stack[3 * i + (size_t)k] = cells[i][k];
            memset(cells[i][k], (int)(3 * i) + k + 1, sizes[i]);
        }
    }
    for (size_t i = 0; i < SIZES; i++) {
        for (int k = 0; k < 3; k++) {
            ck_assert(is_filled(cells[i][k], sizes[i], (char)(3 * (int)i + k + 1)));
        }
    }
    world_close(&world);
}
END_TEST

START_TEST(reused_memory_is_zero) {
    World world;
    world_open(&world, 0);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < SIZES; i++) {
            for (int k = 0; k < 5; k++) {
                char *cell = heap_allocate(&world.heap, CELL_BUFFER, sizes[i]);
                size_t size = heap_cell_size(&world.heap, cell);
                ck_assert(is_zero(cell, size));
                memset(cell, 0xff, size);
            }
        }
        heap_collect(&world.heap);
    }
    world_close(&world);
}
END_TEST

START_TEST(neighbours_of_living_cells_are_reused) {
    World world;
    world_open(&world, 0);
    enum { COUNT = 3000 };
    Node *list = NULL;
    for (int i = 0; i < COUNT; i++) {
        Node *node = node_new(&world, i % 3 == 0 ? list : NULL, NULL);
        list = i % 3 == 0 ? node : list;
        world.roots[0] = list;
    }
    ck_assert_uint_eq(count_living(&world), COUNT / 3);
    size_t before = used_bytes(&world);
    for (int i = 0; i < COUNT / 2; i++) {
        Node *node = node_new(&world, NULL, NULL);
        ck_assert(is_zero(&node->kind, sizeof *node - sizeof node->object));
    }
    ck_assert_uint_eq(used_bytes(&world), before);
    size_t length = 0;
    for (const Node *node = list; node != NULL; node = node->left) {
        length++;
    }
    ck_assert_uint_eq(length, COUNT / 3);
    world_close(&world);
}
END_TEST

START_TEST(a_big_buffer_can_be_given_back) {
    World world;
    world_open(&world, 0);
    char *first = heap_allocate(&world.heap, CELL_BUFFER, 1 << 18);
    char *second = heap_allocate(&world.heap, CELL_BUFFER, 1 << 18);
    char *third = heap_allocate(&world.heap, CELL_BUFFER, 1 << 18);
    size_t before = used_bytes(&world);
    memset(second, 0xff, 1 << 18);
    heap_free_buffer(&world.heap, second);
    ck_assert_uint_eq(used_bytes(&world), before - (1 << 18));
    ck_assert_uint_ge(heap_cell_size(&world.heap, first), 1 << 18);
    ck_assert_uint_ge(heap_cell_size(&world.heap, third), 1 << 18);
    char *again = heap_allocate(&world.heap, CELL_BUFFER, 1 << 18);
    ck_assert(is_zero(again, 1 << 18));
    heap_free_buffer(&world.heap, first);
    heap_free_buffer(&world.heap, third);
    heap_free_buffer(&world.heap, again);
    heap_free_buffer(&world.heap, NULL);
    ck_assert_uint_eq(used_bytes(&world), before - (3 << 18));
    world_close(&world);
}
END_TEST

START_TEST(small_buffers_are_left_to_the_collector) {
    World world;
    world_open(&world, 0);
    char *small = heap_allocate(&world.heap, CELL_BUFFER, 100);
    char *medium = heap_allocate(&world.heap, CELL_BUFFER, 100000);
    memset(small, 1, 100);
    memset(medium, 1, 100000);
    heap_free_buffer(&world.heap, small);
    heap_free_buffer(&world.heap, medium);
    ck_assert_int_eq(small[99] + medium[99999], 2);
    world_close(&world);
}
END_TEST

START_TEST(resizing_keeps_the_content_and_zeroes_the_rest) {
    World world;
    world_open(&world, 0);
    size_t size = 0;
    char *buffer = NULL;
    for (size_t i = 1; i < SIZES; i++) {
        buffer = heap_resize_buffer(&world.heap, buffer, size, sizes[i]);
        world.stack[0] = buffer;
        ck_assert(is_filled(buffer, size, 7));
        ck_assert(is_zero(buffer + size, sizes[i] - size));
        memset(buffer, 7, sizes[i]);
        size = sizes[i];
    }
    buffer = heap_resize_buffer(&world.heap, buffer, size, 10);
    buffer = heap_resize_buffer(&world.heap, buffer, 10, 50);
    ck_assert_int_eq(buffer[9], 7);
    ck_assert(is_zero(buffer + 10, 40));
    world_close(&world);
}
END_TEST

START_TEST(objects_can_be_visited) {
    World world;
    world_open(&world, 0);
    ck_assert_uint_eq(count_objects(&world), 0);
    node_new(&world, NULL, NULL);
    node_new_sized(&world, 5000, NULL, NULL);
    node_new_sized(&world, 1 << 18, NULL, NULL);
    heap_allocate(&world.heap, CELL_BUFFER, 100);
    ck_assert_uint_eq(count_objects(&world), 3);
    world_close(&world);
}
END_TEST

TCase *allocate_cases(void) {
    TCase *cases = tcase_create("allocate");
    tcase_add_test(cases, cells_are_big_enough_aligned_and_zero);
    tcase_add_test(cases, small_sizes_waste_less_than_a_granule);
    tcase_add_test(cases, cells_do_not_overlap);
    tcase_add_test(cases, reused_memory_is_zero);
    tcase_add_test(cases, neighbours_of_living_cells_are_reused);
    tcase_add_test(cases, a_big_buffer_can_be_given_back);
    tcase_add_test(cases, small_buffers_are_left_to_the_collector);
    tcase_add_test(cases, resizing_keeps_the_content_and_zeroes_the_rest);
    tcase_add_test(cases, objects_can_be_visited);
    return cases;
}
