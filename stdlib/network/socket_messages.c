// SPDX-License-Identifier: MIT
//
// sendmsg and recvmsg: several buffers in one message, and beside them what is no text at all: open
// files, handed from process to process (SCM_RIGHTS), or who the sender is.
//
// The system wants such ancillary data as a chain of headers in one buffer, with paddings that its
// CMSG macros know; programs see a list of (level, type, bytes).
#include "socket_object.h"

#include "bytes.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "tuple.h"
#include "warning.h"

#include <limits.h>
#include <string.h>
#include <sys/uio.h>

// The longest data that CMSG_SPACE has room for without an overflow.
#define CONTROL_MAX ((int64_t)(INT_MAX - 2 * CMSG_SPACE(0)))

typedef struct Message {
    struct msghdr header;
    SocketAddress address;
} Message;

static void *buffer(Thread *thread, size_t size) {
    return heap_allocate(thread_heap(thread), CELL_BUFFER, size > 0 ? size : 1);
}

static Value items_of(Thread *thread, Value v, const char *complaint) {
    return operation_iterates(type_of(thread, v))
               ? operation_to_list(thread, v)
               : raise_error(thread, ERROR_TypeError, "%s", complaint);
}

// ---- Sending ----

static ssize_t try_send_message(int fd, SocketTask *task) {
    return sendmsg(fd, task->data, task->flags);
}

static bool read_buffers(Thread *thread, Value v, struct msghdr *header) {
    Value items = items_of(thread, v, "sendmsg() argument 1 must be an iterable");
    if (is_error(items))
        return false;
    size_t count = as_list(items)->length;
    header->msg_iov = buffer(thread, count * sizeof(struct iovec));
    header->msg_iovlen = count;
    for (size_t i = 0; i < count; i++) {
        struct iovec *part = &header->msg_iov[i];
        BytesView view;
        if (!bytes_view(thread, as_list(items)->items[i], &view))
            return false;
        part->iov_base = buffer(thread, view.length);
        part->iov_len = view.length;
        if (view.length > 0)
            memcpy(part->iov_base, view.data, view.length);
    }
    return true;
}

typedef struct Ancillary {
    int level, type;
    BytesView data;
} Ancillary;

static bool read_item(Thread *thread, Value v, Ancillary *item) {
    bool is_sequence = is_tuple(v) || is_list(v);
    if (!is_sequence)
        return raise_false(thread, ERROR_TypeError,
                           "[sendmsg() ancillary data items]() argument must be 3-item sequence, "
                           "not %s",
                           argument_type_name(thread, v));
    Value triple = operation_to_tuple(thread, v);
    if (is_error(triple))
        return false;
    const Tuple *parts = as_tuple(triple);
    if (parts->length != 3)
        return raise_false(thread, ERROR_TypeError,
                           "[sendmsg() ancillary data items]() argument must be sequence of length "
                           "3, not %zu",
                           parts->length);
    return socket_int(thread, parts->items[0], &item->level) &&
           socket_int(thread, parts->items[1], &item->type) &&
           bytes_view(thread, parts->items[2], &item->data) &&
           (item->data.length <= (size_t)CONTROL_MAX ||
            raise_false(thread, ERROR_OSError, "ancillary data item too large"));
}

// Room for the items in one control buffer; false if it would be too large, or with an exception.
static bool reserve_control(Thread *thread, const List *items, struct msghdr *header) {
    size_t size = 0;
    for (size_t i = 0; i < items->length; i++) {
        Ancillary item;
        if (!read_item(thread, items->items[i], &item))
            return false;
        size += CMSG_SPACE(item.data.length);
        if (size > (size_t)CONTROL_MAX)
            return raise_false(thread, ERROR_OSError, "too much ancillary data");
    }
    header->msg_control = size > 0 ? buffer(thread, size) : NULL;
    header->msg_controllen = size;
    return true;
}

