// SPDX-License-Identifier: MIT
//
// Binding, and the descriptors that stand for data: getsets of native types, members declared by
// __slots__.
#include "descriptor.h"

#include "attribute.h"
#include "error.h"
#include "exception.h"
#include "instance.h"
#include "interpreter.h"
#include "native.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

bool is_method_like(Value v) {
    if (!is_object(v)) {
        return false;
    }
    switch (object_type(v)->exact_layout) {
    case LAYOUT_FUNCTION:
        return true;
    case LAYOUT_NATIVE: {
        const Native *native = (Native *)as_object(v);
        return native->owner && is_undefined(native->self);
    }
    default:
        return is_slot_wrapper(v);
    }
}

// May the C function behind a native method take an object of `type` as self?
static bool applies_to(const Native *native, const Type *type) {
    return !native_is_bindable(native->spec) || type_is_subtype(type, native->owner);
}

bool is_method_for(Value attribute, const Type *type) {
    return is_method_like(attribute) && (!is_exactly(attribute, LAYOUT_NATIVE) ||
                                         applies_to((Native *)as_object(attribute), type));
}

bool is_data_descriptor(Value v) {
    return is_object(v) && object_type(v)->slots.descriptor_set;
}

Value descriptor_bind(Thread *thread, Value attribute, Value instance, Type *owner) {
    if (!is_object(attribute)) {
        return attribute;
    }
    DescriptorGetFunction get = object_type(attribute)->slots.descriptor_get;
    return get ? get(thread, attribute, instance, value_object(owner)) : attribute;
}

Value function_descriptor_get(Thread *thread, Value function, Value instance, Value owner) {
    (void)owner;
    return is_undefined(instance) ? function : method_new(thread, function, instance);
}

Value native_descriptor_get(Thread *thread, Value native, Value instance, Value owner) {
    (void)owner;
    Native *function = (Native *)as_object(native);
    if (is_undefined(instance) || !function->owner || !is_undefined(function->self)) {
        return native;
    }
    if (!applies_to(function, type_of(thread, instance))) {
        return raise_error(thread, ERROR_TypeError,
                           "descriptor '%s' for '%s' objects doesn't apply to a '%s' object",
                           function->spec->name, function->owner->name,
                           type_name(thread, instance));
    }
    return native_bind(thread, function, instance);
}

// Getsets

Value getset_new(Thread *thread, const GetSetSpec *spec, Type *owner) {
    GetSet *getset = object_new(thread, builtin_type(thread, TYPE_getset));
    getset->spec = spec;
    getset->owner = owner;
    return value_object(getset);
}

bool is_getset(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_getset);
}

static bool check_instance(Thread *thread, Value instance, const Type *owner, const char *name) {
    const Type *type = type_of(thread, instance);
    if (type_is_subtype(type, owner)) {
        return true;
    }
    return raise_false(thread, ERROR_TypeError,
                       "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", name,
                       owner->name, type->name);
}

static Value getset_get(Thread *thread, Value self, Value instance, Value owner) {
    const GetSet *getset = (GetSet *)as_object(self);
    (void)owner;
    if (is_undefined(instance)) {
        return self;
    }
    if (!check_instance(thread, instance, getset->owner, getset->spec->name)) {
        return VALUE_ERROR;
    }
    return getset->spec->get(thread, instance);
}

bool getset_refuse(Thread *thread, Value self, Value v) {
    (void)self;
    (void)v;
    return raise_false(thread, ERROR_AttributeError, "readonly attribute");
}

static bool getset_set(Thread *thread, Value self, Value instance, Value v) {
    const GetSet *getset = (GetSet *)as_object(self);
    if (!check_instance(thread, instance, getset->owner, getset->spec->name)) {
        return false;
    }
    if (!getset->spec->set) {
        return raise_false(thread, ERROR_AttributeError,
                           "attribute '%s' of '%s' objects is not writable", getset->spec->name,
                           getset->owner->name);
    }
    return getset->spec->set(thread, instance, v);
}

static Value getset_repr(Thread *thread, Value self) {
    const GetSet *getset = (GetSet *)as_object(self);
    return value_object(str_format(thread, "<attribute '%s' of '%s' objects>", getset->spec->name,
                                   getset->owner->name));
}

static void getset_trace(Marker *marker, Object *self) {
    mark_object(marker, ((GetSet *)self)->owner);
}

