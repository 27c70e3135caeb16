// SPDX-License-Identifier: MIT
//
// Async generators: the awaitables that drive them, and what `async for` asks of its iterator.
#pragma once

#include "generator.h"

extern const NativeSpec async_generator_methods[];

// What every object of LAYOUT_ASYNC_STEP begins with: what is written in C for an `await` to
// delegate to. It is an iterator, or awaits itself (a future: iter() of it gives one). `send`
// answers like generator_resume: the value that is to go up to the event loop, or UNDEFINED and the
// result of the await.
typedef Value (*AwaiterSend)(Thread *thread, Value self, Value sent, Value *result);
typedef struct Awaiter {
    Object object;
    AwaiterSend send; // the address of a function, so never that of a shape
} Awaiter;

static inline Value awaiter_send(Thread *thread, Value self, Value sent, Value *result) {
    return ((const Awaiter *)as_object(self))->send(thread, self, sent, result);
}

// Is it no iterator, and without send(), throw() and close() for whoever delegates to it?
static inline bool awaiter_is_itself(Value v) {
    return has_layout(v, LAYOUT_ASYNC_STEP) && object_type(v)->slots.next == NULL;
}

// The slots of an async generator: itself, and the awaitable of its next item.
Value async_generator_iter(Thread *thread, Value self);
Value async_generator_next(Thread *thread, Value self);

// What `async for` does: type(v).__aiter__(v), and an iterator that delivers the next item.
Value async_for_iter(Thread *thread, Value v);
Value async_for_next(Thread *thread, Value iterator);

// anext(iterator, fallback): an awaitable of the next item, or of `fallback` after the last.
Value async_next_or(Thread *thread, Value awaitable, Value fallback);

// Whether the awaitable of asend(), athrow() or aclose() was never awaited.
bool async_step_has_not_begun(const Object *step);
// The method that made it; *generator: whose.
const char *async_step_method(const Object *step, Generator **generator);
