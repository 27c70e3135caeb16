// SPDX-License-Identifier: MIT
//
// Exception groups (PEP 654): an exception that holds several. Splitting one by a condition gives
// two groups of the same shape, one with the leaves that match and one with the rest; parts that
// become empty vanish. `except*` is built on that, so are subgroup() and split().
#include "attribute.h"
#include "call.h"
#include "container.h"
#include "dict.h"
#include "exception_parts.h"
#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"

static bool is_group(Thread *thread, Value v) {
    return exception_is(thread, v, ERROR_BaseExceptionGroup);
}

static Tuple *members(Value group) {
    return as_tuple(as_exception(group)->fields[GROUP_EXCEPTIONS]);
}

Value group_str(Thread *thread, Value self) {
    size_t count = members(self)->length;
    Str *message = operation_str(thread, as_exception(self)->fields[GROUP_MESSAGE]);
    if (!message) {
        return VALUE_ERROR;
    }
    return value_object(str_format(thread, "%s (%zu sub-exception%s)", str_text(thread, message),
                                   count, count == 1 ? "" : "s"));
}

Value group_repr(Thread *thread, Value self) {
    return exception_repr(thread, self);
}

// Construction

static Value check_members(Thread *thread, Value sequence) {
    if (!type_of(thread, sequence)->slots.get_item || is_dict(sequence)) {
        return raise_error(thread, ERROR_TypeError,
                           "second argument (exceptions) must be a sequence");
    }
    Value tuple = operation_to_tuple(thread, sequence);
    if (is_error(tuple)) {
        return tuple;
    }
    if (as_tuple(tuple)->length == 0) {
        return raise_error(thread, ERROR_ValueError,
                           "second argument (exceptions) must be a non-empty sequence");
    }
    for (size_t i = 0; i < as_tuple(tuple)->length; i++) {
        if (!is_exception(as_tuple(tuple)->items[i])) {
            return raise_error(thread, ERROR_ValueError,
                               "Item %zu of second argument (exceptions) is not an exception", i);
        }
    }
    return tuple;
}

static bool all_plain(Thread *thread, const Tuple *exceptions) {
    for (size_t i = 0; i < exceptions->length; i++) {
        if (!exception_is(thread, exceptions->items[i], ERROR_Exception)) {
            return false;
        }
    }
    return true;
}

// BaseExceptionGroup of nothing but Exceptions becomes an ExceptionGroup; the other way round is
// an error. NULL: exception set.
static Type *group_type(Thread *thread, Type *type, const Tuple *exceptions) {
    Type *const *errors = thread->interpreter->errors;
    bool plain = all_plain(thread, exceptions);
    if (type == errors[ERROR_BaseExceptionGroup]) {
        return errors[plain ? ERROR_ExceptionGroup : ERROR_BaseExceptionGroup];
    }
    if (plain || !type_is_subtype(type, errors[ERROR_Exception])) {
        return type;
    }
    if (type == errors[ERROR_ExceptionGroup]) {
        raise_error(thread, ERROR_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    } else {
        raise_error(thread, ERROR_TypeError, "Cannot nest BaseExceptions in '%s'", type->name);
    }
    return NULL;
}

Value group_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0);
    if (positional != 2) {
        return raise_error(thread, ERROR_TypeError,
                           "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zu given)",
                           positional);
    }
    if (!is_str(args[0])) {
        return raise_error(thread, ERROR_TypeError,
                           "BaseExceptionGroup.__new__() argument 1 must be str, not %s",
                           argument_type_name(thread, args[0]));
    }
    Value exceptions = check_members(thread, args[1]);
    if (is_error(exceptions)) {
        return exceptions;
    }
    Type *type = group_type(thread, as_type(callee), as_tuple(exceptions));
    if (!type) {
        return VALUE_ERROR;
    }
    Exception *self = exception_allocate(thread, type);
    self->args = tuple_from_array(thread, args, 2);
    self->fields[GROUP_MESSAGE] = args[0];
    self->fields[GROUP_EXCEPTIONS] = exceptions;
    return value_object(self);
}

// Splitting

// Whether a leaf (or a whole group) belongs to the matching part: 1, 0, -1.
typedef struct Condition {
    Value value; // class, tuple of classes, or function
    bool is_function;
} Condition;

static int condition_holds(Thread *thread, const Condition *condition, Value exception) {
    if (!condition->is_function) {
        return exception_matches(thread, exception, condition->value);
    }
    Value answer = call_1(thread, condition->value, exception);
    return is_error(answer) ? -1 : operation_truth(thread, answer);
}

