// SPDX-License-Identifier: MIT
//
// The abstract file classes IOBase, RawIOBase, BufferedIOBase and TextIOBase. Mini's own files
// override all of their methods; they are here for isinstance() and for classes written in Mini
// that only define read, readinto or write and want the rest for nothing. As in CPython such an
// object is closed once it has the attribute __IOBase_closed. file_read_lines is what all kinds
// of files have in common.
#include "attribute.h"
#include "bytearray.h"
#include "bytes.h"
#include "call.h"
#include "file.h"
#include "library.h"
#include "list.h"
#include "operations.h"
#include "str.h"
#include "type.h"

static Value call_named(Thread *thread, Value self, const char *name, Value *args, size_t count) {
    return call_method(thread, self, str_intern_c(thread, name), args, count);
}

static Value base_false(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_FALSE;
}

// ---- Open and closed ----

static Str *closed_mark(Thread *thread) {
    return str_intern_c(thread, "__IOBase_closed");
}

static Value get_closed(Thread *thread, Value self) {
    Value mark = attribute_get_optional(thread, self, closed_mark(thread));
    return is_error(mark) ? mark : value_bool(!is_undefined(mark));
}

static bool check_open(Thread *thread, Value self) {
    Value closed = attribute_get(thread, self, str_intern_c(thread, "closed"));
    int is_closed = is_error(closed) ? -1 : operation_truth(thread, closed);
    if (is_closed > 0)
        raise_error(thread, ERROR_ValueError, "I/O operation on closed file.");
    return is_closed == 0;
}

static Value base_flush(Thread *thread, Value *args) {
    Value closed = get_closed(thread, args[0]);
    if (is_true(closed))
        return raise_error(thread, ERROR_ValueError, "I/O operation on closed file.");
    return is_error(closed) ? closed : VALUE_NONE;
}

static Value base_close(Thread *thread, Value *args) {
    Value closed = get_closed(thread, args[0]);
    if (!is_false(closed))
        return is_error(closed) ? closed : VALUE_NONE;
    Value flushed = call_named(thread, args[0], "flush", NULL, 0);
    return attribute_set(thread, args[0], closed_mark(thread), VALUE_TRUE) ? flushed : VALUE_ERROR;
}

static Value base_isatty(Thread *thread, Value *args) {
    return check_open(thread, args[0]) ? VALUE_FALSE : VALUE_ERROR;
}

static Value base_seek(Thread *thread, Value *args) {
    (void)args;
    return file_raise_unsupported(thread, "seek");
}

static Value base_tell(Thread *thread, Value *args) {
    Value where[] = {value_small_int(0), value_small_int(1)};
    return call_named(thread, args[0], "seek", where, 2);
}

static Value base_truncate(Thread *thread, Value *args) {
    (void)args;
    return file_raise_unsupported(thread, "truncate");
}

static Value base_fileno(Thread *thread, Value *args) {
    (void)args;
    return file_raise_unsupported(thread, "fileno");
}

static Value base_enter(Thread *thread, Value *args) {
    return check_open(thread, args[0]) ? args[0] : VALUE_ERROR;
}

static Value base_iter(Thread *thread, Value self) {
    return check_open(thread, self) ? self : VALUE_ERROR;
}

static Value base_exit(Thread *thread, Value *args) {
    return call_named(thread, args[0], "close", NULL, 0);
}

static Value base_next(Thread *thread, Value self) {
    Value line = call_method(thread, self, common_name(thread, NAME_readline), NULL, 0);
    if (is_error(line))
        return line;
    int some = operation_truth(thread, line);
    return some < 0 ? VALUE_ERROR : some ? line : VALUE_UNDEFINED;
}

// ---- Lines ----

// What read(size) gave, which has to be bytes; UNDEFINED at the end.
static Value checked_piece(Thread *thread, Value piece) {
    if (is_none(piece))
        return VALUE_UNDEFINED;
    if (is_error(piece) || is_bytes(piece))
        return is_bytes(piece) && as_bytes(piece)->length == 0 ? VALUE_UNDEFINED : piece;
    return raise_error(thread, ERROR_OSError,
                       "read() should have returned a bytes object, not '%s'",
                       type_name(thread, piece));
}

