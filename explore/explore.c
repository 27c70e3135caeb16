// SPDX-License-Identifier: MIT
//
// The explorer: from one run to the next.
//
//     program (its own stack)                    explorer (a stack in shared memory)
//     runs until its second thread starts   ->   takes the snapshot
//     goes on under the next schedule       <-   begins a run
//     ends, deadlocks, or is cut short      ->   counts the outcome, restores the snapshot ...
//
// A program that never starts a second thread has one schedule, which is the run it has made.
#include "explore.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mini_check.h"
#include "search.h"
#include "snapshot.h"
#include "strategies.h"

enum {
    SHARED_SIZE = 1 << 30,
    EXPLORER_STACK = 256 * 1024,
    CAPTURED_MAX = 1 << 20,
    STEPS_MAX = 2000000, // of one run
    STACKS_RESERVED = 16,
    STACK_BELOW = 4096, // what the functions that switch away have on the stack
};

// A standard file that goes to memory instead.
typedef struct Capture {
    int file;    // in memory
    int kept;    // where it went before
    char *bytes; // CAPTURED_MAX of them, mapped
} Capture;

struct Explorer {
    ExploreSettings settings;
    ExploreResult result;
    Shared *shared;
    Runtime *runtime;
    Fiber program, self, given_up;
    Search search;
    RandomWalk random_walk;
    Priorities priorities;
    ScheduleToken token; // of this run
    uint32_t preemptions;
    RunEnd end;
    bool has_ended, is_exploring;
    Capture captures[2];
    char *stack_low, *stack_high; // of the program's main thread, as far as it was in use
    void (*finish)(const ExploreResult *result, void *context);
    void *context;
    int64_t began;
    volatile sig_atomic_t stop;
};

// ---- standard output and errors ----

static bool capture(Capture *capture, int file) {
    capture->file = memfd_create("output", MFD_CLOEXEC);
    capture->kept = fcntl(file, F_DUPFD_CLOEXEC, 100);
    if (capture->file < 0 || ftruncate(capture->file, CAPTURED_MAX) != 0) {
        return false;
    }
    capture->bytes =
        mmap(NULL, CAPTURED_MAX, PROT_READ, MAP_SHARED | MAP_NORESERVE, capture->file, 0);
    return capture->bytes != MAP_FAILED && dup2(capture->file, file) == file;
}

static size_t captured_length(const Capture *capture) {
    off_t length = lseek(capture->file, 0, SEEK_CUR);
    return length < 0 ? 0 : length > CAPTURED_MAX ? CAPTURED_MAX : (size_t)length;
}

static void rewind_captures(const Explorer *explorer) {
    for (size_t i = 0; i < 2; i++) {
        lseek(explorer->captures[i].file, 0, SEEK_SET);
    }
}

static void give_back_files(Explorer *explorer) {
    for (int i = 0; i < 2; i++) {
        dup2(explorer->captures[i].kept, i + 1);
        close(explorer->captures[i].kept);
        close(explorer->captures[i].file);
    }
}

// ---- the strategy ----

static void leave_run(Explorer *explorer) {
    fiber_switch(&explorer->given_up, &explorer->self);
}

static void cut_run(Explorer *explorer, EndKind kind) {
    explorer->end = (RunEnd){.kind = kind};
    explorer->has_ended = kind != END_NORMAL;
    leave_run(explorer);
}

static uint64_t running(const Explorer *explorer) {
    return gil_holder(&explorer->runtime->gil)->id;
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    Explorer *explorer = state;
    if (!explorer->is_exploring) {
        return false;
    }
    switch (explorer->settings.method) {
    case EXPLORE_RANDOM:
        return strategy_random.considers(&explorer->random_walk, moment, step);
    case EXPLORE_PCT:
        return strategy_pct.considers(&explorer->priorities, moment, step);
    default:
        return search_considers(&explorer->search, running(explorer), moment, step);
    }
}

