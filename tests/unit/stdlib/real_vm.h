// SPDX-License-Identifier: MIT
//
// An interpreter with the standard library, for tests in C that need real objects; and the lists of
// cases that test_stdlib.c runs.
#pragma once

#include "interpreter.h"

#include <check.h>

// A new interpreter; the calling thread is its main thread and holds the GIL.
Thread *real_vm_open(void);
void real_vm_close(Thread *thread);
// Run a program; the test fails if it ends with an exception.
void real_vm_run(Thread *thread, const char *program);

TCase *aio_queue_cases(void);
TCase *aio_trace_cases(void);
