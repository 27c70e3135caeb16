// SPDX-License-Identifier: MIT
#pragma once

#include "module.h"

// Fills the module `_queue`.
bool queue_module_init(Thread *thread, Module *module);
