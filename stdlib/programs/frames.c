// SPDX-License-Identifier: MIT
//
// Frames, positions and source lines for Mini programs.
//
// Mini's frames live on a stack and move on, so a frame object is a record made at the moment it is
// asked for: code, instruction, globals, and the variables of the one frame that was asked for. Its
// callers are recorded with it. (CPython's frame objects stay connected with the running function;
// Mini's do while the thread is being traced.)
//
// The other half serves the module traceback. A code object knows the text it was made from, so
// lines and carets can be shown for code that was never in a file. The texts are exactly those of
// an uncaught exception, because the same functions of vm/object/traceback*.c make them.
#include "frames.h"

#include "async_hooks.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "frame_view.h"
#include "function.h"
#include "int.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "traceback.h"
#include "traceback_parts.h"
#include "tracing.h"
#include "tuple.h"
#include "working_text.h"

// ---- Frames ----

static Frame *frame_at(Thread *thread, Value depth) {
    int64_t level;
    if (!operation_index_int64(thread, depth, &level)) {
        return NULL;
    }
    Frame *frame = thread->frame;
    for (; frame != NULL && level > 0; level--) {
        frame = frame->caller;
    }
    if (frame == NULL) {
        raise_error(thread, ERROR_ValueError, "call stack is not deep enough");
    }
    return frame;
}

static Value note(Thread *thread, Frame *frame) {
    Value view = frame_view_new(thread, frame->code, frame->pc, frame_globals(frame), VALUE_NONE);
    as_frame_view(view)->origin = frame;
    return view;
}

Value frames_get(Thread *thread, Value *args) {
    Frame *first = frame_at(thread, args[0]);
    if (first == NULL) {
        return VALUE_ERROR;
    }
    Value innermost = VALUE_NONE, last = VALUE_NONE;
    for (Frame *frame = first; frame != NULL; frame = frame->caller) {
        FrameView *live = tracing_view(thread, frame);
        Value view = live ? value_object(live) : note(thread, frame);
        if (is_none(last)) {
            innermost = view;
        } else {
            ((FrameView *)as_object(last))->back = view;
        }
        last = view;
        if (live != NULL) { // those further out are linked with it
            break;
        }
    }
    Value locals = step_locals(thread, first);
    ((FrameView *)as_object(innermost))->locals = locals;
    return is_error(locals) ? locals : innermost;
}

// The frames of a thread that stands still because this one has the GIL, without their locals.
static Value frames_of(Thread *thread, const Thread *other) {
    Value innermost = VALUE_NONE, last = VALUE_NONE;
    for (Frame *frame = other->frame; frame != NULL; frame = frame->caller) {
        Value view =
            frame_view_new(thread, frame->code, frame->pc, frame_globals(frame), VALUE_NONE);
        if (is_none(last)) {
            innermost = view;
        } else {
            as_frame_view(last)->back = view;
        }
        last = view;
    }
    return innermost;
}

Value frames_get_all(Thread *thread, Value *args) {
    (void)args;
    Dict *found = dict_new(thread, 4);
    for (RuntimeThread *t = thread->core.runtime->threads; t != NULL; t = t->next) {
        Value depth = value_small_int(0);
        Value frame =
            t == &thread->core ? frames_get(thread, &depth) : frames_of(thread, (const Thread *)t);
        if (is_error(frame) || !dict_set(thread, found, int_from_uint64(thread, t->id), frame)) {
            return VALUE_ERROR;
        }
    }
    return value_object(found);
}

Value frames_get_module_name(Thread *thread, Value *args) {
    Frame *frame = frame_at(thread, args[0]);
    if (frame == NULL) {
        error_clear(thread);
        return VALUE_NONE;
    }
    Value name = dict_get_str(thread, frame_globals(frame), common_name(thread, NAME___name__));
    return is_undefined(name) ? VALUE_NONE : name;
}

// ---- Positions ----

