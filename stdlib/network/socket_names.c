// SPDX-License-Identifier: MIT
//
// Names of hosts and services, which the system looks up in files or asks other machines for. All
// of it may take long, so it is done in blocking regions; the results are copied into Mini values
// in guarded steps, for they must be given back even if memory runs out.
#include "socket_object.h"

#include "attribute.h"
#include "blocking.h"
#include "bytes.h"
#include "call.h"
#include "execute.h"
#include "int.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { RECORD_SIZE = 16384, PORT_DIGITS = 24 };

// ---- getaddrinfo ----

static bool host_argument(Thread *thread, Value v, const char **host) {
    *host = NULL;
    if (is_none(v))
        return true;
    if (!is_str(v) && !is_bytes(v))
        return raise_false(thread, ERROR_TypeError,
                           "getaddrinfo() argument 1 must be string or None");
    *host = socket_host_text(thread, v, "str expected");
    return *host != NULL;
}

static bool port_argument(Thread *thread, Value v, const char **port) {
    *port = NULL;
    if (is_none(v))
        return true;
    if (is_integral(v)) {
        Str *digits = operation_str(thread, int_exact(thread, v));
        *port = digits == NULL ? NULL : str_text(thread, digits);
    } else if (is_str(v)) {
        Bytes *encoded = str_encode(thread, as_str(v), "utf-8", NULL);
        *port = encoded == NULL ? NULL : (const char *)encoded->data;
    } else if (is_bytes(v)) {
        *port = (const char *)as_bytes(v)->data;
    } else {
        error_raise(thread, ERROR_OSError, "Int or String expected");
    }
    return *port != NULL;
}

typedef struct Found {
    struct addrinfo *first;
    List *list;
} Found;

static bool list_found(Thread *thread, void *context) {
    Found *found = context;
    found->list = list_new(thread, 0);
    for (const struct addrinfo *info = found->first; info != NULL; info = info->ai_next) {
        Value address = socket_address_show(thread, info->ai_addr, info->ai_addrlen);
        if (is_error(address))
            return false;
        Value items[] = {value_small_int(info->ai_family), value_small_int(info->ai_socktype),
                         value_small_int(info->ai_protocol),
                         library_text(thread, info->ai_canonname ? info->ai_canonname : ""),
                         address};
        list_append(thread, found->list, value_object(tuple_from_array(thread, items, 5)));
    }
    return true;
}

static Value name_getaddrinfo(Thread *thread, Value *args) {
    const char *host, *port;
    struct addrinfo hints = {0};
    Found found = {0};
    if (!host_argument(thread, args[0], &host) || !port_argument(thread, args[1], &port) ||
        !socket_int(thread, args[2], &hints.ai_family) ||
        !socket_int(thread, args[3], &hints.ai_socktype) ||
        !socket_int(thread, args[4], &hints.ai_protocol) ||
        !socket_int(thread, args[5], &hints.ai_flags))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "getaddrinfo");
    int code = getaddrinfo(host, port, &hints, &found.first);
    blocking_end(&thread->core);
    if (code != 0)
        return socket_raise_gai(thread, code);
    bool listed = run_guarded(thread, list_found, &found);
    freeaddrinfo(found.first);
    return listed ? value_object(found.list) : VALUE_ERROR;
}

// ---- getnameinfo ----

// The address that a tuple (host, port[, flowinfo[, scopeid]]) of numbers stands for.
static bool read_numeric(Thread *thread, Value v, SocketAddress *address) {
    static const char wrong[] = "getnameinfo(): illegal sockaddr argument";
    if (!is_tuple(v))
        return raise_false(thread, ERROR_TypeError, "getnameinfo() argument 1 must be a tuple");
    const Tuple *items = as_tuple(v);
    if (items->length < 2 || items->length > 4 || !is_str(items->items[0]))
        return raise_false(thread, ERROR_TypeError, "%s", wrong);
    char port[PORT_DIGITS];
    int number, code;
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST}, *found;
    const char *host = str_text(thread, as_str(items->items[0]));
    if (!socket_int(thread, items->items[1], &number))
        return false;
    snprintf(port, sizeof port, "%d", number);
    blocking_begin(&thread->core, BLOCK_IO, "getaddrinfo");
    code = getaddrinfo(host, port, &hints, &found);
    blocking_end(&thread->core);
    if (code != 0)
        return socket_raise_gai(thread, code), false;
    memcpy(&address->as, found->ai_addr, found->ai_addrlen);
    address->length = found->ai_addrlen;
    freeaddrinfo(found);
    if (address->as.any.sa_family == AF_INET && items->length != 2)
        return raise_false(thread, ERROR_OSError, "IPv4 sockaddr must be 2 tuple");
    return true;
}

