// SPDX-License-Identifier: MIT
//
// The methods of dict. Each gets its arguments bound by native.c, `self` first.
//
// A key's __hash__ and __eq__ may run any code, also code that changes this dict: dict.c
// starts a search over when that happens, so nothing here keeps a place in the table across a call.
#include "call.h"
#include "container.h"
#include "dict_table.h"
#include "dict_view.h"
#include "error.h"
#include "list.h"
#include "set.h"
#include "tuple.h"

static Value get_method(Thread *thread, Value *args) {
    Value value;
    int found = dict_get(thread, as_dict(args[0]), args[1], &value);
    return found > 0 ? value : found < 0 ? VALUE_ERROR : args[2];
}

static Value set_default_method(Thread *thread, Value *args) {
    Value value;
    int found = dict_set_default(thread, as_dict(args[0]), args[1], args[2], &value);
    return found < 0 ? VALUE_ERROR : value;
}

static Value pop_method(Thread *thread, Value *args) {
    Value value;
    bool is_empty = as_dict(args[0])->length == 0; // then the key need not be hashable
    int found = is_empty ? 0 : dict_pop(thread, as_dict(args[0]), args[1], &value);
    if (found != 0) {
        return found > 0 ? value : VALUE_ERROR;
    }
    return is_undefined(args[2]) ? raise_key_error(thread, args[1]) : args[2];
}

static Value pop_item_method(Thread *thread, Value *args) {
    Value key, value;
    if (!dict_pop_last(as_dict(args[0]), &key, &value)) {
        return raise_error(thread, ERROR_KeyError, "popitem(): dictionary is empty");
    }
    return tuple_pair(thread, key, value);
}

static Value update_method(Thread *thread, Value *args) {
    bool ok = dict_update_arguments(thread, as_dict(args[0]), args[1], as_dict(args[2]));
    return ok ? VALUE_NONE : VALUE_ERROR;
}

Value dict_keys_method(Thread *thread, Value *args) {
    return dict_view_new(thread, as_dict(args[0]), DICT_KEYS);
}

Value dict_values_method(Thread *thread, Value *args) {
    return dict_view_new(thread, as_dict(args[0]), DICT_VALUES);
}

Value dict_items_method(Thread *thread, Value *args) {
    return dict_view_new(thread, as_dict(args[0]), DICT_ITEMS);
}

static Value copy_method(Thread *thread, Value *args) {
    return value_object(dict_copy(thread, as_dict(args[0])));
}

Value dict_clear_method(Thread *thread, Value *args) {
    dict_clear(thread, as_dict(args[0]));
    return VALUE_NONE;
}

Value dict_reversed_method(Thread *thread, Value *args) {
    return dict_iterator_new(thread, as_dict(args[0]), DICT_KEYS, true);
}

// The items of a set bring their hashes.
static bool add_from_set(Thread *thread, Dict *dict, const Set *set, Value v) {
    size_t position = 0;
    const SetEntry *entry;
    while ((entry = set_next(set, &position)) != NULL) {
        if (!dict_set_hashed(thread, dict, entry->key, entry->hash, v)) {
            return false;
        }
    }
    return true;
}

// So do those of another dict.
static bool add_from_dict(Thread *thread, Dict *dict, const Dict *other, Value v) {
    if (!dict_reserve(thread, dict, other->length)) {
        return false;
    }
    for (size_t i = 0; i < other->used; i++) {
        const DictEntry *entry = &other->entries[i];
        if (!is_undefined(entry->key) &&
            !dict_set_hashed(thread, dict, entry->key, entry->hash, v)) {
            return false;
        }
    }
    return true;
}

static bool add_from_list(Thread *thread, Dict *dict, const List *list, Value v) {
    for (size_t i = 0; i < list->length; i++) {
        if (!dict_set(thread, dict, list->items[i], v)) {
            return false;
        }
    }
    return true;
}

// The class decides what is made: a subclass is called, and filled through its __setitem__.
static Value from_keys_method(Thread *thread, Value *args) {
    Value made = call_value(thread, args[0], NULL, 0);
    bool plain = is_exactly(made, LAYOUT_DICT);
    if (plain && is_exactly(args[1], LAYOUT_SET)) {
        return add_from_set(thread, as_dict(made), as_set(args[1]), args[2]) ? made : VALUE_ERROR;
    }
    if (plain && is_exactly(args[1], LAYOUT_DICT)) {
        return add_from_dict(thread, as_dict(made), as_dict(args[1]), args[2]) ? made : VALUE_ERROR;
    }
    if (plain && is_exactly(args[1], LAYOUT_LIST)) {
        return add_from_list(thread, as_dict(made), as_list(args[1]), args[2]) ? made : VALUE_ERROR;
    }
    Value iterator = is_error(made) ? made : operation_iter(thread, args[1]);
    if (is_error(iterator)) {
        return VALUE_ERROR;
    }
    for (;;) {
        Value key = operation_next(thread, iterator);
        if (is_error(key) || is_undefined(key)) {
            return is_undefined(key) ? made : VALUE_ERROR;
        }
        bool ok = plain ? dict_set(thread, as_dict(made), key, args[2])
                        : operation_set_item(thread, made, key, args[2]);
        if (!ok) {
            return VALUE_ERROR;
        }
    }
}

const NativeSpec dict_methods[] = {
    {"get", get_method, "(self, key, default=None, /)",
     "Return the value for key if key is in the dictionary, else default.", NATIVE_PLAIN},
    {"setdefault", set_default_method, "(self, key, default=None, /)",
     "Insert key with a value of default if key is not in the dictionary.\n\n"
     "Return the value for key if key is in the dictionary, else default.",
     NATIVE_PLAIN},
    {"pop", pop_method, "(self, key, default=..., /)",
     "D.pop(k[,d]) -> v, remove specified key and return the corresponding value.\n\n"
     "If the key is not found, return the default if given; otherwise,\nraise a KeyError.",
     NATIVE_PLAIN},
    {"popitem", pop_item_method, "(self, /)",
     "Remove and return a (key, value) pair as a 2-tuple.\n\n"
     "Pairs are returned in LIFO (last-in, first-out) order.\n"
     "Raises KeyError if the dict is empty.",
     NATIVE_PLAIN},
    {"update", update_method, "(self, other=..., /, **kwargs)",
     "D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.", NATIVE_PLAIN},
    {"keys", dict_keys_method, "(self, /)",
     "D.keys() -> a set-like object providing a view on D's keys", NATIVE_PLAIN},
    {"values", dict_values_method, "(self, /)",
     "D.values() -> an object providing a view on D's values", NATIVE_PLAIN},
    {"items", dict_items_method, "(self, /)",
     "D.items() -> a set-like object providing a view on D's items", NATIVE_PLAIN},
    {"copy", copy_method, "(self, /)", "D.copy() -> a shallow copy of D", NATIVE_PLAIN},
    {"clear", dict_clear_method, "(self, /)", "D.clear() -> None.  Remove all items from D.",
     NATIVE_PLAIN},
    {"fromkeys", from_keys_method, "(cls, iterable, value=None, /)",
     "Create a new dictionary with keys from iterable and values set to value.",
     NATIVE_CLASS_METHOD},
    {"__reversed__", dict_reversed_method, "(self, /)",
     "Return a reverse iterator over the dict keys.", NATIVE_PLAIN},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};
