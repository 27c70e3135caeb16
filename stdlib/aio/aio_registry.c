// SPDX-License-Identifier: MIT
//
// Who is there and who is running: all_tasks(), current_task(), get_running_loop().
//
// All our own tasks that are not done form a list through themselves. The list is weak: the
// collector does not follow it, and takes a task out of it when the task is found dead
// (aio_farewell.c). The current task of one of our own loops is a field of the loop. Other
// libraries bring tasks and loops that are objects of their own; those are kept aside, in a list
// and a dict that are not there until somebody needs them.
#include "aio_task.h"

#include "aio_loop.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "list.h"
#include "operations.h"
#include "set.h"
#include "str.h"
#include "type.h"

// ---- Tasks that are not done ----

void task_list(Thread *thread, Task *task) {
    AioState *state = aio_state(thread);
    if (task->future.flags & TASK_LISTED || task->future.state != FUTURE_PENDING) {
        return;
    }
    future_mark(&task->future, TASK_LISTED);
    task->previous = NULL;
    task->next = state->tasks;
    if (state->tasks != NULL) {
        state->tasks->previous = task;
    }
    state->tasks = task;
}

void task_unlist(AioState *state, Task *task) {
    if (!(task->future.flags & TASK_LISTED)) {
        return;
    }
    future_unmark(&task->future, TASK_LISTED);
    *(task->previous == NULL ? &state->tasks : &task->previous->next) = task->next;
    if (task->next != NULL) {
        task->next->previous = task->previous;
    }
    task->previous = task->next = NULL;
}

static List *list_of(Thread *thread, Value *place) {
    if (is_undefined(*place)) {
        *place = value_object(list_new(thread, 4));
    }
    return as_list(*place);
}

static bool remove_from(Thread *thread, Value list, Value item) {
    if (is_undefined(list)) {
        return true;
    }
    int64_t at = list_find(thread, as_list(list), 0, as_list(list)->length, item);
    if (at >= 0) {
        list_remove_at(thread, as_list(list), (size_t)at);
    }
    return at != LIST_FIND_FAILED;
}

static Value register_task(Thread *thread, Value *args) {
    if (is_task(thread, args[0])) {
        task_list(thread, as_task(args[0]));
    } else {
        list_append(thread, list_of(thread, &aio_state(thread)->foreign_tasks), args[0]);
    }
    return VALUE_NONE;
}

static Value unregister_task(Thread *thread, Value *args) {
    AioState *state = aio_state(thread);
    if (is_task(thread, args[0])) {
        task_unlist(state, as_task(args[0]));
        return VALUE_NONE;
    }
    return remove_from(thread, state->foreign_tasks, args[0]) ? VALUE_NONE : VALUE_ERROR;
}

static Value register_eager(Thread *thread, Value *args) {
    list_append(thread, list_of(thread, &aio_state(thread)->eager_tasks), args[0]);
    return VALUE_NONE;
}
static Value unregister_eager(Thread *thread, Value *args) {
    bool good = remove_from(thread, aio_state(thread)->eager_tasks, args[0]);
    return good ? VALUE_NONE : VALUE_ERROR;
}

// Add a task that other libraries have made, if it belongs to the loop and is not done.
static bool add_foreign(Thread *thread, Value set, Value loop, Value task) {
    Value owner = aio_call_mini(thread, "asyncio.futures", "_get_loop", &task, 1);
    if (is_error(owner) || !value_same(owner, loop)) {
        return !is_error(owner);
    }
    Value done = call_method(thread, task, str_intern_c(thread, "done"), NULL, 0);
    int is_done = is_error(done) ? -1 : operation_truth(thread, done);
    return is_done == 1 || (is_done == 0 && set_add(thread, as_set(set), task));
}

static bool add_all_foreign(Thread *thread, Value set, Value loop, Value list) {
    if (is_undefined(list)) {
        return true;
    }
    List *copy = list_slice(thread, as_list(list), 0, as_list(list)->length);
    for (size_t i = 0; i < copy->length; i++) {
        if (!add_foreign(thread, set, loop, copy->items[i])) {
            return false;
        }
    }
    return true;
}

static Value running_or_raise(Thread *thread) {
    Value loop = aio_running_loop(thread);
    return is_undefined(loop) ? raise_error(thread, ERROR_RuntimeError, "no running event loop")
                              : loop;
}

