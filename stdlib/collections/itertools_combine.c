// SPDX-License-Identifier: MIT
//
// The combinatoric iterators of itertools: product, permutations, combinations (with and without
// replacement).
//
// Each is an odometer: a row of numbers, the indices of the items in the pool, that is turned to
// the next position in lexicographic order for every result. `last` is the previous result; the
// next one is copied from it and only the wheels that turned are filled in anew. None of them runs
// Mini code after it was made.
#include "itertools_parts.h"

#include "arguments.h"

typedef struct Odometer {
    Object object;
    uint64_t length; // of the results
    Tuple *pool;     // the items; of product: the pools
    size_t *wheels;  // `length` indices into the pool
    size_t *cycles;  // of permutations: how many turns each wheel has left
    Tuple *last;     // NULL before the first result
    bool ended;
} Odometer;

static Odometer *as_odometer(Value v) {
    return (Odometer *)as_object(v);
}

// A new odometer of `type` whose wheels are all at 0. NULL: MemoryError.
static Odometer *odometer_new(Thread *thread, Value type, Tuple *pool, size_t length) {
    Odometer *self = object_new(thread, as_type(type));
    self->pool = pool;
    self->length = length;
    self->wheels = itertools_numbers(thread, length);
    return self->wheels ? self : NULL;
}

// A copy of the last result for the caller to change.
static Tuple *copy_of_last(Thread *thread, const Odometer *odometer) {
    return tuple_from_array(thread, odometer->last->items, odometer->length);
}

// The first result: pool[wheel] for each wheel.
static Value first_result(Thread *thread, Odometer *odometer) {
    Tuple *result = tuple_new(thread, odometer->length);
    for (size_t i = 0; i < odometer->length; i++)
        result->items[i] = odometer->pool->items[odometer->wheels[i]];
    odometer->last = result;
    return value_object(result);
}

static Value odometer_end(Odometer *odometer) {
    odometer->ended = true;
    return VALUE_UNDEFINED;
}

// The arguments (iterable, r) of all but product; `length` NONE if not given.
static bool pool_and_length(Thread *thread, const char *name, Value *args, size_t count,
                            Tuple *keywords, Tuple **pool, Value *length) {
    bool needs_length = strcmp(name, "permutations") != 0;
    ArgumentsSpec spec = {name, {"iterable", "r"}, needs_length ? 2 : 1};
    Value given[2];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return false;
    *length = is_undefined(given[1]) ? VALUE_NONE : given[1];
    Value items = operation_to_tuple(thread, given[0]);
    if (is_error(items))
        return false;
    *pool = as_tuple(items);
    return true;
}

static Value construct_combinations(Thread *thread, const char *name, Value callee, Value *args,
                                    size_t count, Tuple *keywords, bool repeats) {
    Tuple *pool;
    Value r;
    size_t length;
    if (!pool_and_length(thread, name, args, count, keywords, &pool, &r))
        return VALUE_ERROR;
    if (!itertools_count(thread, r, "r must be non-negative", &length))
        return VALUE_ERROR;
    bool impossible = repeats ? pool->length == 0 && length > 0 : length > pool->length;
    Odometer *self = odometer_new(thread, callee, pool, impossible ? 0 : length);
    if (self == NULL)
        return VALUE_ERROR;
    self->ended = impossible;
    for (size_t i = 0; i < self->length; i++)
        self->wheels[i] = repeats ? 0 : i;
    return value_object(self);
}

static Value combinations_construct(Thread *thread, Value callee, Value *args, size_t count,
                                    Tuple *keywords) {
    return construct_combinations(thread, "combinations", callee, args, count, keywords, false);
}

static Value combinations_next(Thread *thread, Value self) {
    Odometer *odometer = as_odometer(self);
    if (odometer->ended)
        return VALUE_UNDEFINED;
    if (odometer->last == NULL)
        return first_result(thread, odometer);
    size_t length = odometer->length, *wheels = odometer->wheels, i = length;
    size_t slack = odometer->pool->length - length; // wheel i may go up to i + slack
    while (i > 0 && wheels[i - 1] == i - 1 + slack)
        i--;
    if (i == 0)
        return odometer_end(odometer);
    Tuple *result = copy_of_last(thread, odometer);
    size_t position = wheels[--i];
    for (; i < length; i++) {
        wheels[i] = ++position;
        result->items[i] = odometer->pool->items[position];
    }
    odometer->last = result;
    return value_object(result);
}

