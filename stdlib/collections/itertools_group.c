// SPDX-License-Identifier: MIT
//
// groupby and tee: several iterators that share one source.
//
// The groups of groupby all read from the one source, so only the newest group may go on; an older
// one finds itself replaced and ends. The iterators of tee read from a chain of blocks of items:
// whoever comes to the end of the chain first pulls the next item from the source and leaves it
// there for the others. Blocks that all have passed are garbage.
#include "itertools_parts.h"

#include "arguments.h"
#include "attribute.h"

// groupby

typedef struct GroupBy {
    Object object;
    Value iterator;
    Value key_function;         // None: the item itself
    Value group_key;            // of the group being read; UNDEFINED before the first
    Value key, item;            // the last pulled; the item is UNDEFINED once given out
    struct Group *newest_group; // the only one that may read
} GroupBy;

typedef struct Group {
    Object object;
    Value key;
    GroupBy *parent;
} Group;

static Value groupby_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    static const ArgumentsSpec spec = {"groupby", {"iterable", "key"}, 1};
    Value given[2];
    if (!arguments_bind(thread, &spec, args, count, keywords, given))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, given[0]);
    if (is_error(iterator))
        return iterator;
    GroupBy *self = object_new(thread, as_type(callee));
    self->iterator = iterator;
    self->key_function = is_undefined(given[1]) ? VALUE_NONE : given[1];
    self->group_key = self->key = self->item = VALUE_UNDEFINED;
    return value_object(self);
}

// Pull one item and its key. false: end or exception, *over says which.
static bool groupby_pull(Thread *thread, GroupBy *groups, Value *over) {
    Value item = itertools_step(thread, groups->iterator);
    Value key = item;
    if (!itertools_is_over(item) && !is_none(groups->key_function))
        key = call_1(thread, groups->key_function, item);
    if (itertools_is_over(key)) {
        *over = key;
        return false;
    }
    groups->item = item;
    groups->key = key;
    return true;
}

static Value groupby_next(Thread *thread, Value self) {
    GroupBy *groups = (GroupBy *)as_object(self);
    Value over;
    groups->newest_group = NULL;
    for (;;) {
        if (!is_undefined(groups->key)) {
            if (is_undefined(groups->group_key))
                break;
            int same = container_equal(thread, groups->group_key, groups->key);
            if (same < 0)
                return VALUE_ERROR;
            if (!same)
                break;
        }
        if (!groupby_pull(thread, groups, &over))
            return over;
    }
    groups->group_key = groups->key;
    Group *group = object_new(thread, library_late_type(thread, LATE_grouper));
    group->key = groups->key;
    group->parent = groups;
    groups->newest_group = group;
    return tuple_pair(thread, groups->key, value_object(group));
}

static Value group_next(Thread *thread, Value self) {
    const Group *group = (Group *)as_object(self);
    GroupBy *groups = group->parent;
    Value over;
    if (groups->newest_group != group)
        return VALUE_UNDEFINED;
    if (is_undefined(groups->item) && !groupby_pull(thread, groups, &over))
        return over;
    int same = container_equal(thread, group->key, groups->key);
    if (same <= 0)
        return same < 0 ? VALUE_ERROR : VALUE_UNDEFINED;
    Value item = groups->item;
    groups->item = VALUE_UNDEFINED;
    return item;
}

static void groupby_trace(Marker *marker, Object *self) {
    mark_values(marker, &((GroupBy *)self)->iterator, 5);
    mark_object(marker, ((GroupBy *)self)->newest_group);
}

static void group_trace(Marker *marker, Object *self) {
    mark_value(marker, ((Group *)self)->key);
    mark_object(marker, ((Group *)self)->parent);
}

ITERTOOLS_TYPE(itertools_groupby_spec, "groupby", GroupBy,
               "(iterable, key=None)\n--\n\n"
               "Pairs of a key and an iterator over the successive items that have this key.",
               .slots = {.iter = iterator_self,
                         .next = groupby_next,
                         .construct = groupby_construct,
                         .trace = groupby_trace});
ITERTOOLS_TYPE(itertools_group_spec, "_grouper", Group, "One group of groupby.",
               .flags = TYPE_FINAL | TYPE_ABSTRACT,
               .slots = {.iter = iterator_self, .next = group_next, .trace = group_trace});

// tee

enum { TEE_BLOCK_ITEMS = 57 };

typedef struct TeeSource {
    Object object;
    uint64_t running; // the source is being asked: nobody else may
    Value iterator;
} TeeSource;

typedef struct TeeBlock {
    Object object;
    uint64_t count; // items pulled so far
    TeeSource *source;
    struct TeeBlock *next; // NULL while this is the last
    Value items[TEE_BLOCK_ITEMS];
} TeeBlock;

