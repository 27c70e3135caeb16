// SPDX-License-Identifier: MIT
//
// str() and repr() of exceptions: usually the argument, or the tuple of arguments; a few families
// put a sentence together from their fields.
#include <stdio.h>

#include "bytes.h"
#include "exception_parts.h"
#include "int.h"
#include "interpreter.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "tuple.h"
#include "type.h"

static Value text_or_error(Str *text) {
    return text ? value_object(text) : VALUE_ERROR;
}

Value exception_str(Thread *thread, Value self) {
    const Tuple *args = as_exception(self)->args;
    if (args->length == 0) {
        return value_object(thread->interpreter->empty_str);
    }
    return text_or_error(
        operation_str(thread, args->length == 1 ? args->items[0] : value_object(args)));
}

Value exception_repr(Thread *thread, Value self) {
    const Tuple *args = as_exception(self)->args;
    TextBuilder text;
    text_builder_init(&text, thread);
    text_builder_add(&text, type_name_str(thread, object_type(self)));
    bool single = args->length == 1;
    text_builder_add_c(&text, single ? "(" : "");
    if (!text_builder_add_repr(&text, single ? args->items[0] : value_object(args))) {
        return VALUE_ERROR;
    }
    text_builder_add_c(&text, single ? ")" : "");
    return value_object(text_builder_finish(&text));
}

// The key's repr, so that KeyError('') does not print as nothing.
Value key_error_str(Thread *thread, Value self) {
    const Tuple *args = as_exception(self)->args;
    return args->length == 1 ? text_or_error(operation_repr(thread, args->items[0]))
                             : exception_str(thread, self);
}

Value import_error_str(Thread *thread, Value self) {
    Value message = as_exception(self)->fields[IMPORT_ERROR_MSG];
    return is_str(message) ? message : exception_str(thread, self);
}

Value os_error_str(Thread *thread, Value self) {
    const Value *fields = as_exception(self)->fields;
    bool numbered = !is_none(fields[OS_ERROR_ERRNO]) && !is_none(fields[OS_ERROR_STRERROR]);
    if (is_none(fields[OS_ERROR_FILENAME]) && !numbered) {
        return exception_str(thread, self);
    }
    TextBuilder text;
    text_builder_init(&text, thread);
    text_builder_add_c(&text, "[Errno ");
    bool ok = text_builder_add_str(&text, fields[OS_ERROR_ERRNO]);
    text_builder_add_c(&text, "] ");
    ok = ok && text_builder_add_str(&text, fields[OS_ERROR_STRERROR]);
    if (ok && !is_none(fields[OS_ERROR_FILENAME])) {
        text_builder_add_c(&text, ": ");
        ok = text_builder_add_repr(&text, fields[OS_ERROR_FILENAME]);
    }
    if (ok && !is_none(fields[OS_ERROR_FILENAME2])) {
        text_builder_add_c(&text, " -> ");
        ok = text_builder_add_repr(&text, fields[OS_ERROR_FILENAME2]);
    }
    return ok ? value_object(text_builder_finish(&text)) : VALUE_ERROR;
}

// The last component of the file name.
static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

Value syntax_error_str(Thread *thread, Value self) {
    const Value *fields = as_exception(self)->fields;
    Str *message = operation_str(thread, fields[SYNTAX_ERROR_MSG]);
    if (!message) {
        return VALUE_ERROR;
    }
    Value file = fields[SYNTAX_ERROR_FILENAME], line = fields[SYNTAX_ERROR_LINENO];
    const char *text = str_text(thread, message);
    if (is_str(file) && is_small_int(line)) {
        return value_object(str_format(thread, "%s (%s, line %lld)", text,
                                       base_name(str_text(thread, as_str(file))),
                                       (long long)as_small_int(line)));
    }
    if (is_str(file)) {
        const char *name = base_name(str_text(thread, as_str(file)));
        return value_object(str_format(thread, "%s (%s)", text, name));
    }
    if (is_small_int(line)) {
        return value_object(
            str_format(thread, "%s (line %lld)", text, (long long)as_small_int(line)));
    }
    return value_object(message);
}

