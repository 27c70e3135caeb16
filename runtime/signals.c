// SPDX-License-Identifier: MIT
//
// The C handler and what it may do. It can interrupt any instruction of any thread, so it uses
// atomics and async-signal-safe calls only: it sets a bit, sets the main thread's trap, and posts
// the main thread's sleeper in case that thread is parked. It keeps errno, because the interrupted
// code may be about to read it.
//
// A C handler gets no argument of ours, so here stands the project's one file-level variable: the
// runtime that signals go to.
#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "runtime.h"

static _Atomic(Runtime *) signal_runtime;

static uint64_t bit_of(int number) {
    return UINT64_C(1) << (number - 1);
}

void signals_raise(Runtime *runtime, int number) {
    RuntimeThread *main_thread = atomic_load(&runtime->signals.main);
    atomic_fetch_or(&runtime->signals.pending, bit_of(number));
    if (main_thread) {
        gil_interrupt(main_thread, PENDING_SIGNAL);
        sleeper_wake(&main_thread->sleeper);
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
    }
    errno = saved_errno;
}

bool signals_set(Runtime *runtime, int number, SignalAction action) {
    struct sigaction what = {0};
    void (*const handlers[])(int) = {
        [SIGNAL_DEFAULT] = SIG_DFL, [SIGNAL_IGNORE] = SIG_IGN, [SIGNAL_CATCH] = handle};
    what.sa_handler = handlers[action];
    sigemptyset(&what.sa_mask);
    if (action == SIGNAL_CATCH) {
        atomic_store(&signal_runtime, runtime);
    }
    return sigaction(number, &what, NULL) == 0;
}

uint64_t signals_take(Runtime *runtime) {
    return atomic_exchange(&runtime->signals.pending, 0);
}

bool signals_are_pending(const Runtime *runtime) {
    return atomic_load_explicit(&runtime->signals.pending, memory_order_relaxed) != 0;
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
}
