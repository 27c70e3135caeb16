// SPDX-License-Identifier: MIT
//
// One runtime: a GIL, the threads that share it, and all that joins them. An interpreter has one
// (`struct Interpreter { Runtime runtime; ... }`); several can live in a process, because nothing
// here is a global variable.
//
// The runtime knows nothing of Mini values. What it must ask the VM ("make that thread stop before
// its next bytecode", "which line is it in?") stands in RuntimeHooks.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "blocking.h"
#include "clock.h"
#include "control.h"
#include "gil.h"
#include "ledger.h"
#include "park.h"
#include "races.h"
#include "schedule.h"
#include "signals.h"
#include "string_builder.h"
#include "thread.h"
#include "trace.h"

// What the runtime asks the VM. Any of them may be NULL.
typedef struct RuntimeHooks {
    // Make the thread call gil_safepoint() before its next bytecode (swap its dispatch table). Any
    // thread calls this, and signal handlers: async-signal-safe, no locks. Taking the trap away is
    // the thread's own business: first the trap, then gil_safepoint().
    void (*interrupt)(RuntimeThread *thread);

    // From now on count thread->ticks_left down at each bytecode and call gil_safepoint() when it
    // is 0; or stop doing so. Called by the thread itself with the GIL.
    void (*count_ticks)(RuntimeThread *thread, bool on);

    // Append where the thread is ("line 12, in worker"). GIL held, by any thread.
    void (*describe)(RuntimeThread *thread, StringBuilder *out);

    // Where the thread is, to be kept (the owner of a lock, a trace record). Called by the thread
    // itself, perhaps without the GIL: must not allocate or touch objects.
    CodePosition (*position)(RuntimeThread *thread);

    // Append what a kept position means ("line 7, in deposit"). GIL held.
    void (*describe_position)(Runtime *runtime, CodePosition position, StringBuilder *out);

    // Append what the program calls an object that `thread` waits for ("`forks[2]`"); nothing if it
    // has no name. Must not allocate objects. GIL held, by any thread.
    void (*describe_object)(RuntimeThread *thread, const void *object, StringBuilder *out);

    // Where the innermost frame was called from, and so on outwards; positions that are not there
    // stay as they are. Called by the thread itself. GIL held.
    void (*callers)(RuntimeThread *thread, CodePosition *positions, size_t count);

    // Where the innermost frame of the program's own code is (not the library's). As `position`.
    CodePosition (*own_position)(RuntimeThread *thread);

    // The line of a position. Perhaps without the GIL.
    uint32_t (*line)(CodePosition position);

    // Append the name of the file and of the function that a position's code was made from, as
    // UTF-8. Perhaps without the GIL: must not allocate or touch what can change.
    void (*name_code)(const void *code, StringBuilder *file, StringBuilder *function);

    // Append the source line and the instruction at a position. GIL held.
    void (*describe_source)(CodePosition position, StringBuilder *line, StringBuilder *instruction);

    // Append what a step touches ("`account.balance`"). As describe_object.
    void (*describe_touch)(RuntimeThread *thread, const Touch *touch, StringBuilder *out);
} RuntimeHooks;

// What happens when a deadlock is found.
typedef enum DeadlockMode {
    DEADLOCK_RAISE,  // park returns PARK_DEADLOCK in one thread
    DEADLOCK_REPORT, // the explanation is printed on stderr, and the threads hang
    DEADLOCK_HANG,   // nothing, as in C and in CPython
} DeadlockMode;

typedef struct RuntimeConfig {
    const char *gil_policy;  // NULL: the default
    int64_t switch_interval; // ns; 0: the default
    DeadlockMode deadlock_mode;
    RuntimeHooks hooks;
} RuntimeConfig;

// OS threads that have nothing to do, see thread.c.
typedef struct CarrierCache {
    pthread_mutex_t mutex;
    // mutex must be held:
    Carrier *idle;
    unsigned idle_count;
} CarrierCache;

struct Runtime {
    // Immutable after runtime_init:
    RuntimeHooks hooks;

    // With locks or atomics of their own:
    Gil gil;
    Signals signals;
    CarrierCache carriers;

    // The GIL must be held:
    DeadlockMode deadlock_mode;
    Clock clock;
    Schedule schedule;
    Control control;
    Races *races;           // NULL: nobody looks for data races
    RuntimeThread *threads; // alive, in order of start
    RuntimeThread *last_thread;
    RuntimeThread *main; // NULL before attach and after detach
    RuntimeThread *lost; // did not survive the fork that made this process; linked by `next`
    uint64_t alive;      // length of that list
    uint64_t stuck;      // how many of them only another thread can wake
    int outside_wakers;  // see park_expect_outside
    uint64_t last_id;
    int64_t started;           // real ns
    uint64_t deadlocks;        // found so far
    StringBuilder explanation; // of the last one
    TraceState trace;
    LedgerArchive archive;
    LedgerSteps steps;
};

// Make a runtime; false when the configuration names an unknown policy.
bool runtime_init(Runtime *runtime, const RuntimeConfig *config);

// Free what it owns. The main thread must be detached and all others ended; false, and nothing is
// freed, when (daemon) threads are still alive: the process is about to end then anyway.
bool runtime_destroy(Runtime *runtime);

// The time of the runtime's clock, ns. Deadlines are in this time.
static inline int64_t runtime_now(const Runtime *runtime) {
    return clock_now(&runtime->clock);
}

// Number of threads that are alive. GIL held.
static inline uint64_t runtime_thread_count(const Runtime *runtime) {
    return runtime->alive;
}

// Where the thread is now, for keeping. Only the thread itself.
CodePosition runtime_position(RuntimeThread *thread);
