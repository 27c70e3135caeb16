// SPDX-License-Identifier: MIT
//
// The words of C declarations. There are few, so a table of marks and two loops do; what a
// preprocessor would have left out (comments) is left out here, and `#define NAME number`, the one
// directive that declarations are hardly written without, becomes a mark of its own. Texts come
// from header files and from programs' mistakes, so every complaint shows its place.
#include "foreign_token.h"

#include "call.h"
#include "error.h"
#include "text_builder.h"

#include <stdarg.h>
#include <stdio.h>

enum { TEXT_MAX = 16 << 20 };

// ---- Complaints ----

static void add_line(TextBuilder *out, const CTokens *tokens, size_t start, size_t end) {
    Str *line = str_new_utf8(tokens->thread, tokens->text + start, end - start);
    text_builder_add(out, line);
}

// Blanks up to the token: as many as characters, and tabs where there are tabs.
static void add_caret(TextBuilder *out, const CTokens *tokens, size_t line, const CToken *at) {
    Str *before = str_new_utf8(tokens->thread, tokens->text + line, at->start - line);
    for (size_t i = 0; i < before->length; i++) {
        text_builder_put(out, str_char_at(before, i) == '\t' ? '\t' : ' ');
    }
    text_builder_put(out, '^');
    for (uint32_t i = 1; i < at->length; i++) {
        text_builder_put(out, '~');
    }
}

static void raise_declaration_error(const CTokens *tokens, Str *message) {
    Thread *thread = tokens->thread;
    Value error = call_1(thread, tokens->state->declaration_error, value_object(message));
    if (!is_error(error)) {
        raise_value(thread, error);
    }
}

bool foreign_token_fail(const CTokens *tokens, const CToken *at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str *message = str_format_v(tokens->thread, format, args);
    va_end(args);
    size_t line = at->start, end = at->start, number = 1;
    while (line > 0 && tokens->text[line - 1] != '\n') {
        line--;
    }
    while (end < tokens->length && tokens->text[end] != '\n') {
        end++;
    }
    for (size_t i = 0; i < line; i++) {
        number += tokens->text[i] == '\n';
    }
    TextBuilder out;
    text_builder_init(&out, tokens->thread);
    text_builder_add(&out, message);
    if (memchr(tokens->text, '\n', tokens->length) != NULL) {
        text_builder_add_printf(&out, " (line %zu)", number);
    }
    text_builder_add_c(&out, "\n    ");
    add_line(&out, tokens, line, end);
    text_builder_add_c(&out, "\n    ");
    add_caret(&out, tokens, line, at);
    raise_declaration_error(tokens, text_builder_finish(&out));
    return false;
}

bool foreign_token_is(const CTokens *tokens, const CToken *token, const char *name) {
    return token->kind == FOREIGN_NAME && strlen(name) == token->length &&
           memcmp(tokens->text + token->start, name, token->length) == 0;
}

const char *foreign_token_text(const CTokens *tokens, const CToken *token) {
    if (token->kind == FOREIGN_END) {
        return "the end";
    }
    if (token->mark == MARK_LINE) {
        return "the end of the line";
    }
    Str *text = str_format(tokens->thread, "'%.*s'", (int)(token->length < 80 ? token->length : 80),
                           tokens->text + token->start);
    return str_text(tokens->thread, text);
}

Str *foreign_token_slice(const CTokens *tokens, const CToken *from, const CToken *to) {
    TextBuilder out;
    text_builder_init(&out, tokens->thread);
    for (const CToken *token = from; token <= to && token->kind != FOREIGN_END; token++) {
        bool touches = token == from || token[-1].start + token[-1].length == token->start;
        if (!touches) {
            text_builder_put(&out, ' ');
        }
        Str *word = str_new_utf8(tokens->thread, tokens->text + token->start, token->length);
        text_builder_add(&out, word);
    }
    return text_builder_finish(&out);
}

// ---- Tokens ----

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

typedef struct Scanner {
    CTokens *tokens;
    size_t at, capacity;
    bool in_define;
} Scanner;

static CToken *add_token(Scanner *scanner, TokenKind kind, size_t start, size_t end, int mark) {
    CTokens *tokens = scanner->tokens;
    if (tokens->count == scanner->capacity) {
        size_t old = scanner->capacity * sizeof(CToken);
        scanner->capacity *= 2;
        tokens->items =
            heap_resize_buffer(thread_heap(tokens->thread), tokens->items, old, 2 * old);
    }
    CToken *token = &tokens->items[tokens->count++];
    *token = (CToken){kind, mark, (uint32_t)start, (uint32_t)(end - start)};
    return token;
}

static bool fail_at(const Scanner *scanner, size_t start, size_t end, const char *message) {
    CToken place = {FOREIGN_MARK, 0, (uint32_t)start, (uint32_t)(end - start)};
    return foreign_token_fail(scanner->tokens, &place, "%s", message);
}

