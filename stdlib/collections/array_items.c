// SPDX-License-Identifier: MIT
//
// The items of arrays: what a typecode means, how an item becomes a value and back, and how the
// memory below grows. Items are moved with memcpy; numbers are converted through 64 bits.
//
// An item is encoded into a buffer of its own before it is put in place, for encoding may call
// __index__, which may change the array. Data is a buffer of the collector. CPython's counterpart:
// the descriptor table at the head of Modules/arraymodule.c.
#include "array_parts.h"

#include "bytes.h"
#include "container.h"
#include "float_object.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

const char array_typecodes[] = "bBuwhHiIlLqQfd";

static const ArrayKind kinds[] = {
    {'b', 1, ARRAY_SIGNED, "signed char"},
    {'B', 1, ARRAY_UNSIGNED, "unsigned byte integer"},
    {'u', 4, ARRAY_TEXT, NULL},
    {'w', 4, ARRAY_TEXT, NULL},
    {'h', 2, ARRAY_SIGNED, "signed short integer"},
    {'H', 2, ARRAY_UNSIGNED, "unsigned short"},
    {'i', 4, ARRAY_SIGNED, "signed integer"},
    {'I', 4, ARRAY_UNSIGNED, "unsigned int"},
    {'l', 8, ARRAY_SIGNED, "long"},
    {'L', 8, ARRAY_UNSIGNED, "unsigned long"},
    {'q', 8, ARRAY_SIGNED, NULL},
    {'Q', 8, ARRAY_UNSIGNED, NULL},
    {'f', 4, ARRAY_FLOAT, NULL},
    {'d', 8, ARRAY_FLOAT, NULL},
};

const ArrayKind *array_find_kind(uint32_t code) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((uint32_t)kinds[i].code == code)
            return &kinds[i];
    return NULL;
}

// ---- From bytes to values ----

static uint64_t load_bits(const uint8_t *at, size_t size) {
    uint64_t bits = 0;
    memcpy(&bits, at, size);
    return bits;
}

static Value load_character(Thread *thread, uint32_t c) {
    if (c > STR_MAX_CODE_POINT)
        return raise_error(thread, ERROR_ValueError,
                           "character U+%x is not in range [U+0000; U+10ffff]", c);
    return value_object(str_from_code_point(thread, c));
}

Value array_load(Thread *thread, const ArrayKind *kind, const uint8_t *at) {
    unsigned unused = 64U - 8U * kind->size;
    switch (kind->family) {
    case ARRAY_SIGNED:
        return int_from_int64(thread, (int64_t)(load_bits(at, kind->size) << unused) >> unused);
    case ARRAY_UNSIGNED:
        return int_from_uint64(thread, load_bits(at, kind->size));
    case ARRAY_FLOAT:
        return float_load(at, kind->size);
    default:
        return load_character(thread, (uint32_t)load_bits(at, kind->size));
    }
}

// ---- From values to bytes ----

static bool out_of_range(Thread *thread, const char *what) {
    return raise_false(thread, ERROR_OverflowError, "%s", what);
}

// CPython reads an item of one or two bytes as a wider number first, which may fail on its own.
static const char *name_of_range(const ArrayKind *kind, Value v) {
    int64_t n;
    bool is_long = int_to_int64(v, &n);
    if (kind->code == 'b' && is_long && n != (int16_t)n)
        return "signed short integer";
    return kind->code == 'H' && is_long && n != (int32_t)n ? "signed integer" : kind->name;
}

static bool encode_signed(Thread *thread, const ArrayKind *kind, Value v, uint8_t *item) {
    int64_t n, highest = INT64_MAX >> (64 - 8 * (int)kind->size);
    if (!int_to_int64(v, &n))
        return out_of_range(thread, kind->code == 'q'
                                        ? "int too big to convert"
                                        : "Python int too large to convert to C long");
    if (n > highest || n < -highest - 1)
        return raise_false(thread, ERROR_OverflowError, "%s is %s", name_of_range(kind, v),
                           n < 0 ? "less than minimum" : "greater than maximum");
    memcpy(item, &n, kind->size);
    return true;
}

// The kinds B and H go through a C long in CPython, the larger ones do not: hence the two wordings.
static bool encode_unsigned(Thread *thread, const ArrayKind *kind, Value v, uint8_t *item) {
    uint64_t n;
    int64_t as_long;
    bool narrow = kind->size < 4;
    if (narrow && !int_to_int64(v, &as_long))
        return out_of_range(thread, "Python int too large to convert to C long");
    if (int_sign(v) < 0 && narrow)
        return raise_false(thread, ERROR_OverflowError, "%s is less than minimum",
                           name_of_range(kind, v));
    if (int_sign(v) < 0)
        return out_of_range(thread, kind->code == 'Q' ? "can't convert negative int to unsigned"
                                                      : "can't convert negative value to unsigned "
                                                        "int");
    if (!int_to_uint64(v, &n))
        return out_of_range(thread, kind->code == 'Q'
                                        ? "int too big to convert"
                                        : "Python int too large to convert to C unsigned long");
    if (kind->size < 8 && n >> (8 * kind->size))
        return raise_false(thread, ERROR_OverflowError, "%s is greater than maximum",
                           name_of_range(kind, v));
    memcpy(item, &n, kind->size);
    return true;
}

