// SPDX-License-Identifier: MIT
//
// The wait-for graph: an edge leads from each thread that waits for a lock (or for the end of a
// thread) to the thread that owns the lock (or must end). A thread waits for one thing at a time,
// so each has at most one edge, and looking for a cycle is following edges. The only moment at
// which a cycle can appear is when a thread begins to wait, so it is found exactly then, also while
// other threads are running.
//
// The second kind of deadlock has no cycle of owners: everybody waits (for a condition, an event,
// an empty queue) and nobody is left who could wake anybody. It is found by counting; a thread that
// sleeps, reads or has a deadline will come back by itself and is not counted.
//
// The third kind is in the child of a fork alone: a lock whose owner was another thread of the
// parent. Nobody will give it back, which is said at once.
//
// A thread that waits for a plain lock which it owns itself is not reported while others run: in
// Python another thread may release that lock (a lock used as a binary semaphore), and the count
// catches the case that nobody can.
//
// NOTE(student): of Coffman's four conditions for a deadlock (mutual exclusion, hold and wait, no
// preemption, circular wait) this file looks at the last; the usual cure, taking locks in one
// order, removes it.
#include "deadlock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "runtime.h"

enum { MAX_THREADS_TOLD = 24 };

// Who must act before this thread can go on; NULL when it is not (only) one thread.
static RuntimeThread *waits_on(const RuntimeThread *thread) {
    const Wait *wait = thread->waiting_for;
    if (!wait || wait->deadline != CLOCK_NEVER) {
        return NULL;
    }
    return wait->owner ? wait->owner->holder : wait->target;
}

// How many threads are on the cycle through `thread`; 0 when it is on none.
static uint64_t cycle_length(const RuntimeThread *thread) {
    uint64_t length = 1;
    const RuntimeThread *other = waits_on(thread);
    while (other && other != thread && length <= thread->runtime->alive) {
        other = waits_on(other);
        length++;
    }
    return other == thread ? length : 0;
}

// ---- the explanation ----

static void tell_place(RuntimeThread *thread, StringBuilder *out) {
    Runtime *runtime = thread->runtime;
    sb_printf(out, "\n  %s", thread->name);
    if (runtime->hooks.describe) {
        sb_puts(out, " (");
        runtime->hooks.describe(thread, out);
        sb_puts(out, ")");
    }
}

static const char *article(const char *noun) {
    return strchr("eiR", noun[0]) ? "an" : "a";
}

// "lock `a`", by the name that the program has for it; "a lock" if it has none.
static void tell_nameless(RuntimeThread *thread, const Wait *wait, StringBuilder *out) {
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    const char *noun = wait_kind_noun(wait->kind);
    size_t before = out->length;
    sb_printf(out, " waits for %s ", noun);
    size_t named_from = out->length;
    if (hooks->describe_object && wait->object) {
        hooks->describe_object(thread, wait->object, out);
    }
    if (out->length == named_from) {
        sb_truncate(out, before);
        sb_printf(out, " waits for %s %s", article(noun), noun);
    }
    if (wait->made_at.code && hooks->describe_position) {
        sb_puts(out, " (made at ");
        hooks->describe_position(thread->runtime, wait->made_at, out);
        sb_puts(out, ")");
    }
}

static void tell_object(RuntimeThread *thread, StringBuilder *out) {
    const Wait *wait = thread->waiting_for;
    if (wait->target) {
        sb_printf(out, " waits for the end of %s", wait->target->name);
    } else if (wait->name) {
        sb_printf(out, " waits for %s %s", wait_kind_noun(wait->kind), wait->name);
    } else {
        tell_nameless(thread, wait, out);
    }
}

static void tell_holder(const RuntimeThread *thread, const Wait *wait, StringBuilder *out) {
    const LockOwner *owner = wait->owner;
    if (!owner || !owner->holder) {
        return;
    }
    bool works = wait->kind == WAIT_FUTURE; // on it, rather than holds it
    if (owner->holder == thread) {
        sb_printf(out, ", which it %s itself", works ? "works on" : "holds");
    } else {
        sb_printf(out, ", %s %s", works ? "worked on by" : "held by", owner->holder->name);
    }
    Runtime *runtime = thread->runtime;
    if (runtime->hooks.describe_position && owner->taken_at.code) {
        sb_puts(out, " since ");
        runtime->hooks.describe_position(runtime, owner->taken_at, out);
    }
}

static void tell_thread(RuntimeThread *thread, StringBuilder *out) {
    tell_place(thread, out);
    tell_object(thread, out);
    tell_holder(thread, thread->waiting_for, out);
}

