// SPDX-License-Identifier: MIT
//
// int: whole numbers of any size.
//
// Three representations, one type. Nearly all ints fit into the 50 bits of a Value and never touch
// the heap. Ints of one 64-bit limb are computed with the compiler's 128-bit arithmetic: programs
// that hash with 32-bit constants live there. The rest goes to GMP's low-level functions, which
// work on arrays of limbs that we place in the heap object. Every result is brought back to the
// smallest representation ("normalised"), so an exact int beyond 50 bits is always an Int object
// and equal ints of the small range always have equal bits.
//
// Instances of subclasses (IntEnum!) are Int objects whatever their value; only arithmetic's
// results are normalised. bool is a subclass of int, but True and False are singleton Values.
#pragma once

#include "object.h"

typedef struct Int {
    Object object;
    int64_t size;          // number of limbs, negative for a negative number
    const uint64_t *limbs; // least significant first, the last is not 0; after the struct, or
                           // a buffer for instances of subclasses
    uint64_t inline_limbs[];
} Int;

// What arithmetic works on, whatever the representation.
typedef struct IntView {
    const uint64_t *limbs;
    size_t count;
    bool negative;
    uint64_t small; // storage for the limb of a small int
} IntView;

// The largest number of limbs a result may have (2^33 bits); beyond it MemoryError.
#define INT_MAX_LIMBS ((size_t)1 << 27)
// Python's guard against quadratic conversions of decimal texts.
enum { INT_MAX_STR_DIGITS = 4300 };

static inline bool is_big_int(Value v) {
    return has_layout(v, LAYOUT_INT);
}
// int and its subclasses, but not bool.
static inline bool is_int(Value v) {
    return is_small_int(v) || is_big_int(v);
}
// int, its subclasses and bool: what isinstance(v, int) says.
static inline bool is_integral(Value v) {
    return is_small_int(v) || is_bool(v) || is_big_int(v);
}
static inline Int *as_int(Value v) {
    return (Int *)as_object(v);
}

Value int_from_int64_slow(Thread *thread, int64_t n);
static inline Value int_from_int64(Thread *thread, int64_t n) {
    return fits_small_int(n) ? value_small_int(n) : int_from_int64_slow(thread, n);
}
Value int_from_uint64(Thread *thread, uint64_t n);
Value int_from_int128(Thread *thread, __int128 n);
// int(d): OverflowError / ValueError for infinity and NaN.
Value int_from_double(Thread *thread, double d);
// From limbs, least significant first; leading zero limbs are dropped.
Value int_from_limbs(Thread *thread, const uint64_t *limbs, size_t count, bool negative);
// Digits of `base` (2 to 36; letters of either case; '_' ignored), optional sign, no spaces, no
// prefix. VALUE_ERROR with ValueError if something else is in it or it is longer than the digit
// limit allows.
Value int_from_text(Thread *thread, const char *digits, size_t length, int base);
// The digits of n in `base` (2 to 36), written backwards from `end`, which has INT_DIGITS_SIZE
// bytes before it; returns the first.
enum { INT_DIGITS_SIZE = 65 }; // and a sign
char *int_digits(uint64_t n, int base, char *end);
// An exact int equal to `v` (an integral): strips subclasses and bool.
Value int_exact(Thread *thread, Value v);

// `v` is an integral in all functions below.
static inline void int_view(Value v, IntView *view) {
    if (is_object(v)) {
        const Int *n = as_int(v);
        view->limbs = n->limbs;
        view->count = (size_t)(n->size < 0 ? -n->size : n->size);
        view->negative = n->size < 0;
        return;
    }
    int64_t n = is_small_int(v) ? as_small_int(v) : is_true(v);
    view->small = (uint64_t)(n < 0 ? -n : n);
    view->limbs = &view->small;
    view->count = n != 0;
    view->negative = n < 0;
}
bool int_to_int64(Value v, int64_t *result); // false if it does not fit
bool int_to_uint64(Value v, uint64_t *result);
// The low 64 bits in two's complement.
uint64_t int_to_uint64_wrapping(Value v);
// Correctly rounded; false with OverflowError.
bool int_to_double(Thread *thread, Value v, double *result);
// -1, 0 or 1
int int_sign(Value v);
size_t int_bit_length(Value v);
// -1, 0 or 1
int int_compare(Value a, Value b);
// -1, 0, 1: exact comparison with a double that is not NaN.
int int_compare_double(Value a, double d);
static inline bool int_equal(Value a, Value b) {
    return a.bits == b.bits || int_compare(a, b) == 0;
}
uint64_t int_hash(Value v);

Value int_add(Thread *thread, Value a, Value b);
Value int_sub(Thread *thread, Value a, Value b);
Value int_mul(Thread *thread, Value a, Value b);
// ZeroDivisionError; rounding to minus infinity.
Value int_floordiv(Thread *thread, Value a, Value b);
Value int_mod(Thread *thread, Value a, Value b);
bool int_divmod(Thread *thread, Value a, Value b, Value *quotient, Value *remainder);
// A float, correctly rounded.
Value int_truediv(Thread *thread, Value a, Value b);
// A float if b is negative.
Value int_pow(Thread *thread, Value a, Value b);
Value int_pow_mod(Thread *thread, Value a, Value b, Value modulus);
Value int_lshift(Thread *thread, Value a, Value b);
Value int_rshift(Thread *thread, Value a, Value b);
Value int_and(Thread *thread, Value a, Value b);
Value int_or(Thread *thread, Value a, Value b);
Value int_xor(Thread *thread, Value a, Value b);
Value int_neg(Thread *thread, Value a);
Value int_abs(Thread *thread, Value a);
Value int_invert(Thread *thread, Value a);
Value int_gcd(Thread *thread, Value a, Value b);
// floor(sqrt(a)); a must not be negative.
Value int_sqrt(Thread *thread, Value a);

// Digits in base 2 to 36, no prefix. NULL with ValueError beyond the limit on decimal digits.
Str *int_to_str(Thread *thread, Value v, int base);
// Bytes in two's complement or unsigned, as int.from_bytes; the inverse is false (no exception)
// if the value does not fit.
Value int_from_bytes(Thread *thread, const uint8_t *bytes, size_t length, bool little,
                     bool is_signed);
bool int_to_bytes(Value v, uint8_t *bytes, size_t length, bool little, bool is_signed);
// The int written in `text` as int(text, base) reads it; ValueError, which shows `original`.
Value int_from_str(Thread *thread, Str *text, int base, Value original);
// int(v) for a number: what its __int__, __index__ or __trunc__ gives, an exact int.
Value int_from_number(Thread *thread, Value v);
