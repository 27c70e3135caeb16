// SPDX-License-Identifier: MIT
//
// Operations on containers, and truth and hash, which dicts and conditions ask of every value.
//
// Each asks the type's slot first and a script's dunder method after it, and raises what CPython's
// abstract.c raises when there is neither.
#include "attribute.h"
#include "bytes.h"
#include "bytes_methods.h"
#include "call.h"
#include "execute.h"
#include "generator.h"
#include "generic_alias.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "list.h"
#include "operations.h"
#include "slice.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static int truth_of_object(Thread *thread, Value v) {
    const Slots *slots = &type_of(thread, v)->slots;
    if (slots->truth) {
        return slots->truth(thread, v);
    }
    if (slots->length) {
        int64_t length = slots->length(thread, v);
        return length < 0 ? -1 : length > 0;
    }
    return 1;
}

int operation_truth(Thread *thread, Value v) {
    if (is_bool(v)) {
        return is_true(v);
    }
    if (is_small_int(v)) {
        return as_small_int(v) != 0;
    }
    if (is_none(v)) {
        return 0;
    }
    return is_float(v) ? as_float(v) != 0.0 : truth_of_object(thread, v);
}

bool operation_hash(Thread *thread, Value v, uint64_t *hash) {
    if (is_exactly(v, LAYOUT_STR)) {
        *hash = str_hash(thread, as_str(v));
        return true;
    }
    if (is_small_int(v)) {
        *hash = int_hash(v);
        return true;
    }
    HashFunction slot = type_of(thread, v)->slots.hash;
    if (!slot) {
        return raise_false(thread, ERROR_TypeError, "unhashable type: '%s'", type_name(thread, v));
    }
    return slot(thread, v, hash);
}

int64_t operation_length(Thread *thread, Value v) {
    LengthFunction slot = type_of(thread, v)->slots.length;
    return slot ? slot(thread, v)
                : raise_minus_one(thread, ERROR_TypeError, "object of type '%s' has no len()",
                                  type_name(thread, v));
}

static int contains_by_iteration(Thread *thread, Value container, Value item) {
    Value iterator = operation_iter(thread, container);
    if (is_error(iterator)) {
        if (!error_matches(thread, ERROR_TypeError)) {
            return -1;
        }
        error_clear(thread);
        return raise_minus_one(thread, ERROR_TypeError, "argument of type '%s' is not iterable",
                               type_name(thread, container));
    }
    for (;;) {
        Value candidate = operation_next(thread, iterator);
        if (is_error(candidate) || is_undefined(candidate)) {
            return is_error(candidate) ? -1 : 0;
        }
        int equal = operation_equal(thread, candidate, item);
        if (equal) {
            return equal;
        }
    }
}

int operation_contains(Thread *thread, Value container, Value item) {
    ContainsFunction slot = type_of(thread, container)->slots.contains;
    return slot ? slot(thread, container, item) : contains_by_iteration(thread, container, item);
}

// Class[key]: __class_getitem__, or a generic alias such as list[int].
static Value class_get_item(Thread *thread, Value container, Value key) {
    Str *name = common_name(thread, NAME___class_getitem__);
    Value method = attribute_get_optional(thread, container, name);
    if (is_error(method)) {
        return method;
    }
    if (!is_undefined(method) && !is_none(method)) {
        return call_1(thread, method, key);
    }
    if (generic_alias_allowed(thread, as_type(container))) {
        return generic_alias_new(thread, container, key);
    }
    return raise_error(thread, ERROR_TypeError, "type '%s' is not subscriptable",
                       as_type(container)->name);
}

Value operation_get_item(Thread *thread, Value container, Value key) {
    BinaryFunction slot = type_of(thread, container)->slots.get_item;
    if (slot) {
        return slot(thread, container, key);
    }
    if (is_type(container)) {
        return class_get_item(thread, container, key);
    }
    return raise_error(thread, ERROR_TypeError, "'%s' object is not subscriptable",
                       type_name(thread, container));
}

// Whether `v` is of a type whose slices nobody can redefine, and how long it is.
static bool plain_length(Value v, size_t *length) {
    switch (is_object(v) ? object_type(v)->exact_layout : LAYOUT_NONE) {
    case LAYOUT_STR:
        *length = as_str(v)->length;
        return true;
    case LAYOUT_LIST:
        *length = as_list(v)->length;
        return true;
    case LAYOUT_TUPLE:
        *length = as_tuple(v)->length;
        return true;
    case LAYOUT_BYTES:
        *length = as_bytes(v)->length;
        return true;
    default:
        return false;
    }
}

// A bound of a slice, fit to the length; false if it takes more to find it out.
static bool plain_bound(Value v, size_t length, size_t if_none, size_t *bound) {
    *bound = if_none;
    if (is_small_int(v)) {
        int64_t i = as_small_int(v), end = (int64_t)length;
        i = i < 0 ? i + end : i;
        *bound = i < 0 ? 0 : i > end ? length : (size_t)i;
        return true;
    }
    return is_none(v);
}

