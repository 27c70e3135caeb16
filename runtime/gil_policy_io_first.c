// SPDX-License-Identifier: MIT
//
// `io-first`: who comes back from blocking goes first. The cure for the convoy effect.
//
// A thread that has just waited for the outside world usually needs the GIL only for a moment
// (operating systems give such threads priority for the same reason: multi-level feedback). So it
// does not wait for the interval: it asks the holder at once, watches for its turn for some
// microseconds before it goes to sleep, and gets the lock directly. The thread that it interrupted
// keeps its place at the front of the others and goes on when the urgent one blocks again.
//
// Two rules keep the busy threads alive: an interrupted thread loses its place once the next in
// line has waited a full interval, and a busy thread that has waited far longer than its turn
// should take goes before the urgent ones.
#include "gil_policy.h"

enum { PATIENT_TURNS = 10 };

static bool comes_back_from_outside(const RuntimeThread *asker) {
    return asker->released_for == GIL_CAUSE_BLOCK || asker->released_for == GIL_CAUSE_SLEEP;
}

static int64_t patience(const Gil *gil, const RuntimeThread *asker, int64_t now) {
    return asker->gil_urgent ? 0 : gil_policy_one_interval(gil, asker, now);
}

static bool has_waited(const RuntimeThread *thread, int64_t least, int64_t now) {
    return thread && now - thread->gil_asked_at >= least;
}

static RuntimeThread *next(const Gil *gil, int64_t now) {
    int64_t too_long = atomic_load(&gil->interval) * (PATIENT_TURNS + (int64_t)gil->regular.count);
    if (has_waited(gil->regular.first, too_long, now)) {
        return gil->regular.first;
    }
    return gil_policy_first_come(gil, now);
}

static bool keeps_place(const Gil *gil, int64_t now) {
    return !has_waited(gil->regular.first, atomic_load(&gil->interval), now);
}

const GilPolicy gil_policy_io_first = {
    .name = "io-first",
    .summary = "a thread that comes back from blocking interrupts the holder at once",
    .spin = 20 * CLOCK_NS_PER_US,
    .is_urgent = comes_back_from_outside,
    .patience = patience,
    .next = next,
    .hands_over = gil_policy_always,
    .keeps_place = keeps_place,
};