static Value base_readline(Thread *thread, Value *args) {
    int64_t limit;
    if (!library_optional_int(thread, args[1], -1, &limit))
        return VALUE_ERROR;
    ByteArray *line = bytearray_new(thread, NULL, 0);
    Value one = value_small_int(1);
    while (limit < 0 || line->length < (size_t)limit) {
        Value piece = checked_piece(thread, call_named(thread, args[0], "read", &one, 1));
        if (is_error(piece))
            return piece;
        if (is_undefined(piece))
            break;
        const Bytes *bytes = as_bytes(piece);
        if (!bytearray_append(thread, line, bytes->data, bytes->length))
            return VALUE_ERROR;
        if (bytes->data[bytes->length - 1] == '\n')
            break;
    }
    return value_object(bytes_new(thread, line->data, line->length));
}

static Value base_readlines(Thread *thread, Value *args) {
    Value iterator = operation_iter(thread, args[0]);
    return is_error(iterator) ? iterator
                              : file_read_lines(thread, iterator, args[1], operation_next);
}

Value file_read_lines(Thread *thread, Value file, Value hint, Value (*next)(Thread *, Value)) {
    int64_t wanted, total = 0;
    if (!library_optional_int(thread, hint, -1, &wanted))
        return VALUE_ERROR;
    List *lines = list_new(thread, 0);
    while (wanted <= 0 || total < wanted) {
        Value line = next(thread, file);
        if (is_error(line))
            return line;
        if (is_undefined(line))
            break;
        list_append(thread, lines, line);
        int64_t length = wanted > 0 ? operation_length(thread, line) : 0;
        if (length < 0)
            return VALUE_ERROR;
        total += length;
    }
    return value_object(lines);
}

static Value base_writelines(Thread *thread, Value *args) {
    if (!check_open(thread, args[0]))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    while (!is_error(iterator)) {
        Value line = operation_next(thread, iterator);
        if (is_undefined(line))
            return VALUE_NONE;
        if (is_error(line) || is_error(call_named(thread, args[0], "write", &line, 1)))
            break;
    }
    return VALUE_ERROR;
}

static const NativeSpec base_methods[] = {
    NATIVE("close", base_close, "(self, /)", "Flush and close the stream."),
    NATIVE("flush", base_flush, "(self, /)", "Send buffered output to the system."),
    NATIVE("fileno", base_fileno, "(self, /)", "Return the descriptor, if there is one."),
    NATIVE("isatty", base_isatty, "(self, /)", "Return whether this is a terminal."),
    NATIVE("readable", base_false, "(self, /)", "Return whether the stream can be read."),
    NATIVE("writable", base_false, "(self, /)", "Return whether the stream can be written."),
    NATIVE("seekable", base_false, "(self, /)", "Return whether the position can be changed."),
    NATIVE("seek", base_seek, "(self, offset, whence=0, /)", "Change the position."),
    NATIVE("tell", base_tell, "(self, /)", "Return the position."),
    NATIVE("truncate", base_truncate, "(self, size=None, /)", "Cut the stream."),
    NATIVE("readline", base_readline, "(self, size=-1, /)", "Read one line with read()."),
    NATIVE("readlines", base_readlines, "(self, hint=-1, /)", "Return a list of lines."),
    NATIVE("writelines", base_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("__enter__", base_enter, "(self, /)", "Return the stream itself."),
    NATIVE("__exit__", base_exit, "(self, type=None, value=None, traceback=None, /)",
           "Close the stream."),
    NATIVE_END,
};

static const GetSetSpec base_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the stream is closed."),
    GETSET_END,
};

const TypeSpec io_base_type_spec = {
    .name = "_io._IOBase",
    .doc = "()\n--\n\nThe base of all streams.",
    .layout = LAYOUT_NONE,
    .size = sizeof(Object),
    .slots = {.construct = object_construct, .iter = base_iter, .next = base_next},
    .methods = base_methods,
    .getsets = base_getsets,
};

// ---- Raw streams: read() and readall() over readinto() ----

static Value raw_readall(Thread *thread, Value *args) {
    ByteArray *all = bytearray_new(thread, NULL, 0);
    Value size = value_small_int(FILE_BUFFER_SIZE);
    for (;;) {
        Value data = call_named(thread, args[0], "read", &size, 1);
        if (is_none(data) && all->length == 0)
            return data;
        Value piece = checked_piece(thread, data);
        if (is_error(piece))
            return piece;
        if (is_undefined(piece))
            return value_object(bytes_new(thread, all->data, all->length));
        if (!bytearray_append(thread, all, as_bytes(piece)->data, as_bytes(piece)->length))
            return VALUE_ERROR;
    }
}

