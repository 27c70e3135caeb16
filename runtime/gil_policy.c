// SPDX-License-Identifier: MIT
//
// The table of the policies, and answers that several of them have in common, so that each policy's
// own file holds only what makes it different.
#include "gil_policy.h"

#include <string.h>

static const GilPolicy *const policies[] = {
#define GIL_POLICY(variable) &variable,
#include "gil_policies.def"
#undef GIL_POLICY
};

enum { POLICY_COUNT = sizeof policies / sizeof policies[0] };

const GilPolicy *gil_policy_find(const char *name) {
    for (size_t i = 0; i < POLICY_COUNT; i++) {
        if (!name || strcmp(policies[i]->name, name) == 0) {
            return policies[i];
        }
    }
    return NULL;
}

const char *gil_policy_name_at(size_t index) {
    return index < POLICY_COUNT ? policies[index]->name : NULL;
}

const char *gil_policy_summary(const char *name) {
    const GilPolicy *policy = gil_policy_find(name);
    return policy ? policy->summary : NULL;
}

bool gil_policy_never(const RuntimeThread *asker) {
    (void)asker;
    return false;
}

bool gil_policy_always(const Gil *gil, GilCause cause) {
    (void)gil;
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

bool gil_policy_loses_place(const Gil *gil, const RuntimeThread *holder) {
    (void)gil;
    (void)holder;
    return false;
}

// Half of it, so that whoever asked a little too early need not wait for two.
int64_t gil_policy_half_interval(const Gil *gil, const RuntimeThread *holder) {
    (void)holder;
    return atomic_load(&gil->interval) / 2;
}
