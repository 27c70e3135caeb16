// SPDX-License-Identifier: MIT
//
// Threads come and go: their list, their names, their stacks, what happens when the system has no
// more of them, and what is left of them in the child of a fork.
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_vm.h"

static void count_up(FakeThread *thread) {
    ++*(int *)thread->context;
}

START_TEST(threads_start_and_end) {
    enum { MANY = 500 };
    FakeVm vm;
    FakeThread thread;
    int counter = 0;
    fake_vm_open(&vm, NULL, 0);
    for (int i = 0; i < MANY; i++) {
        fake_start(&vm, &thread, "worker", count_up, &counter);
        ck_assert_uint_eq(runtime_thread_count(&vm.runtime), 2);
        ck_assert(runtime_thread_is_alive(&thread.core));
        fake_join(&vm, &thread);
        ck_assert(!runtime_thread_is_alive(&thread.core));
        ck_assert_uint_eq(thread.core.id, (uint64_t)i + 2);
    }
    ck_assert_int_eq(counter, MANY);
    ck_assert_uint_eq(runtime_thread_count(&vm.runtime), 1);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(many_threads_at_once) {
    enum { MANY = 100 };
    FakeVm vm;
    FakeThread *threads = calloc(MANY, sizeof *threads);
    int counter = 0;
    fake_vm_open(&vm, NULL, 0);
    for (int i = 0; i < MANY; i++) {
        fake_start(&vm, &threads[i], "worker", count_up, &counter);
    }
    for (int i = MANY - 1; i >= 0; i--) {
        fake_join(&vm, &threads[i]);
    }
    ck_assert_int_eq(counter, MANY);
    fake_vm_close(&vm);
    free(threads);
}
END_TEST

START_TEST(names_are_cut_not_overrun) {
    FakeVm vm;
    char name[THREAD_NAME_SIZE * 2];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    fake_vm_open(&vm, NULL, 0);
    runtime_thread_set_name(&vm.main.core, name);
    ck_assert_uint_eq(strlen(vm.main.core.name), THREAD_NAME_SIZE - 1);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(no_thread_to_be_had_is_an_error) {
    FakeVm vm;
    FakeThread thread;
    int counter = 0;
    fake_vm_open(&vm, NULL, 0);
    memset(&thread, 0, sizeof thread);
    runtime_thread_init(&vm.runtime, &thread.core, "huge", false);
    ck_assert_int_ne(runtime_thread_start(&vm.main.core, &thread.core, NULL, (size_t)1 << 50), 0);
    ck_assert_uint_eq(runtime_thread_count(&vm.runtime), 1);
    fake_start(&vm, &thread, "usual", count_up, &counter);
    fake_join(&vm, &thread);
    ck_assert_int_eq(counter, 1);
    fake_vm_close(&vm);
}
END_TEST

// ---- stacks ----

typedef struct Hidden {
    WaitQueue queue;
    const char *local;
    uintptr_t secret;
} Hidden;

// A reference that lives in the stack frame only.
static void hide_reference(FakeThread *thread) {
    Hidden *hidden = thread->context;
    volatile uintptr_t secret = hidden->secret;
    hidden->local = (const char *)&secret;
    fake_park(thread, &hidden->queue, CLOCK_NEVER);
    ck_assert_uint_eq(secret, hidden->secret);
    ck_assert_uint_gt(runtime_thread_stack_left(&thread->core), RUNTIME_STACK_MIN / 2);
}

START_TEST(stacks_are_published) {
    FakeVm vm;
    FakeThread thread;
    Hidden hidden = {.secret = 0x5ec7e7};
    fake_vm_open(&vm, NULL, 0);
    fake_start(&vm, &thread, "hider", hide_reference, &hidden);
    fake_wait_for_waiters(&vm, &hidden.queue, 1);
    const PublishedStack *stack = &thread.core.stack;
    ck_assert_ptr_nonnull(stack->low);
    ck_assert(stack->limit < stack->low && stack->low < stack->high);
    ck_assert(stack->low <= hidden.local && hidden.local < stack->high);
    unpark_first(&vm.main.core, &hidden.queue);
    fake_join(&vm, &thread);
    ck_assert(runtime_thread_stack_left(&vm.main.core) > 100000);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_runtime_with_living_threads_stays) {
    FakeVm vm;
    FakeThread thread;
    Hidden hidden = {0};
    fake_vm_open(&vm, NULL, 0);
    fake_start(&vm, &thread, "hider", hide_reference, &hidden);
    fake_wait_for_waiters(&vm, &hidden.queue, 1);
    ck_assert(!runtime_destroy(&vm.runtime));
    unpark_first(&vm.main.core, &hidden.queue);
    fake_join(&vm, &thread);
    fake_vm_close(&vm);
}
END_TEST

START_TEST(a_join_can_time_out) {
    FakeVm vm;
    FakeThread thread;
    Hidden hidden = {0};
    fake_vm_open(&vm, NULL, 0);
    fake_start(&vm, &thread, "hider", hide_reference, &hidden);
    fake_wait_for_waiters(&vm, &hidden.queue, 1);
    ck_assert_int_eq(
        runtime_thread_join(&vm.main.core, &thread.core, fake_deadline(&vm.main, 1000)),
        PARK_TIMEOUT);
    unpark_first(&vm.main.core, &hidden.queue);
    fake_join(&vm, &thread);
    fake_vm_close(&vm);
}
END_TEST

// ---- fork ----

// ThreadSanitizer does not support threads that a forked child of a threaded process starts.
#if defined(__SANITIZE_THREAD__)
enum { CAN_START_THREADS_AFTER_FORK = 0 };
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
enum { CAN_START_THREADS_AFTER_FORK = 0 };
#else
enum { CAN_START_THREADS_AFTER_FORK = 1 };
#endif
#else
enum { CAN_START_THREADS_AFTER_FORK = 1 };
#endif

typedef struct Owned {
    Lock lock;
    WaitQueue queue;
} Owned;

static void own_and_wait(FakeThread *thread) {
    Owned *owned = thread->context;
    lock_acquire(&thread->core, &owned->lock, CLOCK_NEVER, NULL, NULL);
    fake_park(thread, &owned->queue, CLOCK_NEVER);
    lock_release(&thread->core, &owned->lock);
}

static int look_around_in_child(FakeVm *vm, Owned *owned, const FakeThread *lost) {
    runtime_after_fork_child(&vm->runtime, &vm->main.core);
    bool repaired =
        gil_holder(&vm->runtime.gil) == &vm->main.core && vm->runtime.alive == 1 &&
        vm->runtime.threads == &vm->main.core && wait_queue_is_empty(&owned->queue) &&
        lock_is_orphan(&owned->lock) && lost->core.life == THREAD_LOST &&
        vm->runtime.lost == &lost->core &&
        lock_acquire(&vm->main.core, &owned->lock, CLOCK_NEVER, NULL, "orphan") == PARK_DEADLOCK &&
        strstr(park_explanation(&vm->runtime), "did not survive the fork") != NULL;
    int counter = 0;
    if (CAN_START_THREADS_AFTER_FORK) {
        FakeThread fresh;
        fake_start(vm, &fresh, "fresh", count_up, &counter);
        fake_join(vm, &fresh);
    }
    fake_system_call(&vm->main);
    return repaired && counter == CAN_START_THREADS_AFTER_FORK ? 0 : 1;
}

START_TEST(a_forked_child_is_repaired) {
    FakeVm vm;
    FakeThread thread;
    Owned owned = {0};
    int status = -1;
    fake_vm_open(&vm, NULL, 0);
    fake_start(&vm, &thread, "owner", own_and_wait, &owned);
    fake_wait_for_waiters(&vm, &owned.queue, 1);
    pid_t child = fork();
    if (child == 0) {
        _exit(look_around_in_child(&vm, &owned, &thread));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(!lock_is_orphan(&owned.lock));
    unpark_first(&vm.main.core, &owned.queue);
    fake_join(&vm, &thread);
    fake_vm_close(&vm);
}
END_TEST

TCase *thread_cases(void) {
    TCase *cases = tcase_create("thread");
    tcase_add_test(cases, threads_start_and_end);
    tcase_add_test(cases, many_threads_at_once);
    tcase_add_test(cases, names_are_cut_not_overrun);
    tcase_add_test(cases, no_thread_to_be_had_is_an_error);
    tcase_add_test(cases, stacks_are_published);
    tcase_add_test(cases, a_runtime_with_living_threads_stays);
    tcase_add_test(cases, a_join_can_time_out);
    tcase_add_test(cases, a_forked_child_is_repaired);
    return cases;
}
