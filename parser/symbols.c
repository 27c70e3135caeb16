// SPDX-License-Identifier: MIT
//
// Which names does each scope bind and read? The first half of the symbol table.
//
// One walk over the tree, in the order of evaluation that matters for scopes:
// decorators, defaults, annotations and base classes belong to the scope around
// a definition, its body to the new one; the first iterable of a comprehension
// is evaluated outside of it. The walk also knows what is around each statement,
// so this is where `return`, `yield`, `await`, `break` and `continue` in the
// wrong place are found.
#include "mini_check.h"
#include "symbols_state.h"

#include <string.h>

static void visit(SymbolBuilder *builder, Node *node);

void symbols_fail(SymbolBuilder *builder, Span span, const char *format, ...) {
    if (builder->failed)
        return;
    builder->failed = true;
    va_list args;
    va_start(args, format);
    diagnostic_vset(builder->error, DIAGNOSTIC_SYNTAX_ERROR, span, format, args);
    va_end(args);
}

static void visit_optional(SymbolBuilder *builder, Node *node) {
    if (node)
        visit(builder, node);
}

static void visit_list(SymbolBuilder *builder, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++)
        visit_optional(builder, list->items[i]);
}

static void visit_child(void *context, Node *child, const char *field) {
    (void)field;
    visit(context, child);
}

// ------------------------------------------------------------------- names

static Symbol *mention(SymbolBuilder *builder, const Name *name, Span span) {
    const Name *mangled = scope_mangle(builder->scope, name);
    return scope_add(builder->arena, builder->scope, mangled, span);
}

static void bind(SymbolBuilder *builder, const Name *name, Span span) {
    if (name)
        mention(builder, name, span)->is_assigned = true;
}

static void read_name(SymbolBuilder *builder, const Name *name, Span span) {
    mention(builder, name, span)->is_referenced = true;
    bool in_function = scope_is_function_like(builder->scope);
    if (!in_function || (name != builder->super_name && name != builder->class_name))
        return;
    builder->scope->uses_class = true;
    mention(builder, builder->class_name, span)->is_referenced = true;
}

static void visit_name(SymbolBuilder *builder, const Node *node) {
    if (node->Name.ctx == AST_Load)
        read_name(builder, node->Name.id, node->span);
    else
        bind(builder, node->Name.id, node->span);
}

