// SPDX-License-Identifier: MIT
//
// The machinery of binary files: buffers, system calls, positions.
//
// Reading takes as much as the system gives and hands it out from the input buffer. Writing fills
// the output buffer, which goes out when it is full, at flush() and at close(). A file that is
// open for both never has bytes in both buffers: before the first write the read-ahead is undone
// by a seek, before a read the output is flushed. (CPython's BufferedRandom.)
//
// While a flush waits for the system, other threads go on writing: they find a fresh output
// buffer, for the one being sent belongs to the sender. So order is kept and nothing is torn.
//
// A system call that a signal interrupts is repeated after the signal was handled, unless its
// handling raised an exception: that is how Ctrl-C ends a read that would wait for ever. (PEP 475)
// In a controlled run a call on a pipe or terminal is made only when it would not wait.
#include "file.h"

#include "blocking.h"
#include "call.h"
#include "descriptors.h"
#include "dict.h"
#include "editor.h"
#include "execute.h"
#include "int.h"
#include "library.h"
#include "park.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_READ = 1 << 24 };

bool is_file(Value v) {
    return is_object(v) && !(object_type(v)->flags & TYPE_FROM_CLASS) &&
           object_type(v)->spec->methods == file_methods;
}

File *file_new(Thread *thread, Type *type, int fd, uint64_t flags, Value name, const char *mode) {
    File *file = object_new(thread, type);
    file->fd = fd;
    file->flags = flags;
    file->name = name;
    file->mode = mode;
    file->buffer_size = FILE_BUFFER_SIZE;
    heap_add_finalizer(thread_heap(thread), &file->object);
    return file;
}

Value file_new_shell(Thread *thread, Type *type) {
    File *file = object_new(thread, type);
    file->flags = FILE_CLOSED;
    file->fd = -1;
    file->name = VALUE_NONE;
    file->mode = "rb";
    return value_object(file);
}

// ---- Complaints ----

Value file_unsupported_operation(Thread *thread) {
    LibraryState *state = library_state(thread);
    if (!is_undefined(state->unsupported_operation))
        return state->unsupported_operation;
    Type *const *errors = thread->interpreter->errors;
    Value bases[] = {value_object(errors[ERROR_OSError]), value_object(errors[ERROR_ValueError])};
    Dict *namespace = dict_new(thread, 2);
    dict_set_str(thread, namespace, common_name(thread, NAME___module__),
                 library_text(thread, "io"));
    Type *type = type_new_class(thread, builtin_type(thread, TYPE_type),
                                str_intern_c(thread, "UnsupportedOperation"),
                                tuple_from_array(thread, bases, 2), namespace, NULL);
    if (type == NULL)
        return VALUE_ERROR;
    return state->unsupported_operation = value_object(type);
}

Value file_raise_unsupported(Thread *thread, const char *message) {
    Value type = file_unsupported_operation(thread);
    Value error = is_error(type) ? type : call_1(thread, type, library_text(thread, message));
    return is_error(error) ? error : raise_value(thread, error);
}

bool file_check_open(Thread *thread, const File *file) {
    return !(file->flags & FILE_CLOSED) ||
           raise_false(thread, ERROR_ValueError, "I/O operation on closed file.");
}

bool file_check_readable(Thread *thread, const File *file) {
    if (!file_check_open(thread, file))
        return false;
    return file->flags & FILE_READABLE || (file_raise_unsupported(thread, "not readable"), false);
}

bool file_check_writable(Thread *thread, const File *file) {
    if (!file_check_open(thread, file))
        return false;
    return file->flags & FILE_WRITABLE || (file_raise_unsupported(thread, "not writable"), false);
}

// ---- System calls ----

// After a failed call: true if it should be repeated, else an exception is set.
static bool may_retry(Thread *thread, int error) {
    if (error == EINTR)
        return thread_safepoint(thread);
    raise_os_error(thread, error, VALUE_NONE);
    return false;
}

