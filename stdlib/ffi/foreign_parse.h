// SPDX-License-Identifier: MIT
//
// Declarations of C, read into types. The parser is one recursive descent over foreign_token.c's
// tokens; its parts share the state below.
#pragma once

#include "foreign_token.h"

// A type as a program gives it: a ctype, or a text such as "struct point *". NULL: exception.
CType *foreign_parse_type(Thread *thread, Scope *scope, Value given);
// Any number of declarations, entered into the scope.
bool foreign_parse_declarations(Thread *thread, Scope *scope, Str *text);
// The declaration of one function: its type, *name and *declaration. NULL: exception.
CType *foreign_parse_function(Thread *thread, Scope *scope, Str *text, Str **name,
                              Str **declaration);

// ---- Between the parser's own files ----

enum { PARSE_DEPTH_MAX = 200 };

typedef struct CParser {
    CTokens tokens;
    Thread *thread;
    Scope *scope;
    const CToken *at;
    int depth;
    bool packed; // __attribute__((packed)) has been read
} CParser;

// What stands before the declarators: `const struct point`.
typedef struct CSpecifiers {
    CType *type;
    bool is_const, is_typedef;
} CSpecifiers;

typedef struct CDeclarator {
    CType *type;
    bool is_const;
    const CToken *name; // NULL: there is none
} CDeclarator;

bool foreign_parse_specifiers(CParser *parser, CSpecifiers *specifiers);
bool foreign_parse_declarator(CParser *parser, const CSpecifiers *specifiers,
                              CDeclarator *declarator);
// A type without a name, as in sizeof(int *).
CType *foreign_parse_type_name(CParser *parser);
bool foreign_parse_starts_type(const CParser *parser, const CToken *token);
bool foreign_parse_attributes(CParser *parser);
// After the word: a struct, union or enum, with or without its body. NULL: exception.
CType *foreign_parse_record(CParser *parser, CKind kind);
CType *foreign_parse_enum(CParser *parser);
// A constant expression.
bool foreign_parse_constant(CParser *parser, __int128 *value);
// What a name means in the scope: see Scope.names; UNDEFINED if nothing.
Value foreign_parse_lookup(const CParser *parser, const CToken *name);

static inline bool foreign_parse_is(const CParser *parser, int mark) {
    return parser->at->kind == FOREIGN_MARK && parser->at->mark == mark;
}
static inline bool foreign_parse_accept(CParser *parser, int mark) {
    bool found = foreign_parse_is(parser, mark);
    parser->at += found;
    return found;
}
static inline bool foreign_parse_accept_name(CParser *parser, const char *name) {
    bool found = foreign_token_is(&parser->tokens, parser->at, name);
    parser->at += found;
    return found;
}
bool foreign_parse_expect(CParser *parser, int mark, const char *where);
Str *foreign_parse_name_of(const CParser *parser, const CToken *token);
bool foreign_parse_enter(CParser *parser);
