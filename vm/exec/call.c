// SPDX-License-Identifier: MIT
//
// Calls: from C into Mini, and from the loop to whatever turns out to be callable.
//
// The loop enters a Mini function by making its frame the current one, without C recursion; only
// C code that calls Mini code (a sort's key function, a special method behind an operator) starts
// a loop of its own on the C stack. How deep that may go is limited by the C stack itself: see
// native_enter.
#include "call.h"

#include "attribute.h"
#include "dict.h"
#include "execute.h"
#include "function.h"
#include "instance.h"
#include "list.h"
#include "module.h"
#include "native.h"
#include "operations.h"
#include "str.h"
#include "str_methods.h"
#include "tuple.h"
#include "type.h"

static bool is_function(Value v) {
    return has_layout(v, LAYOUT_FUNCTION);
}

bool native_enter_for(Thread *thread, const char *doing) {
    char here;
    if (__builtin_expect(&here < thread->native_stack_limit, 0)) {
        raise_error(thread, ERROR_RecursionError, "maximum recursion depth exceeded%s", doing);
        return false;
    }
    thread->native_depth++;
    return true;
}

bool native_enter(Thread *thread) {
    return native_enter_for(thread, "");
}

void native_leave(Thread *thread) {
    thread->native_depth--;
}

Dict *frame_globals(const Frame *frame) {
    return frame_function(frame)->globals;
}

// A call without keywords that leaves out only arguments with defaults binds in place.
static Frame *enter_with_defaults(Thread *thread, Value *window, Function *function, size_t count) {
    Frame *frame = frame_push(thread, window, value_object(function), function->code, count);
    if (frame != NULL) {
        size_t missing = function->code->parameter_count - count;
        const Tuple *defaults = function->defaults;
        values_copy(frame->registers + count, defaults->items + defaults->length - missing,
                    missing);
    }
    return frame;
}

// The arguments at window + FRAME_WORDS become the registers of a new frame of `function`.
static Frame *enter_function(Thread *thread, Value *window, Function *function, size_t count,
                             Tuple *keywords) {
    Code *code = function->code;
    if (function->simple && keywords == NULL && count == code->parameter_count) {
        return frame_push(thread, window, value_object(function), code, count);
    }
    if (function->simple && keywords == NULL && count < code->parameter_count &&
        function->defaults != NULL && count + function->defaults->length >= code->parameter_count) {
        return enter_with_defaults(thread, window, function, count);
    }
    // Binding may need more room than the arguments took, so the frame comes first.
    Value *args = window + FRAME_WORDS;
    thread->entering_top = args + count;
    Value small[NATIVE_MAX_PARAMETERS];
    Value *copy = count <= NATIVE_MAX_PARAMETERS
                      ? small
                      : heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
    memcpy(copy, args, count * sizeof(Value));
    Frame *frame = frame_push(thread, window, value_object(function), code, 0);
    if (frame == NULL) {
        return NULL;
    }
    thread->entering_top = frame->top;
    bool bound = function_bind(thread, function, frame->registers, copy, count, keywords);
    thread->entering_top = NULL;
    if (!bound) {
        thread->recursion_depth--;
        if (frame->flags & FRAME_CHUNK) {
            frame_pop_chunk(thread);
        }
        return NULL;
    }
    return frame;
}

// Arguments in the registers of a generator can not be the callee's registers: copy them up.
static Value *movable_window(Thread *thread, Value *window, size_t count) {
    Frame *frame = thread->frame;
    if ((frame->flags & FRAME_GENERATOR) == 0) {
        return window;
    }
    Value *top = frame->top;
    if (stack_has_room(thread, top, count)) {
        memcpy(top, window, (FRAME_WORDS + count) * sizeof(Value));
        return top;
    }
    return window; // frame_push copies into a new chunk
}

static CallOutcome enter(Thread *thread, Frame *frame) {
    if (frame == NULL) {
        return CALL_FAILED;
    }
    thread->frame = frame;
    return CALL_ENTERED;
}

static CallOutcome done(Value result, Value *out) {
    *out = result;
    return is_error(result) ? CALL_FAILED : CALL_DONE;
}

// A module often holds a class or function of its own name, which was meant.
static Value raise_not_callable(Thread *thread, Value callee) {
    Str *name = is_module(callee) ? module_name(thread, as_module(callee)) : NULL;
    if (name && is_callable(module_lookup(thread, as_module(callee), name))) {
        const char *text = str_text(thread, name);
        return raise_error(thread, ERROR_TypeError,
                           "'module' object is not callable. Did you mean: '%s.%s(...)'?", text,
                           text);
    }
    return raise_error(thread, ERROR_TypeError, "'%s' object is not callable",
                       type_name(thread, callee));
}

static Value call_slot(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    CallFunction call = is_object(callee) ? object_type(callee)->slots.call : NULL;
    if (call == NULL) {
        return raise_not_callable(thread, callee);
    }
    if (!native_enter_for(thread, " while calling a Python object")) {
        return VALUE_ERROR;
    }
    Value result = call(thread, callee, args, count, keywords);
    native_leave(thread);
    return result;
}

