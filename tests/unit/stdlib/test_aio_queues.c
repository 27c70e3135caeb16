// SPDX-License-Identifier: MIT
//
// The two queues of an event loop. The ready queue gives back what was put in, in that order,
// however its ring lies in memory when it grows; the timer heap gives the earliest first and, of
// those for the same moment, the one that was made first. Both are compared with a model that is
// too simple to be wrong, and both must keep alive what only they hold.
#include "real_vm.h"

#include "aio_future.h"
#include "aio_ready.h"
#include "aio_timers.h"
#include "str.h"

#include <stdlib.h>

static Value number(int64_t n) {
    return value_small_int(n);
}

// ---- The ready queue ----

START_TEST(ready_is_first_in_first_out_wherever_the_ring_begins) {
    Thread *thread = real_vm_open();
    for (int64_t skipped = 0; skipped < 16; skipped++) {
        ReadyQueue *queue = ready_new(thread);
        for (int64_t i = 0; i < skipped; i++) { // so that it begins in the middle when it grows
            ready_push(thread, queue, VALUE_NONE, VALUE_NONE);
            ready_pop(queue);
        }
        for (int64_t i = 0; i < 100; i++) {
            ready_push(thread, queue, number(i), number(-i));
        }
        for (int64_t i = 0; i < 100; i++) {
            ck_assert_int_eq(as_small_int(ready_at(queue, 0).target), i);
            ReadyEntry entry = ready_pop(queue);
            ck_assert_int_eq(as_small_int(entry.target), i);
            ck_assert_int_eq(as_small_int(entry.reason), -i);
        }
        ck_assert_uint_eq(queue->count, 0);
    }
    real_vm_close(thread);
}
END_TEST

START_TEST(ready_mixes_pushes_and_pops) {
    Thread *thread = real_vm_open();
    ReadyQueue *queue = ready_new(thread);
    int64_t pushed = 0, popped = 0;
    srand(7);
    for (int round = 0; round < 20000; round++) {
        if (popped == pushed || rand() % 100 < 51) {
            ready_push(thread, queue, number(pushed++), VALUE_UNDEFINED);
        } else {
            ck_assert_int_eq(as_small_int(ready_pop(queue).target), popped++);
        }
        ck_assert_int_eq((int64_t)queue->count, pushed - popped);
    }
    ck_assert_uint_eq(queue->capacity & (queue->capacity - 1), 0);
    real_vm_close(thread);
}
END_TEST

START_TEST(ready_brings_one_first_and_keeps_the_order_of_the_others) {
    Thread *thread = real_vm_open();
    ReadyQueue *queue = ready_new(thread);
    static const int64_t expected[] = {3, 0, 1, 2, 4};
    for (int64_t i = 0; i < 14; i++) { // the five lie across the end of the ring
        ready_push(thread, queue, VALUE_NONE, VALUE_NONE);
        ready_pop(queue);
    }
    for (int64_t i = 0; i < 5; i++) {
        ready_push(thread, queue, number(i), VALUE_UNDEFINED);
    }
    ready_bring_first(queue, 3);
    ready_bring_first(queue, 0);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(as_small_int(ready_pop(queue).target), expected[i]);
    }
    real_vm_close(thread);
}
END_TEST

START_TEST(ready_forgets_what_is_cleared) {
    Thread *thread = real_vm_open();
    ReadyQueue *queue = ready_new(thread);
    ready_clear(queue);
    for (int64_t i = 0; i < 40; i++) {
        ready_push(thread, queue, number(i), VALUE_UNDEFINED);
    }
    ready_clear(queue);
    ck_assert_uint_eq(queue->count, 0);
    ready_push(thread, queue, number(1), VALUE_UNDEFINED);
    ck_assert_int_eq(as_small_int(ready_pop(queue).target), 1);
    real_vm_close(thread);
}
END_TEST

START_TEST(ready_keeps_alive_what_is_in_it) {
    Thread *thread = real_vm_open();
    ReadyQueue *queue = ready_new(thread);
    for (int i = 0; i < 200; i++) {
        Value text = value_object(str_format(thread, "entry %d", i));
        ready_push(thread, queue, text, VALUE_NONE);
    }
    heap_collect(thread_heap(thread));
    for (int i = 0; i < 200; i++) {
        const char *text = str_text(thread, as_str(ready_pop(queue).target));
        ck_assert_str_eq(text, str_text(thread, str_format(thread, "entry %d", i)));
    }
    real_vm_close(thread);
}
END_TEST

// ---- The timer heap ----

