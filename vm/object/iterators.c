// SPDX-License-Identifier: MIT
//
// Iterators over sequences, forwards and backwards, and the one behind iter(function, sentinel).
// See iterators.h for the step that the interpreter inlines.
#include "iterators.h"

#include "attribute.h"
#include "call.h"
#include "container.h"
#include "error.h"
#include "heap.h"
#include "list.h"
#include "reduce.h"
#include "slots.h"
#include "tuple.h"
#include "type.h"

typedef struct CallableIterator {
    Object object;
    Value callable; // UNDEFINED at the end
    Value sentinel;
} CallableIterator;

Value iterator_self(Thread *thread, Value self) {
    (void)thread;
    return self;
}

static Value new_iterator(Thread *thread, Type *type, Value sequence, uint64_t index) {
    SequenceIterator *iterator = object_new(thread, type);
    iterator->sequence = sequence;
    iterator->index = index;
    return value_object(iterator);
}

Value list_iterator_new(Thread *thread, Value list) {
    return new_iterator(thread, builtin_type(thread, TYPE_list_iterator), list, 0);
}

Value list_reverse_iterator_new(Thread *thread, Value list) {
    Type *type = builtin_type(thread, TYPE_list_reverse_iterator);
    return new_iterator(thread, type, list, as_list(list)->length);
}

Value tuple_iterator_new(Thread *thread, Value tuple) {
    return new_iterator(thread, builtin_type(thread, TYPE_tuple_iterator), tuple, 0);
}

Value sequence_iterator_new(Thread *thread, Value sequence) {
    return new_iterator(thread, builtin_type(thread, TYPE_sequence_iterator), sequence, 0);
}

Value callable_iterator_new(Thread *thread, Value callable, Value sentinel) {
    CallableIterator *iterator = object_new(thread, builtin_type(thread, TYPE_callable_iterator));
    iterator->callable = callable;
    iterator->sentinel = sentinel;
    return value_object(iterator);
}

// v.__length_hint__() as a number; -1: exception.
static int64_t special_length_hint(Thread *thread, Value v, int64_t otherwise) {
    Value hint = slots_call_special(thread, common_name(thread, NAME___length_hint__), &v, 1);
    if (is_undefined(hint) || is_not_implemented(hint)) {
        return otherwise;
    }
    if (is_error(hint)) {
        if (!error_matches(thread, ERROR_TypeError)) {
            return -1;
        }
        error_clear(thread);
        return otherwise;
    }
    int64_t length;
    if (!is_integral(hint)) {
        return raise_minus_one(thread, ERROR_TypeError,
                               "__length_hint__ must be an integer, not %s",
                               type_name(thread, hint));
    }
    if (!int_to_int64(hint, &length)) {
        return raise_minus_one(thread, ERROR_OverflowError,
                               "Python int too large to convert to C ssize_t");
    }
    if (length < 0) {
        return raise_minus_one(thread, ERROR_ValueError, "__length_hint__() should return >= 0");
    }
    return length;
}

int64_t iterator_length_hint(Thread *thread, Value v, int64_t otherwise) {
    if (type_of(thread, v)->slots.length != NULL) {
        int64_t length = operation_length(thread, v);
        if (length >= 0) {
            return length;
        }
        if (!error_matches(thread, ERROR_TypeError)) {
            return -1;
        }
        error_clear(thread);
    }
    return special_length_hint(thread, v, otherwise);
}

static Value list_next_slot(Thread *thread, Value self) {
    (void)thread;
    SequenceIterator *iterator = as_sequence_iterator(self);
    const List *list = as_list(iterator->sequence);
    if (iterator->index < list->length) {
        return list->items[iterator->index++];
    }
    iterator->index = SEQUENCE_ITERATOR_DONE;
    return VALUE_UNDEFINED;
}

static Value tuple_next_slot(Thread *thread, Value self) {
    (void)thread;
    SequenceIterator *iterator = as_sequence_iterator(self);
    const Tuple *tuple = as_tuple(iterator->sequence);
    if (iterator->index < tuple->length) {
        return tuple->items[iterator->index++];
    }
    iterator->index = SEQUENCE_ITERATOR_DONE;
    return VALUE_UNDEFINED;
}

static Value list_reverse_next_slot(Thread *thread, Value self) {
    (void)thread;
    SequenceIterator *iterator = as_sequence_iterator(self);
    const List *list = as_list(iterator->sequence);
    if (iterator->index > 0 && iterator->index <= list->length) {
        return list->items[--iterator->index];
    }
    iterator->index = 0;
    return VALUE_UNDEFINED;
}

// What getting an item failed with: an IndexError or StopIteration is the end of the sequence.
static Value end_or_error(Thread *thread, SequenceIterator *iterator, uint64_t end) {
    if (error_matches(thread, ERROR_IndexError) || error_matches(thread, ERROR_StopIteration)) {
        error_clear(thread);
        iterator->index = end;
        return VALUE_UNDEFINED;
    }
    return VALUE_ERROR;
}

