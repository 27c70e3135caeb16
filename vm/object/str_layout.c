// SPDX-License-Identifier: MIT
//
// Fitting strings into columns (center, ljust, rjust, zfill, expandtabs), and translate() with its
// companion maketrans().
#include "dict.h"
#include "execute.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"
#include "str_methods.h"
#include "text_builder.h"

Str *str_pad(Thread *thread, Str *s, size_t left, size_t right, uint32_t fill) {
    size_t length = s->length;
    if (left + right == 0)
        return str_exact(thread, s);
    if (left + right > STR_MAX_LENGTH - length) {
        raise_error(thread, ERROR_OverflowError, "padded string is too long");
        return NULL;
    }
    if (left + right + length == 1)
        return str_from_code_point(thread, fill);
    uint32_t widest = s->ascii ? 0x7f : s->width == 1 ? 0xff : s->width == 2 ? 0xffff : 0x10ffff;
    Str *padded = str_new_uninitialised(thread, left + length + right, widest | fill);
    size_t at = str_fill(padded, 0, fill, left);
    at = str_place(padded, at, s->data, s->width, length);
    str_fill(padded, at, fill, right);
    return padded;
}

static bool read_fill(Thread *thread, Value v, uint32_t *fill) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError,
                           "The fill character must be a unicode character, not %s",
                           type_name(thread, v));
    if (as_str(v)->length != 1)
        return raise_false(thread, ERROR_TypeError,
                           "The fill character must be exactly one character long");
    *fill = str_char_at(as_str(v), 0);
    return true;
}

// How many fill characters are needed for `width`, or -1.
static bool read_missing(Thread *thread, Value *args, size_t *missing, uint32_t *fill) {
    int64_t width, length = (int64_t)as_str(args[0])->length;
    if (!operation_index_int64(thread, args[1], &width) || !read_fill(thread, args[2], fill))
        return false;
    *missing = width > length ? (size_t)(width - length) : 0;
    return true;
}

Value str_method_ljust(Thread *thread, Value *args) {
    size_t missing = 0;
    uint32_t fill = 0;
    if (!read_missing(thread, args, &missing, &fill))
        return VALUE_ERROR;
    return str_result(str_pad(thread, as_str(args[0]), 0, missing, fill));
}

Value str_method_rjust(Thread *thread, Value *args) {
    size_t missing = 0;
    uint32_t fill = 0;
    if (!read_missing(thread, args, &missing, &fill))
        return VALUE_ERROR;
    return str_result(str_pad(thread, as_str(args[0]), missing, 0, fill));
}

Value str_method_center(Thread *thread, Value *args) {
    size_t missing = 0;
    uint32_t fill = 0;
    if (!read_missing(thread, args, &missing, &fill))
        return VALUE_ERROR;
    // CPython's choice of the side that gets the odd one.
    size_t left = missing / 2 + (missing & (missing + as_str(args[0])->length) & 1);
    return str_result(str_pad(thread, as_str(args[0]), left, missing - left, fill));
}

Value str_method_zfill(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    int64_t width;
    if (!operation_index_int64(thread, args[1], &width))
        return VALUE_ERROR;
    if (width <= (int64_t)s->length)
        return str_result(str_exact(thread, s));
    Str *result = str_pad(thread, s, (size_t)width - s->length, 0, '0');
    if (!result || s->length == 0)
        return str_result(result);
    uint32_t sign = str_char_at(s, 0);
    if (sign == '+' || sign == '-') {
        str_put(result, (size_t)width - s->length, '0');
        str_put(result, 0, sign);
    }
    return str_result(result);
}

// The next tab or end of a line in `s` from `i` on, else its length.
static size_t next_control(const Str *s, size_t i) {
    const uint8_t *text = s->data;
    for (; s->width == 1 && i + 8 <= s->length; i += 8) {
        unsigned found = 0;
        for (size_t k = 0; k < 8; k++)
            found |= text[i + k] <= '\r';
        if (found)
            break;
    }
    for (; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\t' || c == '\n' || c == '\r')
            break;
    }
    return i;
}

