// SPDX-License-Identifier: MIT
//
// Signals of the operating system, as Python treats them: the C handler, which may run between any
// two machine instructions and may therefore do next to nothing, only notes the signal's number,
// wakes the main thread and has it trapped; the main thread then runs the Mini handler (or raises
// KeyboardInterrupt) between two bytecodes.
//
// Only the main thread gets signals: all others block them, and a signal that still arrives in a
// foreign thread is passed on. Handlers are installed without SA_RESTART, so that a system call in
// which the main thread is blocked fails with EINTR; a park or a sleep returns PARK_INTERRUPTED.
// CPython's counterpart: Modules/signalmodule.c, `trip_signal`.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

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
    _Atomic(RuntimeThread *) main;
} Signals;

// Say what signal `number` does for this process; false with errno set when the system refuses
// (SIGKILL, SIGSTOP, no such number). One runtime per process can catch signals: the last that
// asked.
bool signals_set(Runtime *runtime, int number, SignalAction action);

// The signals that have arrived since the last call, as bits (bit N-1 for signal N). Main thread.
uint64_t signals_take(Runtime *runtime);

// Is anything waiting for the main thread?
bool signals_are_pending(const Runtime *runtime);

// As if signal `number` had just arrived (_thread.interrupt_main). Any thread, and handlers.
void signals_raise(Runtime *runtime, int number);

// Block all signals in the calling thread, so that the main thread gets them; the faults of the
// thread itself (SIGSEGV ...) stay deliverable.
void signals_block_in_worker(void);

// Stop delivering to this runtime (it is about to go away).
void signals_forget(Runtime *runtime);
