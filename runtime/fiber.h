// SPDX-License-Identifier: MIT
//
// A flow of control with a stack of its own, switched to by hand: no kernel, no clock, nobody else
// decides. Free running carries each Mini thread on a thread of the operating system; a controlled
// run carries it on a fiber, because "who runs next" is then a jump of some twenty instructions
// that goes exactly where the schedule says. (Other names: coroutine with a stack, user-level
// thread, green thread.)
//
// All fibers of a run live on one thread of the operating system. Its own stack counts as a fiber
// too, the one that nobody made: an all-zero Fiber, filled in by the first switch away from it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct Fiber {
    void *stack_pointer; // where it was left, registers saved below
    const char *low;     // the lowest byte of its stack; NULL for the OS thread's own
    size_t size;
    void *sanitizer; // what ASan or TSan knows it by
} Fiber;

// A stack for a fiber: `size` bytes rounded up to pages, and a page below them that nobody may
// touch. NULL when there is no memory. It begins at the address returned.
char *fiber_stack_new(size_t size);
void fiber_stack_free(char *stack, size_t size);

// Make `fiber` run entry(argument) on the stack when it is first switched to. `entry` must not
// return.
void fiber_prepare(Fiber *fiber, char *stack, size_t size, void (*entry)(void *argument),
                   void *argument);

// Leave the running fiber, to be continued when somebody switches back to it, and run `to`.
void fiber_switch(Fiber *from, Fiber *to);

// The same from a fiber that will never run again; its stack may be freed once `to` runs.
__attribute__((noreturn)) void fiber_switch_for_good(Fiber *from, Fiber *to);

// The first thing a fiber's entry does.
void fiber_begin(Fiber *fiber);

// The fiber has ended and another one runs: nothing but its stack is left of it.
void fiber_forget(Fiber *fiber);
