// SPDX-License-Identifier: MIT
//
// Which instruction touches what, read off its operands before it is executed (touches.h has the
// words for it). An opcode that has no function here works on registers and constants alone.
//
// What the embedded library does with its own variables is not told: a student's program is to be
// looked at, not threading.py. Its locks and queues are.
#include "visible.h"

#include "control.h"
#include "execute.h"
#include "function.h"
#include "module.h"
#include "native.h"
#include "opcode.h"
#include "races.h"
#include "str.h"
#include "touches.h"
#include "tuple.h"
#include "type.h"

// ---- instructions ----

#define R(i) frame->registers[i]
#define NAME_OF(i) as_str(frame->code->constants[i])
#define CLOSURE(i) frame_function(frame)->closure[i]

static void read_global(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_name(step, frame_globals(frame), NAME_OF(frame->pc->n), false);
}
static void write_global(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_name(step, frame_globals(frame), NAME_OF(frame->pc->n), true);
}

static void read_cell(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    uint16_t reg = frame->pc->b;
    bool has_name = reg < frame->code->variable_count;
    touch_cell(step, R(reg), has_name ? frame->code->register_names[reg] : NULL, false);
}
static void write_cell(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    uint16_t reg = frame->pc->a;
    bool has_name = reg < frame->code->variable_count;
    touch_cell(step, R(reg), has_name ? frame->code->register_names[reg] : NULL, true);
}
static void read_free(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    int32_t i = frame->pc->n;
    touch_cell(step, CLOSURE(i), frame->code->free_names[i], false);
}
static void write_free(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    int32_t i = frame->pc->n;
    touch_cell(step, CLOSURE(i), frame->code->free_names[i], true);
}

static void read_attribute(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_attribute(thread, step, R(frame->pc->b), NAME_OF(frame->pc->c), false);
}
static void read_method(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_own_attribute(thread, step, R(frame->pc->b), NAME_OF(frame->pc->c));
}
static void write_attribute(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_attribute(thread, step, R(frame->pc->b), NAME_OF(frame->pc->c), true);
}

static void read_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), R(frame->pc->c), false);
}
static void read_item_constant(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), frame->code->constants[frame->pc->c], false);
}
static void write_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    touch_item(thread, step, R(frame->pc->b), R(frame->pc->c), true);
}
static void delete_item(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), true);
}

static void read_whole_a(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->a), false);
}
static void read_whole_b(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), false);
}
static void read_whole_c(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->c), false);
}
static void read_whole_a_and_b(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_deeply(step, R(frame->pc->a));
    touch_deeply(step, R(frame->pc->b));
}
static void read_whole_b_and_c(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_deeply(step, R(frame->pc->b));
    touch_deeply(step, R(frame->pc->c));
}
static void read_deeply_b(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_deeply(step, R(frame->pc->b));
}
static void change_b_by_c(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_whole(step, R(frame->pc->b), true);
    touch_whole(step, R(frame->pc->c), false);
}

static void read_next(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_next(step, R(frame->pc->a));
}
static void delegate_next(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_next(step, R(frame->pc->b));
}
static void leave_generator(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    touch_object(step, generator_of((Frame *)frame));
}

static void call_of_value(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a);
    touch_call(thread, step, window[0], window + FRAME_WORDS, frame->pc->b);
}
static void call_of_method(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a), *self = window + FRAME_WORDS;
    bool bound = !is_undefined(*self);
    touch_call(thread, step, window[0], bound ? self : self + 1, (size_t)frame->pc->b + bound);
}
static void call_spread(Thread *thread, const Frame *frame, ScheduleStep *step) {
    const Value *window = &R(frame->pc->a);
    Value args = window[FRAME_WORDS];
    if (is_tuple(args)) {
        touch_call(thread, step, window[0], as_tuple(args)->items, as_tuple(args)->length);
    }
}

static void enter_with(Thread *thread, const Frame *frame, ScheduleStep *step) {
    (void)thread;
    if (is_sync(R(frame->pc->b))) {
        touch_sync(step, R(frame->pc->b), true);
    }
}
static void exit_with(Thread *thread, const Frame *frame, ScheduleStep *step) {
    Value exit = R(frame->pc->b), self = frame->registers[frame->pc->b + 5];
    (void)thread;
    if (has_layout(exit, LAYOUT_NATIVE) && is_undefined(self)) {
        self = ((const Native *)as_object(exit))->self;
    }
    if (is_sync(self)) {
        touch_sync(step, self, true);
    }
}

#undef R
#undef NAME_OF
#undef CLOSURE

// ---- the step ----

typedef void Finder(Thread *thread, const Frame *frame, ScheduleStep *step);

static Finder *finder_of(uint16_t op) {
    static Finder *const finders[OP_COUNT] = {
#define VISIBLE(opcode, function) [OP_##opcode] = function,
#include "visible_steps.def"
#undef VISIBLE
    };
    return finders[opcode_table[op].general];
}

bool opcode_is_visible(uint16_t op) {
    return finder_of(op) != NULL;
}

void visible_step(Thread *thread) {
    Frame *frame = thread->frame;
    Finder *find = finder_of(frame->pc->op);
    if (find == NULL) {
        return;
    }
    ScheduleStep step;
    step.kind = STEP_ACCESS;
    step.count = 0;
    find(thread, frame, &step);
    if (step.count == 0 || (step.kind == STEP_ACCESS && code_is_of_library(frame->code))) {
        return;
    }
    step.site = (CodePosition){frame->code, (uint32_t)(frame->pc - frame->code->instructions)};
    if (!schedule_is_free(&thread->core.runtime->schedule)) {
        control_step(&thread->core, &step);
    }
    if (thread->core.runtime->races != NULL) {
        races_touch(thread->core.runtime->races, &thread->core, &step);
    }
}
