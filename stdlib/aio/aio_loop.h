// SPDX-License-Identifier: MIT
//
// The event loop as the rest of aio uses it.
#pragma once

#include "aio.h"
#include "aio_handle.h"
#include "aio_poll.h"
#include "aio_ready.h"
#include "aio_timers.h"
#include "type.h"

// How another thread wakes the loop's.
typedef enum LoopSleep { LOOP_AWAKE, LOOP_PARKED, LOOP_POLLING } LoopSleep;

// Methods that a class derived from Loop, or an object, may have replaced: then they are called
// where the loop would else do the same by itself.
typedef enum LoopOverride {
#define LOOP_OVERRIDE(name, method, function) OVERRIDES_##name,
#include "aio_overrides.def"
#undef LOOP_OVERRIDE
    LOOP_OVERRIDE_COUNT
} LoopOverride;

typedef struct Loop {
    Object object;
    uint64_t overrides; // bits of LoopOverride
    ReadyQueue *ready;
    TimerHeap *timers;
    PollTable *poll;      // NULL until a descriptor is watched
    Value selector;       // what a program has brought to watch descriptors with; None: `poll`
    Value current;        // the task under way, or UNDEFINED
    Value current_handle; // in debug mode: the handle under way; else None
    Value thread_id;      // of the thread that runs it, or None
    Value task_factory;   // or None
    double clock_resolution;
    Thread *sleeper; // who waits in it, unless AWAKE
    LoopSleep sleep;
    bool is_stopping, is_closed, is_debug;
    int runner_handlers; // how many handlers of signals whoever runs it (Runner) has set
    uint64_t step_count; // odd: a callback or a step of a task is under way
} Loop;

extern const TypeSpec aio_loop_type_spec;

static inline bool is_loop(Thread *thread, Value v) {
    (void)thread;
    return is_object(v) && object_type(v)->spec == &aio_loop_type_spec;
}
static inline Loop *as_loop(Value v) {
    return (Loop *)as_object(v);
}
static inline bool loop_overrides(const Loop *loop, LoopOverride method) {
    return (loop->overrides >> method & 1) != 0;
}

// Is it one of ours that puts into its ready queue what others give it, without being called?
static inline bool loop_is_plain(Thread *thread, Value v) {
    return is_loop(thread, v) && !as_loop(v)->is_debug &&
           !loop_overrides(as_loop(v), OVERRIDES_CALL_SOON);
}

// ---- For futures, tasks and handles; `loop` may be any object with a loop's methods ----

// Put into the ready queue what ReadyEntry describes. false: exception set (the loop is closed).
bool loop_schedule(Thread *thread, Value loop, Value target, Value reason);
// The same as a Handle.
Value loop_handle_for(Thread *thread, Value target, Value reason);
// Is it in debug mode? 1, 0 or -1.
int loop_is_debug(Thread *thread, Value loop);
// Is it running? 1, 0 or -1.
int loop_is_running_now(Thread *thread, Value loop);
// A timer was cancelled. false: exception set.
bool loop_timer_cancelled(Thread *thread, Handle *handle);
// A future was completed before its time.
void loop_forget_timer(Thread *thread, Future *future);
// A future that the loop will complete after so many seconds; NULL without an exception: it has
// methods of its own for that, which are to be called.
Future *loop_sleep(Thread *thread, Value loop, double seconds);

// Under a controlled schedule: let it say which of the tasks that are ready goes first, of the next
// `count` entries (aio_schedule.c).
void loop_choose_task(Thread *thread, ReadyQueue *ready, uint64_t count);
// The first timer is due in `left` seconds, while others are ready: does it come now? Then the
// clock has been put forward.
bool loop_hurries_timer(Thread *thread, double left);

// With --stats: how long what stands in `entry` keeps the loop, for the ledger (aio_steps.c).
typedef struct StepTime {
    int64_t began;
    const Code *code; // where the step began; NULL: not in Mini code
    const Instruction *pc;
} StepTime;
StepTime loop_step_began(Thread *thread, ReadyEntry entry);
void loop_step_ended(Thread *thread, const StepTime *time, ReadyEntry entry);

// ---- Between aio_loop.c and aio_loop_methods.c ----

// The loop's time in seconds. false: exception set.
bool loop_time(Thread *thread, Loop *loop, double *seconds);
// One turn: wait, due timers, what is ready. false: exception set.
bool loop_run_once(Thread *thread, Loop *loop);
// Let the thread that waits in the loop look again.
void loop_wake(Thread *thread, Loop *loop);
// RuntimeError if it is closed.
bool loop_check_open(Thread *thread, const Loop *loop);
// A new entry of the timer heap.
void loop_add_timer(Thread *thread, Loop *loop, Handle *handle, double when);
// Call a method of the loop.
Value loop_call(Thread *thread, Loop *loop, const char *method, Value *args, size_t count);
