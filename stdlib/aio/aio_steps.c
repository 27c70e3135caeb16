// SPDX-License-Identifier: MIT
//
// Which step kept the loop, and for how long? With --stats every entry of the ready queue is timed
// while it runs, and the runtime's ledger keeps the longest. A step is named by its task and by the
// line at which it began, which must be looked up before: afterwards the coroutine stands
// elsewhere, or has ended. That costs a few loads; the text is only written for a step longer than
// all before.
//
// Unlike debug mode (slow_callback_duration) this changes nothing else about the loop.
#include "aio_loop.h"

#include "aio_task.h"
#include "code.h"
#include "describe.h"
#include "function.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

static bool is_callback(Thread *thread, Value target) {
    return object_type(target) == aio_state(thread)->callback_type;
}

// The function that a Handle or Callback will call, or UNDEFINED.
static Value function_of(Thread *thread, ReadyEntry entry) {
    if (is_callback(thread, entry.target)) {
        return ((const Callback *)as_object(entry.target))->function;
    }
    return is_handle(thread, entry.target) ? as_handle(entry.target)->callback : VALUE_UNDEFINED;
}

StepTime loop_step_began(Thread *thread, ReadyEntry entry) {
    StepTime time = {.began = clock_real_now()};
    Value coroutine = is_task(thread, entry.target) ? as_task(entry.target)->coroutine : VALUE_NONE;
    Value function = function_of(thread, entry);
    if (has_layout(coroutine, LAYOUT_GENERATOR)) {
        const Frame *frame = &((const Generator *)as_object(coroutine))->frame;
        time.code = frame->code;
        time.pc = frame->pc;
    } else if (has_layout(function, LAYOUT_FUNCTION)) {
        time.code = ((const Function *)as_object(function))->code;
        time.pc = time.code->instructions;
    }
    return time;
}

static void put_who(Thread *thread, ReadyEntry entry, StringBuilder *out) {
    Value name = is_task(thread, entry.target) ? as_task(entry.target)->name : VALUE_NONE;
    if (is_small_int(name)) {
        sb_printf(out, "task 'Task-%lld'", (long long)as_small_int(name));
    } else if (is_str(name)) {
        sb_printf(out, "task '%s'", str_text(thread, as_str(name)));
    } else {
        sb_puts(out, "a callback");
    }
}

void loop_step_ended(Thread *thread, const StepTime *time, ReadyEntry entry) {
    Runtime *runtime = &thread->interpreter->runtime;
    if (!ledger_book_step(runtime, clock_real_now() - time->began)) {
        return;
    }
    StringBuilder out;
    sb_init(&out);
    put_who(thread, entry, &out);
    if (time->code != NULL && time->pc != NULL) {
        CodePosition position = {time->code, (uint32_t)(time->pc - time->code->instructions)};
        sb_puts(&out, " from ");
        describe_position(runtime, position, &out);
    }
    snprintf(runtime->steps.text, sizeof runtime->steps.text, "%s", out.data);
    sb_free(&out);
}
