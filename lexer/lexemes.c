// SPDX-License-Identifier: MIT
//
// Numbers, names and strings: what a regular expression cannot decide.
//
// A number must not run into a name ("1abc"), yet "1if x else y" is legal; a
// name may use letters of any script, which needs Unicode's character
// categories; a string's end depends on the quotes that opened it. Each function
// either emits the token or fails with CPython's words.
#include "lexer_state.h"
#include "scan.h"
#include "utf8.h"

#include <ctype.h>
#include <string.h>
#include <utf8proc.h>

static bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// True if a keyword that may follow an operand directly starts at `at`.
static bool keyword_follows(const char *at) {
    static const char *const words[] = {"and", "else", "for", "if", "in", "is", "not", "or"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(at, words[i], strlen(words[i])) == 0)
            return true;
    return false;
}

// Characters that Unicode admits to identifiers against their category.
static bool is_odd_start(uint32_t c) {
    return c == 0x1885 || c == 0x1886 || c == 0x2118 || c == 0x212E || c == 0x309B || c == 0x309C;
}

static bool is_odd_continue(uint32_t c) {
    return c == 0xB7 || c == 0x387 || (c >= 0x1369 && c <= 0x1371) || c == 0x19DA;
}

static bool may_start_word(uint32_t c) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return c == '_' || is_odd_start(c) || category == UTF8PROC_CATEGORY_NL ||
           (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO);
}

static bool may_continue_word(uint32_t c) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return may_start_word(c) || is_odd_continue(c) || category == UTF8PROC_CATEGORY_MN ||
           category == UTF8PROC_CATEGORY_MC || category == UTF8PROC_CATEGORY_ND ||
           category == UTF8PROC_CATEGORY_PC;
}

// Whether a character beyond ASCII follows that a name could have.
static bool goes_on_as_word(const Lexer *lexer) {
    uint32_t c;
    if ((unsigned char)*lexer->cursor < 0x80)
        return false;
    utf8_decode(lexer->cursor, lexer->end, &c);
    return may_continue_word(c);
}

static const char *number_kind(const char *start) {
    char marker = start[0] == '0' ? (char)(start[1] | 0x20) : '\0';
    return marker == 'x'   ? "hexadecimal"
           : marker == 'o' ? "octal"
           : marker == 'b' ? "binary"
                           : "decimal";
}

static bool is_sign(char c) {
    return c == '+' || c == '-';
}

// Where the number stopped making sense: behind an underscore that joins nothing, and behind the
// sign of an exponent that does not come.
static const char *number_breaks_at(const char *start, const char *cursor) {
    if (*cursor == '_' && cursor > start && isalnum((unsigned char)cursor[-1]))
        return cursor + 1;
    return (*cursor | 0x20) == 'e' && is_sign(cursor[1]) ? cursor + 2 : cursor;
}

// Fails because the number from `start` goes on with what does not belong to it.
static void fail_number(Lexer *lexer, const char *start) {
    const char *at = number_breaks_at(start, lexer->cursor);
    const char *kind = number_kind(start);
    if (is_digit(*at) && kind[0] != 'd')
        lexer_fail(lexer, at, at + 1, "invalid digit '%c' in %s literal", *at, kind);
    else if ((at[-1] | 0x20) == 'j')
        lexer_fail(lexer, at - 1, at, "invalid imaginary literal");
    else
        lexer_fail(lexer, at - 1, at, "invalid %s literal", kind);
}

void lexer_number(Lexer *lexer, int kind, const char *start) {
    char next = *lexer->cursor;
    bool runs_on = is_ascii_letter(next) || is_digit(next) || goes_on_as_word(lexer);
    if (kind == SCAN_BARE_PREFIX || (runs_on && !keyword_follows(lexer->cursor)))
        fail_number(lexer, start);
    else if (kind == SCAN_OLD_OCTAL)
        lexer_fail(lexer, start, start + strspn(start, "0_"),
                   "leading zeros in decimal integer literals are not permitted; "
                   "use an 0o prefix for octal integers");
    else
        lexer_emit(lexer, TOKEN_NUMBER, start, lexer->cursor);
}

