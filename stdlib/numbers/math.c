// SPDX-License-Identifier: MIT
//
// The module math: functions on floats.
//
// The C library computes; what is left is Python's rule for the exceptions: a NaN out of arguments
// that are none is a ValueError ("math domain error"), an infinity out of finite arguments is an
// OverflowError where the true result is too large, and a ValueError at a pole. One table gives
// for each function of one argument the C function and which of the two it can be.
#include "math_functions.h"

#include "call.h"
#include "float_object.h"
#include "int.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"

#include <errno.h>
#include <float.h>
#include <math.h>

bool math_argument(Thread *thread, Value v, double *result) {
    if (is_float(v)) {
        *result = as_float(v);
        return true;
    }
    if (is_small_int(v)) {
        *result = (double)as_small_int(v);
        return true;
    }
    return operation_as_double(thread, v, result);
}

// The result `r` of a function on `x`: ValueError "math domain error" for a NaN that was none
// before, OverflowError "math range error" for an infinity out of a finite argument when
// `can_overflow`, else ValueError.
static Value math_result(Thread *thread, double r, bool finite_input, bool nan_input,
                         bool can_overflow) {
    if (isnan(r) && !nan_input)
        return raise_error(thread, ERROR_ValueError, "math domain error");
    if (isinf(r) && finite_input)
        return can_overflow ? raise_error(thread, ERROR_OverflowError, "math range error")
                            : raise_error(thread, ERROR_ValueError, "math domain error");
    return value_float(r);
}

static Value apply(Thread *thread, Value v, double (*function)(double), bool can_overflow) {
    double x;
    if (!math_argument(thread, v, &x))
        return VALUE_ERROR;
    return math_result(thread, function(x), isfinite(x), isnan(x), can_overflow);
}

static double gamma_function(double x) {
    bool pole = x == 0.0 || (x < 0 && x == floor(x));
    return pole && isfinite(x) ? (double)NAN : x == -INFINITY ? (double)NAN : tgamma(x);
}

static double log_gamma(double x) {
    return lgamma(x);
}

static double square_root(double x) {
    return sqrt(x);
}

// name, C function, may overflow, docstring
#define ONE_ARGUMENT_FUNCTIONS(FUNCTION)                                                           \
    FUNCTION(acos, acos, false, "Return the arc cosine (measured in radians) of x.")               \
    FUNCTION(acosh, acosh, false, "Return the inverse hyperbolic cosine of x.")                    \
    FUNCTION(asin, asin, false, "Return the arc sine (measured in radians) of x.")                 \
    FUNCTION(asinh, asinh, false, "Return the inverse hyperbolic sine of x.")                      \
    FUNCTION(atan, atan, false, "Return the arc tangent (measured in radians) of x.")              \
    FUNCTION(atanh, atanh, false, "Return the inverse hyperbolic tangent of x.")                   \
    FUNCTION(cbrt, cbrt, false, "Return the cube root of x.")                                      \
    FUNCTION(cos, cos, false, "Return the cosine of x (measured in radians).")                     \
    FUNCTION(cosh, cosh, true, "Return the hyperbolic cosine of x.")                               \
    FUNCTION(erf, erf, false, "Error function at x.")                                              \
    FUNCTION(erfc, erfc, false, "Complementary error function at x.")                              \
    FUNCTION(exp, exp, true, "Return e raised to the power of x.")                                 \
    FUNCTION(exp2, exp2, true, "Return 2 raised to the power of x.")                               \
    FUNCTION(expm1, expm1, true, "Return exp(x)-1.")                                               \
    FUNCTION(fabs, fabs, false, "Return the absolute value of the float x.")                       \
    FUNCTION(gamma, gamma_function, true, "Gamma function at x.")                                  \
    FUNCTION(log1p, log1p, false, "Return the natural logarithm of 1+x (base e).")                 \
    FUNCTION(sin, sin, false, "Return the sine of x (measured in radians).")                       \
    FUNCTION(sinh, sinh, true, "Return the hyperbolic sine of x.")                                 \
    FUNCTION(sqrt, square_root, false, "Return the square root of x.")                             \
    FUNCTION(tan, tan, false, "Return the tangent of x (measured in radians).")                    \
    FUNCTION(tanh, tanh, false, "Return the hyperbolic tangent of x.")

#define FUNCTION(name, function, can_overflow, doc)                                                \
    static Value math_##name(Thread *thread, Value *args) {                                        \
        return apply(thread, args[0], function, can_overflow);                                     \
    }
