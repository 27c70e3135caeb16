// SPDX-License-Identifier: MIT
//
// The story of a run: which thread did what, line by line, in the order in which it happened. It is
// shown as a table with a column for each thread.
#pragma once

#include "outcome.h"
#include "runtime.h"

// The running thread takes a step. Notes it with the step before if that was at the same line.
void story_tell(Story *story, Shared *shared, RuntimeThread *thread);

// A thread's sleep or timeout is over while others that could go on are held up.
void story_tell_early(Story *story, Shared *shared, const ChoiceOption *thread);

enum { STORY_COLUMNS = 16 };

typedef struct StoryColumns {
    uint64_t threads[STORY_COLUMNS];
    const char *names[STORY_COLUMNS];
    size_t count;
} StoryColumns;

// The columns in the order in which the threads come up, at most `most` (up to STORY_COLUMNS).
StoryColumns story_columns(const Story *story, size_t most);

// The column of the row's thread; the last one for threads that have none of their own.
size_t story_column(const StoryColumns *columns, const StoryRow *row);
