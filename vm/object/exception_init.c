// SPDX-License-Identifier: MIT
//
// The constructors of exceptions. BaseException keeps its positional arguments in `args`; some
// families also take special fields from them (OSError its errno) or from keywords (ImportError
// its name). Which keywords and how many arguments are allowed is CPython's choice, and the
// messages are its own.
//
// A subclass written in Mini may take what arguments it likes: `args` is set from them when the
// object is made, and the fields only when its __init__ calls the native one through super(). In
// the family of OSError only one of the two looks at the arguments: __init__ if a class has that
// and no __new__, so that it may hand on others than it was given; else __new__.
#include <errno.h>

#include "bytes.h"
#include "exception_parts.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "tuple.h"
#include "type.h"

static size_t positional_count(size_t count, const Tuple *keywords) {
    return count - (keywords ? keywords->length : 0);
}

// Keywords

typedef struct KeywordField {
    const char *name;
    size_t field;
} KeywordField;

static const KeywordField import_keywords[] = {{"name", IMPORT_ERROR_NAME},
                                               {"path", IMPORT_ERROR_PATH},
                                               {"name_from", IMPORT_ERROR_NAME_FROM},
                                               {0}};
static const KeywordField name_keywords[] = {{"name", NAME_ERROR_NAME}, {0}};
static const KeywordField attribute_keywords[] = {
    {"name", ATTRIBUTE_ERROR_NAME}, {"obj", ATTRIBUTE_ERROR_OBJ}, {0}};
static const KeywordField no_keywords[] = {{0}};

static const KeywordField *keywords_of(ErrorKind family) {
    switch (family) {
    case ERROR_ImportError:
        return import_keywords;
    case ERROR_NameError:
        return name_keywords;
    case ERROR_AttributeError:
        return attribute_keywords;
    default:
        return no_keywords;
    }
}

static bool set_keyword(Thread *thread, Exception *self, const KeywordField *allowed, Str *name,
                        Value v) {
    for (const KeywordField *field = allowed; field->name; field++) {
        if (str_equal_c(name, field->name)) {
            self->fields[field->field] = v;
            return true;
        }
    }
    const char *type = self->object.type->name;
    if (!allowed->name) {
        return raise_false(thread, ERROR_TypeError, "%s() takes no keyword arguments", type);
    }
    return raise_false(thread, ERROR_TypeError, "%s() got an unexpected keyword argument '%s'",
                       type, str_text(thread, name));
}

static bool set_keywords(Thread *thread, Exception *self, const Value *values, const Tuple *names) {
    const KeywordField *allowed = keywords_of(exception_family(self->object.type));
    for (const KeywordField *field = allowed; field->name; field++) {
        self->fields[field->field] = VALUE_NONE; // __init__ may be called again
    }
    for (size_t i = 0; names && i < names->length; i++) {
        if (!set_keyword(thread, self, allowed, as_str(names->items[i]), values[i])) {
            return false;
        }
    }
    return true;
}

// Families

static bool is_blocking_error(Thread *thread, const Exception *self) {
    return self->object.type == thread->interpreter->errors[ERROR_BlockingIOError];
}

static bool init_os_error(Thread *thread, Exception *self, const Value *args, size_t count) {
    if (count < 2 || count > 5) {
        return true;
    }
    self->fields[OS_ERROR_ERRNO] = args[0];
    self->fields[OS_ERROR_STRERROR] = args[1];
    if (count == 2 || is_none(args[2])) {
        return true;
    }
    if (is_blocking_error(thread, self) && is_integral(args[2])) {
        return exception_set_written(thread, self, args[2]);
    }
    self->fields[OS_ERROR_FILENAME] = args[2];
    self->args = tuple_from_array(thread, args, 2);
    if (count == 5) {
        self->fields[OS_ERROR_FILENAME2] = args[4];
    }
    return true;
}

