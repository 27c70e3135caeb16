// SPDX-License-Identifier: MIT
//
// Lexemes as regular expressions; re2c turns them into direct C code.
//
// Three small automata: code, keywords, and the bodies of strings. The longest
// match wins, so "<<=" needs no care here. The text ends with a NUL that no rule
// but its own can match: it serves as the sentinel, so no bounds are checked.
// Rules for malformed numbers exist to give them a message of their own.
//
// NOTE(student): compare with CPython's tokenizer.c, which does the same work by
// hand, character by character.
#include "scan.h"

#include <string.h>

/*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:yyfill:enable = 0;

    digits    = [0-9] ("_"? [0-9])*;
    decimal   = [1-9] ("_"? [0-9])* | "0" ("_"? "0")*;
    hex       = "0" [xX] ("_"? [0-9a-fA-F])+;
    octal     = "0" [oO] ("_"? [0-7])+;
    binary    = "0" [bB] ("_"? [01])+;
    exponent  = [eE] [-+]? digits;
    fraction  = digits "." digits? | "." digits;
    float     = fraction exponent? | digits exponent;
    prefix    = [rRuUbB] | [bB] [rR] | [rR] [bB];
    fprefix   = [fF] | [fF] [rR] | [rR] [fF];
    quotes    = "'" | "\"" | "'''" | "\"\"\"";
    word      = [a-zA-Z_] [a-zA-Z0-9_]*;
    wide_word = [a-zA-Z_\x80-\xff] [a-zA-Z0-9_\x80-\xff]*;
*/

int scan_code(const char **cursor, const char **start) {
    const unsigned char *YYCURSOR = (const unsigned char *)*cursor;
    const unsigned char *YYMARKER;
    int kind = SCAN_UNKNOWN;
    for (;;) {
        *start = (const char *)YYCURSOR;
        /*!re2c
        [ \t\f]+         { continue; }
        "#" [^\n\x00]*   { continue; }
        "\x00"           { YYCURSOR--; kind = SCAN_NUL; break; }
        ("#" [^\n\x00]*)? "\n" { kind = SCAN_NEWLINE; break; } // from the comment on
        "\\\n"           { kind = SCAN_CONTINUATION; break; }
        "\\"             { kind = SCAN_BACKSLASH; break; }
        word             { kind = (int)scan_keyword(*start, (const char *)YYCURSOR); break; }
        wide_word        { kind = SCAN_WORD; break; }
        decimal | hex | octal | binary | float { kind = TOKEN_NUMBER; break; }
        "0" ("_"? [0-9])+                      { kind = SCAN_OLD_OCTAL; break; }
        "0" [xXoObB] "_"?                      { kind = SCAN_BARE_PREFIX; break; }
        (digits | float) [jJ]                  { kind = SCAN_IMAGINARY; break; }
        prefix? quotes   { kind = SCAN_STRING_OPEN; break; }
        fprefix quotes   { kind = SCAN_FSTRING_OPEN; break; }
        "("   { kind = TOKEN_LPAREN; break; }
        ")"   { kind = TOKEN_RPAREN; break; }
        "["   { kind = TOKEN_LBRACKET; break; }
        "]"   { kind = TOKEN_RBRACKET; break; }
        "{"   { kind = TOKEN_LBRACE; break; }
        "}"   { kind = TOKEN_RBRACE; break; }
        ","   { kind = TOKEN_COMMA; break; }
        ":"   { kind = TOKEN_COLON; break; }
        ";"   { kind = TOKEN_SEMICOLON; break; }
        "."   { kind = TOKEN_DOT; break; }
        "..." { kind = TOKEN_ELLIPSIS; break; }
        "->"  { kind = TOKEN_ARROW; break; }
        ":="  { kind = TOKEN_WALRUS; break; }
        "!"   { kind = TOKEN_BANG; break; }
        "@"   { kind = TOKEN_AT; break; }
        "="   { kind = TOKEN_ASSIGN; break; }
        "+"   { kind = TOKEN_PLUS; break; }
        "-"   { kind = TOKEN_MINUS; break; }
        "*"   { kind = TOKEN_STAR; break; }
        "/"   { kind = TOKEN_SLASH; break; }
        "%"   { kind = TOKEN_PERCENT; break; }
        "**"  { kind = TOKEN_DOUBLE_STAR; break; }
        "//"  { kind = TOKEN_DOUBLE_SLASH; break; }
        "<<"  { kind = TOKEN_LEFT_SHIFT; break; }
        ">>"  { kind = TOKEN_RIGHT_SHIFT; break; }
        "|"   { kind = TOKEN_VBAR; break; }
        "^"   { kind = TOKEN_CARET; break; }
        "&"   { kind = TOKEN_AMPERSAND; break; }
        "~"   { kind = TOKEN_TILDE; break; }
        "=="  { kind = TOKEN_EQUAL; break; }
        "!="  { kind = TOKEN_NOT_EQUAL; break; }
        "<"   { kind = TOKEN_LESS; break; }
        "<="  { kind = TOKEN_LESS_EQUAL; break; }
        ">"   { kind = TOKEN_GREATER; break; }
        ">="  { kind = TOKEN_GREATER_EQUAL; break; }
        "+="  { kind = TOKEN_PLUS_ASSIGN; break; }
        "-="  { kind = TOKEN_MINUS_ASSIGN; break; }
        "*="  { kind = TOKEN_STAR_ASSIGN; break; }
        "/="  { kind = TOKEN_SLASH_ASSIGN; break; }
        "%="  { kind = TOKEN_PERCENT_ASSIGN; break; }
        "@="  { kind = TOKEN_AT_ASSIGN; break; }
        "&="  { kind = TOKEN_AMPERSAND_ASSIGN; break; }
        "|="  { kind = TOKEN_VBAR_ASSIGN; break; }
        "^="  { kind = TOKEN_CARET_ASSIGN; break; }
        "<<=" { kind = TOKEN_LEFT_SHIFT_ASSIGN; break; }
        ">>=" { kind = TOKEN_RIGHT_SHIFT_ASSIGN; break; }
        "**=" { kind = TOKEN_DOUBLE_STAR_ASSIGN; break; }
        "//=" { kind = TOKEN_DOUBLE_SLASH_ASSIGN; break; }
        *     { kind = SCAN_UNKNOWN; break; }
        */
    }
    *cursor = (const char *)YYCURSOR;
    return kind;
}

