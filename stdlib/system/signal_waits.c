// SPDX-License-Identifier: MIT
//
// The module signal: what threads block, waiting for signals without a handler, and sending signals
// to threads and to processes.
//
// To a program each thread has a mask of its own, as in CPython. Beneath, only the main thread
// takes signals, and all others block them (runtime/signals.h); what a program blocks in a thread
// is written down there. So a signal for another thread that does not block it goes to the main
// thread, where its handler is to run anyway; one that it blocks is really sent to it, and waits
// there for sigwait().
#include "signal_functions.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "record.h"
#include "signals.h"
#include "tuple.h"
#include "waiting.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// ---- Sets ----

static bool add_number(Thread *thread, Value item, uint64_t *mask) {
    int64_t number = -1;
    Value index = operation_index(thread, item);
    if (is_error(index))
        return false;
    if (!int_to_int64(index, &number))
        number = -1;
    if (number < 1 || number > 64)
        return raise_false(thread, ERROR_ValueError, "signal number %lld out of range [1; 64]",
                           (long long)number);
    *mask |= UINT64_C(1) << (number - 1);
    return true;
}

static bool read_set(Thread *thread, Value v, uint64_t *mask) {
    *mask = 0;
    Value items = operation_to_list(thread, v);
    if (is_error(items))
        return false;
    for (size_t i = 0; i < as_list(items)->length; i++) {
        if (!add_number(thread, as_list(items)->items[i], mask))
            return false;
    }
    return true;
}

static Value numbers_in(Thread *thread, uint64_t mask) {
    List *numbers = list_new(thread, 8);
    for (; mask != 0; mask &= mask - 1)
        list_append(thread, numbers, value_small_int(__builtin_ctzll(mask) + 1));
    return value_object(numbers);
}

static Value thread_mask(Thread *thread, Value *args) {
    int64_t how;
    uint64_t set, before = signals_mask(&thread->core);
    if (!operation_index_int64(thread, args[0], &how) || !read_set(thread, args[1], &set))
        return VALUE_ERROR;
    switch (how) {
    case SIG_BLOCK:
        signals_set_mask(&thread->core, before | set);
        break;
    case SIG_UNBLOCK:
        signals_set_mask(&thread->core, before & ~set);
        break;
    case SIG_SETMASK:
        signals_set_mask(&thread->core, set);
        break;
    default:
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    }
    return signal_after(thread, numbers_in(thread, before));
}

static Value pending(Thread *thread, Value *args) {
    (void)args;
    return numbers_in(thread, signals_blocked_and_pending(&thread->core));
}

// ---- Waiting ----

static const GetSetSpec info_fields[] = {
    RECORD_FIELD(0, "si_signo", "signal number"),
    RECORD_FIELD(1, "si_code", "signal code"),
    RECORD_FIELD(2, "si_errno", "errno associated with this signal"),
    RECORD_FIELD(3, "si_pid", "sending process ID"),
    RECORD_FIELD(4, "si_uid", "real user ID of sending process"),
    RECORD_FIELD(5, "si_status", "exit value or signal"),
    RECORD_FIELD(6, "si_band", "band event for SIGPOLL"),
    GETSET_END,
};
RECORD_TYPE(info_type, "signal", "struct_siginfo", info_fields, "What came with a signal.")

static Value info_of(Thread *thread, const siginfo_t *info) {
    Value values[] = {value_small_int(info->si_signo), value_small_int(info->si_code),
                      value_small_int(info->si_errno), value_small_int(info->si_pid),
                      value_small_int(info->si_uid),   value_small_int(info->si_status),
                      value_small_int(info->si_band)};
    return record_new(thread, record_type(thread, &info_type), values);
}

// 1: a signal of the set has come; 0: the time is over; -1: exception. Other signals are handled
// meanwhile.
static int await(Thread *thread, uint64_t mask, int64_t deadline, siginfo_t *info) {
    sigset_t set = signals_set_of(mask);
    for (;;) {
        int64_t left = deadline - runtime_now(&thread->interpreter->runtime);
        left = left < 0 ? 0 : left;
        struct timespec time = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        blocking_begin(&thread->core, BLOCK_IO, "sigtimedwait");
        int number = sigtimedwait(&set, info, deadline == CLOCK_NEVER ? NULL : &time);
        int error = errno;
        blocking_end(&thread->core);
        if (number > 0)
            return 1;
        if (error == EAGAIN)
            return 0;
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE), -1;
        if (!thread_take_signals(thread))
            return -1;
    }
}

