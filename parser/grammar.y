// SPDX-License-Identifier: MIT
//
// The grammar of the language, for Lemon (LALR(1), no conflicts).
//
// Read it top down: programs, statements, expressions, patterns. Where Python's
// own grammar needs to look far ahead, this one accepts a little more and lets
// the builders (build_*.c) refuse the rest with a good message: assignment
// targets are parsed as expressions, parameters and arguments as any order, and
// the items of a parenthesised `with` as a tuple that may contain `as`.
//
// It is one file, and the longest, because Lemon reads a grammar from one; what
// an action does beyond calling a builder is not here.
//
// Binary operators below the comparisons get their precedence from the %left
// lines; everything above is a ladder of rules, one per level.
//
// Lemon is told not to compress the tables with default reductions (option -c):
// otherwise it reduces before it looks, and the list of tokens that could have
// come at an error is lost. grammar_accepts at the end needs that list.

%name grammar
%token_prefix G_
%token_type { Token }
%extra_context { Parser *parser }
%default_type { Expression }
%start_symbol program
%stack_size 0

%token NAME NUMBER STRING FSTRING_START FSTRING_MIDDLE FSTRING_END NEWLINE INDENT DEDENT FALSE
    NONE TRUE AND AS ASSERT ASYNC AWAIT BREAK CLASS CONTINUE DEF DEL ELIF ELSE EXCEPT FINALLY
    FOR FROM GLOBAL IF IMPORT IN IS LAMBDA NONLOCAL NOT OR PASS RAISE RETURN TRY WHILE WITH
    YIELD MATCH CASE TYPE LPAREN RPAREN LBRACKET RBRACKET LBRACE RBRACE COMMA COLON SEMICOLON DOT
    ELLIPSIS ARROW WALRUS BANG AT ASSIGN PLUS MINUS STAR SLASH PERCENT DOUBLE_STAR DOUBLE_SLASH
    LEFT_SHIFT RIGHT_SHIFT VBAR CARET AMPERSAND TILDE EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER
    GREATER_EQUAL PLUS_ASSIGN MINUS_ASSIGN STAR_ASSIGN SLASH_ASSIGN PERCENT_ASSIGN AT_ASSIGN
    AMPERSAND_ASSIGN VBAR_ASSIGN CARET_ASSIGN LEFT_SHIFT_ASSIGN RIGHT_SHIFT_ASSIGN
    DOUBLE_STAR_ASSIGN DOUBLE_SLASH_ASSIGN START_FILE START_EVAL START_SINGLE.

%include {
#include "grammar.h"
#include "parse_state.h"

// One error ends the parse, so Lemon's recovery is left out.
#define YYNOERRORRECOVERY 1

// Lemon's own code is not as strict as ours.
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#define TOKEN(name, text) _Static_assert((int)G_##name == (int)TOKEN_##name, #name);
#define KEYWORD(name, text) TOKEN(name, text)
#define OPERATOR(name, text) TOKEN(name, text)
#include "tokens.def"

static const Expression NOTHING = {0};
}

%syntax_error {
    hints_explain(parser, yypParser, &yyminor);
}

%stack_overflow {
    parser_fail(parser, parser->tokens->items[parser->at].span, "out of memory");
}

%left VBAR.
%left CARET.
%left AMPERSAND.
%left LEFT_SHIFT RIGHT_SHIFT.
%left PLUS MINUS.
%left STAR SLASH DOUBLE_SLASH PERCENT AT.

// ---------------------------------------------------------------- programs

program ::= START_FILE statements(B). { build_program(parser, AST_Module, &B, NULL); }
program ::= START_EVAL starlist(E) NEWLINE. { build_program(parser, AST_Expression, NULL, E.node); }
program ::= START_SINGLE interactive(B). { build_program(parser, AST_Interactive, &B, NULL); }

%type interactive { Items }
interactive(A) ::= . { A = items_empty((Span){0, 0}); }
interactive(A) ::= simple_line(A).
interactive(A) ::= compound(S). { A = items_of(parser, S, S->span); }

%type statements { Items }
statements(A) ::= . { A = items_empty((Span){0, 0}); }
statements(A) ::= statements(A) simple_line(L). { items_append(parser, &A, &L); }
statements(A) ::= statements(A) compound(S). { items_add(parser, &A, S, S->span); }

// --------------------------------------------------------------- statements

%type simple_line { Items }
simple_line(A) ::= simples(A) NEWLINE.
simple_line(A) ::= simples(A) SEMICOLON(S) NEWLINE. { A.span.end = S.span.end; }

%type simples { Items }
simples(A) ::= simple(S). { A = items_of(parser, S, S->span); }
simples(A) ::= simples(A) SEMICOLON simple(S). { items_add(parser, &A, S, S->span); }

%type suite { Items }
suite(A) ::= simple_line(A).
suite(A) ::= NEWLINE INDENT block(B) DEDENT. { A = B; }

%type block { Items }
block(A) ::= simple_line(A).
block(A) ::= compound(S). { A = items_of(parser, S, S->span); }
block(A) ::= block(A) simple_line(L). { items_append(parser, &A, &L); }
block(A) ::= block(A) compound(S). { items_add(parser, &A, S, S->span); }

%token_class augmented PLUS_ASSIGN|MINUS_ASSIGN|STAR_ASSIGN|SLASH_ASSIGN|PERCENT_ASSIGN|AT_ASSIGN
    |AMPERSAND_ASSIGN|VBAR_ASSIGN|CARET_ASSIGN|LEFT_SHIFT_ASSIGN|RIGHT_SHIFT_ASSIGN
    |DOUBLE_STAR_ASSIGN|DOUBLE_SLASH_ASSIGN.

