// SPDX-License-Identifier: MIT
//
// dict_keys, dict_values and dict_items. Keys and items behave like sets: they compare with sets
// and each other, and `& | - ^` with any iterable make a new set.
#include "dict_view.h"

#include "container.h"
#include "error.h"
#include "heap.h"
#include "list.h"
#include "repr_guard.h"
#include "set.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

Value dict_view_new(Thread *thread, Dict *dict, DictPart part) {
    TypeIndex index = part == DICT_KEYS     ? TYPE_dict_keys
                      : part == DICT_VALUES ? TYPE_dict_values
                                            : TYPE_dict_items;
    DictView *view = object_new(thread, builtin_type(thread, index));
    view->part = part;
    view->dict = dict;
    return value_object(view);
}

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_dict_view(self)->dict->length;
}

static Value iter_slot(Thread *thread, Value self) {
    const DictView *view = as_dict_view(self);
    return dict_iterator_new(thread, view->dict, (DictPart)view->part, false);
}

static Value reversed_method(Thread *thread, Value *args) {
    const DictView *view = as_dict_view(args[0]);
    return dict_iterator_new(thread, view->dict, (DictPart)view->part, true);
}

static int keys_contains_slot(Thread *thread, Value self, Value key) {
    return dict_contains(thread, as_dict_view(self)->dict, key);
}

static int items_contains_slot(Thread *thread, Value self, Value item) {
    if (!is_tuple(item) || as_tuple(item)->length != 2) {
        return 0;
    }
    Value value;
    int found = dict_get(thread, as_dict_view(self)->dict, as_tuple(item)->items[0], &value);
    return found > 0 ? container_equal(thread, value, as_tuple(item)->items[1]) : found;
}

static Value repr_slot(Thread *thread, Value self) {
    int entered = repr_enter(thread, self);
    if (entered != 0) {
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "..."));
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_c(&out, object_type(self)->name);
    text_builder_put(&out, '(');
    Value list = operation_to_list(thread, self);
    bool ok = !is_error(list) && text_builder_add_repr(&out, list);
    text_builder_put(&out, ')');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static bool is_set_like_view(Value v) {
    return is_dict_view(v) && as_dict_view(v)->part != DICT_VALUES;
}

static bool is_set_like(Value v) {
    return is_any_set(v) || is_set_like_view(v);
}

// Whether `container` has every item of `items`.
static int contains_all(Thread *thread, Value items, Value container) {
    Value iterator = operation_iter(thread, items);
    if (is_error(iterator)) {
        return -1;
    }
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item) ? 1 : -1;
        }
        int contained = operation_contains(thread, container, item);
        if (contained <= 0) {
            return contained;
        }
    }
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_set_like(left) || !is_set_like(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    int64_t a = operation_length(thread, left), b = operation_length(thread, right);
    bool possible = op == COMPARE_LT   ? a < b
                    : op == COMPARE_LE ? a <= b
                    : op == COMPARE_GT ? a > b
                    : op == COMPARE_GE ? a >= b
                                       : a == b;
    int holds = possible;
    if (possible) {
        bool swap = op == COMPARE_GT || op == COMPARE_GE;
        holds = contains_all(thread, swap ? right : left, swap ? left : right);
    }
    return holds < 0 ? VALUE_ERROR : value_bool(holds != (op == COMPARE_NE));
}

static Set *set_of(Thread *thread, Value iterable) {
    return set_from_iterable(thread, builtin_type(thread, TYPE_set), iterable);
}

// set(left) METHOD right, for the three operators that are in-place methods of set.
static Value combine(Thread *thread, Value left, Value right,
                     bool (*method)(Thread *, Set *, Value)) {
    Set *set = set_of(thread, left);
    return set != NULL && method(thread, set, right) ? value_object(set) : VALUE_ERROR;
}

static Value union_slot(Thread *thread, Value left, Value right) {
    return combine(thread, left, right, set_update);
}

static Value difference_slot(Thread *thread, Value left, Value right) {
    return combine(thread, left, right, set_difference_update);
}

