// SPDX-License-Identifier: MIT
//
// The books must balance: each thread's states add up to its life, every switch is counted once,
// and the printed percentages of a line make exactly 100.
#include <stdlib.h>
#include <string.h>

#include "fake_vm.h"

enum { WORKERS = 3 };

static void work_and_wait(FakeThread *thread) {
    WaitQueue *queue = thread->context;
    for (int i = 0; i < 20; i++) {
        fake_bytecodes(thread, 50);
        fake_system_call(thread);
        fake_park(thread, queue, fake_deadline(thread, 1000));
        sleep_until(&thread->core, fake_deadline(thread, 1000));
    }
}

static void run_workers(FakeVm *vm) {
    FakeThread workers[WORKERS];
    WaitQueue queue = {0};
    for (int i = 0; i < WORKERS; i++) {
        fake_start(vm, &workers[i], "worker", work_and_wait, &queue);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(vm, &workers[i]);
    }
}

static void check_sum(const LedgerRow *row) {
    int64_t sum = 0;
    for (size_t i = 0; i < THREAD_STATE_COUNT; i++) {
        ck_assert_int_ge(row->spent[i], 0);
        sum += row->spent[i];
    }
    ck_assert_int_eq(sum, row->life);
}

START_TEST(states_add_up_to_the_life) {
    FakeVm vm;
    LedgerRow rows[WORKERS + 1];
    fake_vm_open(&vm, gil_policy_name_at((size_t)_i), 0);
    run_workers(&vm);
    ck_assert_uint_eq(ledger_snapshot(&vm.runtime, rows, WORKERS + 1), WORKERS + 1);
    ck_assert_str_eq(rows[0].name, "MainThread");
    ck_assert(!rows[0].ended);
    int64_t since_start = clock_real_now() - vm.runtime.started;
    ck_assert_int_le(rows[0].life, since_start);
    for (int i = 0; i <= WORKERS; i++) {
        check_sum(&rows[i]);
        ck_assert_int_gt(rows[i].spent[THREAD_RUNNING], 0);
    }
    for (int i = 1; i <= WORKERS; i++) {
        ck_assert(rows[i].ended);
        ck_assert_int_ge(rows[i].spent[THREAD_ASLEEP], 20 * 1000);
        ck_assert_int_ge(rows[i].spent[THREAD_PARKED], 20 * 1000);
        ck_assert_int_gt(rows[i].spent[THREAD_BLOCKED], 0);
        ck_assert_uint_eq(rows[i].switches[GIL_CAUSE_EXIT], 1);
        ck_assert_uint_ge(rows[i].acquisitions, 61);
    }
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_lone_thread_never_switches) {
    FakeVm vm;
    LedgerRow row;
    fake_vm_open(&vm, NULL, 0);
    for (int i = 0; i < 10; i++) {
        fake_system_call(&vm.main);
    }
    ledger_read(&vm.main.core.ledger, &row);
    ck_assert_uint_eq(row.acquisitions, 11);
    for (size_t i = 0; i < GIL_CAUSE_COUNT; i++) {
        ck_assert_uint_eq(row.switches[i], 0);
    }
    ck_assert_int_eq(row.longest_wait, 0);
    fake_vm_close(&vm);
}
END_TEST

static void do_nothing(FakeThread *thread) {
    (void)thread;
}

START_TEST(many_ended_threads_share_a_row) {
    enum { MANY = LEDGER_ENDED_ROWS + 20 };
    FakeVm vm;
    FakeThread thread;
    LedgerRow rows[LEDGER_ENDED_ROWS + 2];
    fake_vm_open(&vm, NULL, 0);
    for (int i = 0; i < MANY; i++) {
        fake_start(&vm, &thread, "short", do_nothing, NULL);
        fake_join(&vm, &thread);
    }
    size_t count = ledger_snapshot(&vm.runtime, rows, LEDGER_ENDED_ROWS + 2);
    ck_assert_uint_eq(count, LEDGER_ENDED_ROWS + 2);
    ck_assert_uint_eq(rows[count - 1].threads, 20);
    ck_assert_str_eq(rows[count - 1].name, "(20 more)");
    check_sum(&rows[count - 1]);
    fake_vm_close(&vm);
}
END_TEST

// ---- the table ----

enum { TABLE_SIZE = 16 * 1024 };

