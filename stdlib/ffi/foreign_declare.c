// SPDX-License-Identifier: MIT
//
// From the text of a program to types and scopes: one type, one function, or a header's worth of
// declarations. (foreign_parse.c reads the pieces.)
#include "foreign_parse.h"

#include "foreign_type.h"
#include "int.h"
#include "operations.h"

static bool parser_init(CParser *parser, Thread *thread, Scope *scope, Str *text) {
    size_t length;
    const char *utf8 = str_utf8(thread, text, &length);
    *parser = (CParser){.thread = thread, .scope = scope};
    parser->tokens.thread = thread;
    parser->tokens.state = scope->state;
    bool fine = foreign_token_read(&parser->tokens, utf8, length);
    parser->at = parser->tokens.items;
    return fine;
}

static bool expect_end(const CParser *parser) {
    return parser->at->kind == FOREIGN_END ||
           foreign_token_fail(&parser->tokens, parser->at, "%s was not expected here",
                              foreign_token_text(&parser->tokens, parser->at));
}

CType *foreign_parse_type(Thread *thread, Scope *scope, Value given) {
    CParser parser;
    if (is_ctype(scope->state, given)) {
        return as_ctype(given);
    }
    if (is_cdata(scope->state, given)) {
        return as_cdata(given)->type;
    }
    if (is_foreign_function(scope->state, given)) {
        return ((Function *)as_object(given))->type;
    }
    if (!is_str(given)) {
        error_raise(thread, ERROR_TypeError, "a C type was expected (a str or a ctype), not '%s'",
                    type_name(thread, given));
        return NULL;
    }
    if (!parser_init(&parser, thread, scope, as_str(given))) {
        return NULL;
    }
    CType *type = foreign_parse_type_name(&parser);
    foreign_parse_accept(&parser, ';');
    return type != NULL && expect_end(&parser) ? type : NULL;
}

CType *foreign_parse_function(Thread *thread, Scope *scope, Str *text, Str **name,
                              Str **declaration) {
    CParser parser;
    CSpecifiers specifiers;
    CDeclarator declarator;
    if (!parser_init(&parser, thread, scope, text)) {
        return NULL;
    }
    const CToken *start = parser.at;
    if (!foreign_parse_specifiers(&parser, &specifiers) ||
        !foreign_parse_declarator(&parser, &specifiers, &declarator)) {
        return NULL;
    }
    *declaration = foreign_token_slice(&parser.tokens, start, parser.at - 1);
    foreign_parse_accept(&parser, ';');
    if (!expect_end(&parser)) {
        return NULL;
    }
    if (declarator.type->kind != C_FUNCTION || specifiers.is_typedef || declarator.name == NULL) {
        foreign_token_fail(&parser.tokens, declarator.name ? declarator.name : start,
                           "the declaration of a function was expected, as in 'int f(char *)'");
        return NULL;
    }
    *name = foreign_parse_name_of(&parser, declarator.name);
    return declarator.type;
}

// ---- Many declarations ----

static bool is_same_meaning(Thread *thread, const ForeignState *state, Value a, Value b) {
    if (is_ctype(state, a) && is_ctype(state, b)) {
        return foreign_type_same(as_ctype(a), as_ctype(b));
    }
    if (is_tuple(a) && is_tuple(b)) {
        return foreign_type_same(as_ctype(as_tuple(a)->items[0]), as_ctype(as_tuple(b)->items[0]));
    }
    return operation_equal(thread, a, b) > 0;
}

static bool enter(const CParser *parser, const CToken *token, Value meaning) {
    Thread *thread = parser->thread;
    Str *name = foreign_parse_name_of(parser, token);
    Value before = dict_get_str(thread, parser->scope->names, name);
    if (!is_undefined(before) && !is_same_meaning(thread, parser->scope->state, before, meaning)) {
        return foreign_token_fail(&parser->tokens, token, "%s is already declared otherwise",
                                  foreign_token_text(&parser->tokens, token));
    }
    dict_set_str(thread, parser->scope->names, name, meaning);
    return true;
}

static bool enter_declarator(const CParser *parser, const CSpecifiers *specifiers,
                             const CDeclarator *declarator, Str *text) {
    if (declarator->name == NULL) {
        return foreign_token_fail(&parser->tokens, parser->at, "a name was expected, not %s",
                                  foreign_token_text(&parser->tokens, parser->at));
    }
    if (specifiers->is_typedef) {
        return enter(parser, declarator->name, value_object(declarator->type));
    }
    if (declarator->type->kind == C_VOID) {
        return foreign_token_fail(&parser->tokens, declarator->name, "a variable cannot be 'void'");
    }
    Value meaning = tuple_pair(parser->thread, value_object(declarator->type), value_object(text));
    return enter(parser, declarator->name, meaning);
}

// The text of one declarator with the specifiers before it: what messages quote.
static Str *quote(const CParser *parser, const CToken *start, const CToken *specified,
                  const CToken *from) {
    Str *text = foreign_token_slice(&parser->tokens, from, parser->at - 1);
    if (from == specified) {
        return foreign_token_slice(&parser->tokens, start, parser->at - 1);
    }
    Str *front = foreign_token_slice(&parser->tokens, start, specified - 1);
    return str_concat(parser->thread,
                      str_concat(parser->thread, front, str_from_c(parser->thread, " ")), text);
}

static bool read_declaration(CParser *parser) {
    CSpecifiers specifiers;
    CDeclarator declarator;
    const CToken *start = parser->at;
    if (!foreign_parse_specifiers(parser, &specifiers)) {
        return false;
    }
    const CToken *specified = parser->at;
    if (foreign_parse_accept(parser, ';')) {
        return true;
    }
    do {
        const CToken *from = parser->at;
        if (!foreign_parse_declarator(parser, &specifiers, &declarator)) {
            return false;
        }
        Str *text = quote(parser, start, specified, from);
        if (!enter_declarator(parser, &specifiers, &declarator, text) ||
            !foreign_parse_attributes(parser)) {
            return false;
        }
    } while (foreign_parse_accept(parser, ','));
    return foreign_parse_expect(parser, ';', "the declaration");
}

// #define NAME constant. One without a value says nothing, and is read over.
static bool read_define(CParser *parser) {
    const CToken *name = parser->at;
    __int128 value;
    if (name->kind != FOREIGN_NAME) {
        return foreign_token_fail(&parser->tokens, name, "a name was expected after #define");
    }
    parser->at++;
    if (foreign_parse_accept(parser, MARK_LINE)) {
        return true;
    }
    return foreign_parse_constant(parser, &value) &&
           enter(parser, name, int_from_int128(parser->thread, value)) &&
           foreign_parse_expect(parser, MARK_LINE, "the constant");
}

bool foreign_parse_declarations(Thread *thread, Scope *scope, Str *text) {
    CParser parser;
    if (!parser_init(&parser, thread, scope, text)) {
        return false;
    }
    while (parser.at->kind != FOREIGN_END) {
        bool fine = foreign_parse_accept(&parser, ';') ||
                    (foreign_parse_accept(&parser, MARK_DEFINE) ? read_define(&parser)
                                                                : read_declaration(&parser));
        if (!fine) {
            return false;
        }
    }
    return true;
}
