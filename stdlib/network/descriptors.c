// SPDX-License-Identifier: MIT
//
// What select, poll objects, epoll objects and sockets have in common: which descriptor a value
// stands for, until when to wait, and the wait that signals interrupt but do not end.
#include "descriptors.h"

#include "attribute.h"
#include "call.h"
#include "execute.h"
#include "int.h"
#include "operations.h"
#include "poller.h"
#include "str.h"
#include "waiting.h"
#include "warning.h"

#include <errno.h>
#include <limits.h>

static bool c_int(Thread *thread, Value v, int *result) {
    int64_t n;
    if (!int_to_int64(v, &n) || n < INT_MIN || n > INT_MAX)
        return raise_false(thread, ERROR_OverflowError, "Python int too large to convert to C int");
    *result = (int)n;
    return true;
}

static Value number_of(Thread *thread, Value v) {
    if (is_bool(v) &&
        !warning_give(thread, ERROR_RuntimeWarning, "bool is used as a file descriptor"))
        return VALUE_ERROR;
    if (is_integral(v))
        return v;
    Value method = attribute_get_optional(thread, v, str_intern_c(thread, "fileno"));
    if (is_undefined(method))
        return raise_error(thread, ERROR_TypeError,
                           "argument must be an int, or have a fileno() method.");
    Value number = is_error(method) ? method : call_0(thread, method);
    if (is_error(number) || is_integral(number))
        return number;
    return raise_error(thread, ERROR_TypeError, "fileno() returned a non-integer");
}

bool descriptor_of(Thread *thread, Value v, int *fd) {
    Value number = number_of(thread, v);
    if (is_error(number) || !c_int(thread, number, fd))
        return false;
    return *fd >= 0 || raise_false(thread, ERROR_ValueError,
                                   "file descriptor cannot be a negative integer (%d)", *fd);
}

bool descriptor_retry(Thread *thread, int error) {
    if (error == EINTR)
        return thread_safepoint(thread);
    raise_os_error(thread, error, VALUE_NONE);
    return false;
}

int descriptors_await(Thread *thread, struct pollfd *fds, size_t count, int64_t deadline,
                      const char *what) {
    for (;;) {
        int ready = poller_await(&thread->core, fds, count, deadline, what);
        if (ready >= 0)
            return ready;
        if (!descriptor_retry(thread, errno))
            return -1;
    }
}

bool descriptors_timeout(Thread *thread, Value timeout, int64_t unit_ns, const char *complaint,
                         int64_t *ns) {
    int64_t units;
    *ns = CLOCK_NEVER;
    if (is_none(timeout))
        return true;
    if (is_integral(timeout) && int_to_int64(timeout, &units) &&
        !__builtin_mul_overflow(units, unit_ns, ns))
        return true;
    if (is_float(timeout))
        timeout = value_float(as_float(timeout) * ((double)unit_ns / CLOCK_NS_PER_SECOND));
    bool is_below_zero = is_float(timeout) && as_float(timeout) < 0;
    if (seconds_to_ns(thread, timeout, ns)) {
        *ns = is_below_zero && *ns == 0 ? -1 : *ns; // rounded away from zero
        return true;
    }
    if (!error_matches(thread, ERROR_TypeError))
        return false;
    error_clear(thread);
    return raise_false(thread, ERROR_TypeError, "%s", complaint);
}

int64_t descriptors_deadline(Thread *thread, int64_t ns) {
    return ns < 0 || ns == CLOCK_NEVER ? CLOCK_NEVER
                                       : clock_deadline(&thread->interpreter->runtime.clock, ns);
}

bool descriptors_poll_deadline(Thread *thread, Value timeout, int64_t unit_ns, int64_t *deadline) {
    int64_t ns;
    if (!descriptors_timeout(thread, timeout, unit_ns, "timeout must be an integer or None", &ns))
        return false;
    *deadline = descriptors_deadline(thread, ns);
    if (!is_none(timeout) && ns / CLOCK_NS_PER_MS >= INT_MAX)
        return raise_false(thread, ERROR_OverflowError, "timeout is too large");
    return true;
}

bool descriptor_mask(Thread *thread, Value v, int bits, uint32_t *mask) {
    Value index = operation_index(thread, v);
    if (is_error(index))
        return false;
    if (bits == 32) {
        *mask = (uint32_t)int_to_uint64_wrapping(index);
        return true;
    }
    int64_t n = 0;
    if (int_sign(index) < 0)
        return raise_false(thread, ERROR_ValueError, "value must be positive");
    if (!int_to_int64(index, &n) || n > USHRT_MAX)
        return raise_false(thread, ERROR_OverflowError,
                           "Python int too large for C unsigned short");
    *mask = (uint32_t)n;
    return true;
}
