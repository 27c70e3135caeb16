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

static void keep_field(Thread *thread, Value *state, const Exception *self, size_t field,
                       const char *name) {
    if (is_none(self->fields[field])) {
        return;
    }
    if (is_none(*state)) {
        *state = value_object(dict_new(thread, 0));
    }
    dict_set_str(thread, as_dict(*state), str_intern_c(thread, name), self->fields[field]);
}

// What the arguments do not tell: attributes, and some fields. The object of an AttributeError is
// left out, for it may be anything.
static Value state_of(Thread *thread, const Exception *self, Value state) {
    ErrorKind family = exception_family(self->object.type);
    if (family == ERROR_ImportError) {
        keep_field(thread, &state, self, IMPORT_ERROR_NAME, "name");
        keep_field(thread, &state, self, IMPORT_ERROR_PATH, "path");
        keep_field(thread, &state, self, IMPORT_ERROR_NAME_FROM, "name_from");
    } else if (family == ERROR_AttributeError) {
        keep_field(thread, &state, self, ATTRIBUTE_ERROR_NAME, "name");
        state = is_none(state) ? value_object(dict_new(thread, 0)) : state;
        dict_set_str(thread, as_dict(state), str_intern_c(thread, "args"),
                     value_object(self->args));
    }
    return state;
}

// OSError takes the names of files out of its arguments.
static Tuple *all_arguments(Thread *thread, const Exception *self) {
    if (exception_family(self->object.type) != ERROR_OSError || self->args->length != 2 ||
        is_none(self->fields[OS_ERROR_FILENAME])) {
        return self->args;
    }
    Value second = self->fields[OS_ERROR_FILENAME2];
    Value parts[] = {self->args->items[0], self->args->items[1], self->fields[OS_ERROR_FILENAME],
                     VALUE_NONE, second};
    return tuple_from_array(thread, parts, is_none(second) ? 3 : 5);
}

static Value reduce(Thread *thread, Value *args) {
    const Exception *self = as_exception(args[0]);
    Value parts[] = {value_object(self->object.type), value_object(all_arguments(thread, self)),
                     VALUE_NONE};
    if (self->shape->dictionary || self->shape->count) {
        parts[2] = value_object(attributes_copy(thread, as_object(args[0])));
    }
    parts[2] = state_of(thread, self, parts[2]);
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
