// SPDX-License-Identifier: MIT
//
// io.StringIO: a text file in memory.
//
// The contents are one str. Appending, by far the most frequent write, is a concatenation, which
// costs only what is appended (see str.h on shared buffers); writing into the middle copies.
#include "arguments.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "memory_file.h"
#include "operations.h"
#include "str.h"
#include "text_file.h"
#include "tuple.h"

typedef struct StringIO {
    Object object;
    uint64_t newline; // NewlineMode
    Str *text;
    size_t position; // may be beyond the end
    uint64_t ends;   // LineEnds of what was written
    bool closed;
} StringIO;

static StringIO *as_string_io(Value v) {
    return (StringIO *)as_object(v);
}

static bool check_open(Thread *thread, const StringIO *self) {
    return !self->closed || raise_false(thread, ERROR_ValueError, "I/O operation on closed file");
}

static size_t remaining(const StringIO *self) {
    return self->position < self->text->length ? self->text->length - self->position : 0;
}

static Str *take(Thread *thread, StringIO *self, size_t count) {
    size_t start = self->position;
    if (count == 0)
        return thread->interpreter->empty_str;
    self->position += count;
    return str_slice(thread, self->text, start, start + count);
}

static Value string_io_read(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    int64_t count;
    if (!check_open(thread, self) || !library_optional_int(thread, args[1], -1, &count))
        return VALUE_ERROR;
    size_t left = remaining(self);
    return value_object(
        take(thread, self, count < 0 || (size_t)count > left ? left : (size_t)count));
}

static size_t line_length(const StringIO *self) {
    size_t left = remaining(self);
    uint32_t end = self->newline == NEWLINE_CR ? '\r' : '\n';
    for (size_t i = 0; i < left; i++) {
        uint32_t c = str_char_at(self->text, self->position + i);
        if (c == end)
            return i + 1;
        if (c == '\r' && self->newline == NEWLINE_KEEP)
            return i + 1 < left && str_char_at(self->text, self->position + i + 1) == '\n' ? i + 2
                                                                                           : i + 1;
    }
    return left;
}

static Value string_io_readline(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    int64_t limit;
    if (!check_open(thread, self) || !library_optional_int(thread, args[1], -1, &limit))
        return VALUE_ERROR;
    size_t length = line_length(self);
    return value_object(
        take(thread, self, limit >= 0 && (size_t)limit < length ? (size_t)limit : length));
}

static Value string_io_next(Thread *thread, Value v) {
    StringIO *self = as_string_io(v);
    if (!check_open(thread, self))
        return VALUE_ERROR;
    size_t length = line_length(self);
    return length == 0 ? VALUE_UNDEFINED : value_object(take(thread, self, length));
}

static Value string_io_iter(Thread *thread, Value self) {
    return check_open(thread, as_string_io(self)) ? self : VALUE_ERROR;
}

static Value string_io_readlines(Thread *thread, Value *args) {
    return file_read_lines(thread, args[0], args[1], string_io_next);
}

// ---- Writing ----

static Str *replaced_newlines(Thread *thread, Str *text, const char *from, const char *to) {
    Str *needle = str_from_c(thread, from), *put = str_from_c(thread, to), *result = NULL;
    size_t start = 0;
    for (;;) {
        int64_t at = str_find(text, needle, start, text->length);
        size_t end = at < 0 ? text->length : (size_t)at;
        Str *piece = str_slice(thread, text, start, end);
        result = result == NULL ? piece : str_concat(thread, result, piece);
        if (at < 0)
            return result;
        result = str_concat(thread, result, put);
        start = end + needle->length;
    }
}

static void note_ends(StringIO *self, const Str *text) {
    for (size_t i = 0; i < text->length; i++) {
        uint32_t c = str_char_at(text, i);
        bool pair = c == '\r' && i + 1 < text->length && str_char_at(text, i + 1) == '\n';
        self->ends |= pair ? ENDS_CRLF : c == '\r' ? ENDS_CR : c == '\n' ? ENDS_LF : 0;
        i += pair;
    }
}

static Str *translated(Thread *thread, StringIO *self, Str *text) {
    if (self->newline <= NEWLINE_KEEP)
        note_ends(self, text);
    switch ((NewlineMode)self->newline) {
    case NEWLINE_UNIVERSAL:
        text = replaced_newlines(thread, text, "\r\n", "\n");
        return replaced_newlines(thread, text, "\r", "\n");
    case NEWLINE_CR:
        return replaced_newlines(thread, text, "\n", "\r");
    case NEWLINE_CRLF:
        return replaced_newlines(thread, text, "\n", "\r\n");
    default:
        return text;
    }
}

static Str *padded(Thread *thread, const StringIO *self) {
    size_t missing = self->position - self->text->length;
    Str *zeros = str_repeat(thread, str_from_code_point(thread, 0), (int64_t)missing);
    return zeros == NULL ? NULL : str_concat(thread, self->text, zeros);
}