static void print_into(char text[TABLE_SIZE], Runtime *runtime) {
    FILE *out = fmemopen(text, TABLE_SIZE, "w");
    ck_assert_ptr_nonnull(out);
    ledger_print(runtime, out);
    fclose(out);
}

START_TEST(the_longest_step_of_a_loop_is_told) {
    FakeVm vm;
    char text[TABLE_SIZE];
    fake_vm_open(&vm, NULL, 0);
    print_into(text, &vm.runtime);
    ck_assert_ptr_null(strstr(text, "event loop"));
    ck_assert(ledger_book_step(&vm.runtime, 100 * CLOCK_NS_PER_MS));
    ck_assert(ledger_book_step(&vm.runtime, 300 * CLOCK_NS_PER_MS));
    strcpy(vm.runtime.steps.text, "task 'cashier'");
    ck_assert(!ledger_book_step(&vm.runtime, 200 * CLOCK_NS_PER_MS));
    print_into(text, &vm.runtime);
    ck_assert_ptr_nonnull(strstr(text, "event loop: 3 steps, 2 longer than 100 ms; "
                                       "the longest took 300.00 ms: task 'cashier'\n"));
    fake_vm_close(&vm);
}
END_TEST

// The sum of the per cents of a line, in tenths.
static long percent_sum(const char *line, const char *end) {
    long sum = 0;
    for (const char *at = line; (at = strchr(at, '%')) && at < end; at++) {
        const char *number = at - 2;
        while (strchr("0123456789.", *number)) {
            number--;
        }
        double per_cent = strtod(number + 1, NULL);
        sum += (long)(per_cent * 10 + 0.5);
    }
    return sum;
}

START_TEST(the_table_adds_up) {
    FakeVm vm;
    char text[TABLE_SIZE];
    int lines = 0;
    fake_vm_open(&vm, "fair", 3 * CLOCK_NS_PER_MS);
    run_workers(&vm);
    print_into(text, &vm.runtime);
    ck_assert_ptr_nonnull(strstr(text, "policy fair, switch interval 3.00 ms, schedule free"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        if (strncmp(line, "MainThread", 10) == 0 || strncmp(line, "worker", 6) == 0) {
            ck_assert_int_eq(percent_sum(line, strchr(line, '\n')), 1000);
            lines++;
        }
    }
    ck_assert_int_eq(lines, WORKERS + 1);
    fake_vm_close(&vm);
}
END_TEST

static void spin(FakeThread *thread) {
    const bool *stop = thread->context;
    while (!*stop) {
        fake_bytecode(thread);
    }
}

// A good part of its time, however late the other one came.
static bool has_waited_often(const FakeThread *thread) {
    LedgerRow row;
    ledger_read(&thread->core.ledger, &row);
    int64_t waited = row.spent[THREAD_WAITING];
    return waited > 50 * CLOCK_NS_PER_MS && waited * 4 > row.spent[THREAD_RUNNING];
}

START_TEST(the_verdict_names_the_busy_threads) {
    FakeVm vm;
    char text[TABLE_SIZE];
    FakeThread left, right;
    fake_vm_open(&vm, "fair", CLOCK_NS_PER_MS);
    bool stop = false;
    fake_start(&vm, &left, "left", spin, &stop);
    fake_start(&vm, &right, "right", spin, &stop);
    while (!has_waited_often(&left) || !has_waited_often(&right)) {
        sleep_until(&vm.main.core, fake_deadline(&vm.main, 10 * CLOCK_NS_PER_MS));
    }
    stop = true;
    fake_join(&vm, &left);
    fake_join(&vm, &right);
    print_into(text, &vm.runtime);
    const char *verdict = strstr(text, " threads wanted the CPU; the GIL let one run at a time: ");
    ck_assert_ptr_nonnull(verdict);
    ck_assert_int_eq(percent_sum(verdict, verdict + strlen(verdict)), 1000);
    fake_vm_close(&vm);
}
END_TEST

TCase *ledger_cases(void) {
    TCase *cases = tcase_create("ledger");
    tcase_add_loop_test(cases, states_add_up_to_the_life, 0, fake_policy_count());
    tcase_add_test(cases, a_lone_thread_never_switches);
    tcase_add_test(cases, many_ended_threads_share_a_row);
    tcase_add_test(cases, the_table_adds_up);
    tcase_add_test(cases, the_verdict_names_the_busy_threads);
    tcase_add_test(cases, the_longest_step_of_a_loop_is_told);
    return cases;
}
