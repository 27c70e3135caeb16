// SPDX-License-Identifier: MIT
//
// How a program watches itself run: sys.settrace and sys.setprofile.
//
// The loop knows nothing of it. A thread that is traced has a dispatch table full of the label
// `trace`, so each of its instructions comes here first, and what is about to happen is read off
// the instruction: a frame that has not been seen is a call, another line than before is a line, a
// RETURN or YIELD is a return with the value in its register. Only exceptions are told by the
// unwinding itself, for frames flagged FRAME_TRACED. A program that is not traced pays nothing.
//
// `thread->traced` lists the live views of the thread's frames, outermost first. A generator that
// is left unseen (by an await of a native object) leaves a view too many there, which goes as soon
// as a frame further out is met again; all other frames are let go of when they are left. While the
// function itself runs, the ordinary table is in place: nothing is told of what it does. CPython
// does all this with an instrumented copy of the bytecode.
#include "tracing.h"

#include "call.h"
#include "error.h"
#include "exception.h"
#include "execute.h"
#include "list.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- The views of the frames that are being looked after ----

static FrameView *listed(const Thread *thread, size_t i) {
    return as_frame_view(thread->traced->items[i]);
}

// From now on the view is a note.
static void let_go(FrameView *view) {
    if (view->live != NULL) {
        view->pc = view->live->pc;
        view->live = NULL;
    }
}

static void truncate_list(Thread *thread, size_t length) {
    for (size_t i = thread->traced->length; i > length; i--) {
        let_go(listed(thread, i - 1));
    }
    if (length < thread->traced->length) {
        thread->traced->length = length;
    }
}

FrameView *tracing_view(Thread *thread, const Frame *frame) {
    for (size_t i = thread->traced ? thread->traced->length : 0; i > 0; i--) {
        if (listed(thread, i - 1)->live == frame) {
            return listed(thread, i - 1);
        }
    }
    return NULL;
}

// The same for a frame that is running, so that all further in have been left.
static FrameView *current_view(Thread *thread, const Frame *frame) {
    for (size_t i = thread->traced ? thread->traced->length : 0; i > 0; i--) {
        if (listed(thread, i - 1)->live == frame) {
            truncate_list(thread, i);
            return listed(thread, i - 1);
        }
    }
    return NULL;
}

static void look_after(FrameView *view, Frame *frame, Value back) {
    frame->flags |= FRAME_TRACED;
    view->live = view->origin = frame;
    view->back = back;
}

static FrameView *view_of(Thread *thread, Frame *frame, FrameView *known) {
    if (known != NULL && known->origin == frame && known->code == frame->code) {
        return known;
    }
    FrameView *view = tracing_view(thread, frame);
    return view != NULL ? view
                        : as_frame_view(frame_view_new(thread, frame->code, frame->pc,
                                                       frame_globals(frame), VALUE_NONE));
}

// Look after all frames of the stack; `known` is the view of one of them, if it still runs.
static void list_stack(Thread *thread, FrameView *known) {
    List *views = list_new(thread, 0);
    for (Frame *frame = thread->frame; frame != NULL; frame = frame->caller) {
        list_append(thread, views, value_object(view_of(thread, frame, known)));
    }
    list_reverse(views);
    if (thread->traced != NULL) {
        truncate_list(thread, 0);
    }
    size_t i = views->length;
    for (Frame *frame = thread->frame; frame != NULL; frame = frame->caller, i--) {
        Value back = i > 1 ? views->items[i - 2] : VALUE_NONE;
        look_after(as_frame_view(views->items[i - 1]), frame, back);
    }
    thread->traced = views;
}

bool tracing_adopt(Thread *thread, FrameView *view) {
    if (view->live != NULL || view->origin == NULL) {
        return true;
    }
    const Frame *frame = thread->frame;
    while (frame != NULL && (frame != view->origin || frame->code != view->code)) {
        frame = frame->caller;
    }
    if (frame != NULL) {
        list_stack(thread, view);
    }
    return true;
}

// ---- Installing ----

static Value *slot(Thread *thread, TracingKind kind) {
    return kind == TRACING_LINES ? &thread->trace_function : &thread->profile_function;
}

