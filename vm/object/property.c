// SPDX-License-Identifier: MIT
//
// property: an attribute computed by functions. `@property` makes one with a getter only;
// `.setter` and `.deleter` make copies with one more function, so that a subclass can extend an
// inherited property without changing it.
#include "arguments.h"
#include "attribute.h"
#include "call.h"
#include "descriptor.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static Property *as_property(Value v) {
    return (Property *)as_object(v);
}

static Value or_none(Value v) {
    return is_undefined(v) ? VALUE_NONE : v;
}

// The docstring of the getter, unless one was given.
static Value find_doc(Thread *thread, Value doc, Value getter) {
    if (!is_undefined(doc) && !is_none(doc)) {
        return doc;
    }
    if (is_none(getter)) {
        return VALUE_NONE;
    }
    return or_none(attribute_get_optional(thread, getter, common_name(thread, NAME___doc__)));
}

// An instance of a subclass has an attribute __doc__, for that of its class would hide the
// property's. Where __slots__ leave no room for it, a docstring given as such is silently dropped.
static bool show_doc(Thread *thread, const Property *property) {
    Value self = value_object((Object *)(uintptr_t)property);
    if (attribute_set(thread, self, common_name(thread, NAME___doc__), property->doc)) {
        return true;
    }
    if (property->doc_of_getter || !error_matches(thread, ERROR_AttributeError)) {
        return false;
    }
    error_clear(thread);
    return true;
}

static Value property_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    static const ArgumentsSpec spec = {"property", {"fget", "fset", "fdel", "doc"}, 0};
    Value given[4];
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    Property *property = object_new(thread, as_type(callee));
    property->get = or_none(given[0]);
    property->set = or_none(given[1]);
    property->delete_ = or_none(given[2]);
    property->name = VALUE_UNDEFINED;
    property->doc = find_doc(thread, given[3], property->get);
    if (is_error(property->doc)) {
        return VALUE_ERROR;
    }
    property->doc_of_getter = or_none(given[3]).bits != property->doc.bits;
    bool is_plain = as_type(callee) == builtin_type(thread, TYPE_property);
    return is_plain || show_doc(thread, property) ? value_object(property) : VALUE_ERROR;
}

// "property 'x' of 'C' object has no setter"
static void raise_without(Thread *thread, const Property *property, Value instance,
                          const char *what) {
    const Type *owner = type_of(thread, instance);
    const char *type = is_str(owner->qualified_name)
                           ? str_text(thread, as_str(owner->qualified_name))
                           : owner->name;
    Value name = property->name;
    if (is_undefined(name) && has_layout(property->get, LAYOUT_FUNCTION)) {
        name = value_object(((Function *)as_object(property->get))->name);
    }
    Str *repr = is_undefined(name) ? NULL : operation_repr(thread, name);
    if (repr) {
        raise_error(thread, ERROR_AttributeError, "property %s of '%s' object has no %s",
                    str_text(thread, repr), type, what);
    } else {
        raise_error(thread, ERROR_AttributeError, "property of '%s' object has no %s", type, what);
    }
}

// The getter, called with the instance.
static Value property_get(Thread *thread, Value self, Value instance, Value owner) {
    const Property *property = as_property(self);
    (void)owner;
    if (is_undefined(instance) || is_none(instance)) {
        return self;
    }
    if (is_none(property->get)) {
        raise_without(thread, property, instance, "getter");
        return VALUE_ERROR;
    }
    return call_1(thread, property->get, instance);
}

static bool property_set(Thread *thread, Value self, Value instance, Value v) {
    const Property *property = as_property(self);
    bool deleting = is_undefined(v);
    Value function = deleting ? property->delete_ : property->set;
    if (is_none(function)) {
        raise_without(thread, property, instance, deleting ? "deleter" : "setter");
        return false;
    }
    Value args[] = {instance, v};
    return !is_error(call_value(thread, function, args, deleting ? 1 : 2));
}

// A copy with one function replaced.
static Value copy_with(Thread *thread, Value self, Value get, Value set, Value delete_) {
    const Property *old = as_property(self);
    Value args[] = {is_undefined(get) ? old->get : get, is_undefined(set) ? old->set : set,
                    is_undefined(delete_) ? old->delete_ : delete_, old->doc};
    if (old->doc_of_getter && !is_none(args[0])) {
        args[3] = VALUE_NONE; // the docstring is that of the new getter
    }
    Value copy = call_value(thread, value_object(object_type(self)), args, 4);
    if (has_layout(copy, LAYOUT_PROPERTY)) {
        as_property(copy)->name = old->name;
    }
    return copy;
}

