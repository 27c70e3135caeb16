// SPDX-License-Identifier: MIT
//
// The explorer: from one run to the next.
//
//     program (its own stack)                    explorer (a stack in shared memory)
//     runs until its second thread starts   ->   takes the snapshot
//     goes on under the next schedule       <-   begins a run
//     ends, deadlocks, or is cut short      ->   counts the outcome, restores the snapshot ...
//
// A program that opens files or does else what the kernel remembers cannot be taken back. Then the
// exploration begins anew, in a new process image, and each run is a process of its own, forked
// before the first instruction, so that each makes its files itself; the explorer, which lies in
// shared memory, hardly notices. That is a hundred times slower, and works everywhere.
//
// A program that never starts a second thread has one schedule, which is the run it has made.
#include "explore.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decide.h"
#include "explorer.h"
#include "mini_check.h"
#include "watch.h"

enum {
    SHARED_SIZE = 1 << 30,
    EXPLORER_STACK = 256 * 1024,
    STACKS_RESERVED = 16,
    PROGRESS_NS = 200000000,
    ALARM_MICROSECONDS = 250000,
    ALARMS_OF_A_RUN = 40, // ten seconds
    STACK_BELOW = 4096,   // what the functions that switch away have on the stack
};

// ---- from run to run ----

static void rewind_files(const Explorer *explorer) {
    for (size_t i = 0; i < 2; i++) {
        capture_rewind(&explorer->captures[i]);
    }
    if (explorer->input >= 0) {
        lseek(STDIN_FILENO, explorer->input, SEEK_SET);
    }
}

static void give_back_files(Explorer *explorer) {
    for (int i = 0; i < 2; i++) {
        capture_end(&explorer->captures[i], i + 1);
    }
}

static double seconds_since(int64_t began) {
    return (double)(clock_real_now() - began) / (double)CLOCK_NS_PER_SECOND;
}

static void begin_run(Explorer *explorer) {
    uint64_t number = explorer->result.runs;
    decide_begin_run(explorer);
    explorer->has_ended = false;
    explorer->alarms = 0;
    explorer->preemptions = 0;
    explorer->timeout_of = 0;
    manual_begin_run(&explorer->manual);
    explorer->token.count = 0;
    rewind_files(explorer);
    search_begin_run(&explorer->search);
    random_walk_begin(&explorer->random_walk, explorer->settings.seed + number);
    priorities_begin(&explorer->priorities, explorer->settings.seed + number,
                     explorer->settings.depth, PCT_STEPS);
}

static void complete_end(Explorer *explorer) {
    RunEnd *end = &explorer->end;
    end->output = explorer->captures[0].bytes;
    end->output_length = capture_length(&explorer->captures[0]);
    end->errors = explorer->captures[1].bytes;
    end->errors_length = capture_length(&explorer->captures[1]);
}

static void count_run(Explorer *explorer) {
    explorer->result.runs++;
    if (!explorer->has_ended) {
        explorer->result.pruned++;
        return;
    }
    complete_end(explorer);
    outcome_count(&explorer->result, explorer->shared, &explorer->end, &explorer->token,
                  explorer->preemptions);
}

// A line on the terminal that is written over again and again.
static void show_progress(Explorer *explorer) {
    int64_t now = clock_real_now();
    if (!explorer->settings.shows_progress || now - explorer->shown < PROGRESS_NS) {
        return;
    }
    explorer->shown = now;
    const ExploreResult *result = &explorer->result;
    dprintf(explorer->captures[1].kept,
            "\r%llu schedules, %zu outcomes, %.0f s; %u preemptions \033[K",
            (unsigned long long)result->runs, result->outcome_count, seconds_since(explorer->began),
            explorer->search.bound);
}

static void clear_progress(const Explorer *explorer) {
    if (explorer->shown != 0) {
        dprintf(explorer->captures[1].kept, "\r\033[K");
    }
}

static bool has_no_time(const Explorer *explorer) {
    double budget = explorer->settings.seconds;
    return explorer->stop != 0 || (budget > 0 && seconds_since(explorer->began) > budget);
}

static bool time_is_over(Explorer *explorer) {
    show_progress(explorer);
    explorer->result.was_stopped = explorer->stop != 0;
    return explorer->needs_processes || has_no_time(explorer);
}

static void go_back(Explorer *explorer) {
    if (explorer->snapshot != NULL) {
        snapshot_restore(explorer->snapshot);
    }
}

// The program runs until it ends or is cut short; memory is as it left it then.
static void run_program(Explorer *explorer) {
    begin_run(explorer);
    explorer->is_running = true;
    fiber_switch(&explorer->self, &explorer->program);
    explorer->is_running = false;
}

static void one_run(Explorer *explorer) {
    run_program(explorer);
    if (!explorer->needs_processes) {
        count_run(explorer);
        go_back(explorer);
    }
}

// All schedules with at most `bound` preemptions. false: the time is over.
static bool search_bound(Explorer *explorer, uint32_t bound) {
    Search *search = &explorer->search;
    bool goes_on = true;
    search_begin(search, bound);
    while (goes_on) {
        one_run(explorer);
        if (time_is_over(explorer)) {
            return false;
        }
        if (search->has_learnt) {
            search_begin(search, bound);
        } else {
            goes_on = search_next(search);
        }
    }
    explorer->result.cut = search->cut;
    return !search->is_cut;
}

