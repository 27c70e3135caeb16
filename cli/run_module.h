// SPDX-License-Identifier: MIT
//
// What `-m NAME` means.
#pragma once

#include "import.h"

typedef struct FoundModule {
    Value spec;                // its __spec__
    Str *file;                 // NULL: it is part of the binary
    const ModuleSpec *library; // that part
    Str *package;              // its __package__
} FoundModule;

// Find the program; sys.path begins with the current folder already. Returns -1, or the exit status
// after a complaint on stderr, or with an exception set.
int run_module_find(Thread *thread, const char *name, FoundModule *found);

// Is it there, and no folder?
bool run_module_is_file(const char *path);
// Is it there, and a folder?
bool run_module_is_folder(const char *path);
