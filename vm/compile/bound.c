// SPDX-License-Identifier: MIT
//
// Definite assignment: which local variables certainly have a value here?
//
// Python checks at every use of a local whether it is bound. Nearly always the compiler can see
// that it is: parameters are, and what every way to this place has assigned. So while code is
// written, the unit carries one bit for each variable; labels take the intersection where ways
// meet (label.c), loops and handlers start from what held before them minus what their body may
// delete. Only where the bit is missing is CHECK_LOCAL written, and only variables that are so
// checked have to be marked as unbound when the function starts. Java's compiler does the same
// analysis to *forbid* such programs; CPython has had it since 3.12 as "fast locals checks".
#include "compiler.h"

static size_t word_count(const Unit *unit) {
    return unit->variable_count / 64 + 1;
}

static uint64_t bit(Register variable) {
    return UINT64_C(1) << variable % 64;
}

uint64_t *bound_copy(Compiler *c) {
    uint64_t *copy = ARENA_NEW(c->arena, uint64_t, word_count(c->unit));
    memcpy(copy, c->unit->bound, word_count(c->unit) * sizeof *copy);
    return copy;
}

void bound_restore(Compiler *c, const uint64_t *bound) {
    memcpy(c->unit->bound, bound, word_count(c->unit) * sizeof *bound);
}

void bound_meet(Compiler *c, uint64_t *into) {
    for (size_t i = 0; i < word_count(c->unit); i++)
        into[i] &= c->unit->bound[i];
}

void bound_join(Compiler *c, const uint64_t *other) {
    for (size_t i = 0; i < word_count(c->unit); i++)
        c->unit->bound[i] |= other[i];
}

bool bound_has(const Compiler *c, Register variable) {
    return (c->unit->bound[variable / 64] & bit(variable)) != 0;
}

void bound_add(Compiler *c, Register variable) {
    c->unit->bound[variable / 64] |= bit(variable);
}

void bound_remove(Compiler *c, Register variable) {
    c->unit->bound[variable / 64] &= ~bit(variable);
}

void bound_need_undefined(Compiler *c, Register variable) {
    c->unit->may_be_unbound[variable / 64] |= bit(variable);
}

static void remove_name(Compiler *c, const Name *name) {
    Register variable = name ? variable_register(c, name) : NO_REGISTER;
    if (variable != NO_REGISTER && unit_is_variable(c->unit, variable))
        bound_remove(c, variable);
}

static void remove_deleted_in(void *context, Node *node, const char *field);

static void remove_target(void *context, Node *target, const char *field) {
    (void)field;
    if (target->kind == AST_Name && target->Name.ctx == AST_Del)
        remove_name(context, target->Name.id);
    else
        ast_each_child(target, remove_target, context);
}

static void remove_deleted_in(void *context, Node *node, const char *field) {
    (void)field;
    if (node->kind == AST_Delete) {
        ast_each_child(node, remove_target, context);
        return;
    }
    if (node->kind == AST_ExceptHandler)
        remove_name(context, node->ExceptHandler.name);
    bool holds_statements = ast_is_statement(node->kind) || node->kind == AST_ExceptHandler ||
                            node->kind == AST_match_case;
    bool is_own_unit = node->kind == AST_FunctionDef || node->kind == AST_AsyncFunctionDef ||
                       node->kind == AST_ClassDef;
    if (holds_statements && !is_own_unit)
        ast_each_child(node, remove_deleted_in, context);
}

void bound_remove_deleted(Compiler *c, const NodeList *statements) {
    if (!statements || c->unit->variable_count == 0)
        return;
    for (uint32_t i = 0; i < statements->count; i++)
        remove_deleted_in(c, statements->items[i], NULL);
}

void bound_add_tested(Compiler *c, const Node *test) {
    if (test->kind == AST_NamedExpr) {
        Register variable = variable_target(c, test->NamedExpr.target);
        if (variable != NO_REGISTER && unit_is_variable(c->unit, variable))
            bound_add(c, variable);
    } else if (test->kind == AST_Compare) {
        bound_add_tested(c, test->Compare.left);
        bound_add_tested(c, test->Compare.comparators.items[0]);
    } else if (test->kind == AST_BoolOp && test->BoolOp.op == AST_And) {
        for (uint32_t i = 0; i < test->BoolOp.values.count; i++)
            bound_add_tested(c, test->BoolOp.values.items[i]);
    }
}

typedef struct Search {
    const Name *name;
    bool found;
} Search;

static void search_assignment(void *context, Node *node, const char *field) {
    (void)field;
    Search *search = context;
    if (node->kind == AST_NamedExpr && node->NamedExpr.target->Name.id == search->name)
        search->found = true;
    if (!search->found)
        ast_each_child(node, search_assignment, search);
}

bool bound_assigns(const Compiler *c, const Node *node, const Name *name) {
    Search search = {name, false};
    if (c->has_walrus && node)
        search_assignment(&search, (Node *)(uintptr_t)node, NULL);
    return search.found;
}
