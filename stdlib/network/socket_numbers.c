// SPDX-License-Identifier: MIT
//
// The functions of _socket that compute and wait for nobody: addresses as text and as bytes, the
// byte order of the network, the names of interfaces.
#include "socket_object.h"

#include "bytes.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static const char *need_text(Thread *thread, Value v, const char *function) {
    if (is_str(v))
        return str_text(thread, as_str(v));
    raise_error(thread, ERROR_TypeError, "%s() argument must be str, not %s", function,
                argument_type_name(thread, v));
    return NULL;
}

// ---- Addresses ----

static Value number_inet_aton(Thread *thread, Value *args) {
    struct in_addr address;
    const char *text = need_text(thread, args[0], "inet_aton");
    if (text == NULL)
        return VALUE_ERROR;
    if (inet_aton(text, &address) == 0)
        return raise_error(thread, ERROR_OSError, "illegal IP address string passed to inet_aton");
    return value_object(bytes_new(thread, &address, sizeof address));
}

static Value number_inet_ntoa(Thread *thread, Value *args) {
    BytesView view;
    char text[INET_ADDRSTRLEN];
    if (!bytes_view(thread, args[0], &view))
        return VALUE_ERROR;
    if (view.length != sizeof(struct in_addr))
        return raise_error(thread, ERROR_OSError, "packed IP wrong length for inet_ntoa");
    inet_ntop(AF_INET, view.data, text, sizeof text);
    return library_text(thread, text);
}

