// SPDX-License-Identifier: MIT
//
// Reading the command line. Options of mini come first; the first word that is none is the program
// (or a subcommand), and everything after it belongs to the program. Letters may share a dash, as
// in -Bu, and the value of one stands in the rest of the word or in the next: -Wignore, -W ignore.
// The value of a long option stands behind a "=" or in the next word. All this is as in Python
// (Python/getopt.c); what is wrong is answered with status 2.
#include "options.h"

#include "help.h"
#include "modules.h"
#include "reader.h"
#include "settings.h"
#include "subcommands.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Setting {
    const char *text, *argument;
    bool (*set)(InterpreterOptions *options, const char *value);
    const char *wanted;
} Setting;

static const Setting settings[] = {
#define SETTING(text, argument, function, wanted, group, help) {text, argument, function, wanted},
#include "options.def"
#undef SETTING
};

static const struct {
    const char *text;
    Action action;
} action_words[] = {
#define ACTION_WORD(text, name, help) {text, ACTION_##name},
#include "options.def"
#undef ACTION_WORD
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

void options_take_rest(ArgumentReader *reader, Options *options, const char *program) {
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
    return setting->set(&options->interpreter, value)
               ? GO_ON
               : help_bad_value("mini", setting->text, value, setting->wanted);
}

static int take_long_option(ArgumentReader *reader, Options *options) {
    const char *value, *word = reader->argv[reader->at++];
    for (size_t i = 0; i < COUNT(action_words); i++) {
        if (strcmp(action_words[i].text, word) == 0) {
            options->action = action_words[i].action;
            reader->done = true;
            return GO_ON;
        }
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
    help_usage(stderr);
    return NULL;
}

static int take_action_letter(ArgumentReader *reader, Options *options, const char *at,
                              Action action, const char *argument) {
    options->action = action;
    options->target = argument == NULL ? NULL : argument_of(reader, at, argument);
    if (argument != NULL && options->target == NULL)
        return EXIT_USAGE;
    options_take_rest(reader, options, action == ACTION_CODE ? "-c" : "-m");
    return GO_ON;
}

static int take_value_letter(ArgumentReader *reader, Options *options, const char *at,
                             const char *argument,
                             bool (*set)(InterpreterOptions *options, const char *value)) {
    const char *value = argument_of(reader, at, argument);
    return value == NULL || !set(&options->interpreter, value) ? EXIT_USAGE : GO_ON;
}

// A letter that is on or off, or counted. False: it is none.
static bool take_plain_letter(Options *options, char letter) {
    int *flag = find_flag(options, letter);
    if (flag != NULL)
        ++*flag;
    switch (letter) {
#define PLAIN_LETTER(letter, field, help)                                                          \
    case letter:                                                                                   \
        options->field += 1;                                                                       \
        return true;
#include "options.def"
#undef PLAIN_LETTER
    case 'i':
        options->interpreter.flags.interactive++;
        return true;
    default:
        return flag != NULL;
    }
}

// One letter; *takes_rest: the rest of the word was its value.
static int take_letter(ArgumentReader *reader, Options *options, const char *word, const char *at,
                       bool *takes_rest) {
    if (take_plain_letter(options, *at))
        return GO_ON;
    *takes_rest = true;
    switch (*at) {
#define ACTION_LETTER(letter, argument, name, help)                                                \
    case letter:                                                                                   \
        return take_action_letter(reader, options, at, ACTION_##name, argument);
#define VALUE_LETTER(letter, argument, function, help)                                             \
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

int options_take(ArgumentReader *reader, Options *options) {
    int status = GO_ON;
    while (status == GO_ON && !reader->done && reader->at < reader->argc) {
        const char *word = reader->argv[reader->at];
        if (word[0] != '-' || word[1] == '\0')
            break;
        if (strcmp(word, "--") == 0) {
            reader->at++;
            reader->names_files = true;
            break;
        }
        status = word[1] == '-' ? take_long_option(reader, options) : take_letters(reader, options);
    }
    return status;
}

int options_take_program(ArgumentReader *reader, Options *options) {
    const char *word = reader->argv[reader->at++];
    options->action = strcmp(word, "-") == 0 ? ACTION_STDIN : ACTION_FILE;
    options->target = word;
    options_take_rest(reader, options, word);
    return GO_ON;
}

static int take_word(ArgumentReader *reader, Options *options) {
    return !reader->names_files && subcommand_is_next(reader)
               ? subcommand_take(reader, options)
               : options_take_program(reader, options);
}

// Without a program the input says what to do, and a person at a terminal gets a prompt.
static void settle(ArgumentReader *reader, Options *options) {
    if (options->versions > 0 && options->action < ACTION_VERSION)
        options->action = ACTION_VERSION;
    if (options->action != ACTION_NONE)
        return;
    bool prompts = isatty(STDIN_FILENO) || options->interpreter.flags.interactive > 0;
    options->action = prompts ? ACTION_PROMPT : ACTION_STDIN;
    options_take_rest(reader, options, "");
}

int options_parse(Options *options, int argc, char **argv) {
    ArgumentReader reader = {.argc = argc, .argv = argv, .at = 1};
    *options = (Options){
        .interpreter = {.modules = stdlib_modules,
                        .aliases = stdlib_aliases,
                        .built_in = stdlib_built_in},
    };
    int status = options_take(&reader, options);
    if (status == GO_ON && !reader.done && reader.at < argc && options->versions == 0)
        status = take_word(&reader, options);
    if (status == GO_ON)
        settle(&reader, options);
    options->interpreter.original_argc = argc;
    options->interpreter.original_argv = argv;
    return status != GO_ON || settings_from_environment(&options->interpreter) ? status
                                                                               : EXIT_USAGE;
}
