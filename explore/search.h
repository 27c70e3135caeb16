// SPDX-License-Identifier: MIT
//
// All schedules with at most so many preemptions: a depth-first search that runs the program again
// for each.
//
// A run follows the choices it is given and takes the default afterwards; each choice it meets is
// noted. When it has ended, the last choice that has an untried option gets the next one, and what
// came after it is forgotten. A choice at a step costs a preemption unless the running thread goes
// on; where the running thread has stopped by itself, every option is free. Few preemptions are
// enough for most bugs (Musuvathi and Qadeer, PLDI 2007), and programs have few short schedules.
// That a sleep is over before those go on that could is a preemption, too, and that an event loop
// runs another of its ready tasks than the first: an execution that delays a task a few times
// (Emmi, Qadeer and Rakamaric, POPL 2011). What tasks do to the loop and its locks is no touch that
// is known here, so runs that differ in the order of tasks are never taken for the same.
//
// A wait with a timeout orders what comes after it only as long as it is in time. So before the
// first step after its beginning there is a choice, too: whether it is over.
//
// Two things keep the number of runs small, and lose nothing:
//
//  - there is a choice only before steps whose order can matter: on locks, queues and threads, and
//    on places for which the race detector has seen that nothing orders their touches. Which those
//    are is learnt from the runs; when there is a new one, the search begins again;
//  - runs that differ only in the order of steps that do not touch the same thing are the same.
//    Each thread has a history, a hash of its steps and of the versions of the things that it met
//    in them; each change gives a thing a new version. Where all threads have the histories of a
//    state that was met before with as many preemptions left, the run is not gone on with.
//
// A thread that comes to the same site again and again while nothing changes (taking and releasing
// a lock is no change) seems to wait in a loop: that others run is free then, and that it goes on
// costs what a preemption costs, so that no loop goes on for ever.
// Where such threads give way to each other hundreds of times and still nothing has changed, the
// run has no end. Where in its loop a thread gives way differs from time to time, lest two threads
// that try and take back always meet in the same places. And where many waits with a timeout have
// been in vain, the rest of the run is drawn (every fourth step or so anybody goes on), and nothing
// else is tried in it: such threads get past each other by chance, or never. Changes are summed up
// in a fingerprint of their own, which knows less than the histories. A thread that changes what
// only it touches may be doing work; it is given more time. Everything here lies in shared memory.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schedule.h"
#include "shared.h"

enum { SEARCH_DEPTH_MAX = 100000, SEARCH_PLACES = 1 << 16, SEARCH_SEEN = 1 << 22 };

// A choice of the current run.
typedef struct SearchChoice {
    uint64_t moment;
    uint16_t options, taken;
    uint16_t preemptions; // before it
    bool costs;           // every option but `free_option` is a preemption
    uint16_t free_option;
    uint16_t early_option; // the last one, if it is a thread whose time has not come; else 0
    bool is_settled;       // the other options need not be tried
} SearchChoice;

// A thing that was touched in this run, and by whom in which order.
typedef struct SearchPlace {
    uint64_t location, writes, readers;
    uint64_t version; // a hash of the step that changed it last and all that led there
    uint64_t holder;  // of a lock: who took it last
    uint64_t run;     // in which it was touched last
} SearchPlace;

// What a thread has done, and whether it goes round in circles: how often it came to the same site
// since anything changed.
typedef struct SearchThread {
    uint64_t site, fingerprint, run;
    uint64_t history;
    uint32_t repeats;
    uint32_t steps;  // since anything changed
    bool is_working; // it has changed something of its own since
} SearchThread;

enum { SEARCH_THREADS = 256, SEARCH_SITES = 1 << 12 };

typedef struct Search {
    uint64_t number;      // of this search: states that earlier ones met do not count
    uint32_t bound;       // preemptions that a run may have
    uint32_t preemptions; // of this run so far
    size_t depth;         // choices in the list
    size_t at;            // the next of them to be followed
    bool is_pruned;       // this run meets what has been gone through
    bool has_learnt;      // a new site since the search began
    bool is_cut;          // something had to be left out
    const char *cut;      // what that was, where it is known
    bool is_endless;      // all threads of this run wait for each other in loops
    bool has_timeout;     // a wait with a timeout has begun, which could be over before this step
    uint64_t timeouts;    // waits of this run that were in vain
    uint32_t drawn;       // steps of this run since its rest is drawn
    uint32_t turns;       // how often a thread that seemed to wait gave way in this run
    uint64_t run;
    uint64_t fingerprint;             // of all changes
    uint64_t fingerprint_of_spins;    // when `spins` began to be counted
    uint32_t spins;                   // a thread that seemed to wait gave way: so often since
    uint64_t histories;               // of all threads, summed up
    uint64_t task_order;              // which ready task went first, each time it was chosen
    uint64_t deadlines;               // a hash of how long threads still wait
    uint64_t moment_of_switch;        // steps since: a thread must not go on for ever
    CodePosition sites[SEARCH_SITES]; // open hashing; whose order matters
    size_t site_count;
    SearchThread threads[SEARCH_THREADS];
    SearchPlace *places;
    uint64_t *seen; // states: 56 bits of a hash, 8 of preemptions left + 1
    size_t seen_count;
    SearchChoice *choices;
} Search;

// false when there is no memory.
bool search_init(Search *search, Shared *shared);

// Begin the search for this bound.
void search_begin(Search *search, uint32_t bound);
// Begin a run.
void search_begin_run(Search *search);
// After a run: make the choices of the next one. false: there is none.
bool search_next(Search *search);

// The order of what these two sites do is not settled by anything.
void search_learn(Search *search, CodePosition site);

// Is there a choice before this step? The answer for ScheduleStrategy.considers.
bool search_considers(Search *search, uint64_t thread, uint64_t moment, const ScheduleStep *step);
// Has a run whose rest is drawn still no end, after so long?
bool search_is_lost(const Search *search);
// The choice; search->is_pruned then says whether to go on. For ScheduleStrategy.choose.
size_t search_choose(Search *search, const Choice *choice);

// The step is taken.
void search_step(Search *search, uint64_t thread, const ScheduleStep *step);