static Value number_inet_pton(Thread *thread, Value *args) {
    int family;
    uint8_t address[sizeof(struct in6_addr)];
    if (!socket_int(thread, args[0], &family))
        return VALUE_ERROR;
    if (!is_str(args[1]))
        return raise_error(thread, ERROR_TypeError, "inet_pton() argument 2 must be str, not %s",
                           argument_type_name(thread, args[1]));
    int result = inet_pton(family, str_text(thread, as_str(args[1])), address);
    if (result < 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    if (result == 0)
        return raise_error(thread, ERROR_OSError, "illegal IP address string passed to inet_pton");
    return value_object(bytes_new(thread, address, family == AF_INET ? 4 : 16));
}

static Value number_inet_ntop(Thread *thread, Value *args) {
    int family;
    BytesView view;
    char text[INET6_ADDRSTRLEN];
    if (!socket_int(thread, args[0], &family) || !bytes_view(thread, args[1], &view))
        return VALUE_ERROR;
    if (family != AF_INET && family != AF_INET6)
        return raise_error(thread, ERROR_ValueError, "unknown address family %d", family);
    if (view.length != (family == AF_INET ? 4 : 16))
        return raise_error(thread, ERROR_ValueError, "invalid length of packed IP address string");
    return inet_ntop(family, view.data, text, sizeof text) == NULL
               ? raise_os_error(thread, errno, VALUE_NONE)
               : library_text(thread, text);
}

// ---- Byte order ----

static bool read_16(Thread *thread, Value v, const char *name, uint16_t *number) {
    int64_t n = 0;
    Value index = operation_index(thread, v);
    if (is_error(index))
        return false;
    if (int_sign(index) < 0)
        return raise_false(thread, ERROR_OverflowError,
                           "%s: can't convert negative Python int to C 16-bit unsigned integer",
                           name);
    if (!int_to_int64(index, &n) || n > UINT16_MAX)
        return raise_false(thread, ERROR_OverflowError,
                           "%s: Python int too large to convert to C 16-bit unsigned integer",
                           name);
    *number = (uint16_t)n;
    return true;
}

static bool read_32(Thread *thread, Value v, const char *name, uint32_t *number) {
    int64_t n = 0;
    if (!is_integral(v))
        return raise_false(thread, ERROR_TypeError, "%s() argument must be int, not %s", name,
                           argument_type_name(thread, v));
    if (int_sign(v) < 0)
        return raise_false(thread, ERROR_OverflowError,
                           "can't convert negative value to unsigned int");
    if (!int_to_int64(v, &n) || n > UINT32_MAX)
        return raise_false(thread, ERROR_OverflowError, "int larger than 32 bits");
    *number = (uint32_t)n;
    return true;
}

static Value number_htons(Thread *thread, Value *args) {
    uint16_t n;
    return read_16(thread, args[0], "htons", &n) ? value_small_int(htons(n)) : VALUE_ERROR;
}

static Value number_ntohs(Thread *thread, Value *args) {
    uint16_t n;
    return read_16(thread, args[0], "ntohs", &n) ? value_small_int(ntohs(n)) : VALUE_ERROR;
}

static Value number_htonl(Thread *thread, Value *args) {
    uint32_t n;
    return read_32(thread, args[0], "htonl", &n) ? value_small_int(htonl(n)) : VALUE_ERROR;
}

static Value number_ntohl(Thread *thread, Value *args) {
    uint32_t n;
    return read_32(thread, args[0], "ntohl", &n) ? value_small_int(ntohl(n)) : VALUE_ERROR;
}

// ---- Interfaces ----

typedef struct Interfaces {
    struct if_nameindex *all;
    List *list;
} Interfaces;

static bool list_interfaces(Thread *thread, void *context) {
    Interfaces *interfaces = context;
    interfaces->list = list_new(thread, 0);
    for (const struct if_nameindex *one = interfaces->all; one->if_index != 0; one++)
        list_append(
            thread, interfaces->list,
            tuple_pair(thread, value_small_int(one->if_index), library_text(thread, one->if_name)));
    return true;
}

static Value number_if_nameindex(Thread *thread, Value *args) {
    (void)args;
    Interfaces interfaces = {.all = if_nameindex()};
    if (interfaces.all == NULL)
        return raise_os_error(thread, errno, VALUE_NONE);
    bool listed = run_guarded(thread, list_interfaces, &interfaces);
    if_freenameindex(interfaces.all);
    return listed ? value_object(interfaces.list) : VALUE_ERROR;
}

static Value number_if_nametoindex(Thread *thread, Value *args) {
    const char *name = library_path(thread, args[0], "");
    if (name == NULL)
        return VALUE_ERROR;
    unsigned number = if_nametoindex(name);
    return number == 0 ? raise_error(thread, ERROR_OSError, "no interface with this name")
                       : value_small_int(number);
}

static Value number_if_indextoname(Thread *thread, Value *args) {
    int64_t number;
    char name[IF_NAMESIZE + 1] = "";
    if (!operation_index_size(thread, args[0], ERROR_OverflowError, &number))
        return VALUE_ERROR;
    if (number < 0 || number > UINT32_MAX)
        return raise_error(thread, ERROR_OverflowError, "index out of range");
    return if_indextoname((unsigned)number, name) == NULL
               ? raise_os_error(thread, errno, VALUE_NONE)
               : library_text(thread, name);
}

// ---- Descriptors ----

static Value number_close(Thread *thread, Value *args) {
    int fd;
    if (!socket_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int result = close(fd);
    return result < 0 && errno != ECONNRESET ? raise_os_error(thread, errno, VALUE_NONE)
                                             : VALUE_NONE;
}

static Value number_dup(Thread *thread, Value *args) {
    int fd;
    if (!socket_int(thread, args[0], &fd))
        return VALUE_ERROR;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? raise_os_error(thread, errno, VALUE_NONE) : value_small_int(copy);
}

// Two descriptors; socket.mini makes sockets of them.
static Value number_socketpair(Thread *thread, Value *args) {
    int family, type, protocol, ends[2];
    if (!socket_int(thread, args[0], &family) || !socket_int(thread, args[1], &type) ||
        !socket_int(thread, args[2], &protocol))
        return VALUE_ERROR;
    if (socketpair(family, type | SOCK_CLOEXEC, protocol, ends) != 0)
        return raise_os_error(thread, errno, VALUE_NONE);
    return tuple_pair(thread, value_small_int(ends[0]), value_small_int(ends[1]));
}

static Value number_getdefaulttimeout(Thread *thread, Value *args) {
    (void)args;
    int64_t timeout = library_state(thread)->socket_timeout;
    return timeout < 0 ? VALUE_NONE : value_float((double)timeout / (double)CLOCK_NS_PER_SECOND);
}

static Value number_setdefaulttimeout(Thread *thread, Value *args) {
    int64_t timeout;
    if (!socket_timeout(thread, args[0], &timeout))
        return VALUE_ERROR;
    library_state(thread)->socket_timeout = timeout;
    return VALUE_NONE;
}

const NativeSpec socket_number_functions[] = {
    NATIVE("inet_aton", number_inet_aton, "(ip_addr, /)", "An IPv4 address as four bytes."),
    NATIVE("inet_ntoa", number_inet_ntoa, "(packed_ip, /)", "Four bytes as an IPv4 address."),
    NATIVE("inet_pton", number_inet_pton, "(af, ip_string, /)", "An address as bytes."),
    NATIVE("inet_ntop", number_inet_ntop, "(af, packed_ip, /)", "Bytes as an address."),
    NATIVE("htons", number_htons, "(x, /)", "16 bits in the network's byte order."),
    NATIVE("ntohs", number_ntohs, "(x, /)", "16 bits in this machine's byte order."),
    NATIVE("htonl", number_htonl, "(x, /)", "32 bits in the network's byte order."),
    NATIVE("ntohl", number_ntohl, "(x, /)", "32 bits in this machine's byte order."),
    NATIVE("if_nameindex", number_if_nameindex, "()", "A list of (number, name) of interfaces."),
    NATIVE("if_nametoindex", number_if_nametoindex, "(oname, /)", "The number of an interface."),
    NATIVE("if_indextoname", number_if_indextoname, "(if_index, /)", "The name of an interface."),
    NATIVE("close", number_close, "(fd, /)", "Close a socket's descriptor."),
    NATIVE("dup", number_dup, "(fd, /)", "Return a copy of a socket's descriptor."),
    NATIVE("socketpair", number_socketpair, "(family, type, proto, /)",
           "Return the descriptors of two connected sockets."),
    NATIVE("getdefaulttimeout", number_getdefaulttimeout, "()",
           "Return the timeout of new sockets, or None."),
    NATIVE("setdefaulttimeout", number_setdefaulttimeout, "(timeout, /)",
           "Set the timeout of new sockets; None for none."),
    NATIVE_END,
};
