// SPDX-License-Identifier: MIT
//
// The % operator: printf for str and for bytes, with Python's additions: a mapping key in
// parentheses, %r and %a, ints of any size.
//
// bytes % values works on the template read as Latin-1, one code point for each byte, and the
// result is turned back; only %s, %b and %c differ between the two.
#include <ctype.h>
#include <math.h>

#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "char.h"
#include "container.h"
#include "dict.h"
#include "float_object.h"
#include "format_spec.h"
#include "format_string.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "text_builder.h"
#include "tuple.h"

typedef struct PercentFormatter {
    Thread *thread;
    const Str *template;
    size_t at;
    TextBuilder builder;
    bool is_bytes;
    Value values; // a tuple, or one value
    size_t next_value;
    bool has_mapping; // `values` may be looked up by key
    bool used_mapping;
} PercentFormatter;

// One conversion: %(key)-+ #0width.precisionTYPE
typedef struct Conversion {
    bool left, plus, space, alternate, zero;
    int64_t width, precision; // -1: none
    uint32_t type;
    Value keyed; // the value that a key chose, else UNDEFINED
} Conversion;

static bool fail(PercentFormatter *f, const char *message) {
    return raise_false(f->thread, ERROR_ValueError, "%s", message);
}

static Value next_value(PercentFormatter *f, const Conversion *conversion) {
    if (!is_undefined(conversion->keyed))
        return conversion->keyed;
    size_t index = f->next_value++;
    if (is_tuple(f->values) && index < as_tuple(f->values)->length)
        return as_tuple(f->values)->items[index];
    if (!is_tuple(f->values) && index == 0 && !f->used_mapping)
        return f->values;
    return raise_error(f->thread, ERROR_TypeError, "not enough arguments for format string");
}

static uint32_t peek(const PercentFormatter *f) {
    return f->at < f->template->length ? str_char_at(f->template, f->at) : 0;
}

static bool read_key(PercentFormatter *f, Conversion *conversion) {
    if (peek(f) != '(')
        return true;
    if (!f->has_mapping)
        return raise_false(f->thread, ERROR_TypeError, "format requires a mapping");
    size_t start = ++f->at;
    for (int depth = 1; depth > 0; f->at++) {
        if (f->at >= f->template->length)
            return fail(f, "incomplete format key");
        uint32_t c = peek(f);
        depth += (c == '(') - (c == ')');
    }
    Str *key = str_slice(f->thread, (Str *)(uintptr_t)f->template, start, f->at - 1);
    Value key_value = f->is_bytes ? value_object(bytes_new(f->thread, key->data, key->length))
                                  : value_object(key);
    conversion->keyed = operation_get_item(f->thread, f->values, key_value);
    f->used_mapping = true;
    return !is_error(conversion->keyed);
}

static void read_flags(PercentFormatter *f, Conversion *conversion) {
    for (;; f->at++) {
        switch (peek(f)) {
        case '-':
            conversion->left = true;
            break;
        case '+':
            conversion->plus = true;
            break;
        case ' ':
            conversion->space = true;
            break;
        case '#':
            conversion->alternate = true;
            break;
        case '0':
            conversion->zero = true;
            break;
        default:
            return;
        }
    }
}

// How large the numbers of a conversion may be, with the words for those that are larger.
typedef struct SizeLimit {
    int64_t most; // for one taken from the values
    const char *c_type, *too_big;
} SizeLimit;

static const SizeLimit WIDTH_LIMIT = {INT64_MAX, "ssize_t", "width too big"};
static const SizeLimit PRECISION_LIMIT = {INT32_MAX, "int", "precision too big"};

// A number or "*", which takes the number from the values.
static bool read_size(PercentFormatter *f, const Conversion *conversion, const SizeLimit *limit,
                      int64_t *size) {
    if (peek(f) == '*') {
        f->at++;
        Value v = next_value(f, conversion);
        if (is_error(v))
            return false;
        if (!is_integral(v))
            return raise_false(f->thread, ERROR_TypeError, "* wants int");
        return (int_to_int64(v, size) && *size <= limit->most && *size >= -limit->most - 1) ||
               raise_false(f->thread, ERROR_OverflowError,
                           "Python int too large to convert to C %s", limit->c_type);
    }
    for (; peek(f) - '0' < 10; f->at++) {
        int64_t n = *size < 0 ? 0 : *size;
        if (n > INT32_MAX / 10 - 1)
            return fail(f, limit->too_big);
        *size = n * 10 + (peek(f) - '0');
    }
    return true;
}

