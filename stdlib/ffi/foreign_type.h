// SPDX-License-Identifier: MIT
//
// Types of C as objects: making them, comparing them, naming them.
#pragma once

#include "foreign.h"

// Fill state->basics.
void foreign_type_init(Thread *thread, ForeignState *state);
CType *foreign_type_new(Thread *thread, ForeignState *state, CKind kind);
CType *foreign_type_pointer(Thread *thread, CType *target, bool is_const);
// length C_OPEN_LENGTH: as in `int a[]`.
CType *foreign_type_array(Thread *thread, CType *item, int64_t length, bool is_const);
CType *foreign_type_function(Thread *thread, CType *result, const List *parameters,
                             bool is_variadic);
// Do both mean the same to C? Names of typedefs do not matter, nor does const.
bool foreign_type_same(const CType *a, const CType *b);
// May a pointer to `from` stand where one to `to` is wanted?
bool foreign_type_points_alike(const CType *from, const CType *to);
// As C writes it, around `inner` (a name, or ""): "int(*)(char *)".
Str *foreign_type_name(Thread *thread, const CType *type, const char *inner);
const char *foreign_type_text(Thread *thread, const CType *type);

static inline bool foreign_is_record(const CType *type) {
    return type->kind == C_STRUCT || type->kind == C_UNION;
}
static inline bool foreign_is_integer(const CType *type) {
    return type->kind == C_SIGNED || type->kind == C_UNSIGNED || type->kind == C_BOOL ||
           type->kind == C_ENUM;
}
// char and its relatives, whose arrays are texts or bytes.
static inline bool foreign_is_byte(const CType *type) {
    return type->size == 1 &&
           (type->kind == C_CHAR || type->kind == C_SIGNED || type->kind == C_UNSIGNED);
}
// Is its size known? Not of void, functions, open arrays and undeclared structs.
static inline bool foreign_has_size(const CType *type) {
    return type->kind != C_VOID && type->kind != C_FUNCTION &&
           !(type->kind == C_ARRAY && type->length == C_OPEN_LENGTH) &&
           !(foreign_is_record(type) && !type->is_complete);
}
// The member called `name`, or NULL without an error.
const CField *foreign_type_field(Thread *thread, const CType *type, Str *name);
// libffi's description; NULL with TypeError if values of the type cannot be passed.
ffi_type *foreign_type_describe(Thread *thread, CType *type);
