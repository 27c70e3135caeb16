// SPDX-License-Identifier: MIT
//
// Calling Mini from C: whatever a native wants from a value that may be written in Mini. Each
// function may run arbitrary Mini code, may switch threads, may collect garbage, may raise.
#pragma once

#include "object.h"

// Call `callee` with `count` positional arguments. Result or VALUE_ERROR.
Value call_value(Thread *thread, Value callee, Value *args, size_t count);
// The last keywords->length of `args` are keyword arguments.
Value call_with_keywords(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords);
static inline Value call_0(Thread *thread, Value callee) {
    return call_value(thread, callee, NULL, 0);
}
static inline Value call_1(Thread *thread, Value callee, Value a) {
    return call_value(thread, callee, &a, 1);
}
static inline Value call_2(Thread *thread, Value callee, Value a, Value b) {
    Value args[] = {a, b};
    return call_value(thread, callee, args, 2);
}
// Call the method `name` of `self`, looked up on the type only (as special methods are) when
// `special`, else as `self.name(...)`. AttributeError if there is none.
Value call_method(Thread *thread, Value self, Str *name, Value *args, size_t count);
// The special method of the type bound for calling with self first, or UNDEFINED without error.
Value special_method(Thread *thread, Value self, Str *name);

// Count a level of C recursion; false with RecursionError when the C stack is nearly used up.
// The message ends with what was being done: " in comparison", as in _Py_EnterRecursiveCall.
bool native_enter(Thread *thread);
bool native_enter_for(Thread *thread, const char *doing);
void native_leave(Thread *thread);
