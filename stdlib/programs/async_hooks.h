// SPDX-License-Identifier: MIT
//
// sys.set_asyncgen_hooks and its like, and the warning about coroutines that nobody awaited.
#pragma once

#include "library.h"

extern const NativeSpec async_hooks_functions[]; // of the module sys

// Have the library say what generators have to say when they die. Once.
void async_hooks_init(Thread *thread);

// args[0] is a coroutine that has not begun: (file name, line, globals) of where it was made, or
// None when that is not known.
Value async_hooks_made_at(Thread *thread, Value *args);
