// SPDX-License-Identifier: MIT
//
// Who can go on, who does, and what time it is then.
//
// A thread can go on when it waits for nothing, or when its deadline has come, or when it is the
// main thread and a signal waits for it. The threads that can are listed from the running one on,
// in order of their start, round about; so the default of every choice is fair where the running
// thread stops by itself (the next one in the round), and lazy before a step (it goes on).
//
// A thread that could go on may be held up by the operating system for a while, and somebody's
// sleep ends meanwhile. So a strategy that asks for it is offered as the last option the thread
// whose deadline is next, as if it had come: how else would it be found that `sleep(0.1)` does not
// order anything? For a sleep that may be however long. A timeout of a second or more is nothing
// that a program means to happen (most are there lest a test hang), and ends only when all wait.
//
// A thread that waits for a descriptor (a pipe, a socket) can go on when the kernel says that it is
// ready. So a pipe that another thread of the program fills is like a queue. What comes from
// outside the program comes when it comes, and no token can say when.
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "mini_check.h"
#include "runtime.h"
#include "schedule_layer.h"

enum { FIBER_STACK = RUNTIME_STACK_DEFAULT, MAX_OPTIONS = 64, FDS_MAX = 256 };

// So long everybody waits for the world outside, before that counts as a deadlock where somebody
// wants to know and there is no child process; and so long at most until a signal is noticed that
// came just before.
enum { OUTSIDE_MS = 100 };

// Timeouts below this can come while others could go on.
#define SHORT_TIMEOUT_NS CLOCK_NS_PER_SECOND
// Deadlines no further apart than this come in any order.
#define SAME_TIME_NS (CLOCK_NS_PER_MS / 2)

// The virtual time of day at which a run begins: the first of January 2000.
#define CONTROL_EPOCH_NS (INT64_C(946684800) * CLOCK_NS_PER_SECOND)

// ---- stacks ----

static char *take_stack(Control *control, size_t size) {
    char *stack = control->spare_stack;
    if (stack == NULL || size != FIBER_STACK) {
        return fiber_stack_new(size);
    }
    memcpy(&control->spare_stack, stack, sizeof(char *));
    return stack;
}

static void keep_stack(Control *control, char *stack) {
    memcpy(stack, &control->spare_stack, sizeof(char *));
    control->spare_stack = stack;
}

void control_reserve_stacks(Runtime *runtime, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *stack = fiber_stack_new(FIBER_STACK);
        if (stack != NULL) {
            keep_stack(&runtime->control, stack);
        }
    }
}

// Give back the stack of a fiber that has ended, now that another one runs.
static void clear_up(Control *control) {
    Fiber *fiber = control->leaving;
    if (fiber == NULL) {
        return;
    }
    control->leaving = NULL;
    fiber_forget(fiber);
    char *stack = (char *)fiber->low;
    if (fiber->size != FIBER_STACK) {
        fiber_stack_free(stack, fiber->size);
        return;
    }
    keep_stack(control, stack);
}

// ---- who can go on ----

static bool has_signal(const RuntimeThread *thread) {
    return thread->is_main && signals_are_pending(thread->runtime);
}

static bool is_over(const RuntimeThread *thread) {
    const Wait *wait = thread->waiting_for;
    return wait->deadline <= thread->runtime->clock.virtual_now || has_signal(thread);
}

// Something has come in through a descriptor that the thread waits for (or it cannot be waited
// for).
static bool has_input(const Wait *wait) {
    return wait->fd_count > 0 && poll(wait->fds, (nfds_t)wait->fd_count, 0) != 0;
}

static bool can_go_on(const RuntimeThread *thread) {
    return thread->waiting_for == NULL || is_over(thread) || has_input(thread->waiting_for);
}

// The parked thread whose deadline is next; NULL if none has one.
static RuntimeThread *next_due(const Runtime *runtime) {
    RuntimeThread *next = NULL;
    for (RuntimeThread *t = runtime->threads; t; t = t->next) {
        bool has_deadline = t->waiting_for && t->waiting_for->deadline != CLOCK_NEVER;
        if (has_deadline && !can_go_on(t) &&
            (next == NULL || t->waiting_for->deadline < next->waiting_for->deadline)) {
            next = t;
        }
    }
    return next;
}

bool control_has_deadline(const Runtime *runtime) {
    return next_due(runtime) != NULL;
}

RuntimeThread *control_early(const Runtime *runtime) {
    RuntimeThread *thread = next_due(runtime);
    if (thread == NULL || thread->waiting_for->kind == WAIT_SLEEP) {
        return thread;
    }
    int64_t timeout = thread->waiting_for->deadline - thread->waits_since;
    return timeout < SHORT_TIMEOUT_NS ? thread : NULL;
}

static RuntimeThread *after(const Runtime *runtime, const RuntimeThread *thread) {
    return thread->next ? thread->next : runtime->threads;
}

typedef struct Line {
    RuntimeThread *threads[MAX_OPTIONS];
    ChoiceOption options[MAX_OPTIONS];
    size_t count;
} Line;

