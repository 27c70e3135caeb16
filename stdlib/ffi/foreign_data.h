// SPDX-License-Identifier: MIT
//
// Between C data and Mini's values.
#pragma once

#include "foreign.h"

// ---- foreign_convert.c ----

// The value of this type at `at`; structs and arrays are seen in place, kept by `owner`.
Value foreign_load(Thread *thread, CType *type, const char *at, Value owner);
// Write `v` as this type; TypeError or OverflowError in words that name the C type.
bool foreign_store(Thread *thread, CType *type, char *at, Value v);
Value foreign_load_field(Thread *thread, const CField *field, const char *record, Value owner);
bool foreign_store_field(Thread *thread, const CField *field, char *record, Value v);
// What C gets for `v` where a pointer is wanted. During a call texts, bytes and lists will do, too:
// the address is then good as long as it can be found on a stack.
bool foreign_pointer(Thread *thread, CType *type, Value v, bool in_call, char **address);
// Numbers of C's integer types, by size.
int64_t foreign_load_integer(const CType *type, const char *at);
bool foreign_integer(Thread *thread, const CType *type, Value v, uint64_t *bits);

// ---- foreign_data.c, foreign_access.c ----

Value foreign_data_new(Thread *thread, CType *type, void *data, Value owner);
// Zeroed bytes as an object.
Memory *foreign_memory_new(Thread *thread, ForeignState *state, size_t size);
// Somebody else's bytes as an object, for a memoryview; kept by `owner`.
Memory *foreign_memory_view(Thread *thread, ForeignState *state, char *data, size_t size,
                            Value owner);
// ctype(...): a new value of that type.
Value foreign_data_make(Thread *thread, CType *type, Value *args, size_t count, Tuple *keywords);
// How many bytes from `data` on are known to be there; SIZE_MAX: nobody knows.
size_t foreign_data_room(const CData *data, const char *from);
// The address and the type of the items of a pointer or an array; false with TypeError, or
// ValueError for NULL.
bool foreign_data_items(Thread *thread, const CData *data, CType **item, char **at);

Value foreign_get_item(Thread *thread, Value self, Value key);
bool foreign_set_item(Thread *thread, Value self, Value key, Value v);
Value foreign_get_attribute(Thread *thread, Value self, Str *name);
bool foreign_set_attribute(Thread *thread, Value self, Str *name, Value v);
int64_t foreign_length(Thread *thread, Value self);
Value foreign_iter(Thread *thread, Value self);
Value foreign_add(Thread *thread, Value left, Value right);
Value foreign_subtract(Thread *thread, Value left, Value right);

extern const NativeSpec foreign_memory_functions[]; // methods of a scope; foreign_memory.c

// ---- foreign_scope.c ----

// A pointer to a function or variable of a library.
Value foreign_library_address(Thread *thread, Scope *library, Value name);
// The module's scope, which has all of C's own types, with the state that hangs on it.
Value foreign_scope_first(Thread *thread, Module *module);