static bool is_on(Thread *thread) {
    return !is_undefined(thread->trace_function) || !is_undefined(thread->profile_function);
}

static void set_active(Thread *thread, bool active) {
    thread->tracing = active;
    dispatch_renew(thread);
}

static void forget_unless_on(Thread *thread) {
    if (!is_on(thread) && thread->traced != NULL) {
        truncate_list(thread, 0);
        thread->traced = NULL;
    }
}

bool tracing_set(Thread *thread, TracingKind kind, Value function) {
    *slot(thread, kind) = is_none(function) ? VALUE_UNDEFINED : function;
    if (is_on(thread)) {
        list_stack(thread, NULL);
    }
    forget_unless_on(thread);
    if (!thread->in_tracer) {
        set_active(thread, is_on(thread));
    }
    return true;
}

Value tracing_get(Thread *thread, TracingKind kind) {
    Value function = *slot(thread, kind);
    return is_undefined(function) ? VALUE_NONE : function;
}

// ---- Telling ----

// function(view, event, argument); VALUE_ERROR: it has raised, and is removed.
static Value call_tracer(Thread *thread, TracingKind kind, Value function, FrameView *view,
                         const char *event, Value argument) {
    Value args[] = {value_object(view), value_object(str_intern_c(thread, event)), argument};
    thread->in_tracer = true;
    set_active(thread, false);
    Value result = call_value(thread, function, args, 3);
    thread->in_tracer = false;
    if (is_error(result)) {
        *slot(thread, kind) = VALUE_UNDEFINED;
        forget_unless_on(thread);
    }
    set_active(thread, is_on(thread));
    return result;
}

// Tell the frame's own function; what it returns takes its place, unless it is None.
static bool tell(Thread *thread, FrameView *view, const char *event, Value argument) {
    if (is_none(view->trace) || is_undefined(thread->trace_function)) {
        return true;
    }
    Value result = call_tracer(thread, TRACING_LINES, view->trace, view, event, argument);
    if (!is_error(result) && !is_none(result)) {
        view->trace = result;
    }
    return !is_error(result);
}

static bool tell_profiler(Thread *thread, FrameView *view, const char *event, Value argument) {
    return is_undefined(thread->profile_function) ||
           !is_error(call_tracer(thread, TRACING_PROFILE, thread->profile_function, view, event,
                                 argument));
}

// ---- Calls ----

static FrameView *push_view(Thread *thread, Frame *frame) {
    FrameView *caller = frame->caller == NULL ? NULL : current_view(thread, frame->caller);
    Value v = frame_view_new(thread, frame->code, frame->pc, frame_globals(frame), VALUE_NONE);
    look_after(as_frame_view(v), frame, caller == NULL ? VALUE_NONE : value_object(caller));
    list_append(thread, thread->traced, v);
    return as_frame_view(v);
}

static bool is_at_start(const Frame *frame) {
    const Instruction *first = frame->code->instructions;
    return frame->pc == first || (frame->pc == first + 1 && first->op == OP_GENERATOR);
}

// The instruction that a resumed generator is at for programs: the yield.
static const Instruction *resumed_at(const Frame *frame) {
    return frame->pc->op == OP_YIELD_FROM ? frame->pc : frame->pc - 1;
}

static bool tell_call(Thread *thread, FrameView *view) {
    bool going = true;
    if (!is_undefined(thread->trace_function)) {
        Value result =
            call_tracer(thread, TRACING_LINES, thread->trace_function, view, "call", VALUE_NONE);
        going = !is_error(result);
        view->trace = going ? result : VALUE_NONE;
    }
    return going && tell_profiler(thread, view, "call", VALUE_NONE);
}

// A frame that has not been seen: a call, or a generator that is resumed. NULL: exception set.
static FrameView *enter(Thread *thread, Frame *frame) {
    FrameView *view = push_view(thread, frame);
    const Instruction *pc = frame->pc;
    view->starting = is_at_start(frame);
    if (!view->starting) {
        frame->pc = resumed_at(frame);
        view->line = frame->code->file ? code_line(frame->code, frame->pc) : 0;
    } else if (pc == frame->code->instructions) {
        locals_unbind(frame);
    }
    bool going = tell_call(thread, view);
    frame->pc = pc;
    view->starting = false;
    return going ? view : NULL;
}

