// SPDX-License-Identifier: MIT
//
// Exception objects. All have one struct; the special members of some types (OSError.errno,
// StopIteration.value, ...) are the `fields` at its end, whose number the type decides.
#pragma once

#include "error.h"
#include "instance.h"
#include "object.h"

typedef struct Traceback Traceback;

typedef struct Exception {
    Object object;
    uint64_t suppress_context; // 0 or 1 (second-word rule)
    Shape *shape;              // the Attributes part
    Value *overflow;
    Tuple *args;
    Value cause, context; // exception or None
    Traceback *traceback; // NULL: none
    Value fields[];
} Exception;

// Numbers of the special fields, by family of types (exception_types.c).
enum {
    STOP_ITERATION_VALUE = 0,
    SYSTEM_EXIT_CODE = 0,
    NAME_ERROR_NAME = 0,
    NAME_ERROR_SELF, // of the method that looked for the name, or None
    ATTRIBUTE_ERROR_NAME = 0,
    ATTRIBUTE_ERROR_OBJ,
    IMPORT_ERROR_MSG = 0,
    IMPORT_ERROR_NAME,
    IMPORT_ERROR_PATH,
    IMPORT_ERROR_NAME_FROM,
    OS_ERROR_ERRNO = 0,
    OS_ERROR_STRERROR,
    OS_ERROR_FILENAME,
    OS_ERROR_FILENAME2,
    OS_ERROR_WRITTEN, // of a BlockingIOError
    SYNTAX_ERROR_MSG = 0,
    SYNTAX_ERROR_FILENAME,
    SYNTAX_ERROR_LINENO,
    SYNTAX_ERROR_OFFSET,
    SYNTAX_ERROR_TEXT,
    SYNTAX_ERROR_END_LINENO,
    SYNTAX_ERROR_END_OFFSET,
    SYNTAX_ERROR_PRINT,
    UNICODE_ERROR_ENCODING = 0,
    UNICODE_ERROR_OBJECT,
    UNICODE_ERROR_START,
    UNICODE_ERROR_END,
    UNICODE_ERROR_REASON,
    GROUP_MESSAGE = 0,
    GROUP_EXCEPTIONS,
};

static inline bool is_exception(Value v) {
    return has_layout(v, LAYOUT_EXCEPTION);
}
static inline Exception *as_exception(Value v) {
    return (Exception *)as_object(v);
}

// An exception of a built-in kind with one argument, the message (NULL: no arguments).
Exception *exception_new(Thread *thread, ErrorKind kind, Str *message);
// type(*args)
Value exception_new_args(Thread *thread, Type *type, Value *args, size_t count);
bool exception_is(Thread *thread, Value v, ErrorKind kind);
// BaseException.__init__ and those of its subclasses.
Value exception_init(Thread *thread, Value self, Value *args, size_t count, Tuple *keywords);
// True for a class derived from BaseException.
bool is_exception_class(Value v);
// What `raise v` means: an instance is itself, a class is called; TypeError otherwise.
Value exception_from_raised(Thread *thread, Value v);
// `raise v from cause`: sets the cause; false with TypeError if it is none.
bool exception_set_cause(Thread *thread, Value exception, Value cause);
// Set __context__ as `raise` does, cutting cycles.
void exception_set_context(Value exception, Value context);
// isinstance(exception, classes) for `except`; -1 with TypeError if `classes` has other things.
int exception_matches(Thread *thread, Value exception, Value classes);

// except*: matching part and rest, None where empty.
bool exception_group_match(Thread *thread, Value exception, Value classes, Value *match,
                           Value *rest);
// except*: what is to be raised at the end, or None, from the raised and unhandled parts.
Value exception_group_reraise(Thread *thread, Value raised_list, Value original);

