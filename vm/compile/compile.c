// SPDX-License-Identifier: MIT
//
// The driver of the compiler's first half: text to tree to scopes to units.
//
// Trees are walked by plain recursion, which the C stack of any thread bears up to AST_MAX_DEPTH.
// Deeper ones, long chains of elif, operators and calls, are parsed and compiled again by a thread
// that lives only for that and has a stack as large as they need.
//
// All of it works in an arena and without the heap, so an error anywhere leaves by longjmp to
// compile_source and all memory goes at once. Nothing here or below knows of interpreters and
// values, so that a program without them can compile, too: stdlib/embed.c does when Mini is built.
#include "compiler.h"
#include "parser.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

// C stack for a tree AST_MAX_CHAIN deep; only what is touched becomes memory.
#define LARGE_STACK ((size_t)256 * 1024 * 1024)

typedef Node *Parse(Arena *arena, const Source *source, ParseMode mode, ParseWarnings *warnings,
                    Diagnostic *error);

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
        emit_constant(c, scope->docstring, temp, compile_docstring(c, scope->docstring));
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

Unit *compile_program(Compiler *c, Node *module, const CompileOptions *options) {
    c->names = names_of(module);
    Scope *scope = symbols_build(c->arena, module, options->top_level_await, c->error);
    if (!scope)
        return NULL;
    uint64_t flags = CODE_MODULE | (options->names ? (uint64_t)CODE_NAMES : 0) |
                     (scope->is_async ? (uint64_t)CODE_COROUTINE : 0);
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

static Unit *compile_parsed(Parse *parse, Arena *arena, const Source *source,
                            const CompileOptions *options, ParseWarnings *warnings,
                            Diagnostic *error) {
    Compiler c = {.arena = arena, .source = source, .error = error, .optimize = options->optimize};
    if (setjmp(c.failure))
        return NULL;
    arena_set_handler(arena, out_of_memory, &c);
    c.has_walrus = mentions_walrus(source);
    ParseMode mode = parse_modes[options->mode];
    Node *module = parse(arena, source, mode, warnings, error);
    return module ? compile_program(&c, module, options) : NULL;
}

Node *compile_parse(Arena *arena, const Source *source, CompileMode mode, ParseWarnings *warnings,
                    Diagnostic *error) {
    Compiler c = {.arena = arena, .source = source, .error = error};
    if (setjmp(c.failure))
        return NULL;
    arena_set_handler(arena, out_of_memory, &c);
    return parse_module(arena, source, parse_modes[mode], warnings, error);
}

// What compile_source was asked, for the thread that answers it.
typedef struct Request {
    Arena *arena;
    const Source *source;
    const CompileOptions *options;
    ParseWarnings *warnings;
    Diagnostic *error;
    Unit *unit;
} Request;

static void *answer(void *context) {
    Request *r = context;
    r->unit =
        compile_parsed(parse_module_deep, r->arena, r->source, r->options, r->warnings, r->error);
    return NULL;
}

// Trees of long chains are walked on a stack that is large enough for them.
static Unit *compile_on_large_stack(Request *request) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, LARGE_STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&thread, &attributes, answer, request);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    if (!failure)
        pthread_join(thread, NULL);
    return request->unit;
}

Unit *compile_source(Arena *arena, const Source *source, const CompileOptions *options,
                     ParseWarnings *warnings, Diagnostic *error) {
    Unit *unit = compile_parsed(parse_module, arena, source, options, warnings, error);
    if (unit || !parse_is_too_deep(error))
        return unit;
    *warnings = (ParseWarnings){0};
    Request request = {arena, source, options, warnings, error, NULL};
    return compile_on_large_stack(&request);
}
