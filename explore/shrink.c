// SPDX-License-Identifier: MIT
//
// Choices are left out from the last one on: those behind a choice that is left out may come at
// other moments then, and be lost with it, which is what is wanted.
#include "shrink.h"

#include <string.h>

enum { TRIES_MAX = 2000 };

void shrink_begin(Shrink *shrink, const ScheduleToken *token, uint32_t preemptions) {
    shrink->best = *token;
    shrink->preemptions = preemptions;
    shrink->at = token->count;
    shrink->has_improved = false;
    shrink->tries = 0;
}

bool shrink_propose(Shrink *shrink, ScheduleToken *candidate) {
    if (shrink->at == 0) {
        if (!shrink->has_improved) {
            return false;
        }
        shrink->has_improved = false;
        shrink->at = shrink->best.count;
    }
    if (shrink->at == 0 || ++shrink->tries > TRIES_MAX) {
        return false;
    }
    shrink->at--;
    *candidate = shrink->best;
    candidate->count--;
    memmove(&candidate->choices[shrink->at], &candidate->choices[shrink->at + 1],
            (candidate->count - shrink->at) * sizeof *candidate->choices);
    return true;
}

bool shrink_accept(Shrink *shrink, const ScheduleToken *token, uint32_t preemptions) {
    bool is_simpler = preemptions < shrink->preemptions ||
                      (preemptions == shrink->preemptions && token->count < shrink->best.count);
    if (is_simpler) {
        shrink->best = *token;
        shrink->preemptions = preemptions;
        shrink->at = shrink->at < token->count ? shrink->at : token->count;
        shrink->has_improved = true;
    }
    return is_simpler;
}
