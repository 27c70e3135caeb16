// SPDX-License-Identifier: MIT
//
// Signals reach the main thread wherever it is: between two bytecodes, parked, asleep, blocked in a
// system call.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "fake_vm.h"

static uint64_t bit(int number) {
    return UINT64_C(1) << (number - 1);
}

static void open_catching(FakeVm *vm) {
    fake_vm_open(vm, NULL, 0);
    ck_assert(signals_set(&vm->runtime, SIGINT, SIGNAL_CATCH));
}

static void close_catching(FakeVm *vm) {
    ck_assert(signals_set(&vm->runtime, SIGINT, SIGNAL_DEFAULT));
    fake_vm_close(vm);
}

START_TEST(a_signal_is_seen_at_the_next_bytecode) {
    FakeVm vm;
    open_catching(&vm);
    raise(SIGINT);
    ck_assert(signals_are_pending(&vm.runtime));
    fake_bytecode(&vm.main);
    ck_assert_uint_eq(vm.main.seen, PENDING_SIGNAL);
    ck_assert_uint_eq(signals_take(&vm.runtime), bit(SIGINT));
    ck_assert(!signals_are_pending(&vm.runtime));
    close_catching(&vm);
}
END_TEST

// The signal comes when the thread has looked for signals for the last time: the call that follows
// ends all the same. Once it was taken, the next call is left alone.
START_TEST(a_signal_just_before_a_system_call_ends_it) {
    FakeVm vm;
    int pipe_ends[2];
    char byte;
    open_catching(&vm);
    ck_assert_int_eq(pipe(pipe_ends), 0);
    for (int round = 0; round < 3; round++) {
        blocking_begin(&vm.main.core, BLOCK_IO, "read");
        raise(SIGINT);
        ck_assert_int_eq(read(pipe_ends[0], &byte, 1), -1);
        ck_assert_int_eq(errno, EINTR);
        ck_assert_int_eq(read(pipe_ends[0], &byte, 1), -1);
        ck_assert_int_eq(errno, EINTR);
        blocking_end(&vm.main.core);
        ck_assert_uint_eq(signals_take(&vm.runtime), bit(SIGINT));
        ck_assert_int_eq(atomic_load(&vm.runtime.signals.nudge.timer), 0);
        struct timespec nap = {.tv_nsec = 30 * CLOCK_NS_PER_MS};
        ck_assert_int_eq(nanosleep(&nap, NULL), 0);
    }
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    close_catching(&vm);
}
END_TEST

// Nobody is told that the nudge's signal is in use, and a program that wants it has it.
START_TEST(the_signal_of_the_nudge_can_be_had) {
    FakeVm vm;
    open_catching(&vm);
    ck_assert_int_eq(signals_get(nudge_signal()), SIGNAL_DEFAULT);
    ck_assert(signals_set(&vm.runtime, nudge_signal(), SIGNAL_CATCH));
    ck_assert_int_eq(signals_get(nudge_signal()), SIGNAL_CATCH);
    raise(nudge_signal());
    ck_assert_int_eq(atomic_load(&vm.runtime.signals.nudge.timer), 0);
    ck_assert_uint_eq(signals_take(&vm.runtime), bit(nudge_signal()));
    ck_assert(signals_set(&vm.runtime, nudge_signal(), SIGNAL_DEFAULT));
    close_catching(&vm);
}
END_TEST

START_TEST(a_pending_signal_forbids_waiting) {
    FakeVm vm;
    WaitQueue queue = {0};
    open_catching(&vm);
    raise(SIGINT);
    ck_assert_int_eq(fake_park(&vm.main, &queue, CLOCK_NEVER), PARK_INTERRUPTED);
    ck_assert_int_eq(sleep_until(&vm.main.core, CLOCK_NEVER), PARK_INTERRUPTED);
    ck_assert(wait_queue_is_empty(&queue));
    signals_take(&vm.runtime);
    close_catching(&vm);
}
END_TEST

// A Mini thread that sends SIGINT to the process once the main thread waits.
static void send_interrupt(FakeThread *thread) {
    Runtime *runtime = thread->core.runtime;
    while (!runtime->main->waiting_for && !runtime->main->blocked_in) {
        fake_system_call(thread);
    }
    kill(getpid(), SIGINT);
}

