// SPDX-License-Identifier: MIT
//
// How a socket behaves: timeouts, and the options of the system. A timeout is kept by the socket;
// the descriptor itself only knows whether its calls wait, and with a timeout they do not.
#include "socket_object.h"

#include "bytes.h"
#include "int.h"
#include "operations.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

enum { OPTION_MAX = 1024 };

bool socket_set_blocking(Thread *thread, int fd, bool blocks) {
    int flags = fcntl(fd, F_GETFL);
    int wanted = blocks ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    if (flags >= 0 && (flags == wanted || fcntl(fd, F_SETFL, wanted) == 0))
        return true;
    raise_os_error(thread, errno, VALUE_NONE);
    return false;
}

// ---- Timeouts ----

bool socket_timeout(Thread *thread, Value v, int64_t *timeout) {
    *timeout = -1;
    if (is_none(v))
        return true;
    if (!seconds_to_ns(thread, v, timeout))
        return false;
    if (*timeout < 0 || (is_float(v) && as_float(v) < 0))
        return raise_false(thread, ERROR_ValueError, "Timeout value out of range");
    return *timeout / CLOCK_NS_PER_MS < INT_MAX ||
           raise_false(thread, ERROR_OverflowError, "timeout doesn't fit into C timeval");
}

Value socket_get_timeout(Thread *thread, Value self) {
    (void)thread;
    int64_t timeout = as_socket(self)->timeout;
    return timeout < 0 ? VALUE_NONE : value_float((double)timeout / (double)CLOCK_NS_PER_SECOND);
}

Value socket_gettimeout(Thread *thread, Value *args) {
    return socket_get_timeout(thread, args[0]);
}

Value socket_getblocking(Thread *thread, Value *args) {
    (void)thread;
    return value_bool(as_socket(args[0])->timeout != 0);
}

static Value apply(Thread *thread, Socket *self, int64_t timeout) {
    self->timeout = timeout;
    return socket_set_blocking(thread, self->fd, timeout < 0) ? VALUE_NONE : VALUE_ERROR;
}

Value socket_settimeout(Thread *thread, Value *args) {
    int64_t timeout;
    return socket_timeout(thread, args[1], &timeout) ? apply(thread, as_socket(args[0]), timeout)
                                                     : VALUE_ERROR;
}

Value socket_setblocking(Thread *thread, Value *args) {
    int blocks = operation_truth(thread, args[1]);
    return blocks < 0 ? VALUE_ERROR : apply(thread, as_socket(args[0]), blocks ? -1 : 0);
}

// ---- Options ----

Value socket_getsockopt(Thread *thread, Value *args) {
    int level, option, size, number = 0;
    uint8_t buffer[OPTION_MAX];
    int fd = as_socket(args[0])->fd;
    if (!socket_int(thread, args[1], &level) || !socket_int(thread, args[2], &option) ||
        !socket_int(thread, args[3], &size))
        return VALUE_ERROR;
    if (size < 0 || size > OPTION_MAX)
        return raise_error(thread, ERROR_OSError, "getsockopt buflen out of range");
    socklen_t length = size == 0 ? sizeof number : (socklen_t)size;
    if (getsockopt(fd, level, option, size == 0 ? (void *)&number : buffer, &length) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return size == 0 ? value_small_int(number) : value_object(bytes_new(thread, buffer, length));
}

// No value but a length, which some options of the kernel take.
static bool read_length(Thread *thread, const Value *args, socklen_t *length) {
    int size;
    if (!is_none(args[3]))
        return raise_false(thread, ERROR_TypeError,
                           "setsockopt() takes exactly 3 arguments (4 given)");
    if (!socket_int(thread, args[4], &size))
        return false;
    *length = (socklen_t)size;
    return true;
}

// The value of an option as the system wants it: an int or bytes.
static bool read_value(Thread *thread, Value v, int *number, const void **data, socklen_t *length) {
    BytesView view;
    *data = number;
    *length = sizeof *number;
    if (is_integral(v))
        return socket_int(thread, v, number);
    if (!bytes_view(thread, v, &view))
        return false;
    *data = view.data;
    *length = (socklen_t)view.length;
    return true;
}

Value socket_setsockopt(Thread *thread, Value *args) {
    int level, option, number = 0;
    const void *data = NULL;
    socklen_t length;
    if (is_undefined(args[3]))
        return raise_error(thread, ERROR_TypeError,
                           "setsockopt() takes exactly 3 arguments (2 given)");
    if (!socket_int(thread, args[1], &level) || !socket_int(thread, args[2], &option) ||
        !(is_undefined(args[4]) ? read_value(thread, args[3], &number, &data, &length)
                                : read_length(thread, args, &length)))
        return VALUE_ERROR;
    return socket_done(thread, setsockopt(as_socket(args[0])->fd, level, option, data, length));
}
