// SPDX-License-Identifier: MIT
//
// Time, behind one small object. Everything in the runtime that asks "what time is it?" asks a
// Clock, so that a controlled schedule can replace the operating system's time by a virtual one:
// there `sleep(10)` costs nothing, the clock jumps to the next deadline when nobody can run, and
// two runs see the same times. (Discrete-event simulation is the textbook name.)
//
// All times are int64_t nanoseconds. Deadlines are absolute times of the monotonic clock, never
// durations: a wait that is woken early and goes on waiting then needs no arithmetic.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

// The deadline of a wait that has none.
#define CLOCK_NEVER INT64_MAX

#define CLOCK_NS_PER_SECOND INT64_C(1000000000)
#define CLOCK_NS_PER_MS INT64_C(1000000)
#define CLOCK_NS_PER_US INT64_C(1000)

typedef struct Clock {
    bool is_virtual;       // false: ask the operating system
    int64_t virtual_now;   // the monotonic time while is_virtual
    int64_t virtual_epoch; // added to virtual_now, gives the virtual time of day
} Clock;

// The operating system's monotonic time, whatever Clock is in use (the ledger and the trace
// measure real time even when the program lives in virtual time).
static inline int64_t clock_real_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * CLOCK_NS_PER_SECOND + now.tv_nsec;
}

// Monotonic time of the clock: never goes back. time.monotonic(), time.perf_counter().
static inline int64_t clock_now(const Clock *clock) {
    return clock->is_virtual ? clock->virtual_now : clock_real_now();
}

// Nanoseconds since 1970, can be set back by the administrator. time.time().
int64_t clock_time_of_day(const Clock *clock);

// A deadline `duration` ns from now; saturates at CLOCK_NEVER. A negative duration is now.
int64_t clock_deadline(const Clock *clock, int64_t duration);
