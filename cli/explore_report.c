// SPDX-License-Identifier: MIT
//
// What `mini explore` says in the end: how many schedules, what can happen, and how to see it.
//
// The text is for people: first whether all was tried, then each outcome, the data races, the
// stories, and a verdict in a few words. JSON carries the same for scripts, SARIF (the exchange
// format of static analysers, OASIS 2.1.0) the failures alone, for editors and code hosts.
#include "explored.h"
#include "story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// ---- text ----

static const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

static void tell_bound(const ExploreResult *result, const char *extent) {
    printf("%s: every schedule with at most %" PRIu32 " preemption%s\n", extent, result->bounds - 1,
           plural(result->bounds - 1));
}

static void tell_missing(const ExploreResult *result, const ExploreSettings *settings) {
    const char *timeout = result->was_stopped ? "stopped" : "the time was over";
    printf("incomplete: %s before all schedules with at most %" PRIu32 " preemption%s were tried\n",
           result->cut != NULL ? result->cut : timeout, settings->bound, plural(settings->bound));
    if (result->bounds > 0)
        tell_bound(result, "complete so far");
}

static void tell_extent(const ExploreResult *result, const ExploreSettings *settings) {
    double rate = result->seconds > 0 ? (double)result->runs / result->seconds : 0;
    printf("%" PRIu64 " schedule%s in %.2f s (%.0f per second)\n", result->runs,
           plural(result->runs), result->seconds, rate);
    if (settings->method != EXPLORE_ALL)
        printf("a sample: other schedules may end otherwise\n");
    else if (result->is_complete)
        tell_bound(result, "complete");
    else
        tell_missing(result, settings);
}

