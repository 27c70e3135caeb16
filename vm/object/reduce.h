// SPDX-License-Identifier: MIT
//
// What native types answer to __reduce__: (callable, arguments[, state]), from which pickle and
// copy make an equal object.
#pragma once

#include "native.h"

// (builtins.NAME, (arguments...), state); without the state if it is UNDEFINED.
Value reduce_to_call(Thread *thread, const char *name, const Value *arguments, size_t count,
                     Value state);
// (iter, (list of what is left,)) for a native iterator of items that it does not change.
Value reduce_remaining(Thread *thread, Value *args);

// The row of __reduce__ in a table of methods.
#define REDUCE_METHOD(function)                                                                    \
    { "__reduce__", function, "(self, /)", "Return state information for pickling.", NATIVE_PLAIN }
