// SPDX-License-Identifier: MIT
//
// String literals next to each other, and f-strings.
//
// "a" "b" is one string. If an f-string is among the parts the result is a
// JoinedStr whose constant pieces are merged, so that f"a" "b" f"{c}" has two
// values. Text of bytes and of str cannot be mixed.
#include "literal.h"
#include "parse_state.h"

#include <string.h>

static Node *text_node(Parser *parser, Span span, const char *text, uint32_t length) {
    Node *node = ast_new(parser->arena, AST_Constant, span);
    node->Constant.value = (Constant){.kind = CONSTANT_STRING, .length = length, .text = text};
    return node;
}

static void fail_literal(Parser *parser, const Diagnostic *error) {
    parser->literal_failed = !parser->failed;
    parser_fail(parser, error->span, "%s", error->message);
}

Expression build_string(Parser *parser, const Token *token) {
    Node *node = ast_new(parser->arena, AST_Constant, token->span);
    Diagnostic error;
    if (!literal_string(parser->arena, parser->source, token->span, &node->Constant.value, &error))
        fail_literal(parser, &error);
    else
        doubt_literal(parser, token->span, &error);
    if (parser->source->text[token->span.start] == 'u') // a leftover of Python 2
        node->Constant.kind = name_of(parser, (Span){token->span.start, token->span.start + 1});
    return expression_of(node);
}

Node *build_fstring_text(Parser *parser, const Token *token, bool in_spec) {
    Node *node = ast_new(parser->arena, AST_Constant, token->span);
    Diagnostic error;
    if (!literal_fstring_text(parser->arena, parser->source, token, !in_spec, &node->Constant.value,
                              &error))
        fail_literal(parser, &error);
    else
        doubt_literal(parser, token->span, &error);
    return node;
}

static bool is_text(const Node *node) {
    return node->kind == AST_Constant;
}

// Joins the constants items[from..to) into one.
static Node *join_texts(Parser *parser, const Items *items, uint32_t from, uint32_t to) {
    if (to - from == 1)
        return items->items[from];
    uint32_t length = 0;
    for (uint32_t i = from; i < to; i++)
        length += items->items[i]->Constant.value.length;
    char *text = arena_alloc(parser->arena, (size_t)length + 1);
    uint32_t at = 0;
    for (uint32_t i = from; i < to; i++) {
        const Constant *part = &items->items[i]->Constant.value;
        if (part->length)
            memcpy(text + at, part->text, part->length);
        at += part->length;
    }
    Span span = span_join(items->items[from]->span, items->items[to - 1]->span);
    Node *node = text_node(parser, span, text, length);
    node->Constant.value.kind = items->items[from]->Constant.value.kind;
    node->Constant.kind = items->items[from]->Constant.kind;
    return node;
}

// Merges neighbouring texts and drops empty ones.
static NodeList merge(Parser *parser, const Items *items) {
    Items merged = items_empty(items->span);
    for (uint32_t i = 0; i < items->count;) {
        uint32_t end = i + 1;
        while (is_text(items->items[i]) && end < items->count && is_text(items->items[end]))
            end++;
        Node *node = is_text(items->items[i]) ? join_texts(parser, items, i, end) : items->items[i];
        if (!is_text(node) || node->Constant.value.length)
            items_add(parser, &merged, node, node->span);
        i = end;
    }
    return items_list(&merged);
}

static Node *joined_node(Parser *parser, const Items *parts, Span span) {
    Node *node = ast_new(parser->arena, AST_JoinedStr, span);
    node->JoinedStr.values = merge(parser, parts);
    return node;
}

Expression build_fstring(Parser *parser, const Token *start, const Items *parts, const Token *end) {
    return expression_of(joined_node(parser, parts, span_join(start->span, end->span)));
}

static bool is_bytes(const Node *node) {
    return is_text(node) && node->Constant.value.kind == CONSTANT_BYTES;
}

Expression build_concatenation(Parser *parser, const Items *parts) {
    Items flat = items_empty(parts->span);
    uint32_t fstrings = 0;
    for (uint32_t i = 0; i < parts->count; i++) {
        Node *part = parts->items[i];
        if (is_bytes(part) != is_bytes(parts->items[0]))
            parser_fail(parser, parser->tokens->items[parser->at].span,
                        "cannot mix bytes and nonbytes literals");
        if (is_text(part)) {
            items_add(parser, &flat, part, part->span);
            continue;
        }
        fstrings++;
        for (uint32_t k = 0; k < part->JoinedStr.values.count; k++) {
            Node *value = part->JoinedStr.values.items[k];
            items_add(parser, &flat, value, value->span);
        }
    }
    if (parts->count == 1)
        return (Expression){parts->items[0], parts->span};
    if (fstrings)
        return expression_of(joined_node(parser, &flat, parts->span));
    return (Expression){join_texts(parser, &flat, 0, flat.count), parts->span};
}

// The message is spelled as in CPython.
Token build_conversion(Parser *parser, const Token *bang, const Token *name) {
    if (bang->span.end != name->span.start)
        parser_fail(parser, span_join(bang->span, name->span),
                    "f-string: conversion type must come right after the exclamanation mark");
    return *name;
}

static int conversion_of(Parser *parser, const Token *token) {
    if (!token->kind)
        return -1;
    const char *text = parser->source->text + token->span.start;
    uint32_t length = token->span.end - token->span.start;
    if (length == 1 && strchr("sra", *text))
        return *text;
    parser_fail(parser, token->span,
                "f-string: invalid conversion character '%.*s': expected 's', 'r', or 'a'",
                (int)length, text);
    return -1;
}

// `{expr = }` also shows its own text: up to the `=` as it stands, and the blanks
// and line ends behind it, without comments.
static void add_own_text(Parser *parser, Items *parts, const Token *open, const Token *equals) {
    const char *text = parser->source->text;
    Span span = {open->span.end, equals->span.end};
    StringBuilder shown;
    sb_init(&shown);
    sb_write(&shown, text + span.start, span.end - span.start);
    for (; strchr(" \t\n#", text[span.end]) && text[span.end]; span.end++) {
        if (text[span.end] == '#')
            span.end += (uint32_t)strcspn(text + span.end, "\n");
        sb_putc(&shown, text[span.end]);
    }
    const char *copy = arena_strndup(parser->arena, shown.data, shown.length);
    items_add(parser, parts, text_node(parser, span, copy, (uint32_t)shown.length), span);
    sb_free(&shown);
}

void build_field(Parser *parser, Items *parts, const Token *open, Expression value,
                 const Token *equals, const Token *conversion, const Items *spec,
                 const Token *close) {
    if (value.node->kind == AST_Starred)
        parser_fail_late(parser, value.span, "can't use starred expression here");
    if (equals->kind)
        add_own_text(parser, parts, open, equals);
    Node *node = ast_new(parser->arena, AST_FormattedValue, span_join(open->span, close->span));
    node->FormattedValue.value = value.node;
    node->FormattedValue.conversion = conversion_of(parser, conversion);
    if (equals->kind && !conversion->kind && !spec)
        node->FormattedValue.conversion = 'r';
    if (spec) {
        Span span = spec->count ? spec->span : close->span;
        span = (Span){span.start - 1, spec->count ? span.end : span.start}; // with the colon
        node->FormattedValue.format_spec = joined_node(parser, spec, span);
    }
    items_add(parser, parts, node, node->span);
}
