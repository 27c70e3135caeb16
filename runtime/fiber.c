// SPDX-License-Identifier: MIT
//
// Switching stacks. The calling convention says which registers a called function must preserve;
// so a switch, which looks like a function call to the compiler, has to save just those: it pushes
// them on the old stack, changes the stack pointer, and pops them from the new one. A new fiber's
// stack is laid out as if it had been left that way, about to return into `start`.
//
// On processors that we have no assembly for, the C library's swapcontext does the same with two
// system calls more. The sanitizers follow stacks, so they are told of every switch.
#include "fiber.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mini_check.h"

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// ---- stacks ----

static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t in_pages(size_t size) {
    return (size + page_size() - 1) & ~(page_size() - 1);
}

char *fiber_stack_new(size_t size) {
    size_t guard = page_size();
    char *memory = mmap(NULL, in_pages(size) + guard, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    mprotect(memory, guard, PROT_NONE);
    return memory + guard;
}

void fiber_stack_free(char *stack, size_t size) {
    munmap(stack - page_size(), in_pages(size) + page_size());
}

// ---- what the sanitizers are told ----

#if defined(__SANITIZE_ADDRESS__)
static void find_own_stack(Fiber *fiber) {
    pthread_attr_t attributes;
    void *lowest = NULL;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &lowest, &fiber->size);
        pthread_attr_destroy(&attributes);
    }
    fiber->low = lowest;
}
#endif

static void tell_of_departure(Fiber *from, const Fiber *to, bool for_good) {
    (void)from;
    (void)to;
    (void)for_good;
#if defined(__SANITIZE_ADDRESS__)
    if (from->low == NULL) {
        find_own_stack(from);
    }
    __sanitizer_start_switch_fiber(for_good ? NULL : &from->sanitizer, to->low, to->size);
#endif
#if defined(__SANITIZE_THREAD__)
    if (from->sanitizer == NULL) {
        from->sanitizer = __tsan_get_current_fiber();
    }
    __tsan_switch_to_fiber(to->sanitizer, 0);
#endif
}

static void tell_of_arrival(Fiber *fiber) {
    (void)fiber;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fiber->sanitizer, NULL, NULL);
#endif
}

void fiber_begin(Fiber *fiber) {
    tell_of_arrival(fiber);
}

void fiber_forget(Fiber *fiber) {
    (void)fiber;
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(fiber->sanitizer);
#endif
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(fiber->low, fiber->size);
#endif
#if !defined(__x86_64__)
    free(fiber->stack_pointer);
#endif
}

// ---- the switch ----

#if defined(__x86_64__)

// Push what must be preserved, note where, and go on where `to` points.
__attribute__((naked, noinline)) static void swap_stacks(__attribute__((unused)) void **from,
                                                         __attribute__((unused)) void *to) {
    __asm__("pushq %rbp\n\t"
            "pushq %rbx\n\t"
            "pushq %r12\n\t"
            "pushq %r13\n\t"
            "pushq %r14\n\t"
            "pushq %r15\n\t"
            "movq %rsp, (%rdi)\n\t"
            "movq %rsi, %rsp\n\t"
            "popq %r15\n\t"
            "popq %r14\n\t"
            "popq %r13\n\t"
            "popq %r12\n\t"
            "popq %rbx\n\t"
            "popq %rbp\n\t"
            "retq\n\t");
}

// Where a new fiber "returns" to: r12 and r13 were popped from what lay_out put there.
__attribute__((naked, noinline)) static void start(void) {
    __asm__("movq %r13, %rdi\n\t"
            "callq *%r12\n\t"
            "ud2\n\t");
}

static void lay_out(Fiber *fiber, char *high, void (*entry)(void *), void *argument) {
    enum { RBP = 5, RBX = 4, R12 = 3, R13 = 2, SAVED = 6, RETURN = SAVED };
    uintptr_t *words = (uintptr_t *)(void *)high - (RETURN + 3); // `start` wants it aligned
    words[RBP] = words[RBX] = words[0] = words[1] = 0;
    words[R12] = (uintptr_t)entry;
    words[R13] = (uintptr_t)argument;
    words[RETURN] = (uintptr_t)start;
    words[RETURN + 1] = words[RETURN + 2] = 0;
    fiber->stack_pointer = words;
}

static void change(Fiber *from, const Fiber *to) {
    swap_stacks(&from->stack_pointer, to->stack_pointer);
}

#else

static void start(unsigned high_entry, unsigned low_entry, unsigned high, unsigned low) {
    void (*entry)(void *) = (void (*)(void *))(((uintptr_t)high_entry << 32) | low_entry);
    entry((void *)(((uintptr_t)high << 32) | low));
}

static ucontext_t *context_of(Fiber *fiber) {
    if (fiber->stack_pointer == NULL) {
        fiber->stack_pointer = calloc(1, sizeof(ucontext_t));
        MINI_CHECK(fiber->stack_pointer != NULL, "no memory to switch stacks");
    }
    return fiber->stack_pointer;
}

static void lay_out(Fiber *fiber, char *high, void (*entry)(void *), void *argument) {
    (void)high;
    ucontext_t *context = context_of(fiber);
    getcontext(context);
    context->uc_stack.ss_sp = (char *)fiber->low;
    context->uc_stack.ss_size = fiber->size;
    makecontext(context, (void (*)(void))start, 4, (unsigned)((uint64_t)(uintptr_t)entry >> 32),
                (unsigned)(uintptr_t)entry, (unsigned)((uint64_t)(uintptr_t)argument >> 32),
                (unsigned)(uintptr_t)argument);
}

static void change(Fiber *from, Fiber *to) {
    swapcontext(context_of(from), context_of(to));
}

#endif

void fiber_prepare(Fiber *fiber, char *stack, size_t size, void (*entry)(void *argument),
                   void *argument) {
    *fiber = (Fiber){.low = stack, .size = size};
#if defined(__SANITIZE_THREAD__)
    fiber->sanitizer = __tsan_create_fiber(0);
#endif
    lay_out(fiber, stack + size, entry, argument);
}

void fiber_switch(Fiber *from, Fiber *to) {
    tell_of_departure(from, to, false);
    change(from, to);
    tell_of_arrival(from);
}

void fiber_switch_for_good(Fiber *from, Fiber *to) {
    tell_of_departure(from, to, true);
    change(from, to);
    mini_check_failed(__FILE__, __LINE__, "a fiber that has ended was continued");
}
