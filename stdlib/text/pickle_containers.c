// SPDX-License-Identifier: MIT
//
// Writing containers. A list, dict or set is written empty, entered in the memo and then filled, a
// thousand items at a time: so it may contain itself. A tuple or frozenset is made of its items
// after they have been written; if one of them has led back to it, it is in the memo by then, and
// the items are dropped again for the one that the memo has.
//
// Items are read one by one, for writing them may run Mini code that changes the container. The
// batches are those of CPython, odd ones (an empty batch after a full one) included.
#include "pickle_parts.h"

#include "call.h"
#include "dict.h"
#include "list.h"
#include "set.h"
#include "str.h"
#include "tuple.h"

static bool put_empty(Thread *thread, Pickler *p, Value v, uint8_t empty, uint8_t of_mark) {
    if (p->binary) {
        pickle_put_byte(thread, p, empty);
    } else {
        pickle_put_byte(thread, p, PICKLE_MARK);
        pickle_put_byte(thread, p, of_mark);
    }
    return pickle_memoize(thread, p, v);
}

// In fast mode, which has no memo, a container that contains itself would be written for ever.
static bool fast_enter(Thread *thread, Pickler *p, Value v) {
    enum { FAST_NESTING = 50 };
    if (!p->fast || ++p->fast_depth < FAST_NESTING)
        return true;
    if (!p->fast_memo)
        p->fast_memo = dict_new(thread, 0);
    Value key = value_small_int((int64_t)(v.bits & (UINT64_MAX >> 17))), known;
    int found = dict_get(thread, p->fast_memo, key, &known);
    if (found == 0)
        return dict_set(thread, p->fast_memo, key, v);
    return found > 0 &&
           raise_false(thread, ERROR_ValueError,
                       "fast mode: can't pickle cyclic objects including object type %s",
                       type_name(thread, v));
}

static bool fast_leave(Thread *thread, Pickler *p, Value v, bool good) {
    if (!p->fast || !good)
        return good;
    Value key = value_small_int((int64_t)(v.bits & (UINT64_MAX >> 17)));
    if (p->fast_depth > 0)
        p->fast_depth--;
    return !p->fast_memo || dict_delete(thread, p->fast_memo, key) >= 0;
}

// ---- From an iterator ----

static bool save_one(Thread *thread, Pickler *p, Value item, bool pair) {
    if (!pair)
        return pickle_save(thread, p, item);
    if (!is_tuple(item) || as_tuple(item)->length != 2)
        return raise_false(thread, ERROR_TypeError, "dict items iterator must return 2-tuples");
    return pickle_save(thread, p, as_tuple(item)->items[0]) &&
           pickle_save(thread, p, as_tuple(item)->items[1]);
}

// Protocol 0: each by itself.
static bool save_singly(Thread *thread, Pickler *p, Value iterator, bool pairs) {
    for (;;) {
        Value item = operation_next(thread, iterator);
        if (is_undefined(item) || is_error(item))
            return is_undefined(item);
        if (!save_one(thread, p, item, pairs))
            return false;
        pickle_put_byte(thread, p, pairs ? PICKLE_SETITEM : PICKLE_APPEND);
    }
}

// A batch that begins with `first` and `item`: how many there were, 0 with an exception.
static size_t save_batch(Thread *thread, Pickler *p, Value iterator, bool pairs, Value first,
                         Value item) {
    size_t count = 1;
    pickle_put_byte(thread, p, PICKLE_MARK);
    if (!save_one(thread, p, first, pairs))
        return 0;
    while (!is_undefined(item)) {
        if (is_error(item) || !save_one(thread, p, item, pairs))
            return 0;
        if (++count == PICKLE_BATCH)
            break;
        item = operation_next(thread, iterator);
    }
    pickle_put_byte(thread, p, pairs ? PICKLE_SETITEMS : PICKLE_APPENDS);
    return count;
}