static bool init_syntax_error(Thread *thread, Exception *self, const Value *args, size_t count) {
    if (count > 0) {
        self->fields[SYNTAX_ERROR_MSG] = args[0];
    }
    if (count != 2) {
        return true;
    }
    Value details = operation_to_tuple(thread, args[1]);
    if (is_error(details)) {
        return false;
    }
    size_t given = as_tuple(details)->length;
    if (given != 4 && given != 6) {
        return raise_false(thread, ERROR_TypeError, "function takes %s 4 arguments (%zu given)",
                           given < 4 ? "at least" : "exactly", given);
    }
    memcpy(&self->fields[SYNTAX_ERROR_FILENAME], as_tuple(details)->items, given * sizeof(Value));
    return true;
}

static bool check_unicode_text(Thread *thread, const Value *args, size_t index) {
    return is_str(args[index]) ||
           raise_false(thread, ERROR_TypeError, "argument %zu must be str, not %s", index + 1,
                       argument_type_name(thread, args[index]));
}

static bool check_unicode_position(Thread *thread, Value v) {
    int64_t position;
    return operation_index_int64(thread, v, &position);
}

// What UnicodeEncodeError(encoding, object, start, end, reason) is made with; the object of a
// UnicodeDecodeError are bytes, and a UnicodeTranslateError has no encoding.
static bool check_unicode_arguments(Thread *thread, const Exception *self, const Value *args,
                                    size_t count) {
    BytesView view;
    size_t object = count - 4;
    bool decode = exception_is(thread, value_object(self), ERROR_UnicodeDecodeError);
    return (object == 0 || check_unicode_text(thread, args, 0)) &&
           (decode || check_unicode_text(thread, args, object)) &&
           check_unicode_position(thread, args[object + 1]) &&
           check_unicode_position(thread, args[object + 2]) &&
           check_unicode_text(thread, args, object + 3) &&
           (!decode || bytes_view(thread, args[object], &view));
}

static bool init_unicode_error(Thread *thread, Exception *self, const Value *args, size_t count) {
    bool translate = exception_is(thread, value_object(self), ERROR_UnicodeTranslateError);
    size_t wanted = translate ? 4 : 5;
    if (count != wanted) {
        return raise_false(thread, ERROR_TypeError,
                           "function takes exactly %zu arguments (%zu given)", wanted, count);
    }
    if (!check_unicode_arguments(thread, self, args, count)) {
        return false;
    }
    size_t first = translate ? UNICODE_ERROR_OBJECT : UNICODE_ERROR_ENCODING;
    memcpy(&self->fields[first], args, count * sizeof(Value));
    Value *object = &self->fields[UNICODE_ERROR_OBJECT];
    BytesView view;
    if (!is_str(*object) && !has_layout(*object, LAYOUT_BYTES)) { // a copy that cannot change
        if (!bytes_view(thread, *object, &view)) {
            return false;
        }
        *object = value_object(bytes_new(thread, view.data, view.length));
    }
    for (size_t i = UNICODE_ERROR_START; i <= UNICODE_ERROR_END; i++) {
        self->fields[i] = operation_index(thread, self->fields[i]);
    }
    return true;
}

static Value exit_code(const Exception *self) {
    switch (self->args->length) {
    case 0:
        return VALUE_NONE;
    case 1:
        return self->args->items[0];
    default:
        return value_object(self->args);
    }
}

static bool init_family(Thread *thread, Exception *self, const Value *args, size_t count) {
    switch (exception_family(self->object.type)) {
    case ERROR_StopIteration:
        self->fields[STOP_ITERATION_VALUE] = count ? args[0] : VALUE_NONE;
        return true;
    case ERROR_SystemExit:
        self->fields[SYSTEM_EXIT_CODE] = exit_code(self);
        return true;
    case ERROR_ImportError:
        self->fields[IMPORT_ERROR_MSG] = count == 1 ? args[0] : VALUE_NONE;
        return true;
    case ERROR_OSError:
        return init_os_error(thread, self, args, count);
    case ERROR_SyntaxError:
        return init_syntax_error(thread, self, args, count);
    case ERROR_UnicodeDecodeError:
        return init_unicode_error(thread, self, args, count);
    default:
        return true;
    }
}

