// SPDX-License-Identifier: MIT
//
// What both shapes of waiting share: deadlines, the pipe that wakes, and what waiting means in a
// controlled run. There the kernel must not stop the one OS thread while another Mini thread can
// go on: so the thread is parked, and can go on when the kernel says that a descriptor is ready
// (control.c). The descriptor of an epoll object is ready when one that it watches is.
#include "poller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "blocking.h"
#include "runtime.h"

enum { WAKE_ROOM = 64 };

// Milliseconds until `deadline`, rounded up, so that nobody comes back too early; -1: for ever.
static int ms_until(const RuntimeThread *thread, int64_t deadline) {
    if (deadline == CLOCK_NEVER) {
        return -1;
    }
    int64_t left = deadline - clock_now(&thread->runtime->clock);
    int64_t ms = left <= 0 ? 0 : (left - 1) / CLOCK_NS_PER_MS + 1;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

static int poll_blocking(RuntimeThread *thread, struct pollfd *fds, size_t count, int ms,
                         const char *what) {
    blocking_begin(thread, BLOCK_IO, what);
    int ready = poll(fds, (nfds_t)count, ms);
    int error = errno;
    blocking_end(thread);
    errno = error;
    return ready;
}

static int await_controlled(RuntimeThread *thread, struct pollfd *fds, size_t count,
                            int64_t deadline, const char *what) {
    const ControlWatch *watch = &thread->runtime->control.watch;
    if (watch->outside) {
        watch->outside(watch->context, what);
    }
    Wait wait = {
        .kind = WAIT_IO, .name = what, .deadline = deadline, .fds = fds, .fd_count = count};
    for (;;) {
        int ready = poll(fds, (nfds_t)count, 0);
        if (ready != 0 || deadline <= thread->runtime->clock.virtual_now) {
            return ready;
        }
        if (park(thread, &wait) == PARK_INTERRUPTED) {
            errno = EINTR;
            return -1;
        }
    }
}

int poller_await(RuntimeThread *thread, struct pollfd *fds, size_t count, int64_t deadline,
                 const char *what) {
    if (!schedule_is_free(&thread->runtime->schedule)) {
        return await_controlled(thread, fds, count, deadline, what);
    }
    for (;;) {
        int ms = ms_until(thread, deadline);
        int ready = poll_blocking(thread, fds, count, ms, what);
        if (ready != 0 || ms != INT_MAX) {
            return ready;
        }
    }
}

// ---- Pollers ----

bool poller_open(Poller *poller, const PollerBackend *backend) {
    int ends[2];
    *poller = (Poller){.backend = backend ? backend : poller_backends, .epoll = -1};
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return false;
    }
    poller->wake_read = ends[0];
    poller->wake_write = ends[1];
    if (poller->backend->open(poller) && poller_watch(poller, ends[0], POLLER_READ)) {
        return true;
    }
    int error = errno;
    poller_close(poller);
    errno = error;
    return false;
}

void poller_close(Poller *poller) {
    poller->backend->close(poller);
    close(poller->wake_read);
    close(poller->wake_write);
}

bool poller_watch(Poller *poller, int fd, uint32_t interest) {
    return poller->backend->watch(poller, fd, interest);
}

void poller_wake(const Poller *poller) {
    int saved_errno = errno;
    // A full pipe wakes as well.
    ssize_t written = write(poller->wake_write, "", 1);
    (void)written;
    errno = saved_errno;
}

// Take the wake-ups out of the pipe and of the events; how many events are left.
static int take_wakes(const Poller *poller, PollerEvent *events, int count) {
    char bytes[WAKE_ROOM];
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (events[i].fd != poller->wake_read) {
            events[kept++] = events[i];
            continue;
        }
        while (read(poller->wake_read, bytes, sizeof bytes) > 0) {}
    }
    return kept;
}

static int wait_controlled(RuntimeThread *thread, Poller *poller, int64_t deadline,
                           PollerEvent *events, int room) {
    struct pollfd all = {.fd = poller->epoll, .events = POLLIN};
    int ready = poller->epoll >= 0
                    ? poller_await(thread, &all, 1, deadline, "poller")
                    : poller_await(thread, poller->listed, poller->count, deadline, "poller");
    return ready <= 0 ? ready : poller->backend->wait(poller, 0, events, room);
}

static int wait_free(RuntimeThread *thread, Poller *poller, int64_t deadline, PollerEvent *events,
                     int room) {
    int ms = ms_until(thread, deadline);
    blocking_begin(thread, BLOCK_IO, "poller");
    int count = poller->backend->wait(poller, ms, events, room);
    int error = errno;
    blocking_end(thread);
    errno = error;
    return count;
}

int poller_wait(RuntimeThread *thread, Poller *poller, int64_t deadline, PollerEvent *events,
                int room) {
    bool is_free = schedule_is_free(&thread->runtime->schedule);
    int count = is_free ? wait_free(thread, poller, deadline, events, room)
                        : wait_controlled(thread, poller, deadline, events, room);
    return count <= 0 ? count : take_wakes(poller, events, count);
}
