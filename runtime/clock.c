// SPDX-License-Identifier: MIT
//
// The readings of the clock that are not worth inlining. The monotonic clock is for measuring and
// waiting; the time of day may jump, so no wait ever uses it. CPU time counts only while a thread
// really runs: a sleeping thread has none, and two threads that share a GIL share one CPU's worth.
#include "clock.h"

static int64_t reading(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * CLOCK_NS_PER_SECOND + now.tv_nsec;
}

int64_t clock_time_of_day(const Clock *clock) {
    return clock->is_virtual ? clock->virtual_epoch + clock->virtual_now : reading(CLOCK_REALTIME);
}

int64_t clock_deadline(const Clock *clock, int64_t duration) {
    int64_t now = clock_now(clock);
    if (duration <= 0) {
        return now;
    }
    return duration >= CLOCK_NEVER - now ? CLOCK_NEVER : now + duration;
}
