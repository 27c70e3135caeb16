// SPDX-License-Identifier: MIT
//
// Last words: a task that is dropped while it is pending, and an exception that nobody has asked
// for, are mistakes that would else go unnoticed. The loop's exception handler is told.
//
// The registry of pending tasks and the list of failed futures are not followed by the collector. A
// collection that finds one of them dead marks it after all, and has the thread stop before its
// next bytecode; the handler is told then, and the object may die at the next collection. At the
// end of the program all speak who are left. Nothing here allocates inside a collection: dying
// tasks are chained through their own links, failed futures move to the front of their array.
//
// In CPython reference counts bring objects to Future.__del__ and Task.__del__ at once.
#include "aio_task.h"
#include "call.h"
#include "farewell.h"
#include "str.h"
#include "type.h"
#include "unraisable.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

static bool has_a_word(const Future *future) {
    return future->state == FUTURE_FAILED && future->flags & FUTURE_LOG_TRACEBACK;
}

// Without memory nobody will hear of it.
void aio_watch_failed(Thread *thread, Future *future) {
    AioState *state = aio_state(thread);
    if (state->failed_count == state->failed_capacity) {
        size_t capacity = state->failed_capacity == 0 ? FIRST_CAPACITY : 2 * state->failed_capacity;
        Future **grown = realloc(state->failed, capacity * sizeof *grown);
        if (grown == NULL) {
            return;
        }
        state->failed = grown;
        state->failed_capacity = capacity;
    }
    state->failed[state->failed_count++] = future;
}

void aio_farewell_free(AioState *state) {
    free(state->failed);
    state->failed = NULL;
    state->failed_due = state->failed_count = state->failed_capacity = 0;
}

void aio_farewell_trace(Marker *marker, const AioState *state) {
    for (size_t i = 0; i < state->failed_due; i++) {
        mark_object(marker, state->failed[i]);
    }
    for (const Task *task = state->dying; task != NULL; task = task->next) {
        mark_object(marker, task);
    }
}

void aio_drop_task(Thread *thread, Task *task) {
    AioState *state = aio_state(thread);
    task->next = state->dying;
    state->dying = task;
    gil_interrupt(&thread->core, PENDING_DEATH);
}

// ---- In a collection ----

static void make_due(AioState *state, size_t i) {
    Future *future = state->failed[i];
    state->failed[i] = state->failed[state->failed_due];
    state->failed[state->failed_due++] = future;
}

// Keep those that are alive and have a word; those that are dead are due.
static bool revive_failed(Interpreter *interpreter, AioState *state, Marker *marker) {
    size_t before = state->failed_due, end = state->failed_count;
    state->failed_count = before;
    for (size_t i = before; i < end; i++) {
        Future *future = state->failed[i];
        bool lives = heap_will_live(&interpreter->heap, future);
        if (!has_a_word(future)) {
            continue;
        }
        state->failed[state->failed_count++] = future;
        if (!lives) {
            make_due(state, state->failed_count - 1);
        }
    }
    for (size_t i = before; i < state->failed_due; i++) {
        mark_object(marker, state->failed[i]);
    }
    return state->failed_due > before;
}

// The dead leave the registry; those that would complain join the dying.
static bool revive_tasks(Interpreter *interpreter, AioState *state, Marker *marker) {
    bool any = false;
    for (Task *task = state->tasks, *next; task != NULL; task = next) {
        next = task->next;
        if (heap_will_live(&interpreter->heap, task)) {
            continue;
        }
        task_unlist(state, task);
        if (task->future.flags & TASK_LOG_DESTROY) {
            task->next = state->dying;
            state->dying = task;
            any = true;
        }
    }
    for (const Task *task = any ? state->dying : NULL; task != NULL; task = task->next) {
        mark_object(marker, task);
    }
    return any;
}

static void revive(Interpreter *interpreter, Marker *marker) {
    Value library = interpreter->library_state;
    AioState *state = (AioState *)as_object(((LibraryState *)as_object(library))->aio);
    bool tasks = revive_tasks(interpreter, state, marker);
    if (revive_failed(interpreter, state, marker) || tasks) {
        farewells_interrupt(interpreter);
    }
}

// ---- The words ----

static void tell(Thread *thread, Future *future, Str *message, const char *key, Value exception) {
    AioDetail details[] = {{key, value_object(future)},
                           {"exception", exception},
                           {"source_traceback", future_place(thread, future)}};
    if (is_error(aio_tell_handler(thread, future->loop, message, details, 3))) {
        unraisable_report(thread, error_take(thread), NULL, value_object(future));
    }
}

static void say_task(Thread *thread, Task *task) {
    if (!(task->future.flags & TASK_LOG_DESTROY) || task->future.state != FUTURE_PENDING) {
        return;
    }
    future_unmark(&task->future, TASK_LOG_DESTROY);
    tell(thread, &task->future, str_from_c(thread, "Task was destroyed but it is pending!"), "task",
         VALUE_NONE);
}

static void say_future(Thread *thread, Future *future) {
    if (!has_a_word(future)) {
        return;
    }
    future_unmark(future, FUTURE_LOG_TRACEBACK);
    Str *message = str_format(thread, "%s exception was never retrieved",
                              type_short_name(future->awaiter.object.type));
    tell(thread, future, message, "future", future->result);
}

static void all_are_due(AioState *state) {
    state->failed_due = state->failed_count;
    while (state->tasks != NULL) {
        Task *task = state->tasks;
        task_unlist(state, task);
        task->next = state->dying;
        state->dying = task;
    }
}

// Those that are due change places with each other, so that the first can be taken from the end.
static void reverse_due(AioState *state) {
    for (size_t i = 0, j = state->failed_due; i + 1 < j; i++) {
        Future *future = state->failed[--j];
        state->failed[j] = state->failed[i];
        state->failed[i] = future;
    }
}

static void say(Thread *thread, bool all) {
    AioState *state = aio_state(thread);
    if (all) {
        all_are_due(state);
    }
    reverse_due(state);
    while (state->failed_due > 0) {
        Future *future = state->failed[--state->failed_due];
        state->failed[state->failed_due] = state->failed[--state->failed_count];
        say_future(thread, future);
    }
    while (state->dying != NULL) {
        Task *task = state->dying;
        state->dying = task->next;
        task->next = NULL;
        say_task(thread, task);
    }
}

void aio_farewell_init(Thread *thread, AioState *state) {
    heap_add_finalizer(thread_heap(thread), &state->object);
    thread->interpreter->revive_more = revive;
    thread->interpreter->say_more = say;
}
