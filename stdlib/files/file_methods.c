// SPDX-License-Identifier: MIT
//
// What programs see of binary files: the methods and attributes of FileIO and the Buffered types,
// and the four types themselves, which differ in their names alone.
#include "attribute.h"
#include "bytes.h"
#include "file.h"
#include "int.h"
#include "iterators.h"
#include "library.h"
#include "operations.h"
#include "str.h"
#include "type.h"

#include <errno.h>
#include <unistd.h>

static File *self_of(const Value *args) {
    return as_file(args[0]);
}

// CPython's buffered files name the operation in their complaints, its raw ones do not.
static bool check_can(Thread *thread, File *file, uint64_t flag, const char *operation) {
    bool raw = library_is(thread, value_object(file), LIBRARY_FileIO);
    bool reading = flag == FILE_READABLE;
    if (file->flags & FILE_CLOSED && !raw)
        return raise_false(thread, ERROR_ValueError, "%s %s closed file", operation,
                           reading ? "of" : "to");
    if (!file_check_open(thread, file))
        return false;
    if (file->flags & flag)
        return true;
    if (raw)
        operation = reading ? "File not open for reading" : "File not open for writing";
    file_raise_unsupported(thread, operation);
    return false;
}

static bool can_read(Thread *thread, File *file, const char *operation) {
    return check_can(thread, file, FILE_READABLE, operation);
}

static bool can_write(Thread *thread, File *file) {
    return check_can(thread, file, FILE_WRITABLE, "write");
}

// ---- Reading ----

static Value take(Thread *thread, File *file, size_t length) {
    Bytes *bytes = bytes_new(thread, file->input + file->input_start, length);
    file->input_start += length;
    return value_object(bytes);
}

// Opened with buffering=0: takes no more from the system than it is asked for, so that other
// readers of the same descriptor (a child, os.read) find the rest.
static bool is_raw(const File *file) {
    return (file->flags & FILE_UNBUFFERED) != 0;
}

// Fill until `wanted` bytes are there or the file ends; SIZE_MAX: until the end. A raw file reads
// once, unless it is to the end.
static bool fill_up_to(Thread *thread, File *file, size_t wanted) {
    if (is_raw(file) && wanted != SIZE_MAX)
        return wanted == 0 || file_ready(file) > 0 || file_fill_at_most(thread, file, wanted) >= 0;
    while (file_ready(file) < wanted) {
        int more = file_fill(thread, file);
        if (more <= 0)
            return more == 0;
    }
    return true;
}

static Value read_at_most(Thread *thread, File *file, int64_t count) {
    size_t wanted = count < 0 ? SIZE_MAX : (size_t)count;
    if (!fill_up_to(thread, file, wanted)) {
        if (!file_has_none_now(thread))
            return VALUE_ERROR;
        if (file_ready(file) == 0)
            return VALUE_NONE;
    }
    return take(thread, file, file_ready(file) < wanted ? file_ready(file) : wanted);
}

static Value file_read(Thread *thread, Value *args) {
    int64_t count;
    if (!can_read(thread, self_of(args), "read") ||
        !library_optional_int(thread, args[1], -1, &count))
        return VALUE_ERROR;
    return read_at_most(thread, self_of(args), count);
}

// One read, if there is anything to read now.
static bool fill_once(Thread *thread, File *file) {
    return file_fill(thread, file) >= 0 || file_has_none_now(thread);
}

// At most one system call.
static Value file_read1(Thread *thread, Value *args) {
    File *file = self_of(args);
    int64_t count;
    if (!can_read(thread, file, "read") || !library_optional_int(thread, args[1], -1, &count))
        return VALUE_ERROR;
    if (file_ready(file) == 0 && count != 0 && !fill_once(thread, file))
        return VALUE_ERROR;
    size_t ready = file_ready(file);
    return take(thread, file, count >= 0 && (size_t)count < ready ? (size_t)count : ready);
}

static Value file_peek(Thread *thread, Value *args) {
    File *file = self_of(args);
    if (!can_read(thread, file, "peek") || (file_ready(file) == 0 && !fill_once(thread, file)))
        return VALUE_ERROR;
    return value_object(bytes_new(thread, file->input + file->input_start, file_ready(file)));
}

