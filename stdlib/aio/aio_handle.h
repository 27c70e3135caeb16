// SPDX-License-Identifier: MIT
//
// Handles: what call_soon() and call_later() return.
#pragma once

#include "aio.h"

typedef enum HandleFlags {
    HANDLE_CANCELLED = 1,
    HANDLE_SCHEDULED = 2, // a TimerHandle that is in the loop's heap
} HandleFlags;

// A callback with its arguments, to be run by a loop. A TimerHandle has a time, too.
typedef struct Handle {
    Object object;
    uint64_t flags;
    Value callback; // None after cancel()
    Value args;     // a tuple, or what the program gave in its place
    Value context;  // see contextvars.h
    Value loop;
    Value source_traceback; // in debug mode; else None
    Value shown;            // in debug mode, its repr from before it was cancelled; else None
    Value when;             // of a TimerHandle: a number
} Handle;

extern const TypeSpec aio_handle_type_spec;
extern const TypeSpec aio_timer_handle_type_spec;

static inline Handle *as_handle(Value v) {
    return (Handle *)as_object(v);
}
bool is_handle(Thread *thread, Value v);
bool is_timer_handle(Thread *thread, Value v);

// `context` None: a copy of the current one. NULL: exception set. `debug`: note where it is made.
Handle *handle_new(Thread *thread, Value callback, Value args, Value loop, Value context,
                   bool debug);
Handle *handle_new_timer(Thread *thread, Value when, Value callback, Value args, Value loop,
                         Value context, bool debug);
// Call the callback. What it raises goes to the loop's exception handler; false: KeyboardInterrupt,
// SystemExit, or what the handler has raised.
bool handle_run(Thread *thread, Handle *handle);
// An exception is set that the callback has raised: do with it what handle_run does.
bool handle_tell_failure(Thread *thread, Handle *handle);
