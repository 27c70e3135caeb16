// SPDX-License-Identifier: MIT
//
// Controlled runs: the schedule decides, time is virtual, and the same choices give the same run.
//
// Three threads write their letters into a story, a step before each. What the story says is then a
// function of the strategy alone, so it is compared letter by letter; no test here depends on time
// or on luck.
#include "fake_vm.h"
#include "strategies.h"

#include <stdlib.h>
#include <string.h>

enum { WORKERS = 3, STEPS = 4, HOUR = 3600 };

// Who took each step, as letters.
typedef struct Story {
    char text[WORKERS * STEPS + 1];
    size_t length;
} Story;

static void step(FakeThread *thread) {
    static const ScheduleStep somewhere = {.kind = STEP_ACCESS, .count = 1};
    control_step(&thread->core, &somewhere);
}

static void tell(FakeThread *thread) {
    Story *story = thread->context;
    for (int i = 0; i < STEPS; i++) {
        step(thread);
        story->text[story->length++] = thread->core.name[0];
    }
}

// Run three threads a, b, c under the strategy; what they did stands in `story` then.
static void run(const ScheduleStrategy *strategy, void *state, ScheduleToken *record,
                Story *story) {
    static const char *const names[WORKERS] = {"a", "b", "c"};
    FakeVm vm;
    FakeThread workers[WORKERS];
    *story = (Story){0};
    fake_vm_open(&vm, NULL, 0);
    control_begin(&vm.runtime, strategy, state);
    vm.runtime.schedule.record = record;
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], names[i], tell, story);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    fake_vm_close(&vm);
}

START_TEST(a_long_slice_is_one_after_another) {
    Story story;
    RoundRobin state = {100, 100};
    run(&strategy_round_robin, &state, NULL, &story);
    ck_assert_str_eq(story.text, "aaaabbbbcccc");
}
END_TEST

START_TEST(a_slice_of_one_step_is_turn_by_turn) {
    Story story;
    RoundRobin state = {1, 1};
    run(&strategy_round_robin, &state, NULL, &story);
    ck_assert_str_eq(story.text, "abcabcabcabc");
}
END_TEST

START_TEST(a_token_repeats_a_random_run) {
    Story first, again;
    RandomWalk walk;
    Replay *replay = calloc(1, sizeof *replay);
    ck_assert_ptr_nonnull(replay);
    random_walk_begin(&walk, (uint64_t)_i);
    run(&strategy_random, &walk, &replay->token, &first);
    run(&strategy_replay, replay, NULL, &again);
    ck_assert_str_eq(first.text, again.text);
    free(replay);
}
END_TEST

START_TEST(priorities_order_the_threads) {
    Story story;
    Priorities priorities;
    priorities_begin(&priorities, (uint64_t)_i, 1, 100);
    run(&strategy_pct, &priorities, NULL, &story);
    for (size_t i = 0; i < story.length; i += STEPS) {
        ck_assert_int_eq(strspn(story.text + i, (char[]){story.text[i], '\0'}) >= STEPS, 1);
    }
}
END_TEST

// ---- time ----

static void sleep_an_hour(FakeThread *thread) {
    Runtime *runtime = thread->core.runtime;
    int64_t before = runtime_now(runtime);
    thread->result = sleep_until(&thread->core, before + HOUR * CLOCK_NS_PER_SECOND);
    *(int64_t *)thread->context = runtime_now(runtime) - before;
}

START_TEST(sleeping_takes_no_time) {
    FakeVm vm;
    FakeThread sleeper;
    RoundRobin state = {1, 1};
    int64_t slept = 0, began = clock_real_now();
    fake_vm_open(&vm, NULL, 0);
    control_begin(&vm.runtime, &strategy_round_robin, &state);
    fake_start(&vm, &sleeper, "sleeper", sleep_an_hour, &slept);
    fake_join(&vm, &sleeper);
    ck_assert_int_eq(sleeper.result, PARK_TIMEOUT);
    ck_assert_int_ge(slept, HOUR * CLOCK_NS_PER_SECOND);
    ck_assert_int_lt(clock_real_now() - began, HOUR * CLOCK_NS_PER_SECOND);
    fake_vm_close(&vm);
}
END_TEST

