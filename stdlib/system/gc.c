// SPDX-License-Identifier: MIT
//
// gc: the collector as programs see it.
//
// In CPython the module steers the search for cycles, which comes on top of reference counts and
// can be switched off. Mini's collector is all there is: it finds every kind of garbage, and
// switching it off would mean never to free anything. So disable() and the thresholds are only
// remembered, and collect() counts bytes nowhere and reports 0 unreachable objects. There are no
// generations; all three numbers mean the same collection.
//
// The collection comes when the call of _collect() has returned (collection.h).
#include "collection.h"
#include "library.h"
#include "modules.h"

static Value gc_collect(Thread *thread, Value *args) {
    (void)args;
    collection_ask(thread);
    return VALUE_NONE;
}

static const NativeSpec gc_functions[] = {
    NATIVE("_collect", gc_collect, "()", "Collect all garbage before the next instruction."),
    NATIVE_END,
};

bool gc_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, gc_functions);
    return true;
}