static Value replacement_construct(Thread *thread, Value callee, Value *args, size_t count,
                                   Tuple *keywords) {
    return construct_combinations(thread, "combinations_with_replacement", callee, args, count,
                                  keywords, true);
}

static Value replacement_next(Thread *thread, Value self) {
    Odometer *odometer = as_odometer(self);
    if (odometer->ended)
        return VALUE_UNDEFINED;
    if (odometer->last == NULL)
        return first_result(thread, odometer);
    size_t length = odometer->length, *wheels = odometer->wheels, i = length;
    while (i > 0 && wheels[i - 1] == odometer->pool->length - 1)
        i--;
    if (i == 0)
        return odometer_end(odometer);
    Tuple *result = copy_of_last(thread, odometer);
    size_t position = wheels[--i] + 1;
    for (; i < length; i++) {
        wheels[i] = position;
        result->items[i] = odometer->pool->items[position];
    }
    odometer->last = result;
    return value_object(result);
}

// permutations: the wheels hold a permutation of the whole pool, of which the first `length` are
// the result. cycles[i] says how many exchanges position i has left before it is back at its start.

static Value permutations_construct(Thread *thread, Value callee, Value *args, size_t count,
                                    Tuple *keywords) {
    Tuple *pool;
    Value r;
    if (!pool_and_length(thread, "permutations", args, count, keywords, &pool, &r))
        return VALUE_ERROR;
    size_t length = pool->length;
    if (!is_none(r) && !is_integral(r))
        return raise_error(thread, ERROR_TypeError, "Expected int as r");
    if (!is_none(r) && !itertools_count(thread, r, "r must be non-negative", &length))
        return VALUE_ERROR;
    bool impossible = length > pool->length;
    Odometer *self = odometer_new(thread, callee, pool, pool->length);
    if (self == NULL)
        return VALUE_ERROR;
    self->ended = impossible;
    self->length = impossible ? 0 : length;
    self->cycles = itertools_numbers(thread, self->length);
    for (size_t i = 0; i < pool->length; i++)
        self->wheels[i] = i;
    for (size_t i = 0; i < self->length; i++)
        self->cycles[i] = pool->length - i;
    return value_object(self);
}

// Position i starts over: its item goes to the end, those behind it move up.
static void rotate(size_t *wheels, size_t i, size_t count) {
    size_t first = wheels[i];
    memmove(&wheels[i], &wheels[i + 1], (count - i - 1) * sizeof *wheels);
    wheels[count - 1] = first;
}

static Value permutations_next(Thread *thread, Value self) {
    Odometer *odometer = as_odometer(self);
    if (odometer->ended)
        return VALUE_UNDEFINED;
    if (odometer->last == NULL)
        return first_result(thread, odometer);
    size_t *wheels = odometer->wheels, count = odometer->pool->length, i = odometer->length;
    for (; i > 0 && --odometer->cycles[i - 1] == 0; i--) {
        rotate(wheels, i - 1, count);
        odometer->cycles[i - 1] = count - (i - 1);
    }
    if (i == 0)
        return odometer_end(odometer);
    i--;
    size_t other = count - odometer->cycles[i], swapped = wheels[i];
    wheels[i] = wheels[other];
    wheels[other] = swapped;
    Tuple *result = copy_of_last(thread, odometer);
    for (; i < odometer->length; i++)
        result->items[i] = odometer->pool->items[wheels[i]];
    odometer->last = result;
    return value_object(result);
}

// product: wheel i turns in pool i.

