// SPDX-License-Identifier: MIT
//
// Built-in functions that walk an iterable. Lists and tuples are read in place, with the length
// looked at anew for every item because the program may change the list meanwhile; everything else
// goes through its iterator.
#include <math.h>

#include "async_generator.h"
#include "builtins.h"
#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "float_object.h"
#include "generator.h"
#include "int.h"
#include "iterators.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

// A walk over any iterable.
typedef struct Walk {
    Thread *thread;
    Value source; // list, tuple or bytes, else the iterator
    size_t index;
    bool is_list, is_tuple, is_bytes;
} Walk;

static bool walk_begin(Walk *walk, Thread *thread, Value iterable) {
    *walk = (Walk){.thread = thread, .source = iterable};
    walk->is_list = is_exactly(iterable, LAYOUT_LIST);
    walk->is_tuple = is_exactly(iterable, LAYOUT_TUPLE) &&
                     object_type(iterable) == builtin_type(thread, TYPE_tuple);
    walk->is_bytes = is_exactly(iterable, LAYOUT_BYTES);
    if (!walk->is_list && !walk->is_tuple && !walk->is_bytes)
        walk->source = operation_iter(thread, iterable);
    return !is_error(walk->source);
}

// The next item; UNDEFINED at the end, VALUE_ERROR with an exception.
static inline Value walk_next(Walk *walk) {
    if (walk->is_list) {
        const List *list = as_list(walk->source);
        return walk->index < list->length ? list->items[walk->index++] : VALUE_UNDEFINED;
    }
    if (walk->is_tuple) {
        const Tuple *tuple = as_tuple(walk->source);
        return walk->index < tuple->length ? tuple->items[walk->index++] : VALUE_UNDEFINED;
    }
    if (walk->is_bytes) {
        const Bytes *bytes = as_bytes(walk->source);
        return walk->index < bytes->length ? value_small_int(bytes->data[walk->index++])
                                           : VALUE_UNDEFINED;
    }
    return operation_next(walk->thread, walk->source);
}

static inline bool walk_is_over(Value item) {
    return is_undefined(item) || is_error(item);
}

// all and any

static Value find_truth(Thread *thread, Value iterable, int wanted) {
    Walk walk;
    if (!walk_begin(&walk, thread, iterable))
        return VALUE_ERROR;
    for (;;) {
        Value item = walk_next(&walk);
        if (walk_is_over(item))
            return is_error(item) ? item : value_bool(!wanted);
        int truth = is_bool(item) ? is_true(item) : operation_truth(thread, item);
        if (truth < 0)
            return VALUE_ERROR;
        if (truth == wanted)
            return value_bool(wanted);
    }
}

static Value builtin_all(Thread *thread, Value *args) {
    return find_truth(thread, args[0], 0);
}

static Value builtin_any(Thread *thread, Value *args) {
    return find_truth(thread, args[0], 1);
}

// iter, next, len

