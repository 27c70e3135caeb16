// SPDX-License-Identifier: MIT
//
// Addresses between programs and the system: ("localhost", 80), ("::1", 80, 0, 0), a path, or bytes
// that begin with NUL for Linux's abstract names. A host may be a number, a name that has to be
// looked up (which may take long: a blocking region), "" for any and "<broadcast>".
#include "socket_object.h"

#include "attribute.h"
#include "blocking.h"
#include "bytes.h"
#include "call.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

enum { PORT_MAX = 65535, FLOW_MAX = 0xfffff };

// ---- Hosts ----

Value socket_raise_gai(Thread *thread, int code) {
    if (code == EAI_SYSTEM)
        return raise_os_error(thread, errno, VALUE_NONE);
    Module *module = import_module(thread, str_from_c(thread, "_socket"));
    if (module == NULL)
        return VALUE_ERROR;
    Value class = attribute_get(thread, value_object(module), str_intern_c(thread, "gaierror"));
    if (is_error(class))
        return class;
    Value error =
        call_2(thread, class, value_small_int(code), library_text(thread, gai_strerror(code)));
    return is_error(error) ? error : raise_value(thread, error);
}

static const char *text_of(Thread *thread, Value v, size_t *length) {
    BytesView view;
    if (is_str(v) && as_str(v)->ascii)
        return str_utf8(thread, as_str(v), length);
    if (is_str(v)) {
        Bytes *encoded = str_encode(thread, as_str(v), "idna", NULL);
        if (encoded == NULL)
            return NULL;
        v = value_object(encoded);
    }
    if (!bytes_view(thread, v, &view))
        return NULL;
    char *copy = heap_allocate(thread_heap(thread), CELL_BUFFER, view.length + 1);
    if (view.length > 0)
        memcpy(copy, view.data, view.length);
    *length = view.length;
    return copy;
}

const char *socket_host_text(Thread *thread, Value v, const char *complaint) {
    size_t length = 0;
    if (!is_str(v) && !is_bytes(v) && !has_layout(v, LAYOUT_BYTEARRAY)) {
        raise_error(thread, ERROR_TypeError, "%s, not %s", complaint, type_name(thread, v));
        return NULL;
    }
    const char *text = text_of(thread, v, &length);
    if (text != NULL && strlen(text) != length) {
        raise_error(thread, ERROR_TypeError, "host name must not contain null character");
        return NULL;
    }
    return text;
}

static bool any_address(Thread *thread, int family, SocketAddress *address) {
    if (family == AF_INET6) {
        *(struct sockaddr_in6 *)&address->as.storage =
            (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_addr = in6addr_any};
        address->length = sizeof(struct sockaddr_in6);
        return true;
    }
    if (family != AF_INET && family != AF_UNSPEC)
        return raise_false(thread, ERROR_OSError, "unsupported address family");
    *(struct sockaddr_in *)&address->as.storage = (struct sockaddr_in){.sin_family = AF_INET};
    address->length = sizeof(struct sockaddr_in);
    return true;
}

static bool is_numeric(const char *host, int family, SocketAddress *address) {
    struct sockaddr_in *four = (struct sockaddr_in *)&address->as.storage;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address->as.storage;
    if (family != AF_INET6 && inet_pton(AF_INET, host, &four->sin_addr) > 0) {
        four->sin_family = AF_INET;
        address->length = sizeof *four;
        return true;
    }
    if (family != AF_INET && strchr(host, '%') == NULL &&
        inet_pton(AF_INET6, host, &six->sin6_addr) > 0) {
        six->sin6_family = AF_INET6;
        address->length = sizeof *six;
        return true;
    }
    return false;
}

