// SPDX-License-Identifier: MIT
//
// What the event loop says in the trace. Programs cannot look at the trace, so small ones are run
// here with recording on, and their records are read: how many there are of each kind, and whether
// they name the same task where they speak of the same one.
#include "real_vm.h"

#include "trace.h"

enum { CAPACITY = 1 << 16 };

// Run the program with recording on; its imports are done before.
static Thread *record(const char *program) {
    Thread *thread = real_vm_open();
    real_vm_run(thread, "import asyncio\nasyncio.run(asyncio.sleep(0))");
    ck_assert(trace_start(&thread->interpreter->runtime, CAPACITY, (TraceSink){0}));
    real_vm_run(thread, program);
    return thread;
}

static size_t count(Thread *thread, TraceKind kind) {
    return trace_count(&thread->interpreter->runtime, kind);
}

// The n-th record of the kind, from 0, by the main thread.
static const TraceRecord *find(Thread *thread, TraceKind kind, size_t n) {
    const TraceBuffer *buffer = atomic_load(&thread->core.trace);
    for (uint64_t i = 0; i < buffer->written; i++) {
        if (buffer->records[i].kind == (uint32_t)kind && n-- == 0) {
            return &buffer->records[i];
        }
    }
    ck_abort_msg("no such record of %s", trace_kind_name(kind));
}

// One task, made by hand in a bare loop, so that nothing but it is traced.
#define BARE_LOOP                                                                                  \
    "import asyncio\n"                                                                             \
    "loop = asyncio.new_event_loop()\n"

START_TEST(nothing_is_said_while_off) {
    Thread *thread = record("");
    trace_stop(&thread->interpreter->runtime);
    real_vm_run(thread, BARE_LOOP "loop.run_until_complete(asyncio.sleep(0))\nloop.close()\n");
    ck_assert_uint_eq(count(thread, TRACE_LOOP_TURN), 0);
    ck_assert_uint_eq(count(thread, TRACE_TASK_STEP), 0);
    ck_assert_uint_eq(thread->core.task, 0);
    real_vm_close(thread);
}
END_TEST

START_TEST(a_task_has_a_step_for_each_time_it_goes_on) {
    Thread *thread = record(BARE_LOOP "async def main():\n"
                                      "    for i in range(3):\n"
                                      "        await asyncio.sleep(0)\n"
                                      "loop.run_until_complete(main())\n");
    ck_assert_uint_eq(count(thread, TRACE_TASK_STEP), 4);
    ck_assert_uint_eq(count(thread, TRACE_TASK_STEP_END), 4);
    ck_assert_uint_ge(count(thread, TRACE_LOOP_TURN), 4);
    ck_assert_uint_eq(count(thread, TRACE_LOOP_POLL), count(thread, TRACE_LOOP_TURN));
    int64_t task = find(thread, TRACE_TASK_STEP, 0)->first;
    ck_assert_int_ne(task, 0);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(find(thread, TRACE_TASK_STEP, i)->first, task);
        const TraceRecord *end = find(thread, TRACE_TASK_STEP_END, i);
        ck_assert_int_eq(end->first, task);
        ck_assert_uint_eq(end->task, (uint64_t)task);
        ck_assert_int_eq(end->second, i == 3);
    }
    ck_assert_uint_eq(thread->core.task, 0);
    real_vm_close(thread);
}
END_TEST

START_TEST(who_wakes_whom) {
    Thread *thread = record(BARE_LOOP "async def main():\n"
                                      "    future = loop.create_future()\n"
                                      "    async def waker():\n"
                                      "        future.set_result(1)\n"
                                      "    task = loop.create_task(waker())\n"
                                      "    await future\n"
                                      "loop.run_until_complete(main())\n");
    int64_t waiter = find(thread, TRACE_TASK_STEP, 0)->first;
    int64_t waker = find(thread, TRACE_TASK_STEP, 1)->first;
    ck_assert_int_ne(waiter, waker);
    ck_assert_uint_eq(count(thread, TRACE_TASK_WAKE), 1);
    const TraceRecord *wake = find(thread, TRACE_TASK_WAKE, 0);
    ck_assert_int_eq(wake->first, waiter);
    ck_assert_int_eq(wake->second, waker);
    ck_assert_int_eq(find(thread, TRACE_TASK_STEP, 2)->first, waiter);
    real_vm_close(thread);
}
END_TEST

