// SPDX-License-Identifier: MIT
//
// Scopes of type parameters and type aliases (PEP 695).
//
// `def f[T: B](x: T)` opens a scope around the function in which T is a variable: annotations and
// bases are evaluated there, and the body sees T as a variable of an outer function. It is no unit:
// the scope around evaluates it in passing. Bounds, defaults and the value of `type X = ...` are
// units of their own, small functions that run when their attribute is first asked for. Both see
// the names of a class right around them, which functions do not; a type value brings the class's
// namespace along in a cell for that.
//
// None of them may hold what would suspend or bind in the wrong place: yield, await and `:=`.
// Counterpart: the "annotation scopes" of CPython's symtable.c.
#include "symbols_state.h"

// The class whose names a scope inside of `scope` sees, or NULL.
static Scope *class_around(Scope *scope) {
    while (scope->kind == SCOPE_TYPE_PARAMETERS)
        scope = scope->parent;
    return scope->kind == SCOPE_CLASS ? scope : NULL;
}

static Scope *visit_value(SymbolBuilder *builder, Node *value, const Name *name,
                          const char *description) {
    if (!value)
        return NULL;
    Scope *around = class_around(builder->scope);
    SavedScope saved = symbols_open_scope(builder, SCOPE_TYPE_VALUE, value, name->text);
    Scope *scope = builder->scope;
    scope->visible_class = around;
    scope->description = description;
    if (around)
        symbols_namespace_cell(builder, around);
    symbols_visit(builder, value);
    symbols_close_scope(builder, saved);
    return scope;
}

static const char *describe_bound(const Node *bound) {
    return bound && bound->kind == AST_Tuple ? "a TypeVar constraint" : "a TypeVar bound";
}

static const char *describe_default(const Node *param) {
    return param->kind == AST_TypeVar     ? "a TypeVar default"
           : param->kind == AST_ParamSpec ? "a ParamSpec default"
                                          : "a TypeVarTuple default";
}

static void visit_param(SymbolBuilder *builder, Node *param) {
    const Name *name = param->TypeVar.name;
    Symbol *symbol = symbols_mention(builder, name, param->span);
    if (symbol->is_type_parameter)
        symbols_fail(builder, param->span, "duplicate type parameter '%s'", name->text);
    symbol->is_assigned = symbol->is_type_parameter = true;
    Node *value = param->TypeVar.default_value;
    if (value && value->kind == AST_Starred)
        value = value->Starred.value;
    param->TypeVar.bound_scope =
        visit_value(builder, param->TypeVar.bound, name, describe_bound(param->TypeVar.bound));
    param->TypeVar.default_scope = visit_value(builder, value, name, describe_default(param));
}

SavedScope symbols_open_type_params(SymbolBuilder *builder, Node *node, const NodeList *params,
                                    const Name *name, Scope **scope) {
    SavedScope saved = {builder->scope, builder->loops, builder->in_except_star};
    if (params->count == 0)
        return saved;
    saved = symbols_open_scope(builder, SCOPE_TYPE_PARAMETERS, node, name->text);
    *scope = builder->scope;
    if (node->kind == AST_ClassDef) {
        builder->scope->private_class = name;
        symbols_bind(builder, names_get(builder->names, ".type_params"), node->span);
        symbols_bind(builder, names_get(builder->names, ".generic_base"), node->span);
    }
    for (uint32_t i = 0; i < params->count; i++)
        visit_param(builder, params->items[i]);
    return saved;
}

void symbols_type_alias(SymbolBuilder *builder, Node *node) {
    const Name *name = node->TypeAlias.name->Name.id;
    symbols_bind(builder, name, node->TypeAlias.name->span);
    SavedScope outer = symbols_open_type_params(builder, node, &node->TypeAlias.type_params, name,
                                                &node->TypeAlias.type_scope);
    node->TypeAlias.scope = visit_value(builder, node->TypeAlias.value, name, "a type alias");
    symbols_close_scope(builder, outer);
}

bool symbols_refuse_in_type(SymbolBuilder *builder, Span span, const char *what) {
    const Scope *scope = builder->scope;
    if (scope->kind == SCOPE_TYPE_VALUE)
        symbols_fail(builder, span, "%s cannot be used within %s", what, scope->description);
    else if (scope->kind == SCOPE_TYPE_PARAMETERS)
        symbols_fail(builder, span, "%s cannot be used within the definition of a generic", what);
    return builder->failed;
}
