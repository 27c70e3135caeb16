// SPDX-License-Identifier: MIT
//
// The methods of BaseException.
//
// Tracebacks, causes and notes are fields of the object rather than entries of its __dict__, so
// each has a getter and a setter here that checks what a script stores.
#include "attribute.h"
#include "dict.h"
#include "exception_parts.h"
#include "instance.h"
#include "interpreter.h"
#include "list.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"

static Value with_traceback(Thread *thread, Value *args) {
    Str *name = common_name(thread, NAME___traceback__);
    return attribute_set(thread, args[0], name, args[1]) ? args[0] : VALUE_ERROR;
}

static Value add_note(Thread *thread, Value *args) {
    if (!is_str(args[1])) {
        return raise_error(thread, ERROR_TypeError, "note must be a str, not '%s'",
                           type_name(thread, args[1]));
    }
    Str *name = common_name(thread, NAME___notes__);
    Value notes = attribute_get_optional(thread, args[0], name);
    if (is_undefined(notes)) {
        notes = value_object(list_new(thread, 1));
        if (!attribute_set(thread, args[0], name, notes)) {
            return VALUE_ERROR;
        }
    }
    if (is_error(notes) || !is_list(notes)) {
        return is_error(notes) ? notes
                               : raise_error(thread, ERROR_TypeError,
                                             "Cannot add note: __notes__ is not a list");
    }
    list_append(thread, as_list(notes), args[1]);
    return VALUE_NONE;
}

static Value reduce(Thread *thread, Value *args) {
    const Exception *self = as_exception(args[0]);
    Value parts[] = {value_object(self->object.type), value_object(self->args), VALUE_NONE};
    if (self->shape->dictionary || self->shape->count) {
        parts[2] = value_object(attributes_copy(thread, as_object(args[0])));
    }
    return value_object(tuple_from_array(thread, parts, is_none(parts[2]) ? 2 : 3));
}

static Value set_state(Thread *thread, Value *args) {
    if (is_none(args[1])) {
        return VALUE_NONE;
    }
    if (!is_dict(args[1])) {
        return raise_error(thread, ERROR_TypeError, "state is not a dictionary");
    }
    size_t position = 0;
    Value name, value;
    while (dict_next(as_dict(args[1]), &position, &name, &value)) {
        if (!is_str(name)) {
            return raise_error(thread, ERROR_TypeError, "attribute name must be string, not '%s'",
                               type_name(thread, name));
        }
        if (!attribute_set(thread, args[0], as_str(name), value)) {
            return VALUE_ERROR;
        }
    }
    return VALUE_NONE;
}

const NativeSpec exception_methods[] = {
    {"with_traceback", with_traceback, "(self, tb, /)",
     "Set self.__traceback__ to tb and return self.", NATIVE_PLAIN},
    {"add_note", add_note, "(self, note, /)", "Add a note to the exception.", NATIVE_PLAIN},
    {"__reduce__", reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {"__setstate__", set_state, "(self, state, /)", "Restore attributes.", NATIVE_PLAIN},
    {0},
};
