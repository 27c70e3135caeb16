// SPDX-License-Identifier: MIT
//
// The module os: which scheduler of the system a process has, and with which priority. A thread of
// a real-time scheduler (SCHED_FIFO, SCHED_RR) runs before all others; that takes privileges.
//
// A priority arrives as a sched_param, a tuple with one named item, which os_more.mini makes; here
// it is the int.
#include "os_rare.h"

#include "os_functions.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

#include "attribute.h"
#include "execute.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

static Value number_or_error(Thread *thread, int result) {
    return result < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(result);
}

bool os_priority(Thread *thread, Value v, struct sched_param *parameters) {
    int priority;
    Value given = attribute_get_optional(thread, v, str_from_c(thread, "sched_priority"));
    if (is_error(given))
        return false;
    if (is_undefined(given))
        return raise_false(thread, ERROR_TypeError, "must have a sched_param object");
    if (!os_int(thread, given, &priority))
        return false;
    *parameters = (struct sched_param){.sched_priority = priority};
    return true;
}

static Value priority_max(Thread *thread, Value *args) {
    int policy;
    return os_int(thread, args[0], &policy)
               ? number_or_error(thread, sched_get_priority_max(policy))
               : VALUE_ERROR;
}

static Value priority_min(Thread *thread, Value *args) {
    int policy;
    return os_int(thread, args[0], &policy)
               ? number_or_error(thread, sched_get_priority_min(policy))
               : VALUE_ERROR;
}

static Value scheduler_get(Thread *thread, Value *args) {
    int pid;
    return os_int(thread, args[0], &pid) ? number_or_error(thread, sched_getscheduler(pid))
                                         : VALUE_ERROR;
}

static Value scheduler_set(Thread *thread, Value *args) {
    int pid, policy;
    struct sched_param parameters;
    if (!os_int(thread, args[0], &pid) || !os_int(thread, args[1], &policy) ||
        !os_priority(thread, args[2], &parameters))
        return VALUE_ERROR;
    return os_done(thread, sched_setscheduler(pid, policy, &parameters));
}

static Value priority_get(Thread *thread, Value *args) {
    int pid;
    struct sched_param parameters;
    if (!os_int(thread, args[0], &pid))
        return VALUE_ERROR;
    return sched_getparam(pid, &parameters) == 0 ? value_small_int(parameters.sched_priority)
                                                 : os_done(thread, -1);
}

static Value priority_set(Thread *thread, Value *args) {
    int pid;
    struct sched_param parameters;
    if (!os_int(thread, args[0], &pid) || !os_priority(thread, args[1], &parameters))
        return VALUE_ERROR;
    return os_done(thread, sched_setparam(pid, &parameters));
}

static Value slice_get(Thread *thread, Value *args) {
    int pid;
    struct timespec slice;
    if (!os_int(thread, args[0], &pid))
        return VALUE_ERROR;
    if (sched_rr_get_interval(pid, &slice) != 0)
        return os_done(thread, -1);
    return value_float((double)slice.tv_sec + 1e-9 * (double)slice.tv_nsec);
}

const NativeSpec os_scheduler_functions[] = {
    NATIVE("sched_get_priority_max", priority_max, "(policy)", "The highest priority there is."),
    NATIVE("sched_get_priority_min", priority_min, "(policy)", "The lowest priority there is."),
    NATIVE("sched_getscheduler", scheduler_get, "(pid, /)",
           "Return the scheduler of a process, 0 for this one."),
    NATIVE("sched_setscheduler", scheduler_set, "(pid, policy, param, /)",
           "Set the scheduler and the priority of a process."),
    NATIVE("_sched_getparam", priority_get, "(pid, /)", "Return the priority of a process."),
    NATIVE("sched_setparam", priority_set, "(pid, param, /)", "Set the priority of a process."),
    NATIVE("sched_rr_get_interval", slice_get, "(pid, /)",
           "Return how many seconds a turn of a process takes."),
    NATIVE_END,
};
