// SPDX-License-Identifier: MIT
//
// The formulas of the module cmath; see cmath.c for where they are from.
//
// The circular functions are the hyperbolic ones turned by a right angle: sin(z) = -i sinh(iz). An
// argument that is not finite goes to the C library (`BY_C`), whose functions have no header here
// because vm/object/complex.h has its name; the compiler knows them as built-ins.
#include "cmath_functions.h"

#include <float.h>
#include <math.h>

typedef ComplexNumber Number;
typedef CmathTrouble Trouble;

static const double LARGE = DBL_MAX / 4;
enum { SCALE_UP = 2 * (DBL_MANT_DIG / 2) + 1, SCALE_DOWN = -(SCALE_UP + 1) / 2 };

static double sqrt_of_large(void) {
    return sqrt(LARGE);
}
static double log_of_large(void) {
    return log(LARGE);
}
static bool finite_number(Number z) {
    return isfinite(z.real) && isfinite(z.imag);
}
static bool beyond(Number z, double limit) {
    return fabs(z.real) > limit || fabs(z.imag) > limit;
}
// i * z
static Number turned(Number z) {
    return (Number){-z.imag, z.real};
}
// z / i
static Number turned_back(Number z) {
    return (Number){z.imag, -z.real};
}
// log(abs(z)) of a huge z, plus log(2): the length of z itself would overflow.
static double log_of_double(Number z) {
    return log(hypot(z.real / 2, z.imag / 2)) + M_LN2 * 2;
}

static _Complex double to_c(Number z) {
    union {
        double parts[2];
        _Complex double number;
    } box = {{z.real, z.imag}};
    return box.number;
}
static Number from_c(_Complex double number) {
    return (Number){__real__ number, __imag__ number};
}
// The C library's answer.
#define BY_C(name) from_c(__builtin_##name(to_c(z)))

// Where annex G leaves a sign open, a zero and an infinity are positive here. `part` is what the C
// library gave, `open` says that its sign means nothing.
static double settled(double part, bool open) {
    return open && (part == 0 || isinf(part)) ? fabs(part) : part;
}

static Number checked(Number z, Trouble *trouble) {
    if (isinf(z.real) || isinf(z.imag))
        *trouble = CMATH_RANGE;
    return z;
}

// A function that turns by the angle z.imag: an infinite one is an error if `where` says so.
static void check_angle(Number z, bool where, Trouble *trouble) {
    if (isinf(z.imag) && where)
        *trouble = CMATH_DOMAIN;
}

// NOLINTNEXTLINE(readability-non-const-parameter): as all the functions of cmath's table
Number cmath_sqrt(Number z, Trouble *trouble) {
    if (!finite_number(z))
        return BY_C(csqrt);
    if (z.real == 0 && z.imag == 0)
        return (Number){0, z.imag};
    double x = fabs(z.real), y = fabs(z.imag), s;
    (void)trouble;
    if (x < DBL_MIN && y < DBL_MIN) {
        x = ldexp(x, SCALE_UP);
        s = ldexp(sqrt(x + hypot(x, ldexp(y, SCALE_UP))), SCALE_DOWN);
    } else {
        x /= 8;
        s = 2 * sqrt(x + hypot(x, y / 8));
    }
    double d = y / (2 * s);
    return z.real >= 0 ? (Number){s, copysign(d, z.imag)} : (Number){d, copysign(s, z.imag)};
}

Number cmath_acos(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        Number result = BY_C(cacos);
        return (Number){result.real, settled(result.imag, isnan(z.imag))};
    }
    if (beyond(z, LARGE)) {
        double length = log_of_double(z);
        return (Number){atan2(fabs(z.imag), z.real),
                        z.real < 0 ? -copysign(length, z.imag) : copysign(length, -z.imag)};
    }
    Number a = cmath_sqrt((Number){1 - z.real, -z.imag}, trouble);
    Number b = cmath_sqrt((Number){1 + z.real, z.imag}, trouble);
    return (Number){2 * atan2(a.real, b.real), asinh(b.real * a.imag - b.imag * a.real)};
}

