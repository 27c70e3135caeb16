// SPDX-License-Identifier: MIT
//
// How a stranger takes the GIL: it needs a RuntimeThread to stand in line with, and only the holder
// of the GIL may put that on the list. So the first half of its life as a thread happens before it
// has the lock, and touches nothing that others see but the counter of numbers.
#include "visitor.h"

#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

void visitor_enter(Runtime *runtime, RuntimeThread *thread, const char *name) {
    thread->runtime = runtime;
    thread->id = thread_next_id(runtime);
    thread->daemon = true;
    thread->life = THREAD_NEW;
    thread->released_for = GIL_CAUSE_CALL;
    thread->gil_asked_at = CLOCK_NEVER;
    thread->native_id = syscall(SYS_gettid);
    thread->os_thread = pthread_self();
    snprintf(thread->name, sizeof thread->name, "%s", name);
    thread_find_stack(thread);
    ledger_begin(&thread->ledger, THREAD_WAITING);
    gil_acquire(thread);
    trace_attach(thread);
    thread_join_living(thread);
    trace(thread, TRACE_THREAD_START, 0, 0);
}

void visitor_leave(RuntimeThread *thread) {
    thread_end(thread);
}
