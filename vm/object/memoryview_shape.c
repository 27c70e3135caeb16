// SPDX-License-Identifier: MIT
//
// The dimensions of memoryviews: cast() makes them, and indices, lists, orders of bytes and the
// attributes shape and strides follow from them. Sizes and strides are not stored one by one: that
// of the first dimension is in the view, those of the others follow from their sizes
// (memoryview.h). CPython's rules of what may be cast into what, and its messages.
#include "int.h"
#include "interpreter.h"
#include "list.h"
#include "memoryview_parts.h"
#include "operations.h"
#include "slice.h"
#include "str.h"

enum { MAX_DIMENSIONS = 64 };

static int64_t size_of(const MemoryView *view, size_t dimension) {
    return dimension == 0 ? view->length : as_small_int(view->inner->items[dimension - 1]);
}

bool memoryview_same_shape(const MemoryView *a, const MemoryView *b) {
    if (a->dimensions != b->dimensions || a->length != b->length)
        return false;
    for (size_t i = 1; i < a->dimensions; i++)
        if (size_of(a, i) != size_of(b, i))
            return false;
    return true;
}

// ---- Indices ----

static bool is_index(Thread *thread, Value v) {
    return is_integral(v) || type_of(thread, v)->slots.index;
}

bool memoryview_is_multi_index(Thread *thread, Value key) {
    if (!is_tuple(key))
        return false;
    for (size_t i = 0; i < as_tuple(key)->length; i++)
        if (!is_index(thread, as_tuple(key)->items[i]))
            return false;
    return true;
}

bool memoryview_is_multi_slice(Value key) {
    if (!is_tuple(key) || as_tuple(key)->length == 0)
        return false;
    for (size_t i = 0; i < as_tuple(key)->length; i++)
        if (!is_slice(as_tuple(key)->items[i]))
            return false;
    return true;
}

bool memoryview_read_index(Thread *thread, Value key, int64_t size, size_t dimension,
                           int64_t *index) {
    if (!operation_index_size(thread, key, ERROR_IndexError, index))
        return false;
    *index += *index < 0 ? size : 0;
    return (*index >= 0 && *index < size) ||
           raise_false(thread, ERROR_IndexError, "index out of bounds on dimension %zu", dimension);
}

bool memoryview_flat_index(Thread *thread, const MemoryView *view, const Tuple *key,
                           int64_t *index) {
    if (key->length < view->dimensions)
        return raise_false(thread, ERROR_NotImplementedError, "sub-views are not implemented");
    if (key->length > view->dimensions)
        return raise_false(thread, ERROR_TypeError,
                           "cannot index %d-dimension view with %zu-element tuple",
                           view->dimensions, key->length);
    *index = 0;
    for (size_t i = 0; i < key->length; i++) {
        int64_t size = size_of(view, i), at;
        if (!memoryview_read_index(thread, key->items[i], size, i + 1, &at))
            return false;
        *index = *index * size + at;
    }
    return true;
}

// ---- All items ----

static Value list_level(Thread *thread, const MemoryView *view, size_t dimension, int64_t first,
                        int64_t count) {
    if (dimension == view->dimensions) {
        const uint8_t *at = memoryview_address(thread, view, first);
        return at ? memoryview_load(thread, memoryview_format(view->format), at) : VALUE_ERROR;
    }
    int64_t size = size_of(view, dimension);
    int64_t below = size > 0 ? count / size : 0;
    List *list = list_new(thread, (size_t)size);
    for (int64_t i = 0; i < size; i++) {
        Value item = list_level(thread, view, dimension + 1, first + i * below, below);
        if (is_error(item))
            return VALUE_ERROR;
        list_append(thread, list, item);
    }
    return value_object(list);
}

Value memoryview_to_list(Thread *thread, const MemoryView *view) {
    return list_level(thread, view, 0, 0, memoryview_count(view));
}

// The number, in the order of C, of the item that is number `n` in the order of Fortran.
static int64_t in_c_order(const MemoryView *view, int64_t n) {
    int64_t index = 0, stride = memoryview_count(view);
    for (size_t i = 0; i < view->dimensions; i++) {
        int64_t size = size_of(view, i);
        stride /= size;
        index += n % size * stride;
        n /= size;
    }
    return index;
}

Value memoryview_fortran_bytes(Thread *thread, const MemoryView *view) {
    Bytes *bytes = bytes_new(thread, NULL, (size_t)memoryview_bytes(view));
    int64_t count = memoryview_count(view);
    for (int64_t i = 0; i < count && bytes; i++) {
        const uint8_t *at = memoryview_address(thread, view, in_c_order(view, i));
        if (!at)
            return VALUE_ERROR;
        memcpy(bytes_contents(bytes) + (size_t)i * view->item_size, at, view->item_size);
    }
    return bytes ? value_object(bytes) : VALUE_ERROR;
}

// ---- Casts ----

static bool raise_cast(Thread *thread, const char *message) {
    return raise_false(thread, ERROR_TypeError, "memoryview: %s", message);
}

static bool is_bytes_format(char format) {
    return format == 'B' || format == 'b' || format == 'c';
}

