// SPDX-License-Identifier: MIT
//
// The parts of the native half of the module signal: signal_module.c has the handlers and timers,
// signal_waits.c masks, waits and signals to threads.
#pragma once

#include "library.h"

// Add signal_waits.c to the module _signal.
void signal_waits_init(Thread *thread, Module *module);

// `result`, after the handlers of what has arrived have run, as in CPython; VALUE_ERROR if one
// raised.
Value signal_after(Thread *thread, Value result);
