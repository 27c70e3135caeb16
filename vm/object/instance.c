// SPDX-License-Identifier: MIT
//
// Storing attributes in objects. Values beyond the inline slots go to an overflow buffer that
// doubles; its capacity is not stored but follows from the number of attributes (4, 8, 16, ...).
//
// Dictionary mode is a one-way street: once a program holds obj.__dict__, any write to that dict
// must be seen as an attribute, so the dict becomes the only store.
#include "instance.h"

#include "dict.h"
#include "interpreter.h"
#include "str.h"
#include "tuple.h"

enum { FIRST_OVERFLOW = 4 };

Instance *instance_new(Thread *thread, Type *type) {
    Instance *instance = object_new(thread, type);
    instance->shape = type->root_shape;
    return instance;
}

static size_t attributes_offset(const Object *object) {
    uint32_t offset = object->type->attributes_offset;
    if (offset != ATTRIBUTES_AT_END) {
        return offset;
    }
    return sizeof(Tuple) + ((const Tuple *)object)->length * sizeof(Value);
}

Attributes *attributes_of(Object *object) {
    Type *type = object->type;
    if (!(type->flags & TYPE_HAS_ATTRIBUTES)) {
        return NULL;
    }
    Attributes *attributes = (Attributes *)((char *)object + attributes_offset(object));
    if (!attributes->shape) {
        attributes->shape = type->root_shape;
    }
    return attributes;
}

static Dict *dictionary(const Attributes *attributes) {
    return (Dict *)attributes->overflow;
}

// A member that was never set is zero, as the memory of the instance was.
static Value slot_value(Attributes *attributes, int64_t index) {
    Value v = *attributes_slot(attributes, (uint32_t)index);
    return is_error(v) ? VALUE_UNDEFINED : v;
}

// Members of __slots__ are hidden, for only their descriptors may show them, unless asked for.
static Value get(Thread *thread, Object *object, Str *name, bool with_members) {
    Attributes *attributes = attributes_of(object);
    if (!attributes) {
        return VALUE_UNDEFINED;
    }
    const Shape *shape = attributes->shape;
    int64_t index = shape_find(shape, name);
    if (index >= 0) {
        return with_members || index >= shape->members ? slot_value(attributes, index)
                                                       : VALUE_UNDEFINED;
    }
    return shape->dictionary ? dict_get_str(thread, dictionary(attributes), name) : VALUE_UNDEFINED;
}

Value attributes_get(Thread *thread, Object *object, Str *name) {
    return get(thread, object, name, true);
}

static void reserve_overflow(Thread *thread, Attributes *attributes, uint32_t used) {
    if (used == 0) {
        attributes->overflow =
            heap_allocate(thread_heap(thread), CELL_BUFFER, FIRST_OVERFLOW * sizeof(Value));
    } else if (used >= FIRST_OVERFLOW && (used & (used - 1)) == 0) {
        size_t size = used * sizeof(Value);
        attributes->overflow =
            heap_resize_buffer(thread_heap(thread), attributes->overflow, size, 2 * size);
    }
}

void attributes_grow(Thread *thread, Attributes *attributes, Shape *next, Value value) {
    uint32_t index = next->count - 1;
    if (index >= next->inline_slots) {
        reserve_overflow(thread, attributes, index - next->inline_slots);
    }
    attributes->shape = next;
    *attributes_slot(attributes, index) = value;
}

static Dict *copy_to_dict(Thread *thread, Attributes *attributes) {
    const Shape *shape = attributes->shape;
    Dict *dict = dict_new(thread, shape->count - shape->members);
    for (uint32_t i = shape->members; i < shape->count; i++) {
        dict_set_str(thread, dict, shape_name_at(shape, i), *attributes_slot(attributes, i));
    }
    return dict;
}

static void enter_dictionary_mode(Attributes *attributes, Dict *dict) {
    attributes->shape = shape_dictionary(attributes->shape);
    attributes->overflow = (Value *)dict;
}

static void add_attribute(Thread *thread, Attributes *attributes, Str *name, Value value) {
    Shape *next = shape_add(thread, attributes->shape, name);
    if (next) {
        attributes_grow(thread, attributes, next, value);
        return;
    }
    Dict *dict = copy_to_dict(thread, attributes);
    dict_set_str(thread, dict, name, value);
    enter_dictionary_mode(attributes, dict);
}

