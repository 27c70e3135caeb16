// SPDX-License-Identifier: MIT
//
// Finding deadlocks in the wait-for graph: used by park.c alone.
#pragma once

#include "park.h"

// `thread` has just begun to wait. Returns the thread whose park() has to return PARK_DEADLOCK, or
// NULL when there is no deadlock (or the runtime was told not to raise); the explanation is ready
// then. GIL held.
RuntimeThread *deadlock_find(RuntimeThread *thread);

// The same after a thread has ended: only "everybody waits" can be new. GIL held.
RuntimeThread *deadlock_find_all_stuck(Runtime *runtime);
