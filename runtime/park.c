// SPDX-License-Identifier: MIT
//
// Parking and waking. The order of steps is what makes it safe:
//
//     waiter                              waker (holds the GIL)
//     1 joins the queue      (GIL)
//     2 releases the GIL                  a takes the waiter off the queue
//     3 sleeps while `parked`             b clears `parked`, posts the waiter's sleeper
//     4 takes the GIL
//     5 still `parked`? leave the queue
//
// A waker can run only after 2, so it always finds the waiter in the queue; if it comes between 2
// and 3, the posted wake-up stays in the sleeper. A time-out or a signal ends 3 as well, but what
// happened is decided at 5, with the GIL: if a waker came first, the wake-up counts.
//
// Textbook names: monitor with Mesa semantics (who is woken must look again), park/unpark as in
// Java's LockSupport. CPython waits in the kernel on each lock's own semaphore instead, so nobody
// knows who waits for whom.
#include "park.h"

#include "control.h"
#include "deadlock.h"
#include "mini_check.h"
#include "runtime.h"

// Under control so long at least: sleep(0) in a loop lets others go on for a while.
enum { NAP_NS = CLOCK_NS_PER_MS / 4 };

// ---- wait queues (GIL held) ----

static void join_queue(WaitQueue *queue, RuntimeThread *thread, bool at_head) {
    RuntimeThread *before = at_head ? NULL : queue->last;
    RuntimeThread *after = at_head ? queue->first : NULL;
    thread->wait_previous = before;
    thread->wait_next = after;
    *(before ? &before->wait_next : &queue->first) = thread;
    *(after ? &after->wait_previous : &queue->last) = thread;
}

static void leave_queue(WaitQueue *queue, RuntimeThread *thread) {
    RuntimeThread *before = thread->wait_previous;
    RuntimeThread *after = thread->wait_next;
    *(before ? &before->wait_next : &queue->first) = after;
    *(after ? &after->wait_previous : &queue->last) = before;
    thread->wait_next = thread->wait_previous = NULL;
}

uint64_t wait_queue_length(const WaitQueue *queue) {
    uint64_t length = 0;
    for (const RuntimeThread *thread = queue->first; thread; thread = thread->wait_next) {
        length++;
    }
    return length;
}

// ---- entering and leaving a wait (GIL held) ----

static GilCause cause_of(WaitKind kind) {
    static const GilCause causes[] = {
#define WAIT_KIND(name, noun, cause) GIL_CAUSE_##cause,
#include "wait_kinds.def"
#undef WAIT_KIND
    };
    return causes[kind];
}

static void begin_wait(RuntimeThread *thread, const Wait *wait) {
    MINI_CHECK(thread->waiting_for == NULL, "a thread waits for one thing at a time");
    thread->waiting_for = wait;
    thread->is_stuck = wait->deadline == CLOCK_NEVER && cause_of(wait->kind) == GIL_CAUSE_PARK;
    thread->runtime->stuck += thread->is_stuck;
    if (wait->queue) {
        join_queue(wait->queue, thread, wait->at_head);
    }
    atomic_store(&thread->parked, true);
}

// The wait is over, by whomever: the thread is in no queue and in no count any more.
static void end_wait(RuntimeThread *thread, ParkResult result) {
    if (thread->waiting_for->queue) {
        leave_queue(thread->waiting_for->queue, thread);
    }
    thread->waiting_for = NULL;
    thread->runtime->stuck -= thread->is_stuck;
    thread->is_stuck = false;
    thread->wake_result = result;
    atomic_store(&thread->parked, false);
}

void park_abandon(RuntimeThread *thread) {
    if (thread->waiting_for) {
        end_wait(thread, PARK_WOKEN);
    }
}

static void wake(RuntimeThread *thread, ParkResult result) {
    end_wait(thread, result);
    sleeper_wake(&thread->sleeper);
}

static bool has_signal(const RuntimeThread *thread) {
    return thread->is_main && signals_are_pending(thread->runtime);
}

// ---- waiting ----

static SleepResult wait_once(RuntimeThread *thread, int64_t deadline) {
    return sleeper_wait_adaptively(&thread->sleeper, &thread->runtime->gil.spin_limit,
                                   &thread->park_habit, deadline);
}

