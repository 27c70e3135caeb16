// SPDX-License-Identifier: MIT
//
// Floats with a given number of digits: the quick ways of "%.3e" and "%g".
//
// The C library computes the exact decimal expansion, which is slow. But the shortest digits that
// read back as the number are at hand soon (float_text.c), and rounding those once more nearly
// always gives the same: between a number and its shortest text there is no shorter text, so no
// border between rounding down and up lies between them either. Only when the shortest text *is*
// the border ("0.5" to no digits) it does not say on which side of it the number lies. Such
// numbers, those with uneven gaps around them and those of reduced precision are left to printf,
// and so is everything beyond the 15 digits that a double is sure to hold.
#include <math.h>

#include "float_object.h"

enum { SAFE_DIGITS = 15, MAXIMUM_DIGITS = 20 };

// Add one unit in the last place.
static void round_up(char *digits, int count, int *exponent) {
    while (count > 0 && digits[count - 1] == '9')
        digits[--count] = '0';
    if (count > 0) {
        digits[count - 1]++;
        return;
    }
    digits[0] = '1';
    ++*exponent;
}

// d in `count` digits, correctly rounded: 0.DIGITS * 10^*exponent. False: not by this way.
static bool rounded_digits(double d, int count, char *digits, int *exponent) {
    int ignored;
    if (!(d >= __DBL_MIN__) || isinf(d) || count > SAFE_DIGITS || frexp(d, &ignored) == 0.5)
        return false;
    int known = float_shortest_digits(d, digits, exponent);
    if (known <= count) {
        memset(digits + known, '0', (size_t)(count - known));
        return true;
    }
    if (digits[count] == '5' && known == count + 1)
        return false;
    if (digits[count] >= '5')
        round_up(digits, count, exponent);
    return true;
}

static char *write_exponent(char *to, int exponent) {
    unsigned n = (unsigned)(exponent < 0 ? -exponent : exponent);
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    if (n >= 100)
        *to++ = (char)('0' + n / 100);
    *to++ = (char)('0' + n / 10 % 10);
    *to++ = (char)('0' + n % 10);
    return to;
}

static char *write_mantissa(char *to, const char *digits, int count) {
    *to++ = digits[0];
    if (count == 1)
        return to;
    *to++ = '.';
    memcpy(to, digits + 1, (size_t)count - 1);
    return to + count - 1;
}

static size_t finish(const char *start, char *end) {
    *end = '\0';
    return (size_t)(end - start);
}

size_t float_scientific(double d, int precision, char *buffer) {
    char digits[MAXIMUM_DIGITS];
    int exponent;
    if (!rounded_digits(d, precision + 1, digits, &exponent))
        return 0;
    char *to = write_mantissa(buffer, digits, precision + 1);
    return finish(buffer, write_exponent(to, exponent - 1));
}

// The point behind `point` of the digits; at least one of them stands behind it if there are more.
static char *write_plain(char *to, const char *digits, int count, int point) {
    if (point <= 0) {
        *to++ = '0';
        *to++ = '.';
        memset(to, '0', (size_t)-point);
        to += -point;
        memcpy(to, digits, (size_t)count);
        return to + count;
    }
    int whole = count < point ? count : point;
    memcpy(to, digits, (size_t)whole);
    memset(to + whole, '0', (size_t)(point - whole));
    to += point;
    if (count <= point)
        return to;
    *to++ = '.';
    memcpy(to, digits + point, (size_t)(count - point));
    return to + (count - point);
}

size_t float_general(double d, int precision, char *buffer) {
    char digits[MAXIMUM_DIGITS];
    int exponent, count = precision ? precision : 1, shown = count;
    if (!rounded_digits(d, count, digits, &exponent))
        return 0;
    while (shown > 1 && digits[shown - 1] == '0')
        shown--;
    if (exponent - 1 >= -4 && exponent - 1 < count)
        return finish(buffer, write_plain(buffer, digits, shown, exponent));
    char *to = write_mantissa(buffer, digits, shown);
    return finish(buffer, write_exponent(to, exponent - 1));
}
