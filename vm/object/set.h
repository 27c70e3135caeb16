// SPDX-License-Identifier: MIT
//
// set and frozenset: one open-addressing table of (key, hash) pairs. Collisions first look at the
// next few cells, which lie in the same cache line, and only then jump; sizes, probing and growth
// follow CPython's set, so a set of small ints is even iterated in the same order, although no
// program may rely on that.
#pragma once

#include "interpreter.h"
#include "object.h"

typedef struct SetEntry {
    Value key; // zero: never used; UNDEFINED: deleted
    uint64_t hash;
} SetEntry;

typedef struct Set {
    Object object;
    size_t length;     // live entries
    SetEntry *entries; // mask + 1 of them; NULL while nothing was ever added
    size_t mask;
    size_t used;   // live or deleted
    size_t finger; // where pop() goes on searching
    uint64_t hash; // of a frozenset, 0 if not yet known
} Set;

static inline bool is_any_set(Value v) {
    return has_layout(v, LAYOUT_SET);
}
static inline Set *as_set(Value v) {
    return (Set *)as_object(v);
}

Set *set_new(Thread *thread);
// A new frozenset (type TYPE_frozenset) of the same items.
Set *set_freeze(Thread *thread, Set *set);

// Functions that return int: 1 found, 0 absent, -1 exception.
int set_contains(Thread *thread, Set *set, Value key);
bool set_add(Thread *thread, Set *set, Value key);
bool set_add_hashed(Thread *thread, Set *set, Value key, uint64_t hash);
int set_contains_hashed(Thread *thread, Set *set, Value key, uint64_t hash);
int set_discard(Thread *thread, Set *set, Value key);
int set_discard_hashed(Thread *thread, Set *set, Value key, uint64_t hash);
void set_clear(Thread *thread, Set *set);
// Add all items of `iterable`.
bool set_update(Thread *thread, Set *set, Value iterable);
// self -= iterable, self ^= iterable, self &= iterable, for any iterable.
bool set_difference_update(Thread *thread, Set *set, Value iterable);
bool set_symmetric_difference_update(Thread *thread, Set *set, Value iterable);
bool set_intersection_update(Thread *thread, Set *set, Value iterable);
// The set that an iterator goes through; NULL at its end, and for what is no iterator of a set.
Set *set_iterated(Value v);
// Copy of a set as an instance of `type`.
Set *set_copy(Thread *thread, Set *set, Type *type);
// A set of `type` with the items of `iterable`.
Set *set_from_iterable(Thread *thread, Type *type, Value iterable);
// Step through the live entries: start with *position = 0; NULL at the end.
const SetEntry *set_next(const Set *set, size_t *position);
