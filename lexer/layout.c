// SPDX-License-Identifier: MIT
//
// Lines, indentation and brackets: the part of Python's lexer that is no
// regular expression.
//
// The main loop asks one question per round: are we in the text of an f-string,
// at the start of a logical line, or in code? Inside brackets line ends mean
// nothing; elsewhere they end a logical line, and the indentation of the next
// one is compared with a stack of levels: deeper pushes and gives INDENT, less
// deep pops and gives a DEDENT for each level. Blank and comment lines never
// count. At the end of the text the missing NEWLINE and DEDENTs are supplied.
//
// NOTE(student): mixing tabs and blanks is only an error when the meaning would
// depend on the width of a tab; measuring every indentation with two widths
// finds exactly these cases (CPython calls them col and altcol).
#include "array.h"
#include "lexer.h"
#include "lexer_state.h"
#include "scan.h"

#include <string.h>

void lexer_emit(Lexer *lexer, TokenKind kind, const char *start, const char *end) {
    Token token = {
        .kind = kind,
        .span = {lexer_offset(lexer, start), lexer_offset(lexer, end)},
    };
    if (ARRAY_PUSH(lexer->tokens, token))
        return;
    lexer->failed = true;
    diagnostic_set(lexer->error, DIAGNOSTIC_MEMORY_ERROR, token.span, "out of memory");
}

void lexer_fail(Lexer *lexer, const char *start, const char *end, const char *format, ...) {
    if (lexer->failed)
        return;
    lexer->failed = true;
    Span span = {lexer_offset(lexer, start), lexer_offset(lexer, end)};
    va_list args;
    va_start(args, format);
    diagnostic_vset(lexer->error, DIAGNOSTIC_SYNTAX_ERROR, span, format, args);
    va_end(args);
}

uint32_t lexer_last_line(const Lexer *lexer) {
    uint32_t at = lexer_offset(lexer, lexer->cursor);
    bool after_newline = at == lexer->source->length && at && lexer->source->text[at - 1] == '\n';
    return source_line_of(lexer->source, after_newline ? at - 1 : at);
}

void lexer_push_bracket(Lexer *lexer, char open, const char *at) {
    if (lexer->bracket_count == MAX_BRACKETS) {
        lexer_fail(lexer, at, at + 1, "too many nested parentheses");
        return;
    }
    lexer->brackets[lexer->bracket_count++] =
        (Bracket){.open = open, .offset = lexer_offset(lexer, at)};
}

static char closing_of(char open) {
    return open == '(' ? ')' : open == '[' ? ']' : '}';
}

// Fails because `*at` closes something else than what was opened last.
static void fail_mismatch(Lexer *lexer, const char *at, const Bracket *open) {
    uint32_t open_line = source_line_of(lexer->source, open->offset);
    if (open_line == source_line_of(lexer->source, lexer_offset(lexer, at)))
        lexer_fail(lexer, at, at + 1,
                   "closing parenthesis '%c' does not match opening parenthesis '%c'", *at,
                   open->open);
    else
        lexer_fail(lexer, at, at + 1,
                   "closing parenthesis '%c' does not match opening parenthesis '%c' on line %u",
                   *at, open->open, open_line);
}

static void close_bracket(Lexer *lexer, TokenKind kind, const char *at) {
    uint32_t outer = lexer->string_count ? lexer->strings[lexer->string_count - 1].depth : 0;
    if (lexer->bracket_count <= outer) {
        lexer_fail(lexer, at, at + 1, "unmatched '%c'", *at);
        return;
    }
    const Bracket *open = &lexer->brackets[lexer->bracket_count - 1];
    if (open->is_field && *at != '}') {
        lexer_fail(lexer, at, at + 1, "f-string: unmatched '%c'", *at);
    } else if (closing_of(open->open) != *at) {
        fail_mismatch(lexer, at, open);
    } else {
        lexer->bracket_count--;
        lexer_emit(lexer, kind, at, at + 1);
    }
}

static void open_bracket(Lexer *lexer, TokenKind kind, const char *at) {
    lexer_push_bracket(lexer, *at, at);
    lexer_emit(lexer, kind, at, at + 1);
}

