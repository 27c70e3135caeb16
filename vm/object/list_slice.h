// SPDX-License-Identifier: MIT
//
// Slices of lists: list[i:j:k] as a value, as a target of assignment and of del.
#pragma once

#include "list.h"

// list[slice] as a new list.
Value list_get_slice(Thread *thread, List *list, Value slice);
// list[slice] = v, or del list[slice] if v is UNDEFINED.
bool list_set_slice(Thread *thread, List *list, Value slice, Value v);
// After items were removed: give memory back when most of the buffer is unused.
void list_shrink(Thread *thread, List *list);
