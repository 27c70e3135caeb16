// SPDX-License-Identifier: MIT
//
// What is known of a module: its __spec__, and the __loader__ that makes it.
#pragma once

#include "import.h"
#include "list.h"

// Where a module was found.
typedef struct ModuleSource {
    const ModuleSpec *spec; // embedded; NULL: the file `path`
    Str *path;
    bool is_package; // it may have submodules
    List *portions;  // folders of a namespace package, which has no code of its own; NULL: none
} ModuleSource;

// A ModuleSpec of importlib for what was found under `name`.
Value module_spec_new(Thread *thread, Str *name, const ModuleSource *source);
// Give the module __spec__, __loader__ and __package__; of a file also __file__, of a package
// __path__.
void module_spec_describe(Thread *thread, Module *module, Str *name, const ModuleSource *source);
// Give __main__ its __spec__, which is None unless the program is a module, and the __loader__ of
// the file `path`, or of code that is in none (NULL).
void module_spec_describe_main(Thread *thread, Module *main, Value spec, Str *path);
