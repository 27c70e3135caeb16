// SPDX-License-Identifier: MIT
//
// Data races: two threads touch the same place, one of them writes, and nothing orders the two.
//
// "Orders" is Lamport's happened-before: what a thread does comes in the order of the program; what
// was done before a lock was released comes before what is done after it is taken next, and
// likewise for queues, events, starting, joining and waking. Each thread counts its releases in a
// vector clock, each lock carries the clock of its last release, and each place remembers who
// touched it last. If the last toucher's time is not yet in the clock of the one who touches now,
// nothing ordered them. That the race did no harm in this run does not matter; so one run finds
// what a thousand lucky ones do not show. This is FastTrack (Flanagan and Freund, PLDI 2009): a
// place keeps one time, not a clock, as long as one will do.
//
// All functions: GIL held.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger.h"
#include "schedule.h"

enum { RACE_THREADS = 4096, RACE_CALLERS = 3, RACE_LOCKS = 4 };

// A moment in one thread: its slot and how many releases it had made.
typedef struct RaceTime {
    uint32_t slot, clock;
} RaceTime;

// One touch, as much of it as a report needs.
typedef struct RaceAccess {
    RaceTime time;
    uint64_t thread; // RuntimeThread.id; 0: none yet
    bool writes;
    CodePosition site;
    CodePosition callers[RACE_CALLERS];
    const void *locks[RACE_LOCKS]; // held then
    CodePosition made_at;          // where the thread was started
    char name[THREAD_NAME_SIZE];
} RaceAccess;

typedef struct Race {
    RaceAccess before, now;
    Touch touch; // the place
} Race;

typedef struct RaceSink {
    void (*found)(void *context, RuntimeThread *thread, const Race *race);
    void *context;
    void (*release)(void *context); // at the end; may be NULL
} RaceSink;

typedef struct Races Races;

// NULL when there is no memory.
Races *races_new(RaceSink sink);
void races_free(Races *races);

// Nothing that was touched so far is of interest any more (the collector may reuse the addresses).
void races_forget_places(Races *races);

void races_touch(Races *races, RuntimeThread *thread, const ScheduleStep *step);

// `thread` passes on through the object what it has done so far; or learns what was passed on.
void races_release(Races *races, RuntimeThread *thread, const void *object);
void races_acquire(Races *races, RuntimeThread *thread, const void *object);
// What `from` has done comes before what `to` does from here on: starting, waking, joining.
void races_order(Races *races, RuntimeThread *from, RuntimeThread *to);

// The same if anybody looks for races; a test of a pointer otherwise.
#define ORDER(call, thread, ...)                                                                   \
    do {                                                                                           \
        Races *races_ = (thread)->runtime->races;                                                  \
        if (__builtin_expect(races_ != NULL, 0)) {                                                 \
            call(races_, thread, __VA_ARGS__);                                                     \
        }                                                                                          \
    } while (0)

// For people: the lines of a report, without a final newline.
void races_describe(RuntimeThread *thread, const Race *race, StringBuilder *out);
