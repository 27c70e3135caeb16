// SPDX-License-Identifier: MIT
//
// The module os: what files are allowed to do, whose they are, and since when.
//
// Each function takes a path or a descriptor, calls the system in a blocking region, and raises the
// OSError that fits, with the path in it.
#include "os_functions.h"

#include "blocking.h"
#include "int.h"
#include "operations.h"
#include "tuple.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

// AT_SYMLINK_NOFOLLOW if the argument `follow_symlinks` is false; -1 with an exception.
static int link_flag(Thread *thread, Value follow) {
    int truth = operation_truth(thread, follow);
    return truth < 0 ? -1 : truth ? 0 : AT_SYMLINK_NOFOLLOW;
}

static Value os_access(Thread *thread, Value *args) {
    OsPath path;
    int mode, flag = link_flag(thread, args[4]);
    int effective = operation_truth(thread, args[3]);
    if (flag < 0 || effective < 0 ||
        !os_path(thread, args[0], args[2], OS_PATH, "access", "path", &path) ||
        !os_int(thread, args[1], &mode))
        return VALUE_ERROR;
    flag |= effective ? AT_EACCESS : 0;
    return value_bool(faccessat(path.folder, path.text, mode, flag) == 0);
}

static Value os_open(Thread *thread, Value *args) {
    OsPath path;
    int flags, mode;
    if (!os_path(thread, args[0], args[3], OS_PATH, "open", "path", &path) ||
        !os_int(thread, args[1], &flags) || !os_int(thread, args[2], &mode))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "open");
    int fd = openat(path.folder, path.text, flags | O_CLOEXEC, (mode_t)mode);
    int error = errno;
    blocking_end(&thread->core);
    return fd < 0 ? raise_os_error(thread, error, path.shown) : value_small_int(fd);
}

static Value os_chmod(Thread *thread, Value *args) {
    OsPath path;
    int mode, flag = link_flag(thread, args[3]);
    if (flag < 0 ||
        !os_path(thread, args[0], args[2], OS_PATH_OR_DESCRIPTOR, "chmod", "path", &path) ||
        !os_int(thread, args[1], &mode))
        return VALUE_ERROR;
    int result = path.text ? fchmodat(path.folder, path.text, (mode_t)mode, flag)
                           : fchmod(path.fd, (mode_t)mode);
    return os_finish(thread, result, &path);
}

static Value os_fchmod(Thread *thread, Value *args) {
    int fd, mode;
    if (!os_int(thread, args[0], &fd) || !os_int(thread, args[1], &mode))
        return VALUE_ERROR;
    return os_done(thread, fchmod(fd, (mode_t)mode));
}

static Value os_fchown(Thread *thread, Value *args) {
    int fd;
    uint32_t user, group;
    if (!os_int(thread, args[0], &fd) || !os_user(thread, args[1], &user) ||
        !os_group(thread, args[2], &group))
        return VALUE_ERROR;
    return os_done(thread, fchown(fd, user, group));
}

static Value os_sync(Thread *thread, Value *args) {
    (void)args;
    blocking_begin(&thread->core, BLOCK_IO, "sync");
    sync();
    blocking_end(&thread->core);
    return VALUE_NONE;
}

static Value change_owner(Thread *thread, Value *args, int flag, const char *function) {
    OsPath path;
    uint32_t user, group;
    if (flag < 0 ||
        !os_path(thread, args[0], VALUE_NONE, OS_PATH_OR_DESCRIPTOR, function, "path", &path) ||
        !os_user(thread, args[1], &user) || !os_group(thread, args[2], &group))
        return VALUE_ERROR;
    int result =
        path.text ? fchownat(AT_FDCWD, path.text, user, group, flag) : fchown(path.fd, user, group);
    return os_finish(thread, result, &path);
}

static Value os_chown(Thread *thread, Value *args) {
    return change_owner(thread, args, link_flag(thread, args[3]), "chown");
}

static Value os_lchown(Thread *thread, Value *args) {
    return change_owner(thread, args, AT_SYMLINK_NOFOLLOW, "lchown");
}

static Value os_truncate(Thread *thread, Value *args) {
    OsPath path;
    int64_t length;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH_OR_DESCRIPTOR, "truncate", "path", &path) ||
        !operation_index_int64(thread, args[1], &length))
        return VALUE_ERROR;
    return os_finish(thread, path.text ? truncate(path.text, length) : ftruncate(path.fd, length),
                     &path);
}

static Value os_umask(Thread *thread, Value *args) {
    int mask;
    return os_int(thread, args[0], &mask) ? value_small_int(umask((mode_t)mask)) : VALUE_ERROR;
}

