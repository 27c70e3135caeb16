// SPDX-License-Identifier: MIT
//
// Formatting ints and floats by a specification. A number is taken apart into sign, prefix, the
// digits that may be grouped, and the rest (fraction, exponent, per cent sign); then put together
// at the width asked for. Zeros that fill the width count as digits when groups are made, so
// format(1234, '08,') is '0,001,234', as in CPython.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "float_object.h"
#include "format_spec.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"

typedef struct NumberParts {
    char sign;      // or 0
    char prefix[3]; // "0x" ...
    const char *digits;
    size_t digit_count;
    const char *rest;
    size_t rest_length;
    size_t group; // digits in a group
} NumberParts;

// The digits with separators, at least `minimum` characters, written backwards.
static size_t group_backwards(const NumberParts *parts, char separator, int64_t minimum, char *to) {
    int64_t left = (int64_t)parts->digit_count, group = (int64_t)parts->group;
    char *at = to;
    for (;;) {
        int64_t wanted = left > minimum ? left : minimum;
        int64_t length = wanted < 1 ? 1 : wanted;
        length = separator && group < length ? group : length;
        for (int64_t i = 0; i < length; i++)
            *at++ = left > 0 ? parts->digits[--left] : '0';
        minimum -= length;
        if (left <= 0 && minimum <= 0)
            return (size_t)(at - to);
        *at++ = separator;
        minimum--;
    }
}

// The digits with separators and leading zeros.
static Str *grouped_digits(Thread *thread, const NumberParts *parts, const FormatSpec *spec,
                           int64_t minimum) {
    size_t longest = parts->digit_count > (size_t)minimum ? parts->digit_count : (size_t)minimum;
    size_t room = longest * 2 + 8;
    char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, room);
    size_t length = group_backwards(parts, spec->grouping, minimum, text);
    for (size_t i = 0; i < length / 2; i++) {
        char c = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = c;
    }
    return str_new_latin1(thread, text, length);
}

// How the width is filled: before everything, between prefix and digits, behind everything.
typedef struct Filling {
    size_t before, inside, behind;
} Filling;

static Filling fill_width(const FormatSpec *spec, size_t missing) {
    switch (spec->align) {
    case '>':
        return (Filling){missing, 0, 0};
    case '^':
        return (Filling){missing / 2, 0, missing - missing / 2};
    case '=':
        return (Filling){0, missing, 0};
    default:
        return (Filling){0, 0, missing};
    }
}

// `digits` are the text of the digits, of which there may be none (inf, nan).
static Str *place_parts(Thread *thread, const NumberParts *parts, const FormatSpec *spec,
                        const void *digits, size_t digit_count) {
    size_t prefix = strlen(parts->prefix), width = spec->width < 0 ? 0 : (size_t)spec->width;
    size_t total = (parts->sign != 0) + prefix + digit_count + parts->rest_length;
    size_t missing = width > total ? width - total : 0;
    Filling filling = fill_width(spec, missing);
    Str *s = str_new_uninitialised(thread, total + missing, missing ? spec->fill : 0);
    if (!s)
        return NULL;
    size_t at = str_fill(s, 0, spec->fill, filling.before);
    if (parts->sign)
        str_put(s, at++, (uint8_t)parts->sign);
    at = str_place(s, at, parts->prefix, 1, prefix);
    at = str_fill(s, at, spec->fill, filling.inside);
    at = str_place(s, at, digits, 1, digit_count);
    at = str_place(s, at, parts->rest, 1, parts->rest_length);
    str_fill(s, at, spec->fill, filling.behind);
    return s->length == 1 ? str_from_code_point(thread, str_char_at(s, 0)) : s;
}