// Why `global x` or `nonlocal x` comes too late; NULL if it does not.
static const char *too_late(const Symbol *symbol) {
    if (symbol->is_parameter)
        return "name '%s' is parameter and %s";
    if (symbol->is_referenced)
        return "name '%s' is used prior to %s declaration";
    if (symbol->is_annotated)
        return "annotated name '%s' can't be %s";
    return symbol->is_assigned ? "name '%s' is assigned to before %s declaration" : NULL;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void declare(SymbolBuilder *builder, const Node *node, const Name *name, bool is_global) {
    Symbol *symbol = mention(builder, name, node->span);
    const char *problem = too_late(symbol);
    if (problem)
        symbols_fail(builder, node->span, problem, name->text, is_global ? "global" : "nonlocal");
    bool contradicts = is_global ? symbol->is_nonlocal : symbol->is_global;
    if (contradicts)
        symbols_fail(builder, symbol->first_span, "name '%s' is nonlocal and global", name->text);
    symbol->is_global |= is_global;
    symbol->is_nonlocal |= !is_global;
    symbol->first_span = node->span;
}
#pragma GCC diagnostic pop

static void visit_global(SymbolBuilder *builder, const Node *node) {
    for (uint32_t i = 0; i < node->Global.names.count; i++)
        declare(builder, node, node->Global.names.items[i], true);
}

static void visit_nonlocal(SymbolBuilder *builder, const Node *node) {
    if (builder->scope->kind == SCOPE_MODULE)
        symbols_fail(builder, node->span, "nonlocal declaration not allowed at module level");
    for (uint32_t i = 0; i < node->Nonlocal.names.count; i++)
        declare(builder, node, node->Nonlocal.names.items[i], false);
}

static void visit_import(SymbolBuilder *builder, const NodeList *names) {
    for (uint32_t i = 0; i < names->count; i++) {
        const Node *alias = names->items[i];
        const Name *name = alias->alias.asname ? alias->alias.asname : alias->alias.name;
        size_t length = alias->alias.asname ? name->length : strcspn(name->text, ".");
        if (name->text[0] == '*') {
            if (builder->scope->kind != SCOPE_MODULE)
                symbols_fail(builder, alias->span, "import * only allowed at module level");
            continue;
        }
        Symbol *symbol =
            mention(builder, names_intern(builder->names, name->text, length), alias->span);
        symbol->is_assigned = symbol->is_imported = true;
    }
}

// `from __future__ import x`: all of Python's features are known; none changes a thing.
static void check_future(SymbolBuilder *builder, const Node *node) {
    static const char *const features[] = {
        "nested_scopes",  "generators",       "division",       "absolute_import", "with_statement",
        "print_function", "unicode_literals", "barry_as_FLUFL", "generator_stop",  "annotations"};
    for (uint32_t i = 0; i < node->ImportFrom.names.count; i++) {
        const Node *alias = node->ImportFrom.names.items[i];
        bool known = false;
        for (size_t k = 0; k < sizeof features / sizeof features[0]; k++)
            known |= strcmp(alias->alias.name->text, features[k]) == 0;
        if (strcmp(alias->alias.name->text, "braces") == 0)
            symbols_fail(builder, node->span, "not a chance");
        else if (!known)
            symbols_fail(builder, node->span, "future feature %s is not defined",
                         alias->alias.name->text);
    }
}

static void visit_import_from(SymbolBuilder *builder, const Node *node) {
    const Name *module = node->ImportFrom.module;
    if (module && node->ImportFrom.level == 0 && strcmp(module->text, "__future__") == 0)
        check_future(builder, node);
    visit_import(builder, &node->ImportFrom.names);
}

static void annotate_name(SymbolBuilder *builder, const Node *node, const Node *target) {
    Symbol *symbol = mention(builder, target->Name.id, target->span);
    bool declared = symbol->is_global || symbol->is_nonlocal;
    if (node->AnnAssign.simple && declared && builder->scope->kind != SCOPE_MODULE)
        symbols_fail(builder, node->span, "annotated name '%s' can't be %s", symbol->name->text,
                     symbol->is_global ? "global" : "nonlocal");
    symbol->is_annotated |= node->AnnAssign.simple;
    symbol->is_assigned |= node->AnnAssign.simple || node->AnnAssign.value;
    builder->scope->has_annotations |= node->AnnAssign.simple;
}

static void visit_annotated(SymbolBuilder *builder, const Node *node) {
    Node *target = node->AnnAssign.target;
    if (target->kind == AST_Name)
        annotate_name(builder, node, target);
    else
        visit(builder, target);
    visit(builder, node->AnnAssign.annotation);
    visit_optional(builder, node->AnnAssign.value);
}

// ------------------------------------------------------------------ scopes

// What opening a unit sets aside.
typedef struct Saved {
    Scope *scope;
    uint32_t loops;
    bool in_except_star;
    const Node *iterable_of;
} Saved;

static Saved open_scope(SymbolBuilder *builder, ScopeKind kind, Node *node, const char *name) {
    Saved saved = {builder->scope, builder->loops, builder->in_except_star, builder->iterable_of};
    Scope *scope = ARENA_NEW(builder->arena, Scope, 1);
    scope->kind = kind;
    scope->node = node;
    scope->parent = builder->scope;
    scope->unit = kind == SCOPE_COMPREHENSION ? builder->scope->unit : scope;
    scope->name = names_get(builder->names, name);
    scope->names = builder->names;
    if (scope->parent) {
        scope->private_class = scope->parent->private_class;
        scope->is_nested = scope->parent->is_nested || scope_is_function_like(scope->parent);
    }
    ARENA_PUSH(builder->arena, &builder->scopes, scope);
    builder->scope = scope;
    builder->loops = 0;
    builder->in_except_star = false;
    builder->iterable_of = NULL;
    return saved;
}

static void close_scope(SymbolBuilder *builder, Saved saved) {
    builder->scope = saved.scope;
    builder->loops = saved.loops;
    builder->in_except_star = saved.in_except_star;
    builder->iterable_of = saved.iterable_of;
}

static const Node *docstring_of(const NodeList *body) {
    const Node *first = body->count ? body->items[0] : NULL;
    if (!first || first->kind != AST_Expr || first->Expr.value->kind != AST_Constant)
        return NULL;
    const Node *value = first->Expr.value;
    return value->Constant.value.kind == CONSTANT_STRING ? value : NULL;
}

static void add_parameter(SymbolBuilder *builder, const Node *arg) {
    const Name *name = arg->arg.arg;
    Symbol *symbol = mention(builder, name, arg->span);
    if (symbol->is_parameter)
        symbols_fail(builder, arg->span, "duplicate argument '%s' in function definition",
                     name->text);
    symbol->is_parameter = true;
    builder->scope->parameter_count++;
}

static void add_parameters(SymbolBuilder *builder, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++)
        add_parameter(builder, list->items[i]);
}

