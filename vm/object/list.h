// SPDX-License-Identifier: MIT
//
// list: a growing array of Values. The items live in a buffer of their own, so that a list object
// never moves when it grows; growth is by an eighth (as in CPython), which makes n appends cost
// O(n) altogether. Slots at and above `length` hold rubbish and are never read.
//
// Whoever keeps `items` or `length` in a C variable must read them again after anything that can
// run Mini code: `==`, hash, iteration and key functions may change the list.
#pragma once

#include "interpreter.h"
#include "object.h"

typedef struct List {
    Object object;
    size_t length;
    Value *items; // NULL while capacity is 0
    size_t capacity;
} List;

static inline bool is_list(Value v) {
    return has_layout(v, LAYOUT_LIST);
}
static inline List *as_list(Value v) {
    return (List *)as_object(v);
}

// An empty list with room for `capacity` items.
List *list_new(Thread *thread, size_t capacity);
// A list of the `count` values in `values`.
List *list_from_array(Thread *thread, const Value *values, size_t count);
// Make room for at least one more than `list->length`.
void list_grow(Thread *thread, List *list);
// Make room for `extra` items beyond `list->length`; false with MemoryError for absurd sizes.
bool list_reserve(Thread *thread, List *list, size_t extra);

static inline void list_append(Thread *thread, List *list, Value item) {
    if (__builtin_expect(list->length == list->capacity, 0)) {
        list_grow(thread, list);
    }
    list->items[list->length++] = item;
}

// Append all items of `iterable`. false: exception set.
bool list_extend(Thread *thread, List *list, Value iterable);
void list_extend_array(Thread *thread, List *list, const Value *values, size_t count);
// Insert before `index`, which counts from the end if negative and is clamped, as list.insert.
void list_insert(Thread *thread, List *list, int64_t index, Value item);
// Remove and return the item at `index` < length.
Value list_remove_at(Thread *thread, List *list, size_t index);
// list.pop(index): IndexError if the list is empty or the index is out of range.
Value list_pop(Thread *thread, List *list, int64_t index);
// The items [low, high) as a new list; bounds must be in range.
List *list_slice(Thread *thread, const List *list, size_t low, size_t high);
// Replace the items [low, high) by `count` values, which may not lie in the list's own buffer.
bool list_splice(Thread *thread, List *list, size_t low, size_t high, const Value *values,
                 size_t count);
void list_clear(Thread *thread, List *list);
void list_reverse(List *list);
// list.sort(key=..., reverse=...); `key` may be None.
bool list_sort(Thread *thread, List *list, Value key, bool reverse);
// 1, 0 or -1
int list_contains(Thread *thread, List *list, Value item);
// The index of the first item in [start, stop) that equals `item`, or one of the two below.
int64_t list_find(Thread *thread, const List *list, size_t start, size_t stop, Value item);
enum { LIST_ABSENT = -1, LIST_FIND_FAILED = -2 };

// The methods table of the type (list_methods.c).
extern const NativeSpec list_methods[];
