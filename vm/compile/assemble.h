// SPDX-License-Identifier: MIT
//
// The second half of compilation: from Units to Code objects.
#pragma once

#include "compiler.h"

// The Code for a finished unit and all units inside it. NULL: exception set (a constant that is
// too big).
Code *assemble_unit(Thread *thread, const Unit *unit, SourceFile *file);

// The syntax tree of a text, in the arena of *file: alive as long as that is. NULL: exception set.
Node *compile_tree(Thread *thread, const char *text, size_t length, Str *file_name,
                   const CompileOptions *options, SourceFile **file);

// The value of a literal; is_name: a str to be interned. VALUE_ERROR: it is too big.
Value assemble_constant(Thread *thread, const Constant *constant, bool is_name);
