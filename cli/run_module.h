// SPDX-License-Identifier: MIT
//
// What `-m NAME` means.
#pragma once

#include "import.h"
#include "options.h"

typedef struct FoundModule {
    Str *file;              // NULL: it is part of the binary
    const ModuleSpec *spec; // that part
    Str *package;           // its __package__
} FoundModule;

// Find the program. Returns -1, or the exit status after a complaint on stderr.
int run_module_find(Thread *thread, const Options *options, const char *name, FoundModule *found);

// Is it there, and no folder?
bool run_module_is_file(const char *path);
// Is it there, and a folder?
bool run_module_is_folder(const char *path);
