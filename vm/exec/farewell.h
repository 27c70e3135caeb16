// SPDX-License-Identifier: MIT
//
// Generators that have something to say when they die: a coroutine that nobody awaited, for which
// there is a warning, as for an awaitable of an async generator's asend(), athrow() and aclose();
// and an async generator left half-way, whose event loop wants to close it
// (sys.set_asyncgen_hooks).
//
// All of them are listed here without being kept alive. A collection that finds one dead revives
// it for as long as it takes to say it, and interrupts the thread with PENDING_DEATH; then
// Interpreter.bid_farewell runs, between two bytecodes. A coroutine whose call is a statement of
// its own is dropped before anybody has seen it, so it need not wait for a collection.
//
// In CPython reference counts bring them to _PyGen_Finalize at once.
#pragma once

#include <stddef.h>

#include "heap.h"
#include "object.h"

typedef struct Thread Thread;
typedef struct Interpreter Interpreter;
typedef struct Generator Generator;
typedef struct Object Object;
typedef struct Frame Frame;

// One array, for a collection must move them from one half to the other without allocating.
typedef struct Farewells {
    Object **items; // [0, due): dead, kept alive by this; [due, count): watched
    size_t due, count, capacity;
} Farewells;

// `coroutine` has just been made by a call whose frame is `frame`: note where, and watch it.
void farewells_coroutine(Thread *thread, Generator *coroutine, const Frame *frame);
// An async generator is about to be iterated for the first time: the thread's hooks get to know
// it. False with an exception that the hook has raised.
bool farewells_async_generator(Thread *thread, Generator *generator);

// A generator that has not begun never will: it is closed, and heard.
void farewells_close(Thread *thread, Generator *generator);

// The same for the awaitable that `method` has just made, the function of asend(), athrow() or
// aclose().
void farewells_step(Thread *thread, Object *step, NativeFunction method);

// The collector's hooks.
void farewells_mark(Marker *marker, const Interpreter *interpreter);
void farewells_revive(Interpreter *interpreter, Marker *marker);
// In a collection: somebody dead has something to say.
void farewells_interrupt(Interpreter *interpreter);

// Let the dead speak, then the callbacks of weak references; false with an exception of those.
bool farewells_say(Thread *thread);
// The program has ended: let all coroutines speak that were never awaited.
void farewells_say_all(Thread *thread);
