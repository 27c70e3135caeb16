// SPDX-License-Identifier: MIT
//
// set and frozenset as types: slots, iterator, hash. The operators insist on sets on both sides
// (the methods take any iterable); their result has the left operand's type.
#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "iterators.h"
#include "reduce.h"
#include "repr_guard.h"
#include "set_table.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

typedef struct SetIterator {
    Object object;
    uint64_t length; // of the set when the iterator was made
    size_t position;
    size_t remaining;
    Set *set; // NULL at the end
} SetIterator;

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_set(self)->length;
}

static int truth_slot(Thread *thread, Value self) {
    (void)thread;
    return as_set(self)->length > 0;
}

static int contains_slot(Thread *thread, Value self, Value key) {
    return set_contains(thread, as_set(self), key);
}

static uint64_t shuffle_bits(uint64_t hash) {
    return ((hash ^ UINT64_C(89869747)) ^ (hash << 16)) * UINT64_C(3644798167);
}

// Order must not matter, so the items' hashes are joined by xor, each shuffled first so that
// similar hashes do not cancel out.
static uint64_t hash_of_items(const Set *set) {
    uint64_t hash = 0;
    size_t position = 0;
    const SetEntry *entry;
    while ((entry = set_next(set, &position)) != NULL) {
        hash ^= shuffle_bits(entry->hash);
    }
    hash ^= (set->length + 1) * UINT64_C(1927868237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash * 69069 + 907133923;
    return hash == UINT64_MAX ? 590923713 : hash;
}

static bool frozen_hash_slot(Thread *thread, Value self, uint64_t *hash) {
    (void)thread;
    Set *set = as_set(self);
    if (set->hash == 0) {
        set->hash = hash_of_items(set);
    }
    *hash = set->hash;
    return true;
}

static int equal_sets(Thread *thread, Set *a, Set *b) {
    if (a->length != b->length || (a->hash && b->hash && a->hash != b->hash)) {
        return 0;
    }
    if (!native_enter_for(thread, " in comparison")) {
        return -1;
    }
    int equal = set_is_subset(thread, a, b);
    native_leave(thread);
    return equal;
}

static int compare_sets(Thread *thread, Set *a, Set *b, CompareOp op) {
    switch (op) {
    case COMPARE_EQ:
    case COMPARE_NE:
        return equal_sets(thread, a, b);
    case COMPARE_LE:
        return set_is_subset(thread, a, b);
    case COMPARE_GE:
        return set_is_subset(thread, b, a);
    case COMPARE_LT:
        return a->length < b->length ? set_is_subset(thread, a, b) : 0;
    default:
        return b->length < a->length ? set_is_subset(thread, b, a) : 0;
    }
}

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_any_set(left) || !is_any_set(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    int result = compare_sets(thread, as_set(left), as_set(right), op);
    return result < 0 ? VALUE_ERROR : value_bool(result != (op == COMPARE_NE));
}

static Value operator_result(Thread *thread, Value left, Value right,
                             Set *(*function)(Thread *, Set *, Value)) {
    if (!is_any_set(left) || !is_any_set(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    Set *result = function(thread, as_set(left), right);
    return result ? value_object(result) : VALUE_ERROR;
}

static Value union_slot(Thread *thread, Value left, Value right) {
    return operator_result(thread, left, right, set_union);
}

static Value intersection_slot(Thread *thread, Value left, Value right) {
    return operator_result(thread, left, right, set_intersection);
}

static Value difference_slot(Thread *thread, Value left, Value right) {
    return operator_result(thread, left, right, set_difference);
}

static Value symmetric_difference_slot(Thread *thread, Value left, Value right) {
    return operator_result(thread, left, right, set_symmetric_difference);
}

static Value update_result(Thread *thread, Value left, Value right,
                           bool (*function)(Thread *, Set *, Value)) {
    if (!is_any_set(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    return function(thread, as_set(left), right) ? left : VALUE_ERROR;
}

static Value inplace_union_slot(Thread *thread, Value left, Value right) {
    return update_result(thread, left, right, set_update);
}

static Value inplace_intersection_slot(Thread *thread, Value left, Value right) {
    return update_result(thread, left, right, set_intersection_update);
}

static Value inplace_difference_slot(Thread *thread, Value left, Value right) {
    return update_result(thread, left, right, set_difference_update);
}

static Value inplace_symmetric_difference_slot(Thread *thread, Value left, Value right) {
    return update_result(thread, left, right, set_symmetric_difference_update);
}

static bool add_items(TextBuilder *out, const Set *set) {
    size_t position = 0;
    const SetEntry *entry;
    for (bool first = true; (entry = set_next(set, &position)) != NULL; first = false) {
        if (!first) {
            text_builder_add_c(out, ", ");
        }
        if (!text_builder_add_repr(out, entry->key)) {
            return false;
        }
    }
    return true;
}

static Value repr_slot(Thread *thread, Value self) {
    const char *name = object_type(self)->name;
    int entered = repr_enter(thread, self);
    if (entered < 0) {
        return VALUE_ERROR;
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    if (entered > 0 || as_set(self)->length == 0) {
        text_builder_add_c(&out, name);
        text_builder_add_c(&out, entered > 0 ? "(...)" : "()");
        if (entered == 0) {
            repr_leave(thread, self);
        }
        return value_object(text_builder_finish(&out));
    }
    bool bare = object_type(self) == builtin_type(thread, TYPE_set);
    if (!bare) {
        text_builder_add_c(&out, name);
        text_builder_put(&out, '(');
    }
    text_builder_put(&out, '{');
    bool ok = add_items(&out, as_set(self));
    text_builder_add_c(&out, bare ? "}" : "})");
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value construct_set(Thread *thread, Value callee, Value *args, size_t count,
                           Tuple *keywords) {
    const char *name = keywords ? "set" : as_type(callee)->name;
    if (!container_arguments(thread, name, count, keywords, 0, 1)) {
        return VALUE_ERROR;
    }
    Set *set = set_new_of(thread, (Type *)as_object(callee));
    return count == 0 || set_update(thread, set, args[0]) ? value_object(set) : VALUE_ERROR;
}

static Value construct_frozenset(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    Type *type = (Type *)as_object(callee);
    const char *name = keywords ? "frozenset" : type->name;
    if (!container_arguments(thread, name, count, keywords, 0, 1)) {
        return VALUE_ERROR;
    }
    Type *frozen = builtin_type(thread, TYPE_frozenset);
    if (count == 1 && type == frozen && is_object(args[0]) && object_type(args[0]) == frozen) {
        return args[0];
    }
    Set *set = set_new_of(thread, type);
    return count == 0 || set_update(thread, set, args[0]) ? value_object(set) : VALUE_ERROR;
}

static Value iter_slot(Thread *thread, Value self) {
    SetIterator *iterator = object_new(thread, builtin_type(thread, TYPE_set_iterator));
    iterator->set = as_set(self);
    iterator->length = iterator->remaining = iterator->set->length;
    return value_object(iterator);
}

Set *set_iterated(Value v) {
    bool is_iterator = is_object(v) && object_type(v)->spec != NULL &&
                       object_type(v)->spec->type_index == TYPE_set_iterator;
    return is_iterator ? ((SetIterator *)as_object(v))->set : NULL;
}

static Value iterator_next_slot(Thread *thread, Value self) {
    SetIterator *iterator = (SetIterator *)as_object(self);
    if (iterator->set == NULL) {
        return VALUE_UNDEFINED;
    }
    if (iterator->set->length != iterator->length) {
        iterator->length = UINT64_MAX; // stays in this state
        return raise_error(thread, ERROR_RuntimeError, "Set changed size during iteration");
    }
    const SetEntry *entry = set_next(iterator->set, &iterator->position);
    if (entry == NULL) {
        iterator->set = NULL;
        return VALUE_UNDEFINED;
    }
    iterator->remaining -= iterator->remaining > 0;
    return entry->key;
}

static Value length_hint_method(Thread *thread, Value *args) {
    (void)thread;
    const SetIterator *iterator = (const SetIterator *)as_object(args[0]);
    bool valid = iterator->set != NULL && iterator->set->length == iterator->length;
    return value_small_int(valid ? (int64_t)iterator->remaining : 0);
}

static void trace_set(Marker *marker, Object *self) {
    const Set *set = (Set *)self;
    mark_buffer(marker, set->entries);
    for (size_t i = 0; set->entries != NULL && i <= set->mask; i++) {
        if (is_object(set->entries[i].key)) {
            mark_value(marker, set->entries[i].key);
        }
    }
}

static void trace_iterator(Marker *marker, Object *self) {
    mark_object(marker, ((SetIterator *)self)->set);
}

static const NativeSpec iterator_methods[] = {
    REDUCE_METHOD(reduce_remaining),
    {"__length_hint__", length_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

#define OPERATORS                                                                                  \
    {                                                                                              \
        [BINARY_OR] = union_slot, [BINARY_AND] = intersection_slot,                                \
        [BINARY_SUB] = difference_slot, [BINARY_XOR] = symmetric_difference_slot                   \
    }

const TypeSpec set_type_spec = {
    .name = "set",
    .doc = "(iterable=(), /)\n--\n\n"
           "Build an unordered collection of unique elements.",
    .type_index = TYPE_set,
    .layout = LAYOUT_SET,
    .flags = TYPE_WEAK | TYPE_UNHASHABLE,
    .size = sizeof(Set),
    .slots =
        {
            .repr = repr_slot,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .iter = iter_slot,
            .compare = compare_slot,
            .binary = OPERATORS,
            .inplace = {[BINARY_OR] = inplace_union_slot,
                        [BINARY_AND] = inplace_intersection_slot,
                        [BINARY_SUB] = inplace_difference_slot,
                        [BINARY_XOR] = inplace_symmetric_difference_slot},
            .construct = construct_set,
            .trace = trace_set,
        },
    .methods = set_methods,
};

const TypeSpec frozenset_type_spec = {
    .name = "frozenset",
    .flags = TYPE_WEAK | TYPE_POSITIONAL_NEW,
    .doc = "(iterable=(), /)\n--\n\n"
           "Build an immutable unordered collection of unique elements.",
    .type_index = TYPE_frozenset,
    .layout = LAYOUT_SET,
    .size = sizeof(Set),
    .slots =
        {
            .repr = repr_slot,
            .hash = frozen_hash_slot,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .iter = iter_slot,
            .compare = compare_slot,
            .binary = OPERATORS,
            .construct = construct_frozenset,
            .trace = trace_set,
        },
    .methods = frozenset_methods,
};

const TypeSpec set_iterator_type_spec = {
    .name = "set_iterator",
    .type_index = TYPE_set_iterator,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SetIterator),
    .slots = {.iter = iterator_self, .next = iterator_next_slot, .trace = trace_iterator},
    .methods = iterator_methods,
};
