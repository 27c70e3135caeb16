// SPDX-License-Identifier: MIT
//
// io.BytesIO: a binary file in memory, one growing buffer and a position in it.
//
// The position may stand beyond the end; writing there fills the gap with zeros, as in a file. What
// is read is copied out, so a later write never changes bytes that a program holds.
//
// The buffer is a bytearray, so that getbuffer() can lend it as a memoryview. The file may grow and
// shrink meanwhile, for views look their owner up; CPython refuses until the view is released.
#include "arguments.h"
#include "bytearray.h"
#include "bytes.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "memory_file.h"
#include "memoryview.h"
#include "operations.h"
#include "tuple.h"

typedef struct BytesIO {
    Object object;
    uint64_t closed;
    ByteArray *store; // NULL: nothing was written yet, or the file is closed
    size_t position;  // may be beyond the end
} BytesIO;

static BytesIO *as_bytes_io(Value v) {
    return (BytesIO *)as_object(v);
}

static bool check_open(Thread *thread, const BytesIO *self) {
    return !self->closed || raise_false(thread, ERROR_ValueError, "I/O operation on closed file.");
}

static size_t length_of(const BytesIO *self) {
    return self->store ? self->store->length : 0;
}

static size_t remaining(const BytesIO *self) {
    return self->position < length_of(self) ? length_of(self) - self->position : 0;
}

// NULL if there are none.
static const uint8_t *bytes_left(const BytesIO *self) {
    return remaining(self) > 0 ? self->store->data + self->position : NULL;
}

static Value all_bytes(Thread *thread, const BytesIO *self) {
    const uint8_t *data = length_of(self) > 0 ? self->store->data : NULL;
    return value_object(bytes_new(thread, data, length_of(self)));
}

static Value take(Thread *thread, BytesIO *self, size_t count) {
    Bytes *bytes = bytes_new(thread, count > 0 ? bytes_left(self) : NULL, count);
    self->position += count;
    return value_object(bytes);
}

static Value take_at_most(Thread *thread, Value *args, size_t available) {
    int64_t count;
    if (!library_optional_int(thread, args[1], -1, &count))
        return VALUE_ERROR;
    bool all = count < 0 || (size_t)count > available;
    return take(thread, as_bytes_io(args[0]), all ? available : (size_t)count);
}

static Value bytes_io_read(Thread *thread, Value *args) {
    const BytesIO *self = as_bytes_io(args[0]);
    return check_open(thread, self) ? take_at_most(thread, args, remaining(self)) : VALUE_ERROR;
}

static size_t line_length(const BytesIO *self) {
    size_t left = remaining(self);
    const uint8_t *start = bytes_left(self);
    const uint8_t *end = left > 0 ? memchr(start, '\n', left) : NULL;
    return end == NULL ? left : (size_t)(end - start) + 1;
}

static Value bytes_io_readline(Thread *thread, Value *args) {
    const BytesIO *self = as_bytes_io(args[0]);
    return check_open(thread, self) ? take_at_most(thread, args, line_length(self)) : VALUE_ERROR;
}

static Value bytes_io_next(Thread *thread, Value v) {
    BytesIO *self = as_bytes_io(v);
    if (!check_open(thread, self))
        return VALUE_ERROR;
    size_t length = line_length(self);
    return length == 0 ? VALUE_UNDEFINED : take(thread, self, length);
}

static Value bytes_io_iter(Thread *thread, Value self) {
    return check_open(thread, as_bytes_io(self)) ? self : VALUE_ERROR;
}

static Value bytes_io_readlines(Thread *thread, Value *args) {
    int64_t hint;
    if (!is_none(args[1]) && !is_integral(args[1]))
        return raise_error(thread, ERROR_TypeError, "integer argument expected, got '%s'",
                           type_name(thread, args[1]));
    if (!is_none(args[1]) && !operation_index_int64(thread, args[1], &hint))
        return VALUE_ERROR; // other files word it differently
    return file_read_lines(thread, args[0], args[1], bytes_io_next);
}

static Value bytes_io_readinto(Thread *thread, Value *args) {
    BytesIO *self = as_bytes_io(args[0]);
    uint8_t *target;
    size_t length;
    if (!bytes_view_argument(thread, args[1], "readinto() argument", &target, &length) ||
        !check_open(thread, self))
        return VALUE_ERROR;
    size_t count = remaining(self) < length ? remaining(self) : length;
    if (count > 0)
        memmove(target, bytes_left(self), count);
    self->position += count;
    return value_small_int((int64_t)count);
}

// ---- Writing ----

// Make the file `end` bytes long, with room for more if it has to move.
static bool extend(Thread *thread, BytesIO *self, size_t end) {
    if (end > (size_t)INT64_MAX / 4)
        return raise_false(thread, ERROR_OverflowError, "new buffer size too large");
    if (self->store == NULL)
        self->store = bytearray_new(thread, NULL, 0);
    size_t room = end <= self->store->capacity ? end : end + end / 2;
    if (!bytearray_resize(thread, self->store, room))
        return false;
    self->store->length = end;
    return true;
}

