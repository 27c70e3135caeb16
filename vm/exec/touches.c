// SPDX-License-Identifier: MIT
//
// Locations are hashes of an object's address and of what is meant of it; objects do not move.
//
// How much of its arguments a built-in function touches is not known in detail. What the function
// is for says enough: functions of `builtins` look at their arguments, all others may change
// theirs; methods change their receiver unless they are known to read, and look at their arguments
// unless they just store them. A function of the embedded library counts as one that is built in,
// for in CPython it often is.
#include "touches.h"

#include "dict.h"
#include "dict_view.h"
#include "execute.h"
#include "function.h"
#include "instance.h"
#include "iterators.h"
#include "list.h"
#include "native.h"
#include "set.h"
#include "slice.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

typedef enum Part { PART_ITSELF = 1, PART_STRUCTURE, PART_CONTENT, PART_ITEM } Part;

enum { DEPTH = 3, ITEMS_LOOKED_AT = 64, SOURCES_MAX = 4, KEY_DEPTH = 4 };

// The location of all files, pipes and what else the system keeps, together.
#define FILES UINT64_C(0x66696c6573)
// Those of points are made from this.
#define POINTS UINT64_C(0x706f696e7473)

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t z = (a ^ (b * UINT64_C(0x9e3779b97f4a7c15))) * UINT64_C(0xbf58476d1ce4e5b9);
    return z ^ (z >> 29);
}

static uint64_t address(const void *object) {
    return (uint64_t)(uintptr_t)object;
}

static void touch(ScheduleStep *step, uint64_t location, bool writes, bool is_plain,
                  const void *object, const void *part) {
    if (step->count < STEP_TOUCHES) {
        step->touches[step->count++] = (Touch){.location = location,
                                               .writes = writes,
                                               .is_plain = is_plain,
                                               .object = object,
                                               .part = part};
    }
}

// ---- variables and attributes ----

void touch_name(ScheduleStep *step, const void *object, const Str *name, bool writes) {
    touch(step, mix(address(object), address(name)), writes, true, object, name);
}

void touch_cell(ScheduleStep *step, Value cell, const Str *name, bool writes) {
    touch(step, mix(address(as_object(cell)), PART_ITSELF), writes, true, as_object(cell), name);
}

void touch_object(ScheduleStep *step, const void *object) {
    touch(step, mix(address(object), PART_ITSELF), true, false, object, NULL);
}

// Which class the attribute of `type` is found in; `type` itself if in none.
static const Object *class_with(Thread *thread, Type *type, Str *name) {
    for (size_t i = 0; type->mro != NULL && i < type->mro->length; i++) {
        const Type *base = (const Type *)as_object(type->mro->items[i]);
        if (base->attributes != NULL &&
            !is_undefined(dict_get_str(thread, base->attributes, name))) {
            return &base->object;
        }
    }
    return &type->object;
}

static bool is_own(Thread *thread, Object *object, Str *name) {
    return attributes_of(object) != NULL && !is_undefined(attributes_get_own(thread, object, name));
}

// The attribute of an instance. One that only the class has could get to the instance, too.
static void touch_instance(Thread *thread, ScheduleStep *step, Object *object, Str *name,
                           bool writes) {
    bool own = writes || is_own(thread, object, name);
    if (own || attributes_of(object) != NULL) {
        touch_name(step, object, name, writes);
    }
    if (!own) {
        touch_name(step, class_with(thread, object->type, name), name, false);
    }
}

void touch_attribute(Thread *thread, ScheduleStep *step, Value v, Str *name, bool writes) {
    if (!is_object(v)) {
        return;
    }
    if (object_type(v)->layout == LAYOUT_TYPE) {
        touch_name(step, writes ? as_object(v) : class_with(thread, (Type *)as_object(v), name),
                   name, writes);
    } else if (object_type(v)->layout == LAYOUT_MODULE) {
        touch_name(step, as_object(v), name, writes);
    } else if (object_type(v)->slots.get_attribute == NULL) {
        touch_instance(thread, step, as_object(v), name, writes);
    }
}

void touch_own_attribute(Thread *thread, ScheduleStep *step, Value v, Str *name) {
    if (is_object(v) && object_type(v)->slots.get_attribute == NULL &&
        is_own(thread, as_object(v), name)) {
        touch_name(step, as_object(v), name, false);
    }
}

