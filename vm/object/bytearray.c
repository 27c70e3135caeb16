// SPDX-License-Identifier: MIT
//
// The type bytearray: a growing array of bytes with the methods of a list and those of bytes. Its
// data lives in a buffer that grows by an eighth, as a list's items do.
#include "bytearray.h"
#include "container.h"

#include "arguments.h"
#include "bytes_methods.h"
#include "call.h"
#include "int.h"
#include "interpreter.h"
#include "iterators.h"
#include "memoryview.h"
#include "operations.h"
#include "reduce.h"
#include "slice.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

static bool reserve(Thread *thread, ByteArray *array, size_t length) {
    if (length > STR_MAX_LENGTH)
        return raise_false(thread, ERROR_MemoryError, "%s", "");
    if (length <= array->capacity)
        return true;
    size_t capacity = length + length / 8 + 16;
    array->data = heap_resize_bytes(thread_heap(thread), array->data, array->capacity, capacity);
    array->capacity = capacity;
    return true;
}

bool bytearray_resize(Thread *thread, ByteArray *array, size_t length) {
    if (!reserve(thread, array, length))
        return false;
    if (length > array->length)
        memset(array->data + array->length, 0, length - array->length);
    array->length = length;
    return true;
}

static void use_memory(ByteArray *array, uint8_t *memory, size_t length) {
    array->data = memory;
    array->capacity = length + 1;
    array->length = length;
}

static uint8_t *unfilled_memory(Thread *thread, size_t length) {
    return heap_allocate_bytes(thread_heap(thread), length + 1);
}

// With the bytes at `data`, or zeroes if that is NULL.
static void fill(Thread *thread, ByteArray *array, const void *data, size_t length) {
    if (!data || !length) {
        use_memory(array, heap_allocate(thread_heap(thread), CELL_BUFFER, length + 1), length);
        return;
    }
    uint8_t *memory = unfilled_memory(thread, length);
    memcpy(memory, data, length);
    use_memory(array, memory, length);
}

ByteArray *bytearray_new_unfilled(Thread *thread, size_t length) {
    ByteArray *array = object_new(thread, builtin_type(thread, TYPE_bytearray));
    use_memory(array, unfilled_memory(thread, length), length);
    return array;
}

ByteArray *bytearray_new(Thread *thread, const void *data, size_t length) {
    ByteArray *array = object_new(thread, builtin_type(thread, TYPE_bytearray));
    if (length > STR_MAX_LENGTH) {
        raise_error(thread, ERROR_MemoryError, "%s", "");
        return NULL;
    }
    fill(thread, array, data, length);
    return array;
}

bool bytearray_append(Thread *thread, ByteArray *array, const void *data, size_t length) {
    // `data` may be the array's own: it is found again if the buffer moves.
    size_t start = array->length, offset = 0;
    bool own = array->data && (const uint8_t *)data >= array->data &&
               (const uint8_t *)data < array->data + array->length;
    if (own)
        offset = (size_t)((const uint8_t *)data - array->data);
    if (!reserve(thread, array, start + length))
        return false;
    if (length > 0 && array->data)
        memmove(array->data + start, own ? array->data + offset : data, length);
    array->length = start + length;
    return true;
}

static Value slot_repr(Thread *thread, Value self) {
    TextBuilder builder;
    BytesView view = bytes_self(self);
    text_builder_init(&builder, thread);
    text_builder_add_c(&builder, type_name(thread, self));
    text_builder_add_c(&builder, "(");
    text_builder_add(&builder, bytes_repr(thread, view.data, view.length, true));
    text_builder_add_c(&builder, ")");
    return value_object(text_builder_finish(&builder));
}

static int slot_truth(Thread *thread, Value self) {
    (void)thread;
    return as_bytearray(self)->length != 0;
}

static int64_t slot_length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_bytearray(self)->length;
}

static Value get_slice(Thread *thread, Value self, Value key) {
    int64_t start, step;
    size_t count;
    if (!slice_resolve(thread, key, as_bytearray(self)->length, &start, &step, &count))
        return VALUE_ERROR;
    ByteArray *result = bytearray_new(thread, NULL, count);
    for (size_t i = 0; i < count; i++)
        result->data[i] = as_bytearray(self)->data[start + (int64_t)i * step];
    return value_object(result);
}

