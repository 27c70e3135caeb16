// SPDX-License-Identifier: MIT
//
// Generators, coroutines and async generators: functions that can stop in the middle. All three
// are one struct that contains the function's frame; resuming it means making that frame the
// thread's current one, suspending it means going back to the caller. No C stack is kept.
#pragma once

#include "frame.h"
#include "object.h"

typedef enum GeneratorState { // from 1, so that the word it is in is no address (object.h)
    GENERATOR_CREATED = 1,
    GENERATOR_SUSPENDED,
    GENERATOR_RUNNING,
    GENERATOR_CLOSED,
} GeneratorState;

typedef struct Generator {
    Object object;
    uint8_t state; // GeneratorState
    bool handling; // it is inside an `except`, so the resumer's exception is hidden
    // Async generators (see async_generator.c):
    bool yielded_item; // suspended by a `yield`, not by an `await`
    bool stepping;     // one of its awaitables is under way
    bool stopped;      // it has ended, or aclose() was called
    bool hooked;       // the thread's hooks know it (farewell.h)
    Value delegate;    // what `yield from` / `await` waits for, else UNDEFINED
    Value handled; // the exception being handled: inside, while suspended; by the resumer, while
                   // running
    Value details; // what few have: UNDEFINED, or a tuple (GeneratorDetail)
    Frame frame;   // with the registers after it; must be last
} Generator;

typedef enum GeneratorDetail {
    GENERATOR_NAME, // else those of the code
    GENERATOR_QUALIFIED_NAME,
    GENERATOR_ORIGIN, // coroutines: cr_origin; async generators: their finalizer; else None
    GENERATOR_DETAILS,
} GeneratorDetail;

Value generator_detail(const Generator *generator, GeneratorDetail which);
void generator_set_detail(Thread *thread, Generator *generator, GeneratorDetail which, Value v);

// Resume `generator` with `sent` (None at the first time) and run it to its next yield or end.
// Returns the value yielded; UNDEFINED when it returned, with its result in *result; VALUE_ERROR
// when it raised (StopIteration raised inside has become RuntimeError).
Value generator_resume(Thread *thread, Generator *generator, Value sent, Value *result);
// next(generator): generator_resume whose end is UNDEFINED, or StopIteration raised with what the
// generator has returned, if that is not None.
Value generator_step(Thread *thread, Generator *generator);

// What throw() was given: an exception, or the old form type, value, traceback; UNDEFINED: missing.
typedef struct Thrown {
    Value type, value, traceback;
} Thrown;
// The exception that it stands for, its traceback set; or VALUE_ERROR.
Value generator_thrown_exception(Thread *thread, const Thrown *thrown);
// generator_resume, raising what throw() was given at the place where it is suspended. A delegate
// of a class that the program has written gets the arguments as they are.
Value generator_throw(Thread *thread, Generator *generator, const Thrown *thrown, Value *result);
// Warn of the old form, which is deprecated. False: exception set.
bool generator_check_thrown(Thread *thread, const Thrown *thrown, const char *method);
// The methods of generators and coroutines, as natives: args[0] is the generator.
Value generator_send_method(Thread *thread, Value *args);
Value generator_throw_method(Thread *thread, Value *args);
Value generator_close_method(Thread *thread, Value *args);

// coroutine.__await__(): an iterator with the coroutine's send(), throw() and close().
Value coroutine_wrap(Thread *thread, Value coroutine);
// Whether `v` may be awaited as it is: a coroutine, or a generator made by types.coroutine().
bool coroutine_is_native(Thread *thread, Value v);

// What close() throws: GeneratorExit().
Thrown generator_exit(Thread *thread);
