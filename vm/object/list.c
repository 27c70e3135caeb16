// SPDX-License-Identifier: MIT
//
// The list type: storage, growth and the slots; the methods stand in list_methods.c, slices in
// list_slice.c.
//
// Growth leaves room for an eighth more, so that the copying of n appends sums up to O(n); CPython
// calls it over-allocation. Longer lists get half of their length, for a buffer here is always
// moved when it grows, whereas CPython's allocator can often extend it in place. An old buffer of
// some size is given back at once, small ones are left to the collector.
#include "list.h"

#include "call.h"
#include "container.h"
#include "error.h"
#include "execute.h"
#include "heap.h"
#include "iterators.h"
#include "list_slice.h"
#include "repr_guard.h"
#include "slice.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

enum { LIST_MINIMUM = 4, LIST_LONG = 64 };
#define LIST_MAXIMUM (SIZE_MAX / 2 / sizeof(Value))

static void resize_buffer(Thread *thread, List *list, size_t capacity) {
    list->items = heap_resize_buffer(thread_heap(thread), list->items, list->length * sizeof(Value),
                                     capacity * sizeof(Value));
    list->capacity = capacity;
}

static List *list_new_of(Thread *thread, Type *type, size_t capacity) {
    List *list = object_new(thread, type);
    if (capacity > 0) {
        list->items = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(Value));
        list->capacity = capacity;
    }
    return list;
}

List *list_new(Thread *thread, size_t capacity) {
    return list_new_of(thread, builtin_type(thread, TYPE_list), capacity);
}

List *list_from_array(Thread *thread, const Value *values, size_t count) {
    List *list = list_new(thread, 0);
    if (count > 0) {
        list->items =
            heap_allocate_unfilled(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
        memcpy(list->items, values, count * sizeof(Value));
    }
    list->length = list->capacity = count;
    return list;
}

// Room for further items of a list of `length` that outgrew its buffer.
static size_t spare(size_t length) {
    return length < LIST_LONG ? length / 8 : length / 2;
}

void list_grow(Thread *thread, List *list) {
    size_t needed = list->length + 1;
    resize_buffer(thread, list, needed + spare(needed) + LIST_MINIMUM - 1);
}

bool list_reserve(Thread *thread, List *list, size_t extra) {
    if (extra > LIST_MAXIMUM - list->length) {
        return container_too_large(thread);
    }
    size_t needed = list->length + extra;
    if (needed > list->capacity) {
        size_t roomy = list->length + spare(list->length);
        resize_buffer(thread, list, needed > roomy ? needed : roomy);
    }
    return true;
}

void list_extend_array(Thread *thread, List *list, const Value *values, size_t count) {
    if (count > 0 && list_reserve(thread, list, count)) {
        memcpy(list->items + list->length, values, count * sizeof(Value));
        list->length += count;
    }
}

void list_insert(Thread *thread, List *list, int64_t index, Value item) {
    int64_t length = (int64_t)list->length;
    index = index < 0 ? index + length : index;
    size_t at = (size_t)(index < 0 ? 0 : index > length ? length : index);
    if (list->length == list->capacity) {
        list_grow(thread, list);
    }
    memmove(list->items + at + 1, list->items + at, (list->length - at) * sizeof(Value));
    list->items[at] = item;
    list->length++;
}

// Give memory back when less than half of a sizeable buffer is used.
void list_shrink(Thread *thread, List *list) {
    if (list->capacity < 64 || list->length >= list->capacity / 2) {
        return;
    }
    size_t capacity = list->length + list->length / 8 + LIST_MINIMUM;
    Value *items = heap_allocate(thread_heap(thread), CELL_BUFFER, capacity * sizeof(Value));
    memcpy(items, list->items, list->length * sizeof(Value));
    heap_free_buffer(thread_heap(thread), list->items);
    list->items = items;
    list->capacity = capacity;
}

Value list_remove_at(Thread *thread, List *list, size_t index) {
    Value item = list->items[index];
    list->length--;
    memmove(list->items + index, list->items + index + 1, (list->length - index) * sizeof(Value));
    list_shrink(thread, list);
    return item;
}

Value list_pop(Thread *thread, List *list, int64_t index) {
    if (list->length == 0) {
        return raise_error(thread, ERROR_IndexError, "pop from empty list");
    }
    index = index < 0 ? index + (int64_t)list->length : index;
    if (index < 0 || index >= (int64_t)list->length) {
        return raise_error(thread, ERROR_IndexError, "pop index out of range");
    }
    return list_remove_at(thread, list, (size_t)index);
}

void list_clear(Thread *thread, List *list) {
    Value *items = list->items;
    list->items = NULL;
    list->length = list->capacity = 0;
    heap_free_buffer(thread_heap(thread), items);
}

void list_reverse(List *list) {
    for (size_t low = 0, high = list->length; low + 1 < high; low++) {
        Value item = list->items[low];
        list->items[low] = list->items[--high];
        list->items[high] = item;
    }
}

// The first of the items from `i` on that is, or may be, equal to an int or float: those that are
// numbers of its kind and differ are passed over without a call.
static size_t pass_other_numbers(const List *list, size_t i, Value number) {
    if (is_small_int(number)) {
        while (i < list->length && is_small_int(list->items[i]) &&
               list->items[i].bits != number.bits) {
            i++;
        }
    } else if (is_float(number)) {
        double wanted = as_float(number);
        while (i < list->length && is_float(list->items[i]) && as_float(list->items[i]) != wanted &&
               list->items[i].bits != number.bits) {
            i++;
        }
    }
    return i;
}

int64_t list_find(Thread *thread, const List *list, size_t start, size_t stop, Value item) {
    for (size_t i = start; (i = pass_other_numbers(list, i, item)) < list->length && i < stop;
         i++) {
        int equal = container_equal(thread, list->items[i], item);
        if (equal != 0) {
            return equal < 0 ? LIST_FIND_FAILED : (int64_t)i;
        }
    }
    return LIST_ABSENT;
}

int list_contains(Thread *thread, List *list, Value item) {
    int64_t found = list_find(thread, list, 0, SIZE_MAX, item);
    return found == LIST_FIND_FAILED ? -1 : found != LIST_ABSENT;
}

static int contains_slot(Thread *thread, Value self, Value item) {
    return list_contains(thread, as_list(self), item);
}

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_list(self)->length;
}

