// SPDX-License-Identifier: MIT
//
// The mechanism of the GIL; the policies decide, this file does.
//
//     word == 0                     free
//     word == holder                held, nobody waits      -> released by one compare-and-swap
//     word == holder | GIL_WANTED   held, somebody waits    -> released under `mutex`
//     word == GIL_WANTED            set free under `mutex`, a waiter was woken to compete for it
//
// Invariants: GIL_WANTED is set exactly while a queue is not empty, and both change only under
// `mutex`. So whoever sees the bare holder in the word knows that nobody waits, and whoever has
// entered a queue knows that the next release comes through `mutex` and sees him: no wake-up is
// lost. The lock changes hands in two ways: set free (the woken thread may find it taken again), or
// granted (the word names the new holder before that thread is even awake).
//
// All wake-ups are posted under `mutex`, and a thread that ends takes it once more, so nobody posts
// to a thread that is gone.
#include "gil.h"

#include <errno.h>

#include "clock.h"
#include "gil_policy.h"
#include "gil_queue.h"
#include "mini_check.h"
#include "runtime.h"

// Waiters far behind in the line need not look at the clock as often as the first.
enum { PATIENCE_FACTOR_MAX = 16 };
// Urgent ones look so often in an interval whether they must ask again.
enum { URGENT_LOOKS = 8 };

static const GilPolicy *policy_of(const Gil *gil) {
    return atomic_load_explicit(&gil->policy, memory_order_relaxed);
}

// ---- the line (mutex held) ----

static GilQueue *queue_of(Gil *gil, const RuntimeThread *thread) {
    return thread->gil_urgent ? &gil->urgent : &gil->regular;
}

static bool nobody_waits(const Gil *gil) {
    return gil->urgent.first == NULL && gil->regular.first == NULL;
}

static void join_line(Gil *gil, RuntimeThread *thread, int64_t now) {
    atomic_store(&thread->granted, false);
    thread->gil_asked_at = now;
    thread->gil_used = 0;
    gil_queue_append(queue_of(gil, thread), thread);
}

// Back to the front of the regular line, as one who waits since `asked_at`.
static void stay_in_front(Gil *gil, RuntimeThread *thread, int64_t asked_at) {
    atomic_store(&thread->granted, false);
    thread->gil_asked_at = asked_at;
    gil_queue_prepend(&gil->regular, thread);
}

// What the word is when `holder` (or nobody) has the lock and the queues are as they are.
static uintptr_t word_for(const Gil *gil, const RuntimeThread *holder) {
    return (uintptr_t)holder | (nobody_waits(gil) ? 0 : (uintptr_t)GIL_WANTED);
}

// Make `thread` the holder; true when its sleeper must be kicked after unlocking the mutex.
static bool grant(Gil *gil, RuntimeThread *thread) {
    gil_queue_remove(queue_of(gil, thread), thread);
    atomic_store(&gil->word, word_for(gil, thread));
    atomic_store(&thread->granted, true);
    return sleeper_post(&thread->sleeper);
}

// ---- being asked ----

void gil_interrupt(RuntimeThread *thread, uint32_t bits) {
    atomic_fetch_or(&thread->pending, bits);
    void (*interrupt)(RuntimeThread *) = thread->runtime->hooks.interrupt;
    if (interrupt) {
        interrupt(thread);
    }
}

static void ask_holder(Gil *gil, RuntimeThread *asker) {
    RuntimeThread *holder = gil_holder(gil);
    if (holder && !(atomic_load(&holder->pending) & PENDING_DROP)) {
        trace(asker, TRACE_GIL_DROP_REQUEST, (int64_t)holder->id, 0);
        gil_interrupt(holder, PENDING_DROP);
    }
}

// Until when the asker sleeps before it looks again; asks the holder when it is time.
static int64_t deadline_of_patience(Gil *gil, RuntimeThread *asker, int64_t now) {
    int64_t patience = policy_of(gil)->patience(gil, asker, now);
    if (patience == CLOCK_NEVER) {
        return CLOCK_NEVER;
    }
    if (patience <= 0) {
        ask_holder(gil, asker);
        patience = atomic_load(&gil->interval);
        patience = asker->gil_urgent ? patience / URGENT_LOOKS : patience;
    }
    int64_t place = (int64_t)queue_of(gil, asker)->count;
    bool is_first = asker->gil_previous == NULL;
    return now +
           (is_first || place < 4
                ? patience
                : patience * (place < PATIENCE_FACTOR_MAX ? place : (int64_t)PATIENCE_FACTOR_MAX));
}

