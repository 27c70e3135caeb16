// SPDX-License-Identifier: MIT
//
// Keeps the two views of a type in step: the C function pointers in Type.slots, and the special
// methods (`__add__`, ...) in its dictionary. slots.def says which belongs to which.
//
// For a native type each slot that is filled gives a *slot wrapper*, the object one sees as
// `int.__add__`. For a class written in Mini each special method found along the MRO decides the
// slot: a slot wrapper hands on the C function it wraps (so `class Stack(list)` keeps list's own
// len), anything else installs a C function that looks the method up and calls it.
#pragma once

#include "object.h"

typedef struct SlotInfo SlotInfo;

// `int.__add__`: calls one slot of one type.
typedef struct SlotWrapper {
    Object object;
    uint64_t kind; // second-word rule; always 0
    const SlotInfo *info;
    Type *owner;
} SlotWrapper;

// Fill the slots `type` does not define itself from its bases' and from special methods.
void slots_inherit(Thread *thread, Type *type);
// Put slot wrappers for the slots that `type`'s own spec fills into its dictionary.
void slots_add_wrappers(Thread *thread, Type *type);
// Decide the slot again that the interned `name` has a say in, if any.
void slots_update(Thread *thread, Type *type, const Str *name);
// Names of special methods are known; before the first type is completed.
void slots_init(Thread *thread);
// `name` may decide a slot, so assigning it must be followed by slots_update.
bool slots_is_special_name(const Str *name);

bool is_slot_wrapper(Value v);
// The special method's name, "__add__".
const char *slot_wrapper_name(Value wrapper);
// Call the special method `name` of args[0], looked up on its type, with args[0] as self. UNDEFINED
// if the type has none. `count` includes self.
Value slots_call_special(Thread *thread, Str *name, Value *args, size_t count);
// callee(first, *args); the last keywords->length of `args` are named by `keywords`.
Value slots_call_prepended(Thread *thread, Value callee, Value first, const Value *args,
                           size_t count, Tuple *keywords);
