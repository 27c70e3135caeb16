// SPDX-License-Identifier: MIT
//
// The GIL under each policy. What can be said about a policy without a clock is said by counting:
// who ran in which order, and whether a program ends at all although the interval is longer than
// any test may take.
#include <errno.h>
#include <sched.h>
#include <string.h>

#include "fake_vm.h"
#include "gil_policy.h"
#include "gil_queue.h"

#define LONG_INTERVAL (INT64_C(3600) * CLOCK_NS_PER_SECOND)
#define SHORT_INTERVAL (20 * CLOCK_NS_PER_US)

enum { WORKERS = 4, ROUNDS = 4000, MIXED_ROUNDS = 200, POLICY_CHANGES = 12 };

static const char *policy_at(int index) {
    return gil_policy_name_at((size_t)index);
}

// ---- mutual exclusion ----

typedef struct Shared {
    int inside; // deliberately plain: the GIL is what protects it
    uint64_t counter;
} Shared;

// A compound step without a bytecode inside must never be torn.
static void add_often(FakeThread *thread) {
    Shared *shared = thread->context;
    for (int i = 0; i < ROUNDS; i++) {
        ck_assert_int_eq(shared->inside++, 0);
        shared->counter++;
        ck_assert_int_eq(--shared->inside, 0);
        fake_bytecode(thread);
        if (i % 16 == 0) {
            fake_system_call(thread);
        }
    }
}

START_TEST(one_thread_at_a_time) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Shared shared = {0};
    fake_vm_open(&vm, policy_at(_i), SHORT_INTERVAL);
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], "worker", add_often, &shared);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_uint_eq(shared.counter, WORKERS * ROUNDS);
    fake_vm_close(&vm);
}
END_TEST

// ---- no wake-up is lost: everybody releases for every reason, and everybody ends ----

typedef struct Mixed {
    Lock lock;
    uint64_t done;
} Mixed;

static void do_everything(FakeThread *thread) {
    Mixed *mixed = thread->context;
    for (int i = 0; i < MIXED_ROUNDS; i++) {
        fake_bytecodes(thread, 30);
        ck_assert_int_eq(lock_acquire(&thread->core, &mixed->lock, CLOCK_NEVER, NULL, NULL),
                         PARK_WOKEN);
        fake_bytecodes(thread, 10);
        mixed->done++;
        if (i % 8 == 0) {
            fake_system_call(thread);
        }
        ck_assert(lock_release(&thread->core, &mixed->lock));
        if (i % 64 == 0) {
            sleep_until(&thread->core, fake_deadline(thread, 1000));
        }
    }
}

START_TEST(every_release_is_noticed) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Mixed mixed = {0};
    fake_vm_open(&vm, policy_at(_i), SHORT_INTERVAL);
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], "worker", do_everything, &mixed);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_uint_eq(mixed.done, WORKERS * MIXED_ROUNDS);
    fake_vm_close(&vm);
}
END_TEST

// ---- forced switches: two loops that end only when the other one has run ----

enum { DUEL_TURNS = 10 };

typedef struct Duel {
    uint64_t turns;
    const FakeThread *last;
} Duel;

static void alternate(FakeThread *thread) {
    Duel *duel = thread->context;
    while (duel->turns < DUEL_TURNS) {
        if (duel->last != thread) {
            duel->last = thread;
            duel->turns++;
        }
        fake_bytecode(thread);
    }
}

START_TEST(a_busy_thread_is_made_to_give_way) {
    const char *const forcing[] = {"timed", "fair", "io-first"};
    FakeVm vm;
    FakeThread left, right;
    Duel duel = {0};
    fake_vm_open(&vm, forcing[_i], SHORT_INTERVAL);
    fake_start(&vm, &left, "left", alternate, &duel);
    fake_start(&vm, &right, "right", alternate, &duel);
    fake_join(&vm, &left);
    fake_join(&vm, &right);
    ck_assert_uint_ge(duel.turns, DUEL_TURNS);
    fake_vm_close(&vm);
}
END_TEST

// ---- ticks ----

static void wait_for_flag(FakeThread *thread) {
    const bool *flag = thread->context;
    while (!*flag) {
        fake_system_call(thread);
    }
}