static Value all_tasks(Thread *thread, Value *args) {
    Value loop = is_none(args[0]) ? running_or_raise(thread) : args[0];
    if (is_error(loop)) {
        return loop;
    }
    AioState *state = aio_state(thread);
    List *found = list_new(thread, 8);
    for (Task *task = state->tasks; task != NULL; task = task->next) {
        if (value_same(task->future.loop, loop)) {
            list_append(thread, found, value_object(task));
        }
    }
    Value set = value_object(set_new(thread));
    for (size_t i = 0; i < found->length; i++) {
        if (!set_add(thread, as_set(set), found->items[i])) {
            return VALUE_ERROR;
        }
    }
    bool good = add_all_foreign(thread, set, loop, state->foreign_tasks) &&
                add_all_foreign(thread, set, loop, state->eager_tasks);
    return good ? set : VALUE_ERROR;
}

// ---- The task under way ----

// Where the current task of `loop` is kept; NULL: nowhere yet, or (with an exception) no hash.
static Value foreign_current(Thread *thread, Value loop) {
    Value task = VALUE_UNDEFINED, dict = aio_state(thread)->foreign_current;
    if (!is_undefined(dict) && dict_get(thread, as_dict(dict), loop, &task) < 0) {
        return VALUE_ERROR;
    }
    return task;
}

Value task_current(Thread *thread, Value loop) {
    return is_loop(thread, loop) ? as_loop(loop)->current : foreign_current(thread, loop);
}

static bool set_foreign(Thread *thread, Value loop, Value task) {
    AioState *state = aio_state(thread);
    if (is_undefined(state->foreign_current)) {
        state->foreign_current = value_object(dict_new(thread, 1));
    }
    Dict *dict = as_dict(state->foreign_current);
    return is_undefined(task) ? dict_delete(thread, dict, loop) >= 0
                              : dict_set(thread, dict, loop, task);
}

Value task_swap_current(Thread *thread, Value loop, Value task) {
    if (is_loop(thread, loop)) {
        Value previous = as_loop(loop)->current;
        as_loop(loop)->current = task;
        return previous;
    }
    Value previous = foreign_current(thread, loop);
    return is_error(previous) || !set_foreign(thread, loop, task) ? VALUE_ERROR : previous;
}

bool task_enter(Thread *thread, Value loop, Value task) {
    Value current = task_current(thread, loop);
    if (is_error(current)) {
        return false;
    }
    if (!is_undefined(current)) {
        return raise_false(thread, ERROR_RuntimeError,
                           "Cannot enter into task %s while another task %s is being executed.",
                           aio_repr(thread, task), aio_repr(thread, current));
    }
    return !is_error(task_swap_current(thread, loop, task));
}

bool task_leave(Thread *thread, Value loop, Value task) {
    Value current = task_current(thread, loop);
    if (is_error(current)) {
        return false;
    }
    if (!value_same(current, task)) {
        return raise_false(
            thread, ERROR_RuntimeError, "Leaving task %s does not match the current task %s.",
            aio_repr(thread, task), aio_repr(thread, is_undefined(current) ? VALUE_NONE : current));
    }
    return !is_error(task_swap_current(thread, loop, VALUE_UNDEFINED));
}

static Value none_or(Value v) {
    return is_undefined(v) ? VALUE_NONE : v;
}

