// SPDX-License-Identifier: MIT
//
// Chunks of shared memory, and telling whether a process still lives.
//
// A number alone does not name a process for ever, so owners are written down with the time of
// their start. That a process has ended, also when nobody has waited for it yet, is what its pidfd
// says.
#include "process_shared.h"

#include "int.h"
#include "list.h"
#include "operations.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHUNK_SIZE = 1 << 20, UNIT = 64 };

// What an interpreter keeps: the chunk it takes room from, those it was given, and who it is.
typedef struct SharedState {
    Object object;
    SharedChunk *current; // NULL: none yet
    List *given;
    uint64_t self; // valid in the process `self_pid`
    uint64_t self_pid;
} SharedState;

static SharedState *state_of(Thread *thread) {
    LibraryState *library = library_state(thread);
    if (is_undefined(library->shared_memory)) {
        SharedState *state = object_new(thread, library_late_type(thread, LATE_shared_state));
        state->given = list_new(thread, 0);
        library->shared_memory = value_object(state);
    }
    return (SharedState *)as_object(library->shared_memory);
}

// ---- Chunks ----

static Value raise_system(Thread *thread) {
    return raise_os_error(thread, errno, VALUE_NONE);
}

// A chunk for a file in memory, which it owns from then on; NULL with an exception.
static SharedChunk *map_chunk(Thread *thread, int fd) {
    struct stat status;
    void *memory = fstat(fd, &status) != 0
                       ? MAP_FAILED
                       : mmap(NULL, CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) {
        raise_system(thread);
        close(fd);
        return NULL;
    }
    SharedChunk *chunk = object_new(thread, library_late_type(thread, LATE_shared_chunk));
    chunk->memory = memory;
    chunk->fd = fd;
    chunk->device = status.st_dev;
    chunk->inode = status.st_ino;
    heap_add_finalizer(thread_heap(thread), &chunk->object);
    return chunk;
}

static SharedChunk *new_chunk(Thread *thread) {
    int fd = memfd_create("mini", MFD_CLOEXEC);
    if (fd >= 0 && ftruncate(fd, CHUNK_SIZE) == 0)
        return map_chunk(thread, fd);
    raise_system(thread);
    if (fd >= 0)
        close(fd);
    return NULL;
}

static void chunk_finalize(Interpreter *interpreter, Object *object) {
    (void)interpreter;
    SharedChunk *chunk = (SharedChunk *)object;
    if (chunk->memory != NULL) {
        munmap(chunk->memory, CHUNK_SIZE);
        close((int)chunk->fd);
    }
    chunk->memory = NULL;
}

// Take room from a chunk; 0 when it is full. The first unit holds the counter.
static size_t take_room(SharedChunk *chunk, size_t units) {
    _Atomic uint32_t *used = (_Atomic uint32_t *)chunk->memory;
    size_t first = atomic_fetch_add(used, (uint32_t)units) + 1;
    return (first + units) * UNIT > CHUNK_SIZE ? 0 : first * UNIT;
}

bool process_shared_allocate(Thread *thread, size_t size, SharedPlace *place) {
    SharedState *state = state_of(thread);
    size_t units = (size + UNIT - 1) / UNIT;
    place->offset = state->current == NULL ? 0 : take_room(state->current, units);
    if (place->offset == 0) {
        SharedChunk *chunk = new_chunk(thread);
        if (chunk == NULL)
            return false;
        state->current = chunk;
        place->offset = take_room(chunk, units);
    }
    place->chunk = state->current;
    return true;
}

static bool is_file(const SharedChunk *chunk, const struct stat *status) {
    return chunk != NULL && chunk->device == status->st_dev && chunk->inode == status->st_ino;
}

static SharedChunk *find_chunk(const SharedState *state, const struct stat *status) {
    if (is_file(state->current, status))
        return state->current;
    for (size_t i = 0; i < state->given->length; i++) {
        SharedChunk *chunk = (SharedChunk *)as_object(state->given->items[i]);
        if (is_file(chunk, status))
            return chunk;
    }
    return NULL;
}

static SharedChunk *take_over(Thread *thread, int fd) {
    SharedState *state = state_of(thread);
    struct stat status;
    if (fstat(fd, &status) != 0) {
        raise_system(thread);
        return NULL;
    }
    if (status.st_size != CHUNK_SIZE) {
        error_raise(thread, ERROR_ValueError, "not a piece of shared memory");
        return NULL;
    }
    SharedChunk *chunk = find_chunk(state, &status);
    if (chunk == NULL) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
        chunk = map_chunk(thread, fd);
        if (chunk != NULL)
            list_append(thread, state->given, value_object(chunk));
    } else if (chunk->fd != fd) {
        close(fd);
    }
    return chunk;
}

bool process_shared_attach(Thread *thread, Value v, size_t size, SharedPlace *place) {
    int64_t fd, offset;
    if (!is_tuple(v) || as_tuple(v)->length != 2)
        return raise_false(thread, ERROR_TypeError, "a place is (descriptor, offset)");
    if (!operation_index_int64(thread, as_tuple(v)->items[0], &fd) ||
        !operation_index_int64(thread, as_tuple(v)->items[1], &offset))
        return false;
    if (offset < UNIT || offset % UNIT != 0 || (size_t)offset + size > CHUNK_SIZE)
        return raise_false(thread, ERROR_ValueError, "not a place in shared memory");
    place->offset = (size_t)offset;
    place->chunk = take_over(thread, (int)fd);
    return place->chunk != NULL;
}

Value process_shared_locate(Thread *thread, const SharedPlace *place) {
    return tuple_pair(thread, value_small_int(place->chunk->fd),
                      value_small_int((int64_t)place->offset));
}

// ---- Processes ----

// The time of a process's start, in the kernel's ticks; 0 when it cannot be read. It is the 22nd
// item of its stat file; the second is a name in parentheses that may hold anything.
static uint32_t start_of(pid_t pid) {
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    const char *at = strrchr(text, ')');
    for (int item = 2; at != NULL && item < 22; item++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : (uint32_t)strtoull(at, NULL, 10);
}

uint64_t process_shared_self(Thread *thread) {
    SharedState *state = state_of(thread);
    uint64_t pid = (uint64_t)getpid();
    if (state->self_pid != pid) {
        state->self = pid | (uint64_t)start_of((pid_t)pid) << 32;
        state->self_pid = pid;
    }
    return state->self;
}

bool process_shared_is_dead(uint64_t process) {
    pid_t pid = (pid_t)(uint32_t)process;
    uint32_t start = (uint32_t)(process >> 32);
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0)
        return errno == ESRCH ||
               (errno != EMFILE && errno != ENFILE && kill(pid, 0) != 0 && errno == ESRCH);
    struct pollfd one = {.fd = fd, .events = POLLIN};
    bool ended = poll(&one, 1, 0) > 0;
    close(fd);
    return ended || start != start_of(pid);
}

// ---- Types ----

static void state_trace(Marker *marker, Object *object) {
    const SharedState *state = (const SharedState *)object;
    mark_object(marker, state->current);
    mark_object(marker, state->given);
}

const TypeSpec shared_chunk_type_spec = {
    .name = "_process.chunk",
    .doc = "A piece of memory that processes share.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SharedChunk),
    .slots = {.finalize = chunk_finalize},
};
const TypeSpec shared_state_type_spec = {
    .name = "_process.state",
    .doc = "What an interpreter knows of shared memory.",
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(SharedState),
    .slots = {.trace = state_trace},
};
