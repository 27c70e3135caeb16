// SPDX-License-Identifier: MIT
//
// Threads that the runtime has not made: a library of C has started one, and it calls back into the
// program. A visitor is put on the list of live threads for as long as its OS thread lives; between
// its calls it is without the GIL, like a thread in a blocking region. Nobody waits for it at the
// end of the program.
#pragma once

#include "thread.h"

// The calling OS thread becomes `thread`, which must be zeroed but for what the VM needs in its
// hook `interrupt`, and takes the GIL.
void visitor_enter(Runtime *runtime, RuntimeThread *thread, const char *name);

// Its OS thread is about to end. GIL held; `thread` keeps it until gil_release_for_good.
void visitor_leave(RuntimeThread *thread);

// ---- What thread.c lends ----

// The number of the next thread. Anybody.
uint64_t thread_next_id(Runtime *runtime);
// Put on the list of live threads; take off again, with all that belongs to the end. GIL held.
void thread_join_living(RuntimeThread *thread);
void thread_end(RuntimeThread *thread);
// Learn the bounds of the calling OS thread's stack.
void thread_find_stack(RuntimeThread *thread);
