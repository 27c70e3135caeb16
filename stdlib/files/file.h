// SPDX-License-Identifier: MIT
//
// Files as rows of bytes: a descriptor of the operating system with a buffer on each side. All
// binary file types (FileIO, BufferedReader, BufferedWriter, BufferedRandom) are this one struct;
// text files (text_file.h) stand on top of it.
//
// Every system call that may wait is inside a blocking region, so other threads run meanwhile. A
// lock per file keeps two threads from being inside the same file at once; whoever only adds to
// the output buffer needs the GIL alone.
#pragma once

#include "lock.h"
#include "object.h"

typedef enum FileFlags {
    FILE_READABLE = 1,
    FILE_WRITABLE = 2,
    FILE_APPENDING = 4,
    FILE_CLOSED = 8,
    FILE_KEEP_DESCRIPTOR = 16, // closefd=False, the standard files: close() leaves it open
    FILE_UNBUFFERED = 32,      // every write goes out at once
    FILE_LINE_BUFFERED = 64,   // every write that holds a newline goes out at once
    FILE_CREATED = 128,        // mode 'x'
    FILE_TEXT_DETACHED = 256,
} FileFlags;

enum { FILE_BUFFER_SIZE = 8192 };

typedef struct File {
    Object object;
    uint64_t flags; // FileFlags
    int fd;
    Value name;       // path or descriptor, as it was given
    const char *mode; // "rb", "r+b", ...
    size_t buffer_size; // how much is read at once, and waits to be written
    uint8_t *input;   // what was read ahead: [input_start, input_end) is unread
    size_t input_start, input_end, input_capacity;
    uint8_t *output; // what was written but did not go out yet
    size_t output_length, output_capacity;
    Lock lock; // around system calls
} File;

static inline File *as_file(Value v) {
    return (File *)as_object(v);
}
// Any of the binary file types; their subclasses are made of Mini (_io_buffered).
bool is_file(Value v);

// A file for an open descriptor. `type` is a LibraryType of the binary kind.
File *file_new(Thread *thread, Type *type, int fd, uint64_t flags, Value name, const char *mode);

// What an object of a subclass is to C: a file that is closed.
Value file_new_shell(Thread *thread, Type *type);

// ValueError "I/O operation on closed file." when it is.
bool file_check_open(Thread *thread, const File *file);
// The same and UnsupportedOperation "not readable" / "not writable".
bool file_check_readable(Thread *thread, const File *file);
bool file_check_writable(Thread *thread, const File *file);
// The class io.UnsupportedOperation, made when first needed; VALUE_ERROR.
Value file_unsupported_operation(Thread *thread);
// Raise io.UnsupportedOperation; the result is VALUE_ERROR.
Value file_raise_unsupported(Thread *thread, const char *message);

// Read more behind what is in the buffer: 1, 0 at the end of the file, -1 with an exception.
int file_fill(Thread *thread, File *file);
int file_fill_at_most(Thread *thread, File *file, size_t most);
// After a failure: was it only that a non-blocking descriptor has no bytes now? Then it is taken
// back.
bool file_has_none_now(Thread *thread);
// Unread bytes in the buffer.
static inline size_t file_ready(const File *file) {
    return file->input_end - file->input_start;
}
// Append to the output, and send it out if the buffering asks for that. A non-blocking descriptor
// that takes no more is no error as long as the rest fits the buffer; else the BlockingIOError says
// how much of `data` was taken.
bool file_write(Thread *thread, File *file, const uint8_t *data, size_t length);
bool file_flush(Thread *thread, File *file);
// Position of the next byte to be read or written; -1: exception.
int64_t file_tell(Thread *thread, File *file);
int64_t file_seek(Thread *thread, File *file, int64_t offset, int whence);
bool file_truncate(Thread *thread, File *file, int64_t size);
// Flush and close; closing twice is allowed.
bool file_close(Thread *thread, File *file);
bool file_is_seekable(const File *file);

// A whole write, several system calls if need be; false with OSError or KeyboardInterrupt.
// *done: bytes written. For os.write and others without a File.
bool file_write_descriptor(Thread *thread, int fd, const uint8_t *data, size_t length,
                           size_t *done);
// One read; -1 with an exception.
int64_t file_read_descriptor(Thread *thread, int fd, uint8_t *buffer, size_t size);

// What readlines(hint) gives: the lines that `next` draws, until they hold `hint` characters or
// more; all of them if hint is None or not above 0. `next` gives UNDEFINED at the end.
Value file_read_lines(Thread *thread, Value file, Value hint, Value (*next)(Thread *, Value));

// Call the class `name` of the module `module` (io.c), in Mini, for a stream that is not in C.
Value file_call_layer(Thread *thread, const char *module, const char *name, Value *args,
                      size_t count, Tuple *keywords);

// The builtin open().
#define FILE_OPEN_SIGNATURE                                                                        \
    "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, "      \
    "opener=None)"
#define FILE_OPEN_DOC "Open file and return a stream; raise OSError upon failure."
Value file_open_native(Thread *thread, Value *args);

// The parts of the binary type's method tables (file_methods.c).
extern const NativeSpec file_methods[];
extern const GetSetSpec file_getsets[];
