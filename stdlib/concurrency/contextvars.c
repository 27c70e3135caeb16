// SPDX-License-Identifier: MIT
//
// The native half of contextvars: which context a thread is in.
//
// A context is a Mini object (contextvars.mini) that maps variables to values. Each thread has one
// at a time, in Thread.context; it gets an empty one when it first asks. Context.run, and with it
// an event loop that gives each task a context, exchanges it for another one and back.
#include "interpreter.h"
#include "library.h"
#include "modules.h"

static Value context_current(Thread *thread, Value *args) {
    (void)args;
    return is_object(thread->context) ? thread->context : VALUE_NONE;
}

static Value context_exchange(Thread *thread, Value *args) {
    Value old = is_object(thread->context) ? thread->context : VALUE_NONE;
    thread->context = is_none(args[0]) ? VALUE_UNDEFINED : args[0];
    return old;
}

static const NativeSpec context_functions[] = {
    NATIVE("current", context_current, "()", "Return the thread's context, or None."),
    NATIVE("exchange", context_exchange, "(context, /)",
           "Put the thread into another context and return the one before, or None."),
    NATIVE_END,
};

bool contextvars_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, context_functions);
    return true;
}
