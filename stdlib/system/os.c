// SPDX-License-Identifier: MIT
//
// The module os: the process, its environment, and the constants. Descriptors, folders, files and
// what stat() says are in files of their own; what can be said in Mini is in os.mini, and what few
// programs need in os_more.mini, which is loaded by the first use of it.
#include "blocking.h"
#include "bytes.h"
#include "dict.h"
#include "execute.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "os_fork.h"
#include "os_functions.h"
#include "set.h"
#include "signals.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- The process ----

static Value os_getpid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getpid());
}

static Value os_getppid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getppid());
}

static Value os_getuid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getuid());
}

static Value os_geteuid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(geteuid());
}

static Value os_getgid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getgid());
}

static Value os_getegid(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return value_small_int(getegid());
}

static Value os_getlogin(Thread *thread, Value *args) {
    (void)args;
    char name[256];
    int error = getlogin_r(name, sizeof name);
    return error != 0 ? raise_os_error(thread, error, VALUE_NONE) : os_name(thread, name, false);
}

static Value os_affinity(Thread *thread, Value *args) {
    int process;
    cpu_set_t set;
    if (!os_int(thread, args[0], &process))
        return VALUE_ERROR;
    if (sched_getaffinity(process, sizeof set, &set) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    Set *result = set_new(thread);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &set) && !set_add(thread, result, value_small_int((int64_t)i)))
            return VALUE_ERROR;
    }
    return value_object(result);
}

static Value os_yield(Thread *thread, Value *args) {
    (void)args;
    blocking_begin(&thread->core, BLOCK_IO, "sched_yield");
    sched_yield();
    blocking_end(&thread->core);
    return VALUE_NONE;
}

static Value os_abort(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    abort();
}

// What -X cpu_count=N or PYTHON_CPU_COUNT says; 0: neither does.
static long told_cpu_count(Thread *thread) {
    static const char option[] = "cpu_count=";
    const InterpreterOptions *options = &thread->interpreter->options;
    const char *told = options->flags.ignore_environment ? NULL : getenv("PYTHON_CPU_COUNT");
    for (int i = 0; i < options->settings.count; i++) {
        if (strncmp(options->settings.items[i], option, strlen(option)) == 0)
            told = options->settings.items[i] + strlen(option);
    }
    return told == NULL ? 0 : strtol(told, NULL, 10);
}

static Value os_cpu_count(Thread *thread, Value *args) {
    long told = told_cpu_count(thread);
    (void)args;
    if (told > 0)
        return value_small_int(told);
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? value_small_int(count) : VALUE_NONE;
}

static Value os_process_cpu_count(Thread *thread, Value *args) {
    cpu_set_t set;
    return told_cpu_count(thread) <= 0 && sched_getaffinity(0, sizeof set, &set) == 0
               ? value_small_int(CPU_COUNT(&set))
               : os_cpu_count(thread, args);
}

static Value os_exit(Thread *thread, Value *args) {
    int status;
    if (!os_int(thread, args[0], &status))
        return VALUE_ERROR;
    _exit(status);
}

// The handlers of a signal to this very process have run when kill() returns, as in CPython.
static Value os_kill(Thread *thread, Value *args) {
    int process, number;
    if (!os_int(thread, args[0], &process) || !os_int(thread, args[1], &number))
        return VALUE_ERROR;
    if (kill(process, number) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    bool due = thread->core.is_main && signals_are_pending(&thread->interpreter->runtime);
    return !due || thread_take_signals(thread) ? VALUE_NONE : VALUE_ERROR;
}

static Value os_strerror(Thread *thread, Value *args) {
    int number;
    return os_int(thread, args[0], &number) ? library_text(thread, strerror(number)) : VALUE_ERROR;
}

static Value os_urandom(Thread *thread, Value *args) {
    int64_t size;
    if (!operation_index_int64(thread, args[0], &size))
        return VALUE_ERROR;
    if (size < 0)
        return raise_error(thread, ERROR_ValueError, "negative argument not allowed");
    Bytes *bytes = bytes_new(thread, NULL, (size_t)size);
    for (size_t done = 0; done < (size_t)size;) {
        ssize_t count = getrandom(bytes_contents(bytes) + done, (size_t)size - done, 0);
        if (count < 0 && errno != EINTR)
            return raise_os_error(thread, errno, VALUE_NONE);
        done += count > 0 ? (size_t)count : 0;
    }
    return value_object(bytes);
}

// ---- The environment ----

static Str *variable_name(Thread *thread, const char *text, size_t length) {
    Str *name = bytes_decode(thread, (const uint8_t *)text, length, "utf-8", "surrogateescape");
    return name ? name : thread->interpreter->empty_str;
}

static Value environment(Thread *thread) {
    Dict *dict = dict_new(thread, 32);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        if (equals != NULL)
            dict_set_str(thread, dict, variable_name(thread, *entry, (size_t)(equals - *entry)),
                         os_name(thread, equals + 1, false));
    }
    return value_object(dict);
}

