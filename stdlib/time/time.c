// SPDX-License-Identifier: MIT
//
// The module time: clocks and sleeping.
//
// sleep() is a park with a deadline, so that Ctrl-C ends it at once, the ledger books it as sleep,
// and a controlled schedule can replace it by a jump of the virtual clock.
#include "time_module.h"

#include "modules.h"

#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "waiting.h"

#include <errno.h>
#include <string.h>
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

static int64_t time_of_day(const Thread *thread) {
    return clock_time_of_day(&thread->interpreter->runtime.clock);
}

// Virtual time passes only while somebody computes.
static int64_t cpu_ns(Thread *thread, clockid_t id) {
    return thread->interpreter->runtime.clock.is_virtual ? monotonic_ns(thread) : clock_ns(id);
}

static Value time_time(Thread *thread, Value *args) {
    (void)args;
    return seconds(time_of_day(thread));
}
static Value time_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, time_of_day(thread));
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
    (void)args;
    return seconds(cpu_ns(thread, CLOCK_PROCESS_CPUTIME_ID));
}
static Value time_process_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, cpu_ns(thread, CLOCK_PROCESS_CPUTIME_ID));
}
static Value time_thread_time(Thread *thread, Value *args) {
    (void)args;
    return seconds(cpu_ns(thread, CLOCK_THREAD_CPUTIME_ID));
}
static Value time_thread_time_ns(Thread *thread, Value *args) {
    (void)args;
    return int_from_int64(thread, cpu_ns(thread, CLOCK_THREAD_CPUTIME_ID));
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

// ---- Clocks by name and by number ----

static Value time_clock_gettime(Thread *thread, Value *args) {
    int64_t id;
    struct timespec t;
    if (!operation_index_int64(thread, args[0], &id))
        return VALUE_ERROR;
    if (clock_gettime((clockid_t)id, &t) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return value_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9);
}
static Value time_clock_gettime_ns(Thread *thread, Value *args) {
    int64_t id;
    struct timespec t;
    if (!operation_index_int64(thread, args[0], &id))
        return VALUE_ERROR;
    if (clock_gettime((clockid_t)id, &t) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return int_from_int64(thread, (int64_t)t.tv_sec * 1000000000 + t.tv_nsec);
}
static Value time_clock_getres(Thread *thread, Value *args) {
    int64_t id;
    struct timespec t;
    if (!operation_index_int64(thread, args[0], &id))
        return VALUE_ERROR;
    if (clock_getres((clockid_t)id, &t) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return value_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9);
}

// (implementation, monotonic, adjustable, resolution) of a named clock; time.mini names them.
static Value time_clock_facts(Thread *thread, Value *args) {
    static const struct {
        const char *name, *call;
        clockid_t id;
        bool monotonic;
    } clocks[] = {
        {"time", "clock_gettime(CLOCK_REALTIME)", CLOCK_REALTIME, false},
        {"monotonic", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true},
        {"perf_counter", "clock_gettime(CLOCK_MONOTONIC)", CLOCK_MONOTONIC, true},
        {"process_time", "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", CLOCK_PROCESS_CPUTIME_ID, true},
        {"thread_time", "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", CLOCK_THREAD_CPUTIME_ID, true}};
    const char *name = library_need_text(thread, args[0], "get_clock_info() argument 1");
    struct timespec t;
    for (size_t i = 0; name && i < sizeof clocks / sizeof *clocks; i++) {
        if (strcmp(name, clocks[i].name) != 0)
            continue;
        clock_getres(clocks[i].id, &t);
        Value facts[] = {library_text(thread, clocks[i].call), value_bool(clocks[i].monotonic),
                         value_bool(!clocks[i].monotonic),
                         value_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9)};
        return value_object(tuple_from_array(thread, facts, 4));
    }
    return name ? raise_error(thread, ERROR_ValueError, "unknown clock") : VALUE_ERROR;
}

static const NativeSpec functions[] = {
    {"clock_gettime", time_clock_gettime, "(clk_id, /)", "The time of a clock, as a float.", 0},
    {"clock_gettime_ns", time_clock_gettime_ns, "(clk_id, /)", "The same in nanoseconds.", 0},
    {"clock_getres", time_clock_getres, "(clk_id, /)", "The resolution of a clock.", 0},
    {"_clock_facts", time_clock_facts, "(name, /)", "What is known about a clock.", 0},
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
    module_add_natives(thread, module, time_calendar_functions);
    time_calendar_add_zone(thread, module);
    module_add(thread, module, "struct_time",
               value_object(library_late_type(thread, LATE_struct_time)));
    static const struct {
        const char *name;
        int id;
    } clocks[] = {{"CLOCK_REALTIME", CLOCK_REALTIME},
                  {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
                  {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
                  {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
                  {"CLOCK_TAI", CLOCK_TAI},
                  {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
                  {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID}};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
        module_add(thread, module, clocks[i].name, value_small_int(clocks[i].id));
    return true;
}
