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
#include "type_parts.h"

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
enum {
    SLOT_ROWS = sizeof slot_table / sizeof *slot_table,
    SLOT_WORDS = offsetof(Slots, trace) / sizeof(AnyFunction), // all of them have rows
};

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

// ---- Which row has this name ----

_Static_assert(SLOT_ROWS < UINT8_MAX && SLOT_ROWS <= SLOT_NAMES / 2, "slot_rows has room");

static const SlotInfo *find_row(Thread *thread, const Str *name) {
    const uint8_t *rows = thread->interpreter->lookup_cache->slot_rows;
    for (size_t i = name->hash % SLOT_NAMES; rows[i]; i = (i + 1) % SLOT_NAMES) {
        const SlotInfo *row = &slot_table[rows[i] - 1];
        if (common_name(thread, row->name) == name) {
            return row;
        }
    }
    return NULL;
}

// Open addressing by the hash of the name; a row stands there plus one, for 0 is free.
void slots_init(Thread *thread) {
    uint8_t *rows = thread->interpreter->lookup_cache->slot_rows;
    for (uint8_t row = 0; row < SLOT_ROWS; row++) {
        size_t i = common_name(thread, slot_table[row].name)->hash % SLOT_NAMES;
        while (rows[i]) {
            i = (i + 1) % SLOT_NAMES;
        }
        rows[i] = row + 1;
    }
}

// ---- Slots of a new type ----

// For each slot of a type a row of its group, if one of the classes looked at defines a method of
// it.
typedef struct SpecialMethods {
    const SlotInfo *rows[SLOT_WORDS];
} SpecialMethods;

static void note_methods(Thread *thread, const Type *type, SpecialMethods *found) {
    size_t position = 0;
    Value key, v;
    while (dict_next(type->attributes, &position, &key, &v)) {
        if (is_str(key) && slots_is_special_name(as_str(key))) {
            const SlotInfo *row = find_row(thread, str_intern(thread, as_str(key)));
            if (row) {
                found->rows[row->offset / sizeof(AnyFunction)] = row;
            }
        }
    }
}

// The special methods of the classes that `type` has in its MRO and its base has not, itself above
// all. False if the others do not stand in the base's order, which a metaclass may decide.
static bool note_beyond_base(Thread *thread, const Type *type, SpecialMethods *found) {
    const Tuple *mro = type->mro, *known = type->base->mro;
    size_t next = 0;
    for (size_t i = 0; i < mro->length; i++) {
        if (next < known->length && value_same(mro->items[i], known->items[next])) {
            next++;
        } else {
            note_methods(thread, as_type(mro->items[i]), found);
        }
    }
    return next == known->length;
}

// Whether a special method that nobody beyond the base defines is what the base makes of it. Native
// types other than object have slots without a method, which classes do not take over.
static bool may_follow_base(const Type *type) {
    const Type *base = type->base;
    return base &&
           (!(type->flags & TYPE_FROM_CLASS) || base->flags & TYPE_FROM_CLASS || !base->base);
}

static AnyFunction choose_for(Thread *thread, Type *type, const SlotInfo *row) {
    const SlotInfo *end = slot_table + SLOT_ROWS, *first = row, *last = row + 1;
    while (first > slot_table && first[-1].offset == row->offset) {
        first--;
    }
    while (last < end && last->offset == row->offset) {
        last++;
    }
    return choose(thread, type, first, last);
}

// A type has its base's functions but for the groups that it adds methods to: no need for ninety
// look-ups in each of a hundred types whenever an interpreter starts, and in each class of a
// program. Where it can not follow its base, what no class in its MRO defines is NULL.
void slots_inherit(Thread *thread, Type *type) {
    static const Slots nothing = {0};
    SpecialMethods found = {0};
    bool follows = may_follow_base(type) && note_beyond_base(thread, type, &found);
    const Slots *start = follows ? &type->base->slots : &nothing;
    if (!follows) {
        for (size_t i = 0; i < type->mro->length; i++) {
            note_methods(thread, as_type(type->mro->items[i]), &found);
        }
    }
    if (!(type->flags & TYPE_FROM_CLASS)) { // may be unhashable, whatever its base is
        found.rows[offsetof(Slots, hash) / sizeof(AnyFunction)] =
            find_row(thread, common_name(thread, NAME___hash__));
    }
    for (size_t i = 0; i < SLOT_WORDS; i++) {
        size_t offset = i * sizeof(AnyFunction);
        if (offset == offsetof(Slots, construct) || is_native_own(type, offset)) {
            continue;
        }
        set_slot(&type->slots, offset,
                 found.rows[i] ? choose_for(thread, type, found.rows[i]) : slot_at(start, offset));
    }
    update_unhashable(thread, type);
}

void slots_update(Thread *thread, Type *type, const Str *name) {
    const SlotInfo *row = find_row(thread, name);
    if (!row || row->offset == offsetof(Slots, construct)) {
        return;
    }
    if (!is_native_own(type, row->offset)) {
        set_slot(&type->slots, row->offset, choose_for(thread, type, row));
    }
    update_unhashable(thread, type);
}

// Whether a native type shows the method of `row`. `object` shows attribute access although its
// slots are NULL, which means the default. What has a length is true by it, so that a class that
// redefines __len__ says by that when it is true, and `+` of two sequences knows no reflection.
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
    case SLOT_TRUTH: // only range, which no class inherits from, has both
        if (type->spec->slots.length && type->layout != LAYOUT_RANGE)
            return false;
        break;
    case SLOT_REFLECTED:
        if (type->spec->slots.length && row->name == NAME___radd__)
            return false;
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

// Nearly all rows of nearly all types have neither a function nor a reason to be there without.
static inline bool may_want_wrapper(const Type *type, const SlotInfo *row) {
    return slot_at(&type->spec->slots, row->offset) || row->kind == SLOT_INIT || !type->base;
}

void slots_add_wrappers(Thread *thread, Type *type) {
    for (const SlotInfo *row = slot_table; row < slot_table + slot_table_length; row++) {
        if (may_want_wrapper(type, row) && wants_wrapper(type, row)) {
            add_wrapper(thread, type, row);
        }
    }
    if (type->flags & TYPE_UNHASHABLE) {
        dict_set_str(thread, type->attributes, common_name(thread, NAME___hash__), VALUE_NONE);
    }
}