static bool put(Thread *thread, BytesIO *self, const uint8_t *data, size_t length) {
    size_t end;
    if (__builtin_add_overflow(self->position, length, &end))
        end = SIZE_MAX;
    if (length == 0)
        return true;
    if (end > length_of(self) && !extend(thread, self, end))
        return false;
    memcpy(self->store->data + self->position, data, length);
    self->position = end;
    return true;
}

static bool is_view_of(const BytesIO *self, Value v) {
    return self->store && is_memoryview(v) &&
           value_same(as_memoryview(v)->owner, value_object(self->store));
}

static Value write_value(Thread *thread, BytesIO *self, Value v) {
    BytesView view;
    if (!check_open(thread, self) || !bytes_view(thread, v, &view))
        return VALUE_ERROR;
    size_t length = view.length;
    if (is_view_of(self, v)) // what moves while it is written
        view.data = bytes_new(thread, view.data, length)->data;
    return put(thread, self, view.data, length) ? value_small_int((int64_t)length) : VALUE_ERROR;
}

static Value bytes_io_write(Thread *thread, Value *args) {
    return write_value(thread, as_bytes_io(args[0]), args[1]);
}

static Value bytes_io_writelines(Thread *thread, Value *args) {
    if (!check_open(thread, as_bytes_io(args[0])))
        return VALUE_ERROR;
    Value iterator = operation_iter(thread, args[1]);
    while (!is_error(iterator)) {
        Value line = operation_next(thread, iterator);
        if (is_undefined(line))
            return VALUE_NONE;
        if (is_error(line) || is_error(write_value(thread, as_bytes_io(args[0]), line)))
            break;
    }
    return VALUE_ERROR;
}

static Value bytes_io_truncate(Thread *thread, Value *args) {
    BytesIO *self = as_bytes_io(args[0]);
    int64_t size;
    if (!check_open(thread, self) ||
        !library_optional_int(thread, args[1], (int64_t)self->position, &size))
        return VALUE_ERROR;
    if (size < 0)
        return raise_error(thread, ERROR_ValueError, "negative size value %lld", (long long)size);
    if ((size_t)size < length_of(self))
        self->store->length = (size_t)size;
    return int_from_int64(thread, size);
}

// ---- Positions and the rest ----

static Value bytes_io_seek(Thread *thread, Value *args) {
    BytesIO *self = as_bytes_io(args[0]);
    int64_t offset, whence;
    if (!check_open(thread, self) || !operation_index_int64(thread, args[1], &offset) ||
        !operation_index_int64(thread, args[2], &whence))
        return VALUE_ERROR;
    if (whence < 0 || whence > 2)
        return raise_error(thread, ERROR_ValueError, "invalid whence (%lld, should be 0, 1 or 2)",
                           (long long)whence);
    if (whence == 0 && offset < 0)
        return raise_error(thread, ERROR_ValueError, "negative seek value %lld", (long long)offset);
    int64_t base = whence == 0 ? 0 : (int64_t)(whence == 1 ? self->position : length_of(self));
    if (__builtin_add_overflow(base, offset, &base))
        return raise_error(thread, ERROR_OverflowError, "new position too large");
    self->position = base < 0 ? 0 : (size_t)base;
    return int_from_int64(thread, (int64_t)self->position);
}

static Value bytes_io_tell(Thread *thread, Value *args) {
    const BytesIO *self = as_bytes_io(args[0]);
    return check_open(thread, self) ? int_from_int64(thread, (int64_t)self->position) : VALUE_ERROR;
}

static Value bytes_io_getvalue(Thread *thread, Value *args) {
    const BytesIO *self = as_bytes_io(args[0]);
    return check_open(thread, self) ? all_bytes(thread, self) : VALUE_ERROR;
}

static Value bytes_io_getbuffer(Thread *thread, Value *args) {
    BytesIO *self = as_bytes_io(args[0]);
    if (!check_open(thread, self) || (!self->store && !extend(thread, self, 0)))
        return VALUE_ERROR;
    return memoryview_new(thread, value_object(self->store));
}

static Value bytes_io_close(Thread *thread, Value *args) {
    (void)thread;
    BytesIO *self = as_bytes_io(args[0]);
    self->closed = 1;
    self->store = NULL;
    return VALUE_NONE;
}

static Value bytes_io_enter(Thread *thread, Value *args) {
    return check_open(thread, as_bytes_io(args[0])) ? args[0] : VALUE_ERROR;
}

static Value bytes_io_yes(Thread *thread, Value *args) {
    return check_open(thread, as_bytes_io(args[0])) ? VALUE_TRUE : VALUE_ERROR;
}

static Value bytes_io_flush(Thread *thread, Value *args) {
    return check_open(thread, as_bytes_io(args[0])) ? VALUE_NONE : VALUE_ERROR;
}

// ---- Copies and pickles ----