// ---- acquiring ----

static void set_counting(RuntimeThread *thread, bool counts) {
    thread->counting_ticks = counts;
    void (*count_ticks)(RuntimeThread *, bool) = thread->runtime->hooks.count_ticks;
    if (count_ticks) {
        count_ticks(thread, counts);
    }
}

static void refill_ticks(RuntimeThread *thread, const GilPolicy *policy) {
    if (policy->counts_ticks != thread->counting_ticks) {
        set_counting(thread, policy->counts_ticks);
    }
    if (policy->counts_ticks) {
        thread->ticks_left = GIL_TICKS;
    }
}

// How long it stood in line for the turn that begins.
static int64_t waited(const RuntimeThread *thread, int64_t now) {
    return thread->gil_asked_at == CLOCK_NEVER ? 0 : now - thread->gil_asked_at;
}

// The thread has the lock: bring the books up to date.
static void begin_turn(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    int64_t now = ledger_acquired(&thread->ledger);
    RuntimeThread *last = gil->last_holder;
    if (last != thread) {
        atomic_store_explicit(&gil->turn_began, now, memory_order_relaxed);
        if (last) {
            ledger_count_switch(&last->ledger, gil->last_cause);
        }
        gil->last_holder = thread;
    }
    refill_ticks(thread, policy_of(gil));
    thread->turn_began = now;
    trace(thread, TRACE_GIL_ACQUIRE, last ? (int64_t)last->id : 0, waited(thread, now));
}

// The lock is free (word 0 or GIL_WANTED): take it and leave the line. Mutex held.
static void take_from_line(Gil *gil, RuntimeThread *thread) {
    gil_queue_remove(queue_of(gil, thread), thread);
    atomic_store(&gil->word, word_for(gil, thread));
}

static void wait_for_turn(Gil *gil, RuntimeThread *thread, const GilPolicy *policy, int64_t spin,
                          int64_t deadline) {
    Sleeper *sleeper = &thread->sleeper;
    if (policy->never_spins) {
        sleeper_wait(sleeper, deadline);
    } else if (!(spin && sleeper_spin(sleeper, &gil->spin_limit, spin))) {
        sleeper_wait_adaptively(sleeper, &gil->spin_limit, &thread->gil_habit, deadline);
    }
}

// Stand in line until the lock is ours. Mutex held on entry, not on return.
static void wait_in_line(Gil *gil, RuntimeThread *thread) {
    for (;;) {
        int64_t deadline = deadline_of_patience(gil, thread, clock_real_now());
        const GilPolicy *policy = policy_of(gil);
        int64_t spin = thread->gil_urgent ? policy->spin : 0;
        pthread_mutex_unlock(&gil->mutex);
        wait_for_turn(gil, thread, policy, spin, deadline);
        if (atomic_load(&thread->granted)) {
            return;
        }
        pthread_mutex_lock(&gil->mutex);
        if (!atomic_load(&thread->granted) && gil_holder(gil) == NULL) {
            take_from_line(gil, thread);
            pthread_mutex_unlock(&gil->mutex);
            return;
        }
    }
}

// Take the lock if it is free, else announce that it is wanted. Mutex held.
static bool take_or_announce(Gil *gil, RuntimeThread *thread) {
    uintptr_t word = atomic_load(&gil->word);
    for (;;) {
        bool is_free = (word & ~(uintptr_t)GIL_WANTED) == 0;
        uintptr_t wish = is_free ? word | (uintptr_t)thread : word | (uintptr_t)GIL_WANTED;
        if (atomic_compare_exchange_weak(&gil->word, &word, wish)) {
            return is_free;
        }
    }
}

static void acquire_slowly(Gil *gil, RuntimeThread *thread) {
    int saved_errno = errno;
    int64_t now = ledger_enter(&thread->ledger, THREAD_WAITING);
    pthread_mutex_lock(&gil->mutex);
    if (take_or_announce(gil, thread)) {
        pthread_mutex_unlock(&gil->mutex);
    } else {
        RuntimeThread *holder = gil_holder(gil);
        trace(thread, TRACE_GIL_REQUEST, holder ? (int64_t)holder->id : 0, 0);
        thread->gil_urgent = policy_of(gil)->is_urgent(thread);
        join_line(gil, thread, now);
        wait_in_line(gil, thread);
    }
    errno = saved_errno;
}

