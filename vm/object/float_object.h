// SPDX-License-Identifier: MIT
//
// float: IEEE 754 double precision, stored in the Value itself and never allocated. Only an
// instance of a subclass (`class Celsius(float)`) is a heap object, a Float.
//
// Text conversion follows Python: repr is the shortest text that reads back as the same number.
#pragma once

#include "object.h"

typedef struct Float {
    Object object;
    uint64_t kind; // second-word rule; always 0
    double value;
} Float;

// float or a subclass; is_float (value.h) is true for plain floats only.
static inline bool is_any_float(Value v) {
    return is_float(v) || has_layout(v, LAYOUT_FLOAT);
}
// `v` must be is_any_float.
static inline double float_value(Value v) {
    return is_float(v) ? as_float(v) : ((Float *)as_object(v))->value;
}

enum { FLOAT_TEXT_SIZE = 40 };
// repr(d) into `buffer` (of FLOAT_TEXT_SIZE bytes); returns its length.
size_t float_text(double d, char *buffer);
Str *float_repr(Thread *thread, double d);
// d >= 0 with `precision` digits after the point, correctly rounded, NUL-terminated, for moderate
// numbers and precisions: the length, or 0 if printf must do it.
enum { FLOAT_FIXED_SIZE = 40 }; // `buffer` must be one byte larger
size_t float_fixed(double d, int precision, char *buffer);
// d >= 0 as printf's %.*e and %.*g show it, in the same way: the length, or 0. `precision` must be
// less than FLOAT_QUICK_PRECISION.
enum { FLOAT_QUICK_PRECISION = 18 };
size_t float_scientific(double d, int precision, char *buffer);
size_t float_general(double d, int precision, char *buffer);
// Shortest digits that read back: writes up to 17 digits (no point, no NUL), returns how many;
// the value is 0.DIGITS * 10^*exponent. d must be finite and > 0.
int float_shortest_digits(double d, char *digits, int *exponent);
// The same for most normal numbers: digits n with d = n / 10^*scale, zeros at their end included;
// 0 when it cannot tell.
uint64_t float_wide_digits(double d, int *scale);
// What float("...") accepts, surrounding spaces and underscores included. false if it does not.
bool float_parse(const char *text, size_t length, double *result);
// The str with digits of all scripts as ASCII digits, spaces as ' ' and what else is not ASCII as
// '?'; as many characters as the str has, and a NUL.
const char *float_ascii(Thread *thread, const Str *text);
// The float written in the str `text`; ValueError.
Value float_from_str(Thread *thread, Str *text);

// The C float or double (`size` 4 or 8) at any address, as arrays and memory views hold them.
Value float_load(const uint8_t *at, size_t size);

uint64_t float_hash(double d); // NaN: 0
// Python's // and % for doubles; the divisor must not be 0.
double float_floordiv(double a, double b);
double float_mod(double a, double b);
// a ** b with Python's errors; complex for a negative base with a fractional exponent.
Value float_pow(Thread *thread, double a, double b);
// round(d, digits)
Value float_round(Thread *thread, double d, int64_t digits);
