// SPDX-License-Identifier: MIT
//
// Objects of classes written in Mini, and the attributes any object can have.
//
// The attributes part is a shape and a place for values. In an Instance it follows the header at
// once, with the first few values right behind it. Instances of a subclass of a native type
// (`class Stack(list)`) have the part behind the native struct, at type->attributes_offset. str,
// bytes and int keep the data of such instances elsewhere; only a tuple's items lie inside the
// object, so there the part follows the items and attributes_offset is ATTRIBUTES_AT_END.
#pragma once

#include "shape.h"

typedef struct Attributes {
    Shape *shape;
    Value *overflow;      // values from shape->inline_slots on; the Dict in dictionary mode
    Value inline_slots[]; // only where shape->inline_slots > 0
} Attributes;

typedef struct Instance {
    Object object;
    Shape *shape;
    Value *overflow;
    Value inline_slots[];
} Instance;

#define ATTRIBUTES_AT_END UINT32_MAX

static inline bool is_instance(Value v) {
    return has_layout(v, LAYOUT_INSTANCE);
}
static inline Instance *as_instance(Value v) {
    return (Instance *)as_object(v);
}

// A new object of a class with LAYOUT_INSTANCE, without attributes.
Instance *instance_new(Thread *thread, Type *type);

// The attributes part, or NULL if objects of this type have none.
Attributes *attributes_of(Object *object);
// The value stored for `name` (interned) in the object itself; UNDEFINED if absent.
Value attributes_get(Thread *thread, Object *object, Str *name);
// The same without members: those are found through the class alone.
Value attributes_get_own(Thread *thread, Object *object, Str *name);
// Store in the object itself; the object must have attributes.
void attributes_set(Thread *thread, Object *object, Str *name, Value value);
// false if there was no such attribute.
bool attributes_delete(Thread *thread, Object *object, Str *name);
// The object's __dict__: turns it to dictionary mode. Writes go through.
Dict *attributes_dict(Thread *thread, Object *object);
// obj.__dict__ = dict
void attributes_set_dict(Thread *thread, Object *object, Dict *dict);
// A new dict with the values of the members declared by __slots__.
Dict *attributes_members(Thread *thread, Object *object);
// A new dict with the attributes (without members); leaves the object as it is.
Dict *attributes_copy(Thread *thread, Object *object);
// Move the attributes of `object` to another class (assignment to __class__).
void attributes_change_type(Thread *thread, Object *object, Type *type);
void attributes_trace(Marker *marker, Attributes *attributes);

// The value at `index` of an attributes part that is not in dictionary mode.
static inline Value *attributes_slot(Attributes *attributes, uint32_t index) {
    uint32_t inside = attributes->shape->inline_slots;
    return index < inside ? &attributes->inline_slots[index]
                          : &attributes->overflow[index - inside];
}

// Give a new attribute a place: `next` is `shape_add` of the object's shape.
void attributes_grow(Thread *thread, Attributes *attributes, Shape *next, Value value);
