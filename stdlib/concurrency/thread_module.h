// SPDX-License-Identifier: MIT
//
// The native half of threading.
#pragma once

#include "module.h"

// Fills the module `_thread`.
bool thread_module_init(Thread *thread, Module *module);
// Whether the thread of a _ThreadHandle is alive.
bool thread_handle_is_running(Value handle);
// End of the main program: waits for all threads that are not daemons (threading._shutdown). An
// exception may be set.
void thread_module_shutdown(Thread *thread);
// The calling thread is one that C has made, it ends, and holds the GIL: handles forget it. In the
// child of a fork, where it is the main thread, the process ends here.
void thread_handle_visitor_ends(Thread *thread);
