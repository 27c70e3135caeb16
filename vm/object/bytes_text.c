// SPDX-License-Identifier: MIT
//
// The methods of bytes and bytearray that treat the bytes as ASCII text or as numbers: case,
// layout, hexadecimal, translation tables, decode.
#include "arguments.h"
#include "byte_builder.h"
#include "bytearray.h"
#include "bytes_methods.h"
#include "call.h"
#include "interpreter.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "str_copy.h"
#include "tuple.h"

static bool is_upper(uint8_t c) {
    return c >= 'A' && c <= 'Z';
}
static bool is_lower(uint8_t c) {
    return c >= 'a' && c <= 'z';
}
static bool is_alpha(uint8_t c) {
    return is_upper(c) || is_lower(c);
}
static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}
static bool is_alnum(uint8_t c) {
    return is_alpha(c) || is_digit(c);
}
static bool is_space(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
static uint8_t to_upper(uint8_t c) {
    return is_lower(c) ? (uint8_t)(c - 0x20) : c;
}
static uint8_t to_lower(uint8_t c) {
    return is_upper(c) ? (uint8_t)(c + 0x20) : c;
}

// A mutable copy of self, and where its bytes are.
static Value copy_self(Thread *thread, Value self, uint8_t **data) {
    BytesView view = bytes_self(self);
    Value copy = bytes_like_new(thread, self, NULL, view.length);
    *data = (uint8_t *)(uintptr_t)bytes_self(copy).data;
    memcpy(*data, view.data, view.length);
    return copy;
}

Value bytes_method_upper(Thread *thread, Value *args) {
    uint8_t *data;
    Value copy = copy_self(thread, args[0], &data);
    for (size_t i = 0, count = bytes_self(copy).length; i < count; i++)
        data[i] = to_upper(data[i]);
    return copy;
}

Value bytes_method_lower(Thread *thread, Value *args) {
    uint8_t *data;
    Value copy = copy_self(thread, args[0], &data);
    for (size_t i = 0, count = bytes_self(copy).length; i < count; i++)
        data[i] = to_lower(data[i]);
    return copy;
}

Value bytes_method_swapcase(Thread *thread, Value *args) {
    uint8_t *data;
    Value copy = copy_self(thread, args[0], &data);
    for (size_t i = 0, count = bytes_self(copy).length; i < count; i++)
        data[i] = is_upper(data[i]) ? to_lower(data[i]) : to_upper(data[i]);
    return copy;
}

Value bytes_method_capitalize(Thread *thread, Value *args) {
    uint8_t *data;
    Value copy = copy_self(thread, args[0], &data);
    for (size_t i = 0, count = bytes_self(copy).length; i < count; i++)
        data[i] = i ? to_lower(data[i]) : to_upper(data[i]);
    return copy;
}

Value bytes_method_title(Thread *thread, Value *args) {
    uint8_t *data;
    bool in_word = false;
    Value copy = copy_self(thread, args[0], &data);
    for (size_t i = 0, count = bytes_self(copy).length; i < count; i++) {
        data[i] = in_word ? to_lower(data[i]) : to_upper(data[i]);
        in_word = is_alpha(data[i]);
    }
    return copy;
}

static Value all_bytes(Value self, bool (*test)(uint8_t)) {
    BytesView s = bytes_self(self);
    for (size_t i = 0; i < s.length; i++)
        if (!test(s.data[i]))
            return VALUE_FALSE;
    return value_bool(s.length > 0);
}

#define ALL_BYTES_METHOD(method, test)                                                             \
    Value bytes_method_##method(Thread *thread, Value *args) {                                     \
        (void)thread;                                                                              \
        return all_bytes(args[0], test);                                                           \
    }
ALL_BYTES_METHOD(isalnum, is_alnum)
ALL_BYTES_METHOD(isalpha, is_alpha)
ALL_BYTES_METHOD(isdigit, is_digit)
ALL_BYTES_METHOD(isspace, is_space)

Value bytes_method_isascii(Thread *thread, Value *args) {
    (void)thread;
    BytesView s = bytes_self(args[0]);
    return value_bool(str_bytes_are_ascii(s.data, s.length));
}

static Value all_cased(Value self, bool (*wanted)(uint8_t), bool (*unwanted)(uint8_t)) {
    BytesView s = bytes_self(self);
    bool found = false;
    for (size_t i = 0; i < s.length; i++) {
        if (unwanted(s.data[i]))
            return VALUE_FALSE;
        found = found || wanted(s.data[i]);
    }
    return value_bool(found);
}