static bool init(Thread *thread, Exception *self, const Value *args, size_t count,
                 const Tuple *keywords) {
    size_t positional = positional_count(count, keywords);
    self->args = tuple_from_array(thread, args, positional);
    const Value *named = keywords ? args + positional : NULL;
    return set_keywords(thread, self, named, keywords) &&
           init_family(thread, self, args, positional);
}

// Whether it is for __new__ to look at the arguments, and not for __init__.
static bool is_made_by_new(const Type *type) {
    return exception_family(type) == ERROR_OSError &&
           (is_undefined(type->init) || !is_undefined(type->new_));
}

Value exception_init(Thread *thread, Value self, Value *args, size_t count, Tuple *keywords) {
    Exception *exception = as_exception(self);
    if (is_made_by_new(exception->object.type)) {
        return VALUE_NONE;
    }
    return init(thread, exception, args, count, keywords) ? VALUE_NONE : VALUE_ERROR;
}

// OSError(errno, ...) makes an instance of the subclass that stands for the number.
static const struct {
    int error_number;
    ErrorKind kind;
} os_error_kinds[] = {
    {EAGAIN, ERROR_BlockingIOError},
    {EALREADY, ERROR_BlockingIOError},
    {EINPROGRESS, ERROR_BlockingIOError},
    {EPIPE, ERROR_BrokenPipeError},
    {ESHUTDOWN, ERROR_BrokenPipeError},
    {ECHILD, ERROR_ChildProcessError},
    {ECONNABORTED, ERROR_ConnectionAbortedError},
    {ECONNREFUSED, ERROR_ConnectionRefusedError},
    {ECONNRESET, ERROR_ConnectionResetError},
    {EEXIST, ERROR_FileExistsError},
    {ENOENT, ERROR_FileNotFoundError},
    {EISDIR, ERROR_IsADirectoryError},
    {ENOTDIR, ERROR_NotADirectoryError},
    {EINTR, ERROR_InterruptedError},
    {EACCES, ERROR_PermissionError},
    {EPERM, ERROR_PermissionError},
    {ESRCH, ERROR_ProcessLookupError},
    {ETIMEDOUT, ERROR_TimeoutError},
};

static Type *os_error_type(Thread *thread, Type *type, const Value *args, size_t count) {
    const Interpreter *interpreter = thread->interpreter;
    if (type != interpreter->errors[ERROR_OSError] || count < 2 || !is_integral(args[0])) {
        return type;
    }
    int64_t number;
    if (!int_to_int64(int_exact(thread, args[0]), &number))
        return type;
    for (size_t i = 0; i < sizeof os_error_kinds / sizeof *os_error_kinds; i++) {
        if (os_error_kinds[i].error_number == number) {
            return interpreter->errors[os_error_kinds[i].kind];
        }
    }
    return type;
}

// What an exception has before the __init__ of its class begins.
static bool set_before_init(Thread *thread, Exception *self, const Value *args, size_t count) {
    bool is_os_error = exception_family(self->object.type) == ERROR_OSError;
    if (is_os_error && !is_made_by_new(self->object.type)) {
        return true;
    }
    self->args = tuple_from_array(thread, args, count);
    return !is_os_error || init_os_error(thread, self, args, count);
}

Value exception_construct(Thread *thread, Value callee, Value *args, size_t count,
                          Tuple *keywords) {
    size_t positional = positional_count(count, keywords);
    Type *type = os_error_type(thread, as_type(callee), args, positional);
    if (type != as_type(callee) && keywords && keywords->length) {
        return raise_error(thread, ERROR_TypeError, "OSError() takes no keyword arguments");
    }
    Exception *self = exception_allocate(thread, type);
    bool good = is_undefined(type->init) ? init(thread, self, args, count, keywords)
                                         : set_before_init(thread, self, args, positional);
    return good ? value_object(self) : VALUE_ERROR;
}
