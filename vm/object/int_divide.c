// SPDX-License-Identifier: MIT
//
// Division and power. Python rounds quotients down (to minus infinity) and gives the remainder the
// sign of the divisor; C and GMP round towards zero, so quotient and remainder are corrected when
// the signs differ and the division is not exact.
//
// True division of ints is correctly rounded even where neither operand fits into a double: the
// quotient is computed with 64 bits or so, and a last bit remembers whether anything was left.
#include <gmp.h>
#include <math.h>

#include "execute.h"
#include "float_object.h"
#include "int_parts.h"
#include "interpreter.h"

// Multiplications of limbs between two looks for Ctrl-C: some 0.1 s.
enum { POWER_STEP_WORK = 1 << 27 };

static mp_size_t limb_count(const IntView *view) {
    return (mp_size_t)view->count;
}

// b is not 0; both fit 64 bits and the quotient can not overflow.
static int64_t floor_quotient(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q - ((a % b != 0) & ((a ^ b) < 0));
}
static int64_t floor_remainder(int64_t a, int64_t b) {
    int64_t r = a % b;
    return r != 0 && (r ^ b) < 0 ? r + b : r;
}

// |a| / |b| for one limb each, then signs.
static void divide_limbs(Thread *thread, const IntView *a, const IntView *b, Value *quotient,
                         Value *remainder) {
    uint64_t x = a->count ? a->limbs[0] : 0, y = b->limbs[0];
    uint64_t q = x / y, r = x % y;
    bool negative = a->negative != b->negative;
    if (negative && r) {
        q++;
        r = y - r;
    }
    if (quotient)
        *quotient = int_from_magnitude(thread, q, negative);
    if (remainder)
        *remainder = int_from_magnitude(thread, r, b->negative);
}

// |a| / b->limbs[0] for more than one limb; no quotient is made where NULL says so.
static bool divide_by_limb(Thread *thread, const IntView *a, const IntView *b, Value *quotient,
                           Value *remainder) {
    uint64_t divisor = b->limbs[0], rest;
    bool negative = a->negative != b->negative;
    if (quotient) {
        Int *q = int_allocate(thread, a->count + 1);
        if (!q)
            return false;
        uint64_t *limbs = int_limbs(q);
        rest = mpn_divrem_1(limbs, 0, a->limbs, limb_count(a), divisor);
        limbs[a->count] = negative && rest ? mpn_add_1(limbs, limbs, limb_count(a), 1) : 0;
        *quotient = int_normalise(q, a->count + 1, negative);
    } else {
        rest = mpn_mod_1(a->limbs, limb_count(a), divisor);
    }
    *remainder = int_from_magnitude(thread, negative && rest ? divisor - rest : rest, b->negative);
    return true;
}

static bool divide_views(Thread *thread, const IntView *a, const IntView *b, Value *quotient,
                         Value *remainder) {
    Int *q = int_allocate(thread, a->count - b->count + 2);
    Int *r = int_allocate(thread, b->count);
    if (!q || !r)
        return false;
    mpn_tdiv_qr(int_limbs(q), int_limbs(r), 0, a->limbs, limb_count(a), b->limbs, limb_count(b));
    bool negative = a->negative != b->negative;
    if (negative && !mpn_zero_p(r->limbs, limb_count(b))) {
        mpn_add_1(int_limbs(q), q->limbs, limb_count(a) - limb_count(b) + 2, 1);
        mpn_sub_n(int_limbs(r), b->limbs, r->limbs, limb_count(b));
    }
    *quotient = int_normalise(q, a->count - b->count + 2, negative);
    *remainder = int_normalise(r, b->count, b->negative);
    return true;
}

// |a| < |b|, as the number of limbs or the highest of them tells.
static bool is_shorter(const IntView *a, const IntView *b) {
    size_t count = b->count;
    return a->count < count || (a->count == count && a->limbs[count - 1] < b->limbs[count - 1]);
}

static bool divide_by_greater(Thread *thread, Value a, Value b, bool negative, Value *quotient,
                              Value *remainder) {
    *quotient = value_small_int(negative ? -1 : 0);
    *remainder = negative ? int_add(thread, a, b) : int_exact(thread, a);
    return !is_error(*remainder);
}

bool int_divmod(Thread *thread, Value a, Value b, Value *quotient, Value *remainder) {
    IntView left, right;
    if (are_small_ints(a, b) && b.bits != value_small_int(0).bits) {
        *quotient = int_from_int64(thread, floor_quotient(as_small_int(a), as_small_int(b)));
        *remainder = value_small_int(floor_remainder(as_small_int(a), as_small_int(b)));
        return true;
    }
    int_view(a, &left);
    int_view(b, &right);
    if (right.count == 0)
        return raise_false(thread, ERROR_ZeroDivisionError, "integer division or modulo by zero");
    if (left.count <= 1 && right.count == 1) {
        divide_limbs(thread, &left, &right, quotient, remainder);
        return true;
    }
    if (right.count == 1)
        return divide_by_limb(thread, &left, &right, quotient, remainder);
    if (is_shorter(&left, &right)) {
        bool negative = left.count > 0 && left.negative != right.negative;
        return divide_by_greater(thread, a, b, negative, quotient, remainder);
    }
    return divide_views(thread, &left, &right, quotient, remainder);
}

