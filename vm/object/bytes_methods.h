// SPDX-License-Identifier: MIT
//
// The methods that bytes and bytearray share, one declaration for each row of bytes_methods.def,
// and what the files that implement these two types share.
#pragma once

#include "bytes.h"

#define METHOD(name, signature, doc) Value bytes_method_##name(Thread *thread, Value *args);
#include "bytes_methods.def"
#undef METHOD
Value bytes_method_maketrans(Thread *thread, Value *args);
// fromhex of both types; args[0] is the class.
Value bytes_method_fromhex(Thread *thread, Value *args);

// New bytes or a new bytearray, as `self` is.
Value bytes_like_new(Thread *thread, Value self, const void *data, size_t length);
// The view of args[0], which is bytes or bytearray.
BytesView bytes_self(Value self);
// An int from 0 to 255; ValueError "byte must be in range(0, 256)" or TypeError.
bool bytes_read_byte(Thread *thread, Value v, uint8_t *byte);
// What bytes(x) and bytearray(x) accept: bytes-like, a length, an iterable of ints, a str with an
// encoding. args: source, encoding, errors (UNDEFINED if not given). false: exception set.
bool bytes_from_arguments(Thread *thread, const char *type_name, Value *args, BytesView *result);
// self.hex(separator, group) of whatever is bytes-like
Value bytes_hex(Thread *thread, Value self, Value separator, Value group);
// item in self; 1, 0, -1
int bytes_contains(Thread *thread, Value self, Value item);
Value bytes_compare(Thread *thread, Value left, Value right, CompareOp op);
Value bytes_repeat(Thread *thread, Value left, Value right);
Value bytes_concat(Thread *thread, Value left, Value right);
Value bytes_modulo(Thread *thread, Value left, Value right);
