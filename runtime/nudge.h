// SPDX-License-Identifier: MIT
//
// The last gap between a signal and the main thread. A signal that arrives while the main thread is
// in a system call ends the call (EINTR); one that arrives while it runs bytecode is seen before
// the next instruction. In between lie some hundred machine instructions: the thread has looked for
// signals for the last time and is on its way into a call, which then begins after the handler has
// run, and may wait for ever with a signal noted that nobody looks at. Short as the gap is, a busy
// machine likes to stop a thread in it.
//
// So the handler that notes a signal also sets a timer of the system, which sends the main thread a
// signal of its own, the nudge, again and again until somebody takes what was noted. The handler of
// the nudge does nothing; its arrival ends the call. CPython and others close the gap with a pipe
// that every wait watches, which needs calls that can watch; most cannot.
//
// The nudge is the last of the real-time signals. A program that wants that one for itself gets it,
// and is not nudged.
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

typedef struct Nudge {
    _Atomic int timer;     // 1 + the system's number of the timer; 0: none is set
    _Atomic bool is_taken; // the program has its own use for the signal
} Nudge;

// The number of the signal.
static inline int nudge_signal(void) {
    return SIGRTMAX;
}

// `handler` is what the nudge calls. Before the first nudge_start.
void nudge_install(Nudge *nudge, void (*handler)(int));

// Send the calling thread nudges from now on. Async-signal-safe, with all signals blocked.
void nudge_start(Nudge *nudge);

// No more. The thread that is nudged, also in a signal handler.
void nudge_stop(Nudge *nudge);

// In the child of a fork, which has no timers.
void nudge_after_fork_child(Nudge *nudge);
