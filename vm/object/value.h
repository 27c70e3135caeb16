// SPDX-License-Identifier: MIT
//
// A Value is what a Mini variable holds: 64 bits, either the thing itself or the address of an
// object. The trick is NaN boxing: an IEEE double has 2^51 bit patterns that all mean "not a
// number", and the processor only ever makes one of them. We shift doubles up by 2^48 and so get
// three ranges that never overlap:
//
//     0x0000_0000_0000_0000 .. 0x0000_0000_0000_00ff   singletons (None, True, ...)
//     0x0000_0000_0000_0100 .. 0x0000_ffff_ffff_ffff   pointer to an Object, unchanged
//     0x0001_0000_0000_0000 .. 0xfff9_0000_0000_0000   double + 2^48
//     0xfffc_0000_0000_0000 .. 0xffff_ffff_ffff_ffff   int of 50 bits, two's complement
//
// So floats and most ints are never allocated, a pointer is used without masking, and because an
// int's tag is all ones, `a.bits & b.bits` keeps the tag only if both are ints. CPython instead
// allocates each float and each int beyond 256; that is a good part of the difference in speed.
//
// The struct around the bits makes the C compiler refuse `value + 1` and `if (value)`.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef struct Value {
    uint64_t bits;
} Value;

typedef struct Object Object;

#define VALUE_FLOAT_OFFSET (UINT64_C(1) << 48)
#define VALUE_INT_TAG (UINT64_C(0xfffc) << 48)
#define VALUE_INT_SHIFT 14
#define VALUE_FIRST_POINTER UINT64_C(0x100)

// The range of ints that fit into a Value.
#define SMALL_INT_MIN (-(INT64_C(1) << 49))
#define SMALL_INT_MAX ((INT64_C(1) << 49) - 1)

#define VALUE_CONSTANT(number) ((Value){UINT64_C(8) * (number)})
#define VALUE_ERROR VALUE_CONSTANT(0)     // "an exception is set on the thread"; never stored
#define VALUE_UNDEFINED VALUE_CONSTANT(1) // unbound variable, absent argument, end of iteration
#define VALUE_NONE VALUE_CONSTANT(2)
#define VALUE_FALSE VALUE_CONSTANT(3)
#define VALUE_TRUE VALUE_CONSTANT(4)
#define VALUE_NOT_IMPLEMENTED VALUE_CONSTANT(5)
#define VALUE_ELLIPSIS VALUE_CONSTANT(6)

static inline bool value_same(Value a, Value b) {
    return a.bits == b.bits;
}
static inline bool is_error(Value v) {
    return v.bits == 0;
}
static inline bool is_undefined(Value v) {
    return v.bits == VALUE_UNDEFINED.bits;
}
static inline bool is_none(Value v) {
    return v.bits == VALUE_NONE.bits;
}
static inline bool is_true(Value v) {
    return v.bits == VALUE_TRUE.bits;
}
static inline bool is_false(Value v) {
    return v.bits == VALUE_FALSE.bits;
}
static inline bool is_bool(Value v) {
    return is_true(v) || is_false(v);
}
static inline bool is_not_implemented(Value v) {
    return v.bits == VALUE_NOT_IMPLEMENTED.bits;
}
// An int that is stored in the Value itself; see int.h for is_int, which includes the big ones.
static inline bool is_small_int(Value v) {
    return v.bits >= VALUE_INT_TAG;
}
static inline bool are_small_ints(Value a, Value b) {
    return (a.bits & b.bits) >= VALUE_INT_TAG;
}
static inline bool is_float(Value v) {
    return v.bits - VALUE_FLOAT_OFFSET < VALUE_INT_TAG - VALUE_FLOAT_OFFSET;
}
static inline bool is_object(Value v) {
    return v.bits - VALUE_FIRST_POINTER < VALUE_FLOAT_OFFSET - VALUE_FIRST_POINTER;
}

static inline Value value_bool(bool b) {
    return (Value){VALUE_FALSE.bits + 8 * (uint64_t)b};
}
static inline Value value_object(const void *object) {
    return (Value){(uint64_t)(uintptr_t)object};
}
static inline Object *as_object(Value v) {
    return (Object *)(uintptr_t)v.bits;
}

static inline bool fits_small_int(int64_t n) {
    return n >= SMALL_INT_MIN && n <= SMALL_INT_MAX;
}
// `n` must fit; int_from_int64 (int.h) takes any.
static inline Value value_small_int(int64_t n) {
    return (Value){(uint64_t)n | VALUE_INT_TAG};
}
static inline int64_t as_small_int(Value v) {
    return (int64_t)(v.bits << VALUE_INT_SHIFT) >> VALUE_INT_SHIFT;
}

// The hardware's own NaN survives the shift; doubles read from foreign bytes must come through
// value_foreign_float, for other NaN patterns would look like ints.
static inline Value value_float(double d) {
    Value v;
    memcpy(&v.bits, &d, sizeof d);
    v.bits += VALUE_FLOAT_OFFSET;
    return v;
}
static inline Value value_foreign_float(double d) {
    return value_float(d != d ? __builtin_nan("") : d);
}
static inline double as_float(Value v) {
    uint64_t bits = v.bits - VALUE_FLOAT_OFFSET;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}
