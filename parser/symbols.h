// SPDX-License-Identifier: MIT
//
// The symbol table: which variable does a name mean?
//
// Python decides by scope, before anything runs: a name assigned anywhere in a
// function is its local everywhere in it; otherwise it is looked for in the
// enclosing functions (a closure), then it is a global. symbols_build makes a
// Scope for each module, function, lambda, class, comprehension, generator
// expression and list of type parameters, stores it in the node (`node->FunctionDef.scope`), and
// resolves every name of every scope. It also finds the errors that need this knowledge
// ("'return' outside function", "no binding for nonlocal 'x' found", ...).
//
// A *unit* is a scope with its own code and frame: all of them but list, set and
// dict comprehensions (as in CPython since 3.12) and type parameters, which run inside
// the frame of the unit around them and only have names of their own. A variable that an
// inner unit uses is a CELL in its home, and FREE in the units on the way in.
//
// CPython's symtable.c is the counterpart; scopes here resolve to the defining
// Symbol itself, so the compiler never searches twice.
#pragma once

#include "arena.h"
#include "ast.h"
#include "diagnostic.h"
#include "names.h"

typedef struct Scope Scope;
typedef struct Symbol Symbol;

typedef enum ScopeKind {
    SCOPE_MODULE, // also an Expression or an Interactive
    SCOPE_FUNCTION,
    SCOPE_LAMBDA,
    SCOPE_CLASS,
    SCOPE_COMPREHENSION, // list, set, dict: no unit of its own
    SCOPE_GENERATOR_EXPRESSION,
    SCOPE_TYPE_PARAMETERS, // of a function, class or alias: no unit of its own
    SCOPE_TYPE_VALUE,      // a bound, a default, an alias's value: computed when asked for
} ScopeKind;

// Where the value of a name is found, seen from a scope.
typedef enum Binding {
    BINDING_LOCAL,           // a variable of the definition's unit; in a class: its namespace
    BINDING_CELL,            // the same, but captured by an inner unit: lives in a cell
    BINDING_FREE,            // a cell of an outer unit, brought along in the closure
    BINDING_GLOBAL_IMPLICIT, // not bound in any function around: module, then builtins
    BINDING_GLOBAL_EXPLICIT, // `global x` stands in this scope
} Binding;

// One name as one scope sees it.
struct Symbol {
    const Name *name; // mangled (`_Class__x`)
    Scope *scope;     // the scope whose table holds this symbol
    Binding binding;
    // The symbol that owns the variable: this one, one of an enclosing scope of
    // the same unit (comprehensions; then `binding` is the owner's, LOCAL or
    // CELL), or one of an outer unit (FREE). NULL for globals.
    Symbol *definition;
    bool is_parameter;
    bool is_assigned;   // bound by any means: =, for, def, del, ..., but import
    bool is_referenced; // read somewhere in this scope
    bool is_annotated;
    bool is_imported;           // bound by import, which a later `global` may still move
    bool is_global;             // named in a `global` statement here
    bool is_global_below;       // of a module: named in a `global` statement anywhere
    bool is_nonlocal;           // named in a `nonlocal` statement here
    bool is_iteration_variable; // target of this comprehension's `for`
    bool is_type_parameter;
    bool is_named_target; // of this comprehension: target of a `:=` in it
    Span first_span;      // where it first appears in this scope
    uint32_t slot;        // the compiler's own: register, cell or namespace number
};

typedef struct SymbolList {
    Symbol **items;
    uint32_t count;
    uint32_t capacity;
} SymbolList;

struct Scope {
    ScopeKind kind;
    Node *node;
    Scope *parent;              // NULL for the module
    Scope *unit;                // itself, or for a comprehension the unit it runs in
    const Name *name;           // "f", "C", "<lambda>", "<genexpr>", "<listcomp>", "<module>"
    const Name *qualified_name; // "C.f.<locals>.<lambda>"
    const Name *private_class;  // innermost class, for `__x` mangling; or NULL
    // In order of first appearance; parameters first, in CPython's order:
    // positional-only, positional, keyword-only, *args, **kwargs. A generator
    // expression has one parameter, ".0", its outermost iterable.
    SymbolList symbols;
    uint32_t parameter_count; // leading symbols that are parameters, stars included
    // Units: the captured variables of outer units that this unit's closure
    // brings along, as definitions, in a fixed order; its slot in the closure is
    // the index. Includes those that only its inner units need.
    SymbolList free_variables;
    // Class: the implicit `__class__` cell, if a method uses it or super(); else
    // NULL. It is not among `symbols`.
    Symbol *class_cell;
    // Class: the implicit cell that holds its namespace for the type values in it; else NULL.
    Symbol *namespace_cell;
    Scope *visible_class;    // of a type value: the class right around it, or NULL
    const char *description; // of a type value: "a type alias", for messages
    const Node *docstring;   // the Constant node, or NULL
    bool has_varargs;        // *args
    bool has_varkeywords;    // **kwargs
    bool is_async;           // `async def`; a comprehension or a program that awaits
    bool is_generator;       // has `yield`; together with is_async: async generator
    bool has_yield_from;
    bool uses_class;          // reads `__class__` or `super` (function)
    bool has_annotations;     // annotated assignment at this level (module, class)
    const Node *value_return; // the latest `return x` with a value, or NULL
    // The members below serve lookup and building.
    NameTable *names;
    Symbol **table; // open addressing by the Name's hash
    uint32_t table_size;
    bool is_nested; // inside a function, at any depth
    uint32_t depth; // scopes around
};

// Builds the scopes of a tree and stores each in its node. Returns the module's
// scope, or NULL with *error filled. All memory is the arena's. With `top_level_await` the program
// itself may await, which makes its scope is_async.
Scope *symbols_build(Arena *arena, Node *module, bool top_level_await, Diagnostic *error);

// The symbol for `name` (as written, mangled here) in this very scope; NULL if
// the scope does not mention it.
Symbol *scope_find(const Scope *scope, const Name *name);

// The Name after private-name mangling: inside class C, `__x` is `_C__x`. Use it
// for attribute names and keyword arguments too.
const Name *scope_mangle(const Scope *scope, const Name *name);

// Index of `definition` among unit->free_variables, or -1.
int scope_free_index(const Scope *unit, const Symbol *definition);

// The scope that a node opened, or NULL.
Scope *scope_of(const Node *node);
