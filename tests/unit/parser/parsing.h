// SPDX-License-Identifier: MIT
//
// Helpers for the parser's tests: one call from a text to its tree as printed,
// to its scopes, or to the error it must give.
#pragma once

#include "parser.h"
#include "symbols.h"

#include <check.h>

typedef struct Parsed {
    Arena arena;
    Source source;
    Diagnostic error;
    Node *tree;   // NULL after an error
    Scope *scope; // the module's; NULL after an error
} Parsed;

// Parses and builds the scopes; parsed_free must follow.
void parsed_init(Parsed *parsed, const char *text, size_t length, ParseMode mode);
void parsed_free(Parsed *parsed);

// Asserts that the text's tree prints as `expected`.
void expect_tree(const char *text, ParseMode mode, const char *expected);

// Asserts that the text gives this error: "SyntaxError: ..." on that line.
void expect_error(const char *text, uint32_t line, const char *expected);

// Asserts that the text is accepted.
void expect_accepted(const char *text, size_t length);

// The cases of one file.
TCase *errors_cases(void);
TCase *hostile_cases(void);
TCase *symbols_cases(void);
TCase *tree_cases(void);
