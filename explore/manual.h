// SPDX-License-Identifier: MIT
//
// "You are the scheduler": at every choice a person at the terminal says who goes on.
//
// Shown are the threads that can go on, each with its next line, the instruction that others could
// notice and the locks it holds, and below them those that wait. The answers are kept, so that the
// last one can be taken back: the program begins again and follows all but that one. What stands
// here lies in shared memory.
#pragma once

#include "runtime.h"

enum { MANUAL_CHOICES = 4096 };

typedef struct Manual {
    Runtime *runtime;
    int input, output; // the terminal
    size_t count, at;  // answers so far; those that this run has followed
    bool runs_on;      // no more questions in this run
    bool is_undone;    // the last answer was taken back: begin again
    bool is_over;      // the person has left
    uint16_t answers[MANUAL_CHOICES];
} Manual;

// Begin a run.
void manual_begin_run(Manual *manual);

// The state is a Manual. After choose, is_undone and is_over say whether the run goes on.
extern const ScheduleStrategy strategy_manual;
