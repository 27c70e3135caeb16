// SPDX-License-Identifier: MIT
//
// Opcodes whose bodies are too long for the loop: names in namespaces, displays, unpacking,
// exceptions, `with`, delegation. Each `step_` function does what opcodes.def says of its opcode.
#include "async_generator.h"
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "exception.h"
#include "execute.h"
#include "function.h"
#include "int.h"
#include "list.h"
#include "module.h"
#include "namespace.h"
#include "native.h"
#include "operations.h"
#include "set.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// ---- Names ----

// The `self` of a method, where an unknown name may be an attribute; else None.
static Value current_self(const Frame *frame) {
    const Code *code = frame->code;
    if (code->parameter_count == 0 || !str_equal_c(code->register_names[0], "self")) {
        return VALUE_NONE;
    }
    Value v = frame->registers[0];
    v = code->register_is_cell[0] ? ((const Cell *)as_object(v))->content : v;
    return is_undefined(v) ? VALUE_NONE : v;
}

static Value raise_name_error(Thread *thread, const char *format, Str *name) {
    Str *message = str_format(thread, format, str_text(thread, name));
    Exception *error = exception_new(thread, ERROR_NameError, message);
    error->fields[NAME_ERROR_NAME] = value_object(name);
    error->fields[NAME_ERROR_SELF] = current_self(thread->frame);
    return raise_value(thread, value_object(error));
}

static Value get_global(Thread *thread, Frame *frame, Str *name) {
    Value v = dict_get_str(thread, frame_globals(frame), name);
    if (is_undefined(v)) {
        v = namespace_get(thread, namespace_builtins(thread, frame_globals(frame)), name);
    }
    if (is_undefined(v)) {
        return raise_name_error(thread, "name '%s' is not defined", name);
    }
    return v;
}

Value step_get_name(Thread *thread, Frame *frame, Value namespace, Str *name) {
    if (!is_undefined(namespace)) {
        Value v = namespace_get(thread, namespace, name);
        if (!is_undefined(v)) {
            return v;
        }
    }
    return get_global(thread, frame, name);
}

Value step_get_name_or_free(Thread *thread, Frame *frame, Value namespace, Str *name,
                            size_t free_index) {
    Value v = namespace_get(thread, namespace, name);
    if (!is_undefined(v)) {
        return v;
    }
    const Cell *cell = (const Cell *)as_object(frame_function(frame)->closure[free_index]);
    return is_undefined(cell->content) ? step_unbound_free(thread, frame, free_index)
                                       : cell->content;
}

bool step_delete_name(Thread *thread, Value namespace, Str *name) {
    if (operation_delete_item(thread, namespace, value_object(name))) {
        return true;
    }
    if (error_matches(thread, ERROR_KeyError)) {
        error_clear(thread);
        raise_name_error(thread, "name '%s' is not defined", name);
    }
    return false;
}

bool step_delete_global(Thread *thread, Frame *frame, Str *name) {
    if (dict_delete_str(thread, frame_globals(frame), name)) {
        return true;
    }
    raise_name_error(thread, "name '%s' is not defined", name);
    return false;
}

// Without a name to suggest another for: the variable is there, and empty.
Value step_unbound_local(Thread *thread, Str *name) {
    return raise_error(thread, ERROR_UnboundLocalError,
                       "cannot access local variable '%s' where it is not associated with a value",
                       str_text(thread, name));
}

Value step_unbound_cell(Thread *thread, Frame *frame, Value *reg) {
    size_t index = (size_t)(reg - frame->registers);
    Str *name = index < frame->code->variable_count ? frame->code->register_names[index] : NULL;
    return step_unbound_local(thread, name == NULL ? thread->interpreter->empty_str : name);
}

Value step_unbound_free(Thread *thread, Frame *frame, size_t index) {
    return raise_name_error(thread,
                            "cannot access free variable '%s' where it is not associated with a "
                            "value in enclosing scope",
                            frame->code->free_names[index]);
}

