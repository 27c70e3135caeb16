// SPDX-License-Identifier: MIT
//
// The module os: what a process belongs to (group, session, terminal) and how it is treated by the
// scheduler of the system (niceness, processors).
//
// All of these answer at once and keep the GIL. How processes begin stands in os_fork.c and
// os_process_start.c, how they end in os_process_wait.c. As everywhere in os, the numbers are the
// system's own, and a refusal is the OSError of its errno.
#include "os_functions.h"

#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "signals.h"
#include "tuple.h"

#include <errno.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static Value number_or_error(Thread *thread, long result) {
    return result < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(result);
}

static Value os_killpg(Thread *thread, Value *args) {
    int group, number;
    if (!os_int(thread, args[0], &group) || !os_int(thread, args[1], &number))
        return VALUE_ERROR;
    if (killpg(group, number) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    bool due = thread->core.is_main && signals_are_pending(&thread->interpreter->runtime);
    return !due || thread_take_signals(thread) ? VALUE_NONE : VALUE_ERROR;
}

static Value os_setsid(Thread *thread, Value *args) {
    (void)args;
    return os_done(thread, setsid() < 0 ? -1 : 0);
}

static Value os_getsid(Thread *thread, Value *args) {
    int pid;
    return os_int(thread, args[0], &pid) ? number_or_error(thread, getsid(pid)) : VALUE_ERROR;
}

static Value os_getpgrp(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getpgrp());
}

static Value os_setpgrp(Thread *thread, Value *args) {
    (void)args;
    return os_done(thread, setpgid(0, 0));
}

static Value os_getpgid(Thread *thread, Value *args) {
    int pid;
    return os_int(thread, args[0], &pid) ? number_or_error(thread, getpgid(pid)) : VALUE_ERROR;
}

static Value os_setpgid(Thread *thread, Value *args) {
    int pid, group;
    bool fine = os_int(thread, args[0], &pid) && os_int(thread, args[1], &group);
    return fine ? os_done(thread, setpgid(pid, group)) : VALUE_ERROR;
}

static Value os_nice(Thread *thread, Value *args) {
    int increment;
    if (!os_int(thread, args[0], &increment))
        return VALUE_ERROR;
    errno = 0;
    int result = nice(increment);
    return result == -1 && errno != 0 ? raise_os_error(thread, errno, VALUE_NONE)
                                      : value_small_int(result);
}

static Value os_getpriority(Thread *thread, Value *args) {
    int which, who;
    if (!os_int(thread, args[0], &which) || !os_int(thread, args[1], &who))
        return VALUE_ERROR;
    errno = 0;
    int result = getpriority((__priority_which_t)which, (id_t)who);
    return errno != 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(result);
}

static Value os_setpriority(Thread *thread, Value *args) {
    int which, who, priority;
    if (!os_int(thread, args[0], &which) || !os_int(thread, args[1], &who) ||
        !os_int(thread, args[2], &priority))
        return VALUE_ERROR;
    return os_done(thread, setpriority((__priority_which_t)which, (id_t)who, priority));
}

static Value os_pidfd_open(Thread *thread, Value *args) {
    int pid, flags;
    if (!os_int(thread, args[0], &pid) || !os_int(thread, args[1], &flags))
        return VALUE_ERROR;
    return number_or_error(thread, syscall(SYS_pidfd_open, pid, flags));
}

static Value os_openpty(Thread *thread, Value *args) {
    (void)args;
    int master, slave;
    if (openpty(&master, &slave, NULL, NULL, NULL) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    if (ioctl(master, FIOCLEX) != 0 || ioctl(slave, FIOCLEX) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return tuple_pair(thread, value_small_int(master), value_small_int(slave));
}

static Value os_affinity_set(Thread *thread, Value *args) {
    int pid;
    cpu_set_t set;
    CPU_ZERO(&set);
    Value list = operation_to_list(thread, args[1]);
    if (is_error(list) || !os_int(thread, args[0], &pid))
        return VALUE_ERROR;
    for (size_t i = 0; i < as_list(list)->length; i++) {
        int processor;
        if (!os_int(thread, as_list(list)->items[i], &processor))
            return VALUE_ERROR;
        if (processor < 0)
            return raise_error(thread, ERROR_ValueError, "negative CPU number");
        if (processor < CPU_SETSIZE)
            CPU_SET((size_t)processor, &set);
    }
    return os_done(thread, sched_setaffinity(pid, sizeof set, &set));
}

const NativeSpec os_process_functions[] = {
    NATIVE("killpg", os_killpg, "(pgid, signal, /)", "Send a signal to a group of processes."),
    NATIVE("setsid", os_setsid, "()", "Begin a session."),
    NATIVE("getsid", os_getsid, "(pid, /)", "Return the session of a process."),
    NATIVE("getpgrp", os_getpgrp, "()", "Return the group of this process."),
    NATIVE("setpgrp", os_setpgrp, "()", "Begin a group."),
    NATIVE("getpgid", os_getpgid, "(pid)", "Return the group of a process."),
    NATIVE("setpgid", os_setpgid, "(pid, pgrp, /)", "Put a process into a group."),
    NATIVE("nice", os_nice, "(increment, /)", "Be nicer to other processes; return how nice."),
    NATIVE("getpriority", os_getpriority, "(which, who)", "Return a priority."),
    NATIVE("setpriority", os_setpriority, "(which, who, priority)", "Set a priority."),
    NATIVE("pidfd_open", os_pidfd_open, "(pid, flags=0)",
           "A descriptor that stands for a process."),
    NATIVE("openpty", os_openpty, "()", "Make a pseudo-terminal; return its two ends."),
    NATIVE("sched_setaffinity", os_affinity_set, "(pid, mask, /)",
           "Set the processors that a process may use."),
    NATIVE_END,
};