START_TEST(a_sleep_is_a_wait_of_the_loop_and_a_timer) {
    Thread *thread = record(BARE_LOOP "loop.run_until_complete(asyncio.sleep(0.02))\n");
    ck_assert_uint_eq(count(thread, TRACE_LOOP_TIMER), 1);
    ck_assert_uint_eq(count(thread, TRACE_TASK_WAKE), 1);
    ck_assert_int_eq(find(thread, TRACE_TASK_WAKE, 0)->second, 0);
    int64_t waited = 0, asked = 0;
    for (size_t i = 0; i < count(thread, TRACE_LOOP_POLL); i++) {
        const TraceRecord *poll = find(thread, TRACE_LOOP_POLL, i);
        asked = poll->first > asked ? poll->first : asked;
        waited += poll->second;
    }
    ck_assert_int_le(asked, 20 * CLOCK_NS_PER_MS);
    ck_assert_int_ge(waited, asked);
    real_vm_close(thread);
}
END_TEST

START_TEST(a_cancellation_names_both) {
    Thread *thread = record(BARE_LOOP "async def main():\n"
                                      "    task = loop.create_task(asyncio.sleep(3600))\n"
                                      "    await asyncio.sleep(0)\n"
                                      "    task.cancel()\n"
                                      "    try:\n"
                                      "        await task\n"
                                      "    except asyncio.CancelledError:\n"
                                      "        pass\n"
                                      "loop.run_until_complete(main())\n");
    ck_assert_uint_eq(count(thread, TRACE_TASK_CANCEL), 1);
    const TraceRecord *cancel = find(thread, TRACE_TASK_CANCEL, 0);
    ck_assert_int_eq(cancel->second, find(thread, TRACE_TASK_STEP, 0)->first);
    ck_assert_int_eq(cancel->first, find(thread, TRACE_TASK_STEP, 1)->first);
    real_vm_close(thread);
}
END_TEST

// A task that starts eagerly runs inside of the one that makes it, which then goes on.
START_TEST(an_eager_step_lies_within_its_makers) {
    Thread *thread = record(BARE_LOOP "async def child():\n"
                                      "    pass\n"
                                      "async def main():\n"
                                      "    asyncio.Task(child(), loop=loop, eager_start=True)\n"
                                      "    loop.create_future().cancel()\n"
                                      "loop.run_until_complete(main())\n");
    int64_t maker = find(thread, TRACE_TASK_STEP, 0)->first;
    int64_t child = find(thread, TRACE_TASK_STEP, 1)->first;
    ck_assert_int_eq(find(thread, TRACE_TASK_STEP_END, 0)->first, child);
    ck_assert_int_eq(find(thread, TRACE_TASK_STEP_END, 1)->first, maker);
    ck_assert_uint_eq(find(thread, TRACE_TASK_STEP_END, 1)->task, (uint64_t)maker);
    real_vm_close(thread);
}
END_TEST

TCase *aio_trace_cases(void) {
    TCase *cases = tcase_create("aio_trace");
    tcase_add_test(cases, nothing_is_said_while_off);
    tcase_add_test(cases, a_task_has_a_step_for_each_time_it_goes_on);
    tcase_add_test(cases, who_wakes_whom);
    tcase_add_test(cases, a_sleep_is_a_wait_of_the_loop_and_a_timer);
    tcase_add_test(cases, a_cancellation_names_both);
    tcase_add_test(cases, an_eager_step_lies_within_its_makers);
    return cases;
}