static Str *assemble(Thread *thread, const NumberParts *parts, const FormatSpec *spec) {
    if (spec->width > (int64_t)STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    if (!spec->grouping || parts->digit_count == 0)
        return place_parts(thread, parts, spec, parts->digits, parts->digit_count);
    bool zero_filled = spec->fill == '0' && spec->align == '=';
    int64_t around = (int64_t)((parts->sign != 0) + strlen(parts->prefix) + parts->rest_length);
    int64_t minimum = zero_filled && spec->width > around ? spec->width - around : 0;
    const Str *digits = grouped_digits(thread, parts, spec, minimum);
    return place_parts(thread, parts, spec, str_bytes(digits), digits->length);
}

static char sign_char(bool negative, const FormatSpec *spec) {
    if (negative)
        return '-';
    return spec->sign == '+' || spec->sign == ' ' ? spec->sign : '\0';
}

static const char *int_spec_error(const FormatSpec *spec) {
    if (spec->precision >= 0)
        return "Precision not allowed in integer format specifier";
    if (spec->no_negative_zero)
        return "Negative zero coercion (z) not allowed in integer format specifier";
    if (spec->type == 'c' && spec->sign)
        return "Sign not allowed with integer format specifier 'c'";
    if (spec->type == 'c' && spec->alternate)
        return "Alternate form (#) not allowed with integer format specifier 'c'";
    return NULL;
}

static Str *format_char(Thread *thread, Value value, const FormatSpec *spec) {
    int64_t c;
    bool fits = int_to_int64(value, &c);
    if (!fits || c < 0 || c > STR_MAX_CODE_POINT) {
        raise_error(thread, ERROR_OverflowError, "%s",
                    fits ? "%c arg not in range(0x110000)"
                         : "Python int too large to convert to C long");
        return NULL;
    }
    return format_padded(thread, str_from_code_point(thread, (uint32_t)c), spec);
}

static void upper_case(char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        text[i] = (char)toupper((uint8_t)text[i]);
}

static int base_of(uint32_t type) {
    switch (type) {
    case 'b':
        return 2;
    case 'o':
        return 8;
    case 'x':
    case 'X':
        return 16;
    default:
        return 10;
    }
}

char *format_digits_of(Thread *thread, Value value, int base, char *local, size_t *count) {
    int64_t n;
    if (int_to_int64(value, &n)) {
        char *end = local + INT_DIGITS_SIZE;
        char *first = int_digits(n < 0 ? -(uint64_t)n : (uint64_t)n, base, end);
        *count = (size_t)(end - first);
        return first;
    }
    const Str *digits = int_to_str(thread, int_exact(thread, value), base);
    if (!digits)
        return NULL;
    bool negative = *str_bytes(digits) == '-';
    *count = digits->length - negative;
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, *count);
    memcpy(copy, str_bytes(digits) + negative, *count);
    return copy;
}

static Str *format_digits(Thread *thread, Value value, const FormatSpec *spec) {
    NumberParts parts = {.sign = sign_char(int_sign(value) < 0, spec), .group = 3};
    int base = base_of(spec->type);
    char local[INT_DIGITS_SIZE];
    char *digits = format_digits_of(thread, value, base, local, &parts.digit_count);
    if (!digits)
        return NULL;
    if (spec->type == 'X')
        upper_case(digits, parts.digit_count);
    if (base != 10)
        parts.group = 4;
    if (base != 10 && spec->alternate) {
        parts.prefix[0] = '0';
        parts.prefix[1] = (char)spec->type;
    }
    parts.digits = digits;
    return assemble(thread, &parts, spec);
}

static bool is_int_type(uint32_t type) {
    return type == 0 || (type < 0x80 && strchr("bcdnoxX", (int)type));
}

static bool is_float_type(uint32_t type) {
    switch (type) {
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case '%':
        return true;
    default:
        return false;
    }
}

static Str *format_int_spec(Thread *thread, Value value, const FormatSpec *spec,
                            const char *type_name) {
    double d;
    if (is_float_type(spec->type))
        return int_to_double(thread, value, &d) ? format_float_spec(thread, d, spec, type_name)
                                                : NULL;
    if (!is_int_type(spec->type))
        return format_unknown_code(thread, spec->type, type_name);
    const char *error = int_spec_error(spec);
    if (error) {
        raise_error(thread, ERROR_ValueError, "%s", error);
        return NULL;
    }
    return spec->type == 'c' ? format_char(thread, value, spec)
                             : format_digits(thread, value, spec);
}

Str *format_int(Thread *thread, Value value, Str *text) {
    FormatSpec spec;
    if (text->length == 0)
        return operation_str(thread, value);
    const char *name = type_name(thread, value);
    return format_spec_parse(thread, text, name, '>', &spec)
               ? format_int_spec(thread, value, &spec, name)
               : NULL;
}

// The quick ways, which leave out some numbers: their length, or 0.
static size_t quick_double(double d, char kind, int64_t precision, char *text) {
    if (precision >= FLOAT_QUICK_PRECISION)
        return 0;
    switch (kind) {
    case 'f':
        return float_fixed(d, (int)precision, text);
    case 'e':
        return float_scientific(d, (int)precision, text);
    default:
        return float_general(d, (int)precision, text);
    }
}

char *format_double(Thread *thread, double d, char kind, int64_t precision, bool alternate,
                    char *local) {
    d = fabs(d);
    if (kind == 'r') {
        float_text(d, local);
        return local;
    }
    if (!alternate && quick_double(d, kind, precision, local))
        return local;
    size_t room = (size_t)precision + (kind == 'f' ? 320 : 0) + 48;
    char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, room);
    switch (kind) {
    case 'e':
        snprintf(text, room, alternate ? "%#.*e" : "%.*e", (int)precision, d);
        break;
    case 'f':
        snprintf(text, room, alternate ? "%#.*f" : "%.*f", (int)precision, d);
        break;
    default:
        snprintf(text, room, alternate ? "%#.*g" : "%.*g", (int)precision, d);
    }
    return text;
}

