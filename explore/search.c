// SPDX-License-Identifier: MIT
//
// The list of choices is the path in the tree of schedules. Everything that belongs to one run is
// marked with the run's number, so that nothing has to be cleared between runs.
#include "search.h"

#include <string.h>

enum {
    REPEATS_WORTH_A_CHOICE = 4, // of a read of something that has not changed
    REPEATS_OF_A_SPIN = 40,     // so often: it waits for somebody to change it
    STEPS_IN_A_ROW = 5000,      // then others must run
    PROBES = 16,
};

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t z = (a ^ (b + UINT64_C(0x9e3779b97f4a7c15) + (a << 6) + (a >> 2)));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t site_hash(CodePosition site) {
    return mix((uint64_t)(uintptr_t)site.code, site.offset);
}

bool search_init(Search *search, Shared *shared) {
    search->places = shared_allocate(shared, SEARCH_PLACES * sizeof *search->places);
    search->seen = shared_allocate(shared, SEARCH_SEEN * sizeof *search->seen);
    search->choices = shared_allocate(shared, SEARCH_DEPTH_MAX * sizeof *search->choices);
    return search->places != NULL && search->seen != NULL && search->choices != NULL;
}

void search_begin(Search *search, uint32_t bound) {
    search->bound = bound;
    search->depth = 0;
    search->has_learnt = search->is_cut = false;
    search->number++;
    if (search->seen_count > SEARCH_SEEN / 2) { // full of what earlier searches have met
        memset(search->seen, 0, SEARCH_SEEN * sizeof *search->seen);
        search->seen_count = 0;
    }
}

void search_begin_run(Search *search) {
    search->run++;
    search->at = 0;
    search->preemptions = 0;
    search->fingerprint = 0;
    search->moment_of_switch = 0;
    search->is_pruned = false;
}

// Does taking another option than this one stay within the bound?
static bool has_next(const Search *search, const SearchChoice *choice) {
    return choice->taken + 1 < choice->options &&
           (!choice->costs || choice->preemptions < search->bound);
}

bool search_next(Search *search) {
    while (search->depth > 0) {
        SearchChoice *choice = &search->choices[search->depth - 1];
        if (has_next(search, choice)) {
            choice->taken++;
            return true;
        }
        search->depth--;
    }
    return false;
}

// ---- sites whose order matters ----

static CodePosition *find_site(Search *search, CodePosition site) {
    size_t i = site_hash(site) & (SEARCH_SITES - 1);
    while (search->sites[i].code != NULL &&
           (search->sites[i].code != site.code || search->sites[i].offset != site.offset)) {
        i = (i + 1) & (SEARCH_SITES - 1);
    }
    return &search->sites[i];
}

void search_learn(Search *search, CodePosition site) {
    CodePosition *slot = find_site(search, site);
    if (slot->code == NULL && 2 * search->site_count < SEARCH_SITES) {
        *slot = site;
        search->site_count++;
        search->has_learnt = true;
    }
}

static bool matters(Search *search, const ScheduleStep *step) {
    return step->kind == STEP_SYNC || find_site(search, step->site)->code != NULL;
}

// ---- the fingerprint ----

static SearchPlace *place_of(Search *search, uint64_t location) {
    size_t i = mix(location, 0) & (SEARCH_PLACES - 1);
    for (size_t probe = 0; probe < PROBES; probe++) {
        SearchPlace *place = &search->places[(i + probe) & (SEARCH_PLACES - 1)];
        if (place->run != search->run) {
            *place = (SearchPlace){.location = location, .run = search->run};
        }
        if (place->location == location) {
            return place;
        }
    }
    search->is_cut = true;
    return &search->places[i];
}

static uint64_t weight(const SearchPlace *place) {
    return mix(place->location, mix(place->writes, place->readers));
}

static void note_touch(Search *search, uint64_t thread, uint64_t site, const Touch *touch) {
    SearchPlace *place = place_of(search, touch->location);
    if (touch->is_lock && place->holder == thread) {
        return;
    }
    search->fingerprint -= weight(place);
    place->holder = thread;
    if (touch->writes) {
        place->writes = mix(mix(place->writes, place->readers), mix(thread, site));
        place->readers = 0;
    } else {
        place->readers |= UINT64_C(1) << (thread & 63);
    }
    search->fingerprint += weight(place);
}