// ---- containers ----

// The built-in container that can change and that `v` is, or shows; or NULL.
static const Object *container_of(Value v) {
    if (!is_object(v)) {
        return NULL;
    }
    switch (object_type(v)->layout) {
    case LAYOUT_LIST:
    case LAYOUT_DICT:
    case LAYOUT_BYTEARRAY:
    case LAYOUT_ARRAY:
        return as_object(v);
    case LAYOUT_SET:
        return object_type(v)->spec->type_index != TYPE_frozenset ? as_object(v) : NULL;
    case LAYOUT_DICT_VIEW:
        return &((const DictView *)as_object(v))->dict->object;
    case LAYOUT_NONE:
        return (object_type(v)->spec->flags & TYPE_CONTAINER) != 0 ? as_object(v) : NULL;
    default:
        return NULL;
    }
}

static void touch_part(ScheduleStep *step, const Object *object, Part part, bool writes) {
    touch(step, mix(address(object), part), writes, false, object, NULL);
}

void touch_whole(ScheduleStep *step, Value v, bool writes) {
    const Object *container = container_of(v);
    if (container != NULL) {
        touch_part(step, container, PART_STRUCTURE, writes);
        touch_part(step, container, PART_CONTENT, writes);
    }
}

static void touch_to_depth(ScheduleStep *step, Value v, int depth);

static void touch_values(ScheduleStep *step, const Value *values, size_t count, int depth) {
    for (size_t i = 0; i < count && i < ITEMS_LOOKED_AT && step->count < STEP_TOUCHES; i++) {
        touch_to_depth(step, values[i], depth);
    }
}

static void touch_to_depth(ScheduleStep *step, Value v, int depth) {
    touch_whole(step, v, false);
    if (depth == 0 || !is_object(v)) {
        return;
    }
    if (object_type(v)->layout == LAYOUT_LIST) {
        touch_values(step, as_list(v)->items, as_list(v)->length, depth - 1);
    } else if (is_tuple(v)) {
        touch_values(step, as_tuple(v)->items, as_tuple(v)->length, depth - 1);
    } else if (container_of(v) != NULL && container_of(v)->type->layout == LAYOUT_DICT) {
        Value key, value;
        size_t position = 0;
        const Dict *dict = (const Dict *)container_of(v);
        for (size_t i = 0; i < ITEMS_LOOKED_AT && dict_next(dict, &position, &key, &value); i++) {
            touch_to_depth(step, value, depth - 1);
        }
    }
}

void touch_deeply(ScheduleStep *step, Value v) {
    touch_to_depth(step, v, DEPTH);
}

// ---- items ----

// Equal keys of these kinds are the same place: str, int, and tuples of them. Others are told apart
// by identity.
static uint64_t key_part(Thread *thread, Value key, int depth) {
    if (is_str(key)) {
        return str_hash(thread, as_str(key));
    }
    if (!is_tuple(key) || depth == 0) {
        return key.bits;
    }
    uint64_t part = as_tuple(key)->length;
    for (size_t i = 0; i < as_tuple(key)->length; i++) {
        part = mix(part, key_part(thread, as_tuple(key)->items[i], depth - 1));
    }
    return part;
}

static uint64_t item_location(Thread *thread, Value container, Value key) {
    bool from_end =
        object_type(container)->layout == LAYOUT_LIST && is_small_int(key) && as_small_int(key) < 0;
    if (from_end) {
        key = value_small_int(as_small_int(key) + (int64_t)as_list(container)->length);
    }
    return mix(mix(address(as_object(container)), PART_ITEM), key_part(thread, key, KEY_DEPTH));
}

static bool has_items(Value v) {
    return is_object(v) &&
           (object_type(v)->layout == LAYOUT_LIST || object_type(v)->layout == LAYOUT_DICT ||
            object_type(v)->layout == LAYOUT_BYTEARRAY || object_type(v)->layout == LAYOUT_ARRAY);
}