static int truth_slot(Thread *thread, Value self) {
    (void)thread;
    return as_list(self)->length > 0;
}

static Value list_get_item(Thread *thread, Value self, Value key) {
    List *list = as_list(self);
    size_t index;
    if (is_small_int(key) && sequence_small_index(key, list->length, &index)) {
        return list->items[index];
    }
    if (is_slice(key)) {
        return list_get_slice(thread, list, key);
    }
    if (!sequence_index(thread, key, list->length, "list", &index)) {
        return VALUE_ERROR;
    }
    // __index__ may have shortened the list.
    if (index >= list->length) {
        return raise_error(thread, ERROR_IndexError, "list index out of range");
    }
    return list->items[index];
}

static bool list_set_item(Thread *thread, Value self, Value key, Value v) {
    List *list = as_list(self);
    if (is_slice(key)) {
        return list_set_slice(thread, list, key, v);
    }
    size_t index;
    if (!sequence_index(thread, key, list->length, "list assignment", &index)) {
        return false;
    }
    if (index >= list->length) {
        return raise_false(thread, ERROR_IndexError, "list assignment index out of range");
    }
    if (is_undefined(v)) {
        list_remove_at(thread, list, index);
    } else {
        list->items[index] = v;
    }
    return true;
}

// The first index at which the lists differ, or the length of the shorter one; -1: exception.
static int64_t first_difference(Thread *thread, const List *a, const List *b) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    int64_t i = (int64_t)container_same_items(a->items, b->items, shorter);
    if ((size_t)i == shorter || are_small_ints(a->items[i], b->items[i])) {
        return i;
    }
    if (!native_enter_for(thread, " in comparison")) {
        return -1;
    }
    int equal = 1;
    while (equal > 0 && (size_t)i < a->length && (size_t)i < b->length) {
        Value left = a->items[i], right = b->items[i];
        if (left.bits != right.bits)
            equal = thread_poll_signals(thread) ? container_equal(thread, left, right) : -1;
        i += equal > 0;
    }
    native_leave(thread);
    return equal < 0 ? -1 : i;
}

static Value list_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_list(left) || !is_list(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const List *a = as_list(left), *b = as_list(right);
    if (a->length != b->length && (op == COMPARE_EQ || op == COMPARE_NE)) {
        return value_bool(op == COMPARE_NE);
    }
    int64_t at = first_difference(thread, a, b);
    if (at < 0) {
        return VALUE_ERROR;
    }
    if ((size_t)at >= a->length || (size_t)at >= b->length) {
        return container_compare_lengths(a->length, b->length, op);
    }
    if (op == COMPARE_EQ || op == COMPARE_NE) {
        return value_bool(op == COMPARE_NE);
    }
    return container_compare_items(thread, a->items[at], b->items[at], op);
}

