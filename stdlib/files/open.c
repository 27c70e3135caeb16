// SPDX-License-Identifier: MIT
//
// open(): from a path and a mode to a file object.
//
// The mode is read once into flags; after that each step looks at flags only. The checks come in
// CPython's order, with its words, before the system is asked for anything.
#include "attribute.h"
#include "blocking.h"
#include "bytes.h"
#include "call.h"
#include "execute.h"
#include "file.h"
#include "int.h"
#include "library.h"
#include "operations.h"
#include "str.h"
#include "text_file.h"
#include "warning.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The arguments in the order of FILE_OPEN_SIGNATURE.
enum {
    ARG_FILE,
    ARG_MODE,
    ARG_BUFFERING,
    ARG_ENCODING,
    ARG_ERRORS,
    ARG_NEWLINE,
    ARG_CLOSEFD,
    ARG_OPENER
};

typedef struct OpenMode {
    bool reading, writing, appending, creating, updating, text, binary;
} OpenMode;

static bool read_letter(OpenMode *mode, char letter) {
    bool *flag = letter == 'r'   ? &mode->reading
                 : letter == 'w' ? &mode->writing
                 : letter == 'a' ? &mode->appending
                 : letter == 'x' ? &mode->creating
                 : letter == '+' ? &mode->updating
                 : letter == 't' ? &mode->text
                 : letter == 'b' ? &mode->binary
                                 : NULL;
    if (flag == NULL || *flag)
        return false;
    return *flag = true;
}

static bool parse_mode(Thread *thread, const char *text, OpenMode *mode) {
    *mode = (OpenMode){0};
    for (const char *p = text; *p != '\0'; p++) {
        if (!read_letter(mode, *p))
            return raise_false(thread, ERROR_ValueError, "invalid mode: '%s'", text);
    }
    if (mode->text && mode->binary)
        return raise_false(thread, ERROR_ValueError, "can't have text and binary mode at once");
    int kinds = mode->reading + mode->writing + mode->appending + mode->creating;
    if (kinds > 1)
        return raise_false(thread, ERROR_ValueError,
                           "must have exactly one of create/read/write/append mode");
    if (kinds == 0)
        return raise_false(thread, ERROR_ValueError,
                           "Must have exactly one of create/read/write/append mode and at most one "
                           "plus");
    return true;
}

static bool check_binary(Thread *thread, const OpenMode *mode, const Value *args,
                         int64_t buffering) {
    if (!mode->binary)
        return buffering != 0 ||
               raise_false(thread, ERROR_ValueError, "can't have unbuffered text I/O");
    static const char *const names[] = {"an encoding", "an errors", "a newline"};
    for (size_t i = 0; i < 3; i++) {
        if (!is_none(args[ARG_ENCODING + i]))
            return raise_false(thread, ERROR_ValueError, "binary mode doesn't take %s argument",
                               names[i]);
    }
    return buffering != 1 || warning_give(thread, ERROR_RuntimeWarning,
                                          "line buffering (buffering=1) isn't supported in binary "
                                          "mode, the default buffer size will be used");
}

static int system_flags(const OpenMode *mode) {
    int flags = O_CLOEXEC;
    if (mode->updating)
        flags |= O_RDWR;
    else
        flags |= mode->reading ? O_RDONLY : O_WRONLY;
    if (mode->writing)
        flags |= O_CREAT | O_TRUNC;
    if (mode->appending)
        flags |= O_CREAT | O_APPEND;
    if (mode->creating)
        flags |= O_CREAT | O_EXCL;
    return flags;
}

static uint64_t file_flags(const OpenMode *mode) {
    uint64_t flags = 0;
    if (mode->reading || mode->updating)
        flags |= FILE_READABLE;
    if (!mode->reading || mode->updating)
        flags |= FILE_WRITABLE;
    if (mode->appending)
        flags |= FILE_APPENDING;
    return mode->creating ? flags | FILE_CREATED : flags;
}

