// SPDX-License-Identifier: MIT
//
// Descriptors as programs name them, and waiting for them with Python's manners: a signal's handler
// runs in the midst of the wait, which then goes on until the same deadline (PEP 475) unless the
// handler raised.
#pragma once

#include "library.h"

#include <poll.h>

// The number of an int, or of what fileno() gives; false with TypeError, ValueError, OverflowError.
bool descriptor_of(Thread *thread, Value v, int *fd);

// Wait until some of `fds` are ready: how many; 0: the deadline has come; -1: exception set. They
// must lie on the stack or on the heap.
int descriptors_await(Thread *thread, struct pollfd *fds, size_t count, int64_t deadline,
                      const char *what);

// A timeout in units of `unit_ns` nanoseconds, in ns; CLOCK_NEVER for None. TypeError with
// `complaint` if it is no number.
bool descriptors_timeout(Thread *thread, Value timeout, int64_t unit_ns, const char *complaint,
                         int64_t *ns);
// The moment `ns` from now; for ever if it is negative or CLOCK_NEVER.
int64_t descriptors_deadline(Thread *thread, int64_t ns);
// Both, in the words and within the limits of poll() and epoll().
bool descriptors_poll_deadline(Thread *thread, Value timeout, int64_t unit_ns, int64_t *deadline);

// An event mask that fits `bits` bits (16, 32).
bool descriptor_mask(Thread *thread, Value v, int bits, uint32_t *mask);

// After a call that failed with EINTR: true if it is to be repeated. Else an exception is set.
bool descriptor_retry(Thread *thread, int error);

// The function select.poll (poll_object.c).
Value poll_new(Thread *thread, Value *args);
