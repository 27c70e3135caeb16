// SPDX-License-Identifier: MIT
//
// The module os: becoming another program (exec) and starting one (posix_spawn, system).
//
// What the kernel is given no other thread can change: vectors of C strings, copied while the GIL
// is held, so that the calls may be blocking regions. A thread that is not the main one blocks all
// signals (runtime/signals.c); a new program would inherit that and be deaf to Ctrl-C, so it is
// given the mask that the thread has as far as the program knows. As in CPython nothing is flushed
// before exec: that is the program's to do.
#include "os_functions.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "os_fork.h"
#include "os_vector.h"
#include "signals.h"
#include "tuple.h"

#include <errno.h>
#include <pty.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

// Let the system have the mask that the program has set for this thread; what it had is returned.
static sigset_t show_mask(const Thread *thread) {
    sigset_t before, mask = signals_set_of(signals_mask(&thread->core));
    pthread_sigmask(SIG_SETMASK, &mask, &before);
    return before;
}

// ---- exec ----

// Only on failure it comes back.
static Value become(Thread *thread, const OsPath *path, Value shown, char **argv, char **env) {
    sigset_t before = show_mask(thread);
    if (path->text == NULL)
        fexecve(path->fd, argv, env);
    else
        execve(path->text, argv, env);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return raise_os_error(thread, error, shown);
}

static Value os_execv(Thread *thread, Value *args) {
    OsPath path;
    char **argv;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "execv", "path", &path))
        return VALUE_ERROR;
    if (!is_list(args[1]) && !is_tuple(args[1]))
        return raise_error(thread, ERROR_TypeError, "execv() arg 2 must be a tuple or list");
    if (operation_length(thread, args[1]) == 0)
        return raise_error(thread, ERROR_ValueError, "execv() arg 2 must not be empty");
    argv = os_vector_of_arguments(thread, args[1]);
    if (argv == NULL)
        return VALUE_ERROR;
    if (argv[0][0] == '\0')
        return raise_error(thread, ERROR_ValueError, "execv() arg 2 first element cannot be empty");
    return become(thread, &path, VALUE_NONE, argv, environ);
}

// argv and env of the function `name`; false with an exception.
static bool read_vectors(Thread *thread, const char *name, Value *args, char ***argv, char ***env) {
    if (!is_list(args[0]) && !is_tuple(args[0]))
        return raise_false(thread, ERROR_TypeError, "%s: argv must be a tuple or list", name);
    if (operation_length(thread, args[0]) == 0)
        return raise_false(thread, ERROR_ValueError, "%s: argv must not be empty", name);
    *argv = os_vector_of_arguments(thread, args[0]);
    if (*argv == NULL)
        return false;
    *env = os_vector_of_environment(thread, name, args[1]);
    if (*env == NULL)
        return false;
    return (*argv)[0][0] != '\0' ||
           raise_false(thread, ERROR_ValueError, "%s: argv first element cannot be empty", name);
}

static Value os_execve(Thread *thread, Value *args) {
    OsPath path;
    char **argv, **env;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH_OR_DESCRIPTOR, "execve", "path", &path) ||
        !read_vectors(thread, "execve", args + 1, &argv, &env))
        return VALUE_ERROR;
    return become(thread, &path, path.shown, argv, env);
}

// ---- posix_spawn ----

enum { SPAWN_OPEN, SPAWN_CLOSE, SPAWN_DUP2, SPAWN_CLOSE_FROM };

static bool read_numbers(Thread *thread, const Tuple *action, size_t first, int *numbers,
                         size_t count) {
    if (action->length != first + count)
        return raise_false(thread, ERROR_TypeError,
                           "A file_actions element has a wrong number of items");
    for (size_t i = 0; i < count; i++) {
        if (!os_int(thread, action->items[first + i], &numbers[i]))
            return false;
    }
    return true;
}

static bool add_open(Thread *thread, const Tuple *action, posix_spawn_file_actions_t *actions) {
    int numbers[2], fd;
    OsPath path;
    if (action->length != 5)
        return raise_false(thread, ERROR_TypeError,
                           "A open file_action element must have 5 elements");
    if (!os_int(thread, action->items[1], &fd) ||
        !os_path(thread, action->items[2], VALUE_NONE, OS_PATH, "posix_spawn", "path", &path) ||
        !read_numbers(thread, action, 3, numbers, 2))
        return false;
    errno =
        posix_spawn_file_actions_addopen(actions, fd, path.text, numbers[0], (mode_t)numbers[1]);
    return errno == 0 || (raise_os_error(thread, errno, VALUE_NONE), false);
}

