// SPDX-License-Identifier: MIT
//
// Between the three representations of int, C's number types, and bytes.
//
// int_view is what lets the arithmetic ignore the representations: it shows any integral as sign
// and limbs, the one limb of a small int being stored in the view itself (so a view must not be
// copied). int_normalise is the other end: every result passes through it.
#include "int.h"

#include <gmp.h>
#include <math.h>

#include "int_parts.h"
#include "interpreter.h"

_Static_assert(sizeof(mp_limb_t) == 8, "limbs are 64 bits");

Int *int_allocate(Thread *thread, size_t count) {
    if (count > INT_MAX_LIMBS) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    Int *n = object_new_sized(thread, builtin_type(thread, TYPE_int),
                              sizeof(Int) + count * sizeof(uint64_t));
    n->limbs = n->inline_limbs;
    return n;
}

Value int_normalise(Int *n, size_t count, bool negative) {
    while (count > 0 && n->limbs[count - 1] == 0)
        count--;
    if (count == 0)
        return value_small_int(0);
    uint64_t low = n->limbs[0];
    if (count == 1 && low <= (uint64_t)SMALL_INT_MAX + negative)
        return value_small_int(negative ? -(int64_t)low : (int64_t)low);
    n->size = negative ? -(int64_t)count : (int64_t)count;
    return value_object(n);
}

Value int_from_magnitude(Thread *thread, Unsigned128 magnitude, bool negative) {
    if (magnitude <= (Unsigned128)SMALL_INT_MAX + negative)
        return value_small_int(negative ? -(int64_t)magnitude : (int64_t)magnitude);
    uint64_t high = (uint64_t)(magnitude >> 64);
    Int *n = int_allocate(thread, high ? 2 : 1);
    int_limbs(n)[0] = (uint64_t)magnitude;
    if (high)
        int_limbs(n)[1] = high;
    n->size = high ? 2 : 1;
    if (negative)
        n->size = -n->size;
    return value_object(n);
}

Value int_from_int64_slow(Thread *thread, int64_t n) {
    uint64_t magnitude = n < 0 ? -(uint64_t)n : (uint64_t)n;
    return int_from_magnitude(thread, magnitude, n < 0);
}

Value int_from_uint64(Thread *thread, uint64_t n) {
    return int_from_magnitude(thread, n, false);
}

Value int_from_int128(Thread *thread, __int128 n) {
    return int_from_magnitude(thread, n < 0 ? -(Unsigned128)n : (Unsigned128)n, n < 0);
}

Value int_from_limbs(Thread *thread, const uint64_t *limbs, size_t count, bool negative) {
    Int *n = int_allocate(thread, count);
    if (!n)
        return VALUE_ERROR;
    if (count)
        memcpy(int_limbs(n), limbs, count * sizeof *limbs);
    return int_normalise(n, count, negative);
}

Value int_from_double(Thread *thread, double d) {
    if (isnan(d))
        return raise_error(thread, ERROR_ValueError, "cannot convert float NaN to integer");
    if (isinf(d))
        return raise_error(thread, ERROR_OverflowError, "cannot convert float infinity to integer");
    if (fabs(d) < 0x1p63)
        return int_from_int64(thread, (int64_t)d);
    int exponent;
    uint64_t mantissa = (uint64_t)ldexp(frexp(fabs(d), &exponent), 53);
    size_t shift = (size_t)(exponent - 53), words = shift / 64;
    Int *n = int_allocate(thread, words + 2);
    Unsigned128 shifted = (Unsigned128)mantissa << shift % 64;
    int_limbs(n)[words] = (uint64_t)shifted;
    int_limbs(n)[words + 1] = (uint64_t)(shifted >> 64);
    return int_normalise(n, words + 2, d < 0);
}

Value int_exact(Thread *thread, Value v) {
    if (is_small_int(v))
        return v;
    if (is_bool(v))
        return value_small_int(is_true(v));
    if (object_type(v) == builtin_type(thread, TYPE_int))
        return v;
    const Int *n = as_int(v);
    return int_from_limbs(thread, n->limbs, (size_t)(n->size < 0 ? -n->size : n->size),
                          n->size < 0);
}

Value int_copy_as(Thread *thread, Type *type, Value v) {
    IntView view;
    int_view(v, &view);
    uint64_t *limbs = heap_allocate(thread_heap(thread), CELL_BUFFER,
                                    (view.count + !view.count) * sizeof(uint64_t));
    memcpy(limbs, view.limbs, view.count * sizeof(uint64_t));
    Int *n = object_new(thread, type);
    n->limbs = limbs;
    n->size = view.negative ? -(int64_t)view.count : (int64_t)view.count;
    return value_object(n);
}

void int_trace(Marker *marker, Object *self) {
    const Int *n = (const Int *)self;
    if (n->limbs != n->inline_limbs)
        mark_buffer(marker, n->limbs);
}

