// SPDX-License-Identifier: MIT
//
// `mini explore --format=html`: what was found as one page that needs no network and no script, to
// be handed in, mailed, or shown on a wall.
//
// A story is a table with a column for each thread and a row for each line that a thread ran before
// somebody else did, so a switch is where the eye moves sideways. Everything that comes from the
// program is escaped.
#include "explored.h"
#include "story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>mini "
    "explore</title>\n<style>\n"
    "body { font: 16px/1.5 sans-serif; max-width: 75em; margin: 2em auto; padding: 0 1em; }\n"
    "code, pre, td { font-family: monospace; }\n"
    "pre { background: #f4f4f0; padding: .6em; overflow-x: auto; }\n"
    ".wrong { color: #a11; } .right { color: #161; }\n"
    "table { border-collapse: collapse; } .story { overflow-x: auto; }\n"
    "th, td { text-align: left; vertical-align: top; padding: .1em .8em; white-space: pre; }\n"
    "td.ran { background: #e8f0fb; border-left: 3px solid #36c; }\n"
    "td.late { background: #fdf3d8; white-space: normal; }\n"
    "small { color: #666; }\n"
    "@media (prefers-color-scheme: dark) { body { background: #181818; color: #ddd; }\n"
    "  pre { background: #262626; } td.ran { background: #1d2b44; } td.late { background: #443a1d; "
    "}\n"
    "  .wrong { color: #f88; } .right { color: #8d8; } small { color: #999; } }\n"
    "</style></head><body>\n";

static void put_escaped(const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '<':
            fputs("&lt;", stdout);
            break;
        case '>':
            fputs("&gt;", stdout);
            break;
        case '&':
            fputs("&amp;", stdout);
            break;
        case '"':
            fputs("&quot;", stdout);
            break;
        default:
            putchar(text[i]);
        }
    }
}

static void put(const char *text) {
    put_escaped(text, strlen(text));
}

static void put_pre(const char *title, const char *text) {
    if (text[0] != '\0') {
        printf("<p>%s</p>\n<pre>", title);
        put(text);
        printf("</pre>\n");
    }
}

static void tell_extent(const ExploreResult *result) {
    printf("<p>%" PRIu64 " schedules in %.2f s; ", result->runs, result->seconds);
    if (result->is_complete)
        printf("all with at most %" PRIu32 " preemptions.</p>\n", result->bounds - 1);
    else if (result->bounds > 0)
        printf("all with at most %" PRIu32 " preemptions and some with more.</p>\n",
               result->bounds - 1);
    else
        printf("not all that there are.</p>\n");
}

static void put_heading(const Outcome *outcome) {
    put(end_kind_text(outcome->kind));
    if (outcome->what[0] != '\0') {
        printf(": ");
        put(outcome->what);
    }
}

static void tell_outcome(const Outcome *outcome, const char *file) {
    bool fails = end_kind_fails(outcome->kind);
    printf("<h2 class=\"%s\">", fails ? "wrong" : "right");
    put_heading(outcome);
    printf(" <small>%" PRIu64 " schedules</small></h2>\n", outcome->count);
    put_pre("printed", outcome->output);
    if (fails)
        put_pre("errors", outcome->errors);
    printf("<p>The simplest has %" PRIu32 " preemptions: <code>mini --schedule=%s ",
           outcome->preemptions, outcome->token);
    put(file);
    printf("</code></p>\n");
}

// ---- stories ----

static void put_cell(const StoryRow *row) {
    printf("<td class=\"%s\">", row->line > 0 ? "ran" : "late");
    if (row->line > 0)
        printf("%" PRIu32 ": ", row->line);
    put(row->source);
    if (row->line > 0) {
        printf("\n<small>");
        put(row->first);
        if (strcmp(row->first, row->last) != 0) {
            printf(" &hellip; ");
            put(row->last);
        }
        printf("</small>");
    }
    printf("</td>");
}

static void tell_story(const Story *story) {
    StoryColumns columns = story_columns(story, STORY_COLUMNS);
    printf("<h2>How it comes to &ldquo;");
    put_heading(story->outcome);
    printf("&rdquo;</h2>\n<div class=\"story\"><table>\n<tr>");
    for (size_t i = 0; i < columns.count; i++) {
        printf("<th>");
        put(columns.names[i]);
        printf("</th>");
    }
    printf("</tr>\n");
    for (size_t i = 0; i < story->count; i++) {
        printf("<tr>");
        for (size_t before = story_column(&columns, &story->rows[i]); before > 0; before--)
            printf("<td></td>");
        put_cell(&story->rows[i]);
        printf("</tr>\n");
    }
    printf("</table>%s</div>\n", story->is_cut ? "&hellip;" : "");
}

void explore_report_html(const ExploreResult *result, const char *file) {
    bool fails = outcomes_fail(result);
    fputs(head, stdout);
    printf("<h1>");
    put(file);
    printf("</h1>\n<p class=\"%s\"><strong>%s</strong></p>\n", fails ? "wrong" : "right",
           fails                 ? "It can go wrong."
           : result->is_complete ? "Nothing went wrong."
                                 : "Nothing went wrong so far.");
    tell_extent(result);
    for (size_t i = 0; i < result->story_count; i++)
        tell_story(&result->stories[i]);
    for (size_t i = 0; i < result->outcome_count; i++)
        tell_outcome(&result->outcomes[i], file);
    for (size_t i = 0; i < result->race_count; i++)
        put_pre("data race", result->races[i].text);
    printf("</body></html>\n");
}