Value str_method_expandtabs(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    int64_t size;
    if (!operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    TextBuilder builder;
    text_builder_init(&builder, thread);
    size_t done = 0, line = 0; // what is in the builder; where the column was 0
    int64_t indent = 0;        // columns that tabs have added since
    for (size_t at = 0; (at = next_control(s, at)) < s->length; at++) {
        if (str_char_at(s, at) != '\t') {
            line = at + 1;
            indent = 0;
            continue;
        }
        int64_t column = (int64_t)(at - line) + indent;
        int64_t spaces = size > 0 ? size - column % size : 0;
        text_builder_add_slice(&builder, s, done, at);
        text_builder_repeat(&builder, ' ', (size_t)spaces);
        indent += spaces - 1; // the tab itself takes no column
        done = at + 1;
    }
    text_builder_add_slice(&builder, s, done, s->length);
    return str_result(text_builder_finish(&builder));
}

static bool add_number(TextBuilder *builder, Value v) {
    int64_t c;
    if (!int_to_int64(v, &c) || c < 0 || c > STR_MAX_CODE_POINT)
        return raise_false(builder->thread, ERROR_ValueError,
                           "character mapping must be in range(0x110000)");
    text_builder_put(builder, (uint32_t)c);
    return true;
}

// UNDEFINED if a dict has no entry for `c`; other tables say so with an exception.
static Value table_entry(Thread *thread, Value table, uint32_t c) {
    Value key = value_small_int((int64_t)c), v = VALUE_UNDEFINED;
    if (!is_exactly(table, LAYOUT_DICT))
        return operation_get_item(thread, table, key);
    return dict_get(thread, as_dict(table), key, &v) < 0 ? VALUE_ERROR : v;
}

static bool add_translated(TextBuilder *builder, uint32_t c, Value table) {
    Thread *thread = builder->thread;
    Value v = table_entry(thread, table, c);
    if (is_undefined(v)) {
        text_builder_put(builder, c);
    } else if (is_error(v)) {
        if (!error_matches(thread, ERROR_LookupError))
            return false;
        error_clear(thread);
        text_builder_put(builder, c);
    } else if (is_str(v)) {
        text_builder_add(builder, as_str(v));
    } else if (is_integral(v)) {
        return add_number(builder, v);
    } else if (!is_none(v)) {
        return raise_false(thread, ERROR_TypeError,
                           "character mapping must return integer, None or str");
    }
    return true;
}

// What translate() has found out about the ASCII characters: each is looked up in the table when it
// comes the first time, and again only if it becomes neither one ASCII character nor nothing.
typedef struct Translations {
    uint8_t kind[128];
    uint8_t to[128];
} Translations;
enum { UNKNOWN, TO_ASCII, TO_NOTHING, TO_OTHER };

static bool add_first(TextBuilder *builder, uint32_t c, Value table, Translations *known) {
    size_t before = builder->length;
    if (!add_translated(builder, c, table))
        return false;
    size_t added = builder->length - before;
    known->kind[c] = added == 0 ? TO_NOTHING : TO_OTHER;
    if (added == 1 && builder->width == 1 && builder->data[before] < 0x80) {
        known->kind[c] = TO_ASCII;
        known->to[c] = builder->data[before];
    }
    return true;
}

static bool add_next(TextBuilder *builder, uint32_t c, Value table, Translations *known) {
    if (c >= 0x80 || known->kind[c] == TO_OTHER)
        return add_translated(builder, c, table);
    if (known->kind[c] == UNKNOWN)
        return add_first(builder, c, table, known);
    if (known->kind[c] == TO_ASCII)
        text_builder_put(builder, known->to[c]);
    return true;
}

// The characters from `at` on that are known to become ASCII; returns where they end.
static size_t add_known(TextBuilder *builder, const Str *s, size_t at, const Translations *known) {
    text_builder_reserve(builder, s->length - at, 0);
    if (builder->width != 1)
        return at;
    const uint8_t *from = str_bytes(s);
    uint8_t *to = builder->data + builder->length - at;
    size_t i = at;
    for (; i < s->length && known->kind[from[i]] == TO_ASCII; i++)
        to[i] = known->to[from[i]];
    builder->length += i - at;
    return i;
}

Value str_method_translate(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    TextBuilder builder;
    Translations known;
    memset(known.kind, 0, sizeof known.kind);
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < s->length; i++) {
        i = s->ascii ? add_known(&builder, s, i, &known) : i;
        if (!thread_poll_signals(thread) ||
            (i < s->length && !add_next(&builder, str_char_at(s, i), args[1], &known)))
            return VALUE_ERROR;
    }
    return str_result(text_builder_finish(&builder));
}

static Value translation_from_dict(Thread *thread, Value source) {
    if (!is_dict(source))
        return raise_error(thread, ERROR_TypeError,
                           "if you give only one argument to maketrans it must be a dict");
    Dict *result = dict_new(thread, 0);
    size_t position = 0;
    Value key, value;
    while (dict_next(as_dict(source), &position, &key, &value)) {
        if (is_str(key)) {
            if (as_str(key)->length != 1)
                return raise_error(thread, ERROR_ValueError,
                                   "string keys in translate table must be of length 1");
            key = value_small_int((int64_t)str_char_at(as_str(key), 0));
        } else if (!is_integral(key)) {
            return raise_error(thread, ERROR_TypeError,
                               "keys in translate table must be strings or integers");
        }
        if (!dict_set(thread, result, key, value))
            return VALUE_ERROR;
    }
    return value_object(result);
}

static bool map_pairs(Thread *thread, Dict *result, const Str *from, const Str *to) {
    for (size_t i = 0; i < from->length; i++)
        if (!dict_set(thread, result, value_small_int((int64_t)str_char_at(from, i)),
                      to ? value_small_int((int64_t)str_char_at(to, i)) : VALUE_NONE))
            return false;
    return true;
}

Value str_method_maketrans(Thread *thread, Value *args) {
    if (is_undefined(args[1]))
        return translation_from_dict(thread, args[0]);
    Str *to = str_argument(thread, args[1], "maketrans", 2);
    Str *dropped = thread->interpreter->empty_str;
    if (to && !is_undefined(args[2]))
        dropped = str_argument(thread, args[2], "maketrans", 3);
    if (!to || !dropped)
        return VALUE_ERROR;
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError,
                           "first maketrans argument must be a string if there is a second "
                           "argument");
    if (as_str(args[0])->length != to->length)
        return raise_error(thread, ERROR_ValueError,
                           "the first two maketrans arguments must have equal length");
    Dict *result = dict_new(thread, 0);
    if (!map_pairs(thread, result, as_str(args[0]), to) ||
        !map_pairs(thread, result, dropped, NULL))
        return VALUE_ERROR;
    return value_object(result);
}
