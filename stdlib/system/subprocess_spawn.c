// SPDX-License-Identifier: MIT
//
// The native half of the module subprocess: starting a program. A child is made, prepares itself
// (descriptors, folder, user, signals), and becomes the program by execve.
//
// The child is made by vfork: it borrows the parent's memory, and the parent's thread stands still
// until the child has become the program or has given up. Nothing is copied, so starting a program
// costs the same however big the parent is. The price: whatever the child does happens in the
// parent's memory, while the parent's other threads run. So all that needs memory or the GIL is
// prepared beforehand in a Spawn, and the child makes system calls only. No handler of a signal may
// run in it either: all signals are blocked before, and unblocked when none is caught any more.
// A preexec_fn is Mini code and may do anything; then the child is made by fork, a copy.
//
// What goes wrong in the child comes back through a pipe that execve closes: nothing in it means
// that the program runs. The pipe is made and its writing end closed while the GIL is held, so no
// os.fork of another thread can keep it open.
//
// CPython's counterpart: Modules/_posixsubprocess.c.
#include "blocking.h"
#include "bytes.h"
#include "call.h"
#include "descriptors.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "os_fork.h"
#include "os_functions.h"
#include "signals.h"
#include "str.h"
#include "tuple.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STANDARD_COUNT = 3 }; // stdin, stdout, stderr

// What the child was doing when it failed; subprocess.mini knows the numbers.
typedef enum SpawnStage {
    STAGE_EXEC,
    STAGE_FOLDER,
    STAGE_PREPARE,
    STAGE_PREEXEC,
} SpawnStage;

typedef struct SpawnReport {
    int error; // errno
    int stage; // SpawnStage
} SpawnReport;

typedef struct Spawn {
    char **arguments, **programs;
    char **environment;           // NULL: the parent's, with what the preexec_fn changes
    const char *folder;           // NULL: stay
    int standard[STANDARD_COUNT]; // what becomes 0, 1 and 2; -1: what the parent has
    const int *kept;              // pass_fds, rising
    size_t kept_count;
    bool close_others, restore_signals, new_session, has_groups;
    int process_group, user, group, mask; // -1: as the parent
    const gid_t *groups;
    size_t group_count;
    uint64_t signals; // what is blocked in the program
    int report;       // the writing end of the pipe
    Thread *thread;
    Value preexec; // None: nothing to call
} Spawn;

// ---- In the child: system calls only ----

static _Noreturn void fail(const Spawn *spawn, SpawnStage stage) {
    SpawnReport report = {.error = errno, .stage = (int)stage};
    ssize_t written = write(spawn->report, &report, sizeof report);
    _exit(written < 0 ? 254 : 255);
}

// Caught signals get their default action, so that they can be unblocked; ignored ones stay so. A
// copy of the parent keeps its handlers until execve. The kernel is asked directly: the C library
// may note handlers in memory that is the parent's.
static void reset_signals(const Spawn *spawn) {
    for (int number = 1; number <= 64; number++) {
        unsigned long action[8] = {0}; // the kernel's struct begins with the handler
        syscall(SYS_rt_sigaction, number, NULL, action, sizeof(uint64_t));
        bool is_caught = action[0] != (unsigned long)SIG_DFL && action[0] != (unsigned long)SIG_IGN;
        bool was_ignored_by_us = number == SIGPIPE || number == SIGXFSZ;
        if ((is_caught && is_none(spawn->preexec)) ||
            (spawn->restore_signals && was_ignored_by_us)) {
            memset(action, 0, sizeof action);
            syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t));
        }
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &spawn->signals, NULL, sizeof spawn->signals);
}

// A descriptor that is to become a standard one must not be overwritten on the way.
static int move_up(const Spawn *spawn, int fd, int target) {
    if (fd < 0 || fd == target || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD, STANDARD_COUNT);
    if (moved < 0)
        fail(spawn, STAGE_PREPARE);
    return moved;
}