static Value file_readinto(Thread *thread, Value *args) {
    File *file = self_of(args);
    uint8_t *data;
    size_t length;
    if (!bytes_view_argument(thread, args[1], "readinto() argument", &data, &length) ||
        !can_read(thread, file, "readinto"))
        return VALUE_ERROR;
    if (!fill_up_to(thread, file, length)) {
        if (!file_has_none_now(thread))
            return VALUE_ERROR;
        if (file_ready(file) == 0)
            return VALUE_NONE;
    }
    if (!bytes_view_writable(thread, args[1], &data, &length))
        return VALUE_ERROR;
    size_t count = file_ready(file) < length ? file_ready(file) : length;
    memcpy(data, file->input + file->input_start, count);
    file->input_start += count;
    return value_small_int((int64_t)count);
}

// The next line with its newline, at most `limit` bytes; empty at the end. VALUE_ERROR.
static Value read_line(Thread *thread, File *file, size_t limit) {
    size_t seen = 0;
    for (;;) {
        size_t ready = file_ready(file) < limit ? file_ready(file) : limit;
        const uint8_t *start = file->input + file->input_start;
        const uint8_t *end = ready > seen ? memchr(start + seen, '\n', ready - seen) : NULL;
        if (end != NULL)
            return take(thread, file, (size_t)(end - start) + 1);
        if (ready == limit)
            return take(thread, file, limit);
        seen = ready;
        int more = file_fill_at_most(thread, file, is_raw(file) ? 1 : SIZE_MAX);
        if (more < 0 && !file_has_none_now(thread))
            return VALUE_ERROR;
        if (more < 0 && is_raw(file) && file_ready(file) == 0)
            return raise_error(thread, ERROR_OSError,
                               "read() should have returned a bytes object, not 'NoneType'");
        if (more <= 0)
            return take(thread, file, file_ready(file));
    }
}

static Value file_readline(Thread *thread, Value *args) {
    int64_t limit;
    if (!can_read(thread, self_of(args), "readline") ||
        !library_optional_int(thread, args[1], -1, &limit))
        return VALUE_ERROR;
    return read_line(thread, self_of(args), limit < 0 ? SIZE_MAX : (size_t)limit);
}

static Value file_next(Thread *thread, Value self) {
    if (!can_read(thread, as_file(self), "readline"))
        return VALUE_ERROR;
    Value line = read_line(thread, as_file(self), SIZE_MAX);
    return !is_error(line) && as_bytes(line)->length == 0 ? VALUE_UNDEFINED : line;
}

static Value file_iter(Thread *thread, Value self) {
    return file_check_open(thread, as_file(self)) ? self : VALUE_ERROR;
}

static Value file_readlines(Thread *thread, Value *args) {
    return file_read_lines(thread, args[0], args[1], file_next);
}

// ---- Writing ----

// A raw file does not raise when its descriptor takes no more now: how much it took, or None.
static Value taken(Thread *thread) {
    Value error = error_take(thread);
    Value count = attribute_get(thread, error, str_intern_c(thread, "characters_written"));
    return is_small_int(count) && as_small_int(count) == 0 ? VALUE_NONE : count;
}

static Value write_value(Thread *thread, File *file, Value v) {
    BytesView view;
    if (!can_write(thread, file))
        return VALUE_ERROR;
    if (!bytes_view(thread, v, &view))
        return VALUE_ERROR;
    size_t length = view.length;
    if (file_write(thread, file, view.data, length))
        return value_small_int((int64_t)length);
    return is_raw(file) && error_matches(thread, ERROR_BlockingIOError) ? taken(thread)
                                                                        : VALUE_ERROR;
}

static Value file_write_method(Thread *thread, Value *args) {
    return write_value(thread, self_of(args), args[1]);
}

static Value file_writelines(Thread *thread, Value *args) {
    if (!can_write(thread, self_of(args)))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    while (!is_error(iterator)) {
        Value line = operation_next(thread, iterator);
        if (is_undefined(line))
            return VALUE_NONE;
        if (is_error(line) || is_error(write_value(thread, self_of(args), line)))
            break;
    }
    return VALUE_ERROR;
}

static Value file_flush_method(Thread *thread, Value *args) {
    File *file = self_of(args);
    return file_check_open(thread, file) && file_flush(thread, file) ? VALUE_NONE : VALUE_ERROR;
}

static Value file_truncate_method(Thread *thread, Value *args) {
    File *file = self_of(args);
    int64_t size;
    if (!can_write(thread, file))
        return VALUE_ERROR;
    int64_t here = is_none(args[1]) ? file_tell(thread, file) : 0;
    if (here < 0 || !library_optional_int(thread, args[1], here, &size) ||
        !file_truncate(thread, file, size))
        return VALUE_ERROR;
    return int_from_int64(thread, size);
}

// ---- Positions and the rest ----

