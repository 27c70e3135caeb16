// SPDX-License-Identifier: MIT
//
// Floats as text, both ways, correctly rounded.
//
// repr shows the shortest digits that read back as the same number. 15 digits always survive the
// way into a double and back, so if 15 digits reproduce the number, they (without trailing zeros)
// are the shortest; else 16 may do; 17 always do. The first test needs one multiplication and one
// division when the scale is an exact power of ten, which covers most numbers that people print.
// The next try is exact arithmetic in 128 bits, which numbers between 1e-10 and 2^53 fit into, then
// powers of ten with 128 bits (float_wide.c). For what is left, among it powers of two and what is
// below the normal range, printf and strtod of the C library, which are exact, too, try 15 to 17
// digits. Faster algorithms exist (Ryu); they need larger tables.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "char.h"
#include "float_object.h"
#include "int_parts.h"
#include "interpreter.h"
#include "str.h"

// The powers of ten that a double holds exactly.
static const double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
enum {
    LARGEST_EXACT_POWER = 22,
    SAFE_DIGITS = 15,
    LARGEST_SCALE = 27, // 54 bits * 5^27 fit into 128 bits
};

static int strip_zeros(const char *digits, int count) {
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

// The digits of n, which is not 0, without trailing zeros; *point: how many digits n has.
static int whole_digits(uint64_t n, char *digits, int *point) {
    char text[20], *to = text + sizeof text;
    int zeros = 0;
    for (; n % 100000000 == 0; n /= 100000000)
        zeros += 8;
    for (; n % 10 == 0; n /= 10)
        zeros++;
    for (; n != 0; n /= 10)
        *--to = (char)('0' + n % 10);
    int count = (int)(text + sizeof text - to);
    memcpy(digits, to, (size_t)count);
    *point = count + zeros;
    return count;
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

// d * 10^scale as whole + fraction / 2^shift, exactly. In the same unit, half of the gap between d
// and its neighbours: what is nearer than that reads back as d, and so does what is just as near
// if the last bit of d is 0.
typedef struct Scaled {
    uint64_t whole;
    Unsigned128 fraction;
    int shift;
    uint64_t half_gap;
    bool even;
} Scaled;

static uint64_t power_of_five(int exponent) {
    uint64_t power = 1;
    for (uint64_t square = 5; exponent > 0; exponent >>= 1, square *= square)
        power *= exponent & 1 ? square : 1;
    return power;
}

// False if 128 bits are not enough, or the gaps above and below d differ.
static bool scale_exactly(double d, int scale, Scaled *scaled) {
    int exponent;
    uint64_t mantissa = (uint64_t)(frexp(d, &exponent) * 0x1p53);
    // Twice the number, so that half a gap is a whole number, too.
    int shift = 54 - exponent - scale;
    if (scale < 0 || scale > LARGEST_SCALE || shift < 1 || shift > 116 ||
        mantissa == UINT64_C(1) << 52)
        return false;
    uint64_t power = power_of_five(scale);
    Unsigned128 product = (Unsigned128)(mantissa * 2) * power;
    *scaled = (Scaled){.whole = (uint64_t)(product >> shift),
                       .fraction = product & (((Unsigned128)1 << shift) - 1),
                       .shift = shift,
                       .half_gap = power,
                       .even = mantissa % 2 == 0};
    return true;
}

// The multiple of `unit` nearest to the scaled number, divided by it; 0 if it does not read back.
static uint64_t nearest_multiple(const Scaled *scaled, uint64_t unit) {
    uint64_t quotient = scaled->whole / unit, rest = scaled->whole % unit;
    Unsigned128 below = ((Unsigned128)rest << scaled->shift) + scaled->fraction;
    Unsigned128 above = ((Unsigned128)unit << scaled->shift) - below;
    bool up = above < below || (above == below && quotient % 2);
    Unsigned128 distance = up ? above : below;
    if (distance > scaled->half_gap || (distance == scaled->half_gap && !scaled->even))
        return 0;
    return quotient + up;
}

// The scale that gives d 17 digits before the point (once in a while 16, for d just below a power
// of ten).
static int scale_to_17_digits(double d) {
    int digits = 1, zeros = 0;
    while (digits < 17 && d >= powers_of_ten[digits])
        digits++;
    while (d < 1 && zeros < 11 && d * powers_of_ten[zeros + 1] < 1)
        zeros++;
    return d < 1 ? 17 + zeros : 17 - digits;
}

// 15 to 17 digits by exact arithmetic; 0 if d is out of its range.
static int scaled_digits(double d, char *digits, int *exponent) {
    Scaled scaled;
    int scale = scale_to_17_digits(d), point;
    if (!scale_exactly(d, scale, &scaled))
        return 0;
    uint64_t unit = 100;
    for (int dropped = 2; dropped >= 0; dropped--, unit /= 10) {
        uint64_t n = nearest_multiple(&scaled, unit);
        if (n == 0)
            continue;
        int count = whole_digits(n, digits, &point);
        *exponent = point + dropped - scale;
        return count;
    }
    return 0;
}

// Fixed notation for moderate numbers by the same exact arithmetic: d >= 0 with `precision` digits
// after the point. Returns the length, 0 if d or the precision is out of range.
size_t float_fixed(double d, int precision, char *buffer) {
    Scaled scaled;
    if (!(d < 1e15) || precision < 0 || precision > 17 || d * powers_of_ten[precision] >= 1e17)
        return 0;
    uint64_t n;
    if (d == 0) {
        n = 0;
    } else if (scale_exactly(d, precision, &scaled)) {
        Unsigned128 half = (Unsigned128)1 << (scaled.shift - 1);
        n = scaled.whole +
            (scaled.fraction > half || (scaled.fraction == half && scaled.whole % 2));
    } else {
        return 0;
    }
    char *end = buffer + FLOAT_FIXED_SIZE, *to = end;
    for (int i = 0; i < precision; i++, n /= 10)
        *--to = (char)('0' + n % 10);
    if (precision)
        *--to = '.';
    do
        *--to = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    size_t length = (size_t)(end - to);
    memmove(buffer, to, length);
    buffer[length] = '\0';
    return length;
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
    int count = quick_digits(d, digits, exponent), scale, point;
    if (count || (count = scaled_digits(d, digits, exponent)) != 0)
        return count;
    uint64_t n = float_wide_digits(d, &scale);
    if (n != 0) {
        count = whole_digits(n, digits, &point);
        *exponent = point - scale;
        return count;
    }
    // Numbers below the normal range have fewer bits and so may need fewer digits.
    for (count = d < __DBL_MIN__ ? 1 : SAFE_DIGITS; count < 17; count++) {
        exact_digits(d, count, digits, exponent);
        if (reads_back(d, digits, count, *exponent) || next_reads_back(d, digits, count, *exponent))
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
    int exponent = point - 1, size = exponent < 0 ? -exponent : exponent;
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    if (size >= 100)
        *to++ = (char)('0' + size / 100);
    *to++ = (char)('0' + size / 10 % 10);
    *to++ = (char)('0' + size % 10);
    return to;
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

// Plain "123.45" of at most 15 digits: both the digits as a whole and the power of ten are exact,
// so their quotient is correctly rounded.
static bool parse_short(const char *text, size_t length, double *result) {
    uint64_t n = 0;
    size_t digits = 0, after_point = 0;
    bool point = false;
    if (length > SAFE_DIGITS + 1)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && !point) {
            point = true;
        } else if (text[i] >= '0' && text[i] <= '9') {
            n = n * 10 + (uint64_t)(text[i] - '0');
            digits++;
            after_point += point;
        } else {
            return false;
        }
    }
    if (digits == 0 || digits > SAFE_DIGITS)
        return false;
    *result = (double)n / powers_of_ten[after_point];
    return true;
}

static bool parse_unsigned(const char *text, size_t length, double *result) {
    if (parse_short(text, length, result))
        return true;
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

const char *float_ascii(Thread *thread, const Str *text) {
    char *ascii = heap_allocate(thread_heap(thread), CELL_BUFFER, text->length + 1);
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = str_char_at(text, i);
        int value = c < 0x80 ? -1 : char_decimal_value(c);
        ascii[i] = (char)(c < 0x80           ? c
                          : value >= 0       ? (uint32_t)('0' + value)
                          : char_is_space(c) ? ' '
                                             : '?');
    }
    ascii[text->length] = '\0';
    return ascii;
}

Value float_from_str(Thread *thread, Str *text) {
    double d;
    size_t count = text->length;
    if (text->ascii && float_parse(text->data, count, &d))
        return value_float(d);
    if (!float_parse(float_ascii(thread, text), count, &d))
        return raise_error(thread, ERROR_ValueError, "could not convert string to float: %s",
                           str_text(thread, str_repr(thread, text)));
    return value_float(d);
}
