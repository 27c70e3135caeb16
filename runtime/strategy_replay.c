// SPDX-License-Identifier: MIT
//
// Replay: the token lists the moments at which a run left the default, and what it did there. All
// other choices are the default. A moment that the run does not have is passed over: a shortened
// token (explore/shrink.c) may have some. Whoever wants to know which other choices there were
// gives it a trail to write.
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
    Replay *replay = state;
    const ScheduleTokenChoice *next = next_choice(replay, moment);
    return replay->trail != NULL || (next != NULL && next->moment == moment);
}

static void note(Trail *trail, const Choice *choice) {
    if (trail != NULL && trail->count < TRAIL_MAX) {
        trail->met[trail->count++] =
            (ChoicesMet){choice->moment, (uint32_t)choice->count, choice->kind == CHOICE_PREEMPT,
                         choice->options[choice->count - 1].is_early};
    }
}

static size_t choose(void *state, const Choice *choice) {
    Replay *replay = state;
    const ScheduleTokenChoice *next = next_choice(replay, choice->moment);
    note(replay->trail, choice);
    if (next == NULL || next->moment != choice->moment) {
        return 0;
    }
    replay->next++;
    return next->option < choice->count ? next->option : 0;
}

const ScheduleStrategy strategy_replay = {"replay", considers, choose, true, false};