static bool read_control(Thread *thread, Value v, struct msghdr *header) {
    if (is_undefined(v))
        return true;
    Value list = items_of(thread, v, "sendmsg() argument 2 must be an iterable");
    if (is_error(list) || !reserve_control(thread, as_list(list), header))
        return false;
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    for (size_t i = 0; i < as_list(list)->length && control != NULL; i++) {
        Ancillary item;
        if (!read_item(thread, as_list(list)->items[i], &item))
            return false;
        control->cmsg_level = item.level;
        control->cmsg_type = item.type;
        control->cmsg_len = CMSG_LEN(item.data.length);
        if (item.data.length > 0)
            memcpy(CMSG_DATA(control), item.data.data, item.data.length);
        control = CMSG_NXTHDR(header, control);
    }
    return true;
}

Value socket_sendmsg(Thread *thread, Value *args) {
    Message message = {0};
    Socket *self = as_socket(args[0]);
    SocketTask task = {
        .attempt = try_send_message, .name = "sendmsg", .events = POLLOUT, .data = &message.header};
    if (!read_buffers(thread, args[1], &message.header) ||
        !read_control(thread, args[2], &message.header) ||
        !socket_int(thread, args[3], &task.flags))
        return VALUE_ERROR;
    if (!is_none(args[4])) {
        if (!socket_address_read(thread, self->family, args[4], "sendmsg", &message.address))
            return VALUE_ERROR;
        message.header.msg_name = &message.address.as;
        message.header.msg_namelen = message.address.length;
    }
    ssize_t count = socket_call(thread, self, &task);
    return count < 0 ? VALUE_ERROR : int_from_int64(thread, count);
}

// ---- Receiving ----

static ssize_t try_receive_message(int fd, SocketTask *task) {
    Message *message = task->data;
    message->header.msg_namelen = sizeof message->address.as;
    message->header.msg_controllen = task->length;
    return recvmsg(fd, &message->header, task->flags);
}

// How much of an item's data is really in the control buffer.
static size_t data_length(const struct msghdr *header, const struct cmsghdr *control) {
    size_t told = control->cmsg_len > CMSG_LEN(0) ? control->cmsg_len - CMSG_LEN(0) : 0;
    size_t start = (size_t)((const char *)CMSG_DATA(control) - (const char *)header->msg_control);
    size_t room = header->msg_controllen > start ? header->msg_controllen - start : 0;
    return told < room ? told : room;
}

static Value show_control(Thread *thread, struct msghdr *header) {
    List *list = list_new(thread, 0);
    for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL;
         control = CMSG_NXTHDR(header, control)) {
        size_t length = data_length(header, control);
        Value item[] = {value_small_int(control->cmsg_level), value_small_int(control->cmsg_type),
                        value_object(bytes_new(thread, CMSG_DATA(control), length))};
        list_append(thread, list, value_object(tuple_from_array(thread, item, 3)));
    }
    return value_object(list);
}

// Receive into one buffer of `size` bytes; args are (_, _, ancbufsize, flags).
static ssize_t receive_message(Thread *thread, Value *args, const char *name, size_t size,
                               Message *message, uint8_t **data) {
    int64_t control = 0;
    SocketTask task = {.attempt = try_receive_message, .name = name, .events = POLLIN};
    if (!operation_index_size(thread, args[2], ERROR_OverflowError, &control) ||
        !socket_int(thread, args[3], &task.flags))
        return SOCKET_FAILED;
    if (control < 0 || control > CONTROL_MAX)
        return raise_minus_one(thread, ERROR_ValueError, "invalid ancillary data buffer length");
    struct iovec *part = buffer(thread, sizeof *part);
    *data = buffer(thread, size);
    *part = (struct iovec){.iov_base = *data, .iov_len = size};
    message->header =
        (struct msghdr){.msg_name = &message->address.as,
                        .msg_iov = part,
                        .msg_iovlen = 1,
                        .msg_control = control > 0 ? buffer(thread, (size_t)control) : NULL};
    task.data = message;
    task.length = (size_t)control;
    return socket_call(thread, as_socket(args[0]), &task);
}