Value bytes_method_islower(Thread *thread, Value *args) {
    (void)thread;
    return all_cased(args[0], is_lower, is_upper);
}

Value bytes_method_isupper(Thread *thread, Value *args) {
    (void)thread;
    return all_cased(args[0], is_upper, is_lower);
}

Value bytes_method_istitle(Thread *thread, Value *args) {
    (void)thread;
    BytesView s = bytes_self(args[0]);
    bool found = false, in_word = false;
    for (size_t i = 0; i < s.length; i++) {
        if ((is_upper(s.data[i]) && in_word) || (is_lower(s.data[i]) && !in_word))
            return VALUE_FALSE;
        in_word = is_alpha(s.data[i]);
        found = found || in_word;
    }
    return value_bool(found);
}

static Value pad(Thread *thread, Value self, size_t left, size_t right, uint8_t fill) {
    BytesView s = bytes_self(self);
    size_t total;
    if (__builtin_add_overflow(left + right, s.length, &total) || total > STR_MAX_LENGTH)
        return raise_error(thread, ERROR_MemoryError, "%s", "");
    if (total == s.length)
        return bytes_like_new(thread, self, s.data, s.length);
    ByteBuilder builder;
    byte_builder_init(&builder, thread, total);
    memset(byte_builder_extend(&builder, left), fill, left);
    byte_builder_add(&builder, s.data, s.length);
    memset(byte_builder_extend(&builder, right), fill, right);
    return bytes_like_new(thread, self, builder.data, builder.length);
}

static bool read_missing(Thread *thread, Value *args, const char *method, size_t *missing,
                         uint8_t *fill) {
    int64_t width;
    BytesView view = {(const uint8_t *)" ", 1};
    if (!operation_index_int64(thread, args[1], &width))
        return false;
    if (!is_undefined(args[2]) && (!(is_bytes(args[2]) || is_bytearray(args[2])) ||
                                   !bytes_view(thread, args[2], &view) || view.length != 1))
        return raise_false(thread, ERROR_TypeError,
                           "%s() argument 2 must be a byte string of length 1, not %s", method,
                           argument_type_name(thread, args[2]));
    int64_t length = (int64_t)bytes_self(args[0]).length;
    *missing = width > length ? (size_t)(width - length) : 0;
    *fill = *view.data;
    return true;
}

Value bytes_method_ljust(Thread *thread, Value *args) {
    size_t missing = 0;
    uint8_t fill = 0;
    return read_missing(thread, args, "ljust", &missing, &fill)
               ? pad(thread, args[0], 0, missing, fill)
               : VALUE_ERROR;
}

Value bytes_method_rjust(Thread *thread, Value *args) {
    size_t missing = 0;
    uint8_t fill = 0;
    return read_missing(thread, args, "rjust", &missing, &fill)
               ? pad(thread, args[0], missing, 0, fill)
               : VALUE_ERROR;
}

Value bytes_method_center(Thread *thread, Value *args) {
    size_t missing = 0;
    uint8_t fill = 0;
    if (!read_missing(thread, args, "center", &missing, &fill))
        return VALUE_ERROR;
    size_t left = missing / 2 + (missing & (missing + bytes_self(args[0]).length) & 1);
    return pad(thread, args[0], left, missing - left, fill);
}

Value bytes_method_zfill(Thread *thread, Value *args) {
    int64_t width;
    if (!operation_index_int64(thread, args[1], &width))
        return VALUE_ERROR;
    BytesView s = bytes_self(args[0]);
    size_t zeros = width > (int64_t)s.length ? (size_t)width - s.length : 0;
    Value result = pad(thread, args[0], zeros, 0, '0');
    if (is_error(result) || !zeros || !s.length || (*s.data != '+' && *s.data != '-'))
        return result;
    uint8_t *data = (uint8_t *)(uintptr_t)bytes_self(result).data;
    data[0] = data[zeros];
    data[zeros] = '0';
    return result;
}

