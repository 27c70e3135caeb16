// SPDX-License-Identifier: MIT
//
// The methods of set and frozenset. Each gets its arguments bound by native.c, `self` first; those
// that take `*others` find a tuple.
#include "call.h"
#include "container.h"
#include "error.h"
#include "interpreter.h"
#include "operations.h"
#include "set_table.h"
#include "tuple.h"
#include "type.h"

static Value add_method(Thread *thread, Value *args) {
    return set_add(thread, as_set(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value remove_method(Thread *thread, Value *args) {
    int found = set_discard(thread, as_set(args[0]), args[1]);
    if (found == 0) {
        return raise_key_error(thread, args[1]);
    }
    return found < 0 ? VALUE_ERROR : VALUE_NONE;
}

static Value discard_method(Thread *thread, Value *args) {
    return set_discard(thread, as_set(args[0]), args[1]) < 0 ? VALUE_ERROR : VALUE_NONE;
}

static Value pop_method(Thread *thread, Value *args) {
    Value item = set_pop(as_set(args[0]));
    return is_undefined(item) ? raise_error(thread, ERROR_KeyError, "pop from an empty set") : item;
}

static Value clear_method(Thread *thread, Value *args) {
    set_clear(thread, as_set(args[0]));
    return VALUE_NONE;
}

static Value copy_method(Thread *thread, Value *args) {
    Type *frozen = builtin_type(thread, TYPE_frozenset);
    if (object_type(args[0]) == frozen) {
        return args[0];
    }
    bool is_frozen = type_is_subtype(object_type(args[0]), frozen);
    Type *type = is_frozen ? frozen : builtin_type(thread, TYPE_set);
    Set *copy = set_copy(thread, as_set(args[0]), type);
    return copy ? value_object(copy) : VALUE_ERROR;
}

// Fold `others` into a new set.
static Value fold(Thread *thread, Value *args, Set *(*function)(Thread *, Set *, Value)) {
    const Tuple *others = as_tuple(args[1]);
    if (others->length == 0) {
        return copy_method(thread, args);
    }
    Set *result = as_set(args[0]);
    for (size_t i = 0; result != NULL && i < others->length; i++) {
        result = function(thread, result, others->items[i]);
    }
    return result ? value_object(result) : VALUE_ERROR;
}

static Value union_method(Thread *thread, Value *args) {
    return fold(thread, args, set_union);
}

static Value intersection_method(Thread *thread, Value *args) {
    return fold(thread, args, set_intersection);
}

static Value difference_method(Thread *thread, Value *args) {
    return fold(thread, args, set_difference);
}

static Value symmetric_difference_method(Thread *thread, Value *args) {
    Set *result = set_symmetric_difference(thread, as_set(args[0]), args[1]);
    return result ? value_object(result) : VALUE_ERROR;
}

// Apply each of `others` to the set itself.
static Value update_each(Thread *thread, Value *args, bool (*function)(Thread *, Set *, Value)) {
    const Tuple *others = as_tuple(args[1]);
    for (size_t i = 0; i < others->length; i++) {
        if (!function(thread, as_set(args[0]), others->items[i])) {
            return VALUE_ERROR;
        }
    }
    return VALUE_NONE;
}

static Value update_method(Thread *thread, Value *args) {
    return update_each(thread, args, set_update);
}

static Value intersection_update_method(Thread *thread, Value *args) {
    return update_each(thread, args, set_intersection_update);
}

static Value difference_update_method(Thread *thread, Value *args) {
    return update_each(thread, args, set_difference_update);
}

static Value symmetric_difference_update_method(Thread *thread, Value *args) {
    bool ok = set_symmetric_difference_update(thread, as_set(args[0]), args[1]);
    return ok ? VALUE_NONE : VALUE_ERROR;
}

static Value is_disjoint_method(Thread *thread, Value *args) {
    int result = set_is_disjoint(thread, as_set(args[0]), args[1]);
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

// `v` as a set; NULL: exception.
static Set *as_set_or_convert(Thread *thread, Value v) {
    return is_any_set(v) ? as_set(v) : set_from_iterable(thread, builtin_type(thread, TYPE_set), v);
}

static Value is_subset_method(Thread *thread, Value *args) {
    Set *other = as_set_or_convert(thread, args[1]);
    int result = other ? set_is_subset(thread, as_set(args[0]), other) : -1;
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

static Value is_superset_method(Thread *thread, Value *args) {
    Set *other = as_set_or_convert(thread, args[1]);
    int result = other ? set_is_subset(thread, other, as_set(args[0])) : -1;
    return result < 0 ? VALUE_ERROR : value_bool(result);
}

// (type, ([items],), state)
static Value reduce_method(Thread *thread, Value *args) {
    Value state = call_method(thread, args[0], common_name(thread, NAME___getstate__), NULL, 0);
    Value items = is_error(state) ? state : operation_to_list(thread, args[0]);
    if (is_error(items)) {
        return items;
    }
    Value parts[] = {value_object(type_of(thread, args[0])),
                     value_object(tuple_from_array(thread, &items, 1)), state};
    return value_object(tuple_from_array(thread, parts, 3));
}

#define METHODS_OF_BOTH                                                                            \
    {"copy", copy_method, "(self, /)", "Return a shallow copy of a set.", NATIVE_PLAIN},           \
        {"union", union_method, "(self, /, *others)",                                              \
         "Return a new set with elements from the set and all others.", NATIVE_PLAIN},             \
        {"intersection", intersection_method, "(self, /, *others)",                                \
         "Return a new set with elements common to the set and all others.", NATIVE_PLAIN},        \
        {"difference", difference_method, "(self, /, *others)",                                    \
         "Return a new set with elements in the set that are not in the others.", NATIVE_PLAIN},   \
        {"symmetric_difference", symmetric_difference_method, "(self, other, /)",                  \
         "Return a new set with elements in either the set or other but not both.", NATIVE_PLAIN}, \
        {"isdisjoint", is_disjoint_method, "(self, other, /)",                                     \
         "Return True if two sets have a null intersection.", NATIVE_PLAIN},                       \
        {"issubset", is_subset_method, "(self, other, /)",                                         \
         "Report whether another set contains this set.", NATIVE_PLAIN},                           \
        {"issuperset", is_superset_method, "(self, other, /)",                                     \
         "Report whether this set contains another set.", NATIVE_PLAIN},                           \
        {"__reduce__", reduce_method, "(self, /)", "Return state information for pickling.",       \
         NATIVE_PLAIN},                                                                            \
        {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",               \
         NATIVE_CLASS_METHOD},

const NativeSpec set_methods[] = {
    {"add", add_method, "(self, object, /)",
     "Add an element to a set.\n\nThis has no effect if the element is already present.",
     NATIVE_PLAIN},
    {"remove", remove_method, "(self, object, /)",
     "Remove an element from a set; it must be a member.\n\n"
     "If the element is not a member, raise a KeyError.",
     NATIVE_PLAIN},
    {"discard", discard_method, "(self, object, /)",
     "Remove an element from a set if it is a member.\n\n"
     "Unlike set.remove(), the discard() method does not raise\n"
     "an exception when an element is missing from the set.",
     NATIVE_PLAIN},
    {"pop", pop_method, "(self, /)",
     "Remove and return an arbitrary set element.\n\nRaises KeyError if the set is empty.",
     NATIVE_PLAIN},
    {"clear", clear_method, "(self, /)", "Remove all elements from this set.", NATIVE_PLAIN},
    {"update", update_method, "(self, /, *others)",
     "Update the set, adding elements from all others.", NATIVE_PLAIN},
    {"intersection_update", intersection_update_method, "(self, /, *others)",
     "Update the set, keeping only elements found in it and all others.", NATIVE_PLAIN},
    {"difference_update", difference_update_method, "(self, /, *others)",
     "Update the set, removing elements found in others.", NATIVE_PLAIN},
    {"symmetric_difference_update", symmetric_difference_update_method, "(self, other, /)",
     "Update the set, keeping only elements found in either set, but not in both.", NATIVE_PLAIN},
    METHODS_OF_BOTH{0},
};

const NativeSpec frozenset_methods[] = {METHODS_OF_BOTH{0}};
