// SPDX-License-Identifier: MIT
//
// Which part of a failing expression to point at: in `a.b + c[0]`, if the addition failed, the
// `+`; if the subscript failed, the `[0]`. CPython parses the text again to find out. The opcode
// already tells us what kind of expression it was, so it suffices to look through the tokens that
// stand outside of brackets.
#include <ctype.h>
#include <string.h>

#include "opcode.h"
#include "traceback_parts.h"

typedef enum LooseKind {
    LOOSE_END,
    LOOSE_WORD,
    LOOSE_STRING,
    LOOSE_GROUP,
    LOOSE_DOT,
    LOOSE_OTHER
} LooseKind;

// A token as far as we need to tell them apart; a bracketed group counts as one.
typedef struct LooseToken {
    LooseKind kind;
    const char *start;
    size_t length;
} LooseToken;

static bool is_word_char(char c) {
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static const char *skip_comment(const char *at, const char *end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

static const char *skip_string(const char *at, const char *end) {
    char quote = *at;
    bool triple = end - at >= 3 && at[1] == quote && at[2] == quote;
    at += triple ? 3 : 1;
    while (at < end) {
        if (*at == '\\') {
            at += 2;
        } else if (*at != quote) {
            at++;
        } else if (!triple) {
            return at + 1;
        } else if (end - at >= 3 && at[1] == quote && at[2] == quote) {
            return at + 3;
        } else {
            at++;
        }
    }
    return end;
}

// `at` is an opening bracket; the place after the one that closes it.
static const char *skip_group(const char *at, const char *end) {
    int depth = 0;
    while (at < end) {
        if (*at == '"' || *at == '\'') {
            at = skip_string(at, end);
            continue;
        }
        if (*at == '#') {
            at = skip_comment(at, end);
            continue;
        }
        depth += strchr("([{", *at) ? 1 : strchr(")]}", *at) ? -1 : 0;
        at++;
        if (depth == 0) {
            return at;
        }
    }
    return end;
}

static const char *skip_space(const char *at, const char *end) {
    while (at < end && (isspace((unsigned char)*at) || *at == '\\' || *at == '#')) {
        at = *at == '#' ? skip_comment(at, end) : at + 1;
    }
    return at;
}

static size_t operator_length(const char *at, const char *end) {
    static const char *const doubles[] = {
        "**", "//", "<<", ">>", "==", "!=", "<=", ">=", "->", ":="};
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        if (end - at >= 2 && !memcmp(at, doubles[i], 2)) {
            return 2;
        }
    }
    return 1;
}

static const char *skip_word(const char *at, const char *end) {
    while (at < end && is_word_char(*at)) {
        at++;
    }
    return at;
}

// A number's '.' belongs to it, as does the sign of its exponent; only the former matters here.
static const char *skip_number(const char *at, const char *end) {
    while (at < end && (is_word_char(*at) || *at == '.')) {
        at++;
    }
    return at;
}

static LooseToken next_token(const char **at, const char *end) {
    const char *start = skip_space(*at, end), *stop;
    LooseKind kind = LOOSE_OTHER;
    if (start == end) {
        kind = LOOSE_END;
        stop = end;
    } else if (isdigit((unsigned char)*start)) {
        kind = LOOSE_WORD;
        stop = skip_number(start, end);
    } else if (is_word_char(*start)) {
        stop = skip_word(start, end);
        bool prefix = stop < end && (*stop == '"' || *stop == '\'');
        kind = prefix ? LOOSE_STRING : LOOSE_WORD;
        stop = prefix ? skip_string(stop, end) : stop;
    } else if (*start == '"' || *start == '\'') {
        kind = LOOSE_STRING;
        stop = skip_string(start, end);
    } else if (strchr("([{", *start)) {
        kind = LOOSE_GROUP;
        stop = skip_group(start, end);
    } else {
        kind = *start == '.' ? LOOSE_DOT : LOOSE_OTHER;
        stop = start + operator_length(start, end);
    }
    *at = stop;
    return (LooseToken){kind, start, (size_t)(stop - start)};
}

static const char *operator_symbol(uint16_t op) {
    switch (opcode_table[op].general) {
#define BINARY(name, symbol, method)                                                               \
    case OP_##name:                                                                                \
    case OP_##name##_K:                                                                            \
        return symbol;
#include "operators.def"
#undef BINARY
    default:
        return NULL;
    }
}

static bool is_operand(LooseKind kind) {
    return kind == LOOSE_WORD || kind == LOOSE_STRING || kind == LOOSE_GROUP;
}

// Operators group to the left, so the one evaluated last stands last; but ** groups to the right.
static Anchors find_operator(const Source *source, Span span, const char *symbol) {
    const char *at = source->text + span.start, *end = source->text + span.end;
    bool first_counts = !strcmp(symbol, "**");
    Anchors anchors = {0};
    LooseKind before = LOOSE_OTHER;
    for (;;) {
        LooseToken token = next_token(&at, end);
        if (token.kind == LOOSE_END) {
            return anchors;
        }
        if (token.kind == LOOSE_OTHER && is_operand(before) && token.length == strlen(symbol) &&
            !memcmp(token.start, symbol, token.length)) {
            anchors.left = (uint32_t)(token.start - source->text);
            anchors.right = anchors.left + (uint32_t)token.length;
            if (first_counts) {
                return anchors;
            }
        }
        before = token.kind;
    }
}

// `await (f())` looks like a call of something named await.
static bool is_keyword(LooseToken token) {
    static const char *const words[] = {"await", "yield", "not", "return", "raise", "assert", "del"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (token.length == strlen(words[i]) && !memcmp(token.start, words[i], token.length)) {
            return true;
        }
    }
    return false;
}

// A chain of names, dots and bracketed groups that ends with a group is a call or a subscript.
static Anchors find_brackets(const Source *source, Span span) {
    const char *at = source->text + span.start, *end = source->text + span.end;
    LooseToken token = next_token(&at, end), last = token;
    bool callee_is_name = token.kind == LOOSE_WORD;
    if (callee_is_name && is_keyword(token)) {
        return (Anchors){0};
    }
    size_t count = 0;
    for (; is_operand(token.kind) || token.kind == LOOSE_DOT; count++) {
        last = token;
        token = next_token(&at, end);
        bool joined = last.kind == LOOSE_DOT
                          ? token.kind == LOOSE_WORD
                          : token.kind != LOOSE_WORD && token.kind != LOOSE_STRING;
        if (token.kind != LOOSE_END && !joined) {
            return (Anchors){0};
        }
    }
    bool ends_with_group = token.kind == LOOSE_END && last.kind == LOOSE_GROUP && count > 1;
    if (!ends_with_group || *last.start == '{') {
        return (Anchors){0};
    }
    bool is_call = *last.start == '(';
    return (Anchors){.left = (uint32_t)(last.start - source->text),
                     .right = span.end,
                     .is_call = is_call,
                     .is_named_call = is_call && callee_is_name && count == 2};
}

Anchors traceback_find_anchors(const Source *source, Span span, uint16_t op) {
    if (op == OP_GENERATOR) { // the whole line where the definition begins
        return (Anchors){0};
    }
    const char *symbol = operator_symbol(op);
    return symbol ? find_operator(source, span, symbol) : find_brackets(source, span);
}
