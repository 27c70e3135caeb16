// SPDX-License-Identifier: MIT
//
// The one place where a choice is made. Whenever something could happen in more than one order
// (who gets the GIL, which waiter a release wakes, which task the event loop takes) the code lists
// the options and asks here. In free running nobody minds and the first option is taken, by an
// inline test; a controlling strategy can take another, write it down, and take the same one again
// when the run is replayed.
//
// Systematic concurrency testing (CHESS, PCT, DPOR) is all about this one function.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Runtime Runtime;

typedef enum ChoiceKind {
#define CHOICE_KIND(name, meaning) CHOICE_##name,
#include "choice_kinds.def"
#undef CHOICE_KIND
    CHOICE_KIND_COUNT,
} ChoiceKind;

// One thing that could happen next: a thread's id, a task's number.
typedef struct ChoiceOption {
    uint64_t id;
    const char *name;
} ChoiceOption;

// Picks an option; returns its index, which is below `count`. GIL or gil->mutex held.
typedef struct ScheduleStrategy {
    const char *name;
    size_t (*choose)(Runtime *runtime, void *state, ChoiceKind kind, const ChoiceOption *options,
                     size_t count);
} ScheduleStrategy;

typedef struct Schedule {
    const ScheduleStrategy *strategy; // NULL: free
    void *state;                      // the strategy's
} Schedule;

// Nobody controls the order: callers may skip listing the options and take the first.
static inline bool schedule_is_free(const Schedule *schedule) {
    return __builtin_expect(schedule->strategy == NULL, 1);
}

// The name of the strategy in use.
const char *schedule_name(const Schedule *schedule);

// The choice itself for strategies other than free.
size_t schedule_ask(Runtime *runtime, Schedule *schedule, ChoiceKind kind,
                    const ChoiceOption *options, size_t count);

// Which of `count` >= 1 options is taken.
static inline size_t schedule_choose(Runtime *runtime, Schedule *schedule, ChoiceKind kind,
                                     const ChoiceOption *options, size_t count) {
    if (schedule_is_free(schedule)) {
        return 0;
    }
    return schedule_ask(runtime, schedule, kind, options, count);
}
