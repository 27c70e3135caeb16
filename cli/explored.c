// SPDX-License-Identifier: MIT
//
// The command line of `mini explore`. Its options stand between the word and the program; the exit
// status says what was found: 0 nothing, 1 a failure, 2 a mistake in the command line, 3 nothing,
// but not all was tried.
#include "explored.h"

#include "execute.h"
#include "help.h"
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
    ROOM_OF_A_RUN = 31 << 16, // bytes: what the library takes at the start, and a megabyte
    DEFAULT_DEPTH = 3,
    DEFAULT_SECONDS = 60,
};

typedef struct ExploreCommand {
    ExploreSettings settings;
    ExploreFormat format;
    Options options;
} ExploreCommand;

// ---- options ----

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

static bool take_quiet(ExploreCommand *command, const char *value) {
    (void)value;
    command->settings.shows_progress = false;
    return true;
}

static const struct {
    const char *name, *argument;
    TakeOption *take;
    const char *wanted; // what every good value is
} rows[] = {
#define EXPLORE_OPTION(text, argument, function, wanted, help) {text, argument, function, wanted},
#include "subcommands.def"
#undef EXPLORE_OPTION
};

_Static_assert(BOUND_MAX == 64 && PCT_DEPTH_MAX == 16, "as the table says");

static int complain(const char *text, const char *word) {
    fprintf(stderr, "mini explore: %s '%s'\nTry 'mini explore --help'.\n", text, word);
    return EXIT_USAGE;
}

static int complain_unknown(const char *word) {
    const char *near = help_near_command_option(COMMAND_EXPLORE, word);
    fprintf(stderr, "mini explore: unknown option '%s'", word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\nTry 'mini explore --help'.\n");
    return EXIT_USAGE;
}

// The option at *word, which moves to the next one. -1, or the exit status.
static int take_option(ExploreCommand *command, char ***word, char **end) {
    const char *option = *(*word)++;
    size_t length = strcspn(option, "=");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strlen(rows[i].name) != length || memcmp(rows[i].name, option, length) != 0)
            continue;
        const char *value = option[length] == '=' ? option + length + 1 : NULL;
        if (rows[i].argument == NULL && value != NULL)
            return complain("no value may follow", rows[i].name);
        if (rows[i].argument != NULL && value == NULL && *word == end)
            return complain("a value is missing, as in --bound=2:", option);
        if (rows[i].argument != NULL && value == NULL)
            value = *(*word)++;
        return rows[i].take(command, value)
                   ? -1
                   : help_bad_value("mini explore", rows[i].name, value, rows[i].wanted);
    }
    return complain_unknown(option);
}

// The words behind `explore`.
static int take_words(ExploreCommand *command) {
    Options *options = &command->options;
    InterpreterOptions *interpreter = &options->interpreter;
    char **word = interpreter->argv - 1, **end = interpreter->argv + interpreter->argc;
    int status = -1;
    while (status < 0 && word < end && (*word)[0] == '-' && (*word)[1] != '\0') {
        if (strcmp(*word, "--") == 0) {
            word++;
            break;
        }
        status = take_option(command, &word, end);
    }
    if (status < 0 && word == end) {
        fprintf(stderr, "mini explore: which program? mini explore FILE\n"
                        "Try 'mini explore --help'.\n");
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

// Room for the objects of a run, which is there before the snapshot: what a run maps itself is
// unmapped after it, and the kernel takes longer for that than a short run takes.
static void reserve_room(Heap *heap) {
    heap_free_buffer(heap, heap_allocate_unfilled(heap, CELL_BUFFER, ROOM_OF_A_RUN));
}

int explored_begin(Thread *thread, Explorer *explorer, const Program *program) {
    uint32_t hash = schedule_token_hash(program->text, program->length);
    reserve_room(&thread->interpreter->heap);
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
