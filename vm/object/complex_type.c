// SPDX-License-Identifier: MIT
//
// The type complex: slots, constructor, methods. Each arithmetic slot takes complex numbers, floats
// and ints on either side; there is no order, and equality with an int is exact.
#include <errno.h>
#include <math.h>

#include "arguments.h"
#include "complex.h"
#include "descriptor.h"
#include "float_object.h"
#include "format_spec.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// 1, 0 (not a number), -1 (OverflowError: the int is too large).
static int read_operand(Thread *thread, Value v, ComplexNumber *number) {
    *number = (ComplexNumber){0, 0};
    if (is_any_complex(v)) {
        *number = complex_value(v);
        return 1;
    }
    if (is_any_float(v)) {
        number->real = float_value(v);
        return 1;
    }
    if (!is_integral(v))
        return 0;
    return int_to_double(thread, v, &number->real) ? 1 : -1;
}

static int read_operands(Thread *thread, Value left, Value right, ComplexNumber *a,
                         ComplexNumber *b) {
    int known = read_operand(thread, left, a);
    return known == 1 ? read_operand(thread, right, b) : known;
}

static Value sum(Thread *thread, ComplexNumber a, ComplexNumber b) {
    return complex_new(thread, (ComplexNumber){a.real + b.real, a.imag + b.imag});
}

static Value difference(Thread *thread, ComplexNumber a, ComplexNumber b) {
    return complex_new(thread, (ComplexNumber){a.real - b.real, a.imag - b.imag});
}

static Value product(Thread *thread, ComplexNumber a, ComplexNumber b) {
    return complex_new(thread, complex_multiply(a, b));
}

#define BINARY_SLOT(name, function)                                                                \
    static Value slot_##name(Thread *thread, Value left, Value right) {                            \
        ComplexNumber a, b;                                                                        \
        int known = read_operands(thread, left, right, &a, &b);                                    \
        if (known != 1)                                                                            \
            return known ? VALUE_ERROR : VALUE_NOT_IMPLEMENTED;                                    \
        return function(thread, a, b);                                                             \
    }
BINARY_SLOT(add, sum)
BINARY_SLOT(sub, difference)
BINARY_SLOT(mul, product)
BINARY_SLOT(truediv, complex_divide)
BINARY_SLOT(pow, complex_power)

static Value slot_repr(Thread *thread, Value self) {
    return value_object(complex_repr(thread, complex_value(self)));
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    ComplexNumber number = complex_value(self);
    (void)thread;
    *hash = float_hash(number.real) + UINT64_C(1000003) * float_hash(number.imag);
    if (*hash == UINT64_MAX)
        *hash = UINT64_MAX - 1;
    return true;
}

static int slot_truth(Thread *thread, Value self) {
    ComplexNumber number = complex_value(self);
    (void)thread;
    return number.real != 0 || number.imag != 0;
}

// 1, 0, or -1: `right` is no number.
static int equals(ComplexNumber number, Value right) {
    if (is_any_complex(right)) {
        ComplexNumber other = complex_value(right);
        return number.real == other.real && number.imag == other.imag;
    }
    if (is_any_float(right))
        return number.imag == 0 && number.real == float_value(right);
    if (is_integral(right))
        return number.imag == 0 && !isnan(number.real) &&
               int_compare_double(right, number.real) == 0;
    return -1;
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if (op != COMPARE_EQ && op != COMPARE_NE)
        return VALUE_NOT_IMPLEMENTED;
    bool swapped = !is_any_complex(left);
    int equal = equals(complex_value(swapped ? right : left), swapped ? left : right);
    return equal < 0 ? VALUE_NOT_IMPLEMENTED : value_bool((op == COMPARE_EQ) == equal);
}

static Value slot_neg(Thread *thread, Value self) {
    ComplexNumber number = complex_value(self);
    return complex_new(thread, (ComplexNumber){-number.real, -number.imag});
}

static Value slot_exact(Thread *thread, Value self) {
    return is_exactly(self, LAYOUT_COMPLEX) ? self : complex_new(thread, complex_value(self));
}

// What v.__complex__() gives; UNDEFINED if v has no such method.
static Value ask_complex(Thread *thread, Value v) {
    Value result = slots_call_special(thread, str_intern_c(thread, "__complex__"), &v, 1);
    if (is_error(result) || is_undefined(result))
        return result;
    return operation_checked_complex(thread, result);
}

// One argument of complex(), which may be complex itself. `which` is for the message.
static bool read_argument(Thread *thread, Value v, const char *which, const char *expected,
                          ComplexNumber *number) {
    *number = (ComplexNumber){0, 0};
    if (is_any_complex(v)) {
        *number = complex_value(v);
        return true;
    }
    const Slots *slots = &type_of(thread, v)->slots;
    if (slots->to_float || slots->index)
        return operation_as_double(thread, v, &number->real);
    return raise_false(thread, ERROR_TypeError, "complex() %s argument must be %s, not '%s'", which,
                       expected, type_name(thread, v));
}

