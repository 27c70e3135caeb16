// SPDX-License-Identifier: MIT
//
// `list[int]` and `int | None`: what annotations are made of. A generic alias behaves as its
// origin when called; a union can be used in isinstance. (types.GenericAlias, types.UnionType)
#pragma once

#include "object.h"

typedef struct GenericAlias {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Value origin;
    Tuple *args;
    bool is_unpacked; // *tuple[int, str], as iteration gives it
} GenericAlias;

typedef struct Union {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Tuple *members;
} Union;

// origin[item]; a tuple as item gives several arguments.
Value generic_alias_new(Thread *thread, Value origin, Value item);
// The native types that can be subscripted: list, dict, tuple, ...
bool generic_alias_allowed(Thread *thread, const Type *type);
// left | right for types; NOT_IMPLEMENTED if one is neither a type, None nor a union.
Value union_new(Thread *thread, Value left, Value right);
// The types of a union, or NULL if `v` is none.
const Tuple *union_members(Thread *thread, Value v);
// The type variables among `args`, as a tuple: what __parameters__ says.
Value generic_alias_parameters(Thread *thread, const Tuple *args);
// self[items] for an alias or union: types in the place of its type variables.
Value generic_alias_substitute(Thread *thread, Value self, Value items);
