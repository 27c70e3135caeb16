// SPDX-License-Identifier: MIT
//
// Looking up attributes in classes, and hearing of changes.
//
// The look-up cache is direct-mapped: one entry per hash of (version, name). Entries are never
// removed; a type that changes gets a new version number, and the numbers are never used twice,
// so what was cached under the old one can not be found again. For the same reason the collector
// need not know the cache: whoever can ask with a live version also keeps the value alive.
//
// A base knows its subclasses by weak links, as CPython's __subclasses__.
#include "type.h"

#include "attribute.h"
#include "descriptor.h"
#include "dict.h"
#include "function.h"
#include "generic_alias.h"
#include "instance.h"
#include "interpreter.h"
#include "list.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type_parts.h"

typedef struct SubclassLink {
    Object *type; // weak: NULL when the class is gone
    struct SubclassLink *next;
} SubclassLink;

bool type_is_subtype(const Type *sub, const Type *base) {
    if (sub == base) {
        return true;
    }
    const Tuple *mro = sub->mro;
    for (size_t i = 1; mro && i < mro->length; i++) {
        if (mro->items[i].bits == (uintptr_t)base) {
            return true;
        }
    }
    return false;
}

// As type_lookup; *where gets the class it was found in.
static Value type_lookup_where(Thread *thread, Type *type, Str *name, Type **where) {
    const Tuple *mro = type->mro;
    for (size_t i = 0; i < mro->length; i++) {
        Type *owner = as_type(mro->items[i]);
        Value found = dict_get_str(thread, owner->attributes, name);
        if (!is_undefined(found)) {
            *where = owner;
            return found;
        }
    }
    *where = NULL;
    return VALUE_UNDEFINED;
}

static LookupEntry *cache_entry(Thread *thread, uint32_t version, const Str *name) {
    uint64_t mixed = ((uintptr_t)name >> 4) * UINT64_C(0x9e3779b97f4a7c15) + version;
    LookupCache *cache = thread->interpreter->lookup_cache;
    return &cache->entries[(mixed ^ mixed >> 32) % LOOKUP_CACHE_SIZE];
}

const LookupEntry *type_lookup_place(Thread *thread, const Type *type, const Str *name) {
    bool is_cached = type->version != 0 && name->interned;
    return is_cached ? cache_entry(thread, type->version, name) : NULL;
}

// The half that is rarely needed, apart so that the other needs no stack frame.
static __attribute__((noinline)) Value look_up_and_note(Thread *thread, Type *type, Str *name) {
    Type *where;
    Value found = type_lookup_where(thread, type, name, &where);
    if (type->version != 0 && name->interned) {
        *cache_entry(thread, type->version, name) = (LookupEntry){name, found, type->version};
    }
    return found;
}

Value type_lookup(Thread *thread, Type *type, Str *name) {
    const LookupEntry *entry = cache_entry(thread, type->version, name);
    bool is_noted = entry->name == name && entry->version == type->version && type->version != 0;
    return __builtin_expect(is_noted, 1) ? entry->value : look_up_and_note(thread, type, name);
}

static uint32_t next_version(Interpreter *interpreter) {
    if (interpreter->next_type_version == UINT32_MAX) {
        return 0;
    }
    return ++interpreter->next_type_version;
}

// A special method as type_call wants it: UNDEFINED if it is a native's own.
static Value find_override(Thread *thread, Type *type, NameIndex index) {
    Value found = type_lookup(thread, type, common_name(thread, index));
    if (index == NAME___new__ && has_layout(found, LAYOUT_STATICMETHOD)) {
        found = ((Wrapper *)as_object(found))->function;
    }
    return is_slot_wrapper(found) ? VALUE_UNDEFINED : found;
}

void type_refresh(Thread *thread, Type *type) {
    type->version = next_version(thread->interpreter);
    type->init = find_override(thread, type, NAME___init__);
    type->new_ = find_override(thread, type, NAME___new__);
}

static SubclassLink *first_link(const Type *type) {
    return is_object(type->subclasses) ? (SubclassLink *)as_object(type->subclasses) : NULL;
}

void type_modified(Thread *thread, Type *type) {
    type_refresh(thread, type);
    for (SubclassLink *link = first_link(type); link; link = link->next) {
        if (link->type) {
            type_modified(thread, (Type *)link->type);
        }
    }
}

void type_update_slots(Thread *thread, Type *type, const Str *name) {
    slots_update(thread, type, name);
    for (SubclassLink *link = first_link(type); link; link = link->next) {
        if (link->type) {
            type_update_slots(thread, (Type *)link->type, name);
        }
    }
}

static void drop_dead_links(Type *base) {
    SubclassLink *live = NULL, **tail = &live;
    for (SubclassLink *link = first_link(base); link; link = link->next) {
        if (link->type) {
            *tail = link;
            tail = &link->next;
        }
    }
    *tail = NULL;
    base->subclasses = live ? value_object(live) : VALUE_UNDEFINED;
}

bool type_is_constant(const Type *type) {
    return (type->flags & (TYPE_IMMORTAL | TYPE_CHANGED)) == TYPE_IMMORTAL;
}

void type_note_change(Thread *thread, Type *type) {
    if (type_is_constant(type)) {
        type->flags |= TYPE_CHANGED;
        heap_trace_again(thread_heap(thread), &type->object);
    }
}

void type_link_subclass(Thread *thread, Type *base, Type *type) {
    Heap *heap = thread_heap(thread);
    type_note_change(thread, base);
    SubclassLink *link = heap_allocate(heap, CELL_BUFFER, sizeof *link);
    link->type = (Object *)type;
    heap_add_weak(heap, (Object *)link, &link->type);
    drop_dead_links(base);
    link->next = first_link(base);
    base->subclasses = value_object(link);
}

