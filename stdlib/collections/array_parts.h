// SPDX-License-Identifier: MIT
//
// What the files of the module array share.
#pragma once

#include "array_object.h"
#include "library.h"

// The kind of items that a typecode names; NULL for none.
const ArrayKind *array_find_kind(uint32_t code);
// All typecodes, as array.typecodes gives them.
extern const char array_typecodes[];

// The item at `at` as a value.
Value array_load(Thread *thread, const ArrayKind *kind, const uint8_t *at);
// Turn `v` into the bytes of one item. false: TypeError or OverflowError. May run Mini code.
bool array_encode(Thread *thread, const ArrayKind *kind, Value v, uint8_t *item);

static inline uint8_t *array_item(const Array *array, size_t index) {
    return array->data + index * array->kind->size;
}
// Make a new, empty array of exactly the type array.
Array *array_new(Thread *thread, Type *type, const ArrayKind *kind);
// Put `count` items (their bytes at `items`, NULL: anything) in the place of the `old` items at
// `index`. false with MemoryError.
bool array_splice(Thread *thread, Array *array, size_t index, size_t old, const uint8_t *items,
                  size_t count);
bool array_append(Thread *thread, Array *array, Value v);
// Append all items of an array of the same kind or of an iterable.
bool array_extend(Thread *thread, Array *array, Value items);
// Append bytes that are whole items; ValueError.
bool array_extend_bytes(Thread *thread, Array *array, Value bytes);
// Append the characters of a str to an array of characters.
void array_extend_text(Thread *thread, Array *array, const Str *text);
// All items as a list; of an array of characters, as a str.
Value array_to_list(Thread *thread, const Array *array);
Value array_to_str(Thread *thread, const Array *array);

extern const NativeSpec array_methods[];
extern const GetSetSpec array_getsets[];
