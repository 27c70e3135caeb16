// SPDX-License-Identifier: MIT
//
// The module os: names of files and folders. Errors carry the name that was asked for, as in
// "[Errno 2] No such file or directory: 'x'".
#include "blocking.h"
#include "call.h"
#include "exception.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "os_functions.h"
#include "record.h"
#include "str.h"
#include "tuple.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(Thread *thread, Value v, const char *function) {
    return library_path(thread, v, function);
}

static Value finish(Thread *thread, int result, Value path) {
    return result == 0 ? VALUE_NONE : raise_os_error(thread, errno, path);
}

// ---- Folders ----

static Value os_getcwd(Thread *thread, Value *args) {
    (void)args;
    char here[4096];
    return getcwd(here, sizeof here) == NULL ? raise_os_error(thread, errno, VALUE_NONE)
                                             : library_text(thread, here);
}

static Value os_chdir(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "chdir: ");
    return path == NULL ? VALUE_ERROR : finish(thread, chdir(path), args[0]);
}

static void add_entries(Thread *thread, List *names, DIR *folder) {
    // The entry is copied before anything is allocated; closedir is the caller's, and memory that
    // runs out here costs a descriptor.
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        bool is_dots = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!is_dots)
            list_append(thread, names, library_text(thread, entry->d_name));
    }
}

static Value os_listdir(Thread *thread, Value *args) {
    const char *path = is_none(args[0]) ? "." : path_of(thread, args[0], "listdir: ");
    if (path == NULL)
        return VALUE_ERROR;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return raise_os_error(thread, errno, args[0]);
    List *names = list_new(thread, 16);
    add_entries(thread, names, folder);
    closedir(folder);
    return value_object(names);
}

static Value os_mkdir(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "mkdir: ");
    int64_t mode;
    if (path == NULL || !library_optional_int(thread, args[1], 0777, &mode))
        return VALUE_ERROR;
    return finish(thread, mkdir(path, (mode_t)mode), args[0]);
}

// Make the folders on the way; an existing last one is an error only if `exist_ok` is false.
static bool make_all(Thread *thread, char *path, mode_t mode, bool exist_ok, Value shown) {
    for (char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/' || p[1] == '\0')
            continue;
        *p = '\0';
        int result = mkdir(path, 0777);
        *p = '/';
        if (result != 0 && errno != EEXIST)
            return raise_os_error(thread, errno, shown), false;
    }
    struct stat status;
    if (mkdir(path, mode) == 0)
        return true;
    int error = errno;
    if (exist_ok && error == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
    return raise_os_error(thread, error, shown), false;
}

static Value os_makedirs(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "makedirs: ");
    int64_t mode;
    if (path == NULL || !library_optional_int(thread, args[1], 0777, &mode))
        return VALUE_ERROR;
    size_t size = strlen(path) + 1;
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, size);
    memcpy(copy, path, size);
    int exist_ok = operation_truth(thread, args[2]);
    return exist_ok >= 0 && make_all(thread, copy, (mode_t)mode, exist_ok, args[0]) ? VALUE_NONE
                                                                                    : VALUE_ERROR;
}

static Value os_rmdir(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "rmdir: ");
    return path == NULL ? VALUE_ERROR : finish(thread, rmdir(path), args[0]);
}

// ---- Files ----

static Value os_remove(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "remove: ");
    return path == NULL ? VALUE_ERROR : finish(thread, unlink(path), args[0]);
}

// OSError with both names: "... : 'a' -> 'b'".
static Value raise_with_two_names(Thread *thread, int error, const Value *args) {
    Value values[] = {value_small_int(error), library_text(thread, strerror(error)), args[0],
                      VALUE_NONE, args[1]};
    Type *type = thread->interpreter->errors[ERROR_OSError];
    Value exception = call_value(thread, value_object(type), values, 5);
    return is_error(exception) ? exception : raise_value(thread, exception);
}

static Value os_rename(Thread *thread, Value *args) {
    const char *from = path_of(thread, args[0], "rename: ");
    const char *to = from == NULL ? NULL : path_of(thread, args[1], "rename: ");
    if (to == NULL)
        return VALUE_ERROR;
    return rename(from, to) == 0 ? VALUE_NONE : raise_with_two_names(thread, errno, args);
}

static Value os_access(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "access: ");
    int64_t mode;
    if (path == NULL || !operation_index_int64(thread, args[1], &mode))
        return VALUE_ERROR;
    return value_bool(access(path, (int)mode) == 0);
}

