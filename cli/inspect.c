// SPDX-License-Identifier: MIT
//
// A program at each stage of its way: tokens from the lexer, the tree from the parser, bytecode
// from the compiler. The first two need no interpreter, for lexer and parser know nothing of one.
#include "inspect.h"

#include "arena.h"
#include "ast.h"
#include "disassemble.h"
#include "import.h"
#include "lexer.h"
#include "library.h"
#include "parser.h"
#include "source.h"
#include "standard_files.h"
#include "str.h"
#include "string_builder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_BAD_PROGRAM = 1, EXIT_NO_FILE = 2 };

// ---- Reading ----

static bool read_stream(FILE *stream, StringBuilder *text) {
    char piece[4096];
    size_t count;
    while ((count = fread(piece, 1, sizeof piece, stream)) > 0)
        sb_write(text, piece, count);
    return !ferror(stream) && !text->out_of_memory;
}

static bool read_file(const char *path, StringBuilder *text) {
    if (strcmp(path, "-") == 0 && read_stream(stdin, text))
        return true;
    FILE *stream = fopen(path, "rb");
    bool good = stream != NULL && read_stream(stream, text);
    if (!good)
        fprintf(stderr, "mini: can't open file '%s': [Errno %d] %s\n", path, errno,
                strerror(errno));
    if (stream != NULL)
        fclose(stream);
    return good;
}

static int print_error(const Diagnostic *error, const Source *source) {
    StringBuilder out;
    sb_init(&out);
    diagnostic_render(error, source, &out);
    fputs(out.data, stderr);
    sb_free(&out);
    return EXIT_BAD_PROGRAM;
}

// ---- Tokens ----

static void print_token(const Source *source, const Token *token) {
    uint32_t line = source_line_of(source, token->span.start);
    uint32_t column = source_column_of(source, token->span.start);
    int length = (int)(token->span.end - token->span.start);
    const char *text = source->text + token->span.start;
    printf("%4u:%-4u %-16s ", line, column, token_text(token->kind));
    for (int i = 0; i < length; i++) {
        if (text[i] == '\n')
            fputs("\\n", stdout);
        else
            putchar(text[i]);
    }
    putchar('\n');
}

static int print_tokens(const Source *source) {
    TokenArray tokens = {0};
    Diagnostic error = {.kind = DIAGNOSTIC_NONE};
    bool good = lexer_scan(source, &tokens, &error);
    for (uint32_t i = 0; i < tokens.count; i++)
        print_token(source, &tokens.items[i]);
    lexer_free(&tokens);
    return good ? 0 : print_error(&error, source);
}

// ---- Tree ----

static int print_tree(const Source *source) {
    Arena arena;
    Diagnostic error = {.kind = DIAGNOSTIC_NONE};
    arena_init(&arena);
    ParseWarnings warnings = {0};
    const Node *module = parse_module(&arena, source, PARSE_FILE, &warnings, &error);
    int status = 0;
    if (module == NULL) {
        status = print_error(&error, source);
    } else {
        StringBuilder out;
        sb_init(&out);
        ast_dump(module, &out);
        puts(out.data);
        sb_free(&out);
    }
    arena_free(&arena);
    return status;
}

static int inspect_text(const Options *options, const StringBuilder *text) {
    Source source;
    if (!source_init(&source, options->target, text->data, text->length)) {
        fprintf(stderr, "mini: '%s' is too large\n", options->target);
        return EXIT_NO_FILE;
    }
    int status = options->action == ACTION_TOKENS ? print_tokens(&source) : print_tree(&source);
    source_free(&source);
    return status;
}

// ---- Bytecode ----

static int print_code(Thread *thread, const Options *options, const StringBuilder *text) {
    Code *code = compile_text(thread, text->data, text->length, str_from_c(thread, options->target),
                              COMPILE_FILE, false);
    StringBuilder out;
    sb_init(&out);
    bool good = code != NULL && disassemble_code(thread, code, &out);
    if (good)
        fputs(out.data, stdout);
    else
        standard_files_print_exception(thread, error_take(thread));
    sb_free(&out);
    return good ? 0 : EXIT_BAD_PROGRAM;
}

static int inspect_code(const Options *options, const StringBuilder *text) {
    Thread *thread = interpreter_new(&options->interpreter);
    if (thread == NULL || !library_init(thread))
        return EXIT_BAD_PROGRAM;
    int status = print_code(thread, options, text);
    interpreter_free(thread);
    return status;
}

// The program's text, and the name it goes by.
static bool read_target(Options *options, StringBuilder *text) {
    if (options->target_is_code) {
        sb_write(text, options->target, strlen(options->target));
        options->target = "<string>";
        return !text->out_of_memory;
    }
    bool good = read_file(options->target, text);
    if (strcmp(options->target, "-") == 0)
        options->target = "<stdin>";
    return good;
}

int inspect_file(Options *options) {
    StringBuilder text;
    sb_init(&text);
    int status = EXIT_NO_FILE;
    if (read_target(options, &text))
        status = options->action == ACTION_DIS ? inspect_code(options, &text)
                                               : inspect_text(options, &text);
    sb_free(&text);
    return fflush(stdout) == 0 ? status : EXIT_BAD_PROGRAM;
}
