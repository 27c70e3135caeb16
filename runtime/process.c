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

static void lose(RuntimeThread *thread) {
    park_abandon(thread);
    thread->life = THREAD_LOST;
    thread->next = thread->previous = NULL;
}

static void lose_all_but(Runtime *runtime, RuntimeThread *self) {
    RuntimeThread *thread = runtime->threads;
    while (thread) {
        RuntimeThread *next = thread->next;
        if (thread != self) {
            lose(thread);
        }
        thread = next;
    }
    runtime->threads = runtime->last_thread = self;
    self->next = self->previous = NULL;
    runtime->alive = 1;
    runtime->stuck = 0;
}

void runtime_after_fork_child(Runtime *runtime, RuntimeThread *self) {
    gil_after_fork_child(self);
    carrier_cache_after_fork_child(&runtime->carriers);
    lose_all_but(runtime, self);
    self->is_main = true;
    self->native_id = syscall(SYS_gettid);
    runtime->main = self;
    atomic_store(&runtime->signals.pending, 0);
    atomic_store(&runtime->signals.main, self);
    runtime->archive = (LedgerArchive){0};
    runtime->started = clock_real_now();
    ledger_begin(&self->ledger, THREAD_RUNNING);
}
