// SPDX-License-Identifier: MIT
//
// The module _socket: the table of everything in it. Programs import socket, which is written in
// Mini on top of it: enumerations for the numbers here, and the functions that need no system call
// of their own.
#include "socket_object.h"

#include "dict.h"
#include "int.h"
#include "modules.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/tcp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>

static const struct {
    const char *name;
    int64_t number;
} constants[] = {
#define SOCKET_CONSTANT(name) {#name, name},
#define SOCKET_NUMBER(name, number) {#name, number},
#include "socket_constants.def"
#undef SOCKET_CONSTANT
#undef SOCKET_NUMBER
};

// A subclass of OSError.
static bool add_error(Thread *thread, Module *module, const char *name) {
    Value base = value_object(thread->interpreter->errors[ERROR_OSError]);
    Dict *namespace = dict_new(thread, 1);
    dict_set_str(thread, namespace, common_name(thread, NAME___module__),
                 library_text(thread, "socket"));
    Type *class =
        type_new_class(thread, builtin_type(thread, TYPE_type), str_intern_c(thread, name),
                       tuple_from_array(thread, &base, 1), namespace, NULL);
    if (class == NULL)
        return false;
    module_add(thread, module, name, value_object(class));
    return true;
}

bool socket_module_init(Thread *thread, Module *module) {
    Value type = value_object(library_late_type(thread, LATE_socket));
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        module_add(thread, module, constants[i].name, value_small_int(constants[i].number));
    module_add_natives(thread, module, socket_name_functions);
    module_add_natives(thread, module, socket_number_functions);
    module_add_natives(thread, module, socket_control_functions);
    module_add(thread, module, "socket", type);
    module_add(thread, module, "SocketType", type);
    module_add(thread, module, "has_ipv6", VALUE_TRUE);
    module_add(thread, module, "error", value_object(thread->interpreter->errors[ERROR_OSError]));
    module_add(thread, module, "timeout",
               value_object(thread->interpreter->errors[ERROR_TimeoutError]));
    return add_error(thread, module, "herror") && add_error(thread, module, "gaierror");
}
