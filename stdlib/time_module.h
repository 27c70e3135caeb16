// SPDX-License-Identifier: MIT
//
// The module `time`: clocks, sleeping, and the calendar.
#pragma once

#include "module.h"

// Fills the module `time`.
bool time_module_init(Thread *thread, Module *module);
