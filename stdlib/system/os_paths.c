// SPDX-License-Identifier: MIT
//
// How the functions of the module os take names of files, and give the system's answers; see
// os_functions.h. CPython's path_converter.
#include "os_functions.h"

#include "bytes.h"
#include "call.h"
#include "int.h"
#include "operations.h"
#include "str.h"
#include "warning.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

bool os_int(Thread *thread, Value v, int *result) {
    int64_t n;
    *result = 0;
    if (!operation_index_int64(thread, v, &n))
        return false;
    if (n < INT32_MIN || n > INT32_MAX)
        return raise_false(thread, ERROR_OverflowError, "signed integer is %s than %s",
                           n < 0 ? "less" : "greater", n < 0 ? "minimum" : "maximum");
    *result = (int)n;
    return true;
}

static bool refuse(Thread *thread, Value v, OsPathKind kind, const char *function,
                   const char *name) {
    static const char *const others[] = {
        [OS_PATH] = " or os.PathLike",
        [OS_PATH_OR_DESCRIPTOR] = ", os.PathLike or integer",
        [OS_PATH_OR_NONE] = ", os.PathLike, integer or None",
    };
    return raise_false(thread, ERROR_TypeError, "%s: %s should be string, bytes%s, not %s",
                       function, name, others[kind], type_name(thread, v));
}

// What __fspath__ of `v` gives, str or bytes; UNDEFINED if there is no such method.
static Value ask_object(Thread *thread, Value v) {
    Value method = special_method(thread, v, common_name(thread, NAME___fspath__));
    if (is_undefined(method) || is_error(method))
        return method;
    Value path = call_1(thread, method, v);
    if (is_error(path) || is_str(path) || is_bytes(path))
        return path;
    return raise_error(thread, ERROR_TypeError,
                       "expected %s.__fspath__() to return str or bytes, not %s",
                       type_name(thread, v), type_name(thread, path));
}

static bool take_text(Thread *thread, Value v, const char *function, const char *name,
                      OsPath *path) {
    size_t length;
    path->shown = v;
    path->is_bytes = is_bytes(v);
    if (path->is_bytes) {
        path->text = (const char *)as_bytes(v)->data;
        length = as_bytes(v)->length;
    } else {
        Bytes *encoded = str_encode(thread, as_str(v), "utf-8", "surrogateescape");
        if (encoded == NULL)
            return false;
        path->text = (const char *)encoded->data;
        length = encoded->length;
    }
    return strlen(path->text) == length ||
           raise_false(thread, ERROR_ValueError, "%s: embedded null character in %s", function,
                       name);
}

bool os_path(Thread *thread, Value v, Value dir_fd, OsPathKind kind, const char *function,
             const char *name, OsPath *path) {
    *path = (OsPath){.folder = AT_FDCWD, .shown = v};
    bool has_folder = !is_undefined(dir_fd) && !is_none(dir_fd);
    if (has_folder && !os_int(thread, dir_fd, &path->folder))
        return false;
    if (kind == OS_PATH_OR_NONE && is_none(v)) {
        path->text = ".";
        return true;
    }
    if (kind != OS_PATH && is_integral(v)) {
        bool good = !is_bool(v) ||
                    warning_give(thread, ERROR_RuntimeWarning, "bool is used as a file descriptor");
        return good && os_int(thread, v, &path->fd);
    }
    Value text = is_str(v) || is_bytes(v) ? v : ask_object(thread, v);
    if (is_error(text))
        return false;
    return is_undefined(text) ? refuse(thread, v, kind, function, name)
                              : take_text(thread, text, function, name, path);
}

Value os_name(Thread *thread, const char *name, bool is_bytes) {
    Bytes *bytes = bytes_new(thread, (const uint8_t *)name, strlen(name));
    if (is_bytes)
        return value_object(bytes);
    Str *text = bytes_decode(thread, bytes->data, bytes->length, "utf-8", "surrogateescape");
    return text ? value_object(text) : VALUE_ERROR;
}

Value os_finish(Thread *thread, int result, const OsPath *path) {
    return result == 0 ? VALUE_NONE : raise_os_error(thread, errno, path->shown);
}

Value os_finish_two(Thread *thread, int result, const OsPath *from, const OsPath *to) {
    if (result == 0)
        return VALUE_NONE;
    int error = errno;
    Value values[] = {value_small_int(error), library_text(thread, strerror(error)), from->shown,
                      VALUE_NONE, to->shown};
    Type *type = thread->interpreter->errors[ERROR_OSError];
    Value exception = call_value(thread, value_object(type), values, 5);
    return is_error(exception) ? exception : raise_value(thread, exception);
}

Value os_done(Thread *thread, int result) {
    return result == 0 ? VALUE_NONE : raise_os_error(thread, errno, VALUE_NONE);
}
