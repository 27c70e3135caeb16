// SPDX-License-Identifier: MIT
//
// The two paths of a socket transport that are walked for every message: bytes came, bytes go. All
// else of a transport (opening, flow control, errors, closing) is written in Mini, in
// aio_socket_transports.mini; a Wire is its native shortcut, made for transports over sockets
// that nobody has replaced or overridden, and left alone by all others.
//
// Coming: the loop calls read(), which receives into one scratch buffer that all wires of a loop
// share, copies what came into bytes, and gives them to the protocol. A reader of streams that has
// nothing overridden gets them straight into its buffer.
//
// Going: write() sends at once. What the system does not take goes to the transport, which buffers
// it and turns `sends` off until its buffer is empty again: while it is off, write() is the
// transport's write_later().
//
// The system calls here never wait (MSG_DONTWAIT), and take less time than to give the GIL away and
// get it back, so it is kept. CPython's counterpart: the methods _read_ready__data_received and
// write of asyncio.selector_events; uvloop's, its libuv callbacks.
#include "aio_wire.h"

#include "arguments.h"
#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "library.h"
#include "operations.h"
#include "socket_object.h"
#include "str.h"
#include "type.h"

#include <errno.h>
#include <string.h>

typedef struct Wire {
    Object object;
    uint64_t sends; // write() may send; else the transport buffers
    Value transport;
    Value socket;
    Value scratch;  // a bytearray
    Value protocol; // who gets what comes; None: the transport reads
    Value received; // "data_received"
} Wire;

static Wire *as_wire(Value v) {
    return (Wire *)as_object(v);
}

static int descriptor(const Wire *wire) {
    return as_socket(wire->socket)->fd;
}

static Value tell(Thread *thread, const Wire *wire, const char *method, Value *args, size_t count) {
    return call_method(thread, wire->transport, str_intern_c(thread, method), args, count);
}

// The exception that is set closes the transport, unless it ends the program.
static Value fail(Thread *thread, const Wire *wire, const char *message) {
    if (error_matches(thread, ERROR_KeyboardInterrupt) || error_matches(thread, ERROR_SystemExit)) {
        return VALUE_ERROR;
    }
    Value args[] = {error_take(thread), library_text(thread, message)};
    return tell(thread, wire, "_fatal_error", args, 2);
}

