// SPDX-License-Identifier: MIT
//
// Products, quotients and powers of complex numbers, as CPython's complexobject.c has them.
//
// The quotient is Smith's: it scales by the larger part of the divisor, so that no square of it is
// made that could overflow. A power with a small whole exponent is made by repeated squaring, which
// is exact for small whole numbers; any other goes through the polar form.
#include "complex.h"

#include <errno.h>
#include <math.h>

#include "interpreter.h"

// Whole exponents up to this are worth repeated squaring.
static const double MAX_WHOLE_EXPONENT = 100;

Value complex_new(Thread *thread, ComplexNumber number) {
    Complex *object = object_new(thread, builtin_type(thread, TYPE_complex));
    object->value = number;
    return value_object(object);
}

ComplexNumber complex_multiply(ComplexNumber a, ComplexNumber b) {
    return (ComplexNumber){a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

static ComplexNumber quotient(ComplexNumber a, ComplexNumber b) {
    if (fabs(b.real) >= fabs(b.imag)) {
        double ratio = b.imag / b.real;
        double divisor = b.real + b.imag * ratio;
        return (ComplexNumber){(a.real + a.imag * ratio) / divisor,
                               (a.imag - a.real * ratio) / divisor};
    }
    if (fabs(b.imag) >= fabs(b.real)) {
        double ratio = b.real / b.imag;
        double divisor = b.real * ratio + b.imag;
        return (ComplexNumber){(a.real * ratio + a.imag) / divisor,
                               (a.imag * ratio - a.real) / divisor};
    }
    return (ComplexNumber){NAN, NAN};
}

Value complex_divide(Thread *thread, ComplexNumber a, ComplexNumber b) {
    if (b.real == 0 && b.imag == 0)
        return raise_error(thread, ERROR_ZeroDivisionError, "complex division by zero");
    return complex_new(thread, quotient(a, b));
}

static ComplexNumber whole_power(ComplexNumber base, unsigned exponent) {
    ComplexNumber result = {1, 0};
    for (; exponent > 0; exponent >>= 1) {
        if (exponent & 1)
            result = complex_multiply(result, base);
        base = complex_multiply(base, base);
    }
    return result;
}

static double phase_of_power(ComplexNumber a, ComplexNumber b) {
    double phase = atan2(a.imag, a.real) * b.real;
    return b.imag == 0 ? phase : phase + b.imag * log(hypot(a.real, a.imag));
}

static ComplexNumber polar_power(ComplexNumber a, ComplexNumber b) {
    double length = pow(hypot(a.real, a.imag), b.real), phase = phase_of_power(a, b);
    if (b.imag != 0)
        length /= exp(atan2(a.imag, a.real) * b.imag); // a product would round otherwise
    return (ComplexNumber){length * cos(phase), length * sin(phase)};
}

// *is_zero: the power to be inverted is too small to be told from zero.
static ComplexNumber power(ComplexNumber a, ComplexNumber b, bool *is_zero) {
    *is_zero = false;
    if (b.imag == 0 && b.real == floor(b.real) && fabs(b.real) <= MAX_WHOLE_EXPONENT) {
        ComplexNumber result = whole_power(a, (unsigned)fabs(b.real));
        *is_zero = b.real < 0 && result.real == 0 && result.imag == 0;
        return b.real < 0 ? quotient((ComplexNumber){1, 0}, result) : result;
    }
    return polar_power(a, b);
}

Value complex_power(Thread *thread, ComplexNumber a, ComplexNumber b) {
    if (b.real == 0 && b.imag == 0)
        return complex_new(thread, (ComplexNumber){1, 0});
    if (a.real == 0 && a.imag == 0) {
        if (b.imag != 0 || b.real < 0)
            return raise_error(thread, ERROR_ZeroDivisionError,
                               "0.0 to a negative or complex power");
        return complex_new(thread, (ComplexNumber){0, 0});
    }
    bool is_zero;
    ComplexNumber result = power(a, b, &is_zero);
    bool is_whole = b.imag == 0 && b.real == floor(b.real) && fabs(b.real) <= MAX_WHOLE_EXPONENT;
    // To the C library cos(inf) is out of its domain.
    if (is_zero || (!is_whole && isinf(phase_of_power(a, b))))
        return raise_error(thread, ERROR_ZeroDivisionError, "0.0 to a negative or complex power");
    if (isinf(result.real) || isinf(result.imag))
        return raise_error(thread, ERROR_OverflowError, "complex exponentiation");
    return complex_new(thread, result);
}
