// SPDX-License-Identifier: MIT
//
// The habit of a channel: each wait that was short adds a little hope, each that was not takes much
// of it. So watching goes on where four waits of five are short, which is where it costs less than
// it saves; where it does not, one wait in many finds out whether that has changed, and the more
// such attempts have failed, the fewer there are.
//
// An attempt without hope is a long one, for the other side may have to be woken, and to wake
// somebody else, before it can answer; once both watch, answers come in a twentieth of that.
#include "process_watch.h"

#include "blocking.h"
#include "clock.h"
#include "runtime.h"

enum {
    ATTEMPT_NS = 100000,
    WATCH_MIN_NS = 12000,
    USUAL_FACTOR = 3, // how much longer than usual a wait may take
    HOPE_MAX = 8,
    HOPE_LOST = 4,
    FORGONE = 32, // waits between two attempts without hope
    REFUSALS_MAX = 6,
};

bool process_wants_watch(RuntimeThread *thread, WatchHabit *habit) {
    if (thread->runtime->gil.spin_limit.most == 0)
        return false;
    if (habit->hope == 0 && ++habit->forgone < FORGONE << habit->refusals)
        return false;
    habit->forgone = 0;
    return true;
}

static int64_t moment(const WatchHabit *habit) {
    int64_t ns = habit->hope == 0 ? ATTEMPT_NS : (int64_t)habit->usual_ns * USUAL_FACTOR;
    return ns < WATCH_MIN_NS ? WATCH_MIN_NS : ns > ATTEMPT_NS ? ATTEMPT_NS : ns;
}

// How long it took until there was something, -1 if it took too long.
static int64_t repeat(WatchTry *try, void *context, int64_t most) {
    int64_t start = clock_real_now(), now;
    do {
        bool is_there = try(context);
        now = clock_real_now();
        if (is_there)
            return now - start;
    } while (now - start < most);
    return -1;
}

static void has_paid(WatchHabit *habit, int64_t ns) {
    int64_t usual = habit->hope == 0 ? ns : habit->usual_ns;
    habit->usual_ns = (uint32_t)((3 * usual + ns) / 4);
    habit->refusals = 0;
    habit->hope = habit->hope < HOPE_MAX ? (uint8_t)(habit->hope + 1) : HOPE_MAX;
}

static void has_not_paid(WatchHabit *habit) {
    if (habit->hope == 0 && habit->refusals < REFUSALS_MAX)
        habit->refusals++;
    habit->hope = habit->hope > HOPE_LOST ? (uint8_t)(habit->hope - HOPE_LOST) : 0;
}

bool process_watch(RuntimeThread *thread, WatchHabit *habit, WatchTry *try, void *context) {
    SpinLimit *limit = &thread->runtime->gil.spin_limit;
    int64_t most = moment(habit), took = -1;
    if (atomic_fetch_add(&limit->spinning, 1) < limit->most) {
        took = repeat(try, context, most);
        if (took >= 0 && took < most)
            has_paid(habit, took);
        else
            has_not_paid(habit);
    }
    atomic_fetch_sub(&limit->spinning, 1);
    return took >= 0;
}

typedef struct WatchedWord {
    const _Atomic uint32_t *word;
    uint32_t expected;
} WatchedWord;

static bool has_changed(void *context) {
    const WatchedWord *watched = context;
    return atomic_load(watched->word) != watched->expected;
}

bool process_watch_word(Thread *thread, WatchHabit *habit, const _Atomic uint32_t *word,
                        uint32_t expected) {
    if (!schedule_is_free(&thread->interpreter->runtime.schedule) ||
        !process_wants_watch(&thread->core, habit))
        return false;
    WatchHabit learnt = *habit; // another thread may wait for the same
    WatchedWord watched = {word, expected};
    blocking_begin(&thread->core, BLOCK_CHILD, "futex");
    bool changed = process_watch(&thread->core, &learnt, has_changed, &watched);
    blocking_end(&thread->core);
    *habit = learnt;
    return changed;
}
