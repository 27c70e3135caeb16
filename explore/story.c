// SPDX-License-Identifier: MIT
//
// Steps of one thread at one line of the program are one row, until another thread comes between.
// What the library does counts for the line that called it.
#include "story.h"

#include <string.h>

static const char *keep(Shared *shared, const StringBuilder *text) {
    const char *copy = shared_copy(shared, text->data, text->length);
    return copy != NULL ? copy : "";
}

static StoryRow *new_row(Story *story, Shared *shared, uint64_t thread, const char *name) {
    if (story->count == STORY_ROWS) {
        story->is_cut = true;
        return NULL;
    }
    StoryRow *row = &story->rows[story->count++];
    *row = (StoryRow){.thread = thread, .name = shared_copy(shared, name, strlen(name))};
    return row;
}

static bool goes_on(const StoryRow *row, const RuntimeThread *thread, CodePosition position,
                    uint32_t line) {
    return row->thread == thread->id && row->line == line && row->position.code == position.code;
}

void story_tell(Story *story, Shared *shared, RuntimeThread *thread) {
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    CodePosition position = hooks->own_position(thread);
    if (position.code == NULL) {
        return;
    }
    uint32_t line = hooks->line(position);
    StoryRow *row = story->count > 0 ? &story->rows[story->count - 1] : NULL;
    bool is_new = row == NULL || !goes_on(row, thread, position, line);
    row = is_new ? new_row(story, shared, thread->id, thread->name) : row;
    if (row == NULL) {
        return;
    }
    StringBuilder source, instruction;
    sb_init(&source);
    sb_init(&instruction);
    hooks->describe_source(position, &source, &instruction);
    row->position = position;
    row->line = line;
    row->last = keep(shared, &instruction);
    if (is_new) {
        row->first = row->last;
        row->source = keep(shared, &source);
    }
    sb_free(&source);
    sb_free(&instruction);
}

void story_tell_early(Story *story, Shared *shared, const ChoiceOption *thread) {
    StoryRow *row = new_row(story, shared, thread->id, thread->name);
    if (row != NULL) {
        row->source = "(its time is over)";
    }
}

// The thread's column; columns->count when it has none.
static size_t own_column(const StoryColumns *columns, const StoryRow *row) {
    size_t at = 0;
    while (at < columns->count && columns->threads[at] != row->thread) {
        at++;
    }
    return at;
}

StoryColumns story_columns(const Story *story, size_t most) {
    StoryColumns columns = {.count = 0};
    for (size_t i = 0; i < story->count && columns.count < most; i++) {
        const StoryRow *row = &story->rows[i];
        if (own_column(&columns, row) == columns.count) {
            columns.threads[columns.count] = row->thread;
            columns.names[columns.count++] = row->name;
        }
    }
    return columns;
}

size_t story_column(const StoryColumns *columns, const StoryRow *row) {
    size_t own = own_column(columns, row);
    return own < columns->count ? own : columns->count - 1;
}