%type simple { Node * }
simple(A) ::= value(V). { A = build_expression_statement(parser, V); }
simple(A) ::= assigned(T) value(V). { A = build_assign(parser, &T, V); }
simple(A) ::= value(T) augmented(O) value(V). { A = build_augmented(parser, T, &O, V); }
simple(A) ::= value(T) COLON test(N). { A = build_annotated(parser, T, N.node, NULL); }
simple(A) ::= value(T) COLON test(N) ASSIGN value(V). {
    A = build_annotated(parser, T, N.node, &V);
}
simple(A) ::= TYPE(T) NAME(N) type_params(P) ASSIGN test(V). {
    A = build_type_alias(parser, &T, &N, &P, V);
}
simple(A) ::= PASS(T). { A = build_simple(parser, AST_Pass, &T); }
simple(A) ::= BREAK(T). { A = build_simple(parser, AST_Break, &T); }
simple(A) ::= CONTINUE(T). { A = build_simple(parser, AST_Continue, &T); }
simple(A) ::= RETURN(T). { A = build_return(parser, &T, NOTHING); }
simple(A) ::= RETURN(T) starlist(V). { A = build_return(parser, &T, V); }
simple(A) ::= RAISE(T). { A = build_raise(parser, &T, NOTHING, NOTHING); }
simple(A) ::= RAISE(T) test(E). { A = build_raise(parser, &T, E, NOTHING); }
simple(A) ::= RAISE(T) test(E) FROM test(C). { A = build_raise(parser, &T, E, C); }
simple(A) ::= ASSERT(T) test(E). { A = build_assert(parser, &T, E, NOTHING); }
simple(A) ::= ASSERT(T) test(E) COMMA test(M). { A = build_assert(parser, &T, E, M); }
simple(A) ::= GLOBAL(T) name_seq(N). { A = build_scope_statement(parser, AST_Global, &T, &N); }
simple(A) ::= NONLOCAL(T) name_seq(N). { A = build_scope_statement(parser, AST_Nonlocal, &T, &N); }
simple(A) ::= DEL(T) starlist(E). { A = build_delete(parser, T, E); }
simple(A) ::= IMPORT(T) import_seq(N). { A = build_import(parser, &T, &N); }
simple(A) ::= FROM(T) dotted(M) IMPORT from_names(N). {
    A = build_import_from(parser, &T, 0, &M, &N);
}
simple(A) ::= FROM(T) dots(L) dotted(M) IMPORT from_names(N). {
    A = build_import_from(parser, &T, L, &M, &N);
}
simple(A) ::= FROM(T) dots(L) IMPORT from_names(N). {
    A = build_import_from(parser, &T, L, NULL, &N);
}

value(A) ::= starlist(A).
value(A) ::= yield(A).

%type assigned { Items }
assigned(A) ::= value(V) ASSIGN. { A = items_empty(V.span); target_append(parser, &A, V); }
assigned(A) ::= assigned(A) value(V) ASSIGN. { target_append(parser, &A, V); }

%type name_seq { Items }
name_seq(A) ::= NAME(N). { A = items_of(parser, build_name(parser, &N).node, N.span); }
name_seq(A) ::= name_seq(A) COMMA NAME(N). {
    items_add(parser, &A, build_name(parser, &N).node, N.span);
}

%type dotted { Span }
dotted(A) ::= NAME(N). { A = N.span; }
dotted(A) ::= dotted(A) DOT NAME(N). { A.end = N.span.end; }

%type dots { uint32_t }
dots(A) ::= DOT. { A = 1; }
dots(A) ::= ELLIPSIS. { A = 3; }
dots(A) ::= dots(A) DOT. { A += 1; }
dots(A) ::= dots(A) ELLIPSIS. { A += 3; }

%type import_seq { Items }
import_seq(A) ::= import_name(N). { A = items_of(parser, N, N->span); }
import_seq(A) ::= import_seq(A) COMMA import_name(N). { items_add(parser, &A, N, N->span); }

%type import_name { Node * }
import_name(A) ::= dotted(N). { A = build_alias(parser, N, NULL); }
import_name(A) ::= dotted(N) AS NAME(S). { A = build_alias(parser, N, &S); }

%type from_names { Items }
from_names(A) ::= STAR(S). { A = items_of(parser, build_alias(parser, S.span, NULL), S.span); }
from_names(A) ::= from_seq(A).
from_names(A) ::= from_seq(A) COMMA. {
    const Token *next = &parser->tokens->items[parser->at];
    parser_fail(parser, next->span, next->kind == TOKEN_NEWLINE
        ? "trailing comma not allowed without surrounding parentheses" : "invalid syntax");
}
from_names(A) ::= LPAREN from_seq(S) RPAREN(R). { A = S; A.span.end = R.span.end; }
from_names(A) ::= LPAREN from_seq(S) COMMA RPAREN(R). { A = S; A.span.end = R.span.end; }

%type from_seq { Items }
from_seq(A) ::= from_name(N). { A = items_of(parser, N, N->span); }
from_seq(A) ::= from_seq(A) COMMA from_name(N). { items_add(parser, &A, N, N->span); }

%type from_name { Node * }
from_name(A) ::= NAME(N). { A = build_alias(parser, N.span, NULL); }
from_name(A) ::= NAME(N) AS NAME(S). { A = build_alias(parser, N.span, &S); }

