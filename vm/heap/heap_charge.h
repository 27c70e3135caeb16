// SPDX-License-Identifier: MIT
//
// How near the next collection is, for who knows better than the heap.
//
// The heap counts what it hands out, expecting most of it to become garbage soon. What an import of
// the library makes is the opposite: classes, functions and names that live as long as the program,
// a megabyte and more for some modules. Counted, it would bring about a collection in the middle of
// the import that finds nothing to free.
#pragma once

#include "heap.h"

typedef struct HeapCharge {
    size_t allocated, work; // since the last collection
} HeapCharge;

HeapCharge heap_charge(const Heap *heap);
// What was allocated after `before` was asked for is here to stay: do not count it.
void heap_forget_charge(Heap *heap, HeapCharge before);