static Value slot_get_item(Thread *thread, Value self, Value key) {
    size_t index;
    if (is_slice(key))
        return get_slice(thread, self, key);
    if (!sequence_index(thread, key, as_bytearray(self)->length, "bytearray", &index))
        return VALUE_ERROR;
    return value_small_int(as_bytearray(self)->data[index]);
}

// Replace [start, start + old) by `length` bytes, which must not be the array's own.
static bool splice(Thread *thread, ByteArray *array, size_t start, size_t old, const uint8_t *data,
                   size_t length) {
    size_t tail = array->length - start - old;
    if (!reserve(thread, array, array->length - old + length))
        return false;
    if (tail)
        memmove(array->data + start + length, array->data + start + old, tail);
    if (length)
        memcpy(array->data + start, data, length);
    array->length = start + length + tail;
    return true;
}

// Remove `count` bytes, each `step` apart from `start`.
static void remove_stepped(ByteArray *array, int64_t start, int64_t step, size_t count) {
    if (step < 0) {
        start += step * ((int64_t)count - 1);
        step = -step;
    }
    size_t to = (size_t)start, next = (size_t)start;
    for (size_t from = to; from < array->length; from++) {
        if (count && from == next) {
            next += (size_t)step;
            count--;
        } else {
            array->data[to++] = array->data[from];
        }
    }
    array->length = to;
}

static bool assign_slice(Thread *thread, ByteArray *array, Value key, const BytesView *new) {
    int64_t start, step;
    size_t count, length = new ? new->length : 0;
    if (!slice_resolve(thread, key, array->length, &start, &step, &count))
        return false;
    if (step == 1)
        return splice(thread, array, (size_t)start, count, new ? new->data : NULL, length);
    if (length == 0) { // also `a[::2] = b""`, unlike a list's
        if (count)
            remove_stepped(array, start, step, count);
        return true;
    }
    if (length != count)
        return raise_false(thread, ERROR_ValueError,
                           "attempt to assign bytes of size %zu to extended slice of size %zu",
                           length, count);
    for (size_t i = 0; i < count; i++)
        array->data[start + (int64_t)i * step] = new->data[i];
    return true;
}

// The bytes of `v`, copied because they may be the array's own.
static bool copy_argument(Thread *thread, Value v, BytesView *view) {
    Value args[] = {v, VALUE_UNDEFINED, VALUE_UNDEFINED};
    const Slots *slots = &type_of(thread, v)->slots;
    if (is_str(v) || is_integral(v) || slots->index || slots->to_float ||
        has_layout(v, LAYOUT_COMPLEX))
        return raise_false(thread, ERROR_TypeError,
                           "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
    if (!bytes_from_arguments(thread, "bytearray", args, view))
        return false;
    Bytes *copy = bytes_new(thread, view->data, view->length);
    if (copy)
        *view = (BytesView){copy->data, copy->length};
    return copy != NULL;
}

// array[i] = n with small ints that are in range.
static bool set_byte_quickly(const ByteArray *array, Value key, Value v) {
    bool fits = are_small_ints(key, v) && (uint64_t)as_small_int(key) < array->length &&
                (uint64_t)as_small_int(v) <= UINT8_MAX;
    if (fits)
        array->data[as_small_int(key)] = (uint8_t)as_small_int(v);
    return fits;
}

static bool slot_set_item(Thread *thread, Value self, Value key, Value v) {
    ByteArray *array = as_bytearray(self);
    if (set_byte_quickly(array, key, v))
        return true;
    BytesView view;
    size_t index;
    uint8_t byte = 0;
    if (is_slice(key)) {
        int64_t start, step;
        size_t count;
        if (is_undefined(v))
            return assign_slice(thread, array, key, NULL);
        return slice_resolve(thread, key, array->length, &start, &step, &count) &&
               copy_argument(thread, v, &view) && assign_slice(thread, array, key, &view);
    }
    int64_t place;
    if (!is_undefined(v) && container_has_index(thread, key) &&
        (!operation_index_size(thread, key, ERROR_IndexError, &place) ||
         !bytes_read_byte(thread, v, &byte)))
        return false;
    if (!sequence_index(thread, key, array->length, "bytearray", &index))
        return false;
    if (is_undefined(v))
        return splice(thread, array, index, 1, NULL, 0);
    array->data[index] = byte;
    return true;
}

static Value slot_iter(Thread *thread, Value self) {
    SequenceIterator *iterator = object_new(thread, builtin_type(thread, TYPE_bytes_iterator));
    iterator->sequence = self;
    return value_object(iterator);
}

static Value inplace_add(Thread *thread, Value left, Value right) {
    BytesView view;
    if (!is_bytearray(left))
        return VALUE_NOT_IMPLEMENTED;
    if (!bytes_view_optional(thread, right, &view))
        return raise_error(thread, ERROR_TypeError, "can't concat %s to bytearray",
                           type_name(thread, right));
    return bytearray_append(thread, as_bytearray(left), view.data, view.length) ? left
                                                                                : VALUE_ERROR;
}

static Value inplace_multiply(Thread *thread, Value left, Value right) {
    if (!is_bytearray(left))
        return VALUE_NOT_IMPLEMENTED;
    Value product = bytes_repeat(thread, left, right);
    if (is_error(product) || is_not_implemented(product))
        return product;
    fill(thread, as_bytearray(left), as_bytearray(product)->data, as_bytearray(product)->length);
    return left;
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"bytearray", {"source", "encoding", "errors"}, 0};
    Value given[3];
    BytesView view;
    if (!arguments_bind(thread, &spec, args, count, keywords, given) ||
        !bytes_from_arguments(thread, "bytearray", given, &view))
        return VALUE_ERROR;
    ByteArray *array = object_new(thread, as_type(callee));
    fill(thread, array, view.data, view.length);
    return value_object(array);
}

