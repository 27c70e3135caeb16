// SPDX-License-Identifier: MIT
//
// Contexts as C code uses them: an event loop gives each task and each callback one of its own.
//
// Thread.context is the context that a thread is in, in one of three forms: UNDEFINED (nothing was
// ever set), a Dict (a *snapshot*: the values that a copied context begins with, never changed), or
// a Context object. The first access of the program makes an object of the other two, so a copy
// that nobody looks into costs nothing at all.
#pragma once

#include "library.h"

// What a copy of the thread's context begins with: UNDEFINED or a Dict, to be entered later.
Value context_snapshot(Thread *thread);
// Be in `context` (any of the three forms) from now on; *outer gets what the thread was in. false
// with RuntimeError if it is an object that is entered already.
bool context_enter(Thread *thread, Value context, Value *outer);
// Go back to `outer`. Returns what the context that is left has become, for entering it again.
Value context_leave(Thread *thread, Value outer);
// The object for `context`, which may be UNDEFINED or a snapshot.
Value context_object(Thread *thread, Value context);
bool is_context(Thread *thread, Value v);