static void join(Line *line, RuntimeThread *thread) {
    if (line->count < MAX_OPTIONS) {
        line->options[line->count] =
            (ChoiceOption){thread->id, thread->name, thread->at_step, !can_go_on(thread)};
        line->threads[line->count++] = thread;
    }
}

// Those that can go on, from `first` on, round about.
static void line_up(const Runtime *runtime, RuntimeThread *first, Line *line) {
    line->count = 0;
    RuntimeThread *thread = first;
    do {
        if (can_go_on(thread)) {
            join(line, thread);
        }
        thread = after(runtime, thread);
    } while (thread != first);
}

// The one whose time could come first, if those in the line are held up.
static void join_early(const Runtime *runtime, Line *line) {
    RuntimeThread *early = runtime->schedule.strategy->holds_up ? control_early(runtime) : NULL;
    if (early != NULL) {
        join(line, early);
    }
}

// ---- time ----

static void advance(Runtime *runtime, int64_t deadline) {
    if (runtime->clock.virtual_now < deadline) {
        runtime->clock.virtual_now = deadline;
    }
}

// The latest of the deadlines that come at the same time as the next one; CLOCK_NEVER if none.
static int64_t next_deadline(const Runtime *runtime) {
    const RuntimeThread *first = next_due(runtime);
    int64_t deadline = first ? first->waiting_for->deadline : CLOCK_NEVER;
    int64_t latest = deadline;
    for (const RuntimeThread *t = runtime->threads; t && first; t = t->next) {
        int64_t other = t->waiting_for ? t->waiting_for->deadline : 0;
        latest = other > latest && other - deadline <= SAME_TIME_NS ? other : latest;
    }
    return latest;
}

// The thread that was chosen; its time has come then.
static RuntimeThread *take(Runtime *runtime, const Line *line, size_t taken) {
    RuntimeThread *thread = line->threads[taken];
    if (line->options[taken].is_early) {
        advance(runtime, thread->waiting_for->deadline);
    }
    return thread;
}

static void tell_stuck(RuntimeThread *thread) {
    const ControlWatch *watch = &thread->runtime->control.watch;
    if (watch->stuck) {
        watch->stuck(watch->context, thread);
    }
}