void touch_item(Thread *thread, ScheduleStep *step, Value container, Value key, bool writes) {
    if (!has_items(container) || is_slice(key)) {
        touch_whole(step, container, writes);
        return;
    }
    const Object *object = as_object(container);
    touch(step, item_location(thread, container, key), writes, true, object, NULL);
    touch_part(step, object, PART_STRUCTURE, false);
    if (writes) {
        touch_part(step, object, PART_CONTENT, true);
    }
}

// ---- iterators ----

static bool is_iterator(Value v) {
    return is_object(v) && object_type(v)->slots.next != NULL &&
           (object_type(v)->flags & TYPE_FROM_CLASS) == 0;
}

// What the iterator is made of or goes through, as iterators of C know.
static void touch_sources(ScheduleStep *step, Value iterator) {
    Value sources[SOURCES_MAX];
    size_t count = iterator_sources(iterator, sources, SOURCES_MAX);
    for (size_t i = 0; i < count; i++) {
        touch_next(step, sources[i]);
    }
    const TypeSpec *spec = object_type(iterator)->spec;
    if (spec != NULL && spec->walks != NULL) {
        touch_whole(step, spec->walks(iterator), false);
    }
}

static void touch_list_item(ScheduleStep *step, const SequenceIterator *at) {
    const Object *list = container_of(at->sequence);
    if (list != NULL) {
        uint64_t part = value_small_int((int64_t)at->index).bits;
        touch(step, mix(mix(address(list), PART_ITEM), part), false, true, list, NULL);
        touch_part(step, list, PART_STRUCTURE, false);
    }
}

void touch_next(ScheduleStep *step, Value iterator) {
    if (!is_object(iterator)) {
        return;
    }
    switch (object_type(iterator)->layout) {
    case LAYOUT_LIST_ITERATOR:
        touch_list_item(step, as_sequence_iterator(iterator));
        break;
    case LAYOUT_DICT_ITERATOR: {
        const Dict *dict = ((const DictIterator *)as_object(iterator))->dict;
        if (dict != NULL) {
            touch_whole(step, value_object(dict), false);
        }
        break;
    }
    case LAYOUT_TUPLE_ITERATOR:
    case LAYOUT_RANGE_ITERATOR:
        break;
    case LAYOUT_GENERATOR:
        touch_object(step, as_object(iterator));
        break;
    default:
        if (set_iterated(iterator) != NULL) {
            touch_whole(step, value_object(set_iterated(iterator)), false);
        } else if (is_iterator(iterator)) {
            touch_sources(step, iterator);
        }
    }
}

// ---- locks, queues, threads ----

bool is_sync(Value v) {
    return is_object(v) && object_type(v)->spec != NULL &&
           (object_type(v)->spec->flags & TYPE_SYNC) != 0;
}

void touch_sync(ScheduleStep *step, Value v, bool writes) {
    if (step->count < STEP_TOUCHES) {
        step->kind = STEP_SYNC;
        touch(step, mix(address(as_object(v)), PART_ITSELF), writes, false, as_object(v), NULL);
        step->touches[step->count - 1].is_lock = (object_type(v)->spec->flags & TYPE_LOCK) != 0;
    }
}

// ---- calls ----