static bool look_up(Thread *thread, const char *host, int family, SocketAddress *address) {
    struct addrinfo hints = {.ai_family = family}, *found = NULL;
    blocking_begin(&thread->core, BLOCK_IO, "getaddrinfo");
    int code = getaddrinfo(host, NULL, &hints, &found);
    blocking_end(&thread->core);
    if (code != 0)
        return socket_raise_gai(thread, code), false;
    memcpy(&address->as, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    freeaddrinfo(found);
    return true;
}

bool socket_resolve(Thread *thread, const char *host, int family, SocketAddress *address) {
    memset(address, 0, sizeof *address);
    if (host[0] == '\0')
        return any_address(thread, family, address);
    if (strcmp(host, "<broadcast>") == 0) {
        if (family != AF_INET && family != AF_UNSPEC)
            return raise_false(thread, ERROR_OSError, "address family mismatched");
        host = "255.255.255.255";
    }
    return is_numeric(host, family, address) || look_up(thread, host, family, address);
}

Value socket_numeric_host(Thread *thread, const struct sockaddr *address, socklen_t length) {
    char host[NI_MAXHOST];
    int code = getnameinfo(address, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
    return code != 0 ? socket_raise_gai(thread, code) : library_text(thread, host);
}

// ---- Reading ----

static bool need_tuple(Thread *thread, Value v, const char *family, const char *caller,
                       const char *form, size_t least, size_t most) {
    if (!is_tuple(v))
        return raise_false(thread, ERROR_TypeError, "%s(): %s address must be tuple, not %s",
                           caller, family, type_name(thread, v));
    size_t length = as_tuple(v)->length;
    return (length >= least && length <= most) || raise_false(thread, ERROR_TypeError, "%s", form);
}

// An item of an address: a number up to `maximum`.
static bool read_number(Thread *thread, Value v, const char *caller, const char *what,
                        int64_t maximum, uint32_t *number) {
    Value index = operation_index(thread, v);
    int64_t n;
    if (is_error(index))
        return false;
    if (!int_to_int64(index, &n) || n < 0 || n > maximum)
        return raise_false(thread, ERROR_OverflowError, "%s(): %s must be 0-%lld.", caller, what,
                           (long long)maximum);
    *number = (uint32_t)n;
    return true;
}

static bool read_host_and_port(Thread *thread, const Tuple *items, const char *caller, int family,
                               SocketAddress *address, uint32_t *port) {
    const char *host =
        socket_host_text(thread, items->items[0], "str, bytes or bytearray expected");
    Value number = host == NULL ? VALUE_ERROR : operation_index(thread, items->items[1]);
    return !is_error(number) && socket_resolve(thread, host, family, address) &&
           read_number(thread, number, caller, "port", PORT_MAX, port);
}

static bool read_inet(Thread *thread, Value v, const char *caller, SocketAddress *address) {
    uint32_t port;
    if (!need_tuple(thread, v, "AF_INET", caller, "AF_INET address must be a pair (host, port)", 2,
                    2) ||
        !read_host_and_port(thread, as_tuple(v), caller, AF_INET, address, &port))
        return false;
    ((struct sockaddr_in *)&address->as.storage)->sin_port = htons((uint16_t)port);
    return true;
}

static bool read_inet6(Thread *thread, Value v, const char *caller, SocketAddress *address) {
    uint32_t port, flow = 0, scope = 0;
    if (!need_tuple(thread, v, "AF_INET6", caller,
                    "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])", 2, 4))
        return false;
    const Tuple *items = as_tuple(v);
    if (!read_host_and_port(thread, items, caller, AF_INET6, address, &port) ||
        (items->length > 2 &&
         !read_number(thread, items->items[2], caller, "flowinfo", FLOW_MAX, &flow)) ||
        (items->length > 3 &&
         !read_number(thread, items->items[3], caller, "scopeid", UINT32_MAX, &scope)))
        return false;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address->as.storage;
    six->sin6_port = htons((uint16_t)port);
    six->sin6_flowinfo = htonl(flow);
    if (items->length > 3)
        six->sin6_scope_id = scope;
    return true;
}

static bool read_local(Thread *thread, Value v, SocketAddress *address) {
    BytesView view;
    struct sockaddr_un *local = &address->as.local;
    if (is_str(v)) {
        Bytes *encoded = str_encode(thread, as_str(v), "utf-8", "surrogateescape");
        if (encoded == NULL)
            return false;
        v = value_object(encoded);
    }
    if (!bytes_view(thread, v, &view))
        return false;
    bool is_path = view.length > 0 && view.data[0] != 0; // else an abstract name
    if (view.length + is_path > sizeof local->sun_path)
        return raise_false(thread, ERROR_OSError, "AF_UNIX path too long");
    local->sun_family = AF_UNIX;
    if (view.length > 0)
        memcpy(local->sun_path, view.data, view.length);
    address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + view.length + is_path);
    return true;
}

static bool read_netlink(Thread *thread, Value v, const char *caller, SocketAddress *address) {
    uint32_t process, groups;
    if (!need_tuple(thread, v, "AF_NETLINK", caller,
                    "AF_NETLINK address must be a pair (pid, groups)", 2, 2) ||
        !read_number(thread, as_tuple(v)->items[0], caller, "pid", UINT32_MAX, &process) ||
        !read_number(thread, as_tuple(v)->items[1], caller, "groups", UINT32_MAX, &groups))
        return false;
    *(struct sockaddr_nl *)&address->as.storage =
        (struct sockaddr_nl){.nl_family = AF_NETLINK, .nl_pid = process, .nl_groups = groups};
    address->length = sizeof(struct sockaddr_nl);
    return true;
}

bool socket_address_read(Thread *thread, int family, Value v, const char *caller,
                         SocketAddress *address) {
    memset(address, 0, sizeof *address);
    switch (family) {
    case AF_INET:
        return read_inet(thread, v, caller, address);
    case AF_INET6:
        return read_inet6(thread, v, caller, address);
    case AF_UNIX:
        return read_local(thread, v, address);
    case AF_NETLINK:
        return read_netlink(thread, v, caller, address);
    default:
        return raise_false(thread, ERROR_OSError, "%s(): bad family", caller);
    }
}

// ---- Showing ----

static Value show_inet(Thread *thread, const struct sockaddr_in *four) {
    char host[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
    return tuple_pair(thread, library_text(thread, host), value_small_int(ntohs(four->sin_port)));
}

static Value show_inet6(Thread *thread, const struct sockaddr_in6 *six) {
    char host[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
    Value items[] = {library_text(thread, host), value_small_int(ntohs(six->sin6_port)),
                     value_small_int(ntohl(six->sin6_flowinfo)),
                     value_small_int(six->sin6_scope_id)};
    return value_object(tuple_from_array(thread, items, 4));
}

static Value show_local(Thread *thread, const struct sockaddr_un *local, socklen_t length) {
    size_t size = length - offsetof(struct sockaddr_un, sun_path);
    if (size > 0 && local->sun_path[0] == '\0')
        return value_object(bytes_new(thread, local->sun_path, size));
    Str *path = bytes_decode(thread, (const uint8_t *)local->sun_path,
                             strnlen(local->sun_path, size), "utf-8", "surrogateescape");
    return path == NULL ? VALUE_ERROR : value_object(path);
}

static Value show_other(Thread *thread, const struct sockaddr *address, socklen_t length) {
    size_t size = length > offsetof(struct sockaddr, sa_data)
                      ? length - offsetof(struct sockaddr, sa_data)
                      : 0;
    return tuple_pair(thread, value_small_int(address->sa_family),
                      value_object(bytes_new(thread, address->sa_data, size)));
}

Value socket_address_show(Thread *thread, const struct sockaddr *address, socklen_t length) {
    if (length < sizeof address->sa_family)
        return VALUE_NONE;
    switch (address->sa_family) {
    case AF_INET:
        return show_inet(thread, (const struct sockaddr_in *)(const void *)address);
    case AF_INET6:
        return show_inet6(thread, (const struct sockaddr_in6 *)(const void *)address);
    case AF_UNIX:
        return show_local(thread, (const struct sockaddr_un *)(const void *)address, length);
    case AF_NETLINK: {
        const struct sockaddr_nl *link = (const void *)address;
        return tuple_pair(thread, value_small_int(link->nl_pid), value_small_int(link->nl_groups));
    }
    default:
        return show_other(thread, address, length);
    }
}
