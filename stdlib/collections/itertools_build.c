// SPDX-License-Identifier: MIT
//
// The iterators of itertools that make something new of the items they take: accumulate, starmap,
// pairwise, batched, zip_longest.
#include "itertools_parts.h"

#include "arguments.h"
#include "list.h"

// accumulate

typedef struct Accumulate {
    Object object;
    Value function; // None: +
    Value iterator;
    Value total;   // UNDEFINED before the first item
    Value initial; // UNDEFINED once it was given out
} Accumulate;

static Value accumulate_construct(Thread *thread, Value callee, Value *args, size_t count,
                                  Tuple *keywords) {
    static const ArgumentsSpec spec = {"accumulate", {"iterable", "func", "initial"}, 1};
    size_t positional = count - (keywords ? keywords->length : 0);
    Value given[3];
    if (positional == 3 && count == 3)
        return raise_error(thread, ERROR_TypeError,
                           "accumulate() takes at most 2 positional arguments (%zu given)",
                           positional);
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, given[0]);
    if (is_error(iterator))
        return iterator;
    Accumulate *self = object_new(thread, as_type(callee));
    self->function = is_undefined(given[1]) ? VALUE_NONE : given[1];
    self->iterator = iterator;
    self->total = VALUE_UNDEFINED;
    self->initial = is_none(given[2]) ? VALUE_UNDEFINED : given[2];
    return value_object(self);
}

static Value accumulate_next(Thread *thread, Value self) {
    Accumulate *all = (Accumulate *)as_object(self);
    if (!is_undefined(all->initial)) {
        all->total = all->initial;
        all->initial = VALUE_UNDEFINED;
        return all->total;
    }
    Value item = itertools_step(thread, all->iterator);
    if (itertools_is_over(item))
        return item;
    if (is_undefined(all->total))
        return all->total = item;
    Value total = is_none(all->function) ? operation_binary(thread, BINARY_ADD, all->total, item)
                                         : call_2(thread, all->function, all->total, item);
    if (!is_error(total))
        all->total = total;
    return total;
}

static void accumulate_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Accumulate *)self)->function, 4);
}

ITERTOOLS_TYPE(itertools_accumulate_spec, "accumulate", Accumulate,
               "(iterable, func=None, *, initial=None)\n--\n\n"
               "Running totals, or running results of any function of two arguments.",
               .slots = {.iter = iterator_self,
                         .next = accumulate_next,
                         .construct = accumulate_construct,
                         .trace = accumulate_trace});

// starmap

typedef struct Starmap {
    Object object;
    Value function, iterator;
} Starmap;

static Value starmap_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    if (!container_arguments(thread, "starmap", count, keywords, 2, 2))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator))
        return iterator;
    Starmap *self = object_new(thread, as_type(callee));
    self->function = args[0];
    self->iterator = iterator;
    return value_object(self);
}

static Value starmap_next(Thread *thread, Value self) {
    enum { FEW = 8 };
    const Starmap *map = (Starmap *)as_object(self);
    Value few[FEW], *args = few;
    Value item = itertools_step(thread, map->iterator);
    Value items = itertools_is_over(item) ? item : operation_to_tuple(thread, item);
    if (itertools_is_over(items))
        return items;
    size_t count = as_tuple(items)->length;
    if (count > FEW)
        args = heap_allocate(thread_heap(thread), CELL_BUFFER, count * sizeof(Value));
    values_copy(args, as_tuple(items)->items, count);
    return call_value(thread, map->function, args, count);
}

static void starmap_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Starmap *)self)->function, 2);
}

ITERTOOLS_TYPE(itertools_starmap_spec, "starmap", Starmap,
               "(function, iterable, /)\n--\n\n"
               "function(*item) for each item.",
               .slots = {.iter = iterator_self,
                         .next = starmap_next,
                         .construct = starmap_construct,
                         .trace = starmap_trace});

// pairwise

typedef struct Pairwise {
    Object object;
    Value iterator; // UNDEFINED at the end
    Value previous; // UNDEFINED before the first pair
} Pairwise;

static Value pairwise_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    if (!container_arguments(thread, "pairwise", count, keywords, 1, 1))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[0]);
    if (is_error(iterator))
        return iterator;
    Pairwise *self = object_new(thread, as_type(callee));
    self->iterator = iterator;
    self->previous = VALUE_UNDEFINED;
    return value_object(self);
}

static Value pairwise_end(Pairwise *pairwise, Value end) {
    pairwise->iterator = pairwise->previous = VALUE_UNDEFINED;
    return end;
}

static Value pairwise_next(Thread *thread, Value self) {
    Pairwise *pairwise = (Pairwise *)as_object(self);
    if (is_undefined(pairwise->iterator))
        return VALUE_UNDEFINED;
    if (is_undefined(pairwise->previous)) {
        Value first = itertools_step(thread, pairwise->iterator);
        if (itertools_is_over(first))
            return pairwise_end(pairwise, first);
        pairwise->previous = first;
        if (is_undefined(pairwise->iterator))
            return VALUE_UNDEFINED;
    }
    Value previous = pairwise->previous;
    Value item = itertools_step(thread, pairwise->iterator);
    if (itertools_is_over(item))
        return pairwise_end(pairwise, item);
    pairwise->previous = item;
    return tuple_pair(thread, previous, item);
}

static void pairwise_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Pairwise *)self)->iterator, 2);
}

ITERTOOLS_TYPE(itertools_pairwise_spec, "pairwise", Pairwise,
               "(iterable, /)\n--\n\n"
               "Overlapping pairs of successive items.",
               .slots = {.iter = iterator_self,
                         .next = pairwise_next,
                         .construct = pairwise_construct,
                         .trace = pairwise_trace});

