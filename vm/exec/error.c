// SPDX-License-Identifier: MIT
//
// Raising. The exception is made, linked to the one being handled (its __context__) and left on
// the thread; the frames it passes through on its way are added by the interpreter's unwinder.
#include "error.h"

#include <string.h>

#include "exception.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "type.h"

Value raise_value(Thread *thread, Value exception) {
    if (!is_undefined(thread->handled)) {
        exception_set_context(exception, thread->handled);
    }
    thread->exception = exception;
    return VALUE_ERROR;
}

void error_raise(Thread *thread, ErrorKind kind, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *message = str_format_v(thread, format, args);
    va_end(args);
    raise_value(thread, value_object(exception_new(thread, kind, message)));
}

// Raise what calling the type gives; if the call fails, that is what is raised.
static Value raise_new(Thread *thread, ErrorKind kind, Value *args, size_t count) {
    Value exception = exception_new_args(thread, thread->interpreter->errors[kind], args, count);
    return is_error(exception) ? exception : raise_value(thread, exception);
}

Value raise_key_error(Thread *thread, Value key) {
    return raise_new(thread, ERROR_KeyError, &key, 1);
}

Value raise_os_error(Thread *thread, int error_number, Value file) {
    char buffer[128];
    Value text = value_object(str_from_c(thread, strerror_r(error_number, buffer, sizeof buffer)));
    Value args[] = {value_small_int(error_number), text, file};
    return raise_new(thread, ERROR_OSError, args, is_none(file) ? 2 : 3);
}

Value raise_stop_iteration(Thread *thread, Value value) {
    return raise_new(thread, ERROR_StopIteration, &value, is_undefined(value) ? 0 : 1);
}

bool error_pending(const Thread *thread) {
    return !is_undefined(thread->exception);
}

bool error_matches(const Thread *thread, ErrorKind kind) {
    return is_instance_of(thread->exception, thread->interpreter->errors[kind]);
}

Value error_take(Thread *thread) {
    Value exception = thread->exception;
    thread->exception = VALUE_UNDEFINED;
    return exception;
}

void error_clear(Thread *thread) {
    thread->exception = VALUE_UNDEFINED;
}

const char *type_name(Thread *thread, Value v) {
    return type_of(thread, v)->name;
}

const char *argument_type_name(Thread *thread, Value v) {
    return is_none(v) ? "None" : type_name(thread, v);
}
