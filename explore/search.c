// SPDX-License-Identifier: MIT
//
// The list of choices is the path in the tree of schedules. Everything that belongs to one run is
// marked with the run's number, so that nothing has to be cleared between runs.
#include "search.h"

#include <string.h>

enum {
    REPEATS_WORTH_A_CHOICE = 6, // of a read of something that has not changed
    REPEATS_OF_A_SPIN = 40,     // so often: it waits for somebody to change it
    PATIENCE = 6,               // so many times that for a thread that does some work of its own
    STEPS_IN_A_ROW = 20000,     // then others must run
    SPINS_WORTH_A_CHOICE = 8,   // with nothing changed: that a thread goes on is nothing new then
    SPINS_FOR_EVER = 200,       // nothing will change any more
    REPEATS_FOR_EVER = 8000,    // of a thread that nobody is there to give way to
    PLACES_TO_GIVE_WAY = 16,    // in a loop, so many steps long or more
    TIMEOUTS_OF_A_RUN = 8,      // then nothing new is to be expected of them
    STEPS_OF_A_DRAW = 4,        // when the rest of a run is drawn: so many between two draws
    STEPS_DRAWN = 20000,        // then it will not end any more
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
    search->cut = NULL;
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
    search->fingerprint = search->histories = search->task_order = 0;
    search->moment_of_switch = 0;
    search->is_pruned = search->is_endless = false;
    search->spins = search->turns = search->drawn = 0;
    search->timeouts = 0;
}

static void cut(Search *search, const char *what) {
    search->is_cut = true;
    search->cut = search->cut != NULL ? search->cut : what;
}

static bool is_preemption(const SearchChoice *choice) {
    return (choice->costs && choice->taken != choice->free_option) ||
           (choice->early_option != 0 && choice->taken == choice->early_option);
}

// Take the next option, which stays within the bound. They are tried from the free one on, round
// about. false: that was the last.
static bool take_next(const Search *search, SearchChoice *choice) {
    if (choice->is_settled) {
        return false;
    }
    choice->taken = (uint16_t)((choice->taken + 1) % choice->options);
    return choice->taken != choice->free_option &&
           (!is_preemption(choice) || choice->preemptions < search->bound);
}

