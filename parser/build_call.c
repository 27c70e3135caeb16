// SPDX-License-Identifier: MIT
//
// Calls and the definitions they call: arguments, parameters, def, lambda, class.
//
// The grammar takes arguments and parameters in any order; the rules that order
// them (positional before keyword, `/` before `*`, no parameter without a
// default after one with) are checked here, with CPython's messages. One pass
// over a parameter list is a small state machine: which section are we in?
#include "parse_state.h"

// Does `span` hold exactly one bare name?
static bool is_bare_name(Expression expression) {
    return expression.node->kind == AST_Name &&
           expression.span.start == expression.node->span.start;
}

Expression build_keyword(Parser *parser, Expression name, const Token *equals, Expression value) {
    Span span = span_join(name.span, value.span);
    if (name.node->kind == AST_Constant && name.node->Constant.value.kind <= CONSTANT_FALSE)
        parser_fail(parser, span_join(name.span, equals->span), "cannot assign to %s",
                    target_describe(name.node));
    else if (!is_bare_name(name))
        parser_fail(parser, span_join(name.node->span, equals->span),
                    "expression cannot contain assignment, perhaps you meant \"==\"?");
    Node *node = ast_new(parser->arena, AST_keyword, span);
    node->keyword.value = value.node;
    if (name.node->kind == AST_Name) {
        node->keyword.arg = name.node->Name.id;
        target_forbidden_name(parser, node->keyword.arg, name.span);
    }
    return expression_of(node);
}

Expression build_keyword_unpacking(Parser *parser, const Token *stars, Expression value) {
    Node *node = ast_new(parser->arena, AST_keyword, span_join(stars->span, value.span));
    node->keyword.value = value.node;
    return expression_of(node);
}

Expression build_bare_generator(Parser *parser, Expression element, const Items *clauses) {
    Node *node = ast_new(parser->arena, AST_GeneratorExp, span_join(element.span, clauses->span));
    node->GeneratorExp.elt = element.node;
    node->GeneratorExp.generators = items_list(clauses);
    return expression_of(node);
}

// A generator expression without parentheses ends with its last clause.
static bool is_bare_generator(const Node *node) {
    if (node->kind != AST_GeneratorExp)
        return false;
    const NodeList *clauses = &node->GeneratorExp.generators;
    return clauses->items[clauses->count - 1]->span.end == node->span.end;
}

// An argument with the comma that it stands behind.
static Span with_comma(const Parser *parser, const Node *argument) {
    const Token *first = parser->tokens->items, *at = &first[parser->at];
    while (at > first && (at->kind != TOKEN_COMMA || at->span.start > argument->span.start))
        at--;
    return span_join(at->span, argument->span);
}

// Checks a positional argument that stands behind a keyword argument; `end` is that of the call.
static void check_order(Parser *parser, const Node *node, bool after_unpacking, Span end) {
    if (node->kind != AST_Starred)
        parser_fail(parser, end, "positional argument follows keyword argument%s",
                    after_unpacking ? " unpacking" : "");
    else if (after_unpacking)
        parser_fail(parser, with_comma(parser, node),
                    "iterable argument unpacking follows keyword argument unpacking");
}

static void split_arguments(Parser *parser, const Items *args, Span end, Items *positional,
                            Items *keywords) {
    bool after_unpacking = false;
    for (uint32_t i = 0; i < args->count; i++) {
        Node *node = args->items[i];
        if (node->kind == AST_keyword) {
            after_unpacking |= node->keyword.arg == NULL;
            items_add(parser, keywords, node, node->span);
            continue;
        }
        if (is_bare_generator(node) && (args->count > 1 || args->comma))
            parser_fail(parser, node->span, "Generator expression must be parenthesized");
        if (keywords->count)
            check_order(parser, node, after_unpacking, end);
        items_add(parser, positional, node, node->span);
    }
}