START_TEST(ticks_come_every_hundred_bytecodes) {
    FakeVm vm;
    FakeThread other;
    bool flag = false;
    fake_vm_open(&vm, "ticks", 0);
    ck_assert(vm.main.counting);
    fake_bytecodes(&vm.main, GIL_TICKS * 50);
    ck_assert_uint_eq(vm.main.safepoints, 50);
    fake_start(&vm, &other, "other", wait_for_flag, &flag);
    fake_bytecodes(&vm.main, GIL_TICKS * 50);
    ck_assert_uint_eq(vm.main.safepoints, 100);
    flag = true;
    fake_join(&vm, &other);
    ck_assert(gil_set_policy(&vm.main.core, "timed"));
    ck_assert(!vm.main.counting);
    fake_vm_close(&vm);
}
END_TEST

// ---- fair ----

enum { LOG_SIZE = 45 };

typedef struct TurnLog {
    const FakeThread *turns[LOG_SIZE];
    int count;
    int arrived;
} TurnLog;

static void log_turns(FakeThread *thread) {
    TurnLog *log = thread->context;
    log->arrived++;
    while (log->arrived < 3) {
        fake_bytecode(thread);
    }
    while (log->count < LOG_SIZE) {
        if (log->count == 0 || log->turns[log->count - 1] != thread) {
            log->turns[log->count++] = thread;
        }
        fake_bytecode(thread);
    }
}

// With three busy threads in a FIFO, any three turns in a row are those of three threads.
START_TEST(fair_means_in_turn) {
    FakeVm vm;
    FakeThread workers[3];
    TurnLog log = {0};
    fake_vm_open(&vm, "fair", SHORT_INTERVAL);
    for (int i = 0; i < 3; i++) {
        fake_start(&vm, &workers[i], "worker", log_turns, &log);
    }
    for (int i = 0; i < 3; i++) {
        fake_join(&vm, &workers[i]);
    }
    for (int i = 3; i + 2 < LOG_SIZE; i++) {
        ck_assert_ptr_ne(log.turns[i], log.turns[i + 1]);
        ck_assert_ptr_ne(log.turns[i], log.turns[i + 2]);
        ck_assert_ptr_ne(log.turns[i + 1], log.turns[i + 2]);
    }
    fake_vm_close(&vm);
}
END_TEST

// ---- io-first ----

static void spin_until_told(FakeThread *thread) {
    const bool *stop = thread->context;
    while (!*stop) {
        fake_bytecode(thread);
    }
}

static uint64_t interrupted(const FakeThread *thread) {
    LedgerRow row;
    ledger_read(&thread->core.ledger, &row);
    return row.switches[GIL_CAUSE_INTERVAL];
}

// Wait until so many threads stand in line for the GIL, which the caller holds. Whoever came later
// could take it while nobody has it.
static void await_line(FakeVm *vm, size_t length) {
    Gil *gil = &vm->runtime.gil;
    for (size_t count = 0; count < length;) {
        sched_yield();
        pthread_mutex_lock(&gil->mutex);
        count = gil->regular.count + gil->urgent.count;
        pthread_mutex_unlock(&gil->mutex);
    }
}

// The interval is an hour: only a thread that asks at once can get in, and the one that was
// interrupted goes on before the one that waits behind it.
START_TEST(io_first_interrupts_at_once) {
    FakeVm vm;
    FakeThread first, second;
    bool stop = false;
    fake_vm_open(&vm, "io-first", LONG_INTERVAL);
    fake_start(&vm, &first, "first", spin_until_told, &stop);
    fake_start(&vm, &second, "second", spin_until_told, &stop);
    await_line(&vm, 2);
    while (interrupted(&first) + interrupted(&second) < 100) {
        fake_system_call(&vm.main);
    }
    ck_assert(first.bytecodes == 0 || second.bytecodes == 0);
    stop = true;
    fake_join(&vm, &first);
    fake_join(&vm, &second);
    fake_vm_close(&vm);
}
END_TEST

