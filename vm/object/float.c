// SPDX-License-Identifier: MIT
//
// Arithmetic of floats where Python asks for more than C gives: quotients rounded down, remainders
// with the sign of the divisor, errors instead of infinities, a hash that agrees with that of ints
// and fractions, and rounding to decimal places as if by exact arithmetic.
#include "float_object.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complex.h"
#include "int.h"
#include "interpreter.h"

// A number is hashed as itself modulo the prime 2^61 - 1, where division by 2 has an inverse; so
// 0.5 hashes like Fraction(1, 2) and 3.0 like 3. 28 bits of the mantissa are taken at a time.
Value float_load(const uint8_t *at, size_t size) {
    double d;
    float f;
    if (size == sizeof d) {
        memcpy(&d, at, sizeof d);
        return value_foreign_float(d);
    }
    memcpy(&f, at, sizeof f);
    return value_foreign_float((double)f);
}

uint64_t float_hash(double d) {
    const uint64_t prime = (UINT64_C(1) << 61) - 1;
    int exponent;
    if (isnan(d))
        return 0;
    if (isinf(d))
        return d > 0 ? 314159 : (uint64_t)-314159;
    double mantissa = frexp(fabs(d), &exponent);
    uint64_t hash = 0;
    while (mantissa != 0) {
        hash = (hash << 28 & prime) | hash >> (61 - 28);
        mantissa *= 0x1p28;
        exponent -= 28;
        uint64_t part = (uint64_t)mantissa;
        mantissa -= (double)part;
        hash += part;
        if (hash >= prime)
            hash -= prime;
    }
    unsigned turn = (unsigned)(exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61);
    hash = (hash << turn & prime) | (turn ? hash >> (61 - turn) : 0);
    hash = d < 0 ? -hash : hash;
    return hash == UINT64_MAX ? UINT64_MAX - 1 : hash;
}

double float_mod(double a, double b) {
    double rest = fmod(a, b);
    if (rest == 0)
        return copysign(0.0, b);
    return (b < 0) != (rest < 0) ? rest + b : rest;
}

double float_floordiv(double a, double b) {
    double rest = fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0))
        quotient -= 1.0;
    if (quotient == 0)
        return copysign(0.0, a / b);
    double whole = floor(quotient);
    return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

Value float_pow(Thread *thread, double a, double b) {
    if (a == 0 && b < 0 && isfinite(b))
        return raise_error(thread, ERROR_ZeroDivisionError,
                           "0.0 cannot be raised to a negative power");
    if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b))
        return complex_power(thread, (ComplexNumber){a, 0}, (ComplexNumber){b, 0});
    double result = pow(a, b);
    if (isinf(result) && isfinite(a) && isfinite(b))
        return raise_error(thread, ERROR_OverflowError, "(%d, 'Numerical result out of range')",
                           ERANGE);
    return value_float(result);
}

// Round to a multiple of 10 ** places; a tie goes to the even multiple.
static Value round_whole(Thread *thread, double d, int64_t places) {
    double whole = trunc(fabs(d)), result;
    if (places > 309 || whole == 0)
        return value_float(copysign(0.0, d));
    Value unit = int_pow(thread, value_small_int(10), value_small_int(places));
    Value n = int_from_double(thread, whole), quotient, rest;
    if (!int_divmod(thread, n, unit, &quotient, &rest))
        return VALUE_ERROR;
    int order = int_compare(int_mul(thread, rest, value_small_int(2)), unit);
    bool above = order > 0 || (order == 0 && whole != fabs(d));
    bool odd = int_to_uint64_wrapping(quotient) & 1;
    n = int_sub(thread, n, rest);
    if (above || (order == 0 && odd))
        n = int_add(thread, n, unit);
    if (!int_to_double(thread, n, &result)) {
        error_clear(thread);
        return raise_error(thread, ERROR_OverflowError, "rounded value too large to represent");
    }
    return value_float(copysign(result, d));
}

Value float_round(Thread *thread, double d, int64_t digits) {
    char text[720];
    if (!isfinite(d) || digits > 323)
        return value_float(d);
    if (digits < 0)
        return round_whole(thread, d, -digits);
    snprintf(text, sizeof text, "%.*f", (int)digits, d);
    return value_float(strtod(text, NULL));
}