Value bytes_method_expandtabs(Thread *thread, Value *args) {
    int64_t size;
    if (!operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size > INT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    BytesView s = bytes_self(args[0]);
    ByteBuilder builder;
    int64_t column = 0;
    byte_builder_init(&builder, thread, s.length);
    for (size_t i = 0; i < s.length; i++) {
        if (s.data[i] == '\t') {
            int64_t spaces = size > 0 ? size - column % size : 0;
            memset(byte_builder_extend(&builder, (size_t)spaces), ' ', (size_t)spaces);
            column += spaces;
        } else {
            byte_builder_put(&builder, s.data[i]);
            column = s.data[i] == '\n' || s.data[i] == '\r' ? 0 : column + 1;
        }
    }
    return bytes_like_new(thread, args[0], builder.data, builder.length);
}

// The separator of hex(): one ASCII character, -1 if there is none.
static bool read_hex_separator(Thread *thread, Value v, int *separator) {
    BytesView view;
    *separator = -1;
    if (is_undefined(v))
        return true;
    if (is_str(v))
        view = (BytesView){as_str(v)->data, as_str(v)->length};
    else if (!is_bytes(v)) {
        int64_t length = operation_length(thread, v);
        if (length < 0)
            return false;
        if (length != 1)
            return raise_false(thread, ERROR_ValueError, "sep must be length 1.");
        return raise_false(thread, ERROR_TypeError, "sep must be str or bytes.");
    } else
        view = bytes_self(v);
    if (view.length != 1)
        return raise_false(thread, ERROR_ValueError, "sep must be length 1.");
    if ((is_str(v) && !as_str(v)->ascii) || *view.data >= 0x80)
        return raise_false(thread, ERROR_ValueError, "sep must be ASCII.");
    *separator = *view.data;
    return true;
}

static bool separator_before(size_t index, size_t length, int64_t group) {
    if (index == 0 || group == 0)
        return false;
    size_t size = (size_t)(group < 0 ? -group : group);
    return (group > 0 ? length - index : index) % size == 0;
}

static const char hex_digits[] = "0123456789abcdef";

static Value plain_hex(Thread *thread, BytesView s) {
    if (s.length == 0)
        return value_object(thread->interpreter->empty_str);
    Str *text = str_new_uninitialised(thread, s.length * 2, 0);
    char *to = text ? str_contents(text) : NULL;
    for (size_t i = 0; to && i < s.length; i++) {
        *to++ = hex_digits[s.data[i] >> 4];
        *to++ = hex_digits[s.data[i] & 15];
    }
    return text ? value_object(text) : VALUE_ERROR;
}

// The bytes are looked at last: reading the other arguments may run Mini code that moves them.
Value bytes_hex(Thread *thread, Value self, Value separator_value, Value group_value) {
    int separator;
    int64_t group;
    BytesView s;
    if (!operation_index_clamped(thread, group_value, &group))
        return VALUE_ERROR;
    if (group != (int32_t)group)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    if (!read_hex_separator(thread, separator_value, &separator) ||
        !bytes_view_copied(thread, self, &s))
        return VALUE_ERROR;
    if (separator < 0)
        return plain_hex(thread, s);
    ByteBuilder builder;
    byte_builder_init(&builder, thread, s.length * 3);
    for (size_t i = 0; i < s.length; i++) {
        if (separator_before(i, s.length, group))
            byte_builder_put(&builder, (uint8_t)separator);
        byte_builder_put(&builder, (uint8_t)hex_digits[s.data[i] >> 4]);
        byte_builder_put(&builder, (uint8_t)hex_digits[s.data[i] & 15]);
    }
    return value_object(str_new_latin1(thread, builder.data, builder.length));
}

Value bytes_method_hex(Thread *thread, Value *args) {
    return bytes_hex(thread, args[0], args[1], args[2]);
}

static int hex_digit(uint32_t c) {
    if (c - '0' < 10)
        return (int)(c - '0');
    c |= 0x20;
    return c - 'a' < 6 ? (int)(c - 'a' + 10) : -1;
}

static Value refuse_hex(Thread *thread, size_t position) {
    return raise_error(thread, ERROR_ValueError,
                       "non-hexadecimal number found in fromhex() arg at position %zu", position);
}

Value bytes_method_fromhex(Thread *thread, Value *args) {
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "fromhex() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    const Str *s = as_str(args[1]);
    size_t plain = s->ascii ? s->length : 0; // what is not ASCII is complained of first
    while (plain < s->length && str_char_at(s, plain) < 0x80)
        plain++;
    if (plain < s->length)
        return refuse_hex(thread, plain);
    ByteBuilder builder;
    byte_builder_init(&builder, thread, s->length / 2);
    for (size_t i = 0; i < s->length; i++) {
        uint32_t c = str_char_at(s, i);
        if (is_space((uint8_t)c))
            continue;
        int high = hex_digit(c);
        int low = high >= 0 && i + 1 < s->length ? hex_digit(str_char_at(s, i + 1)) : -1;
        if (low < 0)
            return refuse_hex(thread, high < 0 ? i : i + 1);
        byte_builder_put(&builder, (uint8_t)(high << 4 | low));
        i++;
    }
    Value result = value_object(byte_builder_finish(&builder));
    if (value_same(args[0], value_object(builtin_type(thread, TYPE_bytes))))
        return result;
    return call_1(thread, args[0], result);
}

Value bytes_method_decode(Thread *thread, Value *args) {
    for (int i = 1; i <= 2; i++)
        if (!is_str(args[i]))
            return raise_error(thread, ERROR_TypeError,
                               "decode() argument '%s' must be str, not %s",
                               i == 1 ? "encoding" : "errors", argument_type_name(thread, args[i]));
    BytesView s = bytes_self(args[0]);
    if (s.length == 0) // of nothing no codec is asked
        return value_object(thread->interpreter->empty_str);
    const char *name = str_text(thread, as_str(args[1]));
    Str *result = bytes_decode(thread, s.data, s.length, name, str_text(thread, as_str(args[2])));
    if (!result)
        str_codec_note(thread, "decoding", name);
    return value_object(result);
}

Value bytes_method_translate(Thread *thread, Value *args) {
    BytesView table = {NULL, 256}, dropped = {NULL, 0};
    if (!is_none(args[1]) && !bytes_view(thread, args[1], &table))
        return VALUE_ERROR;
    if (table.length != 256)
        return raise_error(thread, ERROR_ValueError,
                           "translation table must be 256 characters long");
    if (!is_undefined(args[2]) && !bytes_view(thread, args[2], &dropped))
        return VALUE_ERROR;
    BytesView s = bytes_self(args[0]);
    ByteBuilder builder;
    byte_builder_init(&builder, thread, s.length);
    for (size_t i = 0; i < s.length; i++)
        if (!dropped.length || !memchr(dropped.data, s.data[i], dropped.length))
            byte_builder_put(&builder, table.data ? table.data[s.data[i]] : s.data[i]);
    return bytes_like_new(thread, args[0], builder.data, builder.length);
}

Value bytes_method_maketrans(Thread *thread, Value *args) {
    BytesView from, to;
    uint8_t table[256];
    if (!bytes_view(thread, args[0], &from) || !bytes_view(thread, args[1], &to))
        return VALUE_ERROR;
    if (from.length != to.length)
        return raise_error(thread, ERROR_ValueError, "maketrans arguments must have same length");
    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)i;
    for (size_t i = 0; i < from.length; i++)
        table[from.data[i]] = to.data[i];
    return value_object(bytes_new(thread, table, 256));
}

