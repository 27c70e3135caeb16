// SPDX-License-Identifier: MIT
//
// Throws arbitrary bytes at the lexer, the parser and the symbol table.
//
// Whatever the bytes are, the front end owes one of two answers: a tree, or a
// diagnostic with a kind, a message and a place inside the text. A crash, a leak
// (the sanitizers watch) or a silent failure is a finding. The first byte picks
// what the text is read as, a file, one expression or an interactive statement;
// the rest is the text. Trees and diagnostics are printed too, since printing is
// the second walk over everything the parser built.
//
// Linked with libFuzzer this explores (./dev fuzz); linked with replay.c it
// repeats the kept corpus in every test run.

#include "arena.h"
#include "ast.h"
#include "diagnostic.h"
#include "fuzz_target.h"
#include "mini_check.h"
#include "parser.h"
#include "source.h"
#include "string_builder.h"
#include "symbols.h"

static void check_diagnostic(const Diagnostic *error, const Source *source) {
    MINI_CHECK(error->kind != DIAGNOSTIC_NONE, "failure without a diagnostic");
    MINI_CHECK(error->message[0] != '\0', "diagnostic without a message");
    MINI_CHECK(error->span.start <= error->span.end, "diagnostic with a reversed span");
    MINI_CHECK(error->span.end <= source->length + 1, "diagnostic outside the text");
    StringBuilder report;
    sb_init(&report);
    diagnostic_render(error, source, &report);
    sb_free(&report);
}

static void print_tree(const Node *tree) {
    StringBuilder text;
    sb_init(&text);
    ast_dump(tree, &text);
    sb_free(&text);
}

static void read_source(const Source *source, ParseMode mode) {
    Arena arena;
    Diagnostic error = {.kind = DIAGNOSTIC_NONE};
    arena_init(&arena);
    ParseWarnings warnings = {0};
    Node *tree = parse_module(&arena, source, mode, &warnings, &error);
    if (tree)
        print_tree(tree);
    if (!tree || !symbols_build(&arena, tree, mode == PARSE_SINGLE, &error))
        check_diagnostic(&error, source);
    arena_free(&arena);
}

static ParseMode mode_of(uint8_t byte) {
    if (byte == 'e')
        return PARSE_EVAL;
    return byte == 'i' ? PARSE_SINGLE : PARSE_FILE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Source source;
    if (size == 0 || !source_init(&source, "fuzz.mini", (const char *)data + 1, size - 1))
        return 0;
    read_source(&source, mode_of(data[0]));
    source_free(&source);
    return 0;
}
