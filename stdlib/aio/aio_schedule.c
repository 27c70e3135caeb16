// SPDX-License-Identifier: MIT
//
// The order of tasks under a controlled schedule (runtime/schedule.h).
//
// A loop takes what is ready first in, first out, and with call_soon() programs may count on it.
// That two tasks became ready in this order, though, is often a matter of who was served first by
// the network or a disk; in another run it is the other way round. So of the task steps at the head
// of the queue any may go first, up to the next callback, and the schedule is asked which one. An
// update lost across an `await` is found that way, for the steps between two awaits are what one
// task does at a time.
#include "aio_loop.h"

#include "aio_task.h"
#include "call.h"
#include "schedule.h"
#include "str.h"

enum { OPTIONS_MAX = 16 };

static bool is_step(Thread *thread, ReadyEntry entry) {
    return !is_undefined(entry.reason) &&
           object_type(entry.target) != aio_state(thread)->callback_type;
}

static const char *name_of(Thread *thread, Value task) {
    Value name = call_method(thread, task, str_intern_c(thread, "get_name"), NULL, 0);
    if (is_error(name) || !is_str(name)) {
        error_clear(thread);
        return "task";
    }
    return str_text(thread, as_str(name));
}

void loop_choose_task(Thread *thread, ReadyQueue *ready, uint64_t count) {
    ChoiceOption options[OPTIONS_MAX];
    size_t found = 0;
    for (; found < count && found < ready->count && found < OPTIONS_MAX; found++) {
        ReadyEntry entry = ready_at(ready, found);
        if (!is_step(thread, entry)) {
            break;
        }
        options[found] = (ChoiceOption){.id = found + 1, .name = name_of(thread, entry.target)};
    }
    if (found >= 2) {
        ready_bring_first(ready, schedule_ask(&thread->core, CHOICE_TASK, options, found));
    }
}