static bool is_for_now(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

// ---- Coming ----

static Value deliver(Thread *thread, Wire *wire, const uint8_t *data, size_t length) {
    Value bytes = value_object(bytes_new(thread, data, length));
    Value result = call_method(thread, wire->protocol, (Str *)as_object(wire->received), &bytes, 1);
    return is_error(result)
               ? fail(thread, wire, "Fatal error: protocol.data_received() call failed.")
               : VALUE_NONE;
}

static Value read_method(Thread *thread, Value *args) {
    Wire *wire = as_wire(args[0]);
    const ByteArray *scratch = as_bytearray(wire->scratch);
    if (descriptor(wire) < 0) {
        return VALUE_NONE;
    }
    if (is_none(wire->protocol)) {
        return tell(thread, wire, "_read_ready_cb", NULL, 0);
    }
    ssize_t count = recv(descriptor(wire), scratch->data, scratch->length, MSG_DONTWAIT);
    if (count > 0) {
        return deliver(thread, wire, scratch->data, (size_t)count);
    }
    if (count == 0) {
        return tell(thread, wire, "_read_ready__on_eof", NULL, 0);
    }
    if (is_for_now(errno)) {
        return VALUE_NONE;
    }
    raise_os_error(thread, errno, VALUE_NONE);
    return fail(thread, wire, "Fatal read error on socket transport");
}

// ---- Going ----

static Value write_method(Thread *thread, Value *args) {
    Wire *wire = as_wire(args[0]);
    BytesView view;
    if (!wire->sends || descriptor(wire) < 0 || !bytes_view_optional(thread, args[1], &view) ||
        view.length == 0) {
        return tell(thread, wire, "_write_slowly", &args[1], 1);
    }
    ssize_t count = send(descriptor(wire), view.data, view.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count == (ssize_t)view.length) {
        return VALUE_NONE;
    }
    if (count < 0 && !is_for_now(errno)) {
        raise_os_error(thread, errno, VALUE_NONE);
        return fail(thread, wire, "Fatal write error on socket transport");
    }
    Value rest[] = {args[1], value_small_int(count < 0 ? 0 : count)};
    return tell(thread, wire, "_write_rest", rest, 2);
}

// ---- What a stream reader does for every message ----

// take(buffer, count): the first bytes of a bytearray, as bytes that leave it.
static Value take(Thread *thread, Value *args) {
    int64_t wanted;
    if (!is_bytearray(args[0])) {
        return raise_error(thread, ERROR_TypeError, "a bytearray is required");
    }
    if (!operation_index_size(thread, args[1], ERROR_OverflowError, &wanted)) {
        return VALUE_ERROR;
    }
    ByteArray *buffer = as_bytearray(args[0]);
    size_t count = wanted < 0 ? 0 : (size_t)wanted;
    if (count > buffer->length) {
        count = buffer->length;
    }
    Bytes *taken = bytes_new(thread, count > 0 ? (const void *)buffer->data : "", count);
    size_t rest = buffer->length - count;
    if (rest > 0 && count > 0) {
        memmove(buffer->data, buffer->data + count, rest);
    }
    return bytearray_resize(thread, buffer, rest) ? value_object(taken) : VALUE_ERROR;
}

// ---- The type ----

static Value construct(Thread *thread, Value callee, Value *args, size_t count, Tuple *keywords) {
    static const ArgumentsSpec spec = {"Wire", {"transport", "socket", "scratch"}, 3};
    Value given[3];
    if (!arguments_bind(thread, &spec, args, count, keywords, given)) {
        return VALUE_ERROR;
    }
    if (!is_socket(thread, given[1]) || !is_bytearray(given[2]) ||
        as_bytearray(given[2])->length == 0) {
        return raise_error(thread, ERROR_TypeError, "a socket and a bytearray are required");
    }
    Wire *wire = object_new(thread, as_type(callee));
    wire->transport = given[0];
    wire->socket = given[1];
    wire->scratch = given[2];
    wire->protocol = VALUE_NONE;
    wire->received = value_object(str_intern_c(thread, "data_received"));
    return value_object(wire);
}

static void wire_trace(Marker *marker, Object *self) {
    const Wire *wire = (const Wire *)self;
    mark_value(marker, wire->transport);
    mark_value(marker, wire->socket);
    mark_value(marker, wire->scratch);
    mark_value(marker, wire->protocol);
    mark_value(marker, wire->received);
}

static Value get_protocol(Thread *thread, Value self) {
    (void)thread;
    return as_wire(self)->protocol;
}
static bool set_protocol(Thread *thread, Value self, Value v) {
    (void)thread;
    as_wire(self)->protocol = is_undefined(v) ? VALUE_NONE : v;
    return true;
}
static Value get_sends(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_wire(self)->sends);
}
static bool set_sends(Thread *thread, Value self, Value v) {
    int on = is_undefined(v) ? 0 : operation_truth(thread, v);
    as_wire(self)->sends = on > 0;
    return on >= 0;
}

static const NativeSpec wire_methods[] = {
    NATIVE("read", read_method, "(self, /)", "Receive once; the protocol gets what came."),
    NATIVE("write", write_method, "(self, data, /)", "Send data; the transport gets the rest."),
    NATIVE_END,
};
static const GetSetSpec wire_getsets[] = {
    GETSET("protocol", get_protocol, set_protocol, "Who gets what comes."),
    GETSET("sends", get_sends, set_sends, "Whether write() sends at once."),
    GETSET_END,
};

const TypeSpec wire_type_spec = {
    .name = "_aio_wire.Wire",
    .doc = "The fast paths of a transport over a socket.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_FINAL,
    .size = sizeof(Wire),
    .slots = {.construct = construct, .trace = wire_trace},
    .methods = wire_methods,
    .getsets = wire_getsets,
};

static const NativeSpec functions[] = {
    NATIVE("take", take, "(buffer, count, /)", "Remove bytes from the front of a bytearray."),
    NATIVE_END,
};

bool wire_module_init(Thread *thread, Module *module) {
    module_add_natives(thread, module, functions);
    module_add(thread, module, "Wire", value_object(library_late_type(thread, LATE_Wire)));
    return true;
}
