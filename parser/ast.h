// SPDX-License-Identifier: MIT
//
// The syntax tree: what the parser gives and the compiler reads.
//
// A Node is its kind, its extent in the source, and the fields of that kind in
// a union: `node->If.test`, `node->BinOp.op`. Kinds, fields and operators come
// from ast.def and are named as in CPython's `ast` module, so `python3 -m ast`
// is a second manual. Nodes live in the Arena given to the parser and are never
// freed one by one; only as many bytes are allocated as the kind needs, so a
// Node must not be copied as a struct.
//
// Identifiers are Names, one per spelling and parse: compare them by address.
// A tree is at most AST_MAX_DEPTH nodes deep (the parser refuses deeper input),
// which makes plain recursive walks safe.
#pragma once

#include "arena.h"
#include "constant.h"
#include "source.h"
#include "string_builder.h"

#include <stdbool.h>
#include <stdint.h>

#define AST_MAX_DEPTH 1000
#define AST_MAX_CHAIN 10000 // what parse_module_deep accepts

typedef struct Node Node;
struct Scope;
struct NameTable;

// An identifier, in Unicode's normal form NFKC; unique per parse.
typedef struct Name {
    const char *text; // UTF-8, NUL-terminated
    uint32_t length;  // bytes
    uint32_t hash;
} Name;

typedef struct NodeList {
    Node **items;
    uint32_t count;
} NodeList;

typedef struct NameList {
    const Name **items;
    uint32_t count;
} NameList;

typedef enum AstKind {
#define NODE(type, fields) AST_##type,
#include "ast.def"
    AST_KIND_COUNT
} AstKind;

typedef enum AstOperator {
#define OP(name) AST_##name,
#include "ast.def"
    AST_OPERATOR_COUNT
} AstOperator;

typedef struct OperatorList {
    AstOperator *items;
    uint32_t count;
} OperatorList;

// What is done with the place that a Name, Attribute, Subscript, ... denotes.
typedef enum AstContext { AST_Load, AST_Store, AST_Del } AstContext;

struct Node {
    AstKind kind;
    Span span;
    union {
#define NODE(type, fields)                                                                         \
    struct {                                                                                       \
        fields                                                                                     \
    } type;
#define CHILD(field) Node *field;
#define OPTIONAL(field) Node *field;
#define LIST(field) NodeList field;
#define PARAMS(field) NodeList field;
#define NAME(field) const Name *field;
#define NAMES(field) NameList field;
#define OPERATOR(field) AstOperator field;
#define OPERATORS(field) OperatorList field;
#define CONTEXT(field) AstContext field;
#define INTEGER(field) int field;
#define CONSTANT(field) Constant field;
#define HIDDEN(type, field) type field;
#include "ast.def"
    };
};

// Allocates a zeroed node with room for its kind's fields alone.
Node *ast_new(Arena *arena, AstKind kind, Span span);

// The kind's name as in Python's ast: "BinOp".
const char *ast_kind_name(AstKind kind);

// The operator's name as in Python's ast: "Add".
const char *ast_operator_name(AstOperator op);

// True for the kinds that stand for a statement (FunctionDef to Continue).
bool ast_is_statement(AstKind kind);

// Called for each child; `field` is the name of the field that holds it.
typedef void (*AstVisitor)(void *context, Node *child, const char *field);

// Calls `visit` for each direct child that is not NULL, in the order of ast.def.
void ast_each_child(const Node *node, AstVisitor visit, void *context);

// Appends the tree in the form of Python's ast.dump(tree).
void ast_dump(const Node *node, StringBuilder *out);

// Returns the first node (in source order) that is deeper than `limit`, or NULL.
const Node *ast_too_deep(const Node *root, uint32_t limit);
