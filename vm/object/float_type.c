// SPDX-License-Identifier: MIT
//
// The type float: slots, constructor, methods. Each arithmetic slot takes floats and ints on
// either side; comparing with an int is exact, however big the int.
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "arguments.h"
#include "bytes.h"
#include "call.h"
#include "char.h"
#include "float_object.h"
#include "format_spec.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// 1, 0 (not a number), -1 (OverflowError: the int is too large).
static int read_operand(Thread *thread, Value v, double *d) {
    if (is_any_float(v)) {
        *d = float_value(v);
        return 1;
    }
    if (!is_integral(v))
        return 0;
    return int_to_double(thread, v, d) ? 1 : -1;
}

static int read_operands(Thread *thread, Value left, Value right, double *a, double *b) {
    int known = read_operand(thread, left, a);
    return known == 1 ? read_operand(thread, right, b) : known;
}

static Value zero_division(Thread *thread, const char *message) {
    return raise_error(thread, ERROR_ZeroDivisionError, "%s", message);
}

static Value divide(Thread *thread, double a, double b) {
    return b == 0 ? zero_division(thread, "float division by zero") : value_float(a / b);
}

static Value floor_divide(Thread *thread, double a, double b) {
    return b == 0 ? zero_division(thread, "float floor division by zero")
                  : value_float(float_floordiv(a, b));
}

static Value modulo(Thread *thread, double a, double b) {
    return b == 0 ? zero_division(thread, "float modulo by zero") : value_float(float_mod(a, b));
}

#define BINARY_SLOT(name, expression)                                                              \
    static Value slot_##name(Thread *thread, Value left, Value right) {                            \
        double a, b;                                                                               \
        int known = read_operands(thread, left, right, &a, &b);                                    \
        if (known != 1)                                                                            \
            return known ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;                                    \
        return expression;                                                                         \
    }
BINARY_SLOT(add, value_float(a + b))
BINARY_SLOT(sub, value_float(a - b))
BINARY_SLOT(mul, value_float(a *b))
BINARY_SLOT(truediv, divide(thread, a, b))
BINARY_SLOT(floordiv, floor_divide(thread, a, b))
BINARY_SLOT(mod, modulo(thread, a, b))
BINARY_SLOT(pow, float_pow(thread, a, b))

static Value slot_repr(Thread *thread, Value self) {
    return value_object(float_repr(thread, float_value(self)));
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    *hash = float_hash(float_value(self));
    return true;
}

static int slot_truth(Thread *thread, Value self) {
    (void)thread;
    return float_value(self) != 0;
}

// left is a float; right a float or an int.
static Value compare(double d, Value right, CompareOp op, bool swapped) {
    double other = is_any_float(right) ? float_value(right) : 0;
    if (isnan(d) || isnan(other))
        return value_bool(op == COMPARE_NE);
    int order = is_any_float(right) ? (d > other) - (d < other) : -int_compare_double(right, d);
    return compare_result(swapped ? -order : order, op);
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if (is_any_float(left) && (is_any_float(right) || is_integral(right)))
        return compare(float_value(left), right, op, false);
    if (is_any_float(right) && is_integral(left))
        return compare(float_value(right), left, op, true);
    return VALUE_NOT_IMPLEMENTED;
}

static Value slot_neg(Thread *thread, Value self) {
    (void)thread;
    return value_float(-float_value(self));
}

static Value slot_exact(Thread *thread, Value self) {
    (void)thread;
    return value_float(float_value(self));
}

static Value slot_to_int(Thread *thread, Value self) {
    return int_from_double(thread, float_value(self));
}

static Value parse_bytes(Thread *thread, Value v, const BytesView *view) {
    double d;
    if (float_parse((const char *)view->data, view->length, &d))
        return value_float(d);
    Str *shown = operation_repr(thread, v);
    return shown ? raise_error(thread, ERROR_ValueError, "could not convert string to float: %s",
                               str_text(thread, shown))
                 : VALUE_ERROR;
}

