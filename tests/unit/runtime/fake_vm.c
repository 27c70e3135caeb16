// SPDX-License-Identifier: MIT
//
// The hooks are what a VM has to provide, in their smallest form: `interrupt` sets a flag that the
// next bytecode sees, `position` packs the line into a CodePosition.
#include "fake_vm.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void interrupt(RuntimeThread *thread) {
    atomic_store(&((FakeThread *)thread)->trapped, true);
}

static void count_ticks(RuntimeThread *thread, bool on) {
    ((FakeThread *)thread)->counting = on;
}

static void describe(RuntimeThread *thread, StringBuilder *out) {
    sb_printf(out, "line %u", ((FakeThread *)thread)->line);
}

static CodePosition position(RuntimeThread *thread) {
    return (CodePosition){.code = "code", .offset = ((FakeThread *)thread)->line};
}

static void describe_position(Runtime *runtime, CodePosition where, StringBuilder *out) {
    (void)runtime;
    sb_printf(out, "line %u", where.offset);
}

void fake_vm_open(FakeVm *vm, const char *policy, int64_t interval) {
    RuntimeConfig config = {
        .gil_policy = policy,
        .switch_interval = interval,
        .hooks = {.interrupt = interrupt,
                  .count_ticks = count_ticks,
                  .describe = describe,
                  .position = position,
                  .describe_position = describe_position},
    };
    memset(vm, 0, sizeof *vm);
    ck_assert(runtime_init(&vm->runtime, &config));
    runtime_thread_attach_main(&vm->runtime, &vm->main.core, "MainThread");
}

int fake_policy_count(void) {
    int count = 0;
    while (gil_policy_name_at((size_t)count)) {
        count++;
    }
    return count;
}

void fake_vm_close(FakeVm *vm) {
    runtime_thread_detach_main(&vm->main.core);
    ck_assert(runtime_destroy(&vm->runtime));
}

static void safepoint(FakeThread *thread) {
    thread->safepoints++;
    thread->seen |= gil_safepoint(&thread->core);
}

void fake_bytecode(FakeThread *thread) {
    thread->bytecodes++;
    if (atomic_load(&thread->trapped)) {
        atomic_store(&thread->trapped, false);
        safepoint(thread);
    }
    if (thread->counting && --thread->core.ticks_left == 0) {
        safepoint(thread);
    }
}

void fake_bytecodes(FakeThread *thread, int count) {
    for (int i = 0; i < count; i++) {
        fake_bytecode(thread);
    }
}

static void run_body(RuntimeThread *core) {
    FakeThread *thread = (FakeThread *)core;
    thread->body(thread);
}

void fake_start(FakeVm *vm, FakeThread *thread, const char *name, void (*body)(FakeThread *),
                void *context) {
    memset(thread, 0, sizeof *thread);
    runtime_thread_init(&vm->runtime, &thread->core, name, false);
    thread->body = body;
    thread->context = context;
    ck_assert_int_eq(runtime_thread_start(&vm->main.core, &thread->core, run_body, 0), 0);
}

void fake_join(FakeVm *vm, FakeThread *thread) {
    ParkResult result = runtime_thread_join(&vm->main.core, &thread->core, CLOCK_NEVER);
    ck_assert_int_eq(result, PARK_WOKEN);
}

ParkResult fake_park(FakeThread *thread, WaitQueue *queue, int64_t deadline) {
    Wait wait = {.kind = WAIT_EVENT, .queue = queue, .deadline = deadline};
    return park(&thread->core, &wait);
}

void fake_wait_for_waiters(FakeVm *vm, const WaitQueue *queue, uint64_t length) {
    while (wait_queue_length(queue) != length) {
        fake_system_call(&vm->main);
    }
}

void fake_system_call(FakeThread *thread) {
    blocking_begin(&thread->core, BLOCK_IO, "sched_yield");
    sched_yield();
    blocking_end(&thread->core);
}

void fake_interrupt_until_told(FakeThread *thread) {
    const bool *is_out = thread->context;
    while (!*is_out) {
        kill(getpid(), SIGINT);
        fake_system_call(thread);
    }
}

int64_t fake_deadline(const FakeThread *thread, int64_t ns) {
    return clock_deadline(&thread->core.runtime->clock, ns);
}