static Value state_or_reduce(Thread *thread, Value self,
                             Value (*make)(Thread *, Value, const Value *, size_t)) {
    const BytesIO *file = as_bytes_io(self);
    if (!check_open(thread, file))
        return VALUE_ERROR;
    Value items[] = {all_bytes(thread, file), int_from_int64(thread, (int64_t)file->position)};
    return make(thread, self, items, 2);
}

static Value bytes_io_getstate(Thread *thread, Value *args) {
    return state_or_reduce(thread, args[0], memory_file_state);
}

static Value bytes_io_reduce(Thread *thread, Value *args) {
    return state_or_reduce(thread, args[0], memory_file_reduce);
}

static Value bytes_io_setstate(Thread *thread, Value *args) {
    BytesIO *self = as_bytes_io(args[0]);
    size_t position;
    if (!check_open(thread, self) || !memory_file_restore(thread, args[0], args[1], 3, &position))
        return VALUE_ERROR;
    self->position = 0;
    self->store = NULL;
    if (is_error(write_value(thread, self, as_tuple(args[1])->items[0])))
        return VALUE_ERROR;
    self->position = position;
    return VALUE_NONE;
}

static const NativeSpec bytes_io_methods[] = {
    NATIVE("read", bytes_io_read, "(self, size=-1, /)", "Read at most size bytes."),
    NATIVE("read1", bytes_io_read, "(self, size=-1, /)", "Read at most size bytes."),
    NATIVE("readline", bytes_io_readline, "(self, size=-1, /)", "Read one line."),
    NATIVE("readlines", bytes_io_readlines, "(self, size=None, /)", "Return a list of lines."),
    NATIVE("readinto", bytes_io_readinto, "(self, buffer, /)", "Read into a writable buffer."),
    NATIVE("write", bytes_io_write, "(self, b, /)", "Write bytes; return how many."),
    NATIVE("writelines", bytes_io_writelines, "(self, lines, /)", "Write a list of lines."),
    NATIVE("truncate", bytes_io_truncate, "(self, size=None, /)", "Cut the contents at size."),
    NATIVE("seek", bytes_io_seek, "(self, pos, whence=0, /)", "Change the position."),
    NATIVE("tell", bytes_io_tell, "(self, /)", "Return the position."),
    NATIVE("getvalue", bytes_io_getvalue, "(self, /)", "Return all bytes."),
    NATIVE("getbuffer", bytes_io_getbuffer, "(self, /)", "Return a view of all bytes."),
    NATIVE("close", bytes_io_close, "(self, /)", "Forget the contents."),
    NATIVE("flush", bytes_io_flush, "(self, /)", "Do nothing."),
    NATIVE("__enter__", bytes_io_enter, "(self, /)", "Return the object itself."),
    NATIVE("__exit__", bytes_io_close, "(self, type=None, value=None, traceback=None, /)",
           "Close the object."),
    NATIVE("__getstate__", bytes_io_getstate, "(self, /)", "Return contents and position."),
    NATIVE("__setstate__", bytes_io_setstate, "(self, state, /)", "Take contents and position."),
    NATIVE("__reduce__", bytes_io_reduce, "(self, /)", "Return what makes a copy."),
    NATIVE("readable", bytes_io_yes, "(self, /)", "Return True."),
    NATIVE("writable", bytes_io_yes, "(self, /)", "Return True."),
    NATIVE("seekable", bytes_io_yes, "(self, /)", "Return True."),
    NATIVE_END,
};

static Value get_closed(Thread *thread, Value self) {
    (void)thread;
    return value_bool(as_bytes_io(self)->closed);
}

static const GetSetSpec bytes_io_getsets[] = {
    GETSET("closed", get_closed, NULL, "True if the object is closed."),
    GETSET_END,
};

static void bytes_io_trace(Marker *marker, Object *self) {
    const BytesIO *file = (const BytesIO *)self;
    if (file->store)
        mark_object(marker, &file->store->object);
}

static Value bytes_io_construct(Thread *thread, Value callee, Value *args, size_t count,
                                Tuple *keywords) {
    static const ArgumentsSpec spec = {"BytesIO", {"initial_bytes"}, 0};
    Value v[1];
    if (!arguments_bind(thread, &spec, args, count, keywords, v))
        return VALUE_ERROR;
    BytesIO *self = object_new(thread, (Type *)as_object(callee));
    if (!is_undefined(v[0]) && !is_none(v[0]) && is_error(write_value(thread, self, v[0])))
        return VALUE_ERROR;
    self->position = 0;
    return value_object(self);
}

const TypeSpec bytes_io_type_spec = {
    .name = "_io.BytesIO",
    .doc = "(initial_bytes=b'')\n--\n\n"
           "A binary stream in memory.",
    .layout = LAYOUT_NONE,
    .flags = TYPE_WEAK | TYPE_HAS_INIT | TYPE_HAS_ATTRIBUTES,
    .size = sizeof(BytesIO),
    .slots = {.iter = bytes_io_iter,
              .next = bytes_io_next,
              .construct = bytes_io_construct,
              .trace = bytes_io_trace},
    .methods = bytes_io_methods,
    .getsets = bytes_io_getsets,
};
