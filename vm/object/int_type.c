// SPDX-License-Identifier: MIT
//
// The types int and bool: slots, constructors, methods. The arithmetic is in int_arithmetic.c,
// int_divide.c and int_bits.c. A binary slot is called for both operand orders and says
// NotImplemented unless both sides are ints; so `1 + 2.5` goes on to float's slot.
#include "arguments.h"
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "container.h"
#include "float_object.h"
#include "format_spec.h"
#include "int_parts.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

#define BINARY_SLOT(name)                                                                          \
    static Value slot_##name(Thread *thread, Value left, Value right) {                            \
        if (!is_integral(left) || !is_integral(right))                                             \
            return VALUE_NOT_IMPLEMENTED;                                                          \
        return int_##name(thread, left, right);                                                    \
    }
BINARY_SLOT(add)
BINARY_SLOT(sub)
BINARY_SLOT(mul)
BINARY_SLOT(floordiv)
BINARY_SLOT(mod)
BINARY_SLOT(truediv)
BINARY_SLOT(pow)
BINARY_SLOT(lshift)
BINARY_SLOT(rshift)
BINARY_SLOT(and)
BINARY_SLOT(or)
BINARY_SLOT(xor)

static Value slot_repr(Thread *thread, Value self) {
    return value_object(int_to_str(thread, self, 10));
}

static bool slot_hash(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    *hash = int_hash(self);
    return true;
}

static int slot_truth(Thread *thread, Value self) {
    (void)thread;
    return int_sign(self) != 0;
}

static Value slot_compare(Thread *thread, Value left, Value right, CompareOp op) {
    (void)thread;
    if (!is_integral(left) || !is_integral(right))
        return VALUE_NOT_IMPLEMENTED;
    int order = int_compare(left, right);
    return compare_result(order, op);
}

static Value slot_exact(Thread *thread, Value self) {
    return int_exact(thread, self);
}

static Value slot_to_float(Thread *thread, Value self) {
    double d;
    return int_to_double(thread, self, &d) ? value_float(d) : VALUE_ERROR;
}

static Value int_from_trunc(Thread *thread, Value v) {
    if (!warning_give(thread, ERROR_DeprecationWarning,
                      "The delegation of int() to __trunc__ is deprecated."))
        return VALUE_ERROR;
    v = call_method(thread, v, common_name(thread, NAME___trunc__), NULL, 0);
    if (is_error(v) || is_integral(v))
        return is_error(v) ? v : int_exact(thread, v);
    return type_of(thread, v)->slots.index
               ? operation_index(thread, v)
               : raise_error(thread, ERROR_TypeError, "__trunc__ returned non-Integral (type %s)",
                             type_name(thread, v));
}

Value int_from_number(Thread *thread, Value v) {
    Type *type = type_of(thread, v);
    UnaryFunction convert = type->slots.to_int ? type->slots.to_int : type->slots.index;
    if (!convert && !is_undefined(type_lookup(thread, type, common_name(thread, NAME___trunc__)))) {
        return int_from_trunc(thread, v);
    }
    if (!convert)
        return raise_error(thread, ERROR_TypeError,
                           "int() argument must be a string, a bytes-like object or a real "
                           "number, not '%s'",
                           type_name(thread, v));
    const char *method = type->slots.to_int ? "__int__" : "__index__";
    return operation_checked_int(thread, method, convert(thread, v));
}

// The text of a str or bytes-like argument as a str; UNDEFINED if it is neither.
static Value text_argument(Thread *thread, Value v) {
    BytesView view;
    if (is_str(v))
        return v;
    if (!bytes_view_optional(thread, v, &view))
        return VALUE_UNDEFINED;
    return value_object(str_new_latin1(thread, view.data, view.length));
}

static Value int_from_argument(Thread *thread, Value v) {
    if (is_integral(v) && (!is_object(v) || object_type(v) == builtin_type(thread, TYPE_int)))
        return int_exact(thread, v);
    if (is_float(v))
        return int_from_double(thread, as_float(v));
    Value text = text_argument(thread, v);
    return is_undefined(text) ? int_from_number(thread, v)
                              : int_from_str(thread, as_str(text), 10, v);
}

