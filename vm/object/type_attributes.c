// SPDX-License-Identifier: MIT
//
// `Class.name`: attributes of class objects. Reading looks first for a data descriptor in the
// metaclass, then along the MRO of the class itself (binding as "looked up on the class"), then
// for anything else in the metaclass. Writing changes the class's own namespace, and makes the
// slots and the look-up caches follow.
#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "function.h"
#include "instance.h"
#include "interpreter.h"
#include "slots.h"
#include "str.h"
#include "type_parts.h"

Value type_find_attribute(Thread *thread, Value self, Str *name) {
    Type *type = as_type(self), *metaclass = type->object.type;
    Value meta = type_lookup(thread, metaclass, name);
    if (is_data_descriptor(meta) && object_type(meta)->slots.descriptor_get) {
        return descriptor_bind(thread, meta, self, metaclass);
    }
    Value own = type_lookup(thread, type, name);
    if (!is_undefined(own)) {
        return descriptor_bind(thread, own, VALUE_UNDEFINED, type);
    }
    return is_undefined(meta) ? meta : descriptor_bind(thread, meta, self, metaclass);
}

Value type_get_attribute(Thread *thread, Value self, Str *name) {
    name = name->interned ? name : str_intern(thread, name);
    Value found = type_find_attribute(thread, self, name);
    return is_undefined(found) ? attribute_raise_missing(thread, self, name) : found;
}

// Assigning __init__ (as dataclasses do) tells how many attributes instances will have.
static void follow_init(Thread *thread, Type *type) {
    if (type->layout != LAYOUT_INSTANCE || !(type->flags & TYPE_HAS_ATTRIBUTES)) {
        return;
    }
    uint16_t guess = type_guess_inline_slots(thread, type);
    if (guess > type->inline_slots) {
        type->flags |= shape_is_used(type->root_shape) ? TYPE_HAD_SHAPES : 0;
        type_set_inline_slots(thread, type, guess);
    }
}

static void follow_special_name(Thread *thread, Type *type, Str *name, Value value) {
    type_update_slots(thread, type, name);
    if (name == common_name(thread, NAME___abstractmethods__)) {
        type_update_abstract(thread, type, value);
    } else if (name == common_name(thread, NAME___init__)) {
        follow_init(thread, type);
    } else if (name == common_name(thread, NAME___doc__)) {
        type->doc = is_undefined(value) ? VALUE_NONE : value;
    }
}

// Inline caches of instance attributes look at the shape alone. May they have become wrong, because
// something in the class now comes before the instance's own attributes?
static bool shadows_instances(Thread *thread, const Type *type, const Str *name, Value value) {
    if (name == common_name(thread, NAME___set__) || name == common_name(thread, NAME___delete__)) {
        return true;
    }
    bool intercepts = is_data_descriptor(value) ||
                      name == common_name(thread, NAME___getattribute__) ||
                      name == common_name(thread, NAME___setattr__) ||
                      name == common_name(thread, NAME___delattr__);
    return intercepts && (is_object(type->subclasses) || type->flags & TYPE_HAD_SHAPES ||
                          (type->root_shape && shape_is_used(type->root_shape)));
}

// A member of __slots__ that goes away or is hidden leaves instances with a value nobody may find.
static bool hides_member(Thread *thread, Type *type, Str *name) {
    return is_member(thread, type_lookup(thread, type, name));
}

bool type_set_own_attribute(Thread *thread, Type *type, Str *name, Value value) {
    name = name->interned ? name : str_intern(thread, name);
    bool hides = hides_member(thread, type, name);
    type_note_change(thread, type);
    type->attributes->kept_version = 0;
    if (!is_undefined(value)) {
        dict_set_str(thread, type->attributes, name, value);
    } else if (!dict_delete_str(thread, type->attributes, name)) {
        return !is_error(attribute_raise_missing(thread, value_object(type), name));
    }
    type_modified(thread, type);
    if (slots_is_special_name(name)) {
        follow_special_name(thread, type, name, value);
    }
    if (hides || shadows_instances(thread, type, name, value)) {
        forget_attribute_caches(thread);
    }
    return true;
}

bool type_set_attribute(Thread *thread, Value self, Str *name, Value value) {
    Type *type = as_type(self);
    if (!(type->flags & TYPE_FROM_CLASS)) {
        return raise_false(thread, ERROR_TypeError,
                           "cannot set '%s' attribute of immutable type '%s'",
                           str_text(thread, name), type->name);
    }
    Value meta = type_lookup(thread, type->object.type, name);
    if (is_data_descriptor(meta)) {
        return object_type(meta)->slots.descriptor_set(thread, meta, self, value);
    }
    return type_set_own_attribute(thread, type, name, value);
}
