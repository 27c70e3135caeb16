// SPDX-License-Identifier: MIT
//
// Ints of very many digits, converted in pieces, so that Ctrl-C need not wait for the whole.
//
// GMP converts ten million digits in one call of seconds. Here a number is halved (divide and
// conquer): n = high * base^k + low, where k is PIECE times a power of two; the halves are
// converted by the same rule, and GMP gets pieces it converts in milliseconds. Between two pieces
// signals are looked for. GMP works by halves, too, so that nothing is lost by it.
//
// The powers of the base are made by squaring, each when it is first needed, and found by the
// collector on the C stack. Bases that are powers of two are linear, and take one go.
#include "int_radix.h"

#include <gmp.h>

#include "execute.h"
#include "int_parts.h"
#include "interpreter.h"

enum { PIECE = RADIX_PIECE, MAX_POWERS = 40 };

typedef struct Radix {
    Thread *thread;
    int base;
    int count;                // of the powers made so far
    Value powers[MAX_POWERS]; // powers[i] == base ** (PIECE << i)
} Radix;

static size_t digits_of_power(int i) {
    return (size_t)PIECE << i;
}

// The highest power that leaves digits above it in a number of `length` > PIECE digits.
static int halving_power(size_t length) {
    int i = 0;
    while (digits_of_power(i + 1) < length)
        i++;
    return i;
}

static Value radix_power(Radix *radix, int wanted) {
    Thread *thread = radix->thread;
    for (; radix->count <= wanted; radix->count++) {
        Value last = radix->count ? radix->powers[radix->count - 1] : value_small_int(radix->base);
        Value power = radix->count ? int_mul(thread, last, last)
                                   : int_pow(thread, last, value_small_int(PIECE));
        if (is_error(power) || !thread_poll_signals(thread))
            return VALUE_ERROR;
        radix->powers[radix->count] = power;
    }
    return radix->powers[wanted];
}

static Value join_halves(Radix *radix, int at, Value high, Value low) {
    Value power = is_error(high) || is_error(low) ? VALUE_ERROR : radix_power(radix, at);
    Value shifted = is_error(power) ? power : int_mul(radix->thread, high, power);
    return is_error(shifted) ? shifted : int_add(radix->thread, shifted, low);
}

static Value read_piece(Thread *thread, const uint8_t *digits, size_t length, int base,
                        bool negative) {
    while (length > 1 && *digits == 0) { // which GMP does not take
        digits++;
        length--;
    }
    // log2(36) < 5.2 bits for each digit.
    Int *n = int_allocate(thread, (size_t)((double)length * 5.2 / 64) + 2);
    if (!n)
        return VALUE_ERROR;
    size_t used = (size_t)mpn_set_str(int_limbs(n), digits, length, base);
    return int_normalise(n, used, negative);
}

static Value read_digits(Radix *radix, const uint8_t *digits, size_t length) {
    if (!thread_poll_signals(radix->thread))
        return VALUE_ERROR;
    if (length <= PIECE)
        return read_piece(radix->thread, digits, length, radix->base, false);
    int at = halving_power(length);
    size_t upper = length - digits_of_power(at);
    Value high = read_digits(radix, digits, upper);
    Value low = is_error(high) ? high : read_digits(radix, digits + upper, length - upper);
    return join_halves(radix, at, high, low);
}

Value radix_read(Thread *thread, const uint8_t *digits, size_t length, int base, bool negative) {
    if (length <= PIECE || radix_is_linear(base))
        return read_piece(thread, digits, length, base, negative);
    Radix radix = {.thread = thread, .base = base};
    Value n = read_digits(&radix, digits, length);
    return negative && !is_error(n) ? int_neg(thread, n) : n;
}

// In one go; returns how many digits there are, of which the first may be a zero too many.
static size_t write_whole(Thread *thread, Value n, int base, uint8_t *digits) {
    IntView view;
    int_view(n, &view);
    // mpn_get_str destroys its operand unless the base is a power of two.
    size_t count = view.count;
    uint64_t *limbs = heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof *limbs);
    memcpy(limbs, view.limbs, count * sizeof *limbs);
    return count ? mpn_get_str(digits, base, limbs, (mp_size_t)count) : 0;
}

// Exactly `length` digits, zeros in front.
static void write_piece(Radix *radix, Value n, uint8_t *digits, size_t length) {
    uint8_t *text = heap_allocate(thread_heap(radix->thread), CELL_BUFFER, length + 1);
    size_t count = write_whole(radix->thread, n, radix->base, text);
    size_t excess = count > length; // one zero in front of as many digits as there may be
    size_t zeros = length + excess - count;
    memset(digits, 0, zeros);
    memcpy(digits + zeros, text + excess, length - zeros);
}

static bool write_digits(Radix *radix, Value n, uint8_t *digits, size_t length) {
    Value high, low;
    if (!thread_poll_signals(radix->thread))
        return false;
    if (length <= PIECE) {
        write_piece(radix, n, digits, length);
        return true;
    }
    int at = halving_power(length);
    size_t upper = length - digits_of_power(at);
    Value power = radix_power(radix, at);
    return !is_error(power) && int_divmod(radix->thread, n, power, &high, &low) &&
           write_digits(radix, high, digits, upper) &&
           write_digits(radix, low, digits + upper, length - upper);
}

size_t radix_write(Thread *thread, Value n, int base, uint8_t *digits, size_t room) {
    if (room <= PIECE || radix_is_linear(base))
        return write_whole(thread, n, base, digits);
    Radix radix = {.thread = thread, .base = base};
    return write_digits(&radix, int_abs(thread, n), digits, room) ? room : 0;
}
