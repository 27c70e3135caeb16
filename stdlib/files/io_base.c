// SPDX-License-Identifier: MIT
//
// The abstract file classes IOBase, RawIOBase, BufferedIOBase and TextIOBase. Mini's own files
// override all of their methods; they are here for isinstance() and for classes written in Mini
// that only define read or write and want the rest for nothing. file_read_lines is what all kinds
// of files have in common.
#include "attribute.h"
#include "bytes.h"
#include "call.h"
#include "file.h"
#include "iterators.h"
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

static Value base_nothing(Thread *thread, Value *args) {
    (void)thread;
    (void)args;
    return VALUE_NONE;
}

static Value base_unsupported(Thread *thread, Value *args) {
    (void)args;
    return file_raise_unsupported(thread, "operation not supported by this stream");
}

static Value base_fileno(Thread *thread, Value *args) {
    (void)args;
    return file_raise_unsupported(thread, "fileno");
}

static Value base_enter(Thread *thread, Value *args) {
    (void)thread;
    return args[0];
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

static Value base_readlines(Thread *thread, Value *args) {
    return operation_to_list(thread, args[0]);
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
        total += (int64_t)(is_str(line) ? as_str(line)->length : as_bytes(line)->length);
    }
    return value_object(lines);
}

static Value base_writelines(Thread *thread, Value *args) {
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
    NATIVE("close", base_nothing, "(self, /)", "Flush and close the stream."),
    NATIVE("flush", base_nothing, "(self, /)", "Send buffered output to the system."),
    NATIVE("fileno", base_fileno, "(self, /)", "Return the descriptor, if there is one."),
    NATIVE("isatty", base_false, "(self, /)", "Return whether this is a terminal."),
    NATIVE("readable", base_false, "(self, /)", "Return whether the stream can be read."),
    NATIVE("writable", base_false, "(self, /)", "Return whether the stream can be written."),
    NATIVE("seekable", base_false, "(self, /)", "Return whether the position can be changed."),
    NATIVE("seek", base_unsupported, "(self, offset, whence=0, /)", "Change the position."),
    NATIVE("tell", base_unsupported, "(self, /)", "Return the position."),
    NATIVE("truncate", base_unsupported, "(self, size=None, /)", "Cut the stream."),
    NATIVE("readlines", base_readlines, "(self, hint=-1, /)", "Return a list of lines."),
    NATIVE("writelines", base_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("__enter__", base_enter, "(self, /)", "Return the stream itself."),
    NATIVE("__exit__", base_exit, "(self, type=None, value=None, traceback=None, /)",
           "Close the stream."),
    NATIVE_END,
};

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return VALUE_FALSE;
}

static const GetSetSpec base_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the stream is closed."),
    GETSET_END,
};

const TypeSpec io_base_type_spec = {
    .name = "_io._IOBase",
    .doc = "The base of all streams.",
    .layout = LAYOUT_NONE,
    .size = sizeof(Object),
    .slots = {.construct = object_construct, .iter = iterator_self, .next = base_next},
    .methods = base_methods,
    .getsets = base_getsets,
};

#define ABSTRACT_TYPE(variable, type_name, text)                                                   \
    const TypeSpec variable = {                                                                    \
        .name = "_io." type_name,                                                                  \
        .doc = text,                                                                               \
        .layout = LAYOUT_NONE,                                                                     \
        .size = sizeof(Object),                                                                    \
        .slots = {.construct = object_construct},                                                  \
    };

ABSTRACT_TYPE(raw_io_base_type_spec, "_RawIOBase", "The base of streams without buffers.")
ABSTRACT_TYPE(buffered_io_base_type_spec, "_BufferedIOBase", "The base of binary streams.")
ABSTRACT_TYPE(text_io_base_type_spec, "_TextIOBase", "The base of text streams.")
