// SPDX-License-Identifier: MIT
//
// The strategies that can decide in a controlled run, and how they are called on a command line:
//
//     rr:N           each thread in turn, N steps long
//     random:SEED    anybody, at any step, by a seeded generator
//     pct:SEED:D     by random priorities, which change at D-1 random steps
//     TOKEN          as in an earlier run (schedule_token.h)
//
// NOTE(student): a strategy of your own is two functions and a line in strategies.def.
#pragma once

#include "schedule.h"
#include "schedule_token.h"

enum { PCT_THREADS = 64, PCT_DEPTH_MAX = 16, PCT_STEPS = 2000 };

typedef struct RoundRobin {
    uint64_t length, left; // of a turn, in steps
} RoundRobin;

// Seeded numbers: splitmix64. Not for secrets.
typedef struct SeededNumbers {
    uint64_t state;
} SeededNumbers;
uint64_t seeded_next(SeededNumbers *numbers);
// One of 0 .. count-1.
uint64_t seeded_below(SeededNumbers *numbers, uint64_t count);

typedef struct RandomWalk {
    SeededNumbers numbers;
} RandomWalk;

typedef struct Priorities {
    SeededNumbers numbers;
    uint64_t depth, steps;
    uint64_t changes[PCT_DEPTH_MAX]; // the steps at which the running thread falls to the bottom
    uint64_t of_thread[PCT_THREADS]; // by thread id, modulo; 0: none yet
} Priorities;

// What could have been chosen in a run, for whoever wants to try that next.
typedef struct ChoicesMet {
    uint64_t moment;
    uint32_t count;     // of options
    bool is_preemption; // all but the first preempt the running thread
    bool has_early;     // the last holds up the others
} ChoicesMet;

enum { TRAIL_MAX = 16384 };

typedef struct Trail {
    size_t count;
    ChoicesMet met[TRAIL_MAX]; // by moment; what goes beyond is left out
} Trail;

typedef struct Replay {
    ScheduleToken token;
    size_t next;  // of the token's choices
    Trail *trail; // to be written; or NULL
} Replay;

// A strategy and its state, made from its text.
typedef struct ScheduleChoice {
    const ScheduleStrategy *strategy; // NULL: free
    union {
        RoundRobin round_robin;
        RandomWalk random_walk;
        Priorities priorities;
        Replay replay;
    };
} ScheduleChoice;

// Read "free", "rr:100", "random:7", "pct:7:3" or a token. false: *problem says what is wrong with
// it, in a phrase that can follow "'TEXT' ".
bool schedule_parse(ScheduleChoice *choice, const char *text, const char **problem);

// What the names mean, for the help: the i-th row, false after the last.
bool schedule_strategy_at(size_t i, const char **form, const char **summary);

extern const ScheduleStrategy strategy_round_robin, strategy_random, strategy_pct, strategy_replay;

// Begin again with another seed.
void random_walk_begin(RandomWalk *walk, uint64_t seed);
void priorities_begin(Priorities *priorities, uint64_t seed, uint64_t depth, uint64_t steps);