static Value file_tell_method(Thread *thread, Value *args) {
    int64_t position =
        file_check_open(thread, self_of(args)) ? file_tell(thread, self_of(args)) : -1;
    return position < 0 ? VALUE_ERROR : int_from_int64(thread, position);
}

static Value file_seek_method(Thread *thread, Value *args) {
    int64_t offset, whence;
    if (!file_check_open(thread, self_of(args)) ||
        !operation_index_int64(thread, args[1], &offset) ||
        !operation_index_int64(thread, args[2], &whence))
        return VALUE_ERROR;
    if (whence < 0 || whence > 2)
        return raise_error(thread, ERROR_ValueError, "whence value %lld unsupported",
                           (long long)whence);
    int64_t position = file_seek(thread, self_of(args), offset, (int)whence);
    return position < 0 ? VALUE_ERROR : int_from_int64(thread, position);
}

static Value file_close_method(Thread *thread, Value *args) {
    return file_close(thread, self_of(args)) ? VALUE_NONE : VALUE_ERROR;
}

static Value file_enter(Thread *thread, Value *args) {
    return file_check_open(thread, self_of(args)) ? args[0] : VALUE_ERROR;
}

static Value file_exit(Thread *thread, Value *args) {
    return file_close(thread, self_of(args)) ? VALUE_NONE : VALUE_ERROR;
}

static Value file_fileno(Thread *thread, Value *args) {
    return file_check_open(thread, self_of(args)) ? value_small_int(self_of(args)->fd)
                                                  : VALUE_ERROR;
}

static Value file_isatty(Thread *thread, Value *args) {
    return file_check_open(thread, self_of(args)) ? value_bool(isatty(self_of(args)->fd))
                                                  : VALUE_ERROR;
}

static Value file_has(Thread *thread, Value *args, uint64_t flag) {
    const File *file = self_of(args);
    return file_check_open(thread, file) ? value_bool(file->flags & flag) : VALUE_ERROR;
}

static Value file_readable(Thread *thread, Value *args) {
    return file_has(thread, args, FILE_READABLE);
}

static Value file_writable(Thread *thread, Value *args) {
    return file_has(thread, args, FILE_WRITABLE);
}

static Value file_seekable(Thread *thread, Value *args) {
    const File *file = self_of(args);
    return file_check_open(thread, file) ? value_bool(file_is_seekable(file)) : VALUE_ERROR;
}

const NativeSpec file_methods[] = {
    NATIVE("read", file_read, "(self, size=-1, /)", "Read and return up to size bytes."),
    NATIVE("read1", file_read1, "(self, size=-1, /)",
           "Read up to size bytes, with at most one system call."),
    NATIVE("peek", file_peek, "(self, size=0, /)",
           "Return bytes from the buffer without advancing the position."),
    NATIVE("readinto", file_readinto, "(self, buffer, /)",
           "Read bytes into a writable buffer; return how many."),
    NATIVE("readline", file_readline, "(self, size=-1, /)", "Read and return one line."),
    NATIVE("readlines", file_readlines, "(self, hint=-1, /)", "Return a list of lines."),
    NATIVE("write", file_write_method, "(self, buffer, /)",
           "Write the buffer's bytes; return how many."),
    NATIVE("writelines", file_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("flush", file_flush_method, "(self, /)", "Send buffered output to the system."),
    NATIVE("truncate", file_truncate_method, "(self, pos=None, /)",
           "Cut or extend the file to pos bytes, by default the current position."),
    NATIVE("tell", file_tell_method, "(self, /)", "Return the current position."),
    NATIVE("seek", file_seek_method, "(self, target, whence=0, /)",
           "Change the position: from the start (0), from here (1) or from the end (2)."),
    NATIVE("close", file_close_method, "(self, /)", "Flush and close the file."),
    NATIVE("__enter__", file_enter, "(self, /)", "Return the file itself."),
    NATIVE("__exit__", file_exit, "(self, type=None, value=None, traceback=None, /)",
           "Close the file."),
    NATIVE("fileno", file_fileno, "(self, /)", "Return the file's descriptor."),
    NATIVE("isatty", file_isatty, "(self, /)", "Return whether this is a terminal."),
    NATIVE("readable", file_readable, "(self, /)", "Return whether the file can be read."),
    NATIVE("writable", file_writable, "(self, /)", "Return whether the file can be written."),
    NATIVE("seekable", file_seekable, "(self, /)", "Return whether the position can be changed."),
    NATIVE_END,
};

// ---- Attributes and types ----

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_file(self)->flags & FILE_CLOSED);
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return as_file(self)->name;
}

