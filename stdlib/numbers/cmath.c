// SPDX-License-Identifier: MIT
//
// The module cmath: functions of complex numbers.
//
// The elementary functions are Kahan's ("Branch cuts for complex elementary functions", 1987), the
// formulas CPython computes with too: they keep the sign of zero on the branch cuts, scale before a
// square could overflow, and lose no digits near the branch points. What they are not made for,
// infinities and NaN, is answered by the C library, whose rules (C99, annex G) Python has taken
// over. As in math, a pole or an angle without limit is a ValueError and a result too large an
// OverflowError; `trouble` carries that from the formula to the one place that raises.
#include "cmath_functions.h"

#include <float.h>
#include <math.h>

#include "call.h"
#include "interpreter.h"
#include "library.h"
#include "math_functions.h"
#include "modules.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"

typedef ComplexNumber Number;

// The exception that `trouble` is.
static Value cmath_raise(Thread *thread, CmathTrouble trouble) {
    return trouble == CMATH_RANGE ? raise_error(thread, ERROR_OverflowError, "math range error")
                                  : raise_error(thread, ERROR_ValueError, "math domain error");
}

// A number as the functions take it: complex, or what __complex__, __float__ or __index__ give.
static bool cmath_argument(Thread *thread, Value v, Number *number) {
    *number = (Number){0, 0};
    if (is_any_complex(v)) {
        *number = complex_value(v);
        return true;
    }
    if (is_object(v)) {
        Value made = slots_call_special(thread, str_intern_c(thread, "__complex__"), &v, 1);
        if (is_error(made))
            return false;
        if (is_any_complex(made)) {
            *number = complex_value(made);
            return true;
        }
        if (!is_undefined(made))
            return raise_false(thread, ERROR_TypeError,
                               "__complex__ returned non-complex (type %s)",
                               type_name(thread, made));
    }
    return math_argument(thread, v, &number->real);
}

// name, docstring
#define ONE_ARGUMENT_FUNCTIONS(FUNCTION)                                                           \
    FUNCTION(acos, "Return the arc cosine of z.")                                                  \
    FUNCTION(acosh, "Return the inverse hyperbolic cosine of z.")                                  \
    FUNCTION(asin, "Return the arc sine of z.")                                                    \
    FUNCTION(asinh, "Return the inverse hyperbolic sine of z.")                                    \
    FUNCTION(atan, "Return the arc tangent of z.")                                                 \
    FUNCTION(atanh, "Return the inverse hyperbolic tangent of z.")                                 \
    FUNCTION(cos, "Return the cosine of z.")                                                       \
    FUNCTION(cosh, "Return the hyperbolic cosine of z.")                                           \
    FUNCTION(exp, "Return the exponential value e**z.")                                            \
    FUNCTION(log10, "Return the base-10 logarithm of z.")                                          \
    FUNCTION(sin, "Return the sine of z.")                                                         \
    FUNCTION(sinh, "Return the hyperbolic sine of z.")                                             \
    FUNCTION(sqrt, "Return the square root of z.")                                                 \
    FUNCTION(tan, "Return the tangent of z.")                                                      \
    FUNCTION(tanh, "Return the hyperbolic tangent of z.")

#define FUNCTION(name, doc)                                                                        \
    static Value method_##name(Thread *thread, Value *args) {                                      \
        Number z;                                                                                  \
        if (!cmath_argument(thread, args[0], &z))                                                  \
            return VALUE_ERROR;                                                                    \
        CmathTrouble trouble = CMATH_FINE;                                                         \
        Number result = cmath_##name(z, &trouble);                                                 \
        return trouble ? cmath_raise(thread, trouble) : complex_new(thread, result);               \
    }
ONE_ARGUMENT_FUNCTIONS(FUNCTION)
#undef FUNCTION

static Number quotient(Number a, Number b, CmathTrouble *trouble) {
    if (b.real == 0 && b.imag == 0) {
        *trouble = CMATH_DOMAIN;
        return a;
    }
    bool real_is_larger = fabs(b.real) >= fabs(b.imag);
    if (real_is_larger) {
        double ratio = b.imag / b.real, divisor = b.real + b.imag * ratio;
        return (Number){(a.real + a.imag * ratio) / divisor, (a.imag - a.real * ratio) / divisor};
    }
    double ratio = b.real / b.imag, divisor = b.real * ratio + b.imag;
    return (Number){(a.real * ratio + a.imag) / divisor, (a.imag * ratio - a.real) / divisor};
}

static Value method_log(Thread *thread, Value *args) {
    Number z, base;
    CmathTrouble trouble = CMATH_FINE;
    if (!cmath_argument(thread, args[0], &z))
        return VALUE_ERROR;
    z = cmath_log(z, &trouble);
    if (!is_undefined(args[1])) {
        if (!cmath_argument(thread, args[1], &base))
            return VALUE_ERROR;
        trouble = CMATH_FINE; // a pole of the first is a quotient like any other
        base = cmath_log(base, &trouble);
        Number result = quotient(z, base, &trouble);
        z = result;
    }
    return trouble ? cmath_raise(thread, trouble) : complex_new(thread, z);
}