static bool check_shape(Thread *thread, const MemoryView *view, Value shape) {
    bool given = !is_undefined(shape);
    if ((given || view->dimensions != 1) && view->length == 0)
        return raise_cast(thread, "cannot cast view with zeros in shape or strides");
    if (!given)
        return true;
    if (!is_list(shape) && !is_tuple(shape))
        return raise_false(thread, ERROR_TypeError, "shape must be a list or a tuple");
    size_t dimensions = is_list(shape) ? as_list(shape)->length : as_tuple(shape)->length;
    if (dimensions > MAX_DIMENSIONS)
        return raise_false(thread, ERROR_ValueError,
                           "memoryview: number of dimensions must not exceed %d", MAX_DIMENSIONS);
    return view->dimensions == 1 || dimensions == 1 ||
           raise_cast(thread, "cast must be 1D -> ND or ND -> 1D");
}

// The format called `name`, if a view may be cast to it; NULL with an exception.
static const ItemFormat *target_format(Thread *thread, const MemoryView *view, const Str *name) {
    size_t skip = name->length == 2 && str_char_at(name, 0) == '@';
    const ItemFormat *format = name->ascii && name->length == 1 + skip
                                   ? memoryview_format((char)str_char_at(name, skip))
                                   : NULL;
    if (!format || format->kind == ITEM_OPAQUE)
        raise_error(thread, ERROR_ValueError,
                    "memoryview: destination format must be a native single character "
                    "format prefixed with an optional '@'");
    else if (!is_bytes_format(view->format) && !is_bytes_format(format->format))
        raise_cast(thread, "cannot cast between two non-byte formats");
    else if (memoryview_bytes(view) % format->size)
        raise_cast(thread, "length is not a multiple of itemsize");
    else
        return format;
    return NULL;
}

static bool read_size(Thread *thread, Value v, int64_t *size, int64_t *product) {
    if (!is_integral(v))
        return raise_false(thread, ERROR_TypeError,
                           "memoryview.cast(): elements of shape must be integers");
    if (!int_to_int64(v, size))
        return raise_false(thread, ERROR_OverflowError,
                           "Python int too large to convert to C ssize_t");
    if (*size <= 0)
        return raise_false(thread, ERROR_ValueError,
                           "memoryview.cast(): elements of shape must be integers > 0");
    return !__builtin_mul_overflow(*size, *product, product) ||
           raise_false(thread, ERROR_ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
}

// Give `view`, which has one dimension, those of `shape`, a tuple.
static bool reshape(Thread *thread, MemoryView *view, const Tuple *shape) {
    int64_t bytes = memoryview_bytes(view), product = view->item_size, size;
    size_t count = shape->length;
    Tuple *inner = count > 1 ? tuple_new(thread, count - 1) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (!read_size(thread, shape->items[i], &size, &product))
            return false;
        if (i == 0)
            view->length = size;
        else
            inner->items[i - 1] = int_from_int64(thread, size);
    }
    if (product != bytes)
        return raise_cast(thread, "product(shape) * itemsize != buffer size");
    view->length = count == 0 ? 1 : view->length;
    view->block = view->step = bytes / view->length;
    view->inner = inner;
    view->dimensions = (uint8_t)count;
    return true;
}

Value memoryview_cast(Thread *thread, const MemoryView *view, Value name, Value shape) {
    if (!memoryview_is_contiguous(view)) {
        raise_cast(thread, "casts are restricted to C-contiguous views");
        return VALUE_ERROR;
    }
    if (!check_shape(thread, view, shape))
        return VALUE_ERROR;
    const ItemFormat *format = target_format(thread, view, as_str(name));
    if (!format)
        return VALUE_ERROR;
    MemoryView *result = memoryview_copy(thread, view);
    result->format = format->format;
    result->item_size = format->size;
    result->step = result->block = format->size;
    result->length = memoryview_bytes(view) / format->size;
    result->inner = NULL;
    result->dimensions = 1;
    if (is_list(shape))
        shape =
            value_object(tuple_from_array(thread, as_list(shape)->items, as_list(shape)->length));
    return is_undefined(shape) || reshape(thread, result, as_tuple(shape)) ? value_object(result)
                                                                           : VALUE_ERROR;
}

// ---- Attributes ----

Value memoryview_shape(Thread *thread, const MemoryView *view) {
    Tuple *shape = tuple_new(thread, view->dimensions);
    for (size_t i = 0; i < view->dimensions; i++)
        shape->items[i] = int_from_int64(thread, size_of(view, i));
    return value_object(shape);
}

Value memoryview_strides(Thread *thread, const MemoryView *view) {
    Tuple *strides = tuple_new(thread, view->dimensions);
    int64_t stride = view->item_size;
    for (size_t i = view->dimensions; i-- > 0;) {
        strides->items[i] = int_from_int64(thread, i == 0 ? view->step : stride);
        stride *= i == 0 ? 1 : size_of(view, i);
    }
    return value_object(strides);
}

bool memoryview_is_fortran(const MemoryView *view) {
    if (view->dimensions == 1)
        return memoryview_is_contiguous(view);
    int64_t expected = view->item_size, stride = view->block;
    for (size_t i = 0; i < view->dimensions && view->length > 0; i++) {
        int64_t size = size_of(view, i);
        stride /= i == 0 ? 1 : size;
        if (size > 1 && (i == 0 ? view->step : stride) != expected)
            return false;
        expected *= size;
    }
    return true;
}
