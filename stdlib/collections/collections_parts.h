// SPDX-License-Identifier: MIT
//
// What the native files of the module collections share: the struct of a deque.
#pragma once

#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "library.h"
#include "list.h"
#include "repr_guard.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

typedef struct Deque {
    Object object;
    size_t length;
    Value *items; // ring buffer; NULL while capacity is 0
    size_t capacity, first;
    int64_t maximum;  // -1: none
    uint64_t version; // changes when items come or go
} Deque;
