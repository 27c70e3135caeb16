// SPDX-License-Identifier: MIT
//
// Bound methods, classmethod and staticmethod: three ways to decide what the first argument of a
// function found in a class will be.
#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "dict.h"
#include "interpreter.h"
#include "native.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// Bound methods

static Method *as_method(Value v) {
    return (Method *)as_object(v);
}

static Value method_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    static const ArgumentsSpec spec = {"method", {"", ""}, 2};
    Value given[2];
    (void)callee;
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    if (!is_callable(given[0])) {
        return raise_error(thread, ERROR_TypeError, "first argument must be callable");
    }
    return method_new(thread, given[0], given[1]);
}

static Value method_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    const Method *method = as_method(callee);
    return slots_call_prepended(thread, method->function, method->self, args, count, keywords);
}

static Value method_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if ((op != COMPARE_EQ && op != COMPARE_NE) || !has_layout(right, LAYOUT_METHOD)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const Method *a = as_method(left), *b = as_method(right);
    int equal =
        value_same(a->self, b->self) ? operation_equal(thread, a->function, b->function) : 0;
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static bool method_hash(Thread *thread, Value self, uint64_t *hash) {
    const Method *method = as_method(self);
    if (!operation_hash(thread, method->function, hash)) {
        return false;
    }
    *hash ^= method->self.bits * UINT64_C(0x9e3779b97f4a7c15) >> 3;
    return true;
}

static const char *function_name(Thread *thread, Value function) {
    Str *key = common_name(thread, NAME___qualname__);
    Value name = attribute_get_optional(thread, function, key);
    if (is_error(name)) {
        error_clear(thread);
    }
    return is_str(name) ? str_text(thread, as_str(name)) : "?";
}

static Value method_repr(Thread *thread, Value self) {
    const Method *method = as_method(self);
    if (is_slot_wrapper(method->function)) {
        return value_object(str_format(thread, "<method-wrapper '%s' of %s object at 0x%012llx>",
                                       slot_wrapper_name(method->function),
                                       type_name(thread, method->self),
                                       (unsigned long long)method->self.bits));
    }
    Str *owner = operation_repr(thread, method->self);
    if (!owner) {
        return VALUE_ERROR;
    }
    return value_object(str_format(thread, "<bound method %s of %s>",
                                   function_name(thread, method->function),
                                   str_text(thread, owner)));
}

// Attributes the method itself lacks are the function's. A slot's method is one object in CPython,
// so that it is the method that is said to lack what both lack.
static Value method_get_attribute(Thread *thread, Value self, Str *name) {
    Value function = as_method(self)->function;
    Value found = attribute_find_default(thread, self, name);
    if (!is_undefined(found)) {
        return found;
    }
    if (!is_slot_wrapper(function)) {
        return attribute_get(thread, function, name);
    }
    found = attribute_get_optional(thread, function, name);
    return is_undefined(found) ? attribute_raise_missing(thread, self, name) : found;
}

// A method that is an attribute of a class, or is asked for by hand, stays bound to its own object.
static Value method_get(Thread *thread, Value self, Value instance, Value owner) {
    (void)thread;
    (void)instance;
    (void)owner;
    return self;
}

static Value get_function(Thread *thread, Value self) {
    (void)thread;
    return as_method(self)->function;
}

static Value get_self(Thread *thread, Value self) {
    (void)thread;
    return as_method(self)->self;
}

static Value get_doc(Thread *thread, Value self) {
    return attribute_get(thread, as_method(self)->function, common_name(thread, NAME___doc__));
}

static const GetSetSpec method_getsets[] = {
    {"__func__", get_function, NULL, "The function behind the method."},
    {"__self__", get_self, NULL, "The object the method is bound to."},
    {"__doc__", get_doc, NULL, "The function's docstring."},
    {0},
};

static Value method_reduce(Thread *thread, Value *args) {
    const Method *method = as_method(args[0]);
    Value getattr =
        dict_get_str(thread, thread->interpreter->builtins, str_intern_c(thread, "getattr"));
    Value name = attribute_get(thread, method->function, common_name(thread, NAME___name__));
    if (is_error(name)) {
        return name;
    }
    return tuple_pair(thread, getattr, tuple_pair(thread, method->self, name));
}

static const NativeSpec method_methods[] = {
    {"__reduce__", method_reduce, "(self, /)", "Helper for pickle.", NATIVE_PLAIN},
    {0},
};

static void method_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Method *)self)->function);
    mark_value(marker, ((Method *)self)->self);
}

const TypeSpec method_type_spec = {
    .name = "method",
    .doc = "(function, instance, /)\n--\n\nCreate a bound instance method object.",
    .type_index = TYPE_method,
    .layout = LAYOUT_METHOD,
    .flags = TYPE_WEAK | TYPE_FINAL,
    .size = sizeof(Method),
    .slots =
        {
            .repr = method_repr,
            .hash = method_hash,
            .compare = method_compare,
            .call = method_call,
            .construct = method_construct,
            .get_attribute = method_get_attribute,
            .descriptor_get = method_get,
            .trace = method_trace,
        },
    .methods = method_methods,
    .getsets = method_getsets,
};

