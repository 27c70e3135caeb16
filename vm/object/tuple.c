// SPDX-License-Identifier: MIT
//
// The tuple type. A tuple can not change, so nothing here must be read twice, parts that would be
// equal to the whole are the whole, and there is one empty tuple.
//
// The hash mixes the items' hashes as xxHash does (CPython since 3.8): a plain sum or xor would
// give (1, 2) and (2, 1), or the cells of a grid, the same few values.
#include "tuple.h"

#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "instance.h"
#include "iterators.h"
#include "repr_guard.h"
#include "slice.h"
#include "text_builder.h"
#include "type.h"

#define TUPLE_MAXIMUM (SIZE_MAX / 2 / sizeof(Value))
#define HASH_PRIME_1 UINT64_C(11400714785074694791)
#define HASH_PRIME_2 UINT64_C(14029467366897019727)
#define HASH_PRIME_5 UINT64_C(2870177450012600261)

static Tuple *tuple_allocate(Thread *thread, Type *type, size_t length) {
    size_t size = sizeof(Tuple) + length * sizeof(Value);
    if (type->flags & TYPE_HAS_ATTRIBUTES) {
        size += sizeof(Attributes);
    }
    Tuple *tuple = object_new_sized(thread, type, size);
    tuple->length = length;
    return tuple;
}

Tuple *tuple_new(Thread *thread, size_t length) {
    Tuple *empty = thread->interpreter->empty_tuple;
    if (length == 0 && empty != NULL) {
        return empty;
    }
    return tuple_allocate(thread, builtin_type(thread, TYPE_tuple), length);
}

Tuple *tuple_from_array(Thread *thread, const Value *values, size_t count) {
    Tuple *tuple = tuple_new(thread, count);
    if (count > 0) {
        memcpy(tuple->items, values, count * sizeof(Value));
    }
    return tuple;
}

Tuple *tuple_slice(Thread *thread, Tuple *tuple, size_t low, size_t high) {
    bool whole = low == 0 && high == tuple->length;
    if (whole && is_exactly(value_object(tuple), LAYOUT_TUPLE)) {
        return tuple;
    }
    return tuple_from_array(thread, tuple->items + low, high - low);
}

Tuple *tuple_concat(Thread *thread, const Tuple *left, const Tuple *right) {
    Tuple *sum = tuple_new(thread, left->length + right->length);
    if (sum->length > 0) {
        memcpy(sum->items, left->items, left->length * sizeof(Value));
        memcpy(sum->items + left->length, right->items, right->length * sizeof(Value));
    }
    return sum;
}

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_tuple(self)->length;
}

static int truth_slot(Thread *thread, Value self) {
    (void)thread;
    return as_tuple(self)->length > 0;
}

static int contains_slot(Thread *thread, Value self, Value item) {
    const Tuple *tuple = as_tuple(self);
    int equal = 0;
    for (size_t i = 0; equal == 0 && i < tuple->length; i++) {
        equal = container_equal(thread, tuple->items[i], item);
    }
    return equal;
}

static Value get_slice(Thread *thread, Tuple *tuple, Value slice) {
    int64_t start, step;
    size_t count;
    if (!slice_resolve(thread, slice, tuple->length, &start, &step, &count)) {
        return VALUE_ERROR;
    }
    if (step == 1) {
        size_t low = count ? (size_t)start : 0;
        return value_object(tuple_slice(thread, tuple, low, low + count));
    }
    Tuple *result = tuple_new(thread, count);
    for (size_t i = 0; i < count; i++) {
        result->items[i] = tuple->items[start + (int64_t)i * step];
    }
    return value_object(result);
}

static Value tuple_get_item(Thread *thread, Value self, Value key) {
    Tuple *tuple = as_tuple(self);
    size_t index;
    if (is_small_int(key) && sequence_small_index(key, tuple->length, &index)) {
        return tuple->items[index];
    }
    if (is_slice(key)) {
        return get_slice(thread, tuple, key);
    }
    return sequence_index(thread, key, tuple->length, "tuple", &index) ? tuple->items[index]
                                                                       : VALUE_ERROR;
}

