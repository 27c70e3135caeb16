// SPDX-License-Identifier: MIT
//
// Exceptions that nobody can catch: sys.unraisablehook.
#pragma once

#include "library.h"

extern const NativeSpec unraisable_functions[]; // of the module sys

// Hand `exception` to sys.unraisablehook; `message` ends without a colon; NULL: "Exception
// ignored in". `object` may be None.
void unraisable_report(Thread *thread, Value exception, const char *message, Value object);