static void set_standard(const Spawn *spawn, int fd, int target) {
    if (fd == target) {
        int flags = fcntl(fd, F_GETFD);
        if (flags < 0 || fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC) < 0)
            fail(spawn, STAGE_PREPARE);
    } else if (fd >= 0 && dup2(fd, target) < 0) {
        fail(spawn, STAGE_PREPARE);
    }
}

static void set_descriptors(const Spawn *spawn) {
    int from[STANDARD_COUNT];
    for (int i = 0; i < STANDARD_COUNT; i++)
        from[i] = move_up(spawn, spawn->standard[i], i);
    for (int i = 0; i < STANDARD_COUNT; i++)
        set_standard(spawn, from[i], i);
    for (int i = 0; i < STANDARD_COUNT; i++) {
        if (from[i] != spawn->standard[i])
            close(from[i]);
    }
    for (size_t i = 0; i < spawn->kept_count; i++) {
        int flags = fcntl(spawn->kept[i], F_GETFD);
        if (flags < 0 || fcntl(spawn->kept[i], F_SETFD, flags & ~FD_CLOEXEC) < 0)
            fail(spawn, STAGE_PREPARE);
    }
}

static void close_between(int first, int last) {
    if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
        return;
    long limit = sysconf(_SC_OPEN_MAX); // a kernel before 5.9
    for (int fd = first; fd <= last && fd < limit; fd++)
        close(fd);
}

static void close_others(const Spawn *spawn) {
    int first = STANDARD_COUNT;
    bool reported = false; // the pipe for the report stays open, too, in its place of the order
    for (size_t i = 0; i <= spawn->kept_count; i++) {
        int next = i < spawn->kept_count ? spawn->kept[i] : INT_MAX;
        if (!reported && spawn->report < next) {
            close_between(first, spawn->report - 1);
            first = spawn->report + 1;
            reported = true;
        }
        close_between(first, next - (next != INT_MAX));
        first = next != INT_MAX && next >= first ? next + 1 : first;
    }
}

// The C library's functions would tell the parent's other threads to change their user, too.
static void set_ids(const Spawn *spawn) {
    if (spawn->has_groups && syscall(SYS_setgroups, spawn->group_count, spawn->groups) != 0)
        fail(spawn, STAGE_PREPARE);
    if (spawn->group >= 0 && syscall(SYS_setregid, spawn->group, spawn->group) != 0)
        fail(spawn, STAGE_PREPARE);
    if (spawn->user >= 0 && syscall(SYS_setreuid, spawn->user, spawn->user) != 0)
        fail(spawn, STAGE_PREPARE);
}

static void set_place(const Spawn *spawn) {
    if (spawn->folder && chdir(spawn->folder) != 0)
        fail(spawn, STAGE_FOLDER);
    if (spawn->mask >= 0)
        umask((mode_t)spawn->mask);
    reset_signals(spawn);
    if (spawn->new_session && setsid() < 0)
        fail(spawn, STAGE_PREPARE);
    if (spawn->process_group >= 0 && setpgid(0, spawn->process_group) != 0)
        fail(spawn, STAGE_PREPARE);
}

// Mini code in the only thread of a copy of the parent.
static void run_preexec(const Spawn *spawn) {
    Thread *thread = spawn->thread;
    if (is_none(spawn->preexec))
        return;
    if (is_error(call_0(thread, spawn->preexec))) {
        errno = 0;
        fail(spawn, STAGE_PREEXEC);
    }
}

// The first program that can be started; if none can, the first refusal that says more than "there
// is no such file".
static _Noreturn void become(const Spawn *spawn) {
    int telling = 0;
    for (char **program = spawn->programs; *program; program++) {
        execve(*program, spawn->arguments, spawn->environment ? spawn->environment : environ);
        if (errno != ENOENT && errno != ENOTDIR && telling == 0)
            telling = errno;
    }
    if (telling != 0)
        errno = telling;
    fail(spawn, STAGE_EXEC);
}

