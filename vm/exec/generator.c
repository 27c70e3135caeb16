// SPDX-License-Identifier: MIT
//
// Generators and coroutines: making, resuming, throwing into, closing.
//
// A generator function's first instruction copies the frame into a Generator and returns that. From
// then on resuming means: link the generator's frame on top of the current one and run; yielding
// means: unlink it and hand a value to whoever resumed. No C stack and no copy is involved, which
// is why a suspended generator costs a few hundred bytes and a thread costs a few hundred
// kilobytes.
//
// The loop resumes generators itself in `for` and `yield from`; this file serves everybody else.
#include "generator.h"

#include "async_generator.h"
#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "frame_view.h"
#include "function.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

static Type *generator_type(Thread *thread, const Code *code) {
    if (code->flags & CODE_COROUTINE) {
        return builtin_type(thread, TYPE_coroutine);
    }
    if (code->flags & CODE_ASYNC_GENERATOR) {
        return builtin_type(thread, TYPE_async_generator);
    }
    return builtin_type(thread, TYPE_generator);
}

// ---- Details ----

Value generator_detail(const Generator *generator, GeneratorDetail which) {
    const Code *code = generator->frame.code;
    return !is_undefined(generator->details)   ? as_tuple(generator->details)->items[which]
           : which == GENERATOR_NAME           ? value_object(code->name)
           : which == GENERATOR_QUALIFIED_NAME ? value_object(code->qualified_name)
                                               : VALUE_NONE;
}

void generator_set_detail(Thread *thread, Generator *generator, GeneratorDetail which, Value v) {
    if (is_undefined(generator->details)) {
        Tuple *details = tuple_new(thread, GENERATOR_DETAILS);
        for (GeneratorDetail i = 0; i < GENERATOR_DETAILS; i++) {
            details->items[i] = generator_detail(generator, i);
        }
        generator->details = value_object(details);
    }
    as_tuple(generator->details)->items[which] = v;
}

// A function may have been given other names than its code has.
static void take_names(Thread *thread, Generator *generator, const Function *function) {
    if (function->name != generator->frame.code->name) {
        generator_set_detail(thread, generator, GENERATOR_NAME, value_object(function->name));
    }
    if (function->qualified_name != generator->frame.code->qualified_name) {
        generator_set_detail(thread, generator, GENERATOR_QUALIFIED_NAME,
                             value_object(function->qualified_name));
    }
}

// ---- Birth ----

Value generator_new(Thread *thread, Frame *frame) {
    Code *code = frame->code;
    size_t registers = code->register_count * sizeof(Value);
    Generator *generator =
        object_new_sized(thread, generator_type(thread, code), sizeof(Generator) + registers);
    generator->state = GENERATOR_CREATED;
    generator->delegate = VALUE_UNDEFINED;
    generator->handled = VALUE_UNDEFINED;
    generator->details = VALUE_UNDEFINED;
    generator->frame.function = frame->function;
    generator->frame.code = code;
    generator->frame.pc = frame->pc;
    memcpy(generator->frame.registers, frame->registers, code->variable_count * sizeof(Value));
    take_names(thread, generator, frame_function(frame));
    if (code->flags & CODE_COROUTINE) {
        farewells_coroutine(thread, generator, frame);
    }
    return value_object(generator);
}

static const char *kind_name(const Generator *generator) {
    const Code *code = generator->frame.code;
    return code->flags & CODE_COROUTINE         ? "coroutine"
           : code->flags & CODE_ASYNC_GENERATOR ? "async generator"
                                                : "generator";
}

static bool check_can_enter(Thread *thread, const Generator *generator, Value sent) {
    if (generator->state == GENERATOR_RUNNING) {
        return raise_false(thread, ERROR_ValueError, "%s already executing", kind_name(generator));
    }
    if (generator->state == GENERATOR_CREATED && !is_none(sent)) {
        return raise_false(thread, ERROR_TypeError,
                           "can't send non-None value to a just-started %s", kind_name(generator));
    }
    if (thread->recursion_depth >= thread->interpreter->recursion_limit) {
        return raise_false(thread, ERROR_RecursionError, "maximum recursion depth exceeded");
    }
    return true;
}