// Points behind the line, as CPython does.
static void fail_indentation(Lexer *lexer, DiagnosticKind kind, const char *message) {
    uint32_t at = lexer_offset(lexer, lexer->cursor);
    Span line = source_line_span(lexer->source, source_line_of(lexer->source, at));
    diagnostic_set(lexer->error, kind, (Span){line.end, line.end}, "%s", message);
    lexer->failed = true;
}

// Points before the line, as CPython does.
static void fail_tabs(Lexer *lexer) {
    fail_indentation(lexer, DIAGNOSTIC_TAB_ERROR,
                     "inconsistent use of tabs and spaces in indentation");
    Span line = source_line_span(lexer->source,
                                 source_line_of(lexer->source, lexer_offset(lexer, lexer->cursor)));
    lexer->error->span = (Span){line.start, line.start};
}

static void indent(Lexer *lexer, Indent level) {
    if (level.narrow_column <= lexer->indents[lexer->indent_count - 1].narrow_column) {
        fail_tabs(lexer);
        return;
    }
    if (lexer->indent_count == MAX_INDENTS) {
        fail_indentation(lexer, DIAGNOSTIC_INDENTATION_ERROR, "too many levels of indentation");
        return;
    }
    lexer->indents[lexer->indent_count++] = level;
    lexer_emit(lexer, TOKEN_INDENT, lexer->cursor, lexer->cursor);
}

static void dedent(Lexer *lexer, Indent level) {
    while (level.column < lexer->indents[lexer->indent_count - 1].column) {
        lexer->indent_count--;
        lexer_emit(lexer, TOKEN_DEDENT, lexer->cursor, lexer->cursor);
    }
    Indent outer = lexer->indents[lexer->indent_count - 1];
    if (level.column != outer.column)
        fail_indentation(lexer, DIAGNOSTIC_INDENTATION_ERROR,
                         "unindent does not match any outer indentation level");
    else if (level.narrow_column != outer.narrow_column)
        fail_tabs(lexer);
}

// A backslash before the first word joins the line with the next, whose blanks count only if the
// backslash had none before it.
static bool is_continued(const Lexer *lexer) {
    return lexer->cursor[0] == '\\' && lexer->cursor[1] == '\n' && lexer->cursor + 2 < lexer->end;
}

// Measures the blanks at the cursor and moves past them.
static Indent measure_indentation(Lexer *lexer) {
    Indent level = {0}, before = {0};
    for (;; lexer->cursor++) {
        if (*lexer->cursor == ' ')
            level = (Indent){level.column + 1, level.narrow_column + 1};
        else if (*lexer->cursor == '\t')
            level = (Indent){(level.column / 8 + 1) * 8, level.narrow_column + 1};
        else if (*lexer->cursor == '\f')
            level = (Indent){0};
        else if (!is_continued(lexer))
            return before.column ? before : level;
        else {
            before = before.column ? before : level;
            lexer->cursor++;
        }
    }
}

// Passes a blank or comment line; false if the line has more than that.
static bool skip_empty_line(Lexer *lexer) {
    const char *at = lexer->cursor;
    if (*at == '#')
        at += strcspn(at, "\n");
    if (*at != '\n' && at != lexer->end)
        return false;
    lexer->cursor = *at == '\n' ? at + 1 : at;
    lexer->finished = at == lexer->end;
    return true;
}

static void line_start(Lexer *lexer) {
    Indent level = measure_indentation(lexer);
    if (skip_empty_line(lexer))
        return;
    lexer->at_line_start = false;
    Indent current = lexer->indents[lexer->indent_count - 1];
    if (level.column > current.column)
        indent(lexer, level);
    else if (level.column < current.column)
        dedent(lexer, level);
    else if (level.narrow_column != current.narrow_column)
        fail_tabs(lexer);
}

static void fail_at_end(Lexer *lexer, const char *at) {
    lexer_fail(lexer, at + 1, at + 2, "unexpected EOF while parsing");
    lexer->error->incomplete = true;
}

