// SPDX-License-Identifier: MIT
//
// Compiling for a program that runs: text to units, units to code, or an exception.
//
// The first half (compile.c) may leave by longjmp, the second allocates on the heap and may unwind
// past this file when memory is short. What makes both safe is who owns the arena: the SourceFile,
// a heap object, so the arena is freed here or when the collector finds the SourceFile dead.
#include "assemble.h"
#include "bytes.h"
#include "error.h"
#include "heap.h"
#include "interpreter.h"
#include "lexer.h"
#include "report.h"
#include "str.h"

#include <string.h>

// C stack that the deepest tree the parser accepts may take: 256 KiB in an optimised build.
#define COMPILE_STACK ((size_t)384 * 1024)

// If a comment of the bytes names their coding, make UTF-8 of them; *is_decoded says so. Where that
// fails they stay, and the lexer tells of the comment. false with any other exception.
static bool decode(Thread *thread, const char **text, size_t *length, bool *is_decoded) {
    Span name = lexer_coding(*text, *length);
    char coding[64] = "";
    if (name.end == name.start || name.end - name.start >= sizeof coding)
        return true;
    memcpy(coding, *text + name.start, name.end - name.start);
    Str *decoded = bytes_decode(thread, (const uint8_t *)*text, *length, coding, "strict");
    *is_decoded = decoded != NULL;
    if (decoded)
        *text = str_utf8(thread, decoded, length);
    else if (error_matches(thread, ERROR_LookupError) || error_matches(thread, ERROR_ValueError))
        error_clear(thread);
    return !error_pending(thread);
}

static SourceFile *file_new(Thread *thread, const char *text, size_t length, Str *name,
                            bool is_text) {
    SourceFile *file = object_new(thread, builtin_type(thread, TYPE_source_file));
    heap_add_finalizer(thread_heap(thread), &file->object);
    file->name = name;
    const char *name_text = str_text(thread, name);
    arena_init(&file->arena);
    bool is_decoded = is_text;
    if (!is_text && !decode(thread, &text, &length, &is_decoded))
        return NULL;
    if (source_init(&file->source, name_text, text, length)) {
        file->source.is_decoded = is_decoded;
        return file;
    }
    raise_error(thread, ERROR_MemoryError, "source text too long");
    return NULL;
}

Node *compile_tree(Thread *thread, const char *text, size_t length, Str *file_name,
                   const CompileOptions *options, SourceFile **file) {
    Diagnostic error = {0};
    ParseWarnings warnings = {0};
    *file = file_new(thread, text, length, file_name, options->is_text);
    if (!*file)
        return NULL;
    Node *tree = compile_parse(&(*file)->arena, &(*file)->source, options->mode, &warnings, &error);
    if (!report_warnings(thread, *file, &warnings, tree != NULL))
        return NULL;
    if (!tree)
        report_error(thread, *file, &error);
    return tree;
}

Code *compile_text(Thread *thread, const char *text, size_t length, Str *file_name,
                   CompileMode mode, bool names) {
    CompileOptions options = {
        .mode = mode, .names = names, .optimize = thread->interpreter->options.flags.optimize};
    return compile_text_with(thread, text, length, file_name, &options);
}

// Is the text the beginning of something, and does the caller care?
static bool breaks_off(const CompileOptions *options, const Unit *unit, const Diagnostic *error) {
    return error->incomplete && (unit ? options->no_dedent : options->is_partial);
}

Code *compile_text_with(Thread *thread, const char *text, size_t length, Str *file_name,
                        const CompileOptions *options) {
    if (runtime_thread_stack_left(&thread->core) < COMPILE_STACK) {
        raise_error(thread, ERROR_RecursionError,
                    "maximum recursion depth exceeded during compilation");
        return NULL;
    }
    SourceFile *file = file_new(thread, text, length, file_name, options->is_text);
    if (!file)
        return NULL;
    Diagnostic error = {0};
    ParseWarnings warnings = {0};
    Unit *unit = compile_source(&file->arena, &file->source, options, &warnings, &error);
    Code *code = NULL;
    if (breaks_off(options, unit, &error))
        report_incomplete(thread, file, &error, options->is_partial);
    else if (!report_warnings(thread, file, &warnings, unit != NULL))
        ;
    else if (unit)
        code = assemble_unit(thread, unit, file);
    else
        report_error(thread, file, &error);
    arena_free(&file->arena);
    return code;
}
