// SPDX-License-Identifier: MIT
//
// Ints as text: digits of any base in and out, and what int("...") accepts.
//
// Converting between binary and decimal takes more than linear time, so a short hostile text could
// keep a server busy; as CPython does, decimal conversions beyond 4300 digits are refused. Bases
// that are powers of two are linear and have no limit.
#include <gmp.h>

#include "bytes.h"
#include "char.h"
#include "int_parts.h"
#include "int_radix.h"
#include "interpreter.h"
#include "operations.h"
#include "str_copy.h"

static const char digit_names[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static char *decimal_digits(uint64_t n, char *end) {
    do
        *--end = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    return end;
}

char *int_digits(uint64_t n, int base, char *end) {
    uint64_t divisor = (uint64_t)base;
    if (base == 10)
        return decimal_digits(n, end);
    if (radix_is_linear(base)) {
        int shift = __builtin_ctz((unsigned)base);
        do
            *--end = digit_names[n & (divisor - 1)];
        while ((n >>= shift) != 0);
        return end;
    }
    do
        *--end = digit_names[n % divisor];
    while ((n /= divisor) != 0);
    return end;
}

static Str *small_to_str(Thread *thread, int64_t n, int base) {
    char text[INT_DIGITS_SIZE], *end = text + sizeof text;
    char *at = int_digits(n < 0 ? -(uint64_t)n : (uint64_t)n, base, end);
    if (n < 0)
        *--at = '-';
    size_t length = (size_t)(end - at);
    if (length == 1)
        return str_from_code_point(thread, (uint8_t)*at);
    Str *s = str_new_uninitialised(thread, length, 0);
    str_copy_bytes(str_contents(s), at, length);
    return s;
}

// Conversions take time that grows faster than the number of digits, hence a limit.
static bool beyond_limit(Thread *thread, size_t digits, int base) {
    int limit = thread->interpreter->max_str_digits;
    return limit > 0 && digits > (size_t)limit && !radix_is_linear(base);
}

static Str *too_many_digits(Thread *thread) {
    raise_error(thread, ERROR_ValueError,
                "Exceeds the limit (%d digits) for integer string conversion; use "
                "sys.set_int_max_str_digits() to increase the limit",
                thread->interpreter->max_str_digits);
    return NULL;
}

// What are values of digits becomes the digits. In the loop for decimal ones the compiler takes many
// at a time.
static void name_digits(uint8_t *values, size_t count, int base) {
    for (size_t i = 0; base <= 10 && i < count; i++)
        values[i] += '0';
    for (size_t i = 0; base > 10 && i < count; i++)
        values[i] = (uint8_t)digit_names[values[i]];
}

static Str *big_to_str(Thread *thread, Value v, int base) {
    IntView view;
    int_view(v, &view);
    size_t digits = mpn_sizeinbase(view.limbs, (mp_size_t)view.count, base);
    if (digits > 1 && beyond_limit(thread, digits - 1, base))
        return too_many_digits(thread);
    uint8_t *text = heap_allocate_bytes(thread_heap(thread), digits + 2);
    size_t length = radix_write(thread, v, base, text + 1, digits), zeros = 0;
    if (length == 0)
        return NULL;
    while (zeros + 1 < length && text[1 + zeros] == 0)
        zeros++;
    length -= zeros;
    if (beyond_limit(thread, length, base))
        return too_many_digits(thread);
    uint8_t *first = text + 1 + zeros;
    name_digits(first, length, base);
    if (view.negative) {
        *--first = '-';
        length++;
    }
    Str *s = str_new_uninitialised(thread, length, 0);
    memcpy(str_contents(s), first, length);
    return s;
}

Str *int_to_str(Thread *thread, Value v, int base) {
    int64_t n;
    if (int_to_int64(v, &n))
        return small_to_str(thread, n, base);
    return big_to_str(thread, v, base);
}

// 0 to 35, or 99.
static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static Value digits_to_int(Thread *thread, const uint8_t *digits, size_t length, int base,
                           bool negative) {
    if (length <= 12) {
        uint64_t n = 0;
        for (size_t i = 0; i < length; i++)
            n = n * (uint64_t)base + digits[i];
        return int_from_magnitude(thread, n, negative);
    }
    if (beyond_limit(thread, length, base))
        return raise_error(thread, ERROR_ValueError,
                           "Exceeds the limit (%d digits) for integer string conversion: value "
                           "has %zu digits; use sys.set_int_max_str_digits() to increase the limit",
                           thread->interpreter->max_str_digits, length);
    return radix_read(thread, digits, length, base, negative);
}

// Check the digits and write their values to `values`; an underscore must stand between digits.
// Returns how many there are, 0 if something is wrong.
static size_t read_digits(const char *text, size_t length, int base, uint8_t *values) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        int value = digit_value(text[i]);
        if (value < base)
            values[count++] = (uint8_t)value;
        else if (text[i] != '_' || i + 1 == length || i == 0 || text[i - 1] == '_')
            return 0;
    }
    return count;
}