static bool read_conversion(PercentFormatter *f, Conversion *conversion) {
    *conversion = (Conversion){.width = -1, .precision = -1, .keyed = VALUE_UNDEFINED};
    if (!read_key(f, conversion))
        return false;
    read_flags(f, conversion);
    if (!read_size(f, conversion, &WIDTH_LIMIT, &conversion->width))
        return false;
    if (conversion->width < -1) {
        conversion->left = true;
        conversion->width = conversion->width == INT64_MIN ? 0 : -conversion->width;
    }
    if (peek(f) == '.') {
        f->at++;
        conversion->precision = 0;
        if (!read_size(f, conversion, &PRECISION_LIMIT, &conversion->precision))
            return false;
        if (conversion->precision < 0)
            conversion->precision = 0;
    }
    if (peek(f) == 'h' || peek(f) == 'l' || peek(f) == 'L')
        f->at++;
    if (f->at >= f->template->length)
        return fail(f, "incomplete format");
    conversion->type = peek(f);
    f->at++;
    return true;
}

static bool add_padded(PercentFormatter *f, Str *s, const Conversion *conversion) {
    size_t length = s->length;
    if (conversion->width < 0 && conversion->precision < 0) {
        text_builder_add(&f->builder, s);
        return true;
    }
    if (conversion->precision >= 0 && (uint64_t)conversion->precision < length)
        length = (size_t)conversion->precision;
    int64_t missing = conversion->width - (int64_t)length;
    size_t fill = missing > 0 ? (size_t)missing : 0;
    text_builder_repeat(&f->builder, ' ', conversion->left ? 0 : fill);
    text_builder_add_slice(&f->builder, s, 0, length);
    text_builder_repeat(&f->builder, ' ', conversion->left ? fill : 0);
    return true;
}

// [sign][prefix][zeros]digits at the width asked for.
static void add_number(PercentFormatter *f, bool negative, const char *prefix, size_t zeros,
                       const char *digits, size_t count, const Conversion *conversion) {
    char sign = negative ? '-' : conversion->plus ? '+' : conversion->space ? ' ' : '\0';
    size_t length = (sign != 0) + strlen(prefix) + zeros + count;
    int64_t missing = conversion->width - (int64_t)length;
    size_t fill = missing > 0 ? (size_t)missing : 0;
    bool zero_fill = conversion->zero && !conversion->left;
    TextBuilder *builder = &f->builder;
    text_builder_repeat(builder, ' ', conversion->left || zero_fill ? 0 : fill);
    if (sign)
        text_builder_put(builder, (uint8_t)sign);
    text_builder_add_c(builder, prefix);
    text_builder_repeat(builder, '0', zeros + (zero_fill ? fill : 0));
    text_builder_add_ascii(builder, digits, count);
    text_builder_repeat(builder, ' ', conversion->left ? fill : 0);
}

// The argument of %d, %i, %u (any real number) or %x, %X, %o (an int). A TypeError that a method of
// it raises is hidden behind ours, as in CPython.
static Value number_argument(Thread *thread, Value v, uint32_t type, bool for_bytes) {
    if (is_integral(v))
        return int_exact(thread, v);
    bool decimal = type == 'd' || type == 'i' || type == 'u';
    const Slots *slots = &type_of(thread, v)->slots;
    if (slots->index || (decimal && slots->to_int)) {
        Value number = decimal ? int_from_number(thread, v) : operation_index(thread, v);
        if (!is_error(number) || !error_matches(thread, ERROR_TypeError))
            return number;
    }
    uint32_t shown = type == 'i' && for_bytes ? 'd' : type;
    return raise_error(thread, ERROR_TypeError, "%%%c format: %s is required, not %s", (char)shown,
                       decimal ? "a real number" : "an integer", type_name(thread, v));
}

static void to_upper(char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        text[i] = (char)toupper((uint8_t)text[i]);
}

static bool add_int(PercentFormatter *f, Value v, const Conversion *conversion) {
    uint32_t type = conversion->type;
    v = number_argument(f->thread, v, type, f->is_bytes);
    if (is_error(v))
        return false;
    int base = type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    char local[INT_DIGITS_SIZE];
    size_t length;
    char *digits = format_digits_of(f->thread, v, base, local, &length);
    if (!digits)
        return false;
    if (type == 'X')
        to_upper(digits, length);
    const char *prefix = !conversion->alternate || base == 10 ? ""
                         : type == 'o'                        ? "0o"
                         : type == 'x'                        ? "0x"
                                                              : "0X";
    size_t zeros =
        conversion->precision > (int64_t)length ? (size_t)conversion->precision - length : 0;
    add_number(f, int_sign(v) < 0, prefix, zeros, digits, length, conversion);
    return true;
}

