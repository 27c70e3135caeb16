// SPDX-License-Identifier: MIT
//
// Union, intersection, difference and comparison of sets. The other operand may be any iterable;
// when it is a set or dict itself, its stored hashes are used and the cheaper side is walked.
#include "container.h"
#include "dict.h"
#include "error.h"
#include "set_table.h"
#include "type.h"

typedef bool (*ItemFunction)(Thread *, void *context, Value key, uint64_t hash);

static bool walk_set(Thread *thread, const Set *set, ItemFunction visit, void *context) {
    size_t position = 0;
    const SetEntry *entry;
    while ((entry = set_next(set, &position)) != NULL) {
        if (!visit(thread, context, entry->key, entry->hash)) {
            return false;
        }
    }
    return true;
}

static bool walk_dict(Thread *thread, const Dict *dict, ItemFunction visit, void *context) {
    for (size_t i = 0; i < dict->used; i++) {
        DictEntry entry = dict->entries[i];
        if (!is_undefined(entry.key) && !visit(thread, context, entry.key, entry.hash)) {
            return false;
        }
    }
    return true;
}

// visit() each item with its hash, until it returns false. false: exception, or visit said so.
static bool walk(Thread *thread, Value iterable, ItemFunction visit, void *context) {
    if (is_exactly(iterable, LAYOUT_SET)) {
        return walk_set(thread, as_set(iterable), visit, context);
    }
    if (is_exactly(iterable, LAYOUT_DICT)) {
        return walk_dict(thread, as_dict(iterable), visit, context);
    }
    Value iterator = operation_iter(thread, iterable);
    if (is_error(iterator)) {
        return false;
    }
    for (;;) {
        uint64_t hash;
        Value item = operation_next(thread, iterator);
        if (is_error(item) || is_undefined(item)) {
            return is_undefined(item);
        }
        if (!container_hash(thread, item, &hash) || !visit(thread, context, item, hash)) {
            return false;
        }
    }
}

// set or frozenset, as the operators' results are plain even for subclasses.
static Type *plain_type(Thread *thread, const Set *set) {
    Type *frozen = builtin_type(thread, TYPE_frozenset);
    bool is_frozen = type_is_subtype(set->object.type, frozen);
    return is_frozen ? frozen : builtin_type(thread, TYPE_set);
}

static Set *empty_like(Thread *thread, const Set *set) {
    return set_new_of(thread, plain_type(thread, set));
}

Set *set_union(Thread *thread, Set *set, Value iterable) {
    Set *result = set_copy(thread, set, plain_type(thread, set));
    return result != NULL && set_update(thread, result, iterable) ? result : NULL;
}

typedef struct Filter {
    Set *tested, *result;
    bool keep_if_contained;
} Filter;

static bool filter_item(Thread *thread, void *context, Value key, uint64_t hash) {
    const Filter *filter = context;
    int contained = set_contains_hashed(thread, filter->tested, key, hash);
    if (contained < 0) {
        return false;
    }
    return (contained > 0) != filter->keep_if_contained ||
           set_add_hashed(thread, filter->result, key, hash);
}

// The items of `set` that are in `tested`, or those that are not. Comparing may change `set`.
static Set *filter_set(Thread *thread, const Set *set, Set *tested, Set *result, bool contained) {
    for (size_t i = 0; set->entries != NULL && i <= set->mask; i++) {
        SetEntry entry = set->entries[i];
        if (set_never_used(&entry) || is_undefined(entry.key)) {
            continue;
        }
        int is_in = tested->entries == NULL ? 0 : set_glance(tested, entry.key, entry.hash);
        if (is_in < 0) {
            is_in = set_contains_hashed(thread, tested, entry.key, entry.hash);
        }
        if (is_in < 0 ||
            ((is_in > 0) == contained && !set_add_new(thread, result, entry.key, entry.hash))) {
            return NULL;
        }
    }
    return result;
}

Set *set_intersection(Thread *thread, Set *set, Value iterable) {
    Filter filter = {set, empty_like(thread, set), true};
    if (is_any_set(iterable) && as_set(iterable)->length > set->length) {
        return filter_set(thread, set, as_set(iterable), filter.result, true);
    }
    if (is_any_set(iterable)) {
        return filter_set(thread, as_set(iterable), set, filter.result, true);
    }
    return walk(thread, iterable, filter_item, &filter) ? filter.result : NULL;
}