Value bytes_method_join(Thread *thread, Value *args) {
    bool direct = is_tuple(args[1]) || is_exactly(args[1], LAYOUT_LIST);
    Value iterator = direct ? args[1] : operation_iter(thread, args[1]);
    if (is_error(iterator) && error_matches(thread, ERROR_TypeError)) {
        error_clear(thread);
        return raise_error(thread, ERROR_TypeError, "can only join an iterable");
    }
    Value items = direct || is_error(iterator) ? iterator : operation_to_list(thread, iterator);
    if (is_error(items))
        return VALUE_ERROR;
    size_t count = is_tuple(items) ? as_tuple(items)->length : as_list(items)->length;
    const Value *values = is_tuple(items) ? as_tuple(items)->items : as_list(items)->items;
    BytesView separator = bytes_self(args[0]), item;
    ByteBuilder builder;
    byte_builder_init(&builder, thread, 0);
    for (size_t i = 0; i < count; i++) {
        if (!bytes_view_optional(thread, values[i], &item))
            return raise_error(thread, ERROR_TypeError,
                               "sequence item %zu: expected a bytes-like object, %s found", i,
                               type_name(thread, values[i]));
        if (i)
            byte_builder_add(&builder, separator.data, separator.length);
        byte_builder_add(&builder, item.data, item.length);
    }
    return bytes_like_new(thread, args[0], builder.data, builder.length);
}