static void slot_trace(Marker *marker, Object *self) {
    mark_buffer(marker, ((ByteArray *)self)->data);
}

static Value method_append(Thread *thread, Value *args) {
    uint8_t byte;
    if (!bytes_read_byte(thread, args[1], &byte) ||
        !bytearray_append(thread, as_bytearray(args[0]), &byte, 1))
        return VALUE_ERROR;
    return VALUE_NONE;
}

static Value method_extend(Thread *thread, Value *args) {
    BytesView view;
    if (!operation_iterates(type_of(thread, args[1])) &&
        !bytes_view_optional(thread, args[1], &view))
        return raise_error(thread, ERROR_TypeError, "can't extend bytearray with %s",
                           type_name(thread, args[1]));
    if (is_str(args[1]) && as_str(args[1])->length == 0)
        return VALUE_NONE;
    if (is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "expected iterable of integers; got: 'str'");
    if (is_memoryview(args[1]) && !bytes_view_optional(thread, args[1], &view))
        return raise_error(thread, ERROR_TypeError, "can't set bytearray slice from memoryview");
    if (!copy_argument(thread, args[1], &view) ||
        !bytearray_append(thread, as_bytearray(args[0]), view.data, view.length))
        return VALUE_ERROR;
    return VALUE_NONE;
}

static Value method_insert(Thread *thread, Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    int64_t index;
    uint8_t byte;
    if (!operation_index_int64(thread, args[1], &index) || !bytes_read_byte(thread, args[2], &byte))
        return VALUE_ERROR;
    int64_t length = (int64_t)array->length;
    index += index < 0 ? length : 0;
    index = index < 0 ? 0 : index > length ? length : index;
    return splice(thread, array, (size_t)index, 0, &byte, 1) ? VALUE_NONE : VALUE_ERROR;
}

static Value method_pop(Thread *thread, Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    int64_t index;
    if (!operation_index_int64(thread, args[1], &index))
        return VALUE_ERROR;
    if (array->length == 0)
        return raise_error(thread, ERROR_IndexError, "pop from empty bytearray");
    index += index < 0 ? (int64_t)array->length : 0;
    if (index < 0 || index >= (int64_t)array->length)
        return raise_error(thread, ERROR_IndexError, "pop index out of range");
    uint8_t byte = array->data[index];
    splice(thread, array, (size_t)index, 1, NULL, 0);
    return value_small_int(byte);
}

