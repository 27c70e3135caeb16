// SPDX-License-Identifier: MIT
//
// Watching a descriptor, or a word of shared memory, for a moment before sleeping in the kernel.
//
// When two processes answer each other, waking the one that sleeps takes longer than all that it
// then does: the processor that it slept on may itself have to be woken. So who waits for a message
// (or for what the word says) looks for it some microseconds long, as waiting threads of one
// process do (runtime/sleeper.h) and under the same limit: never more watchers than there are other
// processors. Whether it pays each channel and each semaphore learns for itself. On a busy machine
// it does not, for the sender has to wait for a processor, perhaps for this one; then only one wait
// in many tries it.
#pragma once

#include "execute.h"

typedef struct WatchHabit {
    uint8_t hope;      // 0: watching has not paid lately
    uint8_t refusals;  // attempts without hope that failed, one after the other
    uint16_t forgone;  // waits since the last attempt
    uint32_t usual_ns; // how long those took that paid
} WatchHabit;

// Has the next wait a chance of being a short one? Notes that it was asked.
bool process_wants_watch(RuntimeThread *thread, WatchHabit *habit);

// Something to do without waiting; false: there is nothing to be read yet.
typedef bool WatchTry(void *context);

// Try until there was something, or the moment is over, and learn from it; false: the latter. To be
// called in a blocking region, so without objects.
bool process_watch(RuntimeThread *thread, WatchHabit *habit, WatchTry *try, void *context);

// Watch a word that is `expected`; true if it is no more. Before, not in, a blocking region.
bool process_watch_word(Thread *thread, WatchHabit *habit, const _Atomic uint32_t *word,
                        uint32_t expected);