%type compound { Node * }
compound(A) ::= IF(T) named(E) COLON suite(B) elif_part(O). {
    A = build_branch(parser, &T, E, &B, &O);
}
compound(A) ::= WHILE(T) named(E) COLON suite(B) else_part(O). {
    A = build_while(parser, &T, E, &B, &O);
}
compound(A) ::= for_statement(A).
compound(A) ::= ASYNC(T) for_statement(S). { A = build_async(S, &T); }
compound(A) ::= with_statement(A).
compound(A) ::= ASYNC(T) with_statement(S). { A = build_async(S, &T); }
compound(A) ::= TRY(T) COLON suite(B) handlers(H) else_part(O) finally_part(F). {
    A = build_try(parser, AST_Try, &T, &B, &H, &O, &F);
}
compound(A) ::= TRY(T) COLON suite(B) star_handlers(H) else_part(O) finally_part(F). {
    A = build_try(parser, AST_TryStar, &T, &B, &H, &O, &F);
}
compound(A) ::= TRY(T) COLON suite(B) FINALLY COLON suite(F). {
    A = build_try(parser, AST_Try, &T, &B, NULL, NULL, &F);
}
compound(A) ::= MATCH(T) items(S) COLON NEWLINE INDENT cases(C) DEDENT. {
    A = build_match(parser, &T, &S, &C);
}
compound(A) ::= definition(A).
compound(A) ::= decorators(D) definition(F). { A = build_decorated(&D, F); }

%type elif_part { Items }
elif_part(A) ::= else_part(A).
elif_part(A) ::= ELIF(T) named(E) COLON suite(B) elif_part(O). {
    Node *branch = build_branch(parser, &T, E, &B, &O);
    A = items_of(parser, branch, branch->span);
}

%type else_part { Items }
else_part(A) ::= . { A = items_empty((Span){0, 0}); }
else_part(A) ::= ELSE COLON suite(B). { A = B; }

%type finally_part { Items }
finally_part(A) ::= . { A = items_empty((Span){0, 0}); }
finally_part(A) ::= FINALLY COLON suite(B). { A = B; }

%type for_statement { Node * }
for_statement(A) ::= FOR(T) target_list(V) IN starlist(I) COLON suite(B) else_part(O). {
    A = build_for(parser, &T, V, I, &B, &O);
}

target_list(A) ::= target_seq(S). { A = build_sequence(parser, &S); }
target_list(A) ::= target_seq(S) COMMA(C). {
    S.comma = true;
    S.span.end = C.span.end;
    A = build_sequence(parser, &S);
}

%type target_seq { Items }
target_seq(A) ::= target(E). { A = items_of(parser, E.node, E.span); }
target_seq(A) ::= target_seq(A) COMMA target(E). { items_add(parser, &A, E.node, E.span); }

target(A) ::= expr(A).
target(A) ::= STAR(S) expr(E). { A = build_starred(parser, &S, E); }

%type with_statement { Node * }
with_statement(A) ::= WITH(T) with_items(I) COLON suite(B). { A = build_with(parser, &T, &I, &B); }

%type with_items { Items }
with_items(A) ::= with_item(N). { A = items_of(parser, N, N->span); }
with_items(A) ::= with_items(A) COMMA with_item(N). { items_add(parser, &A, N, N->span); }

%type with_item { Node * }
with_item(A) ::= test(E). { A = build_with_item(parser, E, NOTHING); }
with_item(A) ::= test(E) AS expr(V). { A = build_with_item(parser, E, V); }

%type handlers { Items }
handlers(A) ::= handler(N). { A = items_of(parser, N, N->span); }
handlers(A) ::= handlers(A) handler(N). { items_add(parser, &A, N, N->span); }

%type handler { Node * }
handler(A) ::= EXCEPT(T) COLON suite(B). { A = build_handler(parser, &T, NULL, NULL, &B); }
handler(A) ::= EXCEPT(T) test_seq(E) COLON suite(B). {
    A = build_handler(parser, &T, &E, NULL, &B);
}
handler(A) ::= EXCEPT(T) test_seq(E) AS NAME(N) COLON suite(B). {
    A = build_handler(parser, &T, &E, &N, &B);
}

%type star_handlers { Items }
star_handlers(A) ::= star_handler(N). { A = items_of(parser, N, N->span); }
star_handlers(A) ::= star_handlers(A) star_handler(N). { items_add(parser, &A, N, N->span); }

%type star_handler { Node * }
star_handler(A) ::= EXCEPT(T) STAR test_seq(E) COLON suite(B). {
    A = build_handler(parser, &T, &E, NULL, &B);
}
star_handler(A) ::= EXCEPT(T) STAR test_seq(E) AS NAME(N) COLON suite(B). {
    A = build_handler(parser, &T, &E, &N, &B);
}

%type test_seq { Items }
test_seq(A) ::= test(E). { A = items_of(parser, E.node, E.span); }
test_seq(A) ::= test_seq(A) COMMA test(E). { items_add(parser, &A, E.node, E.span); }

%type decorators { Items }
decorators(A) ::= AT named(E) NEWLINE. { A = items_of(parser, E.node, E.span); }
decorators(A) ::= decorators(A) AT named(E) NEWLINE. { items_add(parser, &A, E.node, E.span); }

%type definition { Node * }
definition(A) ::= function(A).
definition(A) ::= ASYNC(T) function(F). { A = build_async(F, &T); }
definition(A) ::= CLASS(T) NAME(N) type_params(G) COLON suite(B). {
    A = build_class(parser, &T, &N, &G, NULL, &B);
}
definition(A) ::= CLASS(T) NAME(N) type_params(G) LPAREN arguments(P) RPAREN COLON suite(B). {
    A = build_class(parser, &T, &N, &G, &P, &B);
}

