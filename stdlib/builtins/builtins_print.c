// SPDX-License-Identifier: MIT
//
// print, input and open: how ordinary programs meet files.
//
// When sys.stdout is one of Mini's own files, print puts the whole line together first and hands
// it over in one piece. So two threads that print at the same time never mix their lines, although
// a thread switch may happen while str() of an argument runs. To any other object print writes
// piece by piece, as CPython does.
#include "attribute.h"
#include "builtins.h"
#include "call.h"
#include "dict.h"
#include "editor.h"
#include "file.h"
#include "operations.h"
#include "str.h"
#include "text_builder.h"
#include "text_file.h"
#include "tuple.h"

// The arguments of a print call, as the signature orders them.
typedef struct PrintCall {
    Value sep, end, file, flush;
    const Tuple *items;
} PrintCall;

static bool check_separator(Thread *thread, Value v, const char *name) {
    return is_none(v) || is_str(v) ||
           raise_false(thread, ERROR_TypeError, "%s must be None or a string, not %s", name,
                       type_name(thread, v));
}

static bool add_separator(TextBuilder *builder, Value v, char otherwise) {
    if (is_none(v))
        text_builder_put(builder, (uint8_t)otherwise);
    else
        text_builder_add(builder, as_str(v));
    return true;
}

// str() of an argument has failed; those before it are printed.
static Value print_beginning(Thread *thread, const PrintCall *call, TextBuilder *builder) {
    Value exception = error_take(thread);
    Str *text = text_builder_finish(builder);
    if (text_file_write(thread, as_text_file(call->file), text))
        thread->exception = exception;
    return VALUE_ERROR;
}

static Value print_to_text_file(Thread *thread, const PrintCall *call) {
    TextBuilder builder;
    text_builder_init(&builder, thread);
    for (size_t i = 0; i < call->items->length; i++) {
        if (i > 0)
            add_separator(&builder, call->sep, ' ');
        if (!text_builder_add_str(&builder, call->items->items[i]))
            return print_beginning(thread, call, &builder);
    }
    add_separator(&builder, call->end, '\n');
    return text_file_write(thread, as_text_file(call->file), text_builder_finish(&builder))
               ? VALUE_NONE
               : VALUE_ERROR;
}

static bool write_piece(Thread *thread, Value file, Value piece) {
    return !is_error(call_method(thread, file, common_name(thread, NAME_write), &piece, 1));
}

static bool write_separator(Thread *thread, Value file, Value v, uint32_t otherwise) {
    return write_piece(thread, file,
                       is_none(v) ? value_object(str_from_code_point(thread, otherwise)) : v);
}

static Value print_to_object(Thread *thread, const PrintCall *call) {
    for (size_t i = 0; i < call->items->length; i++) {
        if (i > 0 && !write_separator(thread, call->file, call->sep, ' '))
            return VALUE_ERROR;
        Str *text = operation_str(thread, call->items->items[i]);
        if (text == NULL || !write_piece(thread, call->file, value_object(text)))
            return VALUE_ERROR;
    }
    return write_separator(thread, call->file, call->end, '\n') ? VALUE_NONE : VALUE_ERROR;
}

static Value flush_object(Thread *thread, Value file) {
    return call_method(thread, file, common_name(thread, NAME_flush), NULL, 0);
}

static Value builtin_print(Thread *thread, Value *args) {
    PrintCall call = {args[0], args[1], args[2], args[3], as_tuple(args[4])};
    if (is_none(call.file)) {
        call.file = library_sys_attribute(thread, common_name(thread, NAME_stdout));
        if (is_undefined(call.file))
            return raise_error(thread, ERROR_RuntimeError, "lost sys.stdout");
        if (is_none(call.file))
            return VALUE_NONE;
    }
    if (!check_separator(thread, call.sep, "sep") || !check_separator(thread, call.end, "end"))
        return VALUE_ERROR;
    Value result = library_is(thread, call.file, LIBRARY_TextIOWrapper)
                       ? print_to_text_file(thread, &call)
                       : print_to_object(thread, &call);
    int flush = is_error(result) || is_false(call.flush) ? 0 : operation_truth(thread, call.flush);
    if (flush > 0)
        result = flush_object(thread, call.file);
    return flush < 0 || is_error(result) ? VALUE_ERROR : VALUE_NONE;
}