// Refuses `f(a=1, a=2)`; a hash table keeps this linear for long lists.
static void check_repeated_keywords(Parser *parser, const Items *keywords) {
    uint32_t size = 16;
    while (size < keywords->count * 2)
        size *= 2;
    const Name **seen = ARENA_NEW(parser->arena, const Name *, size);
    for (uint32_t i = 0; i < keywords->count; i++) {
        const Node *keyword = keywords->items[i];
        if (!keyword->keyword.arg)
            continue;
        uint32_t at = keyword->keyword.arg->hash & (size - 1);
        while (seen[at] && seen[at] != keyword->keyword.arg)
            at = (at + 1) & (size - 1);
        if (seen[at])
            parser_fail(parser, keyword->span, "keyword argument repeated: %s",
                        keyword->keyword.arg->text);
        seen[at] = keyword->keyword.arg;
    }
}

static void fill_arguments(Parser *parser, const Items *args, Span end, NodeList *positional,
                           NodeList *keywords) {
    Items plain = items_empty(args->span);
    Items named = items_empty(args->span);
    split_arguments(parser, args, end, &plain, &named);
    if (named.count > 1)
        check_repeated_keywords(parser, &named);
    *positional = items_list(&plain);
    *keywords = items_list(&named);
}

Expression build_call(Parser *parser, Expression func, const Token *open, const Items *args,
                      const Token *close) {
    Node *node = ast_new(parser->arena, AST_Call, span_join(func.span, close->span));
    node->Call.func = func.node;
    node->Call.operator_span = span_join(open->span, close->span);
    fill_arguments(parser, args, close->span, &node->Call.args, &node->Call.keywords);
    if (args->count == 1 && is_bare_generator(args->items[0]))
        args->items[0]->span = node->Call.operator_span;
    doubt_operand(parser, node, func.node);
    return expression_of(node);
}

// The `=` before a default value.
static Span equals_before(const Parser *parser, Span value) {
    uint32_t at = value.start;
    while (at > 0 && parser->source->text[at - 1] != '=')
        at--;
    return at == 0 ? value : (Span){at - 1, at};
}

Parameter build_parameter(Parser *parser, ParameterKind kind, const Token *star, const Token *name,
                          Node *annotation, Expression default_value) {
    Span span = name ? name->span : star->span;
    Parameter parameter = {.kind = kind,
                           .span = span,
                           .place = star ? star->span : span,
                           .default_value = default_value.node};
    if (kind != PARAMETER_PLAIN && default_value.node)
        parser_fail(parser, equals_before(parser, default_value.span),
                    "var-%s argument cannot have default value",
                    kind == PARAMETER_STAR ? "positional" : "keyword");
    if (!name)
        return parameter;
    Span whole = annotation ? span_join(span, annotation->span) : span;
    parameter.arg = ast_new(parser->arena, AST_arg, whole);
    parameter.arg->arg.arg = name_of(parser, name->span);
    parameter.arg->arg.annotation = annotation;
    target_forbidden_name(parser, parameter.arg->arg.arg, name->span);
    return parameter;
}

// The parameters read so far, by section.
typedef struct Sections {
    Items posonlyargs;
    Items args;
    Items defaults;
    Items kwonlyargs;
    Items kw_defaults;
    Node *vararg;
    Node *kwarg;
    bool saw_slash;
    bool saw_star;
    Span star;
    bool star_is_bare; // and no keyword-only parameter has come yet
} Sections;

static void add_plain(Parser *parser, Sections *sections, const Parameter *parameter) {
    if (sections->saw_star) {
        items_add(parser, &sections->kwonlyargs, parameter->arg, parameter->span);
        items_add(parser, &sections->kw_defaults, parameter->default_value, parameter->span);
        sections->star_is_bare = false;
        return;
    }
    if (parameter->default_value)
        items_add(parser, &sections->defaults, parameter->default_value, parameter->span);
    else if (sections->defaults.count)
        parser_fail(parser, parameter->span,
                    "parameter without a default follows parameter with a default");
    items_add(parser, &sections->args, parameter->arg, parameter->span);
}

static void add_slash(Parser *parser, Sections *sections, Span span) {
    if (sections->saw_slash)
        parser_fail(parser, span, "/ may appear only once");
    else if (sections->saw_star)
        parser_fail(parser, span, "/ must be ahead of *");
    else if (!sections->args.count)
        parser_fail(parser, span, "at least one argument must precede /");
    sections->saw_slash = true;
    sections->posonlyargs = sections->args;
    sections->args = items_empty(span);
}

