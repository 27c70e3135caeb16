// SPDX-License-Identifier: MIT
//
// What programs see of text files: io.TextIOWrapper.
//
// Decoding, encoding, newlines and buffers are the business of text_file.c; here are the tables of
// methods, and the checks of what a script hands over. Reading and writing may block and so release
// the GIL below; nothing here keeps a pointer into a file's buffer across such a call.
#include "arguments.h"
#include "int.h"
#include "library.h"
#include "operations.h"
#include "str.h"
#include "text_file.h"
#include "type.h"

#include <unistd.h>

static TextFile *self_of(const Value *args) {
    return as_text_file(args[0]);
}

static bool check_open(Thread *thread, const TextFile *self) {
    if (self->detached)
        return raise_false(thread, ERROR_ValueError, "underlying buffer has been detached");
    return file_check_open(thread, self->file);
}

static Value text_or_error(Str *text) {
    return text == NULL ? VALUE_ERROR : value_object(text);
}

static size_t limit_of(int64_t n) {
    return n < 0 ? SIZE_MAX : (size_t)n;
}

// ---- Reading and writing ----

static Value text_read(Thread *thread, Value *args) {
    int64_t count;
    if (!check_open(thread, self_of(args)) || !library_optional_int(thread, args[1], -1, &count))
        return VALUE_ERROR;
    return text_or_error(text_file_read(thread, self_of(args), limit_of(count)));
}

static Value text_readline(Thread *thread, Value *args) {
    int64_t limit;
    if (!check_open(thread, self_of(args)) || !library_optional_int(thread, args[1], -1, &limit))
        return VALUE_ERROR;
    return text_or_error(text_file_read_line(thread, self_of(args), limit_of(limit)));
}

static Value text_next(Thread *thread, Value self) {
    if (!check_open(thread, as_text_file(self)))
        return VALUE_ERROR;
    Str *line = text_file_read_line(thread, as_text_file(self), SIZE_MAX);
    bool ended = line != NULL && line->length == 0;
    as_text_file(self)->iterating = !ended;
    return ended ? VALUE_UNDEFINED : text_or_error(line);
}

static Value text_iter(Thread *thread, Value self) {
    return check_open(thread, as_text_file(self)) ? self : VALUE_ERROR;
}

static Value text_readlines(Thread *thread, Value *args) {
    return file_read_lines(thread, args[0], args[1], text_next);
}

static bool write_value(Thread *thread, TextFile *self, Value v) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "write() argument must be str, not %s",
                           argument_type_name(thread, v));
    return check_open(thread, self) && text_file_write(thread, self, as_str(v));
}

static Value text_write(Thread *thread, Value *args) {
    return write_value(thread, self_of(args), args[1])
               ? value_small_int((int64_t)as_str(args[1])->length)
               : VALUE_ERROR;
}

static Value text_writelines(Thread *thread, Value *args) {
    if (!check_open(thread, self_of(args)))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    while (!is_error(iterator)) {
        Value line = operation_next(thread, iterator);
        if (is_undefined(line))
            return VALUE_NONE;
        if (is_error(line) || !write_value(thread, self_of(args), line))
            break;
    }
    return VALUE_ERROR;
}

static Value text_flush(Thread *thread, Value *args) {
    self_of(args)->iterating = false;
    return check_open(thread, self_of(args)) && text_file_flush(thread, self_of(args))
               ? VALUE_NONE
               : VALUE_ERROR;
}

// ---- Positions ----

static Value text_tell(Thread *thread, Value *args) {
    if (!check_open(thread, self_of(args)))
        return VALUE_ERROR;
    if (!file_is_seekable(self_of(args)->file))
        return file_raise_unsupported(thread, "underlying stream is not seekable");
    if (self_of(args)->iterating)
        return raise_error(thread, ERROR_OSError, "telling position disabled by next() call");
    int64_t position = file_tell(thread, self_of(args)->file);
    return position < 0 ? VALUE_ERROR : int_from_int64(thread, position);
}

