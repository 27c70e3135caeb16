// SPDX-License-Identifier: MIT
//
// select.epoll: a set of watched descriptors that the Linux kernel keeps, so that a wait costs what
// is ready and not what is watched. These are the system's calls and little else; who wants an
// event loop takes selectors, or aio.
//
// In a controlled run nobody may stop in the kernel while others can go on, so there the wait is
// that of any descriptor, the epoll's own, which is readable when there are events.
#include "descriptors.h"

#include "blocking.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

enum { USUAL_EVENTS = FD_SETSIZE - 1 };

typedef struct EpollObject {
    Object object;
    int64_t fd; // -1: closed
} EpollObject;

static EpollObject *as_epoll(Value v) {
    return (EpollObject *)as_object(v);
}

static bool is_open(Thread *thread, Value self) {
    return as_epoll(self)->fd >= 0 ||
           raise_false(thread, ERROR_ValueError, "I/O operation on closed epoll object");
}

static int fd_of(Value self) {
    return (int)as_epoll(self)->fd;
}

// ---- Beginning and end ----

static EpollObject *make(Thread *thread, Type *type) {
    EpollObject *epoll = object_new(thread, type);
    epoll->fd = -1;
    heap_add_finalizer(thread_heap(thread), &epoll->object);
    return epoll;
}

static Value epoll_construct(Thread *thread, Value callee, Value *args, size_t count,
                             Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    return value_object(make(thread, as_type(callee)));
}

static bool c_int(Thread *thread, Value v, int *result) {
    Value index = operation_index(thread, v);
    int64_t n;
    if (is_error(index))
        return false;
    if (!int_to_int64(index, &n) || n < INT_MIN || n > INT_MAX)
        return raise_false(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    *result = (int)n;
    return true;
}

static Value epoll_init(Thread *thread, Value *args) {
    int size, flags;
    if (!c_int(thread, args[1], &size) || !c_int(thread, args[2], &flags))
        return VALUE_ERROR;
    if (size != -1 && size <= 0)
        return raise_error(thread, ERROR_ValueError, "negative sizehint");
    if (flags != 0 && flags != EPOLL_CLOEXEC)
        return raise_error(thread, ERROR_OSError, "invalid flags");
    if (as_epoll(args[0])->fd < 0)
        as_epoll(args[0])->fd = epoll_create1(EPOLL_CLOEXEC);
    return as_epoll(args[0])->fd < 0 ? raise_os_error(thread, errno, VALUE_NONE) : VALUE_NONE;
}

static Value epoll_fromfd(Thread *thread, Value *args) {
    int fd;
    if (!c_int(thread, args[1], &fd))
        return VALUE_ERROR;
    EpollObject *epoll = make(thread, as_type(args[0]));
    epoll->fd = fd;
    return value_object(epoll);
}

static Value epoll_close(Thread *thread, Value *args) {
    int fd = fd_of(args[0]);
    as_epoll(args[0])->fd = -1;
    return fd >= 0 && close(fd) != 0 ? raise_os_error(thread, errno, VALUE_NONE) : VALUE_NONE;
}

static void epoll_finalize(Interpreter *interpreter, Object *self) {
    EpollObject *epoll = (EpollObject *)self;
    if (interpreter->is_ending)
        return;
    if (epoll->fd >= 0)
        close((int)epoll->fd);
    epoll->fd = -1;
}

static Value epoll_enter(Thread *thread, Value *args) {
    return is_open(thread, args[0]) ? args[0] : VALUE_ERROR;
}

static Value epoll_fileno(Thread *thread, Value *args) {
    return is_open(thread, args[0]) ? value_small_int(fd_of(args[0])) : VALUE_ERROR;
}

static Value epoll_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_epoll(self)->fd < 0);
}

// ---- What is watched ----

static Value control(Thread *thread, const Value *args, int operation) {
    uint32_t mask = 0;
    int fd;
    if (!is_open(thread, args[0]) || !descriptor_of(thread, args[1], &fd))
        return VALUE_ERROR;
    if (operation != EPOLL_CTL_DEL && !descriptor_mask(thread, args[2], 32, &mask))
        return VALUE_ERROR;
    struct epoll_event event = {.events = mask, .data.fd = fd};
    return epoll_ctl(fd_of(args[0]), operation, fd, &event) == 0
               ? VALUE_NONE
               : raise_os_error(thread, errno, VALUE_NONE);
}

static Value epoll_register(Thread *thread, Value *args) {
    return control(thread, args, EPOLL_CTL_ADD);
}