static bool find_instruction(Thread *thread, Value *args, Code **code, const Instruction **pc) {
    int64_t index;
    if (!is_code(args[0])) {
        return raise_false(thread, ERROR_TypeError, "a code object is required, not '%s'",
                           type_name(thread, args[0]));
    }
    *code = as_code(args[0]);
    code_need_body(thread, *code);
    if (!operation_index_int64(thread, args[1], &index)) {
        return false;
    }
    if (index < 0 || index >= (int64_t)(*code)->instruction_count) {
        return raise_false(thread, ERROR_IndexError, "instruction index out of range");
    }
    *pc = (*code)->instructions + index;
    return true;
}

static Value column(const Source *source, uint32_t line, uint32_t offset) {
    return value_small_int(offset - source->line_starts[line - 1]);
}

static Value frames_position(Thread *thread, Value *args) {
    Code *code;
    const Instruction *pc;
    if (!find_instruction(thread, args, &code, &pc)) {
        return VALUE_ERROR;
    }
    Value items[] = {VALUE_NONE, VALUE_NONE, VALUE_NONE, VALUE_NONE};
    if (code->file != NULL) {
        const Source *source = &code->file->source;
        Span span = code_span(code, pc);
        uint32_t first = source_line_of(source, span.start);
        uint32_t last = source_line_of(source, span.end);
        items[0] = value_small_int(first);
        items[1] = value_small_int(last);
        if (pc->op != OP_GENERATOR) { // where a generator that has not begun is, no column says
            items[2] = column(source, first, span.start);
            items[3] = column(source, last, span.end);
        }
    }
    return value_object(tuple_from_array(thread, items, 4));
}

static Value take_text(Thread *thread, const WorkingText *working) {
    Str *result = str_new_utf8(thread, working->text.data, working->text.length);
    working_text_end(thread, working);
    return result ? value_object(result) : VALUE_ERROR;
}

static Value frames_source_lines(Thread *thread, Value *args) {
    Code *code;
    const Instruction *pc;
    if (!find_instruction(thread, args, &code, &pc)) {
        return VALUE_ERROR;
    }
    WorkingText working;
    StringBuilder *text = working_text_begin(thread, &working);
    if (code->file != NULL) {
        traceback_print_source(&code->file->source, code_span(code, pc), pc->op, text);
    }
    return take_text(thread, &working);
}

static Value frames_source_line(Thread *thread, Value *args) {
    if (!is_code(args[0]) || !is_small_int(args[1])) {
        return raise_error(thread, ERROR_TypeError, "a code object and a line number are needed");
    }
    const SourceFile *file = as_code(args[0])->file;
    int64_t line = as_small_int(args[1]);
    if (file == NULL || line < 1 || line > file->source.line_count) {
        return VALUE_NONE;
    }
    uint32_t length;
    const char *start = source_line_text(&file->source, (uint32_t)line, &length);
    Str *text = str_new_utf8(thread, start, length);
    return text ? value_object(text) : VALUE_ERROR;
}

static Value frames_source_text(Thread *thread, Value *args) {
    if (!is_code(args[0])) {
        return raise_error(thread, ERROR_TypeError, "a code object is required, not '%s'",
                           type_name(thread, args[0]));
    }
    const SourceFile *file = as_code(args[0])->file;
    if (file == NULL) {
        return VALUE_NONE;
    }
    Str *text = str_new_utf8(thread, file->source.text, file->source.length);
    return text ? value_object(text) : VALUE_ERROR;
}

static Value frames_library_code(Thread *thread, Value *args) {
    const ModuleSpec *spec =
        is_str(args[0]) ? import_find_embedded(thread, str_text(thread, as_str(args[0]))) : NULL;
    if (spec == NULL || spec->image == NULL) {
        return VALUE_NONE;
    }
    Code *code = import_embedded_code(thread, spec, value_same(args[1], VALUE_TRUE));
    return code != NULL ? value_object(code) : VALUE_ERROR;
}

static Value frames_headline(Thread *thread, Value *args) {
    if (!is_exception(args[0])) {
        return raise_error(thread, ERROR_TypeError, "an exception is required, not '%s'",
                           type_name(thread, args[0]));
    }
    WorkingText working;
    traceback_print_headline(thread, args[0], working_text_begin(thread, &working));
    return take_text(thread, &working);
}