// Drop zeros at the end of the mantissa, and the point if `keep_one` does not ask for one zero.
static void strip_mantissa(char *text, bool keep_one) {
    char *exponent = strchr(text, 'e'), *end = exponent ? exponent : text + strlen(text);
    char *last = end;
    while (last[-1] == '0')
        last--;
    if (last[-1] == '.')
        last += keep_one ? 1 : -1;
    memmove(last, end, strlen(end) + 1);
}

// The format without a type but with a precision: as 'g', but never looking like an int, and in
// scientific notation one digit earlier.
static char *general_with_point(Thread *thread, double d, int64_t precision, bool alternate,
                                char *local) {
    int64_t digits = precision ? precision : 1;
    char *text = format_double(thread, d, 'e', digits - 1, alternate, local);
    if (!isfinite(d))
        return text;
    int64_t point = atoi(strchr(text, 'e') + 1) + 1;
    bool scientific = point <= -4 || point > digits - 1;
    if (!scientific)
        text = format_double(thread, d, 'f', digits - point, alternate, local);
    if (!alternate && strchr(text, '.'))
        strip_mantissa(text, !scientific);
    return text;
}

// Insert the point that '#' demands into a mantissa without one.
static char *with_point(Thread *thread, const char *text) {
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, strlen(text) + 2);
    size_t whole = strspn(text, "0123456789");
    memcpy(copy, text, whole);
    copy[whole] = '.';
    strcpy(copy + whole + 1, text + whole);
    return copy;
}

// The format without a type.
static char *untyped_digits(Thread *thread, double d, const FormatSpec *spec, char *local) {
    if (spec->precision >= 0)
        return general_with_point(thread, d, spec->precision, spec->alternate, local);
    char *text = format_double(thread, d, 'r', 0, false, local);
    return spec->alternate && isfinite(d) && !strchr(text, '.') ? with_point(thread, text) : text;
}

// The text of |d|, without a per cent sign.
static char *float_digits(Thread *thread, double d, const FormatSpec *spec, char *local) {
    int64_t precision = spec->precision < 0 ? 6 : spec->precision;
    switch (spec->type) {
    case 0:
        return untyped_digits(thread, d, spec, local);
    case 'e':
    case 'E':
        return format_double(thread, d, 'e', precision, spec->alternate, local);
    case 'f':
    case 'F':
        return format_double(thread, d, 'f', precision, spec->alternate, local);
    case '%':
        return format_double(thread, d * 100, 'f', precision, spec->alternate, local);
    default:
        return format_double(thread, d, 'g', precision, spec->alternate, local);
    }
}

static size_t count_digits(const char *text) {
    size_t count = 0;
    while (text[count] - '0' >= 0 && text[count] - '0' < 10)
        count++;
    return count;
}

static bool is_all_zero(const char *text) {
    return text[strspn(text, "0.")] == '\0' || text[strspn(text, "0.")] == 'e' ||
           text[strspn(text, "0.")] == 'E';
}

Str *format_float_spec(Thread *thread, double value, const FormatSpec *spec,
                       const char *type_name) {
    if (spec->type && spec->type != 'n' && !is_float_type(spec->type))
        return format_unknown_code(thread, spec->type, type_name);
    if (spec->precision > INT32_MAX) {
        raise_error(thread, ERROR_ValueError, "precision too big");
        return NULL;
    }
    char local[FORMAT_DOUBLE_SIZE];
    char *text = float_digits(thread, value, spec, local);
    size_t length = strlen(text);
    if (spec->type == 'E' || spec->type == 'F' || spec->type == 'G')
        upper_case(text, length);
    bool negative = signbit(value) && !isnan(value);
    if (negative && spec->no_negative_zero && is_all_zero(text))
        negative = false;
    if (spec->type == '%')
        text[length++] = '%';
    NumberParts parts = {.sign = sign_char(negative, spec), .digits = text, .group = 3};
    parts.digit_count = count_digits(text);
    parts.rest = text + parts.digit_count;
    parts.rest_length = length - parts.digit_count;
    return assemble(thread, &parts, spec);
}

Str *format_float(Thread *thread, double value, Str *text) {
    FormatSpec spec;
    if (text->length == 0)
        return float_repr(thread, value);
    return format_spec_parse(thread, text, "float", '>', &spec)
               ? format_float_spec(thread, value, &spec, "float")
               : NULL;
}