// Two busy threads share even though a third one interrupts them all the time.
START_TEST(io_first_lets_busy_threads_share) {
    FakeVm vm;
    FakeThread left, right;
    Duel duel = {0};
    fake_vm_open(&vm, "io-first", SHORT_INTERVAL);
    fake_start(&vm, &left, "left", alternate, &duel);
    fake_start(&vm, &right, "right", alternate, &duel);
    while (duel.turns < DUEL_TURNS) {
        fake_system_call(&vm.main);
    }
    fake_join(&vm, &left);
    fake_join(&vm, &right);
    fake_vm_close(&vm);
}
END_TEST

static void idle(FakeThread *thread) {
    fake_bytecode(thread);
}

// What happens when the main thread is asked to give way while another one waits: does it go on?
static bool goes_on_although_asked(FakeVm *vm, FakeThread *other) {
    fake_start(vm, other, "other", idle, NULL);
    while (!(atomic_load(&vm->runtime.gil.word) & GIL_WANTED)) {
        sched_yield();
    }
    gil_interrupt(&vm->main.core, PENDING_DROP);
    fake_bytecode(&vm->main);
    return other->bytecodes == 0;
}

// Whoever was asked before it was awake has its turn all the same: on a busy machine threads would
// do nothing but wake one another up.
START_TEST(a_turn_is_not_over_before_it_has_begun) {
    static const char *const asking[] = {"timed", "fair", "io-first"};
    FakeVm vm;
    FakeThread other;
    fake_vm_open(&vm, asking[_i], LONG_INTERVAL);
    ck_assert(goes_on_although_asked(&vm, &other));
    fake_join(&vm, &other);
    fake_vm_close(&vm);
}
END_TEST

static void come_back_and_spin(FakeThread *thread) {
    fake_system_call(thread);
    spin_until_told(thread);
}

// Two that have come back from outside do not interrupt each other, and the one that has had its
// moment is no more urgent than a thread that never leaves.
START_TEST(io_first_gives_each_a_moment) {
    FakeVm vm;
    FakeThread busy, server;
    bool stop = false;
    fake_vm_open(&vm, "io-first", 8 * CLOCK_NS_PER_MS);
    fake_start(&vm, &busy, "busy", spin_until_told, &stop);
    fake_start(&vm, &server, "server", come_back_and_spin, &stop);
    uint64_t served = 0;
    while (busy.bytecodes < 1000 || server.bytecodes < 1000) {
        fake_system_call(&vm.main);
        served++;
    }
    ck_assert_uint_gt(served, 0);
    stop = true;
    fake_join(&vm, &busy);
    fake_join(&vm, &server);
    fake_vm_close(&vm);
}
END_TEST

// An interrupted thread has not had its turn: it waits as long as it has waited, and is overdue one
// day, however often it is interrupted.
START_TEST(io_first_counts_the_whole_wait) {
    FakeVm vm;
    FakeThread spinner;
    bool stop = false;
    fake_vm_open(&vm, "io-first", LONG_INTERVAL);
    fake_start(&vm, &spinner, "spinner", spin_until_told, &stop);
    while (interrupted(&spinner) < 1) {
        fake_system_call(&vm.main);
    }
    int64_t since = spinner.core.gil_asked_at;
    while (interrupted(&spinner) < 20) {
        fake_system_call(&vm.main);
    }
    ck_assert_int_eq(spinner.core.gil_asked_at, since);
    stop = true;
    fake_join(&vm, &spinner);
    fake_vm_close(&vm);
}
END_TEST

// Where turns are long a busy thread has always waited too long; then whoever came first is next,
// or the urgent ones would never be.
START_TEST(io_first_asks_for_age_when_all_are_late) {
    RuntimeThread early = {.gil_asked_at = 0}, late = {.gil_asked_at = 1};
    RuntimeThread *const regular = _i == 0 ? &early : &late, *const urgent =
                                                                 _i == 0 ? &late : &early;
    Gil gil;
    ck_assert(gil_init(&gil, "io-first", SHORT_INTERVAL));
    gil_queue_append(&gil.regular, regular);
    gil_queue_append(&gil.urgent, urgent);
    const GilPolicy *policy = gil_policy_find("io-first");
    ck_assert_ptr_eq(policy->next(&gil, SHORT_INTERVAL), urgent);
    ck_assert_ptr_eq(policy->next(&gil, LONG_INTERVAL), &early);
    gil_destroy(&gil);
}
END_TEST

// ---- the rest ----

