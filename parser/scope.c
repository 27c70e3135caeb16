// SPDX-License-Identifier: MIT
//
// A scope's table of symbols, and private names.
//
// Symbols are kept twice: in order of appearance (the compiler numbers registers
// by it) and in a hash table by the Name's address, which is enough because a
// spelling has one Name.
#include "symbols_state.h"

#include <string.h>

static Symbol **find_slot(Symbol **table, uint32_t size, const Name *name) {
    for (uint32_t i = name->hash & (size - 1);; i = (i + 1) & (size - 1))
        if (!table[i] || table[i]->name == name)
            return &table[i];
}

Symbol *scope_find_mangled(const Scope *scope, const Name *mangled) {
    return scope->table_size ? *find_slot(scope->table, scope->table_size, mangled) : NULL;
}

static void grow_table(Arena *arena, Scope *scope) {
    uint32_t size = scope->table_size ? scope->table_size * 2 : 8;
    Symbol **table = ARENA_NEW(arena, Symbol *, size);
    for (uint32_t i = 0; i < scope->symbols.count; i++)
        *find_slot(table, size, scope->symbols.items[i]->name) = scope->symbols.items[i];
    scope->table = table;
    scope->table_size = size;
}

Symbol *scope_add(Arena *arena, Scope *scope, const Name *mangled, Span span) {
    Symbol *known = scope_find_mangled(scope, mangled);
    if (known)
        return known;
    Symbol *symbol = ARENA_NEW(arena, Symbol, 1);
    symbol->name = mangled;
    symbol->scope = scope;
    symbol->first_span = span;
    if (scope->symbols.count >= scope->table_size / 2)
        grow_table(arena, scope);
    *find_slot(scope->table, scope->table_size, mangled) = symbol;
    ARENA_PUSH(arena, &scope->symbols, symbol);
    return symbol;
}

// The bases of a generic class are written outside of it, but see its type parameters.
static bool is_outside(const Scope *scope, const Name *name) {
    if (scope->kind != SCOPE_TYPE_PARAMETERS || scope->node->kind != AST_ClassDef)
        return false;
    const NodeList *params = &scope->node->ClassDef.type_params;
    for (uint32_t i = 0; i < params->count; i++)
        if (params->items[i]->TypeVar.name == name)
            return false;
    return true;
}

const Name *scope_mangle(const Scope *scope, const Name *name) {
    const Name *class_name =
        is_outside(scope, name) ? scope->parent->private_class : scope->private_class;
    if (!class_name || name->length < 3 || memcmp(name->text, "__", 2) != 0 ||
        memcmp(name->text + name->length - 2, "__", 2) == 0 || strchr(name->text, '.'))
        return name;
    const char *bare = class_name->text + strspn(class_name->text, "_");
    if (!*bare)
        return name;
    StringBuilder mangled;
    sb_init(&mangled);
    sb_printf(&mangled, "_%s%s", bare, name->text);
    const Name *result = names_intern(scope->names, mangled.data, mangled.length);
    sb_free(&mangled);
    return result;
}

Symbol *scope_find(const Scope *scope, const Name *name) {
    return scope_find_mangled(scope, scope_mangle(scope, name));
}

int scope_free_index(const Scope *unit, const Symbol *definition) {
    for (uint32_t i = 0; i < unit->free_variables.count; i++)
        if (unit->free_variables.items[i] == definition)
            return (int)i;
    return -1;
}

Scope *scope_of(const Node *node) {
    switch (node->kind) {
    case AST_Module:
    case AST_Interactive:
        return node->Module.scope;
    case AST_Expression:
        return node->Expression.scope;
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        return node->FunctionDef.scope;
    case AST_ClassDef:
        return node->ClassDef.scope;
    case AST_Lambda:
        return node->Lambda.scope;
    case AST_ListComp:
    case AST_SetComp:
    case AST_GeneratorExp:
        return node->ListComp.scope;
    case AST_DictComp:
        return node->DictComp.scope;
    default:
        return NULL;
    }
}
