// SPDX-License-Identifier: MIT
//
// Helpers of the containers: argument counts, comparison of lengths, factors of repetition. The
// operators need not ask the other operand for a reflected method: operation_binary has done that
// before, for CPython's sequences have no numeric slots and so come last.
#include "container.h"

#include "error.h"
#include "exception.h"
#include "generic_alias.h"
#include "tuple.h"

bool container_arguments(Thread *thread, const char *name, size_t count, const Tuple *keywords,
                         size_t least, size_t most) {
    if (keywords != NULL && keywords->length > 0) {
        return raise_false(thread, ERROR_TypeError, "%s() takes no keyword arguments", name);
    }
    if (count >= least && count <= most) {
        return true;
    }
    size_t bound = count < least ? least : most;
    return raise_false(thread, ERROR_TypeError, "%s expected %s%zu argument%s, got %zu", name,
                       least == most   ? ""
                       : count < least ? "at least "
                                       : "at most ",
                       bound, bound == 1 ? "" : "s", count);
}

bool container_too_large(Thread *thread) {
    raise_value(thread, value_object(exception_new(thread, ERROR_MemoryError, NULL)));
    return false;
}

Value container_compare_lengths(size_t left, size_t right, CompareOp op) {
    return compare_result((left > right) - (left < right), op);
}

bool container_has_index(Thread *thread, Value v) {
    return is_integral(v) || type_of(thread, v)->slots.index != NULL;
}

bool container_takes_keys(Thread *thread, Value v) {
    const Type *type = type_of(thread, v);
    const TypeSpec *spec = type->spec;
    bool by_position = spec != NULL && spec->flags & TYPE_POSITIONS_ONLY &&
                       type->slots.get_item == spec->slots.get_item;
    return type->slots.get_item != NULL && !by_position;
}

// Natives that can be repeated themselves: list, str, bytes ...
static bool is_native_sequence(Thread *thread, Value v) {
    const Type *type = type_of(thread, v);
    const Slots *slots = &type->slots;
    return !(type->flags & TYPE_FROM_CLASS) && slots->get_item != NULL && slots->index == NULL &&
           slots->binary[BINARY_MUL] != NULL;
}

bool container_factor(Thread *thread, Value left, Value right, bool swapped, size_t *count,
                      Value *result) {
    Value number = swapped ? left : right;
    if (swapped && is_native_sequence(thread, left)) {
        *result = VALUE_NOT_IMPLEMENTED; // the left sequence complains about the right one
        return false;
    }
    *result = VALUE_ERROR;
    if (!container_has_index(thread, number)) {
        return raise_false(thread, ERROR_TypeError,
                           "can't multiply sequence by non-int of type '%s'",
                           type_name(thread, number));
    }
    int64_t n = 0;
    if (!operation_index_size(thread, number, ERROR_OverflowError, &n)) {
        return false;
    }
    *count = n < 0 ? 0 : (size_t)n;
    return true;
}

Value container_class_item(Thread *thread, Value *args) {
    return generic_alias_new(thread, args[0], args[1]);
}
