// SPDX-License-Identifier: MIT
//
// The natives of the module gil that stand in files of their own (gil_threads.c).
#pragma once

#include "interpreter.h"

Value gil_threads(Thread *thread, Value *args);
Value gil_locks(Thread *thread, Value *args);
