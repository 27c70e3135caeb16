// SPDX-License-Identifier: MIT
//
// collections.OrderedDict: a dict whose keys can be moved to either end, and that compares by
// order.
//
// Every dict remembers the order of insertion, so there is nothing to store beyond it (CPython's
// counterpart, from the time when that was not so, keeps a linked list beside the table). What is
// left are rules about subclasses: whoever derives from OrderedDict may replace __setitem__ or
// keys, and everything that fills or copies one goes through these. The table is used directly
// where no subclass can be in between.
#include "collections_parts.h"
#include "operations.h"

#include "attribute.h"
#include "dict.h"
#include "dict_table.h"
#include "dict_view.h"
#include "reduce.h"

static bool is_ordered(Thread *thread, Value v) {
    return is_instance_of(v, library_late_type(thread, LATE_OrderedDict));
}

static bool is_exactly_ordered(Thread *thread, Value v) {
    return library_is_late(thread, v, LATE_OrderedDict);
}

// ---- Filling: as the update of collections.abc.MutableMapping ----

static Value raise_too_few(Thread *thread, size_t count) {
    return raise_error(thread, ERROR_ValueError, "need more than %zu value%s to unpack", count,
                       count == 1 ? "" : "s");
}

// self[key] = value for a pair that may be any iterable of two.
static bool add_pair(Thread *thread, Value self, Value pair) {
    Value iterator = operation_iter(thread, pair), items[2];
    if (is_error(iterator))
        return false;
    for (size_t i = 0; i < 2; i++) {
        items[i] = operation_next(thread, iterator);
        if (is_undefined(items[i]))
            raise_too_few(thread, i);
        if (is_undefined(items[i]) || is_error(items[i]))
            return false;
    }
    Value more = operation_next(thread, iterator);
    if (is_undefined(more))
        return operation_set_item(thread, self, items[0], items[1]);
    return !is_error(more) &&
           raise_false(thread, ERROR_ValueError, "too many values to unpack (expected 2)");
}

static bool add_pairs(Thread *thread, Value self, Value pairs) {
    Value iterator = operation_iter(thread, pairs);
    if (is_error(iterator))
        return false;
    for (;;) {
        Value pair = operation_next(thread, iterator);
        if (is_error(pair) || is_undefined(pair))
            return is_undefined(pair);
        if (!add_pair(thread, self, pair))
            return false;
    }
}

// self[key] = mapping[key] for what `keys` goes through.
static bool add_keys(Thread *thread, Value self, Value mapping, Value keys) {
    Value iterator = operation_iter(thread, keys);
    if (is_error(iterator))
        return false;
    for (;;) {
        Value key = operation_next(thread, iterator);
        if (is_error(key) || is_undefined(key))
            return is_undefined(key);
        Value value = operation_get_item(thread, mapping, key);
        if (is_error(value) || !operation_set_item(thread, self, key, value))
            return false;
    }
}

// What other.NAME() returns, UNDEFINED if there is no such method, or VALUE_ERROR.
static Value call_optional(Thread *thread, Value other, const char *name) {
    Value method = attribute_get_optional(thread, other, str_intern_c(thread, name));
    return is_error(method) || is_undefined(method) ? method : call_0(thread, method);
}

static bool add_all(Thread *thread, Value self, Value other) {
    bool other_is_plain = is_exactly(other, LAYOUT_DICT) || is_exactly_ordered(thread, other);
    if (other_is_plain && is_exactly_ordered(thread, self))
        return dict_merge(thread, as_dict(self), as_dict(other), true);
    Value keys = call_optional(thread, other, "keys");
    if (!is_undefined(keys))
        return !is_error(keys) && add_keys(thread, self, other, keys);
    Value items = call_optional(thread, other, "items");
    if (!is_undefined(items))
        return !is_error(items) && add_pairs(thread, self, items);
    return add_pairs(thread, self, other);
}

