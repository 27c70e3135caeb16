// SPDX-License-Identifier: MIT
//
// Where the program's text comes from, and what its __main__ module looks like.
#pragma once

#include "import.h"
#include "options.h"

typedef struct Program {
    Str *file_name;   // as tracebacks show it
    Str *path;        // __file__; NULL for -c
    Str *folder;      // sys.path[0]
    const char *text; // NULL for a module of the library, which is compiled already
    size_t length;
    const ModuleSpec *library; // NULL for all others
    Value spec;                // __spec__; None unless the program is a module
    Str *package;              // __package__, NULL: None
    Module *main;              // __main__, if there has been a need for it already; or NULL
    bool skip_first_line;
} Program;

// Read the program. Returns -1, or the exit status after a complaint on stderr (a file that is not
// there is no exception). An exception may be set as well: then the status is 1 and it is to be
// shown.
int run_source_load(Thread *thread, const Options *options, Program *program);
// A new module __main__, of no program.
Module *run_source_main(Thread *thread);
// Make the module __main__ of the program, and the beginning of sys.path. NULL: exception set.
Module *run_source_prepare(Thread *thread, const Options *options, const Program *program);
// Compile and run the program in it. VALUE_ERROR: exception set.
Value run_source_execute(Thread *thread, const Program *program, Module *main);
