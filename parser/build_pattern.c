// SPDX-License-Identifier: MIT
//
// Patterns of the match statement.
//
// A pattern looks like an expression and means the opposite: a bare name is
// bound, not read (`_` matches without binding), a dotted name is compared, a
// call form takes an instance apart. Whether a name is bound twice, or in only
// one of several alternatives, is left to the compiler.
#include "parse_state.h"

#include <string.h>

Node *build_match(Parser *parser, const Token *token, const Items *subject, const Items *cases) {
    Expression value = build_sequence(parser, subject);
    if (value.node->kind == AST_Starred)
        parser_fail_late(parser, value.span, "can't use starred expression here");
    Node *node = ast_new(parser->arena, AST_Match, span_of(cases, token->span));
    node->Match.subject = value.node;
    node->Match.cases = items_list(cases);
    return node;
}

// The ':' behind what ends at `end`.
static Span colon_after(const Parser *parser, uint32_t end) {
    while (end < parser->source->length && parser->source->text[end] != ':')
        end++;
    return (Span){end, end + 1};
}

Node *build_case(Parser *parser, const Token *token, const Items *patterns, Expression guard,
                 const Items *body) {
    bool is_single =
        patterns->count == 1 && !patterns->comma && patterns->items[0]->kind != AST_MatchStar;
    if (patterns->count == 1 && !patterns->comma && !is_single)
        parser_fail(parser, colon_after(parser, patterns->span.end), "invalid syntax");
    Node *node = ast_new(parser->arena, AST_match_case, span_of(body, token->span));
    node->match_case.pattern = is_single
                                   ? patterns->items[0]
                                   : build_pattern_sequence(parser, patterns, patterns->span).node;
    node->match_case.guard = guard.node;
    node->match_case.body = items_list(body);
    return node;
}

Expression build_pattern_sequence(Parser *parser, const Items *patterns, Span span) {
    Node *node = ast_new(parser->arena, AST_MatchSequence, span);
    if (!patterns)
        return expression_of(node);
    uint32_t stars = 0;
    for (uint32_t i = 0; i < patterns->count; i++)
        stars += patterns->items[i]->kind == AST_MatchStar;
    if (stars > 1)
        parser_fail_late(parser, span, "multiple starred names in sequence pattern");
    node->MatchSequence.patterns = items_list(patterns);
    return expression_of(node);
}

Expression build_pattern_group(Parser *parser, const Items *patterns, Span span) {
    bool is_group = patterns->count == 1 && !patterns->comma;
    if (is_group && patterns->items[0]->kind == AST_MatchStar)
        parser_fail(parser, patterns->items[0]->span, "invalid syntax");
    return is_group ? (Expression){patterns->items[0], span}
                    : build_pattern_sequence(parser, patterns, span);
}

Expression build_pattern_value(Parser *parser, Expression value) {
    const Node *constant = value.node;
    if (constant->kind == AST_JoinedStr)
        parser_fail(parser, value.span, "patterns may only match literals and attribute lookups");
    bool is_singleton =
        constant->kind == AST_Constant && constant->Constant.value.kind <= CONSTANT_FALSE;
    Node *node =
        ast_new(parser->arena, is_singleton ? AST_MatchSingleton : AST_MatchValue, value.span);
    if (is_singleton)
        node->MatchSingleton.value = constant->Constant.value;
    else
        node->MatchValue.value = value.node;
    return expression_of(node);
}

static bool is_wildcard(const Name *name) {
    return strcmp(name->text, "_") == 0;
}

// A name to be bound; NULL for the wildcard.
static const Name *capture(Parser *parser, Span span) {
    const Name *name = name_of(parser, span);
    target_forbidden_name(parser, name, span);
    return is_wildcard(name) ? NULL : name;
}

Expression build_pattern_name(Parser *parser, Expression name) {
    if (name.node->kind != AST_Name)
        return build_pattern_value(parser, name);
    Node *node = ast_new(parser->arena, AST_MatchAs, name.span);
    node->MatchAs.name = capture(parser, name.span);
    return expression_of(node);
}