static Value os_putenv(Thread *thread, Value *args) {
    OsPath name, value;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "putenv", "name", &name) ||
        !os_path(thread, args[1], VALUE_NONE, OS_PATH, "putenv", "value", &value))
        return VALUE_ERROR;
    if (strchr(name.text, '=') != NULL)
        return raise_error(thread, ERROR_ValueError, "illegal environment variable name");
    return os_done(thread, setenv(name.text, value.text, 1));
}

static Value os_unsetenv(Thread *thread, Value *args) {
    OsPath name;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "unsetenv", "name", &name))
        return VALUE_ERROR;
    return os_done(thread, unsetenv(name.text));
}

static const NativeSpec os_functions[] = {
    NATIVE("getpid", os_getpid, "()", "Return the number of this process."),
    NATIVE("kill", os_kill, "(pid, signal, /)", "Send a signal to a process."),
    NATIVE("getppid", os_getppid, "()", "Return the number of the parent process."),
    NATIVE("getuid", os_getuid, "()", "Return the number of the user."),
    NATIVE("geteuid", os_geteuid, "()", "Return the number of the effective user."),
    NATIVE("getgid", os_getgid, "()", "Return the number of the group."),
    NATIVE("getegid", os_getegid, "()", "Return the number of the effective group."),
    NATIVE("getlogin", os_getlogin, "()", "Return the name of the user at the terminal."),
    NATIVE("sched_getaffinity", os_affinity, "(pid, /)",
           "Return the processors that a process may use."),
    NATIVE("sched_yield", os_yield, "()", "Let others have the processor."),
    NATIVE("abort", os_abort, "()", "End the process by SIGABRT."),
    NATIVE("cpu_count", os_cpu_count, "()", "Return the number of processors."),
    NATIVE("process_cpu_count", os_process_cpu_count, "()",
           "Return the number of processors that this process may use."),
    NATIVE("_exit", os_exit, "(status)", "End the process at once, without flushing anything."),
    NATIVE("strerror", os_strerror, "(code, /)", "Return the message of an error number."),
    NATIVE("urandom", os_urandom, "(size, /)", "Return size random bytes."),
    NATIVE("putenv", os_putenv, "(name, value, /)", "Set a variable for child processes."),
    NATIVE("unsetenv", os_unsetenv, "(name, /)", "Remove a variable for child processes."),
    NATIVE_END,
};

static void add_constants(Thread *thread, Module *module) {
    static const struct {
        const char *name, *text;
    } texts[] = {{"name", "posix"},
                 {"sep", "/"},
                 {"linesep", "\n"},
                 {"curdir", "."},
                 {"pardir", ".."},
                 {"pathsep", ":"},
                 {"extsep", "."},
                 {"devnull", "/dev/null"},
                 {"defpath", "/bin:/usr/bin"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        module_add(thread, module, texts[i].name, library_text(thread, texts[i].text));
    static const struct {
        const char *name;
        int number;
    } numbers[] = {
#define OS_CONSTANT(name, number) {#name, number},
#include "os_constants.def"
#undef OS_CONSTANT
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        module_add(thread, module, numbers[i].name, value_small_int(numbers[i].number));
}

static void add_types(Thread *thread, Module *module) {
    static const LateType types[] = {LATE_stat_result,  LATE_statvfs_result, LATE_terminal_size,
                                     LATE_uname_result, LATE_times_result,   LATE_waitid_result};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        Type *type = library_late_type(thread, types[i]);
        module_add(thread, module, type_short_name(type), value_object(type));
    }
}

bool os_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, os_functions);
    module_add_natives(thread, module, os_fd_functions);
    module_add_natives(thread, module, os_folder_functions);
    module_add_natives(thread, module, os_file_functions);
    module_add_natives(thread, module, os_record_functions);
    module_add_natives(thread, module, os_fork_functions);
    module_add_natives(thread, module, os_process_functions);
    module_add_natives(thread, module, os_start_functions);
    module_add_natives(thread, module, os_wait_functions);
    add_types(thread, module);
    add_constants(thread, module);
    module_add(thread, module, "altsep", VALUE_NONE);
    module_add(thread, module, "_environ", environment(thread));
    module_add(thread, module, "error", value_object(thread->interpreter->errors[ERROR_OSError]));
    Module *path = import_module(thread, str_from_c(thread, "os.path"));
    if (path == NULL)
        return false;
    module_add(thread, module, "path", value_object(path));
    return true;
}