static Value plain_slice(Thread *thread, Value v, size_t low, size_t count) {
    switch (object_type(v)->exact_layout) {
    case LAYOUT_STR:
        return value_object(str_slice(thread, as_str(v), low, low + count));
    case LAYOUT_LIST:
        return value_object(list_from_array(thread, count ? as_list(v)->items + low : NULL, count));
    case LAYOUT_TUPLE:
        return value_object(tuple_slice(thread, as_tuple(v), low, low + count));
    default:
        return bytes_like_new(thread, v, as_bytes(v)->data + low, count);
    }
}

Value operation_get_slice(Thread *thread, Value container, Value start, Value stop) {
    size_t length, low, high;
    if (plain_length(container, &length) && plain_bound(start, length, 0, &low) &&
        plain_bound(stop, length, length, &high)) {
        return plain_slice(thread, container, low, low < high ? high - low : 0);
    }
    return operation_get_item(thread, container, slice_new(thread, start, stop, VALUE_NONE));
}

bool operation_set_item(Thread *thread, Value container, Value key, Value v) {
    SetItemFunction slot = type_of(thread, container)->slots.set_item;
    return slot ? slot(thread, container, key, v)
                : raise_false(thread, ERROR_TypeError,
                              "'%s' object does not support item assignment",
                              type_name(thread, container));
}

bool operation_delete_item(Thread *thread, Value container, Value key) {
    const Type *type = type_of(thread, container);
    if (type->slots.set_item) {
        return type->slots.set_item(thread, container, key, VALUE_UNDEFINED);
    }
    // CPython words it differently when it takes the container for a sequence.
    bool sequence = (type->slots.length || type->flags & TYPE_FROM_CLASS) &&
                    (is_integral(key) || type_of(thread, key)->slots.index);
    return raise_false(thread, ERROR_TypeError, "'%s' object %s support item deletion", type->name,
                       sequence ? "doesn't" : "does not");
}

// Iteration

bool operation_iterates(const Type *type) {
    bool sequence = type->slots.get_item && (type->slots.length || type->flags & TYPE_FROM_CLASS);
    return type->slots.iter || sequence;
}

Value operation_iter(Thread *thread, Value v) {
    const Type *type = type_of(thread, v);
    if (!type->slots.iter) {
        if (operation_iterates(type)) {
            return sequence_iterator_new(thread, v);
        }
        return raise_error(thread, ERROR_TypeError, "'%s' object is not iterable",
                           type_name(thread, v));
    }
    Value iterator = type->slots.iter(thread, v);
    if (!is_error(iterator) && !type_of(thread, iterator)->slots.next) {
        return raise_error(thread, ERROR_TypeError, "iter() returned non-iterator of type '%s'",
                           type_name(thread, iterator));
    }
    return iterator;
}

// Natives draw items for as long as there are any, which may be for ever: here they notice Ctrl-C.
Value operation_next_slowly(Thread *thread, Value iterator) {
    if (!thread_poll_signals(thread)) {
        return VALUE_ERROR;
    }
    UnaryFunction slot = type_of(thread, iterator)->slots.next;
    return slot ? slot(thread, iterator)
                : raise_error(thread, ERROR_TypeError, "'%s' object is not an iterator",
                              type_name(thread, iterator));
}

Value operation_step(Thread *thread, Value iterator) {
    const Type *type = type_of(thread, iterator);
    if (has_layout(iterator, LAYOUT_GENERATOR)) {
        return generator_step(thread, (Generator *)as_object(iterator));
    }
    if (!(type->flags & TYPE_FROM_CLASS)) {
        return is_object(iterator) ? iterator_step_composed(thread, iterator)
                                   : operation_next(thread, iterator);
    }
    Value item = slots_call_special(thread, common_name(thread, NAME___next__), &iterator, 1);
    return is_undefined(item) ? operation_next(thread, iterator) : item;
}

Value operation_to_list(Thread *thread, Value iterable) {
    List *list = list_new(thread, 0);
    return list_extend(thread, list, iterable) ? value_object(list) : VALUE_ERROR;
}

Value operation_to_tuple(Thread *thread, Value iterable) {
    // Records, such as time.struct_time, have the layout too.
    if (is_tuple(iterable) && object_type(iterable) == builtin_type(thread, TYPE_tuple)) {
        return iterable;
    }
    bool is_copy = is_exactly(iterable, LAYOUT_LIST);
    Value list = is_copy ? iterable : operation_to_list(thread, iterable);
    if (is_error(list)) {
        return list;
    }
    return value_object(tuple_from_array(thread, as_list(list)->items, as_list(list)->length));
}
