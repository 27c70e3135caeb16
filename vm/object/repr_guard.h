// SPDX-License-Identifier: MIT
//
// Printing containers that contain themselves. Each container being printed stands on the
// thread's list; meeting it again there prints "[...]" instead. (Py_ReprEnter)
#pragma once

#include "object.h"

// 0: go ahead, and call repr_leave afterwards; 1: `v` is being printed already; -1: RecursionError.
int repr_enter(Thread *thread, Value v);
void repr_leave(Thread *thread, Value v);
