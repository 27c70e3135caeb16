// SPDX-License-Identifier: MIT
//
// Making a failing schedule simple: what of it does the failure not need?
//
// A random walk leaves the default at many moments, of which the failure needs two or three. Each
// choice is left out in turn and the rest replayed; if the program still fails alike, the schedule
// of that run, which has fewer choices, is the one to go on with, until none can be left out. (A
// greedy form of delta debugging; Zeller and Hildebrandt, TSE 2002.) The caller runs the program.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schedule_token.h"

typedef struct Shrink {
    ScheduleToken best;
    uint32_t preemptions; // of the best
    size_t at;            // the choice that is left out; those behind it were tried
    bool has_improved;    // since the last one was tried
    uint32_t tries;
} Shrink;

// Begin with a schedule that fails.
void shrink_begin(Shrink *shrink, const ScheduleToken *token, uint32_t preemptions);

// What to try next; false: nothing is left to try.
bool shrink_propose(Shrink *shrink, ScheduleToken *candidate);

// What was proposed failed alike, by this schedule. true: it is the best now.
bool shrink_accept(Shrink *shrink, const ScheduleToken *token, uint32_t preemptions);