static Value os_mkfifo(Thread *thread, Value *args) {
    OsPath path;
    int mode;
    if (!os_path(thread, args[0], args[2], OS_PATH, "mkfifo", "path", &path) ||
        !os_int(thread, args[1], &mode))
        return VALUE_ERROR;
    return os_finish(thread, mkfifoat(path.folder, path.text, (mode_t)mode), &path);
}

// ---- Times ----

static bool read_seconds(Thread *thread, Value v, struct timespec *time) {
    double d;
    int64_t seconds;
    if (is_integral(v)) {
        *time = (struct timespec){0};
        return operation_index_int64(thread, v, &seconds) && ((time->tv_sec = seconds), true);
    }
    if (!operation_as_double(thread, v, &d))
        return false;
    if (!(d > -9e15 && d < 9e15))
        return raise_false(thread, ERROR_OverflowError,
                           "timestamp out of range for platform time_t");
    double whole = floor(d);
    *time = (struct timespec){(time_t)whole, (long)((d - whole) * 1e9)};
    return true;
}

static bool read_nanoseconds(Thread *thread, Value v, struct timespec *time) {
    int64_t n;
    if (!operation_index_int64(thread, v, &n))
        return false;
    int64_t rest = n % 1000000000;
    rest += rest < 0 ? 1000000000 : 0;
    *time = (struct timespec){(n - rest) / 1000000000, rest};
    return true;
}

static bool read_times(Thread *thread, Value times, Value ns, struct timespec both[2]) {
    bool by_seconds = is_undefined(ns);
    Value pair = by_seconds ? times : ns;
    if (!by_seconds && !is_none(times))
        return raise_false(thread, ERROR_ValueError,
                           "utime: you may specify either 'times' or 'ns' but not both");
    if (!is_tuple(pair) || as_tuple(pair)->length != 2)
        return raise_false(
            thread, ERROR_TypeError, "utime: '%s' must be %s", by_seconds ? "times" : "ns",
            by_seconds ? "either a tuple of two ints or None" : "a tuple of two ints");
    for (size_t i = 0; i < 2; i++) {
        if (!(by_seconds ? read_seconds : read_nanoseconds)(thread, as_tuple(pair)->items[i],
                                                            &both[i]))
            return false;
    }
    return true;
}

static Value os_utime(Thread *thread, Value *args) {
    OsPath path;
    struct timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    int flag = link_flag(thread, args[4]);
    bool now = is_none(args[1]) && is_undefined(args[2]);
    if (flag < 0 ||
        !os_path(thread, args[0], args[3], OS_PATH_OR_DESCRIPTOR, "utime", "path", &path) ||
        (!now && !read_times(thread, args[1], args[2], times)))
        return VALUE_ERROR;
    int result =
        path.text ? utimensat(path.folder, path.text, times, flag) : futimens(path.fd, times);
    return os_finish(thread, result, &path);
}

const NativeSpec os_file_functions[] = {
    NATIVE("access", os_access,
           "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
           "Return whether a path may be used that way."),
    NATIVE("open", os_open, "(path, flags, mode=511, *, dir_fd=None)",
           "Open a file; return a descriptor."),
    NATIVE("chmod", os_chmod, "(path, mode, *, dir_fd=None, follow_symlinks=True)",
           "Change the permissions of a file."),
    NATIVE("chown", os_chown, "(path, uid, gid, *, follow_symlinks=True)",
           "Change the owner of a file."),
    NATIVE("fchmod", os_fchmod, "(fd, mode)", "Change the permissions of an open file."),
    NATIVE("fchown", os_fchown, "(fd, uid, gid)", "Change the owner of an open file."),
    NATIVE("sync", os_sync, "()", "Have everything written to the disks."),
    NATIVE("lchown", os_lchown, "(path, uid, gid)", "Change the owner of a link itself."),
    NATIVE("truncate", os_truncate, "(path, length)", "Change the length of a file."),
    NATIVE("ftruncate", os_truncate, "(fd, length, /)", "Change the length of an open file."),
    NATIVE("umask", os_umask, "(mask, /)",
           "Set which permissions new files do not get; return the old mask."),
    NATIVE("mkfifo", os_mkfifo, "(path, mode=438, *, dir_fd=None)", "Make a named pipe."),
    NATIVE("utime", os_utime, "(path, times=None, *, ns=..., dir_fd=None, follow_symlinks=True)",
           "Set when a file was read and changed."),
    NATIVE_END,
};
