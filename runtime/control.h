// SPDX-License-Identifier: MIT
//
// The controlled run: one thread at a time, and the schedule says which. Nothing is left to the
// operating system or to a clock:
//
//  - every Mini thread is a fiber of the one OS thread (fiber.h), so a switch happens where it is
//    written here and nowhere else;
//  - the running thread keeps the GIL until it waits, yields, ends, or is switched out before a
//    step, a bytecode that other threads could notice;
//  - time is virtual: a step takes a microsecond, and when nobody can run, the clock jumps to the
//    next deadline.
//
// So a run is a function of the program, its input and the choices made. What really blocks (a
// read from a terminal) stops everybody; that keeps the promise, and nothing is lost by it. Waiting
// for a pipe or socket, which another thread may fill, is waiting like any other.
//
// The free runtime and this one share everything but who carries a thread and what stands between
// "I must wait" and "I go on": park.c, thread.c and blocking.c ask schedule_is_free().
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fiber.h"
#include "gil.h"
#include "park.h"
#include "schedule.h"

// Virtual time that a step takes.
enum { CONTROL_STEP_NS = 1000 };

// What may be told or asked when a controlled run goes on. Any of them may be NULL.
typedef struct ControlWatch {
    void *context;
    // A second thread is about to run for the first time: until here there was nothing to choose.
    void (*second_thread)(void *context, RuntimeThread *thread);
    // A step is taken by the running thread, after whatever was chosen before it.
    void (*step)(void *context, RuntimeThread *thread, const ScheduleStep *step);
    // The running thread is about to do what may block, or what the kernel will remember.
    void (*outside)(void *context, const char *what);
    // Nobody can go on, now or later; returning means to wait for a signal.
    void (*stuck)(void *context, RuntimeThread *thread);
} ControlWatch;

typedef struct Control {
    ControlWatch watch;
    Fiber *leaving;    // a fiber that has ended, whose stack is to be given back
    char *spare_stack; // of FIBER_STACK bytes, chained by their first word
    uint64_t steps;
    uint64_t timeouts; // waits that were in vain, in a controlled run
    bool had_second;
} Control;

// From now on `strategy` decides. Only the main thread is there. GIL held.
void control_begin(Runtime *runtime, const ScheduleStrategy *strategy, void *state);
// The operating system decides again. Only the main thread is there. GIL held.
void control_end(Runtime *runtime);
// No threads are left but the main one: free what the run took.
void control_destroy(Runtime *runtime);

// Have stacks ready for so many threads.
void control_reserve_stacks(Runtime *runtime, size_t count);

// Carry a new thread; 0, or ENOMEM. It does not run yet.
int control_start(RuntimeThread *thread, void (*run)(RuntimeThread *thread), size_t stack_size);

// The running thread is parked: others run until it is woken or its deadline has come.
ParkResult control_wait(RuntimeThread *thread, int64_t deadline, GilCause cause);

// A first thread is to be chosen from several things it could do next, as an event loop is from its
// tasks: from here on there is something to choose, although there is no second thread.
void control_has_choices(RuntimeThread *thread);

// Before a step. Others may run in between.
void control_step(RuntimeThread *thread, const ScheduleStep *step);

// The parked thread whose time comes next, if it may come while others that could go on are held
// up.
RuntimeThread *control_early(const Runtime *runtime);

// Will somebody's time come?
bool control_has_deadline(const Runtime *runtime);

// The thread has ended, and never runs again.
__attribute__((noreturn)) void control_leave(RuntimeThread *thread);
