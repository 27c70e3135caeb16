// SPDX-License-Identifier: MIT
//
// Waiting and waking: order, time-outs, interrupts, and that nothing gets lost between them. The
// tests bring a wait about by letting others run until the queue has the expected length, never by
// sleeping; locks are tested here too, being no more than an owner and a queue.
#include <sched.h>
#include <string.h>

#include "fake_vm.h"

enum { WORKERS = 5, ROUNDS = 2000 };

typedef struct Line {
    WaitQueue queue;
    FakeThread *woken[WORKERS];
    int count;
} Line;

static void stand_in_line(FakeThread *thread) {
    Line *line = thread->context;
    thread->result = fake_park(thread, &line->queue, CLOCK_NEVER);
    line->woken[line->count++] = thread;
}

static void start_line(FakeVm *vm, FakeThread *workers, Line *line) {
    for (int i = 0; i < WORKERS; i++) {
        fake_start(vm, &workers[i], "worker", stand_in_line, line);
        fake_wait_for_waiters(vm, &line->queue, (uint64_t)i + 1);
    }
}

START_TEST(waiters_are_woken_in_order) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Line line = {0};
    fake_vm_open(&vm, NULL, 0);
    start_line(&vm, workers, &line);
    for (int i = 0; i < WORKERS; i++) {
        ck_assert_ptr_eq(unpark_first(&vm.main.core, &line.queue), &workers[i].core);
        fake_join(&vm, &workers[i]);
        ck_assert_ptr_eq(line.woken[i], &workers[i]);
        ck_assert_int_eq(workers[i].result, PARK_WOKEN);
    }
    ck_assert_ptr_null(unpark_first(&vm.main.core, &line.queue));
    fake_vm_close(&vm);
}
END_TEST

START_TEST(all_waiters_can_be_woken) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Line line = {0};
    fake_vm_open(&vm, NULL, 0);
    start_line(&vm, workers, &line);
    unpark(&vm.main.core, &workers[2].core);
    ck_assert_uint_eq(wait_queue_length(&line.queue), WORKERS - 1);
    unpark(&vm.main.core, &workers[2].core);
    ck_assert_uint_eq(unpark_all(&vm.main.core, &line.queue), WORKERS - 1);
    ck_assert(wait_queue_is_empty(&line.queue));
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_int_eq(line.count, WORKERS);
    fake_vm_close(&vm);
}
END_TEST

// ---- ping-pong ----

typedef struct Table {
    WaitQueue sides[2];
    int ball;
} Table;

static void play(FakeThread *thread, Table *table, int side) {
    for (int i = 0; i < ROUNDS; i++) {
        while (table->ball != side) {
            fake_park(thread, &table->sides[side], CLOCK_NEVER);
        }
        table->ball = 1 - side;
        unpark_first(&thread->core, &table->sides[1 - side]);
        fake_bytecode(thread);
    }
}

static void play_far_side(FakeThread *thread) {
    play(thread, thread->context, 1);
}

START_TEST(no_wake_up_is_lost) {
    FakeVm vm;
    FakeThread other;
    Table table = {0};
    fake_vm_open(&vm, gil_policy_name_at((size_t)_i), 0);
    fake_start(&vm, &other, "other", play_far_side, &table);
    play(&vm.main, &table, 0);
    fake_join(&vm, &other);
    fake_vm_close(&vm);
}
END_TEST

// ---- time ----

START_TEST(a_deadline_ends_a_wait) {
    FakeVm vm;
    WaitQueue queue = {0};
    fake_vm_open(&vm, NULL, 0);
    ck_assert_int_eq(fake_park(&vm.main, &queue, runtime_now(&vm.runtime) - 1), PARK_TIMEOUT);
    int64_t deadline = fake_deadline(&vm.main, 100000);
    ck_assert_int_eq(fake_park(&vm.main, &queue, deadline), PARK_TIMEOUT);
    ck_assert_int_ge(runtime_now(&vm.runtime), deadline);
    ck_assert(wait_queue_is_empty(&queue));
    deadline = fake_deadline(&vm.main, 100000);
    ck_assert_int_eq(sleep_until(&vm.main.core, deadline), PARK_TIMEOUT);
    ck_assert_int_ge(runtime_now(&vm.runtime), deadline);
    fake_vm_close(&vm);
}
END_TEST

// Waits again and again for a millisecond; counts its waits in `line`.
static void wait_briefly(FakeThread *thread) {
    do {
        thread->line++;
        thread->result = fake_park(thread, thread->context, fake_deadline(thread, 1000000));
    } while (thread->result == PARK_TIMEOUT);
}

// The waiter's time is over, but it needs the GIL to find out, and whoever has it wakes it first.
START_TEST(a_wake_up_wins_over_a_deadline) {
    FakeVm vm;
    FakeThread worker;
    WaitQueue queue = {0};
    fake_vm_open(&vm, NULL, 0);
    fake_start(&vm, &worker, "worker", wait_briefly, &queue);
    fake_wait_for_waiters(&vm, &queue, 1);
    uint32_t waits = worker.line;
    int64_t later = worker.core.waiting_for->deadline + 1000000;
    while (runtime_now(&vm.runtime) < later) {
        sched_yield();
    }
    ck_assert_ptr_eq(unpark_first(&vm.main.core, &queue), &worker.core);
    fake_join(&vm, &worker);
    ck_assert_int_eq(worker.result, PARK_WOKEN);
    ck_assert_uint_eq(worker.line, waits);
    fake_vm_close(&vm);
}
END_TEST

