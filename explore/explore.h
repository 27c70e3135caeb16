// SPDX-License-Identifier: MIT
//
// `mini explore`: run a program under many schedules, and tell what can happen.
//
// The program runs in this process and is taken back to the moment at which its second thread
// starts (snapshot.h), once for each schedule; the explorer itself lives on a fiber of its own in
// shared memory. It controls the run as any strategy does (schedule.h), watches what it touches,
// and gets the word when it ends.
#pragma once

#include "outcome.h"
#include "races.h"
#include "runtime.h"

typedef enum ExploreMethod {
    EXPLORE_ALL,
    EXPLORE_RANDOM,
    EXPLORE_PCT,
    EXPLORE_MANUAL, // a person at the terminal decides
} ExploreMethod;

typedef struct ExploreSettings {
    ExploreMethod method;
    uint32_t bound;      // of preemptions, EXPLORE_ALL
    uint64_t runs;       // EXPLORE_RANDOM and EXPLORE_PCT
    uint64_t seed;       // of the first run
    uint32_t depth;      // EXPLORE_PCT
    double seconds;      // budget; 0: none
    bool shows_progress; // on stderr
    // Start the same command anew, because the program cannot be taken back in this process.
    void (*begin_again)(void *context);
} ExploreSettings;

typedef struct Explorer Explorer;

// NULL when there is no memory. `finish` is called once, when all is explored, and must not return.
Explorer *explorer_new(const ExploreSettings *settings,
                       void (*finish)(const ExploreResult *result, void *context), void *context);

// The program is read and its library is there: from here on the explorer controls it. `program` is
// the hash of its text. false: not possible here.
bool explorer_control(Explorer *explorer, Runtime *runtime, uint32_t program);

// A run has ended; only its kind and status need be filled in. Does not return.
__attribute__((noreturn)) void explorer_run_ended(Explorer *explorer, const RunEnd *end);