static Value epoll_modify(Thread *thread, Value *args) {
    return control(thread, args, EPOLL_CTL_MOD);
}

static Value epoll_unregister(Thread *thread, Value *args) {
    return control(thread, args, EPOLL_CTL_DEL);
}

// ---- Waiting ----

// Milliseconds until `deadline`, rounded up.
static int ms_until(Thread *thread, int64_t deadline) {
    if (deadline == CLOCK_NEVER)
        return -1;
    int64_t left = deadline - runtime_now(&thread->interpreter->runtime);
    return left <= 0 ? 0 : (int)((left - 1) / CLOCK_NS_PER_MS + 1);
}

static int wait_once(Thread *thread, int fd, struct epoll_event *events, int room,
                     int64_t deadline) {
    if (!schedule_is_free(&thread->interpreter->runtime.schedule)) {
        struct pollfd self = {.fd = fd, .events = POLLIN};
        if (descriptors_await(thread, &self, 1, deadline, "epoll") < 0)
            return -1;
        deadline = 0;
    }
    int ms = ms_until(thread, deadline);
    blocking_begin(&thread->core, BLOCK_IO, "epoll");
    int count = epoll_wait(fd, events, room, ms), error = errno;
    blocking_end(&thread->core);
    errno = error;
    return count;
}

static Value await_events(Thread *thread, Value self, struct epoll_event *events, int room,
                          int64_t deadline) {
    int count;
    while ((count = wait_once(thread, fd_of(self), events, room, deadline)) < 0) {
        if (error_pending(thread) || !descriptor_retry(thread, errno))
            return VALUE_ERROR;
    }
    List *ready = list_new(thread, (size_t)count);
    for (int i = 0; i < count; i++)
        list_append(thread, ready,
                    tuple_pair(thread, value_small_int(events[i].data.fd),
                               value_small_int(events[i].events)));
    return value_object(ready);
}

static Value epoll_poll(Thread *thread, Value *args) {
    struct epoll_event usual[USUAL_EVENTS], *events = usual;
    int64_t deadline;
    int room;
    if (!is_open(thread, args[0]) || !c_int(thread, args[2], &room) ||
        !descriptors_poll_deadline(thread, args[1], CLOCK_NS_PER_SECOND, &deadline))
        return VALUE_ERROR;
    if (room == -1)
        room = USUAL_EVENTS;
    if (room < 1)
        return raise_error(thread, ERROR_ValueError, "maxevents must be greater than 0, got %d",
                           room);
    if (room > USUAL_EVENTS)
        events =
            heap_allocate_unfilled(thread_heap(thread), CELL_BUFFER, (size_t)room * sizeof *events);
    return await_events(thread, args[0], events, room, deadline);
}

static const NativeSpec methods[] = {
    NATIVE("__init__", epoll_init, "(self, sizehint=-1, flags=0)", "Begin with nothing watched."),
    {"fromfd", epoll_fromfd, "(cls, fd, /)", "Make an epoll object of a descriptor.",
     NATIVE_CLASS_METHOD},
    NATIVE("close", epoll_close, "(self, /)", "Close the descriptor of the set itself."),
    NATIVE("fileno", epoll_fileno, "(self, /)", "Return the descriptor of the set itself."),
    NATIVE("register", epoll_register, "(self, fd, eventmask=7)",
           "Watch a descriptor, by default for EPOLLIN | EPOLLOUT | EPOLLPRI."),
    NATIVE("modify", epoll_modify, "(self, fd, eventmask)",
           "Change what a registered descriptor is watched for."),
    NATIVE("unregister", epoll_unregister, "(self, fd)", "Watch a descriptor no more."),
    NATIVE("poll", epoll_poll, "(self, timeout=None, maxevents=-1)",
           "Wait at most timeout seconds; return a list of (descriptor, events)."),
    NATIVE("__enter__", epoll_enter, "(self, /)", "Return the object itself."),
    NATIVE("__exit__", epoll_close, "(self, exc_type=None, exc_value=None, exc_tb=None, /)",
           "Close the object."),
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    GETSET("closed", epoll_closed, NULL, "True if the object is closed."),
    GETSET_END,
};

const TypeSpec epoll_type_spec = {
    .name = "select.epoll",
    .doc = "A set of descriptors that the kernel watches.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_HAS_INIT,
    .size = sizeof(EpollObject),
    .slots = {.construct = epoll_construct, .finalize = epoll_finalize},
    .methods = methods,
    .getsets = getsets,
};
