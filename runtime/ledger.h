// SPDX-License-Identifier: MIT
//
// The ledger: where every thread's time went. A thread is always in exactly one state of
// thread_states.def; when it changes state, the time since the last change is booked on the old
// one. That is the whole cost (two clock readings per switch), so the ledger is always on, and
// the columns of a thread add up to its life because there is no moment that is not booked.
//
// CPython has nothing like it: from outside one can only sample who seems to hold its GIL, and
// why it was given away is not recorded anywhere.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Runtime Runtime;
typedef struct RuntimeThread RuntimeThread;

typedef enum ThreadState {
#define THREAD_STATE(name, column, meaning) THREAD_##name,
#include "thread_states.def"
#undef THREAD_STATE
    THREAD_STATE_COUNT,              // up to here the ledger books time
    THREAD_NEW = THREAD_STATE_COUNT, // not started
    THREAD_ENDED,                    // its function has returned
    THREAD_LOST,                     // did not survive a fork: exists in the parent only
} ThreadState;

typedef enum GilCause {
#define GIL_CAUSE(name, column, state, meaning) GIL_CAUSE_##name,
#include "gil_causes.def"
#undef GIL_CAUSE
    GIL_CAUSE_COUNT,
} GilCause;

enum { THREAD_NAME_SIZE = 48 };

// A thread's own page of the ledger. Written by the thread alone, readable by everybody through
// ledger_read: `version` is odd while a change is in progress (a sequence lock).
typedef struct Ledger {
    _Atomic uint32_t version;
    _Atomic uint32_t state;                     // a ThreadState
    _Atomic int64_t since;                      // when that state began, real ns
    _Atomic int64_t spent[THREAD_STATE_COUNT];  // ns, without the current state
    _Atomic int64_t longest_wait;               // for the GIL, ns
    _Atomic uint64_t acquisitions;              // of the GIL
    _Atomic uint64_t switches[GIL_CAUSE_COUNT]; // times another thread got it from here
} Ledger;

// One thread's line: a consistent copy of its page.
typedef struct LedgerRow {
    char name[THREAD_NAME_SIZE];
    uint64_t thread_id;
    uint64_t threads; // 1, or more when the row sums up ended threads
    bool ended;
    int64_t life; // ns; the sum of spent[]
    int64_t spent[THREAD_STATE_COUNT];
    int64_t longest_wait;
    uint64_t acquisitions;
    uint64_t switches[GIL_CAUSE_COUNT];
} LedgerRow;

// The rows of threads that have ended: the first ones each for itself, the rest summed up in
// one, so that a program that starts a million threads does not keep a million rows.
enum { LEDGER_ENDED_ROWS = 64 };
typedef struct LedgerArchive {
    LedgerRow rows[LEDGER_ENDED_ROWS];
    size_t count;
    LedgerRow rest; // rest.threads == 0: unused
} LedgerArchive;

// The steps of event loops, as far as somebody times them (mini --stats).
enum { LEDGER_LONG_STEP_MS = 100, LEDGER_STEP_TEXT = 160 };
typedef struct LedgerSteps {
    uint64_t count;
    uint64_t kept_long;          // of those, longer than LEDGER_LONG_STEP_MS
    int64_t longest;             // ns
    char text[LEDGER_STEP_TEXT]; // which one that was, for the reader
} LedgerSteps;

// Book a step that took so long. True if none took longer: then the caller fills in the text. GIL
// held.
bool ledger_book_step(Runtime *runtime, int64_t ns);

// Begin a thread's page in `state` now.
void ledger_begin(Ledger *ledger, ThreadState state);

// Book the time since the last change on the old state and enter `state`; returns the time of the
// change, real ns. Only the thread that owns the page.
int64_t ledger_enter(Ledger *ledger, ThreadState state);

// The thread has the GIL: from waiting (or straight from its blocked state) to running. Returns
// the time of that, real ns.
int64_t ledger_acquired(Ledger *ledger);

// Another thread took the GIL over after this page's owner let it go. GIL held by the taker.
void ledger_count_switch(Ledger *ledger, GilCause cause);

// A consistent copy of the page, the current state booked up to now. Any thread.
void ledger_read(const Ledger *ledger, LedgerRow *row);

// Keep the row of a thread that ends. GIL held.
void ledger_archive(Runtime *runtime, RuntimeThread *thread);

// All threads in order of their start, then the sum of the others; returns how many rows there are
// and fills at most `capacity` of them. GIL held.
size_t ledger_snapshot(Runtime *runtime, LedgerRow *rows, size_t capacity);

// The table of `mini --stats`. GIL held.
void ledger_print(Runtime *runtime, FILE *out);

const char *ledger_state_name(ThreadState state);
const char *ledger_cause_name(GilCause cause);

// The state in which a thread is that gave the GIL away for this cause.
ThreadState ledger_state_after(GilCause cause);
