// SPDX-License-Identifier: MIT
//
// What a GIL policy may decide. gil.c owns the mechanism (the word, the queues, the sleeping and
// the waking) and asks a GilPolicy five questions:
//
//     which queue does an asker join?                 `is_urgent`
//     how long does it wait before it asks the holder to give way?        `patience`
//     how long may the holder go on although it was asked?                `least_turn`
//     who is next, and does that thread get the lock or a chance at it?   `next`, `hands_over`
//     does a holder that was made to give way keep its place?             `keeps_place`
//
// NOTE(student): a policy of your own is a file like gil_policy_fair.c and a line in
// gil_policies.def. Run `mini --gil=NAME --stats` on the lessons to see what it does.
//
// All functions are called with gil->mutex held, and must not block.
#pragma once

#include "clock.h"
#include "gil.h"
#include "thread.h"

struct GilPolicy {
    const char *name;
    const char *summary;

    // The thread gives way after every GIL_TICKS bytecodes, asked or not.
    bool counts_ticks;

    // How long an urgent thread always watches for its turn before it sleeps in the kernel, ns.
    // (The others do it when it has paid lately, see sleeper.h, unless the policy never does.)
    int64_t spin;
    bool never_spins;

    // Does the asker join the urgent queue (which `next` may prefer) or the regular one?
    bool (*is_urgent)(const RuntimeThread *asker);

    // How long the asker should still sleep before it asks the holder to give way, ns from `now`;
    // 0 or less = it asks now; CLOCK_NEVER = it never asks. Also called again when that time is
    // over, because there may have been a switch in between.
    int64_t (*patience)(const Gil *gil, const RuntimeThread *asker, int64_t now);

    // How long `holder`, which was asked, has had the lock at least before it gives way, ns. Who
    // was asked before it was even awake would otherwise use up its turn by waking up.
    int64_t (*least_turn)(const Gil *gil, const RuntimeThread *holder);

    // The waiting thread whose turn it is when the lock is released; at least one waits.
    RuntimeThread *(*next)(const Gil *gil, int64_t now);

    // True: the lock passes directly to `next`, nobody can snatch it. False: it is set free, `next`
    // is woken and competes with whoever comes along.
    bool (*hands_over)(const Gil *gil, GilCause cause);

    // `holder` gives way to an urgent thread: does it wait at the front of the regular queue?
    bool (*keeps_place)(const Gil *gil, const RuntimeThread *holder);
};

#define GIL_POLICY(variable) extern const GilPolicy variable;
#include "gil_policies.def"
#undef GIL_POLICY

// The policy called `name` (NULL: the default); NULL if there is none.
const GilPolicy *gil_policy_find(const char *name);

// Answers that several policies share.
bool gil_policy_never(const RuntimeThread *asker);
int64_t gil_policy_one_interval(const Gil *gil, const RuntimeThread *asker, int64_t now);
RuntimeThread *gil_policy_first_come(const Gil *gil, int64_t now);
bool gil_policy_loses_place(const Gil *gil, const RuntimeThread *holder);
int64_t gil_policy_half_interval(const Gil *gil, const RuntimeThread *holder);
bool gil_policy_always(const Gil *gil, GilCause cause);
