// SPDX-License-Identifier: MIT
//
// The module math: sums, products and distances over several numbers.
//
// fsum gives the sum of floats as if computed exactly and rounded once. It keeps the exact sum as
// a list of floats whose digits do not overlap; each new number is added to all of them, and what
// rounding would lose goes into a further one (Shewchuk, "Adaptive Precision Floating-Point
// Arithmetic", 1997). At the end they are added from the largest down, with a look at the next one
// when the rounding is a tie.
#include "float_object.h"
#include "int.h"
#include "list.h"
#include "math_functions.h"
#include "operations.h"
#include "tuple.h"

#include <math.h>

// ---- fsum ----

typedef struct ExactSum {
    Thread *thread;
    double *parts; // ascending, not overlapping
    size_t count, capacity;
    double special;    // the sum of the infinities and NaNs met
    double infinities; // of the infinities alone
} ExactSum;

static void add_part(ExactSum *sum, double part) {
    if (sum->count == sum->capacity) {
        Heap *heap = thread_heap(sum->thread);
        size_t capacity = sum->capacity == 0 ? 32 : 2 * sum->capacity;
        double *parts = heap_allocate(heap, CELL_BUFFER, capacity * sizeof *parts);
        if (sum->count > 0)
            memcpy(parts, sum->parts, sum->count * sizeof *parts);
        sum->parts = parts;
        sum->capacity = capacity;
    }
    sum->parts[sum->count++] = part;
}

// false with OverflowError.
static bool add_exactly(ExactSum *sum, double x) {
    double original = x;
    size_t kept = 0;
    for (size_t i = 0; i < sum->count; i++) {
        double y = sum->parts[i];
        double large = fabs(x) < fabs(y) ? y : x, little = fabs(x) < fabs(y) ? x : y;
        volatile double high = large + little;
        volatile double low = little - (high - large);
        if (low != 0.0)
            sum->parts[kept++] = low;
        x = high;
    }
    sum->count = kept;
    if (isfinite(x)) {
        if (x != 0.0)
            add_part(sum, x);
        return true;
    }
    if (isfinite(original))
        return raise_false(sum->thread, ERROR_OverflowError, "intermediate overflow in fsum");
    if (isinf(original))
        sum->infinities += original;
    sum->special += original;
    sum->count = 0;
    return true;
}

// Would the remaining parts push a tie the other way?
static bool is_half_way(const ExactSum *sum, size_t left, double low) {
    return left > 0 &&
           ((low < 0.0 && sum->parts[left - 1] < 0.0) || (low > 0.0 && sum->parts[left - 1] > 0.0));
}

static double rounded_once(const ExactSum *sum) {
    size_t left = sum->count;
    if (left == 0)
        return 0.0;
    volatile double high = sum->parts[--left], low = 0.0;
    while (left > 0) {
        double x = high, y = sum->parts[--left];
        high = x + y;
        volatile double taken = high - x;
        low = y - taken;
        if (low != 0.0)
            break;
    }
    if (is_half_way(sum, left, low)) {
        double doubled = low * 2.0;
        volatile double corrected = high + doubled;
        volatile double taken = corrected - high;
        if (doubled == taken)
            high = corrected;
    }
    return high;
}

static Value finish(const ExactSum *sum) {
    if (sum->special == 0.0)
        return value_float(rounded_once(sum));
    if (isnan(sum->infinities))
        return raise_error(sum->thread, ERROR_ValueError, "-inf + inf in fsum");
    return value_float(sum->special);
}

static Value math_fsum(Thread *thread, Value *args) {
    ExactSum sum = {.thread = thread};
    Value iterator = operation_iter(thread, args[0]);
    while (!is_error(iterator)) {
        double x;
        Value item = operation_next(thread, iterator);
        if (is_undefined(item))
            return finish(&sum);
        if (is_error(item) || !math_argument(thread, item, &x) || !add_exactly(&sum, x))
            break;
    }
    return VALUE_ERROR;
}

// ---- prod and sumprod ----

static Value math_prod(Thread *thread, Value *args) {
    Value product = args[1], iterator = operation_iter(thread, args[0]);
    while (!is_error(iterator) && !is_error(product)) {
        Value item = operation_next(thread, iterator);
        if (is_undefined(item))
            return product;
        product = is_error(item) ? item : operation_binary(thread, BINARY_MUL, product, item);
    }
    return VALUE_ERROR;
}

static bool all_floats(const List *list) {
    for (size_t i = 0; i < list->length; i++) {
        if (!is_float(list->items[i]) && !is_small_int(list->items[i]))
            return false;
    }
    return true;
}

static bool any_float(const List *list) {
    for (size_t i = 0; i < list->length; i++) {
        if (is_float(list->items[i]))
            return true;
    }
    return false;
}

