// SPDX-License-Identifier: MIT
//
// The methods of list. Each gets its arguments bound by native.c, `self` first.
//
// sort() takes the items out of the list while it runs: the list is empty meanwhile, and whatever
// comparisons or key functions put into it is noticed afterwards ("list modified during sort").
#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "list.h"
#include "list_slice.h"
#include "slice.h"
#include "sort.h"

static Value list_append_method(Thread *thread, Value *args) {
    list_append(thread, as_list(args[0]), args[1]);
    return VALUE_NONE;
}

static Value list_extend_method(Thread *thread, Value *args) {
    return list_extend(thread, as_list(args[0]), args[1]) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_insert_method(Thread *thread, Value *args) {
    int64_t index;
    if (!operation_index_int64(thread, args[1], &index)) {
        return VALUE_ERROR;
    }
    list_insert(thread, as_list(args[0]), index, args[2]);
    return VALUE_NONE;
}

static Value list_pop_method(Thread *thread, Value *args) {
    List *list = as_list(args[0]);
    if (is_small_int(args[1]) && as_small_int(args[1]) == -1 && list->length > 0) {
        Value item = list->items[--list->length];
        list_shrink(thread, list);
        return item;
    }
    int64_t index;
    if (!operation_index_int64(thread, args[1], &index)) {
        return VALUE_ERROR;
    }
    return list_pop(thread, list, index);
}

static Value list_remove_method(Thread *thread, Value *args) {
    List *list = as_list(args[0]);
    for (size_t i = 0; i < list->length; i++) {
        int equal = container_equal(thread, list->items[i], args[1]);
        if (equal < 0) {
            return VALUE_ERROR;
        }
        if (equal) {
            if (i < list->length) {
                list_remove_at(thread, list, i);
            }
            return VALUE_NONE;
        }
    }
    return raise_error(thread, ERROR_ValueError, "list.remove(x): x not in list");
}

static Value list_clear_method(Thread *thread, Value *args) {
    list_clear(thread, as_list(args[0]));
    return VALUE_NONE;
}

static Value list_copy_method(Thread *thread, Value *args) {
    const List *list = as_list(args[0]);
    return value_object(list_from_array(thread, list->items, list->length));
}

static Value list_count_method(Thread *thread, Value *args) {
    const List *list = as_list(args[0]);
    int64_t count = 0;
    for (size_t i = 0; i < list->length; i++) {
        int equal = container_equal(thread, list->items[i], args[1]);
        if (equal < 0) {
            return VALUE_ERROR;
        }
        count += equal;
    }
    return value_small_int(count);
}

static Value list_index_method(Thread *thread, Value *args) {
    const List *list = as_list(args[0]);
    size_t start, stop;
    if (!sequence_bound(thread, args[2], list->length, &start) ||
        !sequence_bound(thread, args[3], list->length, &stop)) {
        return VALUE_ERROR;
    }
    int64_t found = list_find(thread, list, start, stop, args[1]);
    if (found == LIST_FIND_FAILED) {
        return VALUE_ERROR;
    }
    if (found != LIST_ABSENT) {
        return value_small_int(found);
    }
    Str *repr = operation_repr(thread, args[1]);
    if (repr == NULL) {
        return VALUE_ERROR;
    }
    return raise_error(thread, ERROR_ValueError, "%s is not in list", str_text(thread, repr));
}

static Value list_reverse_method(Thread *thread, Value *args) {
    (void)thread;
    list_reverse(as_list(args[0]));
    return VALUE_NONE;
}

static void reverse_values(Value *values, size_t count) {
    for (size_t low = 0, high = count; low + 1 < high; low++) {
        Value v = values[low];
        values[low] = values[--high];
        values[high] = v;
    }
}

// key(item) for each; NULL: exception.
static Value *make_keys(Thread *thread, Value key, const Value *items, size_t count) {
    Value *keys = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
    for (size_t i = 0; i < count; i++) {
        Value item = items[i];
        keys[i] = call_value(thread, key, &item, 1);
        if (is_error(keys[i])) {
            return NULL;
        }
    }
    return keys;
}

// A reversed stable sort is a sort between two reversals, so that equal items keep their order.
static bool sort_items(Thread *thread, Value key, bool reverse, Value *items, size_t count) {
    Value *keys = NULL;
    if (!is_none(key)) {
        keys = make_keys(thread, key, items, count);
        if (keys == NULL) {
            return false;
        }
    }
    if (reverse) {
        reverse_values(items, count);
        reverse_values(keys, keys ? count : 0);
    }
    bool ok = sort_values(thread, keys ? keys : items, keys ? items : NULL, count);
    if (reverse) {
        reverse_values(items, count);
    }
    return ok;
}

bool list_sort(Thread *thread, List *list, Value key, bool reverse) {
    if (list->length == 0) {
        return true;
    }
    Value *items = list->items;
    size_t count = list->length, capacity = list->capacity;
    list->items = NULL;
    list->length = list->capacity = 0;
    bool ok = sort_items(thread, key, reverse, items, count);
    bool modified = list->items != NULL;
    list->items = items;
    list->length = count;
    list->capacity = capacity;
    if (ok && modified) {
        return raise_false(thread, ERROR_ValueError, "list modified during sort");
    }
    return ok;
}

static Value list_sort_method(Thread *thread, Value *args) {
    int reverse = operation_truth(thread, args[2]);
    if (reverse < 0) {
        return VALUE_ERROR;
    }
    return list_sort(thread, as_list(args[0]), args[1], reverse) ? VALUE_NONE : VALUE_ERROR;
}

static Value list_reversed_method(Thread *thread, Value *args) {
    return list_reverse_iterator_new(thread, args[0]);
}

const NativeSpec list_methods[] = {
    {"append", list_append_method, "(self, object, /)", "Append object to the end of the list.",
     NATIVE_PLAIN},
    {"extend", list_extend_method, "(self, iterable, /)",
     "Extend list by appending elements from the iterable.", NATIVE_PLAIN},
    {"insert", list_insert_method, "(self, index, object, /)", "Insert object before index.",
     NATIVE_PLAIN},
    {"pop", list_pop_method, "(self, index=-1, /)",
     "Remove and return item at index (default last).\n\n"
     "Raises IndexError if list is empty or index is out of range.",
     NATIVE_PLAIN},
    {"remove", list_remove_method, "(self, value, /)",
     "Remove first occurrence of value.\n\nRaises ValueError if the value is not present.",
     NATIVE_PLAIN},
    {"clear", list_clear_method, "(self, /)", "Remove all items from list.", NATIVE_PLAIN},
    {"copy", list_copy_method, "(self, /)", "Return a shallow copy of the list.", NATIVE_PLAIN},
    {"count", list_count_method, "(self, value, /)", "Return number of occurrences of value.",
     NATIVE_PLAIN},
    {"index", list_index_method, "(self, value, start=0, stop=9223372036854775807, /)",
     "Return first index of value.\n\nRaises ValueError if the value is not present.",
     NATIVE_PLAIN},
    {"reverse", list_reverse_method, "(self, /)", "Reverse *IN PLACE*.", NATIVE_PLAIN},
    {"sort", list_sort_method, "(self, /, *, key=None, reverse=False)",
     "Sort the list in ascending order and return None.\n\n"
     "The sort is in-place (i.e. the list itself is modified) and stable (i.e. the\n"
     "order of two equal elements is maintained).\n\n"
     "If a key function is given, apply it once to each list item and sort them,\n"
     "ascending or descending, according to their function values.\n\n"
     "The reverse flag can be set to sort in descending order.",
     NATIVE_PLAIN},
    {"__reversed__", list_reversed_method, "(self, /)", "Return a reverse iterator over the list.",
     NATIVE_PLAIN},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};
