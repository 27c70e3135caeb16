// SPDX-License-Identifier: MIT
//
// How a socket waits. A socket without a timeout leaves the waiting to the system call itself. One
// with a timeout has a descriptor that never waits; an attempt that fails with EAGAIN is followed
// by a poll(2) for the time that is left, and repeated: the socket may have become ready, or
// somebody else may have been faster. The deadline is set by the first wait, so that a call that
// succeeds at once does not ask for the time.
//
// In a controlled run the system call must not wait in the kernel either, for that would stop the
// threads that could end the wait.
#include "socket_object.h"

#include "blocking.h"
#include "bytes.h"
#include "descriptors.h"
#include "execute.h"
#include "int.h"
#include "operations.h"
#include "type.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static bool is_controlled(Thread *thread) {
    return !schedule_is_free(&thread->interpreter->runtime.schedule);
}

bool socket_await(Thread *thread, Socket *socket, SocketTask *task) {
    if (task->deadline == 0)
        task->deadline = descriptors_deadline(thread, socket->timeout);
    if (socket->fd < 0) {
        raise_os_error(thread, EBADF, VALUE_NONE);
        return false;
    }
    struct pollfd fd = {.fd = socket->fd, .events = task->events};
    int ready = descriptors_await(thread, &fd, 1, task->deadline, task->name);
    if (ready == 0)
        return raise_false(thread, ERROR_TimeoutError, "timed out");
    return ready > 0;
}

// After a failed attempt: is there another one? False: an exception is set.
static bool tries_again(Thread *thread, Socket *socket, SocketTask *task, int error, bool waits) {
    if (waits && (error == EAGAIN || error == EWOULDBLOCK))
        return socket_await(thread, socket, task);
    return descriptor_retry(thread, error);
}

ssize_t socket_call(Thread *thread, Socket *socket, SocketTask *task) {
    bool waits = socket->timeout > 0;
    if (is_controlled(thread) && socket->timeout < 0) {
        waits = true;
        task->flags |= MSG_DONTWAIT;
    }
    if (waits && task->polls_first && !socket_await(thread, socket, task))
        return SOCKET_FAILED;
    for (;;) {
        blocking_begin(&thread->core, BLOCK_IO, task->name);
        ssize_t result = task->attempt(socket->fd, task);
        int error = errno;
        blocking_end(&thread->core);
        if (result >= 0)
            return result;
        if (!tries_again(thread, socket, task, error, waits))
            return SOCKET_FAILED;
    }
}

Value socket_done(Thread *thread, int result) {
    return result >= 0 ? VALUE_NONE : raise_os_error(thread, errno, VALUE_NONE);
}

// ---- Buffers and numbers ----

uint8_t *socket_buffer(Thread *thread, uint8_t *small, size_t size) {
    return size <= SOCKET_SMALL ? small
                                : heap_allocate_bytes(thread_heap(thread), size);
}

bool socket_data(Thread *thread, Value v, uint8_t *small, void **data, size_t *length) {
    BytesView view;
    if (is_bytes(v)) {
        *data = bytes_contents(as_bytes(v));
        *length = as_bytes(v)->length;
        return true;
    }
    if (!bytes_view(thread, v, &view))
        return false;
    uint8_t *copy = socket_buffer(thread, small, view.length);
    if (view.length > 0)
        memcpy(copy, view.data, view.length);
    *data = copy;
    *length = view.length;
    return true;
}

bool socket_int(Thread *thread, Value v, int *result) {
    int64_t n;
    if (is_small_int(v)) {
        n = as_small_int(v);
    } else {
        Value index = operation_index(thread, v);
        if (is_error(index))
            return false;
        if (!int_to_int64(index, &n))
            n = INT64_MAX;
    }
    if (n < INT_MIN || n > INT_MAX)
        return raise_false(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    *result = (int)n;
    return true;
}

bool socket_size(Thread *thread, Value v, const char *complaint, int64_t *size) {
    if (!operation_index_size(thread, v, ERROR_OverflowError, size))
        return false;
    return *size >= 0 || raise_false(thread, ERROR_ValueError, "%s", complaint);
}
