// SPDX-License-Identifier: MIT
//
// What does each name mean? The second half of the symbol table.
//
// Scopes are settled from the outside in. A name bound in its own scope is local
// there. Otherwise the enclosing functions are asked from the inside out (class
// bodies are passed over: methods do not see their class's names), and if none
// binds it, it is a global. A definition found in another unit becomes a cell,
// and every unit on the way in takes it along as a free variable. `__class__`
// is the exception that a class body does answer, with an implicit cell (but not
// its own comprehensions, which run before there is a class).
//
// NOTE(student): the free variables of a function are exactly what its closure
// must carry; this file decides how large closures are.
#include "symbols_state.h"

#include <string.h>

static bool binds(const Symbol *symbol) {
    return (symbol->is_assigned || symbol->is_imported || symbol->is_parameter) &&
           !symbol->is_global && !symbol->is_nonlocal;
}

static Symbol *implicit_cell(SymbolBuilder *builder, Scope *scope, const Name *name) {
    Symbol *cell = ARENA_NEW(builder->arena, Symbol, 1);
    *cell = (Symbol){.name = name,
                     .scope = scope,
                     .binding = BINDING_CELL,
                     .definition = cell,
                     .first_span = scope->node->span};
    return cell;
}

// The implicit cell that a class offers to its methods.
static Symbol *class_cell(SymbolBuilder *builder, Scope *scope) {
    if (!scope->class_cell)
        scope->class_cell = implicit_cell(builder, scope, builder->class_name);
    return scope->class_cell;
}

Symbol *symbols_namespace_cell(SymbolBuilder *builder, Scope *scope) {
    if (!scope->namespace_cell)
        scope->namespace_cell =
            implicit_cell(builder, scope, names_get(builder->names, "__classdict__"));
    return scope->namespace_cell;
}

// What the class that a scope of type parameters or of a type value sees has by the same name; NULL
// if it sees none. A name that is the class's own or a global there is none of a function around it.
static const Symbol *symbol_of_class(const Scope *from, const Name *name) {
    const Scope *scope = from->visible_class;
    if (from->kind == SCOPE_TYPE_PARAMETERS && from->parent->kind == SCOPE_CLASS)
        scope = from->parent;
    const Symbol *symbol = scope ? scope_find_mangled(scope, name) : NULL;
    return symbol && (symbol->is_global || binds(symbol)) ? symbol : NULL;
}

// The symbol in an enclosing function (or class, for `__class__`) that binds
// `name`, or NULL if that makes it a global.
static Symbol *find_definition(SymbolBuilder *builder, const Scope *from, const Name *name) {
    for (Scope *scope = from->parent; scope; scope = scope->parent) {
        bool is_inside = scope != from->unit; // a comprehension of the class body is not
        if (scope->kind == SCOPE_CLASS && name == builder->class_name && is_inside)
            return class_cell(builder, scope);
        if (!scope_is_function_like(scope))
            continue;
        Symbol *symbol = scope_find_mangled(scope, name);
        if (symbol && symbol->is_global)
            return NULL;
        if (symbol && binds(symbol))
            return symbol;
    }
    return NULL;
}

// They are kept in the order of their names, for locals() shows it.
static void add_free_variable(SymbolBuilder *builder, Scope *unit, Symbol *definition) {
    ARENA_PUSH(builder->arena, &unit->free_variables, definition);
    Symbol **items = unit->free_variables.items;
    uint32_t at = unit->free_variables.count - 1;
    for (; at > 0 && strcmp(items[at - 1]->name->text, definition->name->text) > 0; at--)
        items[at] = items[at - 1];
    items[at] = definition;
}

// Makes the units from `unit` outwards to the definition's carry it.
static void capture(SymbolBuilder *builder, Scope *unit, Symbol *definition) {
    definition->binding = BINDING_CELL;
    for (; unit != definition->scope->unit; unit = unit->parent->unit)
        if (scope_free_index(unit, definition) < 0)
            add_free_variable(builder, unit, definition);
}

