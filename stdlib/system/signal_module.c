// SPDX-License-Identifier: MIT
//
// The native half of the module signal: what the system is told (_signal.set_action), and the hook
// that the main thread runs between two bytecodes when signals have arrived (runtime/signals.h).
//
// The hook looks the number up in a dict that signal.mini fills (by set_handler) and calls what it
// finds there with the number and the interrupted frame. A handler may raise: the exception appears
// where the main thread was, also in the midst of a sleep, which then ends; after a handler that
// returns, the sleep goes on. Nothing in the dict: SIGINT raises KeyboardInterrupt.
#include "modules.h"
#include "signal_functions.h"

#include "blocking.h"
#include "call.h"
#include "dict.h"
#include "execute.h"
#include "frames.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "set.h"
#include "signals.h"
#include "str.h"
#include "tuple.h"
#include "unraisable.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

// A number of a signal, 1 to 64; false with TypeError or ValueError.
static bool signal_number(Thread *thread, Value v, int *number) {
    int64_t n;
    if (!operation_index_int64(thread, v, &n))
        return false;
    if (n < 1 || n > 64)
        return raise_false(thread, ERROR_ValueError, "signal number out of range");
    *number = (int)n;
    return true;
}

static Value interrupt(Thread *thread) {
    Type *type = thread->interpreter->errors[ERROR_KeyboardInterrupt];
    Value exception = call_0(thread, value_object(type));
    return is_error(exception) ? exception : raise_value(thread, exception);
}

// A byte for set_wakeup_fd could not be written: nobody but the program's reader can help that.
static void report_wakeup(Thread *thread) {
    Signals *signals = &thread->interpreter->runtime.signals;
    int error = atomic_exchange(&signals->wakeup_error, 0);
    bool is_full = error == EAGAIN || error == EWOULDBLOCK;
    if (error == 0 || (is_full && is_false(thread->interpreter->signal_full_warning)))
        return;
    raise_os_error(thread, error, VALUE_NONE);
    unraisable_report(thread, error_take(thread),
                      "Exception ignored when trying to write to the signal wakeup fd", VALUE_NONE);
}

static bool hook(Thread *thread, int number) {
    report_wakeup(thread);
    Value handler, depth = value_small_int(0);
    Dict *handlers = as_dict(thread->interpreter->signal_handlers);
    int found = dict_get(thread, handlers, value_small_int(number), &handler);
    if (found < 0)
        return false;
    if (found == 0)
        return number != SIGINT || !is_error(interrupt(thread));
    Value frame = thread->frame ? frames_get(thread, &depth) : VALUE_NONE;
    return !is_error(frame) && !is_error(call_2(thread, handler, value_small_int(number), frame));
}

static Value default_int_handler(Thread *thread, Value *args) {
    (void)args;
    return interrupt(thread);
}

// Keep the program's own handler for a signal; None: it has none any more. While there is one, a
// signal may wake somebody at any moment, and "all threads wait" is no deadlock.
static bool keep_handler(Thread *thread, int number, Value handler) {
    Dict *handlers = as_dict(thread->interpreter->signal_handlers);
    int before = (int)handlers->length;
    if (is_none(handler) ? dict_delete(thread, handlers, value_small_int(number)) < 0
                         : !dict_set(thread, handlers, value_small_int(number), handler))
        return false;
    park_expect_outside(&thread->interpreter->runtime, (int)handlers->length - before);
    return true;
}

// Handlers are called between two bytecodes, so the table and the system's say change in one step.
static Value set_action(Thread *thread, Value *args) {
    int number;
    int64_t action;
    if (!thread->core.is_main)
        return raise_error(thread, ERROR_ValueError,
                           "signal only works in main thread of the main interpreter");
    if (!signal_number(thread, args[0], &number) ||
        !operation_index_int64(thread, args[1], &action))
        return VALUE_ERROR;
    if (action < 0)
        return raise_error(thread, ERROR_TypeError,
                           "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable "
                           "object");
    if (!signals_set(&thread->interpreter->runtime, number, (SignalAction)action))
        return raise_os_error(thread, errno, VALUE_NONE);
    return keep_handler(thread, number, args[2]) ? VALUE_NONE : VALUE_ERROR;
}

static Value get_action(Thread *thread, Value *args) {
    int number;
    return signal_number(thread, args[0], &number) ? value_small_int(signals_get(number))
                                                   : VALUE_ERROR;
}

Value signal_after(Thread *thread, Value result) {
    bool due = thread->core.is_main && signals_are_pending(&thread->interpreter->runtime);
    return !due || thread_take_signals(thread) ? result : VALUE_ERROR;
}