TokenKind scan_keyword(const char *word, const char *end) {
    static const struct {
        const char *text;
        TokenKind kind;
    } keywords[] = {
#define TOKEN(name, text)
#define KEYWORD(name, text) {text, TOKEN_##name},
#define OPERATOR(name, text)
#include "tokens.def"
    };
    size_t length = (size_t)(end - word);
    if (length < 2 || length > 8)
        return TOKEN_NAME;
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (keywords[i].text[0] == word[0] && strncmp(keywords[i].text, word, length) == 0 &&
            keywords[i].text[length] == '\0')
            return keywords[i].kind;
    return TOKEN_NAME;
}

enum ScanText scan_text(const char **cursor) {
    const unsigned char *YYCURSOR = (const unsigned char *)*cursor;
    const unsigned char *YYMARKER;
    enum ScanText kind;
    /*!re2c
    [^'"\\\n{}\x00]+             { kind = TEXT_PLAIN; goto done; }
    ['"]                         { kind = TEXT_QUOTE; goto done; }
    "\\" [^\x00{}]               { kind = TEXT_ESCAPE; goto done; }
    "\\"                         { kind = TEXT_PLAIN; goto done; }
    "\\N{" [^{}'"\\\n\x00]* "}"  { kind = TEXT_NAMED; goto done; }
    "\n"                         { kind = TEXT_NEWLINE; goto done; }
    "{"                          { kind = TEXT_OPEN_BRACE; goto done; }
    "}"                          { kind = TEXT_CLOSE_BRACE; goto done; }
    "\x00"                       { YYCURSOR--; kind = TEXT_NUL; goto done; }
    */
done:
    *cursor = (const char *)YYCURSOR;
    return kind;
}