static void search_all(Explorer *explorer) {
    ExploreResult *result = &explorer->result;
    result->is_complete = true;
    for (uint32_t bound = 0; bound <= explorer->settings.bound && result->is_complete; bound++) {
        result->is_complete = search_bound(explorer, bound);
        result->bounds += result->is_complete;
    }
}

// A person decides, until the program has ended without an answer being taken back.
static void be_told(Explorer *explorer) {
    Manual *manual = &explorer->manual;
    manual->runtime = explorer->runtime;
    manual->input = STDIN_FILENO;
    manual->output = explorer->captures[1].kept;
    do {
        one_run(explorer);
    } while (manual->is_undone && !explorer->needs_processes);
}

static void draw_runs(Explorer *explorer) {
    while (explorer->result.runs < explorer->settings.runs && !time_is_over(explorer)) {
        one_run(explorer);
    }
}

__attribute__((noreturn)) static void end_exploration(Explorer *explorer) {
    clear_progress(explorer);
    give_back_files(explorer);
    explorer->finish(&explorer->result, explorer->context);
    mini_check_failed(__FILE__, __LINE__, "an exploration ended twice");
}

// Ctrl-C: the result so far. A handler gets no argument of ours.
static Explorer *interrupted;

static void on_interrupt(int number) {
    (void)number;
    interrupted->stop = 1;
}

// A run that goes round in a circle without taking a step is left from here: whatever it was in the
// middle of goes back with the rest of the memory.
static void on_alarm(int number) {
    (void)number;
    Explorer *explorer = interrupted;
    bool is_long = explorer->is_running && ++explorer->alarms > ALARMS_OF_A_RUN;
    if (is_long || (explorer->is_running && has_no_time(explorer))) {
        decide_cut(explorer, is_long ? END_ENDLESS : END_NORMAL);
    }
}

static void catch_signals(void) {
    struct sigaction action = {.sa_flags = SA_ONSTACK | SA_NODEFER | SA_RESTART};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
}

static void start_alarms(void) {
    struct itimerval often = {{0, ALARM_MICROSECONDS}, {0, ALARM_MICROSECONDS}};
    setitimer(ITIMER_REAL, &often, NULL);
}

// The run that explorer->replay says; memory is as it left it then.
static void replay_once(Explorer *explorer) {
    explorer->replay.next = 0;
    explorer->is_replaying = true;
    run_program(explorer);
    explorer->is_replaying = false;
}

// ---- what a failure needs ----

static void shrink_outcome(Explorer *explorer, Outcome *outcome) {
    Shrink *shrink = &explorer->shrink;
    shrink_begin(shrink, &explorer->replay.token, outcome->preemptions);
    while (shrink_propose(shrink, &explorer->replay.token) && !has_no_time(explorer)) {
        replay_once(explorer);
        complete_end(explorer);
        bool is_alike = explorer->has_ended && outcome_is_of(outcome, &explorer->end);
        if (is_alike && shrink_accept(shrink, &explorer->token, explorer->preemptions)) {
            outcome_simplify(outcome, explorer->shared, &explorer->token, explorer->preemptions);
        }
        go_back(explorer);
    }
}

// Failures that were found by chance have schedules with much that they do not need.
static void shrink_failures(Explorer *explorer) {
    ExploreResult *result = &explorer->result;
    for (size_t i = 0; i < result->outcome_count; i++) {
        Outcome *outcome = &result->outcomes[i];
        if (end_kind_fails(outcome->kind) && outcome->kind != END_ENDLESS &&
            schedule_token_read(&explorer->replay.token, outcome->token)) {
            shrink_outcome(explorer, outcome);
        }
    }
}

// ---- stories ----

// Run the simplest schedule of each failure once more and note what happens.
static void tell_stories(Explorer *explorer) {
    ExploreResult *result = &explorer->result;
    for (size_t i = 0; i < result->outcome_count && result->story_count < STORIES_MAX; i++) {
        const Outcome *outcome = &result->outcomes[i];
        bool is_told = end_kind_fails(outcome->kind) || (i > 0 && races_matter(result));
        if (is_told && outcome->kind != END_ENDLESS &&
            schedule_token_read(&explorer->replay.token, outcome->token)) {
            explorer->story = &result->stories[result->story_count++];
            explorer->story->outcome = outcome;
            replay_once(explorer);
            go_back(explorer);
            explorer->story = NULL;
        }
    }
}

// Through all runs, until the time is over or they turn out to need processes.
static void explore_once(Explorer *explorer) {
    explorer->is_exploring = true;
    explorer->began = clock_real_now();
    explorer->settings.shows_progress &= explorer->settings.method != EXPLORE_MANUAL;
    static void (*const ways[])(Explorer *) = {[EXPLORE_ALL] = search_all,
                                               [EXPLORE_RANDOM] = draw_runs,
                                               [EXPLORE_PCT] = draw_runs,
                                               [EXPLORE_MANUAL] = be_told};
    ways[explorer->settings.method](explorer);
    explorer->result.seconds = seconds_since(explorer->began);
    if (!explorer->needs_processes && decide_is_by_chance(explorer)) {
        shrink_failures(explorer);
    }
    if (!explorer->needs_processes) {
        tell_stories(explorer);
    }
    explorer->is_exploring = false;
}