// `args` are self, *args and **kwargs; `too_many` is said of more than one in *args.
static Value add_arguments(Thread *thread, Value *args, const char *too_many) {
    const Tuple *positional = as_tuple(args[1]);
    if (positional->length > 1)
        return raise_error(thread, ERROR_TypeError, too_many, positional->length);
    if (positional->length > 0 && !add_all(thread, args[0], positional->items[0]))
        return VALUE_ERROR;
    size_t position = 0;
    Value key, value;
    while (dict_next(as_dict(args[2]), &position, &key, &value)) {
        if (!operation_set_item(thread, args[0], key, value))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static Value init_method(Thread *thread, Value *args) {
    return add_arguments(thread, args, "expected at most 1 arguments, got %zu");
}

static Value update_method(Thread *thread, Value *args) {
    return add_arguments(thread, args, "update() takes at most 1 positional argument (%zu given)");
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(dict_new_of(thread, as_type(callee), 0));
}

static Value from_keys_method(Thread *thread, Value *args) {
    Value made = call_0(thread, args[0]);
    Value iterator = is_error(made) ? made : operation_iter(thread, args[1]);
    if (is_error(iterator))
        return VALUE_ERROR;
    for (;;) {
        Value key = operation_next(thread, iterator);
        if (is_error(key) || is_undefined(key))
            return is_undefined(key) ? made : VALUE_ERROR;
        if (!operation_set_item(thread, made, key, args[2]))
            return VALUE_ERROR;
    }
}

// A subclass decides what is made, and reads and writes each item.
static Value copy_method(Thread *thread, Value *args) {
    Value self = args[0], copy = call_0(thread, value_object(object_type(self)));
    if (is_error(copy))
        return VALUE_ERROR;
    bool ok = is_exactly_ordered(thread, self)
                  ? dict_merge(thread, as_dict(copy), as_dict(self), true)
                  : add_keys(thread, copy, self,
                             dict_iterator_new(thread, as_dict(self), DICT_KEYS, false));
    return ok ? copy : VALUE_ERROR;
}

// ---- One item ----

// CPython's wording, and unlike dict.pop it looks at the hash even if there is nothing to find.
static Value pop_method(Thread *thread, Value *args) {
    Value value;
    int found = dict_pop(thread, as_dict(args[0]), args[1], &value);
    if (found != 0)
        return found > 0 ? value : VALUE_ERROR;
    return is_undefined(args[2]) ? raise_key_error(thread, args[1]) : args[2];
}

static Value set_default_method(Thread *thread, Value *args) {
    Value self = args[0], key = args[1], value = args[2];
    if (is_exactly_ordered(thread, self))
        return dict_set_default(thread, as_dict(self), key, value, &value) < 0 ? VALUE_ERROR
                                                                               : value;
    int found = operation_contains(thread, self, key);
    if (found != 0)
        return found > 0 ? operation_get_item(thread, self, key) : VALUE_ERROR;
    return operation_set_item(thread, self, key, value) ? value : VALUE_ERROR;
}

static Value pop_item_method(Thread *thread, Value *args) {
    Dict *dict = as_dict(args[0]);
    Value key, value;
    int last = operation_truth(thread, args[1]);
    if (last < 0)
        return VALUE_ERROR;
    if (!(last ? dict_pop_last(dict, &key, &value) : dict_pop_first(dict, &key, &value)))
        return raise_error(thread, ERROR_KeyError, "dictionary is empty");
    return tuple_pair(thread, key, value);
}

static Value move_to_end_method(Thread *thread, Value *args) {
    Dict *dict = as_dict(args[0]);
    int last = operation_truth(thread, args[2]);
    if (last < 0)
        return VALUE_ERROR;
    int found = dict->length == 0 ? 0 : dict_move_to_end(thread, dict, args[1], last);
    if (found == 0)
        return raise_key_error(thread, args[1]);
    return found > 0 ? VALUE_NONE : VALUE_ERROR;
}

// ---- Operators ----

// 1, 0, or -1: exception.
static int have_same_order(Thread *thread, const Dict *left, const Dict *right) {
    uint32_t left_version = left->key_version, right_version = right->key_version;
    size_t i = 0, j = 0;
    Value key, other, unused;
    int equal = 1;
    while (equal > 0 && dict_next(left, &i, &key, &unused) &&
           dict_next(right, &j, &other, &unused)) {
        equal = container_equal(thread, key, other);
        if (equal >= 0 &&
            (left->key_version != left_version || right->key_version != right_version)) {
            raise_error(thread, ERROR_RuntimeError, "OrderedDict mutated during iteration");
            return -1;
        }
    }
    return equal;
}

static Value compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_ordered(thread, left) || !is_dict(right) || (op != COMPARE_EQ && op != COMPARE_NE))
        return VALUE_NOT_IMPLEMENTED;
    int equal = dict_equal(thread, as_dict(left), as_dict(right));
    if (equal > 0 && is_ordered(thread, right))
        equal = have_same_order(thread, as_dict(left), as_dict(right));
    return equal < 0 ? VALUE_ERROR : value_bool(equal == (op == COMPARE_EQ));
}