START_TEST(timers_come_by_time_and_then_by_age) {
    Thread *thread = real_vm_open();
    TimerHeap *heap = timers_new(thread);
    enum { COUNT = 3000, MOMENTS = 50 };
    srand(11);
    for (int64_t i = 0; i < COUNT; i++) {
        timers_push(thread, heap, rand() % MOMENTS, number(i));
    }
    TimerEntry last = timers_pop(heap);
    for (int i = 1; i < COUNT; i++) {
        ck_assert_double_eq(timers_first(heap)->when, heap->entries[0].when);
        TimerEntry next = timers_pop(heap);
        ck_assert(last.when < next.when || (last.when == next.when &&
                                            as_small_int(last.target) < as_small_int(next.target)));
        last = next;
    }
    ck_assert_uint_eq(heap->count, 0);
    real_vm_close(thread);
}
END_TEST

// The model: how many timers there are for each moment.
START_TEST(timers_mix_pushes_and_pops) {
    Thread *thread = real_vm_open();
    TimerHeap *heap = timers_new(thread);
    enum { MOMENTS = 64 };
    int expected[MOMENTS] = {0};
    srand(13);
    for (int round = 0; round < 20000; round++) {
        if (heap->count == 0 || rand() % 100 < 52) {
            int when = rand() % MOMENTS;
            expected[when]++;
            timers_push(thread, heap, when, VALUE_NONE);
            continue;
        }
        int earliest = 0;
        while (expected[earliest] == 0) {
            earliest++;
        }
        ck_assert_double_eq(timers_pop(heap).when, earliest);
        expected[earliest]--;
    }
    real_vm_close(thread);
}
END_TEST

// Of `count` futures as timers, every third is pending; the others are dropped.
static void drop_two_thirds(Thread *thread, int64_t count) {
    TimerHeap *heap = timers_new(thread);
    for (int64_t i = 0; i < count; i++) {
        Future *future = future_new(thread, aio_state(thread)->future_type);
        future->state = i % 3 == 0 ? FUTURE_PENDING : FUTURE_CANCELLED;
        future->detail = number(i);
        timers_push(thread, heap, (double)((i * 7919) % 1009), value_object(future));
    }
    heap->cancelled = (size_t)(count - (count + 2) / 3);
    timers_drop_cancelled(thread, heap);
    ck_assert_uint_eq(heap->cancelled, 0);
    ck_assert_int_eq((int64_t)heap->count, (count + 2) / 3);
    double last = -1;
    while (heap->count > 0) {
        TimerEntry entry = timers_pop(heap);
        int64_t i = as_small_int(as_future(entry.target)->detail);
        ck_assert_int_eq(i % 3, 0);
        ck_assert_double_eq(entry.when, (double)((i * 7919) % 1009));
        ck_assert_double_ge(entry.when, last);
        last = entry.when;
    }
}

START_TEST(timers_that_are_over_are_dropped_and_the_rest_is_a_heap) {
    Thread *thread = real_vm_open();
    for (int64_t count = 0; count < 40; count++) {
        drop_two_thirds(thread, count);
    }
    drop_two_thirds(thread, 1000);
    real_vm_close(thread);
}
END_TEST

START_TEST(timers_keep_alive_what_is_in_them) {
    Thread *thread = real_vm_open();
    TimerHeap *heap = timers_new(thread);
    for (int i = 0; i < 200; i++) {
        timers_push(thread, heap, 200 - i, value_object(str_format(thread, "timer %d", 200 - i)));
    }
    heap_collect(thread_heap(thread));
    for (int i = 1; i <= 200; i++) {
        const char *text = str_text(thread, as_str(timers_pop(heap).target));
        ck_assert_str_eq(text, str_text(thread, str_format(thread, "timer %d", i)));
    }
    real_vm_close(thread);
}
END_TEST

TCase *aio_queue_cases(void) {
    TCase *cases = tcase_create("aio_queues");
    tcase_add_test(cases, ready_is_first_in_first_out_wherever_the_ring_begins);
    tcase_add_test(cases, ready_mixes_pushes_and_pops);
    tcase_add_test(cases, ready_brings_one_first_and_keeps_the_order_of_the_others);
    tcase_add_test(cases, ready_forgets_what_is_cleared);
    tcase_add_test(cases, ready_keeps_alive_what_is_in_it);
    tcase_add_test(cases, timers_come_by_time_and_then_by_age);
    tcase_add_test(cases, timers_mix_pushes_and_pops);
    tcase_add_test(cases, timers_that_are_over_are_dropped_and_the_rest_is_a_heap);
    tcase_add_test(cases, timers_keep_alive_what_is_in_them);
    return cases;
}
