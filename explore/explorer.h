// SPDX-License-Identifier: MIT
//
// The explorer, as its parts know it: explore.c goes from run to run, decide.c says within a run
// who goes on, watch.c hears what happens in it. It lies in shared memory, so that it survives the
// run.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "capture.h"
#include "explore.h"
#include "manual.h"
#include "search.h"
#include "shrink.h"
#include "snapshot.h"
#include "story.h"
#include "strategies.h"

// A strategy and its state.
typedef struct Decider {
    const ScheduleStrategy *strategy;
    void *state;
} Decider;

struct Explorer {
    ExploreSettings settings;
    ExploreResult result;
    Shared *shared;
    Runtime *runtime;
    Snapshot *snapshot; // NULL: by_processes
    Fiber program, self, given_up;
    Decider decider; // of this run
    Search search;
    Manual manual;
    RandomWalk random_walk;
    Priorities priorities;
    ScheduleToken token; // of this run
    Replay replay;       // of a run whose story is told, or that is made simpler
    bool is_replaying;
    Shrink shrink;
    Story *story; // that is being told; or NULL
    uint32_t preemptions;
    size_t choices_before_spins; // of the token
    uint64_t timeout_of;         // whose wait with a timeout was noticed last
    int64_t timeout_since;
    RunEnd end;
    bool has_ended, is_exploring;
    bool by_processes; // each run is one
    bool needs_processes;
    off_t input; // where standard input was at the start; -1: it cannot be read again
    Capture captures[2];
    char *stack_low, *stack_high; // of the program's main thread, as far as it was in use
    void (*finish)(const ExploreResult *result, void *context);
    void *context;
    int64_t began, shown; // the exploration; the last line of progress
    volatile sig_atomic_t stop;
    volatile sig_atomic_t is_running; // the program is, not the explorer
    volatile sig_atomic_t alarms;     // since the run began
};
