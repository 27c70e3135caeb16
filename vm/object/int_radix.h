// SPDX-License-Identifier: MIT
//
// Between ints and their digits, of which a hundred million do not keep Ctrl-C waiting. A digit is
// its value, 0 to base - 1.
#pragma once

#include "int.h"

enum { RADIX_PIECE = 1 << 16 }; // digits that are converted in one go, whatever the base

static inline bool radix_is_linear(int base) {
    return (base & (base - 1)) == 0;
}
// The number that `length` digits are. VALUE_ERROR with MemoryError, or what a signal raised.
Value radix_read(Thread *thread, const uint8_t *digits, size_t length, int base, bool negative);
// The digits of |n| > 0, with any zeros in front; returns how many. `room` is what mpn_sizeinbase
// says of n and base. 0: exception.
size_t radix_write(Thread *thread, Value n, int base, uint8_t *digits, size_t room);