static Value sequence_next_slot(Thread *thread, Value self) {
    SequenceIterator *iterator = as_sequence_iterator(self);
    if (iterator->index == SEQUENCE_ITERATOR_DONE) {
        return VALUE_UNDEFINED;
    }
    Value index = value_small_int((int64_t)iterator->index);
    Value item = operation_get_item(thread, iterator->sequence, index);
    if (is_error(item)) {
        return end_or_error(thread, iterator, SEQUENCE_ITERATOR_DONE);
    }
    iterator->index++;
    return item;
}

static Value reversed_next_slot(Thread *thread, Value self) {
    SequenceIterator *iterator = as_sequence_iterator(self);
    if (iterator->index == 0) {
        return VALUE_UNDEFINED;
    }
    if (is_exactly(iterator->sequence, LAYOUT_STR)) {
        const Str *s = as_str(iterator->sequence);
        return value_object(str_from_code_point(thread, str_char_at(s, --iterator->index)));
    }
    Value index = value_small_int((int64_t)iterator->index - 1);
    Value item = operation_get_item(thread, iterator->sequence, index);
    if (is_error(item)) {
        return end_or_error(thread, iterator, 0);
    }
    iterator->index--;
    return item;
}

static Value construct_reversed(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    if (!container_arguments(thread, "reversed", count, keywords, 1, 1)) {
        return VALUE_ERROR;
    }
    Value v = args[0];
    Value own = type_lookup(thread, type_of(thread, v), common_name(thread, NAME___reversed__));
    if (!is_undefined(own) && !is_none(own)) {
        return slots_call_special(thread, common_name(thread, NAME___reversed__), &v, 1);
    }
    const Slots *slots = &type_of(thread, v)->slots;
    bool sequence =
        slots->get_item && (slots->length || type_of(thread, v)->flags & TYPE_FROM_CLASS);
    if (is_none(own) || !sequence) {
        return raise_error(thread, ERROR_TypeError, "'%s' object is not reversible",
                           type_name(thread, v));
    }
    int64_t length = operation_length(thread, v);
    if (length < 0) {
        return VALUE_ERROR;
    }
    return new_iterator(thread, (Type *)as_object(callee), v, (uint64_t)length);
}

static Value callable_next_slot(Thread *thread, Value self) {
    CallableIterator *iterator = (CallableIterator *)as_object(self);
    if (is_undefined(iterator->callable)) {
        return VALUE_UNDEFINED;
    }
    Value result = call_0(thread, iterator->callable);
    if (is_error(result)) {
        if (!error_matches(thread, ERROR_StopIteration)) {
            return VALUE_ERROR;
        }
        error_clear(thread);
        iterator->callable = VALUE_UNDEFINED;
        return VALUE_UNDEFINED;
    }
    if (is_undefined(iterator->callable)) { // the callable exhausted its own iterator
        return VALUE_UNDEFINED;
    }
    int equal = container_equal(thread, iterator->sentinel, result);
    if (equal == 0) {
        return result;
    }
    if (equal < 0) {
        return VALUE_ERROR;
    }
    iterator->callable = VALUE_UNDEFINED;
    return VALUE_UNDEFINED;
}

static Value forward_hint_method(Thread *thread, Value *args) {
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    if (iterator->index == SEQUENCE_ITERATOR_DONE) {
        return value_small_int(0);
    }
    int64_t length = operation_length(thread, iterator->sequence);
    if (length < 0) {
        return VALUE_ERROR;
    }
    int64_t left = length - (int64_t)iterator->index;
    return value_small_int(left > 0 ? left : 0);
}

static Value backward_hint_method(Thread *thread, Value *args) {
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    int64_t length = operation_length(thread, iterator->sequence);
    if (length < 0) {
        return VALUE_ERROR;
    }
    bool valid = iterator->index <= (uint64_t)length;
    return value_small_int(valid ? (int64_t)iterator->index : 0);
}

static void trace_sequence_iterator(Marker *marker, Object *self) {
    mark_value(marker, ((SequenceIterator *)self)->sequence);
}

static void trace_callable_iterator(Marker *marker, Object *self) {
    mark_values(marker, &((CallableIterator *)self)->callable, 2);
}

static Value empty_iterator(Thread *thread) {
    Value nothing = value_object(thread->interpreter->empty_tuple);
    return reduce_to_call(thread, "iter", &nothing, 1, VALUE_UNDEFINED);
}

static Value forward_reduce_method(Thread *thread, Value *args) {
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    if (iterator->index == SEQUENCE_ITERATOR_DONE) {
        return empty_iterator(thread);
    }
    return reduce_to_call(thread, "iter", &iterator->sequence, 1,
                          value_small_int((int64_t)iterator->index));
}