// Make the generator's frame the current one, at the instruction where it is suspended.
static void link_frame(Thread *thread, Generator *generator, uint32_t flags) {
    Frame *frame = &generator->frame;
    frame->caller = thread->frame;
    frame->top = stack_top(thread);
    frame->flags = FRAME_GENERATOR | flags;
    generator->state = GENERATOR_RUNNING;
    Value inside = generator->handled;
    generator->handled = thread->handled;
    if (generator->handling) {
        thread->handled = inside;
    }
    thread->recursion_depth++;
    thread->frame = frame;
}

bool generator_enter(Thread *thread, Generator *generator, Value sent, uint32_t flags) {
    if (!check_can_enter(thread, generator, sent)) {
        return false;
    }
    bool created = generator->state == GENERATOR_CREATED;
    Frame *frame = &generator->frame;
    link_frame(thread, generator, flags);
    if (created) {
        frame->pc++; // past GENERATOR
    } else {
        frame->registers[frame->pc->a] = sent;
        frame->pc += frame->pc->op == OP_YIELD_FROM ? 0 : 1;
    }
    return true;
}

static void restore_handled(Thread *thread, Generator *generator) {
    Value inside = generator->handling ? thread->handled : VALUE_UNDEFINED;
    thread->handled = generator->handled;
    generator->handled = inside;
}

void generator_suspend(Thread *thread, Generator *generator) {
    generator->state = GENERATOR_SUSPENDED;
    restore_handled(thread, generator);
}

// PEP 479: a StopIteration must not leave a generator by accident. One that was thrown into a
// generator that has not begun did not come from its body, and passes.
static void convert_stop_iteration(Thread *thread, const Generator *generator) {
    if (generator->frame.pc->op == OP_GENERATOR) {
        return;
    }
    const char *what = error_matches(thread, ERROR_StopIteration) ? "StopIteration"
                       : (generator->frame.code->flags & CODE_ASYNC_GENERATOR) &&
                               error_matches(thread, ERROR_StopAsyncIteration)
                           ? "StopAsyncIteration"
                           : NULL;
    if (what == NULL) {
        return;
    }
    Value cause = error_take(thread);
    raise_error(thread, ERROR_RuntimeError, "%s raised %s", kind_name(generator), what);
    Exception *error = as_exception(thread->exception);
    error->cause = error->context = cause;
    error->suppress_context = 1;
}

void generator_finish(Thread *thread, Generator *generator) {
    generator->state = GENERATOR_CLOSED;
    generator->delegate = VALUE_UNDEFINED;
    generator->handling = false;
    restore_handled(thread, generator);
    if (error_pending(thread)) {
        convert_stop_iteration(thread, generator);
    }
    // Let go of what the frame held.
    memset(generator->frame.registers, 0, generator->frame.code->register_count * sizeof(Value));
}

// Run an entered generator; sorts out the three ways in which that ends.
static Value run_entered(Thread *thread, Generator *generator, bool raising, Value *result) {
    bool has_room = native_enter(thread);
    Value v = raising || !has_room ? run_frame_raising(thread, &generator->frame)
                                   : run_frame(thread, &generator->frame);
    if (has_room) {
        native_leave(thread);
    }
    if (is_error(v) || generator->state == GENERATOR_SUSPENDED) {
        return v;
    }
    *result = v;
    return VALUE_UNDEFINED;
}

Value generator_resume(Thread *thread, Generator *generator, Value sent, Value *result) {
    if (generator->state == GENERATOR_CLOSED) {
        *result = VALUE_NONE;
        return VALUE_UNDEFINED;
    }
    if (!generator_enter(thread, generator, sent, FRAME_ENTRY)) {
        return VALUE_ERROR;
    }
    return run_entered(thread, generator, false, result);
}

