// SPDX-License-Identifier: MIT
//
// The command line of `mini explore`. Its options stand between the word and the program; the exit
// status says what was found: 0 nothing, 1 a failure, 2 a mistake in the command line, 3 nothing,
// but not all was tried.
#include "explored.h"

#include "execute.h"
#include "run.h"
#include "scheduled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_CLEAN = 0,
    EXIT_FOUND = 1,
    EXIT_USAGE = 2,
    EXIT_UNFINISHED = 3,
    DEFAULT_BOUND = 2,
    BOUND_MAX = 64,
    DEFAULT_RUNS = 1000,
    DEFAULT_DEPTH = 3,
    DEFAULT_SECONDS = 60,
};

typedef struct ExploreCommand {
    ExploreSettings settings;
    ExploreFormat format;
    Options options;
} ExploreCommand;

// ---- options ----

static const char usage[] =
    "usage: mini explore [OPTION...] FILE [ARGUMENT...]\n"
    "Run a program under many schedules and tell what can happen.\n"
    "\n"
    "  --bound=N          all schedules with at most N preemptions (2)\n"
    "  --strategy=NAME    all, random, pct, or manual: you are the scheduler (all)\n"
    "  --runs=N           of random and pct (1000)\n"
    "  --seed=N           of the first run of random and pct (1)\n"
    "  --depth=N          of the bugs that pct looks for (3)\n"
    "  --seconds=S        stop after so long, 0: never (60)\n"
    "  --format=NAME      text, json, sarif or html (text)\n"
    "  --quiet            show no progress\n"
    "\n"
    "Exit status: 0 nothing found, 1 a failure found, 2 wrong usage, 3 nothing found, but not all\n"
    "was tried. Ctrl-C ends the search and shows what was found.\n"
    "Example: mini explore programs/lessons/lost_update.mini\n";

typedef bool TakeOption(ExploreCommand *command, const char *value);

static bool read_number(const char *value, uint64_t least, uint64_t most, uint64_t *number) {
    char *end;
    *number = strtoull(value, &end, 10);
    return end != value && *end == '\0' && *value != '-' && *number >= least && *number <= most;
}

static bool take_bound(ExploreCommand *command, const char *value) {
    uint64_t number = 0;
    bool good = read_number(value, 0, BOUND_MAX, &number);
    command->settings.bound = (uint32_t)number;
    return good;
}
static bool take_runs(ExploreCommand *command, const char *value) {
    return read_number(value, 1, UINT64_MAX, &command->settings.runs);
}
static bool take_seed(ExploreCommand *command, const char *value) {
    return read_number(value, 0, UINT64_MAX, &command->settings.seed);
}
static bool take_depth(ExploreCommand *command, const char *value) {
    uint64_t number = 0;
    bool good = read_number(value, 1, PCT_DEPTH_MAX, &number);
    command->settings.depth = (uint32_t)number;
    return good;
}
static bool take_seconds(ExploreCommand *command, const char *value) {
    char *end;
    command->settings.seconds = strtod(value, &end);
    return end != value && *end == '\0' && command->settings.seconds >= 0;
}

// The index of `value` among the names, which end with NULL; -1 if it is none of them.
static int index_of(const char *const *names, const char *value) {
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], value) == 0)
            return i;
    }
    return -1;
}

static bool take_strategy(ExploreCommand *command, const char *value) {
    static const char *const names[] = {[EXPLORE_ALL] = "all",
                                        [EXPLORE_RANDOM] = "random",
                                        [EXPLORE_PCT] = "pct",
                                        [EXPLORE_MANUAL] = "manual",
                                        NULL};
    int method = index_of(names, value);
    command->settings.method = method < 0 ? EXPLORE_ALL : (ExploreMethod)method;
    return method >= 0;
}
static bool take_format(ExploreCommand *command, const char *value) {
    static const char *const names[] = {[FORMAT_TEXT] = "text",
                                        [FORMAT_JSON] = "json",
                                        [FORMAT_SARIF] = "sarif",
                                        [FORMAT_HTML] = "html",
                                        NULL};
    int format = index_of(names, value);
    command->format = format < 0 ? FORMAT_TEXT : (ExploreFormat)format;
    return format >= 0;
}

static const struct {
    const char *name;
    TakeOption *take;
    const char *wanted; // what every good value is
} rows[] = {
    {"--bound", take_bound, "a number from 0 to 64"},
    {"--strategy", take_strategy, "one of all, random, pct"},
    {"--runs", take_runs, "a number from 1"},
    {"--seed", take_seed, "a number from 0"},
    {"--depth", take_depth, "a number from 1 to 16"},
    {"--seconds", take_seconds, "a number of seconds from 0"},
    {"--format", take_format, "one of text, json, sarif, html"},
};

_Static_assert(BOUND_MAX == 64 && PCT_DEPTH_MAX == 16, "as the table says");

static int complain(const char *text, const char *word) {
    fprintf(stderr, "mini explore: %s '%s'\nTry 'mini explore --help'.\n", text, word);
    return EXIT_USAGE;
}

static int complain_value(size_t row, const char *value) {
    fprintf(stderr, "mini explore: %s: '%s' is not %s\n", rows[row].name, value, rows[row].wanted);
    return EXIT_USAGE;
}