static bool is_one_of(const char *name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

// Does the method leave its container as it is?
static bool only_reads(const NativeSpec *spec) {
    static const char *const readers[] = {
        "get",         "keys",
        "values",      "items",
        "index",       "count",
        "copy",        "issubset",
        "issuperset",  "isdisjoint",
        "union",       "intersection",
        "difference",  "symmetric_difference",
        "__len__",     "__contains__",
        "__getitem__", "__iter__",
        "__eq__",      "__repr__",
        "tobytes",     "tolist",
    };
    return is_one_of(spec->name, readers, sizeof readers / sizeof *readers);
}

// Does the method keep its arguments without looking into them?
static bool only_stores(const NativeSpec *spec) {
    static const char *const keepers[] = {
        "append", "appendleft", "insert", "put", "put_nowait", "setdefault", "get", "pop", "send",
    };
    return is_one_of(spec->name, keepers, sizeof keepers / sizeof *keepers);
}

static const Native *as_native(Value v) {
    return (const Native *)as_object(v);
}

static void touch_argument(ScheduleStep *step, Value arg, bool writes) {
    if (is_sync(arg)) {
        touch_sync(step, arg, true);
    } else if (is_iterator(arg)) {
        touch_object(step, as_object(arg));
        touch_next(step, arg);
    } else {
        touch_whole(step, arg, writes);
    }
}

static void touch_arguments(ScheduleStep *step, const Value *args, size_t count, bool writes) {
    for (size_t i = 0; i < count; i++) {
        touch_argument(step, args[i], writes);
    }
}

static void touch_receiver(ScheduleStep *step, const Native *native, Value self) {
    bool writes = !only_reads(native->spec);
    if (is_sync(self)) {
        touch_sync(step, self, writes);
    } else if (is_iterator(self)) {
        touch_argument(step, self, true);
    } else {
        touch_whole(step, self, writes);
    }
}

static void touch_method(ScheduleStep *step, const Native *native, Value self, const Value *args,
                         size_t count) {
    touch_receiver(step, native, self);
    for (size_t i = 0; i < count && !is_sync(self) && !only_stores(native->spec); i++) {
        touch_argument(step, args[i], false);
    }
}

// getattr(v, "name") and the like are what the name says.
static bool touch_by_name(Thread *thread, ScheduleStep *step, const Native *native,
                          const Value *args, size_t count) {
    static const char *const readers[] = {"getattr", "hasattr"};
    static const char *const writers[] = {"setattr", "delattr"};
    bool writes = is_one_of(native->spec->name, writers, 2);
    bool is_meant = writes || is_one_of(native->spec->name, readers, 2);
    if (is_meant && count >= 2 && is_str(args[1])) {
        touch_attribute(thread, step, args[0], str_intern(thread, as_str(args[1])), writes);
    }
    return is_meant;
}

// Functions of os ask the system, which remembers what others have told it: a byte in a pipe, a
// name in a folder.
static bool asks_system(const Native *native) {
    return strcmp(native->spec->name, "open") == 0 ||
           (is_str(native->module) && str_equal_c(as_str(native->module), "os"));
}

// schedule.point("name"): points of one name are one place.
static bool is_point(const Native *native, const Value *args, size_t count) {
    return strcmp(native->spec->name, "point") == 0 && is_str(native->module) &&
           str_equal_c(as_str(native->module), "schedule") && count == 1 && is_str(args[0]);
}

static void touch_function(Thread *thread, ScheduleStep *step, const Native *native,
                           const Value *args, size_t count) {
    bool is_builtin =
        is_str(native->module) && as_str(native->module) == common_name(thread, NAME_builtins);
    if (asks_system(native)) {
        touch(step, FILES, true, false, NULL, NULL);
    } else if (is_point(native, args, count)) {
        touch(step, mix(POINTS, str_hash(thread, as_str(args[0]))), true, false, NULL, NULL);
    } else if (!is_builtin) {
        touch_arguments(step, args, count, true);
    } else if (!touch_by_name(thread, step, native, args, count)) {
        touch_arguments(step, args, count, false);
        for (size_t i = 0; i < count; i++) {
            touch_deeply(step, args[i]);
        }
    }
}

static void touch_native(Thread *thread, ScheduleStep *step, const Native *native,
                         const Value *args, size_t count) {
    if (!is_undefined(native->self)) {
        touch_method(step, native, native->self, args, count);
    } else if (native->owner != NULL && count > 0) {
        touch_method(step, native, args[0], args + 1, count - 1);
    } else {
        touch_function(thread, step, native, args, count);
    }
}

static bool is_of_library(Value v) {
    return has_layout(v, LAYOUT_FUNCTION) &&
           code_is_of_library(((const Function *)as_object(v))->code);
}

void touch_call(Thread *thread, ScheduleStep *step, Value callee, const Value *args, size_t count) {
    if (!is_object(callee)) {
        return;
    }
    switch (object_type(callee)->layout) {
    case LAYOUT_NATIVE:
        touch_native(thread, step, as_native(callee), args, count);
        break;
    case LAYOUT_FUNCTION:
        if (is_of_library(callee)) {
            touch_arguments(step, args, count, true);
        }
        break;
    case LAYOUT_TYPE: {
        const Type *type = (const Type *)as_object(callee);
        if ((type->flags & TYPE_FROM_CLASS) == 0 || is_of_library(type->init)) {
            touch_arguments(step, args, count, false);
        }
        break;
    }
    default:
        break;
    }
}
