// SPDX-License-Identifier: MIT
//
// Modules: a name and a dictionary, which is at the same time the globals of the module's code.
#pragma once

#include "object.h"
#include "park.h"

typedef struct Module {
    Object object;
    uint64_t kind; // second-word rule; always 0
    Dict *dict;
    bool is_constructed; // by a program, with types.ModuleType()
    void *state; // of a native module; see module_set_state
    TraceFunction trace_state;
    LockOwner importer; // who runs its body; free: it has been run
    WaitQueue waiters;  // further threads that import it meanwhile
} Module;

static inline bool is_module(Value v) {
    return has_layout(v, LAYOUT_MODULE);
}
static inline Module *as_module(Value v) {
    return (Module *)as_object(v);
}

// Its body is still under way.
static inline bool module_is_being_imported(const Module *module) {
    return module->importer.holder != NULL;
}

// A module with __name__, __doc__, __package__, __loader__ and __spec__ set.
Module *module_new(Thread *thread, Str *name);
// Add functions from a table that ends with {0}.
void module_add_natives(Thread *thread, Module *module, const NativeSpec *natives);
// Add `value` under `name`.
void module_add(Thread *thread, Module *module, const char *name, Value value);
// Add a native type made from `spec` under its name; base NULL: object.
Type *module_add_type(Thread *thread, Module *module, const TypeSpec *spec, Type *base);
// The module's __name__ if it is a str, else NULL.
Str *module_name(Thread *thread, Module *module);
// The words of the AttributeError for a name that the module, which has a name itself, lacks.
Str *module_missing_text(Thread *thread, Module *module, const char *text);
// module.name; UNDEFINED if absent (then __getattr__ of the module is not asked).
Value module_lookup(Thread *thread, Module *module, Str *name);
