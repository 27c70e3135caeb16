// SPDX-License-Identifier: MIT
//
// The tables of the command line, each expanded once into an array. Nothing here is typed twice:
// options.def, subcommands.def, environment.def and the flags of vm/exec/flags.def are the source.
#include "rows.h"

#include <stdio.h>
#include <string.h>

const char *const rows_titles[GROUP_COUNT] = {
    [GROUP_PROGRAM] = "What to do",
    [GROUP_PYTHON] = "As in Python (letters may share a dash: -Bu)",
    [GROUP_THREADS] = "Threads",
    [GROUP_MEMORY] = "Memory",
};

const OptionRow rows_options[] = {
#define ACTION_LETTER(letter, argument, name, help)                                                \
    {letter, NULL, argument, NULL, GROUP_PROGRAM, help},
#define ACTION_WORD(text, name, help) {0, text, NULL, NULL, GROUP_PROGRAM, help},
#define PLAIN_LETTER(letter, field, help) {letter, NULL, NULL, NULL, GROUP_PYTHON, help},
#define VALUE_LETTER(letter, argument, function, help)                                             \
    {letter, NULL, argument, NULL, GROUP_PYTHON, help},
#define SETTING(text, argument, function, wanted, group, help)                                     \
    {0, text, argument, wanted, GROUP_##group, help},
#define FLAG(place, field, letter, variable, help) {letter, NULL, NULL, NULL, GROUP_PYTHON, help},
#include "flags.def"
#include "options.def"
#undef ACTION_LETTER
#undef ACTION_WORD
#undef PLAIN_LETTER
#undef VALUE_LETTER
#undef SETTING
#undef FLAG
    {.help = NULL},
};

const CommandRow rows_commands[] = {
#define SUBCOMMAND(word, name, group, arguments, purpose, more, statuses, example)                 \
    {word, #group, arguments, purpose, more, statuses, example},
#include "subcommands.def"
#undef SUBCOMMAND
    {.purpose = NULL},
};

const CommandOptionRow rows_command_options[] = {
#define SUBOPTION(name, text, argument, wanted, help)                                              \
    {COMMAND_##name, {0, text, argument, wanted, GROUP_PROGRAM, help}},
#define EXPLORE_OPTION(text, argument, function, wanted, help)                                     \
    {COMMAND_EXPLORE, {0, text, argument, wanted, GROUP_PROGRAM, help}},
#include "subcommands.def"
#undef SUBOPTION
#undef EXPLORE_OPTION
    {.option = {.help = NULL}},
};

const VariableRow rows_variables[] = {
#define NAMES_BOTH(name) "MINI" name, "PYTHON" name
#define NAMES_PYTHON(name) "PYTHON" name, NULL
#define NAMES_PLAIN(name) name, NULL
#define VARIABLE(prefixes, name, value, help) {NAMES_##prefixes(name), value, help},
#include "environment.def"
#undef VARIABLE
    {.help = NULL},
};

const FlagVariableRow rows_flag_variables[] = {
#define FLAG(place, field, letter, variable, help) {variable, help},
#include "flags.def"
#undef FLAG
    {.help = NULL},
};

const ExtraRow rows_extras[] = {
#define EXTRA(name, argument, function, wanted, help) {name, argument, help},
#include "options.def"
#undef EXTRA
    {.help = NULL},
};

const char *rows_word(const OptionRow *row, char *word) {
    if (row->text != NULL)
        snprintf(word, ROW_WORD_SIZE, "%s", row->text);
    else
        snprintf(word, ROW_WORD_SIZE, "-%c", row->letter);
    return word;
}

const char *rows_form(const OptionRow *row, char *form) {
    char word[ROW_WORD_SIZE];
    bool is_long = row->text != NULL && row->text[1] == '-';
    snprintf(form, ROW_FORM_SIZE, "%s%s%s", rows_word(row, word),
             row->argument == NULL ? ""
             : is_long             ? "="
                                   : " ",
             row->argument == NULL ? "" : row->argument);
    return form;
}

size_t rows_next_choice(const char *wanted, const char **at) {
    static const char beginning[] = "one of ";
    if (wanted == NULL || strncmp(wanted, beginning, strlen(beginning)) != 0)
        return 0;
    *at = *at == NULL ? wanted + strlen(beginning) : *at + strcspn(*at, ",");
    *at += strspn(*at, ", ");
    return strcspn(*at, ",");
}
