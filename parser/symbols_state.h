// SPDX-License-Identifier: MIT
//
// What the three files of the symbol table share. Private to parser/.
//
// symbols.c walks the tree once and notes for each scope which names are bound
// and which are read there; symbols_resolve.c then decides, scope by scope from
// the outside in, what each name means; scope.c keeps a scope's table.
#pragma once

#include "array.h"
#include "symbols.h"

typedef struct ScopeArray {
    Scope **items;
    uint32_t count;
    uint32_t capacity;
} ScopeArray;

typedef struct SymbolBuilder {
    Arena *arena;
    NameTable *names;
    Diagnostic *error;
    bool failed;
    ScopeArray scopes; // all of them, outer before inner
    Scope *scope;      // the one being walked
    // State of the statements around, within the current unit:
    uint32_t loops;          // loops around, inside the innermost except* block
    bool in_except_star;     // inside the body of an except* clause
    const Node *iterable_of; // the comprehension whose iterable is being walked
    const Name *super_name;
    const Name *class_name; // "__class__"
} SymbolBuilder;

// Reports the first error.
__attribute__((format(printf, 3, 4))) void symbols_fail(SymbolBuilder *builder, Span span,
                                                        const char *format, ...);

// scope.c: the symbol for an already mangled name, made if there is none.
Symbol *scope_add(Arena *arena, Scope *scope, const Name *mangled, Span span);
Symbol *scope_find_mangled(const Scope *scope, const Name *mangled);

// symbols_resolve.c: settles all symbols of all scopes.
void symbols_resolve(SymbolBuilder *builder);

// True for scopes whose names inner functions can see.
static inline bool scope_is_function_like(const Scope *scope) {
    return scope->kind != SCOPE_MODULE && scope->kind != SCOPE_CLASS;
}

// True for the scopes through which `:=` binds outwards.
static inline bool scope_is_comprehension(const Scope *scope) {
    return scope->kind == SCOPE_COMPREHENSION || scope->kind == SCOPE_GENERATOR_EXPRESSION;
}
