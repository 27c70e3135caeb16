// SPDX-License-Identifier: MIT
//
// The timer is made when a signal has been noted and deleted when it was taken, by plain system
// calls, which a handler may make. It exists for microseconds as a rule; the first nudge comes
// after two milliseconds.
#include "nudge.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_NS = 2000000, AGAIN_NS = 10000000 };

void nudge_install(Nudge *nudge, void (*handler)(int)) {
    struct sigaction what, old;
    if (atomic_load(&nudge->is_taken) || sigaction(nudge_signal(), NULL, &old) != 0) {
        return;
    }
    memset(&what, 0, sizeof what);
    what.sa_handler = handler;
    sigfillset(&what.sa_mask);
    bool is_free = old.sa_handler == SIG_DFL || old.sa_handler == handler;
    if (!is_free || sigaction(nudge_signal(), &what, NULL) != 0) {
        atomic_store(&nudge->is_taken, true);
    }
}

// The kernel's own structure: which thread gets the signal stands where libraries differ.
typedef struct KernelEvent {
    union sigval value;
    int number, notify, thread;
    char rest[44];
} KernelEvent;
_Static_assert(sizeof(KernelEvent) == 64, "as the kernel has it");

void nudge_start(Nudge *nudge) {
    if (atomic_load(&nudge->is_taken) || atomic_load(&nudge->timer) != 0) {
        return;
    }
    KernelEvent event;
    memset(&event, 0, sizeof event);
    event.number = nudge_signal();
    event.notify = SIGEV_THREAD_ID;
    event.thread = (int)syscall(SYS_gettid);
    int timer;
    if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) != 0) {
        return;
    }
    struct itimerspec when = {.it_value.tv_nsec = FIRST_NS, .it_interval.tv_nsec = AGAIN_NS};
    syscall(SYS_timer_settime, timer, 0, &when, NULL);
    atomic_store(&nudge->timer, timer + 1);
}

void nudge_stop(Nudge *nudge) {
    int timer = atomic_exchange(&nudge->timer, 0);
    if (timer != 0) {
        syscall(SYS_timer_delete, timer - 1);
    }
}

void nudge_after_fork_child(Nudge *nudge) {
    atomic_store(&nudge->timer, 0);
}
