// SPDX-License-Identifier: MIT
//
// What the files that make up type.h share among themselves: type.c (look-up and versions),
// type_mro.c (order of bases), type_native.c (types from specs), type_class.c (class statement),
// type_bases.c (other bases), type_call.c (calling), type_attributes.c (Cls.name), type_methods.c
// (what programs see).
#pragma once

#include "type.h"

enum { LOOKUP_CACHE_SIZE = 4096, SLOT_NAMES = 256 };

// What an interpreter knows of names: where type_lookup found them lately, and which rows of
// slots.def have them (slots.c).
typedef struct LookupCache {
    LookupEntry entries[LOOKUP_CACHE_SIZE];
    uint8_t slot_rows[SLOT_NAMES];
} LookupCache;

// The MRO of a type with these bases; NULL with TypeError.
Tuple *type_compute_mro(Thread *thread, Type *type, Tuple *bases);
// The base that decides the C layout of a class with these bases; NULL with TypeError.
Type *type_best_base(Thread *thread, Tuple *bases);
// What native types and classes have for the __dict__ and the __weakref__ of their instances.
extern const GetSetSpec object_dict_getset, object_class_dict_getset, object_weak_getset;
// Whether programs may derive from all of them; false with TypeError.
bool type_check_bases(Thread *thread, const Tuple *bases);
// The MRO, by the metaclass's own mro() if it has one; NULL with an exception.
Tuple *type_find_mro(Thread *thread, Type *type);
// Objects of both types hold their attributes in the same way, and the classes that brought these
// stand on the same base.
bool type_same_attributes(Type *from, Type *to);
// type.__bases__ = v
bool type_set_bases(Thread *thread, Type *type, Value v);
// The native type whose C struct the instances of `type` have.
Type *type_solid_base(Type *type);

// `self.name` for a class and an interned name, or UNDEFINED; what its metaclass may do about that
// is not asked.
Value type_find_attribute(Thread *thread, Value self, Str *name);
// Register `type` with its bases, so that it hears of their changes.
void type_link_subclass(Thread *thread, Type *base, Type *type);
// The opposite.
void type_unlink_subclass(Type *base, const Type *type);
// Give the type a version and find its __init__ and __new__ again.
void type_refresh(Thread *thread, Type *type);
// The slot that `name` decides, of the type and of all its subclasses, after it was assigned.
void type_update_slots(Thread *thread, Type *type, const Str *name);

// Set how many attributes new instances keep inline, and their first shape.
void type_set_inline_slots(Thread *thread, Type *type, uint16_t count);
// A guess from the code of the __init__ methods.
uint16_t type_guess_inline_slots(Thread *thread, Type *type);
// Trace functions for instances of classes written in Mini.
void type_choose_trace(Type *type);

// `construct` of type: type(x), or type(name, bases, namespace, **keywords).
Value type_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
// `construct` of a class with abstract methods left.
Value abstract_construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
// The native __init__ of `owner` applied to `self`: fills it from the arguments.
Value type_native_init(Thread *thread, Type *owner, Value self, Value *args, size_t count,
                       Tuple *keywords);
// The parameters that the docstring of a native class begins with, or None.
Value type_text_signature(Thread *thread, const Type *type);

// Base classes of an error, in the order of errors.def.
void type_init_errors(Thread *thread);
// The memory of type_lookup and of shapes.
void types_allocate_cache(Interpreter *interpreter);
// callee(*args, **keywords); keywords may be NULL.
Value call_with_dict(Thread *thread, Value callee, Value *args, size_t count, Dict *keywords);
// Can it be the __name__ of a class? ValueError, UnicodeEncodeError.
bool type_check_name(Thread *thread, Str *name);
// The name as a C string that lives as long as a class points to it.
const char *type_copy_name(Thread *thread, Str *name);
// Set or clear the marks that say "has abstract methods" from __abstractmethods__.
void type_update_abstract(Thread *thread, Type *type, Value names);

extern const NativeSpec type_methods[];
extern const GetSetSpec type_getsets[];
