// SPDX-License-Identifier: MIT
//
// Waiting for descriptors (sockets, pipes, terminals), in two shapes:
//
//  - poller_await() waits for a few descriptors that the caller lists each time: a socket's
//    timeout, select.select(). It is poll(2) with a deadline, in a blocking region.
//  - a Poller remembers what it watches, so that waiting costs what is ready and not what is
//    watched: the heart of an event loop, which watches thousands. Another thread, or a signal
//    handler, can wake whoever waits with it.
//
// One thread watches and waits with a Poller; only poller_wake() is for all.
//
// Both end with EINTR when a signal has come; the caller handles it and waits on with the same
// deadline. Who watches what is remembered by a backend: epoll where there is one, and poll(2), for
// which the list is kept here. CPython's counterpart: Lib/selectors.py over Modules/selectmodule.c.
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct RuntimeThread RuntimeThread;
typedef struct PollerBackend PollerBackend;

typedef enum PollerInterest {
    POLLER_READ = 1,  // there is something to read, or the other end is closed
    POLLER_WRITE = 2, // a write would not wait, or would fail
} PollerInterest;

typedef struct PollerEvent {
    int fd;
    uint32_t interest; // what it is ready for
} PollerEvent;

typedef struct Poller {
    const PollerBackend *backend;
    int epoll;             // of the epoll backend
    struct pollfd *listed; // of the poll backend: malloc'ed
    size_t count, room;
    int wake_read, wake_write; // a pipe: a byte in it ends a wait
} Poller;

typedef struct PollerBackend {
    const char *name;
    bool (*open)(Poller *poller);
    void (*close)(Poller *poller);
    // Watch `fd` for `interest`; 0: no more. false with errno.
    bool (*watch)(Poller *poller, int fd, uint32_t interest);
    // Wait so many milliseconds (-1: for ever); how many events, or -1 with errno. No GIL.
    int (*wait)(Poller *poller, int ms, PollerEvent *events, int room);
} PollerBackend;

extern const PollerBackend poller_backends[]; // the best first; ends with name NULL

// Wait until one of the descriptors is ready (how many; `revents` say for what), the deadline has
// come (0), or a signal (-1, errno EINTR). GIL held before and after; `what` as in blocking_begin.
int poller_await(RuntimeThread *thread, struct pollfd *fds, size_t count, int64_t deadline,
                 const char *what);

// `backend` NULL: the best. false with errno.
bool poller_open(Poller *poller, const PollerBackend *backend);
void poller_close(Poller *poller);
// Watch a descriptor for `interest` from now on, instead of what was watched for; 0: forget it.
// false with errno: ENOENT if it was not watched, EPERM for what never makes anybody wait.
bool poller_watch(Poller *poller, int fd, uint32_t interest);
// Wait for events: how many; 0 at the deadline, or after poller_wake(); -1 with EINTR. GIL held.
int poller_wait(RuntimeThread *thread, Poller *poller, int64_t deadline, PollerEvent *events,
                int room);
// End the wait that is under way, or else the next one. Any thread, and signal handlers.
void poller_wake(const Poller *poller);