// `instance`, which calling `type` has given, must be an exception.
static Value check_made(Thread *thread, Value type, Value instance) {
    if (is_exception(instance)) {
        return instance;
    }
    Str *maker = operation_repr(thread, type);
    return maker == NULL ? VALUE_ERROR
                         : raise_error(thread, ERROR_TypeError,
                                       "calling %s should have returned an instance of "
                                       "BaseException, not %s",
                                       str_text(thread, maker), type_name(thread, instance));
}

static Value make_instance(Thread *thread, Value type, Value *args, size_t count) {
    Value instance = call_value(thread, type, args, count);
    return is_error(instance) ? instance : check_made(thread, type, instance);
}

// What throw() makes of a class and the arguments for it. A class that gives an instance of another
// (OSError(2, "text") is a FileNotFoundError) is called again, with that instance.
static Value make_thrown(Thread *thread, Value type, Value *args, size_t count) {
    Value instance = make_instance(thread, type, args, count);
    if (is_error(instance) || type_of(thread, instance) == as_type(type)) {
        return instance;
    }
    return make_instance(thread, type, &instance, 1);
}

// The old form throw(type, value): the value is the exception already, or what to make it from.
static Value exception_from_pair(Thread *thread, Value type, Value value) {
    if (is_instance_of(value, as_type(type))) {
        return value;
    }
    if (is_tuple(value)) {
        return make_thrown(thread, type, as_tuple(value)->items, as_tuple(value)->length);
    }
    return make_thrown(thread, type, &value, 1);
}

static Value made_exception(Thread *thread, const Thrown *thrown) {
    Value type = thrown->type, value = thrown->value;
    bool has_value = !is_undefined(value) && !is_none(value);
    if (is_exception_class(type)) {
        return has_value ? exception_from_pair(thread, type, value)
                         : make_thrown(thread, type, NULL, 0);
    }
    if (!is_exception(type)) {
        return raise_error(thread, ERROR_TypeError,
                           "exceptions must be classes or instances deriving from "
                           "BaseException, not %s",
                           type_name(thread, type));
    }
    if (has_value) {
        return raise_error(thread, ERROR_TypeError,
                           "instance exception may not have a separate value");
    }
    return type;
}

Thrown generator_exit(Thread *thread) {
    Value exit = value_object(exception_new(thread, ERROR_GeneratorExit, NULL));
    return (Thrown){exit, VALUE_UNDEFINED, VALUE_UNDEFINED};
}

static bool has_traceback(const Thrown *thrown) {
    return !is_undefined(thrown->traceback) && !is_none(thrown->traceback);
}

static bool check_traceback(Thread *thread, const Thrown *thrown) {
    return !has_traceback(thrown) || has_layout(thrown->traceback, LAYOUT_TRACEBACK) ||
           raise_false(thread, ERROR_TypeError,
                       "throw() third argument must be a traceback object");
}

Value generator_thrown_exception(Thread *thread, const Thrown *thrown) {
    if (!check_traceback(thread, thrown)) {
        return VALUE_ERROR;
    }
    Value exception = made_exception(thread, thrown);
    if (has_traceback(thrown) && !is_error(exception)) {
        as_exception(exception)->traceback = (Traceback *)as_object(thrown->traceback);
    }
    return exception;
}

// The exception that throw() is to raise inside. When making it from its class fails, that failure
// is raised inside instead; what is no exception or traceback is the caller's mistake: VALUE_ERROR.
static Value exception_inside(Thread *thread, const Thrown *thrown) {
    if (!check_traceback(thread, thrown)) {
        return VALUE_ERROR;
    }
    Value exception = generator_thrown_exception(thread, thrown);
    return is_error(exception) && is_exception_class(thrown->type) ? error_take(thread) : exception;
}

