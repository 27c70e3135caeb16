// SPDX-License-Identifier: MIT
//
// Reading format specifications, and formatting strings by them. Numbers are in format_number.c.
//
// The reader takes one part after the other, in the order of the grammar; each is optional, so
// whatever does not fit is left for the next one, and what is left at the end is the type. The
// checks that depend on the type of the value come later, where that is known.
#include "format_spec.h"

#include "char.h"
#include "exception.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"
#include "text_builder.h"

// What is left of the specification while it is read.
typedef struct SpecReader {
    Thread *thread;
    const Str *text;
    size_t at;
} SpecReader;

static uint32_t peek(const SpecReader *reader, size_t ahead) {
    size_t index = reader->at + ahead;
    return index < reader->text->length ? str_char_at(reader->text, index) : 0;
}

static bool take(SpecReader *reader, uint32_t c) {
    if (peek(reader, 0) != c || reader->at >= reader->text->length)
        return false;
    reader->at++;
    return true;
}

static bool is_align(uint32_t c) {
    return c == '<' || c == '>' || c == '^' || c == '=';
}

static inline int digit_value(uint32_t c) {
    if (c < 0x80)
        return c - '0' < 10 ? (int)(c - '0') : -1;
    return char_decimal_value(c);
}

// Digits, if there are any; else *number stays.
static bool read_number(SpecReader *reader, int64_t *number) {
    int64_t n = 0;
    size_t start = reader->at;
    int digit;
    while (reader->at < reader->text->length && (digit = digit_value(peek(reader, 0))) >= 0) {
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n))
            return raise_false(reader->thread, ERROR_ValueError,
                               "Too many decimal digits in format string");
        reader->at++;
    }
    if (reader->at > start)
        *number = n;
    return true;
}

static bool read_grouping(SpecReader *reader, FormatSpec *spec) {
    while (peek(reader, 0) == ',' || peek(reader, 0) == '_') {
        char c = (char)peek(reader, 0);
        if (spec->grouping && spec->grouping != c)
            return raise_false(reader->thread, ERROR_ValueError,
                               "Cannot specify both ',' and '_'.");
        if (spec->grouping)
            return true;
        spec->grouping = c;
        reader->at++;
    }
    return true;
}

static void read_fill_and_align(SpecReader *reader, FormatSpec *spec, bool *filled) {
    if (reader->text->length >= 2 && is_align(peek(reader, 1))) {
        spec->fill = peek(reader, 0);
        spec->align = (char)peek(reader, 1);
        reader->at += 2;
        *filled = true;
    } else if (is_align(peek(reader, 0))) {
        spec->align = (char)peek(reader, 0);
        reader->at++;
    }
}

static bool read_flags(SpecReader *reader, FormatSpec *spec, char default_align) {
    bool filled = false;
    spec->align = 0;
    read_fill_and_align(reader, spec, &filled);
    if (peek(reader, 0) == '+' || peek(reader, 0) == '-' || peek(reader, 0) == ' ') {
        spec->sign = (char)peek(reader, 0);
        reader->at++;
    }
    spec->no_negative_zero = take(reader, 'z');
    spec->alternate = take(reader, '#');
    if (!filled && take(reader, '0')) {
        spec->fill = '0';
        if (!spec->align && default_align == '>')
            spec->align = '=';
    }
    if (!spec->align)
        spec->align = default_align;
    return read_number(reader, &spec->width) && read_grouping(reader, spec);
}

static bool read_precision(SpecReader *reader, FormatSpec *spec) {
    if (!take(reader, '.'))
        return true;
    if (!read_number(reader, &spec->precision))
        return false;
    return spec->precision >= 0 ||
           raise_false(reader->thread, ERROR_ValueError, "Format specifier missing precision");
}

static bool check_grouping(Thread *thread, const FormatSpec *spec) {
    uint32_t type = spec->type;
    if (!spec->grouping || !type || (type < 0x80 && strchr("deEfFgG%", (int)type)))
        return true;
    if (spec->grouping == '_' && type < 0x80 && strchr("boxX", (int)type))
        return true;
    if (type > ' ' && type < 0x80)
        return raise_false(thread, ERROR_ValueError, "Cannot specify '%c' with '%c'.",
                           spec->grouping, (char)type);
    return raise_false(thread, ERROR_ValueError, "Cannot specify '%c' with '\\x%x'.",
                       spec->grouping, type);
}

static bool invalid_spec(Thread *thread, Str *text, const char *type_name) {
    TextBuilder message;
    text_builder_init(&message, thread);
    text_builder_add_c(&message, "Invalid format specifier '");
    text_builder_add(&message, text); // which may hold any character, also NUL
    text_builder_add_printf(&message, "' for object of type '%s'", type_name);
    raise_value(thread, value_object(exception_new(thread, ERROR_ValueError,
                                                   text_builder_finish(&message))));
    return false;
}

bool format_spec_parse(Thread *thread, Str *text, const char *type_name, char default_align,
                       FormatSpec *spec) {
    SpecReader reader = {thread, text, 0};
    *spec = (FormatSpec){.fill = ' ', .width = -1, .precision = -1};
    if (!read_flags(&reader, spec, default_align) || !read_precision(&reader, spec))
        return false;
    if (text->length - reader.at > 1)
        return invalid_spec(thread, text, type_name);
    spec->type = peek(&reader, 0);
    if (!spec->type && reader.at < text->length)
        return invalid_spec(thread, text, type_name);
    if (spec->grouping && !spec->type && default_align == '<') // of a string
        spec->type = 's';
    return check_grouping(thread, spec);
}

Str *format_unknown_code(Thread *thread, uint32_t code, const char *type_name) {
    if (code > ' ' && code < 0x80)
        raise_error(thread, ERROR_ValueError, "Unknown format code '%c' for object of type '%s'",
                    (char)code, type_name);
    else
        raise_error(thread, ERROR_ValueError, "Unknown format code '\\x%x' for object of type '%s'",
                    code, type_name);
    return NULL;
}

Str *format_padded(Thread *thread, Str *s, const FormatSpec *spec) {
    if (spec->width <= (int64_t)s->length)
        return s;
    size_t missing = (size_t)spec->width - s->length;
    if (missing > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    size_t left = spec->align == '<' ? 0 : spec->align == '^' ? missing / 2 : missing;
    return str_pad(thread, s, left, missing - left, spec->fill);
}

static const char *string_spec_error(const FormatSpec *spec) {
    if (spec->sign)
        return spec->sign == ' ' ? "Space not allowed in string format specifier"
                                 : "Sign not allowed in string format specifier";
    if (spec->no_negative_zero)
        return "Negative zero coercion (z) not allowed in string format specifier";
    if (spec->alternate)
        return "Alternate form (#) not allowed in string format specifier";
    if (spec->align == '=')
        return "'=' alignment not allowed in string format specifier";
    return NULL;
}

Str *format_str(Thread *thread, Str *value, Str *text) {
    FormatSpec spec;
    if (text->length == 0)
        return operation_str(thread, value_object(value));
    const char *type = type_name(thread, value_object(value));
    if (!format_spec_parse(thread, text, type, '<', &spec))
        return NULL;
    if (spec.type && spec.type != 's')
        return format_unknown_code(thread, spec.type, type);
    const char *error = string_spec_error(&spec);
    if (error) {
        raise_error(thread, ERROR_ValueError, "%s", error);
        return NULL;
    }
    Str *shown = str_exact(thread, value);
    if (spec.precision >= 0 && (uint64_t)spec.precision < value->length)
        shown = str_slice(thread, value, 0, (size_t)spec.precision);
    return format_padded(thread, shown, &spec);
}