static Value raw_read(Thread *thread, Value *args) {
    int64_t size, count;
    if (!library_optional_int(thread, args[1], -1, &size))
        return VALUE_ERROR;
    if (size < 0)
        return call_named(thread, args[0], "readall", NULL, 0);
    ByteArray *place = bytearray_new(thread, NULL, 0);
    Value target = value_object(place);
    if (!bytearray_resize(thread, place, (size_t)size))
        return VALUE_ERROR;
    Value result = call_named(thread, args[0], "readinto", &target, 1);
    if (is_error(result) || is_none(result))
        return result;
    if (!operation_index_int64(thread, result, &count))
        return VALUE_ERROR;
    if (count < 0 || (size_t)count > place->length)
        return raise_error(thread, ERROR_ValueError,
                           "readinto returned %lld outside buffer size %zu", (long long)count,
                           place->length);
    return value_object(bytes_new(thread, place->data, (size_t)count));
}

static const NativeSpec raw_methods[] = {
    NATIVE("read", raw_read, "(self, size=-1, /)", "Read up to size bytes with readinto()."),
    NATIVE("readall", raw_readall, "(self, /)", "Read until the end with read()."),
    NATIVE_END,
};

// ---- Buffered and text streams: complaints, and readinto() over read() ----

#define UNSUPPORTED(function, text)                                                                \
    static Value function(Thread *thread, Value *args) {                                           \
        (void)args;                                                                                \
        return file_raise_unsupported(thread, text);                                               \
    }
UNSUPPORTED(no_read, "read")
UNSUPPORTED(no_read1, "read1")
UNSUPPORTED(no_readline, "readline")
UNSUPPORTED(no_write, "write")
UNSUPPORTED(no_detach, "detach")

static Value read_into(Thread *thread, Value *args, const char *method, const char *buffer) {
    uint8_t *target;
    size_t length;
    if (!bytes_view_argument(thread, args[1], buffer, &target, &length))
        return VALUE_ERROR;
    Value size = value_small_int((int64_t)length);
    Value data = call_named(thread, args[0], method, &size, 1);
    if (is_error(data) || is_none(data))
        return data;
    if (!is_bytes(data))
        return raise_error(thread, ERROR_TypeError, "%s() should return bytes", method);
    if (as_bytes(data)->length > length)
        return raise_error(thread, ERROR_ValueError,
                           "%s() returned too much data: %zu bytes requested, %zu returned", method,
                           length, as_bytes(data)->length);
    if (!bytes_view_writable(thread, args[1], &target, &length))
        return VALUE_ERROR;
    size_t count = as_bytes(data)->length < length ? as_bytes(data)->length : length;
    if (count > 0)
        memcpy(target, as_bytes(data)->data, count);
    return value_small_int((int64_t)count);
}

static Value buffered_readinto(Thread *thread, Value *args) {
    return read_into(thread, args, "read", "readinto() argument");
}

static Value buffered_readinto1(Thread *thread, Value *args) {
    return read_into(thread, args, "read1", "readinto1() argument");
}

static const NativeSpec buffered_methods[] = {
    NATIVE("read", no_read, "(self, size=-1, /)", "Not supported here."),
    NATIVE("read1", no_read1, "(self, size=-1, /)", "Not supported here."),
    NATIVE("readinto", buffered_readinto, "(self, buffer, /)", "Read into a buffer with read()."),
    NATIVE("readinto1", buffered_readinto1, "(self, buffer, /)", "The same with read1()."),
    NATIVE("write", no_write, "(self, b, /)", "Not supported here."),
    NATIVE("detach", no_detach, "(self, /)", "Not supported here."),
    NATIVE_END,
};

static const NativeSpec text_methods[] = {
    NATIVE("read", no_read, "(self, size=-1, /)", "Not supported here."),
    NATIVE("readline", no_readline, "(self, size=-1, /)", "Not supported here."),
    NATIVE("write", no_write, "(self, s, /)", "Not supported here."),
    NATIVE("detach", no_detach, "(self, /)", "Not supported here."),
    NATIVE_END,
};

#define ABSTRACT_TYPE(variable, type_name, method_table, text)                                     \
    const TypeSpec variable = {                                                                    \
        .name = "_io." type_name,                                                                  \
        .doc = "()\n--\n\n" text,                                                                  \
        .layout = LAYOUT_NONE,                                                                     \
        .size = sizeof(Object),                                                                    \
        .slots = {.construct = object_construct},                                                  \
        .methods = method_table,                                                                   \
    };

ABSTRACT_TYPE(raw_io_base_type_spec, "_RawIOBase", raw_methods,
              "The base of streams without buffers.")
ABSTRACT_TYPE(buffered_io_base_type_spec, "_BufferedIOBase", buffered_methods,
              "The base of binary streams.")
ABSTRACT_TYPE(text_io_base_type_spec, "_TextIOBase", text_methods, "The base of text streams.")