bool step_setup_annotations(Thread *thread, Frame *frame, Value namespace) {
    Str *name = common_name(thread, NAME___annotations__);
    Value target = is_undefined(namespace) ? value_object(frame_globals(frame)) : namespace;
    Value existing = namespace_get(thread, target, name);
    if (is_error(existing)) {
        return false;
    }
    return !is_undefined(existing) || operation_set_item(thread, target, value_object(name),
                                                         value_object(dict_new(thread, 0)));
}

// ---- Displays ----

Value step_build_set(Thread *thread, const Value *items, size_t count) {
    Set *set = set_new(thread);
    for (size_t i = 0; i < count; i++) {
        if (!set_add(thread, set, items[i])) {
            return VALUE_ERROR;
        }
    }
    return value_object(set);
}

Value step_build_dict(Thread *thread, const Value *pairs, size_t count) {
    Dict *dict = dict_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        if (!dict_set(thread, dict, pairs[2 * i], pairs[2 * i + 1])) {
            return VALUE_ERROR;
        }
    }
    return value_object(dict);
}

bool step_list_extend(Thread *thread, Value list, Value iterable) {
    if (list_extend(thread, as_list(list), iterable)) {
        return true;
    }
    if (!operation_iterates(type_of(thread, iterable)) && error_matches(thread, ERROR_TypeError)) {
        error_clear(thread);
        raise_error(thread, ERROR_TypeError, "Value after * must be an iterable, not %s",
                    type_name(thread, iterable));
    }
    return false;
}

// The attribute if it is a string, else NULL.
static Str *text_attribute(Thread *thread, Value v, Str *name) {
    Value found = attribute_get_optional(thread, v, name);
    if (is_error(found)) {
        error_clear(thread);
    }
    return is_str(found) ? as_str(found) : NULL;
}

const char *step_callee_text(Thread *thread, Value callee) {
    if (has_layout(callee, LAYOUT_METHOD)) {
        callee = ((const Method *)as_object(callee))->function;
    }
    Str *name = text_attribute(thread, callee, common_name(thread, NAME___qualname__));
    if (name == NULL) {
        Str *text = operation_str(thread, callee);
        if (text == NULL) {
            error_clear(thread);
        }
        return text == NULL ? type_name(thread, callee) : str_text(thread, text);
    }
    Str *module = text_attribute(thread, callee, common_name(thread, NAME___module__));
    bool qualify = module != NULL && !str_equal_c(module, "builtins");
    Str *text =
        qualify ? str_format(thread, "%s.%s()", str_text(thread, module), str_text(thread, name))
                : str_format(thread, "%s()", str_text(thread, name));
    return str_text(thread, text);
}

// Who gets the keywords that are collected in `dict`: a class header has no callee but the dict.
static const char *receiver_text(Thread *thread, Value dict, Value callee) {
    return value_same(dict, callee) ? "__build_class__()" : step_callee_text(thread, callee);
}

// A KeyError's only argument as text, or NULL: such an error tells of a keyword that came twice.
static Str *repeated_keyword(Thread *thread) {
    if (!error_matches(thread, ERROR_KeyError)) {
        return NULL;
    }
    const Tuple *args = as_exception(thread->exception)->args;
    Value error = error_take(thread);
    Str *text = args->length == 1 ? operation_str(thread, args->items[0]) : NULL;
    if (text == NULL) {
        thread->exception = error;
    }
    return text;
}

bool step_dict_update(Thread *thread, Value dict, Value other) {
    if (dict_update_mapping(thread, as_dict(dict), other, false)) {
        return true;
    }
    if (error_matches(thread, ERROR_AttributeError)) {
        error_clear(thread);
        raise_error(thread, ERROR_TypeError, "'%s' object is not a mapping",
                    type_name(thread, other));
    }
    return false;
}