static Value getset_name(Thread *thread, Value self) {
    return value_object(str_from_c(thread, ((GetSet *)as_object(self))->spec->name));
}

static Value getset_qualified_name(Thread *thread, Value self) {
    const GetSet *getset = (GetSet *)as_object(self);
    return value_object(str_format(thread, "%s.%s", getset->owner->name, getset->spec->name));
}

static Value getset_doc(Thread *thread, Value self) {
    const char *doc = ((GetSet *)as_object(self))->spec->doc;
    return doc ? value_object(str_from_c(thread, doc)) : VALUE_NONE;
}

static Value getset_owner(Thread *thread, Value self) {
    (void)thread;
    return value_object(((GetSet *)as_object(self))->owner);
}

static const GetSetSpec getset_getsets[] = {
    {"__name__", getset_name, NULL, "The attribute's name."},
    {"__doc__", getset_doc, NULL, "What the attribute holds."},
    {"__qualname__", getset_qualified_name, NULL, "The attribute's name with that of its type."},
    {"__objclass__", getset_owner, NULL, "The type that has the attribute."},
    {0},
};

const TypeSpec getset_type_spec = {
    .name = "getset_descriptor",
    .type_index = TYPE_getset,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(GetSet),
    .slots =
        {
            .repr = getset_repr,
            .descriptor_get = getset_get,
            .descriptor_set = getset_set,
            .trace = getset_trace,
        },
    .getsets = getset_getsets,
};

// Members

Value member_new(Thread *thread, Str *name, Type *owner) {
    Member *member = object_new(thread, builtin_type(thread, TYPE_member));
    member->name = name;
    member->owner = owner;
    return value_object(member);
}

bool is_member(Thread *thread, Value v) {
    return is_object(v) && object_type(v) == builtin_type(thread, TYPE_member);
}

static Value raise_unset(Thread *thread, Value instance, Str *name) {
    attribute_raise_missing(thread, instance, name);
    const Type *type = object_type(instance);
    if (is_str(type->qualified_name)) {
        Str *message =
            str_format(thread, "'%s' object has no attribute '%s'",
                       str_text(thread, as_str(type->qualified_name)), str_text(thread, name));
        Value argument = value_object(message);
        as_exception(thread->exception)->args = tuple_from_array(thread, &argument, 1);
    }
    return VALUE_ERROR;
}

static Value member_get(Thread *thread, Value self, Value instance, Value owner) {
    const Member *member = (Member *)as_object(self);
    (void)owner;
    if (is_undefined(instance)) {
        return self;
    }
    if (!check_instance(thread, instance, member->owner, str_text(thread, member->name))) {
        return VALUE_ERROR;
    }
    Value value = attributes_get(thread, as_object(instance), member->name);
    return is_undefined(value) ? raise_unset(thread, instance, member->name) : value;
}

static bool member_set(Thread *thread, Value self, Value instance, Value v) {
    const Member *member = (Member *)as_object(self);
    if (!check_instance(thread, instance, member->owner, str_text(thread, member->name))) {
        return false;
    }
    if (!is_undefined(v)) {
        attributes_set(thread, as_object(instance), member->name, v);
        return true;
    }
    return attributes_delete(thread, as_object(instance), member->name) ||
           raise_false(thread, ERROR_AttributeError, "%s", str_text(thread, member->name));
}

static Value member_repr(Thread *thread, Value self) {
    const Member *member = (Member *)as_object(self);
    return value_object(str_format(thread, "<member '%s' of '%s' objects>",
                                   str_text(thread, member->name), member->owner->name));
}

static void member_trace(Marker *marker, Object *self) {
    mark_object(marker, ((Member *)self)->owner);
    mark_object(marker, ((Member *)self)->name);
}

static Value member_name(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Member *)as_object(self))->name);
}

static Value member_owner(Thread *thread, Value self) {
    (void)thread;
    return value_object(((Member *)as_object(self))->owner);
}

static const GetSetSpec member_getsets[] = {
    {"__name__", member_name, NULL, "The attribute's name."},
    {"__objclass__", member_owner, NULL, "The class that declared it."},
    {0},
};

const TypeSpec member_type_spec = {
    .name = "member_descriptor",
    .type_index = TYPE_member,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(Member),
    .slots =
        {
            .repr = member_repr,
            .descriptor_get = member_get,
            .descriptor_set = member_set,
            .trace = member_trace,
        },
    .getsets = member_getsets,
};