static size_t choose_option(Explorer *explorer, const Choice *choice) {
    switch (explorer->settings.method) {
    case EXPLORE_RANDOM:
        return strategy_random.choose(&explorer->random_walk, choice);
    case EXPLORE_PCT:
        return strategy_pct.choose(&explorer->priorities, choice);
    default:
        return search_choose(&explorer->search, choice);
    }
}

static size_t choose(void *state, const Choice *choice) {
    Explorer *explorer = state;
    if (!explorer->is_exploring) {
        return 0;
    }
    size_t taken = choose_option(explorer, choice);
    if (explorer->search.is_pruned) {
        cut_run(explorer, END_NORMAL);
    }
    explorer->preemptions += taken != 0 && choice->kind == CHOICE_PREEMPT;
    return taken;
}

static const ScheduleStrategy strategy = {"explore", considers, choose};

static void on_step(void *context, RuntimeThread *thread, const ScheduleStep *step) {
    Explorer *explorer = context;
    if (explorer->is_exploring && explorer->settings.method == EXPLORE_ALL) {
        search_step(&explorer->search, thread->id, step);
    }
    if (thread->runtime->control.steps > STEPS_MAX && explorer->is_exploring) {
        cut_run(explorer, END_ENDLESS);
    }
}

static void on_stuck(void *context, RuntimeThread *thread) {
    (void)thread;
    Explorer *explorer = context;
    if (explorer->is_exploring) {
        cut_run(explorer, END_DEADLOCK);
    }
}

// ---- data races ----

static bool is_known_race(const ExploreResult *result, const char *lines) {
    for (size_t i = 0; i < result->race_count; i++) {
        if (strcmp(result->races[i].lines, lines) == 0) {
            return true;
        }
    }
    return result->race_count == RACES_MAX;
}

// "line 7, in deposit / line 9, in withdraw", the same whichever came first.
static void put_lines(const Runtime *runtime, const Race *race, StringBuilder *out) {
    CodePosition first = race->before.site, second = race->now.site;
    bool turn =
        first.code > second.code || (first.code == second.code && first.offset > second.offset);
    runtime->hooks.describe_position((Runtime *)runtime, turn ? second : first, out);
    sb_puts(out, " / ");
    runtime->hooks.describe_position((Runtime *)runtime, turn ? first : second, out);
}

static void note_race(Explorer *explorer, RuntimeThread *thread, const Race *race) {
    ExploreResult *result = &explorer->result;
    StringBuilder lines, text;
    sb_init(&lines);
    sb_init(&text);
    put_lines(thread->runtime, race, &lines);
    if (!is_known_race(result, lines.data)) {
        races_describe(thread, race, &text);
        result->races[result->race_count++] = (RaceFound){
            .text = shared_copy(explorer->shared, text.data, text.length),
            .lines = shared_copy(explorer->shared, lines.data, lines.length),
        };
    }
    sb_free(&text);
    sb_free(&lines);
}

static void on_race(void *context, RuntimeThread *thread, const Race *race) {
    Explorer *explorer = context;
    search_learn(&explorer->search, race->before.site);
    search_learn(&explorer->search, race->now.site);
    if (race->touch.is_plain) {
        note_race(explorer, thread, race);
    }
}

// ---- from run to run ----

static double seconds_since(int64_t began) {
    return (double)(clock_real_now() - began) / (double)CLOCK_NS_PER_SECOND;
}

static void begin_run(Explorer *explorer) {
    uint64_t number = explorer->result.runs;
    explorer->has_ended = false;
    explorer->preemptions = 0;
    explorer->token.count = 0;
    rewind_captures(explorer);
    search_begin_run(&explorer->search);
    random_walk_begin(&explorer->random_walk, explorer->settings.seed + number);
    priorities_begin(&explorer->priorities, explorer->settings.seed + number,
                     explorer->settings.depth, PCT_STEPS);
}

static void count_run(Explorer *explorer) {
    RunEnd *end = &explorer->end;
    explorer->result.runs++;
    if (!explorer->has_ended) {
        explorer->result.pruned++;
        return;
    }
    end->output = explorer->captures[0].bytes;
    end->output_length = captured_length(&explorer->captures[0]);
    end->errors = explorer->captures[1].bytes;
    end->errors_length = captured_length(&explorer->captures[1]);
    outcome_count(&explorer->result, explorer->shared, end, &explorer->token,
                  explorer->preemptions);
}

