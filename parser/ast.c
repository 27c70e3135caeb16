// SPDX-License-Identifier: MIT
//
// Readings of ast.def: sizes, names, and walking over children.
//
// Each function defines the table's macros as what it needs and includes it
// inside a switch or an array. A new node kind in the table is thereby known
// here (and in ast_dump.c) without another line.
#include "ast.h"

#include "mini_check.h"

Node *ast_new(Arena *arena, AstKind kind, Span span) {
    static const uint16_t sizes[AST_KIND_COUNT] = {
#define NODE(type, fields) [AST_##type] = sizeof(((Node *)NULL)->type),
#include "ast.def"
    };
    MINI_CHECK(kind < AST_KIND_COUNT, "unknown kind of node");
    Node *node = arena_alloc(arena, offsetof(Node, Module) + sizes[kind]);
    node->kind = kind;
    node->span = span;
    return node;
}

const char *ast_kind_name(AstKind kind) {
    static const char *const names[AST_KIND_COUNT] = {
#define NODE(type, fields) #type,
#include "ast.def"
    };
    return kind < AST_KIND_COUNT ? names[kind] : "?";
}

const char *ast_operator_name(AstOperator op) {
    static const char *const names[AST_OPERATOR_COUNT] = {
#define OP(name) #name,
#include "ast.def"
    };
    return op < AST_OPERATOR_COUNT ? names[op] : "?";
}

bool ast_is_statement(AstKind kind) {
    return kind >= AST_FunctionDef && kind <= AST_Continue;
}

static void visit_list(const NodeList *list, AstVisitor visit, void *context, const char *field) {
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i])
            visit(context, list->items[i], field);
}

void ast_each_child(const Node *node, AstVisitor visit, void *context) {
    switch (node->kind) {
#define NODE(type, fields)                                                                         \
    case AST_##type: {                                                                             \
        const __typeof__(node->type) *self = &node->type;                                          \
        (void)self;                                                                                \
        fields break;                                                                              \
    }
#define CHILD(field) visit(context, self->field, #field);
#define OPTIONAL(field)                                                                            \
    if (self->field)                                                                               \
        visit(context, self->field, #field);
#define LIST(field) visit_list(&self->field, visit, context, #field);
#define PARAMS(field) LIST(field)
#define NAME(field)
#define NAMES(field)
#define OPERATOR(field)
#define OPERATORS(field)
#define CONTEXT(field)
#define INTEGER(field)
#define CONSTANT(field)
#define HIDDEN(type, field)
#include "ast.def"
    case AST_KIND_COUNT:
        break;
    }
}

typedef struct DepthWalk {
    uint32_t left;
    const Node *found;
} DepthWalk;

static void measure_depth(void *context, Node *child, const char *field) {
    (void)field;
    DepthWalk *walk = context;
    if (walk->found)
        return;
    if (walk->left == 0) {
        walk->found = child;
        return;
    }
    walk->left--;
    ast_each_child(child, measure_depth, walk);
    walk->left++;
}

const Node *ast_too_deep(const Node *root, uint32_t limit) {
    DepthWalk walk = {.left = limit};
    ast_each_child(root, measure_depth, &walk);
    return walk.found;
}