bool int_to_int64(Value v, int64_t *result) {
    __int128 n;
    if (!int_to_int128(v, &n) || n < INT64_MIN || n > INT64_MAX)
        return false;
    *result = (int64_t)n;
    return true;
}

bool int_to_uint64(Value v, uint64_t *result) {
    __int128 n;
    if (!int_to_int128(v, &n) || n < 0)
        return false;
    *result = (uint64_t)n;
    return true;
}

uint64_t int_to_uint64_wrapping(Value v) {
    IntView view;
    int_view(v, &view);
    uint64_t low = view.count ? view.limbs[0] : 0;
    return view.negative ? -low : low;
}

// The highest 64 bits of a number of at least two limbs, the lowest of them also set if anything
// below is not zero. Rounding that to 53 bits gives the same as rounding the whole.
static uint64_t top_bits(const IntView *view, int *exponent) {
    size_t last = view->count - 1;
    int shift = __builtin_clzll(view->limbs[last]);
    uint64_t top = view->limbs[last], rest = view->limbs[last - 1];
    if (shift) {
        top = top << shift | rest >> (64 - shift);
        rest <<= shift;
    }
    for (size_t i = 0; i + 1 < last && !rest; i++)
        rest = view->limbs[i];
    *exponent = (int)(last * 64) - shift;
    return top | (rest != 0);
}

bool int_to_double(Thread *thread, Value v, double *result) {
    IntView view;
    int_view(v, &view);
    double d;
    if (view.count <= 1) {
        d = view.count ? (double)view.limbs[0] : 0.0;
    } else {
        int exponent = 0;
        d = view.count > 17 ? HUGE_VAL : (double)top_bits(&view, &exponent);
        d = ldexp(d, exponent);
    }
    if (isinf(d))
        return raise_false(thread, ERROR_OverflowError, "int too large to convert to float");
    *result = view.negative ? -d : d;
    return true;
}

int int_sign(Value v) {
    IntView view;
    int_view(v, &view);
    return view.negative ? -1 : view.count != 0;
}

size_t int_bit_length(Value v) {
    IntView view;
    int_view(v, &view);
    if (view.count == 0)
        return 0;
    return view.count * 64 - (size_t)__builtin_clzll(view.limbs[view.count - 1]);
}

uint64_t int_hash(Value v) {
    const uint64_t prime = (UINT64_C(1) << 61) - 1;
    IntView view;
    int_view(v, &view);
    uint64_t hash = view.count <= 1 ? (view.count ? view.limbs[0] % prime : 0)
                                    : mpn_mod_1(view.limbs, (mp_size_t)view.count, prime);
    hash = view.negative ? -hash : hash;
    return hash == UINT64_MAX ? UINT64_MAX - 1 : hash;
}

Value int_from_bytes(Thread *thread, const uint8_t *bytes, size_t length, bool little,
                     bool is_signed) {
    size_t count = length / 8 + 1;
    Int *n = int_allocate(thread, count);
    if (!n)
        return VALUE_ERROR;
    bool negative = is_signed && length && bytes[little ? length - 1 : 0] >= 0x80;
    uint64_t *limbs = int_limbs(n);
    if (negative)
        memset(limbs, 0xff, count * sizeof *limbs);
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[little ? i : length - 1 - i];
        limbs[i / 8] &= ~(UINT64_C(0xff) << i % 8 * 8);
        limbs[i / 8] |= (uint64_t)byte << i % 8 * 8;
    }
    if (negative)
        mpn_neg(limbs, limbs, (mp_size_t)count);
    return int_normalise(n, count, negative);
}

static bool fits_bytes(Value v, const IntView *view, size_t length, bool is_signed) {
    if (view->negative && !is_signed)
        return false;
    size_t bits = int_bit_length(v);
    if (!is_signed)
        return bits <= length * 8;
    // -2^(n-1) needs n bits as the other numbers of n-1 bits do; CPython writes -1 into none as
    // well.
    bool power = view->negative && mpn_popcount(view->limbs, (mp_size_t)view->count) == 1;
    bool needs_none = view->count == 0 || (length == 0 && power && bits == 1);
    return bits + !power <= length * 8 || needs_none;
}

bool int_to_bytes(Value v, uint8_t *bytes, size_t length, bool little, bool is_signed) {
    IntView view;
    int_view(v, &view);
    if (!fits_bytes(v, &view, length, is_signed))
        return false;
    unsigned carry = 1;
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = (uint8_t)(i / 8 < view.count ? view.limbs[i / 8] >> i % 8 * 8 : 0);
        if (view.negative) {
            unsigned sum = (uint8_t)~byte + carry;
            byte = (uint8_t)sum;
            carry = sum >> 8;
        }
        bytes[little ? i : length - 1 - i] = byte;
    }
    return true;
}