// ---- Lines ----

static bool text_begins(const Code *code, const Instruction *pc, const char *word) {
    return code->file != NULL &&
           strncmp(code->file->source.text + code_span(code, pc).start, word, strlen(word)) == 0;
}

// What binds a function's arguments stands at the `def`.
static bool is_prologue(const Code *code, const Instruction *pc) {
    bool is_function = !(code->flags & (CODE_MODULE | CODE_CLASS_BODY | CODE_NAMES));
    return is_function && code_line(code, pc) == code->first_line &&
           (text_begins(code, pc, "def") || text_begins(code, pc, "async") ||
            text_begins(code, pc, "@"));
}

// The end of a body, which the program has not written down: it is at the line before it.
static bool is_body_end(const Code *code, const Instruction *pc) {
    bool is_return = pc->op == OP_RETURN_NONE || pc->op == OP_RETURN;
    return is_return && ((code->flags & CODE_CLASS_BODY) ||
                         (pc->op == OP_RETURN_NONE && !text_begins(code, pc, "return") &&
                          !text_begins(code, pc, "pass")));
}

// Instructions that belong to no line of their own. A jump is a statement only when it is `break`
// or `continue`: so says the text. What cleans up after an `except` stands at its beginning.
static bool is_silent(const FrameView *view, const Instruction *pc) {
    const Code *code = view->code;
    if (code->file == NULL) {
        return true;
    }
    switch (pc->op) {
    case OP_MAKE_CELL:
    case OP_GENERATOR:
    case OP_ENTER_HANDLER:
    case OP_LEAVE_HANDLER:
    case OP_RERAISE:
        return true;
    case OP_JUMP:
        return !text_begins(code, pc, "break") && !text_begins(code, pc, "continue");
    default:
        return is_body_end(code, pc) || is_prologue(code, pc) || text_begins(code, pc, "try") ||
               (code_line(code, pc) < view->line && text_begins(code, pc, "except"));
    }
}

static bool tell_line(Thread *thread, FrameView *view, const Instruction *at, uint32_t line) {
    view->line = line;
    if (view->skips_lines) {
        return true;
    }
    Frame *frame = view->live;
    const Instruction *pc = frame->pc;
    frame->pc = at; // so that f_lineno says the line told
    bool going = tell(thread, view, "line", VALUE_NONE);
    frame->pc = pc;
    return going;
}

// Do the words that this handler covers begin a `try` statement at `here`? A handler may cover
// several ranges, of which the first counts.
static bool begins_try(const Code *code, uint32_t number, uint32_t here) {
    const Handler *handler = &code->handlers[number];
    const Instruction *target = code->instructions + handler->target;
    if (handler->first != here || target->op != OP_ENTER_HANDLER ||
        !text_begins(code, target, "try")) {
        return false;
    }
    for (uint32_t i = 0; i < code->handler_count; i++) {
        if (code->handlers[i].target == handler->target && code->handlers[i].first < here) {
            return false;
        }
    }
    return true;
}

// `try:` makes no instruction.
static bool tell_try(Thread *thread, FrameView *view, const Instruction *pc) {
    const Code *code = view->code;
    for (uint32_t i = code->handler_count; i > 0; i--) {
        if (!begins_try(code, i - 1, (uint32_t)(pc - code->instructions))) {
            continue;
        }
        const Instruction *target = code->instructions + code->handlers[i - 1].target;
        uint32_t line = code_line(code, target);
        if (line != view->line && line < code_line(code, pc) && view->live != NULL &&
            !tell_line(thread, view, target, line)) {
            return false;
        }
    }
    return true;
}

static bool step_line(Thread *thread, FrameView *view, const Instruction *before) {
    const Instruction *pc = view->live->pc;
    if (!tell_try(thread, view, pc)) {
        return false;
    }
    if (view->live == NULL || is_silent(view, pc)) {
        return true;
    }
    uint32_t line = code_line(view->code, pc);
    bool again = before != NULL && pc < before; // a loop whose lines are one
    return (line == view->line && !again) || tell_line(thread, view, pc, line);
}

