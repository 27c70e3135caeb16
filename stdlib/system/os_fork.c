// SPDX-License-Identifier: MIT
//
// fork: the child is a copy of this process with one thread in it, the one that called.
//
// Around the system call stands what makes a copy usable. Before it, the functions that modules
// have registered run, last first, and stdout and stderr are flushed: what waits in their buffers
// would be copied, too, and printed twice. (CPython leaves that to the program, and every course
// trips over it.) Other files keep their buffers, as in CPython. The GIL is held all the time, so
// the heap, the wait queues and whatever else it guards is in order when the copy is taken; malloc
// and stdio are the C library's care. After it, the child is repaired (runtime/process.h), and both
// sides run their registered functions.
//
// A lock that another thread holds at this moment stays taken in the child for ever: acquiring it
// there is a DeadlockError. So the parent is warned, in CPython's words, and told which locks those
// are; to find them all objects are looked at, but only if some other thread does hold a lock.
#include "os_fork.h"

#include "call.h"
#include "exception.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "standard_files.h"
#include "str.h"
#include "thread_lock.h"
#include "tuple.h"
#include "type.h"
#include "unraisable.h"
#include "warning.h"
#include "working_text.h"

#include <errno.h>
#include <unistd.h>

// ---- Registered functions ----

typedef enum ForkMoment { BEFORE, IN_PARENT, IN_CHILD, MOMENTS } ForkMoment;

static List *hooks_at(Thread *thread, ForkMoment moment) {
    LibraryState *state = library_state(thread);
    if (is_undefined(state->fork_hooks)) {
        Value lists[MOMENTS];
        for (size_t i = 0; i < MOMENTS; i++)
            lists[i] = value_object(list_new(thread, 0));
        state->fork_hooks = value_object(tuple_from_array(thread, lists, MOMENTS));
    }
    return as_list(as_tuple(state->fork_hooks)->items[moment]);
}

static void run_hook(Thread *thread, Value function) {
    if (is_error(call_0(thread, function)))
        unraisable_report(thread, error_take(thread), NULL, function);
}

static void run_hooks(Thread *thread, ForkMoment moment) {
    const List *hooks = hooks_at(thread, moment);
    for (size_t i = 0; i < hooks->length; i++)
        run_hook(thread, hooks->items[i]);
}

static void run_hooks_before(Thread *thread) {
    const List *hooks = hooks_at(thread, BEFORE);
    for (size_t i = hooks->length; i > 0; i--) {
        if (i <= hooks->length)
            run_hook(thread, hooks->items[i - 1]);
    }
}

static bool check_hook(Thread *thread, Value function, const char *name) {
    return is_undefined(function) || is_callable(function) ||
           raise_false(thread, ERROR_TypeError, "'%s' must be callable, not %s", name,
                       type_name(thread, function));
}

static Value register_at_fork(Thread *thread, Value *args) {
    static const struct {
        const char *name;
        ForkMoment moment;
    } places[] = {{"before", BEFORE}, {"after_in_child", IN_CHILD}, {"after_in_parent", IN_PARENT}};
    bool any = false;
    for (size_t i = 0; i < MOMENTS; i++) {
        if (!check_hook(thread, args[i], places[i].name))
            return VALUE_ERROR;
        any |= !is_undefined(args[i]);
    }
    if (!any)
        return raise_error(thread, ERROR_TypeError, "At least one argument is required.");
    for (size_t i = 0; i < MOMENTS; i++) {
        if (!is_undefined(args[i]))
            list_append(thread, hooks_at(thread, places[i].moment), args[i]);
    }
    return VALUE_NONE;
}

// ---- The warning ----

typedef struct HeldLocks {
    Thread *thread;
    StringBuilder *text;
    size_t count;
} HeldLocks;

enum { LOCKS_TOLD = 8 };

