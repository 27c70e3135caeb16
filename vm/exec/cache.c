// SPDX-License-Identifier: MIT
//
// Inline caches: the slow half of the instructions that specialise themselves.
//
// An instruction such as GET_ATTR nearly always meets the same class of object. So after the first
// look-up it remembers, in the words that follow it, *where* it found the attribute, and changes
// its own opcode to one that only checks "same shape as last time?" before it loads from there.
// (Deutsch and Schiffman called it inline caching in 1984; shapes are Self's maps.)
//
// What is remembered must stay true without anybody telling us:
//   globals   the entry's number in the dictionary; true as long as that entry has that key
//   builtins  the same, and that the module's dictionary (which one, for exec may run the code with
//             several) has the keys it had then (key_version)
//   slots     index by shape; shapes are immortal and immutable. What could come before the slot (a
//             data descriptor of the class) makes all instructions forget, which is rare
//   methods   by shape or native type, and the type's version, which changes with any of its bases
//             (no two types ever have the same version, except 0)
//   shared    attributes that instances have from their class by shape, version and name, of which
//             the place in the cache of type_lookup holds the last two
//   getters   (properties, and what C code computes) by the type's version alone
//   numbers   methods by the type alone, which is one of C's and has no subclass among them
//   callees   see cache_call.c
#include "execute.h"

#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "function.h"
#include "instance.h"
#include "iterators.h"
#include "list.h"
#include "module.h"
#include "namespace.h"
#include "native.h"
#include "opcode.h"
#include "operations.h"
#include "slot_table.h"
#include "str.h"
#include "type.h"

Value cached_get_global(Thread *thread, Instruction *pc, Frame *frame) {
    Dict *globals = frame_globals(frame), *builtins = thread->interpreter->builtins;
    Str *name = as_str(frame->code->constants[pc->n]);
    int64_t slot = dict_find_slot_str(thread, globals, name);
    if (slot >= 0) {
        pc[1].cache = (uint64_t)slot;
        pc->op = OP_GET_GLOBAL_MODULE;
        return globals->entries[slot].value;
    }
    slot = dict_find_slot_str(thread, builtins, name);
    if (slot >= 0 && namespace_is_usual(thread, namespace_builtins(thread, globals))) {
        pc[1].cache = (uint64_t)globals->key_version << 32 | (uint64_t)slot;
        pc[2].cache = (uint64_t)(uintptr_t)globals;
        pc->op = OP_GET_GLOBAL_BUILTIN;
        return builtins->entries[slot].value;
    }
    return step_get_name(thread, frame, VALUE_UNDEFINED, name);
}

bool cached_set_global(Thread *thread, Instruction *pc, Frame *frame, Value v) {
    Dict *globals = frame_globals(frame);
    Str *name = as_str(frame->code->constants[pc->n]);
    dict_set_str(thread, globals, name, v);
    int64_t slot = dict_find_slot_str(thread, globals, name);
    pc[1].cache = (uint64_t)slot;
    return true;
}

// Is `attribute`, found in v's class, the descriptor of v's member `name`?
static bool is_own_member(Thread *thread, Value v, const Str *name, Value attribute) {
    if (!is_member(thread, attribute)) {
        return false;
    }
    const Member *member = (const Member *)as_object(attribute);
    return member->name == name && type_is_subtype(object_type(v), member->owner);
}

// A member that was never set is still zero, one that was deleted is UNDEFINED.
static bool is_bound(Value member) {
    return !is_error(member) && !is_undefined(member);
}

// The index of the slot that holds `name` in every instance of v's shape, or -1. A member (an
// attribute declared by __slots__) is a data descriptor, but one that stands for just that slot.
static int64_t plain_slot(Thread *thread, Value v, Str *name) {
    if (!is_instance(v) || object_type(v)->slots.get_attribute != NULL) {
        return -1;
    }
    const Shape *shape = as_instance(v)->shape;
    Value attribute = type_lookup(thread, object_type(v), name);
    bool member = is_own_member(thread, v, name, attribute);
    if (shape->dictionary || (!member && is_data_descriptor(attribute))) {
        return -1;
    }
    int64_t index = shape_find(shape, name);
    return member == (index < shape->members) ? index : -1;
}

