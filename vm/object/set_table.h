// SPDX-License-Identifier: MIT
//
// What only the files of set share.
#pragma once

#include "set.h"
#include "str.h"

// An empty set of `type`: set, frozenset or a subclass.
Set *set_new_of(Thread *thread, Type *type);
static inline bool set_never_used(const SetEntry *entry) {
    return entry->key.bits == 0;
}

// Is it the key for sure? Comparing other keys than strings may run Mini code.
static inline bool set_is_key_at_sight(const SetEntry *entry, Value key, uint64_t hash) {
    return entry->key.bits == key.bits ||
           (entry->hash == hash && is_exactly(key, LAYOUT_STR) &&
            is_exactly(entry->key, LAYOUT_STR) && str_equal(as_str(entry->key), as_str(key)));
}

// What the first cell alone tells: 1 found, 0 absent and the cell is free; -1: look further.
static inline int set_glance(const Set *set, Value key, uint64_t hash) {
    const SetEntry *entry = &set->entries[hash & set->mask];
    return set_is_key_at_sight(entry, key, hash) ? 1 : set_never_used(entry) ? 0 : -1;
}

// Add a key that is known to be absent to a set from which none was ever removed.
bool set_add_new(Thread *thread, Set *set, Value key, uint64_t hash);
// Remove and return some item; UNDEFINED if there is none.
Value set_pop(Set *set);
void set_swap_contents(Set *a, Set *b);

// Set algebra with any iterable (set_algebra.c); the results are of the type of `set`'s native
// base. NULL: exception.
Set *set_union(Thread *thread, Set *set, Value iterable);
Set *set_intersection(Thread *thread, Set *set, Value iterable);
Set *set_difference(Thread *thread, Set *set, Value iterable);
Set *set_symmetric_difference(Thread *thread, Set *set, Value iterable);
// 1, 0 or -1
int set_is_subset(Thread *thread, Set *set, Set *other);
int set_is_disjoint(Thread *thread, Set *set, Value iterable);

extern const NativeSpec set_methods[];
extern const NativeSpec frozenset_methods[];
