// SPDX-License-Identifier: MIT
//
// Filling a dict from something else: another dict (entries are copied with their hashes), any
// mapping (whatever has keys()), or an iterable of pairs. This is dict.update, dict(...) and
// {**other}.
#include "attribute.h"
#include "call.h"
#include "container.h"
#include "dict_table.h"
#include "dict_view.h"
#include "error.h"
#include "tuple.h"

// Whether the key is new; one that is known is a KeyError.
static bool is_new(Thread *thread, Dict *dict, Value key) {
    int known = dict_contains(thread, dict, key);
    if (known > 0) {
        raise_key_error(thread, key);
    }
    return known == 0;
}

static Value iterate_keys(Thread *thread, Value mapping, Value keys_method) {
    Value keys = call_value(thread, keys_method, NULL, 0);
    if (is_error(keys) || operation_iterates(type_of(thread, keys))) {
        return is_error(keys) ? keys : operation_iter(thread, keys);
    }
    return raise_error(thread, ERROR_TypeError, "%s.keys() returned a non-iterable (type %s)",
                       type_name(thread, mapping), type_name(thread, keys));
}

static bool update_from_mapping(Thread *thread, Dict *dict, Value mapping, Value keys_method,
                                bool distinct) {
    Value iterator = iterate_keys(thread, mapping, keys_method);
    if (is_error(iterator)) {
        return false;
    }
    for (;;) {
        Value key = operation_next(thread, iterator);
        if (is_error(key) || is_undefined(key)) {
            return is_undefined(key);
        }
        if (distinct && !is_new(thread, dict, key)) {
            return false;
        }
        Value value = operation_get_item(thread, mapping, key);
        if (is_error(value) || !dict_set(thread, dict, key, value)) {
            return false;
        }
    }
}

static bool set_pair(Thread *thread, Dict *dict, Value pair, size_t number) {
    Value items = pair;
    if (!is_exactly(pair, LAYOUT_TUPLE)) {
        items = operation_to_tuple(thread, pair);
    }
    if (is_error(items)) {
        if (error_matches(thread, ERROR_TypeError)) {
            error_clear(thread);
            raise_error(thread, ERROR_TypeError,
                        "cannot convert dictionary update sequence element #%zu to a sequence",
                        number);
        }
        return false;
    }
    const Tuple *tuple = as_tuple(items);
    if (tuple->length != 2) {
        return raise_false(thread, ERROR_ValueError,
                           "dictionary update sequence element #%zu has length %zu; "
                           "2 is required",
                           number, tuple->length);
    }
    return dict_set(thread, dict, tuple->items[0], tuple->items[1]);
}

static bool update_from_pairs(Thread *thread, Dict *dict, Value pairs) {
    Value iterator = operation_iter(thread, pairs);
    if (is_error(iterator)) {
        return false;
    }
    for (size_t number = 0;; number++) {
        Value pair = operation_next(thread, iterator);
        if (is_error(pair) || is_undefined(pair)) {
            return is_undefined(pair);
        }
        if (!set_pair(thread, dict, pair, number)) {
            return false;
        }
    }
}

// A dict whose iteration was not redefined by a subclass.
static bool iterates_as_dict(Thread *thread, Value v) {
    return is_dict(v) && object_type(v)->slots.iter == builtin_type(thread, TYPE_dict)->slots.iter;
}

// v.keys, UNDEFINED if there is none, or VALUE_ERROR.
static Value keys_of(Thread *thread, Value v) {
    return attribute_get_optional(thread, v, common_name(thread, NAME_keys));
}

bool dict_update(Thread *thread, Dict *dict, Value other) {
    if (iterates_as_dict(thread, other)) {
        return dict_merge(thread, dict, as_dict(other), true);
    }
    Value keys = keys_of(thread, other);
    if (is_error(keys)) {
        return false;
    }
    return is_undefined(keys) ? update_from_pairs(thread, dict, other)
                              : update_from_mapping(thread, dict, other, keys, false);
}

static bool add_distinct(Thread *thread, Dict *dict, const Dict *other) {
    size_t position = 0;
    Value key, value;
    while (dict_next(other, &position, &key, &value)) {
        if (!is_new(thread, dict, key) || !dict_set(thread, dict, key, value)) {
            return false;
        }
    }
    return true;
}

bool dict_update_mapping(Thread *thread, Dict *dict, Value other, bool distinct) {
    if (iterates_as_dict(thread, other)) {
        return distinct ? add_distinct(thread, dict, as_dict(other))
                        : dict_merge(thread, dict, as_dict(other), true);
    }
    Value keys = attribute_get(thread, other, common_name(thread, NAME_keys));
    return !is_error(keys) && update_from_mapping(thread, dict, other, keys, distinct);
}

bool dict_update_arguments(Thread *thread, Dict *dict, Value other, Dict *keywords) {
    if (!is_undefined(other) && !dict_update(thread, dict, other)) {
        return false;
    }
    return keywords == NULL || dict_merge(thread, dict, keywords, true);
}
