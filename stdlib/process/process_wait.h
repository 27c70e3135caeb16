// SPDX-License-Identifier: MIT
//
// Waiting for other processes: for descriptors, and for words in shared memory.
#pragma once

#include "interpreter.h"

#include <poll.h>

// Whether `deadline` (of the runtime's clock) has come; 0 always has.
bool process_is_late(const Thread *thread, int64_t deadline);

// Wait until one of the descriptors is ready or `deadline` (of the runtime's clock) has come. How
// many are ready, 0 when it is too late, -1 with an exception. A deadline of 0 is a look.
int process_poll(Thread *thread, struct pollfd *set, size_t count, int64_t deadline);

// Before a call that would wait for the descriptor: under a schedule, where it would stop
// everybody, wait here until it need not. false with an exception.
bool process_await(Thread *thread, int fd, short events);

// After a system call that failed with `error`: true if it is to be repeated, false with an
// exception.
bool process_may_retry(Thread *thread, int error);

// Nothing will come any more, the other end is closed: EOFError, without words. false.
bool process_raise_end(Thread *thread);

// Wait, for a slice of time, while *word == expected: until somebody wakes the word, the slice is
// over, or `deadline` has come. The caller looks again. false with an exception.
bool process_wait_word(Thread *thread, _Atomic uint32_t *word, uint32_t expected, int64_t deadline,
                       int64_t slice);
void process_wake_word(_Atomic uint32_t *word, int count);

// One thread runs at a time, by a schedule: a call that waits for another thread of this process
// would stop everybody, so it has to be made of short ones. Lets others go on; false with an
// exception.
bool process_let_others(Thread *thread);
