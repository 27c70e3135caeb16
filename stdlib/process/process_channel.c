// SPDX-License-Identifier: MIT
//
// Channel: messages between processes over a descriptor; connection.Connection is made of it.
//
// In a stream (a pipe, a socket) a message is its length, four bytes, most significant first, and
// then its bytes; a length beyond 31 bits is -1 and eight more bytes. That is CPython's form, so
// both can talk to each other. Who is killed in the middle of a message leaves half of it, and the
// reader gets an OSError.
//
// A channel of packets (a socket pair of kind SEQPACKET) is for what many processes write into and
// read from: queues. The kernel keeps messages apart there, a message is sent as a whole or not at
// all, and taken by one reader. So no lock is needed that a killed process could keep, and none can
// leave half a message. What does not fit a packet travels in a file in memory, whose descriptor is
// the message.
#include "process_module.h"

#include "blocking.h"
#include "bytes.h"
#include "execute.h"
#include "file.h"
#include "int.h"
#include "operations.h"
#include "process_wait.h"
#include "process_watch.h"
#include "tuple.h"
#include "type.h"
#include "waiting.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
    PACKET_MAX = 64 * 1024, // bytes of a message that go into a packet
    PACKET_PLAIN = 'p',     // the message follows
    PACKET_FILE = 'f',      // it is in the file whose descriptor comes along
};

typedef struct Channel {
    Object object;
    int64_t fd; // -1: closed
    uint64_t readable, writable, packets;
    uint8_t *spare; // room for a packet, NULL while somebody uses it
    WatchHabit habit;
} Channel;

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

// After a failed system call: true if it is to be repeated.
static bool may_retry(Thread *thread, int error) {
    if (error == EINTR)
        return thread_safepoint(thread);
    raise_os_error(thread, error, VALUE_NONE);
    return false;
}

static bool raise_end(Thread *thread) {
    Type *type = thread->interpreter->errors[ERROR_EOFError];
    Value error = type_call(thread, value_object(type), NULL, 0, NULL);
    if (!is_error(error))
        raise_value(thread, error);
    return false;
}

// ---- A stream ----

// Under a schedule only what is there is read.
static bool await_input(Thread *thread, const Channel *channel) {
    if (schedule_is_free(&thread->interpreter->runtime.schedule))
        return true;
    struct pollfd one = {.fd = (int)channel->fd, .events = POLLIN};
    return process_poll(thread, &one, 1, CLOCK_NEVER) > 0;
}

typedef struct Reading {
    int fd;
    uint8_t *data;
    size_t size;
    ssize_t count;
} Reading;

// Only from a socket can be read without waiting; another descriptor can be asked.
static bool try_to_read(void *context) {
    Reading *r = context;
    r->count = recv(r->fd, r->data, r->size, MSG_DONTWAIT);
    if (r->count >= 0 || (errno != ENOTSOCK && errno != EAGAIN))
        return true;
    struct pollfd one = {.fd = r->fd, .events = POLLIN};
    if (errno == EAGAIN || poll(&one, 1, 0) == 0)
        return false;
    r->count = read(r->fd, r->data, r->size);
    return true;
}

// The first bytes of a message, which may have to be waited for.
static int64_t read_watching(Thread *thread, Channel *channel, uint8_t *data, size_t size) {
    Reading r = {(int)channel->fd, data, size, -1};
    for (;;) {
        WatchHabit habit = channel->habit; // another thread may read, too
        if (!thread_poll_signals(thread))  // one that has just come would be noticed afterwards
            return -1;
        blocking_begin(&thread->core, BLOCK_IO, "read");
        if (!process_watch(&thread->core, &habit, try_to_read, &r))
            r.count = read(r.fd, data, size);
        int error = errno;
        blocking_end(&thread->core);
        channel->habit = habit;
        if (r.count >= 0)
            return r.count;
        if (!may_retry(thread, error))
            return -1;
    }
}