typedef struct Tokens {
    WaitQueue queue;
    uint64_t free;
    uint64_t taken;
} Tokens;

// A semaphore whose takers are in a hurry: they give up after microseconds and come again.
static void take_tokens(FakeThread *thread) {
    Tokens *tokens = thread->context;
    for (int taken = 0; taken < ROUNDS / 4;) {
        if (tokens->free > 0) {
            tokens->free--;
            tokens->taken++;
            taken++;
        } else {
            fake_park(thread, &tokens->queue, fake_deadline(thread, 1 + taken % 50000));
        }
        fake_bytecode(thread);
    }
}

START_TEST(deadlines_and_wake_ups_mix) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Tokens tokens = {0};
    uint64_t wanted = WORKERS * (ROUNDS / 4);
    fake_vm_open(&vm, gil_policy_name_at((size_t)_i), 20 * CLOCK_NS_PER_US);
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], "worker", take_tokens, &tokens);
    }
    for (uint64_t given = 0; given < wanted; given++) {
        tokens.free++;
        unpark_first(&vm.main.core, &tokens.queue);
        fake_bytecode(&vm.main);
        if (given % 8 == 0) {
            fake_system_call(&vm.main);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_uint_eq(tokens.taken, wanted);
    ck_assert_uint_eq(tokens.free, 0);
    fake_vm_close(&vm);
}
END_TEST

// ---- locks ----

typedef struct Account {
    Lock lock;
    uint64_t balance;
} Account;

static void deposit(FakeThread *thread) {
    Account *account = thread->context;
    for (int i = 0; i < ROUNDS; i++) {
        ck_assert_int_eq(
            lock_acquire(&thread->core, &account->lock, CLOCK_NEVER, account, "'account'"),
            PARK_WOKEN);
        uint64_t balance = account->balance;
        fake_bytecode(thread);
        account->balance = balance + 1;
        ck_assert(lock_release(&thread->core, &account->lock));
        fake_bytecode(thread);
    }
}

START_TEST(a_lock_makes_steps_whole) {
    FakeVm vm;
    FakeThread workers[WORKERS];
    Account account = {0};
    fake_vm_open(&vm, gil_policy_name_at((size_t)_i), 20 * CLOCK_NS_PER_US);
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], "worker", deposit, &account);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_uint_eq(account.balance, WORKERS * ROUNDS);
    ck_assert_ptr_null(account.lock.owner.holder);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_lock_has_one_owner) {
    FakeVm vm;
    Lock lock = {0};
    fake_vm_open(&vm, NULL, 0);
    RuntimeThread *self = &vm.main.core;
    ck_assert(!lock_release(self, &lock));
    ck_assert(lock_try_acquire(self, &lock));
    ck_assert(!lock_try_acquire(self, &lock));
    ck_assert_int_eq(lock_acquire(self, &lock, fake_deadline(&vm.main, 1000), NULL, NULL),
                     PARK_TIMEOUT);
    ck_assert(!lock_is_orphan(&lock));
    ck_assert(lock_release(self, &lock));
    ck_assert_int_eq(lock_acquire(self, &lock, CLOCK_NEVER, NULL, NULL), PARK_WOKEN);
    fake_vm_close(&vm);
}
END_TEST

static void release_of_stranger(FakeThread *thread) {
    ck_assert(!rlock_release(&thread->core, thread->context));
    ck_assert(!rlock_try_acquire(&thread->core, thread->context));
}

START_TEST(an_rlock_counts) {
    FakeVm vm;
    FakeThread stranger;
    Lock lock = {0};
    fake_vm_open(&vm, NULL, 0);
    RuntimeThread *self = &vm.main.core;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(rlock_acquire(self, &lock, CLOCK_NEVER, NULL, NULL), PARK_WOKEN);
    }
    fake_start(&vm, &stranger, "stranger", release_of_stranger, &lock);
    fake_join(&vm, &stranger);
    ck_assert(rlock_release(self, &lock));
    ck_assert_uint_eq(lock.depth, 2);
    ck_assert_uint_eq(rlock_release_all(self, &lock), 2);
    ck_assert(!rlock_release(self, &lock));
    fake_vm_close(&vm);
}
END_TEST

TCase *park_cases(void) {
    TCase *cases = tcase_create("park");
    tcase_add_test(cases, waiters_are_woken_in_order);
    tcase_add_test(cases, all_waiters_can_be_woken);
    tcase_add_loop_test(cases, no_wake_up_is_lost, 0, fake_policy_count());
    tcase_add_test(cases, a_deadline_ends_a_wait);
    tcase_add_test(cases, a_wake_up_wins_over_a_deadline);
    tcase_add_loop_test(cases, deadlines_and_wake_ups_mix, 0, fake_policy_count());
    tcase_add_loop_test(cases, a_lock_makes_steps_whole, 0, fake_policy_count());
    tcase_add_test(cases, a_lock_has_one_owner);
    tcase_add_test(cases, an_rlock_counts);
    return cases;
}