static bool check_seek(Thread *thread, int64_t offset, int64_t whence) {
    if (whence < 0 || whence > 2)
        return raise_false(thread, ERROR_ValueError, "invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    if (whence != 0 && offset != 0)
        return file_raise_unsupported(thread, whence == 1 ? "can't do nonzero cur-relative seeks"
                                                          : "can't do nonzero end-relative seeks"),
               false;
    return offset >= 0 ||
           raise_false(thread, ERROR_ValueError, "negative seek position %lld", (long long)offset);
}

static Value text_seek(Thread *thread, Value *args) {
    int64_t offset, whence;
    if (!check_open(thread, self_of(args)) || !operation_index_int64(thread, args[1], &offset) ||
        !operation_index_int64(thread, args[2], &whence) || !check_seek(thread, offset, whence))
        return VALUE_ERROR;
    if (!file_is_seekable(self_of(args)->file))
        return file_raise_unsupported(thread, "underlying stream is not seekable");
    self_of(args)->iterating = false;
    int64_t position = file_seek(thread, self_of(args)->file, offset, (int)whence);
    return position < 0 ? VALUE_ERROR : int_from_int64(thread, position);
}

static Value text_truncate(Thread *thread, Value *args) {
    File *file = self_of(args)->file;
    int64_t size;
    if (!check_open(thread, self_of(args)) || !file_check_writable(thread, file))
        return VALUE_ERROR;
    int64_t here = is_none(args[1]) ? file_tell(thread, file) : 0;
    if (here < 0 || !library_optional_int(thread, args[1], here, &size) ||
        !file_truncate(thread, file, size))
        return VALUE_ERROR;
    return int_from_int64(thread, size);
}

// ---- The rest ----

static Value text_close(Thread *thread, Value *args) {
    return self_of(args)->detached || file_close(thread, self_of(args)->file) ? VALUE_NONE
                                                                              : VALUE_ERROR;
}

static Value text_enter(Thread *thread, Value *args) {
    return check_open(thread, self_of(args)) ? args[0] : VALUE_ERROR;
}

static Value text_fileno(Thread *thread, Value *args) {
    return check_open(thread, self_of(args)) ? value_small_int(self_of(args)->file->fd)
                                             : VALUE_ERROR;
}

static Value text_isatty(Thread *thread, Value *args) {
    return check_open(thread, self_of(args)) ? value_bool(isatty(self_of(args)->file->fd))
                                             : VALUE_ERROR;
}

static Value text_has(Thread *thread, const Value *args, uint64_t flag) {
    const TextFile *self = self_of(args);
    return check_open(thread, self) ? value_bool(self->file->flags & flag) : VALUE_ERROR;
}

static Value text_readable(Thread *thread, Value *args) {
    return text_has(thread, args, FILE_READABLE);
}

static Value text_writable(Thread *thread, Value *args) {
    return text_has(thread, args, FILE_WRITABLE);
}

static Value text_seekable(Thread *thread, Value *args) {
    const TextFile *self = self_of(args);
    return check_open(thread, self) ? value_bool(file_is_seekable(self->file)) : VALUE_ERROR;
}

static Value text_detach(Thread *thread, Value *args) {
    TextFile *self = self_of(args);
    if (!check_open(thread, self) || !file_flush(thread, self->file))
        return VALUE_ERROR;
    self->detached = true;
    return value_object(self->file);
}

static bool set_flag(Thread *thread, File *file, uint64_t flag, Value v) {
    if (is_none(v))
        return true;
    int on = operation_truth(thread, v);
    if (on >= 0)
        file->flags = on ? file->flags | flag : file->flags & ~flag;
    return on >= 0;
}

// args: self, encoding, errors, newline, line_buffering, write_through
static Value text_reconfigure(Thread *thread, Value *args) {
    TextFile *self = self_of(args);
    NewlineMode newline = (NewlineMode)self->newline;
    const char *encoding = NULL, *errors = self->errors;
    if (!check_open(thread, self) || !file_flush(thread, self->file) ||
        (!is_undefined(args[3]) &&
         !text_file_newline(thread, "reconfigure() argument 'newline'", args[3], &newline)) ||
        (!is_none(args[1]) && !(encoding = library_need_text(thread, args[1], "encoding"))) ||
        (!is_none(args[2]) && !(errors = library_need_text(thread, args[2], "errors"))))
        return VALUE_ERROR;
    const TextFile *model = text_file_new(thread, self->file, encoding ? encoding : self->codec,
                                          "utf-8", errors, newline);
    if (model == NULL || !set_flag(thread, self->file, FILE_LINE_BUFFERED, args[4]) ||
        !set_flag(thread, self->file, FILE_UNBUFFERED, args[5]))
        return VALUE_ERROR;
    self->codec = model->codec;
    self->errors = model->errors;
    self->newline = model->newline;
    self->encoding = encoding == NULL ? self->encoding : model->encoding;
    return VALUE_NONE;
}

const NativeSpec text_file_methods[] = {
    NATIVE("read", text_read, "(self, size=-1, /)", "Read at most size characters."),
    NATIVE("readline", text_readline, "(self, size=-1, /)", "Read one line."),
    NATIVE("readlines", text_readlines, "(self, hint=-1, /)", "Return a list of lines."),
    NATIVE("write", text_write, "(self, text, /)",
           "Write the string; return how many characters it has."),
    NATIVE("writelines", text_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("flush", text_flush, "(self, /)", "Send buffered output to the system."),
    NATIVE("truncate", text_truncate, "(self, pos=None, /)",
           "Cut or extend the file to pos bytes, by default the current position."),
    NATIVE("tell", text_tell, "(self, /)", "Return the current position."),
    NATIVE("seek", text_seek, "(self, cookie, whence=0, /)", "Change the position."),
    NATIVE("close", text_close, "(self, /)", "Flush and close the file."),
    NATIVE("__enter__", text_enter, "(self, /)", "Return the file itself."),
    NATIVE("__exit__", text_close, "(self, type=None, value=None, traceback=None, /)",
           "Close the file."),
    NATIVE("fileno", text_fileno, "(self, /)", "Return the file's descriptor."),
    NATIVE("isatty", text_isatty, "(self, /)", "Return whether this is a terminal."),
    NATIVE("readable", text_readable, "(self, /)", "Return whether the file can be read."),
    NATIVE("writable", text_writable, "(self, /)", "Return whether the file can be written."),
    NATIVE("seekable", text_seekable, "(self, /)", "Return whether the position can be changed."),
    NATIVE("detach", text_detach, "(self, /)", "Return the binary file; this one ends."),
    NATIVE("reconfigure", text_reconfigure,
           "(self, /, *, encoding=None, errors=None, newline=..., line_buffering=None, "
           "write_through=None)",
           "Change how text is encoded and when it goes out."),
    NATIVE_END,
};

// ---- Attributes and type ----

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_text_file(self)->file->flags & FILE_CLOSED);
}

