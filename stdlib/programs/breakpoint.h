// SPDX-License-Identifier: MIT
//
// breakpoint() and the hook of sys that it calls.
#pragma once

#include "library.h"

extern const NativeSpec breakpoint_builtins[]; // of the module builtins
// Add breakpointhook and __breakpointhook__, the same function, to the module sys.
void breakpoint_add_hook(Thread *thread, Module *module);