Value int_floordiv(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b) && b.bits != value_small_int(0).bits)
        return int_from_int64(thread, floor_quotient(as_small_int(a), as_small_int(b)));
    Value quotient, remainder;
    return int_divmod(thread, a, b, &quotient, &remainder) ? quotient : VALUE_ERROR;
}

Value int_mod(Thread *thread, Value a, Value b) {
    if (are_small_ints(a, b) && b.bits != value_small_int(0).bits)
        return value_small_int(floor_remainder(as_small_int(a), as_small_int(b)));
    IntView left, right;
    int_view(a, &left);
    int_view(b, &right);
    if (right.count == 0)
        return raise_error(thread, ERROR_ZeroDivisionError, "integer modulo by zero");
    Value quotient, remainder;
    if (left.count > 1 && right.count == 1)
        return divide_by_limb(thread, &left, &right, NULL, &remainder) ? remainder : VALUE_ERROR;
    return int_divmod(thread, a, b, &quotient, &remainder) ? remainder : VALUE_ERROR;
}

// mantissa * 2^exponent, rounded once: at 53 bits, or fewer where the result is subnormal. The
// lowest bit of the mantissa stands for everything below it.
static double round_scaled(uint64_t mantissa, int64_t exponent) {
    int length = 64 - __builtin_clzll(mantissa);
    int64_t kept = length + exponent + 1074;
    if (kept >= 53 || kept < 0)
        return kept < 0 ? 0.0 : ldexp((double)mantissa, exponent > 5000 ? 5000 : (int)exponent);
    int drop = length - (int)kept;
    if (drop <= 0)
        return ldexp((double)mantissa, (int)exponent);
    uint64_t whole = drop > 63 ? 0 : mantissa >> drop;
    uint64_t half = UINT64_C(1) << (drop - 1), rest = mantissa & (half * 2 - 1);
    whole += rest > half || (rest == half && (whole & 1));
    return ldexp((double)whole, (int)exponent + drop);
}

// |a| / |b| for big operands.
static bool divide_to_double(Thread *thread, Value a, Value b, double *result) {
    int64_t shift = 63 - ((int64_t)int_bit_length(a) - (int64_t)int_bit_length(b));
    Value distance = value_small_int(shift < 0 ? -shift : shift), quotient, remainder;
    if (shift < -2000) {
        *result = HUGE_VAL;
        return true;
    }
    if (shift > 3000) {
        *result = 0;
        return true;
    }
    if (shift >= 0)
        a = int_lshift(thread, a, distance);
    else
        b = int_lshift(thread, b, distance);
    if (is_error(a) || is_error(b) || !int_divmod(thread, a, b, &quotient, &remainder))
        return false;
    *result = round_scaled(int_to_uint64_wrapping(quotient) | (int_sign(remainder) != 0), -shift);
    return true;
}

static bool exact_double(Value v, double *result) {
    int64_t n;
    const int64_t limit = INT64_C(1) << 53;
    if (!int_to_int64(v, &n) || n < -limit || n > limit)
        return false;
    *result = (double)n;
    return true;
}

Value int_truediv(Thread *thread, Value a, Value b) {
    double x, y, result;
    if (int_sign(b) == 0)
        return raise_error(thread, ERROR_ZeroDivisionError, "division by zero");
    if (exact_double(a, &x) && exact_double(b, &y))
        return value_float(x / y);
    if (int_sign(a) == 0)
        return value_float(int_sign(b) < 0 ? -0.0 : 0.0);
    bool negative = int_sign(a) != int_sign(b);
    if (!divide_to_double(thread, int_abs(thread, a), int_abs(thread, b), &result))
        return VALUE_ERROR;
    if (isinf(result))
        return raise_error(thread, ERROR_OverflowError,
                           "integer division result too large for a float");
    return value_float(negative ? -result : result);
}

// Square and multiply, from the highest bit of the exponent down.
static Value power(Thread *thread, Value base, uint64_t exponent) {
    Value result = value_small_int(1);
    for (int bit = exponent ? 63 - __builtin_clzll(exponent) : -1; bit >= 0; bit--) {
        if (!thread_poll_signals(thread))
            return VALUE_ERROR;
        result = int_mul(thread, result, result);
        if (!is_error(result) && (exponent >> bit & 1))
            result = int_mul(thread, result, base);
        if (is_error(result))
            return result;
    }
    return result;
}

