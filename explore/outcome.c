// SPDX-License-Identifier: MIT
//
// Telling outcomes apart, and keeping for each the simplest schedule that leads to it.
//
// Of a failure the last line of its traceback counts, not the lines before: how the thread came
// there is the schedule's affair. Of a deadlock the first line of its story counts. The simplest
// schedule is the one with the fewest preemptions, then the fewest choices that are not the
// default.
#include "outcome.h"

#include <string.h>

#include "string_builder.h"

typedef struct EndRow {
    const char *text;
    bool fails;
} EndRow;

static const EndRow rows[] = {
#define END_KIND(name, text, fails) {text, fails},
#include "end_kinds.def"
#undef END_KIND
};

bool end_kind_fails(EndKind kind) {
    return rows[kind].fails;
}

const char *end_kind_text(EndKind kind) {
    return rows[kind].text;
}

// The last line of a text, without its end.
static size_t last_line(const char *text, size_t length, const char **line) {
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' ')) {
        length--;
    }
    size_t begin = length;
    while (begin > 0 && text[begin - 1] != '\n') {
        begin--;
    }
    *line = text + begin;
    return length - begin;
}

// A deadlock's story tells of the threads in their order; its first line is what happened.
static size_t line_of_failure(const RunEnd *end, const char **line) {
    if (end->kind == END_DEADLOCK) {
        static const char mark[] = "DeadlockError: ";
        const char *found = memmem(end->errors, end->errors_length, mark, sizeof mark - 1);
        if (found != NULL) {
            const char *stop =
                memchr(found, '\n', (size_t)(end->errors + end->errors_length - found));
            *line = found;
            return stop != NULL ? (size_t)(stop - found)
                                : (size_t)(end->errors + end->errors_length - found);
        }
    }
    return last_line(end->errors, end->errors_length, line);
}

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(1099511628211);
    }
    return hash;
}

static uint64_t key_of(const RunEnd *end) {
    uint64_t key =
        UINT64_C(14695981039346656037) + (uint64_t)end->kind * 31 + (uint64_t)end->status;
    const char *line;
    size_t length = line_of_failure(end, &line);
    key = hash_bytes(key, end->output, end->output_length);
    return end_kind_fails(end->kind) ? hash_bytes(key, line, length) : key;
}

// Of the lines that a run printed, whatever their order.
static uint64_t key_of_lines(const RunEnd *end) {
    uint64_t key = 0;
    const char *line = end->output, *stop = line + end->output_length;
    while (line != stop) {
        const char *next = memchr(line, '\n', (size_t)(stop - line));
        size_t length = (size_t)((next != NULL ? next : stop) - line);
        key += hash_bytes(UINT64_C(14695981039346656037), line, length) | 1;
        line = next != NULL ? next + 1 : stop;
    }
    return key;
}

static const char *keep(Shared *shared, const char *text, size_t length) {
    const char *copy =
        shared_copy(shared, text, length < OUTCOME_TEXT_MAX ? length : OUTCOME_TEXT_MAX);
    return copy != NULL ? copy : "";
}

static const char *token_text(Shared *shared, const ScheduleToken *token) {
    StringBuilder text;
    sb_init(&text);
    schedule_token_write(token, &text);
    const char *kept = keep(shared, text.data, text.length);
    sb_free(&text);
    return kept;
}

static Outcome *find(ExploreResult *result, uint64_t key) {
    for (size_t i = 0; i < result->outcome_count; i++) {
        if (result->outcomes[i].key == key) {
            return &result->outcomes[i];
        }
    }
    return NULL;
}

static Outcome *add(ExploreResult *result, Shared *shared, const RunEnd *end, uint64_t key) {
    if (result->outcome_count == OUTCOMES_MAX) {
        result->has_more_outcomes = true;
        return NULL;
    }
    Outcome *outcome = &result->outcomes[result->outcome_count++];
    const char *line;
    size_t length = line_of_failure(end, &line);
    *outcome = (Outcome){
        .key = key,
        .lines = key_of_lines(end),
        .kind = end->kind,
        .status = end->status,
        .output = keep(shared, end->output, end->output_length),
        .errors = keep(shared, end->errors, end->errors_length),
        .what = end_kind_fails(end->kind) ? keep(shared, line, length) : "",
    };
    return outcome;
}

bool outcome_is_of(const Outcome *outcome, const RunEnd *end) {
    return outcome->key == key_of(end);
}

void outcome_simplify(Outcome *outcome, Shared *shared, const ScheduleToken *token,
                      uint32_t preemptions) {
    outcome->preemptions = preemptions;
    outcome->choices = token->count;
    outcome->token = token_text(shared, token);
}

void outcome_count(ExploreResult *result, Shared *shared, const RunEnd *end,
                   const ScheduleToken *token, uint32_t preemptions) {
    uint64_t key = key_of(end);
    Outcome *outcome = find(result, key);
    if (outcome == NULL) {
        outcome = add(result, shared, end, key);
    }
    if (outcome == NULL) {
        return;
    }
    bool is_simpler = outcome->count == 0 || preemptions < outcome->preemptions ||
                      (preemptions == outcome->preemptions && token->count < outcome->choices);
    outcome->count++;
    if (is_simpler) {
        outcome_simplify(outcome, shared, token, preemptions);
    }
}

static bool some_fail(const ExploreResult *result) {
    for (size_t i = 0; i < result->outcome_count; i++) {
        if (end_kind_fails(result->outcomes[i].kind)) {
            return true;
        }
    }
    return false;
}

bool races_matter(const ExploreResult *result) {
    bool differ = false;
    for (size_t i = 1; i < result->outcome_count; i++) {
        differ = differ || result->outcomes[i].lines != result->outcomes[0].lines;
    }
    return result->race_count > 0 && differ;
}

bool outcomes_fail(const ExploreResult *result) {
    return some_fail(result) || races_matter(result);
}