// Remember that instances of this shape have the attribute at `index`: inside, or in the overflow.
static void cache_slot(Instruction *pc, const Shape *shape, int64_t index, Opcode inside,
                       Opcode overflow) {
    bool is_inside = index < shape->inline_slots;
    pc[1].cache = (uint64_t)(uintptr_t)shape;
    pc[2].cache = (uint64_t)(is_inside ? index : index - shape->inline_slots);
    pc->op = (uint16_t)(is_inside ? inside : overflow);
}

static Value *instance_slot(Value v, int64_t index) {
    return attributes_slot((Attributes *)&as_instance(v)->shape, (uint32_t)index);
}

static void cache_module_entry(Thread *thread, Instruction *pc, Value module, Str *name,
                               Opcode specialised) {
    int64_t slot = dict_find_slot_str(thread, as_module(module)->dict, name);
    if (slot >= 0) {
        pc[1].cache = (uint64_t)slot;
        pc->op = (uint16_t)specialised;
    }
}

// Does getting it from a class or an instance give the value itself, and always will? A class
// written in Mini may be given a __get__ later.
static bool is_never_bound(Value v) {
    return !is_object(v) || (object_type(v)->slots.descriptor_get == NULL &&
                             !(object_type(v)->flags & TYPE_FROM_CLASS));
}

// An attribute of a class that getting does not change, unless the metaclass has a say in it.
static void cache_class_attribute(Thread *thread, Instruction *pc, Value class, Str *name) {
    const Type *type = as_type(class);
    Value found = type_lookup(thread, as_type(class), name);
    Value meta = type_lookup(thread, object_type(class), name);
    bool plain = has_layout(found, LAYOUT_FUNCTION) || is_never_bound(found);
    if (is_undefined(found) || !plain || is_data_descriptor(meta) || type->version == 0) {
        return;
    }
    pc[1].cache = type->version;
    pc[2].cache = found.bits;
    pc->op = OP_GET_ATTR_CLASS;
}

// An attribute that instances have from their class, such as a constant in its body. The shape says
// that the instance has none of that name itself; what the class has, the look-up cache knows.
static void cache_shared_attribute(Thread *thread, Instruction *pc, Value object, Str *name) {
    Type *type = object_type(object);
    const Shape *shape = as_instance(object)->shape;
    const LookupEntry *place = type_lookup_place(thread, type, name);
    Value found = type_lookup(thread, type, name);
    if (type->slots.get_attribute != NULL || place == NULL || is_undefined(found) ||
        !is_never_bound(found) || shape->dictionary || shape_find(shape, name) >= 0) {
        return;
    }
    pc[1].cache = (uint64_t)(uintptr_t)shape;
    pc[2].cache = (uint64_t)(uintptr_t)place;
    pc->op = OP_GET_ATTR_SHARED;
}

// An attribute that C code or a property computes comes before what the object has itself, so the
// version of the type says it all.
static void cache_data_descriptor(Thread *thread, Instruction *pc, Value object, Str *name) {
    Type *type = object_type(object);
    if (type->slots.get_attribute != NULL || type->version == 0) {
        return;
    }
    Value found = type_lookup(thread, type, name);
    if (!is_data_descriptor(found) || object_type(found)->flags & TYPE_FROM_CLASS ||
        object_type(found)->slots.descriptor_get == NULL || is_member(thread, found)) {
        return;
    }
    const GetSet *getset = (const GetSet *)as_object(found);
    bool is_getter = is_getset(thread, found) && type_is_subtype(type, getset->owner);
    pc[1].cache = type->version;
    pc[2].cache = is_getter ? (uint64_t)(uintptr_t)getset->spec : found.bits;
    pc->op = is_getter ? OP_GET_ATTR_GETTER : OP_GET_ATTR_DATA;
}

Value cached_get_attribute(Thread *thread, Instruction *pc, Value object, Str *name) {
    int64_t index = plain_slot(thread, object, name);
    if (index >= 0 && is_bound(*instance_slot(object, index))) {
        const Shape *shape = as_instance(object)->shape;
        cache_slot(pc, shape, index, index < shape->members ? OP_GET_ATTR_MEMBER : OP_GET_ATTR_SLOT,
                   OP_GET_ATTR_OVERFLOW);
        return *instance_slot(object, index);
    }
    if (is_exactly(object, LAYOUT_MODULE)) {
        cache_module_entry(thread, pc, object, name, OP_GET_ATTR_MODULE);
    }
    if (is_exactly(object, LAYOUT_TYPE)) {
        cache_class_attribute(thread, pc, object, name);
    } else if (is_object(object)) {
        cache_data_descriptor(thread, pc, object, name);
    }
    if (is_instance(object) && pc->op == OP_GET_ATTR) {
        cache_shared_attribute(thread, pc, object, name);
    }
    return attribute_get(thread, object, name);
}

