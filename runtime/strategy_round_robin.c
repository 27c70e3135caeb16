// SPDX-License-Identifier: MIT
//
// `rr:N`, the round robin of the textbooks on operating systems: whoever runs is switched out after
// a time slice of N steps, and the next one in the round gets a slice. NOTE(student): with rr:1
// every step of one thread is followed by one of the next; look at what that makes of `x += 1`.
#include "strategies.h"

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    (void)moment;
    (void)step;
    RoundRobin *round_robin = state;
    if (round_robin->left > 0) {
        round_robin->left--;
        return false;
    }
    return true;
}

static size_t choose(void *state, const Choice *choice) {
    RoundRobin *round_robin = state;
    size_t taken = choice->kind == CHOICE_PREEMPT ? 1 : 0;
    if (choice->kind == CHOICE_PREEMPT || choice->kind == CHOICE_NEXT) {
        round_robin->left = round_robin->length - choice->options[taken].at_step;
    }
    return taken;
}

const ScheduleStrategy strategy_round_robin = {"rr", considers, choose, false, true};
