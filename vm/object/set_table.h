// SPDX-License-Identifier: MIT
//
// What only the files of set share.
#pragma once

#include "set.h"

// An empty set of `type`: set, frozenset or a subclass.
Set *set_new_of(Thread *thread, Type *type);
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
