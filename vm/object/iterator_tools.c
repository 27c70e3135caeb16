// SPDX-License-Identifier: MIT
//
// The iterators made of other iterators: enumerate, zip, map and filter. Each pulls one item of
// its sources when asked for one; nothing is read ahead.
//
// How it pulls is a parameter, for there are two ways: a loop does not care for what a source ends
// with, but next(map(f, source)) shows the StopIteration that the source has raised.
#include "arguments.h"
#include "call.h"
#include "container.h"
#include "dict_view.h"
#include "error.h"
#include "execute.h"
#include "heap.h"
#include "iterators.h"
#include "reduce.h"
#include "tuple.h"
#include "type.h"

typedef struct Enumerate {
    Object object;
    Value number; // an int, for the next item
    Value iterator;
} Enumerate;

typedef struct Zip {
    Object object;
    uint64_t strict;
    Tuple *iterators;
} Zip;

typedef struct Map {
    Object object;
    Value function;
    Tuple *iterators;
} Map;

typedef struct Filter {
    Object object;
    Value predicate; // None: the item's own truth
    Value iterator;
} Filter;

static size_t sources_of_tuple(const Tuple *iterators, Value *sources, size_t most) {
    size_t count = iterators->length < most ? iterators->length : most;
    for (size_t i = 0; i < count; i++) {
        sources[i] = iterators->items[i];
    }
    return count;
}

size_t iterator_sources(Value v, Value *sources, size_t most) {
    if (!is_object(v) || object_type(v)->spec == NULL || most == 0) {
        return 0;
    }
    switch (object_type(v)->spec->type_index) {
    case TYPE_enumerate:
        sources[0] = ((Enumerate *)as_object(v))->iterator;
        return 1;
    case TYPE_filter:
        sources[0] = ((Filter *)as_object(v))->iterator;
        return 1;
    case TYPE_zip:
        return sources_of_tuple(((Zip *)as_object(v))->iterators, sources, most);
    case TYPE_map:
        return sources_of_tuple(((Map *)as_object(v))->iterators, sources, most);
    default:
        return 0;
    }
}

enum { FEW = 8 }; // arguments that fit into an array on the C stack

// next(iterator) of something that iter() returned, so that the slot is there. Only iterators like
// those of this file can be nested deeply enough to exhaust the C stack.
static inline Value step(Thread *thread, Value iterator) {
    if (!thread_poll_signals(thread)) {
        return VALUE_ERROR;
    }
    UnaryFunction next = object_type(iterator)->slots.next;
    if (object_type(iterator)->layout != LAYOUT_NONE) {
        return next(thread, iterator);
    }
    if (!native_enter(thread)) {
        return VALUE_ERROR;
    }
    Value item = next(thread, iterator);
    native_leave(thread);
    return item;
}

typedef Value Pull(Thread *thread, Value iterator);

static Tuple *iterators_of(Thread *thread, const Value *iterables, size_t count) {
    Tuple *iterators = tuple_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        Value iterator = operation_iter(thread, iterables[i]);
        if (is_error(iterator)) {
            return NULL;
        }
        iterators->items[i] = iterator;
    }
    return iterators;
}

static Value construct_enumerate(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    static const ArgumentsSpec spec = {"enumerate", {"iterable", "start"}, 1};
    if (count == 0) {
        return raise_error(thread, ERROR_TypeError,
                           "enumerate() missing required argument 'iterable'");
    }
    for (size_t i = 0; count <= 2 && keywords && i < keywords->length; i++) {
        const Str *name = as_str(keywords->items[i]);
        if (!str_equal_c(name, "iterable") && !str_equal_c(name, "start")) {
            return raise_error(thread, ERROR_TypeError,
                               "'%s' is an invalid keyword argument for enumerate()",
                               str_text(thread, as_str(keywords->items[i])));
        }
    }
    Value bound[2];
    if (!arguments_bind(thread, &spec, args, count, keywords, bound)) {
        return VALUE_ERROR;
    }
    Value number = value_small_int(0);
    if (!is_undefined(bound[1])) {
        number = operation_index(thread, bound[1]);
    }
    Value iterator = is_error(number) ? number : operation_iter(thread, bound[0]);
    if (is_error(iterator)) {
        return VALUE_ERROR;
    }
    Enumerate *enumerate = object_new(thread, (Type *)as_object(callee));
    enumerate->number = number;
    enumerate->iterator = iterator;
    return value_object(enumerate);
}

static PairOutcome without_item(Value item) {
    return is_error(item) ? PAIR_ERROR : PAIR_END;
}

