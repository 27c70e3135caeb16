// SPDX-License-Identifier: MIT
//
// Async generators: the awaitables that drive them, and what `async for` asks of its iterator.
#pragma once

#include "generator.h"

extern const NativeSpec async_generator_methods[];

// The slots of an async generator: itself, and the awaitable of its next item.
Value async_generator_iter(Thread *thread, Value self);
Value async_generator_next(Thread *thread, Value self);

// Send into an awaitable of an async generator (LAYOUT_ASYNC_STEP). Answers like generator_resume:
// the value that something awaited inside has yielded, or UNDEFINED and the item in *result.
Value async_step_send(Thread *thread, Value self, Value sent, Value *result);

// What `async for` does: type(v).__aiter__(v), and an iterator that delivers the next item.
Value async_for_iter(Thread *thread, Value v);
Value async_for_next(Thread *thread, Value iterator);

// anext(iterator, fallback): an awaitable of the next item, or of `fallback` after the last.
Value async_next_or(Thread *thread, Value awaitable, Value fallback);