// Raise inside the generator, at the place where it is suspended.
static Value raise_inside(Thread *thread, Generator *generator, Value exception, Value *result) {
    link_frame(thread, generator, FRAME_ENTRY);
    generator->delegate = VALUE_UNDEFINED;
    if (generator->handling) {
        raise_value(thread, exception);
    } else { // what the thrower is handling is no business of the generator
        thread->exception = exception;
    }
    return run_entered(thread, generator, true, result);
}

static Value throw_inside(Thread *thread, Generator *generator, const Thrown *thrown,
                          Value *result) {
    Value exception = exception_inside(thread, thrown);
    return is_error(exception) ? exception : raise_inside(thread, generator, exception, result);
}

// The delegate's own throw() gets the arguments just as they were given.
static Value call_throw(Thread *thread, Value method, const Thrown *thrown) {
    Value args[] = {thrown->type, thrown->value, thrown->traceback};
    size_t count = is_undefined(args[1]) ? 1 : is_undefined(args[2]) ? 2 : 3;
    return call_value(thread, method, args, count);
}

// The delegate of a suspended `yield from` gets the exception first. Its outcome in the terms of
// generator_resume; UNDEFINED in *result: it has no throw().
static Value throw_into_delegate(Thread *thread, Value delegate, const Thrown *thrown,
                                 Value *result, bool *has_throw) {
    *has_throw = true;
    if (has_layout(delegate, LAYOUT_GENERATOR)) {
        return generator_throw(thread, (Generator *)as_object(delegate), thrown, result);
    }
    Value method = awaiter_is_itself(delegate)
                       ? VALUE_UNDEFINED
                       : attribute_get_optional(thread, delegate, common_name(thread, NAME_throw));
    if (is_undefined(method) || is_error(method)) {
        *has_throw = is_error(method);
        return method;
    }
    Value v = call_throw(thread, method, thrown);
    if (is_error(v) && error_matches(thread, ERROR_StopIteration)) {
        *result = as_exception(error_take(thread))->fields[STOP_ITERATION_VALUE];
        return VALUE_UNDEFINED;
    }
    return v;
}

static bool close_delegate(Thread *thread, Value delegate) {
    if (awaiter_is_itself(delegate)) {
        return true;
    }
    Value method = attribute_get_optional(thread, delegate, common_name(thread, NAME_close));
    if (is_undefined(method)) {
        return true;
    }
    return !is_error(method) && !is_error(call_0(thread, method));
}

// Is it GeneratorExit, or a class or instance derived from it?
static bool is_exit(Thread *thread, const Thrown *thrown) {
    Type *exit = thread->interpreter->errors[ERROR_GeneratorExit];
    return is_exception_class(thrown->type) ? type_is_subtype(as_type(thrown->type), exit)
                                            : is_instance_of(thrown->type, exit);
}

// While its delegate runs on behalf of throw(), a generator is one of the active frames.
static void begin_delegating(Thread *thread, Generator *generator) {
    link_frame(thread, generator, FRAME_ENTRY);
}

static void end_delegating(Thread *thread, Generator *generator) {
    thread->frame = generator->frame.caller;
    thread->recursion_depth--;
    generator_suspend(thread, generator);
}

// GeneratorExit closes the delegate and goes on outside of it.
static Value exit_delegating(Thread *thread, Generator *generator, const Thrown *thrown,
                             Value *result) {
    generator->state = GENERATOR_RUNNING;
    bool closed = close_delegate(thread, generator->delegate);
    generator->state = GENERATOR_SUSPENDED;
    return closed ? throw_inside(thread, generator, thrown, result)
                  : raise_inside(thread, generator, error_take(thread), result);
}

// The delegate has ended: its result is the value of the `yield from` expression.
static Value resume_with(Thread *thread, Generator *generator, Value outcome, Value *result) {
    generator->delegate = VALUE_UNDEFINED;
    link_frame(thread, generator, FRAME_ENTRY);
    generator->frame.registers[generator->frame.pc->a] = outcome;
    generator->frame.pc++;
    return run_entered(thread, generator, false, result);
}

