// SPDX-License-Identifier: MIT
//
// The type _socket.socket: how a socket begins, connects, accepts and ends. The class programs use,
// socket.socket, is a subclass of it (socket.mini), which adds what needs no system call.
//
// A connection is the one call that goes on by itself after a signal or EINPROGRESS: it must not be
// made again, only waited for, and the socket then says how it ended.
#include "socket_object.h"

#include "blocking.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <unistd.h>

bool is_socket(Thread *thread, Value v) {
    return is_object(v) && object_type(v)->spec == library_late_type(thread, LATE_socket)->spec;
}

// ---- Beginning ----

static void set_closed(Socket *socket) {
    socket->fd = -1;
    socket->timeout = -1;
}

static Value socket_construct(Thread *thread, Value callee, Value *args, size_t count,
                              Tuple *keywords) {
    (void)args;
    (void)count;
    (void)keywords;
    Socket *made = object_new(thread, as_type(callee));
    set_closed(made);
    heap_add_finalizer(thread_heap(thread), &made->object);
    return value_object(made);
}

// A descriptor of its own for `socket`, as a new socket has it.
static bool settle(Thread *thread, Socket *socket, int fd, int family, int type, int protocol) {
    int64_t timeout = library_state(thread)->socket_timeout;
    socket->fd = fd;
    socket->family = family;
    socket->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    socket->protocol = protocol;
    socket->timeout = type & SOCK_NONBLOCK ? 0 : timeout;
    return type & SOCK_NONBLOCK || timeout < 0 || socket_set_blocking(thread, fd, false);
}

static bool ask(Thread *thread, int fd, int option, int *answer) {
    socklen_t size = sizeof *answer;
    if (*answer != -1 || getsockopt(fd, SOL_SOCKET, option, answer, &size) == 0)
        return true;
    raise_os_error(thread, errno, VALUE_NONE);
    return false;
}