// Unicode errors

typedef struct UnicodeProblem {
    const char *encoding, *reason;
    long long start, end;
} UnicodeProblem;

static const char *field_text(Thread *thread, Value field) {
    Str *text = operation_str(thread, field);
    if (!text) {
        error_clear(thread);
        return "";
    }
    return str_text(thread, text);
}

static UnicodeProblem read_problem(Thread *thread, const Exception *self) {
    int64_t start = 0, end = 0;
    if (is_integral(self->fields[UNICODE_ERROR_START])) {
        int_to_int64(self->fields[UNICODE_ERROR_START], &start);
    }
    if (is_integral(self->fields[UNICODE_ERROR_END])) {
        int_to_int64(self->fields[UNICODE_ERROR_END], &end);
    }
    return (UnicodeProblem){
        .encoding = field_text(thread, self->fields[UNICODE_ERROR_ENCODING]),
        .reason = field_text(thread, self->fields[UNICODE_ERROR_REASON]),
        .start = start,
        .end = end,
    };
}

static Value describe_character(Thread *thread, const UnicodeProblem *problem, uint32_t code_point,
                                bool translate) {
    char escaped[16];
    if (code_point <= 0xff) {
        snprintf(escaped, sizeof escaped, "\\x%02x", code_point);
    } else {
        snprintf(escaped, sizeof escaped, code_point <= 0xffff ? "\\u%04x" : "\\U%08x", code_point);
    }
    if (translate) {
        return value_object(str_format(thread,
                                       "can't translate character '%s' in position %lld: %s",
                                       escaped, problem->start, problem->reason));
    }
    return value_object(str_format(thread,
                                   "'%s' codec can't encode character '%s' in position %lld: %s",
                                   problem->encoding, escaped, problem->start, problem->reason));
}

static Value describe_decode(Thread *thread, const UnicodeProblem *problem, Value object) {
    BytesView bytes = {0};
    bool one = problem->end == problem->start + 1 && bytes_view_optional(thread, object, &bytes) &&
               problem->start >= 0 && (size_t)problem->start < bytes.length;
    if (one) {
        return value_object(str_format(
            thread, "'%s' codec can't decode byte 0x%02x in position %lld: %s", problem->encoding,
            bytes.data[problem->start], problem->start, problem->reason));
    }
    return value_object(
        str_format(thread, "'%s' codec can't decode bytes in position %lld-%lld: %s",
                   problem->encoding, problem->start, problem->end - 1, problem->reason));
}

Value unicode_error_str(Thread *thread, Value self) {
    const Exception *error = as_exception(self);
    Value object = error->fields[UNICODE_ERROR_OBJECT];
    UnicodeProblem problem = read_problem(thread, error);
    if (is_none(object)) {
        return value_object(thread->interpreter->empty_str);
    }
    if (exception_is(thread, self, ERROR_UnicodeDecodeError)) {
        return describe_decode(thread, &problem, object);
    }
    bool translate = exception_is(thread, self, ERROR_UnicodeTranslateError);
    bool one = problem.end == problem.start + 1 && is_str(object) && problem.start >= 0 &&
               (size_t)problem.start < as_str(object)->length;
    if (one) {
        uint32_t code_point = str_char_at(as_str(object), (size_t)problem.start);
        return describe_character(thread, &problem, code_point, translate);
    }
    if (translate) {
        return value_object(str_format(thread,
                                       "can't translate characters in position %lld-%lld: %s",
                                       problem.start, problem.end - 1, problem.reason));
    }
    return value_object(
        str_format(thread, "'%s' codec can't encode characters in position %lld-%lld: %s",
                   problem.encoding, problem.start, problem.end - 1, problem.reason));
}
