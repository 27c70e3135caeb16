// SPDX-License-Identifier: MIT
//
// Repairing the runtime in the child of a fork. The forking thread held the GIL, so all that the
// GIL guards is consistent; what the runtime's own mutexes guard may have been caught half-way in
// another thread, so it is made anew rather than mended. The other threads' RuntimeThreads are
// still in memory, copied like everything else; they are marked as lost, so that a lock that one of
// them owned can be told from a lock that will be released some day.
#include "process.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "carrier.h"
#include "runtime.h"

static void lose(Runtime *runtime, RuntimeThread *thread) {
    park_abandon(thread);
    carrier_after_fork_child(thread);
    thread->life = THREAD_LOST;
    thread->previous = NULL;
    thread->next = runtime->lost;
    runtime->lost = thread;
}

static void lose_all_but(Runtime *runtime, RuntimeThread *self) {
    RuntimeThread *thread = runtime->threads;
    while (thread) {
        RuntimeThread *next = thread->next;
        if (thread != self) {
            lose(runtime, thread);
        }
        thread = next;
    }
    runtime->threads = runtime->last_thread = self;
    self->next = self->previous = NULL;
    runtime->alive = 1;
    runtime->stuck = 0;
}

// The child runs freely: whoever decided about the order of things decided for the parent. What was
// recorded there is the parent's to tell.
static void leave_control(Runtime *runtime, RuntimeThread *self) {
    runtime->schedule.strategy = NULL;
    runtime->schedule.record = NULL;
    runtime->control.watch = (ControlWatch){0};
    runtime->clock.is_virtual = false;
    runtime->races = NULL;
    trace_after_fork_child(runtime, self);
}

void runtime_after_fork_child(Runtime *runtime, RuntimeThread *self) {
    gil_after_fork_child(self);
    carrier_cache_after_fork_child(&runtime->carriers);
    lose_all_but(runtime, self);
    leave_control(runtime, self);
    self->is_main = true;
    self->native_id = syscall(SYS_gettid);
    runtime->main = self;
    atomic_store(&runtime->signals.pending, 0);
    nudge_after_fork_child(&runtime->signals.nudge);
    atomic_store(&runtime->signals.main, self);
    if (runtime->archive.count > 0) { // some pages, which are the parent's until they are written
        runtime->archive = (LedgerArchive){0};
    }
    runtime->started = clock_real_now();
    ledger_begin(&self->ledger, THREAD_RUNNING);
    // Threads that are not the main one block all signals; from now on this one takes them.
    signals_set_mask(self, self->signal_mask);
}