void deadlock_tell_wait(RuntimeThread *thread, StringBuilder *out) {
    if (thread->waiting_for) {
        tell_object(thread, out);
        tell_holder(thread, thread->waiting_for, out);
    }
}

static void explain_cycle(RuntimeThread *thread, uint64_t length) {
    StringBuilder *out = &thread->runtime->explanation;
    sb_clear(out);
    sb_printf(out, "deadlock: %" PRIu64 " threads wait for each other in a circle", length);
    RuntimeThread *each = thread;
    for (uint64_t i = 0; i < length && i < MAX_THREADS_TOLD; i++, each = waits_on(each)) {
        tell_thread(each, out);
    }
    if (length > MAX_THREADS_TOLD) {
        sb_printf(out, "\n  ... and %" PRIu64 " more", length - MAX_THREADS_TOLD);
    }
}

static void explain_all_stuck(Runtime *runtime) {
    StringBuilder *out = &runtime->explanation;
    sb_clear(out);
    if (runtime->alive == 1) {
        sb_puts(out, "deadlock: the only thread waits, and nothing can wake it");
    } else {
        sb_printf(out, "deadlock: all %" PRIu64 " threads wait, and nothing can wake one",
                  runtime->alive);
    }
    uint64_t told = 0;
    for (RuntimeThread *t = runtime->threads; t && told < MAX_THREADS_TOLD; t = t->next, told++) {
        tell_thread(t, out);
    }
    if (runtime->alive > told) {
        sb_printf(out, "\n  ... and %" PRIu64 " more", runtime->alive - told);
    }
}

static void explain_orphan(RuntimeThread *thread) {
    StringBuilder *out = &thread->runtime->explanation;
    sb_clear(out);
    sb_puts(out, "deadlock: the holder did not survive the fork, so nobody will release this");
    tell_thread(thread, out);
}

// ---- finding ----

static bool is_on_cycle(RuntimeThread *cycle, const RuntimeThread *thread) {
    RuntimeThread *each = cycle;
    do {
        if (each == thread) {
            return true;
        }
        each = waits_on(each);
    } while (each != cycle);
    return false;
}

// What the mode makes of a deadlock that has been explained.
static RuntimeThread *answer(Runtime *runtime, RuntimeThread *victim) {
    trace(victim, TRACE_DEADLOCK, (int64_t)runtime->alive, 0);
    runtime->deadlocks++;
    if (runtime->deadlock_mode == DEADLOCK_REPORT) {
        fprintf(stderr, "%s\n", runtime->explanation.data);
    }
    return runtime->deadlock_mode == DEADLOCK_RAISE ? victim : NULL;
}

static bool all_are_stuck(const Runtime *runtime) {
    return runtime->alive > 0 && runtime->stuck == runtime->alive && runtime->outside_wakers == 0;
}

// The main thread; but if it awaits, over however many others, one that waits for a future on which
// nobody works, then that one: so the task fails, whoever awaits the task hears of it, and a pool
// that stood still goes on.
static RuntimeThread *victim_of_all(const Runtime *runtime) {
    RuntimeThread *thread = runtime->main;
    for (uint64_t i = 0; i < runtime->alive && waits_on(thread); i++) {
        thread = waits_on(thread);
    }
    return thread->waiting_for && thread->waiting_for->kind == WAIT_FUTURE ? thread : runtime->main;
}

RuntimeThread *deadlock_find_all_stuck(Runtime *runtime) {
    if (runtime->deadlock_mode == DEADLOCK_HANG || !runtime->main || !all_are_stuck(runtime)) {
        return NULL;
    }
    explain_all_stuck(runtime);
    return answer(runtime, victim_of_all(runtime));
}

static bool waits_for_orphan(const RuntimeThread *thread) {
    const RuntimeThread *other = waits_on(thread);
    return other && other->life == THREAD_LOST;
}

RuntimeThread *deadlock_find(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    if (runtime->deadlock_mode == DEADLOCK_HANG) {
        return NULL;
    }
    if (waits_for_orphan(thread)) {
        explain_orphan(thread);
        return answer(runtime, thread);
    }
    uint64_t length = cycle_length(thread);
    if (length > 1) {
        explain_cycle(thread, length);
        bool has_main = runtime->main && is_on_cycle(thread, runtime->main);
        return answer(runtime, has_main ? runtime->main : thread);
    }
    RuntimeThread *victim = deadlock_find_all_stuck(runtime);
    return victim && length == 1 ? thread : victim;
}
