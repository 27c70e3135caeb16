// SPDX-License-Identifier: MIT
//
// The compiler's driver: text to tree to scopes to units to code.
//
// Everything up to the units works in an arena and without the heap, so an error anywhere leaves
// by longjmp to compile_tree and all memory goes at once. What makes this safe is who owns the
// arena: the SourceFile, a heap object, so even an unwinding past this file (no more heap memory)
// frees it when the collector finds the SourceFile dead.
#include "assemble.h"
#include "error.h"
#include "heap.h"
#include "interpreter.h"
#include "lexer.h"
#include "parser.h"
#include "report.h"
#include "str.h"

// C stack that the deepest tree the parser accepts may take: 256 KiB in an optimised build.
#define COMPILE_STACK ((size_t)384 * 1024)

void compile_fail(Compiler *c, Span span, const char *format, ...) {
    char message[256];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    diagnostic_set(c->error, DIAGNOSTIC_SYNTAX_ERROR, span, "%s", message);
    longjmp(c->failure, 1);
}

static void out_of_memory(void *context) {
    Compiler *c = context;
    diagnostic_set(c->error, DIAGNOSTIC_MEMORY_ERROR, (Span){0, 0}, "out of memory");
    longjmp(c->failure, 1);
}

static void compile_namespace_header(Compiler *c, const Node *module) {
    const Scope *scope = c->scope;
    uint32_t mark = unit_mark(c);
    Register temp = unit_temp(c);
    if (scope->docstring) {
        emit_constant(c, scope->docstring, temp, scope->docstring);
        variable_store(c, scope->docstring, names_get(c->names, "__doc__"), temp);
    }
    if (scope->has_annotations) {
        bool has_namespace = (c->unit->flags & CODE_NAMES) != 0;
        if (!has_namespace)
            emit_undefined(c, module, temp);
        emit_op(c, module, OP_SETUP_ANNOTATIONS, has_namespace ? 0 : temp, 0, 0);
    }
    unit_release(c, mark);
}

static void compile_module_body(Compiler *c, const Node *module) {
    if (module->kind == AST_Expression) {
        const Node *body = module->Expression.body;
        emit_op(c, body, OP_RETURN, compile_operand(c, body), 0, 0);
        return;
    }
    compile_namespace_header(c, module);
    compile_body(c, module->kind == AST_Module ? &module->Module.body : &module->Interactive.body);
    emit_op(c, module, OP_RETURN_NONE, 0, 0, 0);
}

static NameTable *names_of(const Node *module) {
    if (module->kind == AST_Expression)
        return module->Expression.names;
    return module->kind == AST_Module ? module->Module.names : module->Interactive.names;
}

Unit *compile_program(Compiler *c, Node *module, bool names) {
    c->names = names_of(module);
    Scope *scope = symbols_build(c->arena, module, c->error);
    if (!scope)
        return NULL;
    uint64_t flags = CODE_MODULE | (names ? (uint64_t)CODE_NAMES : 0);
    Unit *unit = unit_push(c, scope, flags, module);
    unit->first_line = 1;
    compile_module_body(c, module);
    return unit_pop(c);
}

static const ParseMode parse_modes[] = {
    [COMPILE_FILE] = PARSE_FILE,
    [COMPILE_EVAL] = PARSE_EVAL,
    [COMPILE_SINGLE] = PARSE_SINGLE,
};

static bool mentions_walrus(const Source *source) {
    return strstr(source->text, ":=") != NULL;
}

// All of the first half; NULL with *error filled.
static Unit *compile_tree(SourceFile *file, const CompileOptions *options, ParseWarnings *warnings,
                          Diagnostic *error) {
    Compiler c = {
        .arena = &file->arena,
        .source = &file->source,
        .error = error,
        .optimize = options->optimize,
    };
    if (setjmp(c.failure))
        return NULL;
    arena_set_handler(&file->arena, out_of_memory, &c);
    c.has_walrus = mentions_walrus(&file->source);
    ParseMode mode = parse_modes[options->mode];
    Node *module = parse_module(&file->arena, &file->source, mode, warnings, error);
    return module ? compile_program(&c, module, options->names) : NULL;
}

// Latin-1 as UTF-8, in a heap buffer.
static char *decode_latin1(Thread *thread, const char *text, size_t *length) {
    char *decoded = heap_allocate(thread_heap(thread), CELL_BUFFER, 2 * *length + 1), *to = decoded;
    for (size_t i = 0; i < *length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80)
            *to++ = (char)(0xC0 | c >> 6);
        *to++ = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
    }
    *length = (size_t)(to - decoded);
    return decoded;
}

static SourceFile *file_new(Thread *thread, const char *text, size_t length, Str *name,
                            bool is_text) {
    SourceFile *file = object_new(thread, builtin_type(thread, TYPE_source_file));
    heap_add_finalizer(thread_heap(thread), &file->object);
    file->name = name;
    const char *name_text = str_text(thread, name);
    arena_init(&file->arena);
    bool is_latin1 = !is_text && lexer_says_latin1(text, length);
    if (is_latin1)
        text = decode_latin1(thread, text, &length);
    if (source_init(&file->source, name_text, text, length)) {
        file->source.is_decoded = is_text || is_latin1;
        return file;
    }
    raise_error(thread, ERROR_MemoryError, "source text too long");
    return NULL;
}

Code *compile_text(Thread *thread, const char *text, size_t length, Str *file_name,
                   CompileMode mode, bool names) {
    CompileOptions options = {mode, names, thread->interpreter->options.flags.optimize, false};
    return compile_text_with(thread, text, length, file_name, &options);
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
    Unit *unit = compile_tree(file, options, &warnings, &error);
    Code *code = NULL;
    if (report_warnings(thread, file, &warnings, unit != NULL)) {
        if (unit)
            code = assemble_unit(thread, unit, file);
        else
            report_error(thread, file, &error);
    }
    arena_free(&file->arena);
    return code;
}