static Value float_from_argument(Thread *thread, Value v) {
    BytesView view;
    double d;
    if (is_float(v))
        return v;
    const Slots *slots = &type_of(thread, v)->slots;
    if (is_str(v) && !slots->to_float)
        return float_from_str(thread, as_str(v));
    if (slots->to_float)
        return operation_checked_float(thread, v, slots->to_float(thread, v));
    if (slots->index) {
        Value n = operation_index(thread, v);
        return !is_error(n) && int_to_double(thread, n, &d) ? value_float(d) : VALUE_ERROR;
    }
    if (bytes_view_optional(thread, v, &view))
        return parse_bytes(thread, v, &view);
    return raise_error(thread, ERROR_TypeError,
                       "float() argument must be a string or a real number, not '%s'",
                       type_name(thread, v));
}

static Value float_copy_as(Thread *thread, Value cls, Value v) {
    Type *type = as_type(cls);
    if (is_error(v) || type == builtin_type(thread, TYPE_float))
        return v;
    Float *object = object_new(thread, type);
    object->value = as_float(v);
    return value_object(object);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"float", {""}, 0};
    Value given[1];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    Value v = is_undefined(given[0]) ? value_float(0.0) : float_from_argument(thread, given[0]);
    return float_copy_as(thread, callee, v);
}

static Value method_is_integer(Thread *thread, Value *args) {
    (void)thread;
    double d = float_value(args[0]);
    return value_bool(isfinite(d) && d == floor(d));
}

static Value method_as_integer_ratio(Thread *thread, Value *args) {
    double d = float_value(args[0]);
    int exponent;
    if (isinf(d))
        return raise_error(thread, ERROR_OverflowError, "cannot convert Infinity to integer ratio");
    if (isnan(d))
        return raise_error(thread, ERROR_ValueError, "cannot convert NaN to integer ratio");
    double mantissa = frexp(d, &exponent);
    for (int i = 0; i < 300 && mantissa != floor(mantissa); i++) {
        mantissa *= 2.0;
        exponent--;
    }
    Value top = int_from_double(thread, mantissa), bottom = value_small_int(1);
    Value shift = value_small_int(exponent < 0 ? -exponent : exponent);
    if (exponent > 0)
        top = int_lshift(thread, top, shift);
    else
        bottom = int_lshift(thread, bottom, shift);
    return tuple_pair(thread, top, bottom);
}

static Value method_hex(Thread *thread, Value *args) {
    double d = float_value(args[0]);
    if (!isfinite(d))
        return slot_repr(thread, args[0]);
    if (d == 0)
        return value_object(str_from_c(thread, signbit(d) ? "-0x0.0p+0" : "0x0.0p+0"));
    return value_object(str_format(thread, "%.13a", d));
}

static Value bad_hex(Thread *thread) {
    return raise_error(thread, ERROR_ValueError, "invalid hexadecimal floating-point string");
}

// Hexadecimal digits with at most one point; returns the end, NULL if there is no digit.
static const char *skip_hex_digits(const char *at) {
    bool any = false, point = false;
    for (; isxdigit((uint8_t)*at) || (*at == '.' && !point); at++) {
        any = any || *at != '.';
        point = point || *at == '.';
    }
    return any ? at : NULL;
}

static bool is_hex_number(const char *at) {
    at = skip_hex_digits(at);
    if (at && (*at | 0x20) == 'p') {
        at += at[1] == '+' || at[1] == '-' ? 2 : 1;
        if (!isdigit((uint8_t)*at))
            return false;
        while (isdigit((uint8_t)*at))
            at++;
    }
    return at && *at == '\0';
}

// bits * 2 ** exponent. The lowest bit stands for everything below it, too.
typedef struct HexNumber {
    uint64_t bits;
    int64_t exponent;
} HexNumber;

static int64_t read_exponent(const char *at) {
    int64_t n = 0;
    bool negative = *at == '-';
    for (at += negative || *at == '+'; isdigit((uint8_t)*at); at++)
        n = n < INT64_C(1) << 40 ? n * 10 + (*at - '0') : n;
    return negative ? -n : n;
}

