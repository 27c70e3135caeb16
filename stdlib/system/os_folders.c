// SPDX-License-Identifier: MIT
//
// The module os: what is in a folder, and names that come, go and change. Errors carry the name
// that was asked for, as in "[Errno 2] No such file or directory: 'x'".
#include "os_functions.h"

#include "bytes.h"
#include "dict.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Value current(Thread *thread, bool as_bytes) {
    char here[4096];
    return getcwd(here, sizeof here) == NULL ? raise_os_error(thread, errno, VALUE_NONE)
                                             : os_name(thread, here, as_bytes);
}

static Value os_getcwd(Thread *thread, Value *args) {
    (void)args;
    return current(thread, false);
}

static Value os_getcwdb(Thread *thread, Value *args) {
    (void)args;
    return current(thread, true);
}

static Value os_chdir(Thread *thread, Value *args) {
    OsPath path;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH_OR_DESCRIPTOR, "chdir", "path", &path))
        return VALUE_ERROR;
    return os_finish(thread, path.text ? chdir(path.text) : fchdir(path.fd), &path);
}

// ---- Reading folders ----

static DIR *open_folder(Thread *thread, const OsPath *path) {
    int fd = path->text ? open(path->text, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                        : fcntl(path->fd, F_DUPFD_CLOEXEC, 0);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (folder != NULL) {
        rewinddir(folder); // the place in it belongs to all descriptors of one file
        return folder;
    }
    int error = errno;
    if (fd >= 0)
        close(fd);
    raise_os_error(thread, error, path->shown);
    return NULL;
}

typedef struct Listing {
    OsPath path;
    DIR *folder;
    List *names;
    bool with_types;
} Listing;

// The entry is copied before anything is allocated.
static bool read_entries(Thread *thread, void *context) {
    Listing *listing = context;
    listing->names = list_new(thread, 16);
    for (struct dirent *entry; (entry = readdir(listing->folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int type = entry->d_type;
        uint64_t inode = entry->d_ino;
        Value name = os_name(thread, entry->d_name, listing->path.is_bytes);
        if (listing->with_types) {
            Value items[] = {name, value_small_int(type), int_from_uint64(thread, inode)};
            name = value_object(tuple_from_array(thread, items, 3));
        }
        list_append(thread, listing->names, name);
    }
    return true;
}

static Value list_folder(Thread *thread, Value v, const char *function, bool with_types) {
    Listing listing = {.with_types = with_types};
    if (!os_path(thread, v, VALUE_NONE, OS_PATH_OR_NONE, function, "path", &listing.path))
        return VALUE_ERROR;
    listing.folder = open_folder(thread, &listing.path);
    if (listing.folder == NULL)
        return VALUE_ERROR;
    bool listed = run_guarded(thread, read_entries, &listing);
    closedir(listing.folder);
    return listed ? value_object(listing.names) : VALUE_ERROR;
}

static Value os_listdir(Thread *thread, Value *args) {
    return list_folder(thread, args[0], "listdir", false);
}

static Value os_entries(Thread *thread, Value *args) {
    return list_folder(thread, args[0], "scandir", true);
}

// ---- Making and removing ----

static Value os_mkdir(Thread *thread, Value *args) {
    OsPath path;
    int mode;
    if (!os_path(thread, args[0], args[2], OS_PATH, "mkdir", "path", &path) ||
        !os_int(thread, args[1], &mode))
        return VALUE_ERROR;
    return os_finish(thread, mkdirat(path.folder, path.text, (mode_t)mode), &path);
}

static Value os_rmdir(Thread *thread, Value *args) {
    OsPath path;
    if (!os_path(thread, args[0], args[1], OS_PATH, "rmdir", "path", &path))
        return VALUE_ERROR;
    return os_finish(thread, unlinkat(path.folder, path.text, AT_REMOVEDIR), &path);
}

static Value remove_file(Thread *thread, Value *args, const char *function) {
    OsPath path;
    if (!os_path(thread, args[0], args[1], OS_PATH, function, "path", &path))
        return VALUE_ERROR;
    return os_finish(thread, unlinkat(path.folder, path.text, 0), &path);
}

static Value os_remove(Thread *thread, Value *args) {
    return remove_file(thread, args, "remove");
}

static Value os_unlink(Thread *thread, Value *args) {
    return remove_file(thread, args, "unlink");
}

static Value move(Thread *thread, Value *args, const char *function) {
    OsPath from, to;
    if (!os_path(thread, args[0], args[2], OS_PATH, function, "src", &from) ||
        !os_path(thread, args[1], args[3], OS_PATH, function, "dst", &to))
        return VALUE_ERROR;
    int result = renameat(from.folder, from.text, to.folder, to.text);
    return os_finish_two(thread, result, &from, &to);
}

static Value os_rename(Thread *thread, Value *args) {
    return move(thread, args, "rename");
}

static Value os_replace(Thread *thread, Value *args) {
    return move(thread, args, "replace");
}

// ---- Links ----

static Value os_link(Thread *thread, Value *args) {
    OsPath from, to;
    if (!os_path(thread, args[0], args[2], OS_PATH, "link", "src", &from) ||
        !os_path(thread, args[1], args[3], OS_PATH, "link", "dst", &to))
        return VALUE_ERROR;
    int follow = operation_truth(thread, args[4]);
    if (follow < 0)
        return VALUE_ERROR;
    int result = linkat(from.folder, from.text, to.folder, to.text, follow ? AT_SYMLINK_FOLLOW : 0);
    return os_finish_two(thread, result, &from, &to);
}

static Value os_symlink(Thread *thread, Value *args) {
    OsPath from, to;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "symlink", "src", &from) ||
        !os_path(thread, args[1], args[3], OS_PATH, "symlink", "dst", &to))
        return VALUE_ERROR;
    return os_finish_two(thread, symlinkat(from.text, to.folder, to.text), &from, &to);
}

static Value os_readlink(Thread *thread, Value *args) {
    OsPath path;
    char target[4096];
    if (!os_path(thread, args[0], args[1], OS_PATH, "readlink", "path", &path))
        return VALUE_ERROR;
    ssize_t length = readlinkat(path.folder, path.text, target, sizeof target - 1);
    if (length < 0)
        return raise_os_error(thread, errno, path.shown);
    target[length] = '\0';
    return os_name(thread, target, path.is_bytes);
}

static Value os_realpath(Thread *thread, Value *args) {
    OsPath path;
    char resolved[4096];
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "realpath", "path", &path))
        return VALUE_ERROR;
    char *found = realpath(path.text, NULL);
    if (found == NULL)
        return raise_os_error(thread, errno, path.shown);
    snprintf(resolved, sizeof resolved, "%s", found);
    free(found);
    return os_name(thread, resolved, path.is_bytes);
}

