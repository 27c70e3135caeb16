// SPDX-License-Identifier: MIT
//
// The module itertools, and its endless iterators: count, cycle, repeat.
//
// An endless iterator is a number or a list and a place in it. What consumes one in C (sum, list,
// a deque) would never come back to the interpreter loop, where Ctrl-C and other threads are
// looked after; so these iterators stop at a safepoint themselves every few thousand items.
#include "itertools_parts.h"

#include "arguments.h"
#include "complex.h"
#include "float_object.h"
#include "library.h"
#include "list.h"
#include "modules.h"

size_t *itertools_numbers(Thread *thread, size_t count) {
    if (count > SIZE_MAX / 64) {
        container_too_large(thread);
        return NULL;
    }
    return heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof(size_t));
}

bool itertools_count(Thread *thread, Value v, const char *name, size_t *count) {
    int64_t number;
    if (!operation_index_int64(thread, v, &number))
        return false;
    if (number < 0)
        return raise_false(thread, ERROR_ValueError, "%s", name);
    *count = (size_t)number;
    return true;
}

// count

typedef struct Count {
    Object object;
    Value number, step;
    uint64_t ticks;
} Count;

static bool is_number(Thread *thread, Value v) {
    const Slots *slots = &type_of(thread, v)->slots;
    return is_integral(v) || is_any_float(v) || is_any_complex(v) || slots->index ||
           slots->to_int || slots->to_float;
}

static Value count_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    static const ArgumentsSpec spec = {"count", {"start", "step"}, 0};
    Value given[2];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    for (size_t i = 0; i < 2; i++) {
        if (is_undefined(given[i]))
            given[i] = value_small_int((int64_t)i);
        else if (!is_number(thread, given[i]))
            return raise_error(thread, ERROR_TypeError, "a number is required");
    }
    // By ones it counts in ints; other steps are added to what was given.
    if (is_integral(given[1]) && value_same(int_exact(thread, given[1]), value_small_int(1))) {
        given[0] = is_integral(given[0]) ? int_exact(thread, given[0]) : given[0];
        given[1] = value_small_int(1);
    }
    Count *self = object_new(thread, as_type(callee));
    self->number = given[0];
    self->step = given[1];
    return value_object(self);
}

static Value count_next(Thread *thread, Value self) {
    Count *count = (Count *)as_object(self);
    Value number = count->number;
    if (!itertools_tick(thread, &count->ticks))
        return VALUE_ERROR;
    Value next = are_small_ints(number, count->step)
                     ? int_from_int64(thread, as_small_int(number) + as_small_int(count->step))
                     : operation_binary(thread, BINARY_ADD, number, count->step);
    if (is_error(next))
        return next;
    count->number = next;
    return number;
}

static Value count_repr(Thread *thread, Value self) {
    const Count *count = (Count *)as_object(self);
    Str *number = operation_repr(thread, count->number);
    Str *step = number ? operation_repr(thread, count->step) : NULL;
    if (step == NULL)
        return VALUE_ERROR;
    const char *name = type_short_name(object_type(self));
    if (value_same(count->step, value_small_int(1)))
        return value_object(str_format(thread, "%s(%s)", name, str_text(thread, number)));
    return value_object(
        str_format(thread, "%s(%s, %s)", name, str_text(thread, number), str_text(thread, step)));
}

static void count_trace(Marker *marker, Object *self) {
    mark_values(marker, &((Count *)self)->number, 2);
}

ITERTOOLS_TYPE(itertools_count_spec, "count", Count,
               "(start=0, step=1)\n--\n\n"
               "The numbers start, start + step, ... without end.",
               .slots = {.repr = count_repr,
                         .iter = iterator_self,
                         .next = count_next,
                         .construct = count_construct,
                         .trace = count_trace});

// cycle

typedef struct Cycle {
    Object object;
    Value iterator; // UNDEFINED once it has ended
    List *saved;
    size_t index;
    uint64_t ticks;
} Cycle;

static Value cycle_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    if (!container_arguments(thread, "cycle", count, keywords, 1, 1))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[0]);
    if (is_error(iterator))
        return iterator;
    Cycle *self = object_new(thread, as_type(callee));
    self->iterator = iterator;
    self->saved = list_new(thread, 0);
    return value_object(self);
}

