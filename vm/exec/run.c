// SPDX-License-Identifier: MIT
//
// Around the loop: starting it, stopping it at safepoints, and getting out when memory runs out.
//
// An allocation that finds no memory does not return: it unwinds the C stack to the innermost
// loop (landing.h), which raises MemoryError at the instruction that was being executed. That is
// why native code need not test every allocation, and must not hold anything the collector does not
// know of while it allocates.
#include "execute.h"

#include "collection.h"
#include "exception.h"
#include "mini_check.h"
#include "visible.h"

#include <signal.h>
#include <string.h>

enum { DEAD_STACK = 16 * 1024 };

static void fill_dispatch(Thread *thread, void *const *labels, bool same) {
    for (size_t i = 0; i < OP_COUNT; i++) {
        __atomic_store_n(&thread->dispatch[i], same ? labels[0] : labels[i], __ATOMIC_RELAXED);
    }
}

// The body of each opcode, but for steps the label that asks first.
static void fill_for_steps(Thread *thread) {
    void *const *labels = thread->interpreter->labels;
    for (size_t op = 0; op < OP_COUNT; op++) {
        thread->dispatch[op] = labels[opcode_is_visible((uint16_t)op) ? LABEL_STEP : op];
    }
}

void dispatch_reset(Thread *thread) {
    void *const *labels = thread->interpreter->labels;
    if (thread->tracing) {
        fill_dispatch(thread, &labels[LABEL_TRACE], true);
    } else if (thread->core.counting_ticks) {
        fill_dispatch(thread, &labels[LABEL_COUNT_TICK], true);
    } else if (thread->interpreter->watches_steps) {
        fill_for_steps(thread);
    } else {
        fill_dispatch(thread, labels, false);
    }
}

void dispatch_set_trap(Thread *thread) {
    fill_dispatch(thread, &thread->interpreter->labels[LABEL_TRAP], true);
}

static bool handle_signal(Thread *thread, int number) {
    if (thread->interpreter->signal_hook) {
        return thread->interpreter->signal_hook(thread, number);
    }
    if (number != SIGINT) {
        return true;
    }
    raise_value(thread, value_object(exception_new(thread, ERROR_KeyboardInterrupt, NULL)));
    return false;
}

// Run the handlers, lowest number first. When one raises, the others wait for the next safepoint.
static bool handle_signals(Thread *thread) {
    Runtime *runtime = &thread->interpreter->runtime;
    for (uint64_t left = signals_take(runtime); left != 0;) {
        int number = __builtin_ctzll(left) + 1;
        left &= left - 1;
        trace(&thread->core, TRACE_SIGNAL, number, 0);
        if (handle_signal(thread, number)) {
            continue;
        }
        if (left != 0) {
            signals_put_back(runtime, left);
        }
        return false;
    }
    return true;
}

// Calls that have returned, or were cut off, left references on the C stack. They would be scanned
// with the frames that are put there next, and keep objects alive that nobody has any more.
__attribute__((noinline)) static void wipe_stack(void) {
    char unused[DEAD_STACK];
    memset(unused, 0, sizeof unused);
    __asm__ volatile("" : : "r"(unused) : "memory");
}

void collection_ask(Thread *thread) {
    gil_interrupt(&thread->core, PENDING_COLLECT);
}

static void collect_between_instructions(Thread *thread) {
    wipe_stack();
    heap_collect(thread_heap(thread));
}

bool thread_safepoint(Thread *thread) {
    dispatch_reset(thread);
    uint32_t pending = gil_safepoint(&thread->core);
    bool good = true;
    if (pending & PENDING_COLLECT) {
        collect_between_instructions(thread);
        pending |= PENDING_DEATH;
    }
    if ((pending & PENDING_SIGNAL) && thread->core.is_main) {
        good = handle_signals(thread);
    }
    if (good && (pending & PENDING_DEATH)) {
        return farewells_say(thread);
    }
    if (pending & PENDING_DEATH) {
        gil_interrupt(&thread->core, PENDING_DEATH);
    }
    return good;
}

bool thread_take_signals(Thread *thread) {
    atomic_fetch_and(&thread->core.pending, ~(uint32_t)PENDING_SIGNAL);
    return !thread->core.is_main || handle_signals(thread);
}

// Memory ran out somewhere above: forget what was under construction there. `depth` is the
// recursion depth at the loop's first frame.
static void recover(Thread *thread, int depth) {
    thread->entering_top = NULL;
    stack_recover(thread);
    for (const Frame *frame = thread->frame; (frame->flags & FRAME_ENTRY) == 0;
         frame = frame->caller) {
        depth++;
    }
    thread->recursion_depth = depth;
    wipe_stack();
}

static Value run_protected(Thread *thread, bool raising) {
    Landing *outer = thread->out_of_memory;
    int native_depth = thread->native_depth, depth = thread->recursion_depth;
    Landing here;
    volatile bool start_raising = raising;
    if (depth <= 1 && thread->core.is_main) {
        wipe_stack(); // the start-up's: the loop's frame stays on top of it to the end
    }
    thread->out_of_memory = &here;
    if (LANDING_SET(here) != 0) {
        thread->native_depth = native_depth;
        recover(thread, depth);
        start_raising = true;
    }
    Value result = execute(thread, start_raising, NULL);
    thread->out_of_memory = outer;
    return result;
}

Value run_frame(Thread *thread, Frame *frame) {
    MINI_CHECK(thread->frame == frame, "the frame to run must be the current one");
    return run_protected(thread, false);
}

Value run_frame_raising(Thread *thread, Frame *frame) {
    MINI_CHECK(thread->frame == frame, "the frame to run must be the current one");
    return run_protected(thread, true);
}

__attribute__((noinline)) bool run_guarded(Thread *thread, GuardedStep *step, void *context) {
    Landing *outer = thread->out_of_memory;
    int native_depth = thread->native_depth, depth = thread->recursion_depth;
    Landing here;
    volatile bool done = false;
    thread->out_of_memory = &here;
    if (LANDING_SET(here) == 0) {
        done = step(thread, context);
    } else {
        thread->native_depth = native_depth;
        thread->entering_top = NULL;
        stack_recover(thread);
        thread->recursion_depth = depth;
        wipe_stack();
    }
    thread->out_of_memory = outer;
    return done;
}
