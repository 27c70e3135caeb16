// SPDX-License-Identifier: MIT
//
// What BytesIO and StringIO share: how copies and pickles of them are made.
#pragma once

#include "library.h"

// (type, (), state); the state is `items` followed by the attributes that the program has set, a
// dict or None.
Value memory_file_reduce(Thread *thread, Value self, const Value *items, size_t count);
// The same state alone.
Value memory_file_state(Thread *thread, Value self, const Value *items, size_t count);
// Check that `state` is a tuple of `count` items whose last but one is a position, *position, and
// whose last are attributes, which are set. False with an exception.
bool memory_file_restore(Thread *thread, Value self, Value state, size_t count, size_t *position);