// A group like `group` of other exceptions: its derive() method, then the metadata copied.
static Value derive(Thread *thread, Value group, List *parts) {
    if (parts->length == 0) {
        return VALUE_NONE;
    }
    Value argument = value_object(parts);
    Value derived = call_method(thread, group, str_intern_c(thread, "derive"), &argument, 1);
    if (is_error(derived)) {
        return derived;
    }
    if (!is_group(thread, derived)) {
        return raise_error(thread, ERROR_TypeError,
                           "derive must return an instance of BaseExceptionGroup");
    }
    Exception *to = as_exception(derived);
    const Exception *from = as_exception(group);
    to->traceback = from->traceback;
    to->cause = from->cause;
    to->context = from->context;
    to->suppress_context = true; // as whenever a cause is set, be it None
    Str *notes_name = common_name(thread, NAME___notes__);
    Value notes = attribute_get_optional(thread, group, notes_name);
    if (is_list(notes)) {
        List *copy = list_from_array(thread, as_list(notes)->items, as_list(notes)->length);
        attribute_set(thread, derived, notes_name, value_object(copy));
    }
    return derived;
}

static bool split(Thread *thread, Value exception, const Condition *condition, Value *match,
                  Value *rest);

static bool split_members(Thread *thread, Value group, const Condition *condition, List *matching,
                          List *others) {
    Tuple *exceptions = members(group);
    for (size_t i = 0; i < exceptions->length; i++) {
        Value match, rest;
        if (!split(thread, exceptions->items[i], condition, &match, &rest)) {
            return false;
        }
        if (!is_none(match)) {
            list_append(thread, matching, match);
        }
        if (!is_none(rest)) {
            list_append(thread, others, rest);
        }
    }
    return true;
}

static bool split_group(Thread *thread, Value group, const Condition *condition, Value *match,
                        Value *rest) {
    List *matching = list_new(thread, 0), *others = list_new(thread, 0);
    if (!native_enter(thread)) {
        return false;
    }
    bool ok = split_members(thread, group, condition, matching, others);
    native_leave(thread);
    if (!ok) {
        return false;
    }
    *match = derive(thread, group, matching);
    *rest = is_error(*match) ? *match : derive(thread, group, others);
    return !is_error(*rest);
}

static bool split(Thread *thread, Value exception, const Condition *condition, Value *match,
                  Value *rest) {
    *match = *rest = VALUE_NONE;
    int holds = condition_holds(thread, condition, exception);
    if (holds < 0) {
        return false;
    }
    if (holds) {
        *match = exception;
        return true;
    }
    if (!is_group(thread, exception)) {
        *rest = exception;
        return true;
    }
    return split_group(thread, exception, condition, match, rest);
}

static bool make_condition(Thread *thread, Value v, Condition *condition) {
    *condition = (Condition){v, is_callable(v) && !is_type(v)};
    if (condition->is_function || is_exception_class(v)) {
        return true;
    }
    bool classes = is_tuple(v);
    for (size_t i = 0; classes && i < as_tuple(v)->length; i++) {
        classes = is_exception_class(as_tuple(v)->items[i]);
    }
    return classes ||
           raise_false(thread, ERROR_TypeError,
                       "expected an exception type, a tuple of exception types, or a callable "
                       "(other than a class)");
}

// Methods

static Value group_split(Thread *thread, Value *args) {
    Condition condition;
    Value parts[2];
    if (!make_condition(thread, args[1], &condition) ||
        !split(thread, args[0], &condition, &parts[0], &parts[1])) {
        return VALUE_ERROR;
    }
    return tuple_pair(thread, parts[0], parts[1]);
}

static Value group_subgroup(Thread *thread, Value *args) {
    Condition condition;
    Value match, rest;
    if (!make_condition(thread, args[1], &condition) ||
        !split(thread, args[0], &condition, &match, &rest)) {
        return VALUE_ERROR;
    }
    return match;
}

static Value group_derive(Thread *thread, Value *args) {
    Value arguments[] = {as_exception(args[0])->fields[GROUP_MESSAGE], args[1]};
    Type *type = thread->interpreter->errors[ERROR_BaseExceptionGroup];
    return exception_new_args(thread, type, arguments, 2);
}

const NativeSpec group_methods[] = {
    {"split", group_split, "(self, matcher_value, /)",
     "Return (matching part, rest), None where empty.", NATIVE_PLAIN},
    {"subgroup", group_subgroup, "(self, matcher_value, /)",
     "Return the part that matches, or None.", NATIVE_PLAIN},
    {"derive", group_derive, "(self, excs, /)", "Return a group of excs with this message.",
     NATIVE_PLAIN},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "Groups can be subscripted.",
     NATIVE_CLASS_METHOD},
    {0},
};

