// SPDX-License-Identifier: MIT
//
// Reading the command line. Options of mini come first; the first word that is none is the program
// (or a subcommand), and everything after it belongs to the program. Letters may share a dash, as
// in -Bu, and the value of one stands in the rest of the word or in the next: -Wignore, -W ignore.
// The value of a long option stands behind a "=" or in the next word.
#include "options.h"

#include "help.h"
#include "modules.h"
#include "settings.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { GO_ON = -1, EXIT_USAGE = 2 };

typedef struct Setting {
    const char *text, *argument;
    bool (*set)(InterpreterOptions *options, const char *value);
    const char *wanted, *help;
} Setting;

static const Setting settings[] = {
#define SETTING(text, argument, function, wanted, help) {text, argument, function, wanted, help},
#include "options.def"
#undef SETTING
};

typedef struct ActionRow {
    const char *text, *argument;
    Action action;
} ActionRow;

static const ActionRow action_words[] = {
#define ACTION_WORD(text, name) {text, NULL, ACTION_##name},
#include "options.def"
#undef ACTION_WORD
};

static const ActionRow commands[] = {
#define COMMAND(word, argument, name, help) {word, argument, ACTION_##name},
#include "options.def"
#undef COMMAND
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

typedef struct ArgumentReader {
    int argc;
    char **argv;
    int at;
    bool done; // what follows is the program's
} ArgumentReader;

static const ActionRow *find_row(const ActionRow *rows, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].text, word) == 0)
            return &rows[i];
    }
    return NULL;
}

// All that is left of the line goes to the program, as sys.argv behind `program`.
static void take_rest(ArgumentReader *reader, Options *options, const char *program) {
    options->interpreter.program = program;
    options->interpreter.argc = reader->argc - reader->at;
    options->interpreter.argv = reader->argv + reader->at;
    reader->done = true;
}

// ---- Long options ----

static const Setting *find_setting(const char *word, const char **value) {
    size_t length = strcspn(word, "=");
    *value = word[length] == '=' ? word + length + 1 : NULL;
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (strlen(settings[i].text) == length && memcmp(settings[i].text, word, length) == 0)
            return &settings[i];
    }
    return NULL;
}

static int complain_value(const Setting *setting, const char *value) {
    fprintf(stderr, "mini: %s: '%s' is not %s\n", setting->text, value, setting->wanted);
    return EXIT_USAGE;
}

static int read_setting(ArgumentReader *reader, Options *options, const Setting *setting,
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
    return setting->set(&options->interpreter, value) ? GO_ON : complain_value(setting, value);
}

static int take_long_option(ArgumentReader *reader, Options *options) {
    const char *value, *word = reader->argv[reader->at++];
    const ActionRow *row = find_row(action_words, COUNT(action_words), word);
    if (row != NULL) {
        options->action = row->action;
        reader->done = true;
        return GO_ON;
    }
    const Setting *setting = find_setting(word, &value);
    return setting == NULL ? help_unknown_option(word)
                           : read_setting(reader, options, setting, value);
}

// ---- Letters ----

static int *find_flag(Options *options, char letter) {
    static const struct {
        char letter;
        size_t offset;
    } rows[] = {
#define FLAG(place, field, character, variable, help) {character, offsetof(CommandFlags, field)},
#include "flags.def"
#undef FLAG
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].letter == letter)
            return (int *)(void *)((char *)&options->interpreter.flags + rows[i].offset);
    }
    return NULL;
}

// The argument of the letter at *at: the rest of the word or the next one. NULL: there is none.
static const char *argument_of(ArgumentReader *reader, const char *at, const char *what) {
    if (at[1] != '\0')
        return at + 1;
    if (reader->at < reader->argc)
        return reader->argv[reader->at++];
    fprintf(stderr, "mini: -%c needs an argument: mini -%c %s\n", *at, *at, what);
    return NULL;
}

static int take_action_letter(ArgumentReader *reader, Options *options, const char *at,
                              Action action, const char *argument) {
    options->action = action;
    options->target = argument == NULL ? NULL : argument_of(reader, at, argument);
    if (argument != NULL && options->target == NULL)
        return EXIT_USAGE;
    take_rest(reader, options, action == ACTION_CODE ? "-c" : "-m");
    return GO_ON;
}

