// SPDX-License-Identifier: MIT
//
// The two iterators over ranges; see range.h for the one that loops inline.
#pragma once

#include "object.h"

// `length` numbers from `start`, `step` apart; all of them small ints.
Value range_iterator_new(Thread *thread, int64_t start, int64_t step, int64_t length);
// The same for ints of any size.
Value big_range_iterator_new(Thread *thread, Value start, Value step, Value length);
