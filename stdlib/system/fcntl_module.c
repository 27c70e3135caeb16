// SPDX-License-Identifier: MIT
//
// The module fcntl: locks on files, by which programs that know nothing of each other keep apart,
// and the calls that set what else a descriptor can be told. All of them may wait, so all are made
// in blocking regions; a signal's handler runs in the midst of the wait, which then goes on.
//
// CPython's counterpart: Modules/fcntlmodule.c.
#include "modules.h"

#include "blocking.h"
#include "bytes.h"
#include "descriptors.h"
#include "int.h"
#include "library.h"
#include "operations.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BUFFER_MAX = 1024 };

static Value fcntl_function(Thread *thread, Value *args) {
    int fd, result;
    int64_t command, number = 0;
    char buffer[BUFFER_MAX];
    BytesView view = {0};
    bool has_bytes = is_str(args[2]) || bytes_view_optional(thread, args[2], &view);
    if (!descriptor_of(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &command))
        return VALUE_ERROR;
    if (is_str(args[2]))
        view.data = (const uint8_t *)str_utf8(thread, as_str(args[2]), &view.length);
    if (!has_bytes && !operation_index_int64(thread, args[2], &number))
        return VALUE_ERROR;
    if (view.length > sizeof buffer)
        return raise_error(thread, ERROR_ValueError, "fcntl string arg too long");
    if (view.length > 0)
        memcpy(buffer, view.data, view.length);
    do {
        blocking_begin(&thread->core, BLOCK_IO, "fcntl");
        result = has_bytes ? fcntl(fd, (int)command, buffer) : fcntl(fd, (int)command, (int)number);
        int error = errno;
        blocking_end(&thread->core);
        errno = error;
    } while (result < 0 && descriptor_retry(thread, errno));
    if (result < 0)
        return VALUE_ERROR;
    return has_bytes ? value_object(bytes_new(thread, buffer, view.length))
                     : value_small_int(result);
}

// Into a buffer of the program's own when that can be changed and `mutate` says so, else a copy.
static Value ioctl_function(Thread *thread, Value *args) {
    int fd, mutate = operation_truth(thread, args[3]);
    int64_t request, number = 0;
    char buffer[BUFFER_MAX];
    BytesView view = {0};
    bool has_bytes = bytes_view_optional(thread, args[2], &view);
    if (mutate < 0 || !descriptor_of(thread, args[0], &fd) ||
        !operation_index_int64(thread, args[1], &request) ||
        (!has_bytes && !operation_index_int64(thread, args[2], &number)))
        return VALUE_ERROR;
    if (view.length > sizeof buffer)
        return raise_error(thread, ERROR_ValueError, "ioctl string arg too long");
    if (view.length > 0)
        memcpy(buffer, view.data, view.length);
    blocking_begin(&thread->core, BLOCK_IO, "ioctl");
    int result = has_bytes ? ioctl(fd, (unsigned long)request, buffer)
                           : ioctl(fd, (unsigned long)request, number);
    int error = errno;
    blocking_end(&thread->core);
    if (result < 0)
        return raise_os_error(thread, error, VALUE_NONE);
    uint8_t *target;
    size_t room;
    if (!has_bytes)
        return value_small_int(result);
    if (is_bytes(args[2]) || !mutate)
        return value_object(bytes_new(thread, buffer, view.length));
    if (!bytes_view_writable(thread, args[2], &target, &room))
        return VALUE_ERROR;
    if (view.length > 0)
        memcpy(target, buffer, view.length < room ? view.length : room);
    return value_small_int(result);
}

static Value flock_function(Thread *thread, Value *args) {
    int fd, result;
    int64_t operation;
    if (!descriptor_of(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &operation))
        return VALUE_ERROR;
    do {
        blocking_begin(&thread->core, BLOCK_IO, "flock");
        result = flock(fd, (int)operation);
        int error = errno;
        blocking_end(&thread->core);
        errno = error;
    } while (result < 0 && descriptor_retry(thread, errno));
    return result < 0 ? VALUE_ERROR : VALUE_NONE;
}

static bool lock_kind(Thread *thread, int64_t command, struct flock *lock) {
    if (command == LOCK_UN)
        lock->l_type = F_UNLCK;
    else if (command & LOCK_SH)
        lock->l_type = F_RDLCK;
    else if (command & LOCK_EX)
        lock->l_type = F_WRLCK;
    else
        return raise_false(thread, ERROR_ValueError, "unrecognized lockf argument");
    return true;
}

static Value lockf_function(Thread *thread, Value *args) {
    int fd, result;
    int64_t command, length, start, whence;
    struct flock lock = {0};
    if (!descriptor_of(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &command) ||
        !operation_index_int64(thread, args[2], &length) ||
        !operation_index_int64(thread, args[3], &start) ||
        !operation_index_int64(thread, args[4], &whence) || !lock_kind(thread, command, &lock))
        return VALUE_ERROR;
    lock.l_start = start;
    lock.l_len = length;
    lock.l_whence = (short)whence;
    do {
        blocking_begin(&thread->core, BLOCK_IO, "lockf");
        result = fcntl(fd, command & LOCK_NB ? F_SETLK : F_SETLKW, &lock);
        int error = errno;
        blocking_end(&thread->core);
        errno = error;
    } while (result < 0 && descriptor_retry(thread, errno));
    return result < 0 ? VALUE_ERROR : VALUE_NONE;
}

static const NativeSpec functions[] = {
    NATIVE("fcntl", fcntl_function, "(fd, cmd, arg=0, /)",
           "Ask or tell the system about a descriptor; an int, or bytes for bytes."),
    NATIVE("ioctl", ioctl_function, "(fd, request, arg=0, mutate_flag=True, /)",
           "Ask or tell the device behind a descriptor."),
    NATIVE("flock", flock_function, "(fd, operation, /)", "Lock or unlock a whole file."),
    NATIVE("lockf", lockf_function, "(fd, cmd, len=0, start=0, whence=0, /)",
           "Lock or unlock a part of a file."),
    NATIVE_END,
};

bool fcntl_module_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "Flags of descriptors, and locks on files."));
    static const struct {
        const char *name;
        int64_t number;
    } constants[] = {
#define FCNTL_CONSTANT(name) {#name, name},
#include "fcntl_constants.def"
#undef FCNTL_CONSTANT
    };
    module_add_natives(thread, module, functions);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        module_add(thread, module, constants[i].name, value_small_int(constants[i].number));
    return true;
}
