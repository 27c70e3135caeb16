// SPDX-License-Identifier: MIT
//
// Deadlocks: each kind is found, by the thread that should hear of it, with the right story; and
// what looks like one but is not, is left alone.
#include <string.h>

#include "fake_vm.h"

typedef struct Scene {
    FakeVm vm;
    Lock locks[3];
    WaitQueue gate; // threads that own their first lock wait here
    FakeThread workers[3];
    WaitQueue never;
} Scene;

static const char *const lock_names[] = {"'a'", "'b'", "'c'"};

static void scene_open(Scene *scene) {
    memset(scene, 0, sizeof *scene);
    fake_vm_open(&scene->vm, NULL, 0);
}

static void scene_close(Scene *scene) {
    fake_vm_close(&scene->vm);
}

static ParkResult take(FakeThread *thread, Scene *scene, int index) {
    return lock_acquire(&thread->core, &scene->locks[index], CLOCK_NEVER, NULL, lock_names[index]);
}

static void give(FakeThread *thread, Scene *scene, int index) {
    lock_release(&thread->core, &scene->locks[index]);
}

static const char *story(Scene *scene) {
    return park_explanation(&scene->vm.runtime);
}

// Worker N takes lock N, waits at the gate until all have theirs, then wants the next lock.
static void take_two(FakeThread *thread, int mine, int other) {
    Scene *scene = thread->context;
    thread->line = 10 + (uint32_t)mine;
    ck_assert_int_eq(take(thread, scene, mine), PARK_WOKEN);
    fake_park(thread, &scene->gate, CLOCK_NEVER);
    thread->line = 20 + (uint32_t)mine;
    thread->result = take(thread, scene, other);
    if (thread->result == PARK_WOKEN) {
        give(thread, scene, other);
    }
    give(thread, scene, mine);
}

static void take_a_then_b(FakeThread *thread) {
    take_two(thread, 0, 1);
}

static void take_b_then_a(FakeThread *thread) {
    take_two(thread, 1, 0);
}

static void take_b_then_c(FakeThread *thread) {
    take_two(thread, 1, 2);
}

static void take_c_then_a(FakeThread *thread) {
    take_two(thread, 2, 0);
}

// Start a worker and let it come to the gate.
static void start_at_gate(Scene *scene, int index, const char *name, void (*body)(FakeThread *)) {
    fake_start(&scene->vm, &scene->workers[index], name, body, scene);
    fake_wait_for_waiters(&scene->vm, &scene->gate, (uint64_t)index + 1);
}

// One after the other through the gate: the last one closes the circle.
static void open_gate(Scene *scene, int count) {
    for (int i = 0; i < count - 1; i++) {
        unpark_first(&scene->vm.main.core, &scene->gate);
        fake_wait_for_waiters(&scene->vm, &scene->locks[i + 1].waiters, 1);
    }
    unpark_first(&scene->vm.main.core, &scene->gate);
}

START_TEST(two_workers_in_a_circle) {
    Scene scene;
    scene_open(&scene);
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    start_at_gate(&scene, 1, "worker-2", take_b_then_a);
    open_gate(&scene, 2);
    fake_join(&scene.vm, &scene.workers[0]);
    fake_join(&scene.vm, &scene.workers[1]);
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    ck_assert_int_eq(scene.workers[1].result, PARK_DEADLOCK);
    ck_assert_str_eq(story(&scene),
                     "deadlock: 2 threads wait for each other in a circle\n"
                     "  worker-2 (line 21) waits for lock 'a', held by worker-1 since line 10\n"
                     "  worker-1 (line 20) waits for lock 'b', held by worker-2 since line 11");
    scene_close(&scene);
}
END_TEST

START_TEST(three_workers_in_a_circle) {
    Scene scene;
    scene_open(&scene);
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    start_at_gate(&scene, 1, "worker-2", take_b_then_c);
    start_at_gate(&scene, 2, "worker-3", take_c_then_a);
    open_gate(&scene, 3);
    for (int i = 0; i < 3; i++) {
        fake_join(&scene.vm, &scene.workers[i]);
    }
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    ck_assert_int_eq(scene.workers[1].result, PARK_WOKEN);
    ck_assert_int_eq(scene.workers[2].result, PARK_DEADLOCK);
    ck_assert_ptr_nonnull(strstr(story(&scene), "3 threads wait for each other in a circle"));
    scene_close(&scene);
}
END_TEST

// The worker closes the circle, but the main thread is in it and is the one to hear.
START_TEST(the_main_thread_hears_of_its_circle) {
    Scene scene;
    scene_open(&scene);
    FakeThread *main_thread = &scene.vm.main;
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    main_thread->line = 3;
    ck_assert_int_eq(take(main_thread, &scene, 1), PARK_WOKEN);
    unpark_first(&main_thread->core, &scene.gate);
    main_thread->line = 4;
    ck_assert_int_eq(take(main_thread, &scene, 0), PARK_DEADLOCK);
    ck_assert_ptr_nonnull(strstr(
        story(&scene), "MainThread (line 4) waits for lock 'a', held by worker-1 since line 10"));
    give(main_thread, &scene, 1);
    fake_join(&scene.vm, &scene.workers[0]);
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    scene_close(&scene);
}
END_TEST

