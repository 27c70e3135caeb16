// SPDX-License-Identifier: MIT
//
// `v.name`, in Python's order: a data descriptor of the type, the object's own attribute, anything
// else the type has (bound to the object), __getattr__. Types with other rules (classes, super)
// have a get_attribute slot.
//
// Where an object keeps its own attributes depends on its layout: a shape with values, or a dict
// (functions, modules, classmethods).
#include "attribute.h"

#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "exception.h"
#include "instance.h"
#include "interpreter.h"
#include "module.h"
#include "operations.h"
#include "slot_table.h"
#include "str.h"
#include "type_parts.h"

// Names

static Str *interned(Thread *thread, Str *name) {
    return name->interned ? name : str_intern(thread, name);
}

// Own attributes

// The place of the dict of objects that keep one; *place may be NULL until the first attribute.
static Dict **own_dict(Value v) {
    switch (object_type(v)->layout) {
    case LAYOUT_FUNCTION:
        return &((Function *)as_object(v))->attributes;
    case LAYOUT_CLASSMETHOD:
    case LAYOUT_STATICMETHOD:
        return &((Wrapper *)as_object(v))->attributes;
    case LAYOUT_MODULE:
        return &as_module(v)->dict;
    default:
        return NULL;
    }
}

static Value own_attribute(Thread *thread, Value v, Str *name) {
    if (!is_object(v)) {
        return VALUE_UNDEFINED;
    }
    if (is_instance(v)) {
        return attributes_get_own(thread, as_object(v), name);
    }
    Dict **dict = own_dict(v);
    if (!dict) {
        return attributes_get_own(thread, as_object(v), name);
    }
    return *dict ? dict_get_str(thread, *dict, name) : VALUE_UNDEFINED;
}

// Errors

Value attribute_raise_missing(Thread *thread, Value v, Str *name) {
    const char *text = str_text(thread, name);
    Str *message;
    if (is_type(v)) {
        message =
            str_format(thread, "type object '%s' has no attribute '%s'", as_type(v)->name, text);
    } else if (is_module(v) && module_name(thread, as_module(v))) {
        message = module_missing_text(thread, as_module(v), text);
    } else {
        message =
            str_format(thread, "'%s' object has no attribute '%s'", type_name(thread, v), text);
    }
    Exception *exception = exception_new(thread, ERROR_AttributeError, message);
    exception->fields[ATTRIBUTE_ERROR_NAME] = value_object(name);
    exception->fields[ATTRIBUTE_ERROR_OBJ] = v;
    return raise_value(thread, value_object(exception));
}

// Getting

// What the type's attribute gives for the object.
static Value bind(Thread *thread, Value attribute, Value v, Type *type) {
    return descriptor_bind(thread, attribute, v, type);
}

Value attribute_find_default(Thread *thread, Value v, Str *name) {
    name = interned(thread, name);
    Type *type = type_of(thread, v);
    Value attribute = type_lookup(thread, type, name);
    if (is_data_descriptor(attribute) && object_type(attribute)->slots.descriptor_get) {
        return bind(thread, attribute, v, type);
    }
    Value own = own_attribute(thread, v, name);
    if (!is_undefined(own) || is_undefined(attribute)) {
        return own;
    }
    return bind(thread, attribute, v, type);
}

// A module's own __getattr__ function (PEP 562).
static Value module_fallback(Thread *thread, Value v, Str *name) {
    Value hook = own_attribute(thread, v, common_name(thread, NAME___getattr__));
    return is_undefined(hook) ? hook : call_1(thread, hook, value_object(name));
}

static Value find_or_fallback(Thread *thread, Value v, Str *name) {
    Value found = attribute_find_default(thread, v, name);
    return is_undefined(found) && is_module(v) ? module_fallback(thread, v, name) : found;
}

Value attribute_get_default(Thread *thread, Value v, Str *name) {
    Value found = find_or_fallback(thread, v, name);
    return is_undefined(found) ? attribute_raise_missing(thread, v, name) : found;
}

// An AttributeError that a program's own hook or property has raised without saying of what: it was
// this, which tracebacks need for "Did you mean".
static Value note_missing(Thread *thread, Value v, Str *name) {
    if (error_matches(thread, ERROR_AttributeError)) {
        Value *fields = as_exception(thread->exception)->fields;
        if (is_none(fields[ATTRIBUTE_ERROR_NAME]) && is_none(fields[ATTRIBUTE_ERROR_OBJ])) {
            fields[ATTRIBUTE_ERROR_NAME] = value_object(name);
            fields[ATTRIBUTE_ERROR_OBJ] = v;
        }
    }
    return VALUE_ERROR;
}

