// SPDX-License-Identifier: MIT
//
// Vector clocks, and the places that threads touch.
//
// A thread's slot in the clocks is its own while it lives; a later thread may get it and goes on
// counting where that one stopped, so that old times stay old. A clock is as wide as the highest
// slot that it knows a time of; beyond that all times are 0. Places and the clocks of locks are
// found by address in two hash tables. A place keeps its last write and the reads since, one for
// each of a few threads; when there are more readers than room, the oldest is forgotten, which can
// hide a race but never invent one.
#include "races.h"

#include <stdlib.h>
#include <string.h>

#include "runtime.h"

enum { READERS = 4, FIRST_CAPACITY = 256, FIRST_WIDTH = 8 };

// Slots are used up to so many before those of ended threads are used again.
enum { RECYCLE_FROM = 64 };

typedef struct VectorClock {
    uint32_t *times;
    uint32_t width;
} VectorClock;

typedef struct Place {
    uint64_t location; // 0: free
    RaceAccess write;
    RaceAccess reads[READERS];
} Place;

typedef struct Passage {
    uint64_t object; // 0: free
    VectorClock clock;
} Passage;

struct Races {
    RaceSink sink;
    size_t slots; // in use, or used once
    VectorClock threads[RACE_THREADS];
    uint64_t owners[RACE_THREADS]; // thread ids
    Place **places;
    size_t place_count, place_capacity;
    Passage **passages;
    size_t passage_count, passage_capacity;
};

// ---- tables of pointers by a number ----

