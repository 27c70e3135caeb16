// SPDX-License-Identifier: MIT
//
// A virtual machine for testing the runtime without one: a thread's program is a C function, a
// bytecode is a call of fake_bytecode(), which looks at the trap as the real dispatch does and
// counts ticks when told to. The "line" of a thread is a number that the test sets, so that the
// text of a deadlock can be compared.
#pragma once

#include <check.h>

#include "lock.h"
#include "process.h"
#include "runtime.h"

typedef struct FakeThread FakeThread;
struct FakeThread {
    RuntimeThread core;
    _Atomic bool trapped;
    bool counting;      // only the thread itself
    uint32_t line;      // where it is
    uint64_t bytecodes; // executed so far
    uint64_t safepoints;
    uint32_t seen;     // PENDING_ bits that safepoints returned
    ParkResult result; // for the test's body
    void (*body)(FakeThread *thread);
    void *context;
};

typedef struct FakeVm {
    Runtime runtime;
    FakeThread main;
} FakeVm;

// A runtime with the given policy (NULL: default) and interval (0: default), and its main thread.
void fake_vm_open(FakeVm *vm, const char *policy, int64_t interval);
void fake_vm_close(FakeVm *vm);

void fake_bytecode(FakeThread *thread);
void fake_bytecodes(FakeThread *thread, int count);

// Start `body(thread)` with the context; join it from the main thread.
void fake_start(FakeVm *vm, FakeThread *thread, const char *name, void (*body)(FakeThread *),
                void *context);
void fake_join(FakeVm *vm, FakeThread *thread);

// A shape for waits of tests: park on the queue until `deadline`.
ParkResult fake_park(FakeThread *thread, WaitQueue *queue, int64_t deadline);

// Main thread: let others run until `queue` has `length` waiters.
void fake_wait_for_waiters(FakeVm *vm, const WaitQueue *queue, uint64_t length);

// Give up the GIL for a moment, as a short system call does.
void fake_system_call(FakeThread *thread);

// A thread's body that sends SIGINT until the main thread is out of its wait, which sets the bool
// that is the context: the first one may come too early.
void fake_interrupt_until_told(FakeThread *thread);

// In how many ns from now.
int64_t fake_deadline(const FakeThread *thread, int64_t ns);

// How many policies the table has, for tests that loop over it.
int fake_policy_count(void);

// The suites, one per file.
TCase *gil_cases(void);
TCase *park_cases(void);
TCase *control_cases(void);
TCase *race_cases(void);
TCase *deadlock_cases(void);
TCase *ledger_cases(void);
TCase *trace_cases(void);
TCase *thread_cases(void);
TCase *signal_cases(void);
TCase *poller_cases(void);
