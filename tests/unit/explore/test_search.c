// SPDX-License-Identifier: MIT
//
// The search against the truth: small random programs, whose schedules are all tried by brute force
// and then as search.c does. Both must reach the same outcomes within the same bound.
//
// A model has threads of a few steps: on variables that nothing protects (the search has learnt
// their sites), on a variable that is only touched under lock 0 (it has not), and on locks. Each
// thread sums up what it reads, so an outcome is a hash of all that any thread has seen. The
// simulator follows control.c: before each step there is a moment, where a thread stops by itself
// the next one is chosen, and a lock's release wakes one waiter, who competes.
#include "search.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    THREADS = 3,
    STEPS = 6,
    LOCKS = 2,
    VARIABLES = 3, // the last one is guarded by lock 0
    OUTCOMES = 4096,
    DEPTH = 128,
    MODELS = 500,
};

typedef enum Action { TAKE, RELEASE, READ, WRITE } Action;

typedef struct Step {
    Action action;
    uint32_t thing;
} Step;

typedef struct Model {
    uint32_t threads;
    uint32_t steps[THREADS];
    Step step[THREADS][STEPS];
} Model;

// ---- running a model ----

// Says who goes on: the index of an option.
typedef struct Decider {
    bool (*considers)(void *state, uint64_t thread, uint64_t moment, const ScheduleStep *step);
    size_t (*choose)(void *state, const Choice *choice);
    void (*step)(void *state, uint64_t thread, const ScheduleStep *step);
    void *state;
} Decider;

typedef struct Actor {
    uint32_t at;
    uint64_t seen; // of what it has read
    bool is_waiting, at_step, has_begun_step;
} Actor;

typedef struct Run {
    const Model *model;
    const Decider *decider;
    Actor actors[THREADS];
    uint64_t variables[VARIABLES];
    uint32_t holder[LOCKS]; // 0: nobody; else the thread's number + 1
    uint32_t queue[LOCKS][THREADS], waiters[LOCKS];
    uint64_t moment;
    bool is_pruned;
} Run;

static uint64_t hash(uint64_t a, uint64_t b) {
    uint64_t z = (a + 0x632be59bd9b4e019u) * 0x9e3779b97f4a7c15u ^ (b * 0xff51afd7ed558ccdu);
    return z ^ (z >> 31);
}

static bool has_ended(const Run *run, uint32_t thread) {
    return run->actors[thread].at == run->model->steps[thread];
}

static size_t line_up(const Run *run, uint32_t first, ChoiceOption *options) {
    size_t count = 0;
    for (uint32_t i = 0; i < run->model->threads; i++) {
        uint32_t thread = (first + i) % run->model->threads;
        if (!has_ended(run, thread) && !run->actors[thread].is_waiting) {
            options[count++] = (ChoiceOption){thread + 1, "", run->actors[thread].at_step, false};
        }
    }
    return count;
}

static ScheduleStep describe(const Run *run, uint32_t thread) {
    uint32_t at = run->actors[thread].at;
    const Step *step = &run->model->step[thread][at];
    bool on_lock = step->action == TAKE || step->action == RELEASE;
    ScheduleStep told = {.kind = on_lock ? STEP_SYNC : STEP_ACCESS, .count = 1};
    told.site.code = (const void *)(uintptr_t)(thread + 1);
    told.site.offset = at;
    told.touches[0] = (Touch){.location = 100 * on_lock + step->thing + 1,
                              .writes = step->action != READ,
                              .is_lock = on_lock};
    return told;
}

static uint32_t ask(Run *run, ChoiceKind kind, const ChoiceOption *options, size_t count,
                    const ScheduleStep *step) {
    Choice choice = {kind, run->moment, options, count, step};
    size_t taken = count == 1 ? 0 : run->decider->choose(run->decider->state, &choice);
    ck_assert_uint_lt(taken, count);
    return (uint32_t)options[taken].id - 1;
}