// (first, ancdata, flags, address)
static Value report(Thread *thread, Value first, Message *message) {
    Value control = show_control(thread, &message->header);
    Value from = socket_address_show(thread, &message->address.as.any, message->header.msg_namelen);
    if (is_error(from))
        return from;
    Value items[] = {first, control, value_small_int(message->header.msg_flags), from};
    return value_object(tuple_from_array(thread, items, 4));
}

Value socket_recvmsg(Thread *thread, Value *args) {
    int64_t size;
    Message message;
    uint8_t *data;
    if (!socket_size(thread, args[1], "negative buffer size in recvmsg()", &size))
        return VALUE_ERROR;
    ssize_t count = receive_message(thread, args, "recvmsg", (size_t)size, &message, &data);
    if (count < 0)
        return VALUE_ERROR;
    size_t kept = count < size ? (size_t)count : (size_t)size; // MSG_TRUNC tells of more
    return report(thread, value_object(bytes_new(thread, data, kept)), &message);
}

// Give each buffer of the list its part; false with TypeError if one cannot be written.
static bool scatter(Thread *thread, const List *list, const uint8_t *data, size_t length,
                    size_t *room) {
    *room = 0;
    for (size_t i = 0; i < list->length; i++) {
        uint8_t *target;
        size_t size;
        if (!bytes_view_writable(thread, list->items[i], &target, &size)) {
            error_clear(thread);
            return raise_false(thread, ERROR_TypeError,
                               "recvmsg_into() argument 1 must be an iterable of single-segment "
                               "read-write buffers");
        }
        size_t part = size < length ? size : length;
        if (part > 0)
            memcpy(target, data, part);
        data += part;
        length -= part;
        *room += size;
    }
    return true;
}

Value socket_recvmsg_into(Thread *thread, Value *args) {
    Message message;
    uint8_t nothing = 0, *data;
    size_t room;
    Value list = items_of(thread, args[1], "recvmsg_into() argument 1 must be an iterable");
    if (is_error(list) || !scatter(thread, as_list(list), &nothing, 0, &room))
        return VALUE_ERROR;
    ssize_t count = receive_message(thread, args, "recvmsg_into", room, &message, &data);
    size_t kept = count < (ssize_t)room ? (size_t)count : room;
    if (count < 0 || !scatter(thread, as_list(list), data, kept, &room))
        return VALUE_ERROR;
    return report(thread, int_from_int64(thread, count), &message);
}

// ---- Sizes of ancillary data ----

static bool control_length(Thread *thread, Value v, const char *name, size_t most, size_t *length) {
    int64_t n;
    if (!operation_index_size(thread, v, ERROR_OverflowError, &n))
        return false;
    *length = (size_t)n;
    return (n >= 0 && *length <= most) ||
           raise_false(thread, ERROR_OverflowError, "%s() argument out of range", name);
}

static Value control_len(Thread *thread, Value *args) {
    size_t length;
    return control_length(thread, args[0], "CMSG_LEN", INT_MAX - CMSG_LEN(0), &length)
               ? value_small_int((int64_t)CMSG_LEN(length))
               : VALUE_ERROR;
}

static Value control_space(Thread *thread, Value *args) {
    size_t length;
    return control_length(thread, args[0], "CMSG_SPACE", INT_MAX - CMSG_SPACE(1), &length)
               ? value_small_int((int64_t)CMSG_SPACE(length))
               : VALUE_ERROR;
}

const NativeSpec socket_control_functions[] = {
    NATIVE("CMSG_LEN", control_len, "(length, /)",
           "Return the size of ancillary data with so many bytes, without padding."),
    NATIVE("CMSG_SPACE", control_space, "(length, /)",
           "Return the size of ancillary data with so many bytes and its padding."),
    NATIVE_END,
};