// Whether a call in the kernel that the signal interrupts is begun again by the kernel.
static Value set_interrupts(Thread *thread, Value *args) {
    int number, interrupts = operation_truth(thread, args[1]);
    struct sigaction what;
    if (interrupts < 0 || !signal_number(thread, args[0], &number))
        return VALUE_ERROR;
    if (sigaction(number, NULL, &what) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    what.sa_flags = interrupts ? what.sa_flags & ~SA_RESTART : what.sa_flags | SA_RESTART;
    return sigaction(number, &what, NULL) == 0 ? VALUE_NONE
                                               : raise_os_error(thread, errno, VALUE_NONE);
}

static bool may_wake(Thread *thread, int64_t fd) {
    struct stat about;
    int flags = fstat((int)fd, &about) == 0 ? fcntl((int)fd, F_GETFL) : -1;
    if (flags < 0)
        return raise_os_error(thread, errno, VALUE_NONE), false;
    return (flags & O_NONBLOCK) ||
           raise_false(thread, ERROR_ValueError, "the fd %d must be in non-blocking mode", (int)fd);
}

static Value set_wakeup(Thread *thread, Value *args) {
    int64_t fd;
    int warns = operation_truth(thread, args[1]);
    if (warns < 0 || !operation_index_int64(thread, args[0], &fd))
        return VALUE_ERROR;
    if (!thread->core.is_main)
        return raise_error(thread, ERROR_ValueError,
                           "set_wakeup_fd only works in main thread of the main interpreter");
    if (fd != -1 && !may_wake(thread, fd))
        return VALUE_ERROR;
    thread->interpreter->signal_full_warning = value_bool(warns);
    int before = atomic_exchange(&thread->interpreter->runtime.signals.wakeup, (int)fd + 1);
    return value_small_int(before - 1);
}

static Value alarm_function(Thread *thread, Value *args) {
    int64_t seconds;
    if (!operation_index_int64(thread, args[0], &seconds))
        return VALUE_ERROR;
    return value_small_int(alarm((unsigned)seconds));
}

static Value pair_of(Thread *thread, const struct itimerval *timer) {
    double left = (double)timer->it_value.tv_sec + (double)timer->it_value.tv_usec / 1e6;
    double interval = (double)timer->it_interval.tv_sec + (double)timer->it_interval.tv_usec / 1e6;
    return tuple_pair(thread, value_float(left), value_float(interval));
}

static struct timeval timeval_of(int64_t ns) {
    int64_t us = ns / 1000 + (ns % 1000 > 0); // not down to 0, which would switch it off
    return (struct timeval){.tv_sec = us / 1000000, .tv_usec = us % 1000000};
}

static Value set_timer(Thread *thread, Value *args) {
    int64_t which, first, interval;
    struct itimerval new, old;
    if (!operation_index_int64(thread, args[0], &which) ||
        !seconds_to_ns(thread, args[1], &first) || !seconds_to_ns(thread, args[2], &interval))
        return VALUE_ERROR;
    new = (struct itimerval){.it_value = timeval_of(first), .it_interval = timeval_of(interval)};
    if (setitimer((__itimer_which_t)which, &new, &old) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return pair_of(thread, &old);
}

static Value get_timer(Thread *thread, Value *args) {
    int64_t which;
    struct itimerval timer;
    if (!operation_index_int64(thread, args[0], &which))
        return VALUE_ERROR;
    return getitimer((__itimer_which_t)which, &timer) == 0
               ? pair_of(thread, &timer)
               : raise_os_error(thread, errno, VALUE_NONE);
}

static Value strsignal_function(Thread *thread, Value *args) {
    int number;
    if (!signal_number(thread, args[0], &number))
        return VALUE_ERROR;
    return sigdescr_np(number) || number >= SIGRTMIN ? library_text(thread, strsignal(number))
                                                     : VALUE_NONE;
}

// A sleep without end, which the first handled signal ends.
static Value pause_function(Thread *thread, Value *args) {
    (void)args;
    for (;;) {
        switch (wait_outcome(thread, sleep_until(&thread->core, CLOCK_NEVER - 1))) {
        case WAIT_FAILED:
            return VALUE_ERROR;
        case WAIT_AGAIN:
            return VALUE_NONE;
        case WAIT_TIMED_OUT:
        case WAIT_WOKEN:
            break;
        }
    }
}

static const NativeSpec functions[] = {
    NATIVE("set_action", set_action, "(signalnum, action, handler, /)",
           "0: what the system does, 1: nothing, 2: the hook, which calls the handler."),
    NATIVE("get_action", get_action, "(signalnum, /)", "The same number for what is set."),
    NATIVE("siginterrupt", set_interrupts, "(signalnum, flag, /)",
           "Set whether the signal ends system calls."),
    NATIVE("set_wakeup_fd", set_wakeup, "(fd, /, *, warn_on_full_buffer=True)",
           "Have the number of each signal written to a descriptor; return the one before."),
    NATIVE("default_int_handler", default_int_handler, "(signalnum, frame, /)",
           "Raise KeyboardInterrupt."),
    NATIVE("alarm", alarm_function, "(seconds, /)", "Send SIGALRM after so many seconds."),
    NATIVE("setitimer", set_timer, "(which, seconds, interval=0.0, /)",
           "Start a timer; return what the old one had left."),
    NATIVE("getitimer", get_timer, "(which, /)", "Return what a timer has left."),
    NATIVE("pause", pause_function, "()", "Wait until a signal has been handled."),
    NATIVE("strsignal", strsignal_function, "(signalnum, /)", "What a signal means, in words."),
    NATIVE_END,
};

bool signal_module_init(Thread *thread, Module *module) {
    List *names = list_new(thread, 40); // (name, number)
#define SIGNAL(name)                                                                               \
    list_append(thread, names,                                                                     \
                tuple_pair(thread, library_text(thread, #name), value_small_int(name)));
#include "signals.def"
#undef SIGNAL
    Dict *handlers = dict_new(thread, 8);
    module_add_natives(thread, module, functions);
    signal_waits_init(thread, module);
    module_add(thread, module, "names", value_object(names));
    thread->interpreter->signal_handlers = value_object(handlers);
    thread->interpreter->signal_hook = hook;
    return true;
}
