// SPDX-License-Identifier: MIT
//
// code.replace() and copy.replace(), see code_replace.c.
#pragma once

#include "object.h"

#define CODE_REPLACE_SIGNATURE                                                                     \
    "(self, /, *, co_name=..., co_qualname=..., co_filename=..., co_firstlineno=..., "             \
    "co_consts=..., co_argcount=..., co_posonlyargcount=..., co_kwonlyargcount=..., "              \
    "co_nlocals=..., co_stacksize=..., co_flags=..., co_names=..., co_varnames=..., "              \
    "co_freevars=..., co_cellvars=...)"

Value code_replace(Thread *thread, Value *args);
