// SPDX-License-Identifier: MIT
//
// The three-state word of a Sleeper, and the two system calls behind it.
//
//     owner:  EMPTY -> ASLEEP, futex_wait(word == ASLEEP), POSTED -> EMPTY
//     waker:  any -> POSTED; if it was ASLEEP, futex_wake
//
// futex_wait is told which value it expects and returns at once when the word has changed, so a
// waker that comes between the owner's look and its going to sleep is not missed. The kernel may
// also return for no reason; the loop looks again.
//
// Futexes are Linux's; on another system this file is what has to be written anew (on the BSDs with
// _umtx_op or ulock, anywhere with a mutex and a condition variable for each sleeper).
//
// NOTE(student): this is the whole difference between a lock that spins and a lock that sleeps.
#include "sleeper.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

enum { EMPTY, POSTED, ASLEEP };

enum {
    SPIN_NS = 25000,
    LOOKS_PER_CLOCK_READING = 16,
    HOPE_AFTER_SUCCESS = 8,
    FORGONE_BEFORE_TRYING = 16,
};

// Until the word is not ASLEEP, the deadline has passed or a signal has come: 0 or an errno value.
static int futex_wait(_Atomic uint32_t *word, int64_t deadline) {
    struct timespec until;
    struct timespec *limit = NULL;
    if (deadline != CLOCK_NEVER) {
        until.tv_sec = (time_t)(deadline / CLOCK_NS_PER_SECOND);
        until.tv_nsec = (long)(deadline % CLOCK_NS_PER_SECOND);
        limit = &until;
    }
    long failed = syscall(SYS_futex, word, FUTEX_WAIT_BITSET_PRIVATE, ASLEEP, limit, NULL,
                          FUTEX_BITSET_MATCH_ANY);
    return failed ? errno : 0;
}

static bool consume(Sleeper *sleeper) {
    uint32_t posted = POSTED;
    return atomic_compare_exchange_strong(&sleeper->word, &posted, EMPTY);
}

// Back from the kernel without a wake-up, unless one arrived in this very moment.
static SleepResult give_up(Sleeper *sleeper, SleepResult result) {
    uint32_t asleep = ASLEEP;
    if (atomic_compare_exchange_strong(&sleeper->word, &asleep, EMPTY)) {
        return result;
    }
    atomic_store(&sleeper->word, EMPTY);
    return SLEEP_WOKEN;
}

SleepResult sleeper_wait(Sleeper *sleeper, int64_t deadline) {
    int saved_errno = errno;
    SleepResult result = SLEEP_WOKEN;
    uint32_t empty = EMPTY;
    if (!atomic_compare_exchange_strong(&sleeper->word, &empty, ASLEEP)) {
        atomic_store(&sleeper->word, EMPTY);
        return SLEEP_WOKEN;
    }
    while (!consume(sleeper)) {
        int error = futex_wait(&sleeper->word, deadline);
        if (error == ETIMEDOUT || error == EINTR) {
            result = give_up(sleeper, error == EINTR ? SLEEP_INTERRUPTED : SLEEP_TIMEOUT);
            break;
        }
    }
    errno = saved_errno;
    return result;
}

static inline void cpu_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

void sleeper_limit_init(SpinLimit *limit) {
    cpu_set_t processors;
    uint32_t count = 2;
    if (sched_getaffinity(0, sizeof processors, &processors) == 0) {
        count = (uint32_t)CPU_COUNT(&processors);
    }
    atomic_init(&limit->spinning, 0);
    limit->most = count - 1;
}

static bool watch(Sleeper *sleeper, int64_t spin_ns) {
    int64_t end = clock_real_now() + spin_ns;
    do {
        for (int i = 0; i < LOOKS_PER_CLOCK_READING; i++) {
            if (atomic_load_explicit(&sleeper->word, memory_order_relaxed) == POSTED) {
                return consume(sleeper);
            }
            cpu_relax();
        }
    } while (clock_real_now() < end);
    return false;
}

bool sleeper_spin(Sleeper *sleeper, SpinLimit *limit, int64_t spin_ns) {
    bool is_woken = false;
    if (atomic_fetch_add(&limit->spinning, 1) < limit->most) {
        is_woken = watch(sleeper, spin_ns);
    }
    atomic_fetch_sub(&limit->spinning, 1);
    return is_woken;
}

// Spin when it has paid lately, and now and then to find out whether it would.
static bool wants_to_spin(SpinHabit *habit) {
    if (habit->hope == 0 && ++habit->forgone < FORGONE_BEFORE_TRYING) {
        return false;
    }
    habit->forgone = 0;
    return true;
}

static void learn(SpinHabit *habit, bool has_paid) {
    if (has_paid) {
        habit->hope = HOPE_AFTER_SUCCESS;
    } else if (habit->hope > 0) {
        habit->hope--;
    }
}

SleepResult sleeper_wait_adaptively(Sleeper *sleeper, SpinLimit *limit, SpinHabit *habit,
                                    int64_t deadline) {
    if (limit->most > 0 && wants_to_spin(habit)) {
        bool is_woken = sleeper_spin(sleeper, limit, SPIN_NS);
        learn(habit, is_woken);
        if (is_woken) {
            return SLEEP_WOKEN;
        }
    }
    return sleeper_wait(sleeper, deadline);
}

bool sleeper_post(Sleeper *sleeper) {
    return atomic_exchange(&sleeper->word, POSTED) == ASLEEP;
}

void sleeper_kick(Sleeper *sleeper) {
    int saved_errno = errno;
    syscall(SYS_futex, &sleeper->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = saved_errno;
}

void sleeper_wake(Sleeper *sleeper) {
    if (sleeper_post(sleeper)) {
        sleeper_kick(sleeper);
    }
}
