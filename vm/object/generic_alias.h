// SPDX-License-Identifier: MIT
//
// list[int] and the like: a container type with the types of its items written beside it. It says
// something to readers and tools only; called, it is the container type. (PEP 585)
#pragma once

#include "object.h"

typedef struct GenericAlias {
    Object object;
    Value origin;     // list
    Tuple *args;      // (int,)
} GenericAlias;

// origin[item]: `item` is one argument or a tuple of them.
Value generic_alias_new(Thread *thread, Value origin, Value item);