// ---- who is woken ----

typedef struct Row {
    WaitQueue queue;
    Story story;
} Row;

static void wait_in_row(FakeThread *thread) {
    Row *row = thread->context;
    fake_park(thread, &row->queue, CLOCK_NEVER);
    row->story.text[row->story.length++] = thread->core.name[0];
}

static bool never(void *state, uint64_t moment, const ScheduleStep *about) {
    (void)state;
    (void)moment;
    (void)about;
    return false;
}

static size_t last_waiter(void *state, const Choice *choice) {
    (void)state;
    return choice->kind == CHOICE_WAITER ? choice->count - 1 : 0;
}

START_TEST(a_schedule_chooses_who_is_woken) {
    static const ScheduleStrategy last = {"last", never, last_waiter, false, false};
    static const char *const names[WORKERS] = {"a", "b", "c"};
    FakeVm vm;
    FakeThread workers[WORKERS];
    Row row = {0};
    fake_vm_open(&vm, NULL, 0);
    ck_assert_str_eq(schedule_name(&vm.runtime.schedule), "free");
    control_begin(&vm.runtime, &last, NULL);
    for (int i = 0; i < WORKERS; i++) {
        fake_start(&vm, &workers[i], names[i], wait_in_row, &row);
    }
    sleep_until(&vm.main.core, runtime_now(&vm.runtime) + 1);
    for (int i = 0; i < WORKERS; i++) {
        ck_assert_ptr_nonnull(unpark_first(&vm.main.core, &row.queue));
        sleep_until(&vm.main.core, runtime_now(&vm.runtime) + 1);
    }
    for (int i = 0; i < WORKERS; i++) {
        fake_join(&vm, &workers[i]);
    }
    ck_assert_str_eq(row.story.text, "cba");
    fake_vm_close(&vm);
}
END_TEST

// ---- texts ----

START_TEST(tokens_are_read_as_they_were_written) {
    ScheduleToken *token = calloc(2, sizeof *token), *copy = token + 1;
    ck_assert_ptr_nonnull(token);
    StringBuilder text;
    sb_init(&text);
    token->program = schedule_token_hash("x = 1\n", 6);
    for (token->count = 0; token->count < (size_t)_i; token->count++) {
        uint64_t i = token->count;
        token->choices[i] = (ScheduleTokenChoice){(i + 1) * (i + 1) * 1000003, i % 3 + 1};
    }
    schedule_token_write(token, &text);
    ck_assert(schedule_token_read(copy, text.data));
    ck_assert_uint_eq(copy->program, token->program);
    ck_assert_uint_eq(copy->count, token->count);
    ck_assert_mem_eq(copy->choices, token->choices, token->count * sizeof *token->choices);
    sb_free(&text);
    free(token);
}
END_TEST

START_TEST(nonsense_is_no_schedule) {
    static const char *const texts[] = {"",        "rr",        "rr:0",    "rr:x",     "random",
                                        "random:", "random:-1", "pct:1:0", "pct:1:99", "pct:1:2:3",
                                        "free:1",  "AQ",        "AAAA",    "A*",       "dfs"};
    ScheduleChoice *choice = calloc(1, sizeof *choice);
    const char *problem = NULL;
    ck_assert_ptr_nonnull(choice);
    ck_assert(!schedule_parse(choice, texts[_i], &problem));
    ck_assert_ptr_nonnull(problem);
    free(choice);
}
END_TEST

TCase *control_cases(void) {
    TCase *cases = tcase_create("control");
    tcase_add_test(cases, a_long_slice_is_one_after_another);
    tcase_add_test(cases, a_slice_of_one_step_is_turn_by_turn);
    tcase_add_loop_test(cases, a_token_repeats_a_random_run, 0, 50);
    tcase_add_loop_test(cases, priorities_order_the_threads, 0, 50);
    tcase_add_test(cases, sleeping_takes_no_time);
    tcase_add_test(cases, a_schedule_chooses_who_is_woken);
    tcase_add_loop_test(cases, tokens_are_read_as_they_were_written, 0, 6);
    tcase_add_loop_test(cases, nonsense_is_no_schedule, 0, 15);
    return cases;
}
