// SPDX-License-Identifier: MIT
//
// The native module _os_rare, and of its functions what is done with descriptors: reading and
// writing several buffers by one call, files that are in memory only, counters to wait for, what a
// file or the system can tell of its limits.
//
// What may wait does so in blocking regions, with memory of its own, for the buffers of the program
// may be changed by others meanwhile. CPython's counterpart: parts of Modules/posixmodule.c.
#include "os_rare.h"

#include "blocking.h"
#include "bytes.h"
#include "dict.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "os_functions.h"
#include "str.h"
#include "tuple.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

static Value number_or_error(Thread *thread, int64_t result) {
    return result < 0 ? raise_os_error(thread, errno, VALUE_NONE) : int_from_int64(thread, result);
}

// ---- Several buffers ----

// Where the bytes of several buffers go: one piece of memory, in which they follow each other.
typedef struct Gathered {
    uint8_t *memory;
    size_t length;
    List *buffers;
} Gathered;

static bool view_buffer(Thread *thread, Value v, bool writes, BytesView *view) {
    uint8_t *data;
    size_t length;
    if (!bytes_view(thread, v, view))
        return false;
    if (writes || bytes_view_writable(thread, v, &data, &length))
        return true;
    error_take(thread);
    return raise_false(thread, ERROR_BufferError, "Object is not writable.");
}

static bool gather(Thread *thread, Value given, bool writes, Gathered *all) {
    BytesView view;
    Value list = operation_to_list(thread, given);
    if (is_error(list))
        return false;
    all->buffers = as_list(list);
    all->length = 0;
    for (size_t i = 0; i < all->buffers->length; i++) {
        if (!view_buffer(thread, all->buffers->items[i], writes, &view))
            return false;
        if (view.length > SSIZE_MAX - all->length)
            return raise_false(thread, ERROR_OverflowError, "the buffers are too large");
        all->length += view.length;
    }
    all->memory = heap_allocate(thread_heap(thread), CELL_BUFFER, all->length + 1);
    return true;
}

static bool copy_in(Thread *thread, const Gathered *all) {
    size_t done = 0;
    for (size_t i = 0; i < all->buffers->length; i++) {
        BytesView view;
        if (!bytes_view(thread, all->buffers->items[i], &view))
            return false;
        size_t size = view.length < all->length - done ? view.length : all->length - done;
        if (size > 0)
            memcpy(all->memory + done, view.data, size);
        done += size;
    }
    return true;
}

static bool copy_out(Thread *thread, const Gathered *all, size_t count) {
    size_t done = 0;
    for (size_t i = 0; i < all->buffers->length && done < count; i++) {
        uint8_t *data;
        size_t length;
        if (!bytes_view_writable(thread, all->buffers->items[i], &data, &length))
            return false;
        size_t size = length < count - done ? length : count - done;
        memcpy(data, all->memory + done, size);
        done += size;
    }
    return true;
}

typedef struct Transfer {
    int fd, flags;
    bool writes;
    int64_t offset; // -1: where the file stands
    struct iovec part;
} Transfer;

static ssize_t transfer_once(const Transfer *t) {
    if (t->offset == -1 && t->flags == 0)
        return t->writes ? writev(t->fd, &t->part, 1) : readv(t->fd, &t->part, 1);
    return t->writes ? pwritev2(t->fd, &t->part, 1, t->offset, t->flags)
                     : preadv2(t->fd, &t->part, 1, t->offset, t->flags);
}

// How many bytes; -1 with an exception.
static int64_t transfer(Thread *thread, const Transfer *t) {
    for (;;) {
        blocking_begin(&thread->core, BLOCK_IO, t->writes ? "writev" : "readv");
        ssize_t count = transfer_once(t);
        int error = errno;
        blocking_end(&thread->core);
        if (count >= 0)
            return count;
        if (error != EINTR) {
            raise_os_error(thread, error, VALUE_NONE);
            return -1;
        }
        if (!thread_safepoint(thread))
            return -1;
    }
}

static Value move_buffers(Thread *thread, Value *args, Transfer *t) {
    Gathered all;
    if (!os_int(thread, args[0], &t->fd) || !gather(thread, args[1], t->writes, &all) ||
        (t->writes && !copy_in(thread, &all)))
        return VALUE_ERROR;
    t->part = (struct iovec){all.memory, all.length};
    int64_t count = transfer(thread, t);
    if (count < 0 || (!t->writes && !copy_out(thread, &all, (size_t)count)))
        return VALUE_ERROR;
    return int_from_int64(thread, count);
}

static Value os_readv(Thread *thread, Value *args) {
    return move_buffers(thread, args, &(Transfer){.offset = -1});
}

static Value os_writev(Thread *thread, Value *args) {
    return move_buffers(thread, args, &(Transfer){.offset = -1, .writes = true});
}

static Value move_at(Thread *thread, Value *args, bool writes) {
    Transfer t = {.writes = writes};
    if (!operation_index_int64(thread, args[2], &t.offset) || !os_int(thread, args[3], &t.flags))
        return VALUE_ERROR;
    return move_buffers(thread, args, &t);
}