static void tell_lock(HeldLocks *held, const LockObject *lock) {
    Runtime *runtime = &held->thread->interpreter->runtime;
    RuntimeThread *holder = lock->lock.owner.holder;
    StringBuilder *out = held->text;
    sb_puts(out, held->count++ == 0 ? " Held by other threads, and lost in the child: " : ", ");
    size_t before = out->length;
    runtime->hooks.describe_object(holder, lock, out);
    if (out->length == before)
        sb_puts(out, lock->reentrant ? "an RLock" : "a lock");
    sb_printf(out, " (%s, since ", holder->name);
    runtime->hooks.describe_position(runtime, lock->lock.owner.taken_at, out);
    sb_putc(out, ')');
}

static void look_at(void *context, Object *object) {
    HeldLocks *held = context;
    if (held->count >= LOCKS_TOLD || !is_lock_object(value_object(object)))
        return;
    const LockObject *lock = (const LockObject *)object;
    const RuntimeThread *holder = lock->lock.owner.holder;
    if (holder != NULL && holder != &held->thread->core && runtime_thread_is_alive(holder))
        tell_lock(held, lock);
}

static bool others_hold_locks(Thread *thread) {
    const RuntimeThread *other = thread->interpreter->runtime.threads;
    while (other != NULL && (other == &thread->core || other->locks_held == 0))
        other = other->next;
    return other != NULL;
}

// If a filter makes an exception of it, that is reported and not raised: the caller must learn the
// child's number.
static void warn(Thread *thread, const char *name) {
    WorkingText working;
    HeldLocks held = {.thread = thread, .text = working_text_begin(thread, &working)};
    sb_printf(held.text,
              "This process (pid=%d) is multi-threaded, use of %s() may lead to deadlocks in the "
              "child.",
              (int)getpid(), name);
    if (others_hold_locks(thread))
        heap_each_object(thread_heap(thread), look_at, &held);
    Str *message = str_from_c(thread, held.text->data);
    working_text_end(thread, &working);
    if (!warning_give(thread, ERROR_DeprecationWarning, str_text(thread, message)))
        unraisable_report(thread, error_take(thread), "Exception ignored in the parent of a fork",
                          VALUE_NONE);
}

// ---- Forking ----

static Value give_up(Thread *thread, int error) {
    run_hooks(thread, IN_PARENT);
    return raise_os_error(thread, error, VALUE_NONE);
}

// A run under control, or one of those that `mini explore` tries, hears of what it cannot repeat.
static void tell_control(Runtime *runtime) {
    const ControlWatch *watch = &runtime->control.watch;
    if (!schedule_is_free(&runtime->schedule) && watch->outside)
        watch->outside(watch->context, "fork");
}

Value os_fork_by(Thread *thread, const char *name, pid_t (*call)(void *context), void *context) {
    Runtime *runtime = &thread->interpreter->runtime;
    run_hooks_before(thread);
    if (!standard_files_flush_for_fork(thread))
        return VALUE_ERROR;
    tell_control(runtime);
    pid_t pid = call(context);
    int error = errno;
    if (pid < 0)
        return give_up(thread, error);
    if (pid == 0) {
        thread_after_fork_child(thread);
        run_hooks(thread, IN_CHILD);
        return value_small_int(0);
    }
    trace(&thread->core, TRACE_FORK, pid, 0);
    run_hooks(thread, IN_PARENT);
    if (runtime_thread_count(runtime) > 1)
        warn(thread, name);
    return value_small_int(pid);
}

static pid_t plain_fork(void *context) {
    (void)context;
    return fork();
}

static Value os_fork(Thread *thread, Value *args) {
    (void)args;
    return os_fork_by(thread, "fork", plain_fork, NULL);
}

const NativeSpec os_fork_functions[] = {
    NATIVE("fork", os_fork, "()",
           "Copy this process; return 0 in the child and the child's number in the parent."),
    NATIVE("register_at_fork", register_at_fork,
           "(*, before=..., after_in_child=..., after_in_parent=...)",
           "Have functions called whenever this process forks."),
    NATIVE_END,
};

const NativeSpec os_fork_sys_functions[] = {
    NATIVE("_register_at_fork", register_at_fork,
           "(*, before=..., after_in_child=..., after_in_parent=...)",
           "os.register_at_fork, for modules that do without os."),
    NATIVE_END,
};
