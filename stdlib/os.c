// SPDX-License-Identifier: MIT
//
// The module os: descriptors, the environment, the process. Names of files are os_files.c's.
//
// Calls that may wait (read, write) are inside blocking regions; the others answer at once and
// keep the GIL.
#include "blocking.h"
#include "bytes.h"
#include "dict.h"
#include "execute.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "os_functions.h"
#include "signals.h"
#include "str.h"
#include "tuple.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool small_number(Thread *thread, Value v, int *result) {
    int64_t n;
    *result = 0;
    if (!operation_index_int64(thread, v, &n))
        return false;
    if (n < INT32_MIN || n > INT32_MAX)
        return raise_false(thread, ERROR_OverflowError, "signed integer is %s than %s",
                           n < 0 ? "less" : "greater", n < 0 ? "minimum" : "maximum");
    *result = (int)n;
    return true;
}

static Value none_or_error(Thread *thread, int result) {
    return result == 0 ? VALUE_NONE : raise_os_error(thread, errno, VALUE_NONE);
}

// ---- Descriptors ----

static Value os_pipe(Thread *thread, Value *args) {
    (void)args;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return tuple_pair(thread, value_small_int(ends[0]), value_small_int(ends[1]));
}

static Value os_read(Thread *thread, Value *args) {
    int fd;
    int64_t size;
    if (!small_number(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size < 0)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    uint8_t *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, (size_t)size + 1);
    int64_t count = file_read_descriptor(thread, fd, buffer, (size_t)size);
    return count < 0 ? VALUE_ERROR : value_object(bytes_new(thread, buffer, (size_t)count));
}

// One system call, as os.write promises: it may write less.
static Value os_write(Thread *thread, Value *args) {
    int fd;
    BytesView view;
    size_t done;
    if (!small_number(thread, args[0], &fd) || !bytes_view(thread, args[1], &view))
        return VALUE_ERROR;
    uint8_t *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, view.length + 1);
    memcpy(copy, view.data, view.length);
    if (!file_write_descriptor(thread, fd, copy, view.length, &done) && done == 0)
        return VALUE_ERROR;
    if (error_pending(thread))
        error_clear(thread);
    return int_from_int64(thread, (int64_t)done);
}

static Value os_close(Thread *thread, Value *args) {
    int fd;
    return small_number(thread, args[0], &fd) ? none_or_error(thread, close(fd)) : VALUE_ERROR;
}

static Value os_isatty(Thread *thread, Value *args) {
    int fd;
    return small_number(thread, args[0], &fd) ? value_bool(isatty(fd)) : VALUE_ERROR;
}

static Value os_dup(Thread *thread, Value *args) {
    int fd;
    if (!small_number(thread, args[0], &fd))
        return VALUE_ERROR;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(copy);
}

static Value os_fsync(Thread *thread, Value *args) {
    int fd;
    if (!small_number(thread, args[0], &fd))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "fsync");
    int result = fsync(fd);
    blocking_end(&thread->core);
    return none_or_error(thread, result);
}

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

static Value os_cpu_count(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? value_small_int(count) : VALUE_NONE;
}

static Value os_process_cpu_count(Thread *thread, Value *args) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? value_small_int(CPU_COUNT(&set))
                                                       : os_cpu_count(thread, args);
}

static Value os_exit(Thread *thread, Value *args) {
    int status;
    if (!small_number(thread, args[0], &status))
        return VALUE_ERROR;
    _exit(status);
}

