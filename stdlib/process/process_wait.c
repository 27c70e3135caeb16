// SPDX-License-Identifier: MIT
//
// Waiting for other processes, in blocking regions: other threads run meanwhile, and no deadlock is
// seen in it, for somebody outside may end the wait. A signal ends the system call, has its
// handlers run, and the wait goes on unless one of them raises.
//
// A signal may also come in the moment between the last look and the system call, which then knows
// nothing of it; so no call is longer than half a second, and after each there is another look.
//
// Under a schedule (mini --schedule) threads are fibers of one OS thread. There a wait is made of
// naps of a millisecond, real and virtual, between which the others go on; so a thread may wait for
// what another thread of its own process sends.
#include "process_wait.h"

#include "blocking.h"
#include "execute.h"
#include "type.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAP_NS = 1000000, SLICE_NS = 500000000 };

static bool is_controlled(const Thread *thread) {
    return !schedule_is_free(&thread->interpreter->runtime.schedule);
}

static struct timespec timespec_of(int64_t ns) {
    return (struct timespec){.tv_sec = (time_t)(ns / CLOCK_NS_PER_SECOND),
                             .tv_nsec = (long)(ns % CLOCK_NS_PER_SECOND)};
}

// How long a system call may take from now on, at most `slice`.
static int64_t time_left(const Thread *thread, int64_t deadline, int64_t slice) {
    if (is_controlled(thread) && slice > NAP_NS)
        slice = NAP_NS;
    if (deadline == CLOCK_NEVER)
        return slice;
    int64_t left = deadline - runtime_now(&thread->interpreter->runtime);
    left = left < 0 ? 0 : left;
    return left < slice ? left : slice;
}

bool process_let_others(Thread *thread) {
    if (!is_controlled(thread))
        return true;
    int64_t until = runtime_now(&thread->interpreter->runtime) + NAP_NS;
    return sleep_until(&thread->core, until) != PARK_INTERRUPTED || thread_safepoint(thread);
}

// ---- Descriptors ----

// One system call; -2: again.
static int poll_once(Thread *thread, struct pollfd *set, size_t count, int64_t deadline) {
    struct timespec limit = timespec_of(time_left(thread, deadline, SLICE_NS));
    if (!thread_poll_signals(thread))
        return -1;
    blocking_begin(&thread->core, BLOCK_IO, "poll");
    int ready = ppoll(set, count, &limit, NULL);
    int error = errno;
    blocking_end(&thread->core);
    if (ready > 0)
        return ready;
    if (ready == 0 || error == EINTR)
        return !thread_safepoint(thread) ? -1 : ready == 0 ? 0 : -2;
    raise_os_error(thread, error, VALUE_NONE);
    return -1;
}

bool process_is_late(const Thread *thread, int64_t deadline) {
    return deadline == 0 ||
           (deadline != CLOCK_NEVER && deadline <= runtime_now(&thread->interpreter->runtime));
}

int process_poll(Thread *thread, struct pollfd *set, size_t count, int64_t deadline) {
    int ready = poll(set, count, 0);
    if (ready < 0 && errno != EINTR) {
        raise_os_error(thread, errno, VALUE_NONE);
        return -1;
    }
    while (ready == 0 || ready == -2) {
        if (ready == 0 && process_is_late(thread, deadline))
            return 0;
        ready = poll_once(thread, set, count, deadline);
        if (ready == 0 && !process_let_others(thread))
            return -1;
    }
    return ready;
}

bool process_await(Thread *thread, int fd, short events) {
    if (!is_controlled(thread))
        return true;
    struct pollfd one = {.fd = fd, .events = events};
    return process_poll(thread, &one, 1, CLOCK_NEVER) > 0;
}

bool process_may_retry(Thread *thread, int error) {
    if (error == EINTR)
        return thread_safepoint(thread);
    raise_os_error(thread, error, VALUE_NONE);
    return false;
}

bool process_raise_end(Thread *thread) {
    Type *type = thread->interpreter->errors[ERROR_EOFError];
    Value error = type_call(thread, value_object(type), NULL, 0, NULL);
    if (!is_error(error))
        raise_value(thread, error);
    return false;
}

// ---- Words ----

bool process_wait_word(Thread *thread, _Atomic uint32_t *word, uint32_t expected, int64_t deadline,
                       int64_t slice) {
    struct timespec limit = timespec_of(time_left(thread, deadline, slice));
    if (!thread_poll_signals(thread))
        return false;
    blocking_begin(&thread->core, BLOCK_CHILD, "futex");
    long failed = syscall(SYS_futex, word, FUTEX_WAIT, expected, &limit, NULL, 0);
    int error = failed ? errno : 0;
    blocking_end(&thread->core);
    return thread_safepoint(thread) && (error == EINTR || process_let_others(thread));
}

void process_wake_word(_Atomic uint32_t *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}
