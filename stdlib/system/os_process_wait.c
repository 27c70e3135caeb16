// SPDX-License-Identifier: MIT
//
// The module os: waiting for children, and reading what their end says.
//
// A wait is a blocking region, so other threads run meanwhile; a signal interrupts it, has its
// handlers run, and unless one of them raises, the wait goes on (PEP 475). A status is the number
// that the kernel gives; the W functions are the C macros of the same names.
#include "os_functions.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "operations.h"
#include "record.h"
#include "tuple.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- Waiting ----

// Which child, and how; `usage` may be NULL. The child's number, 0, or -1 with an exception.
static pid_t wait_for(Thread *thread, pid_t pid, int *status, int options, struct rusage *usage) {
    for (;;) {
        blocking_begin(&thread->core, BLOCK_CHILD, "wait4");
        pid_t ended = wait4(pid, status, options, usage);
        int error = errno;
        blocking_end(&thread->core);
        if (ended >= 0)
            return ended;
        if (error != EINTR) {
            raise_os_error(thread, error, VALUE_NONE);
            return -1;
        }
        if (!thread_safepoint(thread))
            return -1;
    }
}

static Value os_wait(Thread *thread, Value *args) {
    (void)args;
    int status = 0;
    pid_t pid = wait_for(thread, -1, &status, 0, NULL);
    return pid < 0 ? VALUE_ERROR
                   : tuple_pair(thread, value_small_int(pid), value_small_int(status));
}

static Value os_waitpid(Thread *thread, Value *args) {
    int pid, options, status = 0;
    if (!os_int(thread, args[0], &pid) || !os_int(thread, args[1], &options))
        return VALUE_ERROR;
    pid = wait_for(thread, pid, &status, options, NULL);
    return pid < 0 ? VALUE_ERROR
                   : tuple_pair(thread, value_small_int(pid), value_small_int(status));
}

// ---- What it used ----

static const GetSetSpec usage_fields[] = {
    RECORD_FIELD(0, "ru_utime", "user time used"),
    RECORD_FIELD(1, "ru_stime", "system time used"),
    RECORD_FIELD(2, "ru_maxrss", "max. resident set size"),
    RECORD_FIELD(3, "ru_ixrss", "shared memory size"),
    RECORD_FIELD(4, "ru_idrss", "unshared data size"),
    RECORD_FIELD(5, "ru_isrss", "unshared stack size"),
    RECORD_FIELD(6, "ru_minflt", "page faults not requiring I/O"),
    RECORD_FIELD(7, "ru_majflt", "page faults requiring I/O"),
    RECORD_FIELD(8, "ru_nswap", "number of swap outs"),
    RECORD_FIELD(9, "ru_inblock", "block input operations"),
    RECORD_FIELD(10, "ru_oublock", "block output operations"),
    RECORD_FIELD(11, "ru_msgsnd", "IPC messages sent"),
    RECORD_FIELD(12, "ru_msgrcv", "IPC messages received"),
    RECORD_FIELD(13, "ru_nsignals", "signals received"),
    RECORD_FIELD(14, "ru_nvcsw", "voluntary context switches"),
    RECORD_FIELD(15, "ru_nivcsw", "involuntary context switches"),
    GETSET_END,
};
RECORD_LATE_TYPE(struct_rusage_type_spec, "resource", "struct_rusage", usage_fields,
                 "What a process has used.")

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

Value os_usage_record(Thread *thread, const struct rusage *u) {
    const long counts[] = {u->ru_maxrss, u->ru_ixrss,    u->ru_idrss,   u->ru_isrss,   u->ru_minflt,
                           u->ru_majflt, u->ru_nswap,    u->ru_inblock, u->ru_oublock, u->ru_msgsnd,
                           u->ru_msgrcv, u->ru_nsignals, u->ru_nvcsw,   u->ru_nivcsw};
    Value values[16] = {value_float(seconds_of(u->ru_utime)), value_float(seconds_of(u->ru_stime))};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        values[i + 2] = int_from_int64(thread, counts[i]);
    return record_new(thread, library_late_type(thread, LATE_struct_rusage), values);
}

static Value wait_with_usage(Thread *thread, int pid, int options) {
    struct rusage usage = {0};
    int status = 0;
    pid = wait_for(thread, pid, &status, options, &usage);
    if (pid < 0)
        return VALUE_ERROR;
    Value values[] = {value_small_int(pid), value_small_int(status),
                      os_usage_record(thread, &usage)};
    return value_object(tuple_from_array(thread, values, 3));
}

static Value os_wait3(Thread *thread, Value *args) {
    int options;
    return os_int(thread, args[0], &options) ? wait_with_usage(thread, -1, options) : VALUE_ERROR;
}

static Value os_wait4(Thread *thread, Value *args) {
    int pid, options;
    bool fine = os_int(thread, args[0], &pid) && os_int(thread, args[1], &options);
    return fine ? wait_with_usage(thread, pid, options) : VALUE_ERROR;
}