// except*

static bool check_star_classes(Thread *thread, Value classes) {
    const Value *items = is_tuple(classes) ? as_tuple(classes)->items : &classes;
    size_t count = is_tuple(classes) ? as_tuple(classes)->length : 1;
    const Type *group = thread->interpreter->errors[ERROR_BaseExceptionGroup];
    for (size_t i = 0; i < count; i++) {
        if (!is_exception_class(items[i])) {
            return raise_false(
                thread, ERROR_TypeError,
                "catching classes that do not inherit from BaseException is not allowed");
        }
        if (type_is_subtype(as_type(items[i]), group)) {
            return raise_false(thread, ERROR_TypeError,
                               "catching ExceptionGroup with except* is not allowed. Use except "
                               "instead.");
        }
    }
    return true;
}

// A naked exception that matches is caught as a group of one.
static Value wrap_naked(Thread *thread, Value exception) {
    Value one = value_object(tuple_from_array(thread, &exception, 1));
    Value args[] = {value_object(thread->interpreter->empty_str), one};
    Type *type = thread->interpreter->errors[ERROR_BaseExceptionGroup];
    return exception_new_args(thread, type, args, 2);
}

bool exception_group_match(Thread *thread, Value exception, Value classes, Value *match,
                           Value *rest) {
    *match = *rest = VALUE_NONE;
    if (is_none(exception)) {
        return true;
    }
    if (!check_star_classes(thread, classes)) {
        return false;
    }
    if (is_group(thread, exception)) {
        Condition condition = {classes, false};
        return split(thread, exception, &condition, match, rest);
    }
    if (exception_matches(thread, exception, classes) <= 0) {
        *rest = exception;
        return true;
    }
    *match = wrap_naked(thread, exception);
    return !is_error(*match);
}

// Two exceptions come from the same `except*` when they share cause, context and traceback.
static bool same_origin(const Exception *a, const Exception *b) {
    return a->traceback == b->traceback && value_same(a->cause, b->cause) &&
           value_same(a->context, b->context);
}

static void collect_leaves(Thread *thread, Value exception, List *leaves) {
    if (!is_group(thread, exception)) {
        list_append(thread, leaves, exception);
        return;
    }
    for (size_t i = 0; i < members(exception)->length; i++) {
        collect_leaves(thread, members(exception)->items[i], leaves);
    }
}

static bool list_has(const List *list, Value v) {
    for (size_t i = 0; i < list->length; i++) {
        if (value_same(list->items[i], v)) {
            return true;
        }
    }
    return false;
}

// The part of `group` whose leaves stand in `keep`.
static Value project(Thread *thread, Value group, const List *keep) {
    List *parts = list_new(thread, 0);
    for (size_t i = 0; i < members(group)->length; i++) {
        Value member = members(group)->items[i];
        Value part = is_group(thread, member) ? project(thread, member, keep)
                     : list_has(keep, member) ? member
                                              : VALUE_NONE;
        if (is_error(part)) {
            return part;
        }
        if (!is_none(part)) {
            list_append(thread, parts, part);
        }
    }
    return derive(thread, group, parts);
}

// Parts of the original (unhandled, or raised again as they were) go back to where they stood in
// it; what the handlers raised anew stands beside that part in a new group.
static Value join_parts(Thread *thread, Value original, List *raised, List *kept) {
    if (kept->length) {
        List *leaves = list_new(thread, 0);
        for (size_t i = 0; i < kept->length; i++) {
            collect_leaves(thread, kept->items[i], leaves);
        }
        Value part = project(thread, original, leaves);
        if (is_error(part) || raised->length == 0) {
            return part;
        }
        list_append(thread, raised, part);
    }
    if (raised->length == 1) {
        return raised->items[0];
    }
    Value args[] = {value_object(thread->interpreter->empty_str), value_object(raised)};
    return exception_new_args(thread, thread->interpreter->errors[ERROR_BaseExceptionGroup], args,
                              2);
}

Value exception_group_reraise(Thread *thread, Value raised_list, Value original) {
    const List *all = as_list(raised_list);
    List *raised = list_new(thread, 0), *kept = list_new(thread, 0);
    for (size_t i = 0; i < all->length; i++) {
        Value part = all->items[i];
        if (is_none(part)) {
            continue;
        }
        if (!is_group(thread, original)) {
            return part;
        }
        bool old =
            is_group(thread, part) && same_origin(as_exception(part), as_exception(original));
        list_append(thread, old ? kept : raised, part);
    }
    if (raised->length + kept->length == 0) {
        return VALUE_NONE;
    }
    return join_parts(thread, original, raised, kept);
}