// Takes the thread's step; false: it has to wait.
static bool execute(Run *run, uint32_t thread) {
    Actor *actor = &run->actors[thread];
    const Step *step = &run->model->step[thread][actor->at];
    uint32_t thing = step->thing;
    switch (step->action) {
    case TAKE:
        if (run->holder[thing] != 0) {
            run->queue[thing][run->waiters[thing]++] = thread;
            actor->is_waiting = true;
            return false;
        }
        run->holder[thing] = thread + 1;
        break;
    case RELEASE:
        run->holder[thing] = 0;
        if (run->waiters[thing] > 0) {
            run->actors[run->queue[thing][0]].is_waiting = false;
            memmove(run->queue[thing], run->queue[thing] + 1, sizeof(uint32_t) * (THREADS - 1));
            run->waiters[thing]--;
        }
        break;
    case READ:
        actor->seen = hash(actor->seen, run->variables[thing]);
        break;
    case WRITE:
        run->variables[thing] = hash(actor->seen, thread + 1);
        break;
    }
    actor->at++;
    actor->has_begun_step = false;
    return true;
}

// The moment before a step; returns who takes a step then.
static uint32_t reach_step(Run *run, uint32_t thread) {
    ScheduleStep step = describe(run, thread);
    ChoiceOption options[THREADS];
    uint32_t next = thread;
    run->moment++;
    if (run->decider->considers(run->decider->state, thread + 1, run->moment, &step)) {
        size_t count = line_up(run, thread, options);
        next = ask(run, CHOICE_PREEMPT, options, count, &step);
        run->actors[thread].at_step = next != thread;
    }
    return next;
}

// Goes on with the thread until it stops by itself or is switched out; who is next?
static uint32_t go_on(Run *run, uint32_t thread) {
    Actor *actor = &run->actors[thread];
    while (!has_ended(run, thread)) {
        if (!actor->has_begun_step) {
            uint32_t next = actor->at_step ? thread : reach_step(run, thread);
            if (next != thread || run->is_pruned) {
                return next;
            }
            ScheduleStep step = describe(run, thread);
            actor->at_step = false;
            actor->has_begun_step = true;
            run->decider->step(run->decider->state, thread + 1, &step);
        }
        if (!execute(run, thread)) {
            break;
        }
    }
    ChoiceOption options[THREADS];
    size_t count = line_up(run, (thread + 1) % run->model->threads, options);
    run->moment++;
    return count == 0 ? THREADS : ask(run, CHOICE_NEXT, options, count, NULL);
}

// The hash of how it ended; 0: it was cut short.
static uint64_t run_model(const Model *model, const Decider *decider, bool *is_pruned) {
    Run run = {.model = model, .decider = decider};
    uint32_t thread = 0;
    while (thread != THREADS && !*is_pruned) {
        thread = go_on(&run, thread);
    }
    uint64_t outcome = 1;
    for (uint32_t i = 0; i < model->threads; i++) {
        outcome = hash(hash(outcome, run.actors[i].seen), has_ended(&run, i));
    }
    for (uint32_t i = 0; i < VARIABLES; i++) {
        outcome = hash(outcome, run.variables[i]);
    }
    return *is_pruned ? 0 : outcome;
}

// ---- sets of outcomes ----

typedef struct Outcomes {
    uint64_t hashes[OUTCOMES];
    size_t count;
} Outcomes;

static bool contains(const Outcomes *set, uint64_t outcome) {
    for (size_t i = 0; i < set->count; i++) {
        if (set->hashes[i] == outcome) {
            return true;
        }
    }
    return false;
}

static void add(Outcomes *set, uint64_t outcome) {
    if (outcome != 0 && !contains(set, outcome)) {
        ck_assert_uint_lt(set->count, OUTCOMES);
        set->hashes[set->count++] = outcome;
    }
}

// ---- brute force ----

typedef struct Brute {
    uint32_t bound, preemptions, at, depth;
    struct {
        uint32_t taken, count, preemptions;
        bool costs;
    } path[DEPTH];
} Brute;

static bool brute_considers(void *state, uint64_t thread, uint64_t moment,
                            const ScheduleStep *step) {
    (void)thread, (void)moment, (void)step;
    const Brute *brute = state;
    return brute->preemptions < brute->bound;
}

static size_t brute_choose(void *state, const Choice *choice) {
    Brute *brute = state;
    if (brute->at == brute->depth) {
        ck_assert_uint_lt(brute->depth, DEPTH);
        brute->path[brute->depth].taken = 0;
        brute->path[brute->depth].count = (uint32_t)choice->count;
        brute->path[brute->depth].preemptions = brute->preemptions;
        brute->path[brute->depth++].costs = choice->kind == CHOICE_PREEMPT;
    }
    uint32_t taken = brute->path[brute->at].taken;
    brute->preemptions += taken != 0 && brute->path[brute->at].costs;
    brute->at++;
    return taken;
}

