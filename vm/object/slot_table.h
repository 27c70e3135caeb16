// SPDX-License-Identifier: MIT
//
// The rows of slots.def as C data, for the files that implement slots.h.
#pragma once

#include "interpreter.h"
#include "slots.h"

// How a slot wrapper calls its slot.
typedef enum SlotKind {
    SLOT_NONE, // no wrapper
    SLOT_UNARY,
    SLOT_NEXT,
    SLOT_BINARY,
    SLOT_REFLECTED,
    SLOT_HASH,
    SLOT_TRUTH,
    SLOT_LENGTH,
    SLOT_CONTAINS,
    SLOT_SET_ITEM,
    SLOT_DELETE_ITEM,
    SLOT_COMPARE_LT, // the comparisons in the order of CompareOp
    SLOT_COMPARE_LE,
    SLOT_COMPARE_EQ,
    SLOT_COMPARE_NE,
    SLOT_COMPARE_GT,
    SLOT_COMPARE_GE,
    SLOT_CALL,
    SLOT_GET_ATTRIBUTE,
    SLOT_SET_ATTRIBUTE,
    SLOT_DELETE_ATTRIBUTE,
    SLOT_GET,
    SLOT_SET,
    SLOT_DELETE,
    SLOT_INIT,
    SLOT_NEW,
    SLOT_KIND_COUNT,
} SlotKind;

typedef void (*AnyFunction)(void);

struct SlotInfo {
    const char *method;
    NameIndex name;
    SlotKind kind;
    size_t offset; // of the function pointer in Slots
    AnyFunction generic;
    const char *signature;
    const char *doc;
};

extern const SlotInfo slot_table[];
extern const size_t slot_table_length;

static inline AnyFunction slot_at(const Slots *slots, size_t offset) {
    AnyFunction function;
    memcpy(&function, (const char *)slots + offset, sizeof function);
    return function;
}

// The generic functions that slots.def names: each calls the special method of the type.
Value slot_repr(Thread *thread, Value self);
Value slot_str(Thread *thread, Value self);
bool slot_hash(Thread *thread, Value self, uint64_t *hash);
int slot_truth(Thread *thread, Value self);
int64_t slot_length(Thread *thread, Value self);
int slot_contains(Thread *thread, Value self, Value item);
Value slot_get_item(Thread *thread, Value self, Value key);
bool slot_set_item(Thread *thread, Value self, Value key, Value v);
Value slot_iter(Thread *thread, Value self);
Value slot_next(Thread *thread, Value self);
Value slot_compare(Thread *thread, Value left, Value right, CompareOp op);
Value slot_neg(Thread *thread, Value self);
Value slot_pos(Thread *thread, Value self);
Value slot_invert(Thread *thread, Value self);
Value slot_index(Thread *thread, Value self);
Value slot_int(Thread *thread, Value self);
Value slot_float(Thread *thread, Value self);
Value slot_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
Value slot_getattribute(Thread *thread, Value self, Str *name);
Value slot_getattr_hook(Thread *thread, Value self, Str *name);
bool slot_set_attribute(Thread *thread, Value self, Str *name, Value v);
Value slot_get(Thread *thread, Value descriptor, Value instance, Value owner);
bool slot_set(Thread *thread, Value descriptor, Value instance, Value v);
Value slot_await(Thread *thread, Value self);
Value slot_aiter(Thread *thread, Value self);
Value slot_anext(Thread *thread, Value self);
#define BINARY(name, symbol, method)                                                               \
    Value slot_binary_##name(Thread *thread, Value left, Value right);                             \
    Value slot_inplace_##name(Thread *thread, Value left, Value right);
#include "operators.def"
#undef BINARY
