// SPDX-License-Identifier: MIT
//
// The module resource: what a process has used, and how much it may use.
// CPython's counterpart: Modules/resource.c.
#include "modules.h"

#include "int.h"
#include "library.h"
#include "operations.h"
#include "os_functions.h"
#include "tuple.h"

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

static Value usage(Thread *thread, Value *args) {
    int who;
    struct rusage used;
    if (!os_int(thread, args[0], &who))
        return VALUE_ERROR;
    if (getrusage(who, &used) != 0)
        return errno == EINVAL ? raise_error(thread, ERROR_ValueError, "invalid who parameter")
                               : raise_os_error(thread, errno, VALUE_NONE);
    return os_usage_record(thread, &used);
}

static Value limits_of(Thread *thread, const struct rlimit *limit) {
    return tuple_pair(thread, int_from_int64(thread, (int64_t)limit->rlim_cur),
                      int_from_int64(thread, (int64_t)limit->rlim_max));
}

static bool read_limits(Thread *thread, Value v, struct rlimit *limit) {
    Value items = operation_to_tuple(thread, v);
    int64_t soft, hard;
    if (is_error(items))
        return false;
    if (as_tuple(items)->length != 2)
        return raise_false(thread, ERROR_ValueError, "expected a tuple of 2 integers");
    if (!operation_index_int64(thread, as_tuple(items)->items[0], &soft) ||
        !operation_index_int64(thread, as_tuple(items)->items[1], &hard))
        return false;
    *limit = (struct rlimit){.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};
    return true;
}

static bool read_kind(Thread *thread, Value v, int *kind) {
    return os_int(thread, v, kind) &&
           ((*kind >= 0 && *kind < RLIM_NLIMITS) ||
            raise_false(thread, ERROR_ValueError, "invalid resource specified"));
}

static Value refuse(Thread *thread, int error) {
    if (error == EINVAL)
        return raise_error(thread, ERROR_ValueError, "current limit exceeds maximum limit");
    if (error == EPERM)
        return raise_error(thread, ERROR_ValueError, "not allowed to raise maximum limit");
    return raise_os_error(thread, error, VALUE_NONE);
}

static Value get_limit(Thread *thread, Value *args) {
    int kind;
    struct rlimit limit;
    if (!read_kind(thread, args[0], &kind))
        return VALUE_ERROR;
    return prlimit(0, (__rlimit_resource_t)kind, NULL, &limit) == 0
               ? limits_of(thread, &limit)
               : raise_os_error(thread, errno, VALUE_NONE);
}

static Value set_limit(Thread *thread, Value *args) {
    int kind;
    struct rlimit limit;
    if (!read_kind(thread, args[0], &kind) || !read_limits(thread, args[1], &limit))
        return VALUE_ERROR;
    return prlimit(0, (__rlimit_resource_t)kind, &limit, NULL) == 0 ? VALUE_NONE
                                                                    : refuse(thread, errno);
}

static Value limit_of_process(Thread *thread, Value *args) {
    int process, kind;
    struct rlimit new, old;
    bool sets = !is_undefined(args[2]) && !is_none(args[2]);
    if (!os_int(thread, args[0], &process) || !read_kind(thread, args[1], &kind) ||
        (sets && !read_limits(thread, args[2], &new)))
        return VALUE_ERROR;
    if (prlimit(process, (__rlimit_resource_t)kind, sets ? &new : NULL, &old) == 0)
        return limits_of(thread, &old);
    return errno == EINVAL ? refuse(thread, errno) : raise_os_error(thread, errno, VALUE_NONE);
}

static Value page_size(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(sysconf(_SC_PAGESIZE));
}

static const NativeSpec functions[] = {
    NATIVE("getrusage", usage, "(who, /)", "What this process, thread or its children used."),
    NATIVE("getrlimit", get_limit, "(resource, /)", "The limits (soft, hard) of a resource."),
    NATIVE("setrlimit", set_limit, "(resource, limits, /)", "Set the limits of a resource."),
    NATIVE("prlimit", limit_of_process, "(pid, resource, limits=None, /)",
           "Get, and perhaps set, the limits of a process."),
    NATIVE("getpagesize", page_size, "()", "The bytes in a page of memory."),
    NATIVE_END,
};

bool resource_module_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "What processes have used, and what they may use."));
    static const struct {
        const char *name;
        int64_t number;
    } constants[] = {
#define RESOURCE_CONSTANT(name) {#name, (int64_t)(name)},
#include "resource_constants.def"
#undef RESOURCE_CONSTANT
    };
    module_add_natives(thread, module, functions);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        module_add(thread, module, constants[i].name, value_small_int(constants[i].number));
    module_add(thread, module, "struct_rusage",
               value_object(library_late_type(thread, LATE_struct_rusage)));
    module_add(thread, module, "error", value_object(thread->interpreter->errors[ERROR_OSError]));
    return true;
}