static Value method_remove(Thread *thread, Value *args) {
    ByteArray *array = as_bytearray(args[0]);
    uint8_t byte;
    if (!bytes_read_byte(thread, args[1], &byte))
        return VALUE_ERROR;
    const uint8_t *found = array->length ? memchr(array->data, byte, array->length) : NULL;
    if (!found)
        return raise_error(thread, ERROR_ValueError, "value not found in bytearray");
    splice(thread, array, (size_t)(found - array->data), 1, NULL, 0);
    return VALUE_NONE;
}

static Value method_reverse(Thread *thread, Value *args) {
    (void)thread;
    ByteArray *array = as_bytearray(args[0]);
    for (size_t i = 0; i < array->length / 2; i++) {
        uint8_t byte = array->data[i];
        array->data[i] = array->data[array->length - 1 - i];
        array->data[array->length - 1 - i] = byte;
    }
    return VALUE_NONE;
}

static Value method_clear(Thread *thread, Value *args) {
    (void)thread;
    as_bytearray(args[0])->length = 0;
    return VALUE_NONE;
}

static Value method_copy(Thread *thread, Value *args) {
    BytesView view = bytes_self(args[0]);
    return value_object(bytearray_new(thread, view.data, view.length));
}

// (type, (bytes,), state)
static Value method_reduce(Thread *thread, Value *args) {
    const ByteArray *self = as_bytearray(args[0]);
    Value content = value_object(bytes_new(thread, self->data, self->length));
    Value state = call_method(thread, args[0], common_name(thread, NAME___getstate__), NULL, 0);
    if (is_error(state)) {
        return state;
    }
    Value parts[] = {value_object(object_type(args[0])),
                     value_object(tuple_from_array(thread, &content, 1)), state};
    return value_object(tuple_from_array(thread, parts, 3));
}

static const NativeSpec methods[] = {
    REDUCE_METHOD(method_reduce),
#define METHOD(name, signature, doc) {#name, bytes_method_##name, signature, doc, NATIVE_PLAIN},
#include "bytes_methods.def"
#undef METHOD
    {"append", method_append, "(self, item, /)", "Append a single byte.", NATIVE_PLAIN},
    {"extend", method_extend, "(self, iterable_of_ints, /)",
     "Append all the bytes of an iterable of ints or of a bytes-like object.", NATIVE_PLAIN},
    {"insert", method_insert, "(self, index, item, /)", "Insert a single byte before index.",
     NATIVE_PLAIN},
    {"pop", method_pop, "(self, index=-1, /)", "Remove and return a single byte.", NATIVE_PLAIN},
    {"remove", method_remove, "(self, value, /)", "Remove the first occurrence of a byte.",
     NATIVE_PLAIN},
    {"reverse", method_reverse, "(self, /)", "Reverse the order of the bytes in place.",
     NATIVE_PLAIN},
    {"clear", method_clear, "(self, /)", "Remove all bytes.", NATIVE_PLAIN},
    {"copy", method_copy, "(self, /)", "Return a copy.", NATIVE_PLAIN},
    {"maketrans", bytes_method_maketrans, "(frm, to, /)",
     "Return a translation table for translate().", NATIVE_STATIC_METHOD},
    {"fromhex", bytes_method_fromhex, "(cls, string, /)",
     "Create a bytearray from a string of hexadecimal numbers.", NATIVE_CLASS_METHOD},
    {0},
};

const TypeSpec bytearray_type_spec = {
    .name = "bytearray",
    .doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors])\n"
           "bytearray(bytes_or_buffer) -> mutable copy\nbytearray(int) -> that many zero bytes\n\n"
           "A mutable sequence of bytes.",
    .type_index = TYPE_bytearray,
    .layout = LAYOUT_BYTEARRAY,
    .flags = TYPE_UNHASHABLE,
    .size = sizeof(ByteArray),
    .slots = {.repr = slot_repr,
              .truth = slot_truth,
              .length = slot_length,
              .contains = bytes_contains,
              .get_item = slot_get_item,
              .set_item = slot_set_item,
              .iter = slot_iter,
              .compare = bytes_compare,
              .binary = {[BINARY_ADD] = bytes_concat,
                         [BINARY_MUL] = bytes_repeat,
                         [BINARY_MOD] = bytes_modulo},
              .inplace = {[BINARY_ADD] = inplace_add, [BINARY_MUL] = inplace_multiply},
              .construct = construct,
              .trace = slot_trace},
    .methods = methods,
};
