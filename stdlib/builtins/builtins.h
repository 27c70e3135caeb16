// SPDX-License-Identifier: MIT
//
// The built-in functions, by what they deal with: one table per file.
#pragma once

#include "library.h"

extern const NativeSpec builtins_numbers[];   // abs, divmod, hex, pow, round ...
extern const NativeSpec builtins_iteration[]; // all, iter, max, next, sorted, sum ...
extern const NativeSpec builtins_objects[];   // getattr, hash, id, isinstance, repr ...
extern const NativeSpec builtins_code[];      // compile, eval, exec, globals, __import__ ...
extern const NativeSpec builtins_print[];     // print, input, open
extern const NativeSpec builtins_help[];      // help, exit, quit

// The local namespace of the Mini code that calls; VALUE_ERROR with an exception.
Value builtins_locals(Thread *thread);
// Write `text` to the file object that sys.stdout is now. false: exception set.
bool builtins_write_stdout(Thread *thread, Str *text);

// ModuleSpec.initialise of the module builtins.
bool builtins_init(Thread *thread, Module *module);