static bool add_action(Thread *thread, Value v, posix_spawn_file_actions_t *actions) {
    int kind, numbers[2];
    if (!is_tuple(v) || as_tuple(v)->length == 0)
        return raise_false(thread, ERROR_TypeError,
                           "Each file_actions element must be a non-empty tuple");
    const Tuple *action = as_tuple(v);
    if (!os_int(thread, action->items[0], &kind))
        return false;
    switch (kind) {
    case SPAWN_OPEN:
        return add_open(thread, action, actions);
    case SPAWN_CLOSE:
        return read_numbers(thread, action, 1, numbers, 1) &&
               posix_spawn_file_actions_addclose(actions, numbers[0]) == 0;
    case SPAWN_DUP2:
        return read_numbers(thread, action, 1, numbers, 2) &&
               posix_spawn_file_actions_adddup2(actions, numbers[0], numbers[1]) == 0;
    case SPAWN_CLOSE_FROM:
        return read_numbers(thread, action, 1, numbers, 1) &&
               posix_spawn_file_actions_addclosefrom_np(actions, numbers[0]) == 0;
    default:
        return raise_false(thread, ERROR_TypeError, "Unknown file_actions identifier");
    }
}

static bool add_actions(Thread *thread, Value given, posix_spawn_file_actions_t *actions) {
    if (is_none(given) || is_undefined(given))
        return true;
    Value list = operation_to_list(thread, given);
    if (is_error(list))
        return raise_false(thread, ERROR_TypeError, "file_actions must be a sequence or None");
    for (size_t i = 0; i < as_list(list)->length; i++) {
        if (!add_action(thread, as_list(list)->items[i], actions))
            return error_pending(thread) || raise_false(thread, ERROR_OSError, "bad descriptor");
    }
    return true;
}

static bool read_signals(Thread *thread, Value given, sigset_t *set) {
    sigemptyset(set);
    Value list = operation_to_list(thread, given);
    if (is_error(list))
        return false;
    for (size_t i = 0; i < as_list(list)->length; i++) {
        int number;
        if (!os_int(thread, as_list(list)->items[i], &number))
            return false;
        if (sigaddset(set, number) != 0)
            return raise_false(thread, ERROR_ValueError, "signal number %d out of range [1; 64]",
                               number);
    }
    return true;
}

// (policy or None, sched_param). The flags it takes, -1 with an exception.
static int read_scheduler(Thread *thread, Value given, posix_spawnattr_t *attributes) {
    struct sched_param parameters;
    int policy;
    if (!is_tuple(given) || as_tuple(given)->length != 2)
        return raise_minus_one(thread, ERROR_TypeError, "A scheduler tuple must have two elements");
    const Value *items = as_tuple(given)->items;
    if (!os_priority(thread, items[1], &parameters))
        return -1;
    posix_spawnattr_setschedparam(attributes, &parameters);
    if (is_none(items[0]))
        return POSIX_SPAWN_SETSCHEDPARAM;
    if (!os_int(thread, items[0], &policy))
        return -1;
    posix_spawnattr_setschedpolicy(attributes, policy);
    return POSIX_SPAWN_SETSCHEDULER;
}

