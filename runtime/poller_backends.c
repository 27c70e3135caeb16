// SPDX-License-Identifier: MIT
//
// The two ways to ask a kernel about many descriptors. epoll remembers them inside the kernel, and
// a wait costs what is ready; poll(2), which every Unix has, gets the whole list with each call. A
// loop over N idle connections is O(1) with the one and O(N) with the other, for each event: the
// "C10k problem" of the textbooks in two functions.
//
// Both are level-triggered: what is still ready is told again. An error or a hang-up of the other
// end is told as ready for both, so that whatever was asked for, the read or write that follows
// meets it.
#include "poller.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/epoll.h>

enum { BATCH = 64 };

static bool epoll_open(Poller *poller) {
    poller->epoll = epoll_create1(EPOLL_CLOEXEC);
    return poller->epoll >= 0;
}

static void epoll_close(Poller *poller) {
    if (poller->epoll >= 0) {
        close(poller->epoll);
    }
}

static bool epoll_watch(Poller *poller, int fd, uint32_t interest) {
    struct epoll_event event = {.data.fd = fd};
    event.events = (interest & POLLER_READ ? EPOLLIN | EPOLLPRI : 0u) |
                   (interest & POLLER_WRITE ? (uint32_t)EPOLLOUT : 0u);
    if (interest == 0) {
        return epoll_ctl(poller->epoll, EPOLL_CTL_DEL, fd, NULL) == 0;
    }
    return epoll_ctl(poller->epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
           (errno == ENOENT && epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
}

static int epoll_wait_some(Poller *poller, int ms, PollerEvent *events, int room) {
    struct epoll_event ready[BATCH];
    int count = epoll_wait(poller->epoll, ready, room < BATCH ? room : BATCH, ms);
    for (int i = 0; i < count; i++) {
        uint32_t bits = ready[i].events;
        events[i].fd = ready[i].data.fd;
        events[i].interest = (bits & ~(uint32_t)EPOLLOUT ? POLLER_READ : 0u) |
                             (bits & ~(uint32_t)(EPOLLIN | EPOLLPRI) ? POLLER_WRITE : 0u);
    }
    return count;
}
#endif

static bool list_open(Poller *poller) {
    (void)poller;
    return true;
}

static void list_close(Poller *poller) {
    free(poller->listed);
}

static bool list_grow(Poller *poller) {
    size_t room = poller->room == 0 ? 8 : 2 * poller->room;
    struct pollfd *listed = realloc(poller->listed, room * sizeof *listed);
    if (listed == NULL) {
        errno = ENOMEM;
        return false;
    }
    poller->listed = listed;
    poller->room = room;
    return true;
}

static struct pollfd *find(const Poller *poller, int fd) {
    for (size_t i = 0; i < poller->count; i++) {
        if (poller->listed[i].fd == fd) {
            return &poller->listed[i];
        }
    }
    return NULL;
}

static bool list_watch(Poller *poller, int fd, uint32_t interest) {
    struct pollfd *entry = find(poller, fd);
    if (interest == 0) {
        if (entry == NULL) {
            errno = ENOENT;
            return false;
        }
        *entry = poller->listed[--poller->count];
        return true;
    }
    if (entry == NULL) {
        if (poller->count == poller->room && !list_grow(poller)) {
            return false;
        }
        entry = &poller->listed[poller->count++];
    }
    int asked =
        (interest & POLLER_READ ? POLLIN | POLLPRI : 0) | (interest & POLLER_WRITE ? POLLOUT : 0);
    *entry = (struct pollfd){.fd = fd, .events = (short)asked};
    return true;
}

static int list_wait(Poller *poller, int ms, PollerEvent *events, int room) {
    int ready = poll(poller->listed, (nfds_t)poller->count, ms), count = 0;
    for (size_t i = 0; ready > 0 && i < poller->count && count < room; i++) {
        int bits = poller->listed[i].revents;
        if (bits == 0) {
            continue;
        }
        events[count].fd = poller->listed[i].fd;
        events[count++].interest =
            (bits & ~POLLOUT ? POLLER_READ : 0u) | (bits & ~(POLLIN | POLLPRI) ? POLLER_WRITE : 0u);
    }
    return ready < 0 ? ready : count;
}

const PollerBackend poller_backends[] = {
#ifdef __linux__
    {"epoll", epoll_open, epoll_close, epoll_watch, epoll_wait_some},
#endif
    {"poll", list_open, list_close, list_watch, list_wait},
    {NULL, NULL, NULL, NULL, NULL},
};
