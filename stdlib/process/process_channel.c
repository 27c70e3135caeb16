// SPDX-License-Identifier: MIT
//
// Channel, the object: who may send and receive over its descriptor, what is asked of arguments,
// and when the descriptor is closed. How a message travels is in process_stream.c and
// process_packet.c.
#include "process_channel.h"

#include "execute.h"
#include "int.h"
#include "operations.h"
#include "process_wait.h"
#include "type.h"
#include "waiting.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static Channel *as_channel(Value v) {
    return (Channel *)as_object(v);
}

// ---- Checks ----

static bool check_open(Thread *thread, const Channel *channel) {
    return channel->fd >= 0 || raise_false(thread, ERROR_OSError, "handle is closed");
}

static bool check_readable(Thread *thread, const Channel *channel) {
    return check_open(thread, channel) &&
           (channel->readable || raise_false(thread, ERROR_OSError, "connection is write-only"));
}

static bool check_writable(Thread *thread, const Channel *channel) {
    return check_open(thread, channel) &&
           (channel->writable || raise_false(thread, ERROR_OSError, "connection is read-only"));
}

static void close_channel(Channel *channel) {
    if (channel->fd >= 0)
        close((int)channel->fd);
    channel->fd = -1;
}

// ---- Sending ----

// Which part of `view` is to be sent.
static bool read_range(Thread *thread, Value *args, BytesView *view) {
    int64_t offset, size;
    if (!operation_index_int64(thread, args[0], &offset))
        return false;
    if (offset < 0)
        return raise_false(thread, ERROR_ValueError, "offset is negative");
    if ((uint64_t)offset > view->length)
        return raise_false(thread, ERROR_ValueError, "buffer length < offset");
    size = (int64_t)view->length - offset;
    if (!is_none(args[1])) {
        if (!operation_index_int64(thread, args[1], &size))
            return false;
        if (size < 0)
            return raise_false(thread, ERROR_ValueError, "size is negative");
        if ((uint64_t)size > view->length - (uint64_t)offset)
            return raise_false(thread, ERROR_ValueError, "buffer length < offset + size");
    }
    view->data = view->data == NULL ? NULL : view->data + offset;
    view->length = (size_t)size;
    return true;
}

static Value send_view(Thread *thread, const Channel *channel, const BytesView *view) {
    int fd = (int)channel->fd;
    bool sent = channel->packets ? process_packet_send(thread, fd, view->data, view->length)
                                 : process_stream_send(thread, fd, view->data, view->length);
    return sent ? VALUE_NONE : VALUE_ERROR;
}

static Value channel_send_bytes(Thread *thread, Value *args) {
    const Channel *channel = as_channel(args[0]);
    BytesView view;
    if (!check_writable(thread, channel))
        return VALUE_ERROR;
    if (!bytes_view_optional(thread, args[1], &view))
        return raise_error(thread, ERROR_TypeError,
                           "memoryview: a bytes-like object is required, not '%s'",
                           type_name(thread, args[1]));
    if (!read_range(thread, args + 2, &view))
        return VALUE_ERROR;
    if (is_bytes(args[1]) || view.data == NULL || view.length == 0)
        return send_view(thread, channel, &view);
    uint8_t *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, view.length);
    memcpy(copy, view.data, view.length); // others may change the original meanwhile
    view.data = copy;
    return send_view(thread, channel, &view);
}

static Value channel_offer(Thread *thread, Value *args) {
    const Channel *channel = as_channel(args[0]);
    if (!check_writable(thread, channel))
        return VALUE_ERROR;
    if (!is_bytes(args[1]) || !channel->packets)
        return raise_error(thread, ERROR_TypeError, "bytes for a channel of packets are needed");
    int sent = process_packet_offer(thread, (int)channel->fd, as_bytes(args[1]));
    return sent < 0 ? VALUE_ERROR : value_bool(sent);
}

// ---- Receiving ----

static Value refuse_length(Thread *thread, Channel *channel) {
    if (channel->writable)
        channel->readable = 0;
    else
        close_channel(channel);
    return raise_error(thread, ERROR_OSError, "bad message length");
}

static Value receive(Thread *thread, Channel *channel, int64_t most) {
    if (!check_readable(thread, channel))
        return VALUE_ERROR;
    Value got = channel->packets ? process_packet_receive(thread, channel)
                                 : process_stream_receive(thread, channel, most);
    bool is_longer =
        is_undefined(got) || (!is_error(got) && most >= 0 && as_bytes(got)->length > (size_t)most);
    return is_longer ? refuse_length(thread, channel) : got;
}

static Value channel_recv_bytes(Thread *thread, Value *args) {
    int64_t most = -1;
    if (!is_none(args[1])) {
        if (!operation_index_int64(thread, args[1], &most))
            return VALUE_ERROR;
        if (most < 0)
            return raise_error(thread, ERROR_ValueError, "negative maxlength");
    }
    return receive(thread, as_channel(args[0]), most);
}

// The next message if it comes in time, else None.
static Value channel_take(Thread *thread, Value *args) {
    Channel *channel = as_channel(args[0]);
    int64_t deadline;
    if (!check_readable(thread, channel) || !wait_deadline(thread, args[1], false, &deadline))
        return VALUE_ERROR;
    return process_packet_receive_until(thread, channel, deadline);
}