static Value throw_delegating(Thread *thread, Generator *generator, const Thrown *thrown,
                              Value *result) {
    if (is_exit(thread, thrown)) {
        return exit_delegating(thread, generator, thrown, result);
    }
    Value outcome;
    bool has_throw;
    begin_delegating(thread, generator);
    Value v = throw_into_delegate(thread, generator->delegate, thrown, &outcome, &has_throw);
    end_delegating(thread, generator);
    if (!has_throw) {
        return throw_inside(thread, generator, thrown, result);
    }
    return is_error(v)       ? raise_inside(thread, generator, error_take(thread), result)
           : is_undefined(v) ? resume_with(thread, generator, outcome, result)
                             : v;
}

Value generator_throw(Thread *thread, Generator *generator, const Thrown *thrown, Value *result) {
    if (generator->state == GENERATOR_RUNNING) {
        return raise_error(thread, ERROR_ValueError, "%s already executing", kind_name(generator));
    }
    if (generator->state == GENERATOR_CLOSED) {
        Value exception = exception_inside(thread, thrown);
        if (!is_error(exception)) {
            thread->exception = exception;
        }
        return VALUE_ERROR;
    }
    if (is_undefined(generator->delegate)) {
        return throw_inside(thread, generator, thrown, result);
    }
    if (!native_enter(thread)) { // a chain of delegates may be long
        return VALUE_ERROR;
    }
    Value v = throw_delegating(thread, generator, thrown, result);
    native_leave(thread);
    return v;
}

// ---- Methods ----

static Generator *as_generator(Value v) {
    return (Generator *)as_object(v);
}

// The end of a generator as callers of send() see it.
static Value ended(Thread *thread, Value v, Value result) {
    if (!is_undefined(v)) {
        return v;
    }
    return raise_stop_iteration(thread, is_none(result) ? VALUE_UNDEFINED : result);
}

// A generator that has ended may be asked again; a coroutine may not.
static bool check_reuse(Thread *thread, const Generator *generator) {
    if (generator->state == GENERATOR_CLOSED && (generator->frame.code->flags & CODE_COROUTINE)) {
        return raise_false(thread, ERROR_RuntimeError, "cannot reuse already awaited coroutine");
    }
    return true;
}

Value generator_send_method(Thread *thread, Value *args) {
    Generator *generator = as_generator(args[0]);
    if (!check_reuse(thread, generator)) {
        return VALUE_ERROR;
    }
    Value result = VALUE_NONE;
    Value v = generator_resume(thread, generator, args[1], &result);
    return ended(thread, v, result);
}

bool generator_check_thrown(Thread *thread, const Thrown *thrown, const char *method) {
    if (is_undefined(thrown->value)) {
        return true;
    }
    char message[128];
    snprintf(message, sizeof message,
             "the (type, exc, tb) signature of %s() is deprecated, use the single-arg signature "
             "instead.",
             method);
    return warning_give(thread, ERROR_DeprecationWarning, message);
}

Value generator_throw_method(Thread *thread, Value *args) {
    Value result = VALUE_NONE;
    Thrown thrown = {args[1], args[2], args[3]};
    if (!generator_check_thrown(thread, &thrown, "throw") ||
        !check_reuse(thread, as_generator(args[0]))) {
        return VALUE_ERROR;
    }
    Value v = generator_throw(thread, as_generator(args[0]), &thrown, &result);
    return ended(thread, v, result);
}

Value generator_close_method(Thread *thread, Value *args) {
    Generator *generator = as_generator(args[0]);
    if (generator->state == GENERATOR_CREATED) {
        generator->state = GENERATOR_CLOSED;
    }
    if (generator->state == GENERATOR_CLOSED) {
        return VALUE_NONE;
    }
    Value result = VALUE_NONE;
    Thrown thrown = generator_exit(thread);
    Value v = generator_throw(thread, generator, &thrown, &result);
    if (is_undefined(v)) {
        return result;
    }
    if (!is_error(v)) {
        return raise_error(thread, ERROR_RuntimeError, "%s ignored GeneratorExit",
                           kind_name(generator));
    }
    if (error_matches(thread, ERROR_GeneratorExit) || error_matches(thread, ERROR_StopIteration)) {
        error_clear(thread);
        return VALUE_NONE;
    }
    return VALUE_ERROR;
}

