// SPDX-License-Identifier: MIT
//
// The iterators of itertools that choose among the items of one source: chain (of sources), islice,
// compress, takewhile, dropwhile, filterfalse. Each is at most a loop around the source's next().
#include "itertools_parts.h"

#include "arguments.h"

// chain

typedef struct Chain {
    Object object;
    Value sources; // iterator of iterables; UNDEFINED at the end
    Value active;  // iterator of the present iterable, or UNDEFINED
} Chain;

static Value chain_of(Thread *thread, Type *type, Value sources) {
    Chain *self = object_new(thread, type);
    self->sources = sources;
    self->active = VALUE_UNDEFINED;
    return value_object(self);
}

static Value chain_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    if (!container_arguments(thread, "chain", count, keywords, 0, SIZE_MAX))
        return VALUE_ERROR;
    Value sources = value_object(tuple_from_array(thread, args, count));
    return chain_of(thread, as_type(callee), tuple_iterator_new(thread, sources));
}

static Value chain_from_iterable(Thread *thread, Value *args) {
    Value sources = operation_iter(thread, args[1]);
    return is_error(sources) ? sources : chain_of(thread, as_type(args[0]), sources);
}

// Begin with the next source. false: there is none, or exception (then *failed).
static bool chain_advance(Thread *thread, Chain *chain, bool *failed) {
    if (is_undefined(chain->sources))
        return false;
    Value source = itertools_step(thread, chain->sources);
    Value iterator = itertools_is_over(source) ? source : operation_iter(thread, source);
    if (itertools_is_over(iterator)) {
        *failed = is_error(iterator);
        chain->sources = VALUE_UNDEFINED;
        return false;
    }
    chain->active = iterator;
    return true;
}

static Value chain_next(Thread *thread, Value self) {
    Chain *chain = (Chain *)as_object(self);
    bool failed = false;
    for (;;) {
        if (!is_undefined(chain->active)) {
            Value item = itertools_step(thread, chain->active);
            if (!is_undefined(item))
                return item;
            chain->active = VALUE_UNDEFINED;
        }
        if (!chain_advance(thread, chain, &failed))
            return failed ? VALUE_ERROR : VALUE_UNDEFINED;
    }
}

static void chain_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Chain *)self)->sources, 2);
}

static const NativeSpec chain_methods[] = {
    {"from_iterable", chain_from_iterable, "(cls, iterable, /)",
     "The items of the iterables that one iterable gives.", NATIVE_CLASS_METHOD},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

ITERTOOLS_TYPE(itertools_chain_spec, "chain", Chain,
               "(*iterables)\n--\n\n"
               "The items of the first iterable, then those of the second, and so on.",
               .slots = {.iter = iterator_self,
                         .next = chain_next,
                         .construct = chain_construct,
                         .trace = chain_trace},
               .methods = chain_methods);

// islice

typedef struct Slicer {
    Object object;
    Value iterator;    // UNDEFINED at the end
    uint64_t position; // items taken from the source
    uint64_t next;     // number of the next item wanted
    uint64_t stop;     // INT64_MAX: none
    uint64_t step;
} Slicer;

#define SLICE_RANGE " must be None or an integer: 0 <= x <= sys.maxsize."

// A bound as a number of at least -1; -1 stands for what is no integer.
static bool slice_number(Thread *thread, Value v, int64_t otherwise, int64_t *result) {
    *result = otherwise;
    if (is_none(v))
        return true;
    bool is_index = is_integral(v) || type_of(thread, v)->slots.index != NULL;
    if (!is_index || !operation_index_int64(thread, v, result)) {
        error_clear(thread);
        *result = -1;
    }
    return *result >= 0;
}

static bool slice_bounds(Thread *thread, Slicer *slicer, const Value *args, size_t count) {
    int64_t start = 0, stop, step = 1;
    bool has_stop = slice_number(thread, args[count > 2 ? 2 : 1], INT64_MAX, &stop);
    if (!has_stop && stop == -1)
        return raise_false(thread, ERROR_ValueError, "Stop argument for islice()" SLICE_RANGE);
    bool has_start = count == 2 || slice_number(thread, args[1], 0, &start);
    if (!has_stop || !has_start)
        return raise_false(thread, ERROR_ValueError, "Indices for islice()" SLICE_RANGE);
    if (count == 4 && (!slice_number(thread, args[3], 1, &step) || step == 0))
        return raise_false(thread, ERROR_ValueError,
                           "Step for islice() must be a positive integer or None.");
    slicer->next = (uint64_t)start;
    slicer->stop = (uint64_t)stop;
    slicer->step = (uint64_t)step;
    return true;
}

static Value islice_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    if (!container_arguments(thread, "islice", count, keywords, 2, 4))
        return VALUE_ERROR;
    Slicer *self = object_new(thread, as_type(callee));
    self->iterator = VALUE_UNDEFINED;
    if (!slice_bounds(thread, self, args, count))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[0]);
    if (is_error(iterator))
        return iterator;
    self->iterator = iterator;
    return value_object(self);
}

// What stands before the start is taken even if the stop comes before it.
static Value islice_next(Thread *thread, Value self) {
    Slicer *slicer = (Slicer *)as_object(self);
    while (!is_undefined(slicer->iterator)) {
        if (slicer->position >= slicer->stop && slicer->position >= slicer->next)
            break;
        Value item = itertools_step(thread, slicer->iterator);
        if (itertools_is_over(item)) {
            slicer->iterator = VALUE_UNDEFINED;
            return item;
        }
        if (slicer->position++ == slicer->next && slicer->next < slicer->stop) {
            uint64_t next = slicer->next + slicer->step;
            slicer->next = next > slicer->stop || next < slicer->step ? slicer->stop : next;
            return item;
        }
    }
    slicer->iterator = VALUE_UNDEFINED;
    return VALUE_UNDEFINED;
}