static Value builtin_iter(Thread *thread, Value *args) {
    if (is_undefined(args[1]))
        return operation_iter(thread, args[0]);
    if (!is_callable(args[0]))
        return raise_error(thread, ERROR_TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(thread, args[0], args[1]);
}

static Value builtin_next(Thread *thread, Value *args) {
    Value item = operation_step(thread, args[0]);
    if (is_undefined(item))
        return is_undefined(args[1]) ? raise_stop_iteration(thread, VALUE_UNDEFINED) : args[1];
    if (is_error(item) && !is_undefined(args[1]) && error_matches(thread, ERROR_StopIteration)) {
        error_clear(thread);
        return args[1];
    }
    return item;
}

// aiter and anext

static Value builtin_aiter(Thread *thread, Value *args) {
    UnaryFunction iter = type_of(thread, args[0])->slots.async_iter;
    if (iter == NULL)
        return raise_error(thread, ERROR_TypeError, "'%s' object is not an async iterable",
                           type_name(thread, args[0]));
    Value iterator = iter(thread, args[0]);
    if (is_error(iterator) || type_of(thread, iterator)->slots.async_next != NULL)
        return iterator;
    return raise_error(thread, ERROR_TypeError,
                       "aiter() returned not an async iterator of type '%s'",
                       type_name(thread, iterator));
}

static Value builtin_anext(Thread *thread, Value *args) {
    UnaryFunction next = type_of(thread, args[0])->slots.async_next;
    if (next == NULL)
        return raise_error(thread, ERROR_TypeError, "'%s' object is not an async iterator",
                           type_name(thread, args[0]));
    Value awaitable = next(thread, args[0]);
    if (is_error(awaitable) || is_undefined(args[1]))
        return awaitable;
    return async_next_or(thread, awaitable, args[1]);
}

static Value builtin_len(Thread *thread, Value *args) {
    int64_t length = operation_length(thread, args[0]);
    return length < 0 ? VALUE_ERROR : int_from_int64(thread, length);
}

// max and min

typedef struct Extreme {
    Thread *thread;
    const char *name;
    CompareOp op; // the candidate replaces the best one if `candidate op best`
    Value key;    // or None
    Value best, best_key;
} Extreme;

// 1, 0 or -1
static int is_better(const Extreme *extreme, Value a, Value b) {
    if (are_small_ints(a, b)) {
        int64_t x = as_small_int(a), y = as_small_int(b);
        return extreme->op == COMPARE_GT ? x > y : x < y;
    }
    if (is_float(a) && is_float(b))
        return extreme->op == COMPARE_GT ? as_float(a) > as_float(b) : as_float(a) < as_float(b);
    if (is_exactly(a, LAYOUT_STR) && is_exactly(b, LAYOUT_STR)) {
        int order = str_compare(as_str(a), as_str(b));
        return extreme->op == COMPARE_GT ? order > 0 : order < 0;
    }
    Value answer = operation_compare(extreme->thread, extreme->op, a, b);
    return is_error(answer) ? -1 : operation_truth(extreme->thread, answer);
}

static bool consider(Extreme *extreme, Value item) {
    Value key = is_none(extreme->key) ? item : call_1(extreme->thread, extreme->key, item);
    if (is_error(key))
        return false;
    int better = is_undefined(extreme->best) ? 1 : is_better(extreme, key, extreme->best_key);
    if (better > 0) {
        extreme->best = item;
        extreme->best_key = key;
    }
    return better >= 0;
}

static Value extreme_of(Extreme *extreme, Value iterable, Value otherwise) {
    Walk walk;
    if (!walk_begin(&walk, extreme->thread, iterable))
        return VALUE_ERROR;
    for (;;) {
        Value item = walk_next(&walk);
        if (is_error(item))
            return item;
        if (is_undefined(item))
            break;
        if (!consider(extreme, item))
            return VALUE_ERROR;
    }
    if (!is_undefined(extreme->best))
        return extreme->best;
    if (!is_undefined(otherwise))
        return otherwise;
    return raise_error(extreme->thread, ERROR_ValueError, "%s() iterable argument is empty",
                       extreme->name);
}

// args: first, key, default, rest.
static Value extreme(Thread *thread, Value *args, const char *name, CompareOp op) {
    Extreme extreme = {thread, name, op, args[1], VALUE_UNDEFINED, VALUE_UNDEFINED};
    if (as_tuple(args[3])->length == 0)
        return extreme_of(&extreme, args[0], args[2]);
    if (!is_undefined(args[2]))
        return raise_error(thread, ERROR_TypeError,
                           "Cannot specify a default for %s() with multiple positional arguments",
                           name);
    return consider(&extreme, args[0]) ? extreme_of(&extreme, args[3], VALUE_UNDEFINED)
                                       : VALUE_ERROR;
}

static Value builtin_max(Thread *thread, Value *args) {
    return extreme(thread, args, "max", COMPARE_GT);
}

static Value builtin_min(Thread *thread, Value *args) {
    return extreme(thread, args, "min", COMPARE_LT);
}

// sorted

// args: iterable, key, reverse
static Value builtin_sorted(Thread *thread, Value *args) {
    int reverse = operation_truth(thread, args[2]);
    Value list = reverse < 0 ? VALUE_ERROR : operation_to_list(thread, args[0]);
    if (is_error(list))
        return list;
    return list_sort(thread, as_list(list), args[1], reverse) ? list : VALUE_ERROR;
}

// sum

static bool refuse_start(Thread *thread, Value start) {
    if (is_str(start))
        return raise_false(thread, ERROR_TypeError,
                           "sum() can't sum strings [use ''.join(seq) instead]");
    if (is_bytes(start))
        return raise_false(thread, ERROR_TypeError,
                           "sum() can't sum bytes [use b''.join(seq) instead]");
    if (is_bytearray(start))
        return raise_false(thread, ERROR_TypeError,
                           "sum() can't sum bytearray [use b''.join(seq) instead]");
    return true;
}

static Value sum_any(Walk *walk, Value total, Value item) {
    for (; !walk_is_over(item); item = walk_next(walk)) {
        total = operation_binary(walk->thread, BINARY_ADD, total, item);
        if (is_error(total))
            return total;
    }
    return is_error(item) ? item : total;
}

// A sum of floats, and what rounding has taken from it (Neumaier's variant of Kahan's summation).
typedef struct FloatSum {
    double high, low;
} FloatSum;

static inline void add_float(FloatSum *sum, double d) {
    double high = sum->high + d;
    bool smaller = fabs(sum->high) < fabs(d);
    sum->low += smaller ? (d - high) + sum->high : (sum->high - high) + d;
    sum->high = high;
}

static Value float_sum(const FloatSum *sum) {
    bool counts = sum->low != 0 && isfinite(sum->low); // -0.0 stays what it is
    return value_float(counts ? sum->high + sum->low : sum->high);
}

static Value sum_floats(Walk *walk, Value total, Value item) {
    FloatSum sum = {as_float(total), 0};
    int64_t n;
    for (; !walk_is_over(item); item = walk_next(walk)) {
        if (is_float(item))
            add_float(&sum, as_float(item));
        else if (is_integral(item) && int_to_int64(item, &n))
            sum.high += (double)n;
        else
            return sum_any(walk, float_sum(&sum), item);
    }
    return is_error(item) ? item : float_sum(&sum);
}

static Value sum_ints(Walk *walk, Value total) {
    int64_t sum = as_small_int(total), next;
    Value item = walk_next(walk);
    for (; is_small_int(item); item = walk_next(walk)) {
        if (__builtin_add_overflow(sum, as_small_int(item), &next))
            return sum_any(walk, int_from_int64(walk->thread, sum), item);
        sum = next;
    }
    if (is_error(item))
        return item;
    total = int_from_int64(walk->thread, sum);
    if (is_float(item)) // an addition like any other
        return sum_floats(walk, value_float((double)sum + as_float(item)), walk_next(walk));
    return sum_any(walk, total, item);
}

static Value builtin_sum(Thread *thread, Value *args) {
    Walk walk;
    if (!walk_begin(&walk, thread, args[0]) || !refuse_start(thread, args[1]))
        return VALUE_ERROR;
    if (is_small_int(args[1]))
        return sum_ints(&walk, args[1]);
    Value first = walk_next(&walk);
    return is_float(args[1]) ? sum_floats(&walk, args[1], first) : sum_any(&walk, args[1], first);
}

const NativeSpec builtins_iteration[] = {
    NATIVE("aiter", builtin_aiter, "(async_iterable, /)",
           "Return an async iterator for an async iterable object."),
    NATIVE("anext", builtin_anext, "(aiterator, default=..., /)",
           "Return an awaitable of the next item, or of default when there is none."),
    NATIVE("all", builtin_all, "(iterable, /)",
           "Return True if bool(x) is True for all values x in the iterable."),
    NATIVE("any", builtin_any, "(iterable, /)",
           "Return True if bool(x) is True for any x in the iterable."),
    NATIVE("iter", builtin_iter, "(object, sentinel=..., /)",
           "Get an iterator from an object, or one that calls it until it returns sentinel."),
    NATIVE("len", builtin_len, "(obj, /)", "Return the number of items in a container."),
    NATIVE("max", builtin_max, "(first, /, *rest, key=None, default=...)",
           "Return the biggest item of an iterable, or the largest of several arguments."),
    NATIVE("min", builtin_min, "(first, /, *rest, key=None, default=...)",
           "Return the smallest item of an iterable, or the smallest of several arguments."),
    NATIVE("next", builtin_next, "(iterator, default=..., /)",
           "Return the next item from the iterator, or default when it is exhausted."),
    NATIVE("sorted", builtin_sorted, "(iterable, /, *, key=None, reverse=False)",
           "(iterable, /, *, key=None, reverse=False)\n--\n\n"
           "Return a new list containing all items from the iterable in ascending order."),
    NATIVE("sum", builtin_sum, "(iterable, /, start=0)",
           "Return the sum of a 'start' value (default: 0) plus an iterable of numbers."),
    NATIVE_END,
};
