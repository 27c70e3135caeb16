// SPDX-License-Identifier: MIT
//
// What natives that wait have in common: reading timeouts, and turning the outcome of park() into
// Python's behaviour.
#pragma once

#include "interpreter.h"

// No exception, and the wait has not ended by itself: what a native does next.
typedef enum WaitOutcome {
    WAIT_FAILED, // an exception is set (a signal handler raised, or a deadlock)
    WAIT_AGAIN,  // a signal was handled: wait on
    WAIT_TIMED_OUT,
    WAIT_WOKEN,
} WaitOutcome;

WaitOutcome wait_outcome(Thread *thread, ParkResult result);
// The same for a native that answers False when its time is over: VALUE_ERROR, VALUE_FALSE, or
// VALUE_UNDEFINED when it is to look again whether it still has to wait.
Value wait_ended(Thread *thread, ParkResult result);

// A timeout in seconds to a deadline of the runtime's clock. None and UNDEFINED mean for ever, and
// so does -1 if `minus_one_is_forever`; what is not above 0 is over at once. false with TypeError,
// ValueError or OverflowError.
bool wait_deadline(Thread *thread, Value timeout, bool minus_one_is_forever, int64_t *deadline);
// The same where Python computes `monotonic() + timeout`: it complains of other things.
bool wait_end(Thread *thread, Value timeout, int64_t *deadline);
// The way back, for a method written in Mini: the seconds until the deadline, 0 when it is over;
// None for CLOCK_NEVER.
Value wait_time_left(Thread *thread, int64_t deadline);
// The runtime's position in the program's own code, for objects to say where they were made.
CodePosition made_here(Thread *thread);
// The arguments (blocking, timeout) of Lock.acquire. *deadline is 0 for "do not wait".
bool wait_lock_arguments(Thread *thread, Value blocking, Value timeout, int64_t *deadline);
// Seconds (int or float) to ns; false with TypeError, ValueError (NaN) or OverflowError.
bool seconds_to_ns(Thread *thread, Value seconds, int64_t *ns);