%type function { Node * }
function(A) ::= DEF(T) NAME(N) type_params(G) signature(S) returns(R) COLON suite(B). {
    A = build_function(parser, &T, &N, &G, S, R, &B);
}

// Complete before the body, whose mistakes come second.
%type signature { Node * }
signature(A) ::= LPAREN(L) parameters(P) RPAREN. { A = build_parameters(parser, &P, L.span); }

%type type_params { Items }
type_params(A) ::= . { A = items_empty((Span){0, 0}); }
type_params(A) ::= LBRACKET(L) RBRACKET(R). {
    A = items_empty(L.span);
    parser_fail(parser, (Span){R.span.start, R.span.start}, "Type parameter list cannot be empty");
}
type_params(A) ::= LBRACKET type_param_seq(S) RBRACKET. { A = S; }
type_params(A) ::= LBRACKET type_param_seq(S) COMMA RBRACKET. { A = S; }

%type type_param_seq { Items }
type_param_seq(A) ::= type_param(N). { A = items_of(parser, N, N->span); }
type_param_seq(A) ::= type_param_seq(A) COMMA type_param(N). {
    type_param_append(parser, &A, N);
}

%type type_param { Node * }
type_param(A) ::= NAME(N) type_bound(B) default(D). {
    A = build_type_param(parser, AST_TypeVar, NULL, &N, &B, D);
}
type_param(A) ::= STAR(S) NAME(N) type_bound(B) star_default(D). {
    A = build_type_param(parser, AST_TypeVarTuple, &S, &N, &B, D);
}
type_param(A) ::= DOUBLE_STAR(S) NAME(N) type_bound(B) default(D). {
    A = build_type_param(parser, AST_ParamSpec, &S, &N, &B, D);
}

%type type_bound { Bound }
type_bound(A) ::= . { A = (Bound){0}; }
type_bound(A) ::= COLON(C) test(E). { A = (Bound){C, E}; }

star_default(A) ::= . { A = NOTHING; }
star_default(A) ::= ASSIGN star_test(E). { A = E; }

returns(A) ::= . { A = NOTHING; }
returns(A) ::= ARROW test(E). { A = E; }

%type parameters { ParameterList }
parameters(A) ::= . { A = (ParameterList){0}; }
parameters(A) ::= parameter_seq(A).
parameters(A) ::= parameter_seq(A) COMMA.

%type parameter_seq { ParameterList }
parameter_seq(A) ::= parameter(P). { A = (ParameterList){0}; ARENA_PUSH(parser->arena, &A, P); }
parameter_seq(A) ::= parameter_seq(A) COMMA parameter(P). { ARENA_PUSH(parser->arena, &A, P); }

%type parameter { Parameter }
parameter(A) ::= NAME(N) annotation(T) default(D). {
    A = build_parameter(parser, PARAMETER_PLAIN, NULL, &N, T.node, D);
}
parameter(A) ::= STAR(S) NAME(N) star_annotation(T) default(D). {
    A = build_parameter(parser, PARAMETER_STAR, &S, &N, T.node, D);
}
parameter(A) ::= DOUBLE_STAR(S) NAME(N) annotation(T) default(D). {
    A = build_parameter(parser, PARAMETER_DOUBLE_STAR, &S, &N, T.node, D);
}
parameter(A) ::= STAR(S). {
    A = build_parameter(parser, PARAMETER_BARE_STAR, &S, NULL, NULL, NOTHING);
}
parameter(A) ::= SLASH(S). {
    A = build_parameter(parser, PARAMETER_SLASH, &S, NULL, NULL, NOTHING);
}

annotation(A) ::= . { A = NOTHING; }
annotation(A) ::= COLON test(E). { A = E; }

star_annotation(A) ::= annotation(A).
star_annotation(A) ::= COLON STAR(S) expr(E). { A = build_starred(parser, &S, E); }

default(A) ::= . { A = NOTHING; }
default(A) ::= ASSIGN test(E). { A = E; }

// -------------------------------------------------------------- expressions

starlist(A) ::= star_seq(S). { A = build_sequence(parser, &S); }
starlist(A) ::= star_seq(S) COMMA(C). {
    S.comma = true;
    S.span.end = C.span.end;
    A = build_sequence(parser, &S);
}

%type star_seq { Items }
star_seq(A) ::= star_test(E). { A = items_of(parser, E.node, E.span); }
star_seq(A) ::= star_seq(A) COMMA star_test(E). { items_add(parser, &A, E.node, E.span); }

star_test(A) ::= test(A).
star_test(A) ::= STAR(S) expr(E). { A = build_starred(parser, &S, E); }

%type items { Items }
items(A) ::= item_seq(A).
items(A) ::= item_seq(A) COMMA(C). { A.comma = true; A.span.end = C.span.end; }

%type item_seq { Items }
item_seq(A) ::= item(E). { A = items_of(parser, E.node, E.span); }
item_seq(A) ::= item_seq(A) COMMA item(E). { items_add(parser, &A, E.node, E.span); }

item(A) ::= named(A).
item(A) ::= STAR(S) expr(E). { A = build_starred(parser, &S, E); }

named(A) ::= test(A).
named(A) ::= NAME(N) WALRUS test(V). { A = build_named(parser, build_name(parser, &N), V); }

test(A) ::= or_test(A).
test(A) ::= or_test(B) IF or_test(T) ELSE test(E). { A = build_if(parser, B, T, E); }
test(A) ::= LAMBDA(T) lambda_parameters(P) COLON test(B). { A = build_lambda(parser, &T, &P, B); }