static double as_number(Value v) {
    return is_float(v) ? as_float(v) : (double)as_small_int(v);
}

// The exact products, each as a rounded one and its error, summed exactly.
static Value sum_of_float_products(Thread *thread, const List *p, const List *q) {
    ExactSum sum = {.thread = thread};
    for (size_t i = 0; i < p->length; i++) {
        double x = as_number(p->items[i]), y = as_number(q->items[i]);
        double product = x * y, error = fma(x, y, -product);
        if (!add_exactly(&sum, product) || (isfinite(error) && !add_exactly(&sum, error)))
            return VALUE_ERROR;
    }
    return finish(&sum);
}

static Value math_sumprod(Thread *thread, Value *args) {
    Value p = operation_to_list(thread, args[0]);
    Value q = is_error(p) ? p : operation_to_list(thread, args[1]);
    if (is_error(q))
        return q;
    const List *a = as_list(p), *b = as_list(q);
    bool fits = a->length == b->length;
    if (fits && (any_float(a) || any_float(b)) && all_floats(a) && all_floats(b))
        return sum_of_float_products(thread, a, b);
    Value total = value_small_int(0);
    size_t count = a->length < b->length ? a->length : b->length;
    for (size_t i = 0; i < count && !is_error(total); i++) {
        Value product = operation_binary(thread, BINARY_MUL, a->items[i], b->items[i]);
        total = is_error(product) ? product : operation_binary(thread, BINARY_ADD, total, product);
    }
    if (!fits && !is_error(total))
        return raise_error(thread, ERROR_ValueError, "Inputs are not the same length");
    return total;
}

// ---- Distances ----

// The length of a vector, without overflow on the way: scaled by a power of two, squares summed
// with their rounding errors, and the root corrected once.
static double vector_length(double *x, size_t count) {
    double largest = 0.0;
    bool has_nan = false;
    for (size_t i = 0; i < count; i++) {
        x[i] = fabs(x[i]);
        has_nan |= isnan(x[i]);
        largest = x[i] > largest ? x[i] : largest;
    }
    if (isinf(largest))
        return largest;
    if (has_nan)
        return (double)NAN;
    if (largest == 0.0 || count <= 1)
        return largest;
    int exponent;
    frexp(largest, &exponent);
    double sum = 0.0, errors = 0.0;
    for (size_t i = 0; i < count; i++) {
        double scaled = ldexp(x[i], -exponent), square = scaled * scaled;
        double next = sum + square;
        errors += fma(scaled, scaled, -square) +
                  (sum > square ? (sum - next) + square : (square - next) + sum);
        sum = next;
    }
    double root = sqrt(sum + errors);
    double residue = fma(-root, root, sum) + errors;
    return ldexp(root + residue / (2.0 * root), exponent);
}

static double *vector_new(Thread *thread, size_t count) {
    return heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(double));
}

static Value math_hypot(Thread *thread, Value *args) {
    const Tuple *items = as_tuple(args[0]);
    double *x = vector_new(thread, items->length);
    for (size_t i = 0; i < items->length; i++) {
        if (!math_argument(thread, items->items[i], &x[i]))
            return VALUE_ERROR;
    }
    return value_float(vector_length(x, items->length));
}

static Value math_dist(Thread *thread, Value *args) {
    Value p = operation_to_tuple(thread, args[0]);
    Value q = is_error(p) ? p : operation_to_tuple(thread, args[1]);
    if (is_error(q))
        return q;
    size_t count = as_tuple(p)->length;
    if (count != as_tuple(q)->length)
        return raise_error(thread, ERROR_ValueError,
                           "both points must have the same number of dimensions");
    double *x = vector_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        double a, b;
        if (!math_argument(thread, as_tuple(p)->items[i], &a) ||
            !math_argument(thread, as_tuple(q)->items[i], &b))
            return VALUE_ERROR;
        x[i] = a - b;
    }
    return value_float(vector_length(x, count));
}

const NativeSpec math_sum_functions[] = {
    NATIVE("fsum", math_fsum, "(seq, /)",
           "Return an accurate floating-point sum of values in the iterable seq."),
    NATIVE("prod", math_prod, "(iterable, /, *, start=1)",
           "Calculate the product of all the elements in the input iterable."),
    NATIVE("sumprod", math_sumprod, "(p, q, /)",
           "Return the sum of products of values from two iterables p and q."),
    NATIVE("hypot", math_hypot, "(*coordinates)",
           "Multidimensional Euclidean distance from the origin to a point."),
    NATIVE("dist", math_dist, "(p, q, /)", "Return the Euclidean distance between two points."),
    NATIVE_END,
};
