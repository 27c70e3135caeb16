// SPDX-License-Identifier: MIT
//
// Reading what stands behind a subcommand's word. Each command reads its own few words here, but
// explore, which has many (explored.c); the rows of subcommands.def say what they are for.
//
// A file that has the name of a command is still run by `mini ./dis` or `mini -- dis`, and whoever
// gets a complaint about such a command is told so.
#include "subcommands.h"

#include "help.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int find_command(const char *word) {
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(rows_commands[i].word, word) == 0)
            return i;
    }
    return -1;
}

bool subcommand_is_next(const ArgumentReader *reader) {
    return find_command(reader->argv[reader->at]) >= 0;
}

static const char *peek(const ArgumentReader *reader) {
    return reader->at < reader->argc ? reader->argv[reader->at] : NULL;
}

static int complain(const CommandRow *row, const char *text, const char *word) {
    struct stat status;
    fprintf(stderr, "mini %s: %s", row->word, text);
    if (word != NULL)
        fprintf(stderr, " '%s'", word);
    fprintf(stderr, "\nusage: mini %s %s\n", row->word, row->arguments);
    if (stat(row->word, &status) == 0 && S_ISREG(status.st_mode))
        fprintf(stderr, "To run the file '%s' that lies here: mini ./%s\n", row->word, row->word);
    fprintf(stderr, "Try 'mini %s --help'.\n", row->word);
    return EXIT_USAGE;
}

static int nothing_may_follow(const ArgumentReader *reader, const CommandRow *row) {
    return peek(reader) == NULL ? GO_ON : complain(row, "one argument too many:", peek(reader));
}

static int unknown_option(CommandName name, const char *word) {
    const char *near = help_near_command_option(name, word);
    const char *command = rows_commands[name].word;
    fprintf(stderr, "mini %s: unknown option '%s'", command, word);
    if (near != NULL)
        fprintf(stderr, "; did you mean '%s'?", near);
    fprintf(stderr, "\nusage: mini %s %s\nTry 'mini %s --help'.\n", command,
            rows_commands[name].arguments, command);
    return EXIT_USAGE;
}

// ---- Commands that run programs ----

static int take_run(ArgumentReader *reader, Options *options) {
    reader->names_files = true;
    int status = options_take(reader, options);
    if (status != GO_ON || reader->done || options->versions > 0)
        return status;
    if (peek(reader) == NULL)
        return complain(&rows_commands[COMMAND_RUN], "which program?", NULL);
    return options_take_program(reader, options);
}

static int take_repl(ArgumentReader *reader, Options *options) {
    int status = options_take(reader, options);
    if (status != GO_ON || reader->done)
        return status;
    options->action = ACTION_PROMPT;
    options->interpreter.flags.interactive++;
    options->interpreter.flags.inspect++;
    options_take_rest(reader, options, "");
    return options->interpreter.argc == 0
               ? GO_ON
               : complain(&rows_commands[COMMAND_REPL],
                          "runs no program; mini -i FILE does:", options->interpreter.argv[0]);
}

static int take_explore(ArgumentReader *reader, Options *options) {
    if (peek(reader) == NULL)
        return complain(&rows_commands[COMMAND_EXPLORE], "which program?", NULL);
    options->action = ACTION_EXPLORE;
    options->target = reader->argv[reader->at++];
    options_take_rest(reader, options, options->target);
    return GO_ON;
}

// ---- Commands that show a program ----

// Options of mini may stand behind the word, too: some change the bytecode, and -c is one of them.
static int take_inspected(ArgumentReader *reader, Options *options, CommandName name,
                          Action action) {
    const CommandRow *row = &rows_commands[name];
    int status = options_take(reader, options);
    if (status != GO_ON || options->action >= ACTION_VERSION)
        return status;
    options->target_is_code = options->action == ACTION_CODE;
    if (options->action == ACTION_MODULE)
        return complain(row, "shows files, not modules:", options->target);
    if (options->target_is_code) {
        reader->at = reader->argc - options->interpreter.argc;
    } else {
        if (peek(reader) == NULL)
            return complain(row, "which program?", NULL);
        options->target = reader->argv[reader->at++];
    }
    options->action = action;
    return nothing_may_follow(reader, row);
}

// ---- Commands about mini ----

// The words behind the command go to the doctor as sys.argv, when they make sense.
static int take_doctor(ArgumentReader *reader, Options *options) {
    const CommandRow *row = &rows_commands[COMMAND_DOCTOR];
    static const char option[] = "--format";
    const char *word = peek(reader), *value = "text";
    options->action = ACTION_DOCTOR;
    int first = reader->at;
    if (word != NULL) {
        size_t length = strcspn(word, "=");
        reader->at++;
        if (length != strlen(option) || strncmp(word, option, length) != 0)
            return word[0] == '-' ? unknown_option(COMMAND_DOCTOR, word)
                                  : complain(row, "one argument too many:", word);
        value = word[length] == '=' ? word + length + 1 : peek(reader);
        reader->at += word[length] != '=' && value != NULL;
        if (value == NULL)
            return complain(row, "--format needs a value: --format=json", NULL);
    }
    if (peek(reader) != NULL)
        return nothing_may_follow(reader, row);
    if (strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
        return help_bad_value("mini doctor", option, value, "one of text, json");
    reader->at = first;
    options_take_rest(reader, options, row->word);
    return GO_ON;
}

static int take_completions(ArgumentReader *reader, Options *options) {
    const CommandRow *row = &rows_commands[COMMAND_COMPLETIONS];
    options->action = ACTION_COMPLETIONS;
    options->target = peek(reader);
    if (options->target == NULL)
        return complain(row, "which shell?", NULL);
    reader->at++;
    return nothing_may_follow(reader, row);
}

static int take_help(ArgumentReader *reader, Options *options) {
    options->target = peek(reader);
    options->action = options->target == NULL ? ACTION_HELP : ACTION_HELP_PAGE;
    reader->at += options->target != NULL;
    return nothing_may_follow(reader, &rows_commands[COMMAND_HELP]);
}

// ---- Which one ----

static bool asks_for_help(const char *word) {
    return word != NULL &&
           (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "-?") == 0);
}

int subcommand_take(ArgumentReader *reader, Options *options) {
    CommandName name = (CommandName)find_command(reader->argv[reader->at++]);
    reader->done = true;
    if (asks_for_help(peek(reader))) {
        options->action = ACTION_HELP_PAGE;
        options->target = rows_commands[name].word;
        return GO_ON;
    }
    reader->done = false;
    switch (name) {
    case COMMAND_RUN:
        return take_run(reader, options);
    case COMMAND_REPL:
        return take_repl(reader, options);
    case COMMAND_DIS:
        return take_inspected(reader, options, name, ACTION_DIS);
    case COMMAND_AST:
        return take_inspected(reader, options, name, ACTION_AST);
    case COMMAND_TOKENS:
        return take_inspected(reader, options, name, ACTION_TOKENS);
    case COMMAND_EXPLORE:
        return take_explore(reader, options);
    case COMMAND_DOCTOR:
        return take_doctor(reader, options);
    case COMMAND_COMPLETIONS:
        return take_completions(reader, options);
    default:
        return take_help(reader, options);
    }
}
