// SPDX-License-Identifier: MIT
//
// Signals of the operating system, as Python treats them: the C handler, which may run between any
// two machine instructions and may therefore do next to nothing, only notes the signal's number,
// wakes the main thread and has it trapped; the main thread then runs the Mini handler (or raises
// KeyboardInterrupt) between two bytecodes.
//
// Only the main thread gets signals: all others block them, and a signal that still arrives in a
// foreign thread is passed on. What the program itself blocks is `signal_mask` of each thread,
// which a thread inherits from the one that starts it: the mask that a program started by it gets,
// and a copy of it by fork. In the main thread it is what the system has, too. Handlers are
// installed without SA_RESTART, so that a system call in which the main thread is blocked fails
// with EINTR; a park or a sleep returns PARK_INTERRUPTED. A signal that is noted just before such a
// call begins ends it, too, see nudge.h. CPython's counterpart:
// Modules/signalmodule.c, `trip_signal`.
#pragma once

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "nudge.h"

typedef struct Runtime Runtime;
typedef struct RuntimeThread RuntimeThread;

// What a signal does.
typedef enum SignalAction {
    SIGNAL_DEFAULT, // what the system does by default
    SIGNAL_IGNORE,
    SIGNAL_CATCH, // note it, and trap the main thread
} SignalAction;

typedef struct Signals {
    // Anybody, atomically: bit N-1 is set while signal N waits for the main thread.
    _Atomic uint64_t pending;
    // Where each signal's number is written as a byte when it arrives: 1 + the descriptor, 0:
    // nowhere.
    _Atomic int wakeup;
    _Atomic int wakeup_error; // errno of a byte that could not be written
    _Atomic(RuntimeThread *) main;
    Nudge nudge; // from when a signal is noted until it is taken
} Signals;

// Say what signal `number` does for this process; false with errno set when the system refuses
// (SIGKILL, SIGSTOP, no such number). One runtime per process can catch signals: the last that
// asked.
bool signals_set(Runtime *runtime, int number, SignalAction action);

// The signals that have arrived since the last call, as bits (bit N-1 for signal N). Main thread.
uint64_t signals_take(Runtime *runtime);

// Is anything waiting for the main thread?
bool signals_are_pending(const Runtime *runtime);

// What signal `number` does now, whoever has set it.
SignalAction signals_get(int number);

// As if signal `number` had just arrived (_thread.interrupt_main). Any thread, and handlers.
void signals_raise(Runtime *runtime, int number);
// These have arrived before, and still wait for the main thread.
void signals_put_back(Runtime *runtime, uint64_t bits);

// Send a signal to a thread of this process, as pthread_kill would if each thread took its own
// signals: one that it does not block is the main thread's affair. 0 or an errno value. GIL held.
int signals_send(RuntimeThread *target, int number);

// The signals that the program has blocked in the calling thread, as bits; set them. Setting lets
// what was pending and is no longer blocked arrive before it returns.
uint64_t signals_mask(const RuntimeThread *self);
void signals_set_mask(RuntimeThread *self, uint64_t mask);
// What has arrived for the calling thread, or for the process, and waits because it is blocked.
uint64_t signals_blocked_and_pending(const RuntimeThread *self);
sigset_t signals_set_of(uint64_t mask);
// The main thread, at its start: what the process was given.
void signals_adopt_mask(RuntimeThread *self);

// Block all signals in the calling thread, so that the main thread gets them; the faults of the
// thread itself (SIGSEGV ...) stay deliverable.
void signals_block_in_worker(void);

// Stop delivering to this runtime (it is about to go away).
void signals_forget(Runtime *runtime);