void gil_acquire(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    uintptr_t nobody = 0;
    if (!atomic_compare_exchange_strong(&gil->word, &nobody, (uintptr_t)thread)) {
        acquire_slowly(gil, thread);
    }
    begin_turn(thread);
}

// ---- releasing ----

// A request to give way is fulfilled here, whatever the cause. (Not at the begin of the next turn:
// that could wipe out a request that was meant for it.)
static void end_turn(Gil *gil, RuntimeThread *thread, GilCause cause) {
    MINI_CHECK(gil_holder(gil) == thread, "the GIL is released by a thread that does not hold it");
    if (atomic_load_explicit(&thread->pending, memory_order_relaxed) & PENDING_DROP) {
        atomic_fetch_and(&thread->pending, ~(uint32_t)PENDING_DROP);
    }
    thread->released_for = cause;
    thread->gil_asked_at = CLOCK_NEVER;
    gil->last_holder = thread;
    gil->last_cause = cause;
    int64_t now = ledger_enter(&thread->ledger, ledger_state_after(cause));
    trace(thread, TRACE_GIL_RELEASE, (int64_t)cause, now - thread->turn_began);
}

// Somebody waits (or just left): pass the lock on or set it free. A lock that is set free is free
// only from the unlocking of the mutex on: the woken thread gets no head start. Does not touch the
// thread that releases, which may be gone as soon as the mutex is unlocked.
static void release_to_line(Gil *gil, GilCause cause) {
    RuntimeThread *next = NULL;
    bool kick = false;
    pthread_mutex_lock(&gil->mutex);
    if (nobody_waits(gil)) {
        atomic_store(&gil->word, 0);
    } else {
        next = policy_of(gil)->next(gil, clock_real_now());
        if (policy_of(gil)->hands_over(gil, cause)) {
            kick = grant(gil, next);
        } else {
            atomic_store(&gil->word, GIL_WANTED);
            sleeper_wake(&next->sleeper);
        }
    }
    pthread_mutex_unlock(&gil->mutex);
    if (kick) {
        sleeper_kick(&next->sleeper);
    }
}

void gil_release(RuntimeThread *thread, GilCause cause) {
    Gil *gil = &thread->runtime->gil;
    end_turn(gil, thread, cause);
    uintptr_t unwanted = (uintptr_t)thread;
    if (!atomic_compare_exchange_strong(&gil->word, &unwanted, 0)) {
        int saved_errno = errno;
        release_to_line(gil, cause);
        errno = saved_errno;
    }
}

void gil_release_for_good(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    end_turn(gil, thread, GIL_CAUSE_EXIT);
    gil->last_holder = NULL;
    release_to_line(gil, GIL_CAUSE_EXIT);
}

// ---- giving way ----

// Somebody waits, and the holder has had what it was promised. Mutex held.
static bool must_give_way(const Gil *gil, const RuntimeThread *thread, int64_t now) {
    int64_t turn = now - atomic_load_explicit(&gil->turn_began, memory_order_relaxed);
    return !nobody_waits(gil) && turn >= policy_of(gil)->least_turn(gil, thread);
}

// End the turn and stand in line for the one after `next`. Mutex held.
static void line_up_behind(Gil *gil, RuntimeThread *thread, RuntimeThread *next, int64_t now) {
    int64_t asked_at = thread->gil_asked_at;
    thread->gil_used += now - thread->turn_began;
    bool in_front = next->gil_urgent && policy_of(gil)->keeps_place(gil, thread);
    end_turn(gil, thread, GIL_CAUSE_INTERVAL);
    thread->gil_urgent = false;
    if (in_front) {
        stay_in_front(gil, thread, asked_at < now ? asked_at : now);
    } else {
        join_line(gil, thread, now);
    }
}

// Pass the lock to the next in line and stand in line again, in one step.
static void yield_to_line(Gil *gil, RuntimeThread *thread) {
    int64_t now = clock_real_now();
    pthread_mutex_lock(&gil->mutex);
    if (!must_give_way(gil, thread, now)) {
        pthread_mutex_unlock(&gil->mutex);
        return;
    }
    RuntimeThread *next = policy_of(gil)->next(gil, now);
    line_up_behind(gil, thread, next, now);
    if (grant(gil, next)) {
        sleeper_kick(&next->sleeper);
    }
    wait_in_line(gil, thread);
    begin_turn(thread);
}

