// SPDX-License-Identifier: MIT
//
// Complex numbers as text. The parts are written as floats are, without ".0"; a real part that is a
// positive zero is left out, and any other puts the whole in parentheses: 2j, (1+2j), (-0-1j).
//
// Reading is one look for the sign that begins the second part (it is not the first character, nor
// behind the e of an exponent); the parts themselves are read as floats.
#include "complex.h"

#include <ctype.h>
#include <math.h>

#include "char.h"
#include "float_object.h"
#include "format_spec.h"
#include "interpreter.h"
#include "str.h"
#include "text_builder.h"

static bool is_positive_zero(double d) {
    return d == 0 && !signbit(d);
}

static size_t part_text(double d, char *buffer) {
    size_t length = float_text(d, buffer);
    if (length > 2 && memcmp(buffer + length - 2, ".0", 2) == 0)
        length -= 2;
    return length;
}

Str *complex_repr(Thread *thread, ComplexNumber number) {
    char text[2 * FLOAT_TEXT_SIZE + 4];
    size_t length = 0;
    bool whole = !is_positive_zero(number.real);
    if (whole) {
        text[length++] = '(';
        length += part_text(number.real, text + length);
        if (isnan(number.imag) || !signbit(number.imag))
            text[length++] = '+';
    }
    length += part_text(number.imag, text + length);
    text[length++] = 'j';
    if (whole)
        text[length++] = ')';
    return str_new_latin1(thread, text, length);
}

// One part by a specification without a width; `exact` is the format without type and precision.
static Str *format_part(Thread *thread, double d, FormatSpec spec, bool exact) {
    spec.width = -1;
    if (!spec.type && !exact)
        spec.type = 'g';
    Str *text = format_float_spec(thread, d, &spec, "complex");
    size_t length = text ? text->length : 0;
    bool cut = exact && !spec.alternate && length > 2 && str_char_at(text, length - 2) == '.' &&
               str_char_at(text, length - 1) == '0';
    return cut ? str_slice(thread, text, 0, length - 2) : text;
}

static bool check_spec(Thread *thread, const FormatSpec *spec) {
    if (spec->type >= 0x80 || (spec->type && !strchr("eEfFgGn", (int)spec->type)))
        return format_unknown_code(thread, spec->type, "complex");
    if (spec->fill == '0')
        return raise_false(thread, ERROR_ValueError,
                           "Zero padding is not allowed in complex format specifier");
    if (spec->align == '=')
        return raise_false(thread, ERROR_ValueError,
                           "'=' alignment flag is not allowed in complex format specifier");
    return true;
}

Str *complex_format(Thread *thread, ComplexNumber number, Str *text) {
    FormatSpec spec, imaginary;
    TextBuilder builder;
    if (text->length == 0)
        return complex_repr(thread, number);
    if (!format_spec_parse(thread, text, "complex", '>', &spec) || !check_spec(thread, &spec))
        return NULL;
    bool exact = !spec.type && spec.precision < 0;
    bool both = spec.type || !is_positive_zero(number.real);
    imaginary = spec;
    imaginary.sign = both ? '+' : spec.sign;
    Str *second = format_part(thread, number.imag, imaginary, exact);
    Str *first = both && second ? format_part(thread, number.real, spec, exact) : NULL;
    if (!second || (both && !first))
        return NULL;
    text_builder_init(&builder, thread);
    if (first && !spec.type)
        text_builder_put(&builder, '(');
    if (first)
        text_builder_add(&builder, first);
    text_builder_add(&builder, second);
    text_builder_add_c(&builder, first && !spec.type ? "j)" : "j");
    return format_padded(thread, text_builder_finish(&builder), &spec);
}

// Where the sign of the second part stands; `at` if there is one part only.
static const char *second_part(const char *at, const char *end) {
    for (const char *sign = end; sign-- > at + 1;) {
        if ((*sign == '+' || *sign == '-') && (sign[-1] | 0x20) != 'e')
            return sign;
    }
    return at;
}

// The text before the j: a number, a sign alone, or nothing at all.
static bool parse_imaginary(const char *at, const char *end, double *d) {
    bool sign = at < end && (*at == '+' || *at == '-');
    if (at + sign == end) {
        *d = sign && *at == '-' ? -1 : 1;
        return true;
    }
    return float_parse(at, (size_t)(end - at), d);
}

static bool parse_parts(const char *at, const char *end, ComplexNumber *number) {
    *number = (ComplexNumber){0, 0};
    if (at == end)
        return false;
    if ((end[-1] | 0x20) != 'j')
        return float_parse(at, (size_t)(end - at), &number->real);
    const char *sign = second_part(at, end - 1);
    if (sign > at && !float_parse(at, (size_t)(sign - at), &number->real))
        return false;
    return parse_imaginary(sign, end - 1, &number->imag);
}

static void strip(const char **at, const char **end) {
    while (*at < *end && isspace((uint8_t) * *at))
        ++*at;
    while (*end > *at && isspace((uint8_t)(*end)[-1]))
        --*end;
}

static bool parse_text(const char *at, const char *end, ComplexNumber *number) {
    strip(&at, &end);
    if (end - at >= 2 && *at == '(' && end[-1] == ')') {
        at++;
        end--;
        strip(&at, &end);
    }
    for (const char *c = at; c < end; c++) {
        if (isspace((uint8_t)*c))
            return false;
    }
    return parse_parts(at, end, number);
}

// Underscores stand between digits; CPython complains of others before it reads the number.
static bool misplaces_underscore(const char *s) {
    for (char before = '\0';; before = *s++) {
        bool here = *s == '_', there = before == '_';
        if ((here && !isdigit((uint8_t)before)) || (there && !isdigit((uint8_t)*s)))
            return true;
        if (*s == '\0')
            return false;
    }
}

bool complex_parse(Thread *thread, Str *text, ComplexNumber *number) {
    const char *ascii = float_ascii(thread, text);
    if (parse_text(ascii, ascii + text->length, number))
        return true;
    if (misplaces_underscore(ascii))
        return raise_false(thread, ERROR_ValueError, "could not convert string to complex: %s",
                           str_text(thread, str_repr(thread, text)));
    return raise_false(thread, ERROR_ValueError, "complex() arg is a malformed string");
}