Value attributes_get_own(Thread *thread, Object *object, Str *name) {
    return get(thread, object, name, false);
}

void attributes_set(Thread *thread, Object *object, Str *name, Value value) {
    Attributes *attributes = attributes_of(object);
    int64_t index = shape_find(attributes->shape, name);
    if (index >= 0) {
        *attributes_slot(attributes, (uint32_t)index) = value;
    } else if (attributes->shape->dictionary) {
        dict_set_str(thread, dictionary(attributes), name, value);
    } else {
        add_attribute(thread, attributes, name, value);
    }
}

static void remove_at(Thread *thread, Attributes *attributes, uint32_t index) {
    const Shape *old = attributes->shape;
    Shape *next = shape_without(thread, attributes->shape, index);
    if (!next) {
        Dict *dict = copy_to_dict(thread, attributes);
        dict_delete_str(thread, dict, shape_name_at(old, index));
        enter_dictionary_mode(attributes, dict);
        return;
    }
    for (uint32_t i = index; i < next->count; i++) {
        *attributes_slot(attributes, i) = *attributes_slot(attributes, i + 1);
    }
    *attributes_slot(attributes, next->count) = VALUE_UNDEFINED;
    attributes->shape = next;
}

bool attributes_delete(Thread *thread, Object *object, Str *name) {
    Attributes *attributes = attributes_of(object);
    if (!attributes) {
        return false;
    }
    int64_t index = shape_find(attributes->shape, name);
    if (index < 0) {
        return attributes->shape->dictionary &&
               dict_delete_str(thread, dictionary(attributes), name);
    }
    bool present = !is_undefined(slot_value(attributes, index));
    if (index < attributes->shape->members) {
        *attributes_slot(attributes, (uint32_t)index) = VALUE_UNDEFINED;
    } else {
        remove_at(thread, attributes, (uint32_t)index);
    }
    return present;
}

Dict *attributes_dict(Thread *thread, Object *object) {
    Attributes *attributes = attributes_of(object);
    if (!attributes->shape->dictionary) {
        enter_dictionary_mode(attributes, copy_to_dict(thread, attributes));
    }
    return dictionary(attributes);
}

void attributes_set_dict(Thread *thread, Object *object, Dict *dict) {
    (void)thread;
    enter_dictionary_mode(attributes_of(object), dict);
}

Dict *attributes_copy(Thread *thread, Object *object) {
    Attributes *attributes = attributes_of(object);
    if (!attributes) {
        return dict_new(thread, 0);
    }
    return attributes->shape->dictionary ? dict_copy(thread, dictionary(attributes))
                                         : copy_to_dict(thread, attributes);
}

Dict *attributes_members(Thread *thread, Object *object) {
    Attributes *attributes = attributes_of(object);
    Dict *dict = dict_new(thread, 0);
    for (uint32_t i = 0; attributes && i < attributes->shape->members; i++) {
        Value v = slot_value(attributes, i);
        if (!is_undefined(v)) {
            dict_set_str(thread, dict, shape_name_at(attributes->shape, i), v);
        }
    }
    return dict;
}

// The new class may have another number of inline slots than the object has room for, so the
// attributes move to a dict.
void attributes_change_type(Thread *thread, Object *object, Type *type) {
    Attributes *attributes = attributes_of(object);
    if (attributes) {
        attributes_dict(thread, object);
        attributes->shape = shape_dictionary(type->root_shape);
    }
    object->type = type;
}

void attributes_trace(Marker *marker, Attributes *attributes) {
    const Shape *shape = attributes->shape;
    if (!shape) {
        return;
    }
    uint32_t inside = shape->count < shape->inline_slots ? shape->count : shape->inline_slots;
    mark_values(marker, attributes->inline_slots, inside);
    if (shape->dictionary) {
        mark_object(marker, attributes->overflow);
    } else if (shape->count > inside) {
        mark_buffer(marker, attributes->overflow);
        mark_values(marker, attributes->overflow, shape->count - inside);
    }
}