static bool float_argument(const PercentFormatter *f, Value v, double *d) {
    const Slots *slots = &type_of(f->thread, v)->slots;
    if (f->is_bytes && !is_float(v) && !is_integral(v) && !slots->to_float && !slots->index)
        return raise_false(f->thread, ERROR_TypeError, "float argument required, not %s",
                           type_name(f->thread, v));
    return operation_as_double(f->thread, v, d);
}

static bool add_float(PercentFormatter *f, Value v, const Conversion *conversion) {
    double d;
    if (!float_argument(f, v, &d))
        return false;
    char kind = (char)(conversion->type | 0x20);
    int64_t precision = conversion->precision < 0 ? 6 : conversion->precision;
    char local[FORMAT_DOUBLE_SIZE];
    char *text = format_double(f->thread, d, kind, precision, conversion->alternate, local);
    size_t length = strlen(text);
    if (!(conversion->type & 0x20))
        to_upper(text, length);
    add_number(f, signbit(d) && !isnan(d), "", 0, text, length, conversion);
    return true;
}

static bool add_char(PercentFormatter *f, Value v, Conversion *conversion) {
    int64_t c = -1;
    conversion->precision = -1;
    if (f->is_bytes) {
        BytesView view;
        if (bytes_view_optional(f->thread, v, &view) && view.length == 1)
            c = *view.data;
        else if (is_integral(v) && (!int_to_int64(v, &c) || c < 0 || c > 255))
            return raise_false(f->thread, ERROR_OverflowError, "%%c arg not in range(256)");
        if (c < 0)
            return raise_false(f->thread, ERROR_TypeError,
                               "%%c requires an integer in range(256) or a single byte");
        return add_padded(f, str_from_code_point(f->thread, (uint32_t)c), conversion);
    }
    if (is_str(v) && as_str(v)->length == 1)
        return add_padded(f, as_str(v), conversion);
    if (!is_integral(v) && (is_any_float(v) || !type_of(f->thread, v)->slots.index))
        return raise_false(f->thread, ERROR_TypeError, "%%c requires int or char");
    v = operation_index(f->thread, v);
    if (is_error(v))
        return false;
    if (!int_to_int64(v, &c) || c < 0 || c > STR_MAX_CODE_POINT)
        return raise_false(f->thread, ERROR_OverflowError, "%%c arg not in range(0x110000)");
    return add_padded(f, str_from_code_point(f->thread, (uint32_t)c), conversion);
}

static bool add_bytes(PercentFormatter *f, Value v, const Conversion *conversion) {
    BytesView view;
    Thread *thread = f->thread;
    if (!bytes_view_optional(thread, v, &view)) {
        Value method = special_method(thread, v, common_name(thread, NAME___bytes__));
        if (is_undefined(method))
            return raise_false(thread, ERROR_TypeError,
                               "%%b requires a bytes-like object, or an object that implements "
                               "__bytes__, not '%s'",
                               type_name(thread, v));
        v = call_method(thread, v, common_name(thread, NAME___bytes__), NULL, 0);
        if (is_error(v) || !bytes_view(thread, v, &view))
            return false;
    }
    return add_padded(f, str_new_latin1(thread, view.data, view.length), conversion);
}

static bool add_text(PercentFormatter *f, Value v, const Conversion *conversion) {
    Thread *thread = f->thread;
    if (f->is_bytes && (conversion->type == 's' || conversion->type == 'b'))
        return add_bytes(f, v, conversion);
    Str *s = conversion->type == 's' ? operation_str(thread, v) : operation_repr(thread, v);
    if (s && (conversion->type == 'a' || f->is_bytes))
        s = str_escape_beyond_ascii(thread, s);
    return s && add_padded(f, s, conversion);
}

static bool unsupported(PercentFormatter *f, uint32_t type) {
    return raise_false(f->thread, ERROR_ValueError,
                       "unsupported format character '%c' (0x%x) at index %zu",
                       type < ' ' || type >= 0x7f ? '?' : (char)type, type, f->at - 1);
}

// An int that is stored in the Value.
static void add_small_int(TextBuilder *builder, int64_t n, int base) {
    char text[INT_DIGITS_SIZE + 1], *end = text + sizeof text;
    char *at = int_digits((uint64_t)(n < 0 ? -n : n), base, end);
    if (n < 0)
        *--at = '-';
    text_builder_add_ascii(builder, at, (size_t)(end - at));
}