Value int_pow(Thread *thread, Value a, Value b) {
    double x, y;
    uint64_t exponent;
    if (int_sign(b) < 0) {
        if (!int_to_double(thread, a, &x) || !int_to_double(thread, b, &y))
            return VALUE_ERROR;
        return float_pow(thread, x, y);
    }
    if (!int_to_uint64(b, &exponent))
        exponent = UINT64_MAX;
    a = int_exact(thread, a);
    size_t bits = int_bit_length(a);
    if (bits <= 1 && exponent > 2)
        exponent = 2 - int_to_uint64_wrapping(b) % 2; // 0, 1 and -1 to any power
    else if (bits > 1 && exponent / 64 > INT_MAX_LIMBS / (bits - 1))
        return raise_error(thread, ERROR_MemoryError, "%s", "");
    return power(thread, a, exponent);
}

static Value invert_modulo(Thread *thread, Value a, Value modulus) {
    IntView number, divisor;
    int_view(a, &number);
    int_view(modulus, &divisor);
    Int *n = int_allocate(thread, divisor.count);
    mpz_t x, m, result;
    mpz_roinit_n(x, number.limbs, number.negative ? -limb_count(&number) : limb_count(&number));
    mpz_roinit_n(m, divisor.limbs, limb_count(&divisor));
    mpz_init(result);
    bool invertible = mpz_invert(result, x, m);
    size_t count = mpz_size(result);
    if (invertible)
        memcpy(int_limbs(n), mpz_limbs_read(result), count * sizeof(uint64_t));
    mpz_clear(result);
    if (!invertible)
        return raise_error(thread, ERROR_ValueError,
                           "base is not invertible for the given modulus");
    return int_normalise(n, count, false);
}

// All three are not negative, modulus > 1.
static Value power_modulo(Thread *thread, Value a, Value b, Value modulus) {
    IntView base, exponent, divisor;
    int_view(a, &base);
    int_view(b, &exponent);
    int_view(modulus, &divisor);
    Int *n = int_allocate(thread, divisor.count);
    mpz_t x, y, m, result;
    mpz_roinit_n(x, base.limbs, limb_count(&base));
    mpz_roinit_n(y, exponent.limbs, limb_count(&exponent));
    mpz_roinit_n(m, divisor.limbs, limb_count(&divisor));
    mpz_init(result);
    mpz_powm(result, x, y, m);
    size_t count = mpz_size(result);
    memcpy(int_limbs(n), mpz_limbs_read(result), count * sizeof(uint64_t));
    mpz_clear(result);
    return int_normalise(n, count, false);
}

// a ** b by `step` bits of the exponent at a time, so that Ctrl-C need not wait for all of them.
// Takes twice as long as in one go.
static Value power_modulo_in_steps(Thread *thread, Value a, Value b, Value modulus, int64_t step) {
    Value one = value_small_int(1), result = one;
    Value radix = int_lshift(thread, one, value_small_int(step));
    Value digit_mask = int_sub(thread, radix, one);
    int64_t shift = ((int64_t)int_bit_length(b) - 1) / step * step;
    for (; shift >= 0 && thread_poll_signals(thread); shift -= step) {
        Value rest = int_rshift(thread, b, value_small_int(shift));
        Value digit = int_and(thread, rest, digit_mask);
        Value raised = power_modulo(thread, result, radix, modulus);
        Value factor = power_modulo(thread, a, digit, modulus);
        result = int_mod(thread, int_mul(thread, raised, factor), modulus);
    }
    return shift < 0 ? result : VALUE_ERROR;
}

static Value power_modulo_noticing(Thread *thread, Value a, Value b, Value modulus) {
    uint64_t limbs = int_bit_length(modulus) / 64 + 1;
    uint64_t step = POWER_STEP_WORK / limbs / limbs + 1;
    if (int_bit_length(b) <= step)
        return power_modulo(thread, a, b, modulus);
    return power_modulo_in_steps(thread, a, b, modulus, (int64_t)step);
}

Value int_pow_mod(Thread *thread, Value a, Value b, Value modulus) {
    if (int_sign(modulus) == 0)
        return raise_error(thread, ERROR_ValueError, "pow() 3rd argument cannot be 0");
    Value divisor = int_abs(thread, modulus);
    if (int_compare(divisor, value_small_int(1)) == 0)
        return value_small_int(0);
    if (int_sign(b) < 0) {
        a = invert_modulo(thread, a, divisor);
        b = int_neg(thread, b);
    }
    if (is_error(a) || is_error(b) || is_error(a = int_mod(thread, a, divisor)))
        return VALUE_ERROR;
    Value result = power_modulo_noticing(thread, a, b, divisor);
    if (int_sign(modulus) < 0 && !is_error(result) && int_sign(result) > 0)
        return int_add(thread, result, modulus);
    return result;
}