bool pickle_save_items(Thread *thread, Pickler *p, Value iterator, bool pairs) {
    size_t count = PICKLE_BATCH;
    if (!p->binary)
        return save_singly(thread, p, iterator, pairs);
    while (count == PICKLE_BATCH) {
        Value first = operation_next(thread, iterator);
        if (is_undefined(first) || is_error(first))
            return is_undefined(first);
        Value second = operation_next(thread, iterator);
        if (is_undefined(second)) {
            if (!save_one(thread, p, first, pairs))
                return false;
            pickle_put_byte(thread, p, pairs ? PICKLE_SETITEM : PICKLE_APPEND);
            return true;
        }
        count = is_error(second) ? 0 : save_batch(thread, p, iterator, pairs, first, second);
    }
    return count > 0;
}

// ---- Lists ----

static bool save_list_items(Thread *thread, Pickler *p, const List *list) {
    if (list->length == 1) {
        if (!pickle_save(thread, p, list->items[0]))
            return false;
        pickle_put_byte(thread, p, PICKLE_APPEND);
        return true;
    }
    size_t i = 0;
    do {
        pickle_put_byte(thread, p, PICKLE_MARK);
        size_t end = i + PICKLE_BATCH;
        for (; i < list->length && i < end; i++)
            if (!pickle_save(thread, p, list->items[i]))
                return false;
        pickle_put_byte(thread, p, PICKLE_APPENDS);
    } while (i < list->length);
    return true;
}

bool pickle_save_list(Thread *thread, Pickler *p, Value v) {
    if (!fast_enter(thread, p, v) || !put_empty(thread, p, v, PICKLE_EMPTY_LIST, PICKLE_LIST))
        return false;
    bool good = true;
    if (as_list(v)->length > 0 && p->binary) {
        good = save_list_items(thread, p, as_list(v));
    } else if (as_list(v)->length > 0) {
        Value iterator = operation_iter(thread, v);
        good = !is_error(iterator) && pickle_save_items(thread, p, iterator, false);
    }
    return fast_leave(thread, p, v, good);
}

// ---- Dicts ----

static bool changed_size(Thread *thread, const char *what) {
    return raise_false(thread, ERROR_RuntimeError, "%s changed size during iteration", what);
}

static bool save_pair(Thread *thread, Pickler *p, Value key, Value v) {
    return pickle_save(thread, p, key) && pickle_save(thread, p, v);
}

static bool save_dict_items(Thread *thread, Pickler *p, const Dict *dict) {
    size_t position = 0, length = dict->length, count;
    Value key, v;
    if (length == 1 && dict_next(dict, &position, &key, &v)) {
        if (!save_pair(thread, p, key, v))
            return false;
        pickle_put_byte(thread, p, PICKLE_SETITEM);
        return true;
    }
    do {
        count = 0;
        pickle_put_byte(thread, p, PICKLE_MARK);
        while (count < PICKLE_BATCH && dict_next(dict, &position, &key, &v)) {
            if (!save_pair(thread, p, key, v))
                return false;
            count++;
        }
        pickle_put_byte(thread, p, PICKLE_SETITEMS);
        if (dict->length != length)
            return changed_size(thread, "dictionary");
    } while (count == PICKLE_BATCH);
    return true;
}

bool pickle_save_dict(Thread *thread, Pickler *p, Value v) {
    if (!fast_enter(thread, p, v) || !put_empty(thread, p, v, PICKLE_EMPTY_DICT, PICKLE_DICT))
        return false;
    bool good = true;
    if (as_dict(v)->length > 0 && p->binary) {
        good = save_dict_items(thread, p, as_dict(v));
    } else if (as_dict(v)->length > 0) {
        Value items = call_method(thread, v, common_name(thread, NAME_items), NULL, 0);
        Value iterator = is_error(items) ? items : operation_iter(thread, items);
        good = !is_error(iterator) && pickle_save_items(thread, p, iterator, true);
    }
    return fast_leave(thread, p, v, good);
}

