// SPDX-License-Identifier: MIT
//
// Going back: the memory of the process as it was at a certain moment, again and again.
//
// Exploring runs one program thousands of times. Starting a process for each run costs a
// millisecond, a fork a quarter of one; but most runs change a few dozen pages of memory. So at the
// snapshot all private memory is made read-only; the first write to a page is noticed (SIGSEGV),
// the page is copied aside and made writable. Going back means copying those pages back. The pages
// that runs write to are nearly always the same ones, so after a few runs no write is noticed any
// more, and going back is a copy of some hundred kilobytes: ten microseconds.
//
// What must survive lies in shared memory (shared.h), which is left alone. What the kernel keeps
// (open files, their positions) does not go back: a program that opens files is no case for this.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shared.h"

typedef struct Snapshot Snapshot;

// Remember all private writable memory, and of the calling thread's own stack what lies in
// [stack_low, stack_high). To be called on a stack in shared memory. NULL when that is not
// possible.
Snapshot *snapshot_take(Shared *shared, char *stack_low, char *stack_high);

// Make memory what it was. On a stack in shared memory.
void snapshot_restore(Snapshot *snapshot);

// No going back any more: memory is as it is.
void snapshot_release(Snapshot *snapshot);
