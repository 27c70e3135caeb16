// SPDX-License-Identifier: MIT
//
// The records of a traceback, the objects that programs see, and the list of frames as text. More
// than three entries in a row for the same line are counted instead of printed, so that a runaway
// recursion stays readable.
#include "traceback.h"

#include "arguments.h"
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
    traceback->frame = VALUE_UNDEFINED;
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

static uint32_t line_of(const Traceback *traceback) {
    return traceback->is_elsewhere ? traceback->line : code_line(traceback->code, traceback->pc);
}

// What failed: an expression, or a whole line where no instruction is known.
static Span span_of(const Traceback *traceback) {
    if (!traceback->is_elsewhere) {
        return code_span(traceback->code, traceback->pc);
    }
    const Source *source = &traceback->code->file->source;
    uint32_t length = 0, line = traceback->line;
    bool exists = line > 0 && line <= source->line_count;
    const char *text = exists ? source_line_text(source, line, &length) : source->text;
    uint32_t start = (uint32_t)(text - source->text);
    return (Span){start, start + length};
}

static bool same_place(const Traceback *a, const Traceback *b) {
    return a->code == b->code && line_of(a) == line_of(b);
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
    sb_printf(out, "\", line %u, in ", line_of(traceback));
    print_str(thread, code->name, out);
    sb_putc(out, '\n');
    if (code->file) {
        traceback_print_source(&code->file->source, span_of(traceback), traceback->pc->op, out);
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
    return value_small_int(traceback->line != 0 ? traceback->line : line_of(traceback));
}

static Value get_last_instruction(Thread *thread, Value self) {
    (void)thread;
    const Traceback *traceback = as_traceback(self);
    return traceback->is_elsewhere ? value_small_int(-1)
                                   : value_small_int(code_index(traceback->code, traceback->pc));
}

static Value get_frame(Thread *thread, Value self) {
    Traceback *traceback = as_traceback(self);
    if (is_undefined(traceback->frame)) {
        traceback->frame =
            frame_view_new(thread, traceback->code, traceback->pc, traceback->globals, VALUE_NONE);
    }
    as_frame_view(traceback->frame)->origin = traceback->origin;
    return traceback->frame;
}

static const GetSetSpec traceback_getsets[] = {
    {"tb_next", get_next, set_next, "The record of the next inner frame, or None."},
    {"tb_lineno", get_line, NULL, "The line number."},
    {"tb_lasti", get_last_instruction, NULL, "The instruction's number."},
    {"tb_frame", get_frame, NULL, "The frame."},
    {0},
};

static bool check_is(Thread *thread, Value v, Type *type, const char *argument) {
    return type_of(thread, v) == type ||
           raise_false(thread, ERROR_TypeError, "traceback() argument '%s' must be %s, not %s",
                       argument, type->name, type_name(thread, v));
}

static bool number_argument(Thread *thread, Value v, int64_t *number) {
    if (type_of(thread, v)->slots.index == NULL) {
        return raise_false(thread, ERROR_TypeError, "'%s' object cannot be interpreted as an integer",
                           type_name(thread, v));
    }
    return operation_index_clamped(thread, v, number);
}

// Programs that translate others into Python put their own places into tracebacks with this.
static Value traceback_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    static const ArgumentsSpec spec = {
        "traceback", {"tb_next", "tb_frame", "tb_lasti", "tb_lineno"}, 4};
    Value given[4];
    int64_t index, line;
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !check_is(thread, given[1], builtin_type(thread, TYPE_frame), "tb_frame") ||
        !number_argument(thread, given[2], &index) || !number_argument(thread, given[3], &line)) {
        return VALUE_ERROR;
    }
    const FrameView *frame = as_frame_view(given[1]);
    code_need_body(thread, frame->code);
    Traceback *traceback = object_new(thread, as_type(callee));
    traceback->code = frame->code;
    traceback->is_elsewhere = index < 0 || index >= frame->code->instruction_count;
    traceback->pc = &frame->code->instructions[traceback->is_elsewhere ? 0 : index];
    traceback->globals = frame->globals;
    traceback->origin = frame->origin;
    traceback->frame = given[1];
    traceback->line = line > 0 && line < UINT32_MAX ? (uint32_t)line : 0;
    Value made = value_object(traceback);
    return set_next(thread, made, given[0]) ? made : VALUE_ERROR;
}

static void traceback_trace(Marker *marker, Object *self) {
    const Traceback *traceback = (Traceback *)self;
    mark_value(marker, traceback->frame);
    mark_object(marker, traceback->code);
    mark_object(marker, traceback->next);
    mark_object(marker, traceback->globals);
}

const TypeSpec traceback_type_spec = {
    .name = "traceback",
    .doc = "Where an exception came from.",
    .type_index = TYPE_traceback,
    .layout = LAYOUT_TRACEBACK,
    .flags = TYPE_FINAL,
    .size = sizeof(Traceback),
    .slots = {.construct = traceback_construct, .trace = traceback_trace},
    .getsets = traceback_getsets,
};