// args: setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler. UNDEFINED: not given.
static bool read_attributes(Thread *thread, Value *args, posix_spawnattr_t *attributes) {
    int flags = 0, group;
    sigset_t set;
    if (!is_undefined(args[0]) && !is_none(args[0])) {
        if (!os_int(thread, args[0], &group))
            return false;
        posix_spawnattr_setpgroup(attributes, group);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    flags |= operation_truth(thread, args[1]) > 0 ? POSIX_SPAWN_RESETIDS : 0;
    flags |= operation_truth(thread, args[2]) > 0 ? POSIX_SPAWN_SETSID : 0;
    bool has_mask = !is_undefined(args[3]);
    if (has_mask || !thread->core.is_main) {
        set = signals_set_of(signals_mask(&thread->core));
        if (has_mask && !read_signals(thread, args[3], &set))
            return false;
        posix_spawnattr_setsigmask(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (!is_undefined(args[4])) {
        if (!read_signals(thread, args[4], &set))
            return false;
        posix_spawnattr_setsigdefault(attributes, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    int scheduler = is_none(args[5]) ? 0 : read_scheduler(thread, args[5], attributes);
    if (scheduler < 0)
        return false;
    posix_spawnattr_setflags(attributes, (short)(flags | scheduler));
    return !error_pending(thread);
}

typedef struct Spawning {
    Value *args; // from file_actions on
    OsPath path;
    char **argv, **env;
    bool searches;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    Value result;
} Spawning;

static Value spawn_now(Thread *thread, Spawning *s) {
    pid_t pid = -1;
    blocking_begin(&thread->core, BLOCK_CHILD, "posix_spawn");
    int error = (s->searches ? posix_spawnp : posix_spawn)(&pid, s->path.text, &s->actions,
                                                           &s->attributes, s->argv, s->env);
    blocking_end(&thread->core);
    return error != 0 ? raise_os_error(thread, error, s->path.shown) : value_small_int(pid);
}

static bool read_and_spawn(Thread *thread, void *context) {
    Spawning *s = context;
    if (!add_actions(thread, s->args[0], &s->actions) ||
        !read_attributes(thread, s->args + 1, &s->attributes))
        return false;
    s->result = spawn_now(thread, s);
    return !is_error(s->result);
}

static Value spawn(Thread *thread, Value *args, const char *name) {
    Spawning s = {.args = args + 3, .searches = name[11] == 'p'};
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, name, "path", &s.path) ||
        !read_vectors(thread, name, args + 1, &s.argv, &s.env))
        return VALUE_ERROR;
    posix_spawn_file_actions_init(&s.actions);
    posix_spawnattr_init(&s.attributes);
    bool spawned = run_guarded(thread, read_and_spawn, &s);
    posix_spawn_file_actions_destroy(&s.actions);
    posix_spawnattr_destroy(&s.attributes);
    return spawned ? s.result : VALUE_ERROR;
}

static Value os_posix_spawn(Thread *thread, Value *args) {
    return spawn(thread, args, "posix_spawn");
}
static Value os_posix_spawnp(Thread *thread, Value *args) {
    return spawn(thread, args, "posix_spawnp");
}

// ---- system, forkpty ----

static Value os_system(Thread *thread, Value *args) {
    OsPath command;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "system", "command", &command))
        return VALUE_ERROR;
    char *copy = strdup(command.text);
    blocking_begin(&thread->core, BLOCK_CHILD, "system");
    sigset_t before = show_mask(thread);
    int status = copy == NULL ? -1 : system(copy);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    blocking_end(&thread->core);
    free(copy);
    return value_small_int(status);
}

static pid_t fork_pty(void *master) {
    return forkpty(master, NULL, NULL, NULL);
}

static Value os_forkpty(Thread *thread, Value *args) {
    (void)args;
    int master = -1;
    Value pid = os_fork_by(thread, "forkpty", fork_pty, &master);
    return is_error(pid) ? pid : tuple_pair(thread, pid, value_small_int(master));
}

#define SPAWN_SIGNATURE                                                                            \
    "(path, argv, env, /, *, file_actions=..., setpgroup=..., resetids=False, setsid=False, "      \
    "setsigmask=..., setsigdef=..., scheduler=None)"

const NativeSpec os_start_functions[] = {
    NATIVE("execv", os_execv, "(path, argv, /)", "Become another program."),
    NATIVE("execve", os_execve, "(path, argv, env)", "Become another program, with variables."),
    NATIVE("posix_spawn", os_posix_spawn, SPAWN_SIGNATURE, "Start a program; return its number."),
    NATIVE("posix_spawnp", os_posix_spawnp, SPAWN_SIGNATURE,
           "Start a program that is looked for in PATH; return its number."),
    NATIVE("system", os_system, "(command)", "Have the shell run a command; return the status."),
    NATIVE("forkpty", os_forkpty, "()",
           "Fork with a terminal of its own for the child; return (pid, descriptor)."),
    NATIVE_END,
};
