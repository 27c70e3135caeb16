// SPDX-License-Identifier: MIT
//
// The module array: rows of numbers of one machine type, eight or more times smaller than a list
// of them. This file makes arrays and gives them the behaviour of sequences: subscripts, slices,
// + and *, comparison. The methods are in array_methods.c, the items in array_items.c.
//
// Arrays lend their memory (vm/object/array_object.h): bytes(), memoryview, struct and files read
// and write it without a copy in between.
#include "array_parts.h"

#include "bytearray.h"
#include "bytes.h"
#include "container.h"
#include "int.h"
#include "iterators.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "reduce.h"
#include "slice.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"
#include "warning.h"

// ---- Making ----

static const ArrayKind *read_kind(Thread *thread, Value v) {
    if (!is_str(v) || as_str(v)->length != 1) {
        raise_error(thread, ERROR_TypeError,
                    "array() argument 1 must be a unicode character, not %s", type_name(thread, v));
        return NULL;
    }
    const ArrayKind *kind = array_find_kind(str_char_at(as_str(v), 0));
    if (kind == NULL)
        raise_error(thread, ERROR_ValueError,
                    "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    bool is_old = kind && kind->code == 'u';
    if (is_old && !warning_give(thread, ERROR_DeprecationWarning,
                                "The 'u' type code is deprecated and will be removed in Python "
                                "3.16"))
        return NULL;
    return kind;
}

static bool is_text_array(Value v) {
    return is_array(v) && as_array(v)->kind->family == ARRAY_TEXT;
}

static bool fill(Thread *thread, Array *array, Value v) {
    bool text = array->kind->family == ARRAY_TEXT;
    if (!text && (is_str(v) || is_text_array(v)))
        return raise_false(thread, ERROR_TypeError,
                           "cannot use a %s to initialize an array with typecode '%c'",
                           is_str(v) ? "str" : "unicode array", array->kind->code);
    if (is_bytes(v) || is_bytearray(v))
        return array_extend_bytes(thread, array, v);
    if (is_str(v)) {
        array_extend_text(thread, array, as_str(v));
        return !error_pending(thread);
    }
    if (is_array(v) && as_array(v)->kind != array->kind)
        v = array_to_list(thread, as_array(v));
    return !is_error(v) && array_extend(thread, array, v);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    bool exact = as_type(callee) == library_late_type(thread, LATE_array);
    if (keywords && keywords->length > 0 && exact)
        return raise_error(thread, ERROR_TypeError, "array.array() takes no keyword arguments");
    count -= keywords ? keywords->length : 0;
    if (count < 1 || count > 2)
        return raise_error(thread, ERROR_TypeError, "array() takes at %s (%zu given)",
                           count < 1 ? "least 1 argument" : "most 2 arguments", count);
    const ArrayKind *kind = read_kind(thread, args[0]);
    if (kind == NULL)
        return VALUE_ERROR;
    Array *array = array_new(thread, as_type(callee), kind);
    return count == 1 || fill(thread, array, args[1]) ? value_object(array) : VALUE_ERROR;
}

static Array *new_like(Thread *thread, const Array *array) {
    return array_new(thread, library_late_type(thread, LATE_array), array->kind);
}

// ---- Subscripts ----

static Value get_slice(Thread *thread, const Array *array, Value key) {
    int64_t start, step;
    size_t count;
    if (!slice_resolve(thread, key, array->length, &start, &step, &count))
        return VALUE_ERROR;
    Array *result = new_like(thread, array);
    if (!array_splice(thread, result, 0, 0, NULL, count))
        return VALUE_ERROR;
    for (size_t i = 0; i < count; i++)
        memcpy(array_item(result, i), array_item(array, (size_t)(start + (int64_t)i * step)),
               array->kind->size);
    return value_object(result);
}

// The place that `key` names; false with TypeError or IndexError "`what` index out of range".
static bool read_index(Thread *thread, const Array *array, Value key, const char *what,
                       size_t *index) {
    int64_t number;
    if (is_small_int(key) && sequence_small_index(key, array->length, index))
        return true;
    if (!container_has_index(thread, key))
        return raise_false(thread, ERROR_TypeError, "array indices must be integers");
    if (!operation_index_size(thread, key, ERROR_IndexError, &number))
        return false;
    *index = (size_t)(number < 0 ? number + (int64_t)array->length : number);
    return *index < array->length ||
           raise_false(thread, ERROR_IndexError, "%s index out of range", what);
}

static Value get_item_slot(Thread *thread, Value self, Value key) {
    const Array *array = as_array(self);
    size_t index;
    if (is_slice(key))
        return get_slice(thread, array, key);
    return read_index(thread, array, key, "array", &index)
               ? array_load(thread, array->kind, array_item(array, index))
               : VALUE_ERROR;
}

static void delete_steps(Thread *thread, Array *array, int64_t start, int64_t step, size_t count) {
    size_t first = (size_t)(step < 0 ? start + ((int64_t)count - 1) * step : start);
    size_t width = (size_t)(step < 0 ? -step : step);
    for (size_t i = 0; i < count; i++)
        array_splice(thread, array, first + i * (width - 1), 1, NULL, 0);
}

// The array to be assigned to a slice of `array`; NULL with TypeError.
static const Array *source_of(Thread *thread, const Array *array, Value v) {
    if (!is_array(v)) {
        raise_error(thread, ERROR_TypeError, "can only assign array (not \"%s\") to array slice",
                    type_name(thread, v));
        return NULL;
    }
    if (as_array(v)->kind != array->kind) {
        raise_error(thread, ERROR_TypeError, "bad argument type for built-in operation");
        return NULL;
    }
    if (as_array(v) != array)
        return as_array(v);
    Array *copy = new_like(thread, array);
    return array_splice(thread, copy, 0, 0, array->data, array->length) ? copy : NULL;
}

static bool assign_steps(Thread *thread, Array *array, const Array *source, int64_t start,
                         int64_t step, size_t count) {
    if (source->length != count)
        return raise_false(thread, ERROR_ValueError,
                           "attempt to assign array of size %zu to extended slice of size %zu",
                           source->length, count);
    for (size_t i = 0; i < count; i++)
        memcpy(array_item(array, (size_t)(start + (int64_t)i * step)), array_item(source, i),
               array->kind->size);
    return true;
}

static bool set_slice(Thread *thread, Array *array, Value key, Value v) {
    int64_t start, step;
    size_t count;
    const Array *source = is_undefined(v) ? NULL : source_of(thread, array, v);
    if (!slice_resolve(thread, key, array->length, &start, &step, &count) ||
        (!source && !is_undefined(v)))
        return false;
    if (step == 1)
        return array_splice(thread, array, (size_t)start, count, source ? source->data : NULL,
                            source ? source->length : 0);
    if (source)
        return assign_steps(thread, array, source, start, step, count);
    delete_steps(thread, array, start, step, count);
    return true;
}

static bool set_item_slot(Thread *thread, Value self, Value key, Value v) {
    Array *array = as_array(self);
    size_t index;
    uint8_t item[8];
    if (is_slice(key))
        return set_slice(thread, array, key, v);
    if (!read_index(thread, array, key, "array assignment", &index))
        return false;
    if (is_undefined(v))
        return array_splice(thread, array, index, 1, NULL, 0);
    if (!array_encode(thread, array->kind, v, item) ||
        !read_index(thread, array, key, "array assignment", &index))
        return false;
    memcpy(array_item(array, index), item, array->kind->size);
    return true;
}

static int64_t length_slot(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_array(self)->length;
}

static int contains_slot(Thread *thread, Value self, Value v) {
    const Array *array = as_array(self);
    for (size_t i = 0; i < array->length; i++) {
        Value item = array_load(thread, array->kind, array_item(array, i));
        int equal = is_error(item) ? -1 : container_equal(thread, item, v);
        if (equal != 0)
            return equal;
    }
    return 0;
}

// ---- Operators ----

static Value compare_slot(Thread *thread, Value left, Value right, CompareOp op) {
    if (!is_array(left) || !is_array(right))
        return VALUE_NOT_IMPLEMENTED;
    const Array *a = as_array(left), *b = as_array(right);
    if ((op == COMPARE_EQ || op == COMPARE_NE) && a->length != b->length)
        return value_bool(op == COMPARE_NE);
    for (size_t i = 0; i < a->length && i < b->length; i++) {
        Value x = array_load(thread, a->kind, array_item(a, i));
        Value y = is_error(x) ? x : array_load(thread, b->kind, array_item(b, i));
        int equal = is_error(y) ? -1 : operation_equal(thread, x, y);
        if (equal < 0)
            return VALUE_ERROR;
        if (!equal)
            return operation_compare(thread, op, x, y);
    }
    return container_compare_lengths(a->length, b->length, op);
}

static Value add_slot(Thread *thread, Value left, Value right) {
    if (!is_array(left))
        return VALUE_NOT_IMPLEMENTED;
    if (!is_array(right))
        return raise_error(thread, ERROR_TypeError, "can only append array (not \"%s\") to array",
                           type_name(thread, right));
    const Array *a = as_array(left), *b = as_array(right);
    if (a->kind != b->kind)
        return raise_error(thread, ERROR_TypeError, "bad argument type for built-in operation");
    Array *result = new_like(thread, a);
    return array_splice(thread, result, 0, 0, a->data, a->length) &&
                   array_splice(thread, result, a->length, 0, b->data, b->length)
               ? value_object(result)
               : VALUE_ERROR;
}

static Value inplace_add_slot(Thread *thread, Value left, Value right) {
    if (!is_array(right))
        return raise_error(thread, ERROR_TypeError, "can only extend array with array (not \"%s\")",
                           type_name(thread, right));
    return array_extend(thread, as_array(left), right) ? left : VALUE_ERROR;
}

// Put `count` copies of the items of `from` into `to`, which may be the same.
static bool repeat_into(Thread *thread, Array *to, const Array *from, size_t count) {
    size_t length = from->length, size = from->kind->size, total;
    if (__builtin_mul_overflow(length, count, &total))
        return container_too_large(thread);
    bool good = to == from && total < length
                    ? array_splice(thread, to, total, length - total, NULL, 0)
                    : array_splice(thread, to, to->length, 0, NULL, total - to->length);
    for (size_t i = 0; good && i < count && length > 0; i++)
        memmove(array_item(to, i * length), from->data, length * size);
    return good;
}

static Value multiply_slot(Thread *thread, Value left, Value right) {
    bool swapped = !is_array(left);
    size_t count;
    Value failed;
    if (!container_factor(thread, left, right, swapped, &count, &failed))
        return failed;
    const Array *array = as_array(swapped ? right : left);
    Array *result = new_like(thread, array);
    return repeat_into(thread, result, array, count) ? value_object(result) : VALUE_ERROR;
}

static Value inplace_multiply_slot(Thread *thread, Value left, Value right) {
    size_t count;
    Value failed;
    if (!container_factor(thread, left, right, false, &count, &failed))
        return failed;
    return repeat_into(thread, as_array(left), as_array(left), count) ? left : VALUE_ERROR;
}

static Value repr_slot(Thread *thread, Value self) {
    const Array *array = as_array(self);
    TextBuilder out;
    text_builder_init(&out, thread);
    text_builder_add_printf(&out, "%s('%c'", type_short_name(object_type(self)), array->kind->code);
    if (array->length > 0) {
        Value items = array->kind->family == ARRAY_TEXT ? array_to_str(thread, array)
                                                        : array_to_list(thread, array);
        text_builder_add_c(&out, ", ");
        if (is_error(items) || !text_builder_add_repr(&out, items))
            return VALUE_ERROR;
    }
    text_builder_put(&out, ')');
    return value_object(text_builder_finish(&out));
}

static void trace_slot(Marker *marker, Object *self) {
    mark_buffer(marker, ((const Array *)self)->data);
}

// ---- The iterator ----

typedef struct ArrayIterator {
    Object object;
    uint64_t index; // UINT64_MAX once it has come to the end
    const Array *array;
} ArrayIterator;

static Value iter_slot(Thread *thread, Value self) {
    ArrayIterator *it = object_new(thread, library_late_type(thread, LATE_array_iterator));
    it->array = as_array(self);
    return value_object(it);
}

static Value iterator_next(Thread *thread, Value self) {
    ArrayIterator *it = (ArrayIterator *)as_object(self);
    if (it->index < it->array->length)
        return array_load(thread, it->array->kind, array_item(it->array, it->index++));
    it->index = UINT64_MAX;
    return VALUE_UNDEFINED;
}

static void iterator_trace(Marker *marker, Object *self) {
    mark_object(marker, ((const ArrayIterator *)self)->array);
}

static Value iterator_reduce(Thread *thread, Value *args) {
    const ArrayIterator *it = (ArrayIterator *)as_object(args[0]);
    Value array = value_object(it->array), empty = value_object(thread->interpreter->empty_tuple);
    return it->index == UINT64_MAX
               ? reduce_to_call(thread, "iter", &empty, 1, VALUE_UNDEFINED)
               : reduce_to_call(thread, "iter", &array, 1, int_from_uint64(thread, it->index));
}

static Value iterator_set_state(Thread *thread, Value *args) {
    ArrayIterator *it = (ArrayIterator *)as_object(args[0]);
    int64_t index, length = (int64_t)it->array->length;
    if (!is_integral(args[1]))
        return raise_error(thread, ERROR_TypeError, "an integer is required");
    if (!operation_index_int64(thread, args[1], &index))
        return VALUE_ERROR;
    if (it->index != UINT64_MAX)
        it->index = (uint64_t)(index < 0 ? 0 : index > length ? length : index);
    return VALUE_NONE;
}

static const NativeSpec iterator_methods[] = {
    REDUCE_METHOD(iterator_reduce),
    NATIVE("__setstate__", iterator_set_state, "(self, state, /)", "Go on from item state."),
    NATIVE_END,
};

const TypeSpec array_iterator_type_spec = {
    .name = "array.arrayiterator",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(ArrayIterator),
    .slots = {.iter = iterator_self, .next = iterator_next, .trace = iterator_trace},
    .methods = iterator_methods,
};

const TypeSpec array_type_spec = {
    .name = "array.array",
    .doc = "(typecode, initializer=(), /)\n--\n\n"
           "array(typecode [, initializer]) -> array\n\nA row of numbers of one machine type.",
    .layout = LAYOUT_ARRAY,
    .flags = TYPE_WEAK | TYPE_UNHASHABLE | TYPE_PATTERN_SEQUENCE,
    .size = sizeof(Array),
    .slots = {.repr = repr_slot,
              .length = length_slot,
              .contains = contains_slot,
              .get_item = get_item_slot,
              .set_item = set_item_slot,
              .iter = iter_slot,
              .compare = compare_slot,
              .binary = {[BINARY_ADD] = add_slot, [BINARY_MUL] = multiply_slot},
              .inplace = {[BINARY_ADD] = inplace_add_slot, [BINARY_MUL] = inplace_multiply_slot},
              .construct = construct,
              .trace = trace_slot},
    .methods = array_methods,
    .getsets = array_getsets,
};

bool array_module_init(Thread *thread, Module *module) {
    Value type = value_object(library_late_type(thread, LATE_array));
    module_add(thread, module, "array", type);
    module_add(thread, module, "ArrayType", type);
    module_add(thread, module, "typecodes", library_text(thread, array_typecodes));
    return true;
}