// A text, each line indented.
static void tell_indented(const char *text) {
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        printf("    | %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void tell_outcome(const Outcome *outcome, const char *file) {
    printf("\n%s, %" PRIu64 " time%s", end_kind_text(outcome->kind), outcome->count,
           plural(outcome->count));
    if (outcome->kind == END_STATUS)
        printf(" (%d)", outcome->status);
    if (outcome->what[0] != '\0')
        printf(": %s", outcome->what);
    printf("\n");
    if (outcome->output[0] != '\0') {
        printf("  printed\n");
        tell_indented(outcome->output);
    }
    if (end_kind_fails(outcome->kind)) {
        printf("  errors\n");
        tell_indented(outcome->errors);
    }
    printf("  with %" PRIu32 " preemption%s: mini --schedule=%s %s\n", outcome->preemptions,
           plural(outcome->preemptions), outcome->token, file);
}

// ---- stories ----

enum { COLUMNS_MAX = 6, COLUMN_WIDTH = 34 };

static void tell_row(const StoryRow *row, size_t column) {
    char text[128];
    if (row->line == 0) {
        printf("  %*s%s\n", (int)(column * (COLUMN_WIDTH + 2)), "", row->source);
        return;
    }
    snprintf(text, sizeof text, "%" PRIu32 ": %s", row->line, row->source);
    printf("  %*s%-*.*s  [%s", (int)(column * (COLUMN_WIDTH + 2)), "", COLUMN_WIDTH, COLUMN_WIDTH,
           text, row->first);
    if (strcmp(row->first, row->last) != 0)
        printf(" .. %s", row->last);
    printf("]\n");
}

static void tell_story(const Story *story) {
    StoryColumns columns = story_columns(story, COLUMNS_MAX);
    printf("\nhow it comes to \"%s%s%s\" (line, and what others could notice):\n\n ",
           end_kind_text(story->outcome->kind), story->outcome->what[0] != '\0' ? ": " : "",
           story->outcome->what);
    for (size_t i = 0; i < columns.count; i++)
        printf(" %-*.*s ", COLUMN_WIDTH, COLUMN_WIDTH, columns.names[i]);
    printf("\n");
    for (size_t i = 0; i < story->count; i++)
        tell_row(&story->rows[i], story_column(&columns, &story->rows[i]));
    if (story->is_cut)
        printf("  ...\n");
}

static void tell_text(const ExploreResult *result, const ExploreSettings *settings,
                      const char *file) {
    tell_extent(result, settings);
    for (size_t i = 0; i < result->outcome_count; i++)
        tell_outcome(&result->outcomes[i], file);
    if (result->has_more_outcomes)
        printf("\n... and other outcomes\n");
    for (size_t i = 0; i < result->race_count; i++)
        printf("\n%s\n", result->races[i].text);
    if (result->race_count > 0 && !races_matter(result))
        printf("\nThe data race%s made no difference to what the program prints.\n",
               plural(result->race_count));
    for (size_t i = 0; i < result->story_count; i++)
        tell_story(&result->stories[i]);
    printf("\nverdict: %s\n", outcomes_fail(result) ? "it can go wrong"
                              : result->is_complete ? "nothing went wrong"
                                                    : "nothing went wrong so far");
}

// ---- json and sarif ----

static void put_json_string(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c == '\n')
            printf("\\n");
        else if (c < 0x20)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

static void put_member(const char *name, const char *text) {
    printf(", \"%s\": ", name);
    put_json_string(text);
}

static void tell_json_outcome(const Outcome *outcome) {
    printf("\n    {\"fails\": %s, \"count\": %" PRIu64
           ", \"status\": %d, \"preemptions\": %" PRIu32,
           end_kind_fails(outcome->kind) ? "true" : "false", outcome->count, outcome->status,
           outcome->preemptions);
    put_member("kind", end_kind_text(outcome->kind));
    put_member("what", outcome->what);
    put_member("stdout", outcome->output);
    put_member("stderr", outcome->errors);
    put_member("token", outcome->token);
    printf("}");
}

// How many preemptions all schedules may have that were certainly tried.
static void tell_json_bound(const ExploreResult *result) {
    printf(",\n  \"bound\": ");
    if (result->bounds > 0)
        printf("%" PRIu32, result->bounds - 1);
    else
        printf("null");
}

static void tell_json(const ExploreResult *result, const char *file) {
    printf("{\n  \"file\": ");
    put_json_string(file);
    printf(",\n  \"schedules\": %" PRIu64 ",\n  \"seconds\": %.6f,\n  \"complete\": %s",
           result->runs, result->seconds, result->is_complete ? "true" : "false");
    tell_json_bound(result);
    printf(",\n  \"fails\": %s,\n  \"outcomes\": [", outcomes_fail(result) ? "true" : "false");
    for (size_t i = 0; i < result->outcome_count; i++) {
        printf("%s", i > 0 ? "," : "");
        tell_json_outcome(&result->outcomes[i]);
    }
    printf("\n  ],\n  \"races\": [");
    for (size_t i = 0; i < result->race_count; i++) {
        printf("%s\n    ", i > 0 ? "," : "");
        put_json_string(result->races[i].text);
    }
    printf("\n  ]\n}\n");
}

static void tell_sarif_result(const char *rule, const char *text, const char *token,
                              const char *file, bool first) {
    printf("%s\n      {\"ruleId\": \"%s\", \"level\": \"error\", \"message\": {\"text\": ",
           first ? "" : ",", rule);
    put_json_string(text);
    printf("}, \"locations\": [{\"physicalLocation\": {\"artifactLocation\": {\"uri\": ");
    put_json_string(file);
    printf("}}}], \"properties\": {\"token\": ");
    put_json_string(token);
    printf("}}");
}

static void tell_sarif(const ExploreResult *result, const char *file) {
    bool first = true;
    printf("{\"version\": \"2.1.0\",\n"
           " \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
           " \"runs\": [{\"tool\": {\"driver\": {\"name\": \"mini explore\"}},\n"
           "  \"results\": [");
    for (size_t i = 0; i < result->outcome_count; i++) {
        const Outcome *outcome = &result->outcomes[i];
        if (end_kind_fails(outcome->kind)) {
            tell_sarif_result(end_kind_text(outcome->kind), outcome->what, outcome->token, file,
                              first);
            first = false;
        }
    }
    for (size_t i = 0; i < result->race_count; i++, first = false)
        tell_sarif_result("data race", result->races[i].text, "", file, first);
    printf("\n  ]}]}\n");
}

void explore_report(const ExploreResult *result, const ExploreSettings *settings,
                    ExploreFormat format, const char *file) {
    if (result->refusal != NULL)
        fprintf(stderr, "mini explore: %s\n", result->refusal);
    else if (format == FORMAT_JSON)
        tell_json(result, file);
    else if (format == FORMAT_SARIF)
        tell_sarif(result, file);
    else if (format == FORMAT_HTML)
        explore_report_html(result, file);
    else
        tell_text(result, settings, file);
}
