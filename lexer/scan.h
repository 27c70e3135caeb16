// SPDX-License-Identifier: MIT
//
// The automata made by re2c from scan.re, seen from the rest of the lexer.
//
// They are pure: text in, one lexeme out, no state between calls. They read up
// to the text's final NUL and never past it. What a lexeme means for lines,
// brackets and f-strings is decided in layout.c and fstring.c.
#pragma once

#include "token.h"

// What scan_code can find besides a TokenKind.
enum ScanSpecial {
    SCAN_NUL = TOKEN_KIND_COUNT, // the end of the text, or a NUL byte in it
    SCAN_NEWLINE,
    SCAN_CONTINUATION, // backslash and line end: joins two lines
    SCAN_BACKSLASH,    // a backslash anywhere else
    SCAN_STRING_OPEN,  // prefix and quotes of a string; its body follows
    SCAN_FSTRING_OPEN, // the same for an f-string
    SCAN_OLD_OCTAL,    // 0777
    SCAN_BARE_PREFIX,  // 0x without digits
    SCAN_IMAGINARY,    // 1j
    SCAN_WORD,         // a name with bytes outside ASCII, still to be checked
    SCAN_UNKNOWN,      // a character that starts nothing: $ ? `
};

// A piece of a string's body.
enum ScanText {
    TEXT_PLAIN,
    TEXT_QUOTE,  // one ' or "
    TEXT_ESCAPE, // backslash and the character after it
    TEXT_NAMED,  // \N{...}
    TEXT_NEWLINE,
    TEXT_OPEN_BRACE, // one {
    TEXT_CLOSE_BRACE,
    TEXT_NUL,
};

// Reads the next lexeme at *cursor, which is moved past it; *start is set to its
// first byte (blanks and comments before it are skipped).
int scan_code(const char **cursor, const char **start);

// The keyword that these bytes spell, or TOKEN_NAME.
TokenKind scan_keyword(const char *word, const char *end);

// Reads the next piece of a string's body at *cursor, which is moved past it.
enum ScanText scan_text(const char **cursor);