// A step of an iteration, which has no use for what the generator returns in the end.
static Value generator_next(Thread *thread, Value self) {
    Value result = VALUE_NONE;
    return generator_resume(thread, as_generator(self), VALUE_NONE, &result);
}

Value generator_step(Thread *thread, Generator *generator) {
    Value result = VALUE_NONE;
    Value v = generator_resume(thread, generator, VALUE_NONE, &result);
    return is_undefined(v) && !is_none(result) ? raise_stop_iteration(thread, result) : v;
}

static Value generator_iter(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value generator_repr(Thread *thread, Value self) {
    Generator *generator = as_generator(self);
    Value name = generator_detail(generator, GENERATOR_QUALIFIED_NAME);
    return value_object(str_format(thread, "<%s object %s at %p>", object_type(self)->name,
                                   str_text(thread, as_str(name)), (void *)generator));
}

static void generator_trace(Marker *marker, Object *object) {
    Generator *generator = (Generator *)object;
    mark_value(marker, generator->delegate);
    mark_value(marker, generator->handled);
    mark_value(marker, generator->details);
    const Frame *frame = &generator->frame;
    mark_value(marker, frame->function);
    mark_object(marker, frame->code);
    // Among the registers are call windows with half-built frames, so they are scanned as a stack.
    mark_range(marker, frame->registers, frame->registers + frame->code->register_count);
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return generator_detail(as_generator(self), GENERATOR_NAME);
}
static bool set_name(Thread *thread, Value self, Value v) {
    if (is_undefined(v) || !is_str(v)) {
        return raise_false(thread, ERROR_TypeError, "__name__ must be set to a string object");
    }
    generator_set_detail(thread, as_generator(self), GENERATOR_NAME, v);
    return true;
}
static Value get_qualified_name(Thread *thread, Value self) {
    (void)thread;
    return generator_detail(as_generator(self), GENERATOR_QUALIFIED_NAME);
}
static bool set_qualified_name(Thread *thread, Value self, Value v) {
    if (is_undefined(v) || !is_str(v)) {
        return raise_false(thread, ERROR_TypeError, "__qualname__ must be set to a string object");
    }
    generator_set_detail(thread, as_generator(self), GENERATOR_QUALIFIED_NAME, v);
    return true;
}
static Value get_running(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_generator(self)->state == GENERATOR_RUNNING);
}
static Value get_stepping(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_generator(self)->stepping);
}
static Value get_suspended(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_generator(self)->state == GENERATOR_SUSPENDED);
}
static Value get_code(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_generator(self)->frame.code);
}
// The frame as it is now, or None when it has ended.
static Value get_frame(Thread *thread, Value self) {
    Generator *generator = as_generator(self);
    if (generator->state == GENERATOR_CLOSED) {
        return VALUE_NONE;
    }
    Frame *frame = &generator->frame;
    Dict *globals = frame_globals(frame);
    Value view = frame_view_new(thread, frame->code, frame->pc, globals, VALUE_NONE);
    Value locals = step_locals(thread, frame);
    as_frame_view(view)->locals = locals;
    as_frame_view(view)->owner = self;
    return is_error(locals) ? locals : view;
}
static Value get_origin(Thread *thread, Value self) {
    (void)thread;
    return generator_detail(as_generator(self), GENERATOR_ORIGIN);
}
static Value get_delegate(Thread *thread, Value self) {
    const Generator *generator = as_generator(self);
    if (generator->state != GENERATOR_SUSPENDED || is_undefined(generator->delegate)) {
        return VALUE_NONE;
    }
    return awaiter_is_itself(generator->delegate) ? operation_iter(thread, generator->delegate)
                                                  : generator->delegate;
}