static size_t start_of(uint64_t key, size_t capacity) {
    return (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (capacity - 1);
}

// The slot of `key`, or the free one where it would stand. Each record begins with its key.
static void **slot_of(void **table, size_t capacity, uint64_t key) {
    size_t i = start_of(key, capacity);
    while (table[i] != NULL && *(const uint64_t *)table[i] != key) {
        i = (i + 1) & (capacity - 1);
    }
    return &table[i];
}

static bool make_room(void ***table, size_t *capacity, size_t count) {
    if (2 * count < *capacity) {
        return true;
    }
    size_t wider = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
    void **larger = calloc(wider, sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    for (size_t i = 0; i < *capacity; i++) {
        if ((*table)[i] != NULL) {
            *slot_of(larger, wider, *(const uint64_t *)(*table)[i]) = (*table)[i];
        }
    }
    free(*table);
    *table = larger;
    *capacity = wider;
    return true;
}

// The record of `key`, made if need be; NULL when there is no memory.
static void *find_or_make(void ***table, size_t *capacity, size_t *count, uint64_t key,
                          size_t size) {
    if (!make_room(table, capacity, *count)) {
        return NULL;
    }
    void **slot = slot_of(*table, *capacity, key);
    if (*slot == NULL) {
        *slot = calloc(1, size);
        if (*slot != NULL) {
            memcpy(*slot, &key, sizeof key);
            ++*count;
        }
    }
    return *slot;
}

static Place *place_of(Races *races, uint64_t location) {
    return find_or_make((void ***)&races->places, &races->place_capacity, &races->place_count,
                        location, sizeof(Place));
}

static Passage *passage_of(Races *races, const void *object) {
    return find_or_make((void ***)&races->passages, &races->passage_capacity, &races->passage_count,
                        (uint64_t)(uintptr_t)object, sizeof(Passage));
}

static void empty_table(void **table, size_t capacity) {
    for (size_t i = 0; i < capacity; i++) {
        free(table[i]);
        table[i] = NULL;
    }
}

static void forget_passages(Races *races) {
    for (size_t i = 0; i < races->passage_capacity; i++) {
        if (races->passages[i] != NULL) {
            free(races->passages[i]->clock.times);
        }
    }
    empty_table((void **)races->passages, races->passage_capacity);
}

// ---- clocks ----

static bool is_taken(const Runtime *runtime, uint64_t id) {
    for (const RuntimeThread *t = runtime->threads; t && id != 0; t = t->next) {
        if (t->id == id) {
            return true;
        }
    }
    return false;
}

// false when there is no memory.
static bool widen(VectorClock *clock, size_t width) {
    size_t wider = clock->width == 0 ? FIRST_WIDTH : clock->width;
    while (wider < width) {
        wider *= 2;
    }
    if (wider == clock->width) {
        return true;
    }
    uint32_t *times = realloc(clock->times, wider * sizeof *times);
    if (times == NULL) {
        return false;
    }
    memset(times + clock->width, 0, (wider - clock->width) * sizeof *times);
    *clock = (VectorClock){times, (uint32_t)wider};
    return true;
}

static uint32_t time_in(const VectorClock *clock, size_t slot) {
    return slot < clock->width ? clock->times[slot] : 0;
}

// A slot that no living thread has; -1 when there is none.
static int unused_slot(Races *races, const Runtime *runtime) {
    for (size_t i = 0; races->slots >= RECYCLE_FROM && i < races->slots; i++) {
        if (!is_taken(runtime, races->owners[i])) {
            return (int)i;
        }
    }
    return races->slots < RACE_THREADS ? (int)races->slots++ : -1;
}

static int take_slot(Races *races, const RuntimeThread *thread) {
    int slot = unused_slot(races, thread->runtime);
    VectorClock *clock = &races->threads[slot < 0 ? 0 : slot];
    if (slot < 0 || !widen(clock, (size_t)slot + 1)) {
        return -1;
    }
    uint32_t past = clock->times[slot];
    memset(clock->times, 0, clock->width * sizeof *clock->times);
    clock->times[slot] = past + 1;
    races->owners[slot] = thread->id;
    return slot;
}

// The thread's slot; -1 when more threads live than there are slots.
static int slot_of_thread(Races *races, const RuntimeThread *thread) {
    for (size_t i = 0; i < races->slots; i++) {
        if (races->owners[i] == thread->id) {
            return (int)i;
        }
    }
    return take_slot(races, thread);
}

static void join_clock(VectorClock *clock, const VectorClock *other) {
    if (!widen(clock, other->width)) {
        return;
    }
    for (size_t i = 0; i < other->width; i++) {
        if (other->times[i] > clock->times[i]) {
            clock->times[i] = other->times[i];
        }
    }
}

void races_release(Races *races, RuntimeThread *thread, const void *object) {
    int slot = slot_of_thread(races, thread);
    Passage *passage = slot < 0 ? NULL : passage_of(races, object);
    if (passage != NULL) {
        join_clock(&passage->clock, &races->threads[slot]);
        races->threads[slot].times[slot]++;
    }
}

void races_acquire(Races *races, RuntimeThread *thread, const void *object) {
    int slot = slot_of_thread(races, thread);
    const Passage *passage = slot < 0 ? NULL : passage_of(races, object);
    if (passage != NULL) {
        join_clock(&races->threads[slot], &passage->clock);
    }
}

void races_order(Races *races, RuntimeThread *from, RuntimeThread *to) {
    int before = slot_of_thread(races, from), after = slot_of_thread(races, to);
    if (before >= 0 && after >= 0) {
        join_clock(&races->threads[after], &races->threads[before]);
        races->threads[before].times[before]++;
    }
}

// ---- touches ----

static bool is_ordered(const Races *races, const RaceAccess *before, int slot) {
    return before->thread == 0 ||
           before->time.clock <= time_in(&races->threads[slot], before->time.slot);
}

static void note(const Races *races, RaceAccess *access, RuntimeThread *thread, int slot,
                 const ScheduleStep *step, bool writes) {
    *access = (RaceAccess){
        .time = {(uint32_t)slot, races->threads[slot].times[slot]},
        .thread = thread->id,
        .writes = writes,
        .site = step->site,
        .made_at = thread->made_at,
    };
    memcpy(access->name, thread->name, sizeof access->name);
    memcpy(access->locks, thread->holds, sizeof access->locks);
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    if (hooks->callers) {
        hooks->callers(thread, access->callers, RACE_CALLERS);
    }
}

static void report(const Races *races, RuntimeThread *thread, const RaceAccess *before,
                   const RaceAccess *now, const Touch *touch) {
    if (!is_ordered(races, before, (int)now->time.slot)) {
        Race race = {*before, *now, *touch};
        races->sink.found(races->sink.context, thread, &race);
    }
}

// Where the read goes: its thread's own place, one that is ordered before, or the first.
static RaceAccess *room_for_read(const Races *races, Place *place, uint64_t thread, int slot) {
    RaceAccess *room = NULL;
    for (size_t i = 0; i < READERS; i++) {
        RaceAccess *read = &place->reads[i];
        if (read->thread == thread) {
            return read;
        }
        if (room == NULL && is_ordered(races, read, slot)) {
            room = read;
        }
    }
    return room != NULL ? room : &place->reads[0];
}

static void touch_place(Races *races, RuntimeThread *thread, int slot, const ScheduleStep *step,
                        const Touch *touch) {
    Place *place = place_of(races, touch->location);
    if (place == NULL) {
        return;
    }
    RaceAccess now;
    note(races, &now, thread, slot, step, touch->writes);
    report(races, thread, &place->write, &now, touch);
    if (!touch->writes) {
        *room_for_read(races, place, thread->id, slot) = now;
        return;
    }
    for (size_t i = 0; i < READERS; i++) {
        report(races, thread, &place->reads[i], &now, touch);
        place->reads[i].thread = 0;
    }
    place->write = now;
}

void races_touch(Races *races, RuntimeThread *thread, const ScheduleStep *step) {
    int slot = step->kind == STEP_SYNC ? -1 : slot_of_thread(races, thread);
    for (size_t i = 0; i < step->count && slot >= 0; i++) {
        touch_place(races, thread, slot, step, &step->touches[i]);
    }
}

// ---- beginning and end ----

Races *races_new(RaceSink sink) {
    Races *races = calloc(1, sizeof *races);
    if (races != NULL) {
        races->sink = sink;
    }
    return races;
}

void races_forget_places(Races *races) {
    empty_table((void **)races->places, races->place_capacity);
    forget_passages(races);
    races->place_count = races->passage_count = 0;
}

void races_free(Races *races) {
    if (races != NULL) {
        races_forget_places(races);
        free(races->places);
        free(races->passages);
        for (size_t i = 0; i < races->slots; i++) {
            free(races->threads[i].times);
        }
        if (races->sink.release != NULL) {
            races->sink.release(races->sink.context);
        }
        free(races);
    }
}

// ---- the report ----

static void tell_position(const Runtime *runtime, CodePosition position, StringBuilder *out) {
    if (runtime->hooks.describe_position && position.code) {
        runtime->hooks.describe_position((Runtime *)runtime, position, out);
    }
}

static void tell_locks(RuntimeThread *thread, const RaceAccess *access, StringBuilder *out) {
    const RuntimeHooks *hooks = &thread->runtime->hooks;
    sb_puts(out, access->locks[0] ? ", holding" : ", holding no lock");
    for (size_t i = 0; i < RACE_LOCKS && access->locks[i]; i++) {
        size_t before = out->length;
        sb_puts(out, i > 0 ? ", " : " ");
        size_t named_from = out->length;
        if (hooks->describe_object) {
            hooks->describe_object(thread, access->locks[i], out);
        }
        if (out->length == named_from) {
            sb_truncate(out, before);
            sb_puts(out, i > 0 ? ", a lock" : " a lock");
        }
    }
}

static void tell_access(RuntimeThread *thread, const RaceAccess *access, StringBuilder *out) {
    const Runtime *runtime = thread->runtime;
    sb_printf(out, "\n  %s %s at ", access->name, access->writes ? "writes" : "reads");
    tell_position(runtime, access->site, out);
    tell_locks(thread, access, out);
    for (size_t i = 0; i < RACE_CALLERS && access->callers[i].code; i++) {
        sb_puts(out, "\n    called at ");
        tell_position(runtime, access->callers[i], out);
    }
    if (access->made_at.code) {
        sb_puts(out, "\n    the thread was started at ");
        tell_position(runtime, access->made_at, out);
    }
}

void races_describe(RuntimeThread *thread, const Race *race, StringBuilder *out) {
    sb_puts(out, "data race on ");
    size_t named_from = out->length;
    if (thread->runtime->hooks.describe_touch) {
        thread->runtime->hooks.describe_touch(thread, &race->touch, out);
    }
    if (out->length == named_from) {
        sb_puts(out, "something shared");
    }
    tell_access(thread, &race->before, out);
    tell_access(thread, &race->now, out);
}