static Value current_task(Thread *thread, Value *args) {
    Value loop = is_none(args[0]) ? running_or_raise(thread) : args[0];
    return is_error(loop) ? loop : none_or(task_current(thread, loop));
}
static Value enter_task(Thread *thread, Value *args) {
    return task_enter(thread, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}
static Value leave_task(Thread *thread, Value *args) {
    return task_leave(thread, args[0], args[1]) ? VALUE_NONE : VALUE_ERROR;
}
// A lock of the loop is taken: by whom.
static Value lock_taken(Thread *thread, Value *args) {
    Value loop = VALUE_NONE;
    trace(&thread->core, TRACE_LOCK_ACQUIRE, aio_trace_id(args[0]), 0);
    return current_task(thread, &loop);
}

static Value lock_freed(Thread *thread, Value *args) {
    trace(&thread->core, TRACE_LOCK_RELEASE, aio_trace_id(args[0]), 0);
    return VALUE_NONE;
}

static Value swap_current_task(Thread *thread, Value *args) {
    Value task = is_none(args[1]) ? VALUE_UNDEFINED : args[1];
    Value previous = task_swap_current(thread, args[0], task);
    return is_error(previous) ? previous : none_or(previous);
}

// ---- The loop under way ----

static RunningLoop *find_running(Thread *thread, AioState *state) {
    for (uint64_t i = 0; i < state->running_count; i++) {
        if (state->running[i].thread == thread->core.id) {
            return &state->running[i];
        }
    }
    return NULL;
}

static void grow_running(Thread *thread, AioState *state) {
    size_t room = state->running_room == 0 ? 4 : 2 * state->running_room;
    RunningLoop *grown = heap_allocate(thread_heap(thread), CELL_BUFFER, room * sizeof *grown);
    for (uint64_t i = 0; i < state->running_count; i++) {
        grown[i] = state->running[i];
    }
    state->running = grown;
    state->running_room = room;
}

Value aio_running_loop(Thread *thread) {
    const RunningLoop *running = find_running(thread, aio_state(thread));
    return running == NULL ? VALUE_UNDEFINED : running->loop;
}

// UNDEFINED: none any more.
static bool aio_set_running_loop(Thread *thread, Value loop) {
    AioState *state = aio_state(thread);
    RunningLoop *running = find_running(thread, state);
    if (is_undefined(loop)) {
        if (running != NULL) {
            *running = state->running[--state->running_count];
        }
        return true;
    }
    if (running == NULL && state->running_count == state->running_room) {
        grow_running(thread, state);
    }
    if (running == NULL) {
        running = &state->running[state->running_count++];
    }
    *running = (RunningLoop){thread->core.id, loop};
    return true;
}

static Value get_running_loop(Thread *thread, Value *args) {
    (void)args;
    return running_or_raise(thread);
}
static Value get_running_loop_or_none(Thread *thread, Value *args) {
    (void)args;
    return none_or(aio_running_loop(thread));
}
static Value set_running_loop(Thread *thread, Value *args) {
    Value loop = is_none(args[0]) ? VALUE_UNDEFINED : args[0];
    return aio_set_running_loop(thread, loop) ? VALUE_NONE : VALUE_ERROR;
}

// The loop that a lock or a queue belongs to: the one that runs when it first asks. Nobody else can
// ask between the look and the note: plain attributes are read and set without leaving the GIL.
static Value bound_loop(Thread *thread, Value *args) {
    Value running = none_or(aio_running_loop(thread));
    Str *name = str_intern_c(thread, "_loop");
    Value bound = attribute_get(thread, args[0], name);
    if (is_error(bound)) {
        return bound;
    }
    if (is_none(bound) && !is_none(running)) {
        bound = running;
        if (!attribute_set(thread, args[0], name, running)) {
            return VALUE_ERROR;
        }
    }
    return value_same(bound, running)
               ? running
               : raise_error(thread, ERROR_RuntimeError, "%s is bound to a different event loop",
                             aio_repr(thread, args[0]));
}

// A future of that loop, for who waits for the object.
static Value new_waiter(Thread *thread, Value *args) {
    Value loop = bound_loop(thread, args);
    if (is_error(loop)) {
        return loop;
    }
    if (!is_loop(thread, loop) || loop_overrides(as_loop(loop), OVERRIDES_CREATE_FUTURE)) {
        return call_method(thread, loop, str_intern_c(thread, "create_future"), NULL, 0);
    }
    Future *future = future_new(thread, aio_state(thread)->future_type);
    return future_open(thread, future, loop) ? value_object(future) : VALUE_ERROR;
}
static Value get_event_loop(Thread *thread, Value *args) {
    (void)args;
    return aio_event_loop(thread);
}

const NativeSpec aio_registry_functions[] = {
    NATIVE("all_tasks", all_tasks, "(loop=None)", "Return the tasks of the loop that go on."),
    NATIVE("current_task", current_task, "(loop=None)", "Return the task under way, or None."),
    NATIVE("_register_task", register_task, "(task)", "Let all_tasks() tell of a task."),
    NATIVE("_unregister_task", unregister_task, "(task)", "Tell of it no longer."),
    NATIVE("_register_eager_task", register_eager, "(task)", "The same in its first step."),
    NATIVE("_unregister_eager_task", unregister_eager, "(task)", "It is over."),
    NATIVE("_enter_task", enter_task, "(loop, task)", "The task's step begins."),
    NATIVE("_leave_task", leave_task, "(loop, task)", "The task's step ends."),
    NATIVE("_lock_taken", lock_taken, "(lock, /)", "Note it, and return the task under way."),
    NATIVE("_lock_freed", lock_freed, "(lock, /)", "Note it."),
    NATIVE("_swap_current_task", swap_current_task, "(loop, task)",
           "Let another task be the one under way; return the one before."),
    NATIVE("get_running_loop", get_running_loop, "()",
           "Return the loop that runs in this thread; RuntimeError if there is none."),
    NATIVE("_get_running_loop", get_running_loop_or_none, "()", "The same, or None."),
    NATIVE("_set_running_loop", set_running_loop, "(loop, /)",
           "Say which loop runs in this thread."),
    NATIVE("_bound_loop", bound_loop, "(object, /)",
           "Return the running loop, to which the object then belongs; RuntimeError if it belongs "
           "to another one."),
    NATIVE("_new_waiter", new_waiter, "(object, /)", "Return a future of that loop."),
    NATIVE("get_event_loop", get_event_loop, "()",
           "Return the running loop, or the one that the policy has for this thread."),
    NATIVE_END,
};