Expression build_pattern_star(Parser *parser, const Token *star, const Token *name) {
    Node *node = ast_new(parser->arena, AST_MatchStar, span_join(star->span, name->span));
    node->MatchStar.name = capture(parser, name->span);
    return expression_of(node);
}

Expression build_pattern_as(Parser *parser, Expression pattern, const Token *name) {
    Node *node = ast_new(parser->arena, AST_MatchAs, span_join(pattern.span, name->span));
    node->MatchAs.pattern = pattern.node;
    node->MatchAs.name = capture(parser, name->span);
    if (!node->MatchAs.name)
        parser_fail(parser, name->span, "cannot use '_' as a target");
    return expression_of(node);
}

Expression build_pattern_or(Parser *parser, const Items *patterns) {
    if (patterns->count == 1)
        return (Expression){patterns->items[0], patterns->span};
    Node *node = ast_new(parser->arena, AST_MatchOr, patterns->span);
    node->MatchOr.patterns = items_list(patterns);
    return expression_of(node);
}

// `name=pattern` travels as a keyword node whose value is the pattern.
Expression build_pattern_keyword(Parser *parser, const Token *name, Expression pattern) {
    Node *node = ast_new(parser->arena, AST_keyword, span_join(name->span, pattern.span));
    node->keyword.arg = name_of(parser, name->span);
    node->keyword.value = pattern.node;
    return expression_of(node);
}

Expression build_pattern_class(Parser *parser, Expression cls, const Items *args, Span end) {
    Node *node = ast_new(parser->arena, AST_MatchClass, span_join(cls.span, end));
    node->MatchClass.cls = cls.node;
    uint32_t count = args ? args->count : 0;
    NameList names = {ARENA_NEW(parser->arena, const Name *, count), 0};
    Items positional = items_empty(cls.span);
    Items keywords = items_empty(cls.span);
    for (uint32_t i = 0; i < count; i++) {
        Node *item = args->items[i];
        if (item->kind == AST_keyword) {
            names.items[names.count++] = item->keyword.arg;
            items_add(parser, &keywords, item->keyword.value, item->span);
        } else {
            if (keywords.count)
                parser_fail(parser, item->span, "positional patterns follow keyword patterns");
            items_add(parser, &positional, item, item->span);
        }
    }
    node->MatchClass.patterns = items_list(&positional);
    node->MatchClass.kwd_attrs = names;
    node->MatchClass.kwd_patterns = items_list(&keywords);
    return expression_of(node);
}

Expression build_pattern_mapping(Parser *parser, const Items *items, Span span) {
    Node *node = ast_new(parser->arena, AST_MatchMapping, span);
    Items keys = items_empty(span);
    Items patterns = items_empty(span);
    for (uint32_t i = 0; items && i < items->count; i += 2) {
        Node *pattern = items->items[i + 1];
        if (node->MatchMapping.rest && items->items[i]) {
            parser_fail(parser, items->items[i]->span, "invalid syntax");
        } else if (node->MatchMapping.rest) {
            parser_fail(parser, pattern->span, "invalid syntax");
        } else if (!items->items[i] && !pattern->MatchStar.name) {
            uint32_t end = pattern->span.end; // of `**_` the name is wrong
            parser_fail(parser, (Span){end - 1, end}, "invalid syntax");
        } else if (items->items[i] && items->items[i]->kind == AST_JoinedStr) {
            parser_fail(parser, items->items[i]->span,
                        "mapping pattern keys may only match literals and attribute lookups");
        } else if (!items->items[i]) {
            node->MatchMapping.rest = pattern->MatchStar.name;
        } else if (items->items[i]->kind == AST_Name) {
            parser_fail(parser, colon_after(parser, items->items[i]->span.end), "invalid syntax");
        } else {
            items_add(parser, &keys, items->items[i], span);
            items_add(parser, &patterns, pattern, span);
        }
    }
    node->MatchMapping.keys = items_list(&keys);
    node->MatchMapping.patterns = items_list(&patterns);
    return expression_of(node);
}
