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
#include "text_builder.h"

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

static Str *digits_text(Thread *thread, const NumberParts *parts, const FormatSpec *spec,
                        int64_t minimum) {
    if (parts->digit_count == 0)
        return thread->interpreter->empty_str;
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

static Str *assemble(Thread *thread, const NumberParts *parts, const FormatSpec *spec) {
    size_t around = (parts->sign != 0) + strlen(parts->prefix) + parts->rest_length;
    int64_t width = spec->width < 0 ? 0 : spec->width;
    if ((uint64_t)width > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    bool zero_filled = spec->fill == '0' && spec->align == '=';
    int64_t minimum = zero_filled && width > (int64_t)around ? width - (int64_t)around : 0;
    Str *digits = digits_text(thread, parts, spec, minimum);
    size_t total = around + digits->length;
    size_t missing = (size_t)width > total ? (size_t)width - total : 0;
    size_t left = spec->align == '>' ? missing : spec->align == '^' ? missing / 2 : 0;
    TextBuilder builder;
    text_builder_init(&builder, thread);
    text_builder_repeat(&builder, spec->fill, left);
    if (parts->sign)
        text_builder_put(&builder, (uint8_t)parts->sign);
    text_builder_add_c(&builder, parts->prefix);
    if (spec->align == '=')
        text_builder_repeat(&builder, spec->fill, missing);
    text_builder_add(&builder, digits);
    text_builder_add_ascii(&builder, parts->rest, parts->rest_length);
    if (spec->align != '=')
        text_builder_repeat(&builder, spec->fill, missing - left);
    return text_builder_finish(&builder);
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

static void upper_case(char *text) {
    for (; *text; text++)
        *text = (char)toupper((uint8_t)*text);
}

static Str *format_digits(Thread *thread, Value value, const FormatSpec *spec) {
    static const struct {
        char type;
        int base;
    } bases[] = {{'b', 2}, {'o', 8}, {'x', 16}, {'X', 16}};
    NumberParts parts = {.sign = sign_char(int_sign(value) < 0, spec), .group = 3};
    int base = 10;
    for (size_t i = 0; i < 4; i++)
        if (spec->type == (uint8_t)bases[i].type)
            base = bases[i].base;
    Str *digits = int_to_str(thread, int_exact(thread, value), base);
    if (!digits)
        return NULL;
    char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, digits->length + 1);
    memcpy(text, str_bytes(digits), digits->length);
    if (spec->type == 'X')
        upper_case(text);
    if (base != 10)
        parts.group = 4;
    if (base != 10 && spec->alternate) {
        parts.prefix[0] = '0';
        parts.prefix[1] = (char)spec->type;
    }
    parts.digits = text + (*text == '-');
    parts.digit_count = strlen(parts.digits);
    return assemble(thread, &parts, spec);
}

Str *format_int_spec(Thread *thread, Value value, const FormatSpec *spec, const char *type_name) {
    double d;
    if (spec->type && spec->type < 0x80 && strchr("eEfFgG%", (int)spec->type))
        return int_to_double(thread, value, &d) ? format_float_spec(thread, d, spec, type_name)
                                                : NULL;
    if (spec->type && (spec->type >= 0x80 || !strchr("bcdnoxX", (int)spec->type)))
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

char *format_double(Thread *thread, double d, char kind, int64_t precision, bool alternate) {
    d = fabs(d);
    if (kind == 'f' && !alternate && precision < 20) {
        char *fixed = heap_allocate(thread_heap(thread), CELL_BUFFER, FLOAT_FIXED_SIZE + 1);
        if (float_fixed(d, (int)precision, fixed))
            return fixed;
    }
    size_t room = (kind == 'r' ? 0 : (size_t)precision) + (kind == 'f' ? 320 : 0) + 48;
    char *text = heap_allocate(thread_heap(thread), CELL_BUFFER, room);
    switch (kind) {
    case 'r':
        float_text(d, text);
        break;
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
static char *general_with_point(Thread *thread, double d, int64_t precision, bool alternate) {
    int64_t digits = precision ? precision : 1;
    char *text = format_double(thread, d, 'e', digits - 1, alternate);
    if (!isfinite(d))
        return text;
    int64_t point = atoi(strchr(text, 'e') + 1) + 1;
    bool scientific = point <= -4 || point > digits - 1;
    if (!scientific)
        text = format_double(thread, d, 'f', digits - point, alternate);
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

// The text of |d|, without a per cent sign.
static char *float_digits(Thread *thread, double d, const FormatSpec *spec) {
    int64_t precision = spec->precision;
    switch (spec->type) {
    case 0:
        if (precision >= 0)
            return general_with_point(thread, d, precision, spec->alternate);
        char *text = format_double(thread, d, 'r', 0, false);
        return spec->alternate && isfinite(d) && !strchr(text, '.') ? with_point(thread, text)
                                                                    : text;
    case 'e':
    case 'E':
        return format_double(thread, d, 'e', precision < 0 ? 6 : precision, spec->alternate);
    case 'f':
    case 'F':
        return format_double(thread, d, 'f', precision < 0 ? 6 : precision, spec->alternate);
    case '%':
        return format_double(thread, d * 100, 'f', precision < 0 ? 6 : precision, spec->alternate);
    default:
        return format_double(thread, d, 'g', precision < 0 ? 6 : precision, spec->alternate);
    }
}

static bool is_all_zero(const char *text) {
    return text[strspn(text, "0.")] == '\0' || text[strspn(text, "0.")] == 'e' ||
           text[strspn(text, "0.")] == 'E';
}

Str *format_float_spec(Thread *thread, double value, const FormatSpec *spec,
                       const char *type_name) {
    if (spec->type && (spec->type >= 0x80 || !strchr("eEfFgGn%", (int)spec->type)))
        return format_unknown_code(thread, spec->type, type_name);
    if (spec->precision > INT32_MAX) {
        raise_error(thread, ERROR_ValueError, "precision too big");
        return NULL;
    }
    char *text = float_digits(thread, value, spec);
    if (spec->type == 'E' || spec->type == 'F' || spec->type == 'G')
        upper_case(text);
    bool negative = signbit(value) && !isnan(value);
    if (negative && spec->no_negative_zero && is_all_zero(text))
        negative = false;
    NumberParts parts = {.sign = sign_char(negative, spec), .digits = text, .group = 3};
    parts.digit_count = strspn(text, "0123456789");
    parts.rest = text + parts.digit_count;
    if (spec->type == '%')
        parts.rest = str_text(thread, str_format(thread, "%s%%", parts.rest));
    parts.rest_length = strlen(parts.rest);
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
