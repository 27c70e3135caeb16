// SPDX-License-Identifier: MIT
//
// From text to syntax tree.
//
// One call reads a whole Source: the lexer feeds a table-driven LALR parser
// (grammar.y, made by Lemon) whose actions build the tree; assignment targets,
// parameter lists and calls are checked as soon as they are complete. The first
// error stops everything. What needs knowledge of scopes (`return` outside a
// function, `global` after use) is the symbol table's, see symbols.h.
#pragma once

#include "arena.h"
#include "array.h"
#include "ast.h"
#include "diagnostic.h"
#include "source.h"

// What is legal but hardly meant: to be shown as a SyntaxWarning, see doubts.c.
typedef struct ParseWarning {
    Span span;
    bool is_late; // not to be given if the text has an error
    const char *message;
} ParseWarning;

typedef ARRAY(ParseWarning) ParseWarnings; // in the parse's arena

typedef enum ParseMode {
    PARSE_FILE,   // a module: gives Module
    PARSE_EVAL,   // one expression: gives Expression
    PARSE_SINGLE, // one interactive statement: gives Interactive
} ParseMode;

// Returns the tree (Module, Expression or Interactive, by mode), or NULL with
// *error filled. error->incomplete says that the text only breaks off too early
// (an open bracket, a block without its end): a REPL then asks for more lines.
// So it is of a tree of PARSE_SINGLE whose block has no line end yet.
// Appends to *warnings in both cases. Needs nothing from the interpreter; any thread may call it.
Node *parse_module(Arena *arena, const Source *source, ParseMode mode, ParseWarnings *warnings,
                   Diagnostic *error);

// The same for trees up to AST_MAX_CHAIN deep: long chains of elif, operators, calls. Walking such
// a tree takes a C stack of several megabytes.
Node *parse_module_deep(Arena *arena, const Source *source, ParseMode mode, ParseWarnings *warnings,
                        Diagnostic *error);

// True if parse_module failed because the tree is too deep for it.
bool parse_is_too_deep(const Diagnostic *error);
