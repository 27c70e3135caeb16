// SPDX-License-Identifier: MIT
//
// The shortest digits of floats that exact arithmetic in 128 bits cannot reach: 1e100, 1.6e-19.
//
// The number is multiplied by a power of ten that gives it 17 digits before the point, all in fixed
// point with 64 bits before it and 64 behind. The powers themselves have infinitely many bits, so
// the product is off, by less than ERROR in the last place, and so is the gap to the neighbours of
// the number. What is decided by more than that is decided rightly; once in some 2^55 numbers it is
// not, and the caller asks somebody slower. That idea is the one of Grisu (Loitsch, "Printing
// floating-point numbers quickly and accurately with integers", 2010), whose 64 bits had to give up
// once in two hundred; CPython computes with big integers (dtoa.c).
#include <math.h>

#include "float_object.h"

typedef unsigned __int128 Unsigned128;

enum { STEP = 27, LEAST_STEP = -11, ERROR = 8 };

// 1e-297, 1e-270, ... 1e324 with 128 bits, the highest of them 1.
static const uint64_t steps_of_ten[][2] = {
    {0xa76c582338ed2621, 0xaf2af2b80af6f24e}, {0x873e4f75e2224e68, 0x5a7744a6e804a292},
    {0xda7f5bf590966848, 0xaf39a475506a899f}, {0xb080392cc4349dec, 0xbd8d794d96aacfb4},
    {0x8e938662882af53e, 0x547eb47b7282ee9c}, {0xe65829b3046b0afa, 0x0cb4a5a3112a5113},
    {0xba121a4650e4ddeb, 0x92f34d62616ce413}, {0x964e858c91ba2655, 0x3a6a07f8d510f870},
    {0xf2d56790ab41c2a2, 0xfae27299423fb9c3}, {0xc428d05aa4751e4c, 0xaa97e14c3c26b887},
    {0x9e74d1b791e07e48, 0x775ea264cf55347e}, {0x8000000000000000, 0x0000000000000000},
    {0xcecb8f27f4200f3a, 0x0000000000000000}, {0xa70c3c40a64e6c51, 0x999090b65f67d924},
    {0x86f0ac99b4e8dafd, 0x69a028bb3ded71a4}, {0xda01ee641a708de9, 0xe80e6f4820cc9496},
    {0xb01ae745b101e9e4, 0x5ec05dcff72e7f90}, {0x8e41ade9fbebc27d, 0x14588f13be847307},
    {0xe5d3ef282a242e81, 0x8f1668c8a86da5fb}, {0xb9a74a0637ce2ee1, 0x6d953e2bd7173693},
    {0x95f83d0a1fb69cd9, 0x4abdaf101564f98e}, {0xf24a01a73cf2dccf, 0xbc633b39673c8cec},
    {0xc3b8358109e84f07, 0x0a862f80ec4700c8}, {0x9e19db92b4e31ba9, 0x6c07a2c26a8346d1},
};

// A number and half the gap to its neighbours, both times 10^scale, in units of 2^-64.
typedef struct Wide {
    Unsigned128 number, half_gap;
} Wide;

// floor(log2(10^n)) for |n| < 1000.
static int bits_of_ten(int n) {
    return n + ((n * 1217359) >> 19);
}

// The upper 128 of the 192 bits of a * b.
static Unsigned128 multiply_high(Unsigned128 a, uint64_t b) {
    Unsigned128 low = (Unsigned128)(uint64_t)a * b;
    return (Unsigned128)(uint64_t)(a >> 64) * b + (uint64_t)(low >> 64);
}

// 10^n, less than STEP, with its highest bit moved to the top.
static uint64_t small_power(int n) {
    uint64_t five = 1;
    for (uint64_t square = 5; n > 0; n >>= 1, square *= square) {
        five *= n & 1 ? square : 1;
    }
    return five << __builtin_clzll(five);
}

// 10^n / 2^(bits_of_ten(n) - 127).
static Unsigned128 power_of_ten(int n) {
    int step = (n - STEP * LEAST_STEP) / STEP, rest = (n - STEP * LEAST_STEP) % STEP;
    Unsigned128 power = (Unsigned128)steps_of_ten[step][0] << 64 | steps_of_ten[step][1];
    power = rest == 0 ? power : multiply_high(power, small_power(rest));
    return power >> 127 ? power : power << 1;
}

// mantissa * 2^exponent, the mantissa of 53 bits.
static Wide scale_wide(uint64_t mantissa, int exponent, int scale) {
    Unsigned128 power = power_of_ten(scale);
    int shift = 74 - exponent - bits_of_ten(scale); // of mantissa << 11 times power
    return (Wide){multiply_high(power, mantissa << 11) >> (shift - 64), power >> (shift - 10)};
}

typedef enum Verdict { READS_BACK, MISSES, TOO_CLOSE } Verdict;

// Does the multiple of `unit` nearest to the number read back? *n: it, divided by the unit.
static Verdict try_unit(const Wide *wide, uint64_t unit, uint64_t *n) {
    uint64_t whole = (uint64_t)(wide->number >> 64);
    Unsigned128 below = (Unsigned128)(whole % unit) << 64 | (uint64_t)wide->number;
    Unsigned128 above = ((Unsigned128)unit << 64) - below;
    Unsigned128 distance = below < above ? below : above, other = below < above ? above : below;
    *n = whole / unit + (above < below);
    if (distance > wide->half_gap + ERROR) {
        return MISSES;
    }
    return distance + ERROR < wide->half_gap && distance + ERROR < other ? READS_BACK : TOO_CLOSE;
}

uint64_t float_wide_digits(double d, int *scale) {
    int exponent;
    uint64_t mantissa = (uint64_t)(frexp(d, &exponent) * 0x1p53), n;
    if (d < __DBL_MIN__ || mantissa == UINT64_C(1) << 52) {
        return 0; // fewer bits, or gaps that differ
    }
    *scale = 16 - (((exponent - 1) * 78913) >> 18);
    Wide wide = scale_wide(mantissa, exponent - 53, *scale);
    if (wide.number >> 64 >= UINT64_C(100000000000000000)) {
        wide = scale_wide(mantissa, exponent - 53, --*scale);
    }
    for (uint64_t unit = 100; unit > 0; unit /= 10) {
        Verdict verdict = try_unit(&wide, unit, &n);
        if (verdict != MISSES) {
            *scale -= unit == 100 ? 2 : unit == 10;
            return verdict == READS_BACK ? n : 0;
        }
    }
    return 0;
}
