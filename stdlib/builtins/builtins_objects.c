// SPDX-License-Identifier: MIT
//
// Built-in functions that ask an object about itself: its attributes, its type, its identity, its
// text.
#include "attribute.h"
#include "builtins.h"
#include "call.h"
#include "dict.h"
#include "id_table.h"
#include "instance.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

// Attributes

static Str *attribute_name(Thread *thread, Value v) {
    if (is_str(v))
        return as_str(v)->interned ? as_str(v) : str_intern(thread, as_str(v));
    raise_error(thread, ERROR_TypeError, "attribute name must be string, not '%s'",
                type_name(thread, v));
    return NULL;
}

static Value builtin_getattr(Thread *thread, Value *args) {
    Str *name = attribute_name(thread, args[1]);
    if (name == NULL)
        return VALUE_ERROR;
    if (is_undefined(args[2]))
        return attribute_get(thread, args[0], name);
    Value v = attribute_get_optional(thread, args[0], name);
    return is_undefined(v) ? args[2] : v;
}

static Value builtin_hasattr(Thread *thread, Value *args) {
    Str *name = attribute_name(thread, args[1]);
    Value v = name == NULL ? VALUE_ERROR : attribute_get_optional(thread, args[0], name);
    return is_error(v) ? v : value_bool(!is_undefined(v));
}