static void resolve_outer(SymbolBuilder *builder, Scope *scope, Symbol *symbol) {
    const Symbol *in_class = symbol_of_class(scope, symbol->name);
    if (in_class && !symbol->is_nonlocal) {
        symbol->binding = in_class->is_global ? BINDING_GLOBAL_EXPLICIT : BINDING_GLOBAL_IMPLICIT;
        return;
    }
    Symbol *definition = find_definition(builder, scope, symbol->name);
    symbol->definition = definition;
    if (!definition && symbol->is_nonlocal) {
        symbols_fail(builder, symbol->first_span, "no binding for nonlocal '%s' found",
                     symbol->name->text);
    } else if (!definition) {
        symbol->binding = BINDING_GLOBAL_IMPLICIT;
    } else if (symbol->is_nonlocal && definition->is_type_parameter) {
        symbols_fail(builder, symbol->first_span,
                     "nonlocal binding not allowed for type parameter '%s'", symbol->name->text);
    } else if (definition->scope->unit == scope->unit) {
        symbol->binding = BINDING_LOCAL; // or CELL: see adopt_bindings
    } else {
        symbol->binding = BINDING_FREE;
        capture(builder, scope->unit, definition);
    }
}

static void resolve_symbol(SymbolBuilder *builder, Scope *scope, Symbol *symbol) {
    bool is_global_below = symbol->is_global_below && scope->kind == SCOPE_MODULE;
    if (symbol->is_global || is_global_below) {
        symbol->binding = BINDING_GLOBAL_EXPLICIT;
    } else if (scope->kind == SCOPE_MODULE) {
        symbol->binding = BINDING_GLOBAL_IMPLICIT;
    } else if (binds(symbol)) {
        // An inner scope is settled after this one and may make it a cell then.
        symbol->binding = BINDING_LOCAL;
        symbol->definition = symbol;
    } else {
        resolve_outer(builder, scope, symbol);
    }
}

// A comprehension's view of a variable of its unit follows the variable's own
// binding, which is final only when all scopes are settled.
static void adopt_bindings(Scope *scope) {
    for (uint32_t i = 0; i < scope->symbols.count; i++) {
        Symbol *symbol = scope->symbols.items[i];
        if (symbol->binding == BINDING_LOCAL)
            symbol->binding = symbol->definition->binding;
    }
}

static void name_scope(SymbolBuilder *builder, Scope *scope) {
    const Scope *parent = scope->parent;
    while (parent && parent->kind == SCOPE_TYPE_PARAMETERS)
        parent = parent->parent;
    const Scope *around = parent ? parent->unit : NULL;
    scope->qualified_name = scope->name;
    if (!around || around->kind == SCOPE_MODULE)
        return;
    bool is_definition = scope->kind == SCOPE_FUNCTION || scope->kind == SCOPE_CLASS;
    const Symbol *symbol = is_definition ? scope_find(parent, scope->name) : NULL;
    if (symbol && symbol->is_global)
        return;
    const char *separator = scope_is_function_like(around) ? ".<locals>." : ".";
    size_t length = around->qualified_name->length + strlen(separator) + scope->name->length;
    char *text = arena_alloc(builder->arena, length + 1);
    char *end = stpcpy(stpcpy(text, around->qualified_name->text), separator);
    memcpy(end, scope->name->text, scope->name->length);
    scope->qualified_name = names_intern(builder->names, text, length);
}

void symbols_resolve(SymbolBuilder *builder) {
    for (uint32_t i = 0; i < builder->scopes.count; i++) {
        Scope *scope = builder->scopes.items[i];
        name_scope(builder, scope);
        for (uint32_t k = 0; k < scope->symbols.count; k++)
            resolve_symbol(builder, scope, scope->symbols.items[k]);
        if (scope->visible_class)
            capture(builder, scope, scope->visible_class->namespace_cell);
    }
    for (uint32_t i = 0; i < builder->scopes.count && !builder->failed; i++)
        adopt_bindings(builder->scopes.items[i]);
}
