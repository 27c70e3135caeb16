// SPDX-License-Identifier: MIT
//
// The format mini-language: [[fill]align][sign][z][#][0][width][grouping][.precision][type].
//
// One parser for all types, used by f-strings, format() and str.format, and by the % operator for
// its numbers. It reports what is wrong in CPython's words; each type then refuses what makes no
// sense for it.
#pragma once

#include "object.h"

typedef struct FormatSpec {
    uint32_t fill;         // code point, default ' '
    char align;            // '<' '>' '^' '='
    char sign;             // '+' '-' ' ' or 0
    bool alternate;        // '#'
    bool no_negative_zero; // 'z'
    char grouping;         // ',' '_' or 0
    int64_t width;         // -1: none
    int64_t precision;     // -1: none
    uint32_t type;         // code point, 0: none
} FormatSpec;

// `type_name` for messages; `default_align` is what the type does without one ('<' or '>'). false
// with ValueError.
bool format_spec_parse(Thread *thread, Str *text, const char *type_name, char default_align,
                       FormatSpec *spec);
// value.__format__(text) for the three types that have a mini-language. NULL: exception set.
Str *format_str(Thread *thread, Str *value, Str *text);
Str *format_int(Thread *thread, Value value, Str *text);
Str *format_float(Thread *thread, double value, Str *text);

// The same with the specification already parsed.
Str *format_float_spec(Thread *thread, double value, const FormatSpec *spec, const char *type_name);
// "Unknown format code 'z' for object of type 'str'"
Str *format_unknown_code(Thread *thread, uint32_t code, const char *type_name);
// `s` padded as the specification says.
Str *format_padded(Thread *thread, Str *s, const FormatSpec *spec);
// The digits of |value|, not NUL-terminated: in `local` (of INT_DIGITS_SIZE bytes) or on the heap.
// NULL: exception set.
char *format_digits_of(Thread *thread, Value value, int base, char *local, size_t *count);
// |d| as printf would for `kind` e, f or g, or as repr for r; NUL-terminated, with room for one
// more character, in `local` (of FORMAT_DOUBLE_SIZE bytes) or on the heap. `alternate` keeps the
// point and trailing zeros (printf's #).
enum { FORMAT_DOUBLE_SIZE = 48 };
char *format_double(Thread *thread, double d, char kind, int64_t precision, bool alternate,
                    char *local);