static bool is_printable(uint32_t c) {
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category < UTF8PROC_CATEGORY_ZS && category != UTF8PROC_CATEGORY_CN;
}

static void fail_character(Lexer *lexer, const char *at, const char *end, uint32_t c) {
    if (is_printable(c))
        lexer_fail(lexer, at, end, "invalid character '%.*s' (U+%04X)", (int)(end - at), at, c);
    else
        lexer_fail(lexer, at, end, "invalid non-printable character U+%04X", c);
}

void lexer_word(Lexer *lexer, const char *start) {
    for (const char *at = start; at < lexer->cursor;) {
        uint32_t c;
        const char *next = at + utf8_decode(at, lexer->cursor, &c);
        if (at == start ? !may_start_word(c) : !may_continue_word(c)) {
            fail_character(lexer, at, next, c);
            return;
        }
        at = next;
    }
    lexer_emit(lexer, TOKEN_NAME, start, lexer->cursor);
}

void lexer_unknown(Lexer *lexer, const char *start) {
    unsigned char c = (unsigned char)*start;
    if (fstring_is_in_field(lexer))
        lexer_fail(lexer, start, start + 1, "f-string: expecting '=', or '!', or ':', or '}'");
    else if (c < ' ' || c == 0x7F)
        fail_character(lexer, start, start + 1, c);
    else
        lexer_emit(lexer, TOKEN_BANG, start, start + 1); // refused like a `!` that stands there
}

// True if the quote that opened this string was meant to end the f-string around it.
static bool ends_fstring(const Lexer *lexer, const char *start) {
    return fstring_is_in_field(lexer) &&
           lexer->strings[lexer->string_count - 1].quote == start[strcspn(start, "'\"")];
}

static bool has_escaped_quote(const Lexer *lexer, const char *start) {
    char quote = start[strcspn(start, "'\"")];
    for (const char *at = start; at + 1 < lexer->cursor; at++) {
        if (*at == '\\' && *++at == quote)
            return true;
    }
    return false;
}

static void fail_unterminated(Lexer *lexer, const char *start, bool is_triple) {
    if (ends_fstring(lexer, start)) {
        lexer_fail(lexer, start, start + 1, "f-string: expecting '}'");
        return;
    }
    lexer_fail(lexer, start, start + 1, "unterminated %sstring literal (detected at line %u)%s",
               is_triple ? "triple-quoted " : "", lexer_last_line(lexer),
               !is_triple && has_escaped_quote(lexer, start)
                   ? "; perhaps you escaped the end quote?"
                   : "");
    bool goes_on = is_triple || lexer->cursor[-1] == '\n'; // after a backslash
    lexer->error->incomplete = goes_on && lexer->cursor == lexer->end;
}

void lexer_string(Lexer *lexer, const char *start) {
    char quote = lexer->cursor[-1];
    const char *quotes = start + strcspn(start, "'\"");
    size_t opened = (size_t)(lexer->cursor - quotes);
    for (size_t closed = 0; closed < opened;) {
        enum ScanText piece = scan_text(&lexer->cursor);
        closed = piece == TEXT_QUOTE && lexer->cursor[-1] == quote ? closed + 1 : 0;
        if (piece == TEXT_NUL && lexer->cursor != lexer->end) {
            lexer_fail(lexer, lexer->cursor, lexer->cursor + 1,
                       "source code cannot contain null bytes");
            return;
        }
        if (piece == TEXT_NEWLINE && opened == 1)
            lexer->cursor--;
        if (piece == TEXT_NUL || (piece == TEXT_NEWLINE && opened == 1)) {
            fail_unterminated(lexer, start, opened == 3);
            return;
        }
    }
    lexer_emit(lexer, TOKEN_STRING, start, lexer->cursor);
}
