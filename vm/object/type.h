// SPDX-License-Identifier: MIT
//
// Classes: making them (from static tables or by a class statement), their order of inheritance,
// calling them, and looking attributes up in them. CPython's typeobject.c.
//
// Look-ups along the MRO go through one cache per interpreter, keyed by (type->version, name).
// Changing an attribute of a class gives it and all its subclasses new versions, so a stale entry
// can never match. Inline caches rely on the same version numbers. Version 0 is "never cache".
#pragma once

#include "object.h"

#define TYPE(name, spec) extern const TypeSpec spec;
#include "types.def"
#undef TYPE

static inline bool is_type(Value v) {
    return has_layout(v, LAYOUT_TYPE);
}
static inline Type *as_type(Value v) {
    return (Type *)as_object(v);
}

// Bootstrapping an interpreter: types_allocate makes the types of types.def, just good enough that
// strings, tuples and dicts can be made; then str_bootstrap, the common names and the empty tuple;
// then types_init completes them and makes the exception types of errors.def.
void types_allocate(Thread *thread);
void types_init(Thread *thread);
// Give back what types_init took outside the heap.
void types_free(Interpreter *interpreter);
// One place of the cache in front of type_lookup. Places never move, but are taken by other names.
typedef struct LookupEntry {
    const Str *name;
    Value value;      // right for the type that has this
    uint32_t version; // and as long as it has it
} LookupEntry;
// The place where type_lookup looks for `name` first; NULL if it does not for this type.
const LookupEntry *type_lookup_place(Thread *thread, const Type *type, const Str *name);
// Mark the types that the interpreter itself holds.
void types_trace(Marker *marker, Interpreter *interpreter);
// After heap_keep_allocated: `type`, or each of the built-in ones, is a native type whose methods
// were noted there, and somebody marks it as long as the interpreter lives.
void type_keep(Type *type);
void types_keep(Thread *thread);
// Of such a type: has it stayed what it was, so that the collector need not look at it?
bool type_is_constant(const Type *type);
// Its namespace or its subclasses are about to change.
void type_note_change(Thread *thread, Type *type);

// A Type for a native `spec`; `base` NULL: object.
Type *type_from_spec(Thread *thread, const TypeSpec *spec, Type *base);
// type(name, bases, namespace) of the metaclass, keywords (may be NULL) go to __init_subclass__.
// NULL with an exception set.
Type *type_new_class(Thread *thread, Type *metaclass, Str *name, Tuple *bases, Dict *namespace,
                     Dict *keywords);
// The class statement, unless builtins.__build_class__ has been replaced: computes metaclass and
// namespace, runs the body. `parts`: the body (a function of one argument, the namespace, that
// returns the __class__ cell or None), the name, the bases, the keywords (dict or UNDEFINED).
Value class_statement(Thread *thread, Value *parts);
// builtins.__build_class__
Value class_function(Thread *thread, Value *args);

// Calling a type object: __new__ and __init__ with Python's rules. Slot `call` of type.
Value type_call(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
// object.__new__: checks for excess arguments and abstract classes.
Value object_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);

// Whether `sub` is `base` or derived from it.
bool type_is_subtype(const Type *sub, const Type *base);
static inline bool is_instance_of(Value v, const Type *type) {
    return is_object(v) && type_is_subtype(object_type(v), type);
}

// The live direct subclasses, as a list.
Value type_subclasses(Thread *thread, Type *type);
// Something in the type changed: new versions for it and its subclasses.
void type_modified(Thread *thread, Type *type);
// type.name = value / del, without descriptors of the metatype: keeps slots and caches right.
bool type_set_own_attribute(Thread *thread, Type *type, Str *name, Value value);

// What its __module__ is: any value, of a class also UNDEFINED.
Value type_module(Thread *thread, const Type *type);
// Let messages name a class as they name types written in C, by its module and name.
void type_show_module(Thread *thread, Type *type);
// "module.Qualname" or, for builtins, "Qualname".
Str *type_full_name(Thread *thread, Type *type);
// The __name__ as a str object.
Str *type_name_str(Thread *thread, Type *type);
// Slots of type objects' attribute access.
Value type_get_attribute(Thread *thread, Value self, Str *name);
bool type_set_attribute(Thread *thread, Value self, Str *name, Value value);
