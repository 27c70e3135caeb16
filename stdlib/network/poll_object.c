// SPDX-License-Identifier: MIT
//
// select.poll(): an object that remembers which descriptors to watch for what, and asks poll(2).
//
// What a program has registered is a dict from descriptors to masks; the row of structs that the
// system wants is made from it when it has changed. One wait at a time may use that row, so a
// second thread that polls meanwhile gets a RuntimeError, as in CPython.
#include "descriptors.h"

#include "dict.h"
#include "int.h"
#include "list.h"
#include "str.h"
#include "tuple.h"

#include <errno.h>

typedef struct PollObject {
    Object object;
    uint64_t is_waiting;
    Dict *masks;        // by descriptor
    struct pollfd *fds; // made of `masks`; NULL: to be made anew
    size_t count;
} PollObject;

static PollObject *as_poll(Value v) {
    return (PollObject *)as_object(v);
}

Value poll_new(Thread *thread, Value *args) {
    (void)args;
    PollObject *poll = object_new(thread, library_late_type(thread, LATE_poll));
    poll->masks = dict_new(thread, 0);
    return value_object(poll);
}

static Value set_mask(Thread *thread, const Value *args, bool is_new) {
    PollObject *poll = as_poll(args[0]);
    int fd;
    uint32_t mask;
    if (!descriptor_of(thread, args[1], &fd) || !descriptor_mask(thread, args[2], 16, &mask))
        return VALUE_ERROR;
    if (!is_new && dict_contains(thread, poll->masks, value_small_int(fd)) == 0)
        return raise_os_error(thread, ENOENT, VALUE_NONE);
    dict_set(thread, poll->masks, value_small_int(fd), value_small_int(mask));
    poll->fds = NULL;
    return VALUE_NONE;
}

static Value poll_register(Thread *thread, Value *args) {
    return set_mask(thread, args, true);
}

static Value poll_modify(Thread *thread, Value *args) {
    return set_mask(thread, args, false);
}

static Value poll_unregister(Thread *thread, Value *args) {
    PollObject *poll = as_poll(args[0]);
    int fd;
    if (!descriptor_of(thread, args[1], &fd))
        return VALUE_ERROR;
    if (dict_delete(thread, poll->masks, value_small_int(fd)) == 0)
        return raise_key_error(thread, value_small_int(fd));
    poll->fds = NULL;
    return VALUE_NONE;
}

static void list_descriptors(Thread *thread, PollObject *poll) {
    size_t position = 0, count = 0;
    Value fd, mask;
    struct pollfd *fds =
        heap_allocate(thread_heap(thread), CELL_BUFFER, (poll->masks->length + 1) * sizeof *fds);
    while (dict_next(poll->masks, &position, &fd, &mask)) {
        fds[count++] = (struct pollfd){.fd = (int)as_small_int(fd),
                                       .events = (short)(uint16_t)as_small_int(mask)};
    }
    poll->fds = fds;
    poll->count = count;
}

static Value ready_descriptors(Thread *thread, const struct pollfd *fds, size_t count) {
    List *ready = list_new(thread, 0);
    for (size_t i = 0; i < count; i++) {
        if (fds[i].revents != 0)
            list_append(thread, ready,
                        tuple_pair(thread, value_small_int(fds[i].fd),
                                   value_small_int((uint16_t)fds[i].revents)));
    }
    return value_object(ready);
}

static Value poll_poll(Thread *thread, Value *args) {
    PollObject *poll = as_poll(args[0]);
    int64_t deadline;
    if (!descriptors_poll_deadline(thread, args[1], CLOCK_NS_PER_MS, &deadline))
        return VALUE_ERROR;
    if (poll->is_waiting)
        return raise_error(thread, ERROR_RuntimeError, "concurrent poll() invocation");
    if (poll->fds == NULL)
        list_descriptors(thread, poll);
    struct pollfd *fds = poll->fds;
    size_t count = poll->count;
    poll->is_waiting = true;
    int ready = descriptors_await(thread, fds, count, deadline, "poll");
    poll->is_waiting = false;
    return ready < 0 ? VALUE_ERROR : ready_descriptors(thread, fds, ready == 0 ? 0 : count);
}

static void poll_trace(Marker *marker, Object *object) {
    const PollObject *poll = (const PollObject *)object;
    mark_object(marker, poll->masks);
    mark_buffer(marker, poll->fds);
}

static const NativeSpec methods[] = {
    NATIVE("register", poll_register, "(self, fd, eventmask=7, /)",
           "Watch a descriptor, by default for POLLIN | POLLPRI | POLLOUT."),
    NATIVE("modify", poll_modify, "(self, fd, eventmask, /)",
           "Change what a registered descriptor is watched for."),
    NATIVE("unregister", poll_unregister, "(self, fd, /)", "Watch a descriptor no more."),
    NATIVE("poll", poll_poll, "(self, timeout=None, /)",
           "Wait at most timeout milliseconds; return a list of (descriptor, events)."),
    NATIVE_END,
};

const TypeSpec poll_type_spec = {
    .name = "select.poll",
    .doc = "A set of watched descriptors.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL | TYPE_ABSTRACT,
    .size = sizeof(PollObject),
    .slots = {.trace = poll_trace},
    .methods = methods,
};
