// SPDX-License-Identifier: MIT
//
// The one place where a choice is made. Whenever something could happen in more than one order
// (who runs next, which waiter a release wakes, which task the event loop takes) the code lists the
// options and asks here. In free running nobody minds and the first option is taken, by an inline
// test; a controlling strategy can take another, and take the same one again when the run is
// replayed.
//
// The choices of a controlled run are numbered: each step that other threads could notice and each
// choice that must be made is a *moment*. Which moments there are depends on the program and on the
// choices before, and on nothing else, so the list of (moment, option) pairs in which a run left
// the default is all it takes to repeat it (schedule_token.h).
//
// Systematic concurrency testing (CHESS, PCT, DPOR) is all about this one function.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schedule_token.h"
#include "trace.h"

typedef enum ChoiceKind {
#define CHOICE_KIND(name, meaning) CHOICE_##name,
#include "choice_kinds.def"
#undef CHOICE_KIND
    CHOICE_KIND_COUNT,
} ChoiceKind;

// What a thread is about to do that others could notice.
typedef enum ScheduleStepKind {
    STEP_ACCESS, // reads or writes something that others may share
    STEP_SYNC,   // works on a lock, a queue, another thread
} ScheduleStepKind;

// One thing that a step reads or changes. The locations of two steps are equal if they touch the
// same thing; object and part are for those who want to name it.
typedef struct Touch {
    uint64_t location;
    bool writes;
    bool is_lock;  // taking or releasing it
    bool is_plain; // a variable, attribute or item: two at a time are a data race, if one writes
    const void *object, *part;
} Touch;

enum { STEP_TOUCHES = 12 };

typedef struct ScheduleStep {
    ScheduleStepKind kind;
    CodePosition site;
    size_t count; // of touches, at least 1
    Touch touches[STEP_TOUCHES];
} ScheduleStep;

// One thing that could happen next: a thread's id, a task's number.
typedef struct ChoiceOption {
    uint64_t id;
    const char *name;
    bool at_step;  // a thread that was switched out before a step, which it takes when it goes on
    bool is_early; // a thread whose time has not come: the others are held up until then
} ChoiceOption;

typedef struct Choice {
    ChoiceKind kind;
    uint64_t moment;
    const ChoiceOption *options; // the first is what happens by default
    size_t count;                // at least 2
    const ScheduleStep *step;    // CHOICE_PREEMPT: what options[0] is about to do; else NULL
} Choice;

typedef struct ScheduleStrategy {
    const char *name;

    // Does the strategy want to be asked at this moment, before the running thread takes this step?
    // (It is always asked where a choice must be made.)
    bool (*considers)(void *state, uint64_t moment, const ScheduleStep *step);

    // Picks an option; returns its index, which is below choice->count.
    size_t (*choose)(void *state, const Choice *choice);

    // Does it want to be asked, too, whether a sleep or a timeout is over before those go on that
    // could? That is the last option then (control.c).
    bool holds_up;

    // May the program put another strategy in its place (schedule_layer.h)?
    bool gives_way;
} ScheduleStrategy;

typedef struct ScheduleLayer ScheduleLayer;

typedef struct Schedule {
    const ScheduleStrategy *strategy; // NULL: free
    void *state;                      // the strategy's
    uint64_t moments;                 // that have been, in a controlled run
    ScheduleToken *record;            // where the choices go that are not the default; or NULL
    void *memory;                     // freed at the end of the runtime
    ScheduleLayer *layers;            // that the program has put on
} Schedule;

// Nobody controls the order: callers may skip listing the options and take the first.
static inline bool schedule_is_free(const Schedule *schedule) {
    return __builtin_expect(schedule->strategy == NULL, 1);
}

// The name of the strategy in use.
const char *schedule_name(const Schedule *schedule);

// The choice itself for strategies other than free, a new moment. GIL held by `thread`.
size_t schedule_ask(RuntimeThread *thread, ChoiceKind kind, const ChoiceOption *options,
                    size_t count);
// The same at the moment of a step that the strategy considers.
size_t schedule_ask_at_step(RuntimeThread *thread, const ScheduleStep *step,
                            const ChoiceOption *options, size_t count);
