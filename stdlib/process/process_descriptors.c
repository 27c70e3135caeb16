// SPDX-License-Identifier: MIT
//
// What processes do with descriptors apart from sending bytes: make the two ends of a connection,
// wait until one of several can be read, hear when the other end is closed, and hand descriptors
// on. That is a message of its own kind: over a socket of the kind AF_UNIX the kernel hands open
// files from one process to another (SCM_RIGHTS). A byte goes with them, for a message must not be
// empty; what arrives is closed on exec.
#include "process_module.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "process_wait.h"
#include "tuple.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTORS_MAX = 253 }; // what the kernel takes at a time

typedef union PassedControl {
    struct cmsghdr header;
    char room[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
} PassedControl;

static bool read_descriptors(Thread *thread, Value given, int *fds, size_t *count) {
    Value list = operation_to_list(thread, given);
    if (is_error(list))
        return false;
    *count = as_list(list)->length;
    if (*count > DESCRIPTORS_MAX)
        return raise_false(thread, ERROR_ValueError, "too many descriptors");
    for (size_t i = 0; i < *count; i++) {
        int64_t fd;
        if (!operation_index_int64(thread, as_list(list)->items[i], &fd))
            return false;
        fds[i] = (int)fd;
    }
    return true;
}

static void put_descriptors(struct msghdr *message, PassedControl *control, const int *fds,
                            size_t count) {
    if (count == 0)
        return;
    message->msg_control = control->room;
    message->msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
}

static Value send_descriptors(Thread *thread, Value *args) {
    int64_t socket;
    int fds[DESCRIPTORS_MAX];
    size_t count;
    if (!operation_index_int64(thread, args[0], &socket) ||
        !read_descriptors(thread, args[1], fds, &count))
        return VALUE_ERROR;
    char byte = (char)(count % 256);
    struct iovec part = {&byte, 1};
    PassedControl control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    put_descriptors(&message, &control, fds, count);
    for (;;) {
        blocking_begin(&thread->core, BLOCK_IO, "sendmsg");
        ssize_t sent = sendmsg((int)socket, &message, MSG_NOSIGNAL);
        int error = errno;
        blocking_end(&thread->core);
        if (sent >= 0)
            return VALUE_NONE;
        if (!process_may_retry(thread, error))
            return VALUE_ERROR;
    }
}

static Value list_descriptors(Thread *thread, struct msghdr *message) {
    List *list = list_new(thread, 4);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS)
        return value_object(list);
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
        int fd;
        memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
        list_append(thread, list, value_small_int(fd));
    }
    return value_object(list);
}

static Value receive_descriptors(Thread *thread, Value *args) {
    int64_t socket;
    if (!operation_index_int64(thread, args[0], &socket))
        return VALUE_ERROR;
    for (;;) {
        char byte;
        struct iovec part = {&byte, 1};
        PassedControl control = {0};
        struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = control.room,
                                 .msg_controllen = sizeof control.room};
        blocking_begin(&thread->core, BLOCK_IO, "recvmsg");
        ssize_t got = recvmsg((int)socket, &message, MSG_CMSG_CLOEXEC);
        int error = errno;
        blocking_end(&thread->core);
        if (got > 0)
            return list_descriptors(thread, &message);
        if (got == 0)
            return raise_error(thread, ERROR_EOFError, "the other end is closed");
        if (!process_may_retry(thread, error))
            return VALUE_ERROR;
    }
}

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

const NativeSpec process_descriptor_functions[] = {
    NATIVE("send_descriptors", send_descriptors, "(socket, descriptors, /)",
           "Hand descriptors to whoever reads at the other end."),
    NATIVE("receive_descriptors", receive_descriptors, "(socket, size=0, /)",
           "Return the descriptors that come next."),
    NATIVE("socket_pair", socket_pair, "(packets=False, /)",
           "Return the two ends of a pair of sockets."),
    NATIVE("wait_ready", wait_ready, "(descriptors, timeout=None, /)",
           "Return those that can be read, waiting for the first."),
    NATIVE("signal_at_end", signal_at_end, "(descriptor, signal, /)",
           "Have a signal sent to this process when the other end of a pipe is closed."),
    NATIVE_END,
};
