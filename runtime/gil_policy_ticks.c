// SPDX-License-Identifier: MIT
//
// `ticks`: the GIL of CPython up to 3.1.
//
// Nobody asks for anything. The holder counts bytecodes, and after every hundredth it sets the lock
// free, wakes a waiter, and tries to take it again at once. Who wins is up to the operating system:
// on one processor often the woken thread, on several nearly always the thread that is running
// already, because the other one needs some 50 us to wake up and finds the lock taken. So there are
// many thousand wake-ups a second, few switches, and a thread that returns from I/O may wait for
// very long. (David Beazley's talk "Inside the Python GIL", 2009, made this known; the new GIL of
// Antoine Pitrou followed.)
//
// NOTE(student): run the convoy lesson with --gil=ticks and with --gil=timed, and compare
// "longest wait" and the number of acquisitions.
#include "gil_policy.h"

static int64_t waits_for_ever(const Gil *gil, const RuntimeThread *asker, int64_t now) {
    (void)gil;
    (void)asker;
    (void)now;
    return CLOCK_NEVER;
}

static bool never_passes_on(const Gil *gil, GilCause cause) {
    (void)gil;
    (void)cause;
    return false;
}

const GilPolicy gil_policy_ticks = {
    .name = "ticks",
    .summary = "the lock is set free every 100 bytecodes, the system decides (CPython <= 3.1)",
    .counts_ticks = true,
    .never_spins = true,
    .is_urgent = gil_policy_never,
    .patience = waits_for_ever,
    .least_turn = gil_policy_half_interval,
    .next = gil_policy_first_come,
    .hands_over = never_passes_on,
    .keeps_place = gil_policy_loses_place,
};