// ---- The descriptor ----

static int call_opener(Thread *thread, const Value *args, int flags) {
    Value fd = call_2(thread, args[ARG_OPENER], args[ARG_FILE], value_small_int(flags));
    int64_t number;
    if (is_error(fd) || !operation_index_int64(thread, fd, &number))
        return -1;
    if (number < 0)
        raise_error(thread, ERROR_ValueError, "opener returned %lld", (long long)number);
    return (int)number;
}

static int open_path(Thread *thread, Value path, int flags) {
    const char *text = library_path(thread, path, "");
    int fd = text == NULL ? -1 : -2;
    while (fd == -2) {
        blocking_begin(&thread->core, BLOCK_IO, "open");
        fd = open(text, flags, 0666);
        int error = errno;
        blocking_end(&thread->core);
        if (fd < 0 && error == EINTR && thread_safepoint(thread))
            fd = -2;
        else if (fd < 0 && error != EINTR)
            raise_os_error(thread, error, path);
    }
    return fd;
}

static bool check_descriptor(Thread *thread, int fd, Value name) {
    struct stat status;
    int error = fstat(fd, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (error == 0)
        return true;
    raise_os_error(thread, error, name);
    return false;
}

// A number that no descriptor can have is taken for a path, and refused as one, as in CPython.
static int given_descriptor(Thread *thread, Value v) {
    int64_t number;
    if (is_bool(v) &&
        !warning_give(thread, ERROR_RuntimeWarning, "bool is used as a file descriptor"))
        return -1;
    if (!int_to_int64(v, &number) || number != (int32_t)number) {
        library_path_text(thread, v, "");
        return -1;
    }
    if (number < 0) {
        raise_error(thread, ERROR_ValueError, "negative file descriptor");
        return -1;
    }
    return check_descriptor(thread, (int)number, v) ? (int)number : -1;
}

static int new_descriptor(Thread *thread, const Value *args, const OpenMode *mode) {
    if (is_false(args[ARG_CLOSEFD])) {
        raise_error(thread, ERROR_ValueError, "Cannot use closefd=False with file name");
        return -1;
    }
    int flags = system_flags(mode);
    int fd = is_none(args[ARG_OPENER]) ? open_path(thread, args[ARG_FILE], flags)
                                       : call_opener(thread, args, flags);
    if (fd >= 0 && !check_descriptor(thread, fd, args[ARG_FILE])) {
        close(fd);
        return -1;
    }
    return fd;
}

// ---- The object ----

static LibraryType type_for(const OpenMode *mode, int64_t buffering) {
    if (buffering == 0)
        return LIBRARY_FileIO;
    if (mode->updating)
        return LIBRARY_BufferedRandom;
    return mode->reading ? LIBRARY_BufferedReader : LIBRARY_BufferedWriter;
}

static const char *binary_mode(const OpenMode *mode) {
    if (mode->updating)
        return mode->creating ? "xb+" : mode->appending ? "ab+" : "rb+";
    return mode->reading ? "rb" : mode->appending ? "ab" : mode->creating ? "xb" : "wb";
}

static uint64_t buffering_flags(int64_t buffering, int fd, bool text) {
    if (buffering == 0)
        return FILE_UNBUFFERED;
    bool lines = buffering == 1 || (buffering < 0 && isatty(fd));
    return text && lines ? FILE_LINE_BUFFERED : 0;
}

// Text in an encoding that only the module codecs knows, if it does.
static Value wrap_decoded(Thread *thread, File *file, const Value *args) {
    Value lines = value_bool((file->flags & FILE_LINE_BUFFERED) != 0);
    Value layer[] = {value_object(file), args[ARG_ENCODING], args[ARG_ERRORS], args[ARG_NEWLINE],
                     lines};
    Value text = file_call_layer(thread, "_io_text", "TextIOWrapper", layer, 5, NULL);
    Str *mode = str_intern_c(thread, "mode");
    if (is_error(text) || !attribute_set(thread, text, mode, args[ARG_MODE])) {
        text = VALUE_ERROR;
        Value error = error_take(thread);
        file_close(thread, file);
        thread->exception = error;
    }
    return text;
}

static Value wrap_text(Thread *thread, File *file, const Value *args, NewlineMode newline) {
    const char *encoding = NULL, *errors = NULL;
    if (is_none(args[ARG_ENCODING]) &&
        thread->interpreter->options.flags.warn_default_encoding > 0 &&
        !warning_give(thread, ERROR_EncodingWarning, "'encoding' argument not specified"))
        return VALUE_ERROR;
    if (!is_none(args[ARG_ENCODING]) &&
        !(encoding = library_need_text(thread, args[ARG_ENCODING], "open() argument 'encoding'")))
        return VALUE_ERROR;
    if (!is_none(args[ARG_ERRORS]) &&
        !(errors = library_need_text(thread, args[ARG_ERRORS], "open() argument 'errors'")))
        return VALUE_ERROR;
    if (encoding != NULL && text_file_known_codec(encoding) == NULL)
        return wrap_decoded(thread, file, args);
    TextFile *text_file = text_file_new(thread, file, encoding, "UTF-8", errors, newline);
    if (text_file == NULL)
        return VALUE_ERROR;
    text_file->mode = args[ARG_MODE];
    return value_object(text_file);
}

static Value make_file(Thread *thread, const Value *args, const OpenMode *mode, int64_t buffering,
                       NewlineMode newline) {
    bool is_number = is_integral(args[ARG_FILE]);
    int fd =
        is_number ? given_descriptor(thread, args[ARG_FILE]) : new_descriptor(thread, args, mode);
    if (fd < 0)
        return VALUE_ERROR;
    uint64_t flags = file_flags(mode) | buffering_flags(buffering, fd, !mode->binary);
    if (is_false(args[ARG_CLOSEFD]))
        flags |= FILE_KEEP_DESCRIPTOR;
    File *file = file_new(thread, library_type(thread, type_for(mode, buffering)), fd, flags,
                          args[ARG_FILE], binary_mode(mode));
    if (buffering > 1)
        file->buffer_size = (size_t)buffering;
    if (mode->appending)
        lseek(fd, 0, SEEK_END);
    return mode->binary ? value_object(file) : wrap_text(thread, file, args, newline);
}

static bool read_buffering(Thread *thread, Value v, int64_t *buffering) {
    if (!operation_index_int64(thread, v, buffering))
        return false;
    return (*buffering >= INT32_MIN && *buffering <= INT32_MAX) ||
           raise_false(thread, ERROR_OverflowError, "Python int too large to convert to C int");
}

Value file_open_native(Thread *thread, Value *args) {
    OpenMode mode;
    int64_t buffering;
    NewlineMode newline = NEWLINE_UNIVERSAL;
    const char *mode_text = library_need_text(thread, args[ARG_MODE], "open() argument 'mode'");
    if (mode_text == NULL || !parse_mode(thread, mode_text, &mode) ||
        !read_buffering(thread, args[ARG_BUFFERING], &buffering) ||
        !check_binary(thread, &mode, args, buffering) ||
        !text_file_newline(thread, "open() argument 'newline'", args[ARG_NEWLINE], &newline))
        return VALUE_ERROR;
    if (is_object(args[ARG_FILE]) && !is_str(args[ARG_FILE]) && !is_bytes(args[ARG_FILE]) &&
        !is_undefined(special_method(thread, args[ARG_FILE], common_name(thread, NAME___fspath__))))
        args[ARG_FILE] = library_path_text(thread, args[ARG_FILE], "");
    return is_error(args[ARG_FILE]) ? VALUE_ERROR
                                    : make_file(thread, args, &mode, buffering, newline);
}
