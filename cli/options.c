// SPDX-License-Identifier: MIT
//
// Reading the command line. Options of mini come first; the first word that is none is the program
// (or a subcommand), and everything after it belongs to the program. An option's value stands
// behind a "=" or in the next word. A word that is nearly an option is answered with that option.
#include "options.h"

#include "gil.h"
#include "modules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, NAME_MAX_LENGTH = 32 };

// ---- Settings: each returns false for a value that makes no sense ----

static bool set_stats(InterpreterOptions *options, const char *value) {
    (void)value;
    options->stats = true;
    return true;
}

static bool set_stress(InterpreterOptions *options, const char *value) {
    (void)value;
    options->stress_gc = true;
    return true;
}

static bool set_gil(InterpreterOptions *options, const char *value) {
    options->gil_policy = value;
    return gil_policy_summary(value) != NULL;
}

static bool set_interval(InterpreterOptions *options, const char *value) {
    char *end;
    double seconds = strtod(value, &end);
    options->switch_interval_ns = seconds * 1e9 < 1000 ? 1000 : (int64_t)(seconds * 1e9);
    return end != value && *end == '\0' && seconds > 0 && seconds < 1e6;
}

static bool set_deadlock(InterpreterOptions *options, const char *value) {
    static const struct {
        const char *name;
        DeadlockMode mode;
    } modes[] = {{"raise", DEADLOCK_RAISE}, {"report", DEADLOCK_REPORT}, {"hang", DEADLOCK_HANG}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(value, modes[i].name) == 0) {
            options->deadlock_mode = modes[i].mode;
            return true;
        }
    }
    return false;
}

static bool parse_count(const char *value, uint64_t *count, const char **rest) {
    char *end;
    errno = 0;
    *count = strtoull(value, &end, 10);
    *rest = end;
    return end != value && *value != '-' && errno == 0 && *count > 0;
}

static bool set_heap(InterpreterOptions *options, const char *value) {
    uint64_t count;
    const char *rest;
    if (!parse_count(value, &count, &rest))
        return false;
    static const char units[] = "KMG";
    const char *unit = *rest == '\0' ? NULL : strchr(units, *rest & ~0x20);
    unsigned shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
    options->maximum_heap = (size_t)count << shift;
    return (*rest == '\0' || (unit != NULL && rest[1] == '\0')) && count <= SIZE_MAX >> shift;
}

static bool set_fail(InterpreterOptions *options, const char *value) {
    const char *rest;
    return parse_count(value, &options->fail_alloc, &rest) && *rest == '\0';
}

// ---- The tables ----

typedef struct Setting {
    const char *text, *argument;
    bool (*set)(InterpreterOptions *options, const char *value);
    const char *help;
} Setting;

static const Setting settings[] = {
#define SETTING(text, argument, function, help) {text, argument, function, help},
#include "options.def"
#undef SETTING
};
enum { SETTING_COUNT = sizeof settings / sizeof *settings };

typedef struct ActionRow {
    const char *text, *argument;
    Action action;
    const char *help;
} ActionRow;

static const ActionRow actions[] = {
#define ACTION_OPTION(text, argument, name, help) {text, argument, ACTION_##name, help},
#include "options.def"
#undef ACTION_OPTION
    {"-h", NULL, ACTION_HELP, NULL},
    {"-V", NULL, ACTION_VERSION, NULL},
};
enum { ACTION_COUNT = sizeof actions / sizeof *actions };

static const ActionRow commands[] = {
#define COMMAND(word, argument, name, help) {word, argument, ACTION_##name, help},
#include "options.def"
#undef COMMAND
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

// ---- Nearly right ----

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

// How many letters must be inserted, removed or changed to turn `a` into `b` (Levenshtein).
static unsigned distance(const char *a, size_t a_length, const char *b) {
    unsigned row[NAME_MAX_LENGTH + 1];
    size_t b_length = strlen(b);
    if (a_length > NAME_MAX_LENGTH || b_length > NAME_MAX_LENGTH)
        return UINT32_MAX;
    for (unsigned j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 0; i < a_length; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < b_length; j++) {
            unsigned changed = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = smallest(row[j] + 1, row[j + 1] + 1, changed);
        }
    }
    return row[b_length];
}