static bool construct_from_str(Thread *thread, Value text, Value second, ComplexNumber *number) {
    if (!is_undefined(second))
        return raise_false(thread, ERROR_TypeError,
                           "complex() can't take second arg if first is a string");
    return complex_parse(thread, as_str(text), number);
}

static bool construct_number(Thread *thread, Value first, Value second, ComplexNumber *number) {
    ComplexNumber imaginary = {0, 0};
    if (is_str(first))
        return construct_from_str(thread, first, second, number);
    if (is_str(second))
        return raise_false(thread, ERROR_TypeError, "complex() second arg can't be a string");
    *number = imaginary;
    Value asked =
        is_undefined(first) || is_any_complex(first) ? VALUE_UNDEFINED : ask_complex(thread, first);
    if (is_error(asked))
        return false;
    first = is_undefined(asked) ? first : asked;
    if (!is_undefined(first) &&
        !read_argument(thread, first, "first", "a string or a number", number))
        return false;
    if (!is_undefined(second) && !read_argument(thread, second, "second", "a number", &imaginary))
        return false;
    if (is_any_complex(second))
        number->real -= imaginary.imag;
    if (!is_undefined(second)) // 0.0 + -0.0 would lose the sign
        number->imag = is_any_complex(first) ? number->imag + imaginary.real : imaginary.real;
    return true;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"complex", {"real", "imag"}, 0};
    Value given[2];
    ComplexNumber number;
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !construct_number(thread, given[0], given[1], &number))
        return VALUE_ERROR;
    Complex *object = object_new(thread, as_type(callee));
    object->value = number;
    return value_object(object);
}

static Value method_conjugate(Thread *thread, Value *args) {
    ComplexNumber number = complex_value(args[0]);
    return complex_new(thread, (ComplexNumber){number.real, -number.imag});
}

static Value method_complex(Thread *thread, Value *args) {
    return slot_exact(thread, args[0]);
}

static Value method_abs(Thread *thread, Value *args) {
    ComplexNumber number = complex_value(args[0]);
    double size = hypot(number.real, number.imag);
    if (isinf(size) && isfinite(number.real) && isfinite(number.imag))
        return raise_error(thread, ERROR_OverflowError, "absolute value too large");
    return value_float(size);
}

static Value method_format(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "__format__() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    Str *spec = as_str(args[1]); // if empty it is str(), which a subclass may have its own of
    Str *text = spec->length == 0 ? operation_str(thread, args[0])
                                  : complex_format(thread, complex_value(args[0]), spec);
    return text ? value_object(text) : VALUE_ERROR;
}

static Value method_getnewargs(Thread *thread, Value *args) {
    ComplexNumber number = complex_value(args[0]);
    return tuple_pair(thread, value_float(number.real), value_float(number.imag));
}

static Value get_real(Thread *thread, Value self) {
    (void)thread;
    return value_float(complex_value(self).real);
}

static Value get_imag(Thread *thread, Value self) {
    (void)thread;
    return value_float(complex_value(self).imag);
}

static const NativeSpec methods[] = {
    {"conjugate", method_conjugate, "(self, /)",
     "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.", NATIVE_PLAIN},
    {"__complex__", method_complex, "(self, /)", "Convert this value to exact type complex.",
     NATIVE_PLAIN},
    {"__abs__", method_abs, "(self, /)", "abs(self)", NATIVE_PLAIN},
    {"__format__", method_format, "(self, format_spec, /)",
     "Convert to a string according to format_spec.", NATIVE_PLAIN},
    {"__getnewargs__", method_getnewargs, "(self, /)",
     "Return the arguments with which a copy is made.", NATIVE_PLAIN},
    {0},
};

static const GetSetSpec getsets[] = {
    {"real", get_real, getset_refuse, "the real part of a complex number"},
    {"imag", get_imag, getset_refuse, "the imaginary part of a complex number"},
    {0},
};

const TypeSpec complex_type_spec = {
    .name = "complex",
    .doc = "(real=0, imag=0)\n--\n\n"
           "Create a complex number from a string or numbers.\n\nIf a string is given, parse it "
           "as a complex number.\nIf a single number is given, convert it to a complex number."
           "\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the "
           "specified real and imaginary components.",
    .type_index = TYPE_complex,
    .layout = LAYOUT_COMPLEX,
    .size = sizeof(Complex),
    .slots = {.repr = slot_repr,
              .hash = slot_hash,
              .truth = slot_truth,
              .compare = slot_compare,
              .binary = {[BINARY_ADD] = slot_add,
                         [BINARY_SUB] = slot_sub,
                         [BINARY_MUL] = slot_mul,
                         [BINARY_TRUEDIV] = slot_truediv,
                         [BINARY_POW] = slot_pow},
              .unary = {[UNARY_NEG] = slot_neg, [UNARY_POS] = slot_exact},
              .construct = construct},
    .methods = methods,
    .getsets = getsets,
};