static Value os_realpath(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "realpath: ");
    if (path == NULL)
        return VALUE_ERROR;
    char resolved[4096];
    char *found = realpath(path, NULL);
    if (found == NULL)
        return raise_os_error(thread, errno, args[0]);
    snprintf(resolved, sizeof resolved, "%s", found);
    free(found);
    return library_text(thread, resolved);
}

static Value os_open(Thread *thread, Value *args) {
    const char *path = path_of(thread, args[0], "open: ");
    int64_t flags, mode;
    if (path == NULL || !operation_index_int64(thread, args[1], &flags) ||
        !operation_index_int64(thread, args[2], &mode))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "open");
    int fd = open(path, (int)flags | O_CLOEXEC, (mode_t)mode);
    int error = errno;
    blocking_end(&thread->core);
    return fd < 0 ? raise_os_error(thread, error, args[0]) : value_small_int(fd);
}

// ---- stat ----

static const GetSetSpec stat_fields[] = {
    RECORD_FIELD(0, "st_mode", "protection bits"),
    RECORD_FIELD(1, "st_ino", "inode"),
    RECORD_FIELD(2, "st_dev", "device"),
    RECORD_FIELD(3, "st_nlink", "number of hard links"),
    RECORD_FIELD(4, "st_uid", "user ID of owner"),
    RECORD_FIELD(5, "st_gid", "group ID of owner"),
    RECORD_FIELD(6, "st_size", "total size, in bytes"),
    RECORD_FIELD(7, "st_atime", "time of last access"),
    RECORD_FIELD(8, "st_mtime", "time of last modification"),
    RECORD_FIELD(9, "st_ctime", "time of last change"),
    GETSET_END,
};
RECORD_TYPE(stat_type_spec, "os", "stat_result", stat_fields, "What stat() says about a file.")

static Value time_of(const struct timespec *time) {
    return value_float((double)time->tv_sec + (double)time->tv_nsec / 1e9);
}

static Value stat_result(Thread *thread, const struct stat *status) {
    Value values[] = {
        value_small_int(status->st_mode),
        int_from_uint64(thread, status->st_ino),
        int_from_uint64(thread, status->st_dev),
        int_from_uint64(thread, status->st_nlink),
        value_small_int(status->st_uid),
        value_small_int(status->st_gid),
        int_from_int64(thread, status->st_size),
        time_of(&status->st_atim),
        time_of(&status->st_mtim),
        time_of(&status->st_ctim),
    };
    return record_new(thread, record_type(thread, &stat_type_spec), values);
}

static Value stat_path(Thread *thread, Value v, int (*call)(const char *, struct stat *)) {
    const char *path = path_of(thread, v, "stat: path should be string, bytes, ");
    struct stat status;
    if (path == NULL)
        return VALUE_ERROR;
    return call(path, &status) == 0 ? stat_result(thread, &status)
                                    : raise_os_error(thread, errno, v);
}

static Value os_stat(Thread *thread, Value *args) {
    return stat_path(thread, args[0], stat);
}

static Value os_lstat(Thread *thread, Value *args) {
    return stat_path(thread, args[0], lstat);
}

const NativeSpec os_file_functions[] = {
    NATIVE("getcwd", os_getcwd, "()", "Return the current folder."),
    NATIVE("chdir", os_chdir, "(path)", "Change the current folder."),
    NATIVE("listdir", os_listdir, "(path=None)", "Return the names in a folder."),
    NATIVE("mkdir", os_mkdir, "(path, mode=511)", "Make a folder."),
    NATIVE("makedirs", os_makedirs, "(name, mode=511, exist_ok=False)",
           "Make a folder and those on the way to it."),
    NATIVE("rmdir", os_rmdir, "(path)", "Remove an empty folder."),
    NATIVE("remove", os_remove, "(path)", "Remove a file."),
    NATIVE("unlink", os_remove, "(path)", "Remove a file."),
    NATIVE("rename", os_rename, "(src, dst)", "Rename a file or folder."),
    NATIVE("replace", os_rename, "(src, dst)", "Rename a file, replacing what was there."),
    NATIVE("access", os_access, "(path, mode)", "Return whether a path may be used that way."),
    NATIVE("open", os_open, "(path, flags, mode=511)", "Open a file; return a descriptor."),
    NATIVE("stat", os_stat, "(path)", "Return what the system knows about a file."),
    NATIVE("lstat", os_lstat, "(path)", "The same, of a symbolic link itself."),
    NATIVE("_realpath", os_realpath, "(path, /)", "Return the path without symbolic links."),
    NATIVE_END,
};