static Value builtin_setattr(Thread *thread, Value *args) {
    Str *name = attribute_name(thread, args[1]);
    return name != NULL && attribute_set(thread, args[0], name, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value builtin_delattr(Thread *thread, Value *args) {
    Str *name = attribute_name(thread, args[1]);
    return name != NULL && attribute_delete(thread, args[0], name) ? VALUE_NONE : VALUE_ERROR;
}

// dir and vars

static bool merge_names(Thread *thread, Dict *names, Value namespace) {
    if (is_dict(namespace))
        return dict_merge(thread, names, as_dict(namespace), false);
    return !is_error(namespace);
}

static bool merge_class(Thread *thread, Dict *names, const Type *type) {
    for (size_t i = 0; i < type->mro->length; i++) {
        if (!dict_merge(thread, names, as_type(type->mro->items[i])->attributes, false))
            return false;
    }
    return true;
}

static bool merge_all(Thread *thread, Dict *names, Value v) {
    if (is_type(v))
        return merge_class(thread, names, as_type(v));
    Value own = attribute_get_optional(thread, v, common_name(thread, NAME___dict__));
    return merge_names(thread, names, own) && merge_class(thread, names, type_of(thread, v));
}

static Value sorted_names(Thread *thread, Value names) {
    Value list = operation_to_list(thread, names);
    if (is_error(list) || !list_sort(thread, as_list(list), VALUE_NONE, false))
        return VALUE_ERROR;
    return list;
}

// A sorted list of the names of `v`, as dir(v).
static Value builtins_dir(Thread *thread, Value v) {
    Str *special = common_name(thread, NAME___dir__);
    bool plain = is_type(v) && type_of(thread, v) == builtin_type(thread, TYPE_type);
    Value given = plain ? VALUE_UNDEFINED : slots_call_special(thread, special, &v, 1);
    if (!is_undefined(given))
        return is_error(given) ? given : sorted_names(thread, given);
    Dict *names = dict_new(thread, 64);
    return merge_all(thread, names, v) ? sorted_names(thread, value_object(names)) : VALUE_ERROR;
}

static Value builtin_dir(Thread *thread, Value *args) {
    if (!is_undefined(args[0]))
        return builtins_dir(thread, args[0]);
    Value locals = builtins_locals(thread);
    if (!is_error(locals) && !is_exactly(locals, LAYOUT_DICT)) { // the program's own idea of a namespace
        locals = call_method(thread, locals, common_name(thread, NAME_keys), NULL, 0);
    }
    return is_error(locals) ? locals : sorted_names(thread, locals);
}

static Value builtin_vars(Thread *thread, Value *args) {
    if (is_undefined(args[0]))
        return builtins_locals(thread);
    Value v = attribute_get_optional(thread, args[0], common_name(thread, NAME___dict__));
    if (is_undefined(v))
        return raise_error(thread, ERROR_TypeError, "vars() argument must have __dict__ attribute");
    return v;
}

// Identity and type

// What is no heap object has a number made of its bits, which no object's number can equal.
static Value builtin_id(Thread *thread, Value *args) {
    Value v = args[0];
    if (is_object(v))
        return int_from_uint64(thread, 16 * id_table_number(thread, as_object(v)));
    return int_from_int128(thread, (__int128)v.bits * 16 + 8);
}

static Value builtin_hash(Thread *thread, Value *args) {
    uint64_t hash;
    return operation_hash(thread, args[0], &hash) ? int_from_int64(thread, (int64_t)hash)
                                                  : VALUE_ERROR;
}

static Value builtin_callable(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(is_callable(args[0]));
}

static Value answer(int yes) {
    return yes < 0 ? VALUE_ERROR : value_bool(yes);
}

static Value builtin_isinstance(Thread *thread, Value *args) {
    return answer(operation_is_instance(thread, args[0], args[1]));
}

static Value builtin_issubclass(Thread *thread, Value *args) {
    return answer(operation_is_subclass(thread, args[0], args[1]));
}

// Text

static Value builtin_repr(Thread *thread, Value *args) {
    Str *text = operation_repr(thread, args[0]);
    return text == NULL ? VALUE_ERROR : value_object(text);
}

static void add_escaped(TextBuilder *builder, uint32_t c) {
    if (c < 128)
        text_builder_put(builder, c);
    else if (c < 256)
        text_builder_add_printf(builder, "\\x%02x", c);
    else
        text_builder_add_printf(builder, c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

static Value builtin_ascii(Thread *thread, Value *args) {
    Str *text = operation_repr(thread, args[0]);
    if (text == NULL || text->ascii)
        return text == NULL ? VALUE_ERROR : value_object(text);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < text->length; i++)
        add_escaped(&builder, str_char_at(text, i));
    return value_object(text_builder_finish(&builder));
}

static Value builtin_format(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "format() argument 2 must be str, not %s",
                           argument_type_name(thread, args[1]));
    Str *text = operation_format(thread, args[0], as_str(args[1]));
    return text == NULL ? VALUE_ERROR : value_object(text);
}

const NativeSpec builtins_objects[] = {
    NATIVE("ascii", builtin_ascii, "(obj, /)", "Return an ASCII-only representation of an object."),
    NATIVE("callable", builtin_callable, "(obj, /)",
           "Return whether the object is callable (i.e., some kind of function)."),
    NATIVE("delattr", builtin_delattr, "(obj, name, /)",
           "Delete the named attribute from the given object."),
    NATIVE("dir", builtin_dir, "(object=..., /)",
           "Return the sorted names of an object's attributes, or those in the current scope."),
    NATIVE("format", builtin_format, "(value, format_spec='', /)",
           "Return value.__format__(format_spec)."),
    NATIVE("getattr", builtin_getattr, "(object, name, default=..., /)",
           "Get a named attribute from an object, or default when there is none."),
    NATIVE("hasattr", builtin_hasattr, "(obj, name, /)",
           "Return whether the object has an attribute with the given name."),
    NATIVE("hash", builtin_hash, "(obj, /)", "Return the hash value for the given object."),
    NATIVE("id", builtin_id, "(obj, /)", "Return the identity of an object."),
    NATIVE("isinstance", builtin_isinstance, "(obj, class_or_tuple, /)",
           "Return whether an object is an instance of a class or of a subclass thereof."),
    NATIVE("issubclass", builtin_issubclass, "(cls, class_or_tuple, /)",
           "Return whether 'cls' is derived from another class or is the same class."),
    NATIVE("repr", builtin_repr, "(obj, /)",
           "Return the canonical string representation of the object."),
    NATIVE("setattr", builtin_setattr, "(obj, name, value, /)",
           "Set the named attribute on the given object to the specified value."),
    NATIVE("vars", builtin_vars, "(object=..., /)",
           "Return the __dict__ of an object, or the current locals()."),
    NATIVE_END,
};
