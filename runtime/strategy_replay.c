// SPDX-License-Identifier: MIT
//
// Replay: the token lists the moments at which a run left the default, and what it did there. All
// other choices are the default. A moment that the run does not have is passed over: a shortened
// token (explore/shrink.c) may have some.
#include "strategies.h"

static const ScheduleTokenChoice *next_choice(Replay *replay, uint64_t moment) {
    while (replay->next < replay->token.count &&
           replay->token.choices[replay->next].moment < moment) {
        replay->next++;
    }
    return replay->next < replay->token.count ? &replay->token.choices[replay->next] : NULL;
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    (void)step;
    const ScheduleTokenChoice *next = next_choice(state, moment);
    return next != NULL && next->moment == moment;
}

static size_t choose(void *state, const Choice *choice) {
    Replay *replay = state;
    const ScheduleTokenChoice *next = next_choice(replay, choice->moment);
    if (next == NULL || next->moment != choice->moment) {
        return 0;
    }
    replay->next++;
    return next->option < choice->count ? next->option : 0;
}

const ScheduleStrategy strategy_replay = {"replay", considers, choose, true};
