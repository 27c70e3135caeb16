// SPDX-License-Identifier: MIT
//
// The type `frame`: f_code, f_lineno, f_back and their like.
//
// Asking a live view looks at the frame itself, so line and variables are those of the moment.
// Setting f_trace on a note of a frame that still runs makes it live, which is how a debugger that
// is called in the middle of a program gets hold of the functions around it.
#include "frame_view.h"

#include "dict.h"
#include "error.h"
#include "execute.h"
#include "namespace.h"
#include "operations.h"
#include "str.h"
#include "tracing.h"
#include "type.h"

bool is_frame_view(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_frame);
}

Value frame_view_new(Thread *thread, Code *code, const Instruction *pc, Dict *globals, Value back) {
    FrameView *view = object_new(thread, builtin_type(thread, TYPE_frame));
    view->code = code;
    view->pc = pc;
    view->globals = globals;
    view->back = back;
    view->locals = VALUE_UNDEFINED;
    view->trace = VALUE_NONE;
    view->owner = VALUE_UNDEFINED;
    return value_object(view);
}

static const Instruction *position(const FrameView *view) {
    return view->live != NULL ? view->live->pc : view->pc;
}

// A module begins before its first line.
static uint32_t line_of(const FrameView *view) {
    bool is_module = view->code->flags & (CODE_MODULE | CODE_NAMES);
    return !view->starting ? code_line(view->code, position(view))
           : is_module     ? 0
                           : view->code->first_line;
}

static Value get_code(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_frame_view(self)->code);
}

static Value get_globals(Thread *thread, Value self) {
    FrameView *view = as_frame_view(self);
    if (!view->globals) {
        view->globals = dict_new(thread, 0);
    }
    return value_object(view->globals);
}

// The frame it was made from if that is still one of the thread's, or NULL.
static Frame *executing_frame(const Thread *thread, const FrameView *view) {
    for (Frame *frame = thread->frame; frame != NULL; frame = frame->caller) {
        if (frame == view->origin && frame->code == view->code) {
            return frame;
        }
    }
    return NULL;
}

// The variables of a module are its globals; those of a function are there when they were recorded,
// and while it runs.
static Value get_locals(Thread *thread, Value self) {
    FrameView *view = as_frame_view(self);
    if (view->live != NULL) {
        view->locals = step_locals(thread, view->live);
        return view->locals;
    }
    if (!is_undefined(view->locals)) {
        return view->locals;
    }
    Frame *frame = executing_frame(thread, view);
    if (frame != NULL) {
        return step_locals(thread, frame);
    }
    bool is_module = view->code->flags & CODE_MODULE;
    return is_module ? get_globals(thread, self) : value_object(dict_new(thread, 0));
}

static Value get_builtins(Thread *thread, Value self) {
    return namespace_builtins(thread, as_frame_view(self)->globals);
}

static Value get_line(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(line_of(as_frame_view(self)));
}

static Value get_last_instruction(Thread *thread, Value self) {
    (void)thread;
    const FrameView *view = as_frame_view(self);
    return value_small_int(code_index(view->code, position(view)));
}

static Value get_back(Thread *thread, Value self) {
    (void)thread;
    return as_frame_view(self)->back;
}

static Value get_trace(Thread *thread, Value self) {
    (void)thread;
    return as_frame_view(self)->trace;
}

static bool set_trace(Thread *thread, Value self, Value v) {
    FrameView *view = as_frame_view(self);
    view->trace = is_undefined(v) ? VALUE_NONE : v;
    return is_none(view->trace) || tracing_adopt(thread, view);
}

static bool check_bool(Thread *thread, Value v) {
    return is_bool(v) || raise_false(thread, ERROR_TypeError, "attribute value type must be bool");
}

static Value get_trace_lines(Thread *thread, Value self) {
    (void)thread;
    return value_bool(!as_frame_view(self)->skips_lines);
}

static bool set_trace_lines(Thread *thread, Value self, Value v) {
    as_frame_view(self)->skips_lines = is_bool(v) && !is_true(v);
    return check_bool(thread, v);
}

static Value get_trace_opcodes(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_frame_view(self)->tells_opcodes);
}

static bool set_trace_opcodes(Thread *thread, Value self, Value v) {
    as_frame_view(self)->tells_opcodes = is_bool(v) && is_true(v);
    return check_bool(thread, v);
}

static bool is_executing(const Thread *thread, const FrameView *view) {
    if (view->live != NULL) {
        return true;
    }
    return executing_frame(thread, view) != NULL;
}

// What the frame held is forgotten; a generator that has not begun never will.
static Value frame_clear(Thread *thread, Value *args) {
    FrameView *view = as_frame_view(args[0]);
    Generator *owner = is_undefined(view->owner) ? NULL : (Generator *)as_object(view->owner);
    if (owner != NULL && owner->state == GENERATOR_SUSPENDED) {
        return raise_error(thread, ERROR_RuntimeError, "cannot clear a suspended frame");
    }
    if (is_executing(thread, view) || (owner != NULL && owner->state == GENERATOR_RUNNING)) {
        return raise_error(thread, ERROR_RuntimeError, "cannot clear an executing frame");
    }
    if (owner != NULL) {
        farewells_close(thread, owner);
    }
    view->locals = VALUE_UNDEFINED;
    return VALUE_NONE;
}

static const NativeSpec methods[] = {
    {"clear", frame_clear, "(self, /)", "Forget the variables of a frame that has been left.", 0},
    {0},
};

static const GetSetSpec getsets[] = {
    {"f_code", get_code, NULL, "The code being run."},
    {"f_globals", get_globals, NULL, "The global variables."},
    {"f_locals", get_locals, NULL, "The variables; none of a function that has been left."},
    {"f_builtins", get_builtins, NULL, "The builtins."},
    {"f_lineno", get_line, NULL, "The line number."},
    {"f_lasti", get_last_instruction, NULL, "The instruction's number."},
    {"f_back", get_back, NULL, "The caller's frame, or None."},
    {"f_trace", get_trace, set_trace, "The function told of what happens in the frame, or None."},
    {"f_trace_lines", get_trace_lines, set_trace_lines, "Whether it is told of lines."},
    {"f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, "Whether it is told of opcodes."},
    {0},
};

static Value frame_view_repr(Thread *thread, Value self) {
    const FrameView *view = as_frame_view(self);
    Value file = view->code->file ? value_object(view->code->file->name) : VALUE_NONE;
    Str *name = operation_repr(thread, file);
    return name ? value_object(str_format(thread, "<frame at %p, file %s, line %u, code %s>",
                                          (const void *)view, str_text(thread, name), line_of(view),
                                          str_text(thread, view->code->name)))
                : VALUE_ERROR;
}

static void frame_view_trace(Marker *marker, Object *self) {
    const FrameView *view = (FrameView *)self;
    mark_object(marker, view->code);
    mark_object(marker, view->globals);
    mark_value(marker, view->back);
    mark_value(marker, view->locals);
    mark_value(marker, view->trace);
    mark_value(marker, view->owner);
    if (view->live != NULL && (view->live->flags & FRAME_GENERATOR)) {
        mark_object(marker, generator_of(view->live)); // its frame lies there
    }
}

const TypeSpec frame_type_spec = {
    .name = "frame",
    .doc = "Where a frame was.",
    .type_index = TYPE_frame,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(FrameView),
    .slots = {.repr = frame_view_repr, .trace = frame_view_trace},
    .methods = methods,
    .getsets = getsets,
};
