// SPDX-License-Identifier: MIT
//
// Attribute access: `object.name` in all its forms. Look-up order is Python's: data descriptor of
// the type, the instance's own attribute, other attribute of the type, __getattr__.
#pragma once

#include "object.h"

// v.name; AttributeError with "Did you mean" material (name, obj set on the exception).
Value attribute_get(Thread *thread, Value v, Str *name);
// The same, but UNDEFINED instead of AttributeError.
Value attribute_get_optional(Thread *thread, Value v, Str *name);
bool attribute_set(Thread *thread, Value v, Str *name, Value value);
bool attribute_delete(Thread *thread, Value v, Str *name);
// object.__getattribute__ and object.__setattr__: the slots' default.
Value attribute_get_default(Thread *thread, Value v, Str *name);
bool attribute_set_default(Thread *thread, Value v, Str *name, Value value);

// attribute_get_default without the AttributeError: UNDEFINED if there is no such attribute.
Value attribute_find_default(Thread *thread, Value v, Str *name);
// Raise the AttributeError for `v.name`.
Value attribute_raise_missing(Thread *thread, Value v, Str *name);
// Raises the AttributeError of an object that can not be given the attribute `name`; false.
bool attribute_refuse(Thread *thread, Value v, Str *name, bool type_has_it);

// For a method call v.name(...): *function and *self such that function(self, ...) is the call,
// without a bound method being made; *self is UNDEFINED if the attribute is to be called as it is.
bool attribute_get_method(Thread *thread, Value v, Str *name, Value *function, Value *self);

// Look `name` up along the type's MRO, no binding; UNDEFINED if absent. Cached by type version.
Value type_lookup(Thread *thread, Type *type, Str *name);
