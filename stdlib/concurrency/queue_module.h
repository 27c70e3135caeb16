// SPDX-License-Identifier: MIT
//
// The module `_queue`, on which queue.mini stands.
#pragma once

#include "module.h"

// Fills the module `_queue`.
bool queue_module_init(Thread *thread, Module *module);

// For natives that work with a SimpleQueue: exactly that type, no subclass.
bool is_simple_queue(Value v);
// Add an item.
void queue_put(Thread *thread, Value queue, Value item);
// Take an item, waiting for one; VALUE_ERROR when the wait is interrupted or hopeless.
Value queue_get(Thread *thread, Value queue);
// Take an item; UNDEFINED if there is none.
Value queue_try_get(Thread *thread, Value queue);
