// SPDX-License-Identifier: MIT
//
// What the files of the module itertools share: pulling an item out of a source, and the shape of
// their TypeSpecs. Each iterator is a small struct whose `next` slot pulls from its sources only
// when it is asked itself; nothing is read ahead. A source may run Mini code, which may step the
// very iterator that is being stepped: every `next` keeps its struct whole across such calls.
#pragma once

#include "call.h"
#include "container.h"
#include "error.h"
#include "execute.h"
#include "heap.h"
#include "iterators.h"
#include "library.h"
#include "tuple.h"
#include "type.h"

// Nothing more: the end of the iterator, or an exception.
static inline bool itertools_is_over(Value item) {
    return item.bits <= VALUE_UNDEFINED.bits;
}

// next(iterator) of something that iter() returned. Iterators like those of this module can be
// nested deeply enough to exhaust the C stack, so they are counted.
static inline Value itertools_step(Thread *thread, Value iterator) {
    const Type *type = object_type(iterator);
    if (type->layout != LAYOUT_NONE)
        return type->slots.next(thread, iterator);
    if (!native_enter(thread))
        return VALUE_ERROR;
    Value item = type->slots.next(thread, iterator);
    native_leave(thread);
    return item;
}

// An endless iterator calls this at each step, so that sum(count()) can be interrupted. false:
// exception.
static inline bool itertools_tick(Thread *thread, uint64_t *ticks) {
    return (++*ticks & 0xfff) != 0 || thread_safepoint(thread);
}

// A buffer of `count` numbers; NULL with MemoryError if that is absurd.
size_t *itertools_numbers(Thread *thread, size_t count);
// The argument `r` of the combinatoric iterators: "r must be non-negative".
bool itertools_count(Thread *thread, Value v, const char *name, size_t *count);

#define ITERTOOLS_TYPE(variable, python_name, structure, text, ...)                                \
    const TypeSpec variable = {                                                                    \
        .name = "itertools." python_name,                                                          \
        .doc = text,                                                                               \
        .layout = LAYOUT_NONE,                                                                     \
        .size = sizeof(structure),                                                                 \
        __VA_ARGS__,                                                                               \
    }

// The types, in the order of the module's documentation: ITERATOR(TypeSpec variable).
#define ITERTOOLS_TYPES(ITERATOR)                                                                  \
    ITERATOR(itertools_count_spec)                                                                 \
    ITERATOR(itertools_cycle_spec)                                                                 \
    ITERATOR(itertools_repeat_spec)                                                                \
    ITERATOR(itertools_accumulate_spec)                                                            \
    ITERATOR(itertools_batched_spec)                                                               \
    ITERATOR(itertools_chain_spec)                                                                 \
    ITERATOR(itertools_compress_spec)                                                              \
    ITERATOR(itertools_dropwhile_spec)                                                             \
    ITERATOR(itertools_filterfalse_spec)                                                           \
    ITERATOR(itertools_groupby_spec)                                                               \
    ITERATOR(itertools_islice_spec)                                                                \
    ITERATOR(itertools_pairwise_spec)                                                              \
    ITERATOR(itertools_starmap_spec)                                                               \
    ITERATOR(itertools_takewhile_spec)                                                             \
    ITERATOR(itertools_zip_longest_spec)                                                           \
    ITERATOR(itertools_product_spec)                                                               \
    ITERATOR(itertools_permutations_spec)                                                          \
    ITERATOR(itertools_combinations_spec)                                                          \
    ITERATOR(itertools_combinations_with_replacement_spec)

#define ITERTOOLS_DECLARE(spec) extern const TypeSpec spec;
ITERTOOLS_TYPES(ITERTOOLS_DECLARE)
#undef ITERTOOLS_DECLARE

// tee(), a function (itertools_group.c).
extern const NativeSpec itertools_functions[];