// Write `text` at the position.
static bool put(Thread *thread, StringIO *self, Str *text) {
    text = translated(thread, self, text);
    Str *all = self->position > self->text->length ? padded(thread, self) : self->text;
    if (all == NULL || text->length == 0)
        return all != NULL;
    size_t end = self->position + text->length, old = all->length;
    Str *head = self->position == old ? all : str_slice(thread, all, 0, self->position);
    Str *result = str_concat(thread, head, text);
    if (result != NULL && end < old)
        result = str_concat(thread, result, str_slice(thread, all, end, old));
    if (result == NULL)
        return false;
    self->text = result;
    self->position = end;
    return true;
}

static bool write_value(Thread *thread, Value self, Value v) {
    if (!is_str(v))
        return raise_false(thread, ERROR_TypeError, "string argument expected, got '%s'",
                           type_name(thread, v));
    return check_open(thread, as_string_io(self)) &&
           put(thread, as_string_io(self), str_exact(thread, as_str(v)));
}

static Value string_io_write(Thread *thread, Value *args) {
    return write_value(thread, args[0], args[1]) ? value_small_int((int64_t)as_str(args[1])->length)
                                                 : VALUE_ERROR;
}

static Value string_io_writelines(Thread *thread, Value *args) {
    if (as_string_io(args[0])->closed) // CPython's words, which end here as those of all streams do
        return raise_error(thread, ERROR_ValueError, "I/O operation on closed file.");
    Value iterator = operation_iter(thread, args[1]);
    while (!is_error(iterator)) {
        Value line = operation_next(thread, iterator);
        if (is_undefined(line))
            return VALUE_NONE;
        if (is_error(line) || !write_value(thread, args[0], line))
            break;
    }
    return VALUE_ERROR;
}

static Value string_io_truncate(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    int64_t size;
    if (!check_open(thread, self) ||
        !library_optional_int(thread, args[1], (int64_t)self->position, &size))
        return VALUE_ERROR;
    if (size < 0)
        return raise_error(thread, ERROR_ValueError, "Negative size value %lld", (long long)size);
    if ((size_t)size < self->text->length)
        self->text = str_slice(thread, self->text, 0, (size_t)size);
    return int_from_int64(thread, size);
}

// ---- Positions and the rest ----

