// SPDX-License-Identifier: MIT
//
// The blocking region is a release and an acquire of the GIL with book-keeping: the ledger needs
// the cause, the trace the name of the call. When nobody wants the GIL in the meantime, both are
// one compare-and-swap and a reading of the clock; a program with one thread hardly notices that
// its I/O is "concurrent". In a controlled run nobody else goes on while a thread blocks, because
// when the call returns is not for the schedule to say; what another thread could be waited for is
// waited for with poller_await() first.
#include "blocking.h"

#include "mini_check.h"
#include "runtime.h"

static GilCause cause_of(BlockKind kind) {
    static const GilCause causes[BLOCK_KIND_COUNT] = {
        [BLOCK_IO] = GIL_CAUSE_BLOCK,
        [BLOCK_CHILD] = GIL_CAUSE_BLOCK,
        [BLOCK_SLEEP] = GIL_CAUSE_SLEEP,
        [BLOCK_CALL] = GIL_CAUSE_CALL,
    };
    return causes[kind];
}

void blocking_begin_published(RuntimeThread *thread, BlockKind kind, const char *what) {
    MINI_CHECK(thread->blocked_in == NULL, "blocking regions do not nest");
    thread->blocked_in = what;
    trace(thread, TRACE_BLOCK, (int64_t)kind, 0);
    const ControlWatch *watch = &thread->runtime->control.watch;
    if (schedule_is_free(&thread->runtime->schedule)) {
        gil_release(thread, cause_of(kind));
    } else if (watch->outside) {
        watch->outside(watch->context, what);
    }
}

void blocking_end(RuntimeThread *thread) {
    if (schedule_is_free(&thread->runtime->schedule)) {
        gil_acquire(thread);
    }
    thread->blocked_in = NULL;
    trace(thread, TRACE_UNBLOCK, (int64_t)thread->released_for, 0);
}
