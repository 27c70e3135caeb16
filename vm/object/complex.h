// SPDX-License-Identifier: MIT
//
// complex: a pair of doubles, a heap object. Arithmetic follows CPython 3.13: an int or float
// operand becomes a complex with the imaginary part 0.0 first, and what C would answer with an
// infinity for finite operands is an error.
#pragma once

#include "object.h"

typedef struct ComplexNumber {
    double real, imag;
} ComplexNumber;

typedef struct Complex {
    Object object;
    uint64_t kind; // second-word rule; always 0
    ComplexNumber value;
} Complex;

static inline bool is_any_complex(Value v) {
    return has_layout(v, LAYOUT_COMPLEX);
}
// `v` must be is_any_complex.
static inline ComplexNumber complex_value(Value v) {
    return ((Complex *)as_object(v))->value;
}

Value complex_new(Thread *thread, ComplexNumber number);

ComplexNumber complex_multiply(ComplexNumber a, ComplexNumber b);
// a / b; ZeroDivisionError.
Value complex_divide(Thread *thread, ComplexNumber a, ComplexNumber b);
// a ** b; ZeroDivisionError, OverflowError.
Value complex_power(Thread *thread, ComplexNumber a, ComplexNumber b);

Str *complex_repr(Thread *thread, ComplexNumber number);
// format(number, text); NULL with ValueError.
Str *complex_format(Thread *thread, ComplexNumber number, Str *text);
// What complex("...") accepts; ValueError.
bool complex_parse(Thread *thread, Str *text, ComplexNumber *number);
