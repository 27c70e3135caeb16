// SPDX-License-Identifier: MIT
//
// Sending and receiving bytes: the calls that a server makes all day. Small messages pass through a
// buffer on the C stack; what is sent from bytes is not copied at all, for bytes do not change.
// What other threads may change, or shrink, is copied, for they run while the system reads or
// writes.
#include "socket_object.h"

#include "bytes.h"
#include "execute.h"
#include "heap.h"
#include "int.h"
#include "operations.h"
#include "tuple.h"

#include <string.h>

// ---- Receiving ----

static ssize_t try_receive(int fd, SocketTask *task) {
    return recv(fd, task->data, task->length, task->flags);
}

static ssize_t try_receive_from(int fd, SocketTask *task) {
    SocketAddress *address = task->more;
    address->length = sizeof address->as;
    return recvfrom(fd, task->data, task->length, task->flags, &address->as.any, &address->length);
}

// Receive up to `size` bytes into a buffer of their own; `address` may be NULL.
static ssize_t receive(Thread *thread, const Value *args, Value flags, uint8_t *small, size_t size,
                       SocketAddress *address, uint8_t **data) {
    SocketTask task = {.attempt = address == NULL ? try_receive : try_receive_from,
                       .name = address == NULL ? "recv" : "recvfrom",
                       .events = POLLIN,
                       .length = size,
                       .more = address};
    if (!socket_int(thread, flags, &task.flags))
        return SOCKET_FAILED;
    *data = socket_buffer(thread, small, size);
    task.data = *data;
    return socket_call(thread, as_socket(args[0]), &task);
}

static Value as_bytes_object(Thread *thread, const uint8_t *small, uint8_t *data, ssize_t count) {
    Value bytes = value_object(bytes_new(thread, data, (size_t)count));
    if (data != small)
        heap_free_buffer(thread_heap(thread), data);
    return bytes;
}

Value socket_recv(Thread *thread, Value *args) {
    uint8_t small[SOCKET_SMALL], *data;
    int64_t size;
    if (!socket_size(thread, args[1], "negative buffersize in recv", &size))
        return VALUE_ERROR;
    ssize_t count = receive(thread, args, args[2], small, (size_t)size, NULL, &data);
    return count < 0 ? VALUE_ERROR : as_bytes_object(thread, small, data, count);
}

Value socket_recvfrom(Thread *thread, Value *args) {
    uint8_t small[SOCKET_SMALL], *data;
    int64_t size;
    SocketAddress address;
    if (!socket_size(thread, args[1], "negative buffersize in recvfrom", &size))
        return VALUE_ERROR;
    ssize_t count = receive(thread, args, args[2], small, (size_t)size, &address, &data);
    if (count < 0)
        return VALUE_ERROR;
    Value bytes = as_bytes_object(thread, small, data, count);
    Value from = socket_address_show(thread, &address.as.any, address.length);
    return is_error(from) ? from : tuple_pair(thread, bytes, from);
}

typedef struct IntoWords {
    const char *buffer, *negative, *too_small;
} IntoWords;

// Receive into the buffer args[1]; how many bytes, or SOCKET_FAILED.
static ssize_t receive_into(Thread *thread, Value *args, const IntoWords *words,
                            SocketAddress *address) {
    uint8_t small[SOCKET_SMALL], *data, *target;
    size_t room;
    int64_t wanted;
    if (!bytes_view_argument(thread, args[1], words->buffer, &target, &room) ||
        !socket_size(thread, args[2], words->negative, &wanted))
        return SOCKET_FAILED;
    if ((size_t)wanted > room)
        return raise_minus_one(thread, ERROR_ValueError, "%s", words->too_small);
    size_t size = wanted == 0 ? room : (size_t)wanted;
    ssize_t count = receive(thread, args, args[3], small, size, address, &data);
    if (count <= 0 || !bytes_view_argument(thread, args[1], words->buffer, &target, &room))
        return count <= 0 ? count : SOCKET_FAILED;
    size_t kept = (size_t)count < room ? (size_t)count : room;
    if (kept > 0)
        memcpy(target, data, kept);
    return count;
}

Value socket_recv_into(Thread *thread, Value *args) {
    static const IntoWords words = {"recv_into() argument 1", "negative buffersize in recv_into",
                                    "buffer too small for requested bytes"};
    ssize_t count = receive_into(thread, args, &words, NULL);
    return count < 0 ? VALUE_ERROR : int_from_int64(thread, count);
}

Value socket_recvfrom_into(Thread *thread, Value *args) {
    static const IntoWords words = {"recvfrom_into() argument 1",
                                    "negative buffersize in recvfrom_into",
                                    "nbytes is greater than the length of the buffer"};
    SocketAddress address;
    ssize_t count = receive_into(thread, args, &words, &address);
    if (count < 0)
        return VALUE_ERROR;
    Value from = socket_address_show(thread, &address.as.any, address.length);
    return is_error(from) ? from : tuple_pair(thread, int_from_int64(thread, count), from);
}

// ---- Sending ----

static ssize_t try_send(int fd, SocketTask *task) {
    return send(fd, task->data, task->length, task->flags);
}

static ssize_t try_send_to(int fd, SocketTask *task) {
    const SocketAddress *address = task->more;
    return sendto(fd, task->data, task->length, task->flags, &address->as.any, address->length);
}

Value socket_send(Thread *thread, Value *args) {
    uint8_t small[SOCKET_SMALL];
    SocketTask task = {.attempt = try_send, .name = "send", .events = POLLOUT};
    if (!socket_int(thread, args[2], &task.flags) ||
        !socket_data(thread, args[1], small, &task.data, &task.length))
        return VALUE_ERROR;
    ssize_t count = socket_call(thread, as_socket(args[0]), &task);
    return count < 0 ? VALUE_ERROR : int_from_int64(thread, count);
}

// One deadline holds for all of it.
Value socket_sendall(Thread *thread, Value *args) {
    uint8_t small[SOCKET_SMALL];
    SocketTask task = {.attempt = try_send, .name = "sendall", .events = POLLOUT};
    if (!socket_int(thread, args[2], &task.flags) ||
        !socket_data(thread, args[1], small, &task.data, &task.length))
        return VALUE_ERROR;
    do {
        ssize_t count = socket_call(thread, as_socket(args[0]), &task);
        if (count < 0)
            return VALUE_ERROR;
        task.data = (uint8_t *)task.data + count;
        task.length -= (size_t)count;
        if (task.length > 0 && !thread_safepoint(thread))
            return VALUE_ERROR;
    } while (task.length > 0);
    return VALUE_NONE;
}

// sendto(data, address) or sendto(data, flags, address)
Value socket_sendto(Thread *thread, Value *args) {
    uint8_t small[SOCKET_SMALL];
    SocketAddress address;
    Socket *self = as_socket(args[0]);
    SocketTask task = {
        .attempt = try_send_to, .name = "sendto", .events = POLLOUT, .more = &address};
    const Tuple *rest = as_tuple(args[1]);
    if (rest->length != 2 && rest->length != 3)
        return raise_error(thread, ERROR_TypeError, "sendto() takes 2 or 3 arguments (%zu given)",
                           rest->length);
    if (!socket_data(thread, rest->items[0], small, &task.data, &task.length) ||
        (rest->length == 3 && !socket_int(thread, rest->items[1], &task.flags)) ||
        !socket_address_read(thread, self->family, rest->items[rest->length - 1], "sendto",
                             &address))
        return VALUE_ERROR;
    ssize_t count = socket_call(thread, self, &task);
    return count < 0 ? VALUE_ERROR : int_from_int64(thread, count);
}