static Value mark_function(Thread *thread, Value function, unsigned flag) {
    if (!has_layout(function, LAYOUT_FUNCTION))
        return raise_error(thread, ERROR_TypeError, "a function is needed, not '%s'",
                           type_name(thread, function));
    ((Function *)as_object(function))->code->flags |= flag;
    return VALUE_NONE;
}

// For types.coroutine(): the generators of this function may be awaited.
static Value frames_mark_awaitable(Thread *thread, Value *args) {
    return mark_function(thread, args[0], CODE_ITERABLE_COROUTINE);
}

static Value frames_leave_out(Thread *thread, Value *args) {
    return mark_function(thread, args[0], TRACEBACK_LEFT_OUT);
}

// A note of a frame that has gone has nothing to be assigned.
static Value frames_assign(Thread *thread, Value *args) {
    if (!is_frame_view(thread, args[0]) || !is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "a frame, a name and a value are needed");
    Frame *frame = as_frame_view(args[0])->live;
    return value_bool(frame && step_assign_local(frame, as_str(args[1]), args[2]));
}

static const NativeSpec frames_functions[] = {
    NATIVE("assign", frames_assign, "(frame, name, value, /)",
           "Assign a variable of a function that is being traced; return whether there is one."),
    NATIVE("position", frames_position, "(code, instruction, /)",
           "Return (line, end line, column, end column) of an instruction, columns in bytes."),
    NATIVE("source_lines", frames_source_lines, "(code, instruction, /)",
           "Return the lines that a traceback shows for an instruction, with carets."),
    NATIVE("source_line", frames_source_line, "(code, line, /)",
           "Return a line of the text that the code was made from, or None."),
    NATIVE("source_text", frames_source_text, "(code, /)",
           "Return the whole text that the code was made from, or None."),
    NATIVE("library_code", frames_library_code, "(name, compile=False, /)",
           "Return the code of a module of the library as it lies in the binary, or compiled from "
           "its text now; None if it has none."),
    NATIVE("mark_awaitable", frames_mark_awaitable, "(function, /)",
           "Let what a generator function makes be awaited; for types.coroutine()."),
    NATIVE("made_at", async_hooks_made_at, "(coroutine, /)",
           "Return (file name, line, globals) of where a coroutine that has not begun was made."),
    NATIVE("leave_out", frames_leave_out, "(function, /)",
           "Leave frames of the function out of tracebacks, as if it were native."),
    NATIVE("headline", frames_headline, "(exception, /)",
           "Return what a traceback says at its end: type, message and hints."),
    NATIVE_END,
};

// ---- Tracing ----

static Value set_tracer(Thread *thread, TracingKind kind, Value function) {
    return tracing_set(thread, kind, function) ? VALUE_NONE : VALUE_ERROR;
}

static Value frames_set_trace(Thread *thread, Value *args) {
    return set_tracer(thread, TRACING_LINES, args[0]);
}

static Value frames_get_trace(Thread *thread, Value *args) {
    (void)args;
    return tracing_get(thread, TRACING_LINES);
}

static Value frames_set_profile(Thread *thread, Value *args) {
    return set_tracer(thread, TRACING_PROFILE, args[0]);
}

static Value frames_get_profile(Thread *thread, Value *args) {
    (void)args;
    return tracing_get(thread, TRACING_PROFILE);
}

const NativeSpec frames_tracing[] = {
    NATIVE("settrace", frames_set_trace, "(function, /)",
           "Have `function` called at each call, line, return and exception in this thread."),
    NATIVE("gettrace", frames_get_trace, "()", "Return the function that settrace() was given."),
    NATIVE("setprofile", frames_set_profile, "(function, /)",
           "Have `function` called at each call and return in this thread."),
    NATIVE("getprofile", frames_get_profile, "()",
           "Return the function that setprofile() was given."),
    NATIVE_END,
};

bool frames_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, frames_functions);
    return true;
}