void type_unlink_subclass(Type *base, const Type *type) {
    for (SubclassLink *link = first_link(base); link; link = link->next) {
        if (link->type == (const Object *)type) {
            link->type = NULL;
        }
    }
}

Value type_subclasses(Thread *thread, Type *type) {
    List *list = list_new(thread, 0);
    for (SubclassLink *link = first_link(type); link; link = link->next) {
        if (link->type) {
            list_append(thread, list, value_object(link->type));
        }
    }
    list_reverse(list);
    return value_object(list);
}

static void trace_type(Marker *marker, Object *self) {
    Type *type = (Type *)self;
    for (SubclassLink *link = first_link(type); link; link = link->next) {
        mark_buffer(marker, link);
    }
    if (type->flags & TYPE_IMMORTAL && heap_keeps(marker)) {
        dict_trace_changed(marker, type->attributes);
        return; // all the rest is as old as the type
    }
    mark_object(marker, type->base);
    mark_object(marker, type->bases);
    mark_object(marker, type->mro);
    mark_object(marker, type->attributes);
    mark_value(marker, type->qualified_name);
    mark_value(marker, type->module_name);
    mark_value(marker, type->doc);
    mark_value(marker, type->init);
    mark_value(marker, type->new_);
    if (type->flags & TYPE_FROM_CLASS) {
        mark_buffer(marker, type->name);
    }
}

void types_trace(Marker *marker, Interpreter *interpreter) {
    if (heap_keeps(marker)) {
        return;
    }
    for (size_t i = 0; i < TYPE_INDEX_COUNT; i++) {
        mark_object(marker, interpreter->types[i]);
    }
    for (size_t i = 0; i < ERROR_COUNT; i++) {
        mark_object(marker, interpreter->errors[i]);
    }
}

void type_keep(Type *type) {
    type->flags |= TYPE_IMMORTAL;
    dict_keep(type->attributes);
}

void types_keep(Thread *thread) {
    for (size_t i = 0; i < TYPE_INDEX_COUNT; i++) {
        type_keep(thread->interpreter->types[i]);
    }
    for (size_t i = 0; i < ERROR_COUNT; i++) {
        type_keep(thread->interpreter->errors[i]);
    }
}

void types_allocate_cache(Interpreter *interpreter) {
    arena_init(&interpreter->immortal);
    interpreter->lookup_cache = ARENA_NEW(&interpreter->immortal, LookupCache, 1);
}

void types_free(Interpreter *interpreter) {
    arena_free(&interpreter->immortal);
}

static bool is_member_of(Value v, const Type *owner) {
    return is_object(v) && object_type(v)->spec == &member_type_spec &&
           ((Member *)as_object(v))->owner == owner;
}

// The names that __slots__ of the type and its bases declare, bases first.
static uint16_t collect_members(const Type *type, Str **names, uint16_t room) {
    uint16_t count = 0;
    for (size_t i = type->mro->length; i > 0; i--) {
        Type *owner = as_type(type->mro->items[i - 1]);
        size_t position = 0;
        Value name, value;
        while (dict_next(owner->attributes, &position, &name, &value) && count < room) {
            if (is_member_of(value, owner)) {
                names[count++] = ((Member *)as_object(value))->name;
            }
        }
    }
    return count;
}

void type_set_inline_slots(Thread *thread, Type *type, uint16_t count) {
    Str *names[SHAPE_MAX_ATTRIBUTES] = {NULL};
    bool inside = type->layout == LAYOUT_INSTANCE;
    uint16_t members = inside ? collect_members(type, names, SHAPE_MAX_ATTRIBUTES) : 0;
    count = members > count ? members | 1 : count;
    type->inline_slots = count;
    type->root_shape = shape_new_root(thread, type, count, names, members);
    if (inside) {
        type->size = sizeof(Instance) + count * sizeof(Value);
    }
}

Str *type_name_str(Thread *thread, Type *type) {
    return str_from_c(thread, type_short_name(type));
}

Value type_module(Thread *thread, const Type *type) {
    return type->flags & TYPE_FROM_CLASS
               ? dict_get_str(thread, type->attributes, common_name(thread, NAME___module__))
               : type->module_name;
}

void type_show_module(Thread *thread, Type *type) {
    Value module = type_module(thread, type);
    if (is_str(module)) {
        const char *name = str_text(thread, as_str(module));
        type->name = type_copy_name(thread, str_format(thread, "%s.%s", name, type->name));
        type->flags |= TYPE_SHOWS_MODULE;
    }
}

Str *type_full_name(Thread *thread, Type *type) {
    Str *qualified =
        is_str(type->qualified_name) ? as_str(type->qualified_name) : type_name_str(thread, type);
    Value module = type_module(thread, type);
    if (!is_str(module) || str_equal_c(as_str(module), "builtins")) {
        return qualified;
    }
    Str *prefix = str_concat(thread, as_str(module), str_from_c(thread, "."));
    return str_concat(thread, prefix, qualified);
}

static Value type_repr(Thread *thread, Value self) {
    Str *name = type_full_name(thread, as_type(self));
    return value_object(str_format(thread, "<class '%s'>", str_text(thread, name)));
}

const TypeSpec type_type_spec = {
    .name = "type",
    .doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    .type_index = TYPE_type,
    .layout = LAYOUT_TYPE,
    .flags = TYPE_WEAK,
    .size = sizeof(Type),
    .slots =
        {
            .repr = type_repr,
            .binary = {[BINARY_OR] = union_new},
            .call = type_call,
            .construct = type_construct,
            .get_attribute = type_get_attribute,
            .set_attribute = type_set_attribute,
            .trace = trace_type,
        },
    .methods = type_methods,
    .getsets = type_getsets,
};
