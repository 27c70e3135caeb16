// SPDX-License-Identifier: MIT
//
// Floats as text, both ways, correctly rounded.
//
// repr shows the shortest digits that read back as the same number. 15 digits always survive the
// way into a double and back, so if 15 digits reproduce the number, they (without trailing zeros)
// are the shortest; else 16 may do; 17 always do. The first test needs one multiplication and one
// division when the scale is an exact power of ten, which covers most numbers that people print.
// printf and strtod of the C library, which are exact, do the rest. Better algorithms exist (Ryu);
// this one fits on a page.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "char.h"
#include "float.h"
#include "interpreter.h"
#include "str.h"

// The powers of ten that a double holds exactly.
static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum { LARGEST_EXACT_POWER = 22, SAFE_DIGITS = 15 };
#define SMALLEST_NORMAL 0x1p-1022

static int strip_zeros(const char *digits, int count) {
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

// The digits of n without trailing zeros; *point: how many digits n has.
static int whole_digits(uint64_t n, char *digits, int *point) {
    char reversed[20];
    int count = 0;
    do
        reversed[count++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    for (int i = 0; i < count; i++)
        digits[i] = reversed[count - 1 - i];
    *point = count;
    return strip_zeros(digits, count);
}

// 15 digits by one multiplication; 0 if they do not reproduce d or d is out of range.
static int quick_digits(double d, char *digits, int *exponent) {
    if (d < 1e-6 || d >= 1e15)
        return 0;
    int scale = SAFE_DIGITS;
    while (scale > 0 && d >= powers_of_ten[SAFE_DIGITS - scale])
        scale--;
    while (scale < LARGEST_EXACT_POWER && d * powers_of_ten[scale] < 1e14)
        scale++;
    double n = rint(d * powers_of_ten[scale]);
    if (n >= 1e15)
        return 0;
    if (n / powers_of_ten[scale] != d)
        return 0;
    int point;
    int count = whole_digits((uint64_t)n, digits, &point);
    *exponent = point - scale;
    return count;
}

// d in `count` digits, correctly rounded; the exponent as for 0.DIGITS.
static void exact_digits(double d, int count, char *digits, int *exponent) {
    char text[40];
    snprintf(text, sizeof text, "%.*e", count - 1, d);
    digits[0] = text[0];
    memcpy(digits + 1, text + 2, (size_t)count - 1);
    *exponent = atoi(strchr(text, 'e') + 1) + 1;
}

static bool reads_back(double d, const char *digits, int count, int exponent) {
    char text[40];
    snprintf(text, sizeof text, "0.%.*se%d", count, digits, exponent);
    return strtod(text, NULL) == d;
}

// Add one unit in the last place; false if a carry would leave the first digit.
static bool increment(char *digits, int count) {
    for (int i = count - 1; i >= 0; i--) {
        if (digits[i] != '9') {
            digits[i]++;
            return true;
        }
        digits[i] = '0';
    }
    return false;
}

// The numbers next to a power of two are twice as far away above as below, so that the nearest
// text of 16 digits may lie outside the range that reads back, and the next one inside.
static bool next_reads_back(double d, char *digits, int count, int exponent) {
    int ignored;
    return frexp(d, &ignored) == 0.5 && increment(digits, count) &&
           reads_back(d, digits, count, exponent);
}

int float_shortest_digits(double d, char *digits, int *exponent) {
    int count = quick_digits(d, digits, exponent);
    if (count)
        return count;
    // Numbers below the normal range have fewer bits and so may need fewer digits.
    for (count = d < __DBL_MIN__ ? 1 : SAFE_DIGITS; count < 17; count++) {
        exact_digits(d, count, digits, exponent);
        if (reads_back(d, digits, count, *exponent) ||
            next_reads_back(d, digits, count, *exponent))
            return strip_zeros(digits, count);
    }
    exact_digits(d, count, digits, exponent);
    return strip_zeros(digits, count);
}

// "123.45": point after `point` of the digits, zeros where there are none.
static char *write_fixed(char *to, const char *digits, int count, int point) {
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = point; i < 0; i++)
            *to++ = '0';
        memcpy(to, digits, (size_t)count);
        return to + count;
    }
    for (int i = 0; i < point; i++)
        *to++ = i < count ? digits[i] : '0';
    *to++ = '.';
    if (count <= point) {
        *to++ = '0';
        return to;
    }
    memcpy(to, digits + point, (size_t)(count - point));
    return to + count - point;
}

