// SPDX-License-Identifier: MIT
//
// The command line, understood once; options.def and subcommands.def list it.
#pragma once

#include "interpreter.h"

typedef enum Action {
    ACTION_NONE,   // no program is named
    ACTION_FILE,   // run `target`
    ACTION_PROMPT, // read, run, print
    ACTION_STDIN,
    ACTION_CODE,
    ACTION_MODULE,
    ACTION_VERSION,
    ACTION_HELP, // the pages from here
    ACTION_HELP_ALL,
    ACTION_HELP_ENVIRONMENT,
    ACTION_HELP_EXTRA,
    ACTION_HELP_PAGE, // named by `target`
    ACTION_COMPLETIONS,
    ACTION_DOCTOR,
    ACTION_DIS,
    ACTION_AST,
    ACTION_TOKENS,
    ACTION_EXPLORE,
} Action;

typedef struct Options {
    Action action;
    const char *target; // the file, code, module, page or shell
    bool target_is_code;
    bool skip_first_line;
    bool is_ignored;
    int versions;              // so many -V
    struct Explorer *explorer; // that runs the program again and again; NULL: it is run once
    InterpreterOptions interpreter;
} Options;

// Fill *options. Returns -1, or the exit status after a complaint on stderr.
int options_parse(Options *options, int argc, char **argv);