// Whatever is read from here comes from outside the program: all threads wait for it, so that a
// controlled run stays a function of the program and its input.
static bool is_standard(int fd) {
    return fd >= STDIN_FILENO && fd <= STDERR_FILENO;
}

// In a controlled run: a call that may wait, perhaps for another thread of this process, and must
// not stop them all.
static bool must_look_first(const Thread *thread, int fd) {
    struct stat facts;
    return !schedule_is_free(&thread->core.runtime->schedule) && !is_standard(fd) &&
           fstat(fd, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode) &&
           !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

static bool await_ready(Thread *thread, int fd, short events, const char *what) {
    struct pollfd one = {.fd = fd, .events = events};
    return descriptors_await(thread, &one, 1, CLOCK_NEVER, what) >= 0;
}

int64_t file_read_descriptor(Thread *thread, int fd, uint8_t *buffer, size_t size) {
    for (;;) {
        if (!thread_poll_signals(thread)) // one that has just come would be noticed afterwards
            return -1;
        size_t typed = fd == STDIN_FILENO ? editor_take_typed(buffer, size) : 0;
        if (typed > 0)
            return (int64_t)typed;
        if (must_look_first(thread, fd) && !await_ready(thread, fd, POLLIN, "read"))
            return -1;
        blocking_begin(&thread->core, BLOCK_IO, "read");
        ssize_t count = read(fd, buffer, size);
        int error = errno;
        blocking_end(&thread->core);
        if (count >= 0)
            return count;
        if (!may_retry(thread, error))
            return -1;
    }
}

static bool write_descriptor(Thread *thread, int fd, const uint8_t *data, size_t length,
                             size_t *done) {
    *done = 0;
    bool looks = must_look_first(thread, fd);
    while (*done < length) {
        if (!thread_poll_signals(thread))
            return false;
        if (looks && !await_ready(thread, fd, POLLOUT, "write"))
            return false;
        size_t rest = length - *done, size = looks && rest > PIPE_BUF ? PIPE_BUF : rest;
        blocking_begin(&thread->core, BLOCK_IO, "write");
        ssize_t count = write(fd, data + *done, size);
        int error = errno;
        blocking_end(&thread->core);
        if (count < 0) {
            if (!may_retry(thread, error))
                return false;
            continue;
        }
        *done += (size_t)count;
        if (*done < length && !thread_safepoint(thread)) // a signal may have cut it short
            return false;
    }
    return true;
}

bool file_write_descriptor(Thread *thread, int fd, const uint8_t *data, size_t length,
                           size_t *done) {
    bool made_room = editor_make_room(thread, fd);
    bool written = write_descriptor(thread, fd, data, length, done);
    editor_come_back(thread, fd, data, *done, made_room);
    return written;
}

// In the child of a fork: another thread of the parent was in the midst of this file. What it had
// to write is the parent's to write.
static void take_over(Thread *thread, File *file) {
    lock_release(&thread->core, &file->lock);
    file->output_length = 0;
}

static bool lock_file(Thread *thread, File *file) {
    if (lock_is_orphan(&file->lock))
        take_over(thread, file);
    while (!lock_try_acquire(&thread->core, &file->lock)) {
        ParkResult result =
            lock_acquire(&thread->core, &file->lock, CLOCK_NEVER, file, "a file in use");
        if (result == PARK_WOKEN)
            return true;
        if (result == PARK_DEADLOCK)
            return raise_false(thread, ERROR_DeadlockError, "%s",
                               park_explanation(thread->core.runtime));
        if (!thread_safepoint(thread))
            return false;
    }
    return true;
}

static void unlock_file(Thread *thread, File *file) {
    lock_release(&thread->core, &file->lock);
}

// ---- Writing ----

static void reserve_output(Thread *thread, File *file, size_t extra) {
    size_t needed = file->output_length + extra;
    if (needed <= file->output_capacity)
        return;
    size_t capacity =
        file->output_capacity < FILE_BUFFER_SIZE ? FILE_BUFFER_SIZE : 2 * file->output_capacity;
    capacity = capacity < file->buffer_size ? file->buffer_size : capacity;
    if (capacity < needed)
        capacity = needed;
    Heap *heap = thread_heap(thread);
    file->output = heap_resize_bytes(heap, file->output, file->output_capacity, capacity);
    file->output_capacity = capacity;
}

// What could not be sent goes back to the front of the output.
static void put_back(Thread *thread, File *file, const uint8_t *rest, size_t length) {
    reserve_output(thread, file, length);
    // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): it was reserved
    memmove(file->output + length, file->output, file->output_length);
    memcpy(file->output, rest, length);
    file->output_length += length;
}

// A non-blocking descriptor takes no more; `taken` bytes of what was to be written are dealt with.
static bool raise_would_block(Thread *thread, size_t taken) {
    Value type = value_object(thread->interpreter->errors[ERROR_BlockingIOError]);
    Value arguments[] = {value_small_int(EAGAIN),
                         library_text(thread, "write could not complete without blocking"),
                         value_small_int((int64_t)taken)};
    Value error = call_value(thread, type, arguments, 3);
    if (!is_error(error))
        raise_value(thread, error);
    return false;
}

// Send the output buffer out; the lock is held.
static bool send_output(Thread *thread, File *file) {
    uint8_t *data = file->output;
    size_t length = file->output_length, capacity = file->output_capacity, done;
    file->output = NULL;
    file->output_length = file->output_capacity = 0;
    if (!file_write_descriptor(thread, file->fd, data, length, &done)) {
        put_back(thread, file, data + done, length - done);
        return file_has_none_now(thread) ? raise_would_block(thread, 0) : false;
    }
    if (file->output == NULL) {
        file->output = data;
        file->output_capacity = capacity;
    }
    return true;
}

bool file_flush(Thread *thread, File *file) {
    if (file->output_length == 0)
        return true;
    if (!lock_file(thread, file))
        return false;
    bool sent = true;
    while (sent && file->output_length > 0)
        sent = send_output(thread, file);
    unlock_file(thread, file);
    return sent;
}

static off_t seek_descriptor(int fd, int64_t offset, int whence) {
    return lseek(fd, (off_t)offset, whence);
}

// Forget what was read ahead and put the descriptor where the program thinks it is.
static void drop_input(File *file) {
    size_t unread = file_ready(file);
    if (unread > 0)
        seek_descriptor(file->fd, -(int64_t)unread, SEEK_CUR);
    file->input_start = file->input_end = 0;
}

static bool must_flush(const File *file, const uint8_t *data, size_t length) {
    if (file->flags & FILE_UNBUFFERED || file->output_length > file->buffer_size)
        return true;
    return file->flags & FILE_LINE_BUFFERED && length > 0 && memrchr(data, '\n', length) != NULL;
}

// Whoever gets an error of the system knows that the text is lost; it need not fail once more at
// the end. The same holds when the program was interrupted in a long wait for a reader, of whom
// nobody knows whether he comes back; what fits a buffer stays in it, as with CPython.
static bool is_given_up(Thread *thread, const File *file) {
    return error_matches(thread, ERROR_OSError) || file->flags & FILE_UNBUFFERED ||
           file->output_length > file->buffer_size;
}

// The descriptor has not taken all: what fits the buffer waits there. `length`: of the last write.
static bool keep_what_fits(Thread *thread, File *file, size_t length) {
    size_t room = file->flags & FILE_UNBUFFERED ? 0 : file->buffer_size;
    error_clear(thread);
    if (file->output_length <= room)
        return true;
    size_t lost = file->output_length - room;
    file->output_length = room;
    return raise_would_block(thread, length > lost ? length - lost : 0);
}

// What waits goes out first if this does not fit behind it. Whether the program can go on.
static bool make_way(Thread *thread, File *file, size_t length) {
    return file->output_length == 0 || file->output_length + length <= file->buffer_size ||
           file_flush(thread, file) || file_has_none_now(thread);
}

bool file_write(Thread *thread, File *file, const uint8_t *data, size_t length) {
    if (file_ready(file) > 0)
        drop_input(file);
    if (!make_way(thread, file, length)) {
        file->output_length = is_given_up(thread, file) ? 0 : file->output_length;
        return false;
    }
    reserve_output(thread, file, length);
    if (length > 0)
        memcpy(file->output + file->output_length, data, length);
    file->output_length += length;
    if (!must_flush(file, data, length) || file_flush(thread, file))
        return true;
    if (error_matches(thread, ERROR_BlockingIOError))
        return keep_what_fits(thread, file, length);
    if (is_given_up(thread, file))
        file->output_length = 0;
    return false;
}

// ---- Reading ----

static void make_room(Thread *thread, File *file) {
    Heap *heap = thread_heap(thread);
    if (file->input == NULL) {
        file->input = heap_allocate_bytes(heap, file->buffer_size);
        file->input_capacity = file->buffer_size;
    }
    if (file->input_start > 0) {
        memmove(file->input, file->input + file->input_start, file_ready(file));
        file->input_end -= file->input_start;
        file->input_start = 0;
    }
    if (file->input_end == file->input_capacity) {
        size_t capacity = 2 * file->input_capacity;
        file->input = heap_resize_bytes(heap, file->input, file->input_capacity, capacity);
        file->input_capacity = capacity;
    }
}

bool file_has_none_now(Thread *thread) {
    if (!error_matches(thread, ERROR_BlockingIOError))
        return false;
    error_clear(thread);
    return true;
}

int file_fill(Thread *thread, File *file) {
    return file_fill_at_most(thread, file, LARGEST_READ);
}

int file_fill_at_most(Thread *thread, File *file, size_t most) {
    if (file->output_length > 0 && !file_flush(thread, file))
        return -1;
    if (!lock_file(thread, file))
        return -1;
    make_room(thread, file);
    size_t room = file->input_capacity - file->input_end;
    most = most < LARGEST_READ ? most : LARGEST_READ;
    int64_t count = file_read_descriptor(thread, file->fd, file->input + file->input_end,
                                         room < most ? room : most);
    if (count > 0)
        file->input_end += (size_t)count;
    unlock_file(thread, file);
    return count < 0 ? -1 : count > 0;
}

// ---- Positions ----

bool file_is_seekable(const File *file) {
    return seek_descriptor(file->fd, 0, SEEK_CUR) >= 0;
}

int64_t file_tell(Thread *thread, File *file) {
    off_t position = seek_descriptor(file->fd, 0, SEEK_CUR);
    if (position < 0)
        return raise_os_error(thread, errno, VALUE_NONE), -1;
    return (int64_t)position - (int64_t)file_ready(file) + (int64_t)file->output_length;
}

int64_t file_seek(Thread *thread, File *file, int64_t offset, int whence) {
    if (!file_flush(thread, file) || !lock_file(thread, file))
        return -1;
    if (whence == SEEK_CUR)
        offset -= (int64_t)file_ready(file);
    off_t position = seek_descriptor(file->fd, offset, whence);
    int error = errno;
    if (position >= 0)
        file->input_start = file->input_end = 0;
    unlock_file(thread, file);
    if (position < 0)
        raise_os_error(thread, error, VALUE_NONE);
    return (int64_t)position;
}

bool file_truncate(Thread *thread, File *file, int64_t size) {
    if (!file_flush(thread, file))
        return false;
    if (ftruncate(file->fd, (off_t)size) == 0)
        return true;
    raise_os_error(thread, errno, VALUE_NONE);
    return false;
}

// ---- The end ----

bool file_close(Thread *thread, File *file) {
    if (file->flags & FILE_CLOSED)
        return true;
    bool flushed = file_flush(thread, file);
    file->flags |= FILE_CLOSED;
    file->output_length = 0;
    if (file->flags & FILE_KEEP_DESCRIPTOR || close(file->fd) == 0 || !flushed)
        return flushed;
    raise_os_error(thread, errno, VALUE_NONE);
    return false;
}
