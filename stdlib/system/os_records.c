// SPDX-License-Identifier: MIT
//
// The module os: answers of the system that have many parts, as tuples with names.
//
// A stat_result is a tuple of ten ints; further parts lie behind the tenth, where only attributes
// look: times as floats and in nanoseconds, sizes of blocks. CPython does the same.
#include "os_functions.h"

#include "int.h"
#include "operations.h"
#include "record.h"
#include "str.h"
#include "tuple.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { STAT_VISIBLE = 10, STAT_ALL = 19 };

static size_t count_fields(const Type *type) {
    size_t count = 0;
    while (type->spec->getsets[count].name != NULL)
        count++;
    return count;
}

// How many items the tuple has: of stat_result only the first, of the others all.
static size_t count_visible(const Type *type) {
    size_t all = count_fields(type);
    return all > STAT_VISIBLE + 1 ? STAT_VISIBLE : all;
}

// Unlike record_new this leaves room for fields behind the visible ones.
static Value make(Thread *thread, Type *type, const Value *values, size_t given) {
    size_t all = count_fields(type), room = all > STAT_VISIBLE + 1 ? STAT_ALL : all;
    Tuple *record = object_new_sized(thread, type, sizeof(Tuple) + room * sizeof(Value));
    for (size_t i = 0; i < room; i++)
        record->items[i] = i < given ? values[i] : VALUE_NONE;
    record->length = count_visible(type);
    return value_object(record);
}

static void stat_trace(Marker *marker, Object *self) {
    mark_values(marker, ((const Tuple *)self)->items, STAT_ALL);
}

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    Type *type = (Type *)as_object(callee);
    if (count < 1 || count > 2 || keywords != NULL)
        return raise_error(thread, ERROR_TypeError,
                           "structseq() missing required argument 'sequence' (pos 1)");
    Value given = operation_to_tuple(thread, args[0]);
    if (is_error(given))
        return given;
    size_t length = as_tuple(given)->length, least = count_visible(type);
    size_t most = least < count_fields(type) ? STAT_ALL : least;
    if (length < least || length > most)
        return raise_error(thread, ERROR_TypeError,
                           "%s() takes a%s %zu-sequence (%zu-sequence given)", type->name,
                           least == most    ? ""
                           : length < least ? "n at least"
                                            : "n at most",
                           length < least ? least : most, length);
    Value record = make(thread, type, as_tuple(given)->items, length);
    return count == 1 || record_set_more(thread, as_tuple(record), args[1]) ? record : VALUE_ERROR;
}

#define OS_RECORD(variable, module_name, type_name, fields, tracer, text)                          \
    const TypeSpec variable = {                                                                    \
        .name = type_name,                                                                         \
        .module = module_name,                                                                     \
        .doc = text,                                                                               \
        .layout = LAYOUT_TUPLE,                                                                    \
        .flags = TYPE_FINAL | TYPE_PATTERN_SEQUENCE,                                               \
        .size = sizeof(Tuple),                                                                     \
        .slots = {.repr = record_repr, .construct = construct, .trace = tracer},                   \
        .methods = record_methods,                                                                 \
        .getsets = fields,                                                                         \
    };

// Only the first visible items are traced as a tuple's.
static void plain_trace(Marker *marker, Object *self) {
    const Tuple *record = (const Tuple *)self;
    mark_values(marker, record->items, record->length);
}

static const GetSetSpec stat_fields[] = {
    RECORD_FIELD(0, "st_mode", "protection bits"),
    RECORD_FIELD(1, "st_ino", "inode"),
    RECORD_FIELD(2, "st_dev", "device"),
    RECORD_FIELD(3, "st_nlink", "number of hard links"),
    RECORD_FIELD(4, "st_uid", "user ID of owner"),
    RECORD_FIELD(5, "st_gid", "group ID of owner"),
    RECORD_FIELD(6, "st_size", "total size, in bytes"),
    RECORD_FIELD(10, "st_atime", "time of last access"),
    RECORD_FIELD(11, "st_mtime", "time of last modification"),
    RECORD_FIELD(12, "st_ctime", "time of last change"),
    RECORD_FIELD(13, "st_atime_ns", "time of last access in nanoseconds"),
    RECORD_FIELD(14, "st_mtime_ns", "time of last modification in nanoseconds"),
    RECORD_FIELD(15, "st_ctime_ns", "time of last change in nanoseconds"),
    RECORD_FIELD(16, "st_blksize", "blocksize for filesystem I/O"),
    RECORD_FIELD(17, "st_blocks", "number of blocks allocated"),
    RECORD_FIELD(18, "st_rdev", "device type (if inode device)"),
    GETSET_END,
};
OS_RECORD(stat_result_type_spec, "os", "os.stat_result", stat_fields, stat_trace,
          "What stat() says about a file.")