static Value get_mode(Thread *thread, Value self) {
    return library_text(thread, as_file(self)->mode);
}

static Value get_closefd(Thread *thread, Value self) {
    (void)thread;
    return value_bool(!(as_file(self)->flags & FILE_KEEP_DESCRIPTOR));
}

static Value get_raw(Thread *thread, Value self) {
    (void)thread;
    return self;
}

const GetSetSpec file_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the file is closed."),
    GETSET("name", get_name, NULL, "The path or descriptor the file was opened with."),
    GETSET("mode", get_mode, NULL, "The mode the file was opened with."),
    GETSET("closefd", get_closefd, NULL, "Whether close() closes the descriptor."),
    GETSET("raw", get_raw, NULL, "The file below the buffers: here the file itself."),
    GETSET_END,
};

static Value file_repr(Thread *thread, Value self) {
    const File *file = as_file(self);
    bool raw = library_is(thread, self, LIBRARY_FileIO);
    if (raw && file->flags & FILE_CLOSED)
        return library_text(thread, "<_io.FileIO [closed]>");
    Str *name = operation_repr(thread, file->name);
    if (name == NULL)
        return VALUE_ERROR;
    if (raw)
        return value_object(str_format(thread, "<_io.FileIO name=%s mode='%s' closefd=%s>",
                                       str_text(thread, name), file->mode,
                                       file->flags & FILE_KEEP_DESCRIPTOR ? "False" : "True"));
    return value_object(str_format(thread, "<_io.%s name=%s>", type_short_name(object_type(self)),
                                   str_text(thread, name)));
}

static void file_trace(Marker *marker, Object *self) {
    const File *file = (const File *)self;
    mark_value(marker, file->name);
    mark_buffer(marker, file->input);
    mark_buffer(marker, file->output);
}

// A file that nobody closed: send its output as far as the system takes it, and close it. Not at
// the program's end if a daemon thread is in the middle of a call with it: that may never return.
static void file_finalize(Interpreter *interpreter, Object *self) {
    (void)interpreter;
    File *file = (File *)self;
    if (file->flags & FILE_CLOSED || file->lock.owner.holder != NULL)
        return;
    size_t done = 0;
    while (done < file->output_length) {
        ssize_t count = write(file->fd, file->output + done, file->output_length - done);
        if (count < 0 && errno != EINTR)
            break;
        done += count > 0 ? (size_t)count : 0;
    }
    if (!(file->flags & FILE_KEEP_DESCRIPTOR))
        close(file->fd);
    file->flags |= FILE_CLOSED;
}

// io.BufferedReader(raw) and its relatives, io.FileIO(path)
static Value file_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    if (as_type(callee)->flags & TYPE_FROM_CLASS)
        return file_new_shell(thread, as_type(callee));
    bool raw = as_type(callee) == library_type(thread, LIBRARY_FileIO);
    const char *name = raw ? "open_raw" : type_short_name(as_type(callee));
    return file_call_layer(thread, "_io_buffered", name, args, count, keywords);
}

#define FILE_TYPE(variable, type_name, signature, text)                                            \
    const TypeSpec variable = {                                                                    \
        .name = "_io." type_name,                                                                  \
        .doc = signature "\n--\n\n" text,                                                           \
        .layout = LAYOUT_NONE,                                                                     \
        .flags = TYPE_WEAK | TYPE_HAS_ATTRIBUTES,                                                  \
        .size = sizeof(File),                                                                      \
        .slots = {.repr = file_repr,                                                               \
                  .iter = file_iter,                                                               \
                  .next = file_next,                                                               \
                  .construct = file_construct,                                                     \
                  .trace = file_trace,                                                             \
                  .finalize = file_finalize},                                                      \
        .methods = file_methods,                                                                   \
        .getsets = file_getsets,                                                                   \
        .stand_in = "_io_buffered",                                                                \
    };

#define BUFFERED_SIGNATURE "(raw, buffer_size=8192)"
FILE_TYPE(file_io_type_spec, "FileIO", "(file, mode='r', closefd=True, opener=None)",
          "A file without buffering.")
FILE_TYPE(buffered_reader_type_spec, "BufferedReader", BUFFERED_SIGNATURE,
          "A binary file open for reading.")
FILE_TYPE(buffered_writer_type_spec, "BufferedWriter", BUFFERED_SIGNATURE,
          "A binary file open for writing.")
FILE_TYPE(buffered_random_type_spec, "BufferedRandom", BUFFERED_SIGNATURE,
          "A binary file open for reading and writing.")