// Comments and blanks; the end of a line counts inside a #define.
static bool skip_blanks(Scanner *scanner) {
    const char *text = scanner->tokens->text;
    for (;;) {
        const char *p = text + scanner->at;
        if (*p == '\n' && scanner->in_define) {
            add_token(scanner, FOREIGN_MARK, scanner->at, scanner->at, MARK_LINE);
            scanner->in_define = false;
        }
        if (is_blank(*p)) {
            scanner->at++;
        } else if (p[0] == '\\' && p[1] == '\n') {
            scanner->at += 2;
        } else if (p[0] == '/' && p[1] == '/') {
            scanner->at += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (end == NULL) {
                return fail_at(scanner, scanner->at, scanner->at + 2, "the comment does not end");
            }
            scanner->at = (size_t)(end - text) + 2;
        } else {
            return true;
        }
    }
}

static bool read_character(Scanner *scanner) {
    const char *text = scanner->tokens->text;
    size_t start = scanner->at, end = start + 1;
    while (text[end] != '\'' && text[end] != '\0' && text[end] != '\n') {
        end += text[end] == '\\' && text[end + 1] != '\0' ? 2 : 1;
    }
    if (text[end] != '\'' || end == start + 1) {
        return fail_at(scanner, start, end, "the character constant is not complete");
    }
    add_token(scanner, FOREIGN_CHARACTER, start, end + 1, 0);
    scanner->at = end + 1;
    return true;
}

static bool read_directive(Scanner *scanner) {
    const char *text = scanner->tokens->text;
    size_t start = scanner->at, at = start + 1;
    while (text[at] == ' ' || text[at] == '\t') {
        at++;
    }
    if (strncmp(text + at, "define", 6) != 0 || is_letter(text[at + 6])) {
        return fail_at(scanner, start, at + strcspn(text + at, " \t\r\n"),
                       "of the preprocessor's lines only '#define NAME number' is understood");
    }
    add_token(scanner, FOREIGN_MARK, start, at + 6, MARK_DEFINE);
    scanner->at = at + 6;
    scanner->in_define = true;
    return true;
}

static bool read_mark(Scanner *scanner) {
    static const struct {
        char text[4];
        int mark;
    } longer[] = {{"...", MARK_ELLIPSIS}, {"<<", MARK_SHIFT_LEFT}, {">>", MARK_SHIFT_RIGHT},
                  {"==", MARK_EQUAL},     {"!=", MARK_UNEQUAL},    {"<=", MARK_AT_MOST},
                  {">=", MARK_AT_LEAST},  {"&&", MARK_AND},        {"||", MARK_OR}};
    const char *p = scanner->tokens->text + scanner->at;
    for (size_t i = 0; i < sizeof longer / sizeof *longer; i++) {
        size_t length = strlen(longer[i].text);
        if (strncmp(p, longer[i].text, length) == 0) {
            add_token(scanner, FOREIGN_MARK, scanner->at, scanner->at + length, longer[i].mark);
            scanner->at += length;
            return true;
        }
    }
    if (strchr("()[]{}*,;:=+-/%&|^~!<>?.", *p) == NULL) {
        size_t end = scanner->at + 1;
        while ((p[end - scanner->at] & 0xc0) == 0x80) {
            end++;
        }
        return fail_at(scanner, scanner->at, end, "this character has no place in a declaration");
    }
    add_token(scanner, FOREIGN_MARK, scanner->at, scanner->at + 1, *p);
    scanner->at++;
    return true;
}

static bool read_token(Scanner *scanner) {
    const char *text = scanner->tokens->text;
    size_t start = scanner->at, end = start;
    if (is_letter(text[start]) || is_digit(text[start])) {
        while (is_letter(text[end]) || is_digit(text[end])) {
            end++;
        }
        add_token(scanner, is_digit(text[start]) ? FOREIGN_NUMBER : FOREIGN_NAME, start, end, 0);
        scanner->at = end;
        return true;
    }
    return text[start] == '\''  ? read_character(scanner)
           : text[start] == '#' ? read_directive(scanner)
                                : read_mark(scanner);
}

bool foreign_token_read(CTokens *tokens, const char *text, size_t length) {
    Scanner scanner = {tokens, 0, 32, false};
    tokens->text = text;
    tokens->length = length;
    tokens->count = 0;
    tokens->items = heap_allocate(thread_heap(tokens->thread), CELL_BUFFER, 32 * sizeof(CToken));
    if (length > TEXT_MAX) {
        return raise_false(tokens->thread, ERROR_ValueError, "the declarations are too long");
    }
    if (strlen(text) < length) {
        size_t at = strlen(text);
        tokens->length = at; // what follows is not shown
        return fail_at(&scanner, at, at + 1, "a declaration cannot contain a null character");
    }
    while (skip_blanks(&scanner) && text[scanner.at] != '\0') {
        if (!read_token(&scanner)) {
            return false;
        }
    }
    if (error_pending(tokens->thread)) {
        return false;
    }
    if (scanner.in_define) {
        add_token(&scanner, FOREIGN_MARK, length, length, MARK_LINE);
    }
    add_token(&scanner, FOREIGN_END, length, length, 0);
    return true;
}
