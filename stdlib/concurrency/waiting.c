// SPDX-License-Identifier: MIT
//
// Timeouts and the ends of waits, in one place, so that all primitives agree on them.
//
// A script says how long it wants to wait in seconds, int or float; the runtime wants a deadline in
// nanoseconds. A wait ends for one of four reasons, and two of them are exceptions: a signal whose
// handler raised, and a deadlock. After any other signal the primitive looks again whether it still
// has to wait.
#include "waiting.h"

#include "execute.h"
#include "int.h"
#include "operations.h"

#include <math.h>

CodePosition made_here(Thread *thread) {
    return thread->interpreter->runtime.hooks.own_position(&thread->core);
}

WaitOutcome wait_outcome(Thread *thread, ParkResult result) {
    switch (result) {
    case PARK_WOKEN:
        return WAIT_WOKEN;
    case PARK_TIMEOUT:
        return WAIT_TIMED_OUT;
    case PARK_INTERRUPTED:
        return thread_safepoint(thread) ? WAIT_AGAIN : WAIT_FAILED;
    case PARK_DEADLOCK:
        break;
    }
    raise_error(thread, ERROR_DeadlockError, "%s", park_explanation(&thread->interpreter->runtime));
    return WAIT_FAILED;
}

Value wait_ended(Thread *thread, ParkResult result) {
    switch (wait_outcome(thread, result)) {
    case WAIT_FAILED:
        return VALUE_ERROR;
    case WAIT_TIMED_OUT:
        return VALUE_FALSE;
    case WAIT_AGAIN:
    case WAIT_WOKEN:
        break;
    }
    return VALUE_UNDEFINED;
}

bool seconds_to_ns(Thread *thread, Value seconds, int64_t *ns) {
    if (is_float(seconds)) {
        double d = as_float(seconds);
        if (isnan(d)) {
            return raise_false(thread, ERROR_ValueError, "Invalid value NaN (not a number)");
        }
        if (fabs(d) >= (double)INT64_MAX / 1e9) {
            return raise_false(thread, ERROR_OverflowError,
                               "timestamp out of range for platform time_t");
        }
        *ns = (int64_t)ceil(d * 1e9);
        return true;
    }
    int64_t whole;
    Value index = operation_index(thread, seconds);
    if (is_error(index)) {
        return false;
    }
    if (!int_to_int64(index, &whole) || __builtin_mul_overflow(whole, 1000000000, ns)) {
        return raise_false(thread, ERROR_OverflowError,
                           "timestamp too large to convert to C PyTime_t");
    }
    return true;
}

static int64_t deadline_after(Thread *thread, int64_t ns) {
    int64_t now = runtime_now(&thread->interpreter->runtime), deadline;
    return __builtin_add_overflow(now, ns, &deadline) ? CLOCK_NEVER : deadline;
}

static bool is_minus_one(Value v) {
    return (is_small_int(v) && as_small_int(v) == -1) || (is_float(v) && as_float(v) == -1.0);
}

// Whether timeout > 0; -1: exception set.
static int is_positive(Thread *thread, Value timeout) {
    Value greater = operation_compare(thread, COMPARE_GT, timeout, value_small_int(0));
    return is_error(greater) ? -1 : operation_truth(thread, greater);
}

bool wait_deadline(Thread *thread, Value timeout, bool minus_one_is_forever, int64_t *deadline) {
    *deadline = CLOCK_NEVER;
    if (is_none(timeout) || is_undefined(timeout) ||
        (minus_one_is_forever && is_minus_one(timeout))) {
        return true;
    }
    int64_t ns = 0;
    int positive = is_positive(thread, timeout);
    if (positive < 0 || (positive && !seconds_to_ns(thread, timeout, &ns))) {
        return false;
    }
    *deadline = deadline_after(thread, ns);
    return true;
}

bool wait_end(Thread *thread, Value timeout, int64_t *deadline) {
    if (!is_none(timeout) && !is_float(timeout)) {
        timeout = operation_binary(thread, BINARY_ADD, value_float(0.0), timeout);
    }
    return !is_error(timeout) && wait_deadline(thread, timeout, false, deadline);
}

Value wait_time_left(Thread *thread, int64_t deadline) {
    if (deadline == CLOCK_NEVER) {
        return VALUE_NONE;
    }
    int64_t left = deadline - runtime_now(&thread->interpreter->runtime);
    return value_float(left > 0 ? (double)left / 1e9 : 0.0);
}

bool wait_lock_arguments(Thread *thread, Value blocking, Value timeout, int64_t *deadline) {
    int wait = operation_truth(thread, blocking);
    if (wait < 0) {
        return false;
    }
    int64_t ns = 0;
    bool forever = is_undefined(timeout) || is_minus_one(timeout);
    if (!forever && !seconds_to_ns(thread, timeout, &ns)) {
        return false;
    }
    if (!wait && !forever) {
        return raise_false(thread, ERROR_ValueError,
                           "can't specify a timeout for a non-blocking call");
    }
    if (ns < 0) {
        return raise_false(thread, ERROR_ValueError, "timeout value must be a non-negative number");
    }
    *deadline = !wait ? 0 : forever ? CLOCK_NEVER : deadline_after(thread, ns);
    return true;
}
