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
