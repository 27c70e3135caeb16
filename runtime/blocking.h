// SPDX-License-Identifier: MIT
//
// The blocking region: the one visible form around every call that may take long without touching
// Mini objects, be it a read() or a matrix product in C.
//
//     blocking_begin(thread, BLOCK_IO, "read");
//     ssize_t got = read(fd, buffer, size);
//     blocking_end(thread);
//
// In between the GIL belongs to others, which is why threads that wait for input overlap even
// though only one thread at a time runs bytecode. CPython's counterpart: Py_BEGIN_ALLOW_THREADS.
#pragma once

#include "thread.h"

// Kinds of blocking calls: how the ledger books them.
typedef enum BlockKind {
    BLOCK_IO,    // files, sockets, pipes
    BLOCK_CHILD, // waits for another process
    BLOCK_SLEEP, // a sleep that is no park()
    BLOCK_CALL,  // C code that computes
    BLOCK_KIND_COUNT,
} BlockKind;

// The part of blocking_begin that need not be inline.
void blocking_begin_published(RuntimeThread *thread, BlockKind kind, const char *what);

// Leave the region: takes the GIL back. Keeps errno.
void blocking_end(RuntimeThread *thread);

// Enter the region: publishes the stack and releases the GIL. No Mini object may be touched until
// blocking_end(); `what` names the call and must outlive it. In the main thread a signal makes the
// call fail with EINTR. The frame that this is inlined into must stay alive until blocking_end():
// wrap it in macros or always-inline functions only.
__attribute__((always_inline)) static inline void blocking_begin(RuntimeThread *thread,
                                                                 BlockKind kind, const char *what) {
    thread_publish_stack(thread);
    blocking_begin_published(thread, kind, what);
}
