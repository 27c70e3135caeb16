// SPDX-License-Identifier: MIT
//
// The parts of the module os, and how its functions take names of files.
//
// A path is text, bytes or an object with __fspath__; some functions take a descriptor instead. The
// answer is of the kind of the question: bytes for bytes. `dir_fd` is the folder that a relative
// path begins in, as the system's calls with "at" in their names have it.
#pragma once

#include "library.h"

#include <sys/resource.h>
#include <sys/stat.h>

extern const NativeSpec os_folder_functions[];  // os_folders.c: listdir, mkdir, rename ...
extern const NativeSpec os_file_functions[];    // os_files.c: open, chmod, utime ...
extern const NativeSpec os_record_functions[];  // os_records.c: stat, uname ...
extern const NativeSpec os_fd_functions[];      // os_descriptors.c: read, pipe, lseek ...
extern const NativeSpec os_process_functions[]; // os_process.c: setsid, killpg, nice ...
extern const NativeSpec os_start_functions[];   // os_process_start.c: execv, posix_spawn ...
extern const NativeSpec os_wait_functions[];    // os_process_wait.c: waitpid, WIFEXITED ...

typedef enum OsPathKind {
    OS_PATH,               // a name
    OS_PATH_OR_DESCRIPTOR, // or a number
    OS_PATH_OR_NONE,       // or a number, or None for the current folder
} OsPathKind;

typedef struct OsPath {
    const char *text; // NULL: use `fd`
    int fd;
    int folder; // AT_FDCWD or dir_fd
    bool is_bytes;
    Value shown; // for OSError
} OsPath;

// `v` as the argument `name` of os.`function`; `dir_fd` is UNDEFINED or None if none was given.
// false with TypeError or ValueError.
bool os_path(Thread *thread, Value v, Value dir_fd, OsPathKind kind, const char *function,
             const char *name, OsPath *path);
// A name from the system, of the kind in which it was asked for.
Value os_name(Thread *thread, const char *name, bool is_bytes);
// None, or OSError with the name of the file.
Value os_finish(Thread *thread, int result, const OsPath *path);
// None, or OSError with both: "... : 'a' -> 'b'".
Value os_finish_two(Thread *thread, int result, const OsPath *from, const OsPath *to);
// An int that fits a C int; false with TypeError or OverflowError.
bool os_int(Thread *thread, Value v, int *result);
// The number of a user, of a group: 0 to 2**32 - 1, or -1; false with TypeError or OverflowError.
bool os_user(Thread *thread, Value v, uint32_t *id);
bool os_group(Thread *thread, Value v, uint32_t *id);
// The priority of a sched_param; false with an exception.
struct sched_param;
bool os_priority(Thread *thread, Value v, struct sched_param *parameters);
// None, or OSError without a name.
Value os_done(Thread *thread, int result);
// resource.struct_rusage of what the system says.
Value os_usage_record(Thread *thread, const struct rusage *usage);
