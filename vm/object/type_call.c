// SPDX-License-Identifier: MIT
//
// Calling a class: make an object (__new__), then set it up (__init__).
//
// A native type does both at once in its `construct` slot, because most types have nothing to do
// in between. The two come apart where a subclass written in Mini overrides one of them. Types
// marked TYPE_HAS_INIT (list, dict, ...) then construct an empty object, and their native __init__,
// when the subclass calls it through super(), builds another object from the arguments and takes
// its contents over. Types of immutable values take the arguments in __new__, as in CPython.
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "exception.h"
#include "instance.h"
#include "interpreter.h"
#include "module.h"
#include "list.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type_parts.h"

Value call_with_dict(Thread *thread, Value callee, Value *args, size_t count, Dict *keywords) {
    if (!keywords || keywords->length == 0) {
        return call_value(thread, callee, args, count);
    }
    size_t total = count + keywords->length, position = 0;
    Value *all = heap_allocate(thread_heap(thread), CELL_BUFFER, total * sizeof(Value));
    Tuple *names = tuple_new(thread, keywords->length);
    for (size_t i = 0; i < count; i++) {
        all[i] = args[i];
    }
    for (size_t i = 0; i < names->length; i++) {
        dict_next(keywords, &position, &names->items[i], &all[count + i]);
    }
    return call_with_keywords(thread, callee, all, total, names);
}

static Value construct_native(Thread *thread, Type *type, Value *args, size_t count,
                              Tuple *keywords) {
    CallFunction construct = type->slots.construct;
    if (!construct) {
        return raise_error(thread, ERROR_TypeError, "cannot create '%s' instances", type->name);
    }
    if (keywords != NULL && !is_undefined(type->init) && type->spec->flags & TYPE_POSITIONAL_NEW) {
        count -= keywords->length;
        keywords = NULL;
    }
    bool empty =
        !is_undefined(type->init) && type->flags & TYPE_HAS_INIT && !(type->flags & TYPE_IS_ERROR);
    return empty ? construct(thread, value_object(type), NULL, 0, NULL)
                 : construct(thread, value_object(type), args, count, keywords);
}

static Value run_init(Thread *thread, Value instance, Value *args, size_t count, Tuple *keywords) {
    Type *type = object_type(instance);
    Value init = has_layout(type->init, LAYOUT_FUNCTION)
                     ? VALUE_UNDEFINED
                     : descriptor_bind(thread, type->init, instance, type);
    Value result = is_undefined(init)
                       ? slots_call_prepended(thread, type->init, instance, args, count, keywords)
                   : is_error(init) ? init
                                    : call_with_keywords(thread, init, args, count, keywords);
    if (is_error(result)) {
        return result;
    }
    if (!is_none(result)) {
        return raise_error(thread, ERROR_TypeError, "__init__() should return None, not '%s'",
                           type_name(thread, result));
    }
    return instance;
}

// __new__ is written in Mini.
static Value call_overridden_new(Thread *thread, Type *type, Value *args, size_t count,
                                 Tuple *keywords) {
    Value new_ = type->new_;
    if (!has_layout(new_, LAYOUT_FUNCTION)) { // a classmethod or what else binds
        new_ = attribute_get(thread, value_object(type), common_name(thread, NAME___new__));
    }
    Value instance = is_error(new_) ? new_
                                    : slots_call_prepended(thread, new_, value_object(type), args,
                                                           count, keywords);
    if (is_error(instance) || !is_instance_of(instance, type)) {
        return instance;
    }
    Type *actual = object_type(instance);
    if (!is_undefined(actual->init)) {
        return run_init(thread, instance, args, count, keywords);
    }
    if (actual->flags & TYPE_HAS_INIT) {
        if (keywords != NULL && actual->spec->flags & TYPE_POSITIONAL_NEW) {
            count -= keywords->length; // they were for the __new__ of the subclass
            keywords = NULL;
        }
        Value result = type_native_init(thread, actual, instance, args, count, keywords);
        return is_error(result) ? result : instance;
    }
    return instance;
}

Value type_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = as_type(callee);
    if (!is_undefined(type->new_)) {
        return call_overridden_new(thread, type, args, count, keywords);
    }
    Value instance = construct_native(thread, type, args, count, keywords);
    if (is_undefined(type->init) || is_error(instance) || !is_instance_of(instance, type)) {
        return instance;
    }
    return run_init(thread, instance, args, count, keywords);
}

// object.__new__

static bool check_excess_arguments(Thread *thread, const Type *type) {
    if (!is_undefined(type->new_)) {
        return raise_false(thread, ERROR_TypeError,
                           "object.__new__() takes exactly one argument (the type to instantiate)");
    }
    if (is_undefined(type->init)) {
        return raise_false(thread, ERROR_TypeError, "%s() takes no arguments", type->name);
    }
    return true;
}

