// SPDX-License-Identifier: MIT
//
// The module select, and its oldest function: which of these files can be read or written without
// waiting?
//
// select() is done with poll(2), as Linux does both with the same functions: what counts as
// readable, writable and exceptional is the table below. One thing is lost, the limit of 1024
// descriptors, and that is put back by hand, since programs are told of it by ValueError.
#include "descriptors.h"

#include "int.h"
#include "library.h"
#include "list.h"
#include "modules.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/select.h>

enum { KINDS = 3, FIRST_ROOM = 16 };

static const struct {
    short asked, counts;
} kinds[KINDS] = {
    {POLLIN, POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR},
    {POLLOUT, POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR},
    {POLLPRI, POLLPRI},
};

// What is being waited for: the descriptors in a row, and whose they are.
typedef struct Request {
    struct pollfd *fds;
    size_t count, room;
    List *objects;
    size_t ends[KINDS]; // where each of the three lists ends
} Request;

static void add(Thread *thread, Request *request, Value object, int fd, short asked) {
    if (request->count == request->room) {
        size_t size = request->room * sizeof *request->fds;
        request->fds =
            size == 0
                ? heap_allocate(thread_heap(thread), CELL_BUFFER, FIRST_ROOM * sizeof *request->fds)
                : heap_resize_buffer(thread_heap(thread), request->fds, size, 2 * size);
        request->room = size == 0 ? FIRST_ROOM : 2 * request->room;
    }
    request->fds[request->count++] = (struct pollfd){.fd = fd, .events = asked};
    list_append(thread, request->objects, object);
}

static bool add_all(Thread *thread, Request *request, Value sequence, short asked) {
    size_t start = request->count;
    if (!operation_iterates(type_of(thread, sequence)))
        return raise_false(thread, ERROR_TypeError, "arguments 1-3 must be sequences");
    Value list = is_list(sequence) ? sequence : operation_to_list(thread, sequence);
    if (is_error(list))
        return false;
    for (size_t i = 0; i < as_list(list)->length; i++) {
        int fd;
        Value object = as_list(list)->items[i];
        if (!descriptor_of(thread, object, &fd))
            return false;
        if (fd >= FD_SETSIZE)
            return raise_false(thread, ERROR_ValueError, "filedescriptor out of range in select()");
        if (request->count - start > FD_SETSIZE)
            return raise_false(thread, ERROR_ValueError, "too many file descriptors in select()");
        add(thread, request, object, fd, asked);
    }
    return true;
}

static bool has_wrong_descriptor(const Request *request) {
    for (size_t i = 0; i < request->count; i++) {
        if (request->fds[i].revents & POLLNVAL)
            return true;
    }
    return false;
}

static Value answer(Thread *thread, const Request *request) {
    Value lists[KINDS];
    for (size_t kind = 0, i = 0; kind < KINDS; kind++) {
        List *ready = list_new(thread, 0);
        lists[kind] = value_object(ready);
        for (; i < request->ends[kind]; i++) {
            if (request->fds[i].revents & kinds[kind].counts)
                list_append(thread, ready, request->objects->items[i]);
        }
    }
    return value_object(tuple_from_array(thread, lists, KINDS));
}

static Value select_select(Thread *thread, Value *args) {
    Request request = {0};
    int64_t ns;
    if (!descriptors_timeout(thread, args[KINDS], CLOCK_NS_PER_SECOND,
                             "timeout must be a float or None", &ns))
        return VALUE_ERROR;
    if (ns < 0)
        return raise_error(thread, ERROR_ValueError, "timeout must be non-negative");
    request.objects = list_new(thread, 0);
    for (size_t kind = 0; kind < KINDS; kind++) {
        if (!add_all(thread, &request, args[kind], kinds[kind].asked))
            return VALUE_ERROR;
        request.ends[kind] = request.count;
    }
    int64_t deadline = descriptors_deadline(thread, ns);
    if (descriptors_await(thread, request.fds, request.count, deadline, "select") < 0)
        return VALUE_ERROR;
    if (has_wrong_descriptor(&request))
        return raise_os_error(thread, EBADF, VALUE_NONE);
    return answer(thread, &request);
}

static const NativeSpec functions[] = {
    NATIVE("select", select_select, "(rlist, wlist, xlist, timeout=None, /)",
           "Wait until some files can be read, written, or have something special to tell; return "
           "those as three lists, empty ones after timeout seconds."),
    NATIVE("poll", poll_new, "()", "Return an object that watches descriptors with poll(2)."),
    NATIVE_END,
};

bool select_module_init(Thread *thread, Module *module) {
    module_add(thread, module, "__doc__",
               library_text(thread, "Waiting until files, sockets and pipes are ready."));
    static const struct {
        const char *name;
        unsigned number;
    } constants[] = {
#define SELECT_CONSTANT(name) {#name, (unsigned)name},
#include "select_constants.def"
#undef SELECT_CONSTANT
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        module_add(thread, module, constants[i].name, value_small_int(constants[i].number));
    module_add_natives(thread, module, functions);
    module_add(thread, module, "epoll", value_object(library_late_type(thread, LATE_epoll)));
    module_add(thread, module, "error", value_object(thread->interpreter->errors[ERROR_OSError]));
    return true;
}