static Value forward_set_method(Thread *thread, Value *args) {
    SequenceIterator *iterator = as_sequence_iterator(args[0]);
    int64_t index;
    if (!operation_index_clamped(thread, args[1], &index)) {
        return VALUE_ERROR;
    }
    if (iterator->index != SEQUENCE_ITERATOR_DONE) {
        iterator->index = index < 0 ? 0 : (uint64_t)index;
    }
    return VALUE_NONE;
}

static Value backward_reduce_method(Thread *thread, Value *args) {
    const SequenceIterator *iterator = as_sequence_iterator(args[0]);
    if (iterator->index == 0 || iterator->index == SEQUENCE_ITERATOR_DONE) {
        return empty_iterator(thread);
    }
    return reduce_to_call(thread, "reversed", &iterator->sequence, 1,
                          value_small_int((int64_t)iterator->index - 1));
}

static Value backward_set_method(Thread *thread, Value *args) {
    SequenceIterator *iterator = as_sequence_iterator(args[0]);
    int64_t index, length = operation_length(thread, iterator->sequence);
    if (length < 0 || !operation_index_clamped(thread, args[1], &index)) {
        return VALUE_ERROR;
    }
    if (iterator->index != SEQUENCE_ITERATOR_DONE && iterator->index != 0) {
        index = index < -1 ? -1 : index >= length ? length - 1 : index;
        iterator->index = (uint64_t)(index + 1);
    }
    return VALUE_NONE;
}

static Value callable_reduce_method(Thread *thread, Value *args) {
    const CallableIterator *iterator = (const CallableIterator *)as_object(args[0]);
    if (is_undefined(iterator->callable)) {
        return empty_iterator(thread);
    }
    return reduce_to_call(thread, "iter", &iterator->callable, 2, VALUE_UNDEFINED);
}

#define SET_STATE_METHOD(function)                                                                 \
    {                                                                                              \
        "__setstate__", function, "(self, index, /)", "Set state information for unpickling.",     \
            NATIVE_PLAIN                                                                           \
    }

static const NativeSpec callable_methods[] = {
    REDUCE_METHOD(callable_reduce_method),
    {0},
};

const NativeSpec sequence_iterator_methods[] = {
    REDUCE_METHOD(forward_reduce_method),
    SET_STATE_METHOD(forward_set_method),
    {"__length_hint__", forward_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

static const NativeSpec backward_methods[] = {
    REDUCE_METHOD(backward_reduce_method),
    SET_STATE_METHOD(backward_set_method),
    {"__length_hint__", backward_hint_method, "(self, /)",
     "Private method returning an estimate of len(list(it)).", NATIVE_PLAIN},
    {0},
};

static Value sequence_walked(Value self) {
    return as_sequence_iterator(self)->sequence;
}

#define SEQUENCE_ITERATOR_SPEC(identifier, python_name, its_layout, next_function, its_methods)    \
    const TypeSpec identifier##_type_spec = {                                                      \
        .name = python_name,                                                                       \
        .type_index = TYPE_##identifier,                                                           \
        .layout = its_layout,                                                                      \
        .flags = TYPE_FINAL | TYPE_ABSTRACT,                                                       \
        .size = sizeof(SequenceIterator),                                                          \
        .slots = {.iter = iterator_self, .next = next_function, .trace = trace_sequence_iterator}, \
        .methods = its_methods,                                                                    \
        .walks = sequence_walked,                                                                  \
    }

SEQUENCE_ITERATOR_SPEC(list_iterator, "list_iterator", LAYOUT_LIST_ITERATOR, list_next_slot,
                       sequence_iterator_methods);
SEQUENCE_ITERATOR_SPEC(tuple_iterator, "tuple_iterator", LAYOUT_TUPLE_ITERATOR, tuple_next_slot,
                       sequence_iterator_methods);
SEQUENCE_ITERATOR_SPEC(list_reverse_iterator, "list_reverseiterator", LAYOUT_NONE,
                       list_reverse_next_slot, backward_methods);
SEQUENCE_ITERATOR_SPEC(sequence_iterator, "iterator", LAYOUT_NONE, sequence_next_slot,
                       sequence_iterator_methods);

const TypeSpec reversed_type_spec = {
    .name = "reversed",
    .doc = "(sequence, /)\n--\n\n"
           "Return a reverse iterator over the values of the given sequence.",
    .type_index = TYPE_reversed,
    .layout = LAYOUT_NONE,
    .size = sizeof(SequenceIterator),
    .slots = {.iter = iterator_self,
              .next = reversed_next_slot,
              .construct = construct_reversed,
              .trace = trace_sequence_iterator},
    .methods = backward_methods,
    .walks = sequence_walked,
};

const TypeSpec callable_iterator_type_spec = {
    .name = "callable_iterator",
    .type_index = TYPE_callable_iterator,
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(CallableIterator),
    .slots = {.iter = iterator_self, .next = callable_next_slot, .trace = trace_callable_iterator},
    .methods = callable_methods,
};