static Value concat_slot(Thread *thread, Value left, Value right) {
    if (!is_list(left)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    if (!is_list(right)) {
        return raise_error(thread, ERROR_TypeError,
                           "can only concatenate list (not \"%s\") to list",
                           type_name(thread, right));
    }
    const List *a = as_list(left), *b = as_list(right);
    List *sum = list_new(thread, a->length + b->length);
    list_extend_array(thread, sum, a->items, a->length);
    list_extend_array(thread, sum, b->items, b->length);
    return value_object(sum);
}

// Fill items[0 .. count * times) from the first `count`, doubling what is there already.
static void repeat_items(Value *items, size_t count, size_t times) {
    size_t total = count * times;
    for (size_t done = count; done < total;) {
        size_t step = done < total - done ? done : total - done;
        memcpy(items + done, items, step * sizeof(Value));
        done += step;
    }
}

static Value repeat_slot(Thread *thread, Value left, Value right) {
    bool swapped = !is_list(left);
    const List *list = as_list(swapped ? right : left);
    size_t times;
    Value result;
    if (!container_factor(thread, left, right, swapped, &times, &result)) {
        return result;
    }
    if (list->length > 0 && times > LIST_MAXIMUM / list->length) {
        container_too_large(thread);
        return VALUE_ERROR;
    }
    List *repeated = list_new(thread, list->length * times);
    if (repeated->capacity > 0) {
        memcpy(repeated->items, list->items, list->length * sizeof(Value));
        repeat_items(repeated->items, list->length, times);
        repeated->length = list->length * times;
    }
    return value_object(repeated);
}

static Value inplace_concat_slot(Thread *thread, Value left, Value right) {
    return list_extend(thread, as_list(left), right) ? left : VALUE_ERROR;
}

static Value inplace_repeat_slot(Thread *thread, Value left, Value right) {
    List *list = as_list(left);
    if (!container_has_index(thread, right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    size_t times;
    Value result;
    if (!container_factor(thread, left, right, false, &times, &result)) {
        return result;
    }
    size_t count = list->length;
    if (times == 0 || count == 0) {
        list_clear(thread, list);
        return left;
    }
    if (times > LIST_MAXIMUM / count || !list_reserve(thread, list, count * (times - 1))) {
        container_too_large(thread);
        return VALUE_ERROR;
    }
    repeat_items(list->items, count, times);
    list->length = count * times;
    return left;
}

static bool add_items(TextBuilder *out, const List *list) {
    for (size_t i = 0; i < list->length; i++) {
        if (i > 0) {
            text_builder_add_c(out, ", ");
        }
        if (!text_builder_add_repr(out, list->items[i])) {
            return false;
        }
    }
    return true;
}

static Value repr_slot(Thread *thread, Value self) {
    if (as_list(self)->length == 0) {
        return value_object(str_from_c(thread, "[]"));
    }
    int entered = repr_enter(thread, self);
    if (entered != 0) {
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "[...]"));
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_put(&out, '[');
    bool ok = add_items(&out, as_list(self));
    text_builder_put(&out, ']');
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    if (!container_arguments(thread, "list", count, keywords, 0, 1)) {
        return VALUE_ERROR;
    }
    List *list = list_new_of(thread, (Type *)as_object(callee), 0);
    if (count == 1 && !list_extend(thread, list, args[0])) {
        return VALUE_ERROR;
    }
    return value_object(list);
}

static void trace_list(Marker *marker, Object *self) {
    List *list = (List *)self;
    if (list->items != NULL) {
        mark_buffer(marker, list->items);
        mark_values(marker, list->items, list->length);
    }
}

const TypeSpec list_type_spec = {
    .name = "list",
    .doc = "(iterable=(), /)\n--\n\n"
           "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new "
           "empty list.\nThe argument must be an iterable if specified.",
    .type_index = TYPE_list,
    .layout = LAYOUT_LIST,
    .flags = TYPE_UNHASHABLE | TYPE_POSITIONAL_NEW | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(List),
    .slots =
        {
            .repr = repr_slot,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .get_item = list_get_item,
            .set_item = list_set_item,
            .iter = list_iterator_new,
            .compare = list_compare,
            .binary = {[BINARY_ADD] = concat_slot, [BINARY_MUL] = repeat_slot},
            .inplace = {[BINARY_ADD] = inplace_concat_slot, [BINARY_MUL] = inplace_repeat_slot},
            .construct = construct_slot,
            .trace = trace_list,
        },
    .methods = list_methods,
};