static const char *nearest_option(const char *word, size_t length) {
    const char *best = NULL;
    unsigned least = (unsigned)length / 3 + 1;
    for (size_t i = 0; i < SETTING_COUNT + ACTION_COUNT; i++) {
        const char *text = i < SETTING_COUNT ? settings[i].text : actions[i - SETTING_COUNT].text;
        unsigned d = strlen(text) > 2 ? distance(word, length, text) : UINT32_MAX;
        if (d < least) {
            least = d;
            best = text;
        }
    }
    return best;
}

static int complain_unknown(const char *word) {
    size_t length = strcspn(word, "=");
    const char *near = nearest_option(word, length);
    fprintf(stderr, "mini: unknown option '%.*s'", (int)length, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\nTry 'mini --help'.\n");
    return EXIT_USAGE;
}

// ---- Parsing ----

typedef struct ArgumentReader {
    int argc;
    char **argv;
    int at;
} ArgumentReader;

static const Setting *find_setting(const char *word, const char **value) {
    size_t length = strcspn(word, "=");
    *value = word[length] == '=' ? word + length + 1 : NULL;
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (strlen(settings[i].text) == length && memcmp(settings[i].text, word, length) == 0)
            return &settings[i];
    }
    return NULL;
}

static int complain_value(const Setting *setting, const char *value) {
    fprintf(stderr, "mini: %s: '%s' is no %s", setting->text, value, setting->argument);
    if (setting->set == set_gil) {
        fprintf(stderr, " of a policy; there are");
        for (size_t i = 0; gil_policy_name_at(i) != NULL; i++)
            fprintf(stderr, "%s %s", i > 0 ? "," : "", gil_policy_name_at(i));
    }
    if (setting->set == set_interval)
        fprintf(stderr, "; it takes a number above 0 and below a million, such as 0.005");
    fprintf(stderr, "\n");
    return EXIT_USAGE;
}

// -1, or an exit status.
static int read_setting(ArgumentReader *reader, InterpreterOptions *options, const Setting *setting,
                        const char *value) {
    if (setting->argument == NULL && value != NULL) {
        fprintf(stderr, "mini: %s takes no value\n", setting->text);
        return EXIT_USAGE;
    }
    if (setting->argument != NULL && value == NULL) {
        if (reader->at >= reader->argc) {
            fprintf(stderr, "mini: %s needs a value: %s=%s\n", setting->text, setting->text,
                    setting->argument);
            return EXIT_USAGE;
        }
        value = reader->argv[reader->at++];
    }
    return setting->set(options, value) ? -1 : complain_value(setting, value);
}

static const ActionRow *find_action(const ActionRow *rows, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].text, word) == 0)
            return &rows[i];
    }
    return NULL;
}

// `row` needs the next word as its target; sys.argv begins with `first`.
static int take_action(ArgumentReader *reader, Options *options, const ActionRow *row) {
    options->action = row->action;
    int first = reader->at - 1;
    if (row->argument != NULL) {
        if (reader->at >= reader->argc) {
            fprintf(stderr, "mini: %s needs an argument: mini %s %s\n", row->text, row->text,
                    row->argument);
            return EXIT_USAGE;
        }
        options->target = reader->argv[reader->at];
        first = reader->at++;
    }
    options->interpreter.argc = reader->argc - first;
    options->interpreter.argv = reader->argv + first;
    if (row->action == ACTION_CODE || row->action == ACTION_MODULE)
        options->interpreter.argv[0] = reader->argv[first - 1];
    return -1;
}

