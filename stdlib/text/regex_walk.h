// SPDX-License-Identifier: MIT
//
// Walking through a subject from match to match: what findall, split, sub, finditer and scanners
// have in common.
#pragma once

#include "regex.h"

typedef struct RegexWalk {
    Thread *thread;
    RegexPattern *pattern;
    RegexSubject subject; // its start moves from match to match
    bool last_was_empty;
    uint32_t steps;
    const size_t *spans; // of the last match
    size_t set;
} RegexWalk;

// The arguments pos and endpos, UNDEFINED if not given; false with TypeError.
bool regex_bounds(Thread *thread, Value pos, Value endpos, int64_t *from, int64_t *to);
// Begins to walk with a Pattern; false with TypeError if the string does not go with it.
bool regex_walk_init(RegexWalk *walk, Thread *thread, Value pattern, Value string, int64_t pos,
                     int64_t endpos);
// 1: there is a next match; 0: there is none; -1: exception.
int regex_walk_next(RegexWalk *walk, RegexMode mode);
// Finds the subject's memory again after other code has run; false with an exception.
bool regex_walk_refresh(RegexWalk *walk);

// Methods of Pattern; args: self, string, pos, endpos.
Value regex_finditer(Thread *thread, Value *args);
Value regex_scanner(Thread *thread, Value *args);