static Value adopt(Thread *thread, Socket *socket, Value number, int family, int type,
                   int protocol) {
    int fd;
    SocketAddress address = {.length = sizeof address.as};
    if (!socket_int(thread, number, &fd))
        return VALUE_ERROR;
    if (fd < 0)
        return raise_error(thread, ERROR_ValueError, "negative file descriptor");
    if (getsockname(fd, &address.as.any, &address.length) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    if (family == -1)
        family = address.as.any.sa_family;
    if (!ask(thread, fd, SO_TYPE, &type) || !ask(thread, fd, SO_PROTOCOL, &protocol))
        return VALUE_ERROR;
    return settle(thread, socket, fd, family, type, protocol) ? VALUE_NONE : VALUE_ERROR;
}

Value socket_init(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    int family, type, protocol;
    if (!socket_int(thread, args[1], &family) || !socket_int(thread, args[2], &type) ||
        !socket_int(thread, args[3], &protocol))
        return VALUE_ERROR;
    if (!is_none(args[4]))
        return adopt(thread, self, args[4], family, type, protocol);
    family = family == -1 ? AF_INET : family;
    type = type == -1 ? SOCK_STREAM : type;
    protocol = protocol == -1 ? 0 : protocol;
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd < 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return settle(thread, self, fd, family, type, protocol) ? VALUE_NONE : VALUE_ERROR;
}

// ---- The end ----

Value socket_close(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    int fd = self->fd;
    if (fd < 0)
        return VALUE_NONE;
    self->fd = -1;
    blocking_begin(&thread->core, BLOCK_IO, "close");
    int result = close(fd), error = errno;
    blocking_end(&thread->core);
    return result < 0 && error != ECONNRESET ? raise_os_error(thread, error, VALUE_NONE)
                                             : VALUE_NONE;
}

Value socket_detach(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    int fd = self->fd;
    (void)thread;
    self->fd = -1;
    return value_small_int(fd);
}

// A socket that nobody closed. At the end of a program a daemon thread may be in a call with it.
static void socket_finalize(Interpreter *interpreter, Object *object) {
    Socket *self = (Socket *)object;
    if (interpreter->is_ending)
        return;
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

Value socket_shutdown(Thread *thread, Value *args) {
    int how;
    if (!socket_int(thread, args[1], &how))
        return VALUE_ERROR;
    return socket_done(thread, shutdown(as_socket(args[0])->fd, how));
}

// ---- Names ----

static Value name_by(Thread *thread, const Value *args,
                     int (*call)(int, struct sockaddr *, socklen_t *)) {
    SocketAddress address = {.length = sizeof address.as};
    if (call(as_socket(args[0])->fd, &address.as.any, &address.length) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return socket_address_show(thread, &address.as.any, address.length);
}

static int own_name(int fd, struct sockaddr *address, socklen_t *length) {
    return getsockname(fd, address, length);
}

static int peer_name(int fd, struct sockaddr *address, socklen_t *length) {
    return getpeername(fd, address, length);
}

Value socket_getsockname(Thread *thread, Value *args) {
    return name_by(thread, args, own_name);
}

Value socket_getpeername(Thread *thread, Value *args) {
    return name_by(thread, args, peer_name);
}

Value socket_bind(Thread *thread, Value *args) {
    SocketAddress address;
    Socket *self = as_socket(args[0]);
    if (!socket_address_read(thread, self->family, args[1], "bind", &address))
        return VALUE_ERROR;
    return socket_done(thread, bind(self->fd, &address.as.any, address.length));
}

Value socket_listen(Thread *thread, Value *args) {
    int backlog = SOMAXCONN < 128 ? SOMAXCONN : 128;
    if (!is_undefined(args[1]) && !socket_int(thread, args[1], &backlog))
        return VALUE_ERROR;
    return socket_done(thread, listen(as_socket(args[0])->fd, backlog < 0 ? 0 : backlog));
}

// ---- Accepting ----

static ssize_t try_accept(int fd, SocketTask *task) {
    SocketAddress *address = task->data;
    address->length = sizeof address->as;
    return accept4(fd, &address->as.any, &address->length, SOCK_CLOEXEC);
}

static int accept_one(Thread *thread, Socket *self, SocketAddress *address) {
    SocketTask task = {.attempt = try_accept,
                       .name = "accept",
                       .events = POLLIN,
                       .data = address,
                       .polls_first = true};
    return (int)socket_call(thread, self, &task);
}

Value socket_accept(Thread *thread, Value *args) {
    SocketAddress address;
    int fd = accept_one(thread, as_socket(args[0]), &address);
    if (fd < 0)
        return VALUE_ERROR;
    return tuple_pair(thread, value_small_int(fd),
                      socket_address_show(thread, &address.as.any, address.length));
}

// The connection as a socket of class `cls`, at once: what socket.accept is made of.
Value socket_accept_as(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    SocketAddress address;
    Socket *made = as_socket(socket_construct(thread, args[1], NULL, 0, NULL));
    int fd = accept_one(thread, self, &address);
    if (fd < 0)
        return VALUE_ERROR;
    made->fd = fd; // from here on the object owns it
    if (!settle(thread, made, fd, self->family, self->type, self->protocol))
        return VALUE_ERROR;
    Value from = socket_address_show(thread, &address.as.any, address.length);
    return is_error(from) ? from : tuple_pair(thread, value_object(made), from);
}

// ---- Connecting ----

// How a connection that was begun has ended: 0 or an error number.
static int connection_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

// Make a descriptor that may wait one that does not, in a controlled run; false if it was so.
static bool stop_waiting(Thread *thread, const Socket *self) {
    return self->timeout < 0 && !schedule_is_free(&thread->interpreter->runtime.schedule) &&
           socket_set_blocking(thread, self->fd, false);
}

// 0, an error number, or SOCKET_FAILED with an exception.
static int connect_to(Thread *thread, Socket *self, const SocketAddress *address) {
    bool stopped = stop_waiting(thread, self);
    blocking_begin(&thread->core, BLOCK_IO, "connect");
    int result = connect(self->fd, &address->as.any, address->length), error = errno;
    blocking_end(&thread->core);
    if (stopped && !socket_set_blocking(thread, self->fd, true))
        return SOCKET_FAILED;
    if (result == 0)
        return 0;
    bool waits = (error == EINPROGRESS && (self->timeout > 0 || stopped)) ||
                 (error == EINTR && self->timeout != 0);
    if (error == EINTR && !thread_safepoint(thread))
        return SOCKET_FAILED;
    if (!waits)
        return error;
    SocketTask task = {.name = "connect", .events = POLLOUT};
    return socket_await(thread, self, &task) ? connection_error(self->fd) : SOCKET_FAILED;
}

Value socket_connect(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    SocketAddress address;
    if (!socket_address_read(thread, self->family, args[1], "connect", &address))
        return VALUE_ERROR;
    int error = connect_to(thread, self, &address);
    if (error == SOCKET_FAILED)
        return VALUE_ERROR;
    return error == 0 ? VALUE_NONE : raise_os_error(thread, error, VALUE_NONE);
}

Value socket_connect_ex(Thread *thread, Value *args) {
    Socket *self = as_socket(args[0]);
    SocketAddress address;
    if (!socket_address_read(thread, self->family, args[1], "connect_ex", &address))
        return VALUE_ERROR;
    int error = connect_to(thread, self, &address);
    if (error != SOCKET_FAILED)
        return value_small_int(error);
    if (!error_matches(thread, ERROR_TimeoutError))
        return VALUE_ERROR;
    error_clear(thread);
    return value_small_int(EAGAIN);
}

// ---- Attributes ----

Value socket_fileno(Thread *thread, Value *args) {
    (void)thread;
    return value_small_int(as_socket(args[0])->fd);
}

static Value get_family(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_socket(self)->family);
}

static Value get_type(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_socket(self)->type);
}

static Value get_protocol(Thread *thread, Value self) {
    (void)thread;
    return value_small_int(as_socket(self)->protocol);
}

static Value socket_repr(Thread *thread, Value self) {
    const Socket *s = as_socket(self);
    return value_object(str_format(thread, "<socket object, fd=%d, family=%d, type=%d, proto=%d>",
                                   s->fd, s->family, s->type, s->protocol));
}

static const NativeSpec methods[] = {
#define SOCKET_METHOD(name, signature, doc) NATIVE(#name, socket_##name, signature, doc),
#define SOCKET_METHOD_NAMED(name, function, signature, doc) NATIVE(name, function, signature, doc),
#include "socket_methods.def"
#undef SOCKET_METHOD
#undef SOCKET_METHOD_NAMED
    NATIVE_END,
};

static const GetSetSpec getsets[] = {
    GETSET("family", get_family, NULL, "The family of addresses."),
    GETSET("type", get_type, NULL, "Stream, datagram or another kind."),
    GETSET("proto", get_protocol, NULL, "The number of the protocol."),
    GETSET("timeout", socket_get_timeout, NULL, "How many seconds a call may wait, or None."),
    GETSET_END,
};

const TypeSpec socket_type_spec = {
    .name = "_socket.socket",
    .doc = "An end of a connection, or a place where messages arrive.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_HAS_INIT | TYPE_WEAK,
    .size = sizeof(Socket),
    .slots = {.repr = socket_repr, .construct = socket_construct, .finalize = socket_finalize},
    .methods = methods,
    .getsets = getsets,
};
