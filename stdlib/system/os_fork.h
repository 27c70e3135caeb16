// SPDX-License-Identifier: MIT
//
// Forking, for all that forks: os.fork, os.forkpty, and the module process.
#pragma once

#include "library.h"

// Rows for sys: how modules of the library hear of forks without importing os.
extern const NativeSpec os_fork_sys_functions[];
// Rows for os.
extern const NativeSpec os_fork_functions[];

// Fork by `call` (which returns what fork() does), with everything that belongs to it: hooks,
// buffers, the repair of the child, the warning. `name` is for the warning. The result of `call`
// as an int; VALUE_ERROR when the system refused or a buffer could not be flushed.
Value os_fork_by(Thread *thread, const char *name, pid_t (*call)(void *context), void *context);
