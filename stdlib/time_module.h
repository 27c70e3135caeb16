// SPDX-License-Identifier: MIT
#pragma once

#include "module.h"

// Fills the module `time`.
bool time_module_init(Thread *thread, Module *module);
