// SPDX-License-Identifier: MIT
//
// What the files of the symbol table share. Private to parser/.
//
// symbols.c (with symbols_comprehension.c and symbols_places.c) walks the tree once and notes for
// each scope which names are bound and which are read there; symbols_resolve.c then decides, scope
// by scope from the outside in, what each name means; scope.c keeps a scope's table.
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
    uint32_t loops;       // loops around, inside the innermost except* block
    uint32_t futures_end; // where the imports from __future__ that begin the program end
    bool in_except_star;  // inside the body of an except* clause
    bool in_iterable;     // inside the iterable of a comprehension, at any depth
    bool top_level_await; // the program may await
    const Name *super_name;
    const Name *class_name; // "__class__"
} SymbolBuilder;

// Reports the first error.
__attribute__((format(printf, 3, 4))) void symbols_fail(SymbolBuilder *builder, Span span,
                                                        const char *format, ...);

// What entering a scope sets aside.
typedef struct SavedScope {
    Scope *scope;
    uint32_t loops;
    bool in_except_star;
} SavedScope;

// symbols.c: the walk. symbols_mention makes the symbol of a name in the current scope.
void symbols_visit(SymbolBuilder *builder, Node *node);
void symbols_visit_optional(SymbolBuilder *builder, Node *node);
void symbols_bind(SymbolBuilder *builder, const Name *name, Span span);
void symbols_visit_list(SymbolBuilder *builder, const NodeList *list);
Symbol *symbols_mention(SymbolBuilder *builder, const Name *name, Span span);
SavedScope symbols_open_scope(SymbolBuilder *builder, ScopeKind kind, Node *node, const char *name);
void symbols_close_scope(SymbolBuilder *builder, SavedScope saved);

// symbols_comprehension.c.
void symbols_comprehension(SymbolBuilder *builder, Node *node, const char *name);
void symbols_named(SymbolBuilder *builder, const Node *node);

// symbols_type.c: type parameters and aliases (PEP 695).
void symbols_type_alias(SymbolBuilder *builder, Node *node);
// Opens the scope of type parameters, if there are any, and binds them.
SavedScope symbols_open_type_params(SymbolBuilder *builder, Node *node, const NodeList *params,
                                    const Name *name, Scope **scope);
// Refuses `what` ("yield expression") where the current scope belongs to type parameters.
bool symbols_refuse_in_type(SymbolBuilder *builder, Span span, const char *what);

// symbols_places.c.
void symbols_return(SymbolBuilder *builder, const Node *node);
void symbols_yield(SymbolBuilder *builder, Node *node);
void symbols_await(SymbolBuilder *builder, Node *node);
// May the current scope wait for something asynchronous? A program that does becomes is_async.
bool symbols_may_await(SymbolBuilder *builder);
void symbols_jump(SymbolBuilder *builder, const Node *node);
void symbols_async_statement(SymbolBuilder *builder, const Node *node, const char *what);

// scope.c: the symbol for an already mangled name, made if there is none.
Symbol *scope_add(Arena *arena, Scope *scope, const Name *mangled, Span span);
Symbol *scope_find_mangled(const Scope *scope, const Name *mangled);

// symbols_resolve.c: the cell of a class that holds its namespace.
Symbol *symbols_namespace_cell(SymbolBuilder *builder, Scope *scope);

// symbols_resolve.c: settles all symbols of all scopes.
void symbols_resolve(SymbolBuilder *builder);

// True for scopes whose names inner functions can see.
static inline bool scope_is_function_like(const Scope *scope) {
    return scope->kind != SCOPE_MODULE && scope->kind != SCOPE_CLASS;
}

// True for the scopes that run in the frame of the unit around them.
static inline bool scope_is_inline(ScopeKind kind) {
    return kind == SCOPE_COMPREHENSION || kind == SCOPE_TYPE_PARAMETERS;
}

// True for the scopes through which `:=` binds outwards.
static inline bool scope_is_comprehension(const Scope *scope) {
    return scope->kind == SCOPE_COMPREHENSION || scope->kind == SCOPE_GENERATOR_EXPRESSION;
}