static int64_t read_some(Thread *thread, Channel *channel, uint8_t *data, size_t size,
                         bool within) {
    bool is_free = schedule_is_free(&thread->interpreter->runtime.schedule);
    if (!within && is_free && process_wants_watch(&thread->core, &channel->habit))
        return read_watching(thread, channel, data, size);
    if (!await_input(thread, channel))
        return -1;
    return file_read_descriptor(thread, (int)channel->fd, data, size);
}

// All of `size` bytes. The end of the stream is an EOFError before a message, an OSError within.
static bool read_all(Thread *thread, Channel *channel, uint8_t *data, size_t size, bool within) {
    size_t done = 0;
    while (done < size) {
        int64_t count = read_some(thread, channel, data + done, size - done, within || done > 0);
        if (count < 0)
            return false;
        if (count == 0)
            return within || done > 0
                       ? raise_false(thread, ERROR_OSError, "got end of file during message")
                       : raise_end(thread);
        done += (size_t)count;
        if (done < size && !thread_safepoint(thread))
            return false;
    }
    return true;
}

static bool read_length(Thread *thread, Channel *channel, uint64_t *length) {
    uint32_t small;
    if (!read_all(thread, channel, (uint8_t *)&small, sizeof small, false))
        return false;
    *length = ntohl(small);
    if (small == UINT32_MAX) {
        if (!read_all(thread, channel, (uint8_t *)length, sizeof *length, true))
            return false;
        *length = be64toh(*length);
    }
    return true;
}

static Value refuse_length(Thread *thread, Channel *channel) {
    if (channel->writable)
        channel->readable = 0;
    else
        close_channel(channel);
    return raise_error(thread, ERROR_OSError, "bad message length");
}

// `most`: -1 for any length.
static Value receive_from_stream(Thread *thread, Channel *channel, int64_t most) {
    uint64_t length;
    if (!read_length(thread, channel, &length))
        return VALUE_ERROR;
    if (length > INT64_MAX || (most >= 0 && length > (uint64_t)most))
        return refuse_length(thread, channel);
    Bytes *bytes = bytes_new(thread, NULL, (size_t)length);
    bool fine = read_all(thread, channel, bytes_contents(bytes), (size_t)length, true);
    return fine ? value_object(bytes) : VALUE_ERROR;
}

static size_t put_length(uint8_t *header, size_t length) {
    if (length <= INT32_MAX) {
        uint32_t small = htonl((uint32_t)length);
        memcpy(header, &small, sizeof small);
        return sizeof small;
    }
    uint64_t large = htobe64(length);
    memset(header, 0xff, sizeof(uint32_t));
    memcpy(header + sizeof(uint32_t), &large, sizeof large);
    return sizeof(uint32_t) + sizeof large;
}

static void advance(struct iovec *parts, size_t done) {
    for (size_t i = 0; i < 2; i++) {
        size_t step = done < parts[i].iov_len ? done : parts[i].iov_len;
        if (step == 0)
            continue;
        parts[i].iov_base = (uint8_t *)parts[i].iov_base + step;
        parts[i].iov_len -= step;
        done -= step;
    }
}

static bool await_room(Thread *thread, int fd) {
    if (schedule_is_free(&thread->interpreter->runtime.schedule))
        return true;
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    return process_poll(thread, &one, 1, CLOCK_NEVER) > 0;
}

static bool send_to_stream(Thread *thread, int fd, const uint8_t *data, size_t length) {
    uint8_t header[12];
    struct iovec parts[2] = {{header, put_length(header, length)},
                             {(void *)(uintptr_t)data, length}};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        if (!await_room(thread, fd) || !thread_poll_signals(thread))
            return false;
        blocking_begin(&thread->core, BLOCK_IO, "write");
        ssize_t count = writev(fd, parts, 2);
        int error = errno;
        blocking_end(&thread->core);
        if (count >= 0)
            advance(parts, (size_t)count);
        else if (!may_retry(thread, error))
            return false;
        // A signal may have cut it short.
        if (count >= 0 && parts[1].iov_len > 0 && !thread_safepoint(thread))
            return false;
    }
    return true;
}

