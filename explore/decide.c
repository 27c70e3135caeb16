// SPDX-License-Identifier: MIT
//
// The explorer as a strategy: what the runtime asks it at each step of a run.
//
// Most of the answer is somebody else's: the search through all schedules, a random walk, a person,
// or a token that is replayed. Here is what they have in common: the choices are counted and told,
// and a run that cannot teach anything more is left in its middle, for another one has been as far,
// or because it goes round in a circle. Leaving is switching to the explorer's fiber, and what the
// program was in the middle of is taken back with the rest of its memory; a run that is a process
// of its own just ends.
#include "decide.h"

#include <unistd.h>

void decide_leave(Explorer *explorer) {
    if (explorer->by_processes) {
        _exit(0);
    }
    fiber_switch(&explorer->given_up, &explorer->self);
}

void decide_cut(Explorer *explorer, EndKind kind) {
    explorer->end = (RunEnd){.kind = kind};
    explorer->has_ended = kind != END_NORMAL;
    decide_leave(explorer);
}

static uint64_t running(const Explorer *explorer) {
    return gil_holder(&explorer->runtime->gil)->id;
}

// Nothing can change any more, unless somebody's time comes.
static void end_loops(Explorer *explorer) {
    if (control_has_deadline(explorer->runtime)) {
        explorer->search.is_endless = false;
        return;
    }
    if (explorer->choices_before_spins < explorer->token.count && explorer->search.spins > 0) {
        explorer->token.count = explorer->choices_before_spins;
    }
    decide_cut(explorer, END_ENDLESS);
}

// Has a wait with a timeout begun since this was asked last?
static bool has_new_timeout(Explorer *explorer, const RuntimeThread *early) {
    if (early == NULL || early->waiting_for->kind == WAIT_SLEEP ||
        (explorer->timeout_of == early->id && explorer->timeout_since == early->waits_since)) {
        return false;
    }
    explorer->timeout_of = early->id;
    explorer->timeout_since = early->waits_since;
    return true;
}

static bool search_decides(void *state, uint64_t moment, const ScheduleStep *step) {
    Explorer *explorer = state;
    const RuntimeThread *early = control_early(explorer->runtime);
    explorer->search.timeouts = explorer->runtime->control.timeouts;
    explorer->search.has_timeout = has_new_timeout(explorer, early);
    bool considers = search_considers(&explorer->search, running(explorer), moment, step);
    if (explorer->search.is_endless) {
        end_loops(explorer);
    } else if (search_is_lost(&explorer->search)) {
        decide_cut(explorer, END_ENDLESS);
    }
    return considers;
}

// How long threads still wait, to the millisecond, in which order their times come.
static uint64_t hash_of_deadlines(const Runtime *runtime) {
    uint64_t hash = 0;
    for (const RuntimeThread *t = runtime->threads; t; t = t->next) {
        if (t->waiting_for == NULL || t->waiting_for->deadline == CLOCK_NEVER) {
            continue;
        }
        int64_t deadline = t->waiting_for->deadline;
        uint64_t rank = 1;
        for (const RuntimeThread *other = runtime->threads; other; other = other->next) {
            rank += other->waiting_for != NULL && other->waiting_for->deadline < deadline;
        }
        int64_t left = (deadline - runtime->clock.virtual_now + CLOCK_NS_PER_MS / 2);
        uint64_t number = (uint64_t)(left / CLOCK_NS_PER_MS) * 64 + rank;
        hash += (t->id * UINT64_C(0x9e3779b97f4a7c15)) ^ (number * UINT64_C(0xbf58476d1ce4e5b9));
    }
    return hash;
}

static size_t search_takes(void *state, const Choice *choice) {
    Explorer *explorer = state;
    explorer->search.deadlines = hash_of_deadlines(explorer->runtime);
    return search_choose(&explorer->search, choice);
}

static const ScheduleStrategy strategy_search = {"search", search_decides, search_takes, true,
                                                 false};

// Who decides in this run.
static Decider decider_of(Explorer *explorer) {
    if (explorer->is_replaying) {
        return (Decider){&strategy_replay, &explorer->replay};
    }
    switch (explorer->settings.method) {
    case EXPLORE_RANDOM:
        return (Decider){&strategy_random, &explorer->random_walk};
    case EXPLORE_PCT:
        return (Decider){&strategy_pct, &explorer->priorities};
    case EXPLORE_MANUAL:
        return (Decider){&strategy_manual, &explorer->manual};
    case EXPLORE_ALL:
        break;
    }
    return (Decider){&strategy_search, explorer};
}

static bool considers(void *state, uint64_t moment, const ScheduleStep *step) {
    Explorer *explorer = state;
    const Decider *decider = &explorer->decider;
    return explorer->is_exploring && decider->strategy->considers(decider->state, moment, step);
}

static void count_preemption(Explorer *explorer, const Choice *choice, size_t taken) {
    bool is_early = choice->options[taken].is_early;
    bool costs = choice->kind == CHOICE_PREEMPT || choice->kind == CHOICE_TASK;
    explorer->preemptions += is_early || (taken != 0 && costs);
    if (explorer->decider.strategy == &strategy_search) {
        explorer->preemptions = explorer->search.preemptions; // giving way in a loop is none
    }
}

// Need the run not be gone on with?
static void leave_if_decided(Explorer *explorer) {
    const Search *search = &explorer->search;
    if (search->spins == 1) {
        explorer->choices_before_spins = explorer->token.count;
    }
    if (search->is_endless) {
        end_loops(explorer);
    }
    if (search->is_pruned || explorer->manual.is_undone || explorer->manual.is_over) {
        decide_cut(explorer, END_NORMAL);
    }
}

static size_t choose(void *state, const Choice *choice) {
    Explorer *explorer = state;
    const Decider *decider = &explorer->decider;
    if (!explorer->is_exploring) {
        return 0;
    }
    size_t taken = decider->strategy->choose(decider->state, choice);
    if (explorer->story != NULL && choice->options[taken].is_early) {
        story_tell_early(explorer->story, explorer->shared, &choice->options[taken]);
    }
    count_preemption(explorer, choice, taken);
    leave_if_decided(explorer);
    return taken;
}

static const ScheduleStrategy strategy = {"explore", considers, choose, true, false};
// For strategies that hold up nobody.
static const ScheduleStrategy strategy_by_chance = {"explore", considers, choose, false, false};

bool decide_is_by_chance(const Explorer *explorer) {
    ExploreMethod method = explorer->settings.method;
    return method == EXPLORE_RANDOM || method == EXPLORE_PCT;
}

const ScheduleStrategy *decide_strategy(const Explorer *explorer) {
    return decide_is_by_chance(explorer) ? &strategy_by_chance : &strategy;
}

void decide_begin_run(Explorer *explorer) {
    explorer->decider = decider_of(explorer);
}