static Value cycle_next(Thread *thread, Value self) {
    Cycle *cycle = (Cycle *)as_object(self);
    if (!is_undefined(cycle->iterator)) {
        Value item = itertools_step(thread, cycle->iterator);
        if (is_error(item))
            return item;
        if (!is_undefined(item)) {
            list_append(thread, cycle->saved, item);
            return item;
        }
        cycle->iterator = VALUE_UNDEFINED;
    }
    if (cycle->saved->length == 0)
        return VALUE_UNDEFINED;
    if (!itertools_tick(thread, &cycle->ticks))
        return VALUE_ERROR;
    Value item = cycle->saved->items[cycle->index];
    cycle->index = cycle->index + 1 == cycle->saved->length ? 0 : cycle->index + 1;
    return item;
}

static void cycle_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Cycle *)self)->iterator);
    mark_object(marker, ((Cycle *)self)->saved);
}

ITERTOOLS_TYPE(itertools_cycle_spec, "cycle", Cycle,
               "(iterable, /)\n--\n\n"
               "The items of the iterable, again and again from the first.",
               .slots = {.iter = iterator_self,
                         .next = cycle_next,
                         .construct = cycle_construct,
                         .trace = cycle_trace});

// repeat

typedef struct Repeat {
    Object object;
    Value item;
    int64_t left; // -1: no end
    uint64_t ticks;
} Repeat;

static Value repeat_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    static const ArgumentsSpec spec = {"repeat", {"object", "times"}, 1};
    Value given[2];
    int64_t left = -1;
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    if (!is_undefined(given[1])) {
        if (!operation_index_int64(thread, given[1], &left))
            return VALUE_ERROR;
        left = left < 0 ? 0 : left;
    }
    Repeat *self = object_new(thread, as_type(callee));
    self->item = given[0];
    self->left = left;
    return value_object(self);
}

static Value repeat_next(Thread *thread, Value self) {
    Repeat *repeat = (Repeat *)as_object(self);
    if (repeat->left == 0)
        return VALUE_UNDEFINED;
    if (!itertools_tick(thread, &repeat->ticks))
        return VALUE_ERROR;
    if (repeat->left > 0)
        repeat->left--;
    return repeat->item;
}

static Value repeat_repr(Thread *thread, Value self) {
    const Repeat *repeat = (Repeat *)as_object(self);
    Str *item = operation_repr(thread, repeat->item);
    if (item == NULL)
        return VALUE_ERROR;
    const char *name = type_short_name(object_type(self)), *text = str_text(thread, item);
    if (repeat->left < 0)
        return value_object(str_format(thread, "%s(%s)", name, text));
    return value_object(str_format(thread, "%s(%s, %lld)", name, text, (long long)repeat->left));
}

static Value repeat_length_hint(Thread *thread, Value *args) {
    const Repeat *repeat = (Repeat *)as_object(args[0]);
    if (repeat->left < 0)
        return raise_error(thread, ERROR_TypeError, "len() of unsized object");
    return int_from_int64(thread, repeat->left);
}

static void repeat_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Repeat *)self)->item);
}

static const NativeSpec repeat_methods[] = {
    NATIVE("__length_hint__", repeat_length_hint, "(self, /)", "How many items are left."),
    NATIVE_END,
};

ITERTOOLS_TYPE(itertools_repeat_spec, "repeat", Repeat,
               "(object, times=None)\n--\n\n"
               "The same object for ever, or the given number of times.",
               .slots = {.repr = repeat_repr,
                         .iter = iterator_self,
                         .next = repeat_next,
                         .construct = repeat_construct,
                         .trace = repeat_trace},
               .methods = repeat_methods);

bool itertools_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "Iterators that count, repeat, select, combine and group."));
    static const TypeSpec *const types[] = {
#define ITERTOOLS_ADDRESS(spec) &spec,
        ITERTOOLS_TYPES(ITERTOOLS_ADDRESS)
#undef ITERTOOLS_ADDRESS
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        module_add_type(thread, module, types[i], NULL);
    module_add_natives(thread, module, itertools_functions);
    return true;
}