static bool has_children(void) {
    siginfo_t info;
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// All descriptors that somebody waits for; how many.
static size_t descriptors_of_all(const Runtime *runtime, struct pollfd *fds) {
    size_t count = 0;
    for (const RuntimeThread *t = runtime->threads; t; t = t->next) {
        const Wait *wait = t->waiting_for;
        for (size_t i = 0; wait && i < wait->fd_count && count < FDS_MAX; i++) {
            fds[count++] = wait->fds[i];
        }
    }
    return count;
}

// Nobody can go on, but the world outside can make a descriptor ready: it is waited for in real
// time, a millisecond for each virtual one if somebody's time will come. false: nobody waits for a
// descriptor.
static bool wait_for_outside(RuntimeThread *thread, int64_t deadline) {
    Runtime *runtime = thread->runtime;
    struct pollfd fds[FDS_MAX];
    size_t count = descriptors_of_all(runtime, fds);
    if (count == 0) {
        return false;
    }
    bool has_deadline = deadline != CLOCK_NEVER;
    if (poll(fds, (nfds_t)count, has_deadline ? 1 : OUTSIDE_MS) != 0) {
        return true;
    }
    if (has_deadline) {
        int64_t soon = runtime->clock.virtual_now + CLOCK_NS_PER_MS;
        advance(runtime, soon < deadline ? soon : deadline);
    } else if (!has_children()) {
        tell_stuck(thread);
    }
    return true;
}

// Nobody can go on now: let the time pass until somebody can.
static void let_time_pass(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    int64_t deadline = next_deadline(runtime);
    if (wait_for_outside(thread, deadline)) {
        return;
    }
    if (deadline != CLOCK_NEVER) {
        advance(runtime, deadline);
        return;
    }
    tell_stuck(thread);
    if (runtime->main) {
        sleeper_wait(&runtime->main->sleeper, CLOCK_NEVER);
    }
}

// ---- switching ----

// Does not return before somebody switches back to `from`.
static void switch_to(RuntimeThread *from, RuntimeThread *to, GilCause cause) {
    Runtime *runtime = from->runtime;
    if (from == to) {
        return;
    }
    gil_hand_to(from, to, cause);
    fiber_switch(&from->fiber, &to->fiber);
    clear_up(&runtime->control);
}

// Those who were switched out before a step take it when they go on, without another choice.
static bool some_at_step(const Line *line) {
    for (size_t i = 0; i < line->count; i++) {
        if (line->options[i].at_step) {
            return true;
        }
    }
    return false;
}

// Who runs after `thread`, which stops by itself; it stands last in the line if it can go on.
static RuntimeThread *choose_next(RuntimeThread *thread, RuntimeThread *first) {
    Runtime *runtime = thread->runtime;
    Line line;
    for (line_up(runtime, first, &line); line.count == 0; line_up(runtime, first, &line)) {
        let_time_pass(thread);
    }
    if (some_at_step(&line)) {
        join_early(runtime, &line);
    }
    return take(runtime, &line, schedule_ask(thread, CHOICE_NEXT, line.options, line.count));
}

ParkResult control_wait(RuntimeThread *thread, int64_t deadline, GilCause cause) {
    Runtime *runtime = thread->runtime;
    thread->waits_since = runtime->clock.virtual_now;
    RuntimeThread *next = choose_next(thread, after(runtime, thread));
    switch_to(thread, next, cause);
    if (thread->waiting_for == NULL) {
        return PARK_WOKEN;
    }
    bool in_time = deadline > runtime->clock.virtual_now;
    runtime->control.timeouts += !in_time && thread->waiting_for->kind != WAIT_SLEEP;
    return in_time && has_signal(thread) ? PARK_INTERRUPTED : PARK_TIMEOUT;
}

static void count_step(RuntimeThread *thread, const ScheduleStep *step) {
    Control *control = &thread->runtime->control;
    control->steps++;
    thread->runtime->clock.virtual_now += CONTROL_STEP_NS;
    if (control->watch.step) {
        control->watch.step(control->watch.context, thread, step);
    }
}

void control_step(RuntimeThread *thread, const ScheduleStep *step) {
    Runtime *runtime = thread->runtime;
    Schedule *schedule = &runtime->schedule;
    uint64_t moment = ++schedule->moments;
    if (runtime->alive > 1 && schedule->strategy->considers(schedule->state, moment, step)) {
        Line line;
        line_up(runtime, thread, &line);
        join_early(runtime, &line);
        size_t taken = schedule_ask_at_step(thread, step, line.options, line.count);
        thread_publish_stack(thread);
        thread->at_step = true;
        switch_to(thread, take(runtime, &line, taken), GIL_CAUSE_INTERVAL);
        thread->at_step = false;
    }
    count_step(thread, step);
}

// ---- threads ----

static void begin(void *argument) {
    RuntimeThread *thread = argument;
    fiber_begin(&thread->fiber);
    clear_up(&thread->runtime->control);
    thread->controlled_run(thread);
    mini_check_failed(__FILE__, __LINE__, "a controlled thread ended without leaving");
}

int control_start(RuntimeThread *thread, void (*run)(RuntimeThread *thread), size_t stack_size) {
    Control *control = &thread->runtime->control;
    size_t size = stack_size > FIBER_STACK ? stack_size : FIBER_STACK;
    char *stack = take_stack(control, size);
    if (stack == NULL) {
        return ENOMEM;
    }
    thread->controlled_run = run;
    thread->stack = (PublishedStack){.high = stack + size, .limit = stack};
    thread->os_thread = pthread_self();
    thread->native_id = (long)thread->id;
    fiber_prepare(&thread->fiber, stack, size, begin, thread);
    control_has_choices(thread);
    return 0;
}

void control_has_choices(RuntimeThread *thread) {
    Control *control = &thread->runtime->control;
    if (!control->had_second && control->watch.second_thread) {
        control->watch.second_thread(control->watch.context, thread);
    }
    control->had_second = true;
}

void control_leave(RuntimeThread *thread) {
    Runtime *runtime = thread->runtime;
    MINI_CHECK(runtime->threads != NULL, "the last thread leaves a controlled run");
    RuntimeThread *next = choose_next(thread, runtime->threads);
    runtime->control.leaving = &thread->fiber; // whoever joined it frees it after clear_up()
    gil_hand_to(thread, next, GIL_CAUSE_EXIT);
    fiber_switch_for_good(&thread->fiber, &next->fiber);
}

// ---- beginning and end ----

void control_begin(Runtime *runtime, const ScheduleStrategy *strategy, void *state) {
    MINI_CHECK(runtime->alive == 1, "a schedule begins with one thread");
    ScheduleLayer *layers = runtime->schedule.layers;
    runtime->schedule = (Schedule){.strategy = strategy, .state = state, .layers = layers};
    runtime->clock.is_virtual = true;
    runtime->clock.virtual_now = 0;
    runtime->clock.virtual_epoch = CONTROL_EPOCH_NS;
}

void control_end(Runtime *runtime) {
    MINI_CHECK(runtime->alive == 1, "a schedule ends with one thread");
    clear_up(&runtime->control);
    free(runtime->schedule.memory);
    runtime->schedule = (Schedule){.layers = runtime->schedule.layers};
    runtime->clock = (Clock){0};
}

void control_destroy(Runtime *runtime) {
    Control *control = &runtime->control;
    schedule_layers_free(&runtime->schedule);
    free(runtime->schedule.memory);
    while (control->spare_stack != NULL) {
        fiber_stack_free(take_stack(control, FIBER_STACK), FIBER_STACK);
    }
}