ONE_ARGUMENT_FUNCTIONS(FUNCTION)
#undef FUNCTION

static Value math_lgamma(Thread *thread, Value *args) {
    double x;
    if (!math_argument(thread, args[0], &x))
        return VALUE_ERROR;
    if (x <= 0 && x == floor(x) && isfinite(x))
        return raise_error(thread, ERROR_ValueError, "math domain error");
    return math_result(thread, log_gamma(x), isfinite(x), isnan(x), true);
}

// ---- floor, ceil, trunc ----

static Value round_with(Thread *thread, Value v, double (*function)(double), NameIndex name,
                        const char *shown) {
    if (is_small_int(v))
        return v;
    if (is_float(v))
        return int_from_double(thread, function(as_float(v)));
    Value result = slots_call_special(thread, common_name(thread, name), &v, 1);
    if (!is_undefined(result))
        return result;
    if (shown != NULL)
        return raise_error(thread, ERROR_TypeError, "type %s doesn't define %s method",
                           type_name(thread, v), shown);
    double x;
    return operation_as_double(thread, v, &x) ? int_from_double(thread, function(x)) : VALUE_ERROR;
}

static Value math_floor(Thread *thread, Value *args) {
    return round_with(thread, args[0], floor, NAME___floor__, NULL);
}

static Value math_ceil(Thread *thread, Value *args) {
    return round_with(thread, args[0], ceil, NAME___ceil__, NULL);
}

static Value math_trunc(Thread *thread, Value *args) {
    return round_with(thread, args[0], trunc, NAME___trunc__, "__trunc__");
}

// ---- Logarithms, of ints of any size too ----

// Of an int too large for a double log(m * 2**e) = log(m) + e * log(2), with m from 0.5 to 1.
static bool log_of_int(Thread *thread, Value v, double (*function)(double), double *result) {
    size_t bits = int_bit_length(v);
    bool is_large = bits >= DBL_MAX_EXP;
    int64_t shift = is_large ? (int64_t)bits - 64 : 0;
    Value top = int_rshift(thread, v, value_small_int(shift));
    double x;
    if (is_error(top) || !int_to_double(thread, top, &x))
        return false;
    *result = is_large ? function(ldexp(x, -64)) + function(2.0) * (double)bits : function(x);
    return true;
}

static bool log_with(Thread *thread, Value v, double (*function)(double), double *result) {
    double x;
    *result = 0;
    if (is_integral(v)) {
        if (int_sign(v) <= 0)
            return raise_false(thread, ERROR_ValueError, "math domain error");
        return log_of_int(thread, v, function, result);
    }
    if (!math_argument(thread, v, &x))
        return false;
    if (x <= 0)
        return raise_false(thread, ERROR_ValueError, "math domain error");
    *result = function(x);
    return true;
}

static Value log_value(Thread *thread, Value v, double (*function)(double)) {
    double result;
    return log_with(thread, v, function, &result) ? value_float(result) : VALUE_ERROR;
}

static Value math_log(Thread *thread, Value *args) {
    double x, base;
    if (is_undefined(args[1]))
        return log_value(thread, args[0], log);
    if (!log_with(thread, args[0], log, &x) || !log_with(thread, args[1], log, &base))
        return VALUE_ERROR;
    if (base == 0)
        return raise_error(thread, ERROR_ZeroDivisionError, "float division by zero");
    return value_float(x / base);
}

static Value math_log2(Thread *thread, Value *args) {
    return log_value(thread, args[0], log2);
}

static Value math_log10(Thread *thread, Value *args) {
    return log_value(thread, args[0], log10);
}

// ---- Two arguments ----

static bool two_arguments(Thread *thread, const Value *args, double *x, double *y) {
    return math_argument(thread, args[0], x) && math_argument(thread, args[1], y);
}

static Value math_atan2(Thread *thread, Value *args) {
    double y, x;
    return two_arguments(thread, args, &y, &x) ? value_float(atan2(y, x)) : VALUE_ERROR;
}

static Value math_copysign(Thread *thread, Value *args) {
    double x, y;
    return two_arguments(thread, args, &x, &y) ? value_float(copysign(x, y)) : VALUE_ERROR;
}

static Value math_fmod(Thread *thread, Value *args) {
    double x, y;
    if (!two_arguments(thread, args, &x, &y))
        return VALUE_ERROR;
    return math_result(thread, fmod(x, y), false, isnan(x) || isnan(y), false);
}