bool step_dict_merge(Thread *thread, Value dict, Value other, Value callee) {
    if (dict_update_mapping(thread, as_dict(dict), other, true)) {
        return true;
    }
    if (error_matches(thread, ERROR_AttributeError)) {
        error_clear(thread);
        return raise_false(thread, ERROR_TypeError, "%s argument after ** must be a mapping, not %s",
                           receiver_text(thread, dict, callee), type_name(thread, other));
    }
    Str *name = repeated_keyword(thread);
    return name && raise_false(thread, ERROR_TypeError,
                               "%s got multiple values for keyword argument '%s'",
                               receiver_text(thread, dict, callee), str_text(thread, name));
}

Value step_format(Thread *thread, Value v, Value spec) {
    if (is_undefined(spec) && is_exactly(v, LAYOUT_STR)) {
        return v;
    }
    Str *text = is_undefined(spec) ? thread->interpreter->empty_str : as_str(spec);
    Str *formatted = operation_format(thread, v, text);
    return formatted == NULL ? VALUE_ERROR : value_object(formatted);
}

Value step_convert(Thread *thread, Value v, int conversion) {
    Str *text = conversion == 's' ? operation_str(thread, v) : operation_repr(thread, v);
    if (text != NULL && conversion == 'a') {
        text = str_escape_beyond_ascii(thread, text);
    }
    return text == NULL ? VALUE_ERROR : value_object(text);
}

// ---- Unpacking ----

enum { FEW_DRAWN = 8 };

static bool raise_cannot_unpack(Thread *thread, Value v) {
    error_clear(thread);
    return raise_false(thread, ERROR_TypeError, "cannot unpack non-iterable %s object",
                       type_name(thread, v));
}

static Value unpack_iterator(Thread *thread, Value v) {
    Value iterator = operation_iter(thread, v);
    if (is_error(iterator) && !operation_iterates(type_of(thread, v)) &&
        error_matches(thread, ERROR_TypeError)) {
        raise_cannot_unpack(thread, v);
    }
    return iterator;
}

static bool raise_not_enough(Thread *thread, size_t wanted, size_t got, bool at_least) {
    return raise_false(thread, ERROR_ValueError,
                       "not enough values to unpack (expected %s%zu, got %zu)",
                       at_least ? "at least " : "", wanted, got);
}

static bool raise_too_many_values(Thread *thread, size_t wanted, Value sequence) {
    bool sized = is_exactly(sequence, LAYOUT_LIST) || is_exactly(sequence, LAYOUT_TUPLE) ||
                 is_exactly(sequence, LAYOUT_DICT);
    (void)sized;
    return raise_false(thread, ERROR_ValueError, "too many values to unpack (expected %zu)",
                       wanted);
}

// What has been drawn of an iterator. It goes to the registers when all of it is there: these may be
// variables, which keep what they have if unpacking fails.
typedef struct Drawn {
    Value few[FEW_DRAWN];
    Tuple *many; // in place of `few` when there are more
    size_t count;
} Drawn;

static const Value *drawn_items(const Drawn *drawn) {
    return drawn->many ? drawn->many->items : drawn->few;
}

// Draw `count` items; false with fewer in *drawn: the iterator ended (or raised).
static bool draw(Thread *thread, Value iterator, size_t count, Drawn *drawn) {
    drawn->many = count > FEW_DRAWN ? tuple_new(thread, count) : NULL;
    Value *items = drawn->many ? drawn->many->items : drawn->few;
    for (drawn->count = 0; drawn->count < count; drawn->count++) {
        Value v = operation_next(thread, iterator);
        if (is_error(v) || is_undefined(v)) {
            return false;
        }
        items[drawn->count] = v;
    }
    return true;
}

static bool unpack_array(Thread *thread, Value sequence, const Value *items, size_t length,
                         Value *registers, size_t count) {
    if (length < count) {
        return raise_not_enough(thread, count, length, false);
    }
    if (length > count) {
        return raise_too_many_values(thread, count, sequence);
    }
    if (count > 0) // an empty list has no items to point at
        memmove(registers, items, count * sizeof(Value));
    return true;
}

