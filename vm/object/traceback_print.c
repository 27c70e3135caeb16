// SPDX-License-Identifier: MIT
//
// An exception as Python 3.13 prints it: first what led to it (cause or context), then its
// traceback, its type and message with a suggestion, its notes. A group is drawn as a tree, with a
// margin of '|' that grows with its depth; every line of a nested exception gets the margin, so
// each part is first written to a text of its own and then copied line by line.
#include <string.h>

#include "attribute.h"
#include "dict.h"
#include "exception.h"
#include "import.h"
#include "interpreter.h"
#include "list.h"
#include "module.h"
#include "operations.h"
#include "str.h"
#include "traceback_parts.h"
#include "tuple.h"
#include "type.h"
#include "working_text.h"

enum { MAX_GROUP_WIDTH = 15, MAX_GROUP_DEPTH = 10 };

typedef struct Printer {
    Thread *thread;
    StringBuilder *out;
    List *seen;      // exceptions printed so far: chains may be rings
    int depth;       // of groups around what is being printed
    bool need_close; // the group's last line is still to be drawn
    int64_t limit;   // sys.tracebacklimit: entries to print of each stack, or -1 for all
} Printer;

static void print_value(Printer *printer, Value exception);

// Text

static void put_indent(const Printer *printer) {
    sb_repeat(printer->out, ' ', 2 * (size_t)printer->depth);
}

static void emit_line(const Printer *printer, char margin, const char *line, size_t length) {
    if (printer->depth) {
        put_indent(printer);
        sb_putc(printer->out, margin);
        sb_putc(printer->out, ' ');
    }
    sb_write(printer->out, line, length);
}

// Every line of `text` with the margin in front.
static void emit(const Printer *printer, char margin, const StringBuilder *text) {
    const char *at = text->data, *end = text->data + text->length;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        emit_line(printer, margin, at, (size_t)(next - at));
        at = next;
    }
}

static void emit_text(const Printer *printer, char margin, const char *text) {
    StringBuilder piece;
    sb_init(&piece);
    sb_puts(&piece, text);
    emit(printer, margin, &piece);
    sb_free(&piece);
}

static void put_str(Thread *thread, Str *s, StringBuilder *out) {
    size_t length;
    const char *text = str_utf8(thread, s, &length);
    sb_write(out, text, length);
}

typedef Str *(*TextFunction)(Thread *, Value);

// str(v) or repr(v); if that fails, a note that it did.
static Str *safe_text(Thread *thread, Value v, TextFunction function, const char *what) {
    Str *text = function(thread, v);
    if (text) {
        return text;
    }
    error_clear(thread);
    return str_format(thread, "<%s %s() failed>", what,
                      function == operation_repr ? "repr" : "str");
}

// The last line

static void put_type_name(Thread *thread, const Type *type, StringBuilder *out) {
    Value module = type_module(thread, type);
    if (!is_str(module))
        sb_puts(out, "<unknown>.");
    if (is_str(module) && !str_equal_c(as_str(module), "builtins") &&
        !str_equal_c(as_str(module), "__main__")) {
        put_str(thread, as_str(module), out);
        sb_putc(out, '.');
    }
    if (is_str(type->qualified_name)) {
        put_str(thread, as_str(type->qualified_name), out);
    } else {
        sb_puts(out, type->name);
    }
}

static void put_import_hint(Thread *thread, Value exception, bool suggested, StringBuilder *out) {
    Value name = as_exception(exception)->fields[NAME_ERROR_NAME];
    if (!is_str(name) || import_find_embedded(thread, str_text(thread, as_str(name))) == NULL) {
        return;
    }
    sb_printf(out,
              suggested ? " Or did you forget to import '%s'?" : ". Did you forget to import '%s'?",
              str_text(thread, as_str(name)));
}

static void put_hints(Thread *thread, Value exception, StringBuilder *out) {
    WorkingText working;
    StringBuilder *suggestion = working_text_begin(thread, &working);
    bool suggested = traceback_suggestion(thread, exception, suggestion);
    if (suggested) {
        sb_printf(out, ". Did you mean: '%s'?", suggestion->data);
    }
    working_text_end(thread, &working);
    if (exception_is(thread, exception, ERROR_NameError)) {
        put_import_hint(thread, exception, suggested, out);
    }
}

static void put_plain_summary(Thread *thread, Value exception, StringBuilder *out) {
    put_type_name(thread, object_type(exception), out);
    WorkingText working;
    StringBuilder *message = working_text_begin(thread, &working);
    put_str(thread, safe_text(thread, exception, operation_str, "exception"), message);
    put_hints(thread, exception, message);
    if (message->length) {
        sb_puts(out, ": ");
        sb_write(out, message->data, message->length);
    }
    sb_putc(out, '\n');
    working_text_end(thread, &working);
}

// SyntaxError

static int64_t int_field(Value field, int64_t otherwise) {
    return is_small_int(field) ? as_small_int(field) : otherwise;
}