static bool product_repeat(Thread *thread, const Value *values, const Tuple *keywords,
                           size_t *repeat) {
    *repeat = 1;
    if (keywords == NULL || keywords->length == 0)
        return true;
    if (keywords->length > 1)
        return raise_false(thread, ERROR_TypeError,
                           "product() takes at most 1 keyword argument (%zu given)",
                           keywords->length);
    if (!str_equal_c(as_str(keywords->items[0]), "repeat"))
        return raise_false(thread, ERROR_TypeError,
                           "product() got an unexpected keyword argument '%s'",
                           str_text(thread, as_str(keywords->items[0])));
    return itertools_count(thread, values[0], "repeat argument cannot be negative", repeat);
}

static Value product_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    size_t repeat, given = count - (keywords ? keywords->length : 0);
    if (!product_repeat(thread, args + given, keywords, &repeat))
        return VALUE_ERROR;
    if (repeat == 0)
        given = 0; // nobody looks at the iterables
    if (given > 0 && repeat > SIZE_MAX / 64 / given)
        return raise_error(thread, ERROR_OverflowError, "repeat argument too large");
    Tuple *pools = tuple_new(thread, given * repeat);
    bool empty = false;
    for (size_t i = 0; i < given; i++) {
        Value pool = operation_to_tuple(thread, args[i]);
        if (is_error(pool))
            return pool;
        empty |= as_tuple(pool)->length == 0;
        for (size_t j = 0; j < repeat; j++)
            pools->items[i + j * given] = pool;
    }
    Odometer *self = odometer_new(thread, callee, pools, pools->length);
    if (self == NULL)
        return VALUE_ERROR;
    self->ended = empty;
    return value_object(self);
}

static Value product_first(Thread *thread, Odometer *odometer) {
    Tuple *result = tuple_new(thread, odometer->length);
    for (size_t i = 0; i < odometer->length; i++)
        result->items[i] = as_tuple(odometer->pool->items[i])->items[0];
    odometer->last = result;
    return value_object(result);
}

static Value product_next(Thread *thread, Value self) {
    Odometer *odometer = as_odometer(self);
    if (odometer->ended)
        return VALUE_UNDEFINED;
    if (odometer->last == NULL)
        return product_first(thread, odometer);
    Tuple *result = copy_of_last(thread, odometer);
    for (size_t i = odometer->length; i-- > 0;) {
        const Tuple *pool = as_tuple(odometer->pool->items[i]);
        size_t position = ++odometer->wheels[i];
        if (position < pool->length) {
            result->items[i] = pool->items[position];
            odometer->last = result;
            return value_object(result);
        }
        odometer->wheels[i] = 0;
        result->items[i] = pool->items[0];
    }
    return odometer_end(odometer);
}

static void odometer_trace(Marker *marker, Object *self) {
    const Odometer *odometer = (Odometer *)self;
    mark_object(marker, odometer->pool);
    mark_object(marker, odometer->last);
    mark_buffer(marker, odometer->wheels);
    mark_buffer(marker, odometer->cycles);
}

ITERTOOLS_TYPE(itertools_product_spec, "product", Odometer,
               "(*iterables, repeat=1)\n--\n\n"
               "All tuples with one item of each iterable, as nested for loops give them.",
               .slots = {.iter = iterator_self,
                         .next = product_next,
                         .construct = product_construct,
                         .trace = odometer_trace});
ITERTOOLS_TYPE(itertools_permutations_spec, "permutations", Odometer,
               "(iterable, r=None)\n--\n\n"
               "All orders of r items of the iterable.",
               .slots = {.iter = iterator_self,
                         .next = permutations_next,
                         .construct = permutations_construct,
                         .trace = odometer_trace});
ITERTOOLS_TYPE(itertools_combinations_spec, "combinations", Odometer,
               "(iterable, r)\n--\n\n"
               "All choices of r items of the iterable, in its order.",
               .slots = {.iter = iterator_self,
                         .next = combinations_next,
                         .construct = combinations_construct,
                         .trace = odometer_trace});
ITERTOOLS_TYPE(itertools_combinations_with_replacement_spec, "combinations_with_replacement",
               Odometer,
               "(iterable, r)\n--\n\n"
               "All choices of r items of the iterable, each as often as you like.",
               .slots = {.iter = iterator_self,
                         .next = replacement_next,
                         .construct = replacement_construct,
                         .trace = odometer_trace});
