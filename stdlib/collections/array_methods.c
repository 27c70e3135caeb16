// SPDX-License-Identifier: MIT
//
// The methods of array.array. Each reads the array's memory anew after whatever may have run Mini
// code (an item's __index__ or __eq__, a file's read), for that may have changed the array.
#include "array_parts.h"

#include "bytes.h"
#include "call.h"
#include "container.h"
#include "dict.h"
#include "int.h"
#include "list.h"
#include "memoryview.h"
#include "operations.h"
#include "slice.h"
#include "str.h"
#include "tuple.h"

static Value done(bool good) {
    return good ? VALUE_NONE : VALUE_ERROR;
}

static Value append_method(Thread *thread, Value *args) {
    return done(array_append(thread, as_array(args[0]), args[1]));
}

static Value extend_method(Thread *thread, Value *args) {
    return done(array_extend(thread, as_array(args[0]), args[1]));
}

static Value insert_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    int64_t index;
    uint8_t item[8];
    if (!operation_index_int64(thread, args[1], &index) ||
        !array_encode(thread, array->kind, args[2], item))
        return VALUE_ERROR;
    int64_t length = (int64_t)array->length;
    index = index < -length ? 0 : index < 0 ? index + length : index > length ? length : index;
    return done(array_splice(thread, array, (size_t)index, 0, item, 1));
}

static Value pop_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    int64_t index;
    if (!operation_index_int64(thread, args[1], &index))
        return VALUE_ERROR;
    if (array->length == 0)
        return raise_error(thread, ERROR_IndexError, "pop from empty array");
    index += index < 0 ? (int64_t)array->length : 0;
    if (index < 0 || index >= (int64_t)array->length)
        return raise_error(thread, ERROR_IndexError, "pop index out of range");
    Value item = array_load(thread, array->kind, array_item(array, (size_t)index));
    array_splice(thread, array, (size_t)index, 1, NULL, 0);
    return item;
}

// The place of the first item equal to `v` in [start, stop): -1 none, -2 exception.
static int64_t find(Thread *thread, const Array *array, Value v, size_t start, size_t stop) {
    for (size_t i = start; i < stop && i < array->length; i++) {
        Value item = array_load(thread, array->kind, array_item(array, i));
        int equal = is_error(item) ? -1 : container_equal(thread, item, v);
        if (equal != 0)
            return equal < 0 ? -2 : (int64_t)i;
    }
    return -1;
}

static Value index_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    size_t start = 0, stop = array->length;
    if ((!is_undefined(args[2]) && !sequence_bound(thread, args[2], array->length, &start)) ||
        (!is_undefined(args[3]) && !sequence_bound(thread, args[3], array->length, &stop)))
        return VALUE_ERROR;
    int64_t at = find(thread, array, args[1], start, stop);
    if (at == -1)
        return raise_error(thread, ERROR_ValueError, "array.index(x): x not in array");
    return at == -2 ? VALUE_ERROR : int_from_int64(thread, at);
}

static Value count_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    int64_t count = 0, at = -1;
    while ((at = find(thread, array, args[1], (size_t)(at + 1), SIZE_MAX)) >= 0)
        count++;
    return at == -2 ? VALUE_ERROR : value_small_int(count);
}

static Value remove_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    int64_t at = find(thread, array, args[1], 0, SIZE_MAX);
    if (at == -1)
        return raise_error(thread, ERROR_ValueError, "array.remove(x): x not in array");
    if (at == -2)
        return VALUE_ERROR;
    return done((size_t)at >= array->length || array_splice(thread, array, (size_t)at, 1, NULL, 0));
}

static Value clear_method(Thread *thread, Value *args) {
    (void)thread;
    Array *array = as_array(args[0]);
    array->data = NULL;
    array->length = array->capacity = 0;
    return VALUE_NONE;
}

static void swap_items(uint8_t *a, uint8_t *b, size_t size) {
    uint8_t item[8];
    memcpy(item, a, size);
    memcpy(a, b, size);
    memcpy(b, item, size);
}

