// SPDX-License-Identifier: MIT
//
// The runtime's half of a thread: who it is, what it waits for, where its stack is, where its time
// went. The VM's Thread begins with one of these (`struct Thread { RuntimeThread core; ... }`), so
// a pointer to the one is a pointer to the other.
//
// Every Mini thread runs on a real thread of the operating system. Making one costs some 15 us, so
// the OS thread of a Mini thread that has ended stays for a while and runs the next one (a small
// cache; the textbook name is thread pooling). The program does not see it: each Mini thread has
// its own RuntimeThread.
//
// Whenever a thread gives up the GIL it publishes where its stack ends and what is in the registers
// that a called function must preserve. The holder of the GIL can therefore scan the stacks of all
// threads for references: they stand still at a known place, or run C code that must not touch
// objects. "Stopping the world" costs nothing when there is a GIL.
#pragma once

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fiber.h"
#include "gil.h"
#include "ledger.h"
#include "park.h"
#include "sleeper.h"
#include "trace.h"

// Stack sizes that runtime_thread_start accepts are raised to this, the default is the other.
#define RUNTIME_STACK_MIN ((size_t)256 * 1024)
#define RUNTIME_STACK_DEFAULT ((size_t)4 * 1024 * 1024)

typedef struct Carrier Carrier;

#if defined(__x86_64__)
enum { PRESERVED_REGISTERS = 6 };
#elif defined(__aarch64__)
enum { PRESERVED_REGISTERS = 12 };
#else
enum { PRESERVED_REGISTERS = 0 };
#endif

// Where references may be hidden in a thread that waits for the GIL, or that collects.
typedef struct PublishedStack {
    const char *low;   // the innermost published frame; NULL: nothing there yet
    const char *high;  // one past the outermost byte
    const char *limit; // the lowest byte that the thread may use
    uintptr_t registers[PRESERVED_REGISTERS + 1];
#if !defined(__x86_64__) && !defined(__aarch64__)
    jmp_buf others; // on processors that we have no assembly for
#endif
} PublishedStack;

struct RuntimeThread {
    // Immutable once the thread runs:
    Runtime *runtime;
    uint64_t id;     // 1, 2, 3 ... in order of creation; 1 is the main thread
    uint64_t parent; // the id of the thread that started it, 0 for the main one
    void (*entry)(RuntimeThread *thread);
    long native_id; // the kernel's number, 0 until the thread has run
    pthread_t os_thread;
    Carrier *carrier; // the cached OS thread that runs it; NULL for the main thread
    bool is_main;

    // The GIL must be held:
    char name[THREAD_NAME_SIZE];
    bool daemon;
    bool is_stuck;    // parked, and only another thread can end that
    ThreadState life; // THREAD_NEW, THREAD_RUNNING (= alive), _ENDED or _LOST
    ParkResult wake_result;
    RuntimeThread *next; // Runtime.threads, in order of start
    RuntimeThread *previous;
    const Wait *waiting_for;  // NULL unless parked
    int64_t waits_since;      // in a controlled run
    RuntimeThread *wait_next; // in waiting_for->queue
    RuntimeThread *wait_previous;
    WaitQueue joiners;
    CodePosition made_at; // where it was started
    uint64_t locks_held;  // also after its end, when it has not released them
    const void *holds[4]; // locks, while somebody looks for data races; see races.h
    PublishedStack stack;

    // In a controlled run (control.c):
    Fiber fiber;
    bool at_step; // it was switched out before a step
    void (*controlled_run)(RuntimeThread *thread);

    // Only the thread itself:
    SpinHabit gil_habit;    // for waits in line for the GIL
    SpinHabit park_habit;   // for waits in park
    bool counting_ticks;    // what count_ticks was last told
    uint32_t ticks_left;    // under `ticks`: bytecodes until gil_safepoint (the VM counts)
    GilCause released_for;  // why it gave the GIL away last
    const char *blocked_in; // between blocking_begin and blocking_end: which call
    uint64_t task;          // the event loop's current task, while the trace is on
    uint64_t signal_mask;   // what the program blocks in it; see signals.h
    int64_t turn_began;     // when it got the GIL

