// SPDX-License-Identifier: MIT
//
// What the files behind exception.h share: exception.c (the struct, raising, matching),
// exception_types.c (the types and their members), exception_init.c (constructors),
// exception_text.c (str and repr), exception_group.c.
#pragma once

#include "exception.h"

// The type whose special fields `type` has: OSError for FileNotFoundError. Kept as type_index of
// the spec, which subclasses share.
static inline ErrorKind exception_family(const Type *type) {
    return (ErrorKind)type->spec->type_index;
}
static inline size_t exception_field_count(const Type *type) {
    return (type->spec->size - sizeof(Exception)) / sizeof(Value);
}

// An instance with all fields None and no arguments.
Exception *exception_allocate(Thread *thread, Type *type);
// BlockingIOError.characters_written = v. false: exception set, for v is no index.
bool exception_set_written(Thread *thread, Exception *self, Value v);
Value exception_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
Value group_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);

Value exception_repr(Thread *thread, Value self);
Value exception_str(Thread *thread, Value self);
Value key_error_str(Thread *thread, Value self);
Value import_error_str(Thread *thread, Value self);
Value os_error_str(Thread *thread, Value self);
Value syntax_error_str(Thread *thread, Value self);
Value unicode_error_str(Thread *thread, Value self);
Value group_str(Thread *thread, Value self);
Value group_repr(Thread *thread, Value self);

extern const NativeSpec exception_methods[];
extern const NativeSpec group_methods[];
