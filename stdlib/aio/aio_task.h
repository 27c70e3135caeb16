// SPDX-License-Identifier: MIT
//
// Tasks as the rest of the loop uses them.
#pragma once

#include "aio_future.h"

extern const TypeSpec aio_task_type_spec;
extern const TypeSpec aio_step_type_spec;
extern const NativeSpec aio_wakeup_spec; // Task.task_wakeup, bound to a task

static inline Task *as_task(Value v) {
    return (Task *)as_object(v);
}
bool is_task(Thread *thread, Value v);

// A new task of `loop` for `coroutine`, ready for its first step. `context` UNDEFINED: a copy of
// the current one. NULL: exception set.
Task *task_create(Thread *thread, Value loop, Value coroutine, Value name, Value context);
// Go on with the task because of `reason`: UNDEFINED, an exception to be thrown into it, or the
// future that it has waited for. false: KeyboardInterrupt, SystemExit or a mistake of the loop's is
// set.
bool task_run(Thread *thread, Task *task, Value reason);
// What Mini code calls for the same: an object, and where it is to be called.
Value task_step_callable(Thread *thread, Task *task, Value reason);

// The registers of tasks behind all_tasks() and current_task(): functions of the module `_aio`.
extern const NativeSpec aio_registry_functions[];
// The task under way in `loop`, or UNDEFINED.
Value task_current(Thread *thread, Value loop);
// Make it so; returns the one before. `task` UNDEFINED: none. VALUE_ERROR: exception set.
Value task_swap_current(Thread *thread, Value loop, Value task);
bool task_enter(Thread *thread, Value loop, Value task);
bool task_leave(Thread *thread, Value loop, Value task);
void task_list(Thread *thread, Task *task);
void task_unlist(AioState *state, Task *task);
