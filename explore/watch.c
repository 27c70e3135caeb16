// SPDX-License-Identifier: MIT
//
// What the explorer hears of a run: its steps, what it does to the world outside, that nobody can
// go on, and data races.
//
// A race is two things. Its places are where order matters, so the search learns them and begins
// anew with more choices. And it is a finding: it is kept with the token of the run that showed it,
// once for each pair of lines.
#include "watch.h"

#include <string.h>

#include "decide.h"

enum { STEPS_MAX = 2000000 }; // of one run

static void on_step(void *context, RuntimeThread *thread, const ScheduleStep *step) {
    Explorer *explorer = context;
    if (explorer->story != NULL) {
        story_tell(explorer->story, explorer->shared, thread);
    } else if (explorer->is_exploring && explorer->settings.method == EXPLORE_ALL) {
        search_step(&explorer->search, thread->id, step);
    }
    if (thread->runtime->control.steps > STEPS_MAX && explorer->is_exploring) {
        decide_cut(explorer, END_ENDLESS);
    }
}

// What the kernel remembers does not go back. (Writing to the captured files is no harm.)
static void on_outside(void *context, const char *what) {
    Explorer *explorer = context;
    if (explorer->is_exploring && !explorer->by_processes && strcmp(what, "write") != 0) {
        explorer->needs_processes = true;
        decide_leave(explorer);
    }
}

static void on_stuck(void *context, RuntimeThread *thread) {
    (void)thread;
    Explorer *explorer = context;
    if (explorer->is_exploring) {
        decide_cut(explorer, END_DEADLOCK);
    }
}

ControlWatch watch_of(Explorer *explorer,
                      void (*on_second_thread)(void *context, RuntimeThread *thread)) {
    return (ControlWatch){explorer, on_second_thread, on_step, on_outside, on_stuck};
}

// ---- data races ----

static bool is_known_race(const ExploreResult *result, const char *lines) {
    for (size_t i = 0; i < result->race_count; i++) {
        if (strcmp(result->races[i].lines, lines) == 0) {
            return true;
        }
    }
    return result->race_count == RACES_MAX;
}

// "line 7, in deposit / line 9, in withdraw", the same whichever came first.
static void put_lines(const Runtime *runtime, const Race *race, StringBuilder *out) {
    CodePosition first = race->before.site, second = race->now.site;
    bool turn =
        first.code > second.code || (first.code == second.code && first.offset > second.offset);
    runtime->hooks.describe_position((Runtime *)runtime, turn ? second : first, out);
    sb_puts(out, " / ");
    runtime->hooks.describe_position((Runtime *)runtime, turn ? first : second, out);
}

static void note_race(Explorer *explorer, RuntimeThread *thread, const Race *race) {
    ExploreResult *result = &explorer->result;
    StringBuilder lines, text;
    sb_init(&lines);
    sb_init(&text);
    put_lines(thread->runtime, race, &lines);
    if (!is_known_race(result, lines.data)) {
        races_describe(thread, race, &text);
        sb_puts(&text, "\n  to see it again: --races --schedule=");
        schedule_token_write(&explorer->token, &text);
        result->races[result->race_count++] = (RaceFound){
            .text = shared_copy(explorer->shared, text.data, text.length),
            .lines = shared_copy(explorer->shared, lines.data, lines.length),
        };
    }
    sb_free(&text);
    sb_free(&lines);
}

void watch_race(void *context, RuntimeThread *thread, const Race *race) {
    Explorer *explorer = context;
    search_learn(&explorer->search, race->before.site);
    search_learn(&explorer->search, race->now.site);
    if (race->touch.is_plain) {
        note_race(explorer, thread, race);
    }
}
