// SPDX-License-Identifier: MIT
//
// Futures as the rest of the loop uses them.
#pragma once

#include "aio.h"

extern const TypeSpec aio_future_type_spec;
extern const TypeSpec aio_future_iterator_type_spec;
extern const TypeSpec aio_callback_type_spec;

static inline Future *as_future(Value v) {
    return (Future *)as_object(v);
}

// A Future or a Task, not of a subclass: then no method of it is overridden.
bool is_plain_future(Thread *thread, Value v);

// An empty future of `type`, without a loop yet; `size` as of the type.
Future *future_new(Thread *thread, Type *type);
// What __init__ does: `loop` may be None. false: exception set.
bool future_open(Thread *thread, Future *future, Value loop);

// Where it was made, as a traceback.StackSummary; None unless that was in debug mode.
Value future_place(Thread *thread, Future *future);

// Complete it and send its callbacks to the loop. false: exception set, for the loop is closed.
bool future_complete(Thread *thread, Future *future, FutureState state, Value result);
// Future.set_exception after its checks: `exception` is an instance. false: exception set.
bool future_fail(Thread *thread, Future *future, Value exception);
// Future.cancel. 1, 0 if it was done already, -1.
int future_cancel(Thread *thread, Future *future, Value message);
// fut.cancel(msg=...) of whatever a task waits for. 1, 0 or -1.
int future_cancel_any(Thread *thread, Value future, Value message);
// The exception that result() raises, without raising it; UNDEFINED if it has a result. Done ones.
Value future_take_exception(Thread *thread, Future *future);

// Let `waiter`, a Task or a Callback, be called when it is done. It is pending.
void future_add(Thread *thread, Future *future, Value waiter);
void future_trace(Marker *marker, Object *self);
// Task.__init__ has these in common.
Value future_repr(Thread *thread, Value self);