// classmethod and staticmethod

static Wrapper *as_wrapper(Value v) {
    return (Wrapper *)as_object(v);
}

static Value wrapper_new(Thread *thread, Type *type, Value function) {
    Wrapper *wrapper = object_new(thread, type);
    wrapper->function = function;
    return value_object(wrapper);
}

Value classmethod_new(Thread *thread, Value function) {
    return wrapper_new(thread, builtin_type(thread, TYPE_classmethod), function);
}

Value staticmethod_new(Thread *thread, Value function) {
    return wrapper_new(thread, builtin_type(thread, TYPE_staticmethod), function);
}

static Value wrapper_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    ArgumentsSpec spec = {as_type(callee)->name, {""}, 1};
    Value function;
    if (count == 0 && !is_undefined(as_type(callee)->init)) {
        return wrapper_new(thread, as_type(callee), VALUE_NONE);
    }
    if (count != 1 && !keywords) {
        return raise_error(thread, ERROR_TypeError, "%s expected 1 argument, got %zu",
                           as_type(callee)->name, count);
    }
    if (!arguments_bind(thread, &spec, args, count, keywords, &function)) {
        return VALUE_ERROR;
    }
    return wrapper_new(thread, as_type(callee), function);
}

static Value classmethod_get(Thread *thread, Value self, Value instance, Value owner) {
    Value function = as_wrapper(self)->function;
    if (is_undefined(owner) || is_none(owner)) {
        owner = value_object(type_of(thread, instance));
    }
    if (is_exactly(function, LAYOUT_NATIVE)) {
        return native_bind(thread, (Native *)as_object(function), owner);
    }
    return method_new(thread, function, owner);
}

static Value staticmethod_get(Thread *thread, Value self, Value instance, Value owner) {
    (void)thread;
    (void)instance;
    (void)owner;
    return as_wrapper(self)->function;
}

static Value staticmethod_call(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    return call_with_keywords(thread, as_wrapper(callee)->function, args, count, keywords);
}

static Value wrapper_repr(Thread *thread, Value self) {
    Str *function = operation_repr(thread, as_wrapper(self)->function);
    if (!function) {
        return VALUE_ERROR;
    }
    return value_object(
        str_format(thread, "<%s(%s)>", type_name(thread, self), str_text(thread, function)));
}

// What the wrapper does not have itself is asked of the function: __name__, __doc__, ...
static Value wrapper_get_attribute(Thread *thread, Value self, Str *name) {
    Value found = attribute_find_default(thread, self, name);
    bool doc = name == common_name(thread, NAME___doc__);
    bool has_special_name = str_text(thread, name)[0] == '_'; // a class keeps the others to itself
    bool passes = has_special_name || !is_type(as_wrapper(self)->function);
    if ((is_undefined(found) && passes) || doc)
        found = attribute_get_optional(thread, as_wrapper(self)->function, name);
    return is_undefined(found) ? attribute_raise_missing(thread, self, name) : found;
}

static Value get_wrapped(Thread *thread, Value self) {
    (void)thread;
    return as_wrapper(self)->function;
}

static Value get_wrapper_dict(Thread *thread, Value self) {
    Wrapper *wrapper = as_wrapper(self);
    if (!wrapper->attributes) {
        wrapper->attributes = dict_new(thread, 0);
    }
    return value_object(wrapper->attributes);
}

static const GetSetSpec wrapper_getsets[] = {
    {"__func__", get_wrapped, NULL, "The wrapped function."},
    {"__wrapped__", get_wrapped, NULL, "The wrapped function."},
    {"__dict__", get_wrapper_dict, NULL, "Attributes set on the wrapper."},
    {0},
};

static void wrapper_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Wrapper *)self)->function);
    mark_object(marker, ((Wrapper *)self)->attributes);
}

const TypeSpec classmethod_type_spec = {
    .name = "classmethod",
    .doc = "(function, /)\n--\n\n"
           "Convert a function to be a class method.",
    .type_index = TYPE_classmethod,
    .layout = LAYOUT_CLASSMETHOD,
    .size = sizeof(Wrapper),
    .slots =
        {
            .repr = wrapper_repr,
            .construct = wrapper_construct,
            .get_attribute = wrapper_get_attribute,
            .descriptor_get = classmethod_get,
            .trace = wrapper_trace,
        },
    .getsets = wrapper_getsets,
};

const TypeSpec staticmethod_type_spec = {
    .name = "staticmethod",
    .doc = "(function, /)\n--\n\n"
           "Convert a function to be a static method.",
    .type_index = TYPE_staticmethod,
    .layout = LAYOUT_STATICMETHOD,
    .size = sizeof(Wrapper),
    .slots =
        {
            .repr = wrapper_repr,
            .call = staticmethod_call,
            .construct = wrapper_construct,
            .get_attribute = wrapper_get_attribute,
            .descriptor_get = staticmethod_get,
            .trace = wrapper_trace,
        },
    .getsets = wrapper_getsets,
};