static bool time_is_over(Explorer *explorer) {
    explorer->result.was_stopped = explorer->stop != 0;
    return explorer->stop != 0 || (explorer->settings.seconds > 0 &&
                                   seconds_since(explorer->began) > explorer->settings.seconds);
}

static void one_run(Explorer *explorer, Snapshot *snapshot) {
    begin_run(explorer);
    fiber_switch(&explorer->self, &explorer->program);
    count_run(explorer);
    snapshot_restore(snapshot);
}

// All schedules with at most `bound` preemptions. false: the time is over.
static bool search_bound(Explorer *explorer, Snapshot *snapshot, uint32_t bound) {
    Search *search = &explorer->search;
    bool goes_on = true;
    search_begin(search, bound);
    while (goes_on) {
        one_run(explorer, snapshot);
        if (time_is_over(explorer)) {
            return false;
        }
        if (search->has_learnt) {
            search_begin(search, bound);
        } else {
            goes_on = search_next(search);
        }
    }
    return !search->is_cut;
}

static void search_all(Explorer *explorer, Snapshot *snapshot) {
    ExploreResult *result = &explorer->result;
    result->is_complete = true;
    for (uint32_t bound = 0; bound <= explorer->settings.bound && result->is_complete; bound++) {
        result->is_complete = search_bound(explorer, snapshot, bound);
        result->bound = result->is_complete ? bound : result->bound;
    }
}

static void draw_runs(Explorer *explorer, Snapshot *snapshot) {
    while (explorer->result.runs < explorer->settings.runs && !time_is_over(explorer)) {
        one_run(explorer, snapshot);
    }
}

__attribute__((noreturn)) static void end_exploration(Explorer *explorer) {
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

static void catch_interrupt(void) {
    struct sigaction action = {.sa_flags = SA_ONSTACK};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, NULL);
}

static void explore(void *argument) {
    Explorer *explorer = argument;
    fiber_begin(&explorer->self);
    Snapshot *snapshot = snapshot_take(explorer->shared, explorer->stack_low, explorer->stack_high);
    catch_interrupt();
    if (snapshot == NULL) {
        explorer->result.refusal = "memory cannot be watched here";
    } else {
        explorer->is_exploring = true;
        explorer->began = clock_real_now();
        (explorer->settings.method == EXPLORE_ALL ? search_all : draw_runs)(explorer, snapshot);
        explorer->is_exploring = false;
        explorer->result.seconds = seconds_since(explorer->began);
    }
    end_exploration(explorer);
}

// ---- what the program's side calls ----

static void on_second_thread(void *context, RuntimeThread *thread) {
    (void)thread;
    Explorer *explorer = context;
    control_reserve_stacks(explorer->runtime, STACKS_RESERVED);
    explorer->stack_low = (char *)__builtin_frame_address(0) - STACK_BELOW;
    fiber_switch(&explorer->program, &explorer->self);
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
    mallopt(M_MMAP_MAX, 0); // memory that a run takes is to be found again
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
    fflush(NULL);
    if (!capture(&explorer->captures[0], STDOUT_FILENO) ||
        !capture(&explorer->captures[1], STDERR_FILENO)) {
        return false;
    }
    control_begin(runtime, &strategy, explorer);
    runtime->schedule.record = &explorer->token;
    runtime->control.watch = (ControlWatch){explorer, on_second_thread, on_step, NULL, on_stuck};
    runtime->races = races_new((RaceSink){on_race, explorer});
    return runtime->races != NULL;
}

void explorer_run_ended(Explorer *explorer, const RunEnd *end) {
    explorer->end = *end;
    explorer->has_ended = true;
    if (explorer->is_exploring) {
        leave_run(explorer);
    }
    count_run(explorer); // it never had a second thread
    explorer->result.is_complete = true;
    explorer->result.bound = explorer->settings.bound;
    end_exploration(explorer);
}
