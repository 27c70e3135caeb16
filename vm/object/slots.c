// SPDX-License-Identifier: MIT
//
// Deciding what each slot of a type is. See slots.h for the idea; CPython's update_one_slot and
// add_operators do the same.
//
// Rows of slots.def that share a member form a group (`__setitem__` and `__delitem__` share
// set_item). If everything found for a group are slot wrappers of one C function, the type gets
// that function; otherwise the generic one of the first row that is not a wrapper.
#include "slots.h"

#include "attribute.h"
#include "dict.h"
#include "slot_table.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#define GENERIC(function) ((AnyFunction)(function))
#define BINARY_SLOTS(op, method, reflected, inplace_method, symbol)                                \
    {#method,                                                                                      \
     NAME_##method,                                                                                \
     SLOT_BINARY,                                                                                  \
     offsetof(Slots, binary[BINARY_##op]),                                                         \
     GENERIC(slot_binary_##op),                                                                    \
     "(value, /)",                                                                                 \
     "Return self" symbol "value."},                                                               \
        {#reflected,                                                                               \
         NAME_##reflected,                                                                         \
         SLOT_REFLECTED,                                                                           \
         offsetof(Slots, binary[BINARY_##op]),                                                     \
         GENERIC(slot_binary_##op),                                                                \
         "(value, /)",                                                                             \
         "Return value" symbol "self."},                                                           \
        {#inplace_method,                                                                          \
         NAME_##inplace_method,                                                                    \
         SLOT_BINARY,                                                                              \
         offsetof(Slots, inplace[BINARY_##op]),                                                    \
         GENERIC(slot_inplace_##op),                                                               \
         "(value, /)",                                                                             \
         "Return self" symbol "=value."},
#define SLOT(method, kind, member, generic, signature, doc)                                        \
    {#method,          NAME_##method, SLOT_##kind, offsetof(Slots, member),                        \
     GENERIC(generic), signature,     doc},

const SlotInfo slot_table[] = {
#include "slots.def"
};
const size_t slot_table_length = sizeof slot_table / sizeof *slot_table;
enum { SLOT_ROWS = sizeof slot_table / sizeof *slot_table };

bool slots_is_special_name(const Str *name) {
    size_t length = name->length;
    return name->width == 1 && length > 4 && !memcmp(name->data, "__", 2) &&
           !memcmp((const char *)name->data + length - 2, "__", 2);
}

static void set_slot(Slots *slots, size_t offset, AnyFunction function) {
    memcpy((char *)slots + offset, &function, sizeof function);
}

// What the special method of `row` asks for: *direct is the C function of the wrapper found, or
// *generic gets set. Nothing happens if the method is not there.
static void consider(Thread *thread, Type *type, const SlotInfo *row, AnyFunction *direct,
                     AnyFunction *generic) {
    Value found = type_lookup(thread, type, common_name(thread, row->name));
    if (is_undefined(found) || (row->kind == SLOT_HASH && is_none(found))) {
        return;
    }
    const SlotWrapper *wrapper = (const SlotWrapper *)as_object(found);
    if (is_slot_wrapper(found) && wrapper->info == row && type_is_subtype(type, wrapper->owner)) {
        AnyFunction function = slot_at(&wrapper->owner->slots, row->offset);
        if (!*direct || *direct == function) {
            *direct = function;
            return;
        }
    }
    if (!*generic) {
        *generic = row->generic;
    }
}

static AnyFunction choose(Thread *thread, Type *type, const SlotInfo *first, const SlotInfo *last) {
    AnyFunction direct = NULL, generic = NULL;
    for (const SlotInfo *row = first; row < last; row++) {
        consider(thread, type, row, &direct, &generic);
    }
    return generic ? generic : direct;
}

static void update_unhashable(Thread *thread, Type *type) {
    Value hash = type_lookup(thread, type, common_name(thread, NAME___hash__));
    if (is_none(hash)) {
        type->flags |= TYPE_UNHASHABLE;
    } else {
        type->flags &= ~(uint32_t)TYPE_UNHASHABLE;
    }
}

static bool is_native_own(const Type *type, size_t offset) {
    return !(type->flags & TYPE_FROM_CLASS) && slot_at(&type->spec->slots, offset);
}

// Which rows of the table have a method that the type itself defines.
typedef struct OwnMethods {
    bool rows[SLOT_ROWS];
} OwnMethods;

static void note_method(Thread *thread, OwnMethods *own, const Str *name) {
    for (size_t i = 0; i < SLOT_ROWS; i++) {
        own->rows[i] |= name == common_name(thread, slot_table[i].name);
    }
}

static void find_methods(Thread *thread, const Type *type, OwnMethods *own) {
    bool is_native = !(type->flags & TYPE_FROM_CLASS);
    size_t position = 0;
    Value key, v;
    while (dict_next(type->attributes, &position, &key, &v)) {
        bool is_own_slot = is_native && is_slot_wrapper(v);
        if (!is_own_slot && is_str(key) && slots_is_special_name(as_str(key))) {
            note_method(thread, own, str_intern(thread, as_str(key)));
        }
    }
}

// Whether a special method that `type` does not define itself is what `base` makes of it. Native
// types other than object have slots without a method, which classes do not take over.
static bool follows_base(const Type *type, const Type *base) {
    return base && type->mro->length == base->mro->length + 1 &&
           memcmp(type->mro->items + 1, base->mro->items, base->mro->length * sizeof(Value)) == 0 &&
           (!(type->flags & TYPE_FROM_CLASS) || (base->flags & TYPE_FROM_CLASS) || !base->base);
}

static bool defines_any(const OwnMethods *own, const SlotInfo *first, const SlotInfo *last) {
    for (const SlotInfo *row = first; row < last; row++) {
        if (own->rows[row - slot_table]) {
            return true;
        }
    }
    return false;
}

// A type that adds nothing to a group has its base's function: no need for ninety look-ups in each
// of a hundred types whenever an interpreter starts, and in each class of a program.
static bool is_as_in_base(const Type *type, const OwnMethods *own, const SlotInfo *first,
                          const SlotInfo *last) {
    bool may_be_unhashable = first->offset == offsetof(Slots, hash);
    return (type->flags & TYPE_FROM_CLASS || !may_be_unhashable) && !defines_any(own, first, last);
}

void slots_inherit(Thread *thread, Type *type) {
    const SlotInfo *end = slot_table + SLOT_ROWS, *last;
    OwnMethods own = {0};
    find_methods(thread, type, &own);
    bool follows = follows_base(type, type->base);
    for (const SlotInfo *first = slot_table; first < end; first = last) {
        for (last = first; last < end && last->offset == first->offset; last++) {}
        if (first->offset == offsetof(Slots, construct) || is_native_own(type, first->offset)) {
            continue;
        }
        AnyFunction function = follows && is_as_in_base(type, &own, first, last)
                                   ? slot_at(&type->base->slots, first->offset)
                                   : choose(thread, type, first, last);
        set_slot(&type->slots, first->offset, function);
    }
    update_unhashable(thread, type);
}

static bool is_sequence(const Type *type) {
    switch (type->layout) {
    case LAYOUT_STR:
    case LAYOUT_BYTES:
    case LAYOUT_BYTEARRAY:
    case LAYOUT_LIST:
    case LAYOUT_TUPLE:
        return true;
    default:
        return false;
    }
}

// Whether a native type shows the method of `row`. `object` shows attribute access although its
// slots are NULL, which means the default.
static bool wants_wrapper(const Type *type, const SlotInfo *row) {
    switch (row->kind) {
    case SLOT_NONE:
        return false;
    case SLOT_INIT:
        return type->flags & (TYPE_HAS_INIT | TYPE_IS_TYPE) || !type->base;
    case SLOT_GET_ATTRIBUTE:
    case SLOT_SET_ATTRIBUTE:
    case SLOT_DELETE_ATTRIBUTE:
        return !type->base || slot_at(&type->spec->slots, row->offset);
    case SLOT_REFLECTED:
        if (is_sequence(type) && row->name == NAME___radd__) {
            return false;
        }
        break;
    default:
        break;
    }
    return slot_at(&type->spec->slots, row->offset) != NULL;
}

static void add_wrapper(Thread *thread, Type *type, const SlotInfo *row) {
    Str *name = common_name(thread, row->name);
    if (!is_undefined(dict_get_str(thread, type->attributes, name))) {
        return;
    }
    SlotWrapper *wrapper = object_new(thread, builtin_type(thread, TYPE_slot_wrapper));
    wrapper->info = row;
    wrapper->owner = type;
    dict_set_str(thread, type->attributes, name, value_object(wrapper));
}

void slots_add_wrappers(Thread *thread, Type *type) {
    for (size_t i = 0; i < slot_table_length; i++) {
        if (wants_wrapper(type, &slot_table[i])) {
            add_wrapper(thread, type, &slot_table[i]);
        }
    }
    if (type->flags & TYPE_UNHASHABLE) {
        dict_set_str(thread, type->attributes, common_name(thread, NAME___hash__), VALUE_NONE);
    }
}
