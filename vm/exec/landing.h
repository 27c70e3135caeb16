// SPDX-License-Identifier: MIT
//
// Where a thread lands when memory runs out: a place on its C stack that can be jumped back to.
//
// Every loop that C code starts sets one, so setting must cost next to nothing. setjmp of the C
// library saves (and encrypts) all registers that a function has to preserve; the compiler's own
// version saves three words and lets the function that lands restore the rest. It asks for what is
// true here anyway: nobody jumps to a landing of his own function. The sanitizers follow only the
// library's version.
#pragma once

#include <setjmp.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LANDING_USES_LIBRARY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LANDING_USES_LIBRARY 1
#endif
#endif

#if defined(LANDING_USES_LIBRARY)
typedef jmp_buf Landing;
// 0 when set, something else when landed on.
#define LANDING_SET(landing) _setjmp(landing)
#define LANDING_JUMP(landing) longjmp(landing, 1)
#else
typedef void *Landing[5];
#define LANDING_SET(landing) __builtin_setjmp(landing)
#define LANDING_JUMP(landing) __builtin_longjmp(landing, 1)
#endif