static HexNumber read_hex(const char *at) {
    HexNumber n = {0, 0};
    bool point = false;
    for (; isxdigit((uint8_t)*at) || *at == '.'; at++) {
        unsigned digit = (unsigned)(isdigit((uint8_t)*at) ? *at - '0' : (*at | 0x20) - 'a' + 10);
        if (*at == '.') {
            point = true;
        } else if (n.bits >> 59) {
            n.bits |= digit != 0;
            n.exponent += point ? 0 : 4;
        } else {
            n.bits = n.bits << 4 | digit;
            n.exponent -= point ? 4 : 0;
        }
    }
    if (*at != '\0')
        n.exponent += read_exponent(at + 1);
    return n;
}

// Rounded half to even, once. (strtod of some C libraries does not for subnormal numbers.)
static double round_hex(HexNumber n) {
    if (n.bits == 0)
        return 0;
    int width = 64 - __builtin_clzll(n.bits);
    int64_t top = n.exponent + width; // the value is below 2 ** top
    if (top > DBL_MAX_EXP || top < DBL_MIN_EXP - DBL_MANT_DIG)
        return top > 0 ? HUGE_VAL : 0;
    int kept = top >= DBL_MIN_EXP ? DBL_MANT_DIG : (int)top - (DBL_MIN_EXP - DBL_MANT_DIG);
    int dropped = width - kept;
    if (dropped > 0) {
        uint64_t half = UINT64_C(1) << (dropped - 1), rest = n.bits & (half | (half - 1));
        n.bits = n.bits >> (dropped - 1) >> 1;
        n.bits += rest > half || (rest == half && n.bits & 1);
        n.exponent += dropped;
    }
    return ldexp((double)n.bits, (int)n.exponent);
}

static Value parse_hex(Thread *thread, const char *text) {
    double d;
    bool negative = *text == '-';
    const char *at = text + (negative || *text == '+');
    if (isalpha((uint8_t)*at) && float_parse(at, strlen(at), &d) && !isfinite(d))
        return value_float(negative ? -d : d);
    if (at[0] == '0' && (at[1] | 0x20) == 'x')
        at += 2;
    if (!is_hex_number(at))
        return bad_hex(thread);
    d = round_hex(read_hex(at));
    if (isinf(d))
        return raise_error(thread, ERROR_OverflowError,
                           "hexadecimal value too large to represent as a float");
    return value_float(negative ? -d : d);
}

static Value method_fromhex(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "bad argument type for built-in operation");
    Str *text = as_str(args[1]);
    if (!text->ascii)
        return str_encode(thread, text, "utf-8", "strict") ? bad_hex(thread) : VALUE_ERROR;
    if (strlen(str_text(thread, text)) != text->length)
        return bad_hex(thread);
    size_t start = 0, end = text->length;
    while (start < end && char_is_space(str_char_at(text, start)))
        start++;
    while (end > start && char_is_space(str_char_at(text, end - 1)))
        end--;
    Value v = parse_hex(thread, str_text(thread, str_slice(thread, text, start, end)));
    if (is_error(v) || value_same(args[0], value_object(builtin_type(thread, TYPE_float))))
        return v;
    return call_1(thread, args[0], v);
}

static Value method_round(Thread *thread, Value *args) {
    double d = float_value(args[0]);
    int64_t digits;
    if (is_none(args[1]))
        return int_from_double(thread, rint(d));
    return operation_index_clamped(thread, args[1], &digits) ? float_round(thread, d, digits)
                                                             : VALUE_ERROR;
}

static Value method_trunc(Thread *thread, Value *args) {
    return int_from_double(thread, float_value(args[0]));
}

static Value method_floor(Thread *thread, Value *args) {
    return int_from_double(thread, floor(float_value(args[0])));
}

static Value method_ceil(Thread *thread, Value *args) {
    return int_from_double(thread, ceil(float_value(args[0])));
}

static Value method_exact(Thread *thread, Value *args) {
    return slot_exact(thread, args[0]);
}

static Value method_abs(Thread *thread, Value *args) {
    (void)thread;
    return value_float(fabs(float_value(args[0])));
}

static Value divmod_pair(Thread *thread, Value left, Value right) {
    double a, b;
    int known = read_operands(thread, left, right, &a, &b);
    if (known != 1)
        return known ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;
    if (b == 0)
        return zero_division(thread, "float divmod()");
    return tuple_pair(thread, value_float(float_floordiv(a, b)), value_float(float_mod(a, b)));
}