// ---- Sets ----

// set([...]), for protocols that have no sets.
static bool save_old_set(Thread *thread, Pickler *p, Value v) {
    Value list = operation_to_list(thread, v);
    if (is_error(list))
        return false;
    Value args = value_object(tuple_from_array(thread, &list, 1));
    return pickle_save_call(thread, p, value_object(object_type(v)), args, v);
}

bool pickle_save_set(Thread *thread, Pickler *p, Value v) {
    const Set *set = as_set(v);
    size_t position = 0, length = set->length, count;
    const SetEntry *entry;
    if (p->protocol < 4)
        return save_old_set(thread, p, v);
    pickle_put_byte(thread, p, PICKLE_EMPTY_SET);
    if (!pickle_memoize(thread, p, v))
        return false;
    if (length == 0)
        return true;
    do {
        count = 0;
        pickle_put_byte(thread, p, PICKLE_MARK);
        while (count < PICKLE_BATCH && (entry = set_next(set, &position)) != NULL) {
            if (!pickle_save(thread, p, entry->key))
                return false;
            count++;
        }
        pickle_put_byte(thread, p, PICKLE_ADDITEMS);
        if (set->length != length)
            return changed_size(thread, "set");
    } while (count == PICKLE_BATCH);
    return true;
}

bool pickle_save_frozenset(Thread *thread, Pickler *p, Value v) {
    size_t position = 0;
    const SetEntry *entry;
    if (p->protocol < 4)
        return save_old_set(thread, p, v);
    pickle_put_byte(thread, p, PICKLE_MARK);
    while ((entry = set_next(as_set(v), &position)) != NULL)
        if (!pickle_save(thread, p, entry->key))
            return false;
    const PickleMemoEntry *known = pickle_memo_find(&p->memo, v);
    if (known) {
        pickle_put_byte(thread, p, PICKLE_POP_MARK);
        pickle_put_get(thread, p, known->index);
        return true;
    }
    pickle_put_byte(thread, p, PICKLE_FROZENSET);
    return pickle_memoize(thread, p, v);
}

// ---- Tuples ----

static bool save_empty_tuple(Thread *thread, Pickler *p) {
    if (p->binary)
        pickle_put_byte(thread, p, PICKLE_EMPTY_TUPLE);
    else
        pickle_put(thread, p, (const uint8_t[]){PICKLE_MARK, PICKLE_TUPLE}, 2);
    return true;
}

// One of its items has led back to the tuple, which therefore has been written on the way.
static void put_known_tuple(Thread *thread, Pickler *p, size_t index, size_t length, bool marked) {
    if (marked && p->binary)
        pickle_put_byte(thread, p, PICKLE_POP_MARK);
    else
        for (size_t i = 0; i < length + marked; i++)
            pickle_put_byte(thread, p, PICKLE_POP);
    pickle_put_get(thread, p, index);
}

bool pickle_save_tuple(Thread *thread, Pickler *p, Value v) {
    static const uint8_t short_codes[] = {PICKLE_TUPLE1, PICKLE_TUPLE2, PICKLE_TUPLE3};
    const Tuple *tuple = as_tuple(v);
    if (tuple->length == 0)
        return save_empty_tuple(thread, p);
    bool marked = tuple->length > 3 || p->protocol < 2;
    if (marked)
        pickle_put_byte(thread, p, PICKLE_MARK);
    for (size_t i = 0; i < tuple->length; i++)
        if (!pickle_save(thread, p, tuple->items[i]))
            return false;
    const PickleMemoEntry *known = pickle_memo_find(&p->memo, v);
    if (known) {
        put_known_tuple(thread, p, known->index, tuple->length, marked);
        return true;
    }
    pickle_put_byte(thread, p, marked ? PICKLE_TUPLE : short_codes[tuple->length - 1]);
    return pickle_memoize(thread, p, v);
}