static Value get_name(Thread *thread, Value self) {
    (void)thread;
    return as_text_file(self)->file->name;
}

static Value get_mode(Thread *thread, Value self) {
    (void)thread;
    return as_text_file(self)->mode;
}

static Value get_encoding(Thread *thread, Value self) {
    (void)thread;
    return as_text_file(self)->encoding;
}

static Value get_errors(Thread *thread, Value self) {
    return library_text(thread, as_text_file(self)->errors);
}

static Value get_buffer(Thread *thread, Value self) {
    (void)thread;
    return value_object(as_text_file(self)->file);
}

static Value get_line_buffering(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_text_file(self)->file->flags & FILE_LINE_BUFFERED);
}

static Value get_write_through(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_text_file(self)->file->flags & FILE_UNBUFFERED);
}

static Value get_newlines(Thread *thread, Value self) {
    return text_file_newlines(thread, as_text_file(self)->ends);
}

const GetSetSpec text_file_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the file is closed."),
    GETSET("name", get_name, NULL, "The path or descriptor the file was opened with."),
    GETSET("mode", get_mode, NULL, "The mode the file was opened with."),
    GETSET("encoding", get_encoding, NULL, "The name of the encoding."),
    GETSET("errors", get_errors, NULL, "What happens to characters that cannot be encoded."),
    GETSET("buffer", get_buffer, NULL, "The binary file below."),
    GETSET("line_buffering", get_line_buffering, NULL, "Whether each line goes out at once."),
    GETSET("write_through", get_write_through, NULL, "Whether each write goes out at once."),
    GETSET("newlines", get_newlines, NULL, "Line ends met so far: None, one or a tuple."),
    GETSET_END,
};

