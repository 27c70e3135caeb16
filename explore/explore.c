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
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "manual.h"
#include "mini_check.h"
#include "search.h"
#include "shrink.h"
#include "snapshot.h"
#include "story.h"
#include "strategies.h"

enum {
    SHARED_SIZE = 1 << 30,
    EXPLORER_STACK = 256 * 1024,
    CAPTURED_MAX = 1 << 20,
    STEPS_MAX = 2000000, // of one run
    STACKS_RESERVED = 16,
    PROGRESS_NS = 200000000,
    ALARM_MICROSECONDS = 250000,
    ALARMS_OF_A_RUN = 40, // ten seconds
    STACK_BELOW = 4096,   // what the functions that switch away have on the stack
};

// A standard file that goes to memory instead.
typedef struct Capture {
    int file;    // in memory
    int kept;    // where it went before
    char *bytes; // CAPTURED_MAX of them, mapped
} Capture;

// A strategy and its state.
typedef struct Decider {
    const ScheduleStrategy *strategy;
    void *state;
} Decider;

struct Explorer {
    ExploreSettings settings;
    ExploreResult result;
    Shared *shared;
    Runtime *runtime;
    Snapshot *snapshot; // NULL: by_processes
    Fiber program, self, given_up;
    Decider decider; // of this run
    Search search;
    Manual manual;
    RandomWalk random_walk;
    Priorities priorities;
    ScheduleToken token; // of this run
    Replay replay;       // of a run whose story is told, or that is made simpler
    bool is_replaying;
    Shrink shrink;
    Story *story; // that is being told; or NULL
    uint32_t preemptions;
    size_t choices_before_spins; // of the token
    uint64_t timeout_of;         // whose wait with a timeout was noticed last
    int64_t timeout_since;
    RunEnd end;
    bool has_ended, is_exploring;
    bool by_processes; // each run is one
    bool needs_processes;
    off_t input; // where standard input was at the start; -1: it cannot be read again
    Capture captures[2];
    char *stack_low, *stack_high; // of the program's main thread, as far as it was in use
    void (*finish)(const ExploreResult *result, void *context);
    void *context;
    int64_t began, shown; // the exploration; the last line of progress
    volatile sig_atomic_t stop;
    volatile sig_atomic_t is_running; // the program is, not the explorer
    volatile sig_atomic_t alarms;     // since the run began
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

static void rewind_files(const Explorer *explorer) {
    for (size_t i = 0; i < 2; i++) {
        lseek(explorer->captures[i].file, 0, SEEK_SET);
    }
    if (explorer->input >= 0) {
        lseek(STDIN_FILENO, explorer->input, SEEK_SET);
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
    if (explorer->by_processes) {
        _exit(0);
    }
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

// Nothing can change any more, unless somebody's time comes.
static void end_loops(Explorer *explorer) {
    if (control_has_deadline(explorer->runtime)) {
        explorer->search.is_endless = false;
        return;
    }
    if (explorer->choices_before_spins < explorer->token.count && explorer->search.spins > 0) {
        explorer->token.count = explorer->choices_before_spins;
    }
    cut_run(explorer, END_ENDLESS);
}

// Has a wait with a timeout begun since this was asked last?
static bool has_new_timeout(Explorer *explorer, const RuntimeThread *early) {
    if (early == NULL || early->waiting_for->kind == WAIT_SLEEP ||
        (explorer->timeout_of == early->id && explorer->timeout_since == early->waits_since)) {
        return false;
    }
    explorer->timeout_of = early->id;
    explorer->timeout_since = early->waits_since;
    return true;
}

static bool search_decides(void *state, uint64_t moment, const ScheduleStep *step) {
    Explorer *explorer = state;
    const RuntimeThread *early = control_early(explorer->runtime);
    explorer->search.timeouts = explorer->runtime->control.timeouts;
    explorer->search.has_timeout = has_new_timeout(explorer, early);
    bool considers = search_considers(&explorer->search, running(explorer), moment, step);
    if (explorer->search.is_endless) {
        end_loops(explorer);
    } else if (search_is_lost(&explorer->search)) {
        cut_run(explorer, END_ENDLESS);
    }
    return considers;
}

// How long threads still wait, to the millisecond, in which order their times come.
static uint64_t hash_of_deadlines(const Runtime *runtime) {
    uint64_t hash = 0;
    for (const RuntimeThread *t = runtime->threads; t; t = t->next) {
        if (t->waiting_for == NULL || t->waiting_for->deadline == CLOCK_NEVER) {
            continue;
        }
        int64_t deadline = t->waiting_for->deadline;
        uint64_t rank = 1;
        for (const RuntimeThread *other = runtime->threads; other; other = other->next) {
            rank += other->waiting_for != NULL && other->waiting_for->deadline < deadline;
        }
        int64_t left = (deadline - runtime->clock.virtual_now + CLOCK_NS_PER_MS / 2);
        uint64_t number = (uint64_t)(left / CLOCK_NS_PER_MS) * 64 + rank;
        hash += (t->id * UINT64_C(0x9e3779b97f4a7c15)) ^ (number * UINT64_C(0xbf58476d1ce4e5b9));
    }
    return hash;
}

static size_t search_takes(void *state, const Choice *choice) {
    Explorer *explorer = state;
    explorer->search.deadlines = hash_of_deadlines(explorer->runtime);
    return search_choose(&explorer->search, choice);
}

static const ScheduleStrategy strategy_search = {"search", search_decides, search_takes, true,
                                                 false};

// Who decides in this run.
static Decider decider_of(Explorer *explorer) {
    if (explorer->is_replaying) {
        return (Decider){&strategy_replay, &explorer->replay};
    }
    switch (explorer->settings.method) {
    case EXPLORE_RANDOM:
        return (Decider){&strategy_random, &explorer->random_walk};
    case EXPLORE_PCT:
        return (Decider){&strategy_pct, &explorer->priorities};
    case EXPLORE_MANUAL:
        return (Decider){&strategy_manual, &explorer->manual};
    case EXPLORE_ALL:
        break;
    }
    return (Decider){&strategy_search, explorer};
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    Explorer *explorer = state;
    const Decider *decider = &explorer->decider;
    return explorer->is_exploring && decider->strategy->considers(decider->state, moment, step);
}

static void count_preemption(Explorer *explorer, const Choice *choice, size_t taken) {
    bool is_early = choice->options[taken].is_early;
    bool costs = choice->kind == CHOICE_PREEMPT || choice->kind == CHOICE_TASK;
    explorer->preemptions += is_early || (taken != 0 && costs);
    if (explorer->decider.strategy == &strategy_search) {
        explorer->preemptions = explorer->search.preemptions; // giving way in a loop is none
    }
}

// Need the run not be gone on with?
static void leave_if_decided(Explorer *explorer) {
    const Search *search = &explorer->search;
    if (search->spins == 1) {
        explorer->choices_before_spins = explorer->token.count;
    }
    if (search->is_endless) {
        end_loops(explorer);
    }
    if (search->is_pruned || explorer->manual.is_undone || explorer->manual.is_over) {
        cut_run(explorer, END_NORMAL);
    }
}

static size_t choose(void *state, const Choice *choice) {
    Explorer *explorer = state;
    const Decider *decider = &explorer->decider;
    if (!explorer->is_exploring) {
        return 0;
    }
    size_t taken = decider->strategy->choose(decider->state, choice);
    if (explorer->story != NULL && choice->options[taken].is_early) {
        story_tell_early(explorer->story, explorer->shared, &choice->options[taken]);
    }
    count_preemption(explorer, choice, taken);
    leave_if_decided(explorer);
    return taken;
}

static const ScheduleStrategy strategy = {"explore", considers, choose, true, false};
// For strategies that hold up nobody.
static const ScheduleStrategy strategy_of_samples = {"explore", considers, choose, false, false};

static bool is_sample(const Explorer *explorer) {
    ExploreMethod method = explorer->settings.method;
    return method == EXPLORE_RANDOM || method == EXPLORE_PCT;
}

static const ScheduleStrategy *own_strategy(const Explorer *explorer) {
    return is_sample(explorer) ? &strategy_of_samples : &strategy;
}

static void on_step(void *context, RuntimeThread *thread, const ScheduleStep *step) {
    Explorer *explorer = context;
    if (explorer->story != NULL) {
        story_tell(explorer->story, explorer->shared, thread);
    } else if (explorer->is_exploring && explorer->settings.method == EXPLORE_ALL) {
        search_step(&explorer->search, thread->id, step);
    }
    if (thread->runtime->control.steps > STEPS_MAX && explorer->is_exploring) {
        cut_run(explorer, END_ENDLESS);
    }
}

// What the kernel remembers does not go back. (Writing to the captured files is no harm.)
static void on_outside(void *context, const char *what) {
    Explorer *explorer = context;
    if (explorer->is_exploring && !explorer->by_processes && strcmp(what, "write") != 0) {
        explorer->needs_processes = true;
        leave_run(explorer);
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
        sb_puts(&text, "\n  to see it again: --races --schedule=");
        schedule_token_write(&explorer->token, &text);
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
    explorer->decider = decider_of(explorer);
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
    end->output_length = captured_length(&explorer->captures[0]);
    end->errors = explorer->captures[1].bytes;
    end->errors_length = captured_length(&explorer->captures[1]);
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
        cut_run(explorer, is_long ? END_ENDLESS : END_NORMAL);
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
    if (!explorer->needs_processes && is_sample(explorer)) {
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
    if (!capture(&explorer->captures[0], STDOUT_FILENO) ||
        !capture(&explorer->captures[1], STDERR_FILENO)) {
        return false;
    }
    control_begin(runtime, own_strategy(explorer), explorer);
    runtime->schedule.record = &explorer->token;
    runtime->control.watch =
        (ControlWatch){explorer, on_second_thread, on_step, on_outside, on_stuck};
    runtime->races = races_new((RaceSink){on_race, explorer, NULL});
    if (runtime->races != NULL && !can_take_snapshots()) {
        begin_exploring(explorer);
    }
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
    explorer->result.bounds = explorer->settings.bound + 1;
    end_exploration(explorer);
}