    // gil->mutex must be held:
    RuntimeThread *gil_next;
    RuntimeThread *gil_previous;
    int64_t gil_asked_at; // since when it waits, ns; CLOCK_NEVER: it got the lock without waiting
    int64_t gil_used;     // how long it has had the lock since it stood at the end of the line
    bool gil_urgent;      // which queue it stands in

    // Anybody, atomically:
    _Atomic uint32_t pending;     // PENDING_ bits
    _Atomic bool parked;          // cleared by unpark
    _Atomic bool granted;         // the GIL was handed over to it
    _Atomic(TraceBuffer *) trace; // NULL: off; only the thread writes into it
    Sleeper sleeper;              // all its sleeping, for the GIL and in park
    Ledger ledger;
};

// Prepare a thread that is to be started; `name` is copied (shortened to 47 bytes). GIL held.
void runtime_thread_init(Runtime *runtime, RuntimeThread *thread, const char *name, bool daemon);

// Run entry(thread) on another OS thread; `entry` begins and returns with the GIL held.
// stack_size 0 = default. Returns 0, or an errno value when there is no thread to be had (nothing
// has changed then). `self` holds the GIL.
int runtime_thread_start(RuntimeThread *self, RuntimeThread *thread,
                         void (*entry)(RuntimeThread *thread), size_t stack_size);

// Make the calling OS thread the main thread of the runtime, and take the GIL.
void runtime_thread_attach_main(Runtime *runtime, RuntimeThread *thread, const char *name);

// The main thread has nothing more to run; releases the GIL for good.
void runtime_thread_detach_main(RuntimeThread *thread);

// Wait until `target` has ended: PARK_WOKEN then, at once if it already has. GIL held by `self`.
// From then on the memory of `target` is the caller's to free.
ParkResult runtime_thread_join(RuntimeThread *self, RuntimeThread *target, int64_t deadline);

// Has been started and has not ended. GIL held.
static inline bool runtime_thread_is_alive(const RuntimeThread *thread) {
    return thread->life == THREAD_RUNNING;
}

// GIL held.
void runtime_thread_set_name(RuntimeThread *thread, const char *name);

// How much of the calling thread's C stack is left, in bytes. Only the thread itself.
size_t runtime_thread_stack_left(const RuntimeThread *thread);

// Is recording on? For events whose arguments cost something.
static inline bool trace_is_on(const RuntimeThread *thread) {
    return __builtin_expect(atomic_load_explicit(&thread->trace, memory_order_acquire) != NULL, 0);
}

// Record an event of the calling thread, if recording is on.
static inline void trace(RuntimeThread *thread, TraceKind kind, int64_t first, int64_t second) {
    if (trace_is_on(thread)) {
        trace_write(thread, kind, first, second);
    }
}

// Publish the caller's stack and registers for the collector. The frame that this is inlined into
// must stay alive until the GIL is held again, or the collection is over: hence no ordinary
// function. GIL held.
__attribute__((always_inline)) static inline void thread_publish_stack(RuntimeThread *thread) {
    PublishedStack *stack = &thread->stack;
#if defined(__x86_64__)
    __asm__ volatile("movq %%rbx, 0(%0)\n\t"
                     "movq %%rbp, 8(%0)\n\t"
                     "movq %%r12, 16(%0)\n\t"
                     "movq %%r13, 24(%0)\n\t"
                     "movq %%r14, 32(%0)\n\t"
                     "movq %%r15, 40(%0)\n\t"
                     "movq %%rsp, 48(%0)\n\t"
                     :
                     : "r"(stack->registers)
                     : "memory");
    stack->low = (const char *)stack->registers[PRESERVED_REGISTERS];
#elif defined(__aarch64__)
    __asm__ volatile("stp x19, x20, [%0, 0]\n\t"
                     "stp x21, x22, [%0, 16]\n\t"
                     "stp x23, x24, [%0, 32]\n\t"
                     "stp x25, x26, [%0, 48]\n\t"
                     "stp x27, x28, [%0, 64]\n\t"
                     "stp x29, x30, [%0, 80]\n\t"
                     "mov x9, sp\n\t"
                     "str x9, [%0, 96]\n\t"
                     :
                     : "r"(stack->registers)
                     : "memory", "x9");
    stack->low = (const char *)stack->registers[PRESERVED_REGISTERS];
#else
    (void)_setjmp(stack->others);
    stack->low = __builtin_frame_address(0);
#endif
}
