// SPDX-License-Identifier: MIT
//
// Shifts and bitwise operators. Python's ints behave as if they were in two's complement with
// endlessly many sign bits; ours are sign and magnitude. Where both operands fit 64 bits the
// machine does it; otherwise the operands are written out in two's complement one limb longer than
// the longer one, combined limb by limb, and turned back.
#include <gmp.h>

#include "int_parts.h"
#include "interpreter.h"

static bool read_shift(Thread *thread, Value v, uint64_t *count) {
    if (int_sign(v) < 0)
        return raise_false(thread, ERROR_ValueError, "negative shift count");
    if (!int_to_uint64(v, count))
        *count = UINT64_MAX;
    return true;
}

static Value shift_left_limbs(Thread *thread, Value a, uint64_t count) {
    IntView view;
    int_view(a, &view);
    if (count >= INT_MAX_LIMBS * 64)
        return count > INT64_MAX
                   ? raise_error(thread, ERROR_OverflowError, "too many digits in integer")
                   : raise_error(thread, ERROR_MemoryError, "%s", "");
    size_t words = count / 64, total = view.count + words + 1;
    Int *n = int_allocate(thread, total);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    if (count % 64)
        limbs[total - 1] =
            mpn_lshift(limbs + words, view.limbs, (mp_size_t)view.count, (unsigned)(count % 64));
    else
        memcpy(limbs + words, view.limbs, view.count * sizeof *limbs);
    return int_normalise(n, total, view.negative);
}

Value int_lshift(Thread *thread, Value a, Value b) {
    uint64_t count;
    if (!read_shift(thread, b, &count))
        return VALUE_ERROR;
    if (is_small_int(a) && count < 64)
        return int_from_int128(thread, (__int128)as_small_int(a) * ((__int128)1 << count));
    if (int_sign(a) == 0)
        return value_small_int(0);
    return shift_left_limbs(thread, a, count);
}

static Value shift_right_limbs(Thread *thread, const IntView *view, uint64_t count) {
    size_t words = count / 64;
    unsigned bits = (unsigned)(count % 64);
    if (words >= view->count)
        return value_small_int(view->negative ? -1 : 0);
    size_t total = view->count - words;
    Int *n = int_allocate(thread, total + 1);
    uint64_t *limbs = int_limbs(n), lost = 0;
    if (bits)
        lost = mpn_rshift(limbs, view->limbs + words, (mp_size_t)total, bits);
    else
        memcpy(limbs, view->limbs + words, total * sizeof *limbs);
    // Round down: away from zero for negative numbers if a one-bit fell out.
    if (view->negative && (lost || (words && !mpn_zero_p(view->limbs, (mp_size_t)words))))
        limbs[total] = mpn_add_1(limbs, limbs, (mp_size_t)total, 1);
    return int_normalise(n, total + 1, view->negative);
}

// Numbers of one or two limbs. Rounds down: a negative one away from zero.
static Value shift_right_short(Thread *thread, const IntView *view, uint64_t count) {
    if (count >= 128)
        return value_small_int(view->negative ? -1 : 0);
    Unsigned128 magnitude = int_view_magnitude(view);
    if (view->negative)
        return int_from_magnitude(thread, ((magnitude - 1) >> count) + 1, true);
    return int_from_magnitude(thread, magnitude >> count, false);
}

Value int_rshift(Thread *thread, Value a, Value b) {
    uint64_t count;
    if (!read_shift(thread, b, &count))
        return VALUE_ERROR;
    if (is_small_int(a))
        return value_small_int(as_small_int(a) >> (count > 63 ? 63 : count));
    IntView view;
    int_view(a, &view);
    if (int_view_is_short(&view) && view.count > 0)
        return shift_right_short(thread, &view, count);
    return shift_right_limbs(thread, &view, count);
}

typedef enum BitOperator { BITS_AND, BITS_OR, BITS_XOR } BitOperator;

static uint64_t combine(uint64_t x, uint64_t y, BitOperator op) {
    return op == BITS_AND ? x & y : op == BITS_OR ? x | y : x ^ y;
}

static uint64_t *twos_complement(Thread *thread, const IntView *view, size_t count) {
    uint64_t *limbs = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof *limbs);
    memcpy(limbs, view->limbs, view->count * sizeof *limbs);
    if (view->negative)
        mpn_neg(limbs, limbs, (mp_size_t)count);
    return limbs;
}

// Neither is negative: limb by limb, as far as both go, and what is left of the longer one.
static Value combine_positive(Thread *thread, const IntView *a, const IntView *b, BitOperator op) {
    const IntView *longer = a->count >= b->count ? a : b, *shorter = longer == a ? b : a;
    size_t count = op == BITS_AND ? shorter->count : longer->count;
    Int *n = int_allocate(thread, count);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    for (size_t i = 0; i < shorter->count; i++)
        limbs[i] = combine(a->limbs[i], b->limbs[i], op);
    for (size_t i = shorter->count; i < count; i++)
        limbs[i] = longer->limbs[i];
    return int_normalise(n, count, false);
}

static Value combine_limbs(Thread *thread, Value a, Value b, BitOperator op) {
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    size_t count = (left.count > right.count ? left.count : right.count) + 1;
    const uint64_t *x = twos_complement(thread, &left, count);
    const uint64_t *y = twos_complement(thread, &right, count);
    Int *n = int_allocate(thread, count);
    if (!n)
        return VALUE_ERROR;
    uint64_t *limbs = int_limbs(n);
    for (size_t i = 0; i < count; i++)
        limbs[i] = combine(x[i], y[i], op);
    bool negative = limbs[count - 1] >> 63;
    if (negative)
        mpn_neg(limbs, limbs, (mp_size_t)count);
    return int_normalise(n, count, negative);
}

// In two's complement; false if that needs more than 128 bits.
static bool fits_128_bits(const IntView *view, __int128 *result) {
    Unsigned128 magnitude = int_view_magnitude(view);
    *result = (__int128)(view->negative ? -magnitude : magnitude);
    return int_view_is_short(view) && magnitude >> 127 == 0;
}

// Of two numbers that are not negative, at most two limbs.
static Value combine_magnitudes(Thread *thread, Unsigned128 x, Unsigned128 y, BitOperator op) {
    Unsigned128 result = op == BITS_AND ? x & y : op == BITS_OR ? x | y : x ^ y;
    return int_from_magnitude(thread, result, false);
}

static Value combine_bits(Thread *thread, Value a, Value b, BitOperator op) {
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    bool is_short = int_view_is_short(&left) && int_view_is_short(&right);
    if (!left.negative && !right.negative)
        return is_short ? combine_magnitudes(thread, int_view_magnitude(&left),
                                             int_view_magnitude(&right), op)
                        : combine_positive(thread, &left, &right, op);
    __int128 x, y;
    if (!fits_128_bits(&left, &x) || !fits_128_bits(&right, &y))
        return combine_limbs(thread, a, b, op);
    __int128 result = op == BITS_AND ? x & y : op == BITS_OR ? x | y : x ^ y;
    return int_from_int128(thread, result);
}

Value int_and(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return value_small_int(as_small_int(a) & as_small_int(b));
    return combine_bits(thread, a, b, BITS_AND);
}

Value int_or(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return value_small_int(as_small_int(a) | as_small_int(b));
    return combine_bits(thread, a, b, BITS_OR);
}

Value int_xor(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b))
        return value_small_int(as_small_int(a) ^ as_small_int(b));
    return combine_bits(thread, a, b, BITS_XOR);
}