static bool encode_float(Thread *thread, const ArrayKind *kind, Value v, uint8_t *item) {
    double d;
    if (is_float(v))
        d = as_float(v);
    else if (!operation_as_double(thread, v, &d))
        return false;
    float f = (float)d;
    memcpy(item, kind->size == sizeof d ? (const void *)&d : (const void *)&f, kind->size);
    return true;
}

static bool encode_character(Thread *thread, Value v, uint8_t *item) {
    if (!is_str(v) || as_str(v)->length != 1)
        return raise_false(thread, ERROR_TypeError, "array item must be unicode character");
    uint32_t c = str_char_at(as_str(v), 0);
    memcpy(item, &c, sizeof c);
    return true;
}

bool array_encode(Thread *thread, const ArrayKind *kind, Value v, uint8_t *item) {
    if (kind->family == ARRAY_FLOAT)
        return encode_float(thread, kind, v, item);
    if (kind->family == ARRAY_TEXT)
        return encode_character(thread, v, item);
    if (!is_small_int(v)) {
        v = operation_index(thread, v);
        if (is_error(v))
            return false;
    }
    return kind->family == ARRAY_SIGNED ? encode_signed(thread, kind, v, item)
                                        : encode_unsigned(thread, kind, v, item);
}

// ---- Memory ----

Array *array_new(Thread *thread, Type *type, const ArrayKind *kind) {
    Array *array = object_new(thread, type);
    array->kind = kind;
    return array;
}

static bool reserve(Thread *thread, Array *array, size_t length) {
    if (length <= array->capacity)
        return true;
    if (length > STR_MAX_LENGTH / 8)
        return container_too_large(thread);
    size_t capacity = length + (length >> 2) + (length < 8 ? 4 : 8), size = array->kind->size;
    Heap *heap = thread_heap(thread);
    array->data = heap_resize_bytes(heap, array->data, array->capacity * size, capacity * size);
    array->capacity = capacity;
    return true;
}

bool array_splice(Thread *thread, Array *array, size_t index, size_t old, const uint8_t *items,
                  size_t count) {
    size_t size = array->kind->size, tail = array->length - index - old;
    if (count > STR_MAX_LENGTH)
        return container_too_large(thread);
    if (!reserve(thread, array, array->length - old + count))
        return false;
    if (array->data == NULL)
        return true; // nothing was there and nothing comes
    uint8_t *at = array_item(array, index);
    if (tail > 0 && count != old)
        memmove(at + count * size, at + old * size, tail * size);
    if (items && count > 0)
        memmove(at, items, count * size);
    array->length = array->length - old + count;
    return true;
}

bool array_append(Thread *thread, Array *array, Value v) {
    uint8_t item[8];
    return array_encode(thread, array->kind, v, item) &&
           array_splice(thread, array, array->length, 0, item, 1);
}

static bool extend_by_array(Thread *thread, Array *array, const Array *other) {
    if (other->kind != array->kind)
        return raise_false(thread, ERROR_TypeError, "can only extend with array of same kind");
    size_t count = other->length;
    if (!reserve(thread, array, array->length + count)) // `other` may be the array itself
        return false;
    return array_splice(thread, array, array->length, 0, other->data, count);
}

bool array_extend(Thread *thread, Array *array, Value items) {
    if (is_array(items))
        return extend_by_array(thread, array, as_array(items));
    Value iterator = operation_iter(thread, items);
    while (!is_error(iterator)) {
        Value item = operation_next(thread, iterator);
        if (is_undefined(item))
            return true;
        if (is_error(item) || !array_append(thread, array, item))
            break;
    }
    return false;
}

bool array_extend_bytes(Thread *thread, Array *array, Value bytes) {
    BytesView view;
    if (!bytes_view(thread, bytes, &view))
        return false;
    if (view.length % array->kind->size)
        return raise_false(thread, ERROR_ValueError, "bytes length not a multiple of item size");
    size_t count = view.length / array->kind->size;
    if (!reserve(thread, array, array->length + count) || !bytes_view(thread, bytes, &view))
        return false; // the second look: bytes may be the array itself, which has moved
    return array_splice(thread, array, array->length, 0, view.data, count);
}

void array_extend_text(Thread *thread, Array *array, const Str *text) {
    size_t start = array->length;
    if (!array_splice(thread, array, start, 0, NULL, text->length))
        return;
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = str_char_at(text, i);
        memcpy(array_item(array, start + i), &c, sizeof c);
    }
}

Value array_to_list(Thread *thread, const Array *array) {
    List *list = list_new(thread, array->length);
    for (size_t i = 0; i < array->length; i++) {
        Value item = array_load(thread, array->kind, array_item(array, i));
        if (is_error(item))
            return item;
        list_append(thread, list, item);
    }
    return value_object(list);
}

Value array_to_str(Thread *thread, const Array *array) {
    uint32_t *text = heap_allocate(thread_heap(thread), CELL_BUFFER, 4 * array->length + 4);
    for (size_t i = 0; i < array->length; i++) {
        memcpy(&text[i], array_item(array, i), sizeof *text);
        if (text[i] > STR_MAX_CODE_POINT)
            return load_character(thread, text[i]);
    }
    return value_object(str_new_ucs4(thread, text, array->length));
}
