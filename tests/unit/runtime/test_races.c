// SPDX-License-Identifier: MIT
//
// Data races: the vector clocks against the definition. Random histories of threads that read,
// write, release and acquire are told to races.c; beside it stands the whole relation "happened
// before", as a table of all pairs of events. Both must find the first race at the same event, or
// none.
#include "fake_vm.h"
#include "races.h"

#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, PLACES = 3, OBJECTS = 2, EVENTS = 40, HISTORIES = 3000 };

typedef enum Deed { READS, WRITES, RELEASES, ACQUIRES, STARTS } Deed;

typedef struct Event {
    Deed deed;
    uint32_t thread, thing;
} Event;

typedef struct History {
    Runtime runtime;
    RuntimeThread threads[THREADS];
    Races *races;
    size_t found;
    Event events[EVENTS];
    bool before[EVENTS][EVENTS]; // [i][j]: event i happened before event j
} History;

static void count_race(void *context, RuntimeThread *thread, const Race *race) {
    (void)thread;
    History *history = context;
    ck_assert_uint_ne(race->before.thread, race->now.thread);
    ck_assert(race->before.writes || race->now.writes);
    history->found++;
}

static void open_history(History *history) {
    memset(history, 0, sizeof *history);
    for (size_t i = 0; i < THREADS; i++) {
        RuntimeThread *thread = &history->threads[i];
        thread->runtime = &history->runtime;
        thread->id = i + 1;
        thread->next = i + 1 < THREADS ? thread + 1 : NULL;
    }
    history->runtime.threads = history->threads;
    history->races = races_new((RaceSink){count_race, history, NULL});
    ck_assert_ptr_nonnull(history->races);
}

static void touch(History *history, uint32_t thread, uint32_t place, bool writes) {
    ScheduleStep step = {.kind = STEP_ACCESS, .count = 1};
    step.touches[0] = (Touch){.location = place + 1, .writes = writes, .is_plain = true};
    races_touch(history->races, &history->threads[thread], &step);
}

static void tell(History *history, const Event *event) {
    RuntimeThread *thread = &history->threads[event->thread];
    const void *object = &history->events[event->thing]; // any address will do
    switch (event->deed) {
    case READS:
    case WRITES:
        touch(history, event->thread, event->thing, event->deed == WRITES);
        break;
    case RELEASES:
        races_release(history->races, thread, object);
        break;
    case ACQUIRES:
        races_acquire(history->races, thread, object);
        break;
    case STARTS:
        races_order(history->races, thread, &history->threads[event->thing]);
        break;
    }
}

// ---- by definition ----

// Does the earlier event lead to the later one directly?
static bool leads_to(const Event *earlier, const Event *later) {
    bool starts = earlier->deed == STARTS && earlier->thing == later->thread;
    bool passes =
        earlier->deed == RELEASES && later->deed == ACQUIRES && earlier->thing == later->thing;
    return starts || passes || earlier->thread == later->thread;
}

static void order_event(History *history, size_t now) {
    for (size_t i = now; i-- > 0;) {
        if (leads_to(&history->events[i], &history->events[now])) {
            history->before[i][now] = true;
            for (size_t j = 0; j < i; j++) {
                history->before[j][now] |= history->before[j][i];
            }
        }
    }
}

static bool conflict(const Event *a, const Event *b) {
    return a->deed <= WRITES && b->deed <= WRITES && a->thing == b->thing &&
           a->thread != b->thread && (a->deed == WRITES || b->deed == WRITES);
}

static bool races_with_earlier(const History *history, size_t now) {
    for (size_t i = 0; i < now; i++) {
        if (!history->before[i][now] && conflict(&history->events[i], &history->events[now])) {
            return true;
        }
    }
    return false;
}

// ---- random histories ----

static uint32_t draw(uint64_t *seed, uint32_t below) {
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

static Event draw_event(uint64_t *seed) {
    Event event = {(Deed)draw(seed, STARTS + 1), draw(seed, THREADS), 0};
    uint32_t things = event.deed <= WRITES ? PLACES : event.deed == STARTS ? THREADS : OBJECTS;
    event.thing = draw(seed, things);
    if (event.deed == STARTS && event.thing == event.thread) {
        event.thing = (event.thing + 1) % THREADS;
    }
    return event;
}

START_TEST(the_first_race_is_found_where_it_is) {
    History *history = malloc(sizeof *history);
    ck_assert_ptr_nonnull(history);
    for (uint64_t number = 0; number < HISTORIES; number++) {
        uint64_t seed = number * 977 + 13;
        open_history(history);
        bool has_race = false;
        for (size_t now = 0; now < EVENTS && !has_race; now++) {
            history->events[now] = draw_event(&seed);
            order_event(history, now);
            tell(history, &history->events[now]);
            has_race = races_with_earlier(history, now);
            ck_assert_msg((history->found > 0) == has_race, "history %d, event %zu", (int)number,
                          now);
        }
        races_free(history->races);
    }
    free(history);
}
END_TEST

START_TEST(what_a_lock_protects_is_no_race) {
    History history;
    open_history(&history);
    for (uint32_t thread = 0; thread < THREADS; thread++) {
        races_acquire(history.races, &history.threads[thread], &history);
        touch(&history, thread, 0, true);
        races_release(history.races, &history.threads[thread], &history);
    }
    ck_assert_uint_eq(history.found, 0);
    races_free(history.races);
}
END_TEST

START_TEST(forgotten_places_are_new) {
    History history;
    open_history(&history);
    touch(&history, 0, 0, true);
    races_forget_places(history.races);
    touch(&history, 1, 0, true);
    ck_assert_uint_eq(history.found, 0);
    touch(&history, 2, 0, false);
    ck_assert_uint_eq(history.found, 1);
    races_free(history.races);
}
END_TEST

TCase *race_cases(void) {
    TCase *cases = tcase_create("races");
    tcase_add_test(cases, the_first_race_is_found_where_it_is);
    tcase_add_test(cases, what_a_lock_protects_is_no_race);
    tcase_add_test(cases, forgotten_places_are_new);
    return cases;
}
