// SPDX-License-Identifier: MIT
//
// list.extend, and with it list(...), [*x] and operation_to_list: appending whatever an iterable
// gives. The types that everybody uses are copied without making an iterator; for the rest, a
// guess at the length saves growing step by step.
#include "container.h"
#include "dict_view.h"
#include "iterators.h"
#include "list.h"
#include "range.h"
#include "set.h"
#include "tuple.h"

static bool extend_by_dict(Thread *thread, List *list, const Dict *dict, DictPart part) {
    if (!list_reserve(thread, list, dict->length)) {
        return false;
    }
    for (size_t i = 0; i < dict->used; i++) {
        const DictEntry *entry = &dict->entries[i];
        if (!is_undefined(entry->key)) {
            Value item = part == DICT_KEYS     ? entry->key
                         : part == DICT_VALUES ? entry->value
                                               : tuple_pair(thread, entry->key, entry->value);
            list->items[list->length++] = item;
        }
    }
    return true;
}

static bool extend_by_set(Thread *thread, List *list, Set *set) {
    size_t position = 0;
    const SetEntry *entry;
    if (!list_reserve(thread, list, set->length)) {
        return false;
    }
    while ((entry = set_next(set, &position)) != NULL) {
        list_append(thread, list, entry->key);
    }
    return true;
}

static bool extend_by_range(Thread *thread, List *list, const Range *range) {
    size_t count = (size_t)range->length;
    if (!list_reserve(thread, list, count)) {
        return false;
    }
    Value *items = list->items + list->length;
    int64_t next = range->start;
    for (size_t i = 0; i < count; i++, next += range->step) {
        items[i] = value_small_int(next);
    }
    list->length += count;
    return true;
}

// Characters beyond Latin-1 are made anew, unless they were met lately.
static bool extend_by_wide_str(Thread *thread, List *list, const Str *s) {
    enum { RECENT = 32 };
    Str *recent[RECENT] = {0};
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        Str **known = &recent[c % RECENT];
        if (*known == NULL || str_char_at(*known, 0) != c) {
            *known = str_from_code_point(thread, c);
        }
        list_append(thread, list, value_object(*known));
    }
    return true;
}

static bool extend_by_str(Thread *thread, List *list, const Str *s) {
    if (s->length == 0) {
        return true; // and an empty list may have no items to point to
    }
    if (!list_reserve(thread, list, s->length)) {
        return false;
    }
    if (s->width == 1) {
        Str *const *latin1 = thread->interpreter->latin1;
        const uint8_t *text = str_bytes(s);
        Value *items = list->items + list->length;
        for (size_t i = 0; i < s->length; i++) {
            items[i] = value_object(latin1[text[i]]);
        }
        list->length += s->length;
        return true;
    }
    return extend_by_wide_str(thread, list, s);
}

// All that `iterator` still gives.
static bool append_all(Thread *thread, List *list, Value iterator) {
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item);
        }
        if (list->length < list->capacity) {
            list->items[list->length++] = item;
        } else {
            list_append(thread, list, item);
        }
    }
}

// A hint may lie: it only saves growing, so it is not believed beyond a million; but when it
// promises more than any memory holds, nobody waits until memory has run out.
#define HINT_BELIEVED 1000000
#define HINT_HOPELESS ((int64_t)1 << 40)

static bool extend_by_iterator(Thread *thread, List *list, Value iterable) {
    Value iterator = operation_iter(thread, iterable);
    if (is_error(iterator)) {
        return false;
    }
    int64_t hint = iterator_length_hint(thread, iterable, 0);
    if (hint < 0) {
        return false;
    }
    bool overflows = hint > INT64_MAX - (int64_t)list->length; // that must be a lie
    if (hint > HINT_HOPELESS && !overflows) {
        return container_too_large(thread);
    }
    if (!list_reserve(thread, list, (size_t)(hint < HINT_BELIEVED ? hint : HINT_BELIEVED))) {
        return false;
    }
    return append_all(thread, list, iterator);
}

bool list_extend(Thread *thread, List *list, Value iterable) {
    if (is_exactly(iterable, LAYOUT_LIST)) {
        List *other = as_list(iterable);
        size_t count = other->length;
        if (!list_reserve(thread, list, count)) {
            return false;
        }
        list_extend_array(thread, list, other->items, count);
        return true;
    }
    if (is_exactly(iterable, LAYOUT_TUPLE)) {
        list_extend_array(thread, list, as_tuple(iterable)->items, as_tuple(iterable)->length);
        return true;
    }
    if (is_exactly(iterable, LAYOUT_RANGE) && !as_range(iterable)->is_big) {
        return extend_by_range(thread, list, as_range(iterable));
    }
    if (is_exactly(iterable, LAYOUT_DICT)) {
        return extend_by_dict(thread, list, as_dict(iterable), DICT_KEYS);
    }
    if (is_dict_view(iterable)) {
        const DictView *view = as_dict_view(iterable);
        return extend_by_dict(thread, list, view->dict, (DictPart)view->part);
    }
    if (is_exactly(iterable, LAYOUT_SET)) {
        return extend_by_set(thread, list, as_set(iterable));
    }
    if (is_exactly(iterable, LAYOUT_STR)) {
        return extend_by_str(thread, list, as_str(iterable));
    }
    return extend_by_iterator(thread, list, iterable);
}
