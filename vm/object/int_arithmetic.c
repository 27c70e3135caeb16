// SPDX-License-Identifier: MIT
//
// Addition, subtraction, multiplication, comparison. Each function tries three times, from fast to
// general: both operands in a Value (the sum of two 50-bit numbers can not overflow), both of one
// limb or two (128-bit arithmetic of the compiler), and limb arrays with GMP.
#include <gmp.h>
#include <math.h>

#include "int_parts.h"
#include "interpreter.h"

static mp_size_t limb_count(const IntView *view) {
    return (mp_size_t)view->count;
}

static int compare_magnitudes(const IntView *a, const IntView *b) {
    if (a->count != b->count)
        return a->count < b->count ? -1 : 1;
    return a->count ? mpn_cmp(a->limbs, b->limbs, limb_count(a)) : 0;
}

// |a| + |b|; a has at least as many limbs.
static Value add_magnitudes(Thread *thread, const IntView *a, const IntView *b, bool negative) {
    Int *n = int_allocate(thread, a->count + 1);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    if (b->count)
        limbs[a->count] = mpn_add(limbs, a->limbs, limb_count(a), b->limbs, limb_count(b));
    else
        memcpy(limbs, a->limbs, a->count * sizeof *limbs);
    return int_normalise(n, a->count + 1, negative);
}

// |a| - |b|; |a| is greater.
static Value subtract_magnitudes(Thread *thread, const IntView *a, const IntView *b,
                                 bool negative) {
    Int *n = int_allocate(thread, a->count);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    if (b->count)
        mpn_sub(limbs, a->limbs, limb_count(a), b->limbs, limb_count(b));
    else
        memcpy(limbs, a->limbs, a->count * sizeof *limbs);
    return int_normalise(n, a->count, negative);
}

// The same for numbers of at most two limbs; UNDEFINED: the sum has three.
static Value add_short(Thread *thread, const IntView *a, const IntView *b, bool b_negative) {
    Unsigned128 x = int_view_magnitude(a), y = int_view_magnitude(b), sum;
    if (a->negative != b_negative)
        return x >= y ? int_from_magnitude(thread, x - y, a->negative)
                      : int_from_magnitude(thread, y - x, b_negative);
    if (__builtin_add_overflow(x, y, &sum))
        return VALUE_UNDEFINED;
    return int_from_magnitude(thread, sum, a->negative);
}

// a + b, or a - b if `subtract`.
static Value add_views(Thread *thread, const IntView *a, const IntView *b, bool subtract) {
    bool b_negative = b->negative != subtract;
    if (int_view_is_short(a) && int_view_is_short(b)) {
        Value sum = add_short(thread, a, b, b_negative);
        if (!is_undefined(sum))
            return sum;
    }
    if (a->negative == b_negative)
        return a->count >= b->count ? add_magnitudes(thread, a, b, a->negative)
                                    : add_magnitudes(thread, b, a, a->negative);
    int order = compare_magnitudes(a, b);
    if (order == 0)
        return value_small_int(0);
    return order > 0 ? subtract_magnitudes(thread, a, b, a->negative)
                     : subtract_magnitudes(thread, b, a, b_negative);
}

Value int_add(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return int_from_int64(thread, as_small_int(a) + as_small_int(b));
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    return add_views(thread, &left, &right, false);
}

Value int_sub(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return int_from_int64(thread, as_small_int(a) - as_small_int(b));
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    return add_views(thread, &left, &right, true);
}

static Value multiply_views(Thread *thread, const IntView *a, const IntView *b) {
    if (a->count == 0 || b->count == 0)
        return value_small_int(0);
    Int *n = int_allocate(thread, a->count + b->count);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    if (b->count == 1)
        limbs[a->count] = mpn_mul_1(limbs, a->limbs, limb_count(a), b->limbs[0]);
    else if (a->count == 1)
        limbs[b->count] = mpn_mul_1(limbs, b->limbs, limb_count(b), a->limbs[0]);
    else if (a->limbs == b->limbs && a->count == b->count)
        mpn_sqr(limbs, a->limbs, limb_count(a));
    else if (a->count >= b->count)
        mpn_mul(limbs, a->limbs, limb_count(a), b->limbs, limb_count(b));
    else
        mpn_mul(limbs, b->limbs, limb_count(b), a->limbs, limb_count(a));
    return int_normalise(n, a->count + b->count, a->negative != b->negative);
}

Value int_mul(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return int_from_int128(thread, (__int128)as_small_int(a) * as_small_int(b));
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    if (left.count == 1 && right.count == 1)
        return int_from_magnitude(thread, (Unsigned128)left.limbs[0] * right.limbs[0],
                                  left.negative != right.negative);
    return multiply_views(thread, &left, &right);
}

Value int_neg(Thread *thread, Value a) {
    if (is_small_int(a))
        return int_from_int64(thread, -as_small_int(a));
    IntView view;
    int_view(a, &view);
    return int_from_limbs(thread, view.limbs, view.count, !view.negative);
}