bool step_unpack(Thread *thread, Value sequence, Value *registers, size_t count) {
    if (is_exactly(sequence, LAYOUT_TUPLE)) {
        const Tuple *tuple = as_tuple(sequence);
        return unpack_array(thread, sequence, tuple->items, tuple->length, registers, count);
    }
    if (is_exactly(sequence, LAYOUT_LIST)) {
        const List *list = as_list(sequence);
        return unpack_array(thread, sequence, list->items, list->length, registers, count);
    }
    Value iterator = unpack_iterator(thread, sequence);
    if (is_error(iterator)) {
        return false;
    }
    Drawn drawn;
    if (!draw(thread, iterator, count, &drawn)) {
        return !error_pending(thread) && raise_not_enough(thread, count, drawn.count, false);
    }
    Value extra = operation_next(thread, iterator);
    if (is_undefined(extra)) {
        values_copy(registers, drawn_items(&drawn), count);
        return true;
    }
    return !is_error(extra) && raise_too_many_values(thread, count, sequence);
}

bool step_unpack_star(Thread *thread, Value sequence, Value *registers, size_t before,
                      size_t after) {
    Value iterator = unpack_iterator(thread, sequence);
    if (is_error(iterator)) {
        return false;
    }
    Drawn drawn;
    if (!draw(thread, iterator, before, &drawn)) {
        return !error_pending(thread) &&
               raise_not_enough(thread, before + after, drawn.count, true);
    }
    Value rest = operation_to_list(thread, iterator);
    if (is_error(rest)) {
        return false;
    }
    List *list = as_list(rest);
    if (list->length < after) {
        return raise_not_enough(thread, before + after, before + list->length, true);
    }
    list->length -= after;
    values_copy(registers, drawn_items(&drawn), before);
    registers[before] = rest;
    for (size_t i = 0; i < after; i++) {
        registers[before + 1 + i] = list->items[list->length + i];
    }
    return true;
}

// ---- Exceptions ----

// True if the exception was raised before, and knows already that it passed through this frame.
bool step_raise(Thread *thread, Value exception, Value cause) {
    if (is_undefined(exception)) {
        if (is_undefined(thread->handled) || is_none(thread->handled)) {
            return raise_false(thread, ERROR_RuntimeError, "No active exception to reraise");
        }
        thread->exception = thread->handled;
        return true;
    }
    Value instance = exception_from_raised(thread, exception);
    if (is_error(instance)) {
        return false;
    }
    if (!is_undefined(cause) && !exception_set_cause(thread, instance, cause)) {
        return false;
    }
    raise_value(thread, instance);
    return false;
}

bool step_assertion(Thread *thread, Value message) {
    Type *type = thread->interpreter->errors[ERROR_AssertionError];
    Value exception = exception_new_args(thread, type, &message, !is_undefined(message));
    if (!is_error(exception)) {
        raise_value(thread, exception);
    }
    return false;
}

static bool raise_no_context_manager(Thread *thread, Value manager, const char *protocol,
                                     const char *missing) {
    return raise_false(thread, ERROR_TypeError,
                       "'%s' object does not support the %scontext manager protocol%s",
                       type_name(thread, manager), protocol, missing);
}

// What type_lookup found as a special method of `object`, ready to be called: with *self as its
// first argument, or without one if *self is UNDEFINED.
static bool load_special(Thread *thread, Value found, Value object, Value *function, Value *self) {
    Type *type = type_of(thread, object);
    bool takes_self = is_method_for(found, type);
    *self = takes_self ? object : VALUE_UNDEFINED;
    *function = takes_self ? found : descriptor_bind(thread, found, object, type);
    return !is_error(*function);
}