static Value os_preadv(Thread *thread, Value *args) {
    return move_at(thread, args, false);
}

static Value os_pwritev(Thread *thread, Value *args) {
    return move_at(thread, args, true);
}

// ---- New descriptors ----

static Value os_pipe2(Thread *thread, Value *args) {
    int flags, ends[2];
    if (!os_int(thread, args[0], &flags))
        return VALUE_ERROR;
    if (pipe2(ends, flags) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return tuple_pair(thread, value_small_int(ends[0]), value_small_int(ends[1]));
}

static Value os_memfd(Thread *thread, Value *args) {
    OsPath name;
    int64_t flags;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "memfd_create", "name", &name) ||
        !operation_index_int64(thread, args[1], &flags))
        return VALUE_ERROR;
    return number_or_error(thread, memfd_create(name.text, (unsigned)flags));
}

static Value os_eventfd(Thread *thread, Value *args) {
    int64_t start;
    int flags;
    if (!operation_index_int64(thread, args[0], &start) || !os_int(thread, args[1], &flags))
        return VALUE_ERROR;
    if (start < 0 || start > UINT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    return number_or_error(thread, eventfd((unsigned)start, flags));
}

static Value eventfd_take(Thread *thread, Value *args) {
    uint64_t value = 0;
    Transfer t = {.offset = -1, .part = {&value, sizeof value}};
    if (!os_int(thread, args[0], &t.fd) || transfer(thread, &t) < 0)
        return VALUE_ERROR;
    return int_from_uint64(thread, value);
}

static Value eventfd_add(Thread *thread, Value *args) {
    int64_t number;
    Transfer t = {.offset = -1, .writes = true};
    if (!os_int(thread, args[0], &t.fd) || !operation_index_int64(thread, args[1], &number))
        return VALUE_ERROR;
    uint64_t value = (uint64_t)number;
    t.part = (struct iovec){&value, sizeof value};
    return transfer(thread, &t) < 0 ? VALUE_ERROR : VALUE_NONE;
}

// ---- Files and terminals ----

static Value os_lockf(Thread *thread, Value *args) {
    int fd, command;
    int64_t length;
    if (!os_int(thread, args[0], &fd) || !os_int(thread, args[1], &command) ||
        !operation_index_int64(thread, args[2], &length))
        return VALUE_ERROR;
    for (;;) {
        blocking_begin(&thread->core, BLOCK_IO, "lockf");
        int result = lockf(fd, command, length);
        int error = errno;
        blocking_end(&thread->core);
        if (result == 0)
            return VALUE_NONE;
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
            return VALUE_ERROR;
    }
}

static Value result_of(Thread *thread, int error) {
    return error == 0 ? VALUE_NONE : raise_os_error(thread, error, VALUE_NONE);
}

static bool read_span(Thread *thread, Value *args, int *fd, int64_t *offset, int64_t *length) {
    return os_int(thread, args[0], fd) && operation_index_int64(thread, args[1], offset) &&
           operation_index_int64(thread, args[2], length);
}

static Value os_fallocate(Thread *thread, Value *args) {
    int fd;
    int64_t offset, length;
    if (!read_span(thread, args, &fd, &offset, &length))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "posix_fallocate");
    int error = posix_fallocate(fd, offset, length);
    blocking_end(&thread->core);
    return result_of(thread, error);
}

static Value os_fadvise(Thread *thread, Value *args) {
    int fd, advice;
    int64_t offset, length;
    if (!read_span(thread, args, &fd, &offset, &length) || !os_int(thread, args[3], &advice))
        return VALUE_ERROR;
    return result_of(thread, posix_fadvise(fd, offset, length, advice));
}

static Value terminal_group(Thread *thread, Value *args) {
    int fd;
    return os_int(thread, args[0], &fd) ? number_or_error(thread, tcgetpgrp(fd)) : VALUE_ERROR;
}

static Value terminal_set_group(Thread *thread, Value *args) {
    int fd, group;
    return os_int(thread, args[0], &fd) && os_int(thread, args[1], &group)
               ? os_done(thread, tcsetpgrp(fd, group))
               : VALUE_ERROR;
}

// ---- Numbers ----

static Value os_getrandom(Thread *thread, Value *args) {
    int64_t size;
    int flags;
    if (!operation_index_int64(thread, args[0], &size) || !os_int(thread, args[1], &flags))
        return VALUE_ERROR;
    if (size < 0)
        return raise_os_error(thread, EINVAL, VALUE_NONE);
    uint8_t *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, (size_t)size + 1);
    blocking_begin(&thread->core, BLOCK_IO, "getrandom");
    ssize_t count = getrandom(buffer, (size_t)size, (unsigned)flags);
    int error = errno;
    blocking_end(&thread->core);
    return count < 0 ? raise_os_error(thread, error, VALUE_NONE)
                     : value_object(bytes_new(thread, buffer, (size_t)count));
}