static void give_way(Gil *gil, RuntimeThread *thread) {
    if (!(atomic_load(&gil->word) & GIL_WANTED)) {
        return;
    }
    int saved_errno = errno;
    if (policy_of(gil)->hands_over(gil, GIL_CAUSE_INTERVAL)) {
        yield_to_line(gil, thread);
    } else {
        gil_release(thread, GIL_CAUSE_INTERVAL);
        gil_acquire(thread);
    }
    errno = saved_errno;
}

uint32_t gil_safepoint(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    uint32_t bits = atomic_exchange(&thread->pending, 0);
    bool ticks_are_over = thread->counting_ticks && thread->ticks_left == 0;
    if ((bits & PENDING_DROP) || ticks_are_over) {
        thread_publish_stack(thread);
        give_way(gil, thread);
    }
    refill_ticks(thread, policy_of(gil));
    return bits & ~(uint32_t)PENDING_DROP;
}

void gil_hand_to(RuntimeThread *from, RuntimeThread *to, GilCause cause) {
    Gil *gil = &from->runtime->gil;
    end_turn(gil, from, cause);
    if (cause == GIL_CAUSE_INTERVAL) {
        ledger_enter(&from->ledger, THREAD_WAITING);
    }
    atomic_store(&gil->word, (uintptr_t)to);
    begin_turn(to);
}

// ---- configuration ----

bool gil_init(Gil *gil, const char *policy, int64_t interval) {
    const GilPolicy *chosen = gil_policy_find(policy);
    if (!chosen) {
        return false;
    }
    *gil = (Gil){0};
    atomic_init(&gil->policy, chosen);
    atomic_init(&gil->interval, interval > 0 ? interval : GIL_DEFAULT_INTERVAL_NS);
    sleeper_limit_init(&gil->spin_limit);
    pthread_mutex_init(&gil->mutex, NULL);
    return true;
}

void gil_destroy(Gil *gil) {
    pthread_mutex_lock(&gil->mutex);
    pthread_mutex_unlock(&gil->mutex);
    pthread_mutex_destroy(&gil->mutex);
}

// The rules have changed: everybody joins the regular line and thinks again. Mutex held.
static void reconsider_all(Gil *gil) {
    while (gil->urgent.last) {
        RuntimeThread *thread = gil->urgent.last;
        gil_queue_remove(&gil->urgent, thread);
        thread->gil_urgent = false;
        gil_queue_prepend(&gil->regular, thread);
    }
    for (RuntimeThread *t = gil->regular.first; t; t = t->gil_next) {
        sleeper_wake(&t->sleeper);
    }
}

bool gil_set_policy(RuntimeThread *thread, const char *name) {
    Gil *gil = &thread->runtime->gil;
    const GilPolicy *policy = gil_policy_find(name);
    if (!policy) {
        return false;
    }
    pthread_mutex_lock(&gil->mutex);
    atomic_store(&gil->policy, policy);
    reconsider_all(gil);
    pthread_mutex_unlock(&gil->mutex);
    refill_ticks(thread, policy);
    return true;
}

void gil_set_interval(RuntimeThread *thread, int64_t interval) {
    Gil *gil = &thread->runtime->gil;
    pthread_mutex_lock(&gil->mutex);
    atomic_store(&gil->interval, interval < CLOCK_NS_PER_US ? CLOCK_NS_PER_US : interval);
    reconsider_all(gil);
    pthread_mutex_unlock(&gil->mutex);
}

const char *gil_policy_name(const Gil *gil) {
    return policy_of(gil)->name;
}

int64_t gil_interval(const Gil *gil) {
    return atomic_load(&gil->interval);
}

void gil_after_fork_child(RuntimeThread *thread) {
    Gil *gil = &thread->runtime->gil;
    pthread_mutex_init(&gil->mutex, NULL);
    gil->urgent = gil->regular = (GilQueue){0};
    gil->last_holder = thread;
    atomic_store(&gil->word, (uintptr_t)thread);
    atomic_store(&thread->granted, false);
    atomic_store(&gil->spin_limit.spinning, 0);
}