// After object.name = v has turned `before` into the object's shape: remember the way.
static void cache_new_attribute(Instruction *pc, const Shape *before, Value object) {
    Shape *after = as_instance(object)->shape;
    if (after->dictionary || after->parent != before || after->count > after->inline_slots) {
        return;
    }
    pc[1].cache = (uint64_t)(uintptr_t)before;
    pc[2].cache = (uint64_t)(uintptr_t)after;
    pc->op = OP_SET_ATTR_ADD;
}

bool cached_set_attribute(Thread *thread, Instruction *pc, Value object, Str *name, Value v) {
    bool plain = is_instance(object) && object_type(object)->slots.set_attribute == NULL &&
                 !as_instance(object)->shape->dictionary;
    if (!plain) {
        return attribute_set(thread, object, name, v);
    }
    int64_t index = plain_slot(thread, object, name);
    if (index >= 0) {
        cache_slot(pc, as_instance(object)->shape, index, OP_SET_ATTR_SLOT, OP_SET_ATTR_OVERFLOW);
        *instance_slot(object, index) = v;
        return true;
    }
    const Shape *before = as_instance(object)->shape;
    bool adds = shape_find(before, name) < 0 &&
                !is_data_descriptor(type_lookup(thread, object_type(object), name));
    if (!attribute_set(thread, object, name, v)) {
        return false;
    }
    if (adds) {
        cache_new_attribute(pc, before, object);
    }
    return true;
}

typedef bool ForgetsOpcode(uint16_t general);

static bool finds_attribute(uint16_t general) {
    return general == OP_GET_ATTR || general == OP_SET_ATTR;
}

static bool calls(uint16_t general) {
    return general == OP_CALL || general == OP_CALL_METHOD;
}

// `forgets`: a ForgetsOpcode, of the instructions that become general again.
static void forget_in_code(void *forgets, Object *object) {
    if (object->type->layout != LAYOUT_CODE) {
        return;
    }
    Code *code = (Code *)object;
    for (uint32_t i = 0; code->instructions != NULL && i < code->instruction_count;) {
        Instruction *instruction = &code->instructions[i];
        const OpcodeInfo *info = &opcode_table[instruction->op];
        i += opcode_length(instruction->op);
        if ((*(ForgetsOpcode **)forgets)(info->general)) {
            instruction->op = info->general;
        }
    }
}

static void forget(Thread *thread, ForgetsOpcode *forgets) {
    heap_each_object(thread_heap(thread), forget_in_code, &forgets);
}

void forget_attribute_caches(Thread *thread) {
    forget(thread, finds_attribute);
}

void forget_call_caches(Thread *thread) {
    forget(thread, calls);
}

// The method `name` of v's type, if v.name can only be that; else UNDEFINED.
static Value plain_method(Thread *thread, Value v, Str *name) {
    if (!is_object(v) || object_type(v)->slots.get_attribute != NULL) {
        return VALUE_UNDEFINED;
    }
    Value function = type_lookup(thread, object_type(v), name);
    return is_method_for(function, object_type(v)) ? function : VALUE_UNDEFINED;
}

// An object of a native type that may have attributes (a queue, an instance of a class derived from
// list) has its shape somewhere; only the type, told by its version, knows where.
static bool cache_mixed_method(Instruction *pc, Object *object, Str *name) {
    const Type *type = object->type;
    if (type->attributes_offset == ATTRIBUTES_AT_END || type->version == 0) {
        return false;
    }
    const Attributes *attributes = attributes_of(object);
    if (attributes == NULL || attributes->shape->dictionary ||
        shape_find(attributes->shape, name) >= 0) {
        return false;
    }
    pc[1].cache = (uint64_t)(uintptr_t)attributes->shape;
    pc->op = OP_GET_METHOD_MIXED;
    return true;
}

