// SPDX-License-Identifier: MIT
//
// Making exceptions, linking them to one another, and deciding whether `except` catches them.
//
// Three links lead to other exceptions: __cause__ (set by `raise ... from`), __context__ (the
// exception that was being handled at the time of raising), and the members of groups. The
// context must never form a ring, so setting it cuts the exception out of the chain it joins.
#include "exception.h"

#include "call.h"
#include "exception_parts.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "type.h"

Exception *exception_allocate(Thread *thread, Type *type) {
    Exception *exception = object_new(thread, type);
    exception->shape = type->root_shape;
    exception->args = thread->interpreter->empty_tuple;
    exception->cause = exception->context = VALUE_NONE;
    for (size_t i = 0; i < exception_field_count(type); i++) {
        exception->fields[i] = VALUE_NONE;
    }
    return exception;
}

Exception *exception_new(Thread *thread, ErrorKind kind, Str *message) {
    Exception *exception = exception_allocate(thread, thread->interpreter->errors[kind]);
    if (message) {
        Value argument = value_object(message);
        exception->args = tuple_from_array(thread, &argument, 1);
        ErrorKind family = exception_family(exception->object.type);
        if (family == ERROR_ImportError || family == ERROR_SyntaxError) {
            exception->fields[family == ERROR_ImportError ? IMPORT_ERROR_MSG : SYNTAX_ERROR_MSG] =
                argument;
        }
    }
    return exception;
}

Value exception_new_args(Thread *thread, Type *type, Value *args, size_t count) {
    return call_value(thread, value_object(type), args, count);
}

bool exception_is(Thread *thread, Value v, ErrorKind kind) {
    return is_instance_of(v, thread->interpreter->errors[kind]);
}

bool is_exception_class(Value v) {
    return is_type(v) && as_type(v)->flags & TYPE_IS_ERROR;
}

// An instance of an exception class. TypeError if calling the class gives something else.
static Value make_instance(Thread *thread, Value class) {
    Value instance = call_0(thread, class);
    if (is_error(instance) || is_exception(instance)) {
        return instance;
    }
    return raise_error(thread, ERROR_TypeError,
                       "calling <class '%s'> should have returned an instance of BaseException, "
                       "not <class '%s'>",
                       str_text(thread, type_full_name(thread, as_type(class))),
                       str_text(thread, type_full_name(thread, type_of(thread, instance))));
}

Value exception_from_raised(Thread *thread, Value v) {
    if (is_exception(v)) {
        return v;
    }
    if (!is_exception_class(v)) {
        return raise_error(thread, ERROR_TypeError, "exceptions must derive from BaseException");
    }
    return make_instance(thread, v);
}

bool exception_set_cause(Thread *thread, Value exception, Value cause) {
    if (is_exception_class(cause)) {
        cause = make_instance(thread, cause);
        if (is_error(cause)) {
            return false;
        }
    }
    if (!is_none(cause) && !is_exception(cause)) {
        return raise_false(thread, ERROR_TypeError,
                           "exception causes must derive from BaseException");
    }
    as_exception(exception)->cause = cause;
    as_exception(exception)->suppress_context = 1;
    return true;
}

// Take `exception` out of the chain of contexts that begins at `start`. A chain that already is a
// ring (made by assignment to __context__) is recognised by Floyd's two pointers.
static void cut_from_chain(Value exception, Value start) {
    Value slow = start;
    bool step = false;
    for (Value link = start; is_exception(as_exception(link)->context);) {
        Value next = as_exception(link)->context;
        if (value_same(next, exception)) {
            as_exception(link)->context = VALUE_NONE;
            return;
        }
        link = next;
        if (value_same(slow, link)) {
            return;
        }
        slow = step ? as_exception(slow)->context : slow;
        step = !step;
    }
}

void exception_set_context(Value exception, Value context) {
    if (!is_exception(context) || value_same(exception, context)) {
        return;
    }
    cut_from_chain(exception, context);
    as_exception(exception)->context = context;
}

// except

static bool check_class(Thread *thread, Value candidate) {
    return is_exception_class(candidate) ||
           raise_false(thread, ERROR_TypeError,
                       "catching classes that do not inherit from BaseException is not allowed");
}

static int matches_any(Thread *thread, Value exception, const Tuple *classes) {
    for (size_t i = 0; i < classes->length; i++) {
        if (!check_class(thread, classes->items[i])) {
            return -1;
        }
    }
    for (size_t i = 0; i < classes->length; i++) {
        if (is_instance_of(exception, as_type(classes->items[i]))) {
            return 1;
        }
    }
    return 0;
}

int exception_matches(Thread *thread, Value exception, Value classes) {
    if (is_tuple(classes)) {
        return matches_any(thread, exception, as_tuple(classes));
    }
    return check_class(thread, classes) ? is_instance_of(exception, as_type(classes)) : -1;
}