// ---- waitid ----

static const GetSetSpec waitid_fields[] = {
    RECORD_FIELD(0, "si_pid", "the child's number"),
    RECORD_FIELD(1, "si_uid", "the child's user"),
    RECORD_FIELD(2, "si_signo", "SIGCHLD"),
    RECORD_FIELD(3, "si_status", "its exit status, or the signal that ended it"),
    RECORD_FIELD(4, "si_code", "what happened: CLD_EXITED and so on"),
    GETSET_END,
};
RECORD_LATE_TYPE(waitid_result_type_spec, "posix", "waitid_result", waitid_fields,
                 "What waitid() says.")

static Value waitid_record(Thread *thread, const siginfo_t *info) {
    const int numbers[] = {info->si_pid, (int)info->si_uid, info->si_signo, info->si_status,
                           info->si_code};
    Value values[5];
    for (size_t i = 0; i < 5; i++)
        values[i] = value_small_int(numbers[i]);
    return record_new(thread, library_late_type(thread, LATE_waitid_result), values);
}

static Value os_waitid(Thread *thread, Value *args) {
    int kind, id, options;
    if (!os_int(thread, args[0], &kind) || !os_int(thread, args[1], &id) ||
        !os_int(thread, args[2], &options))
        return VALUE_ERROR;
    for (;;) {
        siginfo_t info = {0};
        blocking_begin(&thread->core, BLOCK_CHILD, "waitid");
        int failed = waitid((idtype_t)kind, (id_t)id, &info, options);
        int error = errno;
        blocking_end(&thread->core);
        if (failed == 0)
            return info.si_pid == 0 ? VALUE_NONE : waitid_record(thread, &info);
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
            return VALUE_ERROR;
    }
}

// ---- Statuses ----

#define STATUS_FUNCTION(name, make, macro)                                                         \
    static Value name(Thread *thread, Value *args) {                                               \
        int status;                                                                                \
        return os_int(thread, args[0], &status) ? make(macro(status)) : VALUE_ERROR;               \
    }
STATUS_FUNCTION(os_coredump, value_bool, WCOREDUMP)
STATUS_FUNCTION(os_continued, value_bool, WIFCONTINUED)
STATUS_FUNCTION(os_stopped, value_bool, WIFSTOPPED)
STATUS_FUNCTION(os_signaled, value_bool, WIFSIGNALED)
STATUS_FUNCTION(os_exited, value_bool, WIFEXITED)
STATUS_FUNCTION(os_exit_status, value_small_int, WEXITSTATUS)
STATUS_FUNCTION(os_term_signal, value_small_int, WTERMSIG)
STATUS_FUNCTION(os_stop_signal, value_small_int, WSTOPSIG)

static Value os_exit_code(Thread *thread, Value *args) {
    int status;
    if (!os_int(thread, args[0], &status))
        return VALUE_ERROR;
    if (WIFEXITED(status))
        return value_small_int(WEXITSTATUS(status));
    if (WIFSIGNALED(status))
        return value_small_int(-WTERMSIG(status));
    if (WIFSTOPPED(status))
        return raise_error(thread, ERROR_ValueError, "process stopped by delivery of signal %d",
                           WSTOPSIG(status));
    return raise_error(thread, ERROR_ValueError, "invalid wait status: %d", status);
}

const NativeSpec os_wait_functions[] = {
    NATIVE("wait", os_wait, "()", "Wait until a child has ended; return (pid, status)."),
    NATIVE("waitpid", os_waitpid, "(pid, options, /)", "Wait for a child; return (pid, status)."),
    NATIVE("wait3", os_wait3, "(options)", "Wait for a child; return (pid, status, usage)."),
    NATIVE("wait4", os_wait4, "(pid, options)", "Wait for a child; return (pid, status, usage)."),
    NATIVE("waitid", os_waitid, "(idtype, id, options, /)",
           "Wait until something has happened to a child; return what, or None."),
    NATIVE("waitstatus_to_exitcode", os_exit_code, "(status)",
           "Return the exit code that a status means, negative for a signal."),
    NATIVE("WCOREDUMP", os_coredump, "(status, /)", "Whether the process dumped core."),
    NATIVE("WIFCONTINUED", os_continued, "(status)", "Whether the process was continued."),
    NATIVE("WIFSTOPPED", os_stopped, "(status)", "Whether the process was stopped."),
    NATIVE("WIFSIGNALED", os_signaled, "(status)", "Whether a signal ended the process."),
    NATIVE("WIFEXITED", os_exited, "(status)", "Whether the process ended by itself."),
    NATIVE("WEXITSTATUS", os_exit_status, "(status)", "The status that the process ended with."),
    NATIVE("WTERMSIG", os_term_signal, "(status)", "The signal that ended the process."),
    NATIVE("WSTOPSIG", os_stop_signal, "(status)", "The signal that stopped the process."),
    NATIVE_END,
};
