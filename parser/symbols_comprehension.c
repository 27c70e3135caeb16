// SPDX-License-Identifier: MIT
//
// Scopes of comprehensions, and the assignments that leave them.
//
// The first iterable of a comprehension is evaluated outside of it, everything
// else inside; its targets are its own. `:=` inside binds in the function (or
// module) around all comprehensions, so that `any((hit := x) > 3 for x in xs)`
// leaves `hit` behind; what would be ambiguous is refused (PEP 572).
#include "symbols_state.h"

static void mark_iteration_variable(SymbolBuilder *builder, const Node *target) {
    Symbol *symbol = symbols_mention(builder, target->Name.id, target->span);
    if (symbol->is_named_target)
        symbols_fail(builder, target->span,
                     "comprehension inner loop cannot rebind assignment expression target '%s'",
                     target->Name.id->text);
    symbol->is_iteration_variable = true;
}

static void mark_iteration_variables(SymbolBuilder *builder, const Node *target) {
    const NodeList *list = target->kind == AST_Tuple  ? &target->Tuple.elts
                           : target->kind == AST_List ? &target->List.elts
                                                      : NULL;
    for (uint32_t i = 0; list && i < list->count; i++)
        mark_iteration_variables(builder, list->items[i]);
    if (target->kind == AST_Starred)
        mark_iteration_variables(builder, target->Starred.value);
    if (target->kind == AST_Name)
        mark_iteration_variable(builder, target);
}

static void visit_iterable(SymbolBuilder *builder, Node *iterable) {
    bool outer = builder->in_iterable;
    builder->in_iterable = true;
    symbols_visit(builder, iterable);
    builder->in_iterable = outer;
}

static void visit_clauses(SymbolBuilder *builder, const NodeList *clauses) {
    for (uint32_t i = 0; i < clauses->count; i++) {
        const Node *clause = clauses->items[i];
        builder->scope->is_async |= clause->comprehension.is_async;
        mark_iteration_variables(builder, clause->comprehension.target);
        symbols_visit(builder, clause->comprehension.target);
        if (i > 0)
            visit_iterable(builder, clause->comprehension.iter);
        symbols_visit_list(builder, &clause->comprehension.ifs);
    }
}

// An asynchronous comprehension makes what is around it asynchronous.
static void check_async_comprehension(SymbolBuilder *builder, const Node *node) {
    Scope *around = builder->scope;
    if (scope_is_comprehension(around))
        around->is_async = true;
    else if (!symbols_may_await(builder))
        symbols_fail(builder, node->span,
                     "asynchronous comprehension outside of an asynchronous function");
}

void symbols_comprehension(SymbolBuilder *builder, Node *node, const char *name) {
    bool is_dict = node->kind == AST_DictComp;
    bool is_generator = node->kind == AST_GeneratorExp;
    const NodeList *clauses = is_dict ? &node->DictComp.generators : &node->ListComp.generators;
    visit_iterable(builder, clauses->items[0]->comprehension.iter);
    ScopeKind kind = is_generator ? SCOPE_GENERATOR_EXPRESSION : SCOPE_COMPREHENSION;
    SavedScope saved = symbols_open_scope(builder, kind, node, name);
    Scope *scope = builder->scope;
    *(is_dict ? &node->DictComp.scope : &node->ListComp.scope) = scope;
    scope->is_generator = is_generator;
    if (is_generator) {
        symbols_mention(builder, names_get(builder->names, ".0"), node->span)->is_parameter = true;
        scope->parameter_count = 1;
    }
    visit_clauses(builder, clauses);
    if (is_dict)
        symbols_visit(builder, node->DictComp.key);
    symbols_visit(builder, is_dict ? node->DictComp.value : node->ListComp.elt);
    symbols_close_scope(builder, saved);
    if (scope->is_async && !is_generator)
        check_async_comprehension(builder, node);
}

// `:=` inside comprehensions binds in the scope around them all.
static void bind_outside(SymbolBuilder *builder, const Node *target) {
    Scope *inner = builder->scope;
    const Name *name = scope_mangle(inner, target->Name.id);
    Scope *scope = inner;
    for (; scope_is_comprehension(scope); scope = scope->parent) {
        Symbol *symbol = scope_add(builder->arena, scope, name, target->span);
        symbol->is_referenced = symbol->is_named_target = true;
        if (symbol->is_iteration_variable)
            symbols_fail(builder, target->span,
                         "assignment expression cannot rebind comprehension iteration variable "
                         "'%s'",
                         target->Name.id->text);
    }
    if (scope != inner && scope->kind == SCOPE_CLASS)
        symbols_fail(builder, target->span,
                     "assignment expression within a comprehension cannot be used in a class "
                     "body");
    if (scope != inner && scope->kind == SCOPE_TYPE_PARAMETERS)
        symbols_fail(builder, target->span,
                     "assignment expression within a comprehension cannot be used within the "
                     "definition of a generic");
    if (scope != inner && scope->kind == SCOPE_TYPE_VALUE)
        symbols_fail(builder, target->span,
                     "assignment expression within a comprehension cannot be used in %s",
                     scope->description);
    scope_add(builder->arena, scope, name, target->span)->is_assigned = true;
}

void symbols_named(SymbolBuilder *builder, const Node *node) {
    symbols_refuse_in_type(builder, node->span, "named expression");
    if (builder->in_iterable)
        symbols_fail(builder, node->span,
                     "assignment expression cannot be used in a "
                     "comprehension iterable expression");
    bind_outside(builder, node->NamedExpr.target);
    symbols_visit(builder, node->NamedExpr.value);
}