enum { MAX_SHOWN = 200 }; // characters of a wrong literal in a message

// `shown` is the repr of what the program gave.
static Value invalid_literal(Thread *thread, Str *shown, int base) {
    if (shown->length > MAX_SHOWN)
        shown = str_slice(thread, shown, 0, MAX_SHOWN);
    return raise_error(thread, ERROR_ValueError, "invalid literal for int() with base %d: %s", base,
                       str_text(thread, shown));
}

static size_t skip_zeros(const uint8_t *values, size_t count) {
    size_t zeros = 0;
    while (zeros + 1 < count && values[zeros] == 0)
        zeros++;
    return zeros;
}

// The base that a prefix (0x, 0o, 0b) announces, or 0.
static int prefix_base(const char *text, size_t length) {
    if (length < 2 || text[0] != '0')
        return 0;
    switch (text[1] | 0x20) {
    case 'x':
        return 16;
    case 'o':
        return 8;
    case 'b':
        return 2;
    default:
        return 0;
    }
}

Value int_from_text(Thread *thread, const char *digits, size_t length, int base) {
    bool negative = length && *digits == '-';
    size_t sign = negative || (length && *digits == '+');
    uint8_t *values = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 1);
    size_t count = read_digits(digits + sign, length - sign, base, values);
    if (!count)
        return invalid_literal(thread, str_repr(thread, str_new_utf8(thread, digits, length)),
                               base);
    size_t zeros = skip_zeros(values, count);
    return digits_to_int(thread, values + zeros, count - zeros, base, negative);
}

// The text between the white space, with digits of other scripts replaced by ASCII's and other
// characters beyond ASCII by '?', which no number contains.
static char *ascii_digits(Thread *thread, const Str *text, size_t *length) {
    size_t start = 0, end = text->length;
    while (start < end && char_is_space(str_char_at(text, start)))
        start++;
    while (end > start && char_is_space(str_char_at(text, end - 1)))
        end--;
    char *ascii = heap_allocate(thread_heap(thread), CELL_BUFFER, end - start + 1);
    for (size_t i = start; i < end; i++) {
        uint32_t c = str_char_at(text, i);
        int value = c < 0x80 ? -1 : char_decimal_value(c);
        ascii[i - start] = (char)(c < 0x80 ? c : value < 0 ? '?' : (uint32_t)('0' + value));
    }
    *length = end - start;
    return ascii;
}

Value int_from_str(Thread *thread, Str *text, int base, Value original) {
    size_t length;
    int shown = base;
    const char *ascii = ascii_digits(thread, text, &length);
    bool negative = length && *ascii == '-';
    if (negative || (length && *ascii == '+')) {
        ascii++;
        length--;
    }
    int announced = prefix_base(ascii, length);
    if (announced && (base == 0 || base == announced)) {
        base = announced;
        size_t skip = length > 2 && ascii[2] == '_' ? 3 : 2;
        ascii += skip;
        length -= skip;
    }
    bool plain = base == 0; // then zeros may not lead
    base = plain ? 10 : base;
    uint8_t *values = heap_allocate(thread_heap(thread), CELL_BUFFER, length + 1);
    size_t count = read_digits(ascii, length, base, values);
    size_t zeros = skip_zeros(values, count);
    if (!count || (plain && values[0] == 0 && values[zeros] != 0)) {
        BytesView view;
        if (!is_str(original) && !is_bytes(original) &&
            bytes_view_optional(thread, original, &view))
            original = value_object(bytes_new(thread, view.data, view.length));
        Str *given = operation_repr(thread, original);
        return given ? invalid_literal(thread, given, shown) : VALUE_ERROR;
    }
    return digits_to_int(thread, values + zeros, count - zeros, base, negative);
}