Number cmath_acosh(Number z, Trouble *trouble) {
    if (z.real == 0 && isnan(z.imag))
        return (Number){(double)NAN, (double)NAN};
    if (!finite_number(z))
        return BY_C(cacosh);
    if (beyond(z, LARGE))
        return (Number){log_of_double(z), atan2(z.imag, z.real)};
    Number a = cmath_sqrt((Number){z.real - 1, z.imag}, trouble);
    Number b = cmath_sqrt((Number){z.real + 1, z.imag}, trouble);
    return (Number){asinh(a.real * b.real + a.imag * b.imag), 2 * atan2(a.imag, b.real)};
}

Number cmath_asinh(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        Number result = BY_C(casinh);
        return (Number){settled(result.real, isnan(z.real)), result.imag};
    }
    if (beyond(z, LARGE)) {
        double length = log_of_double(z);
        double real = z.imag >= 0 ? copysign(length, z.real) : -copysign(length, -z.real);
        return (Number){real, atan2(z.imag, fabs(z.real))};
    }
    Number a = cmath_sqrt((Number){1 + z.imag, -z.real}, trouble);
    Number b = cmath_sqrt((Number){1 - z.imag, z.real}, trouble);
    return (Number){asinh(a.real * b.imag - b.real * a.imag),
                    atan2(z.imag, a.real * b.real - a.imag * b.imag)};
}

Number cmath_asin(Number z, Trouble *trouble) {
    return turned_back(cmath_asinh(turned(z), trouble));
}

// atanh beside the pole at 1, where squares would vanish.
static Number atanh_near_one(Number z, double y, Trouble *trouble) {
    if (y == 0) {
        *trouble = CMATH_DOMAIN;
        return z;
    }
    return (Number){-log(sqrt(y) / sqrt(hypot(y, 2))), copysign(atan2(2, -y) / 2, z.imag)};
}

Number cmath_atanh(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        Number result = BY_C(catanh);
        return (Number){settled(result.real, isnan(z.real)), result.imag};
    }
    if (signbit(z.real)) {
        Number mirrored = cmath_atanh((Number){-z.real, -z.imag}, trouble);
        return (Number){-mirrored.real, -mirrored.imag};
    }
    double y = fabs(z.imag), rest = 1 - z.real;
    if (beyond(z, sqrt_of_large())) {
        double half = hypot(z.real / 2, z.imag / 2);
        return (Number){z.real / 4 / half / half, -copysign(M_PI / 2, -z.imag)};
    }
    if (z.real == 1 && y < sqrt(DBL_MIN))
        return atanh_near_one(z, y, trouble);
    return (Number){log1p(4 * z.real / (rest * rest + y * y)) / 4,
                    -atan2(-2 * z.imag, rest * (1 + z.real) - y * y) / 2};
}

Number cmath_atan(Number z, Trouble *trouble) {
    return turned_back(cmath_atanh(turned(z), trouble));
}

// cosh and sinh of x as products with e for an x whose exponential alone would overflow.
static double past(double x) {
    return x - copysign(1, x);
}

Number cmath_cosh(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        check_angle(z, !isnan(z.real), trouble);
        Number result = BY_C(ccosh);
        return (Number){result.real, settled(result.imag, isnan(z.real) || isnan(z.imag))};
    }
    if (fabs(z.real) > log_of_large())
        return checked((Number){cos(z.imag) * cosh(past(z.real)) * M_E,
                                sin(z.imag) * sinh(past(z.real)) * M_E},
                       trouble);
    return checked((Number){cos(z.imag) * cosh(z.real), sin(z.imag) * sinh(z.real)}, trouble);
}

Number cmath_sinh(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        check_angle(z, !isnan(z.real), trouble);
        Number result = BY_C(csinh);
        return (Number){settled(result.real, z.real == 0), result.imag};
    }
    if (fabs(z.real) > log_of_large())
        return checked((Number){cos(z.imag) * sinh(past(z.real)) * M_E,
                                sin(z.imag) * cosh(past(z.real)) * M_E},
                       trouble);
    return checked((Number){cos(z.imag) * sinh(z.real), sin(z.imag) * cosh(z.real)}, trouble);
}

