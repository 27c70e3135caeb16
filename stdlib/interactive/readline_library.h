// SPDX-License-Identifier: MIT
//
// GNU Readline, found when it is needed.
//
// The library is not linked: a program that never asks for a line pays nothing for it at its
// start, and Mini can be built and run where it is missing (a prompt then reads plain lines).
// readline_library.def is the one list of what is used of it.
#pragma once

#include <stdbool.h>
#include <stdio.h>

typedef void ReadlineHandler(char *line);
typedef int ReadlineCommand(int count, int key);
typedef int ReadlineGetc(FILE *stream);
typedef int ReadlineAvailable(void);
typedef void ReadlineVoid(void);
typedef char **ReadlineComplete(const char *text, int start, int end);
typedef void ReadlineMatches(char **matches, int count, int longest);
typedef struct ReadlineEntry {
    char *line, *timestamp;
    void *data;
} ReadlineEntry;

// Bits of rl_readline_state.
enum {
    READLINE_TERMPREPPED = 0x4,
    READLINE_METANEXT = 0x10,
    READLINE_MOREINPUT = 0x40,
    READLINE_SEARCHING = 0x80 | 0x100 | 0x200,
    READLINE_NUMERICARG = 0x400,
    READLINE_MACRO = 0x800 | 0x1000,
    READLINE_OVERWRITE = 0x2000,
    READLINE_VIMOTION = 0x100000,
    READLINE_MULTIKEY = 0x200000,
    READLINE_CHARSEARCH = 0x800000,
};

typedef struct Readline {
#define RL_FUNCTION(result, name, arguments) result(*name) arguments;
#define RL_VARIABLE(type, name) type *name;
#include "readline_library.def"
#undef RL_FUNCTION
#undef RL_VARIABLE
} Readline;

// Load the library and find everything; false: there is none, or it lacks something. It stays
// loaded.
bool readline_library_load(Readline *readline);
