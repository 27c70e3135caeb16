// SPDX-License-Identifier: MIT
//
// Importing modules: where they come from and how they are run.
#pragma once

#include "code.h"
#include "module.h"
#include "object.h"

// A module that is part of the binary: C code, compiled Mini code, or both (the latter is run after
// `initialise`, in the same namespace).
typedef struct ModuleSpec {
    const char *name;
    bool (*initialise)(Thread *thread, Module *module); // false: exception set
    const ModuleImage *image;                           // or NULL
} ModuleSpec;

// Another name for a module: thread -> threading.
typedef struct ModuleAlias {
    const char *alias;
    const char *name;
} ModuleAlias;

// What sys.modules has under this full dotted name, imported if need be, its parents first: a
// module, or what the program has put there in its place. VALUE_ERROR: exception.
Value import_any(Thread *thread, Str *full_name);
// The same where only a module will do. NULL: exception.
Module *import_module(Thread *thread, Str *full_name);
// A spec of importlib (module_spec.h) for the module, found in the folders `path`, sys.path or the
// __path__ of its package, or in the binary; None if it is not there. Nothing is run.
Value import_find_spec(Thread *thread, Str *full_name, Value path);
// Give the module what the one of this name in the binary has; false: exception.
bool import_fill_embedded(Thread *thread, Module *module, const ModuleSpec *spec);
// builtins.__import__
Value import_function(Thread *thread, Value *args);
// Run `code` as the body of a module with these globals; `locals` is the mapping for CODE_NAMES
// code, else UNDEFINED. The value of an expression (COMPILE_EVAL), None, or VALUE_ERROR.
Value run_code(Thread *thread, Code *code, Dict *globals, Value locals);
// The whole file as UTF-8 text in a heap buffer; OSError.
char *read_source_file(Thread *thread, const char *path, size_t *length);
// What the binary has under this name, or NULL.
const ModuleSpec *import_find_embedded(Thread *thread, const char *name);
// The name that the library has for what is called so, `name` itself if it is no alias.
const char *import_library_name(Thread *thread, const char *name);
// Is this the name of such a module, or another name of one?
bool import_is_library(Thread *thread, const char *name);
// Does the binary have a module of this name with submodules?
bool import_is_package(Thread *thread, const char *name);
// The code of the module, which has an image: that, or (with -O always) what the compiler makes of
// its text now. NULL: exception.
Code *import_embedded_code(Thread *thread, const ModuleSpec *spec, bool compiled);