static Value symmetric_difference_slot(Thread *thread, Value left, Value right) {
    return combine(thread, left, right, set_symmetric_difference_update);
}

// What is walked over, and thus in the result, is the other operand; but the view if the other is a
// set or a view that is longer.
static Value intersection_slot(Thread *thread, Value left, Value right) {
    Value container = is_set_like_view(left) ? left : right;
    Value walked = is_set_like_view(left) ? right : left;
    bool is_set = type_of(thread, walked) == builtin_type(thread, TYPE_set);
    if ((is_set || is_set_like_view(walked)) &&
        operation_length(thread, walked) + is_set > operation_length(thread, container)) {
        Value view = container;
        container = walked;
        walked = view;
    }
    Value iterator = operation_iter(thread, walked);
    if (is_error(iterator)) {
        return VALUE_ERROR;
    }
    Set *result = set_new(thread);
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item) ? value_object(result) : VALUE_ERROR;
        }
        int contained = operation_contains(thread, container, item);
        if (contained < 0 || (contained && !set_add(thread, result, item))) {
            return VALUE_ERROR;
        }
    }
}

static Value is_disjoint_method(Thread *thread, Value *args) {
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator)) {
        return VALUE_ERROR;
    }
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item) ? VALUE_TRUE : VALUE_ERROR;
        }
        int contained = operation_contains(thread, args[0], item);
        if (contained != 0) {
            return contained < 0 ? VALUE_ERROR : VALUE_FALSE;
        }
    }
}

static Value get_mapping(Thread *thread, Value self) {
    return mapping_proxy_new(thread, value_object(as_dict_view(self)->dict));
}

static void trace_view(Marker *marker, Object *self) {
    mark_object(marker, ((DictView *)self)->dict);
}

static const GetSetSpec view_getsets[] = {
    {"mapping", get_mapping, NULL, "dictionary that this view refers to"},
    {0},
};

static const NativeSpec values_methods[] = {
    {"__reversed__", reversed_method, "(self, /)",
     "Return a reverse iterator over the dict values.", NATIVE_PLAIN},
    {0},
};

static const NativeSpec set_like_methods[] = {
    {"isdisjoint", is_disjoint_method, "(self, other, /)",
     "Return True if the view and the given iterable have a null intersection.", NATIVE_PLAIN},
    {"__reversed__", reversed_method, "(self, /)", "Return a reverse iterator over the view.",
     NATIVE_PLAIN},
    {0},
};

#define SET_LIKE_SPEC(variable, python_name, index, contains_function)                             \
    const TypeSpec variable = {                                                                    \
        .name = python_name,                                                                       \
        .type_index = index,                                                                       \
        .layout = LAYOUT_DICT_VIEW,                                                                \
        .flags = TYPE_FINAL | TYPE_ABSTRACT | TYPE_UNHASHABLE,                                     \
        .size = sizeof(DictView),                                                                  \
        .slots = {.repr = repr_slot,                                                               \
                  .length = length_slot,                                                           \
                  .contains = contains_function,                                                   \
                  .iter = iter_slot,                                                               \
                  .compare = compare_slot,                                                         \
                  .binary = {[BINARY_AND] = intersection_slot,                                     \
                             [BINARY_OR] = union_slot,                                             \
                             [BINARY_SUB] = difference_slot,                                       \
                             [BINARY_XOR] = symmetric_difference_slot},                            \
                  .trace = trace_view},                                                            \
        .methods = set_like_methods,                                                               \
        .getsets = view_getsets,                                                                   \
    }

SET_LIKE_SPEC(dict_keys_type_spec, "dict_keys", TYPE_dict_keys, keys_contains_slot);
SET_LIKE_SPEC(dict_items_type_spec, "dict_items", TYPE_dict_items, items_contains_slot);

const TypeSpec dict_values_type_spec = {
    .name = "dict_values",
    .type_index = TYPE_dict_values,
    .layout = LAYOUT_DICT_VIEW,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(DictView),
    .slots = {.repr = repr_slot, .length = length_slot, .iter = iter_slot, .trace = trace_view},
    .methods = values_methods,
    .getsets = view_getsets,
};
