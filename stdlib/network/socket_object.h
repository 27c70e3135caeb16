// SPDX-License-Identifier: MIT
//
// Sockets: what the parts of the module _socket share.
//
// A socket is a descriptor and a timeout. Every call that may wait is one *task*, a C function that
// makes the system call, which socket_call() repeats until it succeeds or fails for good: it keeps
// the GIL away from the system call, waits with poll(2) when the descriptor would make it wait and
// there is a timeout, and goes on after signals (PEP 475). The descriptor is read anew for each
// attempt, since another thread may have closed the socket.
#pragma once

#include "library.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

typedef struct Socket {
    Object object;
    int64_t timeout; // ns; -1: none, 0: never wait
    int fd;          // -1: closed
    int family, type, protocol;
} Socket;

static inline Socket *as_socket(Value v) {
    return (Socket *)as_object(v);
}
// A socket or an instance of a subclass.
bool is_socket(Thread *thread, Value v);

// ---- Waiting (socket_call.c) ----

typedef struct SocketTask SocketTask;
struct SocketTask {
    ssize_t (*attempt)(int fd, SocketTask *task); // -1 with errno
    const char *name;
    short events; // what to wait for: POLLIN, POLLOUT
    int flags;    // of send, recv ...
    void *data;
    size_t length;
    void *more;       // whatever else the attempt needs
    int64_t deadline; // 0: not set yet
    bool polls_first; // the call has no flag to say that it must not wait
};

enum { SOCKET_FAILED = -1 };
// The result of the attempt that succeeded, or SOCKET_FAILED with an exception.
ssize_t socket_call(Thread *thread, Socket *socket, SocketTask *task);
// Wait until the socket is ready for `events`; false with TimeoutError or what a handler raised.
bool socket_await(Thread *thread, Socket *socket, SocketTask *task);
// None, or OSError from errno.
Value socket_done(Thread *thread, int result);

// A buffer for `size` bytes, `small` if that is enough: small, on the caller's stack.
enum { SOCKET_SMALL = 16384 };
uint8_t *socket_buffer(Thread *thread, uint8_t *small, size_t size);
// The bytes of a bytes-like object where no other thread changes them; false with TypeError.
bool socket_data(Thread *thread, Value v, uint8_t *small, void **data, size_t *length);

// ---- Addresses (socket_address.c) ----

typedef struct SocketAddress {
    union {
        struct sockaddr any;
        struct sockaddr_storage storage;
        struct sockaddr_un local;
    } as;
    socklen_t length;
} SocketAddress;

// The address that a program gives to the method `caller`; false with TypeError, gaierror ...
bool socket_address_read(Thread *thread, int family, Value v, const char *caller,
                         SocketAddress *address);
// As programs see it: a tuple, a path, bytes, None.
Value socket_address_show(Thread *thread, const struct sockaddr *address, socklen_t length);
// A name or number of a host as text or bytes; NULL with TypeError or ValueError.
const char *socket_host_text(Thread *thread, Value v, const char *complaint);
// Look a host up, anything from "" to a name, for one family (0: any); false with gaierror.
bool socket_resolve(Thread *thread, const char *host, int family, SocketAddress *address);
// "192.0.2.1"
Value socket_numeric_host(Thread *thread, const struct sockaddr *address, socklen_t length);
Value socket_raise_gai(Thread *thread, int code);

// ---- The numbers of arguments ----

// A C int; OverflowError.
bool socket_int(Thread *thread, Value v, int *result);
// A number of bytes; ValueError with `complaint` if it is negative.
bool socket_size(Thread *thread, Value v, const char *complaint, int64_t *size);

// A timeout in seconds as settimeout() takes it, in ns; -1 for None. false with ValueError ...
bool socket_timeout(Thread *thread, Value v, int64_t *timeout);

// Set whether system calls on a descriptor wait; false with OSError.
bool socket_set_blocking(Thread *thread, int fd, bool blocks);
Value socket_get_timeout(Thread *thread, Value self);

// ---- The tables ----

#define SOCKET_METHOD(name, signature, doc) Value socket_##name(Thread *thread, Value *args);
#define SOCKET_METHOD_NAMED(name, function, signature, doc)                                        \
    Value function(Thread *thread, Value *args);
#include "socket_methods.def"
#undef SOCKET_METHOD
#undef SOCKET_METHOD_NAMED

extern const NativeSpec socket_name_functions[];    // socket_names.c: getaddrinfo ...
extern const NativeSpec socket_number_functions[];  // socket_numbers.c: inet_aton, htons ...
extern const NativeSpec socket_control_functions[]; // socket_messages.c: CMSG_LEN ...