bool tuple_hash(Thread *thread, Value self, uint64_t *hash) {
    const Tuple *tuple = as_tuple(self);
    uint64_t mixed = HASH_PRIME_5;
    bool ok = native_enter(thread);
    if (!ok) {
        return false;
    }
    for (size_t i = 0; ok && i < tuple->length; i++) {
        uint64_t lane;
        ok = container_hash(thread, tuple->items[i], &lane);
        if (ok) {
            mixed += lane * HASH_PRIME_2;
            mixed = mixed << 31 | mixed >> 33;
            mixed *= HASH_PRIME_1;
        }
    }
    native_leave(thread);
    mixed += tuple->length ^ (HASH_PRIME_5 ^ 3527539);
    *hash = mixed == UINT64_MAX ? 1546275796 : mixed;
    return ok;
}

// The first index at which the tuples differ, or the length of the shorter one; -1: exception.
static int64_t first_difference(Thread *thread, const Tuple *a, const Tuple *b) {
    size_t shorter = a->length < b->length ? a->length : b->length;
    size_t i = container_same_items(a->items, b->items, shorter);
    if (i == shorter || are_small_ints(a->items[i], b->items[i])) {
        return (int64_t)i;
    }
    if (!native_enter_for(thread, " in comparison")) {
        return -1;
    }
    int equal = 1;
    while (i < shorter && (equal = container_equal(thread, a->items[i], b->items[i])) > 0) {
        i++;
    }
    native_leave(thread);
    return equal < 0 ? -1 : (int64_t)i;
}

Value tuple_compare(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_tuple(left) || !is_tuple(right)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    const Tuple *a = as_tuple(left), *b = as_tuple(right);
    bool equality = op == COMPARE_EQ || op == COMPARE_NE;
    if (equality && a->length != b->length) {
        return value_bool(op == COMPARE_NE);
    }
    int64_t at = first_difference(thread, a, b);
    if (at < 0) {
        return VALUE_ERROR;
    }
    if ((size_t)at == a->length || (size_t)at == b->length) {
        return container_compare_lengths(a->length, b->length, op);
    }
    if (equality) {
        return value_bool(op == COMPARE_NE);
    }
    return container_compare_items(thread, a->items[at], b->items[at], op);
}

static Value concat_slot(Thread *thread, Value left, Value right) {
    if (!is_tuple(left)) {
        return VALUE_NOT_IMPLEMENTED;
    }
    if (!is_tuple(right)) {
        return raise_error(thread, ERROR_TypeError,
                           "can only concatenate tuple (not \"%s\") to tuple",
                           type_name(thread, right));
    }
    if (as_tuple(right)->length == 0 && is_exactly(left, LAYOUT_TUPLE)) {
        return left;
    }
    if (as_tuple(left)->length == 0 && is_exactly(right, LAYOUT_TUPLE)) {
        return right;
    }
    return value_object(tuple_concat(thread, as_tuple(left), as_tuple(right)));
}

static Value repeat_slot(Thread *thread, Value left, Value right) {
    bool swapped = !is_tuple(left);
    Value self = swapped ? right : left;
    const Tuple *tuple = as_tuple(self);
    size_t times;
    Value result;
    if (!container_factor(thread, left, right, swapped, &times, &result)) {
        return result;
    }
    if ((times == 1 || tuple->length == 0) && is_exactly(self, LAYOUT_TUPLE)) {
        return self;
    }
    if (tuple->length > 0 && times > TUPLE_MAXIMUM / tuple->length) {
        container_too_large(thread);
        return VALUE_ERROR;
    }
    Tuple *repeated = tuple_new(thread, tuple->length * times);
    for (size_t i = 0; i < repeated->length; i += tuple->length) {
        memcpy(repeated->items + i, tuple->items, tuple->length * sizeof(Value));
    }
    return value_object(repeated);
}

static bool add_items(TextBuilder *out, const Tuple *tuple) {
    for (size_t i = 0; i < tuple->length; i++) {
        if (i > 0) {
            text_builder_add_c(out, ", ");
        }
        if (!text_builder_add_repr(out, tuple->items[i])) {
            return false;
        }
    }
    return true;
}