static const GetSetSpec terminal_fields[] = {
    RECORD_FIELD(0, "columns", "width of the terminal window in characters"),
    RECORD_FIELD(1, "lines", "height of the terminal window in characters"),
    GETSET_END,
};
OS_RECORD(terminal_size_type_spec, "os", "os.terminal_size", terminal_fields, plain_trace,
          "A tuple of (columns, lines).")

static const GetSetSpec uname_fields[] = {
    RECORD_FIELD(0, "sysname", "operating system name"),
    RECORD_FIELD(1, "nodename", "name of machine on network"),
    RECORD_FIELD(2, "release", "operating system release"),
    RECORD_FIELD(3, "version", "operating system version"),
    RECORD_FIELD(4, "machine", "hardware identifier"),
    GETSET_END,
};
OS_RECORD(uname_result_type_spec, "posix", "posix.uname_result", uname_fields, plain_trace,
          "The system.")

static const GetSetSpec times_fields[] = {
    RECORD_FIELD(0, "user", "user time"),
    RECORD_FIELD(1, "system", "system time"),
    RECORD_FIELD(2, "children_user", "user time of children"),
    RECORD_FIELD(3, "children_system", "system time of children"),
    RECORD_FIELD(4, "elapsed", "elapsed time since an arbitrary point in the past"),
    GETSET_END,
};
OS_RECORD(times_result_type_spec, "posix", "posix.times_result", times_fields, plain_trace,
          "Times that the process has taken.")

static const GetSetSpec statvfs_fields[] = {
    RECORD_FIELD(0, "f_bsize", "block size"),
    RECORD_FIELD(1, "f_frsize", "fragment size"),
    RECORD_FIELD(2, "f_blocks", "size in fragments"),
    RECORD_FIELD(3, "f_bfree", "free blocks"),
    RECORD_FIELD(4, "f_bavail", "free blocks for ordinary users"),
    RECORD_FIELD(5, "f_files", "inodes"),
    RECORD_FIELD(6, "f_ffree", "free inodes"),
    RECORD_FIELD(7, "f_favail", "free inodes for ordinary users"),
    RECORD_FIELD(8, "f_flag", "mount flags"),
    RECORD_FIELD(9, "f_namemax", "longest name of a file"),
    GETSET_END,
};
OS_RECORD(statvfs_result_type_spec, "os", "os.statvfs_result", statvfs_fields, plain_trace,
          "What statvfs() says about a file system.")

// ---- stat ----