static Value int_with_base(Thread *thread, Value v, Value base_value) {
    int64_t base;
    if (is_undefined(v))
        return raise_error(thread, ERROR_TypeError, "int() missing string argument");
    if (!operation_index_clamped(thread, base_value, &base))
        return VALUE_ERROR;
    if (base < 0 || base == 1 || base > 36)
        return raise_error(thread, ERROR_ValueError, "int() base must be >= 2 and <= 36, or 0");
    bool is_text = is_str(v) || has_layout(v, LAYOUT_BYTES) || has_layout(v, LAYOUT_BYTEARRAY);
    Value text = is_text ? text_argument(thread, v) : VALUE_UNDEFINED;
    if (is_undefined(text))
        return raise_error(thread, ERROR_TypeError,
                           "int() can't convert non-string with explicit base");
    return int_from_str(thread, as_str(text), (int)base, v);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"int", {"", "base"}, 0};
    Type *type = (Type *)as_object(callee);
    bool is_plain = type == builtin_type(thread, TYPE_int) && !keywords;
    Value given[2], result = value_small_int(0);
    if (is_plain && !container_arguments(thread, "int", count, NULL, 0, 2))
        return VALUE_ERROR;
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    if (!is_undefined(given[1]))
        result = int_with_base(thread, given[0], given[1]);
    else if (!is_undefined(given[0]))
        result = int_from_argument(thread, given[0]);
    if (is_error(result) || type == builtin_type(thread, TYPE_int))
        return result;
    return int_copy_as(thread, type, result);
}

static Value method_bit_length(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int((int64_t)int_bit_length(args[0]));
}

static Value method_bit_count(Thread *thread, Value *args) {
    (void)thread;
    IntView view;
    int64_t count = 0;
    int_view(args[0], &view);
    for (size_t i = 0; i < view.count; i++)
        count += __builtin_popcountll(view.limbs[i]);
    return value_small_int(count);
}

static bool read_byte_order(Thread *thread, const char *name, Value v, bool *little) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "%s() argument 'byteorder' must be str, not %s",
                           name, argument_type_name(thread, v));
    *little = str_equal_c(as_str(v), "little");
    return *little || str_equal_c(as_str(v), "big") ||
           raise_false(thread, ERROR_ValueError, "byteorder must be either 'little' or 'big'");
}

static Value method_to_bytes(Thread *thread, Value *args) {
    int64_t length;
    bool little = false;
    if (!operation_index_int64(thread, args[1], &length) ||
        !read_byte_order(thread, "to_bytes", args[2], &little))
        return VALUE_ERROR;
    int is_signed = operation_truth(thread, args[3]);
    if (is_signed < 0)
        return VALUE_ERROR;
    if (length < 0)
        return raise_error(thread, ERROR_ValueError, "length argument must be non-negative");
    Bytes *bytes = bytes_new(thread, NULL, (size_t)length);
    if (!bytes || int_to_bytes(args[0], bytes_contents(bytes), (size_t)length, little, is_signed))
        return value_object(bytes);
    return raise_error(thread, ERROR_OverflowError, "%s",
                       int_sign(args[0]) < 0 && !is_signed
                           ? "can't convert negative int to unsigned"
                           : "int too big to convert");
}

static Value method_from_bytes(Thread *thread, Value *args) {
    BytesView view;
    bool little = false;
    if (!read_byte_order(thread, "from_bytes", args[2], &little))
        return VALUE_ERROR;
    int is_signed = operation_truth(thread, args[3]);
    Value source = args[1];
    if (is_signed < 0)
        return VALUE_ERROR;
    if (!bytes_view_gathered(thread, source, &view)) {
        if (is_integral(source) || is_str(source))
            return raise_error(thread, ERROR_TypeError, "cannot convert '%s' object to bytes",
                               type_name(thread, source));
        source = call_1(thread, value_object(builtin_type(thread, TYPE_bytes)), source);
        if (is_error(source) || !bytes_view(thread, source, &view))
            return VALUE_ERROR;
    }
    Value result = int_from_bytes(thread, view.data, view.length, little, is_signed);
    if (is_error(result) || value_same(args[0], value_object(builtin_type(thread, TYPE_int))))
        return result;
    return call_1(thread, args[0], result);
}

static Value method_as_integer_ratio(Thread *thread, Value *args) {
    return tuple_pair(thread, int_exact(thread, args[0]), value_small_int(1));
}

static Value method_is_integer(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_TRUE;
}

static Value method_exact(Thread *thread, Value *args) {
    return int_exact(thread, args[0]);
}

static Value method_abs(Thread *thread, Value *args) {
    return int_abs(thread, args[0]);
}

