// SPDX-License-Identifier: MIT
//
// gc: the collector as programs see it.
//
// In CPython the module steers the search for cycles, which comes on top of reference counts and
// can be switched off. Mini's collector is all there is: it finds every kind of garbage, and
// switching it off would mean never to free anything. So disable() and the thresholds are only
// remembered, and collect() counts bytes nowhere and reports 0 unreachable objects. There are no
// generations; all three numbers mean the same collection.
#include "heap.h"
#include "library.h"
#include "modules.h"

#include <string.h>

enum { WIPED_BYTES = 16 * 1024 };

// Calls that have returned left references on the C stack. The collector's own frames would lie
// over some and leave others in their gaps, where its scan takes them for references in use.
__attribute__((noinline)) static void wipe_returned_calls(void) {
    char below[WIPED_BYTES];
    explicit_bzero(below, sizeof below);
}

static Value gc_collect(Thread *thread, Value *args) {
    (void)args;
    wipe_returned_calls();
    heap_collect(thread_heap(thread));
    return farewells_say(thread) ? value_small_int(0) : VALUE_ERROR;
}

static const NativeSpec gc_functions[] = {
    NATIVE("_collect", gc_collect, "()", "Collect all garbage."),
    NATIVE_END,
};

bool gc_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, gc_functions);
    return true;
}