static const NativeSpec methods[] = {
    {"send", generator_send_method, "(self, value, /)",
     "Resume with `value` as the result of the yield; return the next value yielded.", 0},
    {"throw", generator_throw_method, "(self, type, value=..., traceback=..., /)",
     "Raise an exception where the generator is suspended.", 0},
    {"close", generator_close_method, "(self, /)",
     "Raise GeneratorExit where the generator is suspended.", 0},
    {0},
};
static const NativeSpec coroutine_methods[] = {
    {"send", generator_send_method, "(self, value, /)",
     "Send `value` into coroutine; return the next value that comes out of it.", 0},
    {"throw", generator_throw_method, "(self, type, value=..., traceback=..., /)",
     "Raise an exception in coroutine, where it is suspended.", 0},
    {"close", generator_close_method, "(self, /)",
     "Raise GeneratorExit inside coroutine, where it is suspended.", 0},
    {0},
};
#define NAMES(kind)                                                                                \
    {"__name__", get_name, set_name, "name of the " kind}, {                                       \
        "__qualname__", get_qualified_name, set_qualified_name, "qualified name of the " kind      \
    }
static const GetSetSpec generator_getsets[] = {
    NAMES("generator"),
    {"gi_running", get_running, NULL, "It is being executed."},
    {"gi_suspended", get_suspended, NULL, "It is suspended at a yield."},
    {"gi_frame", get_frame, NULL, "Its frame, or None when it has ended."},
    {"gi_code", get_code, NULL, "The code object."},
    {"gi_yieldfrom", get_delegate, NULL, "The iterator it delegates to, or None."},
    {0},
};
static const GetSetSpec coroutine_getsets[] = {
    NAMES("coroutine"),
    {"cr_running", get_running, NULL, "It is being executed."},
    {"cr_suspended", get_suspended, NULL, "It is suspended at an await."},
    {"cr_frame", get_frame, NULL, "Its frame, or None when it has ended."},
    {"cr_code", get_code, NULL, "The code object."},
    {"cr_await", get_delegate, NULL, "What it awaits, or None."},
    {"cr_origin", get_origin, NULL, "Where it was made, or None; see sys."},
    {0},
};

static const GetSetSpec async_generator_getsets[] = {
    NAMES("async generator"),
    {"ag_running", get_stepping, NULL, "An awaitable of it is being awaited."},
    {"ag_suspended", get_suspended, NULL, "It is suspended at a yield or an await."},
    {"ag_frame", get_frame, NULL, "Its frame, or None when it has ended."},
    {"ag_code", get_code, NULL, "The code object."},
    {"ag_await", get_delegate, NULL, "What it awaits, or None."},
    {0},
};

const TypeSpec generator_type_spec = {
    .name = "generator",
    .doc = "A function suspended at a yield.",
    .type_index = TYPE_generator,
    .layout = LAYOUT_GENERATOR,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Generator),
    .slots = {.repr = generator_repr,
              .iter = generator_iter,
              .next = generator_next,
              .trace = generator_trace},
    .methods = methods,
    .getsets = generator_getsets,
};
const TypeSpec coroutine_type_spec = {
    .name = "coroutine",
    .doc = "An async function suspended at an await.",
    .type_index = TYPE_coroutine,
    .layout = LAYOUT_GENERATOR,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Generator),
    .slots = {.repr = generator_repr, .await = coroutine_wrap, .trace = generator_trace},
    .methods = coroutine_methods,
    .getsets = coroutine_getsets,
};
const TypeSpec async_generator_type_spec = {
    .name = "async_generator",
    .doc = "An async function that yields.",
    .type_index = TYPE_async_generator,
    .layout = LAYOUT_GENERATOR,
    .flags = TYPE_WEAK | TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Generator),
    .slots = {.repr = generator_repr,
              .async_iter = async_generator_iter,
              .async_next = async_generator_next,
              .trace = generator_trace},
    .methods = async_generator_methods,
    .getsets = async_generator_getsets,
};
