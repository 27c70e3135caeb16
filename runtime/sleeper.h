// SPDX-License-Identifier: MIT
//
// How one thread sleeps until another wakes it: a binary semaphore that belongs to the sleeping
// thread. The whole state is one 32-bit word
//
//     EMPTY    no wake-up has been posted
//     POSTED   a wake-up is waiting to be consumed
//     ASLEEP   the owner is in the kernel, waiting for the word to change
//
// and the kernel is entered only when there is really something to wait for (a futex: "fast
// user-space mutex"). A wake-up posted before the owner goes to sleep is not lost, it stays in
// the word; that is what a bare "sleep, and I'll wake you" gets wrong (the lost wake-up problem).
//
// Waking a thread that sleeps in the kernel takes the processor some microseconds, more than many
// waits last. So a thread may first watch the word for a moment (spin), but only when another
// processor can be running whoever will wake it, and as long as that has been worth it lately:
// adaptive spinning, as in the mutexes of Java and of glibc.
//
// A wake-up may also be stale, so every owner re-checks what it waits for in a loop. CPython
// builds the same from a POSIX semaphore, or a mutex and a condition variable, per lock.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Sleeper {
    _Atomic uint32_t word;
} Sleeper;

typedef enum SleepResult {
    SLEEP_WOKEN,       // a posted wake-up was consumed
    SLEEP_TIMEOUT,     // the deadline has passed
    SLEEP_INTERRUPTED, // a signal handler ran in this thread
} SleepResult;

// Sleep until a wake-up is posted or `deadline` (ns, real monotonic time) has passed.
// Only the owner may call it.
SleepResult sleeper_wait(Sleeper *sleeper, int64_t deadline);

// How many threads may spin at a time: one less than there are processors, so that a spinning
// thread never takes the place of the one it waits for.
typedef struct SpinLimit {
    _Atomic uint32_t spinning;
    uint32_t most;
} SpinLimit;

// What a thread has learnt about one kind of wait: does spinning pay? Only the thread itself.
typedef struct SpinHabit {
    uint8_t hope;    // 0: it has not paid lately
    uint8_t forgone; // waits since it was tried last
} SpinHabit;

// The limit for this process.
void sleeper_limit_init(SpinLimit *limit);

// Watch for a wake-up without entering the kernel, at most `spin_ns`; true when one was consumed.
bool sleeper_spin(Sleeper *sleeper, SpinLimit *limit, int64_t spin_ns);

// sleeper_wait, after a short spin if the habit says that it may pay.
SleepResult sleeper_wait_adaptively(Sleeper *sleeper, SpinLimit *limit, SpinHabit *habit,
                                    int64_t deadline);

// Post a wake-up. Any thread, and signal handlers.
void sleeper_wake(Sleeper *sleeper);

// The two halves of sleeper_wake: post returns true when the owner sleeps in the kernel and must
// still be kicked. A kick may come after the Sleeper's memory is gone, a post may not.
bool sleeper_post(Sleeper *sleeper);
void sleeper_kick(Sleeper *sleeper);