static void newline(Lexer *lexer, const char *at) {
    if (lexer->bracket_count)
        return;
    lexer_emit(lexer, TOKEN_NEWLINE, at, at + 1);
    lexer->at_line_start = true;
}

// The rarer findings of scan_code.
static void special(Lexer *lexer, int kind, const char *start) {
    switch (kind) {
    case SCAN_NUL:
        lexer->finished = start == lexer->end;
        if (!lexer->finished)
            lexer_fail(lexer, start, start + 1, "source code cannot contain null bytes");
        break;
    case SCAN_CONTINUATION:
        if (lexer->cursor == lexer->end)
            fail_at_end(lexer, start);
        break;
    case SCAN_BACKSLASH:
        if (lexer->cursor == lexer->end)
            fail_at_end(lexer, start);
        else
            lexer_fail(lexer, start + 1, start + 2,
                       "unexpected character after line continuation character");
        break;
    case SCAN_STRING_OPEN:
        lexer_string(lexer, start);
        break;
    case SCAN_FSTRING_OPEN:
        fstring_open(lexer, start);
        break;
    case SCAN_WORD:
        lexer_word(lexer, start);
        break;
    case SCAN_UNKNOWN:
        lexer_unknown(lexer, start);
        break;
    default:
        lexer_number(lexer, kind, start);
    }
}

static void code(Lexer *lexer) {
    const char *start;
    int kind = scan_code(&lexer->cursor, &start);
    bool in_field = (kind == TOKEN_COLON || kind == TOKEN_WALRUS || kind == TOKEN_RBRACE) &&
                    fstring_is_in_field(lexer);
    if (kind == SCAN_NEWLINE)
        newline(lexer, start);
    else if (in_field && kind == TOKEN_RBRACE)
        fstring_close_field(lexer, start);
    else if (in_field)
        fstring_begin_spec(lexer, start);
    else if (kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET || kind == TOKEN_LBRACE)
        open_bracket(lexer, (TokenKind)kind, start);
    else if (kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET || kind == TOKEN_RBRACE)
        close_bracket(lexer, (TokenKind)kind, start);
    else if (kind < TOKEN_KIND_COUNT && kind != TOKEN_NUMBER)
        lexer_emit(lexer, (TokenKind)kind, start, lexer->cursor);
    else
        special(lexer, kind, start);
}

// Checks that nothing is open and supplies what the text's end implies.
static void finish(Lexer *lexer) {
    if (lexer->bracket_count) {
        const Bracket *open = &lexer->brackets[lexer->bracket_count - 1];
        const char *at = lexer->source->text + open->offset;
        lexer_fail(lexer, at, at + 1, "'%c' was never closed", open->open);
        lexer->error->incomplete = true;
        return;
    }
    const TokenArray *tokens = lexer->tokens;
    if (tokens->count && !lexer->at_line_start)
        lexer_emit(lexer, TOKEN_NEWLINE, lexer->end, lexer->end);
    for (; lexer->indent_count > 1; lexer->indent_count--)
        lexer_emit(lexer, TOKEN_DEDENT, lexer->end, lexer->end);
}

static void run(Lexer *lexer) {
    while (!lexer->failed && !lexer->finished) {
        if (fstring_is_in_text(lexer))
            fstring_text(lexer);
        else if (lexer->at_line_start)
            line_start(lexer);
        else
            code(lexer);
    }
    if (!lexer->failed)
        finish(lexer);
}

bool lexer_scan(const Source *source, TokenArray *tokens, Diagnostic *error) {
    *tokens = (TokenArray){0};
    if (!encoding_check(source, error)) {
        (void)ARRAY_PUSH(tokens, (Token){.kind = TOKEN_END, .span = error->span});
        return false;
    }
    Lexer lexer = {
        .source = source,
        .cursor = source->text,
        .end = source->text + source->length,
        .tokens = tokens,
        .error = error,
        .at_line_start = true,
        .indent_count = 1,
    };
    run(&lexer);
    lexer_emit(&lexer, TOKEN_END, lexer.cursor, lexer.cursor);
    soft_keywords_promote(source, tokens);
    return !lexer.failed;
}

void lexer_free(TokenArray *tokens) {
    ARRAY_FREE(tokens);
}