static Value method_phase(Thread *thread, Value *args) {
    Number z;
    return cmath_argument(thread, args[0], &z) ? value_float(atan2(z.imag, z.real)) : VALUE_ERROR;
}

static Value method_polar(Thread *thread, Value *args) {
    Number z;
    if (!cmath_argument(thread, args[0], &z))
        return VALUE_ERROR;
    double length = hypot(z.real, z.imag);
    if (isinf(length) && isfinite(z.real) && isfinite(z.imag))
        return cmath_raise(thread, CMATH_RANGE);
    return tuple_pair(thread, value_float(length), value_float(atan2(z.imag, z.real)));
}

static Value method_rect(Thread *thread, Value *args) {
    double length, angle;
    if (!math_argument(thread, args[0], &length) || !math_argument(thread, args[1], &angle))
        return VALUE_ERROR;
    CmathTrouble trouble = CMATH_FINE;
    Number result = cmath_rect(length, angle, &trouble);
    return trouble ? cmath_raise(thread, trouble) : complex_new(thread, result);
}

// ---- Questions ----

static Value method_isfinite(Thread *thread, Value *args) {
    Number z;
    if (!cmath_argument(thread, args[0], &z))
        return VALUE_ERROR;
    return value_bool(isfinite(z.real) && isfinite(z.imag));
}

static Value method_isinf(Thread *thread, Value *args) {
    Number z;
    if (!cmath_argument(thread, args[0], &z))
        return VALUE_ERROR;
    return value_bool(isinf(z.real) || isinf(z.imag));
}

static Value method_isnan(Thread *thread, Value *args) {
    Number z;
    if (!cmath_argument(thread, args[0], &z))
        return VALUE_ERROR;
    return value_bool(isnan(z.real) || isnan(z.imag));
}

static bool are_close(Number a, Number b, double relative, double absolute) {
    if (a.real == b.real && a.imag == b.imag)
        return true;
    if (isinf(a.real) || isinf(a.imag) || isinf(b.real) || isinf(b.imag))
        return false;
    double difference = hypot(a.real - b.real, a.imag - b.imag);
    return difference <= relative * hypot(b.real, b.imag) ||
           difference <= relative * hypot(a.real, a.imag) || difference <= absolute;
}

// args: a, b, rel_tol, abs_tol
static Value method_isclose(Thread *thread, Value *args) {
    Number a, b;
    double relative, absolute;
    if (!cmath_argument(thread, args[0], &a) || !cmath_argument(thread, args[1], &b) ||
        !math_argument(thread, args[2], &relative) || !math_argument(thread, args[3], &absolute))
        return VALUE_ERROR;
    if (relative < 0 || absolute < 0)
        return raise_error(thread, ERROR_ValueError, "tolerances must be non-negative");
    return value_bool(are_close(a, b, relative, absolute));
}

static const NativeSpec functions[] = {
#define FUNCTION(name, doc) NATIVE(#name, method_##name, "(z, /)", doc),
    ONE_ARGUMENT_FUNCTIONS(FUNCTION)
#undef FUNCTION
        NATIVE("log", method_log, "(z, base=..., /)",
               "Return the logarithm of z to the given base, by default e."),
    NATIVE("phase", method_phase, "(z, /)", "Return the angle of z in polar coordinates."),
    NATIVE("polar", method_polar, "(z, /)", "Return z as the pair (distance, angle)."),
    NATIVE("rect", method_rect, "(r, phi, /)", "Return the number with polar coordinates r, phi."),
    NATIVE("isfinite", method_isfinite, "(z, /)", "Are both parts finite?"),
    NATIVE("isinf", method_isinf, "(z, /)", "Is one of the parts infinite?"),
    NATIVE("isnan", method_isnan, "(z, /)", "Is one of the parts no number?"),
    NATIVE("isclose", method_isclose, "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
           "Determine whether two complex numbers are close in value."),
    NATIVE_END,
};

bool cmath_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "The functions of math for complex numbers."));
    module_add(thread, module, "pi", value_float(M_PI));
    module_add(thread, module, "e", value_float(M_E));
    module_add(thread, module, "tau", value_float(2 * M_PI));
    module_add(thread, module, "inf", value_float(INFINITY));
    module_add(thread, module, "nan", value_float((double)NAN));
    module_add(thread, module, "infj", complex_new(thread, (Number){0, INFINITY}));
    module_add(thread, module, "nanj", complex_new(thread, (Number){0, (double)NAN}));
    module_add_natives(thread, module, functions);
    return true;
}
