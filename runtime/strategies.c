// SPDX-License-Identifier: MIT
//
// Reading the name of a strategy. Which there are stands in strategies.def; whatever is none of
// them is taken for a token.
#include "strategies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_DEPTH = 3 };

// A number; the text goes on behind it. false: there is none.
static bool read_number(const char **text, uint64_t least, uint64_t most, uint64_t *number) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(*text, &end, 10);
    bool good = end != *text && **text >= '0' && **text <= '9' && errno == 0;
    *number = value;
    *text = end;
    return good && value >= least && value <= most;
}

static const char *read_free(ScheduleChoice *choice, const char *rest) {
    choice->strategy = NULL;
    return *rest == '\0' ? NULL : "takes no number";
}

static const char *read_round_robin(ScheduleChoice *choice, const char *rest) {
    uint64_t length = 0;
    if (!read_number(&rest, 1, UINT32_MAX, &length) || *rest != '\0') {
        return "needs the number of steps, such as rr:100";
    }
    choice->strategy = &strategy_round_robin;
    choice->round_robin = (RoundRobin){length, length};
    return NULL;
}

static const char *read_random(ScheduleChoice *choice, const char *rest) {
    uint64_t seed = 0;
    if (!read_number(&rest, 0, UINT64_MAX, &seed) || *rest != '\0') {
        return "needs a seed, such as random:7";
    }
    choice->strategy = &strategy_random;
    random_walk_begin(&choice->random_walk, seed);
    return NULL;
}

static const char *read_pct(ScheduleChoice *choice, const char *rest) {
    uint64_t seed = 0, depth = DEFAULT_DEPTH;
    bool good = read_number(&rest, 0, UINT64_MAX, &seed);
    if (good && *rest == ':') {
        rest++;
        good = read_number(&rest, 1, PCT_DEPTH_MAX, &depth);
    }
    if (!good || *rest != '\0') {
        return "needs a seed and a depth from 1 to 16, such as pct:7:3";
    }
    choice->strategy = &strategy_pct;
    priorities_begin(&choice->priorities, seed, depth, PCT_STEPS);
    return NULL;
}

typedef struct StrategyRow {
    const char *name, *form;
    const char *(*read)(ScheduleChoice *choice, const char *rest);
    const char *summary;
} StrategyRow;

static const StrategyRow rows[] = {
#define STRATEGY(name, form, reader, summary) {name, form, reader, summary},
#include "strategies.def"
#undef STRATEGY
};

enum { ROWS = sizeof rows / sizeof rows[0] };

bool schedule_strategy_at(size_t i, const char **form, const char **summary) {
    if (i >= ROWS) {
        return false;
    }
    *form = rows[i].form;
    *summary = rows[i].summary;
    return true;
}

static const char *read_token(ScheduleChoice *choice, const char *text) {
    choice->strategy = &strategy_replay;
    choice->replay.next = 0;
    choice->replay.trail = NULL;
    return schedule_token_read(&choice->replay.token, text)
               ? NULL
               : "is none of free, rr:N, random:SEED, pct:SEED:D, dfs:B, manual, and no token";
}

bool schedule_parse(ScheduleChoice *choice, const char *text, const char **problem) {
    size_t length = strcspn(text, ":");
    for (size_t i = 0; i < ROWS; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, text, length) == 0) {
            const char *rest = text[length] == ':' ? text + length + 1 : text + length;
            *problem = rows[i].read(choice, rest);
            return *problem == NULL;
        }
    }
    *problem = read_token(choice, text);
    return *problem == NULL;
}
