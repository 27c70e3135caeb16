// SPDX-License-Identifier: MIT
//
// The call stack as programs see it: `sys._getframe`, and the module `_frames`, from which
// traceback, inspect and linecache take source lines and positions.
#pragma once

#include "library.h"

// A frame object for the caller `args[0]` levels up, with those around it; ValueError when the
// stack is not that deep.
Value frames_get(Thread *thread, Value *args);
// {identity: innermost frame} of all threads; only one's own frame knows its local variables.
Value frames_get_all(Thread *thread, Value *args);
// sys.settrace, gettrace, setprofile, getprofile.
extern const NativeSpec frames_tracing[];
// The `__name__` of the module of that frame, or None.
Value frames_get_module_name(Thread *thread, Value *args);
