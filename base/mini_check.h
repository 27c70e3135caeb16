// SPDX-License-Identifier: MIT
//
// Internal consistency checks.
//
// MINI_CHECK guards what must be true whatever a user's program does: a broken
// one is a bug in Mini, never in the script, so the process stops at once with
// the place and a request to report it. Bad input must never get here; it is a
// Diagnostic (syntax) or an exception (run time). Unlike assert() the check is
// present in every build, so keep it off the hottest paths.
#pragma once

#include <stdio.h>
#include <stdlib.h>

// Prints where and why an internal check failed and aborts.
__attribute__((cold, noreturn)) static inline void mini_check_failed(const char *file, int line,
                                                                     const char *message) {
    fprintf(stderr, "mini: internal error at %s:%d: %s\nplease report this bug\n", file, line,
            message);
    abort();
}

#define MINI_CHECK(condition, message)                                                             \
    (__builtin_expect(!!(condition), 1) ? (void)0 : mini_check_failed(__FILE__, __LINE__, message))