// ---- Returns ----

static bool leave(Thread *thread, FrameView *view, Value result) {
    bool going = tell(thread, view, "return", result);
    going = tell_profiler(thread, view, "return", result) && going;
    let_go(view);
    return going;
}

// A yield leaves its frame and those that delegate to it.
static bool leave_by_yield(Thread *thread, FrameView *view, Value item) {
    const Frame *frame = view->live;
    while (view != NULL) {
        const Frame *caller = frame->caller;
        bool delegated = !(frame->flags & FRAME_ENTRY) && caller->pc->op == OP_YIELD_FROM;
        if (!leave(thread, view, item)) {
            return false;
        }
        frame = caller;
        view = delegated ? tracing_view(thread, caller) : NULL;
    }
    return true;
}

// `before`: the instruction executed last that has a line.
static bool step_return(Thread *thread, FrameView *view, const Instruction *before) {
    Frame *frame = view->live;
    const Instruction *pc = frame->pc;
    if (frame->code->file != NULL && is_body_end(frame->code, pc)) {
        frame->pc = before;
        bool going = leave(thread, view, VALUE_NONE);
        frame->pc = pc;
        return going;
    }
    switch (pc->op) {
    case OP_RETURN:
        return leave(thread, view, frame->registers[pc->a]);
    case OP_RETURN_NONE:
        return leave(thread, view, VALUE_NONE);
    case OP_YIELD:
    case OP_ASYNC_YIELD:
        return leave_by_yield(thread, view, frame->registers[pc->b]);
    default:
        return true;
    }
}

// ---- What the loop says ----

static bool step_seen(Thread *thread, FrameView *view) {
    const Instruction *before = view->pc, *pc = view->live->pc;
    if (!is_silent(view, pc)) {
        view->pc = pc;
    }
    if (!is_none(view->trace)) {
        if (!step_line(thread, view, before)) {
            return false;
        }
        if (view->tells_opcodes && !tell(thread, view, "opcode", VALUE_NONE)) {
            return false;
        }
    }
    return view->live == NULL || step_return(thread, view, before);
}

bool tracing_step(Thread *thread) {
    if (thread->core.counting_ticks && --thread->core.ticks_left == 0 &&
        !thread_safepoint(thread)) {
        return false;
    }
    Frame *frame = thread->frame;
    if (!thread->tracing) {
        return true;
    }
    if (frame->pc->op == OP_LOAD_BODY) { // there is nothing to see yet
        return true;
    }
    if (frame->pc->op == OP_GENERATOR) { // makes a generator; its body has not begun
        locals_unbind(frame);
        return true;
    }
    if (!(frame->flags & FRAME_TRACED)) {
        FrameView *view = enter(thread, frame);
        return view != NULL && (view->live == NULL || step_seen(thread, view));
    }
    FrameView *view = current_view(thread, frame);
    return view == NULL || step_seen(thread, view);
}

void tracing_raised(Thread *thread, Frame *frame) {
    FrameView *view = thread->tracing ? current_view(thread, frame) : NULL;
    if (view == NULL || is_none(view->trace)) {
        return;
    }
    Value exception = error_take(thread);
    Traceback *traceback = as_exception(exception)->traceback;
    Value items[] = {value_object(object_type(exception)), exception,
                     traceback ? value_object(traceback) : VALUE_NONE};
    if (tell(thread, view, "exception", value_object(tuple_from_array(thread, items, 3)))) {
        thread->exception = exception;
    }
}

void tracing_left(Thread *thread, const Frame *frame) {
    FrameView *view = current_view(thread, frame);
    if (view != NULL) {
        let_go(view);
    }
}

void tracing_unwound(Thread *thread, Frame *frame) {
    FrameView *view = thread->tracing ? current_view(thread, frame) : NULL;
    if (view == NULL) {
        tracing_left(thread, frame);
        return;
    }
    Value exception = error_take(thread);
    if (leave(thread, view, VALUE_NONE)) {
        thread->exception = exception;
    }
}
