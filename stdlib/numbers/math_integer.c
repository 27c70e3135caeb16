// SPDX-License-Identifier: MIT
//
// The module math: number theory on ints of any size.
//
// Products of many factors are multiplied as a balanced tree, because multiplying two numbers of
// equal length is where fast algorithms for big numbers pay; n! by a simple loop would multiply a
// huge number by a tiny one n times.
#include "execute.h"
#include "int.h"
#include "math_functions.h"
#include "operations.h"
#include "tuple.h"

// ---- gcd and lcm ----

// gcd or lcm of the tuple's items, beginning with `unit`.
static Value fold_ints(Thread *thread, const Tuple *items, int64_t unit,
                       Value (*combine)(Thread *, Value, Value)) {
    if (items->length == 2 && are_small_ints(items->items[0], items->items[1]))
        return combine(thread, items->items[0], items->items[1]);
    Value result = value_small_int(unit);
    for (size_t i = 0; i < items->length && !is_error(result); i++) {
        if (!thread_poll_signals(thread)) // lcm of many is a huge number
            return VALUE_ERROR;
        Value item = operation_index(thread, items->items[i]);
        result = is_error(item) ? item : combine(thread, result, item);
    }
    return result;
}

static Value least_common_multiple(Thread *thread, Value a, Value b) {
    if (int_sign(a) == 0 || int_sign(b) == 0)
        return value_small_int(0);
    Value divided = int_floordiv(thread, a, int_gcd(thread, a, b));
    return int_abs(thread, int_mul(thread, divided, b));
}

static Value math_gcd(Thread *thread, Value *args) {
    return fold_ints(thread, as_tuple(args[0]), 0, int_gcd);
}

static Value math_lcm(Thread *thread, Value *args) {
    return fold_ints(thread, as_tuple(args[0]), 1, least_common_multiple);
}

// ---- Roots ----

static Value math_isqrt(Thread *thread, Value *args) {
    Value n = operation_index(thread, args[0]);
    if (is_error(n))
        return n;
    if (int_sign(n) < 0)
        return raise_error(thread, ERROR_ValueError, "isqrt() argument must be nonnegative");
    return int_sqrt(thread, n);
}

// ---- Products ----

// low * (low + 1) * ... with `count` factors; false if that needs more than 64 bits.
static bool multiply_in_word(uint64_t low, uint64_t count, uint64_t *product) {
    *product = 1;
    for (uint64_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(*product, low + i, product))
            return false;
    return true;
}

// low * (low + 1) * ... with `count` factors; low is not negative.
static Value product_of_range(Thread *thread, Value low, uint64_t count) {
    uint64_t word;
    if (count <= 64 && is_small_int(low) &&
        multiply_in_word((uint64_t)as_small_int(low), count, &word))
        return int_from_uint64(thread, word);
    if (!thread_poll_signals(thread))
        return VALUE_ERROR;
    if (count <= 8) {
        Value product = low, factor = low;
        for (uint64_t i = 1; i < count; i++) {
            factor = int_add(thread, factor, value_small_int(1));
            product = int_mul(thread, product, factor);
        }
        return product;
    }
    uint64_t half = count / 2;
    Value middle = int_add(thread, low, int_from_uint64(thread, half));
    Value left = product_of_range(thread, low, half);
    Value right = is_error(left) ? left : product_of_range(thread, middle, count - half);
    return is_error(right) ? right : int_mul(thread, left, right);
}

static Value math_factorial(Thread *thread, Value *args) {
    Value v = operation_index(thread, args[0]);
    int64_t n;
    if (is_error(v))
        return v;
    if (int_sign(v) < 0)
        return raise_error(thread, ERROR_ValueError, "factorial() not defined for negative values");
    if (!int_to_int64(v, &n))
        return raise_error(thread, ERROR_OverflowError,
                           "factorial() argument should not exceed 9223372036854775807");
    return n < 2 ? value_small_int(1)
                 : product_of_range(thread, value_small_int(2), (uint64_t)n - 1);
}

// Both arguments as ints that are not negative; k is n if it was left out.
static bool choose_arguments(Thread *thread, const Value *args, Value *n, Value *k) {
    *n = operation_index(thread, args[0]);
    *k = is_error(*n) || is_none(args[1]) ? *n : operation_index(thread, args[1]);
    if (is_error(*k))
        return false;
    if (int_sign(*n) < 0)
        return raise_false(thread, ERROR_ValueError, "n must be a non-negative integer");
    if (int_sign(*k) < 0)
        return raise_false(thread, ERROR_ValueError, "k must be a non-negative integer");
    return true;
}

static bool factor_count(Thread *thread, Value k, uint64_t *count) {
    int64_t n;
    *count = 0;
    if (!int_to_int64(k, &n))
        return raise_false(thread, ERROR_OverflowError, "k must not exceed 9223372036854775807");
    *count = (uint64_t)n;
    return true;
}

// n * (n - 1) * ... with `count` factors
static Value falling_product(Thread *thread, Value n, uint64_t count) {
    if (count == 0)
        return value_small_int(1);
    Value low = int_sub(thread, n, int_from_uint64(thread, count));
    return product_of_range(thread, int_add(thread, low, value_small_int(1)), count);
}

static Value math_perm(Thread *thread, Value *args) {
    Value n, k;
    uint64_t count;
    if (is_none(args[1]))
        return math_factorial(thread, args);
    if (!choose_arguments(thread, args, &n, &k))
        return VALUE_ERROR;
    if (int_compare(k, n) > 0)
        return value_small_int(0);
    return factor_count(thread, k, &count) ? falling_product(thread, n, count) : VALUE_ERROR;
}

// n over k step by step, each of which is a binomial coefficient and so divides without a rest;
// false if one has more than 64 bits.
static bool short_binomial(Value n, uint64_t count, uint64_t *result) {
    uint64_t factor;
    if (!int_to_uint64(n, &factor))
        return false;
    *result = 1;
    for (uint64_t i = 1; i <= count; i++, factor--) {
        if (__builtin_mul_overflow(*result, factor, result))
            return false;
        *result /= i;
    }
    return true;
}

static Value math_comb(Thread *thread, Value *args) {
    Value n, k;
    uint64_t count, result;
    if (!choose_arguments(thread, args, &n, &k))
        return VALUE_ERROR;
    if (int_compare(k, n) > 0)
        return value_small_int(0);
    Value rest = int_sub(thread, n, k);
    if (!factor_count(thread, int_compare(rest, k) < 0 ? rest : k, &count))
        return VALUE_ERROR;
    if (short_binomial(n, count, &result))
        return int_from_uint64(thread, result);
    Value upper = falling_product(thread, n, count);
    Value lower = is_error(upper) ? upper : product_of_range(thread, value_small_int(1), count);
    return is_error(lower) ? lower : int_floordiv(thread, upper, lower);
}

const NativeSpec math_integer_functions[] = {
    NATIVE("gcd", math_gcd, "(*integers)", "Greatest Common Divisor."),
    NATIVE("lcm", math_lcm, "(*integers)", "Least Common Multiple."),
    NATIVE("isqrt", math_isqrt, "(n, /)", "Return the integer part of the square root of n."),
    NATIVE("factorial", math_factorial, "(n, /)", "Find n!."),
    NATIVE("perm", math_perm, "(n, k=None, /)",
           "Number of ways to choose k items from n items without repetition and with order."),
    NATIVE("comb", math_comb, "(n, k, /)",
           "Number of ways to choose k items from n items without repetition and without order."),
    NATIVE_END,
};