bool builtins_write_stdout(Thread *thread, Str *text) {
    Value file = library_sys_attribute(thread, common_name(thread, NAME_stdout));
    if (is_undefined(file))
        return raise_false(thread, ERROR_RuntimeError, "lost sys.stdout");
    return is_none(file) || write_piece(thread, file, value_object(text));
}

// input

static Value standard_file(Thread *thread, NameIndex name) {
    Value file = library_sys_attribute(thread, common_name(thread, name));
    if (is_undefined(file) || is_none(file))
        return raise_error(thread, ERROR_RuntimeError, "input(): lost sys.%s",
                           str_text(thread, common_name(thread, name)));
    return file;
}

static bool write_prompt(Thread *thread, Value prompt) {
    Value out = standard_file(thread, NAME_stdout);
    if (is_error(out))
        return false;
    if (!is_undefined(prompt)) {
        Str *text = operation_str(thread, prompt);
        if (text == NULL || !write_piece(thread, out, value_object(text)))
            return false;
    }
    return !is_error(flush_object(thread, out));
}

static Value strip_line_end(Thread *thread, Value line) {
    if (!is_str(line))
        return raise_error(thread, ERROR_TypeError, "object.readline() returned non-string");
    Str *text = as_str(line);
    if (text->length == 0)
        return raise_error(thread, ERROR_EOFError, "EOF when reading a line");
    bool ends = str_char_at(text, text->length - 1) == '\n';
    return ends ? value_object(str_slice(thread, text, 0, text->length - 1)) : line;
}

// Are lines edited here? Then the module readline, which the program or the prompt has imported,
// reads them; UNDEFINED otherwise.
static Value line_editor(Thread *thread, Value in) {
    Value module =
        dict_get_str(thread, thread->interpreter->modules, str_intern_c(thread, "readline"));
    Value out = library_sys_attribute(thread, common_name(thread, NAME_stdout));
    bool original = out.bits == thread->interpreter->stdout_object.bits &&
                    library_is(thread, in, LIBRARY_TextIOWrapper) &&
                    ((TextFile *)as_object(in))->file->fd == STDIN_FILENO;
    if (!is_module(module) || !original || !editor_can_start(thread))
        return VALUE_UNDEFINED;
    return module;
}

static Value edited_input(Thread *thread, Value module, Value prompt) {
    Str *text =
        is_undefined(prompt) ? thread->interpreter->empty_str : operation_str(thread, prompt);
    Value out = standard_file(thread, NAME_stdout);
    if (text == NULL || is_error(out) || is_error(flush_object(thread, out)))
        return VALUE_ERROR;
    Value argument = value_object(text);
    return call_method(thread, module, str_intern_c(thread, "_input"), &argument, 1);
}

static Value builtin_input(Thread *thread, Value *args) {
    Value in = standard_file(thread, NAME_stdin);
    Value editor = is_error(in) ? VALUE_UNDEFINED : line_editor(thread, in);
    if (!is_undefined(editor))
        return edited_input(thread, editor, args[0]);
    if (is_error(in) || !write_prompt(thread, args[0]))
        return VALUE_ERROR;
    Value line = call_method(thread, in, common_name(thread, NAME_readline), NULL, 0);
    return is_error(line) ? line : strip_line_end(thread, line);
}

const NativeSpec builtins_print[] = {
    NATIVE("input", builtin_input, "(prompt=..., /)",
           "(prompt='', /)\n--\n\n"
           "Read a line from standard input, without its newline; prompt is printed first."),
    NATIVE("open", file_open_native, FILE_OPEN_SIGNATURE, FILE_OPEN_DOC),
    NATIVE("print", builtin_print, "(*args, sep=None, end=None, file=None, flush=False)",
           "(*args, sep=' ', end='\\n', file=None, flush=False)\n--\n\n"
           "Print the values to a stream, or to sys.stdout by default."),
    NATIVE_END,
};
