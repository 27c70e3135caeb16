// SPDX-License-Identifier: MIT
//
// Builtins by namespace, see namespace.c.
#pragma once

#include "object.h"

// What code with these globals finds behind them: nearly always the dictionary of the module
// builtins; what their own `__builtins__` says otherwise, which may be any value. `globals` may be
// NULL.
Value namespace_builtins(Thread *thread, Dict *globals);

// Are they those of everybody else?
bool namespace_is_usual(const Thread *thread, Value builtins);

// namespace[name] for any mapping; UNDEFINED if it is not there.
Value namespace_get(Thread *thread, Value namespace, Str *name);

// The builtin `name` of the code that is running; UNDEFINED if there is none.
Value namespace_builtin(Thread *thread, Str *name);

// Code that ran with these globals before may remember what their builtins were: no more.
void namespace_forget(Dict *globals);