static char *write_scientific(char *to, const char *digits, int count, int point) {
    *to++ = digits[0];
    if (count > 1) {
        *to++ = '.';
        memcpy(to, digits + 1, (size_t)count - 1);
        to += count - 1;
    }
    return to + sprintf(to, "e%+03d", point - 1);
}

size_t float_text(double d, char *buffer) {
    char digits[20], *to = buffer;
    int point;
    if (isnan(d))
        return (size_t)sprintf(buffer, "nan");
    if (signbit(d))
        *to++ = '-';
    d = fabs(d);
    if (isinf(d))
        return (size_t)(to - buffer) + (size_t)sprintf(to, "inf");
    if (d == 0) {
        memcpy(to, "0.0", 3);
        to += 3;
    } else {
        int count = float_shortest_digits(d, digits, &point);
        to = point > -4 && point <= 16 ? write_fixed(to, digits, count, point)
                                       : write_scientific(to, digits, count, point);
    }
    *to = '\0';
    return (size_t)(to - buffer);
}

Str *float_repr(Thread *thread, double d) {
    char text[FLOAT_TEXT_SIZE];
    size_t length = float_text(d, text);
    return str_new_latin1(thread, text, length);
}

// Copy digits without underscores, each of which must stand between two digits; NULL if not.
static const char *copy_digits(const char *from, const char *end, char **to) {
    const char *start = from;
    for (; from < end; from++) {
        if (*from >= '0' && *from <= '9')
            *(*to)++ = *from;
        else if (*from != '_')
            break;
        else if (from == start || from[-1] == '_' || from + 1 == end || from[1] < '0' ||
                 from[1] > '9')
            return NULL;
    }
    return from;
}

// Copy a decimal number without its underscores; false if it is not one.
static bool copy_number(const char *from, const char *end, char *to) {
    char *start = to;
    if (!(from = copy_digits(from, end, &to)))
        return false;
    bool any = to != start;
    if (from < end && *from == '.') {
        *to++ = *from++;
        start = to;
        if (!(from = copy_digits(from, end, &to)))
            return false;
        any = any || to != start;
    }
    if (any && from < end && (*from | 0x20) == 'e') {
        *to++ = *from++;
        if (from < end && (*from == '+' || *from == '-'))
            *to++ = *from++;
        start = to;
        from = copy_digits(from, end, &to);
        any = from && to != start;
    }
    *to = '\0';
    return any && from == end;
}

static bool is_word(const char *text, size_t length, const char *word) {
    return length == strlen(word) && strncasecmp(text, word, length) == 0;
}

static bool parse_unsigned(const char *text, size_t length, double *result) {
    char local[128], *number = length < sizeof local ? local : malloc(length + 1);
    bool valid = number && copy_number(text, text + length, number);
    if (valid)
        *result = strtod(number, NULL);
    if (number != local)
        free(number);
    if (valid)
        return true;
    *result = is_word(text, length, "nan") ? __builtin_nan("") : HUGE_VAL;
    return isnan(*result) || is_word(text, length, "inf") || is_word(text, length, "infinity");
}

static bool is_ascii_space(char c) {
    return char_is_space((uint8_t)c) && (uint8_t)c < 0x80;
}

bool float_parse(const char *text, size_t length, double *result) {
    while (length && is_ascii_space(text[length - 1]))
        length--;
    for (; length && is_ascii_space(*text); length--)
        text++;
    bool negative = length && *text == '-';
    if (negative || (length && *text == '+')) {
        text++;
        length--;
    }
    if (!parse_unsigned(text, length, result))
        return false;
    if (negative)
        *result = -*result;
    return true;
}

Value float_from_str(Thread *thread, Str *text) {
    double d;
    size_t count = text->length;
    char *ascii = heap_allocate(thread_heap(thread), CELL_BUFFER, count + 1);
    for (size_t i = 0; i < count; i++) {
        uint32_t c = str_char_at(text, i);
        int value = c < 0x80 ? -1 : char_decimal_value(c);
        ascii[i] = (char)(c < 0x80      ? c
                          : value >= 0  ? (uint32_t)('0' + value)
                          : char_is_space(c) ? ' '
                                             : '?');
    }
    if (!float_parse(ascii, count, &d))
        return raise_error(thread, ERROR_ValueError, "could not convert string to float: %s",
                           str_text(thread, str_repr(thread, text)));
    return value_float(d);
}
