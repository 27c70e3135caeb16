// SPDX-License-Identifier: MIT
//
// What fork() leaves behind, and how to live with it. The child of a fork is a copy of the whole
// memory with one thread in it, the one that called fork; all others are gone in the middle of
// whatever they did, and the locks they held stay held for ever. The runtime's own locks are made
// anew here. Mini locks owned by threads that are gone keep their owner, whose `life` is now
// THREAD_LOST: an orphan, which lock_is_orphan() tells.
//
// CPython's counterpart: PyOS_AfterFork_Child.
#pragma once

typedef struct Runtime Runtime;
typedef struct RuntimeThread RuntimeThread;

// Call it in the child before anything else, in the thread that forked while holding the GIL. It
// becomes the main thread and the only one; the others leave all wait queues and are kept in
// Runtime.lost. Nobody controls, records or watches the child.
void runtime_after_fork_child(Runtime *runtime, RuntimeThread *self);