// -1 without an error: there is no limit.
static Value os_sysconf(Thread *thread, Value *args) {
    int name;
    if (!os_int(thread, args[0], &name))
        return VALUE_ERROR;
    errno = 0;
    long value = sysconf(name);
    return value == -1 && errno != 0 ? raise_os_error(thread, errno, VALUE_NONE)
                                     : int_from_int64(thread, value);
}

// The number of a device or a part of one; -1 is no device, and consists of -1 and -1.
static bool read_device(Thread *thread, Value v, int64_t *device) {
    if (!operation_index_int64(thread, v, device))
        return false;
    return *device >= -1 ||
           raise_false(thread, ERROR_OverflowError, "can't convert negative int to unsigned");
}

static Value os_major(Thread *thread, Value *args) {
    int64_t device;
    if (!read_device(thread, args[0], &device))
        return VALUE_ERROR;
    return value_small_int(device < 0 ? -1 : (int64_t)major((dev_t)device));
}

static Value os_minor(Thread *thread, Value *args) {
    int64_t device;
    if (!read_device(thread, args[0], &device))
        return VALUE_ERROR;
    return value_small_int(device < 0 ? -1 : (int64_t)minor((dev_t)device));
}

static Value os_makedev(Thread *thread, Value *args) {
    int64_t first, second;
    if (!read_device(thread, args[0], &first) || !read_device(thread, args[1], &second))
        return VALUE_ERROR;
    if (first > UINT32_MAX || second > UINT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    if (first < 0 && second < 0)
        return value_small_int(-1);
    return int_from_uint64(thread, makedev((unsigned)first, (unsigned)second));
}

// ---- Tables ----

const NativeSpec os_memory_functions[] = {
    NATIVE("readv", os_readv, "(fd, buffers, /)", "Read into several buffers."),
    NATIVE("writev", os_writev, "(fd, buffers, /)", "Write several buffers."),
    NATIVE("preadv", os_preadv, "(fd, buffers, offset, flags=0, /)",
           "Read into several buffers from a place in a file."),
    NATIVE("pwritev", os_pwritev, "(fd, buffers, offset, flags=0, /)",
           "Write several buffers to a place in a file."),
    NATIVE("pipe2", os_pipe2, "(flags, /)", "Make a pipe with these flags; return both ends."),
    NATIVE("memfd_create", os_memfd, "(name, flags=1)", "Make a file that is in memory only."),
    NATIVE("eventfd", os_eventfd, "(initval, flags=524288)", "Make a counter to wait for."),
    NATIVE("eventfd_read", eventfd_take, "(fd)", "Wait for a counter; return it."),
    NATIVE("eventfd_write", eventfd_add, "(fd, value)", "Add to a counter."),
    NATIVE("lockf", os_lockf, "(fd, command, length, /)", "Lock a part of a file."),
    NATIVE("posix_fallocate", os_fallocate, "(fd, offset, length, /)",
           "Have the disk keep room for a part of a file."),
    NATIVE("posix_fadvise", os_fadvise, "(fd, offset, length, advice, /)",
           "Tell how a part of a file is going to be read."),
    NATIVE("tcgetpgrp", terminal_group, "(fd, /)", "Return the group that a terminal belongs to."),
    NATIVE("tcsetpgrp", terminal_set_group, "(fd, pgid, /)", "Give a terminal to a group."),
    NATIVE("getrandom", os_getrandom, "(size, flags=0)", "Return random bytes."),
    NATIVE("_sysconf", os_sysconf, "(number, /)", "Return a limit of the system."),
    NATIVE("major", os_major, "(device, /)", "Return the kind of a device."),
    NATIVE("minor", os_minor, "(device, /)", "Return which one of its kind a device is."),
    NATIVE("makedev", os_makedev, "(major, minor, /)", "Return the number of a device."),
    NATIVE_END,
};

typedef struct RareConstant {
    const char *name;
    int64_t number;
} RareConstant;

static void add_sysconf_names(Thread *thread, Module *module) {
    static const RareConstant names[] = {
#define OS_SYSCONF(name) {#name, _##name},
#define OS_RARE(name)
#include "os_rare.def"
#undef OS_SYSCONF
#undef OS_RARE
    };
    Dict *dict = dict_new(thread, sizeof names / sizeof *names);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        dict_set_str(thread, dict, str_from_c(thread, names[i].name),
                     value_small_int(names[i].number));
    module_add(thread, module, "sysconf_names", value_object(dict));
}

bool os_rare_init(Thread *thread, Module *module) {
    static const RareConstant constants[] = {
#define OS_SYSCONF(name)
#define OS_RARE(name) {#name, (int64_t)name},
#include "os_rare.def"
#undef OS_SYSCONF
#undef OS_RARE
    };
    module_add_natives(thread, module, os_owner_functions);
    module_add_natives(thread, module, os_scheduler_functions);
    module_add_natives(thread, module, os_memory_functions);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        module_add(thread, module, constants[i].name, value_small_int(constants[i].number));
    add_sysconf_names(thread, module);
    return true;
}
