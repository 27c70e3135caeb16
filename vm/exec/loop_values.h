// SPDX-License-Identifier: MIT
//
// What the loop can do with values without leaving it.
//
// Small ints are added in their shifted form, in which the processor's overflow flag says whether
// the result still fits; of two floats, or a float and a small int, both become doubles; a list
// or tuple is indexed in place. Each function here decides the common case in a few instructions
// and otherwise says "not me", whereupon the body calls the general operation. None of them
// allocates, raises or runs Mini code, so none needs SAVE().

#pragma once

// How far ahead of a loop over a list its items are asked for from memory.
enum { LIST_AHEAD = 8 };

static inline int64_t shifted(Value v) {
    return (int64_t)(v.bits << VALUE_INT_SHIFT);
}
static inline Value from_shifted(int64_t n) {
    return (Value){((uint64_t)n >> VALUE_INT_SHIFT) | VALUE_INT_TAG};
}

// Two numbers of which at least one is a float, as doubles.
static inline bool as_doubles(Value a, Value b, double *x, double *y) {
    if (is_float(a)) {
        *x = as_float(a);
        if (is_float(b)) {
            *y = as_float(b);
            return true;
        }
        *y = (double)as_small_int(b);
        return is_small_int(b);
    }
    *x = (double)as_small_int(a);
    *y = as_float(b);
    return is_small_int(a) && is_float(b);
}

// The same, decided at once for objects.
static inline bool are_doubles(Value a, Value b, double *x, double *y) {
    return !is_object(a) && !is_object(b) && as_doubles(a, b, x, y);
}

static inline int64_t floor_quotient(int64_t a, int64_t b) {
    if (((uint64_t)(a | b) >> 32) == 0) {
        return (int64_t)((uint32_t)a / (uint32_t)b);
    }
    int64_t q = a / b;
    return q - ((a % b != 0) & ((a ^ b) < 0));
}
static inline int64_t floor_remainder(int64_t a, int64_t b) {
    if (((uint64_t)(a | b) >> 32) == 0) {
        return (int64_t)((uint32_t)a % (uint32_t)b);
    }
    int64_t r = a % b;
    return r + (((r != 0) & ((r ^ b) < 0)) ? b : 0);
}

// base ** exponent by squaring, if it is a small int.
static inline bool small_power(int64_t base, int64_t exponent, int64_t *power) {
    if (exponent < 0 || exponent > 62) {
        return false;
    }
    int64_t product = 1;
    bool overflow = false;
    for (;;) {
        if (exponent & 1) {
            overflow |= __builtin_mul_overflow(product, base, &product);
        }
        exponent >>= 1;
        if (exponent == 0) {
            *power = product;
            return !overflow && fits_small_int(product);
        }
        overflow |= __builtin_mul_overflow(base, base, &base);
    }
}

// 1, 0, or -1 for "not decided here".
static inline int equal_fast(Value a, Value b) {
    if (are_small_ints(a, b)) {
        return a.bits == b.bits;
    }
    if (is_object(a) && is_object(b) && object_type(a)->exact_layout == LAYOUT_STR &&
        object_type(b)->exact_layout == LAYOUT_STR) {
        return str_equal(as_str(a), as_str(b));
    }
    return -1;
}

static inline bool truth_fast(Value v, bool *truth) {
    if (v.bits <= VALUE_TRUE.bits && v.bits >= VALUE_NONE.bits) {
        *truth = is_true(v);
        return true;
    }
    if (is_small_int(v)) {
        *truth = v.bits != VALUE_INT_TAG;
        return true;
    }
    return false;
}

// container[key] for the commonest types; UNDEFINED: take the general way.
static inline Value get_item_fast(Value container, Value key) {
    if (is_object(container) && is_small_int(key)) {
        int64_t index = as_small_int(key);
        switch (object_type(container)->exact_layout) {
        case LAYOUT_LIST: {
            List *list = as_list(container);
            index += index < 0 ? (int64_t)list->length : 0;
            return (uint64_t)index < list->length ? list->items[index] : VALUE_UNDEFINED;
        }
        case LAYOUT_TUPLE: {
            Tuple *tuple = as_tuple(container);
            index += index < 0 ? (int64_t)tuple->length : 0;
            return (uint64_t)index < tuple->length ? tuple->items[index] : VALUE_UNDEFINED;
        }
        default:
            return VALUE_UNDEFINED;
        }
    }
    return VALUE_UNDEFINED;
}

static inline bool set_item_fast(Value container, Value key, Value v) {
    if (is_exactly(container, LAYOUT_LIST) && is_small_int(key)) {
        List *list = as_list(container);
        int64_t index = as_small_int(key);
        index += index < 0 ? (int64_t)list->length : 0;
        if ((uint64_t)index < list->length) {
            list->items[index] = v;
            return true;
        }
    }
    return false;
}