static void enter_parameters(SymbolBuilder *builder, const Node *args) {
    add_parameters(builder, &args->arguments.posonlyargs);
    add_parameters(builder, &args->arguments.args);
    add_parameters(builder, &args->arguments.kwonlyargs);
    if (args->arguments.vararg)
        add_parameter(builder, args->arguments.vararg);
    if (args->arguments.kwarg)
        add_parameter(builder, args->arguments.kwarg);
    builder->scope->has_varargs = args->arguments.vararg != NULL;
    builder->scope->has_varkeywords = args->arguments.kwarg != NULL;
}

static void visit_annotations(SymbolBuilder *builder, const NodeList *args) {
    for (uint32_t i = 0; i < args->count; i++)
        visit_optional(builder, args->items[i]->arg.annotation);
}

// Defaults and annotations, which belong to the scope around.
static void visit_signature(SymbolBuilder *builder, const Node *args) {
    visit_list(builder, &args->arguments.defaults);
    visit_list(builder, &args->arguments.kw_defaults);
    visit_annotations(builder, &args->arguments.posonlyargs);
    visit_annotations(builder, &args->arguments.args);
    if (args->arguments.vararg)
        visit_optional(builder, args->arguments.vararg->arg.annotation);
    visit_annotations(builder, &args->arguments.kwonlyargs);
    if (args->arguments.kwarg)
        visit_optional(builder, args->arguments.kwarg->arg.annotation);
}

static void visit_function(SymbolBuilder *builder, Node *node) {
    visit_list(builder, &node->FunctionDef.decorator_list);
    visit_signature(builder, node->FunctionDef.args);
    visit_optional(builder, node->FunctionDef.returns);
    bind(builder, node->FunctionDef.name, node->FunctionDef.name_span);
    Saved saved = open_scope(builder, SCOPE_FUNCTION, node, node->FunctionDef.name->text);
    node->FunctionDef.scope = builder->scope;
    builder->scope->is_async = node->kind == AST_AsyncFunctionDef;
    builder->scope->docstring = docstring_of(&node->FunctionDef.body);
    enter_parameters(builder, node->FunctionDef.args);
    visit_list(builder, &node->FunctionDef.body);
    close_scope(builder, saved);
}

static void visit_lambda(SymbolBuilder *builder, Node *node) {
    visit_signature(builder, node->Lambda.args);
    Saved saved = open_scope(builder, SCOPE_LAMBDA, node, "<lambda>");
    node->Lambda.scope = builder->scope;
    enter_parameters(builder, node->Lambda.args);
    visit(builder, node->Lambda.body);
    close_scope(builder, saved);
}