typedef struct Tee {
    Object object;
    uint64_t index; // of the next item in the block
    TeeBlock *block;
} Tee;

static TeeBlock *tee_block_new(Thread *thread, TeeSource *source) {
    TeeBlock *block = object_new(thread, library_late_type(thread, LATE_tee_block));
    block->source = source;
    return block;
}

static Value tee_new(Thread *thread, TeeBlock *block, uint64_t index) {
    Tee *tee = object_new(thread, library_late_type(thread, LATE_tee));
    tee->block = block;
    tee->index = index;
    return value_object(tee);
}

// Pull an item into `block`, which is the last. The value is the item, UNDEFINED or VALUE_ERROR.
static Value tee_pull(Thread *thread, TeeBlock *block) {
    TeeSource *source = block->source;
    if (source->running)
        return raise_error(thread, ERROR_RuntimeError, "cannot re-enter the tee iterator");
    source->running = 1;
    Value item = itertools_step(thread, source->iterator);
    source->running = 0;
    if (!itertools_is_over(item))
        block->items[block->count++] = item;
    return item;
}

static Value tee_next(Thread *thread, Value self) {
    Tee *tee = (Tee *)as_object(self);
    if (tee->index == TEE_BLOCK_ITEMS) {
        if (tee->block->next == NULL) {
            TeeBlock *next = tee_block_new(thread, tee->block->source);
            tee->block->next = next;
        }
        tee->block = tee->block->next;
        tee->index = 0;
    }
    TeeBlock *block = tee->block;
    if (tee->index < block->count)
        return block->items[tee->index++];
    Value item = tee_pull(thread, block);
    if (!itertools_is_over(item))
        tee->index++;
    return item;
}

static Value tee_copy(Thread *thread, Value *args) {
    const Tee *tee = (Tee *)as_object(args[0]);
    return tee_new(thread, tee->block, tee->index);
}

static Value tee_function(Thread *thread, Value *args) {
    int64_t count;
    if (!operation_index_int64(thread, args[1], &count))
        return VALUE_ERROR;
    if (count < 0)
        return raise_error(thread, ERROR_ValueError, "n must be >= 0");
    if (count > INT32_MAX)
        return container_too_large(thread) ? VALUE_NONE : VALUE_ERROR;
    if (count == 0)
        return value_object(tuple_new(thread, 0));
    Value iterator = operation_iter(thread, args[0]);
    if (is_error(iterator))
        return iterator;
    Tee *first = (Tee *)as_object(iterator);
    if (first->object.type != library_late_type(thread, LATE_tee)) {
        TeeSource *source = object_new(thread, library_late_type(thread, LATE_tee_source));
        source->iterator = iterator;
        first = (Tee *)as_object(tee_new(thread, tee_block_new(thread, source), 0));
    }
    Tuple *result = tuple_new(thread, (size_t)count);
    for (size_t i = 0; i < result->length; i++)
        result->items[i] = tee_new(thread, first->block, first->index);
    return value_object(result);
}

static void tee_source_trace(Marker *marker, Object *self) {
    mark_value(marker, ((TeeSource *)self)->iterator);
}
static void tee_block_trace(Marker *marker, Object *self) {
    const TeeBlock *block = (TeeBlock *)self;
    mark_object(marker, block->source);
    mark_object(marker, block->next);
    mark_values(marker, block->items, block->count);
}
static void tee_trace(Marker *marker, Object *self) {
    mark_object(marker, ((Tee *)self)->block);
}

static const NativeSpec tee_methods[] = {
    NATIVE("__copy__", tee_copy, "(self, /)", "An independent iterator at the same place."),
    NATIVE_END,
};

ITERTOOLS_TYPE(itertools_tee_spec, "_tee", Tee, "One of the iterators that tee() made.",
               .flags = TYPE_FINAL | TYPE_ABSTRACT,
               .slots = {.iter = iterator_self, .next = tee_next, .trace = tee_trace},
               .methods = tee_methods);
ITERTOOLS_TYPE(itertools_tee_source_spec, "_tee_source", TeeSource, "What tee() iterators share.",
               .flags = TYPE_FINAL | TYPE_ABSTRACT, .slots = {.trace = tee_source_trace});
ITERTOOLS_TYPE(itertools_tee_block_spec, "_tee_dataobject", TeeBlock,
               "Items that tee() has pulled.", .flags = TYPE_FINAL | TYPE_ABSTRACT,
               .slots = {.trace = tee_block_trace});

const NativeSpec itertools_functions[] = {
    NATIVE("tee", tee_function, "(iterable, n=2, /)", "n independent iterators over one iterable."),
    NATIVE_END,
};