static Value divmod_pair(Thread *thread, Value a, Value b) {
    Value quotient, remainder;
    if (!is_integral(a) || !is_integral(b))
        return VALUE_NOT_IMPLEMENTED;
    return int_divmod(thread, a, b, &quotient, &remainder) ? tuple_pair(thread, quotient, remainder)
                                                           : VALUE_ERROR;
}

static Value method_divmod(Thread *thread, Value *args) {
    return divmod_pair(thread, args[0], args[1]);
}

static Value method_rdivmod(Thread *thread, Value *args) {
    return divmod_pair(thread, args[1], args[0]);
}

// To a multiple of 10 ** digits; a tie goes to the even multiple.
static Value round_to_power(Thread *thread, Value n, Value digits) {
    Value unit = int_pow(thread, value_small_int(10), digits), quotient, rest;
    if (is_error(unit) || !int_divmod(thread, n, unit, &quotient, &rest))
        return VALUE_ERROR;
    int order = int_compare(int_mul(thread, rest, value_small_int(2)), unit);
    Value rounded = int_sub(thread, n, rest);
    bool odd = int_to_uint64_wrapping(quotient) & 1;
    return order > 0 || (order == 0 && odd) ? int_add(thread, rounded, unit) : rounded;
}

static Value method_round(Thread *thread, Value *args) {
    if (is_undefined(args[1]))
        return int_exact(thread, args[0]);
    Value digits = operation_index(thread, args[1]);
    if (is_error(digits) || int_sign(digits) >= 0)
        return is_error(digits) ? digits : int_exact(thread, args[0]);
    return round_to_power(thread, args[0], int_neg(thread, digits));
}

static Value method_format(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "__format__() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    return value_object(format_int(thread, args[0], as_str(args[1])));
}

static Value method_getnewargs(Thread *thread, Value *args) {
    Value n = int_exact(thread, args[0]);
    return value_object(tuple_from_array(thread, &n, 1));
}

static Value method_sizeof(Thread *thread, Value *args) {
    (void)thread;
    IntView view;
    int_view(args[0], &view);
    return value_small_int((int64_t)(sizeof(Int) + view.count * sizeof(uint64_t)));
}

static Value get_zero(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return value_small_int(0);
}

static Value get_one(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return value_small_int(1);
}

static const NativeSpec int_methods[] = {
    {"bit_length", method_bit_length, "(self, /)",
     "Number of bits necessary to represent self in binary.", NATIVE_PLAIN},
    {"bit_count", method_bit_count, "(self, /)",
     "Number of ones in the binary representation of the absolute value of self.", NATIVE_PLAIN},
    {"to_bytes", method_to_bytes, "(self, /, length=1, byteorder='big', *, signed=False)",
     "Return an array of bytes representing an integer.", NATIVE_PLAIN},
    {"from_bytes", method_from_bytes, "(cls, /, bytes, byteorder='big', *, signed=False)",
     "Return the integer represented by the given array of bytes.", NATIVE_CLASS_METHOD},
    {"as_integer_ratio", method_as_integer_ratio, "(self, /)",
     "Return a pair of integers whose ratio is equal to the int.", NATIVE_PLAIN},
    {"is_integer", method_is_integer, "(self, /)",
     "Return True; exists for compatibility with float.", NATIVE_PLAIN},
    {"conjugate", method_exact, "(self, /)", "Return self, the complex conjugate of any int.",
     NATIVE_PLAIN},
    {"__abs__", method_abs, "(self, /)", "abs(self)", NATIVE_PLAIN},
    {"__divmod__", method_divmod, "(self, value, /)", "Return divmod(self, value).", NATIVE_PLAIN},
    {"__rdivmod__", method_rdivmod, "(self, value, /)", "Return divmod(value, self).",
     NATIVE_PLAIN},
    {"__round__", method_round, "(self, ndigits=..., /)",
     "Rounding an int gives an int; negative ndigits round to tens, hundreds and so on.",
     NATIVE_PLAIN},
    {"__trunc__", method_exact, "(self, /)", "Truncating an int returns itself.", NATIVE_PLAIN},
    {"__floor__", method_exact, "(self, /)", "Flooring an int returns itself.", NATIVE_PLAIN},
    {"__ceil__", method_exact, "(self, /)", "Ceiling of an int returns itself.", NATIVE_PLAIN},
    {"__format__", method_format, "(self, format_spec, /)",
     "Convert to a string according to format_spec.", NATIVE_PLAIN},
    {"__getnewargs__", method_getnewargs, "(self, /)",
     "Return the arguments with which a copy is made.", NATIVE_PLAIN},
    {"__sizeof__", method_sizeof, "(self, /)", "Return the size in memory, in bytes.",
     NATIVE_PLAIN},
    {0},
};

