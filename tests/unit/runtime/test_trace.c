// SPDX-License-Identifier: MIT
//
// The event stream: silent when off, complete with a sink, the newest events without one. Most
// tests write marks with a number, so that a record lost, doubled or out of order shows; one looks
// at the events that the runtime itself writes.
#include <stdlib.h>
#include <string.h>

#include "fake_vm.h"

enum { CAPACITY = 16 };

START_TEST(nothing_is_recorded_when_off) {
    FakeVm vm;
    fake_vm_open(&vm, NULL, 0);
    fake_system_call(&vm.main);
    trace(&vm.main.core, TRACE_MARK, 1, 2);
    ck_assert_ptr_null(vm.runtime.trace.buffers);
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_MARK), 0);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_ring_keeps_the_newest) {
    FakeVm vm;
    fake_vm_open(&vm, NULL, 0);
    ck_assert(trace_start(&vm.runtime, CAPACITY, (TraceSink){0}));
    for (int i = 0; i < 100; i++) {
        trace(&vm.main.core, TRACE_MARK, i, 0);
    }
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_MARK), CAPACITY);
    TraceBuffer *buffer = vm.runtime.trace.buffers;
    ck_assert_uint_eq(buffer->lost, 100 - CAPACITY);
    int64_t smallest = 1000;
    for (int i = 0; i < CAPACITY; i++) {
        int64_t number = buffer->records[i].first;
        smallest = number < smallest ? number : smallest;
    }
    ck_assert_int_eq(smallest, 100 - CAPACITY);
    fake_vm_close(&vm);
}
END_TEST

typedef struct Collected {
    int64_t next;
    size_t ended;
} Collected;

static void collect(void *context, const TraceBuffer *buffer, const TraceRecord *record) {
    Collected *collected = context;
    ck_assert_uint_eq(buffer->thread, record->thread);
    ck_assert_int_eq(record->first, collected->next++);
}

static void end(void *context) {
    ((Collected *)context)->ended++;
}

START_TEST(a_sink_gets_every_record_in_order) {
    FakeVm vm;
    Collected collected = {0};
    fake_vm_open(&vm, NULL, 0);
    ck_assert(trace_start(&vm.runtime, CAPACITY, (TraceSink){collect, end, &collected}));
    for (int i = 0; i < 105; i++) {
        trace(&vm.main.core, TRACE_MARK, i, 0);
    }
    trace_stop(&vm.runtime);
    ck_assert_int_eq(collected.next, 105);
    ck_assert_uint_eq(collected.ended, 1);
    trace(&vm.main.core, TRACE_MARK, 0, 0);
    ck_assert_int_eq(collected.next, 105);
    fake_vm_close(&vm);
}
END_TEST

static void count_records(void *context, const TraceBuffer *buffer, const TraceRecord *record) {
    (void)buffer;
    *(size_t *)context += record->kind == TRACE_MARK;
}

static void leave_mark(FakeThread *thread) {
    trace(&thread->core, TRACE_MARK, 0, 0);
}

START_TEST(threads_one_after_the_other_share_a_buffer) {
    FakeVm vm;
    size_t marks = 0;
    fake_vm_open(&vm, NULL, 0);
    ck_assert(trace_start(&vm.runtime, CAPACITY, (TraceSink){count_records, NULL, &marks}));
    for (int i = 0; i < 5; i++) {
        FakeThread thread;
        fake_start(&vm, &thread, "short", leave_mark, NULL);
        fake_join(&vm, &thread);
    }
    trace_stop(&vm.runtime);
    ck_assert_uint_eq(marks, 5);
    ck_assert_ptr_nonnull(vm.runtime.trace.buffers->next);
    ck_assert_ptr_null(vm.runtime.trace.buffers->next->next);
    fake_vm_close(&vm);
}
END_TEST

// Wakes the main thread, which cannot run before this thread has parked.
static void park_and_sleep(FakeThread *thread) {
    unpark(&thread->core, thread->core.runtime->main);
    fake_park(thread, thread->context, CLOCK_NEVER);
    fake_system_call(thread);
}

START_TEST(the_runtime_tells_its_story) {
    FakeVm vm;
    FakeThread worker;
    WaitQueue queue = {0};
    fake_vm_open(&vm, NULL, 0);
    ck_assert(trace_start(&vm.runtime, 4096, (TraceSink){0}));
    fake_start(&vm, &worker, "worker", park_and_sleep, &queue);
    ck_assert_int_eq(fake_park(&vm.main, NULL, CLOCK_NEVER), PARK_WOKEN);
    ck_assert_uint_eq(wait_queue_length(&queue), 1);
    unpark_first(&vm.main.core, &queue);
    fake_join(&vm, &worker);
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_THREAD_START), 1);
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_THREAD_EXIT), 1);
    ck_assert_uint_ge(trace_count(&vm.runtime, TRACE_PARK), 2);
    ck_assert_uint_ge(trace_count(&vm.runtime, TRACE_UNPARK), 2);
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_BLOCK), 1);
    ck_assert_uint_eq(trace_count(&vm.runtime, TRACE_UNBLOCK), 1);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_dump_is_sorted_by_time) {
    FakeVm vm;
    char *text = NULL;
    size_t size = 0;
    fake_vm_open(&vm, NULL, 0);
    ck_assert(trace_start(&vm.runtime, CAPACITY, (TraceSink){0}));
    for (int i = 0; i < 20; i++) {
        trace(&vm.main.core, TRACE_MARK, i, 7);
    }
    FILE *out = open_memstream(&text, &size);
    trace_dump(&vm.runtime, out);
    fclose(out);
    double last = 0;
    for (char *line = text; *line; line = strchr(line, '\n') + 1) {
        double time = strtod(line, NULL);
        ck_assert_double_ge(time, last);
        last = time;
    }
    ck_assert_ptr_nonnull(strstr(text, "mark"));
    free(text);
    fake_vm_close(&vm);
}
END_TEST

TCase *trace_cases(void) {
    TCase *cases = tcase_create("trace");
    tcase_add_test(cases, nothing_is_recorded_when_off);
    tcase_add_test(cases, a_ring_keeps_the_newest);
    tcase_add_test(cases, a_sink_gets_every_record_in_order);
    tcase_add_test(cases, threads_one_after_the_other_share_a_buffer);
    tcase_add_test(cases, the_runtime_tells_its_story);
    tcase_add_test(cases, a_dump_is_sorted_by_time);
    return cases;
}