// In the environment: each run is to be a process.
#define PROCESSES "MINI_EXPLORE_PROCESSES"

static bool can_take_snapshots(void) {
    if (getenv(PROCESSES) != NULL) {
        return false;
    }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false; // their shadow memory would have to go back, too
#else
    return true;
#endif
}

// Begin again, with each run in a process. The settings are in the command line still.
__attribute__((noreturn)) static void begin_with_processes(Explorer *explorer) {
    setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
    clear_progress(explorer);
    snapshot_restore(explorer->snapshot);
    snapshot_release(explorer->snapshot);
    rewind_files(explorer);
    give_back_files(explorer);
    setenv(PROCESSES, "1", 1);
    explorer->settings.begin_again(explorer->context);
    mini_check_failed(__FILE__, __LINE__, "exploring did not begin again");
}

static void explore(void *argument) {
    Explorer *explorer = argument;
    fiber_begin(&explorer->self);
    if (can_take_snapshots()) {
        explorer->snapshot =
            snapshot_take(explorer->shared, explorer->stack_low, explorer->stack_high);
    }
    explorer->by_processes = explorer->snapshot == NULL;
    catch_signals();
    if (!explorer->by_processes && explorer->settings.method != EXPLORE_MANUAL) {
        start_alarms();
    }
    explore_once(explorer);
    if (explorer->needs_processes) {
        begin_with_processes(explorer);
    }
    end_exploration(explorer);
}

// ---- what the program's side calls ----

// A run in a process of its own; true in that process, which goes on with the program.
static bool is_forked_child(Explorer *explorer) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        start_alarms();
        return true;
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (child < 0 || !WIFEXITED(status)) {
        explorer->end = (RunEnd){.kind = END_KILLED, .status = child < 0 ? 0 : WTERMSIG(status)};
        explorer->has_ended = true;
    }
    return false;
}

// To the explorer, and back when a run begins.
static void begin_exploring(Explorer *explorer) {
    control_reserve_stacks(explorer->runtime, STACKS_RESERVED);
    explorer->stack_low = (char *)__builtin_frame_address(0) - STACK_BELOW;
    fiber_switch(&explorer->program, &explorer->self); // to be back when a run begins
    while (explorer->by_processes && !is_forked_child(explorer)) {
        fiber_switch(&explorer->program, &explorer->self);
    }
}

static void on_second_thread(void *context, RuntimeThread *thread) {
    (void)thread;
    if (!((Explorer *)context)->by_processes) {
        begin_exploring(context);
    }
}

Explorer *explorer_new(const ExploreSettings *settings,
                       void (*finish)(const ExploreResult *result, void *context), void *context) {
    Shared *shared = shared_new(SHARED_SIZE);
    Explorer *explorer = shared == NULL ? NULL : shared_allocate(shared, sizeof *explorer);
    char *stack = explorer == NULL ? NULL : shared_allocate(shared, EXPLORER_STACK);
    if (stack == NULL || !search_init(&explorer->search, shared)) {
        return NULL;
    }
    explorer->settings = *settings;
    explorer->finish = finish;
    explorer->context = context;
    explorer->shared = shared;
    interrupted = explorer;
    fiber_prepare(&explorer->self, stack, EXPLORER_STACK, explore, explorer);
    return explorer;
}

bool explorer_control(Explorer *explorer, Runtime *runtime, uint32_t program) {
    explorer->runtime = runtime;
    explorer->stack_high = (char *)runtime->main->stack.high;
    explorer->token.program = program;
    bool is_answered = explorer->settings.method == EXPLORE_MANUAL;
    explorer->input = is_answered ? -1 : lseek(STDIN_FILENO, 0, SEEK_CUR);
    mallopt(M_MMAP_MAX, 0); // memory that a run takes is to be found again
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    fflush(NULL);
    if (!capture_begin(&explorer->captures[0], STDOUT_FILENO) ||
        !capture_begin(&explorer->captures[1], STDERR_FILENO)) {
        return false;
    }
    control_begin(runtime, decide_strategy(explorer), explorer);
    runtime->schedule.record = &explorer->token;
    runtime->control.watch = watch_of(explorer, on_second_thread);
    runtime->races = races_new((RaceSink){watch_race, explorer, NULL});
    if (runtime->races != NULL && !can_take_snapshots()) {
        begin_exploring(explorer);
    }
    return runtime->races != NULL;
}

void explorer_run_ended(Explorer *explorer, const RunEnd *end) {
    explorer->end = *end;
    explorer->has_ended = true;
    if (explorer->is_exploring) {
        decide_leave(explorer);
    }
    count_run(explorer); // it never had a second thread
    explorer->result.is_complete = true;
    explorer->result.bounds = explorer->settings.bound + 1;
    end_exploration(explorer);
}