// batched

typedef struct Batched {
    Object object;
    uint64_t size;
    Value iterator; // UNDEFINED at the end
    bool strict;
} Batched;

static Value batched_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    static const ArgumentsSpec spec = {"batched", {"iterable", "n", "strict"}, 2};
    Value given[3];
    int64_t size;
    if (count == 3 && !keywords)
        return raise_error(thread, ERROR_TypeError,
                           "batched() takes exactly 2 positional arguments (3 given)");
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !operation_index_int64(thread, given[1], &size))
        return VALUE_ERROR;
    int strict = is_undefined(given[2]) ? 0 : operation_truth(thread, given[2]);
    if (strict < 0)
        return VALUE_ERROR;
    if (size < 1)
        return raise_error(thread, ERROR_ValueError, "n must be at least one");
    Value iterator = operation_iter(thread, given[0]);
    if (is_error(iterator))
        return iterator;
    Batched *self = object_new(thread, as_type(callee));
    self->size = (uint64_t)size;
    self->iterator = iterator;
    self->strict = strict;
    return value_object(self);
}

static Value batched_next(Thread *thread, Value self) {
    Batched *batched = (Batched *)as_object(self);
    Value iterator = batched->iterator;
    if (is_undefined(iterator))
        return VALUE_UNDEFINED;
    List *batch = list_new(thread, batched->size < 64 ? batched->size : 64);
    while (batch->length < batched->size) {
        Value item = itertools_step(thread, iterator);
        if (itertools_is_over(item)) {
            batched->iterator = VALUE_UNDEFINED;
            if (is_error(item) || batch->length == 0)
                return item;
            if (batched->strict)
                return raise_error(thread, ERROR_ValueError, "batched(): incomplete batch");
            break;
        }
        list_append(thread, batch, item);
    }
    return value_object(tuple_from_array(thread, batch->items, batch->length));
}

static void batched_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Batched *)self)->iterator);
}

ITERTOOLS_TYPE(itertools_batched_spec, "batched", Batched,
               "(iterable, n, *, strict=False)\n--\n\n"
               "Tuples of n items each; the last may be shorter unless strict.",
               .slots = {.iter = iterator_self,
                         .next = batched_next,
                         .construct = batched_construct,
                         .trace = batched_trace});

// zip_longest

typedef struct ZipLongest {
    Object object;
    uint64_t active;  // sources that have not ended
    Tuple *iterators; // UNDEFINED where a source has ended
    Value fill;
} ZipLongest;

// The keyword argument fillvalue=.
static bool zip_fill(Thread *thread, const Value *values, const Tuple *keywords, Value *fill) {
    *fill = VALUE_NONE;
    if (keywords == NULL || keywords->length == 0)
        return true;
    for (size_t i = 0; i < keywords->length; i++)
        if (!str_equal_c(as_str(keywords->items[i]), "fillvalue"))
            return raise_false(thread, ERROR_TypeError,
                               "zip_longest() got an unexpected keyword argument");
    *fill = values[0];
    return true;
}

static Value zip_longest_construct(Thread *thread, Value callee, Value *args, size_t count,
                                   Tuple *keywords) {
    size_t positional = count - (keywords ? keywords->length : 0);
    Value fill;
    if (!zip_fill(thread, args + positional, keywords, &fill))
        return VALUE_ERROR;
    Tuple *iterators = tuple_new(thread, positional);
    for (size_t i = 0; i < positional; i++) {
        Value iterator = operation_iter(thread, args[i]);
        if (is_error(iterator))
            return iterator;
        iterators->items[i] = iterator;
    }
    ZipLongest *self = object_new(thread, as_type(callee));
    self->active = positional;
    self->iterators = iterators;
    self->fill = fill;
    return value_object(self);
}

// The next item of source `i`, or the fill value; UNDEFINED when this was the last source.
static Value zip_longest_item(Thread *thread, ZipLongest *zip, size_t i) {
    Value iterator = zip->iterators->items[i];
    if (is_undefined(iterator))
        return zip->fill;
    Value item = itertools_step(thread, iterator);
    if (is_error(item))
        zip->active = 0;
    if (!is_undefined(item))
        return item;
    if (!is_undefined(zip->iterators->items[i])) {
        zip->iterators->items[i] = VALUE_UNDEFINED;
        zip->active -= zip->active > 0;
    }
    return zip->active == 0 ? VALUE_UNDEFINED : zip->fill;
}

static Value zip_longest_next(Thread *thread, Value self) {
    ZipLongest *zip = (ZipLongest *)as_object(self);
    if (zip->active == 0)
        return VALUE_UNDEFINED;
    Tuple *items = tuple_new(thread, zip->iterators->length);
    for (size_t i = 0; i < items->length; i++) {
        Value item = zip_longest_item(thread, zip, i);
        if (itertools_is_over(item))
            return item;
        items->items[i] = item;
    }
    return value_object(items);
}

static void zip_longest_trace(Marker *marker, Object *self) {
    mark_object(marker, ((ZipLongest *)self)->iterators);
    mark_value(marker, ((ZipLongest *)self)->fill);
}

ITERTOOLS_TYPE(itertools_zip_longest_spec, "zip_longest", ZipLongest,
               "(*iterables, fillvalue=None)\n--\n\n"
               "As zip, but goes on to the end of the longest; missing items are fillvalue.",
               .slots = {.iter = iterator_self,
                         .next = zip_longest_next,
                         .construct = zip_longest_construct,
                         .trace = zip_longest_trace});
