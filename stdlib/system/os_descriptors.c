// SPDX-License-Identifier: MIT
//
// The module os: open files as the system numbers them. Calls that may wait (read, write, fsync)
// are inside blocking regions; the others answer at once and keep the GIL.
#include "os_functions.h"

#include "blocking.h"
#include "bytes.h"
#include "execute.h"
#include "file.h"
#include "int.h"
#include "operations.h"
#include "tuple.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

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
    if (!os_int(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size < 0)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    uint8_t *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, (size_t)size + 1);
    int64_t count = file_read_descriptor(thread, fd, buffer, (size_t)size);
    return count < 0 ? VALUE_ERROR : value_object(bytes_new(thread, buffer, (size_t)count));
}

static Value os_pread(Thread *thread, Value *args) {
    int fd;
    int64_t size, offset;
    if (!os_int(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &size) ||
        !operation_index_int64(thread, args[2], &offset))
        return VALUE_ERROR;
    if (size < 0)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    uint8_t *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, (size_t)size + 1);
    blocking_begin(&thread->core, BLOCK_IO, "pread");
    ssize_t count = pread(fd, buffer, (size_t)size, offset);
    int error = errno;
    blocking_end(&thread->core);
    return count < 0 ? raise_os_error(thread, error, VALUE_NONE)
                     : value_object(bytes_new(thread, buffer, (size_t)count));
}

// A copy of the bytes of `v`, which other threads may change while the system reads it.
static uint8_t *copy_bytes(Thread *thread, Value v, size_t *length) {
    BytesView view;
    if (!bytes_view(thread, v, &view))
        return NULL;
    uint8_t *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, view.length + 1);
    if (view.length > 0)
        memcpy(copy, view.data, view.length);
    *length = view.length;
    return copy;
}

// One system call, as os.write promises: it may write less.
static Value os_write(Thread *thread, Value *args) {
    int fd;
    size_t length;
    if (!os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    uint8_t *copy = copy_bytes(thread, args[1], &length);
    if (copy == NULL)
        return VALUE_ERROR;
    for (;;) {
        if (!thread_poll_signals(thread))
            return VALUE_ERROR;
        blocking_begin(&thread->core, BLOCK_IO, "write");
        ssize_t count = write(fd, copy, length);
        int error = errno;
        blocking_end(&thread->core);
        if (count >= 0)
            return int_from_int64(thread, count);
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
            return VALUE_ERROR;
    }
}

static Value os_pwrite(Thread *thread, Value *args) {
    int fd;
    int64_t offset;
    size_t length;
    if (!os_int(thread, args[0], &fd) || !operation_index_int64(thread, args[2], &offset))
        return VALUE_ERROR;
    uint8_t *copy = copy_bytes(thread, args[1], &length);
    if (copy == NULL)
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "pwrite");
    ssize_t count = pwrite(fd, copy, length, offset);
    int error = errno;
    blocking_end(&thread->core);
    return count < 0 ? raise_os_error(thread, error, VALUE_NONE) : int_from_int64(thread, count);
}

// From a file into a socket or a file, without a copy in this process.
static Value os_sendfile(Thread *thread, Value *args) {
    int out, in;
    int64_t count;
    off_t offset, *from = is_none(args[2]) ? NULL : &offset;
    if (!os_int(thread, args[0], &out) || !os_int(thread, args[1], &in) ||
        (from != NULL && !operation_index_int64(thread, args[2], from)) ||
        !operation_index_int64(thread, args[3], &count))
        return VALUE_ERROR;
    for (;;) {
        blocking_begin(&thread->core, BLOCK_IO, "sendfile");
        ssize_t sent = sendfile(out, in, from, (size_t)count);
        int error = errno;
        blocking_end(&thread->core);
        if (sent >= 0)
            return int_from_int64(thread, sent);
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
            return VALUE_ERROR;
    }
}

static Value os_lseek(Thread *thread, Value *args) {
    int fd, whence;
    int64_t offset;
    if (!os_int(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &offset) ||
        !os_int(thread, args[2], &whence))
        return VALUE_ERROR;
    off_t position = lseek(fd, offset, whence);
    return position < 0 ? raise_os_error(thread, errno, VALUE_NONE)
                        : int_from_int64(thread, position);
}

static Value os_close(Thread *thread, Value *args) {
    int fd;
    return os_int(thread, args[0], &fd) ? os_done(thread, close(fd)) : VALUE_ERROR;
}

static Value os_closerange(Thread *thread, Value *args) {
    int low, high;
    if (!os_int(thread, args[0], &low) || !os_int(thread, args[1], &high))
        return VALUE_ERROR;
    if (low < high && high > 0)
        close_range((unsigned)(low < 0 ? 0 : low), (unsigned)high - 1, 0);
    return VALUE_NONE;
}

static Value os_isatty(Thread *thread, Value *args) {
    int fd;
    return os_int(thread, args[0], &fd) ? value_bool(isatty(fd)) : VALUE_ERROR;
}

