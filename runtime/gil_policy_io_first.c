// SPDX-License-Identifier: MIT
//
// `io-first`: who comes back from blocking goes first. The cure for the convoy effect.
//
// A thread that has just waited for the outside world usually needs the GIL only for a moment
// (operating systems give such threads priority for the same reason: multi-level feedback). So it
// does not wait for the interval: it asks the holder at once, watches for its turn for some
// microseconds before it goes to sleep, and gets the lock directly. The thread that it interrupted
// keeps its place at the front of the others and goes on when the urgent one blocks again. Then the
// lock is set free, not handed to that thread: most calls are over before it is awake, and whoever
// comes back from one finds the lock free.
//
// Three rules keep the others alive, for "at once" can come before the first bytecode:
//
//  - An interrupted thread keeps its place, and the time for which it has waited, until its turns
//    add up to an interval. Then it goes to the end of the line.
//  - A busy thread that was held up for some turns is not interrupted before it has had a turn
//    worth the name; when it has waited far longer it goes before the urgent ones, too, unless they
//    have waited even longer.
//  - Urgent threads do not interrupt one another: each has a moment. If that is not enough it is
//    a busy thread like the others, and goes to the end of their line, not to its front, where
//    those who come back again and again would stand before whoever never leaves.
#include "gil_policy.h"

enum { PATIENT_TURNS = 10, HELD_UP_TURNS = 2, MOMENTS_IN_INTERVAL = 8 };

static bool comes_back_from_outside(const RuntimeThread *asker) {
    return asker->released_for == GIL_CAUSE_BLOCK || asker->released_for == GIL_CAUSE_SLEEP;
}

static int64_t patience(const Gil *gil, const RuntimeThread *asker, int64_t now) {
    return asker->gil_urgent ? 0 : gil_policy_one_interval(gil, asker, now);
}

static bool has_waited(const RuntimeThread *thread, int64_t least, int64_t now) {
    return thread && now - thread->gil_asked_at >= least;
}

// So many intervals, and those of the others in line.
static int64_t turns(const Gil *gil, int64_t count) {
    return atomic_load(&gil->interval) * (count + (int64_t)gil->regular.count);
}

static int64_t least_turn(const Gil *gil, const RuntimeThread *holder) {
    int64_t interval = atomic_load(&gil->interval);
    if (comes_back_from_outside(holder)) {
        return interval / MOMENTS_IN_INTERVAL;
    }
    bool was_held_up = has_waited(holder, turns(gil, HELD_UP_TURNS), atomic_load(&gil->turn_began));
    return gil->urgent.first && !was_held_up ? 0 : interval / 2;
}

// Has the first of the busy threads waited too long, and longer than the urgent ones? On a machine
// with more to do than this program each turn lasts many intervals, and somebody has always waited
// too long: then it is age that decides, and everybody's turn comes.
static bool is_overdue(const Gil *gil, int64_t now) {
    const RuntimeThread *busy = gil->regular.first, *urgent = gil->urgent.first;
    return has_waited(busy, turns(gil, PATIENT_TURNS), now) &&
           (urgent == NULL || busy->gil_asked_at < urgent->gil_asked_at);
}

static RuntimeThread *next(const Gil *gil, int64_t now) {
    return is_overdue(gil, now) ? gil->regular.first : gil_policy_first_come(gil, now);
}

static bool hands_over(const Gil *gil, GilCause cause) {
    return cause == GIL_CAUSE_INTERVAL || gil->urgent.first != NULL;
}

static bool keeps_place(const Gil *gil, const RuntimeThread *holder) {
    return !comes_back_from_outside(holder) && holder->gil_used < atomic_load(&gil->interval);
}

const GilPolicy gil_policy_io_first = {
    .name = "io-first",
    .summary = "a thread that comes back from blocking interrupts the holder at once",
    .spin = 20 * CLOCK_NS_PER_US,
    .is_urgent = comes_back_from_outside,
    .patience = patience,
    .least_turn = least_turn,
    .next = next,
    .hands_over = hands_over,
    .keeps_place = keeps_place,
};
