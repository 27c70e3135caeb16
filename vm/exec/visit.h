// SPDX-License-Identifier: MIT
//
// Threads that C has made and that run Mini code now and then: the VM's half of runtime/visitor.h.
#pragma once

#include "interpreter.h"

// Make the calling OS thread, which is not one of the interpreter's, a thread of it, and take the
// GIL. NULL when there is no memory (then the GIL has not been taken).
Thread *visit_begin(Interpreter *interpreter, const char *name);
// It is not coming back: frees it and releases the GIL, which it holds.
void visit_end(Thread *thread);
