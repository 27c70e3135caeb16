// SPDX-License-Identifier: MIT
//
// `fair`: first come, first served.
//
// The lock is never set free while somebody waits, it is passed to the thread that has waited
// longest, whatever the reason for the release. (Textbook names: FIFO or ticket lock, direct
// hand-off, round robin.) Between two busy threads the time is split evenly, and the wait is never
// longer than an interval for each thread before you.
//
// The price: a thread that blocks for a microsecond goes to the end of the line, and while the next
// one wakes up nobody runs.
#include "gil_policy.h"

const GilPolicy gil_policy_fair = {
    .name = "fair",
    .summary = "first come, first served; the lock is passed on directly at every release",
    .is_urgent = gil_policy_never,
    .patience = gil_policy_one_interval,
    .least_turn = gil_policy_half_interval,
    .next = gil_policy_first_come,
    .hands_over = gil_policy_always,
    .keeps_place = gil_policy_loses_place,
};