static Value method_getter(Thread *thread, Value *args) {
    return copy_with(thread, args[0], args[1], VALUE_UNDEFINED, VALUE_UNDEFINED);
}

static Value method_setter(Thread *thread, Value *args) {
    return copy_with(thread, args[0], VALUE_UNDEFINED, args[1], VALUE_UNDEFINED);
}

static Value method_deleter(Thread *thread, Value *args) {
    return copy_with(thread, args[0], VALUE_UNDEFINED, VALUE_UNDEFINED, args[1]);
}

static Value method_set_name(Thread *thread, Value *args) {
    size_t count = as_tuple(args[1])->length;
    if (count != 2) {
        return raise_error(thread, ERROR_TypeError,
                           "__set_name__() takes 2 positional arguments but %zu were given", count);
    }
    as_property(args[0])->name = as_tuple(args[1])->items[1];
    return VALUE_NONE;
}

static const NativeSpec property_methods[] = {
    {"getter", method_getter, "(self, fget, /)", "Copy of the property with another getter.",
     NATIVE_PLAIN},
    {"setter", method_setter, "(self, fset, /)", "Copy of the property with another setter.",
     NATIVE_PLAIN},
    {"deleter", method_deleter, "(self, fdel, /)", "Copy of the property with another deleter.",
     NATIVE_PLAIN},
    {"__set_name__", method_set_name, "(self, /, *args)",
     "Tell the property the name it is bound to.", NATIVE_PLAIN},
    {0},
};

static Value get_fget(Thread *thread, Value self) {
    (void)thread;
    return as_property(self)->get;
}

static Value get_fset(Thread *thread, Value self) {
    (void)thread;
    return as_property(self)->set;
}

static Value get_fdel(Thread *thread, Value self) {
    (void)thread;
    return as_property(self)->delete_;
}

static Value get_doc(Thread *thread, Value self) {
    (void)thread;
    return as_property(self)->doc;
}

static bool set_doc(Thread *thread, Value self, Value v) {
    (void)thread;
    as_property(self)->doc = or_none(v);
    return true;
}

static Value get_name(Thread *thread, Value self) {
    Value name = as_property(self)->name;
    Str *key = common_name(thread, NAME___name__);
    if (is_undefined(name) && !is_none(as_property(self)->get)) {
        name = attribute_get_optional(thread, as_property(self)->get, key);
    }
    return is_undefined(name) ? attribute_raise_missing(thread, self, key) : name;
}

static bool set_name(Thread *thread, Value self, Value v) {
    (void)thread;
    as_property(self)->name = v;
    return true;
}

// Abstract if one of its functions is (abc).
static Value get_abstract(Thread *thread, Value self) {
    const Property *property = as_property(self);
    Value functions[] = {property->get, property->set, property->delete_};
    for (size_t i = 0; i < 3; i++) {
        Value flag = attribute_get_optional(thread, functions[i],
                                            common_name(thread, NAME___isabstractmethod__));
        int truth = is_undefined(flag) ? 0 : is_error(flag) ? -1 : operation_truth(thread, flag);
        if (truth) {
            return truth < 0 ? VALUE_ERROR : VALUE_TRUE;
        }
    }
    return VALUE_FALSE;
}

static const GetSetSpec property_getsets[] = {
    {"fget", get_fget, NULL, "The getter."},
    {"fset", get_fset, NULL, "The setter."},
    {"fdel", get_fdel, NULL, "The deleter."},
    {"__doc__", get_doc, set_doc, "The docstring."},
    {"__name__", get_name, set_name, "The name of the attribute."},
    {"__isabstractmethod__", get_abstract, NULL, "Whether a function of it is abstract."},
    {0},
};

static void property_trace(Marker *marker, Object *self) {
    const Property *property = (Property *)self;
    mark_value(marker, property->get);
    mark_value(marker, property->set);
    mark_value(marker, property->delete_);
    mark_value(marker, property->doc);
    mark_value(marker, property->name);
}

const TypeSpec property_type_spec = {
    .name = "property",
    .doc = "(fget=None, fset=None, fdel=None, doc=None)\n--\n\n"
           "Property attribute.",
    .type_index = TYPE_property,
    .layout = LAYOUT_PROPERTY,
    .size = sizeof(Property),
    .slots =
        {
            .construct = property_construct,
            .descriptor_get = property_get,
            .descriptor_set = property_set,
            .trace = property_trace,
        },
    .methods = property_methods,
    .getsets = property_getsets,
};