// Without the GIL: until somebody clears `parked`, the time is over or a signal has come.
static ParkResult sleep_while_parked(RuntimeThread *thread, int64_t deadline) {
    while (atomic_load(&thread->parked)) {
        if (has_signal(thread)) {
            return PARK_INTERRUPTED;
        }
        if (wait_once(thread, deadline) == SLEEP_TIMEOUT) {
            return PARK_TIMEOUT;
        }
    }
    return PARK_WOKEN;
}

// The deadlock that this wait would close is answered here, or by waking the thread that is to
// answer for it.
static bool is_refused(RuntimeThread *thread) {
    RuntimeThread *victim = deadlock_find(thread);
    if (victim && victim != thread) {
        wake(victim, PARK_DEADLOCK);
    }
    return victim == thread;
}

static ParkResult let_others_run(RuntimeThread *thread, const Wait *wait) {
    GilCause cause = cause_of(wait->kind);
    if (!schedule_is_free(&thread->runtime->schedule)) {
        return control_wait(thread, wait->deadline, cause);
    }
    gil_release(thread, cause);
    ParkResult reason = sleep_while_parked(thread, wait->deadline);
    gil_acquire(thread);
    return reason;
}

ParkResult park(RuntimeThread *thread, const Wait *wait) {
    if (has_signal(thread)) {
        return PARK_INTERRUPTED;
    }
    begin_wait(thread, wait);
    if (is_refused(thread)) {
        end_wait(thread, PARK_DEADLOCK);
        return PARK_DEADLOCK;
    }
    RuntimeThread *holder = wait->owner ? wait->owner->holder : wait->target;
    trace(thread, TRACE_PARK, (int64_t)wait->kind, holder ? (int64_t)holder->id : 0);
    thread_publish_stack(thread);
    ParkResult reason = let_others_run(thread, wait);
    if (atomic_load(&thread->parked)) {
        end_wait(thread, reason);
    }
    trace(thread, TRACE_RESUME, (int64_t)thread->wake_result, 0);
    return thread->wake_result;
}

ParkResult sleep_until(RuntimeThread *thread, int64_t deadline) {
    const Runtime *runtime = thread->runtime;
    int64_t soonest =
        schedule_is_free(&runtime->schedule) ? deadline : clock_now(&runtime->clock) + NAP_NS;
    Wait wait = {.kind = WAIT_SLEEP, .deadline = deadline < soonest ? soonest : deadline};
    return park(thread, &wait);
}

// ---- waking ----

void unpark(RuntimeThread *self, RuntimeThread *thread) {
    if (thread->waiting_for) {
        ORDER(races_order, self, thread);
        trace(self, TRACE_UNPARK, (int64_t)thread->id, (int64_t)thread->waiting_for->kind);
        wake(thread, PARK_WOKEN);
    }
}

enum { MAX_OPTIONS = 64 };

static RuntimeThread *chosen_waiter(RuntimeThread *self, const WaitQueue *queue) {
    if (schedule_is_free(&self->runtime->schedule)) {
        return queue->first;
    }
    RuntimeThread *threads[MAX_OPTIONS];
    ChoiceOption options[MAX_OPTIONS];
    size_t count = 0;
    for (RuntimeThread *t = queue->first; t && count < MAX_OPTIONS; t = t->wait_next) {
        threads[count] = t;
        options[count++] = (ChoiceOption){.id = t->id, .name = t->name};
    }
    return threads[schedule_ask(self, CHOICE_WAITER, options, count)];
}

RuntimeThread *unpark_first(RuntimeThread *self, WaitQueue *queue) {
    if (wait_queue_is_empty(queue)) {
        return NULL;
    }
    RuntimeThread *thread = chosen_waiter(self, queue);
    unpark(self, thread);
    return thread;
}

uint64_t unpark_all(RuntimeThread *self, WaitQueue *queue) {
    uint64_t count = 0;
    for (; queue->first; count++) {
        unpark(self, queue->first);
    }
    return count;
}

// ---- deadlocks ----

void park_check_all_stuck(Runtime *runtime) {
    RuntimeThread *victim = deadlock_find_all_stuck(runtime);
    if (victim) {
        wake(victim, PARK_DEADLOCK);
    }
}

void park_expect_outside(Runtime *runtime, int delta) {
    runtime->outside_wakers += delta;
}

const char *park_explanation(Runtime *runtime) {
    return runtime->explanation.data;
}

const char *wait_kind_noun(WaitKind kind) {
    static const char *const nouns[] = {
#define WAIT_KIND(name, noun, cause) noun,
#include "wait_kinds.def"
#undef WAIT_KIND
    };
    return nouns[kind];
}
