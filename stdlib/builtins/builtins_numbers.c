// SPDX-License-Identifier: MIT
//
// Built-in functions on numbers and characters. Each begins with the cases of int and float, which
// need no look-up, and falls back to the special method of the value's type.
#include "builtins.h"
#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "float_object.h"
#include "int.h"
#include "operations.h"
#include "slots.h"
#include "str.h"
#include "tuple.h"

#include <math.h>

static Value builtin_abs(Thread *thread, Value *args) {
    Value v = args[0];
    if (is_float(v))
        return value_float(fabs(as_float(v)));
    if (is_small_int(v) || is_bool(v))
        return int_abs(thread, v);
    Value result = slots_call_special(thread, common_name(thread, NAME___abs__), &v, 1);
    if (!is_undefined(result))
        return result;
    if (is_integral(v))
        return int_abs(thread, v);
    if (is_any_float(v))
        return value_float(fabs(float_value(v)));
    return raise_error(thread, ERROR_TypeError, "bad operand type for abs(): '%s'",
                       type_name(thread, v));
}

// bin, oct, hex

static Value in_base(Thread *thread, Value v, int base, const char *prefix) {
    v = operation_index(thread, v);
    if (is_error(v))
        return v;
    bool negative = int_sign(v) < 0;
    Str *digits = int_to_str(thread, negative ? int_neg(thread, v) : v, base);
    if (digits == NULL)
        return VALUE_ERROR;
    Str *text = str_new_uninitialised(thread, negative + 2 + digits->length, 0);
    uint8_t *to = str_contents(text);
    *to = '-';
    memcpy(to + negative, prefix, 2);
    memcpy(to + negative + 2, digits->data, digits->length);
    return value_object(text);
}

static Value builtin_bin(Thread *thread, Value *args) {
    return in_base(thread, args[0], 2, "0b");
}

static Value builtin_oct(Thread *thread, Value *args) {
    return in_base(thread, args[0], 8, "0o");
}

static Value builtin_hex(Thread *thread, Value *args) {
    return in_base(thread, args[0], 16, "0x");
}

// chr and ord

static Value builtin_chr(Thread *thread, Value *args) {
    int64_t code;
    if (!operation_index_clamped(thread, args[0], &code))
        return VALUE_ERROR;
    if (code < 0 || code > STR_MAX_CODE_POINT)
        return raise_error(thread, ERROR_ValueError, "chr() arg not in range(0x110000)");
    return value_object(str_from_code_point(thread, (uint32_t)code));
}

static Value builtin_ord(Thread *thread, Value *args) {
    Value v = args[0];
    size_t length;
    BytesView view;
    if (is_str(v)) {
        length = as_str(v)->length;
        if (length == 1)
            return value_small_int(str_char_at(as_str(v), 0));
    } else if (is_bytes(v) || is_bytearray(v)) {
        if (!bytes_view(thread, v, &view))
            return VALUE_ERROR;
        length = view.length;
        if (length == 1)
            return value_small_int(view.data[0]);
    } else {
        return raise_error(thread, ERROR_TypeError,
                           "ord() expected string of length 1, but %s found", type_name(thread, v));
    }
    return raise_error(thread, ERROR_TypeError,
                       "ord() expected a character, but string of length %zu found", length);
}

// divmod

static Value divmod_floats(Thread *thread, double a, double b) {
    if (b == 0.0)
        return raise_error(thread, ERROR_ZeroDivisionError, "float divmod()");
    return tuple_pair(thread, value_float(float_floordiv(a, b)), value_float(float_mod(a, b)));
}

static bool is_real(Value v) {
    return is_any_float(v) || is_integral(v);
}

static bool is_plain_number(Value v) {
    return is_float(v) || is_small_int(v) || is_bool(v) || is_exactly(v, LAYOUT_INT);
}

// The built-in meaning, for numbers and instances of their subclasses.
static Value divmod_numbers(Thread *thread, Value a, Value b) {
    if (is_integral(a) && is_integral(b)) {
        Value quotient, remainder;
        return int_divmod(thread, a, b, &quotient, &remainder)
                   ? tuple_pair(thread, quotient, remainder)
                   : VALUE_ERROR;
    }
    double x, y;
    if (!operation_as_double(thread, a, &x) || !operation_as_double(thread, b, &y))
        return VALUE_ERROR;
    return divmod_floats(thread, x, y);
}