static void visit_class(SymbolBuilder *builder, Node *node) {
    visit_list(builder, &node->ClassDef.decorator_list);
    visit_list(builder, &node->ClassDef.bases);
    visit_list(builder, &node->ClassDef.keywords);
    bind(builder, node->ClassDef.name, node->ClassDef.name_span);
    Saved saved = open_scope(builder, SCOPE_CLASS, node, node->ClassDef.name->text);
    node->ClassDef.scope = builder->scope;
    builder->scope->private_class = node->ClassDef.name;
    builder->scope->docstring = docstring_of(&node->ClassDef.body);
    visit_list(builder, &node->ClassDef.body);
    close_scope(builder, saved);
}

// --------------------------------------------------------- comprehensions

static void mark_iteration_variables(SymbolBuilder *builder, const Node *target) {
    const NodeList *list = target->kind == AST_Tuple  ? &target->Tuple.elts
                           : target->kind == AST_List ? &target->List.elts
                                                      : NULL;
    for (uint32_t i = 0; list && i < list->count; i++)
        mark_iteration_variables(builder, list->items[i]);
    if (target->kind == AST_Starred)
        mark_iteration_variables(builder, target->Starred.value);
    if (target->kind == AST_Name)
        mention(builder, target->Name.id, target->span)->is_iteration_variable = true;
}

static void visit_iterable(SymbolBuilder *builder, Node *comprehension, Node *iterable) {
    const Node *outer = builder->iterable_of;
    builder->iterable_of = comprehension;
    visit(builder, iterable);
    builder->iterable_of = outer;
}

static void visit_clauses(SymbolBuilder *builder, Node *node, const NodeList *clauses) {
    for (uint32_t i = 0; i < clauses->count; i++) {
        const Node *clause = clauses->items[i];
        builder->scope->is_async |= clause->comprehension.is_async;
        mark_iteration_variables(builder, clause->comprehension.target);
        visit(builder, clause->comprehension.target);
        if (i > 0)
            visit_iterable(builder, node, clause->comprehension.iter);
        visit_list(builder, &clause->comprehension.ifs);
    }
}

// An asynchronous comprehension makes what is around it asynchronous.
static void check_async_comprehension(SymbolBuilder *builder, const Node *node) {
    Scope *around = builder->scope;
    if (scope_is_comprehension(around))
        around->is_async = true;
    else if (around->kind != SCOPE_FUNCTION || !around->is_async)
        symbols_fail(builder, node->span,
                     "asynchronous comprehension outside of an asynchronous function");
}

static void visit_comprehension(SymbolBuilder *builder, Node *node, const char *name) {
    bool is_dict = node->kind == AST_DictComp;
    bool is_generator = node->kind == AST_GeneratorExp;
    const NodeList *clauses = is_dict ? &node->DictComp.generators : &node->ListComp.generators;
    visit_iterable(builder, node, clauses->items[0]->comprehension.iter);
    ScopeKind kind = is_generator ? SCOPE_GENERATOR_EXPRESSION : SCOPE_COMPREHENSION;
    Saved saved = open_scope(builder, kind, node, name);
    Scope *scope = builder->scope;
    *(is_dict ? &node->DictComp.scope : &node->ListComp.scope) = scope;
    scope->is_generator = is_generator;
    if (is_generator) {
        mention(builder, names_get(builder->names, ".0"), node->span)->is_parameter = true;
        scope->parameter_count = 1;
    }
    visit_clauses(builder, node, clauses);
    if (is_dict)
        visit(builder, node->DictComp.key);
    visit(builder, is_dict ? node->DictComp.value : node->ListComp.elt);
    close_scope(builder, saved);
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
        symbol->is_referenced = true;
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
    scope_add(builder->arena, scope, name, target->span)->is_assigned = true;
}

static void visit_named(SymbolBuilder *builder, const Node *node) {
    if (builder->iterable_of)
        symbols_fail(builder, node->span,
                     "assignment expression cannot be used in a "
                     "comprehension iterable expression");
    bind_outside(builder, node->NamedExpr.target);
    visit(builder, node->NamedExpr.value);
}

// ------------------------------------------------- statements in their place

