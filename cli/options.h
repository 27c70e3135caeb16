// SPDX-License-Identifier: MIT
//
// The command line, understood once; options.def lists it.
#pragma once

#include "interpreter.h"

typedef enum Action {
    ACTION_FILE,    // run `target`
    ACTION_NOTHING, // no file, and a terminal on standard input
    ACTION_STDIN,
    ACTION_CODE,
    ACTION_MODULE,
    ACTION_HELP,
    ACTION_VERSION,
#define COMMAND(word, argument, name, help) ACTION_##name,
#include "options.def"
#undef COMMAND
} Action;

typedef struct Options {
    Action action;
    const char *target; // the file, code or module
    bool skip_first_line;
    struct Explorer *explorer; // that runs the program again and again; NULL: it is run once
    InterpreterOptions interpreter;
} Options;

// Fill *options. Returns -1, or the exit status after a complaint on stderr.
int options_parse(Options *options, int argc, char **argv);
// --help, --version, and what is said when there is nothing to run. Returns the exit status.
int options_answer(const Options *options);