START_TEST(policies_can_be_changed_while_threads_run) {
    FakeVm vm;
    FakeThread workers[3];
    bool stop = false;
    fake_vm_open(&vm, "timed", SHORT_INTERVAL);
    for (int i = 0; i < 3; i++) {
        fake_start(&vm, &workers[i], "worker", spin_until_told, &stop);
    }
    for (int i = 0; i < POLICY_CHANGES; i++) {
        ck_assert(gil_set_policy(&vm.main.core, policy_at(i % fake_policy_count())));
        gil_set_interval(&vm.main.core, (1 + i % 3) * 50 * CLOCK_NS_PER_US);
        ck_assert_str_eq(gil_policy_name(&vm.runtime.gil), policy_at(i % fake_policy_count()));
        if (strcmp(policy_at(i % fake_policy_count()), "ticks") != 0) {
            fake_system_call(&vm.main);
        }
    }
    stop = true;
    for (int i = 0; i < 3; i++) {
        fake_join(&vm, &workers[i]);
    }
    fake_vm_close(&vm);
}
END_TEST

START_TEST(unknown_policies_are_refused) {
    FakeVm vm;
    Runtime runtime;
    RuntimeConfig config = {.gil_policy = "anarchy"};
    ck_assert(!runtime_init(&runtime, &config));
    fake_vm_open(&vm, NULL, 0);
    ck_assert(!gil_set_policy(&vm.main.core, "anarchy"));
    ck_assert_str_eq(gil_policy_name(&vm.runtime.gil), "timed");
    ck_assert_int_eq(gil_interval(&vm.runtime.gil), GIL_DEFAULT_INTERVAL_NS);
    ck_assert_ptr_nonnull(gil_policy_summary("fair"));
    ck_assert_ptr_null(gil_policy_summary("anarchy"));
    ck_assert_ptr_null(gil_policy_name_at((size_t)fake_policy_count()));
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_safepoint_returns_what_the_vm_must_handle) {
    FakeVm vm;
    fake_vm_open(&vm, NULL, 0);
    gil_interrupt(&vm.main.core, PENDING_COLLECT | PENDING_DROP);
    fake_bytecodes(&vm.main, 3);
    ck_assert_uint_eq(vm.main.seen, PENDING_COLLECT);
    ck_assert_uint_eq(vm.main.safepoints, 1);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(errno_survives_a_blocking_region) {
    FakeVm vm;
    FakeThread worker;
    bool stop = false;
    fake_vm_open(&vm, NULL, SHORT_INTERVAL);
    fake_start(&vm, &worker, "worker", spin_until_told, &stop);
    for (int i = 0; i < 20; i++) {
        blocking_begin(&vm.main.core, BLOCK_IO, "fails");
        errno = ENOTTY;
        blocking_end(&vm.main.core);
        ck_assert_int_eq(errno, ENOTTY);
    }
    stop = true;
    fake_join(&vm, &worker);
    fake_vm_close(&vm);
}
END_TEST

TCase *gil_cases(void) {
    TCase *cases = tcase_create("gil");
    tcase_add_loop_test(cases, one_thread_at_a_time, 0, fake_policy_count());
    tcase_add_loop_test(cases, every_release_is_noticed, 0, fake_policy_count());
    tcase_add_loop_test(cases, a_busy_thread_is_made_to_give_way, 0, 3);
    tcase_add_test(cases, ticks_come_every_hundred_bytecodes);
    tcase_add_test(cases, fair_means_in_turn);
    tcase_add_test(cases, io_first_interrupts_at_once);
    tcase_add_test(cases, io_first_lets_busy_threads_share);
    tcase_add_loop_test(cases, a_turn_is_not_over_before_it_has_begun, 0, 3);
    tcase_add_test(cases, io_first_gives_each_a_moment);
    tcase_add_test(cases, io_first_counts_the_whole_wait);
    tcase_add_loop_test(cases, io_first_asks_for_age_when_all_are_late, 0, 2);
    tcase_add_test(cases, policies_can_be_changed_while_threads_run);
    tcase_add_test(cases, unknown_policies_are_refused);
    tcase_add_test(cases, a_safepoint_returns_what_the_vm_must_handle);
    tcase_add_test(cases, errno_survives_a_blocking_region);
    return cases;
}
