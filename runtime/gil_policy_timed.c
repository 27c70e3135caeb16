// SPDX-License-Identifier: MIT
//
// `timed`: the GIL of CPython since 3.2, and the default here.
//
// A thread that wants the GIL waits. When it has waited for the switch interval (5 ms) and there
// was no switch in that time, it asks the holder to give way. The holder stops before its next
// bytecode and cannot simply take the lock again: it is passed to the thread that waited longest
// (CPython: the releaser waits until another thread has it, the "forced switch").
//
// A thread that releases because it blocks does not pass it on: it sets it free and wakes a waiter,
// and when it is back before that one is awake, it just goes on. That is good for throughput (a
// short write() costs no switch) and bad for a thread that returns from I/O while another computes:
// it waits a full interval each time. NOTE(student): this is the convoy effect that remains in
// CPython; compare io-first.
#include "gil_policy.h"

static bool passes_on_when_forced(const Gil *gil, GilCause cause) {
    (void)gil;
    return cause == GIL_CAUSE_INTERVAL;
}

const GilPolicy gil_policy_timed = {
    .name = "timed",
    .summary = "waiters ask after the switch interval, then a switch is forced (CPython >= 3.2)",
    .is_urgent = gil_policy_never,
    .patience = gil_policy_one_interval,
    .least_turn = gil_policy_half_interval,
    .next = gil_policy_first_come,
    .hands_over = passes_on_when_forced,
    .keeps_place = gil_policy_loses_place,
};