static void add_star(Parser *parser, Sections *sections, const Parameter *parameter) {
    if (sections->saw_star)
        parser_fail(parser, parameter->place, "* argument may appear only once");
    sections->saw_star = true;
    sections->star = parameter->place;
    sections->star_is_bare = parameter->kind == PARAMETER_BARE_STAR;
    sections->vararg = parameter->arg;
}

static void add_parameter(Parser *parser, Sections *sections, const Parameter *parameter) {
    if (sections->kwarg) {
        parser_fail(parser, parameter->place, "arguments cannot follow var-keyword argument");
        return;
    }
    switch (parameter->kind) {
    case PARAMETER_PLAIN:
        add_plain(parser, sections, parameter);
        break;
    case PARAMETER_SLASH:
        add_slash(parser, sections, parameter->span);
        break;
    case PARAMETER_STAR:
    case PARAMETER_BARE_STAR:
        add_star(parser, sections, parameter);
        break;
    case PARAMETER_DOUBLE_STAR:
        if (sections->star_is_bare)
            parser_fail(parser, sections->star, "named arguments must follow bare *");
        sections->kwarg = parameter->arg;
    }
}

Node *build_parameters(Parser *parser, const ParameterList *list, Span place) {
    Sections sections = {0};
    for (uint32_t i = 0; i < list->count; i++)
        add_parameter(parser, &sections, &list->items[i]);
    if (sections.star_is_bare)
        parser_fail(parser, sections.star, "named arguments must follow bare *");
    Node *node = ast_new(parser->arena, AST_arguments, place);
    node->arguments.posonlyargs = items_list(&sections.posonlyargs);
    node->arguments.args = items_list(&sections.args);
    node->arguments.vararg = sections.vararg;
    node->arguments.kwonlyargs = items_list(&sections.kwonlyargs);
    node->arguments.kw_defaults = items_list(&sections.kw_defaults);
    node->arguments.kwarg = sections.kwarg;
    node->arguments.defaults = items_list(&sections.defaults);
    return node;
}

Expression build_lambda(Parser *parser, const Token *lambda, const ParameterList *list,
                        Expression body) {
    Node *node = ast_new(parser->arena, AST_Lambda, span_join(lambda->span, body.span));
    node->Lambda.args = build_parameters(parser, list, lambda->span);
    node->Lambda.body = body.node;
    return expression_of(node);
}

Node *build_function(Parser *parser, const Token *def, const Token *name, const Items *type_params,
                     Node *signature, Expression returns, const Items *body) {
    Node *node = ast_new(parser->arena, AST_FunctionDef, span_of(body, def->span));
    node->FunctionDef.name = name_of(parser, name->span);
    node->FunctionDef.name_span = name->span;
    node->FunctionDef.args = signature;
    node->FunctionDef.body = items_list(body);
    node->FunctionDef.returns = returns.node;
    node->FunctionDef.type_params = items_list(type_params);
    target_forbidden_name(parser, node->FunctionDef.name, name->span);
    return node;
}

Node *build_class(Parser *parser, const Token *class_token, const Token *name,
                  const Items *type_params, const Items *args, const Items *body) {
    Node *node = ast_new(parser->arena, AST_ClassDef, span_of(body, class_token->span));
    node->ClassDef.name = name_of(parser, name->span);
    node->ClassDef.name_span = name->span;
    node->ClassDef.body = items_list(body);
    node->ClassDef.type_params = items_list(type_params);
    if (args)
        fill_arguments(parser, args, (Span){args->span.end, args->span.end + 1},
                       &node->ClassDef.bases, &node->ClassDef.keywords);
    if (args && args->count && is_bare_generator(args->items[0]))
        parser_fail(parser, args->items[0]->span, "invalid syntax");
    target_forbidden_name(parser, node->ClassDef.name, name->span);
    return node;
}

Node *build_async(Node *node, const Token *async) {
    node->kind = node->kind == AST_FunctionDef ? AST_AsyncFunctionDef
                 : node->kind == AST_For       ? AST_AsyncFor
                                               : AST_AsyncWith;
    node->span = span_join(async->span, node->span);
    return node; // an async kind has the fields of the plain one
}

Node *build_decorated(const Items *decorators, Node *definition) {
    if (definition->kind == AST_ClassDef)
        definition->ClassDef.decorator_list = items_list(decorators);
    else
        definition->FunctionDef.decorator_list = items_list(decorators);
    return definition;
}
