// SPDX-License-Identifier: MIT
//
// Waiting for descriptors: both backends of the poller tell the same, deadlines, signals and
// wake-ups end a wait, and a controlled run lets others go on meanwhile.
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "control.h"
#include "fake_vm.h"
#include "poller.h"

enum { ROOM = 8 };

typedef struct Fixture {
    FakeVm vm;
    Poller poller;
    int ends[2];
} Fixture;

static void begin(Fixture *fixture, int backend) {
    fake_vm_open(&fixture->vm, NULL, 0);
    ck_assert(poller_open(&fixture->poller, &poller_backends[backend]));
    ck_assert_int_eq(pipe(fixture->ends), 0);
}

static void finish(Fixture *fixture) {
    close(fixture->ends[0]);
    close(fixture->ends[1]);
    poller_close(&fixture->poller);
    fake_vm_close(&fixture->vm);
}

static int backend_count(void) {
    int count = 0;
    while (poller_backends[count].name != NULL) {
        count++;
    }
    return count;
}

static int wait_until(Fixture *fixture, int64_t deadline, PollerEvent *events) {
    return poller_wait(&fixture->vm.main.core, &fixture->poller, deadline, events, ROOM);
}

START_TEST(a_poller_tells_what_is_ready) {
    Fixture f;
    PollerEvent events[ROOM];
    begin(&f, _i);
    ck_assert(poller_watch(&f.poller, f.ends[0], POLLER_READ));
    ck_assert_int_eq(wait_until(&f, 0, events), 0);
    ck_assert_int_eq(write(f.ends[1], "x", 1), 1);
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), 1);
    ck_assert_int_eq(events[0].fd, f.ends[0]);
    ck_assert_uint_eq(events[0].interest, POLLER_READ);
    ck_assert(poller_watch(&f.poller, f.ends[1], POLLER_WRITE));
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), 2);
    finish(&f);
}
END_TEST

START_TEST(what_is_forgotten_is_not_told) {
    Fixture f;
    PollerEvent events[ROOM];
    begin(&f, _i);
    ck_assert(poller_watch(&f.poller, f.ends[1], POLLER_WRITE));
    ck_assert(poller_watch(&f.poller, f.ends[0], POLLER_READ));
    ck_assert(poller_watch(&f.poller, f.ends[1], 0));
    ck_assert_int_eq(wait_until(&f, 0, events), 0);
    errno = 0;
    ck_assert(!poller_watch(&f.poller, f.ends[1], 0));
    ck_assert_int_eq(errno, ENOENT);
    finish(&f);
}
END_TEST

START_TEST(interest_can_change) {
    Fixture f;
    PollerEvent events[ROOM];
    begin(&f, _i);
    ck_assert(poller_watch(&f.poller, f.ends[1], POLLER_WRITE));
    ck_assert(poller_watch(&f.poller, f.ends[1], POLLER_READ));
    ck_assert_int_eq(wait_until(&f, 0, events), 0);
    finish(&f);
}
END_TEST

START_TEST(a_hang_up_is_told) {
    Fixture f;
    PollerEvent events[ROOM];
    begin(&f, _i);
    ck_assert(poller_watch(&f.poller, f.ends[0], POLLER_READ));
    close(f.ends[1]);
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), 1);
    ck_assert(events[0].interest & POLLER_READ);
    f.ends[1] = dup(f.ends[0]);
    finish(&f);
}
END_TEST

static void wake(FakeThread *thread) {
    poller_wake(thread->context);
}

START_TEST(a_wake_up_ends_a_wait_and_is_not_told) {
    Fixture f;
    FakeThread waker;
    PollerEvent events[ROOM];
    begin(&f, _i);
    fake_start(&f.vm, &waker, "waker", wake, &f.poller);
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), 0);
    fake_join(&f.vm, &waker);
    ck_assert_int_eq(wait_until(&f, 0, events), 0);
    poller_wake(&f.poller);
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), 0);
    finish(&f);
}
END_TEST

START_TEST(a_deadline_ends_a_wait) {
    Fixture f;
    PollerEvent events[ROOM];
    struct pollfd fd = {.fd = -1};
    begin(&f, _i);
    int64_t deadline = fake_deadline(&f.vm.main, CLOCK_NS_PER_MS / 2);
    ck_assert_int_eq(wait_until(&f, deadline, events), 0);
    ck_assert(clock_real_now() >= deadline);
    deadline = fake_deadline(&f.vm.main, CLOCK_NS_PER_MS / 2);
    ck_assert_int_eq(poller_await(&f.vm.main.core, &fd, 1, deadline, "test"), 0);
    ck_assert(clock_real_now() >= deadline);
    finish(&f);
}
END_TEST

START_TEST(a_signal_ends_a_wait) {
    Fixture f;
    FakeThread sender;
    PollerEvent events[ROOM];
    bool is_out = false;
    begin(&f, _i);
    ck_assert(signals_set(&f.vm.runtime, SIGINT, SIGNAL_CATCH));
    fake_start(&f.vm, &sender, "sender", fake_interrupt_until_told, &is_out);
    ck_assert_int_eq(wait_until(&f, CLOCK_NEVER, events), -1);
    ck_assert_int_eq(errno, EINTR);
    is_out = true;
    while (runtime_thread_is_alive(&sender.core)) {
        fake_system_call(&f.vm.main);
    }
    signals_take(&f.vm.runtime);
    ck_assert(signals_set(&f.vm.runtime, SIGINT, SIGNAL_DEFAULT));
    finish(&f);
}
END_TEST

static void write_byte(FakeThread *thread) {
    const int *fd = thread->context;
    ck_assert_int_eq(write(*fd, "x", 1), 1);
}

START_TEST(others_run_while_a_thread_awaits) {
    Fixture f;
    FakeThread writer;
    begin(&f, 0);
    struct pollfd fd = {.fd = f.ends[0], .events = POLLIN};
    fake_start(&f.vm, &writer, "writer", write_byte, &f.ends[1]);
    ck_assert_int_eq(poller_await(&f.vm.main.core, &fd, 1, CLOCK_NEVER, "test"), 1);
    ck_assert_int_eq(fd.revents, POLLIN);
    fake_join(&f.vm, &writer);
    finish(&f);
}
END_TEST

TCase *poller_cases(void) {
    TCase *cases = tcase_create("poller");
    int count = backend_count();
    tcase_add_loop_test(cases, a_poller_tells_what_is_ready, 0, count);
    tcase_add_loop_test(cases, what_is_forgotten_is_not_told, 0, count);
    tcase_add_loop_test(cases, interest_can_change, 0, count);
    tcase_add_loop_test(cases, a_hang_up_is_told, 0, count);
    tcase_add_loop_test(cases, a_wake_up_ends_a_wait_and_is_not_told, 0, count);
    tcase_add_loop_test(cases, a_deadline_ends_a_wait, 0, count);
    tcase_add_loop_test(cases, a_signal_ends_a_wait, 0, count);
    tcase_add_test(cases, others_run_while_a_thread_awaits);
    return cases;
}
