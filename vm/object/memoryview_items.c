// SPDX-License-Identifier: MIT
//
// The items of memoryviews: the formats there are, an item's bytes as a value, a value as the bytes
// of an item. They are read and written with memcpy, because an offset need not be aligned.
#include "float_object.h"
#include "int.h"
#include "interpreter.h"
#include "memoryview_parts.h"
#include "operations.h"

static const ItemFormat formats[] = {
    {'B', 1, ITEM_UNSIGNED}, {'b', 1, ITEM_SIGNED},   {'c', 1, ITEM_CHAR},
    {'?', 1, ITEM_BOOL},     {'h', 2, ITEM_SIGNED},   {'H', 2, ITEM_UNSIGNED},
    {'i', 4, ITEM_SIGNED},   {'I', 4, ITEM_UNSIGNED}, {'l', 8, ITEM_SIGNED},
    {'L', 8, ITEM_UNSIGNED}, {'q', 8, ITEM_SIGNED},   {'Q', 8, ITEM_UNSIGNED},
    {'n', 8, ITEM_SIGNED},   {'N', 8, ITEM_UNSIGNED}, {'f', 4, ITEM_FLOAT},
    {'d', 8, ITEM_FLOAT},    {'P', 8, ITEM_UNSIGNED}, {'w', 4, ITEM_OPAQUE},
};

const ItemFormat *memoryview_format(char format) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].format == format)
            return &formats[i];
    return NULL;
}

static Value raise_opaque(Thread *thread, const ItemFormat *format) {
    return raise_error(thread, ERROR_NotImplementedError, "memoryview: format %c not supported",
                       format->format);
}

Value memoryview_load(Thread *thread, const ItemFormat *format, const uint8_t *at) {
    switch (format->kind) {
    case ITEM_OPAQUE:
        return raise_opaque(thread, format);
    case ITEM_FLOAT:
        return float_load(at, format->size);
    case ITEM_BOOL:
        return value_bool(*at != 0);
    case ITEM_CHAR:
        return value_object(bytes_new(thread, at, 1));
    default:
        return int_from_bytes(thread, at, format->size, true, format->kind == ITEM_SIGNED);
    }
}

static bool invalid_value(Thread *thread, char format, bool is_type_error) {
    return raise_false(thread, is_type_error ? ERROR_TypeError : ERROR_ValueError,
                       "memoryview: invalid %s for format '%c'", is_type_error ? "type" : "value",
                       format);
}

bool memoryview_encode(Thread *thread, const ItemFormat *format, Value v, uint8_t *item) {
    double d;
    float f;
    switch (format->kind) {
    case ITEM_OPAQUE:
        return !is_error(raise_opaque(thread, format));
    case ITEM_FLOAT:
        if (!is_integral(v) && !is_any_float(v) && !type_of(thread, v)->slots.to_float)
            return invalid_value(thread, format->format, true);
        if (!operation_as_double(thread, v, &d))
            return false;
        f = (float)d;
        memcpy(item, format->size == 8 ? (const void *)&d : (const void *)&f, format->size);
        return true;
    case ITEM_BOOL:
        *item = operation_truth(thread, v) > 0;
        return !error_pending(thread);
    case ITEM_CHAR:
        if (!is_bytes(v))
            return invalid_value(thread, 'c', true);
        if (as_bytes(v)->length != 1)
            return invalid_value(thread, 'c', false);
        *item = *as_bytes(v)->data;
        return true;
    default:
        if (!is_integral(v) && !type_of(thread, v)->slots.index)
            return invalid_value(thread, format->format, true);
        v = operation_index(thread, v);
        return !is_error(v) &&
               (int_to_bytes(v, item, format->size, true, format->kind == ITEM_SIGNED) ||
                invalid_value(thread, format->format, false));
    }
}
