// SPDX-License-Identifier: MIT
//
// Raising Mini exceptions from C. The exception waits on the thread (`thread->exception`); the
// function that noticed returns VALUE_ERROR (or false, or -1), and so does each of its callers,
// until the interpreter loop looks for a handler. As in CPython, minus the reference counts.
#pragma once

#include "object.h"

typedef enum ErrorKind {
#define ERROR(name, base, doc) ERROR_##name,
#include "errors.def"
#undef ERROR
    ERROR_COUNT
} ErrorKind;

// Raise with a printf-like message.
void error_raise(Thread *thread, ErrorKind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));
// The same as a function's result, for those that return a Value, a bool or an int. They are macros
// so that the compiler, and the analyzer, see which result the caller gets.
#define raise_error(...) (error_raise(__VA_ARGS__), VALUE_ERROR)
#define raise_false(...) (error_raise(__VA_ARGS__), false)
#define raise_minus_one(...) (error_raise(__VA_ARGS__), -1)

// Raise `exception` (an instance of BaseException); sets its __context__ to the exception being
// handled. Returns VALUE_ERROR.
Value raise_value(Thread *thread, Value exception) __attribute__((cold));
// KeyError whose argument is the key itself.
Value raise_key_error(Thread *thread, Value key) __attribute__((cold));
// OSError, or the subclass that fits `error_number` (FileNotFoundError, ...), as
// "[Errno 2] No such file or directory: 'name'"; `file` may be VALUE_NONE.
Value raise_os_error(Thread *thread, int error_number, Value file) __attribute__((cold));
// StopIteration(value); `value` may be UNDEFINED.
Value raise_stop_iteration(Thread *thread, Value value) __attribute__((cold));

// True if an exception is set.
bool error_pending(const Thread *thread);
// True if the exception that is set is an instance of `kind`.
bool error_matches(const Thread *thread, ErrorKind kind);
// Take the exception off the thread; UNDEFINED if none is set.
Value error_take(Thread *thread);
void error_clear(Thread *thread);
// "'NAME'" in messages: the name of the value's type.
const char *type_name(Thread *thread, Value v);
// The same where a native function got a wrong argument: None is then "None", as in CPython.
const char *argument_type_name(Thread *thread, Value v);