static void visit_return(SymbolBuilder *builder, const Node *node) {
    if (builder->scope->kind != SCOPE_FUNCTION)
        symbols_fail(builder, node->span, "'return' outside function");
    if (builder->in_except_star)
        symbols_fail(builder, node->span,
                     "'break', 'continue' and 'return' cannot appear in an "
                     "except* block");
    if (node->Return.value)
        builder->scope->value_return = node;
    if (node->Return.value && builder->scope->is_async && builder->scope->is_generator)
        symbols_fail(builder, node->span, "'return' with value in async generator");
    visit_optional(builder, node->Return.value);
}

static const char *comprehension_name(const Scope *scope) {
    switch (scope->node->kind) {
    case AST_ListComp:
        return "list comprehension";
    case AST_SetComp:
        return "set comprehension";
    case AST_DictComp:
        return "dict comprehension";
    default:
        return "generator expression";
    }
}

static void visit_yield(SymbolBuilder *builder, Node *node) {
    Scope *scope = builder->scope;
    bool is_from = node->kind == AST_YieldFrom;
    if (scope_is_comprehension(scope))
        symbols_fail(builder, node->span, "'yield' inside %s", comprehension_name(scope));
    else if (!scope_is_function_like(scope))
        symbols_fail(builder, node->span, "'yield%s' outside function", is_from ? " from" : "");
    else if (is_from && scope->is_async)
        symbols_fail(builder, node->span, "'yield from' inside async function");
    scope->is_generator = true;
    scope->has_yield_from |= is_from;
    if (scope->is_async && scope->value_return)
        symbols_fail(builder, scope->value_return->span, "'return' with value in async generator");
    ast_each_child(node, visit_child, builder);
}

static void visit_await(SymbolBuilder *builder, Node *node) {
    Scope *scope = builder->scope;
    if (scope_is_comprehension(scope))
        scope->is_async = true;
    else if (!scope_is_function_like(scope))
        symbols_fail(builder, node->span, "'await' outside function");
    else if (!scope->is_async)
        symbols_fail(builder, node->span, "'await' outside async function");
    visit(builder, node->Await.value);
}

static void check_async_statement(SymbolBuilder *builder, const Node *node, const char *what) {
    if (builder->scope->kind != SCOPE_FUNCTION || !builder->scope->is_async)
        symbols_fail(builder, node->span, "'%s' outside async function", what);
}

static void visit_jump(SymbolBuilder *builder, const Node *node) {
    if (builder->loops)
        return;
    if (builder->in_except_star)
        symbols_fail(builder, node->span,
                     "'break', 'continue' and 'return' cannot appear in an "
                     "except* block");
    else if (node->kind == AST_Break)
        symbols_fail(builder, node->span, "'break' outside loop");
    else
        symbols_fail(builder, node->span, "'continue' not properly in loop");
}

static void visit_loop(SymbolBuilder *builder, const NodeList *body, const NodeList *orelse) {
    builder->loops++;
    visit_list(builder, body);
    builder->loops--;
    visit_list(builder, orelse);
}

static void visit_for(SymbolBuilder *builder, const Node *node) {
    if (node->kind == AST_AsyncFor)
        check_async_statement(builder, node, "async for");
    visit(builder, node->For.target);
    visit(builder, node->For.iter);
    visit_loop(builder, &node->For.body, &node->For.orelse);
}

static void visit_handler(SymbolBuilder *builder, const Node *handler) {
    visit_optional(builder, handler->ExceptHandler.type);
    bind(builder, handler->ExceptHandler.name, handler->span);
    visit_list(builder, &handler->ExceptHandler.body);
}

static void visit_try_star(SymbolBuilder *builder, const Node *node) {
    visit_list(builder, &node->TryStar.body);
    uint32_t loops = builder->loops;
    bool in_except_star = builder->in_except_star;
    builder->loops = 0;
    builder->in_except_star = true;
    visit_list(builder, &node->TryStar.handlers);
    builder->loops = loops;
    builder->in_except_star = in_except_star;
    visit_list(builder, &node->TryStar.orelse);
    visit_list(builder, &node->TryStar.finalbody);
}

// ------------------------------------------------------------------ the walk