START_TEST(a_parked_main_thread_is_woken) {
    FakeVm vm;
    FakeThread sender;
    WaitQueue queue = {0};
    open_catching(&vm);
    park_expect_outside(&vm.runtime, 1);
    fake_start(&vm, &sender, "sender", send_interrupt, NULL);
    ck_assert_int_eq(fake_park(&vm.main, &queue, CLOCK_NEVER), PARK_INTERRUPTED);
    signals_take(&vm.runtime);
    fake_join(&vm, &sender);
    close_catching(&vm);
}
END_TEST

START_TEST(a_sleeping_main_thread_is_woken) {
    FakeVm vm;
    FakeThread sender;
    open_catching(&vm);
    fake_start(&vm, &sender, "sender", send_interrupt, NULL);
    int64_t far = fake_deadline(&vm.main, 3600 * CLOCK_NS_PER_SECOND);
    ck_assert_int_eq(sleep_until(&vm.main.core, far), PARK_INTERRUPTED);
    signals_take(&vm.runtime);
    fake_join(&vm, &sender);
    close_catching(&vm);
}
END_TEST

START_TEST(a_system_call_is_interrupted) {
    FakeVm vm;
    FakeThread sender;
    int ends[2];
    char byte;
    bool is_out = false;
    open_catching(&vm);
    ck_assert_int_eq(pipe(ends), 0);
    fake_start(&vm, &sender, "sender", fake_interrupt_until_told, &is_out);
    blocking_begin(&vm.main.core, BLOCK_IO, "read");
    ssize_t got = read(ends[0], &byte, 1);
    blocking_end(&vm.main.core);
    ck_assert_int_eq(got, -1);
    ck_assert_int_eq(errno, EINTR);
    is_out = true;
    while (runtime_thread_is_alive(&sender.core)) {
        fake_system_call(&vm.main);
    }
    signals_take(&vm.runtime);
    close(ends[0]);
    close(ends[1]);
    close_catching(&vm);
}
END_TEST

static void *interrupt_self(void *nothing) {
    pthread_kill(pthread_self(), SIGINT);
    return nothing;
}

START_TEST(a_foreign_thread_passes_signals_on) {
    FakeVm vm;
    pthread_t foreigner;
    open_catching(&vm);
    ck_assert_int_eq(pthread_create(&foreigner, NULL, interrupt_self, NULL), 0);
    while (!signals_are_pending(&vm.runtime)) {
        fake_system_call(&vm.main);
    }
    pthread_join(foreigner, NULL);
    ck_assert_uint_eq(signals_take(&vm.runtime), bit(SIGINT));
    close_catching(&vm);
}
END_TEST

START_TEST(impossible_wishes_are_refused) {
    FakeVm vm;
    open_catching(&vm);
    ck_assert(!signals_set(&vm.runtime, SIGKILL, SIGNAL_CATCH));
    ck_assert(!signals_set(&vm.runtime, 4000, SIGNAL_IGNORE));
    ck_assert(signals_set(&vm.runtime, SIGUSR1, SIGNAL_IGNORE));
    raise(SIGUSR1);
    ck_assert(!signals_are_pending(&vm.runtime));
    close_catching(&vm);
}
END_TEST

TCase *signal_cases(void) {
    TCase *cases = tcase_create("signals");
    tcase_add_test(cases, a_signal_is_seen_at_the_next_bytecode);
    tcase_add_test(cases, a_signal_just_before_a_system_call_ends_it);
    tcase_add_test(cases, the_signal_of_the_nudge_can_be_had);
    tcase_add_test(cases, a_pending_signal_forbids_waiting);
    tcase_add_test(cases, a_parked_main_thread_is_woken);
    tcase_add_test(cases, a_sleeping_main_thread_is_woken);
    tcase_add_test(cases, a_system_call_is_interrupted);
    tcase_add_test(cases, a_foreign_thread_passes_signals_on);
    tcase_add_test(cases, impossible_wishes_are_refused);
    return cases;
}