bool search_next(Search *search) {
    if (search->at < search->depth) {
        cut(search, "a run did not repeat itself");
    }
    while (search->depth > 0) {
        if (take_next(search, &search->choices[search->depth - 1])) {
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
    cut(search, "a run touched too many things");
    return &search->places[i];
}

static uint64_t weight(const SearchPlace *place) {
    return mix(place->location, mix(place->writes, place->readers));
}

static void note_change(Search *search, SearchPlace *place, uint64_t thread, uint64_t site,
                        const Touch *touch) {
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

// ---- histories ----

// The step belongs to what the thread has done; so does the version of each thing that it meets.
static void note_in_history(Search *search, uint64_t thread, SearchThread *self, uint64_t site,
                            const ScheduleStep *step) {
    search->histories -= mix(thread, self->history);
    self->history = mix(self->history, site);
    for (size_t i = 0; i < step->count; i++) {
        const SearchPlace *place = place_of(search, step->touches[i].location);
        self->history = mix(self->history, mix(place->location, place->version));
    }
    search->histories += mix(thread, self->history);
}

static void note_touches(Search *search, uint64_t thread, const SearchThread *self, uint64_t site,
                         const ScheduleStep *step) {
    for (size_t i = 0; i < step->count; i++) {
        SearchPlace *place = place_of(search, step->touches[i].location);
        note_change(search, place, thread, site, &step->touches[i]);
        if (step->touches[i].writes) {
            place->version = mix(thread, self->history);
        }
    }
}

// ---- going round in circles ----

static void note_circle(const Search *search, SearchThread *self, uint64_t site) {
    if (self->fingerprint != search->fingerprint) {
        self->site = site;
        self->fingerprint = search->fingerprint;
        self->repeats = self->steps = 0;
        self->is_working = false;
    } else if (self->site == site) {
        self->repeats++;
    }
    self->steps++;
}

static bool changes_something(const ScheduleStep *step) {
    for (size_t i = 0; i < step->count; i++) {
        if (step->touches[i].writes) {
            return true;
        }
    }
    return false;
}

void search_step(Search *search, uint64_t thread, const ScheduleStep *step) {
    SearchThread *self = thread_of(search, thread);
    search->moment_of_switch++;
    if (!matters(search, step)) {
        self->is_working = self->is_working || changes_something(step);
        return;
    }
    uint64_t site = site_hash(step->site);
    note_in_history(search, thread, self, site, step);
    note_touches(search, thread, self, site, step);
    note_circle(search, self, site);
}

// How often the thread has been at the same site with nothing changed.
static uint32_t repeats(Search *search, uint64_t thread) {
    const SearchThread *circle = thread_of(search, thread);
    uint32_t count = circle->fingerprint == search->fingerprint ? circle->repeats : 0;
    return circle->is_working ? count / PATIENCE : count;
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
    uint64_t state = mix(mix(search->histories, search->number), search->deadlines);
    state = mix(mix(state, search->task_order), choice->kind);
    for (size_t i = 0; i < choice->count; i++) {
        state = mix(state, 2 * choice->options[i].id + choice->options[i].at_step);
    }
    if (choice->kind == CHOICE_PREEMPT) {
        state = mix(state, site_hash(choice->step->site));
    }
    return state;
}

// ---- choosing ----

static bool is_spinning(Search *search, uint64_t thread) {
    return search->moment_of_switch > STEPS_IN_A_ROW ||
           repeats(search, thread) >= REPEATS_OF_A_SPIN;
}

// Is this the place in its loop where it gives way this time?
static bool is_place_to_give_way(Search *search, uint64_t thread) {
    uint64_t place = mix(search->turns, thread) % PLACES_TO_GIVE_WAY;
    return search->turns == 0 || search->moment_of_switch > STEPS_IN_A_ROW ||
           thread_of(search, thread)->steps % PLACES_TO_GIVE_WAY == place;
}

// The rest of the run is drawn.
static bool is_drawn(const Search *search) {
    return search->timeouts >= TIMEOUTS_OF_A_RUN;
}

// Threads give way to each other in loops, and it was tried what else they could do.
static bool is_going_round(const Search *search) {
    return search->spins > SPINS_WORTH_A_CHOICE &&
           search->fingerprint_of_spins == search->fingerprint;
}

bool search_considers(Search *search, uint64_t thread, uint64_t moment, const ScheduleStep *step) {
    if (search->at < search->depth) {
        return search->choices[search->at].moment == moment;
    }
    if (is_drawn(search)) {
        search->drawn++;
        return mix(moment, search->timeouts) % STEPS_OF_A_DRAW == 0;
    }
    if (is_spinning(search, thread) && is_place_to_give_way(search, thread)) {
        search->is_endless = search->is_endless || repeats(search, thread) > REPEATS_FOR_EVER;
        return true;
    }
    return search->preemptions < search->bound && !is_going_round(search) &&
           (search->has_timeout ||
            (matters(search, step) && repeats(search, thread) < REPEATS_WORTH_A_CHOICE));
}

bool search_is_lost(const Search *search) {
    return search->drawn > STEPS_DRAWN;
}

// A thread that goes on although it seems to spin, or another one, has its time again.
static void give_time(Search *search, const Choice *choice, size_t taken) {
    search->moment_of_switch = 0;
    thread_of(search, choice->options[taken].id)->repeats = 0;
}

static size_t follow(Search *search, const SearchChoice *given, const Choice *choice) {
    size_t taken = given->taken < choice->count ? given->taken : 0;
    search->at++;
    search->preemptions += is_preemption(given);
    if (choice->kind == CHOICE_TASK) {
        search->task_order = mix(search->task_order, choice->options[taken].id);
    }
    search->turns += choice->kind == CHOICE_PREEMPT && given->free_option != 0;
    if (choice->kind != CHOICE_PREEMPT || taken != 0 || given->free_option != 0) {
        give_time(search, choice, taken);
    }
    return taken;
}

// Once more a thread gives way that seems to wait: how often since anything has changed?
static uint32_t count_spin(Search *search, uint64_t thread) {
    if (search->fingerprint_of_spins != search->fingerprint || search->spins == 0) {
        search->fingerprint_of_spins = search->fingerprint;
        search->spins = 0;
    }
    bool waits = repeats(search, thread) >= REPEATS_OF_A_SPIN;
    search->spins = waits ? search->spins + 1 : 0;
    search->is_endless = search->spins > SPINS_FOR_EVER;
    return search->spins;
}

static SearchChoice new_choice(Search *search, const Choice *choice) {
    SearchChoice new = {
        .moment = choice->moment,
        .options = (uint16_t)choice->count,
        .preemptions = (uint16_t)search->preemptions,
        .costs = choice->kind == CHOICE_PREEMPT || choice->kind == CHOICE_TASK,
        .early_option =
            choice->options[choice->count - 1].is_early ? (uint16_t)(choice->count - 1) : 0,
    };
    if (choice->kind == CHOICE_PREEMPT && is_spinning(search, choice->options[0].id)) {
        new.free_option = new.taken = 1; // it seems to wait for the others
        new.is_settled = count_spin(search, choice->options[0].id) > SPINS_WORTH_A_CHOICE;
    }
    return new;
}

static SearchChoice drawn_choice(const Search *search, const Choice *choice) {
    size_t in_time = choice->count - choice->options[choice->count - 1].is_early;
    uint16_t taken = (uint16_t)(mix(choice->moment, choice->kind) % in_time);
    return (SearchChoice){.moment = choice->moment,
                          .options = (uint16_t)choice->count,
                          .taken = taken,
                          .free_option = taken,
                          .preemptions = (uint16_t)search->preemptions,
                          .is_settled = true};
}

size_t search_choose(Search *search, const Choice *choice) {
    if (search->at < search->depth) {
        const SearchChoice *given = &search->choices[search->at];
        if (given->moment != choice->moment) {
            cut(search, "a run did not repeat itself");
            return 0;
        }
        return follow(search, given, choice);
    }
    if (search->depth == SEARCH_DEPTH_MAX) {
        cut(search, "a run had too many choices");
        return 0;
    }
    bool drawn = is_drawn(search);
    if (!drawn && was_seen(search, state_of(search, choice), search->bound - search->preemptions)) {
        search->is_pruned = true;
        return 0;
    }
    search->choices[search->depth] =
        drawn ? drawn_choice(search, choice) : new_choice(search, choice);
    return follow(search, &search->choices[search->depth++], choice);
}