static int64_t nanoseconds(const struct timespec *time) {
    return (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
}

static Value stat_result(Thread *thread, const struct stat *s) {
    const struct timespec *times[] = {&s->st_atim, &s->st_mtim, &s->st_ctim};
    Value values[STAT_ALL] = {
        value_small_int(s->st_mode),        int_from_uint64(thread, s->st_ino),
        int_from_uint64(thread, s->st_dev), int_from_uint64(thread, s->st_nlink),
        value_small_int(s->st_uid),         value_small_int(s->st_gid),
        int_from_int64(thread, s->st_size),
    };
    for (size_t i = 0; i < 3; i++) {
        values[7 + i] = int_from_int64(thread, times[i]->tv_sec);
        values[10 + i] = value_float((double)times[i]->tv_sec + (double)times[i]->tv_nsec / 1e9);
        values[13 + i] = int_from_int64(thread, nanoseconds(times[i]));
    }
    values[16] = int_from_int64(thread, s->st_blksize);
    values[17] = int_from_int64(thread, s->st_blocks);
    values[18] = int_from_uint64(thread, s->st_rdev);
    return make(thread, library_late_type(thread, LATE_stat_result), values, STAT_ALL);
}

static Value stat_path(Thread *thread, Value v, Value dir_fd, const char *function, int flag) {
    OsPath path;
    struct stat status;
    OsPathKind kind = flag == 0 ? OS_PATH_OR_DESCRIPTOR : OS_PATH;
    if (!os_path(thread, v, dir_fd, kind, function, "path", &path))
        return VALUE_ERROR;
    int result =
        path.text ? fstatat(path.folder, path.text, &status, flag) : fstat(path.fd, &status);
    return result == 0 ? stat_result(thread, &status) : os_finish(thread, result, &path);
}

static Value os_stat(Thread *thread, Value *args) {
    int follow = operation_truth(thread, args[2]);
    return follow < 0
               ? VALUE_ERROR
               : stat_path(thread, args[0], args[1], "stat", follow ? 0 : AT_SYMLINK_NOFOLLOW);
}

static Value os_lstat(Thread *thread, Value *args) {
    return stat_path(thread, args[0], args[1], "lstat", AT_SYMLINK_NOFOLLOW);
}

static Value os_fstat(Thread *thread, Value *args) {
    int fd;
    struct stat status;
    if (!os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int result = fstat(fd, &status);
    return result == 0 ? stat_result(thread, &status) : os_done(thread, result);
}

static Value os_statvfs(Thread *thread, Value *args) {
    OsPath path;
    struct statvfs s;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH_OR_DESCRIPTOR, "statvfs", "path", &path))
        return VALUE_ERROR;
    int result = path.text ? statvfs(path.text, &s) : fstatvfs(path.fd, &s);
    if (result != 0)
        return os_finish(thread, result, &path);
    const uint64_t numbers[] = {s.f_bsize, s.f_frsize, s.f_blocks, s.f_bfree, s.f_bavail,
                                s.f_files, s.f_ffree,  s.f_favail, s.f_flag,  s.f_namemax};
    Value values[10];
    for (size_t i = 0; i < 10; i++)
        values[i] = int_from_uint64(thread, numbers[i]);
    return make(thread, library_late_type(thread, LATE_statvfs_result), values, 10);
}

// ---- The machine ----

static Value os_terminal_size(Thread *thread, Value *args) {
    int fd;
    struct winsize size;
    if (!os_int(thread, args[0], &fd))
        return VALUE_ERROR;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    Value values[] = {value_small_int(size.ws_col), value_small_int(size.ws_row)};
    return make(thread, library_late_type(thread, LATE_terminal_size), values, 2);
}

static Value os_uname(Thread *thread, Value *args) {
    (void)args;
    struct utsname u;
    if (uname(&u) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    const char *const texts[] = {u.sysname, u.nodename, u.release, u.version, u.machine};
    Value values[5];
    for (size_t i = 0; i < 5; i++)
        values[i] = os_name(thread, texts[i], false);
    return make(thread, library_late_type(thread, LATE_uname_result), values, 5);
}

static Value os_times(Thread *thread, Value *args) {
    (void)args;
    struct tms t;
    clock_t elapsed = times(&t);
    double ticks = (double)sysconf(_SC_CLK_TCK);
    const clock_t counts[] = {t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed};
    Value values[5];
    for (size_t i = 0; i < 5; i++)
        values[i] = value_float((double)counts[i] / ticks);
    return make(thread, library_late_type(thread, LATE_times_result), values, 5);
}

static Value os_load(Thread *thread, Value *args) {
    (void)args;
    double loads[3];
    if (getloadavg(loads, 3) != 3)
        return raise_error(thread, ERROR_OSError, "Load averages are unobtainable");
    Value values[] = {value_float(loads[0]), value_float(loads[1]), value_float(loads[2])};
    return value_object(tuple_from_array(thread, values, 3));
}

const NativeSpec os_record_functions[] = {
    NATIVE("stat", os_stat, "(path, *, dir_fd=None, follow_symlinks=True)",
           "Return what the system knows about a file."),
    NATIVE("lstat", os_lstat, "(path, *, dir_fd=None)", "The same, of a symbolic link itself."),
    NATIVE("fstat", os_fstat, "(fd)", "The same, of an open file."),
    NATIVE("statvfs", os_statvfs, "(path)", "Return what the system knows about a file system."),
    NATIVE("fstatvfs", os_statvfs, "(fd, /)", "The same, of an open file."),
    NATIVE("get_terminal_size", os_terminal_size, "(fd=1, /)", "Return (columns, lines)."),
    NATIVE("uname", os_uname, "()", "Return names of the system and the machine."),
    NATIVE("times", os_times, "()", "Return the times that the process has taken."),
    NATIVE("getloadavg", os_load, "()", "Return how busy the machine was lately."),
    NATIVE_END,
};