static Value math_remainder(Thread *thread, Value *args) {
    double x, y;
    if (!two_arguments(thread, args, &x, &y))
        return VALUE_ERROR;
    return math_result(thread, remainder(x, y), false, isnan(x) || isnan(y), false);
}

static Value math_pow(Thread *thread, Value *args) {
    double x, y;
    if (!two_arguments(thread, args, &x, &y))
        return VALUE_ERROR;
    bool finite = isfinite(x) && isfinite(y);
    return math_result(thread, pow(x, y), finite, isnan(x) || isnan(y), x != 0);
}

static Value math_nextafter(Thread *thread, Value *args) {
    double x, y;
    int64_t steps;
    if (!two_arguments(thread, args, &x, &y) || !library_optional_int(thread, args[2], 1, &steps))
        return VALUE_ERROR;
    if (steps < 0)
        return raise_error(thread, ERROR_ValueError, "steps must be a non-negative integer");
    for (; steps > 0 && x != y && !isnan(x) && !isnan(y); steps--)
        x = nextafter(x, y);
    return value_float(isnan(y) ? y : steps > 0 && x == y ? y : x);
}

static Value math_fma(Thread *thread, Value *args) {
    double x, y, z;
    if (!two_arguments(thread, args, &x, &y) || !math_argument(thread, args[2], &z))
        return VALUE_ERROR;
    double r = fma(x, y, z);
    bool had_nan = isnan(x) || isnan(y) || isnan(z);
    if (isnan(r) && !had_nan)
        return raise_error(thread, ERROR_ValueError, "invalid operation in fma");
    if (isinf(r) && isfinite(x) && isfinite(y) && isfinite(z))
        return raise_error(thread, ERROR_OverflowError, "overflow in fma");
    return value_float(r);
}

static Value math_ldexp(Thread *thread, Value *args) {
    double x;
    int64_t exponent;
    if (!math_argument(thread, args[0], &x))
        return VALUE_ERROR;
    if (!is_integral(args[1]))
        return raise_error(thread, ERROR_TypeError, "Expected an int as second argument to ldexp.");
    if (!operation_index_clamped(thread, args[1], &exponent))
        return VALUE_ERROR;
    int clamped = exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : (int)exponent;
    return math_result(thread, ldexp(x, clamped), isfinite(x), isnan(x), true);
}

// ---- Taking floats apart ----

static Value math_frexp(Thread *thread, Value *args) {
    double x;
    int exponent = 0;
    if (!math_argument(thread, args[0], &x))
        return VALUE_ERROR;
    double mantissa = isfinite(x) ? frexp(x, &exponent) : x;
    return tuple_pair(thread, value_float(mantissa), value_small_int(exponent));
}

static Value math_modf(Thread *thread, Value *args) {
    double x, whole;
    if (!math_argument(thread, args[0], &x))
        return VALUE_ERROR;
    double fraction = modf(x, &whole);
    return tuple_pair(thread, value_float(fraction), value_float(whole));
}

static Value math_ulp(Thread *thread, Value *args) {
    double x;
    if (!math_argument(thread, args[0], &x))
        return VALUE_ERROR;
    x = fabs(x);
    if (!isfinite(x))
        return value_float(x);
    double next = nextafter(x, INFINITY);
    return value_float(isinf(next) ? x - nextafter(x, -INFINITY) : next - x);
}

static Value math_degrees(Thread *thread, Value *args) {
    double x;
    return math_argument(thread, args[0], &x) ? value_float(x * (180.0 / M_PI)) : VALUE_ERROR;
}

static Value math_radians(Thread *thread, Value *args) {
    double x;
    return math_argument(thread, args[0], &x) ? value_float(x * (M_PI / 180.0)) : VALUE_ERROR;
}

// ---- Questions ----

static Value math_isfinite(Thread *thread, Value *args) {
    double x;
    return math_argument(thread, args[0], &x) ? value_bool(isfinite(x)) : VALUE_ERROR;
}

static Value math_isinf(Thread *thread, Value *args) {
    double x;
    return math_argument(thread, args[0], &x) ? value_bool(isinf(x)) : VALUE_ERROR;
}

static Value math_isnan(Thread *thread, Value *args) {
    double x;
    return math_argument(thread, args[0], &x) ? value_bool(isnan(x)) : VALUE_ERROR;
}

