// SPDX-License-Identifier: MIT
//
// What can happen: runs that end alike are one outcome. Two runs end alike when they fail alike (or
// both do not) and print the same on standard output.
#pragma once

#include "schedule_token.h"
#include "shared.h"
#include "trace.h"

typedef enum EndKind {
#define END_KIND(name, text, fails) END_##name,
#include "end_kinds.def"
#undef END_KIND
    END_KIND_COUNT,
} EndKind;

// How one run ended.
typedef struct RunEnd {
    EndKind kind;
    int status;         // of the process, as it would have been
    const char *output; // what it printed, `output_length` bytes
    size_t output_length;
    const char *errors; // and on standard error
    size_t errors_length;
} RunEnd;

enum { OUTCOMES_MAX = 512, RACES_MAX = 64, OUTCOME_TEXT_MAX = 16 * 1024 };

typedef struct Outcome {
    uint64_t key;
    uint64_t lines; // what was printed, the order of lines left aside
    EndKind kind;
    int status;
    uint64_t count;
    const char *output, *errors; // as texts, shortened
    const char *what;            // of a failure: the last line of its traceback
    uint32_t preemptions;        // of the simplest schedule that leads to it
    size_t choices;
    const char *token;
} Outcome;

typedef struct RaceFound {
    const char *text;
    const char *lines; // where the two are
} RaceFound;

// One line of a story: what a thread did at one line of the program, until something else came.
typedef struct StoryRow {
    uint64_t thread;
    uint32_t line;            // 0: no instruction, `source` says it all
    const char *name;         // of the thread
    const char *source;       // the line's text
    const char *first, *last; // instructions that others could notice
    CodePosition position;    // of the last
} StoryRow;

enum { STORY_ROWS = 400, STORIES_MAX = 4 };

// What happened in the simplest run that leads to an outcome.
typedef struct Story {
    const Outcome *outcome;
    size_t count;
    bool is_cut;
    StoryRow rows[STORY_ROWS];
} Story;

typedef struct ExploreResult {
    uint64_t runs, pruned;
    double seconds;
    bool is_complete;    // every schedule within the bound was tried
    bool was_stopped;    // by Ctrl-C
    const char *cut;     // why something was left out, though there was time; or NULL
    uint32_t bounds;     // gone through, from 0 on: complete with at most one preemption less
    const char *refusal; // why exploring was not possible; or NULL
    Outcome outcomes[OUTCOMES_MAX];
    size_t outcome_count;
    bool has_more_outcomes;
    RaceFound races[RACES_MAX];
    size_t race_count;
    Story stories[STORIES_MAX]; // of the failures
    size_t story_count;
} ExploreResult;

// Does an end of this kind mean that the program is wrong?
bool end_kind_fails(EndKind kind);
const char *end_kind_text(EndKind kind);

// Count a run. `token` is its schedule, of so many preemptions.
void outcome_count(ExploreResult *result, Shared *shared, const RunEnd *end,
                   const ScheduleToken *token, uint32_t preemptions);

// Does the run end like this?
bool outcome_is_of(const Outcome *outcome, const RunEnd *end);
// A simpler schedule that leads to it.
void outcome_simplify(Outcome *outcome, Shared *shared, const ScheduleToken *token,
                      uint32_t preemptions);

// Is there a failure among the outcomes, or a data race that what the program prints depends on? In
// which order threads print their lines is no sign of a fault.
bool outcomes_fail(const ExploreResult *result);
bool races_matter(const ExploreResult *result);
