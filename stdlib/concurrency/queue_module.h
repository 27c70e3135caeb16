// SPDX-License-Identifier: MIT
//
// The module `_queue`, on which queue.mini stands.
#pragma once

#include "module.h"

// Fills the module `_queue`.
bool queue_module_init(Thread *thread, Module *module);
