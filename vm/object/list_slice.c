// SPDX-License-Identifier: MIT
//
// A slice with step 1 is a stretch of the list, and assigning to it may change the length; with
// any other step it names single items, whose number must stay the same. The value to assign is
// first made a row of its own: it may be the list itself (`a[1:1] = a`), or an iterator whose code
// changes the list, so the bounds are computed after it has been read.
#include "list_slice.h"

#include "container.h"
#include "error.h"
#include "heap.h"
#include "slice.h"

List *list_slice(Thread *thread, const List *list, size_t low, size_t high) {
    return list_from_array(thread, list->items + low, high - low);
}

Value list_get_slice(Thread *thread, List *list, Value slice) {
    int64_t start, stop, step;
    if (!slice_unpack(thread, as_slice(slice), &start, &stop, &step)) {
        return VALUE_ERROR;
    }
    size_t count = slice_adjust(list->length, &start, &stop, step);
    if (step == 1) {
        return value_object(list_from_array(thread, count ? list->items + start : NULL, count));
    }
    List *result = list_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        result->items[i] = list->items[start + (int64_t)i * step];
    }
    result->length = count;
    return value_object(result);
}

bool list_splice(Thread *thread, List *list, size_t low, size_t high, const Value *values,
                 size_t count) {
    size_t removed = high - low;
    if (count > removed && !list_reserve(thread, list, count - removed)) {
        return false;
    }
    if (list->items == NULL) {
        return true;
    }
    memmove(list->items + low + count, list->items + high, (list->length - high) * sizeof(Value));
    if (count > 0) {
        memcpy(list->items + low, values, count * sizeof(Value));
    }
    list->length = list->length - removed + count;
    if (count < removed) {
        list_shrink(thread, list);
    }
    return true;
}

// Close the gaps left by the `count` items at start, start + step, ... with step > 0.
static void delete_stepped(Thread *thread, List *list, size_t start, size_t step, size_t count) {
    size_t to = start;
    for (size_t i = 0; i < count; i++) {
        size_t from = start + i * step + 1;
        size_t next = i + 1 < count ? start + (i + 1) * step : list->length;
        memmove(list->items + to, list->items + from, (next - from) * sizeof(Value));
        to += next - from;
    }
    list->length -= count;
    list_shrink(thread, list);
}

static bool delete_slice(Thread *thread, List *list, Value slice) {
    int64_t start, stop, step;
    if (!slice_unpack(thread, as_slice(slice), &start, &stop, &step)) {
        return false;
    }
    size_t count = slice_adjust(list->length, &start, &stop, step);
    if (count == 0) {
        return true;
    }
    if (step < 0) {
        start += step * (int64_t)(count - 1);
        step = -step;
    }
    if (step == 1) {
        return list_splice(thread, list, (size_t)start, (size_t)start + count, NULL, 0);
    }
    delete_stepped(thread, list, (size_t)start, (size_t)step, count);
    return true;
}

// The items to assign as a list that is not `list` itself; NULL: exception.
static List *items_to_assign(Thread *thread, const List *list, Value v, const char *complaint) {
    if (is_exactly(v, LAYOUT_LIST)) {
        List *items = as_list(v);
        return items == list ? list_slice(thread, items, 0, items->length) : items;
    }
    Value iterator = operation_iter(thread, v);
    if (is_error(iterator)) {
        if (error_matches(thread, ERROR_TypeError)) {
            error_clear(thread);
            raise_error(thread, ERROR_TypeError, "%s", complaint);
        }
        return NULL;
    }
    List *items = list_new(thread, 0);
    return list_extend(thread, items, iterator) ? items : NULL;
}

static bool assign_stepped(Thread *thread, List *list, const Slice *slice, const List *items) {
    int64_t start, stop, step;
    if (!slice_unpack(thread, slice, &start, &stop, &step)) {
        return false;
    }
    size_t count = slice_adjust(list->length, &start, &stop, step);
    if (items->length != count) {
        return raise_false(thread, ERROR_ValueError,
                           "attempt to assign sequence of size %zu to extended slice of size %zu",
                           items->length, count);
    }
    for (size_t i = 0; i < count; i++) {
        list->items[start + (int64_t)i * step] = items->items[i];
    }
    return true;
}

static bool assign_stretch(Thread *thread, List *list, const Slice *slice, const List *items) {
    int64_t start, stop, step;
    if (!slice_unpack(thread, slice, &start, &stop, &step)) {
        return false;
    }
    size_t count = slice_adjust(list->length, &start, &stop, step);
    return list_splice(thread, list, (size_t)start, (size_t)start + count, items->items,
                       items->length);
}

bool list_set_slice(Thread *thread, List *list, Value slice, Value v) {
    if (is_undefined(v)) {
        return delete_slice(thread, list, slice);
    }
    int64_t start, stop, step;
    if (!slice_unpack(thread, as_slice(slice), &start, &stop, &step)) {
        return false;
    }
    const List *items = items_to_assign(thread, list, v, "must assign iterable to extended slice");
    if (items == NULL) {
        return false;
    }
    return step == 1 ? assign_stretch(thread, list, as_slice(slice), items)
                     : assign_stepped(thread, list, as_slice(slice), items);
}