%type lambda_parameters { ParameterList }
lambda_parameters(A) ::= . { A = (ParameterList){0}; }
lambda_parameters(A) ::= lambda_seq(A).
lambda_parameters(A) ::= lambda_seq(A) COMMA.

%type lambda_seq { ParameterList }
lambda_seq(A) ::= lambda_parameter(P). { A = (ParameterList){0}; ARENA_PUSH(parser->arena, &A, P); }
lambda_seq(A) ::= lambda_seq(A) COMMA lambda_parameter(P). { ARENA_PUSH(parser->arena, &A, P); }

%type lambda_parameter { Parameter }
lambda_parameter(A) ::= NAME(N) default(D). {
    A = build_parameter(parser, PARAMETER_PLAIN, NULL, &N, NULL, D);
}
lambda_parameter(A) ::= STAR(S) NAME(N) default(D). {
    A = build_parameter(parser, PARAMETER_STAR, &S, &N, NULL, D);
}
lambda_parameter(A) ::= DOUBLE_STAR(S) NAME(N) default(D). {
    A = build_parameter(parser, PARAMETER_DOUBLE_STAR, &S, &N, NULL, D);
}
lambda_parameter(A) ::= STAR(S). {
    A = build_parameter(parser, PARAMETER_BARE_STAR, &S, NULL, NULL, NOTHING);
}
lambda_parameter(A) ::= SLASH(S). {
    A = build_parameter(parser, PARAMETER_SLASH, &S, NULL, NULL, NOTHING);
}

yield(A) ::= YIELD(T). { A = build_yield(parser, &T, NULL); }
yield(A) ::= YIELD(T) starlist(V). { A = build_yield(parser, &T, &V); }
yield(A) ::= YIELD(T) FROM test(V). { A = build_yield_from(parser, &T, V); }

or_test(A) ::= and_test(A).
or_test(A) ::= or_seq(S). { A = build_bool(parser, AST_Or, &S); }

%type or_seq { Items }
or_seq(A) ::= and_test(L) OR and_test(R). {
    A = items_of(parser, L.node, L.span);
    items_add(parser, &A, R.node, R.span);
}
or_seq(A) ::= or_seq(A) OR and_test(R). { items_add(parser, &A, R.node, R.span); }

and_test(A) ::= not_test(A).
and_test(A) ::= and_seq(S). { A = build_bool(parser, AST_And, &S); }

%type and_seq { Items }
and_seq(A) ::= not_test(L) AND not_test(R). {
    A = items_of(parser, L.node, L.span);
    items_add(parser, &A, R.node, R.span);
}
and_seq(A) ::= and_seq(A) AND not_test(R). { items_add(parser, &A, R.node, R.span); }

not_test(A) ::= NOT(O) not_test(E). { A = build_unary(parser, &O, E); }
not_test(A) ::= comparison(A).

comparison(A) ::= expr(A).
comparison(A) ::= compare_seq(A).
compare_seq(A) ::= expr(L) comparator(O) expr(R). { A = build_compare(parser, L, O, R); }
compare_seq(A) ::= compare_seq(L) comparator(O) expr(R). {
    A = build_compare_more(parser, L, O, R);
}

%token_class comparator_token EQUAL|NOT_EQUAL|LESS|LESS_EQUAL|GREATER|GREATER_EQUAL|IN.
%type comparator { OperatorToken }
comparator(A) ::= comparator_token(T). { A = build_comparator(&T); }
comparator(A) ::= IS(I). { A = (OperatorToken){AST_Is, I.span}; }
comparator(A) ::= NOT(N) IN(I). { A = (OperatorToken){AST_NotIn, span_join(N.span, I.span)}; }
comparator(A) ::= IS(I) NOT(N). { A = (OperatorToken){AST_IsNot, span_join(I.span, N.span)}; }

