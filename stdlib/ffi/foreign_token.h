// SPDX-License-Identifier: MIT
//
// A declaration of C as a row of tokens, and complaints about one of them: the line it stands in,
// with a caret under it.
#pragma once

#include "foreign.h"

typedef enum TokenKind {
    FOREIGN_END,
    FOREIGN_NAME,
    FOREIGN_NUMBER,
    FOREIGN_CHARACTER, // 'a'
    FOREIGN_MARK,      // punctuation; `mark` says which
} TokenKind;

// Marks of more than one character; the others are themselves.
enum {
    MARK_ELLIPSIS = 128,
    MARK_SHIFT_LEFT,
    MARK_SHIFT_RIGHT,
    MARK_EQUAL,
    MARK_UNEQUAL,
    MARK_AT_MOST,
    MARK_AT_LEAST,
    MARK_AND,
    MARK_OR,
    MARK_DEFINE, // `#define` at the start of a line
    MARK_LINE,   // the end of such a line
};

typedef struct CToken {
    TokenKind kind;
    int mark;
    uint32_t start, length;
} CToken;

typedef struct CTokens {
    Thread *thread;
    ForeignState *state;
    const char *text; // UTF-8, NUL at its end
    size_t length;
    CToken *items; // a buffer; the last one is FOREIGN_END
    size_t count;
} CTokens;

// false with DeclarationError.
bool foreign_token_read(CTokens *tokens, const char *text, size_t length);
// Raise DeclarationError about a place in the text; false.
__attribute__((format(printf, 3, 4))) bool foreign_token_fail(const CTokens *tokens,
                                                              const CToken *at, const char *format,
                                                              ...);
bool foreign_token_is(const CTokens *tokens, const CToken *token, const char *name);
// For messages: "'foo'" or "the end".
const char *foreign_token_text(const CTokens *tokens, const CToken *token);
// The text from one token to another as a str, with single blanks.
Str *foreign_token_slice(const CTokens *tokens, const CToken *from, const CToken *to);