static Value channel_poll(Thread *thread, Value *args) {
    const Channel *channel = as_channel(args[0]);
    int64_t deadline;
    if (!check_readable(thread, channel) || !wait_deadline(thread, args[1], false, &deadline))
        return VALUE_ERROR;
    struct pollfd one = {.fd = (int)channel->fd, .events = POLLIN};
    int ready = process_poll(thread, &one, 1, deadline);
    return ready < 0 ? VALUE_ERROR : value_bool(ready);
}

// ---- The object ----

static Value channel_init(Thread *thread, Value *args) {
    Channel *channel = as_channel(args[0]);
    int64_t fd;
    int readable = operation_truth(thread, args[2]), writable = operation_truth(thread, args[3]);
    int packets = operation_truth(thread, args[4]);
    if (!operation_index_int64(thread, args[1], &fd) || readable < 0 || writable < 0 || packets < 0)
        return VALUE_ERROR;
    if (fd < 0 || fd > INT32_MAX)
        return raise_error(thread, ERROR_ValueError, "invalid handle");
    if (!readable && !writable)
        return raise_error(thread, ERROR_ValueError,
                           "at least one of `readable` and `writable` must be True");
    channel->fd = fd;
    channel->readable = (uint64_t)readable;
    channel->writable = (uint64_t)writable;
    channel->packets = (uint64_t)packets;
    return VALUE_NONE;
}

static Value channel_fileno(Thread *thread, Value *args) {
    const Channel *channel = as_channel(args[0]);
    return check_open(thread, channel) ? value_small_int(channel->fd) : VALUE_ERROR;
}

static Value channel_close(Thread *thread, Value *args) {
    (void)thread;
    close_channel(as_channel(args[0]));
    return VALUE_NONE;
}

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_channel(self)->fd < 0);
}
static Value get_readable(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_channel(self)->readable != 0);
}
static Value get_writable(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_channel(self)->writable != 0);
}
static Value get_packets(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_channel(self)->packets != 0);
}
static Value get_handle(Thread *thread, Value self) {
    (void)thread;
    const Channel *channel = as_channel(self);
    return channel->fd < 0 ? VALUE_NONE : value_small_int(channel->fd);
}

// None lets go of the descriptor without closing it.
static bool set_handle(Thread *thread, Value self, Value v) {
    int64_t fd = -1;
    if (is_undefined(v))
        return raise_false(thread, ERROR_AttributeError, "_handle cannot be deleted");
    if (!is_none(v) && !operation_index_int64(thread, v, &fd))
        return false;
    if (!is_none(v) && (fd < 0 || fd > INT32_MAX))
        return raise_false(thread, ERROR_ValueError, "invalid handle");
    as_channel(self)->fd = fd;
    return true;
}

static Value channel_construct(Thread *thread, Value callee, Value *args, size_t count,
                               Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Channel *channel = object_new(thread, as_type(callee));
    channel->fd = -1;
    heap_add_finalizer(thread_heap(thread), &channel->object);
    return value_object(channel);
}

// At the end of a program a daemon thread may be in a call with it.
static void channel_finalize(Interpreter *interpreter, Object *object) {
    Channel *channel = (Channel *)object;
    if (interpreter->is_ending)
        return;
    close_channel(channel);
    free(channel->spare);
    channel->spare = NULL;
}

static const NativeSpec channel_methods[] = {
    NATIVE("__init__", channel_init, "(self, handle, readable=True, writable=True, packets=False)",
           "Send and receive over an open descriptor."),
    NATIVE("fileno", channel_fileno, "(self)", "Return the descriptor."),
    NATIVE("close", channel_close, "(self)", "Close the descriptor."),
    NATIVE("send_bytes", channel_send_bytes, "(self, buf, offset=0, size=None)",
           "Send bytes as one message."),
    NATIVE("_offer", channel_offer, "(self, message, /)",
           "Send bytes as one packet if there is room; whether it was sent."),
    NATIVE("recv_bytes", channel_recv_bytes, "(self, maxlength=None)",
           "Receive one message as bytes; OSError if it is longer than maxlength."),
    NATIVE("poll", channel_poll, "(self, timeout=0.0)",
           "Return whether there is something to read."),
    NATIVE("_take", channel_take, "(self, timeout=None, /)",
           "Receive one packet as bytes; None when none comes in time."),
    NATIVE_END,
};
static const GetSetSpec channel_getsets[] = {
    GETSET("closed", get_closed, NULL, "Whether it has been closed."),
    GETSET("readable", get_readable, NULL, "Whether it is to receive."),
    GETSET("writable", get_writable, NULL, "Whether it is to send."),
    GETSET("_packets", get_packets, NULL, "Whether it is a channel of packets."),
    GETSET("_handle", get_handle, set_handle, "The descriptor, None when closed."),
    GETSET_END,
};

const TypeSpec channel_type_spec = {
    .name = "_process.Channel",
    .doc = "Messages over a descriptor.",
    .flags = TYPE_HAS_ATTRIBUTES | TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(Channel),
    .slots = {.construct = channel_construct, .finalize = channel_finalize},
    .methods = channel_methods,
    .getsets = channel_getsets,
};