static bool cache_method(Thread *thread, Instruction *pc, Value object, Str *name, Value *window) {
    Value function = plain_method(thread, object, name);
    if (is_undefined(function)) {
        return false;
    }
    Type *type = object_type(object);
    if (is_instance(object)) {
        const Shape *shape = as_instance(object)->shape;
        if (shape->dictionary || shape_find(shape, name) >= 0) {
            return false;
        }
        pc[1].cache = (uint64_t)(uintptr_t)shape;
        pc->op = OP_GET_METHOD_SHAPE;
    } else if (type->attributes_offset == 0) {
        pc[1].cache = (uint64_t)(uintptr_t)type;
        pc->op = OP_GET_METHOD_TYPE;
    } else if (!cache_mixed_method(pc, as_object(object), name)) {
        return false;
    }
    pc[2].cache = type->version;
    pc[3].cache = function.bits;
    window[0] = function;
    window[FRAME_WORDS] = object;
    return true;
}

// A static or class method of a Mini function, for which getting it from the class need not make an
// object. Natives would: their messages count arguments without self.
static bool is_plain_wrapper(Value found) {
    return (is_exactly(found, LAYOUT_STATICMETHOD) || is_exactly(found, LAYOUT_CLASSMETHOD)) &&
           has_layout(((const Wrapper *)as_object(found))->function, LAYOUT_FUNCTION);
}

// A class says by its version what its methods are, unless its metaclass has a say in it. A wrapper
// is remembered itself, for its __init__ may give it another function.
static void cache_class_method(Thread *thread, Instruction *pc, Value class, Str *name) {
    const Type *type = as_type(class);
    Value found = type_lookup(thread, as_type(class), name);
    bool wrapped = is_plain_wrapper(found);
    if ((!wrapped && !has_layout(found, LAYOUT_FUNCTION)) || type->version == 0 ||
        is_data_descriptor(type_lookup(thread, object_type(class), name))) {
        return;
    }
    pc[1].cache = type->version;
    pc[2].cache = found.bits;
    pc[3].cache = is_exactly(found, LAYOUT_CLASSMETHOD) ? class.bits : VALUE_UNDEFINED.bits;
    pc->op = wrapped ? OP_GET_METHOD_WRAPPED : OP_GET_METHOD_CLASS;
}

// Nobody can change what int and float have, nor give attributes to a number.
static void cache_number_method(Thread *thread, Instruction *pc, Value number, Str *name) {
    Type *type = type_of(thread, number);
    Value function = type_lookup(thread, type, name);
    if (is_method_for(function, type)) {
        pc[1].cache = (uint64_t)(uintptr_t)type;
        pc[3].cache = function.bits;
        pc->op = OP_GET_METHOD_NUMBER;
    }
}

bool cached_get_method(Thread *thread, Instruction *pc, Value object, Str *name, Value *window) {
    if (cache_method(thread, pc, object, name, window)) {
        return true;
    }
    if (is_exactly(object, LAYOUT_MODULE)) {
        cache_module_entry(thread, pc, object, name, OP_GET_METHOD_MODULE);
    } else if (is_exactly(object, LAYOUT_TYPE)) {
        cache_class_method(thread, pc, object, name);
    } else if (is_small_int(object) || is_float(object)) {
        cache_number_method(thread, pc, object, name);
    }
    return attribute_get_method(thread, object, name, &window[0], &window[FRAME_WORDS]);
}

// Does the body of a FOR_NEXT begin with unpacking a pair, whose tuple nobody else will see?
static bool unpacks_pair(const Frame *frame, const Instruction *pc) {
    const Instruction *body = pc + 2 + pc[1].distance;
    return body->op == OP_UNPACK && body->b == pc->b && body->c == 2 &&
           pc->b >= frame->code->variable_count;
}

void specialise_for(const Frame *frame, Instruction *pc, Value iterator) {
    switch (object_type(iterator)->exact_layout) {
    case LAYOUT_RANGE_ITERATOR:
        pc->op = OP_FOR_NEXT_RANGE;
        break;
    case LAYOUT_LIST_ITERATOR:
        pc->op = OP_FOR_NEXT_LIST;
        break;
    case LAYOUT_TUPLE_ITERATOR:
        pc->op = OP_FOR_NEXT_TUPLE;
        break;
    case LAYOUT_GENERATOR:
        pc->op = OP_FOR_NEXT_GENERATOR;
        break;
    default:
        if (object_type(iterator)->slots.next == slot_next) {
            pc->op = OP_FOR_NEXT_METHOD;
            break;
        }
        pc->op = iterator_gives_pairs(iterator) && unpacks_pair(frame, pc) ? OP_FOR_NEXT_PAIR
                                                                           : OP_FOR_NEXT_SLOT;
        break;
    }
}
