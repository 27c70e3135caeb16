// SPDX-License-Identifier: MIT
//
// The life of a thread: made by its parent, put on the list of live threads, carried by an OS
// thread from a small cache (carrier.c), run with the GIL, ended: whoever waits for the end is
// woken, the books are closed, the GIL is released for the last time. A thread is on the list, and
// counted as alive, from the moment its parent starts it, not from the moment it first runs:
// otherwise "all threads are parked" would be true too early.
//
// When its state is THREAD_ENDED and another thread holds the GIL, nobody uses the RuntimeThread
// any more and its memory may be reused. CPython's counterpart: Modules/_threadmodule.c,
// `thread_run`, and the tstate list of Python/pystate.c.
#include "thread.h"

#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "carrier.h"
#include "control.h"
#include "mini_check.h"
#include "runtime.h"
#include "visitor.h"

void runtime_thread_set_name(RuntimeThread *thread, const char *name) {
    snprintf(thread->name, sizeof thread->name, "%s", name);
}

// A visitor takes its number before it has the GIL.
uint64_t thread_next_id(Runtime *runtime) {
    return __atomic_add_fetch(&runtime->last_id, 1, __ATOMIC_RELAXED);
}

void runtime_thread_init(Runtime *runtime, RuntimeThread *thread, const char *name, bool daemon) {
    *thread = (RuntimeThread){
        .runtime = runtime,
        .id = thread_next_id(runtime),
        .daemon = daemon,
        .life = THREAD_NEW,
        .released_for = GIL_CAUSE_PARK,
        .gil_asked_at = CLOCK_NEVER,
    };
    runtime_thread_set_name(thread, name);
}

// ---- the list of live threads (GIL held) ----

void thread_join_living(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    thread->life = THREAD_RUNNING;
    thread->next = NULL;
    thread->previous = runtime->last_thread;
    *(runtime->last_thread ? &runtime->last_thread->next : &runtime->threads) = thread;
    runtime->last_thread = thread;
    runtime->alive++;
}

static void leave_living(Runtime *runtime, RuntimeThread *thread, ThreadState life) {
    *(thread->previous ? &thread->previous->next : &runtime->threads) = thread->next;
    *(thread->next ? &thread->next->previous : &runtime->last_thread) = thread->previous;
    thread->life = life;
    runtime->alive--;
}

// ---- running ----

void thread_end(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    MINI_CHECK(gil_holder(&runtime->gil) == thread, "a thread ends without the GIL");
    trace(thread, TRACE_THREAD_EXIT, 0, 0);
    ORDER(races_release, thread, thread);
    leave_living(runtime, thread, THREAD_ENDED);
    unpark_all(thread, &thread->joiners);
    ledger_count_switch(&thread->ledger, GIL_CAUSE_EXIT);
    ledger_archive(runtime, thread);
    park_check_all_stuck(runtime);
    trace_detach(thread);
}

static void run_thread(RuntimeThread *thread) {
    gil_acquire(thread);
    carrier_introduce(thread);
    trace(thread, TRACE_THREAD_START, (int64_t)thread->parent, 0);
    thread->entry(thread);
    thread_end(thread);
    carrier_is_free(&thread->runtime->carriers, thread->carrier);
    gil_release_for_good(thread);
}

// The same on a fiber, which is switched to when it is this thread's turn.
static void run_controlled(RuntimeThread *thread) {
    trace(thread, TRACE_THREAD_START, (int64_t)thread->parent, 0);
    thread->entry(thread);
    thread_end(thread);
    control_leave(thread);
}

static int carry(RuntimeThread *thread, size_t stack_size) {
    Runtime *runtime = thread->runtime;
    size_t size = stack_size < RUNTIME_STACK_MIN ? RUNTIME_STACK_MIN : stack_size;
    return schedule_is_free(&runtime->schedule)
               ? carrier_start(&runtime->carriers, thread, run_thread, size)
               : control_start(thread, run_controlled, size);
}

int runtime_thread_start(RuntimeThread *self, RuntimeThread *thread,
                         void (*entry)(RuntimeThread *thread), size_t stack_size) {
    Runtime *runtime = thread->runtime;
    MINI_CHECK(thread->life == THREAD_NEW, "a thread is started twice");
    thread->entry = entry;
    thread->parent = self->id;
    if (runtime->hooks.own_position) {
        thread->made_at = runtime->hooks.own_position(self);
    }
    ORDER(races_order, self, thread);
    trace_attach(thread);
    ledger_begin(&thread->ledger, THREAD_WAITING);
    thread_join_living(thread);
    int error = carry(thread, stack_size == 0 ? RUNTIME_STACK_DEFAULT : stack_size);
    if (error) {
        leave_living(runtime, thread, THREAD_NEW);
        trace_detach(thread);
    }
    return error;
}

ParkResult runtime_thread_join(RuntimeThread *self, RuntimeThread *target, int64_t deadline) {
    Wait wait = {
        .kind = WAIT_JOIN, .target = target, .queue = &target->joiners, .deadline = deadline};
    while (target->life == THREAD_RUNNING) {
        ParkResult result = park(self, &wait);
        if (result != PARK_WOKEN) {
            return result;
        }
    }
    ORDER(races_acquire, self, target);
    return PARK_WOKEN;
}

// ---- the main thread ----

void thread_find_stack(RuntimeThread *thread) {
    pthread_attr_t attributes;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &size);
        pthread_attr_destroy(&attributes);
    }
    thread->stack.limit = lowest;
    thread->stack.high = (const char *)lowest + size;
}

void runtime_thread_attach_main(Runtime *runtime, RuntimeThread *thread, const char *name) {
    MINI_CHECK(runtime->main == NULL, "a runtime has one main thread");
    runtime_thread_init(runtime, thread, name, false);
    thread->is_main = true;
    thread->native_id = syscall(SYS_gettid);
    thread->os_thread = pthread_self();
    thread_find_stack(thread);
    ledger_begin(&thread->ledger, THREAD_RUNNING);
    gil_acquire(thread);
    thread_join_living(thread);
    runtime->main = thread;
    atomic_store(&runtime->signals.main, thread);
    signals_adopt_mask(thread);
}

void runtime_thread_detach_main(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    signals_forget(runtime);
    runtime->main = NULL;
    atomic_store(&runtime->signals.main, NULL);
    thread_end(thread);
    gil_release_for_good(thread);
}

size_t runtime_thread_stack_left(const RuntimeThread *thread) {
    const char *here = __builtin_frame_address(0);
    return here > thread->stack.limit ? (size_t)(here - thread->stack.limit) : 0;
}
