// SPDX-License-Identifier: MIT
//
// sys.stdin, sys.stdout and sys.stderr.
#pragma once

#include "library.h"

// Make the three files and add them to sys, also under their dunder names.
bool standard_files_init(Thread *thread, Module *sys);
// Write UTF-8 text to what sys.stderr is now; falls back to descriptor 2. Clears errors on the way.
void standard_files_complain(Thread *thread, const char *text, size_t length);
// The traceback of `exception` on sys.stderr, after flushing sys.stdout. false: exception set.
bool standard_files_print_exception(Thread *thread, Value exception);
// Flush stdout and stderr, so that a copy of this process does not print their contents again. What
// cannot be written stays; false only with an exception such as KeyboardInterrupt.
bool standard_files_flush_for_fork(Thread *thread);
// Flush stdout and stderr at the end of the program; false when stdout could not be written
// (already reported on stderr).
bool standard_files_flush(Thread *thread);