// Never inlined: with vfork it runs on the parent's stack, below the frame that the parent goes on
// in.
__attribute__((noinline)) static _Noreturn void run_child(const Spawn *spawn) {
    set_descriptors(spawn);
    set_place(spawn);
    set_ids(spawn);
    run_preexec(spawn);
    if (spawn->close_others)
        close_others(spawn);
    become(spawn);
}

// ---- In the parent ----

static pid_t make_child(const Spawn *spawn, bool shares_memory) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // NOLINTNEXTLINE(clang-analyzer-unix.Vfork,clang-analyzer-security.insecureAPI.vfork)
    pid_t process = shares_memory ? vfork() : fork();
    if (process == 0)
        run_child(spawn); // NOLINT(clang-analyzer-unix.Vfork)
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return process;
}

// The pipe's ends are above the standard descriptors, even if the parent has closed those.
static bool make_pipe(Thread *thread, int ends[2]) {
    int low[2];
    if (pipe2(low, O_CLOEXEC) != 0)
        return raise_os_error(thread, errno, VALUE_NONE), false;
    for (int i = 0; i < 2; i++) {
        ends[i] = low[i] > STDERR_FILENO ? low[i] : fcntl(low[i], F_DUPFD_CLOEXEC, STANDARD_COUNT);
        if (ends[i] != low[i])
            close(low[i]);
    }
    if (ends[0] >= 0 && ends[1] >= 0)
        return true;
    int error = errno;
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0)
            close(ends[i]);
    }
    return raise_os_error(thread, error, VALUE_NONE), false;
}

static void wait_for_end(Thread *thread, pid_t process) {
    int status;
    blocking_begin(&thread->core, BLOCK_CHILD, "waitpid");
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    blocking_end(&thread->core);
}

static pid_t plain_fork(void *context) {
    (void)context;
    return fork();
}

// A copy of this process with all that belongs to it, for the preexec_fn.
static Value fork_copy(Thread *thread, const Spawn *spawn) {
    Value process = os_fork_by(thread, "fork", plain_fork, NULL);
    if (is_small_int(process) && as_small_int(process) == 0)
        run_child(spawn);
    return process;
}

static Value make_any_child(Thread *thread, const Spawn *spawn, bool shares_memory) {
    if (!is_none(spawn->preexec))
        return fork_copy(thread, spawn);
    pid_t process = make_child(spawn, shares_memory);
    return process < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(process);
}

// (pid, 0, -1), or (pid, errno, stage) of a child that has ended.
static Value start(Thread *thread, Spawn *spawn, bool shares_memory) {
    int ends[2];
    if (!make_pipe(thread, ends))
        return VALUE_ERROR;
    spawn->report = ends[1];
    Value process = make_any_child(thread, spawn, shares_memory);
    close(ends[1]);
    SpawnReport report = {0};
    int64_t length = -1;
    if (!is_error(process))
        length = file_read_descriptor(thread, ends[0], (uint8_t *)&report, sizeof report);
    close(ends[0]);
    if (length < 0)
        return VALUE_ERROR;
    if (length > 0)
        wait_for_end(thread, (pid_t)as_small_int(process));
    Value result[] = {process, value_small_int(report.error),
                      value_small_int(length > 0 ? report.stage : -1)};
    return value_object(tuple_from_array(thread, result, 3));
}

// ---- Reading the arguments ----

// A list of bytes as C wants it, NULL at the end; the list keeps the texts alive.
static char **texts_of(Thread *thread, Value list) {
    size_t count = as_list(list)->length;
    char **texts = heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        Bytes *bytes = as_bytes(as_list(list)->items[i]);
        texts[i] = (char *)bytes_contents(bytes);
        if (strlen(texts[i]) != bytes->length)
            return raise_error(thread, ERROR_ValueError, "embedded null byte"), NULL;
    }
    texts[count] = NULL;
    return texts;
}

static int *numbers_of(Thread *thread, Value list, size_t *count) {
    *count = as_list(list)->length;
    int *numbers = heap_allocate(thread_heap(thread), CELL_BUFFER, (*count + 1) * sizeof *numbers);
    for (size_t i = 0; i < *count; i++) {
        if (!os_int(thread, as_list(list)->items[i], &numbers[i]))
            return NULL;
    }
    return numbers;
}