static void visit_statement(SymbolBuilder *builder, Node *node) {
    switch (node->kind) {
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        visit_function(builder, node);
        break;
    case AST_ClassDef:
        visit_class(builder, node);
        break;
    case AST_Return:
        visit_return(builder, node);
        break;
    case AST_AnnAssign:
        visit_annotated(builder, node);
        break;
    case AST_For:
    case AST_AsyncFor:
        visit_for(builder, node);
        break;
    case AST_While:
        visit(builder, node->While.test);
        visit_loop(builder, &node->While.body, &node->While.orelse);
        break;
    case AST_TryStar:
        visit_try_star(builder, node);
        break;
    case AST_Import:
        visit_import(builder, &node->Import.names);
        break;
    case AST_ImportFrom:
        visit_import_from(builder, node);
        break;
    case AST_Global:
        visit_global(builder, node);
        break;
    case AST_Nonlocal:
        visit_nonlocal(builder, node);
        break;
    case AST_Break:
    case AST_Continue:
        visit_jump(builder, node);
        break;
    default:
        if (node->kind == AST_AsyncWith)
            check_async_statement(builder, node, "async with");
        ast_each_child(node, visit_child, builder);
    }
}

static void visit_expression(SymbolBuilder *builder, Node *node) {
    switch (node->kind) {
    case AST_Name:
        visit_name(builder, node);
        break;
    case AST_NamedExpr:
        visit_named(builder, node);
        break;
    case AST_Lambda:
        visit_lambda(builder, node);
        break;
    case AST_ListComp:
        visit_comprehension(builder, node, "<listcomp>");
        break;
    case AST_SetComp:
        visit_comprehension(builder, node, "<setcomp>");
        break;
    case AST_DictComp:
        visit_comprehension(builder, node, "<dictcomp>");
        break;
    case AST_GeneratorExp:
        visit_comprehension(builder, node, "<genexpr>");
        break;
    case AST_Yield:
    case AST_YieldFrom:
        visit_yield(builder, node);
        break;
    case AST_Await:
        visit_await(builder, node);
        break;
    default:
        ast_each_child(node, visit_child, builder);
    }
}

// Parts of statements and patterns that bind names.
static void visit_part(SymbolBuilder *builder, Node *node) {
    switch (node->kind) {
    case AST_ExceptHandler:
        visit_handler(builder, node);
        return;
    case AST_MatchStar:
        bind(builder, node->MatchStar.name, node->span);
        return;
    case AST_MatchAs:
        bind(builder, node->MatchAs.name, node->span);
        break;
    case AST_MatchMapping:
        bind(builder, node->MatchMapping.rest, node->span);
        break;
    default:
        break;
    }
    ast_each_child(node, visit_child, builder);
}

static void visit(SymbolBuilder *builder, Node *node) {
    if (builder->failed)
        return;
    if (ast_is_statement(node->kind))
        visit_statement(builder, node);
    else if (node->kind >= AST_BoolOp && node->kind <= AST_Slice)
        visit_expression(builder, node);
    else
        visit_part(builder, node);
}

static void visit_program(SymbolBuilder *builder, Node *module) {
    open_scope(builder, SCOPE_MODULE, module, "<module>");
    if (module->kind == AST_Expression) {
        module->Expression.scope = builder->scope;
        visit(builder, module->Expression.body);
        return;
    }
    module->Module.scope = builder->scope;
    if (module->kind == AST_Module)
        builder->scope->docstring = docstring_of(&module->Module.body);
    visit_list(builder, &module->Module.body);
}

Scope *symbols_build(Arena *arena, Node *module, Diagnostic *error) {
    MINI_CHECK(module->kind <= AST_Interactive, "symbols_build wants a whole program");
    SymbolBuilder builder = {.arena = arena, .error = error};
    builder.names =
        module->kind == AST_Expression ? module->Expression.names : module->Module.names;
    builder.super_name = names_get(builder.names, "super");
    builder.class_name = names_get(builder.names, "__class__");
    visit_program(&builder, module);
    if (!builder.failed)
        symbols_resolve(&builder);
    return builder.failed ? NULL : builder.scopes.items[0];
}
