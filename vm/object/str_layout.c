// SPDX-License-Identifier: MIT
//
// Fitting strings into columns (center, ljust, rjust, zfill, expandtabs), and translate() with its
// companion maketrans().
#include "dict.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str_methods.h"
#include "text_builder.h"

static Str *pad(Thread *thread, Str *s, size_t left, size_t right, uint32_t fill) {
    TextBuilder builder;
    if (left + right > STR_MAX_LENGTH - s->length) {
        raise_error(thread, ERROR_OverflowError, "padded string is too long");
        return NULL;
    }
    text_builder_init(&builder, thread);
    text_builder_repeat(&builder, fill, left);
    text_builder_add(&builder, s);
    text_builder_repeat(&builder, fill, right);
    return text_builder_finish(&builder);
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
    return str_result(pad(thread, as_str(args[0]), 0, missing, fill));
}

Value str_method_rjust(Thread *thread, Value *args) {
    size_t missing = 0;
    uint32_t fill = 0;
    if (!read_missing(thread, args, &missing, &fill))
        return VALUE_ERROR;
    return str_result(pad(thread, as_str(args[0]), missing, 0, fill));
}

Value str_method_center(Thread *thread, Value *args) {
    size_t missing = 0;
    uint32_t fill = 0;
    if (!read_missing(thread, args, &missing, &fill))
        return VALUE_ERROR;
    // CPython's choice of the side that gets the odd one.
    size_t left = missing / 2 + (missing & (missing + as_str(args[0])->length) & 1);
    return str_result(pad(thread, as_str(args[0]), left, missing - left, fill));
}

Value str_method_zfill(Thread *thread, Value *args) {
    Str *s = as_str(args[0]);
    int64_t width;
    if (!operation_index_int64(thread, args[1], &width))
        return VALUE_ERROR;
    if (width <= (int64_t)s->length)
        return str_result(str_exact(thread, s));
    Str *result = pad(thread, s, (size_t)width - s->length, 0, '0');
    if (!result || s->length == 0)
        return str_result(result);
    uint32_t sign = str_char_at(s, 0);
    if (sign == '+' || sign == '-') {
        str_put(result, (size_t)width - s->length, '0');
        str_put(result, 0, sign);
    }
    return str_result(result);
}

Value str_method_expandtabs(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    int64_t size;
    if (!operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    TextBuilder builder;
    int64_t column = 0;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (c == '\t') {
            int64_t spaces = size > 0 ? size - column % size : 0;
            text_builder_repeat(&builder, ' ', (size_t)spaces);
            column += spaces;
        } else {
            text_builder_put(&builder, c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
    }
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

static bool add_translated(TextBuilder *builder, uint32_t c, Value table) {
    Thread *thread = builder->thread;
    Value v = operation_get_item(thread, table, value_small_int((int64_t)c));
    if (is_error(v)) {
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

Value str_method_translate(Thread *thread, Value *args) {
    const Str *s = as_str(args[0]);
    TextBuilder builder;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < s->length; i++)
        if (!add_translated(&builder, str_char_at(s, i), args[1]))
            return VALUE_ERROR;
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
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError,
                           "first maketrans argument must be a string if there is a second "
                           "argument");
    Str *to = str_argument(thread, args[1], "maketrans", 2);
    Str *dropped = is_undefined(args[2]) ? thread->interpreter->empty_str
                                         : str_argument(thread, args[2], "maketrans", 3);
    if (!to || !dropped)
        return VALUE_ERROR;
    if (as_str(args[0])->length != to->length)
        return raise_error(thread, ERROR_ValueError,
                           "the first two maketrans arguments must have equal length");
    Dict *result = dict_new(thread, 0);
    if (!map_pairs(thread, result, as_str(args[0]), to) ||
        !map_pairs(thread, result, dropped, NULL))
        return VALUE_ERROR;
    return value_object(result);
}