// Columns of the carets within the line, as [from, to), from 0.
static void find_caret_range(const Value *fields, int64_t length, int64_t text_length,
                             int64_t *from, int64_t *to) {
    int64_t offset = int_field(fields[SYNTAX_ERROR_OFFSET], 1);
    int64_t end = int_field(fields[SYNTAX_ERROR_END_OFFSET], 0);
    bool one_line = value_same(fields[SYNTAX_ERROR_LINENO], fields[SYNTAX_ERROR_END_LINENO]);
    end = !one_line ? length + 1 : end ? end : offset;
    if (text_length && offset > text_length) {
        offset = length + 1;
    }
    if (text_length && end > text_length) {
        end = length + 1;
    }
    if (offset >= end || end < 0) {
        end = offset + 1;
    }
    *from = offset - 1;
    *to = end - 1;
}

static void put_slice(Thread *thread, Str *s, int64_t start, int64_t end, StringBuilder *out) {
    put_str(thread, str_slice(thread, s, (size_t)start, (size_t)end), out);
}

static bool is_stripped(uint32_t c) {
    return c == ' ' || c == '\n' || c == '\f';
}

static void put_syntax_line(Thread *thread, const Value *fields, StringBuilder *out) {
    Str *text = as_str(fields[SYNTAX_ERROR_TEXT]);
    int64_t end = (int64_t)text->length, start = 0, from, to;
    while (end > 0 && str_char_at(text, (size_t)end - 1) == '\n') {
        end--;
    }
    while (start < end && is_stripped(str_char_at(text, (size_t)start))) {
        start++;
    }
    sb_puts(out, "    ");
    put_slice(thread, text, start, end, out);
    sb_putc(out, '\n');
    if (is_none(fields[SYNTAX_ERROR_OFFSET])) {
        return;
    }
    find_caret_range(fields, end, (int64_t)text->length, &from, &to);
    if (from < start) {
        return;
    }
    sb_puts(out, "    ");
    for (int64_t i = start; i < from; i++) {
        bool tab = i < end && str_char_at(text, (size_t)i) == '\t';
        sb_putc(out, tab ? '\t' : ' ');
    }
    sb_repeat(out, '^', (size_t)(to - from));
    sb_putc(out, '\n');
}

static void put_syntax_summary(Thread *thread, Value exception, StringBuilder *out) {
    const Value *fields = as_exception(exception)->fields;
    Value file = fields[SYNTAX_ERROR_FILENAME], line = fields[SYNTAX_ERROR_LINENO];
    if (!is_none(line)) {
        sb_puts(out, "  File \"");
        sb_puts(out, is_str(file) ? str_text(thread, as_str(file)) : "<string>");
        sb_printf(out, "\", line %lld\n", (long long)int_field(line, 0));
    }
    if (is_str(fields[SYNTAX_ERROR_TEXT])) {
        put_syntax_line(thread, fields, out);
    }
    put_type_name(thread, object_type(exception), out);
    sb_puts(out, ": ");
    if (is_none(fields[SYNTAX_ERROR_MSG])) {
        sb_puts(out, "<no detail available>");
    } else {
        put_str(thread, safe_text(thread, fields[SYNTAX_ERROR_MSG], operation_str, "exception"),
                out);
    }
    if (is_none(line) && is_str(file)) {
        sb_printf(out, " (%s)", str_text(thread, as_str(file)));
    }
    sb_putc(out, '\n');
}

// Notes

static void put_notes(Thread *thread, Value exception, StringBuilder *out) {
    Value notes = attribute_get_optional(thread, exception, common_name(thread, NAME___notes__));
    if (is_error(notes)) {
        error_clear(thread);
        return;
    }
    if (is_undefined(notes) || is_none(notes)) {
        return;
    }
    if (!is_list(notes) && !is_tuple(notes)) {
        put_str(thread, safe_text(thread, notes, operation_repr, "__notes__"), out);
        sb_putc(out, '\n');
        return;
    }
    Value items = operation_to_tuple(thread, notes);
    for (size_t i = 0; is_tuple(items) && i < as_tuple(items)->length; i++) {
        put_str(thread, safe_text(thread, as_tuple(items)->items[i], operation_str, "note"), out);
        sb_putc(out, '\n');
    }
}

void traceback_print_headline(Thread *thread, Value exception, StringBuilder *out) {
    if (exception_is(thread, exception, ERROR_SyntaxError)) {
        put_syntax_summary(thread, exception, out);
    } else {
        put_plain_summary(thread, exception, out);
    }
}

// The headline with the exception's notes.
static void traceback_print_summary(Thread *thread, Value exception, StringBuilder *out) {
    traceback_print_headline(thread, exception, out);
    put_notes(thread, exception, out);
}

// One exception without its chain

// The last `limit` entries of the stack; NULL for none.
static const Traceback *innermost(const Traceback *traceback, int64_t limit) {
    int64_t count = 0;
    for (const Traceback *link = traceback; link; link = link->next) {
        count++;
    }
    for (; limit >= 0 && count > limit; count--) {
        traceback = traceback->next;
    }
    return traceback;
}