static Value os_ttyname(Thread *thread, Value *args) {
    int fd;
    char name[256];
    if (!os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int error = ttyname_r(fd, name, sizeof name);
    return error != 0 ? raise_os_error(thread, error, VALUE_NONE) : os_name(thread, name, false);
}

static Value os_dup(Thread *thread, Value *args) {
    int fd;
    if (!os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(copy);
}

static Value os_dup2(Thread *thread, Value *args) {
    int fd, target, inheritable = operation_truth(thread, args[2]);
    if (inheritable < 0 || !os_int(thread, args[0], &fd) || !os_int(thread, args[1], &target))
        return VALUE_ERROR;
    int result = inheritable || fd == target ? dup2(fd, target) : dup3(fd, target, O_CLOEXEC);
    return result < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(result);
}

static Value synchronise(Thread *thread, Value v, int (*call)(int), const char *name) {
    int fd;
    if (!os_int(thread, v, &fd))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, name);
    int result = call(fd), error = errno;
    blocking_end(&thread->core);
    return result == 0 ? VALUE_NONE : raise_os_error(thread, error, VALUE_NONE);
}

static Value os_fsync(Thread *thread, Value *args) {
    return synchronise(thread, args[0], fsync, "fsync");
}

static Value os_fdatasync(Thread *thread, Value *args) {
    return synchronise(thread, args[0], fdatasync, "fdatasync");
}

static Value flag_of(Thread *thread, Value v, int get, int bit, bool when_set) {
    int fd;
    if (!os_int(thread, v, &fd))
        return VALUE_ERROR;
    int flags = fcntl(fd, get);
    return flags < 0 ? raise_os_error(thread, errno, VALUE_NONE)
                     : value_bool(((flags & bit) != 0) == when_set);
}

static Value set_flag(Thread *thread, const Value *args, int get, int set, int bit, bool when_set) {
    int fd, on = operation_truth(thread, args[1]);
    if (on < 0 || !os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int flags = fcntl(fd, get);
    if (flags < 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return os_done(thread, fcntl(fd, set, (on != 0) == when_set ? flags | bit : flags & ~bit));
}

static Value os_get_inheritable(Thread *thread, Value *args) {
    return flag_of(thread, args[0], F_GETFD, FD_CLOEXEC, false);
}

static Value os_set_inheritable(Thread *thread, Value *args) {
    return set_flag(thread, args, F_GETFD, F_SETFD, FD_CLOEXEC, false);
}

static Value os_get_blocking(Thread *thread, Value *args) {
    return flag_of(thread, args[0], F_GETFL, O_NONBLOCK, false);
}

static Value os_set_blocking(Thread *thread, Value *args) {
    return set_flag(thread, args, F_GETFL, F_SETFL, O_NONBLOCK, false);
}

const NativeSpec os_fd_functions[] = {
    NATIVE("pipe", os_pipe, "()", "Create a pipe; return its ends (read, write)."),
    NATIVE("read", os_read, "(fd, length, /)", "Read at most length bytes from a descriptor."),
    NATIVE("pread", os_pread, "(fd, length, offset, /)", "Read bytes from a place in a file."),
    NATIVE("write", os_write, "(fd, data, /)", "Write bytes to a descriptor; return how many."),
    NATIVE("pwrite", os_pwrite, "(fd, data, offset, /)", "Write bytes to a place in a file."),
    NATIVE("sendfile", os_sendfile, "(out_fd, in_fd, offset, count)",
           "Copy bytes of a file into a socket or a file."),
    NATIVE("lseek", os_lseek, "(fd, position, whence, /)", "Move in a file; return where it is."),
    NATIVE("close", os_close, "(fd)", "Close a descriptor."),
    NATIVE("closerange", os_closerange, "(fd_low, fd_high, /)", "Close a range of descriptors."),
    NATIVE("isatty", os_isatty, "(fd, /)", "Return whether a descriptor is a terminal."),
    NATIVE("ttyname", os_ttyname, "(fd, /)", "Return the name of a terminal."),
    NATIVE("dup", os_dup, "(fd, /)", "Return a copy of a descriptor."),
    NATIVE("dup2", os_dup2, "(fd, fd2, inheritable=True)", "Make fd2 a copy of a descriptor."),
    NATIVE("fsync", os_fsync, "(fd)", "Wait until a file is on the disk."),
    NATIVE("fdatasync", os_fdatasync, "(fd)", "Wait until a file's contents are on the disk."),
    NATIVE("get_inheritable", os_get_inheritable, "(fd, /)",
           "Return whether children get the descriptor."),
    NATIVE("set_inheritable", os_set_inheritable, "(fd, inheritable, /)",
           "Set whether children get the descriptor."),
    NATIVE("get_blocking", os_get_blocking, "(fd, /)",
           "Return whether reading waits for something to come."),
    NATIVE("set_blocking", os_set_blocking, "(fd, blocking, /)",
           "Set whether reading waits for something to come."),
    NATIVE_END,
};