// An action whose argument stands in the same word, -cCODE or -mMODULE; NULL if `word` is none.
static const ActionRow *find_joined_action(const char *word) {
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (actions[i].argument != NULL && strncmp(word, actions[i].text, 2) == 0)
            return &actions[i];
    }
    return NULL;
}

static int take_joined_action(ArgumentReader *reader, Options *options, const ActionRow *row) {
    options->action = row->action;
    options->target = reader->argv[--reader->at] + 2;
    reader->argv[reader->at] = (char *)row->text;
    options->interpreter.argc = reader->argc - reader->at;
    options->interpreter.argv = reader->argv + reader->at;
    return -1;
}

static int take_file(ArgumentReader *reader, Options *options) {
    const char *word = reader->argv[reader->at];
    const ActionRow *command = find_action(commands, COMMAND_COUNT, word);
    if (command != NULL && (reader->at + 1 < reader->argc || access(word, F_OK) != 0)) {
        reader->at++;
        return take_action(reader, options, command);
    }
    options->action = ACTION_FILE;
    options->target = word;
    options->interpreter.argc = reader->argc - reader->at;
    options->interpreter.argv = reader->argv + reader->at;
    return -1;
}

static int take_standard_input(const ArgumentReader *reader, Options *options) {
    options->action = isatty(STDIN_FILENO) ? ACTION_NOTHING : ACTION_STDIN;
    options->interpreter.argc = 1;
    options->interpreter.argv = reader->argv;
    options->interpreter.argv[0] += strlen(reader->argv[0]); // ""
    return -1;
}

int options_parse(Options *options, int argc, char **argv) {
    ArgumentReader reader = {argc, argv, 1};
    *options = (Options){
        .interpreter = {.modules = stdlib_modules, .aliases = stdlib_aliases},
    };
    while (reader.at < argc) {
        const char *word = argv[reader.at], *value;
        const ActionRow *row = find_action(actions, ACTION_COUNT, word);
        if (row == NULL && (word[0] != '-' || strcmp(word, "--") == 0)) {
            reader.at += word[0] == '-';
            break;
        }
        reader.at++;
        if (row != NULL)
            return take_action(&reader, options, row);
        if ((row = find_joined_action(word)) != NULL)
            return take_joined_action(&reader, options, row);
        const Setting *setting = find_setting(word, &value);
        int status = setting == NULL ? complain_unknown(word)
                                     : read_setting(&reader, &options->interpreter, setting, value);
        if (status >= 0)
            return status;
    }
    return reader.at < argc ? take_file(&reader, options) : take_standard_input(&reader, options);
}

// ---- Answers ----

static void print_row(const char *text, const char *joint, const char *argument, const char *help) {
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", text, argument == NULL ? "" : joint,
             argument == NULL ? "" : argument);
    printf("  %-28s %s\n", left, help);
}

static void print_help(void) {
    printf("usage: mini [OPTION...] FILE [ARGUMENT...]\n\nWhat to run:\n");
    print_row("FILE", "", NULL, "run a program");
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (actions[i].help != NULL)
            print_row(actions[i].text, " ", actions[i].argument, actions[i].help);
    }
    printf("\nHow to run it:\n");
    for (size_t i = 0; i < SETTING_COUNT; i++)
        print_row(settings[i].text, "=", settings[i].argument, settings[i].help);
    printf("\nLooking inside:\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_row(commands[i].text, " ", commands[i].argument, commands[i].help);
}

int options_answer(const Options *options) {
    if (options->action == ACTION_HELP)
        print_help();
    else if (options->action == ACTION_VERSION)
        printf("Mini %s\n", MINI_VERSION);
    else
        printf(
            "usage: mini [OPTION...] FILE [ARGUMENT...]\n"
            "Give a program to run; 'mini --help' lists the options. An interactive prompt comes "
            "later.\n");
    return fflush(stdout) == 0 ? 0 : 1;
}
