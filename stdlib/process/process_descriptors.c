// SPDX-License-Identifier: MIT
//
// Descriptors as messages: over a socket of the kind AF_UNIX the kernel hands open files from one
// process to another (SCM_RIGHTS). A byte goes with them, for a message must not be empty; what
// arrives is closed on exec.
#include "process_module.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "process_wait.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

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
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
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
        if (error != EINTR)
            return raise_os_error(thread, error, VALUE_NONE);
        if (!thread_safepoint(thread))
            return VALUE_ERROR;
    }
}

const NativeSpec process_descriptor_functions[] = {
    NATIVE("send_descriptors", send_descriptors, "(socket, descriptors, /)",
           "Hand descriptors to whoever reads at the other end."),
    NATIVE("receive_descriptors", receive_descriptors, "(socket, size=0, /)",
           "Return the descriptors that come next."),
    NATIVE_END,
};
