// SPDX-License-Identifier: MIT
//
// Messages as packets, over a socket pair of the kind SEQPACKET: for what many processes write into
// and read from, which are queues.
//
// The kernel keeps messages apart there, a message is sent as a whole or not at all, and taken by
// one reader. So no lock is needed that a killed process could keep, and none can leave half a
// message. What does not fit a packet travels in a file in memory, whose descriptor is the message.
#include "process_channel.h"

#include "blocking.h"
#include "execute.h"
#include "file.h"
#include "process_wait.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PACKET_MAX = 64 * 1024, // bytes of a message that go into a packet
    PACKET_PLAIN = 'p',     // the message follows
    PACKET_FILE = 'f',      // it is in the file whose descriptor comes along
};

static ssize_t send_waiting(Thread *thread, int fd, const struct msghdr *packet) {
    blocking_begin(&thread->core, BLOCK_IO, "sendmsg");
    ssize_t count = sendmsg(fd, packet, MSG_NOSIGNAL);
    blocking_end(&thread->core);
    return count;
}

// What need not wait is sent without leaving the GIL to others.
static bool send_packet(Thread *thread, int fd, const struct msghdr *packet) {
    for (;;) {
        if (!process_await(thread, fd, POLLOUT))
            return false;
        ssize_t count = sendmsg(fd, packet, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN)
            count = send_waiting(thread, fd, packet);
        int error = errno;
        if (count >= 0)
            return true;
        if (!process_may_retry(thread, error))
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

bool process_packet_send(Thread *thread, int fd, const uint8_t *data, size_t length) {
    return length <= PACKET_MAX ? send_plain(thread, fd, data, length)
                                : send_file(thread, fd, data, length);
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
        if (!process_may_retry(thread, error))
            return -1;
    }
}

// UNDEFINED when nothing has come and `flags` forbid to wait.
static Value receive(Thread *thread, Channel *channel, int flags) {
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
        process_raise_end(thread);
    else if (count == -2)
        result = VALUE_UNDEFINED;
    give_room_back(channel, room);
    return result;
}

// Another reader may be quicker: then the wait goes on.
Value process_packet_receive_until(Thread *thread, Channel *channel, int64_t deadline) {
    struct pollfd one = {.fd = (int)channel->fd, .events = POLLIN};
    for (;;) {
        Value got = receive(thread, channel, MSG_DONTWAIT);
        if (!is_undefined(got))
            return got;
        int ready = process_poll(thread, &one, 1, deadline);
        if (ready <= 0)
            return ready == 0 ? VALUE_NONE : VALUE_ERROR;
    }
}

Value process_packet_receive(Thread *thread, Channel *channel) {
    return schedule_is_free(&thread->interpreter->runtime.schedule)
               ? receive(thread, channel, 0)
               : process_packet_receive_until(thread, channel, CLOCK_NEVER);
}

// 1: sent, 0: there is no room, -1: exception.
static int offer_plain(Thread *thread, int fd, const Bytes *bytes) {
    uint8_t kind = PACKET_PLAIN;
    struct iovec parts[2] = {{&kind, 1}, {(void *)(uintptr_t)bytes->data, bytes->length}};
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    while (sendmsg(fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        if (errno == EAGAIN)
            return 0;
        if (!process_may_retry(thread, errno))
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

int process_packet_offer(Thread *thread, int fd, const Bytes *bytes) {
    return bytes->length <= PACKET_MAX ? offer_plain(thread, fd, bytes)
                                       : offer_file(thread, fd, bytes);
}