START_TEST(a_lock_taken_twice_by_the_only_thread) {
    Scene scene;
    scene_open(&scene);
    FakeThread *main_thread = &scene.vm.main;
    main_thread->line = 5;
    ck_assert_int_eq(take(main_thread, &scene, 0), PARK_WOKEN);
    main_thread->line = 6;
    ck_assert_int_eq(take(main_thread, &scene, 0), PARK_DEADLOCK);
    ck_assert_str_eq(story(&scene), "deadlock: the only thread waits, and nothing can wake it\n"
                                    "  MainThread (line 6) waits for lock 'a', which it holds "
                                    "itself since line 5");
    scene_close(&scene);
}
END_TEST

// A lock as a binary semaphore: who waits for a lock of its own may be released by another thread.
static void take_own_lock_twice(FakeThread *thread) {
    Scene *scene = thread->context;
    ck_assert_int_eq(take(thread, scene, 0), PARK_WOKEN);
    thread->result = take(thread, scene, 0);
}

START_TEST(a_lock_taken_twice_may_be_released_by_another) {
    Scene scene;
    scene_open(&scene);
    fake_start(&scene.vm, &scene.workers[0], "worker-1", take_own_lock_twice, &scene);
    fake_wait_for_waiters(&scene.vm, &scene.locks[0].waiters, 1);
    give(&scene.vm.main, &scene, 0);
    fake_join(&scene.vm, &scene.workers[0]);
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    scene_close(&scene);
}
END_TEST

// ---- joins ----

static void join_neighbour(FakeThread *thread) {
    Scene *scene = thread->context;
    FakeThread *other = &scene->workers[thread == &scene->workers[0] ? 1 : 0];
    fake_park(thread, &scene->gate, CLOCK_NEVER);
    thread->result = runtime_thread_join(&thread->core, &other->core, CLOCK_NEVER);
}

START_TEST(two_threads_wait_for_each_others_end) {
    Scene scene;
    scene_open(&scene);
    start_at_gate(&scene, 0, "worker-1", join_neighbour);
    start_at_gate(&scene, 1, "worker-2", join_neighbour);
    unpark_first(&scene.vm.main.core, &scene.gate);
    fake_wait_for_waiters(&scene.vm, &scene.workers[1].core.joiners, 1);
    unpark_first(&scene.vm.main.core, &scene.gate);
    fake_join(&scene.vm, &scene.workers[1]);
    fake_join(&scene.vm, &scene.workers[0]);
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    ck_assert_int_eq(scene.workers[1].result, PARK_DEADLOCK);
    ck_assert_ptr_nonnull(strstr(story(&scene), "worker-1 (line 0) waits for the end of worker-2"));
    scene_close(&scene);
}
END_TEST

// The main thread waits for the end of a worker that waits for a lock of the main thread.
START_TEST(a_join_can_be_part_of_a_circle) {
    Scene scene;
    scene_open(&scene);
    FakeThread *main_thread = &scene.vm.main;
    ck_assert_int_eq(take(main_thread, &scene, 1), PARK_WOKEN);
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    unpark_first(&main_thread->core, &scene.gate);
    ck_assert_int_eq(runtime_thread_join(&main_thread->core, &scene.workers[0].core, CLOCK_NEVER),
                     PARK_DEADLOCK);
    give(main_thread, &scene, 1);
    fake_join(&scene.vm, &scene.workers[0]);
    scene_close(&scene);
}
END_TEST

// ---- everybody waits ----

static void wait_for_nothing(FakeThread *thread) {
    Scene *scene = thread->context;
    thread->line = 30;
    thread->result = fake_park(thread, &scene->never, CLOCK_NEVER);
}

START_TEST(everybody_waits_and_nobody_can_wake) {
    Scene scene;
    scene_open(&scene);
    for (int i = 0; i < 2; i++) {
        fake_start(&scene.vm, &scene.workers[i], "worker", wait_for_nothing, &scene);
    }
    scene.vm.main.line = 9;
    ck_assert_int_eq(fake_park(&scene.vm.main, &scene.gate, CLOCK_NEVER), PARK_DEADLOCK);
    ck_assert_str_eq(story(&scene), "deadlock: all 3 threads wait, and nothing can wake one\n"
                                    "  MainThread (line 9) waits for an event\n"
                                    "  worker (line 30) waits for an event\n"
                                    "  worker (line 30) waits for an event");
    ck_assert(wait_queue_is_empty(&scene.gate));
    ck_assert_uint_eq(unpark_all(&scene.vm.main.core, &scene.never), 2);
    fake_join(&scene.vm, &scene.workers[0]);
    fake_join(&scene.vm, &scene.workers[1]);
    scene_close(&scene);
}
END_TEST

static void end_soon(FakeThread *thread) {
    fake_bytecodes(thread, 100);
}