// Put the bound first argument of a method before the others.
static CallOutcome call_method_object(Thread *thread, Value *window, size_t count, Tuple *keywords,
                                      Value *result) {
    Method *method = (Method *)as_object(window[0]);
    Value *args = window + FRAME_WORDS;
    memmove(args + 1, args, count * sizeof(Value));
    args[0] = method->self;
    window[0] = method->function;
    return call_from_loop(thread, window, count + 1, keywords, result);
}

CallOutcome call_from_loop(Thread *thread, Value *window, size_t count, Tuple *keywords,
                           Value *result) {
    Value callee = window[0];
    Value *args = window + FRAME_WORDS;
    if (is_function(callee)) {
        window = movable_window(thread, window, count);
        return enter(
            thread, enter_function(thread, window, (Function *)as_object(callee), count, keywords));
    }
    // Only a Mini function takes its arguments along: a native's must not lie above the frame.
    if (is_exactly(callee, LAYOUT_METHOD) && is_function(((Method *)as_object(callee))->function)) {
        window = movable_window(thread, window, count);
        if (stack_has_room(thread, window, count + 1)) {
            return call_method_object(thread, window, count, keywords, result);
        }
    }
    if (is_exactly(callee, LAYOUT_NATIVE)) {
        return done(native_call(thread, callee, args, count, keywords), result);
    }
    return done(call_slot(thread, callee, args, count, keywords), result);
}

CallOutcome call_next_from_loop(Thread *thread, Value iterator) {
    Value method = type_lookup(thread, object_type(iterator), common_name(thread, NAME___next__));
    Value *window = thread->frame->top;
    if (!is_function(method) || !stack_has_room(thread, window, 1)) {
        return CALL_DONE;
    }
    Function *function = (Function *)as_object(method);
    if (!function->simple || function->code->parameter_count != 1) {
        return CALL_DONE;
    }
    window[FRAME_WORDS] = iterator;
    Frame *frame = frame_push(thread, window, method, function->code, 1);
    if (frame == NULL) {
        return CALL_FAILED;
    }
    frame->flags |= FRAME_NEXT;
    return enter(thread, frame);
}

// A window for a call with `count` arguments: on the stack if the callee is a function, for which
// there must be room, else a buffer, for a native's arguments must not lie above the frame.
static Value *spread_window(Thread *thread, Value callee, size_t count) {
    Value *top = stack_top(thread);
    if (is_function(callee) && stack_has_room(thread, top, count)) {
        return top;
    }
    return heap_allocate(thread_heap(thread), CELL_BUFFER,
                         (FRAME_WORDS + count + 1) * sizeof(Value));
}

// f(*args, **keywords): positional arguments and then the dict's values, named by its keys.
static Tuple *spread(Thread *thread, Value callee, Value positional, Value keywords, Value **window,
                     size_t *count) {
    const Value *items =
        is_list(positional) ? as_list(positional)->items : as_tuple(positional)->items;
    size_t length =
        is_list(positional) ? as_list(positional)->length : as_tuple(positional)->length;
    size_t named = is_undefined(keywords) ? 0 : as_dict(keywords)->length;
    Tuple *names = named == 0 ? NULL : tuple_new(thread, named);
    Value *all = spread_window(thread, callee, length + named);
    all[0] = callee;
    values_copy(all + FRAME_WORDS, items, length);
    *window = all;
    *count = length + named;
    size_t position = 0;
    for (size_t i = 0; i < named; i++) {
        dict_next(as_dict(keywords), &position, &names->items[i], &all[FRAME_WORDS + length + i]);
    }
    return names;
}

// Only str.format() takes keywords that are no strings; it has no use for them.
static bool check_keyword_names(Thread *thread, Value callee, const Tuple *names) {
    if (names == NULL || native_is(callee, str_method_format)) {
        return true;
    }
    for (size_t i = 0; names != NULL && i < names->length; i++) {
        if (!is_str(names->items[i])) {
            return raise_false(thread, ERROR_TypeError, "keywords must be strings");
        }
    }
    return true;
}

// The iterable after `*` as a list or tuple.
static Value positional_arguments(Thread *thread, Value callee, Value iterable) {
    if (is_exactly(iterable, LAYOUT_LIST) || is_exactly(iterable, LAYOUT_TUPLE)) {
        return iterable;
    }
    Type *type = type_of(thread, iterable);
    if (!operation_iterates(type)) {
        return raise_error(thread, ERROR_TypeError,
                           "%s argument after * must be an iterable, not %s",
                           step_callee_text(thread, callee), type->name);
    }
    return operation_to_list(thread, iterable);
}

// The mapping after the only `**`, or what a display of several made of them, as a dict.
static Value keyword_arguments(Thread *thread, Value callee, Value mapping) {
    if (is_undefined(mapping) || is_exactly(mapping, LAYOUT_DICT)) {
        return mapping;
    }
    Value dict = value_object(dict_new(thread, 0));
    return step_dict_merge(thread, dict, mapping, callee) ? dict : VALUE_ERROR;
}