// Call what load_special gave; args[0] is the self.
static Value call_special(Thread *thread, Value function, Value *args, size_t count) {
    if (is_undefined(args[0])) {
        return call_value(thread, function, args + 1, count - 1);
    }
    if (is_exactly(function, LAYOUT_NATIVE)) {
        const Native *native = (const Native *)as_object(function);
        if (native->simple && native->parameter_count == count && native->positional == count &&
            is_undefined(native->self)) {
            return native->function(thread, args);
        }
    }
    return call_value(thread, function, args, count);
}

enum { WITH_EXCEPTION = 2, WITH_SELF = 5 };

bool step_with_enter(Thread *thread, Value *out, Value manager, bool is_async) {
    Value enter = special_method(thread, manager,
                                 common_name(thread, is_async ? NAME___aenter__ : NAME___enter__));
    Value exit = special_method(thread, manager,
                                common_name(thread, is_async ? NAME___aexit__ : NAME___exit__));
    const char *protocol = is_async ? "asynchronous " : "";
    if (is_undefined(enter)) {
        return raise_no_context_manager(thread, manager, protocol, "");
    }
    if (is_undefined(exit)) {
        return raise_no_context_manager(thread, manager, protocol,
                                        is_async ? " (missed __aexit__ method)"
                                                 : " (missed __exit__ method)");
    }
    Value enter_function, enter_self, exit_function, exit_self;
    if (!load_special(thread, enter, manager, &enter_function, &enter_self) ||
        !load_special(thread, exit, manager, &exit_function, &exit_self)) {
        return false;
    }
    Value entered = call_special(thread, enter_function, &enter_self, 1);
    if (is_error(entered)) {
        return false;
    }
    out[0] = exit_function;
    out[1] = entered;
    out[WITH_SELF] = exit_self;
    return true;
}

Value step_with_exit(Thread *thread, Value *registers) {
    Value args[] = {registers[WITH_SELF], VALUE_NONE, VALUE_NONE, VALUE_NONE};
    Value exception = registers[WITH_EXCEPTION];
    if (!is_undefined(exception)) {
        const Exception *e = as_exception(exception);
        args[1] = value_object(e->object.type);
        args[2] = exception;
        args[3] = e->traceback == NULL ? VALUE_NONE : value_object(e->traceback);
    }
    return call_special(thread, registers[0], args, 4);
}

// ---- Delegation ----

Value step_yield_from_iterator(Thread *thread, Value v) {
    if (has_layout(v, LAYOUT_GENERATOR)) {
        if (object_type(v) == builtin_type(thread, TYPE_coroutine) &&
            (thread->frame->code->flags & (CODE_COROUTINE | CODE_ITERABLE_COROUTINE)) == 0) {
            return raise_error(thread, ERROR_TypeError,
                               "cannot 'yield from' a coroutine object in a non-coroutine "
                               "generator");
        }
        return v;
    }
    return operation_iter(thread, v);
}

static Value stop_iteration_value(Thread *thread) {
    return as_exception(error_take(thread))->fields[STOP_ITERATION_VALUE];
}

Value step_send(Thread *thread, Value delegate, Value sent, Value *result) {
    *result = VALUE_NONE;
    Value v;
    if (has_layout(delegate, LAYOUT_ASYNC_STEP)) {
        return awaiter_send(thread, delegate, sent, result);
    }
    if (has_layout(delegate, LAYOUT_GENERATOR)) {
        return generator_resume(thread, (Generator *)as_object(delegate), sent, result);
    }
    if (is_none(sent)) {
        v = operation_step(thread, delegate);
    } else {
        v = call_method(thread, delegate, common_name(thread, NAME_send), &sent, 1);
    }
    if (is_error(v) && error_matches(thread, ERROR_StopIteration)) {
        *result = stop_iteration_value(thread);
        return VALUE_UNDEFINED;
    }
    return v;
}

bool step_print_expression(Thread *thread, Value v) {
    Str *name = common_name(thread, NAME_displayhook);
    Value hook = attribute_get(thread, thread->interpreter->sys_module, name);
    return !is_error(hook) && !is_error(call_1(thread, hook, v));
}
