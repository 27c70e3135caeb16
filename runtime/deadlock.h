// SPDX-License-Identifier: MIT
//
// Finding deadlocks in the wait-for graph, for park.c; and telling what a thread waits for.
#pragma once

#include "park.h"
#include "string_builder.h"

// `thread` has just begun to wait. Returns the thread whose park() has to return PARK_DEADLOCK, or
// NULL when there is no deadlock (or the runtime was told not to raise); the explanation is ready
// then. GIL held.
RuntimeThread *deadlock_find(RuntimeThread *thread);

// The same after a thread has ended: only "everybody waits" can be new. GIL held.
RuntimeThread *deadlock_find_all_stuck(Runtime *runtime);

// Append what a parked thread waits for, and who can end that: " waits for lock `a`, held by
// Thread-2 since line 7, in deposit". Nothing if it is not parked. GIL held, by any thread.
void deadlock_tell_wait(RuntimeThread *thread, StringBuilder *out);