// The handlers of a signal to this very process have run when kill() returns, as in CPython.
static Value os_kill(Thread *thread, Value *args) {
    int process, number;
    if (!small_number(thread, args[0], &process) || !small_number(thread, args[1], &number))
        return VALUE_ERROR;
    if (kill(process, number) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    bool due = thread->core.is_main && signals_are_pending(&thread->interpreter->runtime);
    return !due || thread_take_signals(thread) ? VALUE_NONE : VALUE_ERROR;
}

static Value os_strerror(Thread *thread, Value *args) {
    int number;
    return small_number(thread, args[0], &number) ? library_text(thread, strerror(number))
                                                  : VALUE_ERROR;
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

static Value environment(Thread *thread) {
    Dict *dict = dict_new(thread, 32);
    for (char **entry = environ; entry != NULL && *entry != NULL; entry++) {
        const char *equals = strchr(*entry, '=');
        if (equals != NULL)
            dict_set_str(thread, dict, str_new_utf8(thread, *entry, (size_t)(equals - *entry)),
                         library_text(thread, equals + 1));
    }
    return value_object(dict);
}

static Value os_getenv(Thread *thread, Value *args) {
    Value module = dict_get_str(thread, thread->interpreter->modules, str_from_c(thread, "os"));
    Value all = is_module(module)
                    ? dict_get_str(thread, as_module(module)->dict, str_intern_c(thread, "environ"))
                    : VALUE_NONE;
    Value v;
    int found = is_dict(all) ? dict_get(thread, as_dict(all), args[0], &v) : 0;
    return found < 0 ? VALUE_ERROR : found ? v : args[1];
}

static const NativeSpec os_functions[] = {
    NATIVE("pipe", os_pipe, "()", "Create a pipe; return its ends (read, write)."),
    NATIVE("read", os_read, "(fd, length, /)", "Read at most length bytes from a descriptor."),
    NATIVE("write", os_write, "(fd, data, /)", "Write bytes to a descriptor; return how many."),
    NATIVE("close", os_close, "(fd)", "Close a descriptor."),
    NATIVE("isatty", os_isatty, "(fd, /)", "Return whether a descriptor is a terminal."),
    NATIVE("dup", os_dup, "(fd, /)", "Return a copy of a descriptor."),
    NATIVE("fsync", os_fsync, "(fd)", "Wait until a file is on the disk."),
    NATIVE("getpid", os_getpid, "()", "Return the number of this process."),
    NATIVE("kill", os_kill, "(pid, signal, /)", "Send a signal to a process."),
    NATIVE("getppid", os_getppid, "()", "Return the number of the parent process."),
    NATIVE("cpu_count", os_cpu_count, "()", "Return the number of processors."),
    NATIVE("process_cpu_count", os_process_cpu_count, "()",
           "Return the number of processors that this process may use."),
    NATIVE("_exit", os_exit, "(status)", "End the process at once, without flushing anything."),
    NATIVE("strerror", os_strerror, "(code, /)", "Return the message of an error number."),
    NATIVE("urandom", os_urandom, "(size, /)", "Return size random bytes."),
    NATIVE("getenv", os_getenv, "(key, default=None)", "Return an environment variable."),
    NATIVE_END,
};

static void add_constants(Thread *thread, Module *module) {
    static const struct {
        const char *name, *text;
    } texts[] = {{"name", "posix"}, {"sep", "/"},     {"linesep", "\n"}, {"curdir", "."},
                 {"pardir", ".."},  {"pathsep", ":"}, {"extsep", "."},   {"devnull", "/dev/null"}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        module_add(thread, module, texts[i].name, library_text(thread, texts[i].text));
    static const struct {
        const char *name;
        int number;
    } numbers[] = {{"O_RDONLY", O_RDONLY},
                   {"O_WRONLY", O_WRONLY},
                   {"O_RDWR", O_RDWR},
                   {"O_CREAT", O_CREAT},
                   {"O_EXCL", O_EXCL},
                   {"O_TRUNC", O_TRUNC},
                   {"O_APPEND", O_APPEND},
                   {"O_NONBLOCK", O_NONBLOCK},
                   {"O_CLOEXEC", O_CLOEXEC},
                   {"SEEK_SET", SEEK_SET},
                   {"SEEK_CUR", SEEK_CUR},
                   {"SEEK_END", SEEK_END},
                   {"F_OK", F_OK},
                   {"R_OK", R_OK},
                   {"W_OK", W_OK},
                   {"X_OK", X_OK},
                   {"EX_OK", 0}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        module_add(thread, module, numbers[i].name, value_small_int(numbers[i].number));
}

bool os_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, os_functions);
    module_add_natives(thread, module, os_file_functions);
    add_constants(thread, module);
    module_add(thread, module, "altsep", VALUE_NONE);
    module_add(thread, module, "environ", environment(thread));
    module_add(thread, module, "error", value_object(thread->interpreter->errors[ERROR_OSError]));
    Module *path = import_module(thread, str_from_c(thread, "os.path"));
    if (path == NULL)
        return false;
    module_add(thread, module, "path", value_object(path));
    Value fspath = module_lookup(thread, path, str_intern_c(thread, "fspath"));
    module_add(thread, module, "fspath", fspath);
    return true;
}