static SearchThread *thread_of(Search *search, uint64_t thread) {
    SearchThread *slot = &search->threads[thread % SEARCH_THREADS];
    if (slot->run != search->run) {
        *slot = (SearchThread){.run = search->run};
    }
    return slot;
}

void search_step(Search *search, uint64_t thread, const ScheduleStep *step) {
    search->moment_of_switch++;
    if (!matters(search, step)) {
        return;
    }
    uint64_t site = site_hash(step->site);
    for (size_t i = 0; i < step->count; i++) {
        note_touch(search, thread, site, &step->touches[i]);
    }
    SearchThread *circle = thread_of(search, thread);
    if (circle->fingerprint != search->fingerprint) {
        *circle = (SearchThread){site, search->fingerprint, search->run, 0};
    } else if (circle->site == site) {
        circle->repeats++;
    }
}

// How often the thread has been at the same site with nothing changed.
static uint32_t repeats(Search *search, uint64_t thread) {
    const SearchThread *circle = thread_of(search, thread);
    return circle->fingerprint == search->fingerprint ? circle->repeats : 0;
}

// ---- states that were met before ----

// Has this state been gone through with at least as many preemptions left? Notes that it is now.
static bool was_seen(Search *search, uint64_t state, uint32_t left) {
    size_t i = state & (SEARCH_SEEN - 1);
    uint64_t tag = (state >> 8) << 8;
    for (size_t probe = 0; probe < PROBES; probe++) {
        uint64_t *slot = &search->seen[(i + probe) & (SEARCH_SEEN - 1)];
        if (*slot == 0) {
            *slot = tag | (left + 1);
            search->seen_count++;
            return false;
        }
        if ((*slot >> 8) << 8 == tag) {
            bool enough = (*slot & 0xff) > left;
            *slot = enough ? *slot : (tag | (left + 1));
            return enough;
        }
    }
    return false;
}

static uint64_t state_of(Search *search, const Choice *choice) {
    uint64_t state = mix(mix(search->fingerprint, search->number), choice->kind);
    for (size_t i = 0; i < choice->count; i++) {
        state = mix(state, choice->options[i].id);
    }
    if (choice->kind == CHOICE_PREEMPT) {
        state =
            mix(state, mix(site_hash(choice->step->site), repeats(search, choice->options[0].id)));
    }
    return state;
}

// ---- choosing ----

static bool is_spinning(Search *search, uint64_t thread) {
    return search->moment_of_switch > STEPS_IN_A_ROW ||
           repeats(search, thread) >= REPEATS_OF_A_SPIN;
}

bool search_considers(Search *search, uint64_t thread, uint64_t moment, const ScheduleStep *step) {
    if (search->at < search->depth) {
        return search->choices[search->at].moment == moment;
    }
    if (is_spinning(search, thread)) {
        return true;
    }
    return search->preemptions < search->bound && matters(search, step) &&
           repeats(search, thread) < REPEATS_WORTH_A_CHOICE;
}

static void follow(Search *search, const SearchChoice *choice) {
    search->at++;
    if (choice->taken != 0) {
        search->preemptions += choice->costs;
        search->moment_of_switch = 0;
    }
}

static SearchChoice new_choice(Search *search, const Choice *choice) {
    SearchChoice new = {
        .moment = choice->moment,
        .options = (uint16_t)choice->count,
        .preemptions = (uint16_t)search->preemptions,
        .costs = choice->kind == CHOICE_PREEMPT,
    };
    if (new.costs && is_spinning(search, choice->options[0].id)) {
        new.costs = false;
        new.taken = 1; // it waits for the others
    }
    if (choice->kind == CHOICE_NEXT) {
        search->moment_of_switch = 0;
    }
    return new;
}

size_t search_choose(Search *search, const Choice *choice) {
    if (search->at < search->depth) {
        const SearchChoice *given = &search->choices[search->at];
        if (given->moment != choice->moment) {
            return 0;
        }
        follow(search, given);
        return given->taken < choice->count ? given->taken : 0;
    }
    if (search->depth == SEARCH_DEPTH_MAX) {
        search->is_cut = true;
        return 0;
    }
    if (was_seen(search, state_of(search, choice), search->bound - search->preemptions)) {
        search->is_pruned = true;
        return 0;
    }
    search->choices[search->depth] = new_choice(search, choice);
    follow(search, &search->choices[search->depth++]);
    return search->choices[search->depth - 1].taken;
}