static bool read_flow(Thread *thread, const Tuple *items, SocketAddress *address) {
    int64_t flow = 0, scope = 0;
    if ((items->length > 2 && !operation_index_int64(thread, items->items[2], &flow)) ||
        (items->length > 3 && !operation_index_int64(thread, items->items[3], &scope)))
        return false;
    if (flow < 0 || flow > 0xfffff)
        return raise_false(thread, ERROR_OverflowError,
                           "getnameinfo(): flowinfo must be 0-1048575.");
    if (address->as.any.sa_family == AF_INET6) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)&address->as.storage;
        six->sin6_flowinfo = htonl((uint32_t)flow);
        six->sin6_scope_id = (uint32_t)scope;
    }
    return true;
}

static Value name_getnameinfo(Thread *thread, Value *args) {
    SocketAddress address = {0};
    int flags;
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (!socket_int(thread, args[1], &flags) || !read_numeric(thread, args[0], &address) ||
        !read_flow(thread, as_tuple(args[0]), &address))
        return VALUE_ERROR;
    blocking_begin(&thread->core, BLOCK_IO, "getnameinfo");
    int code =
        getnameinfo(&address.as.any, address.length, host, sizeof host, port, sizeof port, flags);
    blocking_end(&thread->core);
    if (code != 0)
        return socket_raise_gai(thread, code);
    return tuple_pair(thread, library_text(thread, host), library_text(thread, port));
}

// ---- The older functions ----

static Value raise_host_error(Thread *thread, int code) {
    Module *module = import_module(thread, str_from_c(thread, "_socket"));
    if (module == NULL)
        return VALUE_ERROR;
    Value class = attribute_get(thread, value_object(module), str_intern_c(thread, "herror"));
    Value error = is_error(class) ? class
                                  : call_2(thread, class, value_small_int(code),
                                           library_text(thread, hstrerror(code)));
    return is_error(error) ? error : raise_value(thread, error);
}

static bool resolve_argument(Thread *thread, Value v, const char *function, int family,
                             SocketAddress *address) {
    char complaint[80];
    snprintf(complaint, sizeof complaint, "%s() argument 1 must be str, bytes or bytearray",
             function);
    const char *host = socket_host_text(thread, v, complaint);
    return host != NULL && socket_resolve(thread, host, family, address);
}

static Value name_gethostbyname(Thread *thread, Value *args) {
    SocketAddress address;
    return resolve_argument(thread, args[0], "gethostbyname", AF_INET, &address)
               ? socket_numeric_host(thread, &address.as.any, address.length)
               : VALUE_ERROR;
}

// (name, aliases, addresses)
static Value show_host(Thread *thread, const struct hostent *host) {
    char text[INET6_ADDRSTRLEN];
    List *aliases = list_new(thread, 0), *addresses = list_new(thread, 0);
    for (char **alias = host->h_aliases; alias != NULL && *alias != NULL; alias++)
        list_append(thread, aliases, library_text(thread, *alias));
    for (char **address = host->h_addr_list; *address != NULL; address++) {
        inet_ntop(host->h_addrtype, *address, text, sizeof text);
        list_append(thread, addresses, library_text(thread, text));
    }
    Value items[] = {library_text(thread, host->h_name), value_object(aliases),
                     value_object(addresses)};
    return value_object(tuple_from_array(thread, items, 3));
}

static Value name_gethostbyname_ex(Thread *thread, Value *args) {
    SocketAddress address;
    struct hostent record, *found = NULL;
    int code = 0;
    if (!resolve_argument(thread, args[0], "gethostbyname_ex", AF_INET, &address))
        return VALUE_ERROR;
    const char *name = socket_host_text(thread, args[0], "str expected");
    char *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, RECORD_SIZE);
    blocking_begin(&thread->core, BLOCK_IO, "gethostbyname");
    gethostbyname_r(name, &record, buffer, RECORD_SIZE, &found, &code);
    blocking_end(&thread->core);
    return found == NULL ? raise_host_error(thread, code) : show_host(thread, found);
}

static Value name_gethostbyaddr(Thread *thread, Value *args) {
    SocketAddress address;
    struct hostent record, *found = NULL;
    int code = 0;
    if (!resolve_argument(thread, args[0], "gethostbyaddr", AF_UNSPEC, &address))
        return VALUE_ERROR;
    bool is_four = address.as.any.sa_family == AF_INET;
    const void *bytes = is_four ? (void *)&((struct sockaddr_in *)&address.as.storage)->sin_addr
                                : (void *)&((struct sockaddr_in6 *)&address.as.storage)->sin6_addr;
    char *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, RECORD_SIZE);
    blocking_begin(&thread->core, BLOCK_IO, "gethostbyaddr");
    gethostbyaddr_r(bytes, is_four ? 4 : 16, address.as.any.sa_family, &record, buffer, RECORD_SIZE,
                    &found, &code);
    blocking_end(&thread->core);
    return found == NULL ? raise_host_error(thread, code) : show_host(thread, found);
}