static bool discard_item(Thread *thread, void *context, Value key, uint64_t hash) {
    return set_discard_hashed(thread, context, key, hash) >= 0;
}

bool set_difference_update(Thread *thread, Set *set, Value iterable) {
    if (is_any_set(iterable) && as_set(iterable) == set) {
        set_clear(thread, set);
        return true;
    }
    return walk(thread, iterable, discard_item, set);
}

// What of `set` is not in `dict`.
static Set *difference_with_dict(Thread *thread, const Set *set, Dict *dict) {
    Set *result = empty_like(thread, set);
    size_t position = 0;
    const SetEntry *found;
    while ((found = set_next(set, &position)) != NULL) {
        SetEntry entry = *found;
        Value value;
        int contained = dict_get_hashed(thread, dict, entry.key, entry.hash, &value);
        if (contained < 0 || (!contained && !set_add_new(thread, result, entry.key, entry.hash))) {
            return NULL;
        }
    }
    return result;
}

Set *set_difference(Thread *thread, Set *set, Value iterable) {
    if (is_any_set(iterable) && set->length / 4 <= as_set(iterable)->length) {
        return filter_set(thread, set, as_set(iterable), empty_like(thread, set), false);
    }
    if (is_exactly(iterable, LAYOUT_DICT) && set->length / 4 <= as_dict(iterable)->length) {
        return difference_with_dict(thread, set, as_dict(iterable));
    }
    Set *result = set_copy(thread, set, plain_type(thread, set));
    return result != NULL && set_difference_update(thread, result, iterable) ? result : NULL;
}

static bool toggle_item(Thread *thread, void *context, Value key, uint64_t hash) {
    int removed = set_discard_hashed(thread, context, key, hash);
    return removed != 0 ? removed > 0 : set_add_hashed(thread, context, key, hash);
}

bool set_symmetric_difference_update(Thread *thread, Set *set, Value iterable) {
    if (is_any_set(iterable) && as_set(iterable) == set) {
        set_clear(thread, set);
        return true;
    }
    if (!is_any_set(iterable) && !is_exactly(iterable, LAYOUT_DICT)) {
        // An item given twice must not be toggled twice.
        Set *items = set_from_iterable(thread, builtin_type(thread, TYPE_set), iterable);
        return items != NULL && walk_set(thread, items, toggle_item, set);
    }
    return walk(thread, iterable, toggle_item, set);
}

Set *set_symmetric_difference(Thread *thread, Set *set, Value iterable) {
    Set *result = set_from_iterable(thread, plain_type(thread, set), iterable);
    if (result == NULL) {
        return NULL;
    }
    return walk_set(thread, set, toggle_item, result) ? result : NULL;
}

bool set_intersection_update(Thread *thread, Set *set, Value iterable) {
    Set *result = set_intersection(thread, set, iterable);
    if (result != NULL) {
        set_swap_contents(set, result);
    }
    return result != NULL;
}

int set_is_subset(Thread *thread, Set *set, Set *other) {
    if (set->length > other->length) {
        return 0;
    }
    size_t position = 0;
    const SetEntry *found;
    while ((found = set_next(set, &position)) != NULL) {
        int contained = set_contains_hashed(thread, other, found->key, found->hash);
        if (contained <= 0) {
            return contained;
        }
    }
    return 1;
}

typedef struct DisjointTest {
    Set *set;
    bool met;
} DisjointTest;

static bool test_disjoint(Thread *thread, void *context, Value key, uint64_t hash) {
    DisjointTest *test = context;
    int contained = set_contains_hashed(thread, test->set, key, hash);
    test->met = contained > 0;
    return contained == 0;
}

int set_is_disjoint(Thread *thread, Set *set, Value iterable) {
    DisjointTest test = {set, false};
    if (is_any_set(iterable) && as_set(iterable)->length > set->length) {
        test.set = as_set(iterable);
        iterable = value_object(set);
    }
    if (walk(thread, iterable, test_disjoint, &test)) {
        return 1;
    }
    return test.met ? 0 : -1;
}
