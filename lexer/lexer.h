// SPDX-License-Identifier: MIT
//
// From text to tokens.
//
// lexer_scan reads a whole Source at once. Besides the words themselves it makes
// the tokens that Python's layout implies: NEWLINE at the end of a logical line
// (not inside brackets, not after a backslash), INDENT and DEDENT where the
// indentation of logical lines changes. An f-string becomes FSTRING_START, text
// and `{` expression `}` tokens, FSTRING_END, so the parser needs no parser
// inside the parser (as in CPython since 3.12).
#pragma once

#include "diagnostic.h"
#include "source.h"
#include "token.h"

// Appends all tokens of the text, the last being TOKEN_END. Returns false with
// *error filled if the text breaks a lexical rule; then TOKEN_END stands where
// the reading stopped. Free the array with lexer_free in both cases.
bool lexer_scan(const Source *source, TokenArray *tokens, Diagnostic *error);

// The name of the coding of these bytes, if a comment in the first two lines says that it is another
// than UTF-8 or ASCII; else empty.
Span lexer_coding(const char *text, size_t length);

// Releases the tokens.
void lexer_free(TokenArray *tokens);