static Value name_gethostname(Thread *thread, Value *args) {
    char name[1024] = "";
    (void)args;
    return gethostname(name, sizeof name - 1) != 0 ? raise_os_error(thread, errno, VALUE_NONE)
                                                   : library_text(thread, name);
}

static Value name_sethostname(Thread *thread, Value *args) {
    const char *name = library_path(thread, args[0], "");
    return name == NULL ? VALUE_ERROR : socket_done(thread, sethostname(name, strlen(name)));
}

// ---- Services and protocols ----

static bool protocol_argument(Thread *thread, Value v, const char *function,
                              const char **protocol) {
    *protocol = NULL;
    if (is_undefined(v))
        return true;
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "%s() argument 2 must be str, not %s", function,
                           argument_type_name(thread, v));
    *protocol = str_text(thread, as_str(v));
    return true;
}

static Value name_getservbyname(Thread *thread, Value *args) {
    const char *protocol;
    struct servent record, *found = NULL;
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError,
                           "getservbyname() argument 1 must be str, not %s",
                           argument_type_name(thread, args[0]));
    if (!protocol_argument(thread, args[1], "getservbyname", &protocol))
        return VALUE_ERROR;
    const char *name = str_text(thread, as_str(args[0]));
    char *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, RECORD_SIZE);
    blocking_begin(&thread->core, BLOCK_IO, "getservbyname");
    getservbyname_r(name, protocol, &record, buffer, RECORD_SIZE, &found);
    blocking_end(&thread->core);
    return found == NULL ? raise_error(thread, ERROR_OSError, "service/proto not found")
                         : value_small_int(ntohs((uint16_t)found->s_port));
}

static Value name_getservbyport(Thread *thread, Value *args) {
    const char *protocol;
    int port;
    struct servent record, *found = NULL;
    if (!socket_int(thread, args[0], &port) ||
        !protocol_argument(thread, args[1], "getservbyport", &protocol))
        return VALUE_ERROR;
    if (port < 0 || port > 0xffff)
        return raise_error(thread, ERROR_OverflowError, "getservbyport: port must be 0-65535.");
    char *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, RECORD_SIZE);
    blocking_begin(&thread->core, BLOCK_IO, "getservbyport");
    getservbyport_r(htons((uint16_t)port), protocol, &record, buffer, RECORD_SIZE, &found);
    blocking_end(&thread->core);
    return found == NULL ? raise_error(thread, ERROR_OSError, "port/proto not found")
                         : library_text(thread, found->s_name);
}

static Value name_getprotobyname(Thread *thread, Value *args) {
    struct protoent record, *found = NULL;
    if (!is_str(args[0]))
        return raise_error(thread, ERROR_TypeError, "getprotobyname() argument must be str, not %s",
                           argument_type_name(thread, args[0]));
    const char *name = str_text(thread, as_str(args[0]));
    char *buffer = heap_allocate(thread_heap(thread), CELL_BUFFER, RECORD_SIZE);
    blocking_begin(&thread->core, BLOCK_IO, "getprotobyname");
    getprotobyname_r(name, &record, buffer, RECORD_SIZE, &found);
    blocking_end(&thread->core);
    return found == NULL ? raise_error(thread, ERROR_OSError, "protocol not found")
                         : value_small_int(found->p_proto);
}

const NativeSpec socket_name_functions[] = {
    NATIVE("getaddrinfo", name_getaddrinfo, "(host, port, family=0, type=0, proto=0, flags=0)",
           "The addresses of a host and a service, with how to make sockets for them."),
    NATIVE("getnameinfo", name_getnameinfo, "(sockaddr, flags, /)",
           "The names of host and service for an address."),
    NATIVE("gethostbyname", name_gethostbyname, "(host, /)", "The IPv4 address of a host."),
    NATIVE("gethostbyname_ex", name_gethostbyname_ex, "(host, /)",
           "A host's name, other names, and all its IPv4 addresses."),
    NATIVE("gethostbyaddr", name_gethostbyaddr, "(host, /)",
           "The host of an address: its name, other names, and all addresses."),
    NATIVE("gethostname", name_gethostname, "()", "The name of this machine."),
    NATIVE("sethostname", name_sethostname, "(name, /)", "Set the name of this machine."),
    NATIVE("getservbyname", name_getservbyname, "(servicename, protocolname=..., /)",
           "The port of a service."),
    NATIVE("getservbyport", name_getservbyport, "(port, protocolname=..., /)",
           "The service at a port."),
    NATIVE("getprotobyname", name_getprotobyname, "(name, /)", "The number of a protocol."),
    NATIVE_END,
};