Value attribute_get(Thread *thread, Value v, Str *name) {
    GetAttributeFunction get = type_of(thread, v)->slots.get_attribute;
    Value found =
        get ? get(thread, v, interned(thread, name)) : attribute_get_default(thread, v, name);
    return is_error(found) ? note_missing(thread, v, name) : found;
}

// Without making an AttributeError first, where it is known how the attribute would be looked for.
Value attribute_get_optional(Thread *thread, Value v, Str *name) {
    GetAttributeFunction get = type_of(thread, v)->slots.get_attribute;
    name = interned(thread, name);
    Value found = !get                        ? find_or_fallback(thread, v, name)
                  : get == type_get_attribute ? type_find_attribute(thread, v, name)
                                              : get(thread, v, name);
    if (is_error(found) && error_matches(thread, ERROR_AttributeError)) {
        error_clear(thread);
        return VALUE_UNDEFINED;
    }
    return found;
}

static bool has_plain_access(const Type *type) {
    return !type->slots.get_attribute || type->slots.get_attribute == slot_getattr_hook;
}

bool attribute_get_method(Thread *thread, Value v, Str *name, Value *function, Value *self) {
    Type *type = type_of(thread, v);
    if (has_plain_access(type)) {
        name = interned(thread, name);
        Value attribute = type_lookup(thread, type, name);
        if (is_method_for(attribute, type) && is_undefined(own_attribute(thread, v, name))) {
            *function = attribute;
            *self = v;
            return true;
        }
    }
    *self = VALUE_UNDEFINED;
    *function = attribute_get(thread, v, name);
    return !is_error(*function);
}

// Setting

bool attribute_refuse(Thread *thread, Value v, Str *name, bool type_has_it) {
    const char *type = type_name(thread, v), *text = str_text(thread, name);
    Str *message;
    if (type_has_it) {
        message = str_format(thread, "'%s' object attribute '%s' is read-only", type, text);
    } else {
        message = str_format(
            thread, "'%s' object has no attribute '%s' and no __dict__ for setting new attributes",
            type, text);
    }
    Exception *exception = exception_new(thread, ERROR_AttributeError, message);
    exception->fields[ATTRIBUTE_ERROR_NAME] = value_object(name);
    exception->fields[ATTRIBUTE_ERROR_OBJ] = v;
    raise_value(thread, value_object(exception));
    return false;
}

static bool set_in_dict(Thread *thread, Value v, Dict **dict, Str *name, Value value) {
    if (!is_undefined(value)) {
        if (!*dict) {
            *dict = dict_new(thread, 1);
        }
        dict_set_str(thread, *dict, name, value);
        return true;
    }
    return (*dict && dict_delete_str(thread, *dict, name)) ||
           !is_error(attribute_raise_missing(thread, v, name));
}

static bool has_own_attributes(const Type *type) {
    return type->flags & TYPE_HAS_ATTRIBUTES && !(type->flags & TYPE_SEALED);
}

static bool set_own(Thread *thread, Value v, Str *name, Value value, bool type_has_it) {
    Dict **dict = is_object(v) ? own_dict(v) : NULL;
    if (dict) {
        return set_in_dict(thread, v, dict, name, value);
    }
    if (!is_object(v) || !has_own_attributes(object_type(v))) {
        return attribute_refuse(thread, v, name, type_has_it);
    }
    if (!is_undefined(value)) {
        attributes_set(thread, as_object(v), name, value);
        return true;
    }
    return attributes_delete(thread, as_object(v), name) ||
           !is_error(attribute_raise_missing(thread, v, name));
}

bool attribute_set_default(Thread *thread, Value v, Str *name, Value value) {
    name = interned(thread, name);
    Value attribute = type_lookup(thread, type_of(thread, v), name);
    if (is_data_descriptor(attribute)) {
        return object_type(attribute)->slots.descriptor_set(thread, attribute, v, value);
    }
    return set_own(thread, v, name, value, !is_undefined(attribute));
}

bool attribute_set(Thread *thread, Value v, Str *name, Value value) {
    SetAttributeFunction set = type_of(thread, v)->slots.set_attribute;
    return set ? set(thread, v, interned(thread, name), value)
               : attribute_set_default(thread, v, name, value);
}

bool attribute_delete(Thread *thread, Value v, Str *name) {
    return attribute_set(thread, v, name, VALUE_UNDEFINED);
}