static Value reverse_method(Thread *thread, Value *args) {
    (void)thread;
    const Array *array = as_array(args[0]);
    for (size_t i = 0; i < array->length / 2; i++)
        swap_items(array_item(array, i), array_item(array, array->length - 1 - i),
                   array->kind->size);
    return VALUE_NONE;
}

static Value byteswap_method(Thread *thread, Value *args) {
    (void)thread;
    const Array *array = as_array(args[0]);
    size_t size = array->kind->size;
    for (size_t i = 0; i < array->length; i++)
        for (size_t j = 0; j < size / 2; j++)
            swap_items(array_item(array, i) + j, array_item(array, i) + size - 1 - j, 1);
    return VALUE_NONE;
}

static Value buffer_info_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    return tuple_pair(thread, int_from_uint64(thread, (uint64_t)(uintptr_t)array->data),
                      int_from_uint64(thread, array->length));
}

// ---- Other forms ----

static Value tolist_method(Thread *thread, Value *args) {
    return array_to_list(thread, as_array(args[0]));
}

static Value fromlist_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    size_t old = array->length;
    if (!is_list(args[1]))
        return raise_error(thread, ERROR_TypeError, "arg must be list");
    if (array_extend(thread, array, args[1]))
        return VALUE_NONE;
    array->length = old < array->length ? old : array->length;
    return VALUE_ERROR;
}

static Value tobytes_method(Thread *thread, Value *args) {
    BytesView view;
    bytes_view(thread, args[0], &view);
    return value_object(bytes_new(thread, view.data, view.length));
}

// Only bytes proper may be appended as bytes, no wider items.
static Value frombytes_method(Thread *thread, Value *args) {
    bool wide = (is_array(args[1]) && as_array(args[1])->kind->size != 1) ||
                (is_memoryview(args[1]) && as_memoryview(args[1])->item_size != 1);
    if (wide)
        return raise_error(thread, ERROR_TypeError, "a bytes-like object is required");
    return done(array_extend_bytes(thread, as_array(args[0]), args[1]));
}

static Value tofile_method(Thread *thread, Value *args) {
    enum { BLOCK = 64 * 1024 };
    const Array *array = as_array(args[0]);
    for (size_t at = 0; at < array->length * array->kind->size; at += BLOCK) {
        size_t left = array->length * array->kind->size - at;
        Value block =
            value_object(bytes_new(thread, array->data + at, left < BLOCK ? left : BLOCK));
        if (is_error(call_method(thread, args[1], str_intern_c(thread, "write"), &block, 1)))
            return VALUE_ERROR;
    }
    return VALUE_NONE;
}

static Value fromfile_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    int64_t count, size = array->kind->size;
    if (!operation_index_int64(thread, args[2], &count))
        return VALUE_ERROR;
    if (count < 0)
        return raise_error(thread, ERROR_ValueError, "negative count");
    if (count > INT64_MAX / size)
        return container_too_large(thread) ? VALUE_NONE : VALUE_ERROR;
    Value wanted = int_from_int64(thread, count * size);
    Value got = call_method(thread, args[1], str_intern_c(thread, "read"), &wanted, 1);
    if (is_error(got))
        return got;
    if (!is_bytes(got))
        return raise_error(thread, ERROR_TypeError, "read() didn't return bytes");
    if (!array_extend_bytes(thread, array, got))
        return VALUE_ERROR;
    return (int64_t)as_bytes(got)->length == count * size
               ? VALUE_NONE
               : raise_error(thread, ERROR_EOFError, "read() didn't return enough bytes");
}

static bool check_text(Thread *thread, const Array *array, const char *method) {
    return array->kind->family == ARRAY_TEXT ||
           raise_false(thread, ERROR_ValueError,
                       "%s() may only be called on unicode type arrays ('u' or 'w')", method);
}

static Value tounicode_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    return check_text(thread, array, "tounicode") ? array_to_str(thread, array) : VALUE_ERROR;
}