static void print_stack(const Printer *printer, Value exception, const char *title, char margin) {
    const Traceback *traceback = innermost(as_exception(exception)->traceback, printer->limit);
    if (!traceback) {
        return;
    }
    emit_text(printer, margin, title);
    WorkingText working;
    StringBuilder *frames = working_text_begin(printer->thread, &working);
    traceback_print_frames(printer->thread, traceback, frames);
    emit(printer, '|', frames);
    working_text_end(printer->thread, &working);
}

static void print_summary(const Printer *printer, Value exception) {
    WorkingText working;
    StringBuilder *summary = working_text_begin(printer->thread, &working);
    traceback_print_summary(printer->thread, exception, summary);
    emit(printer, '|', summary);
    working_text_end(printer->thread, &working);
}

static void print_member(Printer *printer, const Tuple *members, size_t i, size_t shown) {
    bool last = i == shown - 1, truncated = i >= MAX_GROUP_WIDTH;
    if (last) {
        printer->need_close = true;
    }
    put_indent(printer);
    sb_puts(printer->out, i == 0 ? "+-" : "  ");
    if (truncated) {
        sb_puts(printer->out, "+---------------- ... ----------------\n");
    } else {
        sb_printf(printer->out, "+---------------- %zu ----------------\n", i + 1);
    }
    printer->depth++;
    if (truncated) {
        char text[64];
        size_t more = members->length - MAX_GROUP_WIDTH;
        snprintf(text, sizeof text, "and %zu more exception%s\n", more, more > 1 ? "s" : "");
        emit_text(printer, '|', text);
    } else {
        print_value(printer, members->items[i]);
    }
    if (last && printer->need_close) {
        put_indent(printer);
        sb_puts(printer->out, "+------------------------------------\n");
        printer->need_close = false;
    }
    printer->depth--;
}

static void print_group(Printer *printer, Value exception) {
    if (printer->depth > MAX_GROUP_DEPTH) {
        emit_text(printer, '|', "... (max_group_depth is 10)\n");
        return;
    }
    bool outermost = printer->depth == 0;
    printer->depth += outermost;
    print_stack(printer, exception, "Exception Group Traceback (most recent call last):\n",
                outermost ? '+' : '|');
    print_summary(printer, exception);
    const Tuple *members = as_tuple(as_exception(exception)->fields[GROUP_EXCEPTIONS]);
    size_t shown = members->length <= MAX_GROUP_WIDTH ? members->length : MAX_GROUP_WIDTH + 1;
    printer->need_close = false;
    for (size_t i = 0; i < shown; i++) {
        print_member(printer, members, i, shown);
    }
    if (outermost) {
        printer->depth = 0;
    }
}

static void print_one(Printer *printer, Value exception) {
    if (exception_is(printer->thread, exception, ERROR_BaseExceptionGroup)) {
        print_group(printer, exception);
        return;
    }
    print_stack(printer, exception, "Traceback (most recent call last):\n", '|');
    print_summary(printer, exception);
}

// Chains

static bool was_seen(const Printer *printer, Value exception) {
    for (size_t i = 0; i < printer->seen->length; i++) {
        if (value_same(printer->seen->items[i], exception)) {
            return true;
        }
    }
    return false;
}

// What `exception` came from, or UNDEFINED; *is_cause says by which link.
static Value find_origin(const Printer *printer, Value exception, bool *is_cause) {
    const Exception *self = as_exception(exception);
    *is_cause = is_exception(self->cause) && !was_seen(printer, self->cause);
    if (*is_cause) {
        return self->cause;
    }
    bool shown = is_exception(self->context) && !self->suppress_context;
    return shown && !was_seen(printer, self->context) ? self->context : VALUE_UNDEFINED;
}

// The chain is printed from its far end, so it is collected first: pairs of an exception and
// whether it was the direct cause of the one before.
static void print_value(Printer *printer, Value exception) {
    Thread *thread = printer->thread;
    List *chain = list_new(thread, 4);
    bool is_cause = false;
    for (Value link = exception; !is_undefined(link);) {
        list_append(thread, printer->seen, link);
        list_append(thread, chain, link);
        list_append(thread, chain, value_bool(is_cause));
        link = find_origin(printer, link, &is_cause);
    }
    for (size_t i = chain->length; i > 0; i -= 2) {
        print_one(printer, chain->items[i - 2]);
        if (i > 2) {
            bool direct = is_true(chain->items[i - 1]);
            emit_text(printer, '|',
                      direct ? "\nThe above exception was the direct cause of the following "
                               "exception:\n\n"
                             : "\nDuring handling of the above exception, another exception "
                               "occurred:\n\n");
        }
    }
}

static int64_t stack_limit(Thread *thread) {
    Value sys = dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "sys"));
    Value limit = !is_module(sys) ? VALUE_UNDEFINED
                                  : dict_get_str(thread, as_module(sys)->dict,
                                                 str_intern_c(thread, "tracebacklimit"));
    return !is_small_int(limit) ? -1 : as_small_int(limit) < 0 ? 0 : as_small_int(limit);
}

void traceback_print(Thread *thread, Value exception, StringBuilder *out) {
    Printer printer = {.thread = thread, .out = out, .seen = list_new(thread, 4)};
    Value pending = error_take(thread);
    printer.limit = stack_limit(thread);
    print_value(&printer, exception);
    thread->exception = pending;
}