static Value method_divmod(Thread *thread, Value *args) {
    return divmod_pair(thread, args[0], args[1]);
}

static Value method_rdivmod(Thread *thread, Value *args) {
    return divmod_pair(thread, args[1], args[0]);
}

static Value method_format(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "__format__() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    Str *spec = as_str(args[1]); // if empty it is str(), which a subclass may have its own of
    Str *text = spec->length == 0 ? operation_str(thread, args[0])
                                  : format_float(thread, float_value(args[0]), spec);
    return text ? value_object(text) : VALUE_ERROR;
}

static Value method_getnewargs(Thread *thread, Value *args) {
    Value d = slot_exact(thread, args[0]);
    return value_object(tuple_from_array(thread, &d, 1));
}

static Value get_zero(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return value_float(0.0);
}

static const NativeSpec methods[] = {
    {"is_integer", method_is_integer, "(self, /)", "Return True if the float is a whole number.",
     NATIVE_PLAIN},
    {"as_integer_ratio", method_as_integer_ratio, "(self, /)",
     "Return a pair of integers whose ratio is exactly equal to the float.", NATIVE_PLAIN},
    {"hex", method_hex, "(self, /)", "Return a hexadecimal representation of the float.",
     NATIVE_PLAIN},
    {"fromhex", method_fromhex, "(cls, string, /)",
     "Create a floating-point number from a hexadecimal string.", NATIVE_CLASS_METHOD},
    {"conjugate", method_exact, "(self, /)", "Return self, the complex conjugate of any float.",
     NATIVE_PLAIN},
    {"__abs__", method_abs, "(self, /)", "abs(self)", NATIVE_PLAIN},
    {"__divmod__", method_divmod, "(self, value, /)", "Return divmod(self, value).", NATIVE_PLAIN},
    {"__rdivmod__", method_rdivmod, "(self, value, /)", "Return divmod(value, self).",
     NATIVE_PLAIN},
    {"__round__", method_round, "(self, ndigits=None, /)",
     "Return the int closest to the float, or with ndigits the closest float.", NATIVE_PLAIN},
    {"__trunc__", method_trunc, "(self, /)", "Return the int between 0 and the float.",
     NATIVE_PLAIN},
    {"__floor__", method_floor, "(self, /)", "Return the floor as an int.", NATIVE_PLAIN},
    {"__ceil__", method_ceil, "(self, /)", "Return the ceiling as an int.", NATIVE_PLAIN},
    {"__format__", method_format, "(self, format_spec, /)",
     "Format the float according to format_spec.", NATIVE_PLAIN},
    {"__getnewargs__", method_getnewargs, "(self, /)",
     "Return the arguments with which a copy is made.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec getsets[] = {
    {"real", slot_exact, NULL, "the real part of a complex number"},
    {"imag", get_zero, NULL, "the imaginary part of a complex number"},
    {0},
};

const TypeSpec float_type_spec = {
    .name = "float",
    .flags = TYPE_POSITIONAL_NEW,
    .doc = "(x=0, /)\n--\n\n"
           "float(x=0, /) -> float\n\nA floating-point number of double precision.",
    .type_index = TYPE_float,
    .layout = LAYOUT_FLOAT,
    .size = sizeof(Float),
    .slots = {.repr = slot_repr,
              .hash = slot_hash,
              .truth = slot_truth,
              .compare = slot_compare,
              .binary = {[BINARY_ADD] = slot_add,
                         [BINARY_SUB] = slot_sub,
                         [BINARY_MUL] = slot_mul,
                         [BINARY_TRUEDIV] = slot_truediv,
                         [BINARY_FLOORDIV] = slot_floordiv,
                         [BINARY_MOD] = slot_mod,
                         [BINARY_POW] = slot_pow},
              .unary = {[UNARY_NEG] = slot_neg, [UNARY_POS] = slot_exact},
              .to_int = slot_to_int,
              .to_float = slot_exact,
              .construct = construct},
    .methods = methods,
    .getsets = getsets,
};