static inline PairOutcome enumerate_next_pair(Thread *thread, Enumerate *enumerate, Pull *pull,
                                              Value *pair) {
    Value item = pull(thread, enumerate->iterator);
    if (is_error(item) || is_undefined(item)) {
        return without_item(item);
    }
    pair[0] = enumerate->number;
    pair[1] = item;
    enumerate->number = int_add(thread, enumerate->number, value_small_int(1));
    return PAIR_GIVEN;
}

static Value pair_tuple(Thread *thread, PairOutcome outcome, const Value *pair) {
    return outcome == PAIR_GIVEN ? tuple_pair(thread, pair[0], pair[1])
           : outcome == PAIR_END ? VALUE_UNDEFINED
                                 : VALUE_ERROR;
}

static inline Value enumerate_next(Thread *thread, Value self, Pull *pull) {
    Value pair[2];
    return pair_tuple(thread, enumerate_next_pair(thread, (Enumerate *)as_object(self), pull, pair),
                      pair);
}

static Value enumerate_next_slot(Thread *thread, Value self) {
    return enumerate_next(thread, self, step);
}

// The keyword argument strict= of zip; -1: exception.
static int zip_strict(Thread *thread, const Value *values, const Tuple *keywords) {
    if (keywords == NULL || keywords->length == 0) {
        return 0;
    }
    if (keywords->length > 1) {
        return raise_minus_one(thread, ERROR_TypeError,
                               "zip() takes at most 1 keyword argument (%zu given)",
                               keywords->length);
    }
    if (!str_equal_c(as_str(keywords->items[0]), "strict")) {
        return raise_minus_one(thread, ERROR_TypeError,
                               "zip() got an unexpected keyword argument '%s'",
                               str_text(thread, as_str(keywords->items[0])));
    }
    return operation_truth(thread, values[0]);
}

static Value construct_zip(Thread *thread, Value callee, Value *args, size_t count,
                           Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0);
    int strict = zip_strict(thread, args + positional, keywords);
    if (strict < 0) {
        return VALUE_ERROR;
    }
    Tuple *iterators = iterators_of(thread, args, positional);
    if (iterators == NULL) {
        return VALUE_ERROR;
    }
    Zip *zip = object_new(thread, (Type *)as_object(callee));
    zip->strict = (uint64_t)strict;
    zip->iterators = iterators;
    return value_object(zip);
}

static Value raise_uneven(Thread *thread, size_t number, const char *what) {
    if (number == 2) {
        return raise_error(thread, ERROR_ValueError, "zip() argument 2 is %s than argument 1",
                           what);
    }
    return raise_error(thread, ERROR_ValueError, "zip() argument %zu is %s than arguments 1-%zu",
                       number, what, number - 1);
}

// Source `ended` is at its end. With strict=True all others must be, too.
static Value zip_end(Thread *thread, const Zip *zip, size_t ended) {
    if (!zip->strict) {
        return VALUE_UNDEFINED;
    }
    if (ended > 0) {
        return raise_uneven(thread, ended + 1, "shorter");
    }
    for (size_t i = 1; i < zip->iterators->length; i++) {
        Value item = step(thread, zip->iterators->items[i]);
        if (!is_undefined(item)) {
            return is_error(item) ? item : raise_uneven(thread, i + 1, "longer");
        }
    }
    return VALUE_UNDEFINED;
}

static inline PairOutcome zip_next_pair(Thread *thread, const Zip *zip, Pull *pull, Value *pair) {
    Value a = pull(thread, zip->iterators->items[0]);
    if (is_error(a) || is_undefined(a)) {
        return without_item(is_error(a) ? a : zip_end(thread, zip, 0));
    }
    Value b = pull(thread, zip->iterators->items[1]);
    if (is_error(b) || is_undefined(b)) {
        return without_item(is_error(b) ? b : zip_end(thread, zip, 1));
    }
    pair[0] = a;
    pair[1] = b;
    return PAIR_GIVEN;
}

static inline Value zip_next(Thread *thread, Value self, Pull *pull) {
    const Zip *zip = (const Zip *)as_object(self);
    size_t count = zip->iterators->length;
    if (count == 2) {
        Value pair[2];
        return pair_tuple(thread, zip_next_pair(thread, zip, pull, pair), pair);
    }
    if (count == 0) {
        return VALUE_UNDEFINED;
    }
    Tuple *items = tuple_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        Value item = pull(thread, zip->iterators->items[i]);
        if (is_error(item) || is_undefined(item)) {
            return is_error(item) ? item : zip_end(thread, zip, i);
        }
        items->items[i] = item;
    }
    return value_object(items);
}

static Value zip_next_slot(Thread *thread, Value self) {
    return zip_next(thread, self, step);
}

static bool is_zip_of_two(Value iterator) {
    return object_type(iterator)->slots.next == zip_next_slot &&
           ((const Zip *)as_object(iterator))->iterators->length == 2;
}

