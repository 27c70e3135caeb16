// SPDX-License-Identifier: MIT
//
// The module time: clocks and sleeping.
//
// sleep() is a park with a deadline, so that Ctrl-C ends it at once, the ledger books it as sleep,
// and a controlled schedule can replace it by a jump of the virtual clock.
#include "time_module.h"

#include "int.h"
#include "str.h"
#include "tuple.h"
#include "waiting.h"

#include <time.h>

static int64_t clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static Value seconds(int64_t ns) {
    return value_float((double)ns * 1e-9);
}

static int64_t monotonic_ns(Thread *thread) {
    return runtime_now(&thread->interpreter->runtime);
}

static Value time_time(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return seconds(clock_ns(CLOCK_REALTIME));
}
static Value time_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, clock_ns(CLOCK_REALTIME));
}
static Value time_monotonic(Thread *thread, Value *args) {
    (void)args;
    return seconds(monotonic_ns(thread));
}
static Value time_monotonic_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, monotonic_ns(thread));
}
static Value time_process_time(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return seconds(clock_ns(CLOCK_PROCESS_CPUTIME_ID));
}
static Value time_process_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, clock_ns(CLOCK_PROCESS_CPUTIME_ID));
}
static Value time_thread_time(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return seconds(clock_ns(CLOCK_THREAD_CPUTIME_ID));
}
static Value time_thread_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, clock_ns(CLOCK_THREAD_CPUTIME_ID));
}

static Value time_sleep(Thread *thread, Value *args) {
    int64_t ns;
    if (!seconds_to_ns(thread, args[0], &ns)) {
        return VALUE_ERROR;
    }
    if (ns < 0) {
        return raise_error(thread, ERROR_ValueError, "sleep length must be non-negative");
    }
    int64_t deadline;
    if (__builtin_add_overflow(monotonic_ns(thread), ns, &deadline)) {
        deadline = CLOCK_NEVER - 1;
    }
    for (;;) {
        switch (wait_outcome(thread, sleep_until(&thread->core, deadline))) {
        case WAIT_FAILED:
            return VALUE_ERROR;
        case WAIT_TIMED_OUT:
            return VALUE_NONE;
        case WAIT_AGAIN:
        case WAIT_WOKEN:
            break;
        }
    }
}

static const NativeSpec functions[] = {
    {"time", time_time, "()", "Seconds since 1970 began.", 0},
    {"time_ns", time_time_ns, "()", "Nanoseconds since 1970 began.", 0},
    {"monotonic", time_monotonic, "()", "Seconds on a clock that never goes back.", 0},
    {"monotonic_ns", time_monotonic_ns, "()", "The same in nanoseconds.", 0},
    {"perf_counter", time_monotonic, "()", "Seconds for measuring how long something takes.", 0},
    {"perf_counter_ns", time_monotonic_ns, "()", "The same in nanoseconds.", 0},
    {"process_time", time_process_time, "()", "CPU seconds of the whole process.", 0},
    {"process_time_ns", time_process_time_ns, "()", "The same in nanoseconds.", 0},
    {"thread_time", time_thread_time, "()", "CPU seconds of the calling thread.", 0},
    {"thread_time_ns", time_thread_time_ns, "()", "The same in nanoseconds.", 0},
    {"sleep", time_sleep, "(seconds, /)", "Do nothing for so many seconds; others run.", 0},
    {0},
};

bool time_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
