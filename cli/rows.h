// SPDX-License-Identifier: MIT
//
// The tables of the command line as arrays, for all that tells about them: help pages, the manual
// page, completions, suggestions. (Who reads a command line expands the tables itself.)
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum RowGroup {
    GROUP_PROGRAM,
    GROUP_PYTHON,
    GROUP_THREADS,
    GROUP_MEMORY,
    GROUP_COUNT
} RowGroup;

typedef enum CommandName {
#define SUBCOMMAND(word, name, group, arguments, purpose, more, statuses, example) COMMAND_##name,
#include "subcommands.def"
#undef SUBCOMMAND
    COMMAND_COUNT
} CommandName;

// The arrays end with a row whose help (or purpose) is NULL.
typedef struct OptionRow {
    char letter;          // 0: a long option
    const char *text;     // "--stats"; NULL: a letter
    const char *argument; // NULL: takes none
    const char *wanted;   // what every good value is; may be NULL
    RowGroup group;
    const char *help;
} OptionRow;

typedef struct CommandRow {
    const char *word, *title; // the title of its group in the list
    const char *arguments, *purpose, *more, *statuses, *example;
} CommandRow;

typedef struct CommandOptionRow {
    CommandName command;
    OptionRow option;
} CommandOptionRow;

typedef struct VariableRow {
    const char *name, *other; // the second may be NULL
    const char *value, *help;
} VariableRow;

// The variable behind a flag, without its MINI or PYTHON; many flags have none.
typedef struct FlagVariableRow {
    const char *name, *help;
} FlagVariableRow;

typedef struct ExtraRow {
    const char *name, *argument, *help;
} ExtraRow;

extern const OptionRow rows_options[];
extern const CommandRow rows_commands[]; // COMMAND_COUNT of them, by CommandName
extern const CommandOptionRow rows_command_options[];
extern const VariableRow rows_variables[];
extern const FlagVariableRow rows_flag_variables[];
extern const ExtraRow rows_extras[];
extern const char *const rows_titles[GROUP_COUNT];

enum { ROW_WORD_SIZE = 48, ROW_FORM_SIZE = 80 };

// What is typed for it: "-W", "--gil". Returns `word`, of ROW_WORD_SIZE bytes.
const char *rows_word(const OptionRow *row, char *word);
// The same with its value: "-W ACTION", "--gil=NAME". Returns `form`, of ROW_FORM_SIZE bytes.
const char *rows_form(const OptionRow *row, char *form);
// The next word of a `wanted` that reads "one of a, b"; *at is NULL at first. Returns its length, 0
// at the end.
size_t rows_next_choice(const char *wanted, const char **at);