PairOutcome iterator_next_pair(Thread *thread, Value iterator, Value *pair) {
    if (object_type(iterator)->slots.next == enumerate_next_slot) {
        return enumerate_next_pair(thread, (Enumerate *)as_object(iterator), step, pair);
    }
    if (is_dict_item_iterator(iterator)) {
        return dict_iterator_next_pair(thread, iterator, pair);
    }
    return is_zip_of_two(iterator)
               ? zip_next_pair(thread, (const Zip *)as_object(iterator), step, pair)
               : PAIR_UNKNOWN;
}

bool iterator_gives_pairs(Value iterator) {
    return object_type(iterator)->slots.next == enumerate_next_slot ||
           is_dict_item_iterator(iterator) || is_zip_of_two(iterator);
}

static Value construct_map(Thread *thread, Value callee, Value *args, size_t count,
                           Tuple *keywords) {
    if (keywords != NULL && keywords->length > 0) {
        return raise_error(thread, ERROR_TypeError, "map() takes no keyword arguments");
    }
    if (count < 2) {
        return raise_error(thread, ERROR_TypeError, "map() must have at least two arguments.");
    }
    Tuple *iterators = iterators_of(thread, args + 1, count - 1);
    if (iterators == NULL) {
        return VALUE_ERROR;
    }
    Map *map = object_new(thread, (Type *)as_object(callee));
    map->function = args[0];
    map->iterators = iterators;
    return value_object(map);
}

static inline Value map_next(Thread *thread, Value self, Pull *pull) {
    const Map *map = (const Map *)as_object(self);
    size_t count = map->iterators->length;
    if (count == 1) {
        Value item = pull(thread, map->iterators->items[0]);
        bool over = is_error(item) || is_undefined(item);
        return over ? item : call_value(thread, map->function, &item, 1);
    }
    Value few[FEW];
    Value *args = few;
    if (count > FEW) {
        args = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
    }
    for (size_t i = 0; i < count; i++) {
        args[i] = pull(thread, map->iterators->items[i]);
        if (is_error(args[i]) || is_undefined(args[i])) {
            return args[i];
        }
    }
    return call_value(thread, map->function, args, count);
}

static Value map_next_slot(Thread *thread, Value self) {
    return map_next(thread, self, step);
}

static Value construct_filter(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    if (!container_arguments(thread, "filter", count, keywords, 2, 2)) {
        return VALUE_ERROR;
    }
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator)) {
        return VALUE_ERROR;
    }
    Filter *filter = object_new(thread, (Type *)as_object(callee));
    filter->predicate = args[0];
    filter->iterator = iterator;
    return value_object(filter);
}

static inline Value filter_next(Thread *thread, Value self, Pull *pull) {
    const Filter *filter = (const Filter *)as_object(self);
    for (;;) {
        Value item = pull(thread, filter->iterator);
        if (is_error(item) || is_undefined(item)) {
            return item;
        }
        Value verdict = item;
        if (!is_none(filter->predicate)) {
            verdict = call_1(thread, filter->predicate, item);
        }
        int keep = is_error(verdict) ? -1 : operation_truth(thread, verdict);
        if (keep != 0) {
            return keep < 0 ? VALUE_ERROR : item;
        }
    }
}

static Value filter_next_slot(Thread *thread, Value self) {
    return filter_next(thread, self, step);
}

Value iterator_step_composed(Thread *thread, Value iterator) {
    UnaryFunction next = object_type(iterator)->slots.next;
    if (next != enumerate_next_slot && next != zip_next_slot && next != map_next_slot &&
        next != filter_next_slot) {
        return operation_next(thread, iterator);
    }
    if (!native_enter(thread)) {
        return VALUE_ERROR;
    }
    Value item = next == enumerate_next_slot ? enumerate_next(thread, iterator, operation_step)
                 : next == zip_next_slot     ? zip_next(thread, iterator, operation_step)
                 : next == map_next_slot     ? map_next(thread, iterator, operation_step)
                                             : filter_next(thread, iterator, operation_step);
    native_leave(thread);
    return item;
}

static void trace_enumerate(Marker *marker, Object *self) {
    mark_values(marker, &((Enumerate *)self)->number, 2);
}

static void trace_zip(Marker *marker, Object *self) {
    mark_object(marker, ((Zip *)self)->iterators);
}

static void trace_map(Marker *marker, Object *self) {
    mark_value(marker, ((Map *)self)->function);
    mark_object(marker, ((Map *)self)->iterators);
}

static void trace_filter(Marker *marker, Object *self) {
    mark_values(marker, &((Filter *)self)->predicate, 2);
}

// (type(self), (its arguments...)): these iterators are made again from their sources.
static Value reduce_to_type(Thread *thread, Value self, const Value *arguments, size_t count) {
    return tuple_pair(thread, value_object(object_type(self)),
                      value_object(tuple_from_array(thread, arguments, count)));
}