CallOutcome call_from_loop_ex(Thread *thread, Value *window, Value *result) {
    Value *args;
    size_t count;
    Value callee = window[0];
    Value keywords = keyword_arguments(thread, callee, window[FRAME_WORDS + 1]);
    if (is_error(keywords)) {
        return CALL_FAILED;
    }
    window[FRAME_WORDS + 1] = keywords;
    window[FRAME_WORDS] = positional_arguments(thread, callee, window[FRAME_WORDS]);
    if (is_error(window[FRAME_WORDS])) {
        window[FRAME_WORDS] = VALUE_NONE;
        return CALL_FAILED;
    }
    Tuple *names = spread(thread, callee, window[FRAME_WORDS], keywords, &args, &count);
    if (!check_keyword_names(thread, callee, names)) {
        return CALL_FAILED;
    }
    if (is_function(callee)) {
        return enter(thread,
                     enter_function(thread, args, (Function *)as_object(callee), count, names));
    }
    return done(call_with_keywords(thread, callee, args + FRAME_WORDS, count, names), result);
}

CallOutcome call_class(Thread *thread, Value *window, size_t count, Value *result) {
    Type *type = as_type(window[0]);
    if (!is_function(type->init) || !is_undefined(type->new_)) { // changed since
        return done(type_call(thread, window[0], window + FRAME_WORDS, count, NULL), result);
    }
    Function *init = (Function *)as_object(type->init);
    Value instance = value_object(instance_new(thread, type));
    Value *target = movable_window(thread, window, count);
    if (!stack_has_room(thread, target, count + 2)) {
        return done(type_call(thread, window[0], window + FRAME_WORDS, count, NULL), result);
    }
    // The frame begins one word higher than usual: below it the instance waits for the return.
    Value *args = target + FRAME_WORDS;
    memmove(args + 2, args, count * sizeof(Value));
    args[1] = instance;
    Frame *frame = enter_function(thread, target + 1, init, count + 1, NULL);
    if (frame == NULL) {
        return CALL_FAILED;
    }
    frame->flags |= FRAME_CONSTRUCTOR;
    *frame_instance(frame) = instance;
    return enter(thread, frame);
}

// A Mini function called from C: its window is built on top of the Mini stack.
static Value call_function(Thread *thread, Function *function, Value *args, size_t count,
                           Tuple *keywords) {
    Value *window = stack_top(thread);
    if (!stack_has_room(thread, window, count)) {
        window =
            heap_allocate(thread_heap(thread), CELL_BUFFER, (FRAME_WORDS + count) * sizeof(Value));
    }
    for (size_t i = 0; i < count; i++) { // usually one or two
        window[FRAME_WORDS + i] = args[i];
    }
    Frame *frame = enter_function(thread, window, function, count, keywords);
    if (frame == NULL) {
        return VALUE_ERROR;
    }
    frame->flags |= FRAME_ENTRY;
    thread->frame = frame;
    return run_frame(thread, frame);
}

// Not inline: a call of what is no function then needs no registers saved on the way.
static __attribute__((noinline)) Value call_within_native(Thread *thread, Value callee, Value *args,
                                                          size_t count, Tuple *keywords) {
    if (!native_enter(thread)) {
        return VALUE_ERROR;
    }
    Value result = call_function(thread, (Function *)as_object(callee), args, count, keywords);
    native_leave(thread);
    return result;
}

Value call_with_keywords(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    if (keywords != NULL && keywords->length == 0) {
        keywords = NULL;
    }
    if (is_exactly(callee, LAYOUT_NATIVE)) {
        return native_call(thread, callee, args, count, keywords);
    }
    return is_function(callee) ? call_within_native(thread, callee, args, count, keywords)
                               : call_slot(thread, callee, args, count, keywords);
}

Value call_value(Thread *thread, Value callee, Value *args, size_t count) {
    return call_with_keywords(thread, callee, args, count, NULL);
}

// `self` before the arguments, in scratch memory or a small array.
static Value call_with_self(Thread *thread, Value function, Value self, const Value *args,
                            size_t count) {
    Value small[8];
    Value *all = count < 8
                     ? small
                     : heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(Value));
    all[0] = self;
    values_copy(all + 1, args, count);
    return call_value(thread, function, all, count + 1);
}

Value call_method(Thread *thread, Value self, Str *name, Value *args, size_t count) {
    Value function, receiver;
    if (!attribute_get_method(thread, self, name, &function, &receiver)) {
        return VALUE_ERROR;
    }
    if (is_undefined(receiver)) {
        return call_value(thread, function, args, count);
    }
    return call_with_self(thread, function, receiver, args, count);
}

Value special_method(Thread *thread, Value self, Str *name) {
    return type_lookup(thread, type_of(thread, self), name);
}
