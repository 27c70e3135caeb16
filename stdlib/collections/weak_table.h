// SPDX-License-Identifier: MIT
//
// Weak references: objects that know another object without keeping it alive.
//
// A WeakReference holds the address of its target in a field that its trace leaves out. All of
// them stand in one hash table, keyed by that address, which the collector neither traces: when
// everything that lives has been marked it calls the table (Interpreter.forget_dead), and the table
// drops the references that are dead themselves and empties those whose target is. Objects never
// move, so addresses are good keys; and since the world stands still between marking and
// forgetting, nobody can pick up a target that is about to go.
//
// Callbacks are Mini code and can not run inside a collection. The emptied references that have
// one are queued, and the thread is told to stop before its next bytecode (Interpreter.mourn).
// A target may be named by a stale word on some C stack and then outlives its last reference by a
// collection; nothing here depends on when an object is found dead.
//
// CPython's counterpart: Objects/weakrefobject.c, with a list of references in each object.
#pragma once

#include "library.h"

typedef struct WeakReference WeakReference;
struct WeakReference {
    Object object;
    uint64_t born;       // serial number; small, so no address (second-word rule)
    uint64_t family;     // `born` of the oldest reference to the same target
    Object *target;      // NULL: dead. Not traced
    WeakReference *next; // in its bucket, not traced; or in the queue of callbacks
    Value callback;      // None: none
    uint64_t hash;       // the target's, once somebody has asked
    uint64_t hash_known;
};

// Begin to keep weak references; `runner` gets a list of (callback, reference) pairs.
void weak_table_open(Thread *thread, Value runner);

// A new reference of `type` to `target`, or the one there is already if neither has a callback and
// `shared` says that one will do. NULL with TypeError for targets that do not allow it.
WeakReference *weak_refer(Thread *thread, Type *type, Value target, Value callback, bool shared);

// The references to `target`: those without a callback first, then the newest first.
Value weak_references_to(Thread *thread, Value target);

static inline WeakReference *as_weak(Value v) {
    return (WeakReference *)as_object(v);
}
