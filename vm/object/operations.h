// SPDX-License-Identifier: MIT
//
// The operations of the language on values of any type, as CPython's abstract.c: each finds the
// slot of the operand's type and raises Python's TypeError if there is none. The interpreter calls
// these when its inlined int and float cases do not apply. They may run Mini code.
#pragma once

#include "error.h"
#include "interpreter.h"
#include "object.h"

#include <stdatomic.h>

Value operation_binary(Thread *thread, BinaryOp op, Value left, Value right);
Value operation_inplace(Thread *thread, BinaryOp op, Value left, Value right);
Value operation_unary(Thread *thread, UnaryOp op, Value operand);
Value operation_compare(Thread *thread, CompareOp op, Value left, Value right);
// 1, 0 or -1; identical values are equal without asking (as in list.index).
int operation_equal(Thread *thread, Value a, Value b);
int operation_truth(Thread *thread, Value v);
// `item in container`
int operation_contains(Thread *thread, Value container, Value item);
bool operation_hash(Thread *thread, Value v, uint64_t *hash);
int64_t operation_length(Thread *thread, Value v);
Value operation_get_item(Thread *thread, Value container, Value key);
// container[start:stop], either of which may be None.
Value operation_get_slice(Thread *thread, Value container, Value start, Value stop);
bool operation_set_item(Thread *thread, Value container, Value key, Value v);
bool operation_delete_item(Thread *thread, Value container, Value key);

// repr(v) and str(v) as str objects; recursion-safe. NULL: exception set.
Str *operation_repr(Thread *thread, Value v);
Str *operation_str(Thread *thread, Value v);
// format(v, spec)
Str *operation_format(Thread *thread, Value v, Str *spec);

// Whether instances of `type` iterate: by __iter__, or by __getitem__ as sequences do.
bool operation_iterates(const Type *type);
// iter(v); then operation_next until it is UNDEFINED (the end) or VALUE_ERROR.
Value operation_iter(Thread *thread, Value v);
// Natives draw items for as long as there are any, which may be for ever: the slow one, for whom
// something is pending, notices Ctrl-C.
Value operation_next_slowly(Thread *thread, Value iterator);
static inline Value operation_next(Thread *thread, Value iterator) {
    UnaryFunction slot = is_object(iterator) ? object_type(iterator)->slots.next : NULL;
    bool is_quiet = atomic_load_explicit(&thread->core.pending, memory_order_relaxed) == 0;
    return __builtin_expect(slot != NULL && is_quiet, 1) ? slot(thread, iterator)
                                                         : operation_next_slowly(thread, iterator);
}
// One step that keeps what the end brings: StopIteration is raised as the program's own __next__
// has raised it, or with what its generator has returned. UNDEFINED: the end of a native iterator.
Value operation_step(Thread *thread, Value iterator);
// All items of an iterable as a new list object's Value / tuple's Value.
Value operation_to_list(Thread *thread, Value iterable);
Value operation_to_tuple(Thread *thread, Value iterable);

// pow(base, exponent, modulus) of ints; NotImplemented for other operands, TypeError if one is a
// float.
Value operation_power_modulo(Thread *thread, Value base, Value exponent, Value modulus);

// What __int__ or __index__ has given as an int, and what __float__ of `v` has given as a float: an
// instance of a subclass with DeprecationWarning, TypeError for anything else. Errors pass through.
Value operation_checked_int(Thread *thread, const char *method, Value result);
Value operation_checked_float(Thread *thread, Value v, Value result);
Value operation_checked_complex(Thread *thread, Value result); // of __complex__
// operator.index(v) as an int Value; "'X' object cannot be interpreted as an integer".
Value operation_index(Thread *thread, Value v);
// The same into a C integer; OverflowError (or clamp) when it does not fit.
bool operation_index_int64(Thread *thread, Value v, int64_t *result);
// For sizes and subscripts of sequences, which say it in other words: OverflowError or IndexError.
bool operation_index_size(Thread *thread, Value v, ErrorKind error, int64_t *result);
bool operation_index_clamped(Thread *thread, Value v, int64_t *result);
// float(v) for arithmetic purposes: floats, ints, __float__, __index__; "must be real number, not
// X"
bool operation_as_double(Thread *thread, Value v, double *result);

bool is_callable(Value v);
// isinstance / issubclass with tuples, unions and __instancecheck__; 1, 0 or -1.
int operation_is_instance(Thread *thread, Value v, Value classinfo);
int operation_is_subclass(Thread *thread, Value cls, Value classinfo);
// The type of any value, also of ints, floats and singletons.
Type *type_of(Thread *thread, Value v);