// One option. -1, or the exit status.
static int take_option(ExploreCommand *command, const char *word) {
    size_t length = strcspn(word, "=");
    if (strcmp(word, "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_CLEAN;
    }
    if (strcmp(word, "--quiet") == 0) {
        command->settings.shows_progress = false;
        return -1;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, word, length) == 0) {
            if (word[length] != '=')
                return complain("a value is missing, as in --bound=2:", word);
            const char *value = word + length + 1;
            return rows[i].take(command, value) ? -1 : complain_value(i, value);
        }
    }
    return complain("unknown option", word);
}

// The words behind `explore`.
static int take_words(ExploreCommand *command) {
    Options *options = &command->options;
    InterpreterOptions *interpreter = &options->interpreter;
    char **word = interpreter->argv - 1, **end = interpreter->argv + interpreter->argc;
    int status = -1;
    while (status < 0 && word < end && strncmp(*word, "--", 2) == 0)
        status = take_option(command, *word++);
    if (status < 0 && word == end) {
        fprintf(stderr, "mini explore: which program? mini explore FILE\n");
        return EXIT_USAGE;
    }
    if (status < 0) {
        options->action = ACTION_FILE;
        options->target = interpreter->program = *word++;
        interpreter->argc = (int)(end - word);
        interpreter->argv = word;
    }
    return status;
}

// ---- the command ----

static void finish(const ExploreResult *result, void *context) {
    const ExploreCommand *command = context;
    explore_report(result, &command->settings, command->format, command->options.target);
    fflush(NULL);
    int unfinished = result->is_complete ? EXIT_CLEAN : EXIT_UNFINISHED;
    _exit(result->refusal != NULL ? EXIT_USAGE : outcomes_fail(result) ? EXIT_FOUND : unfinished);
}

// What the loader and the C library must be told before they start. Functions of the library are to
// be found at once; else each would be looked for in every run again. And it is not to share memory
// with the kernel (restartable sequences), which would not expect that memory to be read-only.
static void start_over(const Options *options) {
    if (getenv("LD_BIND_NOW") == NULL) {
        setenv("LD_BIND_NOW", "1", 1);
        setenv("GLIBC_TUNABLES", "glibc.pthread.rseq=0", 1);
        execv("/proc/self/exe", options->interpreter.original_argv);
    }
}

// In a new image of the process.
static void begin_again(void *context) {
    const ExploreCommand *command = context;
    execv("/proc/self/exe", command->options.interpreter.original_argv);
    fprintf(stderr, "mini explore: cannot start again\n");
    _exit(EXIT_USAGE);
}

static int explore(ExploreCommand *command) {
    command->settings.begin_again = begin_again;
    command->options.explorer = explorer_new(&command->settings, finish, command);
    if (command->options.explorer == NULL) {
        fprintf(stderr, "mini explore: not enough memory\n");
        return EXIT_USAGE;
    }
    return run_program(&command->options);
}

static ExploreCommand new_command(const Options *options) {
    start_over(options);
    return (ExploreCommand){
        .settings = {.bound = DEFAULT_BOUND,
                     .runs = DEFAULT_RUNS,
                     .seed = 1,
                     .depth = DEFAULT_DEPTH,
                     .seconds = DEFAULT_SECONDS,
                     .shows_progress = isatty(STDERR_FILENO) == 1},
        .options = *options,
    };
}

int explore_command(const Options *options) {
    ExploreCommand command = new_command(options);
    int status = take_words(&command);
    return status >= 0 ? status : explore(&command);
}

bool explore_is_meant(const Options *options) {
    const char *schedule = options->interpreter.schedule;
    return schedule != NULL && options->action == ACTION_FILE &&
           (strcmp(schedule, "manual") == 0 || strncmp(schedule, "dfs:", 4) == 0);
}

int explore_schedule(const Options *options) {
    ExploreCommand command = new_command(options);
    const char *schedule = options->interpreter.schedule;
    if (strcmp(schedule, "manual") == 0)
        command.settings.method = EXPLORE_MANUAL;
    else if (!take_bound(&command, schedule + strlen("dfs:")))
        return complain("a number of preemptions is missing, as in dfs:2:", schedule);
    command.options.interpreter.schedule = NULL;
    return explore(&command);
}

// ---- the program ----

int explored_begin(Thread *thread, Explorer *explorer, const Program *program) {
    uint32_t hash = schedule_token_hash(program->text, program->length);
    if (!explorer_control(explorer, &thread->interpreter->runtime, hash)) {
        fprintf(stderr, "mini explore: exploring is not possible here\n");
        return EXIT_USAGE;
    }
    thread->interpreter->watches_steps = true;
    dispatch_renew(thread);
    return -1;
}

static EndKind kind_of_end(const Thread *thread, int status) {
    const Interpreter *interpreter = thread->interpreter;
    bool has_failed = interpreter->uncaught + interpreter->uncaught_in_threads > 0;
    if (interpreter->runtime.deadlocks > 0 && has_failed)
        return END_DEADLOCK;
    if (interpreter->uncaught > 0)
        return END_EXCEPTION;
    if (status != 0)
        return END_STATUS;
    return interpreter->uncaught_in_threads > 0 ? END_THREAD : END_NORMAL;
}

void explored_end(const Thread *thread, Explorer *explorer, int status) {
    fflush(NULL);
    explorer_run_ended(explorer,
                       &(RunEnd){.kind = kind_of_end(thread, status), .status = status & 0xff});
}