Number cmath_tanh(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        check_angle(z, isfinite(z.real), trouble);
        if (z.real == 0)
            return (Number){(double)NAN, (double)NAN};
        Number result = BY_C(ctanh);
        return (Number){result.real, settled(result.imag, isinf(z.imag))};
    }
    if (fabs(z.real) > log_of_large())
        return (Number){copysign(1, z.real),
                        4 * sin(z.imag) * cos(z.imag) * exp(-2 * fabs(z.real))};
    double x = tanh(z.real), y = tan(z.imag), c = 1 / cosh(z.real);
    double product = x * y, divisor = 1 + product * product;
    return (Number){x * (1 + y * y) / divisor, ((y / divisor) * c) * c};
}

Number cmath_cos(Number z, Trouble *trouble) {
    return cmath_cosh(turned(z), trouble);
}

Number cmath_sin(Number z, Trouble *trouble) {
    return turned_back(cmath_sinh(turned(z), trouble));
}

Number cmath_tan(Number z, Trouble *trouble) {
    return turned_back(cmath_tanh(turned(z), trouble));
}

Number cmath_exp(Number z, Trouble *trouble) {
    if (!finite_number(z)) {
        check_angle(z, isfinite(z.real) || z.real == INFINITY, trouble);
        Number result = BY_C(cexp);
        bool open = !isfinite(z.imag);
        return (Number){settled(result.real, open), settled(result.imag, open)};
    }
    bool huge = z.real > log_of_large();
    double length = exp(huge ? z.real - 1 : z.real), scale = huge ? M_E : 1;
    return checked((Number){length * cos(z.imag) * scale, length * sin(z.imag) * scale}, trouble);
}

// log(abs(z)) without overflow or underflow, and exact where abs(z) is near 1.
static double log_of_length(Number z) {
    double x = fabs(z.real), y = fabs(z.imag);
    if (beyond(z, LARGE))
        return log(hypot(x / 2, y / 2)) + M_LN2;
    if (x < DBL_MIN && y < DBL_MIN)
        return log(hypot(ldexp(x, DBL_MANT_DIG), ldexp(y, DBL_MANT_DIG))) - DBL_MANT_DIG * M_LN2;
    double length = hypot(x, y), larger = fmax(x, y), smaller = fmin(x, y);
    if (length < 0.71 || length > 1.73)
        return log(length);
    return log1p((larger - 1) * (larger + 1) + smaller * smaller) / 2;
}

Number cmath_log(Number z, Trouble *trouble) {
    if (!finite_number(z))
        return BY_C(clog);
    double angle = atan2(z.imag, z.real);
    if (z.real == 0 && z.imag == 0) {
        *trouble = CMATH_DOMAIN;
        return (Number){-INFINITY, angle};
    }
    return (Number){log_of_length(z), angle};
}

Number cmath_log10(Number z, Trouble *trouble) {
    Number result = cmath_log(z, trouble);
    return (Number){result.real / M_LN10, result.imag / M_LN10};
}

// A length or an angle that is not finite: the rules of cexp, with the length in place of e**x.
static Number rect_special(double length, double angle, Trouble *trouble) {
    if (length != 0 && !isnan(length) && isinf(angle))
        *trouble = CMATH_DOMAIN;
    if (length == 0)
        return (Number){0, 0};
    if (isnan(length))
        return (Number){length, angle == 0 ? 0 : (double)NAN};
    if (!isfinite(angle))
        return (Number){isinf(length) ? (double)INFINITY : (double)NAN, (double)NAN};
    double imag = angle == 0 ? angle : copysign(INFINITY, sin(angle));
    Number result = {copysign(INFINITY, cos(angle)), imag};
    return length > 0 ? result : (Number){-result.real, -result.imag};
}

Number cmath_rect(double length, double angle, Trouble *trouble) {
    if (!isfinite(length) || !isfinite(angle))
        return rect_special(length, angle, trouble);
    if (angle == 0)
        return (Number){length, length * angle};
    return (Number){length * cos(angle), length * sin(angle)};
}
