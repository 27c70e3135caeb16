// SPDX-License-Identifier: MIT
//
// `pct:SEED:D`, probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte,
// ASPLOS 2010): each thread gets a random priority, the highest that can run does, and at D-1
// random steps the running thread falls below all others. A bug that needs D events in a certain
// order is found with probability at least 1 / (n * k^(D-1)) in one run of n threads and k steps,
// which no plain random walk can promise.
#include "strategies.h"

void priorities_begin(Priorities *priorities, uint64_t seed, uint64_t depth, uint64_t steps) {
    *priorities = (Priorities){.numbers = {seed}, .depth = depth};
    for (uint64_t i = 0; i + 1 < depth; i++) {
        priorities->changes[i] = 1 + seeded_below(&priorities->numbers, steps);
    }
}

// The priority of a thread, at least `depth`, so that those who fall are below.
static uint64_t *priority(Priorities *priorities, uint64_t thread) {
    uint64_t *p = &priorities->of_thread[thread % PCT_THREADS];
    if (*p == 0) {
        *p = priorities->depth + (seeded_next(&priorities->numbers) >> 1);
    }
    return p;
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    (void)moment;
    (void)step;
    ((Priorities *)state)->steps++;
    return true;
}

static void fall_if_due(Priorities *priorities, uint64_t running) {
    for (uint64_t i = 0; i + 1 < priorities->depth; i++) {
        if (priorities->changes[i] == priorities->steps) {
            *priority(priorities, running) = priorities->depth - 1 - i;
            priorities->changes[i] = 0;
        }
    }
}

static size_t choose(void *state, const Choice *choice) {
    Priorities *priorities = state;
    if (choice->kind == CHOICE_PREEMPT) {
        fall_if_due(priorities, choice->options[0].id);
    }
    size_t best = 0;
    for (size_t i = 1; i < choice->count; i++) {
        if (*priority(priorities, choice->options[i].id) >
            *priority(priorities, choice->options[best].id)) {
            best = i;
        }
    }
    return best;
}

const ScheduleStrategy strategy_pct = {"pct", considers, choose, false, true};