// args: a, b, rel_tol, abs_tol
static Value math_isclose(Thread *thread, Value *args) {
    double a, b, relative, absolute;
    if (!two_arguments(thread, args, &a, &b) ||
        !two_arguments(thread, args + 2, &relative, &absolute))
        return VALUE_ERROR;
    if (relative < 0 || absolute < 0)
        return raise_error(thread, ERROR_ValueError, "tolerances must be non-negative");
    if (a == b)
        return VALUE_TRUE;
    if (isinf(a) || isinf(b))
        return VALUE_FALSE;
    double difference = fabs(b - a);
    return value_bool(difference <= fabs(relative * b) || difference <= fabs(relative * a) ||
                      difference <= absolute);
}

const NativeSpec math_float_functions[] = {
#define FUNCTION(name, function, can_overflow, doc) NATIVE(#name, math_##name, "(x, /)", doc),
    ONE_ARGUMENT_FUNCTIONS(FUNCTION)
#undef FUNCTION
        NATIVE("lgamma", math_lgamma, "(x, /)",
               "Natural logarithm of absolute value of Gamma function at x."),
    NATIVE("floor", math_floor, "(x, /)", "Return the floor of x as an Integral."),
    NATIVE("ceil", math_ceil, "(x, /)", "Return the ceiling of x as an Integral."),
    NATIVE("trunc", math_trunc, "(x, /)", "Truncate x to the nearest Integral toward 0."),
    NATIVE("log", math_log, "(x, base=..., /)",
           "Return the logarithm of x to the given base, by default e."),
    NATIVE("log2", math_log2, "(x, /)", "Return the base 2 logarithm of x."),
    NATIVE("log10", math_log10, "(x, /)", "Return the base 10 logarithm of x."),
    NATIVE("atan2", math_atan2, "(y, x, /)",
           "Return the arc tangent (measured in radians) of y/x."),
    NATIVE("copysign", math_copysign, "(x, y, /)",
           "Return a float with the magnitude of x but the sign of y."),
    NATIVE("fmod", math_fmod, "(x, y, /)", "Return fmod(x, y), according to platform C."),
    NATIVE("remainder", math_remainder, "(x, y, /)",
           "Difference between x and the closest integer multiple of y."),
    NATIVE("pow", math_pow, "(x, y, /)", "Return x**y (x to the power of y)."),
    NATIVE("nextafter", math_nextafter, "(x, y, /, *, steps=None)",
           "Return the floating-point value the given number of steps after x towards y."),
    NATIVE("fma", math_fma, "(x, y, z, /)", "Fused multiply-add operation."),
    NATIVE("ldexp", math_ldexp, "(x, i, /)", "Return x * (2**i)."),
    NATIVE("frexp", math_frexp, "(x, /)", "Return the mantissa and exponent of x, as (m, e)."),
    NATIVE("modf", math_modf, "(x, /)", "Return the fractional and integer parts of x."),
    NATIVE("ulp", math_ulp, "(x, /)", "Return the value of the least significant bit of x."),
    NATIVE("degrees", math_degrees, "(x, /)", "Convert angle x from radians to degrees."),
    NATIVE("radians", math_radians, "(x, /)", "Convert angle x from degrees to radians."),
    NATIVE("isfinite", math_isfinite, "(x, /)",
           "Return True if x is neither an infinity nor a NaN."),
    NATIVE("isinf", math_isinf, "(x, /)", "Return True if x is an infinity."),
    NATIVE("isnan", math_isnan, "(x, /)", "Return True if x is a NaN (not a number)."),
    NATIVE("isclose", math_isclose, "(a, b, *, rel_tol=1e-09, abs_tol=0.0)",
           "Determine whether two floating-point numbers are close in value."),
    NATIVE_END,
};

bool math_init(Thread *thread, Module *module) {
    module_add(
        thread, module, "__doc__",
        library_text(thread,
                     "Functions of floats and ints: roots, powers, logarithms, angles, sums."));
    module_add(thread, module, "pi", value_float(M_PI));
    module_add(thread, module, "e", value_float(M_E));
    module_add(thread, module, "tau", value_float(2 * M_PI));
    module_add(thread, module, "inf", value_float(INFINITY));
    module_add(thread, module, "nan", value_float((double)NAN));
    module_add_natives(thread, module, math_float_functions);
    module_add_natives(thread, module, math_integer_functions);
    module_add_natives(thread, module, math_sum_functions);
    return true;
}