expr(A) ::= expr(L) VBAR(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) CARET(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) AMPERSAND(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) LEFT_SHIFT(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) RIGHT_SHIFT(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) PLUS(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) MINUS(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) STAR(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) SLASH(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) DOUBLE_SLASH(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) PERCENT(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= expr(L) AT(O) expr(R). { A = build_binary(parser, L, &O, R); }
expr(A) ::= factor(A).

factor(A) ::= MINUS(O) factor(E). { A = build_unary(parser, &O, E); }
factor(A) ::= PLUS(O) factor(E). { A = build_unary(parser, &O, E); }
factor(A) ::= TILDE(O) factor(E). { A = build_unary(parser, &O, E); }
factor(A) ::= awaited(A).
factor(A) ::= awaited(L) DOUBLE_STAR(O) factor(R). { A = build_binary(parser, L, &O, R); }

awaited(A) ::= primary(A).
awaited(A) ::= AWAIT(T) primary(E). { A = build_await(parser, &T, E); }

primary(A) ::= atom(A).
primary(A) ::= primary(V) DOT NAME(N). { A = build_attribute(parser, V, &N); }
primary(A) ::= primary(F) LPAREN(L) arguments(P) RPAREN(R). {
    A = build_call(parser, F, &L, &P, &R);
}
primary(A) ::= primary(V) LBRACKET(L) subscripts(S) RBRACKET(R). {
    A = build_subscript(parser, V, &L, &S, &R);
}

%type subscripts { Items }
subscripts(A) ::= subscript_seq(A).
subscripts(A) ::= subscript_seq(A) COMMA(C). { A.comma = true; A.span.end = C.span.end; }

%type subscript_seq { Items }
subscript_seq(A) ::= subscript(E). { A = items_of(parser, E.node, E.span); }
subscript_seq(A) ::= subscript_seq(A) COMMA subscript(E). { items_add(parser, &A, E.node, E.span); }

subscript(A) ::= item(A).
subscript(A) ::= optional_test(L) COLON(C) optional_test(U). {
    A = build_slice(parser, L, &C, U, NULL);
}
subscript(A) ::= optional_test(L) COLON(C) optional_test(U) COLON(D) optional_test(S). {
    S.span = span_join(D.span, S.node ? S.span : D.span);
    A = build_slice(parser, L, &C, U, &S);
}

optional_test(A) ::= . { A = NOTHING; }
optional_test(A) ::= test(A).

%type arguments { Items }
arguments(A) ::= . { A = items_empty((Span){0, 0}); }
arguments(A) ::= argument_seq(A).
arguments(A) ::= argument_seq(A) COMMA. { A.comma = true; }

%type argument_seq { Items }
argument_seq(A) ::= argument(E). { A = items_of(parser, E.node, E.span); }
argument_seq(A) ::= argument_seq(A) COMMA argument(E). { items_add(parser, &A, E.node, E.span); }

argument(A) ::= named(A).
argument(A) ::= named(E) clauses(C). { A = build_bare_generator(parser, E, &C); }
argument(A) ::= test(N) ASSIGN(O) test(V). { A = build_keyword(parser, N, &O, V); }
argument(A) ::= test(N) ASSIGN(O) test(V) clauses. {
    A = build_keyword(parser, N, &O, V);
    parser_fail(parser, span_join(N.span, O.span),
                "invalid syntax. Maybe you meant '==' or ':=' instead of '='?");
}
argument(A) ::= STAR(S) test ASSIGN test(V). {
    A = build_starred(parser, &S, V);
    parser_fail(parser, A.span, "cannot assign to iterable argument unpacking");
}
argument(A) ::= DOUBLE_STAR(S) test ASSIGN test(V). {
    A = build_keyword_unpacking(parser, &S, V);
    parser_fail(parser, A.span, "cannot assign to keyword argument unpacking");
}
argument(A) ::= STAR(S) test(V). { A = build_starred(parser, &S, V); }
argument(A) ::= DOUBLE_STAR(S) test(V). { A = build_keyword_unpacking(parser, &S, V); }

atom(A) ::= NAME(T). { A = build_name(parser, &T); }
atom(A) ::= NUMBER(T). { A = build_number(parser, &T); }
atom(A) ::= TRUE(T). { A = build_constant(parser, &T); }
atom(A) ::= FALSE(T). { A = build_constant(parser, &T); }
atom(A) ::= NONE(T). { A = build_constant(parser, &T); }
atom(A) ::= ELLIPSIS(T). { A = build_constant(parser, &T); }
atom(A) ::= strings(S). { A = build_concatenation(parser, &S); }
atom(A) ::= LPAREN(L) RPAREN(R). {
    Items none = items_empty(L.span);
    A = build_group(parser, &L, &none, &R);
}
atom(A) ::= LPAREN(L) yield(Y) RPAREN(R). { A = build_parenthesised(Y, &L, &R); }
atom(A) ::= LPAREN(L) group(S) RPAREN(R). { A = build_group(parser, &L, &S, &R); }
atom(A) ::= LPAREN(L) group_seq(S) clauses(C) RPAREN(R). {
    A = build_comprehension(parser, AST_GeneratorExp, &L, &S, &C, &R);
}
atom(A) ::= LBRACKET(L) RBRACKET(R). {
    Items none = items_empty(L.span);
    A = build_list(parser, &L, &none, &R);
}
atom(A) ::= LBRACKET(L) items(S) RBRACKET(R). { A = build_list(parser, &L, &S, &R); }
atom(A) ::= LBRACKET(L) item_seq(S) clauses(C) RBRACKET(R). {
    A = build_comprehension(parser, AST_ListComp, &L, &S, &C, &R);
}
atom(A) ::= LBRACE(L) RBRACE(R). {
    Items none = items_empty(L.span);
    A = build_dict(parser, &L, &none, &R);
}
atom(A) ::= LBRACE(L) items(S) RBRACE(R). { A = build_set(parser, &L, &S, &R); }
atom(A) ::= LBRACE(L) item_seq(S) clauses(C) RBRACE(R). {
    A = build_comprehension(parser, AST_SetComp, &L, &S, &C, &R);
}
atom(A) ::= LBRACE(L) pair_seq(S) RBRACE(R). { A = build_dict(parser, &L, &S, &R); }
atom(A) ::= LBRACE(L) pair_seq(S) COMMA RBRACE(R). { A = build_dict(parser, &L, &S, &R); }
atom(A) ::= LBRACE(L) pair_seq(S) clauses(C) RBRACE(R). {
    A = build_comprehension(parser, AST_DictComp, &L, &S, &C, &R);
}

%type group { Items }
group(A) ::= group_seq(A).
group(A) ::= group_seq(A) COMMA(C). { A.comma = true; A.span.end = C.span.end; }

%type group_seq { Items }
group_seq(A) ::= group_item(E). { A = items_of(parser, E.node, E.span); }
group_seq(A) ::= group_seq(A) COMMA group_item(E). { items_add(parser, &A, E.node, E.span); }

group_item(A) ::= item(A).
group_item(A) ::= test(E) AS(T) expr(V). { A = build_as_item(parser, E, &T, V); }

// Keys and values in turn; the key of `**mapping` is NULL.
%type pair_seq { Items }
pair_seq(A) ::= test(K) COLON test(V). {
    A = items_of(parser, K.node, K.span);
    items_add(parser, &A, V.node, V.span);
}
pair_seq(A) ::= DOUBLE_STAR(S) expr(V). {
    A = items_of(parser, NULL, S.span);
    items_add(parser, &A, V.node, V.span);
}
pair_seq(A) ::= pair_seq(A) COMMA test(K) COLON test(V). {
    items_add(parser, &A, K.node, K.span);
    items_add(parser, &A, V.node, V.span);
}
pair_seq(A) ::= pair_seq(A) COMMA DOUBLE_STAR(S) expr(V). {
    items_add(parser, &A, NULL, S.span);
    items_add(parser, &A, V.node, V.span);
}

%type clauses { Items }
clauses(A) ::= clause(N). { A = items_of(parser, N, N->span); }
clauses(A) ::= clauses(A) clause(N). { items_add(parser, &A, N, N->span); }

%type clause { Node * }
clause(A) ::= FOR(F) target_list(T) IN or_test(I) conditions(C). {
    A = build_clause(parser, NULL, &F, T, I, &C);
}
clause(A) ::= ASYNC(S) FOR(F) target_list(T) IN or_test(I) conditions(C). {
    A = build_clause(parser, &S, &F, T, I, &C);
}

%type conditions { Items }
conditions(A) ::= . { A = items_empty((Span){0, 0}); }
conditions(A) ::= conditions(A) IF or_test(E). { items_add(parser, &A, E.node, E.span); }

%type strings { Items }
strings(A) ::= string(E). { A = items_of(parser, E.node, E.span); }
strings(A) ::= strings(A) string(E). { items_add(parser, &A, E.node, E.span); }

string(A) ::= STRING(T). { A = build_string(parser, &T); }
string(A) ::= FSTRING_START(S) fparts(P) FSTRING_END(E). { A = build_fstring(parser, &S, &P, &E); }

%type fparts { Items }
fparts(A) ::= . { A = items_empty((Span){0, 0}); }
fparts(A) ::= fparts(A) FSTRING_MIDDLE(T). {
    items_add(parser, &A, build_fstring_text(parser, &T, false), T.span);
}
fparts(A) ::= fparts(A) LBRACE(L) value(V) fequals(Q) fconversion(C) RBRACE(R). {
    build_field(parser, &A, &L, V, &Q, &C, NULL, &R);
}
fparts(A) ::= fparts(A) LBRACE(L) value(V) fequals(Q) fconversion(C) COLON fspec(S) RBRACE(R). {
    build_field(parser, &A, &L, V, &Q, &C, &S, &R);
}

%type fspec { Items }
fspec(A) ::= . { A = items_empty((Span){0, 0}); }
fspec(A) ::= fspec(A) FSTRING_MIDDLE(T). {
    items_add(parser, &A, build_fstring_text(parser, &T, true), T.span);
}
fspec(A) ::= fspec(A) LBRACE(L) value(V) fequals(Q) fconversion(C) RBRACE(R). {
    build_field(parser, &A, &L, V, &Q, &C, NULL, &R);
}
fspec(A) ::= fspec(A) LBRACE(L) value(V) fequals(Q) fconversion(C) COLON fspec(S) RBRACE(R). {
    build_field(parser, &A, &L, V, &Q, &C, &S, &R);
}

%type fequals { Token }
fequals(A) ::= . { A = (Token){0}; }
fequals(A) ::= ASSIGN(T). { A = T; }

%type fconversion { Token }
fconversion(A) ::= . { A = (Token){0}; }
fconversion(A) ::= BANG(B) NAME(T). { A = build_conversion(parser, &B, &T); }

// ----------------------------------------------------------------- patterns

%type cases { Items }
cases(A) ::= case(N). { A = items_of(parser, N, N->span); }
cases(A) ::= cases(A) case(N). { items_add(parser, &A, N, N->span); }

%type case { Node * }
case(A) ::= CASE(T) patterns(P) guard(G) COLON suite(B). { A = build_case(parser, &T, &P, G, &B); }

guard(A) ::= . { A = NOTHING; }
guard(A) ::= IF named(E). { A = E; }

%type patterns { Items }
patterns(A) ::= pattern_seq(A).
patterns(A) ::= pattern_seq(A) COMMA(C). { A.comma = true; A.span.end = C.span.end; }

%type pattern_seq { Items }
pattern_seq(A) ::= pattern_item(P). { A = items_of(parser, P.node, P.span); }
pattern_seq(A) ::= pattern_seq(A) COMMA pattern_item(P). {
    items_add(parser, &A, P.node, P.span);
}

pattern_item(A) ::= pattern(A).
pattern_item(A) ::= STAR(S) NAME(N). { A = build_pattern_star(parser, &S, &N); }

pattern(A) ::= or_pattern(S). { A = build_pattern_or(parser, &S); }
pattern(A) ::= or_pattern(S) AS NAME(N). {
    A = build_pattern_as(parser, build_pattern_or(parser, &S), &N);
}

%type or_pattern { Items }
or_pattern(A) ::= closed(P). { A = items_of(parser, P.node, P.span); }
or_pattern(A) ::= or_pattern(A) VBAR closed(P). { items_add(parser, &A, P.node, P.span); }

closed(A) ::= literal(E). { A = build_pattern_value(parser, E); }
closed(A) ::= name_or_attribute(E). { A = build_pattern_name(parser, E); }
closed(A) ::= name_or_attribute(E) LPAREN RPAREN(R). {
    A = build_pattern_class(parser, E, NULL, R.span);
}
closed(A) ::= name_or_attribute(E) LPAREN class_seq(S) RPAREN(R). {
    A = build_pattern_class(parser, E, &S, R.span);
}
closed(A) ::= name_or_attribute(E) LPAREN class_seq(S) COMMA RPAREN(R). {
    A = build_pattern_class(parser, E, &S, R.span);
}
closed(A) ::= LPAREN(L) RPAREN(R). {
    A = build_pattern_sequence(parser, NULL, span_join(L.span, R.span));
}
closed(A) ::= LPAREN(L) patterns(S) RPAREN(R). {
    A = build_pattern_group(parser, &S, span_join(L.span, R.span));
}
closed(A) ::= LBRACKET(L) RBRACKET(R). {
    A = build_pattern_sequence(parser, NULL, span_join(L.span, R.span));
}
closed(A) ::= LBRACKET(L) patterns(S) RBRACKET(R). {
    A = build_pattern_sequence(parser, &S, span_join(L.span, R.span));
}
closed(A) ::= LBRACE(L) RBRACE(R). {
    A = build_pattern_mapping(parser, NULL, span_join(L.span, R.span));
}
closed(A) ::= LBRACE(L) mapping_seq(S) RBRACE(R). {
    A = build_pattern_mapping(parser, &S, span_join(L.span, R.span));
}
closed(A) ::= LBRACE(L) mapping_seq(S) COMMA RBRACE(R). {
    A = build_pattern_mapping(parser, &S, span_join(L.span, R.span));
}

literal(A) ::= signed_number(A).
literal(A) ::= signed_number(L) PLUS(O) NUMBER(T). { A = build_complex(parser, L, &O, &T); }
literal(A) ::= signed_number(L) MINUS(O) NUMBER(T). { A = build_complex(parser, L, &O, &T); }
literal(A) ::= strings(S). { A = build_concatenation(parser, &S); }
literal(A) ::= TRUE(T). { A = build_constant(parser, &T); }
literal(A) ::= FALSE(T). { A = build_constant(parser, &T); }
literal(A) ::= NONE(T). { A = build_constant(parser, &T); }

signed_number(A) ::= NUMBER(T). { A = build_number(parser, &T); }
signed_number(A) ::= MINUS(M) NUMBER(T). { A = build_unary(parser, &M, build_number(parser, &T)); }

name_or_attribute(A) ::= NAME(T). { A = build_name(parser, &T); }
name_or_attribute(A) ::= name_or_attribute(V) DOT NAME(N). { A = build_attribute(parser, V, &N); }

%type class_seq { Items }
class_seq(A) ::= class_item(P). { A = items_of(parser, P.node, P.span); }
class_seq(A) ::= class_seq(A) COMMA class_item(P). { items_add(parser, &A, P.node, P.span); }

class_item(A) ::= pattern(A).
class_item(A) ::= NAME(N) ASSIGN pattern(P). { A = build_pattern_keyword(parser, &N, P); }

// Keys and patterns in turn; `**rest` is NULL and a MatchStar.
%type mapping_seq { Items }
mapping_seq(A) ::= mapping_key(K) COLON pattern(P). {
    A = items_of(parser, K.node, K.span);
    items_add(parser, &A, P.node, P.span);
}
mapping_seq(A) ::= DOUBLE_STAR(S) NAME(N). {
    A = items_of(parser, NULL, S.span);
    items_add(parser, &A, build_pattern_star(parser, &S, &N).node, N.span);
}
mapping_seq(A) ::= mapping_seq(A) COMMA mapping_key(K) COLON pattern(P). {
    items_add(parser, &A, K.node, K.span);
    items_add(parser, &A, P.node, P.span);
}
mapping_seq(A) ::= mapping_seq(A) COMMA DOUBLE_STAR(S) NAME(N). {
    items_add(parser, &A, NULL, S.span);
    items_add(parser, &A, build_pattern_star(parser, &S, &N).node, N.span);
}

mapping_key(A) ::= literal(A).
mapping_key(A) ::= name_or_attribute(A).

%code {
// How many entries the parser's stack holds.
uint32_t grammar_depth(void *grammar) {
    yyParser *running = grammar;
    return (uint32_t)(running->yytos - running->yystack);
}

// Would the parser, in its present state, take a token of this kind? Replays the
// reductions that the token would cause on a shadow of the state stack: only the
// states matter, and a reduction only ever uncovers older ones.
bool grammar_accepts(void *grammar, TokenKind kind) {
    yyParser *running = grammar;
    const yyStackEntry *below = running->yytos; // states up to here are untouched
    enum { SHADOW = 64 };
    YYACTIONTYPE shadow[SHADOW];
    int pushed = 0;
    for (int steps = 0; steps < 10000; steps++) {
        YYACTIONTYPE state = pushed ? shadow[pushed - 1] : below->stateno;
        YYACTIONTYPE action = yy_find_shift_action((YYCODETYPE)kind, state);
        if (action < YY_MIN_REDUCE)
            return action != YY_ERROR_ACTION && action != YY_NO_ACTION;
        int popped = -yyRuleInfoNRhs[action - YY_MIN_REDUCE];
        int from_shadow = popped < pushed ? popped : pushed;
        pushed -= from_shadow;
        below -= popped - from_shadow;
        if (pushed == SHADOW)
            return false;
        state = pushed ? shadow[pushed - 1] : below->stateno;
        shadow[pushed++] =
            yy_find_reduce_action(state, (YYCODETYPE)yyRuleInfoLhs[action - YY_MIN_REDUCE]);
    }
    return false;
}
}
