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
//
// Two deadlines that lie close together come in any order in a real run, and what one of them sets
// going is over before the other one comes, or not. So a timer that is due in less than half a
// millisecond may also come now, before the tasks that are ready.
#include "aio_loop.h"

#include "aio_task.h"
#include "control.h"
#include "schedule.h"
#include "str.h"

enum { OPTIONS_MAX = 16, TASK_IDS = 1 << 20 }; // beyond the ids of threads

static const double close_together = 0.0005;

static bool is_step(Thread *thread, ReadyEntry entry) {
    return !is_undefined(entry.reason) &&
           object_type(entry.target) != aio_state(thread)->callback_type;
}

// A number for the task that is the same in every run: by its place in the queue if it has a name.
static uint64_t number_of(Value task, size_t place) {
    Value name = as_task(task)->name;
    return TASK_IDS + (is_small_int(name) ? (uint64_t)as_small_int(name) : TASK_IDS + place);
}

static const char *name_of(Thread *thread, Value task) {
    Value name = as_task(task)->name;
    return is_str(name) ? str_text(thread, as_str(name)) : "task";
}

void loop_choose_task(Thread *thread, ReadyQueue *ready, uint64_t count) {
    ChoiceOption options[OPTIONS_MAX];
    size_t found = 0;
    for (; found < count && found < ready->count && found < OPTIONS_MAX; found++) {
        ReadyEntry entry = ready_at(ready, found);
        if (!is_step(thread, entry)) {
            break;
        }
        options[found] = (ChoiceOption){.id = number_of(entry.target, found),
                                        .name = name_of(thread, entry.target)};
    }
    if (found >= 2) {
        control_has_choices(&thread->core);
        ready_bring_first(ready, schedule_ask(&thread->core, CHOICE_TASK, options, found));
    }
}

bool loop_hurries_timer(Thread *thread, double left) {
    if (left <= 0 || left >= close_together) {
        return false;
    }
    static const ChoiceOption options[] = {{.id = 0, .name = "the timer comes later"},
                                           {.id = 1, .name = "the timer comes now"}};
    control_has_choices(&thread->core);
    if (schedule_ask(&thread->core, CHOICE_TASK, options, 2) == 0) {
        return false;
    }
    Clock *clock = &thread->interpreter->runtime.clock;
    clock->virtual_now += (int64_t)(left * 1e9) + 1;
    return true;
}