// The value that the next conversion without a key takes; UNDEFINED if there is none.
static Value peek_value(const PercentFormatter *f) {
    if (!is_tuple(f->values))
        return f->next_value == 0 && !f->used_mapping ? f->values : VALUE_UNDEFINED;
    const Tuple *values = as_tuple(f->values);
    return f->next_value < values->length ? values->items[f->next_value] : VALUE_UNDEFINED;
}

// %% and, without flags and sizes, %s of a str and %d, %s and %x of a small int. False: the
// general way.
static bool add_simple(PercentFormatter *f) {
    uint32_t type = peek(f);
    if (type == '%') {
        text_builder_put(&f->builder, '%');
        f->at++;
        return true;
    }
    if (type != 's' && type != 'd' && type != 'x')
        return false;
    Value v = peek_value(f);
    bool text = type == 's' && !f->is_bytes;
    if (text && is_exactly(v, LAYOUT_STR))
        text_builder_add(&f->builder, as_str(v));
    else if ((text || type != 's') && is_small_int(v))
        add_small_int(&f->builder, as_small_int(v), type == 'x' ? 16 : 10);
    else
        return false;
    f->next_value++;
    f->at++;
    return true;
}

static bool add_value(PercentFormatter *f, Value v, Conversion *conversion) {
    switch (conversion->type) {
    case 'c':
        return add_char(f, v, conversion);
    case 'b':
        return f->is_bytes ? add_text(f, v, conversion) : unsupported(f, 'b');
    case 's':
    case 'r':
    case 'a':
        return add_text(f, v, conversion);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        return add_int(f, v, conversion);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
        return add_float(f, v, conversion);
    default:
        return unsupported(f, conversion->type);
    }
}

static bool add_conversion(PercentFormatter *f) {
    Conversion conversion;
    if (add_simple(f))
        return true;
    if (!read_conversion(f, &conversion))
        return false;
    Value v = next_value(f, &conversion);
    return !is_error(v) && add_value(f, v, &conversion);
}

static size_t find_percent(const Str *s, size_t at) {
    if (s->width == 1) {
        const uint8_t *text = str_bytes(s);
        while (at < s->length && text[at] != '%')
            at++;
        return at;
    }
    while (at < s->length && str_char_at(s, at) != '%')
        at++;
    return at;
}

static bool fill_template(PercentFormatter *f) {
    while (f->at < f->template->length) {
        size_t start = f->at;
        f->at = find_percent(f->template, start);
        text_builder_add_slice(&f->builder, f->template, start, f->at);
        if (f->at == f->template->length)
            break;
        f->at++;
        if (!add_conversion(f))
            return false;
    }
    size_t given = is_tuple(f->values) ? as_tuple(f->values)->length : 1;
    if (f->next_value < given && !f->has_mapping)
        return raise_false(f->thread, ERROR_TypeError,
                           "not all arguments converted during %s formatting",
                           f->is_bytes ? "bytes" : "string");
    return true;
}

// Field by field, for the builder's array need not be cleared.
static void init(PercentFormatter *f, Thread *thread, const Str *template, Value values) {
    f->thread = thread;
    f->template = template;
    f->at = 0;
    f->is_bytes = false;
    f->values = values;
    f->next_value = 0;
    f->has_mapping = !is_tuple(values) && !is_str(values) && container_takes_keys(thread, values);
    f->used_mapping = false;
    text_builder_init(&f->builder, thread);
}

// "%s" % x: nothing but the text of one value.
static Str *format_alone(Thread *thread, const Str *template, Value value) {
    return str_bytes(template)[1] == 's' ? operation_str(thread, value)
                                         : operation_repr(thread, value);
}

static bool is_alone(const Str *template, Value values) {
    const uint8_t *text = template->data;
    return template->ascii && template->length == 2 && text[0] == '%' &&
           (text[1] == 's' || text[1] == 'r') && !is_tuple(values);
}

Str *format_string_percent(Thread *thread, Str *template, Value values) {
    PercentFormatter f;
    if (is_alone(template, values))
        return format_alone(thread, template, values);
    init(&f, thread, template, values);
    return fill_template(&f) ? text_builder_finish(&f.builder) : NULL;
}

Value format_bytes_percent(Thread *thread, Value template, Value values) {
    BytesView view;
    PercentFormatter f;
    if (!bytes_view(thread, template, &view))
        return VALUE_ERROR;
    init(&f, thread, str_new_latin1(thread, view.data, view.length), values);
    f.is_bytes = true;
    f.has_mapping = f.has_mapping && !is_bytes(values) && !is_bytearray(values);
    return fill_template(&f) ? value_object(bytes_new(thread, f.builder.data, f.builder.length))
                             : VALUE_ERROR;
}
