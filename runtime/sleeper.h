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

// Watch for a wake-up without entering the kernel, at most `spin_ns`; true when one was consumed.
bool sleeper_spin(Sleeper *sleeper, int64_t spin_ns);

// Post a wake-up. Any thread, and signal handlers.
void sleeper_wake(Sleeper *sleeper);

// The two halves of sleeper_wake: post returns true when the owner sleeps in the kernel and must
// still be kicked. A kick may come after the Sleeper's memory is gone, a post may not.
bool sleeper_post(Sleeper *sleeper);
void sleeper_kick(Sleeper *sleeper);