static void islice_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Slicer *)self)->iterator);
}

ITERTOOLS_TYPE(itertools_islice_spec, "islice", Slicer,
               "The items that a slice with these bounds would have: islice(iterable, stop) or "
               "islice(iterable, start, stop[, step]).",
               .slots = {.iter = iterator_self,
                         .next = islice_next,
                         .construct = islice_construct,
                         .trace = islice_trace});

// compress

typedef struct Compress {
    Object object;
    Value data, selectors;
} Compress;

static Value compress_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    static const ArgumentsSpec spec = {"compress", {"data", "selectors"}, 2};
    Value given[2];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    Value data = operation_iter(thread, given[0]);
    Value selectors = is_error(data) ? data : operation_iter(thread, given[1]);
    if (is_error(selectors))
        return selectors;
    Compress *self = object_new(thread, as_type(callee));
    self->data = data;
    self->selectors = selectors;
    return value_object(self);
}

static Value compress_next(Thread *thread, Value self) {
    const Compress *compress = (Compress *)as_object(self);
    for (;;) {
        Value item = itertools_step(thread, compress->data);
        if (itertools_is_over(item))
            return item;
        Value selector = itertools_step(thread, compress->selectors);
        if (itertools_is_over(selector))
            return selector;
        int chosen = operation_truth(thread, selector);
        if (chosen != 0)
            return chosen < 0 ? VALUE_ERROR : item;
    }
}

static void compress_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Compress *)self)->data, 2);
}

ITERTOOLS_TYPE(itertools_compress_spec, "compress", Compress,
               "(data, selectors)\n--\n\n"
               "The items of data whose selector is true.",
               .slots = {.iter = iterator_self,
                         .next = compress_next,
                         .construct = compress_construct,
                         .trace = compress_trace});

// takewhile, dropwhile, filterfalse: a predicate and a source

typedef struct Picker {
    Object object;
    uint64_t passed; // takewhile: it is over; dropwhile: no more to drop
    Value predicate, iterator;
} Picker;

static Value picker_construct(Thread *thread, const char *name, Value callee, Value *args,
                              size_t count, Tuple *keywords) {
    if (!container_arguments(thread, name, count, keywords, 2, 2))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    if (is_error(iterator))
        return iterator;
    Picker *self = object_new(thread, as_type(callee));
    self->predicate = args[0];
    self->iterator = iterator;
    return value_object(self);
}

static Value takewhile_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    return picker_construct(thread, "takewhile", callee, args, count, keywords);
}
static Value dropwhile_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    return picker_construct(thread, "dropwhile", callee, args, count, keywords);
}
static Value filterfalse_construct(Thread *thread, Value callee, Value *args, size_t count,
                                   Tuple *keywords) {
    return picker_construct(thread, "filterfalse", callee, args, count, keywords);
}

// What the predicate says of `item`: 1, 0 or -1.
static int picker_asks(Thread *thread, const Picker *picker, Value item) {
    Value answer = call_1(thread, picker->predicate, item);
    return is_error(answer) ? -1 : operation_truth(thread, answer);
}

static Value takewhile_next(Thread *thread, Value self) {
    Picker *picker = (Picker *)as_object(self);
    if (picker->passed)
        return VALUE_UNDEFINED;
    Value item = itertools_step(thread, picker->iterator);
    if (itertools_is_over(item))
        return item;
    int take = picker_asks(thread, picker, item);
    picker->passed |= take == 0;
    return take > 0 ? item : take < 0 ? VALUE_ERROR : VALUE_UNDEFINED;
}

static Value dropwhile_next(Thread *thread, Value self) {
    Picker *picker = (Picker *)as_object(self);
    for (;;) {
        Value item = itertools_step(thread, picker->iterator);
        if (itertools_is_over(item) || picker->passed)
            return item;
        int drop = picker_asks(thread, picker, item);
        if (drop < 0)
            return VALUE_ERROR;
        if (drop == 0) {
            picker->passed = 1;
            return item;
        }
    }
}

static Value filterfalse_next(Thread *thread, Value self) {
    const Picker *picker = (Picker *)as_object(self);
    for (;;) {
        Value item = itertools_step(thread, picker->iterator);
        if (itertools_is_over(item))
            return item;
        int truth = is_none(picker->predicate) ? operation_truth(thread, item)
                                               : picker_asks(thread, picker, item);
        if (truth <= 0)
            return truth < 0 ? VALUE_ERROR : item;
    }
}

static void picker_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Picker *)self)->predicate, 2);
}

ITERTOOLS_TYPE(itertools_takewhile_spec, "takewhile", Picker,
               "(predicate, iterable, /)\n--\n\n"
               "The items before the first for which the predicate is false.",
               .slots = {.iter = iterator_self,
                         .next = takewhile_next,
                         .construct = takewhile_construct,
                         .trace = picker_trace});
ITERTOOLS_TYPE(itertools_dropwhile_spec, "dropwhile", Picker,
               "(predicate, iterable, /)\n--\n\n"
               "The items from the first for which the predicate is false.",
               .slots = {.iter = iterator_self,
                         .next = dropwhile_next,
                         .construct = dropwhile_construct,
                         .trace = picker_trace});
ITERTOOLS_TYPE(itertools_filterfalse_spec, "filterfalse", Picker,
               "(function, iterable, /)\n--\n\n"
               "The items for which the predicate (None: the item itself) is false.",
               .slots = {.iter = iterator_self,
                         .next = filterfalse_next,
                         .construct = filterfalse_construct,
                         .trace = picker_trace});
