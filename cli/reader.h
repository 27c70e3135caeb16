// SPDX-License-Identifier: MIT
//
// A command line that is being read, by options.c and, behind a subcommand, by subcommands.c.
#pragma once

#include "options.h"

enum { GO_ON = -1, EXIT_USAGE = 2 };

typedef struct ArgumentReader {
    int argc;
    char **argv;
    int at;
    bool done;        // what follows is the program's
    bool names_files; // the next word is a program's file, whatever it reads: behind "--" or "run"
} ArgumentReader;

// Options up to the first word that is none, which is not taken. Returns GO_ON or an exit status.
int options_take(ArgumentReader *reader, Options *options);
// The word at the reader's place is the program, or a folder, or "-".
int options_take_program(ArgumentReader *reader, Options *options);
// The rest of the line goes to the program, as sys.argv behind `program`.
void options_take_rest(ArgumentReader *reader, Options *options, const char *program);