// VALUE_UNDEFINED if there is no such method or it declines.
static Value try_method(Thread *thread, Value self, NameIndex name, Value other) {
    Value args[] = {self, other};
    Value result = slots_call_special(thread, common_name(thread, name), args, 2);
    return is_not_implemented(result) ? VALUE_UNDEFINED : result;
}

static Value builtin_divmod(Thread *thread, Value *args) {
    Value a = args[0], b = args[1];
    if (is_plain_number(a) && is_plain_number(b))
        return divmod_numbers(thread, a, b);
    Value result = try_method(thread, a, NAME___divmod__, b);
    if (is_undefined(result))
        result = try_method(thread, b, NAME___rdivmod__, a);
    if (!is_undefined(result))
        return result;
    if (is_real(a) && is_real(b))
        return divmod_numbers(thread, a, b);
    return raise_error(thread, ERROR_TypeError,
                       "unsupported operand type(s) for divmod(): '%s' and '%s'",
                       type_name(thread, a), type_name(thread, b));
}

// pow

static Value ask_for_pow(Thread *thread, Value base, Value exponent, Value modulus) {
    Value args[] = {base, exponent, modulus};
    Value result = slots_call_special(thread, common_name(thread, NAME___pow__), args, 3);
    return is_undefined(result) ? VALUE_NOT_IMPLEMENTED : result;
}

// A class is asked for its __pow__ first, for it may be one below int.
static Value pow_with_modulus(Thread *thread, Value base, Value exponent, Value modulus) {
    bool is_class = type_of(thread, base)->flags & TYPE_FROM_CLASS;
    Value power = is_class ? ask_for_pow(thread, base, exponent, modulus) : VALUE_NOT_IMPLEMENTED;
    if (is_not_implemented(power))
        power = operation_power_modulo(thread, base, exponent, modulus);
    if (is_not_implemented(power) && !is_class)
        power = ask_for_pow(thread, base, exponent, modulus);
    if (!is_not_implemented(power))
        return power;
    return raise_error(
        thread, ERROR_TypeError, "unsupported operand type(s) for ** or pow(): '%s', '%s', '%s'",
        type_name(thread, base), type_name(thread, exponent), type_name(thread, modulus));
}

static Value builtin_pow(Thread *thread, Value *args) {
    if (is_none(args[2]))
        return operation_binary(thread, BINARY_POW, args[0], args[1]);
    return pow_with_modulus(thread, args[0], args[1], args[2]);
}

// round

static Value round_float(Thread *thread, double d, Value digits) {
    if (is_none(digits))
        return int_from_double(thread, rint(d));
    int64_t count;
    return operation_index_clamped(thread, digits, &count) ? float_round(thread, d, count)
                                                           : VALUE_ERROR;
}

static Value builtin_round(Thread *thread, Value *args) {
    Value v = args[0];
    if (is_float(v))
        return round_float(thread, as_float(v), args[1]);
    if (is_small_int(v) && is_none(args[1]))
        return v;
    Value result = slots_call_special(thread, common_name(thread, NAME___round__), args,
                                      is_none(args[1]) ? 1 : 2);
    if (is_undefined(result))
        return raise_error(thread, ERROR_TypeError, "type %s doesn't define __round__ method",
                           type_name(thread, v));
    return result;
}

const NativeSpec builtins_numbers[] = {
    NATIVE("abs", builtin_abs, "(x, /)", "Return the absolute value of the argument."),
    NATIVE("bin", builtin_bin, "(number, /)", "Return the binary representation of an integer."),
    NATIVE("chr", builtin_chr, "(i, /)",
           "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."),
    NATIVE("divmod", builtin_divmod, "(x, y, /)", "Return the tuple (x//y, x%y)."),
    NATIVE("hex", builtin_hex, "(number, /)",
           "Return the hexadecimal representation of an integer."),
    NATIVE("oct", builtin_oct, "(number, /)", "Return the octal representation of an integer."),
    NATIVE("ord", builtin_ord, "(c, /)", "Return the ordinal value of the character c."),
    NATIVE("pow", builtin_pow, "(base, exp, mod=None)",
           "Return base**exp or, with three arguments, base**exp % mod."),
    NATIVE("round", builtin_round, "(number, ndigits=None)",
           "Round a number to a given precision in decimal digits."),
    NATIVE_END,
};
