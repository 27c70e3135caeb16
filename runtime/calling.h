// SPDX-License-Identifier: MIT
//
// The blocking region of calls that are mostly over at once: functions of C that a program has
// declared, of which nobody knows whether cos() or sleep() stands behind them. An ordinary region
// reads the clock twice for the ledger, which takes longer than cos(). While the program has one
// thread only, a call here releases the GIL and takes it back with two compare-and-swaps, and reads
// the coarse clock, which moves every few milliseconds: what it has moved during a call is booked
// as spent there. For one call that is right to a tick; for the sum of many short ones it is right
// on average, as any sampling is. With other threads, a trace or a chosen schedule it is an
// ordinary region.
#pragma once

#include "blocking.h"

typedef struct CallingRegion {
    int64_t began; // coarse clock, ns; CALLING_ORDINARY: an ordinary region
} CallingRegion;

enum { CALLING_ORDINARY = -1 };

// calling_begin for a thread that has published its stack already, in a frame that is still there.
void calling_begin_published(RuntimeThread *thread, CallingRegion *region, const char *what);
// Takes the GIL back. Keeps errno.
void calling_end(RuntimeThread *thread, const CallingRegion *region);

// As blocking_begin.
__attribute__((always_inline)) static inline void calling_begin(RuntimeThread *thread,
                                                                CallingRegion *region,
                                                                const char *what) {
    thread_publish_stack(thread);
    calling_begin_published(thread, region, what);
}