static bool read_texts(Thread *thread, Spawn *spawn, const Value *args) {
    spawn->arguments = texts_of(thread, args[0]);
    spawn->programs = spawn->arguments ? texts_of(thread, args[1]) : NULL;
    if (!spawn->programs)
        return false;
    if (!is_none(args[2]) && !(spawn->environment = texts_of(thread, args[2])))
        return false;
    if (!is_none(args[3])) {
        spawn->folder = (const char *)as_bytes(args[3])->data;
        if (strlen(spawn->folder) != as_bytes(args[3])->length)
            return raise_false(thread, ERROR_ValueError, "embedded null byte");
    }
    return true;
}

static bool read_numbers(Thread *thread, Spawn *spawn, const Value *args) {
    size_t count, length;
    const int *standard = numbers_of(thread, args[4], &count);
    spawn->kept = standard ? numbers_of(thread, args[5], &spawn->kept_count) : NULL;
    const int *options = spawn->kept ? numbers_of(thread, args[6], &length) : NULL;
    if (!options || count != STANDARD_COUNT || length != 7)
        return false;
    memcpy(spawn->standard, standard, sizeof spawn->standard);
    spawn->close_others = options[0] != 0;
    spawn->restore_signals = options[1] != 0;
    spawn->new_session = options[2] != 0;
    spawn->process_group = options[3];
    spawn->group = options[4];
    spawn->user = options[5];
    spawn->mask = options[6];
    spawn->has_groups = !is_none(args[7]);
    if (spawn->has_groups)
        spawn->groups = (const gid_t *)numbers_of(thread, args[7], &spawn->group_count);
    return !spawn->has_groups || spawn->groups != NULL;
}

// The lists are made by subprocess.mini for this call, so nobody changes them meanwhile.
static Value spawn_function(Thread *thread, Value *args) {
    Spawn spawn = {.thread = thread, .preexec = args[8]};
    spawn.signals = signals_mask(&thread->core);
    if (!read_texts(thread, &spawn, args) || !read_numbers(thread, &spawn, args))
        return VALUE_ERROR;
    return start(thread, &spawn, is_none(spawn.preexec) && is_true(args[9]));
}

// ---- Waiting with a timeout, and the room in a pipe ----

// Wait until a child has ended, but leave its status to be asked for. False: the time is over;
// true: it has ended, or it is to be looked at again.
static Value await_exit(Thread *thread, Value *args) {
    int64_t deadline;
    int process;
    if (!os_int(thread, args[0], &process) || !wait_deadline(thread, args[1], false, &deadline))
        return VALUE_ERROR;
    struct pollfd child = {.fd = (int)syscall(SYS_pidfd_open, process, 0), .events = POLLIN};
    if (child.fd < 0) // it is no child any more, or no descriptor is free
        return value_bool(errno == ESRCH || runtime_now(&thread->interpreter->runtime) < deadline);
    int ready = descriptors_await(thread, &child, 1, deadline, "waitpid");
    close(child.fd);
    return ready < 0 ? VALUE_ERROR : value_bool(ready > 0);
}

static Value set_pipe_size(Thread *thread, Value *args) {
    int fd, size;
    if (!os_int(thread, args[0], &fd) || !os_int(thread, args[1], &size))
        return VALUE_ERROR;
    return os_done(thread, fcntl(fd, F_SETPIPE_SZ, size) < 0 ? -1 : 0);
}

static const NativeSpec functions[] = {
    NATIVE("await_exit", await_exit, "(pid, timeout, /)",
           "Wait for the end of a child; False: the time is over."),
    NATIVE("set_pipe_size", set_pipe_size, "(fd, size, /)", "Set how much a pipe can hold."),
    NATIVE("spawn", spawn_function,
           "(args, programs, env, cwd, standard, kept, options, groups, preexec_fn, vfork, /)",
           "Start a program; return (pid, errno, stage of the failure or -1)."),
    NATIVE_END,
};

bool subprocess_spawn_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    return true;
}