const NativeSpec os_folder_functions[] = {
    NATIVE("getcwd", os_getcwd, "()", "Return the current folder."),
    NATIVE("getcwdb", os_getcwdb, "()", "Return the current folder as bytes."),
    NATIVE("chdir", os_chdir, "(path)", "Change the current folder."),
    NATIVE("fchdir", os_chdir, "(fd)", "Change the current folder to that of a descriptor."),
    NATIVE("listdir", os_listdir, "(path=None)", "Return the names in a folder."),
    NATIVE("_entries", os_entries, "(path, /)", "Return (name, type, inode) of what a folder has."),
    NATIVE("mkdir", os_mkdir, "(path, mode=511, *, dir_fd=None)", "Make a folder."),
    NATIVE("rmdir", os_rmdir, "(path, *, dir_fd=None)", "Remove an empty folder."),
    NATIVE("remove", os_remove, "(path, *, dir_fd=None)", "Remove a file."),
    NATIVE("unlink", os_unlink, "(path, *, dir_fd=None)", "Remove a file."),
    NATIVE("rename", os_rename, "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
           "Rename a file or folder."),
    NATIVE("replace", os_replace, "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
           "Rename a file, replacing what was there."),
    NATIVE("link", os_link, "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
           "Give a file another name."),
    NATIVE("symlink", os_symlink, "(src, dst, target_is_directory=False, *, dir_fd=None)",
           "Make a symbolic link dst that leads to src."),
    NATIVE("readlink", os_readlink, "(path, *, dir_fd=None)", "Return where a link leads."),
    NATIVE("_realpath", os_realpath, "(path, /)", "Return the path without symbolic links."),
    NATIVE_END,
};