static Value text_repr(Thread *thread, Value self) {
    const TextFile *file = as_text_file(self);
    Str *name = operation_repr(thread, file->file->name);
    if (name == NULL)
        return VALUE_ERROR;
    return value_object(str_format(thread, "<_io.TextIOWrapper name=%s mode='%s' encoding='%s'>",
                                   str_text(thread, name), str_text(thread, as_str(file->mode)),
                                   str_text(thread, as_str(file->encoding))));
}

static void text_trace(Marker *marker, Object *self) {
    const TextFile *file = (const TextFile *)self;
    mark_object(marker, file->file);
    mark_value(marker, file->mode);
    mark_value(marker, file->encoding);
}

static const char *optional_text(Thread *thread, Value v, const char *what, bool *good) {
    if (is_undefined(v) || is_none(v))
        return NULL;
    const char *text = library_need_text(thread, v, what);
    *good &= text != NULL;
    return text;
}

// What an object of a subclass is to C: text of a file that is closed. The rest is made of Mini.
static Value new_shell(Thread *thread, Type *type) {
    File *file =
        as_file(file_new_shell(thread, library_type(thread, LIBRARY_BufferedReader)));
    TextFile *text_file = object_new(thread, type);
    text_file->file = file;
    text_file->codec = "utf-8";
    text_file->errors = "strict";
    text_file->mode = text_file->encoding = library_text(thread, "");
    return value_object(text_file);
}

// io.TextIOWrapper(buffer, encoding=None, errors=None, newline=None, line_buffering=False)
static Value text_construct(Thread *thread, Value callee, Value *args, size_t count,
                            Tuple *keywords) {
    static const ArgumentsSpec spec = {
        "TextIOWrapper",
        {"buffer", "encoding", "errors", "newline", "line_buffering", "write_through"},
        1};
    if (as_type(callee)->flags & TYPE_FROM_CLASS)
        return new_shell(thread, as_type(callee));
    Value v[6];
    if (!arguments_bind(thread, &spec, args, count, keywords, v))
        return VALUE_ERROR;
    if (!is_file(v[0]))
        return file_call_layer(thread, "_io_text", "TextIOWrapper", args, count, keywords);
    bool good = true;
    NewlineMode newline = NEWLINE_UNIVERSAL;
    const char *encoding = optional_text(thread, v[1], "encoding", &good);
    if (encoding != NULL && text_file_known_codec(encoding) == NULL)
        return file_call_layer(thread, "_io_text", "TextIOWrapper", args, count, keywords);
    const char *errors = good ? optional_text(thread, v[2], "errors", &good) : NULL;
    if (!good || (!is_undefined(v[3]) &&
                  !text_file_newline(thread, "TextIOWrapper() argument 'newline'", v[3], &newline)))
        return VALUE_ERROR;
    TextFile *file = text_file_new(thread, as_file(v[0]), encoding, "UTF-8", errors, newline);
    if (file == NULL ||
        !set_flag(thread, file->file, FILE_LINE_BUFFERED, is_undefined(v[4]) ? VALUE_NONE : v[4]))
        return VALUE_ERROR;
    return value_object(file);
}

const TypeSpec text_file_type_spec = {
    .name = "_io.TextIOWrapper",
    .doc = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
           "write_through=False)\n--\n\n"
           "A text file: characters on top of a binary file.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(TextFile),
    .slots = {.repr = text_repr,
              .iter = text_iter,
              .next = text_next,
              .construct = text_construct,
              .trace = text_trace},
    .methods = text_file_methods,
    .getsets = text_file_getsets,
    .stand_in = "_io_text",
};