static const GetSetSpec int_getsets[] = {
    {"real", slot_exact, NULL, "the real part of a complex number"},
    {"imag", get_zero, NULL, "the imaginary part of a complex number"},
    {"numerator", slot_exact, NULL, "the numerator of a rational number in lowest terms"},
    {"denominator", get_one, NULL, "the denominator of a rational number in lowest terms"},
    {0},
};

const TypeSpec int_type_spec = {
    .name = "int",
    .doc = "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
           "A whole number of any size.",
    .type_index = TYPE_int,
    .layout = LAYOUT_INT,
    .size = sizeof(Int),
    .slots =
        {.repr = slot_repr,
         .hash = slot_hash,
         .truth = slot_truth,
         .compare = slot_compare,
         .binary = {[BINARY_ADD] = slot_add,
                    [BINARY_SUB] = slot_sub,
                    [BINARY_MUL] = slot_mul,
                    [BINARY_TRUEDIV] = slot_truediv,
                    [BINARY_FLOORDIV] = slot_floordiv,
                    [BINARY_MOD] = slot_mod,
                    [BINARY_POW] = slot_pow,
                    [BINARY_LSHIFT] = slot_lshift,
                    [BINARY_RSHIFT] = slot_rshift,
                    [BINARY_AND] = slot_and,
                    [BINARY_OR] = slot_or,
                    [BINARY_XOR] = slot_xor},
         .unary = {[UNARY_NEG] = int_neg, [UNARY_POS] = int_exact, [UNARY_INVERT] = int_invert},
         .index = slot_exact,
         .to_int = slot_exact,
         .to_float = slot_to_float,
         .construct = construct,
         .trace = int_trace},
    .methods = int_methods,
    .getsets = int_getsets,
};

static Value bool_repr(Thread *thread, Value self) {
    return value_object(common_name(thread, is_true(self) ? NAME_True : NAME_False));
}

static Value bool_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    static const ArgumentsSpec spec = {"bool", {""}, 0};
    Value given[1];
    (void)callee;
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    int truth = is_undefined(given[0]) ? 0 : operation_truth(thread, given[0]);
    return truth < 0 ? VALUE_ERROR : value_bool(truth);
}

static Value bool_and(Thread *thread, Value left, Value right) {
    if (is_bool(left) && is_bool(right))
        return value_bool(is_true(left) && is_true(right));
    return slot_and(thread, left, right);
}

static Value bool_or(Thread *thread, Value left, Value right) {
    if (is_bool(left) && is_bool(right))
        return value_bool(is_true(left) || is_true(right));
    return slot_or(thread, left, right);
}

static Value bool_xor(Thread *thread, Value left, Value right) {
    if (is_bool(left) && is_bool(right))
        return value_bool(left.bits != right.bits);
    return slot_xor(thread, left, right);
}

static Value bool_invert(Thread *thread, Value self) {
    if (!warning_give(thread, ERROR_DeprecationWarning,
                      "Bitwise inversion '~' on bool is deprecated and will be removed in Python "
                      "3.16. This returns the bitwise inversion of the underlying int object and "
                      "is usually not what you expect from negating a bool. Use the 'not' operator "
                      "for boolean negation or ~int(x) if you really want the bitwise inversion of "
                      "the underlying int."))
        return VALUE_ERROR;
    return int_invert(thread, self);
}

const TypeSpec bool_type_spec = {
    .name = "bool",
    .doc = "(object=False, /)\n--\n\n"
           "bool(object=False) -> bool\n\n"
           "True if the argument is true, else False. The two are the only instances.",
    .type_index = TYPE_bool,
    .layout = LAYOUT_INT,
    .flags = TYPE_FINAL,
    .size = sizeof(Int),
    .slots = {.repr = bool_repr,
              .unary = {[UNARY_INVERT] = bool_invert},
              .binary = {[BINARY_AND] = bool_and, [BINARY_OR] = bool_or, [BINARY_XOR] = bool_xor},
              .construct = bool_construct},
};
