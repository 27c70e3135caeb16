// SPDX-License-Identifier: MIT
//
// From what the compiler found in a text to what a program sees of it.
//
// An error becomes a SyntaxError with the five details that CPython gives. A warning is handed to
// warnings.warn_explicit, which knows the filters: shown, ignored, or turned into an error, and
// then it is reported as a SyntaxError, which shows the place. The module warnings is written in
// Mini and only imported for the first warning of a program.
#include "report.h"

#include "attribute.h"
#include "call.h"
#include "dict.h"
#include "error.h"
#include "exception.h"
#include "import.h"
#include "interpreter.h"
#include "str.h"
#include "tuple.h"

static ErrorKind error_kind(DiagnosticKind kind) {
    switch (kind) {
    case DIAGNOSTIC_INDENTATION_ERROR:
        return ERROR_IndentationError;
    case DIAGNOSTIC_TAB_ERROR:
        return ERROR_TabError;
    case DIAGNOSTIC_MEMORY_ERROR:
        return ERROR_MemoryError;
    default:
        return ERROR_SyntaxError;
    }
}

// The line with its line end, as CPython's SyntaxError.text.
static Value line_text(Thread *thread, const Source *source, uint32_t line) {
    uint32_t length;
    const char *text = source_line_text(source, line, &length);
    Str *str = str_new_utf8(thread, text, length);
    return value_object(str_concat(thread, str, str_from_c(thread, "\n")));
}

// (filename, lineno, offset, text, end_lineno, end_offset)
static Value error_details(Thread *thread, SourceFile *file, Span span) {
    const Source *source = &file->source;
    uint32_t line = source_line_of(source, span.start);
    Tuple *details = tuple_new(thread, 6);
    details->items[0] = value_object(file->name);
    details->items[1] = value_small_int(line);
    details->items[2] = value_small_int(source_column_of(source, span.start));
    details->items[3] = line_text(thread, source, line);
    details->items[4] = value_small_int(source_line_of(source, span.end));
    details->items[5] = value_small_int(source_column_of(source, span.end));
    return value_object(details);
}

static void report_as(Thread *thread, SourceFile *file, const Diagnostic *error, ErrorKind kind) {
    if (kind == ERROR_MemoryError) {
        raise_error(thread, kind, "out of memory while compiling");
        return;
    }
    Value message = value_object(str_new_utf8(thread, error->message, strlen(error->message)));
    Value details = error_details(thread, file, error->span);
    Value type = value_object(thread->interpreter->errors[kind]);
    Value exception = call_2(thread, type, message, details);
    if (!is_error(exception))
        raise_value(thread, exception);
}

void report_error(Thread *thread, SourceFile *file, const Diagnostic *error) {
    report_as(thread, file, error, error_kind(error->kind));
}

void report_incomplete(Thread *thread, SourceFile *file, const Diagnostic *error, bool is_partial) {
    Diagnostic incomplete = *error;
    uint32_t end = file->source.length;
    Span span = error->kind == DIAGNOSTIC_NONE ? (Span){end, end} : error->span;
    diagnostic_set(&incomplete, DIAGNOSTIC_SYNTAX_ERROR, span,
                   is_partial ? "incomplete input" : "invalid syntax");
    if (is_partial)
        report_as(thread, file, &incomplete, ERROR__IncompleteInputError);
    else
        report_error(thread, file, &incomplete);
}

// Call warn_explicit; VALUE_NONE also while the module is just being imported.
static Value warn(Thread *thread, SourceFile *file, const ParseWarning *warning) {
    Module *module = import_module(thread, str_from_c(thread, "warnings"));
    if (module == NULL)
        return VALUE_ERROR;
    Value function = dict_get_str(thread, module->dict, str_intern_c(thread, "warn_explicit"));
    if (is_undefined(function))
        return VALUE_NONE;
    Value args[] = {
        value_object(str_from_c(thread, warning->message)),
        value_object(thread->interpreter->errors[ERROR_SyntaxWarning]),
        value_object(file->name),
        value_small_int(source_line_of(&file->source, warning->span.start)),
    };
    return call_value(thread, function, args, 4);
}

static bool report_warning(Thread *thread, SourceFile *file, const ParseWarning *warning) {
    if (!is_error(warn(thread, file, warning)))
        return true;
    Value error = error_take(thread);
    if (!exception_is(thread, error, ERROR_SyntaxWarning)) {
        raise_value(thread, error);
        return false;
    }
    Diagnostic diagnostic;
    diagnostic_set(&diagnostic, DIAGNOSTIC_SYNTAX_ERROR, warning->span, "%s", warning->message);
    report_error(thread, file, &diagnostic);
    return false;
}

bool report_warnings(Thread *thread, SourceFile *file, const ParseWarnings *warnings, bool all) {
    for (uint32_t i = 0; i < warnings->count; i++) {
        const ParseWarning *warning = &warnings->items[i];
        if ((all || !warning->is_late) && !report_warning(thread, file, warning))
            return false;
    }
    return true;
}