static Value string_io_seek(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    int64_t offset, whence;
    if (!check_open(thread, self) || !operation_index_int64(thread, args[1], &offset) ||
        !operation_index_int64(thread, args[2], &whence))
        return VALUE_ERROR;
    if (whence < 0 || whence > 2)
        return raise_error(thread, ERROR_ValueError, "Invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    if (whence == 0 && offset < 0)
        return raise_error(thread, ERROR_ValueError, "Negative seek position %lld",
                           (long long)offset);
    if (whence != 0 && offset != 0)
        return raise_error(thread, ERROR_OSError, "Can't do nonzero cur-relative seeks");
    if (whence != 1)
        self->position = whence == 2 ? self->text->length : (size_t)offset;
    return int_from_int64(thread, (int64_t)self->position);
}

static Value string_io_tell(Thread *thread, Value *args) {
    const StringIO *self = as_string_io(args[0]);
    return check_open(thread, self) ? int_from_int64(thread, (int64_t)self->position) : VALUE_ERROR;
}

static Value string_io_getvalue(Thread *thread, Value *args) {
    const StringIO *self = as_string_io(args[0]);
    return check_open(thread, self) ? value_object(self->text) : VALUE_ERROR;
}

static Value string_io_close(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    self->closed = true;
    self->text = thread->interpreter->empty_str;
    return VALUE_NONE;
}

static Value string_io_enter(Thread *thread, Value *args) {
    return check_open(thread, as_string_io(args[0])) ? args[0] : VALUE_ERROR;
}

static Value string_io_yes(Thread *thread, Value *args) {
    return check_open(thread, as_string_io(args[0])) ? VALUE_TRUE : VALUE_ERROR;
}

static Value string_io_flush(Thread *thread, Value *args) {
    return check_open(thread, as_string_io(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

// ---- Copies and pickles ----

static Value newline_value(Thread *thread, uint64_t newline) {
    static const char *const texts[] = {
        [NEWLINE_KEEP] = "", [NEWLINE_LF] = "\n", [NEWLINE_CR] = "\r", [NEWLINE_CRLF] = "\r\n"};
    return newline == NEWLINE_UNIVERSAL ? VALUE_NONE : library_text(thread, texts[newline]);
}

static Value state_or_reduce(Thread *thread, Value self,
                             Value (*make)(Thread *, Value, const Value *, size_t)) {
    const StringIO *file = as_string_io(self);
    if (!check_open(thread, file))
        return VALUE_ERROR;
    Value items[] = {value_object(file->text), newline_value(thread, file->newline),
                     int_from_int64(thread, (int64_t)file->position)};
    return make(thread, self, items, 3);
}

static Value string_io_getstate(Thread *thread, Value *args) {
    return state_or_reduce(thread, args[0], memory_file_state);
}

static Value string_io_reduce(Thread *thread, Value *args) {
    return state_or_reduce(thread, args[0], memory_file_reduce);
}

// The text is taken as it is: its line ends were settled when it was written.
static Value string_io_setstate(Thread *thread, Value *args) {
    StringIO *self = as_string_io(args[0]);
    NewlineMode newline;
    size_t position;
    if (!check_open(thread, self) || !memory_file_restore(thread, args[0], args[1], 4, &position))
        return VALUE_ERROR;
    const Value *items = as_tuple(args[1])->items;
    if (!is_str(items[0]))
        return raise_error(thread, ERROR_TypeError, "initial_value must be str or None, not %s",
                           type_name(thread, items[0]));
    if (!text_file_newline(thread, "newline", items[1], &newline))
        return VALUE_ERROR;
    self->text = str_exact(thread, as_str(items[0]));
    self->newline = newline;
    self->position = position;
    return VALUE_NONE;
}

static const NativeSpec string_io_methods[] = {
    NATIVE("read", string_io_read, "(self, size=-1, /)", "Read at most size characters."),
    NATIVE("readline", string_io_readline, "(self, size=-1, /)", "Read one line."),
    NATIVE("readlines", string_io_readlines, "(self, hint=-1, /)", "Return a list of lines."),
    NATIVE("write", string_io_write, "(self, s, /)", "Write a string; return its length."),
    NATIVE("writelines", string_io_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("truncate", string_io_truncate, "(self, pos=None, /)", "Cut the text at pos."),
    NATIVE("seek", string_io_seek, "(self, pos, whence=0, /)", "Change the position."),
    NATIVE("tell", string_io_tell, "(self, /)", "Return the position."),
    NATIVE("getvalue", string_io_getvalue, "(self, /)", "Return the whole text."),
    NATIVE("close", string_io_close, "(self, /)", "Forget the text."),
    NATIVE("flush", string_io_flush, "(self, /)", "Do nothing."),
    NATIVE("__enter__", string_io_enter, "(self, /)", "Return the object itself."),
    NATIVE("__exit__", string_io_close, "(self, type=None, value=None, traceback=None, /)",
           "Close the object."),
    NATIVE("__getstate__", string_io_getstate, "(self, /)", "Return text and position."),
    NATIVE("__setstate__", string_io_setstate, "(self, state, /)", "Take text and position."),
    NATIVE("__reduce__", string_io_reduce, "(self, /)", "Return what makes a copy."),
    NATIVE("readable", string_io_yes, "(self, /)", "Return True."),
    NATIVE("writable", string_io_yes, "(self, /)", "Return True."),
    NATIVE("seekable", string_io_yes, "(self, /)", "Return True."),
    NATIVE_END,
};

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_string_io(self)->closed);
}

static Value get_newlines(Thread *thread, Value self) {
    return text_file_newlines(thread, as_string_io(self)->ends);
}

static Value get_line_buffering(Thread *thread, Value self) {
    return check_open(thread, as_string_io(self)) ? VALUE_FALSE : VALUE_ERROR;
}

static Value get_none(Thread *thread, Value self) {
    (void)thread;
    (void)self;
    return VALUE_NONE;
}

static const GetSetSpec string_io_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the object is closed."),
    GETSET("encoding", get_none, NULL, "None: nothing is encoded."),
    GETSET("errors", get_none, NULL, "None: nothing is encoded."),
    GETSET("newlines", get_newlines, NULL, "Line ends met so far: None, one or a tuple."),
    GETSET("line_buffering", get_line_buffering, NULL, "False: there is nowhere to send lines."),
    GETSET_END,
};

static void string_io_trace(Marker *marker, Object *self) {
    mark_object(marker, ((const StringIO *)self)->text);
}

static Value string_io_construct(Thread *thread, Value callee, Value *args, size_t count,
                                 Tuple *keywords) {
    static const ArgumentsSpec spec = {"StringIO", {"initial_value", "newline"}, 0};
    Value v[2];
    NewlineMode newline = NEWLINE_LF;
    if (!arguments_bind(thread, &spec, args, count, keywords, v) ||
        (!is_undefined(v[1]) && !text_file_newline(thread, "newline", v[1], &newline)))
        return VALUE_ERROR;
    bool empty = is_undefined(v[0]) || is_none(v[0]);
    if (!empty && !is_str(v[0]))
        return raise_error(thread, ERROR_TypeError, "initial_value must be str or None, not %s",
                           type_name(thread, v[0]));
    StringIO *self = object_new(thread, (Type *)as_object(callee));
    self->newline = newline;
    self->text = thread->interpreter->empty_str;
    if (!empty && !put(thread, self, str_exact(thread, as_str(v[0]))))
        return VALUE_ERROR;
    self->position = 0;
    return value_object(self);
}

const TypeSpec string_io_type_spec = {
    .name = "_io.StringIO",
    .doc = "(initial_value='', newline='\\n')\n--\n\n"
           "A text stream in memory.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK | TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(StringIO),
    .slots = {.iter = string_io_iter,
              .next = string_io_next,
              .construct = string_io_construct,
              .trace = string_io_trace},
    .methods = string_io_methods,
    .getsets = string_io_getsets,
};