Value int_abs(Thread *thread, Value a) {
    return int_sign(a) < 0 ? int_neg(thread, a) : int_exact(thread, a);
}

Value int_invert(Thread *thread, Value a) {
    if (is_small_int(a))
        return value_small_int(~as_small_int(a));
    Value negated = int_neg(thread, a);
    return is_error(negated) ? negated : int_sub(thread, negated, value_small_int(1));
}

int int_compare(Value a, Value b) {
    if (are_small_ints(a, b))
        return (as_small_int(a) > as_small_int(b)) - (as_small_int(a) < as_small_int(b));
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    if (left.negative != right.negative)
        return left.negative ? -1 : 1;
    int order = compare_magnitudes(&left, &right);
    order = (order > 0) - (order < 0);
    return left.negative ? -order : order;
}

// The same sign as d, and |d| >= 1: compare by bits.
static int compare_whole(Value a, size_t bits, double d) {
    int exponent;
    frexp(d, &exponent);
    int longer = d > 0 ? 1 : -1;
    if (bits != (size_t)exponent)
        return bits > (size_t)exponent ? longer : -longer;
    // Equal lengths; beyond 53 bits the double is whole, so its magnitude fits exactly in limbs.
    double whole = trunc(d);
    uint64_t limbs[17] = {0};
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(whole), &exponent), 64);
    size_t count = (bits + 63) / 64, top = bits % 64;
    limbs[count - 1] = top ? mantissa >> (64 - top) : mantissa;
    if (top && count > 1)
        limbs[count - 2] = mantissa << top;
    IntView left, right = {.limbs = limbs, .count = count};
    int_view(a, &left);
    int order = compare_magnitudes(&left, &right);
    if (order == 0 && whole != d)
        return -longer;
    return order == 0 ? 0 : order > 0 ? longer : -longer;
}

int int_compare_double(Value a, double d) {
    int64_t n;
    if (is_small_int(a)) {
        // 50 bits are exact in a double.
        double x = (double)as_small_int(a);
        return (x > d) - (x < d);
    }
    int sign = int_sign(a), other = (d > 0) - (d < 0);
    if (sign != other)
        return sign < other ? -1 : 1;
    if (isinf(d))
        return d > 0 ? -1 : 1;
    if (int_to_int64(a, &n) && n >= SMALL_INT_MIN && n <= SMALL_INT_MAX)
        return ((double)n > d) - ((double)n < d);
    return fabs(d) < 1 ? sign : compare_whole(a, int_bit_length(a), d);
}

// Stein's algorithm: a shift and a subtraction for each bit, which divisions can not beat.
static uint64_t gcd_limbs(uint64_t x, uint64_t y) {
    if (x == 0 || y == 0)
        return x | y;
    x = x > y ? x % y : x; // once, for they may differ much
    y = x == 0 ? y : x < y ? y % x : y;
    if (x == 0 || y == 0)
        return x | y;
    int twos = __builtin_ctzll(x | y);
    x >>= __builtin_ctzll(x);
    while (y != 0) {
        y >>= __builtin_ctzll(y);
        uint64_t less = x < y ? x : y;
        y = x < y ? y - x : x - y;
        x = less;
    }
    return x << twos;
}

Value int_gcd(Thread *thread, Value a, Value b) {
    IntView left, right;
    if (are_small_ints(a, b)) {
        int64_t x = as_small_int(a), y = as_small_int(b);
        return int_from_uint64(thread,
                               gcd_limbs((uint64_t)(x < 0 ? -x : x), (uint64_t)(y < 0 ? -y : y)));
    }
    int_view(a, &left);
    int_view(b, &right);
    if (left.count > 1 || right.count > 1) {
        Int *n = int_allocate(thread, left.count > right.count ? left.count : right.count);
        mpz_t x, y, result;
        mpz_roinit_n(x, left.limbs, limb_count(&left));
        mpz_roinit_n(y, right.limbs, limb_count(&right));
        mpz_init(result);
        mpz_gcd(result, x, y);
        size_t count = mpz_size(result);
        memcpy(int_limbs(n), mpz_limbs_read(result), count * sizeof(uint64_t));
        mpz_clear(result);
        return int_normalise(n, count, false);
    }
    return int_from_uint64(
        thread, gcd_limbs(left.count ? left.limbs[0] : 0, right.count ? right.limbs[0] : 0));
}

Value int_sqrt(Thread *thread, Value a) {
    IntView view;
    int_view(a, &view);
    if (view.count == 0)
        return value_small_int(0);
    size_t count = (view.count + 1) / 2;
    Int *n = int_allocate(thread, count);
    mpn_sqrtrem(int_limbs(n), NULL, view.limbs, limb_count(&view));
    return int_normalise(n, count, false);
}