static Value enumerate_reduce(Thread *thread, Value *args) {
    const Enumerate *it = (const Enumerate *)as_object(args[0]);
    Value arguments[] = {it->iterator, it->number};
    return reduce_to_type(thread, args[0], arguments, 2);
}

static Value zip_reduce(Thread *thread, Value *args) {
    const Zip *it = (const Zip *)as_object(args[0]);
    Value parts[] = {value_object(object_type(args[0])), value_object(it->iterators), VALUE_TRUE};
    return value_object(tuple_from_array(thread, parts, it->strict ? 3 : 2));
}

static Value zip_set_state(Thread *thread, Value *args) {
    int strict = operation_truth(thread, args[1]);
    if (strict < 0) {
        return VALUE_ERROR;
    }
    ((Zip *)as_object(args[0]))->strict = (uint64_t)strict;
    return VALUE_NONE;
}

static Value map_reduce(Thread *thread, Value *args) {
    const Map *it = (const Map *)as_object(args[0]);
    Tuple *arguments =
        tuple_concat(thread, tuple_from_array(thread, &it->function, 1), it->iterators);
    return tuple_pair(thread, value_object(object_type(args[0])), value_object(arguments));
}

static Value filter_reduce(Thread *thread, Value *args) {
    return reduce_to_type(thread, args[0], &((const Filter *)as_object(args[0]))->predicate, 2);
}

static const NativeSpec zip_methods[] = {
    REDUCE_METHOD(zip_reduce),
    {"__setstate__", zip_set_state, "(self, strict, /)", "Set state information for unpickling.",
     NATIVE_PLAIN},
    {0},
};

static const NativeSpec map_methods[] = {
    REDUCE_METHOD(map_reduce),
    {0},
};

static const NativeSpec filter_methods[] = {
    REDUCE_METHOD(filter_reduce),
    {0},
};

static const NativeSpec enumerate_methods[] = {
    REDUCE_METHOD(enumerate_reduce),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};

const TypeSpec enumerate_type_spec = {
    .name = "enumerate",
    .doc = "(iterable, start=0)\n--\n\n"
           "Return an enumerate object.\n\n"
           "  iterable\n    an object supporting iteration\n\n"
           "The enumerate object yields pairs containing a count (from start, which\n"
           "defaults to zero) and a value yielded by the iterable argument.\n\n"
           "enumerate is useful for obtaining an indexed list:\n"
           "    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    .type_index = TYPE_enumerate,
    .layout = LAYOUT_NONE,
    .size = sizeof(Enumerate),
    .slots = {.iter = iterator_self,
              .next = enumerate_next_slot,
              .construct = construct_enumerate,
              .trace = trace_enumerate},
    .methods = enumerate_methods,
};

const TypeSpec zip_type_spec = {
    .name = "zip",
    .doc = "(*iterables, strict=False)\n--\n\n"
           "The zip object yields n-length tuples, where n is the number of iterables\n"
           "passed as positional arguments to zip().  The i-th element in every tuple\n"
           "comes from the i-th iterable argument to zip().  This continues until the\n"
           "shortest argument is exhausted.\n\n"
           "If strict is true and one of the arguments is exhausted before the others,\n"
           "raise a ValueError.\n\n"
           "   >>> list(zip('abcdefg', range(3), range(4)))\n"
           "   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    .type_index = TYPE_zip,
    .layout = LAYOUT_NONE,
    .size = sizeof(Zip),
    .slots = {.iter = iterator_self,
              .next = zip_next_slot,
              .construct = construct_zip,
              .trace = trace_zip},
    .methods = zip_methods,
};

const TypeSpec map_type_spec = {
    .name = "map",
    .doc = "(function, iterable, /, *iterables)\n--\n\n"
           "Make an iterator that computes the function using arguments from\n"
           "each of the iterables.  Stops when the shortest iterable is exhausted.",
    .type_index = TYPE_map,
    .layout = LAYOUT_NONE,
    .size = sizeof(Map),
    .slots = {.iter = iterator_self,
              .next = map_next_slot,
              .construct = construct_map,
              .trace = trace_map},
    .methods = map_methods,
};

const TypeSpec filter_type_spec = {
    .name = "filter",
    .doc = "(function, iterable, /)\n--\n\n"
           "Return an iterator yielding those items of iterable for which function(item)\n"
           "is true. If function is None, return the items that are true.",
    .type_index = TYPE_filter,
    .layout = LAYOUT_NONE,
    .size = sizeof(Filter),
    .slots = {.iter = iterator_self,
              .next = filter_next_slot,
              .construct = construct_filter,
              .trace = trace_filter},
    .methods = filter_methods,
};