static Value wait_for_number(Thread *thread, Value *args) {
    uint64_t mask;
    siginfo_t info;
    if (!read_set(thread, args[0], &mask) || await(thread, mask, CLOCK_NEVER, &info) < 0)
        return VALUE_ERROR;
    return value_small_int(info.si_signo);
}

static Value wait_for_info(Thread *thread, Value *args) {
    uint64_t mask;
    siginfo_t info;
    if (!read_set(thread, args[0], &mask) || await(thread, mask, CLOCK_NEVER, &info) < 0)
        return VALUE_ERROR;
    return info_of(thread, &info);
}

static Value wait_with_timeout(Thread *thread, Value *args) {
    uint64_t mask;
    siginfo_t info;
    int64_t ns, deadline;
    if (!read_set(thread, args[0], &mask) || !seconds_to_ns(thread, args[1], &ns))
        return VALUE_ERROR;
    if (ns < 0)
        return raise_error(thread, ERROR_ValueError, "timeout must be non-negative");
    if (__builtin_add_overflow(runtime_now(&thread->interpreter->runtime), ns, &deadline))
        deadline = CLOCK_NEVER;
    int got = await(thread, mask, deadline, &info);
    return got < 0 ? VALUE_ERROR : got == 0 ? VALUE_NONE : info_of(thread, &info);
}

// ---- Sending ----

static RuntimeThread *find_thread(Thread *thread, uint64_t id) {
    RuntimeThread *found = thread->interpreter->runtime.threads;
    while (found && found->id != id)
        found = found->next;
    return found && found->native_id != 0 ? found : NULL;
}

static Value kill_thread(Thread *thread, Value *args) {
    int64_t id, number;
    if (!operation_index_int64(thread, args[0], &id) ||
        !operation_index_int64(thread, args[1], &number))
        return VALUE_ERROR;
    RuntimeThread *target = find_thread(thread, (uint64_t)id);
    if (target == NULL)
        return raise_os_error(thread, ESRCH, VALUE_NONE);
    if (number < 0 || number > 64)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    int error = signals_send(target, (int)number);
    return error ? raise_os_error(thread, error, VALUE_NONE) : signal_after(thread, VALUE_NONE);
}

static Value raise_signal(Thread *thread, Value *args) {
    int64_t number;
    if (!operation_index_int64(thread, args[0], &number))
        return VALUE_ERROR;
    int error = number < 1 || number > 64 ? EINVAL : signals_send(&thread->core, (int)number);
    return error ? raise_os_error(thread, error, VALUE_NONE) : signal_after(thread, VALUE_NONE);
}

static Value send_by_descriptor(Thread *thread, Value *args) {
    int64_t fd, number, flags;
    if (!operation_index_int64(thread, args[0], &fd) ||
        !operation_index_int64(thread, args[1], &number) ||
        !operation_index_int64(thread, args[3], &flags))
        return VALUE_ERROR;
    if (!is_none(args[2]))
        return raise_error(thread, ERROR_TypeError, "siginfo must be None");
    if (syscall(SYS_pidfd_send_signal, (int)fd, (int)number, NULL, (unsigned)flags) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return signal_after(thread, VALUE_NONE);
}

static const NativeSpec functions[] = {
    NATIVE("pthread_sigmask", thread_mask, "(how, mask)", "Change what this thread blocks."),
    NATIVE("sigpending", pending, "()", "What is blocked and has come."),
    NATIVE("sigwait", wait_for_number, "(sigset)", "Wait for one of these signals."),
    NATIVE("sigwaitinfo", wait_for_info, "(sigset, /)",
           "Wait for one of these signals; return what came with it."),
    NATIVE("sigtimedwait", wait_with_timeout, "(sigset, timeout, /)",
           "The same with a timeout in seconds; None when it is over."),
    NATIVE("pthread_kill", kill_thread, "(thread_id, signalnum, /)", "Send a signal to a thread."),
    NATIVE("raise_signal", raise_signal, "(signalnum, /)", "Send a signal to this thread."),
    NATIVE("pidfd_send_signal", send_by_descriptor, "(pidfd, signalnum, siginfo=None, flags=0, /)",
           "Send a signal to the process that a descriptor stands for."),
    NATIVE_END,
};

void signal_waits_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    module_add(thread, module, "struct_siginfo", value_object(record_type(thread, &info_type)));
}