static Value fromunicode_method(Thread *thread, Value *args) {
    Array *array = as_array(args[0]);
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "fromunicode() argument must be str, not %s",
                           argument_type_name(thread, args[1]));
    if (!check_text(thread, array, "fromunicode"))
        return VALUE_ERROR;
    array_extend_text(thread, array, as_str(args[1]));
    return done(!error_pending(thread));
}

// ---- Copies ----

static Value copy_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    Array *copy = array_new(thread, library_late_type(thread, LATE_array), array->kind);
    return array_splice(thread, copy, 0, 0, array->data, array->length) ? value_object(copy)
                                                                        : VALUE_ERROR;
}

static Value reduce_method(Thread *thread, Value *args) {
    const Array *array = as_array(args[0]);
    Value list = array_to_list(thread, array);
    if (is_error(list))
        return list;
    Value code = value_object(str_from_code_point(thread, (uint8_t)array->kind->code));
    Value parts[] = {value_object(object_type(args[0])), tuple_pair(thread, code, list),
                     VALUE_NONE};
    return value_object(tuple_from_array(thread, parts, 3));
}

const NativeSpec array_methods[] = {
    NATIVE("append", append_method, "(self, v, /)", "Append an item."),
    NATIVE("buffer_info", buffer_info_method, "(self, /)",
           "Return the address of the memory and the number of items."),
    NATIVE("byteswap", byteswap_method, "(self, /)", "Reverse the bytes of each item."),
    NATIVE("clear", clear_method, "(self, /)", "Remove all items."),
    NATIVE("count", count_method, "(self, v, /)", "How often the item occurs."),
    NATIVE("extend", extend_method, "(self, bb, /)", "Append all items of an iterable."),
    NATIVE("frombytes", frombytes_method, "(self, buffer, /)", "Append items given as bytes."),
    NATIVE("fromfile", fromfile_method, "(self, f, n, /)", "Append n items read from a file."),
    NATIVE("fromlist", fromlist_method, "(self, list, /)", "Append the items of a list."),
    NATIVE("fromunicode", fromunicode_method, "(self, ustr, /)", "Append the characters of a str."),
    NATIVE("index", index_method, "(self, v, start=..., stop=..., /)",
           "The first place of the item; ValueError if absent."),
    NATIVE("insert", insert_method, "(self, i, v, /)", "Insert before index."),
    NATIVE("pop", pop_method, "(self, i=-1, /)", "Remove and return the item at index i."),
    NATIVE("remove", remove_method, "(self, v, /)", "Remove the first such item."),
    NATIVE("reverse", reverse_method, "(self, /)", "Reverse in place."),
    NATIVE("tobytes", tobytes_method, "(self, /)", "The items as bytes."),
    NATIVE("tofile", tofile_method, "(self, f, /)", "Write the items to a file."),
    NATIVE("tolist", tolist_method, "(self, /)", "The items as a list."),
    NATIVE("tounicode", tounicode_method, "(self, /)", "The characters as a str."),
    NATIVE("__copy__", copy_method, "(self, /)", "A copy."),
    NATIVE("__deepcopy__", copy_method, "(self, memo, /)", "A copy."),
    NATIVE("__reduce_ex__", reduce_method, "(self, protocol, /)", "How to make it again."),
    {"__class_getitem__", container_class_item, "(cls, item, /)", "See PEP 585",
     NATIVE_CLASS_METHOD},
    NATIVE_END,
};

static Value get_typecode(Thread *thread, Value self) {
    return value_object(str_from_code_point(thread, (uint8_t)as_array(self)->kind->code));
}
static Value get_itemsize(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_array(self)->kind->size);
}

const GetSetSpec array_getsets[] = {
    GETSET("typecode", get_typecode, NULL, "the code that the array was made with"),
    GETSET("itemsize", get_itemsize, NULL, "the size of an item in bytes"),
    GETSET_END,
};