// ---- Packets ----

static ssize_t send_waiting(Thread *thread, int fd, const struct msghdr *packet) {
    blocking_begin(&thread->core, BLOCK_IO, "sendmsg");
    ssize_t count = sendmsg(fd, packet, MSG_NOSIGNAL);
    blocking_end(&thread->core);
    return count;
}

// What need not wait is sent without leaving the GIL to others.
static bool send_packet(Thread *thread, int fd, const struct msghdr *packet) {
    for (;;) {
        if (!await_room(thread, fd))
            return false;
        ssize_t count = sendmsg(fd, packet, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN)
            count = send_waiting(thread, fd, packet);
        int error = errno;
        if (count >= 0)
            return true;
        if (!may_retry(thread, error))
            return false;
    }
}

static bool send_plain(Thread *thread, int fd, const uint8_t *data, size_t length) {
    uint8_t kind = PACKET_PLAIN;
    struct iovec parts[2] = {{&kind, 1}, {(void *)(uintptr_t)data, length}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    return send_packet(thread, fd, &packet);
}

typedef union Passed {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
} Passed;

static bool send_descriptor(Thread *thread, int fd, int passed) {
    uint8_t kind = PACKET_FILE;
    Passed control = {0};
    struct iovec part = {&kind, 1};
    struct msghdr packet = {.msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.room,
                            .msg_controllen = sizeof control.room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &passed, sizeof passed);
    return send_packet(thread, fd, &packet);
}

static bool send_file(Thread *thread, int fd, const uint8_t *data, size_t length) {
    size_t done;
    int file = memfd_create("message", MFD_CLOEXEC);
    if (file < 0) {
        raise_os_error(thread, errno, VALUE_NONE);
        return false;
    }
    bool sent = file_write_descriptor(thread, file, data, length, &done) &&
                send_descriptor(thread, fd, file);
    close(file);
    return sent;
}

static Value read_file(Thread *thread, int file) {
    struct stat status;
    if (file < 0)
        return raise_os_error(thread, EMFILE, VALUE_NONE);
    if (fstat(file, &status) != 0) {
        int error = errno;
        close(file);
        return raise_os_error(thread, error, VALUE_NONE);
    }
    Bytes *bytes = bytes_new(thread, NULL, (size_t)status.st_size);
    for (size_t done = 0; done < (size_t)status.st_size;) {
        ssize_t count =
            pread(file, bytes_contents(bytes) + done, (size_t)status.st_size - done, (off_t)done);
        if (count <= 0) {
            close(file);
            return raise_os_error(thread, count < 0 ? errno : EIO, VALUE_NONE);
        }
        done += (size_t)count;
    }
    close(file);
    return value_object(bytes);
}

static int passed_descriptor(struct msghdr *packet) {
    struct cmsghdr *header = CMSG_FIRSTHDR(packet);
    int passed = -1;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(&passed, CMSG_DATA(header), sizeof passed);
    return passed;
}

static uint8_t *take_room(Thread *thread, Channel *channel) {
    uint8_t *room = channel->spare;
    channel->spare = NULL;
    if (room == NULL)
        room = malloc(PACKET_MAX + 1);
    if (room == NULL)
        error_raise(thread, ERROR_MemoryError, "no memory");
    return room;
}

static void give_room_back(Channel *channel, uint8_t *room) {
    if (channel->spare != NULL)
        free(room);
    else
        channel->spare = room;
}

typedef struct Receiving {
    int fd;
    struct msghdr *packet;
    ssize_t count;
} Receiving;

static bool try_to_receive(void *context) {
    Receiving *r = context;
    r->count = recvmsg(r->fd, r->packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    return r->count >= 0 || errno != EAGAIN;
}

static ssize_t receive_waiting(Thread *thread, Channel *channel, struct msghdr *packet) {
    Receiving r = {(int)channel->fd, packet, -1};
    bool watches = process_wants_watch(&thread->core, &channel->habit);
    WatchHabit habit = channel->habit; // another thread may receive, too
    blocking_begin(&thread->core, BLOCK_IO, "recvmsg");
    if (!watches || !process_watch(&thread->core, &habit, try_to_receive, &r))
        r.count = recvmsg(r.fd, packet, MSG_CMSG_CLOEXEC);
    int error = errno;
    blocking_end(&thread->core);
    channel->habit = habit;
    errno = error;
    return r.count;
}

// One packet: its length, 0 at the end, -1 with an exception, -2 when `flags` forbid to wait. The
// descriptor that came along is in *passed.
static ssize_t take_packet(Thread *thread, Channel *channel, uint8_t *room, int flags,
                           int *passed) {
    int fd = (int)channel->fd;
    for (;;) {
        Passed control;
        struct iovec part = {.iov_len = PACKET_MAX + 1};
        part.iov_base = room;
        struct msghdr packet = {.msg_iov = &part,
                                .msg_iovlen = 1,
                                .msg_control = control.room,
                                .msg_controllen = sizeof control.room};
        ssize_t count = flags & MSG_DONTWAIT ? recvmsg(fd, &packet, flags | MSG_CMSG_CLOEXEC)
                                             : receive_waiting(thread, channel, &packet);
        int error = errno;
        *passed = count > 0 ? passed_descriptor(&packet) : -1;
        if (count >= 0)
            return count;
        if (error == EAGAIN)
            return -2;
        if (!may_retry(thread, error))
            return -1;
    }
}

// UNDEFINED when nothing has come and `flags` forbid to wait.
static Value receive_packet(Thread *thread, Channel *channel, int flags) {
    int passed;
    uint8_t *room = take_room(thread, channel);
    if (room == NULL)
        return VALUE_ERROR;
    ssize_t count = take_packet(thread, channel, room, flags, &passed);
    Value result = VALUE_ERROR;
    if (count > 0)
        result = room[0] == PACKET_FILE
                     ? read_file(thread, passed)
                     : value_object(bytes_new(thread, room + 1, (size_t)count - 1));
    else if (count == 0)
        raise_end(thread);
    else if (count == -2)
        result = VALUE_UNDEFINED;
    give_room_back(channel, room);
    return result;
}

// Another reader may be quicker: then the wait goes on. None when the time is over.
static Value receive_packet_until(Thread *thread, Channel *channel, int64_t deadline) {
    struct pollfd one = {.fd = (int)channel->fd, .events = POLLIN};
    for (;;) {
        Value got = receive_packet(thread, channel, MSG_DONTWAIT);
        if (!is_undefined(got))
            return got;
        int ready = process_poll(thread, &one, 1, deadline);
        if (ready <= 0)
            return ready == 0 ? VALUE_NONE : VALUE_ERROR;
    }
}

// ---- Methods ----

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
    bool sent = !channel->packets            ? send_to_stream(thread, fd, view->data, view->length)
                : view->length <= PACKET_MAX ? send_plain(thread, fd, view->data, view->length)
                                             : send_file(thread, fd, view->data, view->length);
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

// One packet, if there is room: 1 sent, 0 not, -1 exception.
static int offer_plain(Thread *thread, int fd, const Bytes *bytes) {
    uint8_t kind = PACKET_PLAIN;
    struct iovec parts[2] = {{&kind, 1}, {(void *)(uintptr_t)bytes->data, bytes->length}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    while (sendmsg(fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno == EAGAIN)
            return 0;
        if (!may_retry(thread, errno))
            return -1;
    }
    return 1;
}

// The same with what needs a file: there is only a descriptor to be sent.
static int offer_file(Thread *thread, int fd, const Bytes *bytes) {
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    if (poll(&one, 1, 0) == 0)
        return 0;
    return send_file(thread, fd, bytes->data, bytes->length) ? 1 : -1;
}

static Value channel_offer(Thread *thread, Value *args) {
    const Channel *channel = as_channel(args[0]);
    if (!check_writable(thread, channel))
        return VALUE_ERROR;
    if (!is_bytes(args[1]) || !channel->packets)
        return raise_error(thread, ERROR_TypeError, "bytes for a channel of packets are needed");
    const Bytes *bytes = as_bytes(args[1]);
    int sent = bytes->length <= PACKET_MAX ? offer_plain(thread, (int)channel->fd, bytes)
                                           : offer_file(thread, (int)channel->fd, bytes);
    return sent < 0 ? VALUE_ERROR : value_bool(sent);
}

static Value receive(Thread *thread, Channel *channel, int64_t most) {
    if (!check_readable(thread, channel))
        return VALUE_ERROR;
    if (!channel->packets)
        return receive_from_stream(thread, channel, most);
    Value got = schedule_is_free(&thread->interpreter->runtime.schedule)
                    ? receive_packet(thread, channel, 0)
                    : receive_packet_until(thread, channel, CLOCK_NEVER);
    if (!is_error(got) && most >= 0 && as_bytes(got)->length > (size_t)most)
        return refuse_length(thread, channel);
    return got;
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
    return receive_packet_until(thread, channel, deadline);
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

// ---- Functions ----

static Value pair_of(Thread *thread, const int *ends) {
    return tuple_pair(thread, value_small_int(ends[0]), value_small_int(ends[1]));
}

static Value socket_pair(Thread *thread, Value *args) {
    int ends[2], packets = operation_truth(thread, args[0]);
    int kind = packets ? SOCK_SEQPACKET : SOCK_STREAM;
    if (packets < 0)
        return VALUE_ERROR;
    if (socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, ends) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return pair_of(thread, ends);
}

// Which of the descriptors have something to read, or have come to their end.
static Value wait_ready(Thread *thread, Value *args) {
    int64_t deadline;
    Value list = operation_to_tuple(thread, args[0]);
    if (is_error(list) || !wait_deadline(thread, args[1], false, &deadline))
        return VALUE_ERROR;
    size_t count = as_tuple(list)->length, found = 0;
    struct pollfd *set = heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof *set);
    for (size_t i = 0; i < count; i++) {
        int64_t fd;
        if (!operation_index_int64(thread, as_tuple(list)->items[i], &fd))
            return VALUE_ERROR;
        set[i] = (struct pollfd){.fd = (int)fd, .events = POLLIN};
    }
    if (process_poll(thread, set, count, deadline) < 0)
        return VALUE_ERROR;
    Value *ready = heap_allocate(thread_heap(thread), CELL_BUFFER, (count + 1) * sizeof *ready);
    for (size_t i = 0; i < count; i++) {
        if (set[i].revents != 0)
            ready[found++] = as_tuple(list)->items[i];
    }
    return value_object(tuple_from_array(thread, ready, found));
}

// When the other end of the pipe is closed, by whatever end of whoever holds it, the kernel sends
// this process a signal.
static Value signal_at_end(Thread *thread, Value *args) {
    int64_t fd, number;
    if (!operation_index_int64(thread, args[0], &fd) ||
        !operation_index_int64(thread, args[1], &number))
        return VALUE_ERROR;
    int flags = fcntl((int)fd, F_GETFL);
    bool fine = flags >= 0 && fcntl((int)fd, F_SETOWN, getpid()) == 0 &&
                fcntl((int)fd, F_SETSIG, (int)number) == 0 &&
                fcntl((int)fd, F_SETFL, flags | O_ASYNC) == 0;
    return fine ? VALUE_NONE : raise_os_error(thread, errno, VALUE_NONE);
}

const NativeSpec process_channel_functions[] = {
    NATIVE("socket_pair", socket_pair, "(packets=False, /)",
           "Return the two ends of a pair of sockets."),
    NATIVE("wait_ready", wait_ready, "(descriptors, timeout=None, /)",
           "Return those that can be read, waiting for the first."),
    NATIVE("signal_at_end", signal_at_end, "(descriptor, signal, /)",
           "Have a signal sent to this process when the other end of a pipe is closed."),
    NATIVE_END,
};
