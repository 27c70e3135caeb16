// SPDX-License-Identifier: MIT
//
// An error in a program's text: what, where, and how a person sees it.
//
// Lexer, parser, symbol table and compiler stop at the first error and hand up
// one Diagnostic. The VM turns it into a SyntaxError object (or the subclass
// that `kind` names); the command line prints it with diagnostic_render in the
// form CPython uses, the line and carets under the place. The message is stored
// inline so that no memory has to be found on the way out.
#pragma once

#include "source.h"
#include "string_builder.h"

typedef enum DiagnosticKind {
    DIAGNOSTIC_NONE,    // no error
    DIAGNOSTIC_WARNING, // no error, but something that is hardly meant
    DIAGNOSTIC_SYNTAX_ERROR,
    DIAGNOSTIC_INDENTATION_ERROR,
    DIAGNOSTIC_TAB_ERROR,
    DIAGNOSTIC_MEMORY_ERROR, // memory ran out; there may be no useful span
} DiagnosticKind;

typedef struct Diagnostic {
    DiagnosticKind kind;
    Span span;
    bool incomplete; // more input could still make it right (for a REPL)
    char message[480];
} Diagnostic;

// Fills *diagnostic; a message that is too long is cut.
__attribute__((format(printf, 4, 5))) void diagnostic_set(Diagnostic *diagnostic,
                                                          DiagnosticKind kind, Span span,
                                                          const char *format, ...);

// diagnostic_set for wrappers that have a va_list.
__attribute__((format(printf, 4, 0))) void diagnostic_vset(Diagnostic *diagnostic,
                                                           DiagnosticKind kind, Span span,
                                                           const char *format, va_list args);

// The Python exception's name: "SyntaxError", "IndentationError", ...
const char *diagnostic_kind_name(DiagnosticKind kind);

// Appends the whole report as CPython prints it: file and line, the source line
// with carets, and "SyntaxError: message", ending with a newline.
void diagnostic_render(const Diagnostic *diagnostic, const Source *source, StringBuilder *out);
