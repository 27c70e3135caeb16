// SPDX-License-Identifier: MIT
//
// Answers that several GIL policies have in common, so that each policy's own file holds only what
// makes it different.
#include "gil_policy.h"

bool gil_policy_never(const RuntimeThread *asker) {
    (void)asker;
    return false;
}

bool gil_policy_always(GilCause cause) {
    (void)cause;
    return true;
}

// A full interval counted from the asker's arrival or from the last switch, whichever is later:
// nobody is asked to go before having had a slice.
int64_t gil_policy_one_interval(const Gil *gil, const RuntimeThread *asker, int64_t now) {
    int64_t turn_began = atomic_load(&gil->turn_began);
    int64_t from = turn_began > asker->gil_asked_at ? turn_began : asker->gil_asked_at;
    return from + atomic_load(&gil->interval) - now;
}

RuntimeThread *gil_policy_first_come(const Gil *gil, int64_t now) {
    (void)now;
    return gil->urgent.first ? gil->urgent.first : gil->regular.first;
}

bool gil_policy_loses_place(const Gil *gil, int64_t now) {
    (void)gil;
    (void)now;
    return false;
}
