// SPDX-License-Identifier: MIT
//
// Descriptors: objects in a class's dictionary that decide what `instance.name` means. Functions
// become bound methods, properties call their getter, classmethods bind the class. A descriptor
// with a setter ("data descriptor") wins over the instance's own attributes, one without loses.
#pragma once

#include "function.h"
#include "object.h"

// A computed attribute of a native type: `function.__name__` and the like.
typedef struct GetSet {
    Object object;
    uint64_t kind; // second-word rule; always 0
    const GetSetSpec *spec;
    Type *owner;
} GetSet;

// An attribute declared by __slots__.
typedef struct Member {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Str *name;
    Type *owner;
} Member;

typedef struct Super {
    Object object;
    Value object_or_type; // UNDEFINED: unbound
    Type *start;          // the look-up begins after this class
    Type *object_type;    // in the MRO of this one
} Super;

// The setter of attributes that CPython has as read-only members and refuses in few words.
bool getset_refuse(Thread *thread, Value self, Value v);
Value getset_new(Thread *thread, const GetSetSpec *spec, Type *owner);
Value member_new(Thread *thread, Str *name, Type *owner);
// classmethod(function) / staticmethod(function)
Value classmethod_new(Thread *thread, Value function);
Value staticmethod_new(Thread *thread, Value function);

// What `attribute`, found in a type, gives for `instance` (UNDEFINED: looked up on the class).
Value descriptor_bind(Thread *thread, Value attribute, Value instance, Type *owner);
// An attribute that functions in C compute: a GetSet.
bool is_getset(Thread *thread, Value v);
// An attribute that a class declares by __slots__: a Member.
bool is_member(Thread *thread, Value v);
// It has __set__ or __delete__.
bool is_data_descriptor(Value v);
// A function or method of a native type: binding it only supplies the first argument.
bool is_method_like(Value v);
// The same, and objects of `type` may be its self: a program can put list.append into any class.
bool is_method_for(Value attribute, const Type *type);
// __get__ of functions: a bound Method (or the function itself without an instance).
Value function_descriptor_get(Thread *thread, Value function, Value instance, Value owner);
// function_type_spec and native specs use them:
Value native_descriptor_get(Thread *thread, Value native, Value instance, Value owner);
