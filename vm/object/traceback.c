// SPDX-License-Identifier: MIT
//
// The records of a traceback, the objects that programs see, and the list of frames as text. More
// than three entries in a row for the same line are counted instead of printed, so that a runaway
// recursion stays readable.
#include "traceback.h"

#include "attribute.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "frame_view.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "traceback_parts.h"
#include "type.h"

enum { REPEATS_SHOWN = 3 };

static Traceback *as_traceback(Value v) {
    return (Traceback *)as_object(v);
}

void traceback_add(Thread *thread, Frame *frame) {
    if (frame->code->flags & TRACEBACK_LEFT_OUT) {
        return;
    }
    Traceback *traceback = heap_try_allocate(thread_heap(thread), CELL_OBJECT, sizeof *traceback);
    if (traceback == NULL) {
        return;
    }
    Exception *exception = as_exception(thread->exception);
    traceback->object.type = builtin_type(thread, TYPE_traceback);
    traceback->code = frame->code;
    traceback->pc = frame->pc;
    traceback->globals = frame_globals(frame);
    traceback->origin = frame;
    traceback->next = exception->traceback;
    exception->traceback = traceback;
}

void traceback_forget(Thread *thread, const Frame *frame) {
    Traceback *traceback = as_exception(thread->exception)->traceback;
    for (; traceback != NULL && traceback->origin == frame; traceback = traceback->next) {
        traceback->origin = NULL;
    }
}

// Printing

static bool same_place(const Traceback *a, const Traceback *b) {
    return a->code == b->code && code_line(a->code, a->pc) == code_line(b->code, b->pc);
}

static void print_str(Thread *thread, Str *s, StringBuilder *out) {
    size_t length;
    const char *text = str_utf8(thread, s, &length);
    sb_write(out, text, length);
}

static void print_frame(Thread *thread, const Traceback *traceback, StringBuilder *out) {
    const Code *code = traceback->code;
    sb_puts(out, "  File \"");
    if (code->file) {
        print_str(thread, code->file->name, out);
    }
    sb_printf(out, "\", line %u, in ", code_line(code, traceback->pc));
    print_str(thread, code->name, out);
    sb_putc(out, '\n');
    if (code->file) {
        traceback_print_source(&code->file->source, code_span(code, traceback->pc),
                               traceback->pc->op, out);
    }
}

static void print_repeats(size_t count, StringBuilder *out) {
    if (count > REPEATS_SHOWN) {
        size_t more = count - REPEATS_SHOWN;
        sb_printf(out, "  [Previous line repeated %zu more time%s]\n", more, more > 1 ? "s" : "");
    }
}

void traceback_print_frames(Thread *thread, const Traceback *traceback, StringBuilder *out) {
    const Traceback *last = NULL;
    size_t count = 0;
    for (; traceback; traceback = traceback->next) {
        if (!last || !same_place(last, traceback)) {
            print_repeats(count, out);
            last = traceback;
            count = 0;
        }
        if (++count <= REPEATS_SHOWN) {
            print_frame(thread, traceback, out);
        }
    }
    print_repeats(count, out);
}

// Traceback objects

static Value get_next(Thread *thread, Value self) {
    (void)thread;
    Traceback *next = as_traceback(self)->next;
    return next ? value_object(next) : VALUE_NONE;
}

static bool set_next(Thread *thread, Value self, Value v) {
    if (is_undefined(v) || (!is_none(v) && !has_layout(v, LAYOUT_TRACEBACK))) {
        return raise_false(thread, ERROR_TypeError, "expected traceback object or None, got '%s'",
                           is_undefined(v) ? "NULL" : type_name(thread, v));
    }
    Traceback *next = is_none(v) ? NULL : as_traceback(v);
    for (Traceback *link = next; link; link = link->next) {
        if (link == as_traceback(self)) {
            return raise_false(thread, ERROR_ValueError, "traceback loop detected");
        }
    }
    as_traceback(self)->next = next;
    return true;
}

static Value get_line(Thread *thread, Value self) {
    (void)thread;
    const Traceback *traceback = as_traceback(self);
    return value_small_int(code_line(traceback->code, traceback->pc));
}

static Value get_last_instruction(Thread *thread, Value self) {
    (void)thread;
    const Traceback *traceback = as_traceback(self);
    return value_small_int(code_index(traceback->code, traceback->pc));
}

static Value get_frame(Thread *thread, Value self) {
    const Traceback *traceback = as_traceback(self);
    Value view =
        frame_view_new(thread, traceback->code, traceback->pc, traceback->globals, VALUE_NONE);
    as_frame_view(view)->origin = traceback->origin;
    return view;
}

static const GetSetSpec traceback_getsets[] = {
    {"tb_next", get_next, set_next, "The record of the next inner frame, or None."},
    {"tb_lineno", get_line, NULL, "The line number."},
    {"tb_lasti", get_last_instruction, NULL, "The instruction's number."},
    {"tb_frame", get_frame, NULL, "The frame."},
    {0},
};

static void traceback_trace(Marker *marker, Object *self) {
    const Traceback *traceback = (Traceback *)self;
    mark_object(marker, traceback->code);
    mark_object(marker, traceback->next);
    mark_object(marker, traceback->globals);
}

const TypeSpec traceback_type_spec = {
    .name = "traceback",
    .doc = "Where an exception came from.",
    .type_index = TYPE_traceback,
    .layout = LAYOUT_TRACEBACK,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Traceback),
    .slots = {.trace = traceback_trace},
    .getsets = traceback_getsets,
};
