// SPDX-License-Identifier: MIT
//
// The C handler and what it may do. It can interrupt any instruction of any thread, so it uses
// atomics and async-signal-safe calls only: it sets a bit, sets the main thread's trap, posts the
// main thread's sleeper in case that thread is parked, and sets a timer in case it is on its way
// into a system call. It keeps errno, because the interrupted code may be about to read it. All
// other signals wait meanwhile.
//
// A C handler gets no argument of ours, so here stands the project's one file-level variable: the
// runtime that signals go to.
#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "runtime.h"

static _Atomic(Runtime *) signal_runtime;

static uint64_t bit_of(int number) {
    return UINT64_C(1) << (number - 1);
}

void signals_put_back(Runtime *runtime, uint64_t bits) {
    RuntimeThread *main_thread = atomic_load(&runtime->signals.main);
    atomic_fetch_or(&runtime->signals.pending, bits);
    if (main_thread) {
        gil_interrupt(main_thread, PENDING_SIGNAL);
        sleeper_wake(&main_thread->sleeper);
    }
}

void signals_raise(Runtime *runtime, int number) {
    signals_put_back(runtime, bit_of(number));
    int wakeup = atomic_load(&runtime->signals.wakeup);
    unsigned char byte = (unsigned char)number;
    if (wakeup > 0 && write(wakeup - 1, &byte, 1) < 0) {
        atomic_store(&runtime->signals.wakeup_error, errno);
    }
}

// In a thread that is not ours to interrupt: the main thread may be blocked in a system call, which
// only a signal of its own gets it out of.
static bool is_passed_on(Runtime *runtime, int number) {
    RuntimeThread *main_thread = atomic_load(&runtime->signals.main);
    if (!main_thread || pthread_equal(pthread_self(), main_thread->os_thread)) {
        return false;
    }
    return pthread_kill(main_thread->os_thread, number) == 0;
}

static void handle(int number) {
    int saved_errno = errno;
    Runtime *runtime = atomic_load(&signal_runtime);
    if (runtime && !is_passed_on(runtime, number)) {
        signals_raise(runtime, number);
        nudge_start(&runtime->signals.nudge);
    }
    errno = saved_errno;
}

// What was noted has perhaps been taken just before the timer was set.
static void handle_nudge(int number) {
    (void)number;
    int saved_errno = errno;
    Runtime *runtime = atomic_load(&signal_runtime);
    if (runtime && !signals_are_pending(runtime)) {
        nudge_stop(&runtime->signals.nudge);
    }
    errno = saved_errno;
}

bool signals_set(Runtime *runtime, int number, SignalAction action) {
    struct sigaction what = {0};
    void (*const handlers[])(int) = {
        [SIGNAL_DEFAULT] = SIG_DFL, [SIGNAL_IGNORE] = SIG_IGN, [SIGNAL_CATCH] = handle};
    what.sa_handler = handlers[action];
    sigfillset(&what.sa_mask);
    if (number == nudge_signal()) {
        atomic_store(&runtime->signals.nudge.is_taken, true);
        nudge_stop(&runtime->signals.nudge);
    }
    if (action == SIGNAL_CATCH) {
        atomic_store(&signal_runtime, runtime);
        nudge_install(&runtime->signals.nudge, handle_nudge);
    }
    return sigaction(number, &what, NULL) == 0;
}

SignalAction signals_get(int number) {
    struct sigaction what = {0};
    if (sigaction(number, NULL, &what) != 0 || what.sa_handler == SIG_DFL ||
        what.sa_handler == handle_nudge) {
        return SIGNAL_DEFAULT;
    }
    return what.sa_handler == SIG_IGN ? SIGNAL_IGNORE : SIGNAL_CATCH;
}

int signals_send(RuntimeThread *target, int number) {
    Runtime *runtime = target->runtime;
    RuntimeThread *main_thread = atomic_load(&runtime->signals.main);
    if (number == 0 || target->is_main || !main_thread || (target->signal_mask & bit_of(number))) {
        return pthread_kill(target->os_thread, number);
    }
    if (!(main_thread->signal_mask & bit_of(number)) || signals_get(number) != SIGNAL_CATCH) {
        return pthread_kill(main_thread->os_thread, number);
    }
    signals_raise(runtime, number);
    return 0;
}

// In this order: what is noted in between sets a new timer, and is taken.
uint64_t signals_take(Runtime *runtime) {
    nudge_stop(&runtime->signals.nudge);
    return atomic_exchange(&runtime->signals.pending, 0);
}

bool signals_are_pending(const Runtime *runtime) {
    return atomic_load_explicit(&runtime->signals.pending, memory_order_relaxed) != 0;
}

// ---- Masks ----

sigset_t signals_set_of(uint64_t mask) {
    sigset_t set;
    sigemptyset(&set);
    for (int number = 1; number <= 64; number++) {
        if (mask & bit_of(number)) {
            sigaddset(&set, number);
        }
    }
    return set;
}

static uint64_t mask_of(const sigset_t *set) {
    uint64_t mask = 0;
    for (int number = 1; number <= 64; number++) {
        if (sigismember(set, number) == 1) {
            mask |= bit_of(number);
        }
    }
    return mask;
}

void signals_adopt_mask(RuntimeThread *self) {
    sigset_t set;
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    self->signal_mask = mask_of(&set);
}

uint64_t signals_mask(const RuntimeThread *self) {
    return self->signal_mask;
}

uint64_t signals_blocked_and_pending(const RuntimeThread *self) {
    sigset_t set;
    sigpending(&set);
    if (!atomic_load(&self->runtime->signals.nudge.is_taken)) {
        sigdelset(&set, nudge_signal());
    }
    return mask_of(&set) & self->signal_mask;
}

void signals_set_mask(RuntimeThread *self, uint64_t mask) {
    sigset_t set = signals_set_of(mask);
    pthread_sigmask(SIG_SETMASK, &set, NULL);
    if (self->is_main) {
        signals_adopt_mask(self); // the system does not let SIGKILL and SIGSTOP be blocked
    } else {
        self->signal_mask = mask & ~(bit_of(SIGKILL) | bit_of(SIGSTOP));
        signals_block_in_worker();
    }
}

void signals_block_in_worker(void) {
    sigset_t signals;
    sigfillset(&signals);
    const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        sigdelset(&signals, faults[i]);
    }
    pthread_sigmask(SIG_SETMASK, &signals, NULL);
}

void signals_forget(Runtime *runtime) {
    Runtime *expected = runtime;
    atomic_compare_exchange_strong(&signal_runtime, &expected, NULL);
    nudge_stop(&runtime->signals.nudge);
}
