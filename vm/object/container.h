// SPDX-License-Identifier: MIT
//
// What the containers share: equality and hash with the common cases inlined, arguments of their
// constructors, and what a sequence may be multiplied by.
#pragma once

#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"

// a == b as containers ask it: identical is equal. 1, 0 or -1. Ints and strings need no call.
static inline int container_equal(Thread *thread, Value a, Value b) {
    if (a.bits == b.bits) {
        return 1;
    }
    if (are_small_ints(a, b)) {
        return 0;
    }
    if (is_exactly(a, LAYOUT_STR) && is_exactly(b, LAYOUT_STR)) {
        return str_equal(as_str(a), as_str(b));
    }
    return operation_equal(thread, a, b);
}

// The number of leading items that are the same objects or equal ints: no call is needed for them.
static inline size_t container_same_items(const Value *a, const Value *b, size_t count) {
    size_t i = 0;
    for (; i + 4 <= count; i += 4) { // one jump for four
        uint64_t different = (a[i].bits ^ b[i].bits) | (a[i + 1].bits ^ b[i + 1].bits) |
                             (a[i + 2].bits ^ b[i + 2].bits) | (a[i + 3].bits ^ b[i + 3].bits);
        if (different != 0) {
            break;
        }
    }
    while (i < count && a[i].bits == b[i].bits) {
        i++;
    }
    return i;
}
// `a op b` for the first items in which two sequences differ.
static inline Value container_compare_items(Thread *thread, Value a, Value b, CompareOp op) {
    if (are_small_ints(a, b)) {
        return compare_result(
            (as_small_int(a) > as_small_int(b)) - (as_small_int(a) < as_small_int(b)), op);
    }
    return operation_compare(thread, op, a, b);
}

// The hash of a small int: itself, except that Python avoids -1.
static inline uint64_t container_small_int_hash(Value v) {
    int64_t n = as_small_int(v);
    return (uint64_t)(n == -1 ? -2 : n);
}
static inline bool container_hash(Thread *thread, Value v, uint64_t *hash) {
    if (is_small_int(v)) {
        *hash = container_small_int_hash(v);
        return true;
    }
    if (is_exactly(v, LAYOUT_STR)) {
        *hash = str_hash(thread, as_str(v));
        return true;
    }
    return operation_hash(thread, v, hash);
}

// Check the argument count of a constructor that takes no keywords: TypeError "list expected at
// most 1 argument, got 2", "list() takes no keyword arguments".
bool container_arguments(Thread *thread, const char *name, size_t count, const Tuple *keywords,
                         size_t least, size_t most);
// MemoryError; false so that it can be returned.
bool container_too_large(Thread *thread);
// The answer of `op` when the operands differ in length only or not at all.
Value container_compare_lengths(size_t left, size_t right, CompareOp op);
// The number in `sequence * number` (`swapped`: `number * sequence`), at least 0. false: the
// operator's result is *result, VALUE_ERROR or NOT_IMPLEMENTED.
bool container_factor(Thread *thread, Value left, Value right, bool swapped, size_t *count,
                      Value *result);
// Does the type of `v` define __index__?
bool container_has_index(Thread *thread, Value v);
// Can `v` be asked for items by any key, as mappings and what knows slices can?
bool container_takes_keys(Thread *thread, Value v);
// The class method __class_getitem__ of containers: list[int] as an annotation.
Value container_class_item(Thread *thread, Value *args);