static int take_value_letter(ArgumentReader *reader, Options *options, const char *at,
                             const char *argument,
                             bool (*set)(InterpreterOptions *options, const char *value)) {
    const char *value = argument_of(reader, at, argument);
    if (value == NULL || set(&options->interpreter, value))
        return value == NULL ? EXIT_USAGE : GO_ON;
    fprintf(stderr, "mini: -%c %s: invalid value, or too many of them\n", *at, value);
    return EXIT_USAGE;
}

// One letter; *takes_rest: the rest of the word was its value.
static int take_letter(ArgumentReader *reader, Options *options, const char *word, const char *at,
                       bool *takes_rest) {
    int *flag = find_flag(options, *at);
    if (flag != NULL || *at == 'u' || *at == 'x') {
        options->interpreter.unbuffered |= *at == 'u';
        options->skip_first_line |= *at == 'x';
        if (flag != NULL)
            ++*flag;
        return GO_ON;
    }
    *takes_rest = true;
    switch (*at) {
#define ACTION_LETTER(letter, argument, name)                                                      \
    case letter:                                                                                   \
        return take_action_letter(reader, options, at, ACTION_##name, argument);
#define VALUE_LETTER(letter, argument, function)                                                   \
    case letter:                                                                                   \
        return take_value_letter(reader, options, at, argument, function);
#include "options.def"
#undef ACTION_LETTER
#undef VALUE_LETTER
    default:
        return help_unknown_letter(*at, word);
    }
}

static int take_letters(ArgumentReader *reader, Options *options) {
    const char *word = reader->argv[reader->at++];
    int status = GO_ON;
    bool takes_rest = false;
    for (const char *at = word + 1; *at != '\0' && status == GO_ON && !takes_rest; at++)
        status = take_letter(reader, options, word, at, &takes_rest);
    return status;
}

// ---- Programs ----

static int take_command(ArgumentReader *reader, Options *options, const ActionRow *row) {
    options->action = row->action;
    if (++reader->at >= reader->argc) {
        fprintf(stderr, "mini: %s needs an argument: mini %s %s\n", row->text, row->text,
                row->argument);
        return EXIT_USAGE;
    }
    options->target = reader->argv[reader->at++];
    take_rest(reader, options, options->target);
    return GO_ON;
}

static int take_file(ArgumentReader *reader, Options *options) {
    const char *word = reader->argv[reader->at];
    const ActionRow *command = find_row(commands, COUNT(commands), word);
    if (command != NULL && (reader->at + 1 < reader->argc || access(word, F_OK) != 0))
        return take_command(reader, options, command);
    reader->at++;
    options->action = strcmp(word, "-") == 0 ? ACTION_STDIN : ACTION_FILE;
    options->target = word;
    take_rest(reader, options, word);
    return GO_ON;
}

static void take_standard_input(ArgumentReader *reader, Options *options) {
    options->action = isatty(STDIN_FILENO) ? ACTION_NOTHING : ACTION_STDIN;
    take_rest(reader, options, "");
}

// Options up to the program, which is not taken.
static int take_options(ArgumentReader *reader, Options *options) {
    int status = GO_ON;
    while (status == GO_ON && !reader->done && reader->at < reader->argc) {
        const char *word = reader->argv[reader->at];
        if (word[0] != '-' || word[1] == '\0')
            break;
        if (strcmp(word, "--") == 0) {
            reader->at++;
            break;
        }
        status = word[1] == '-' ? take_long_option(reader, options) : take_letters(reader, options);
    }
    return status;
}

int options_parse(Options *options, int argc, char **argv) {
    ArgumentReader reader = {argc, argv, 1, false};
    *options = (Options){
        .interpreter = {.modules = stdlib_modules, .aliases = stdlib_aliases},
    };
    int status = take_options(&reader, options);
    if (status == GO_ON && !reader.done && reader.at < argc)
        status = take_file(&reader, options);
    else if (status == GO_ON && !reader.done)
        take_standard_input(&reader, options);
    options->interpreter.original_argc = argc;
    options->interpreter.original_argv = argv;
    settings_from_environment(&options->interpreter);
    return status;
}

int options_answer(const Options *options) {
    if (options->action == ACTION_HELP)
        help_print();
    else if (options->action == ACTION_VERSION)
        printf("Mini %s\n", MINI_VERSION);
    else
        printf(
            "usage: mini [OPTION...] FILE [ARGUMENT...]\n"
            "Give a program to run; 'mini --help' lists the options. An interactive prompt comes "
            "later.\n");
    return fflush(stdout) == 0 ? 0 : 1;
}
