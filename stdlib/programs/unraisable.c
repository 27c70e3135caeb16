// SPDX-License-Identifier: MIT
//
// Exceptions that nobody can catch, for they came up where no program is waiting: in a function
// that atexit calls, in a thread that _thread started, while stdout is flushed at the end. They go
// to sys.unraisablehook, which a program may replace, as in CPython; ours prints them. Whatever
// goes wrong on the way is told, too, and forgotten: this is the last resort.
#include "unraisable.h"

#include "call.h"
#include "exception.h"
#include "operations.h"
#include "record.h"
#include "standard_files.h"
#include "str.h"
#include "traceback.h"
#include "tuple.h"
#include "working_text.h"

#include <string.h>

static const GetSetSpec fields[] = {
    RECORD_FIELD(0, "exc_type", "Exception type"),
    RECORD_FIELD(1, "exc_value", "Exception value"),
    RECORD_FIELD(2, "exc_traceback", "Exception traceback"),
    RECORD_FIELD(3, "err_msg", "Error message"),
    RECORD_FIELD(4, "object", "Object causing the exception"),
    GETSET_END,
};
RECORD_TYPE(arguments_type, "sys", "UnraisableHookArgs", fields, "What sys.unraisablehook gets.")

static void complain(Thread *thread, Str *text) {
    size_t length;
    const char *bytes = str_utf8(thread, text, &length);
    standard_files_complain(thread, bytes, length);
}

static Str *repr_of(Thread *thread, Value object) {
    Str *text = operation_repr(thread, object);
    if (text != NULL)
        return text;
    error_clear(thread);
    return str_from_c(thread, "<object repr() failed>");
}

static void print_heading(Thread *thread, Value message, Value object) {
    bool has_message = is_str(message);
    if (!has_message && is_none(object))
        return;
    const char *text = has_message ? str_text(thread, as_str(message)) : "Exception ignored in:";
    Str *line = is_none(object) ? str_format(thread, "%s:\n", text)
                                : str_format(thread, has_message ? "%s %s:\n" : "%s %s\n", text,
                                             str_text(thread, repr_of(thread, object)));
    complain(thread, line);
}

// The exception without those that led to it.
static void print_alone(Thread *thread, Value exception) {
    WorkingText working;
    StringBuilder *out = working_text_begin(thread, &working);
    if (as_exception(exception)->traceback != NULL) {
        sb_puts(out, "Traceback (most recent call last):\n");
        traceback_print_frames(thread, as_exception(exception)->traceback, out);
    }
    traceback_print_headline(thread, exception, out);
    error_clear(thread);
    Str *text = str_new_utf8(thread, out->data, out->length);
    working_text_end(thread, &working);
    complain(thread, text);
}

static Value print_unraisable(Thread *thread, Value *args) {
    if (!is_tuple(args[0]) || object_type(args[0])->spec != &arguments_type)
        return raise_error(thread, ERROR_TypeError,
                           "sys.unraisablehook argument type must be UnraisableHookArgs");
    const Value *items = as_tuple(args[0])->items;
    print_heading(thread, items[3], items[4]);
    if (is_exception(items[1]))
        print_alone(thread, items[1]);
    return VALUE_NONE;
}

void unraisable_report(Thread *thread, Value exception, const char *message, Value object) {
    Traceback *traceback = as_exception(exception)->traceback;
    Value values[] = {
        value_object(object_type(exception)),
        exception,
        traceback == NULL ? VALUE_NONE : value_object(traceback),
        message == NULL ? VALUE_NONE : value_object(str_from_c(thread, message)),
        object,
    };
    Value args = record_new(thread, record_type(thread, &arguments_type), values);
    Value hook = library_sys_attribute(thread, str_intern_c(thread, "unraisablehook"));
    if (is_undefined(hook) || is_none(hook)) {
        print_unraisable(thread, &args);
    } else if (is_error(call_value(thread, hook, &args, 1))) {
        Value failure = error_take(thread);
        complain(thread, str_format(thread, "Exception ignored in sys.unraisablehook: %s\n",
                                    str_text(thread, repr_of(thread, hook))));
        print_alone(thread, failure);
    }
    error_clear(thread);
}

// For modules that are written in Mini.
static Value report(Thread *thread, Value *args) {
    if (is_exception(args[0]) && is_str(args[1]))
        unraisable_report(thread, args[0], str_text(thread, as_str(args[1])), args[2]);
    return VALUE_NONE;
}

const NativeSpec unraisable_functions[] = {
    NATIVE("unraisablehook", print_unraisable, "(unraisable, /)",
           "Print an exception that nobody can catch to sys.stderr."),
    NATIVE("_report_unraisable", report, "(exception, message, object, /)",
           "Hand an exception to sys.unraisablehook."),
    NATIVE_END,
};