static Value union_(Thread *thread, Value left, Value right) {
    if (!is_dict(left) || !is_dict(right))
        return VALUE_NOT_IMPLEMENTED;
    Type *type = object_type(is_ordered(thread, left) ? left : right);
    Value result = call_value(thread, value_object(type), &left, 1);
    return !is_error(result) && add_all(thread, result, right) ? result : VALUE_ERROR;
}

static Value inplace_union(Thread *thread, Value left, Value right) {
    return add_all(thread, left, right) ? left : VALUE_ERROR;
}

static bool add_content(TextBuilder *out, Thread *thread, Value self) {
    Dict *plain = dict_new(thread, 0);
    return dict_update(thread, plain, self) && text_builder_add_repr(out, value_object(plain));
}

static Value repr(Thread *thread, Value self) {
    int entered = repr_enter(thread, self);
    if (entered != 0)
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "..."));
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "%s(", type_short_name(object_type(self)));
    bool ok = as_dict(self)->length == 0 || add_content(&out, thread, self);
    text_builder_put(&out, ')');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

// (type, (), state, None, items)
static Value reduce(Thread *thread, Value *args) {
    Value self = args[0];
    Value state = call_method(thread, self, common_name(thread, NAME___getstate__), NULL, 0);
    Value items =
        is_error(state) ? state : call_method(thread, self, str_intern_c(thread, "items"), NULL, 0);
    Value pairs = is_error(items) ? items : operation_iter(thread, items);
    if (is_error(pairs))
        return pairs;
    Value parts[] = {value_object(object_type(self)),
                     value_object(tuple_from_array(thread, NULL, 0)), state, VALUE_NONE, pairs};
    return value_object(tuple_from_array(thread, parts, 5));
}

static const NativeSpec methods[] = {
    NATIVE("__init__", init_method, "(self, /, *args, **kwargs)",
           "Fill it from other, then kwargs."),
    NATIVE("update", update_method, "(self, /, *args, **kwargs)",
           "Set the items of a mapping, or of an iterable of pairs, then those of kwargs."),
    {"fromkeys", from_keys_method, "(cls, iterable, value=None)",
     "One with the keys of an iterable, all with the same value.", NATIVE_CLASS_METHOD},
    NATIVE(
        "pop", pop_method, "(self, /, key, default=...)",
        "Remove a key and return its value, or default if it is given and there is no such key."),
    NATIVE("setdefault", set_default_method, "(self, /, key, default=None)",
           "The value of key, which is default if there is none yet."),
    NATIVE("popitem", pop_item_method, "(self, /, last=True)",
           "Remove and return the newest pair, or the oldest if last is false."),
    NATIVE("move_to_end", move_to_end_method, "(self, /, key, last=True)",
           "Move an existing key to the end, or to the beginning if last is false."),
    NATIVE("copy", copy_method, "(self, /)", "A shallow copy."),
    NATIVE("clear", dict_clear_method, "(self, /)", "Remove all items."),
    NATIVE("keys", dict_keys_method, "(self, /)", "A view on the keys."),
    NATIVE("values", dict_values_method, "(self, /)", "A view on the values."),
    NATIVE("items", dict_items_method, "(self, /)", "A view on the pairs of keys and values."),
    NATIVE("__reversed__", dict_reversed_method, "(self, /)",
           "An iterator over the keys, newest first."),
    REDUCE_METHOD(reduce),
    NATIVE_END,
};

const TypeSpec ordered_dict_type_spec = {
    .name = "collections.OrderedDict",
    .doc = "A dict that can move keys to either end and compares by order.",
    .layout = LAYOUT_DICT,
    .flags = TYPE_UNHASHABLE | TYPE_PATTERN_MAPPING | TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(Dict),
    .slots = {.repr = repr,
              .compare = compare,
              .binary = {[BINARY_OR] = union_},
              .inplace = {[BINARY_OR] = inplace_union},
              .construct = construct},
    .methods = methods,
};