static Value repr_slot(Thread *thread, Value self) {
    const Tuple *tuple = as_tuple(self);
    if (tuple->length == 0) {
        return value_object(str_from_c(thread, "()"));
    }
    int entered = repr_enter(thread, self);
    if (entered != 0) {
        return entered < 0 ? VALUE_ERROR : value_object(str_from_c(thread, "(...)"));
    }
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_put(&out, '(');
    bool ok = add_items(&out, tuple);
    text_builder_add_c(&out, tuple->length == 1 ? ",)" : ")");
    repr_leave(thread, self);
    return ok ? value_object(text_builder_finish(&out)) : VALUE_ERROR;
}

static Value construct_slot(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    Type *type = (Type *)as_object(callee);
    if (!container_arguments(thread, "tuple", count, keywords, 0, 1)) {
        return VALUE_ERROR;
    }
    Value items = value_object(tuple_new(thread, 0));
    if (count == 1) {
        items = operation_to_tuple(thread, args[0]);
    }
    if (is_error(items) || type == builtin_type(thread, TYPE_tuple)) {
        return items;
    }
    const Tuple *source = as_tuple(items);
    Tuple *tuple = tuple_allocate(thread, type, source->length);
    memcpy(tuple->items, source->items, source->length * sizeof(Value));
    return value_object(tuple);
}

static Value count_method(Thread *thread, Value *args) {
    const Tuple *tuple = as_tuple(args[0]);
    int64_t count = 0;
    for (size_t i = 0; i < tuple->length; i++) {
        int equal = container_equal(thread, tuple->items[i], args[1]);
        if (equal < 0) {
            return VALUE_ERROR;
        }
        count += equal;
    }
    return value_small_int(count);
}

static Value index_method(Thread *thread, Value *args) {
    const Tuple *tuple = as_tuple(args[0]);
    size_t start, stop;
    if (!sequence_bound(thread, args[2], tuple->length, &start) ||
        !sequence_bound(thread, args[3], tuple->length, &stop)) {
        return VALUE_ERROR;
    }
    for (size_t i = start; i < stop; i++) {
        int equal = container_equal(thread, tuple->items[i], args[1]);
        if (equal != 0) {
            return equal < 0 ? VALUE_ERROR : value_small_int((int64_t)i);
        }
    }
    return raise_error(thread, ERROR_ValueError, "tuple.index(x): x not in tuple");
}

static Value get_new_args_method(Thread *thread, Value *args) {
    const Tuple *tuple = as_tuple(args[0]);
    Value copy = value_object(tuple_from_array(thread, tuple->items, tuple->length));
    return value_object(tuple_from_array(thread, &copy, 1));
}

static void trace_tuple(Marker *marker, Object *self) {
    mark_values(marker, ((Tuple *)self)->items, ((Tuple *)self)->length);
}

static const NativeSpec tuple_methods[] = {
    {"count", count_method, "(self, value, /)", "Return number of occurrences of value.",
     NATIVE_PLAIN},
    {"index", index_method, "(self, value, start=0, stop=9223372036854775807, /)",
     "Return first index of value.\n\nRaises ValueError if the value is not present.",
     NATIVE_PLAIN},
    {"__getnewargs__", get_new_args_method, "(self, /)", "The tuple itself in one, for copies.",
     NATIVE_PLAIN},
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    {0},
};

const TypeSpec tuple_type_spec = {
    .name = "tuple",
    .flags = TYPE_POSITIONAL_NEW | TYPE_PATTERN_SEQUENCE,
    .doc = "(iterable=(), /)\n--\n\n"
           "Built-in immutable sequence.\n\n"
           "If no argument is given, the constructor returns an empty tuple.\n"
           "If iterable is specified the tuple is initialized from iterable's items.\n\n"
           "If the argument is a tuple, the return value is the same object.",
    .type_index = TYPE_tuple,
    .layout = LAYOUT_TUPLE,
    .size = sizeof(Tuple),
    .slots =
        {
            .repr = repr_slot,
            .hash = tuple_hash,
            .truth = truth_slot,
            .length = length_slot,
            .contains = contains_slot,
            .get_item = tuple_get_item,
            .iter = tuple_iterator_new,
            .compare = tuple_compare,
            .binary = {[BINARY_ADD] = concat_slot, [BINARY_MUL] = repeat_slot},
            .construct = construct_slot,
            .trace = trace_tuple,
        },
    .methods = tuple_methods,
};
