// SPDX-License-Identifier: MIT
//
// Memory that processes share: the native module _shared_memory. A Region is a file in memory,
// mapped: what one process writes, all others that map the file read.
//
// To the rest of Mini a Region looks like a bytearray of fixed size, so that memoryview, struct and
// whatever else takes bytes work on it; it has none of a bytearray's methods, so nobody can resize
// it. After close() its length is 0, and views of it raise BufferError. The kernel does not order
// what two processes write at the same place: that is what locks are for.
//
// CPython's counterparts: Modules/_posixshmem.c, Modules/mmapmodule.c.
#include "bytearray.h"
#include "int.h"
#include "library.h"
#include "modules.h"
#include "operations.h"
#include "os_functions.h"
#include "record.h"
#include "str.h"
#include "type.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

// `capacity` of the bytearray is what is mapped.
typedef struct Region {
    ByteArray bytes;
    int64_t fd; // -1: none
} Region;

static Region *as_region(Value v) {
    return (Region *)as_object(v);
}

static void region_close(Region *region) {
    if (region->bytes.data)
        munmap(region->bytes.data, region->bytes.capacity);
    if (region->fd >= 0)
        close((int)region->fd);
    region->bytes.data = NULL;
    region->bytes.length = region->bytes.capacity = 0;
    region->fd = -1;
}

static Value region_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    int fd;
    int64_t size;
    if (count != 2 || keywords != NULL)
        return raise_error(thread, ERROR_TypeError, "Region() takes a descriptor and a size");
    if (!os_int(thread, args[0], &fd) || !operation_index_int64(thread, args[1], &size))
        return VALUE_ERROR;
    if (size <= 0)
        return raise_error(thread, ERROR_ValueError, "cannot mmap an empty file");
    void *memory = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        return raise_os_error(thread, errno, VALUE_NONE);
    Region *region = object_new(thread, (Type *)as_object(callee));
    region->bytes = (ByteArray){.object = region->bytes.object,
                                .length = (size_t)size,
                                .capacity = (size_t)size,
                                .data = memory};
    region->fd = fd;
    heap_add_finalizer(thread_heap(thread), &region->bytes.object);
    return value_object(region);
}

static Value close_method(Thread *thread, Value *args) {
    (void)thread;
    region_close(as_region(args[0]));
    return VALUE_NONE;
}

static Value descriptor_method(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(as_region(args[0])->fd);
}

static int64_t region_length(Thread *thread, Value self) {
    (void)thread;
    return (int64_t)as_region(self)->bytes.length;
}

static void region_finalize(Interpreter *interpreter, Object *self) {
    (void)interpreter;
    region_close((Region *)self);
}

static Value region_repr(Thread *thread, Value self) {
    return value_object(str_format(thread, "<Region of %zu bytes>", as_region(self)->bytes.length));
}

static const NativeSpec region_methods[] = {
    NATIVE("close", close_method, "(self, /)", "Let go of the memory and of the descriptor."),
    NATIVE("fileno", descriptor_method, "(self, /)", "The descriptor of the file; -1: closed."),
    NATIVE_END,
};

static void region_trace(Marker *marker, Object *self) {
    (void)marker; // the memory is not the heap's
    (void)self;
}

static const TypeSpec region_type_spec = {
    .name = "_shared_memory.Region",
    .doc = "Region(fd, size)\n\nShared memory; it owns the descriptor from now on.",
    .layout = LAYOUT_BYTEARRAY,
    .flags = TYPE_FINAL | TYPE_UNHASHABLE,
    .size = sizeof(Region),
    .slots = {.repr = region_repr,
              .length = region_length,
              .construct = region_construct,
              .trace = region_trace,
              .finalize = region_finalize},
    .methods = region_methods,
};

// ---- Files in memory ----

static Value memory_file(Thread *thread, Value *args) {
    int64_t size;
    if (!operation_index_int64(thread, args[0], &size))
        return VALUE_ERROR;
    int fd = memfd_create("shared", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, size) == 0)
        return fd < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(fd);
    int error = errno;
    close(fd);
    return raise_os_error(thread, error, VALUE_NONE);
}

static Value open_named(Thread *thread, Value *args) {
    OsPath name;
    int flags, mode;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "shm_open", "name", &name) ||
        !os_int(thread, args[1], &flags) || !os_int(thread, args[2], &mode))
        return VALUE_ERROR;
    int fd = shm_open(name.text, flags | O_CLOEXEC, (mode_t)mode);
    return fd < 0 ? raise_os_error(thread, errno, args[0]) : value_small_int(fd);
}

static Value unlink_named(Thread *thread, Value *args) {
    OsPath name;
    if (!os_path(thread, args[0], VALUE_NONE, OS_PATH, "shm_unlink", "name", &name))
        return VALUE_ERROR;
    return os_finish(thread, shm_unlink(name.text), &name);
}

static const NativeSpec functions[] = {
    NATIVE("memory_file", memory_file, "(size, /)", "The descriptor of a new file in memory."),
    NATIVE("shm_open", open_named, "(name, flags, mode=511, /)",
           "Open or create shared memory that has a name."),
    NATIVE("shm_unlink", unlink_named, "(name, /)", "Take the name away."),
    NATIVE_END,
};

bool shared_region_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    module_add_type(thread, module, &region_type_spec, NULL);
    return true;
}