Value object_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)keywords;
    Type *type = as_type(callee);
    if (count && !check_excess_arguments(thread, type)) {
        return VALUE_ERROR;
    }
    if (type->layout == LAYOUT_INSTANCE) {
        return value_object(instance_new(thread, type));
    }
    return value_object(object_new(thread, type));
}

static Str *list_of_methods(Thread *thread, List *names) {
    TextBuilder text;
    text_builder_init(&text, thread);
    for (size_t i = 0; i < names->length; i++) {
        text_builder_add_c(&text, i ? ", '" : "'");
        text_builder_add_str(&text, names->items[i]);
        text_builder_add_c(&text, "'");
    }
    return text_builder_finish(&text);
}

Value abstract_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Type *type = as_type(callee);
    Value found =
        dict_get_str(thread, type->attributes, common_name(thread, NAME___abstractmethods__));
    Value names = is_undefined(found) ? found : operation_to_list(thread, found);
    if (is_error(names) || is_undefined(names) ||
        !list_sort(thread, as_list(names), VALUE_NONE, false)) {
        return VALUE_ERROR;
    }
    const char *text = str_text(thread, list_of_methods(thread, as_list(names)));
    return raise_error(thread, ERROR_TypeError,
                       "Can't instantiate abstract class %s without an implementation for abstract "
                       "method%s %s",
                       type->name, as_list(names)->length > 1 ? "s" : "", text);
}

// A type that is made by object.__new__, not by that of a native type.
static bool is_made_by_object(const Type *type) {
    while (type->flags & TYPE_FROM_CLASS) {
        type = type->base;
    }
    return type->base == NULL;
}

void type_update_abstract(Thread *thread, Type *type, Value names) {
    int abstract = is_undefined(names) ? 0 : operation_truth(thread, names);
    if (abstract > 0) {
        type->flags |= TYPE_ABSTRACT_METHODS;
        if (is_made_by_object(type)) { // the __new__ of native types asks no questions
            type->slots.construct = abstract_construct;
        }
    } else if (type->flags & TYPE_ABSTRACT_METHODS) {
        type->flags &= ~(uint32_t)TYPE_ABSTRACT_METHODS;
        type->slots.construct = type_solid_base(type)->slots.construct;
    }
}

// Native __init__

static Value object_init(Thread *thread, const Type *type, size_t count) {
    if (type->layout == LAYOUT_NONE && !is_made_by_object(type)) {
        return VALUE_NONE; // a native type whose __new__ has had the arguments
    }
    if (count && !is_undefined(type->init)) {
        return raise_error(
            thread, ERROR_TypeError,
            "object.__init__() takes exactly one argument (the instance to initialize)");
    }
    if (count && is_undefined(type->new_) && is_made_by_object(type)) {
        return raise_error(thread, ERROR_TypeError,
                           "%s.__init__() takes exactly one argument (the instance to initialize)",
                           type->name);
    }
    return VALUE_NONE;
}

Value type_native_init(Thread *thread, Type *owner, Value self, Value *args, size_t count,
                       Tuple *keywords) {
    if (!(owner->flags & TYPE_HAS_INIT)) {
        bool plain = owner->base == NULL;
        return plain ? object_init(thread, type_of(thread, self), count) : VALUE_NONE;
    }
    Type *native = owner;
    while (native->flags & TYPE_FROM_CLASS) {
        native = native->base;
    }
    if (native->flags & TYPE_IS_ERROR) {
        return exception_init(thread, self, args, count, keywords);
    }
    Value fresh = native->slots.construct(thread, value_object(native), args, count, keywords);
    if (is_error(fresh)) {
        return fresh;
    }
    if (native->layout == LAYOUT_DICT) {
        // dict.__init__ adds to what is there, and the table's version must not go back.
        bool ok = dict_merge(thread, as_dict(self), as_dict(fresh), true);
        memcpy((char *)as_object(self) + sizeof(Dict), (char *)as_object(fresh) + sizeof(Dict),
               native->spec->size - sizeof(Dict)); // what a kind of dict has beyond the table
        return ok ? VALUE_NONE : VALUE_ERROR;
    }
    if (native->layout == LAYOUT_MODULE) { // so does module.__init__
        bool ok = dict_merge(thread, as_module(self)->dict, as_module(fresh)->dict, true);
        return ok ? VALUE_NONE : VALUE_ERROR;
    }
    memcpy((char *)as_object(self) + sizeof(Object), (char *)as_object(fresh) + sizeof(Object),
           native->spec->size - sizeof(Object));
    return VALUE_NONE;
}