START_TEST(the_last_one_who_could_wake_has_ended) {
    Scene scene;
    scene_open(&scene);
    fake_start(&scene.vm, &scene.workers[0], "worker", end_soon, &scene);
    ck_assert_int_eq(fake_park(&scene.vm.main, &scene.gate, CLOCK_NEVER), PARK_DEADLOCK);
    fake_join(&scene.vm, &scene.workers[0]);
    scene_close(&scene);
}
END_TEST

// ---- no false alarm ----

static void sleep_then_wake(FakeThread *thread) {
    Scene *scene = thread->context;
    ck_assert_int_eq(sleep_until(&thread->core, fake_deadline(thread, 500000)), PARK_TIMEOUT);
    fake_system_call(thread);
    unpark_all(&thread->core, &scene->gate);
}

START_TEST(a_sleeper_may_still_wake_the_others) {
    Scene scene;
    scene_open(&scene);
    fake_start(&scene.vm, &scene.workers[0], "worker", sleep_then_wake, &scene);
    ck_assert_int_eq(fake_park(&scene.vm.main, &scene.gate, CLOCK_NEVER), PARK_WOKEN);
    fake_join(&scene.vm, &scene.workers[0]);
    scene_close(&scene);
}
END_TEST

static void take_b_then_a_with_patience(FakeThread *thread) {
    Scene *scene = thread->context;
    ck_assert_int_eq(take(thread, scene, 1), PARK_WOKEN);
    fake_park(thread, &scene->gate, CLOCK_NEVER);
    thread->result =
        lock_acquire(&thread->core, &scene->locks[0], fake_deadline(thread, 500000), NULL, "'a'");
    give(thread, scene, 1);
}

START_TEST(a_circle_with_a_deadline_opens_by_itself) {
    Scene scene;
    scene_open(&scene);
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    start_at_gate(&scene, 1, "worker-2", take_b_then_a_with_patience);
    open_gate(&scene, 2);
    fake_join(&scene.vm, &scene.workers[0]);
    fake_join(&scene.vm, &scene.workers[1]);
    ck_assert_int_eq(scene.workers[0].result, PARK_WOKEN);
    ck_assert_int_eq(scene.workers[1].result, PARK_TIMEOUT);
    ck_assert_str_eq(story(&scene), "");
    scene_close(&scene);
}
END_TEST

static void *raise_signal(void *runtime) {
    signals_raise(runtime, 2);
    return NULL;
}

START_TEST(help_may_come_from_outside) {
    Scene scene;
    pthread_t outsider;
    scene_open(&scene);
    park_expect_outside(&scene.vm.runtime, 1);
    ck_assert_int_eq(pthread_create(&outsider, NULL, raise_signal, &scene.vm.runtime), 0);
    ck_assert_int_eq(fake_park(&scene.vm.main, &scene.gate, CLOCK_NEVER), PARK_INTERRUPTED);
    pthread_join(outsider, NULL);
    ck_assert_uint_eq(signals_take(&scene.vm.runtime), 1 << 1);
    park_expect_outside(&scene.vm.runtime, -1);
    ck_assert_int_eq(fake_park(&scene.vm.main, &scene.gate, CLOCK_NEVER), PARK_DEADLOCK);
    scene_close(&scene);
}
END_TEST

START_TEST(whoever_wants_to_hang_hangs) {
    Scene scene;
    scene_open(&scene);
    scene.vm.runtime.deadlock_mode = DEADLOCK_HANG;
    start_at_gate(&scene, 0, "worker-1", take_a_then_b);
    start_at_gate(&scene, 1, "worker-2", take_b_then_a);
    open_gate(&scene, 2);
    fake_wait_for_waiters(&scene.vm, &scene.locks[0].waiters, 1);
    ck_assert_str_eq(story(&scene), "");
    give(&scene.vm.main, &scene, 0);
    fake_join(&scene.vm, &scene.workers[0]);
    fake_join(&scene.vm, &scene.workers[1]);
    scene_close(&scene);
}
END_TEST

TCase *deadlock_cases(void) {
    TCase *cases = tcase_create("deadlock");
    tcase_add_test(cases, two_workers_in_a_circle);
    tcase_add_test(cases, three_workers_in_a_circle);
    tcase_add_test(cases, the_main_thread_hears_of_its_circle);
    tcase_add_test(cases, a_lock_taken_twice_by_the_only_thread);
    tcase_add_test(cases, a_lock_taken_twice_may_be_released_by_another);
    tcase_add_test(cases, two_threads_wait_for_each_others_end);
    tcase_add_test(cases, a_join_can_be_part_of_a_circle);
    tcase_add_test(cases, everybody_waits_and_nobody_can_wake);
    tcase_add_test(cases, the_last_one_who_could_wake_has_ended);
    tcase_add_test(cases, a_sleeper_may_still_wake_the_others);
    tcase_add_test(cases, a_circle_with_a_deadline_opens_by_itself);
    tcase_add_test(cases, help_may_come_from_outside);
    tcase_add_test(cases, whoever_wants_to_hang_hangs);
    return cases;
}