static void brute_step(void *state, uint64_t thread, const ScheduleStep *step) {
    (void)state, (void)thread, (void)step;
}

static bool brute_next(Brute *brute) {
    brute->at = brute->preemptions = 0;
    while (brute->depth > 0) {
        if (++brute->path[brute->depth - 1].taken < brute->path[brute->depth - 1].count) {
            return true;
        }
        brute->depth--;
    }
    return false;
}

static void try_all(const Model *model, uint32_t bound, Outcomes *outcomes) {
    Brute brute = {.bound = bound};
    Decider decider = {brute_considers, brute_choose, brute_step, &brute};
    bool never = false;
    do {
        add(outcomes, run_model(model, &decider, &never));
    } while (brute_next(&brute));
}

// ---- the search ----

static bool considers(void *state, uint64_t thread, uint64_t moment, const ScheduleStep *step) {
    return search_considers(state, thread, moment, step);
}
static size_t choose(void *state, const Choice *choice) {
    return search_choose(state, choice);
}
static void take_step(void *state, uint64_t thread, const ScheduleStep *step) {
    search_step(state, thread, step);
}

static void learn_sites(Search *search, const Model *model) {
    memset(search->sites, 0, sizeof search->sites);
    search->site_count = 0;
    for (uint32_t thread = 0; thread < model->threads; thread++) {
        for (uint32_t at = 0; at < model->steps[thread]; at++) {
            const Step *step = &model->step[thread][at];
            if ((step->action == READ || step->action == WRITE) && step->thing < VARIABLES - 1) {
                search_learn(search, (CodePosition){(const void *)(uintptr_t)(thread + 1), at});
            }
        }
    }
}

static void search_model(Search *search, const Model *model, uint32_t bound, Outcomes *outcomes) {
    Decider decider = {considers, choose, take_step, search};
    learn_sites(search, model);
    search_begin(search, bound);
    do {
        search_begin_run(search);
        add(outcomes, run_model(model, &decider, &search->is_pruned));
    } while (search_next(search));
    ck_assert(!search->is_cut);
}

// ---- random models ----

static uint32_t draw(uint64_t *seed, uint32_t below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % below;
}

// One more step, of those that make sense for a thread that holds these locks.
static Step draw_step(uint64_t *seed, bool *holds) {
    uint32_t lock = draw(seed, LOCKS);
    switch (draw(seed, 4)) {
    case 0:
    case 1:
        holds[lock] = !holds[lock];
        return (Step){holds[lock] ? TAKE : RELEASE, lock};
    default:
        return (Step){draw(seed, 2) ? READ : WRITE, draw(seed, VARIABLES - !holds[0])};
    }
}

static Model draw_model(uint64_t seed) {
    Model model = {.threads = 2 + draw(&seed, THREADS - 1)};
    for (uint32_t thread = 0; thread < model.threads; thread++) {
        bool holds[LOCKS] = {false};
        model.steps[thread] = 1 + draw(&seed, model.threads == 2 ? STEPS : STEPS - 1);
        for (uint32_t at = 0; at < model.steps[thread]; at++) {
            model.step[thread][at] = draw_step(&seed, holds);
        }
    }
    return model;
}

START_TEST(the_search_reaches_every_outcome_within_the_bound) {
    Shared *shared = shared_new((size_t)128 << 20);
    Search *search = calloc(1, sizeof *search);
    Outcomes *all = malloc(sizeof *all), *found = malloc(sizeof *found);
    ck_assert(shared != NULL && search != NULL && all != NULL && found != NULL);
    ck_assert(search_init(search, shared));
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        Model model = draw_model(seed * 1000 + (uint64_t)_i);
        all->count = found->count = 0;
        try_all(&model, (uint32_t)_i, all);
        search_model(search, &model, (uint32_t)_i, found);
        for (size_t i = 0; i < all->count; i++) {
            ck_assert_msg(contains(found, all->hashes[i]), "model %d, bound %d: %zu of %zu",
                          (int)seed, _i, found->count, all->count);
        }
        ck_assert_uint_eq(found->count, all->count);
    }
    free(search);
    free(all);
    free(found);
}
END_TEST

int main(void) {
    TCase *cases = tcase_create("search");
    tcase_set_timeout(cases, 600);
    tcase_add_loop_test(cases, the_search_reaches_every_outcome_within_the_bound, 0, 4);
    Suite *suite = suite_create("explore");
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
