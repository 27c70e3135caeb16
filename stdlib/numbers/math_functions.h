// SPDX-License-Identifier: MIT
//
// The parts of the module math.
#pragma once

#include "library.h"

extern const NativeSpec math_float_functions[];   // math.c
extern const NativeSpec math_integer_functions[]; // math_integer.c: gcd, comb, factorial ...
extern const NativeSpec math_sum_functions[];     // math_sum.c: fsum, prod, dist ...

// The argument of a function on floats: a float, an int, or what __float__ gives.
bool math_argument(Thread *thread, Value v, double *result);
// The result `r` of a function on `x`: ValueError "math domain error" for a NaN that was none
// before, OverflowError "math range error" for an infinity out of a finite argument when
// `can_overflow`, else ValueError.
Value math_result(Thread *thread, double r, bool finite_input, bool nan_input, bool can_overflow);
