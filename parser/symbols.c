// SPDX-License-Identifier: MIT
//
// Which names does each scope bind and read? The first half of the symbol table.
//
// One walk over the tree, in the order of evaluation that matters for scopes:
// decorators, defaults, annotations and base classes belong to the scope around
// a definition, its body to the new one. Comprehensions and the `:=` in them have
// rules of their own (symbols_comprehension.c), and so have the statements that
// are only legal in some places (symbols_places.c).
#include "mini_check.h"
#include "symbols_state.h"

#include <string.h>

void symbols_fail(SymbolBuilder *builder, Span span, const char *format, ...) {
    if (builder->failed)
        return;
    builder->failed = true;
    va_list args;
    va_start(args, format);
    diagnostic_vset(builder->error, DIAGNOSTIC_SYNTAX_ERROR, span, format, args);
    va_end(args);
}

void symbols_visit_optional(SymbolBuilder *builder, Node *node) {
    if (node)
        symbols_visit(builder, node);
}

void symbols_visit_list(SymbolBuilder *builder, const NodeList *list) {
    for (uint32_t i = 0; i < list->count; i++)
        symbols_visit_optional(builder, list->items[i]);
}

static void visit_child(void *context, Node *child, const char *field) {
    (void)field;
    symbols_visit(context, child);
}

// ------------------------------------------------------------------- names

Symbol *symbols_mention(SymbolBuilder *builder, const Name *name, Span span) {
    const Name *mangled = scope_mangle(builder->scope, name);
    return scope_add(builder->arena, builder->scope, mangled, span);
}

void symbols_bind(SymbolBuilder *builder, const Name *name, Span span) {
    if (name)
        symbols_mention(builder, name, span)->is_assigned = true;
}

static void read_name(SymbolBuilder *builder, const Name *name, Span span) {
    symbols_mention(builder, name, span)->is_referenced = true;
    bool in_function = scope_is_function_like(builder->scope);
    if (!in_function || (name != builder->super_name && name != builder->class_name))
        return;
    builder->scope->uses_class = true;
    symbols_mention(builder, builder->class_name, span)->is_referenced = true;
}

static void visit_name(SymbolBuilder *builder, const Node *node) {
    if (node->Name.ctx == AST_Load)
        read_name(builder, node->Name.id, node->span);
    else
        symbols_bind(builder, node->Name.id, node->span);
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
    Symbol *symbol = symbols_mention(builder, name, node->span);
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
    for (uint32_t i = 0; i < node->Global.names.count; i++) {
        const Name *name = node->Global.names.items[i];
        declare(builder, node, name, true);
        Scope *module = builder->scopes.items[0];
        const Name *mangled = scope_mangle(builder->scope, name);
        scope_add(builder->arena, module, mangled, node->span)->is_global_below = true;
    }
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
        name = names_intern(builder->names, name->text, length);
        symbols_mention(builder, name, alias->span)->is_imported = true;
    }
}

static Span first_character(Span span) {
    return (Span){span.start, span.start + 1};
}

static bool is_future_import(const Node *node) {
    const Name *module = node->kind == AST_ImportFrom ? node->ImportFrom.module : NULL;
    return module && node->ImportFrom.level == 0 && strcmp(module->text, "__future__") == 0;
}

static uint32_t end_of_futures(const NodeList *body, bool has_docstring) {
    uint32_t end = 0;
    for (uint32_t i = has_docstring; i < body->count && is_future_import(body->items[i]); i++)
        end = body->items[i]->span.end;
    return end;
}

// `from __future__ import x`: all of Python's features are known; none changes a thing.
static void check_future(SymbolBuilder *builder, const Node *node) {
    if (node->span.end > builder->futures_end)
        symbols_fail(builder, node->span,
                     "from __future__ imports must occur at the beginning of the file");
    static const char *const features[] = {
        "nested_scopes",  "generators",       "division",       "absolute_import", "with_statement",
        "print_function", "unicode_literals", "barry_as_FLUFL", "generator_stop",  "annotations"};
    for (uint32_t i = 0; i < node->ImportFrom.names.count; i++) {
        const Node *alias = node->ImportFrom.names.items[i];
        bool known = false;
        for (size_t k = 0; k < sizeof features / sizeof features[0]; k++)
            known |= strcmp(alias->alias.name->text, features[k]) == 0;
        if (strcmp(alias->alias.name->text, "braces") == 0)
            symbols_fail(builder, first_character(node->span), "not a chance");
        else if (!known)
            symbols_fail(builder, first_character(node->span), "future feature %s is not defined",
                         alias->alias.name->text);
    }
}

static void visit_import_from(SymbolBuilder *builder, const Node *node) {
    if (is_future_import(node))
        check_future(builder, node);
    visit_import(builder, &node->ImportFrom.names);
}

static void annotate_name(SymbolBuilder *builder, const Node *node, const Node *target) {
    Symbol *symbol = symbols_mention(builder, target->Name.id, target->span);
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
        symbols_visit(builder, target);
    symbols_visit(builder, node->AnnAssign.annotation);
    symbols_visit_optional(builder, node->AnnAssign.value);
}

// ------------------------------------------------------------------ scopes

SavedScope symbols_open_scope(SymbolBuilder *builder, ScopeKind kind, Node *node,
                              const char *name) {
    SavedScope saved = {builder->scope, builder->loops, builder->in_except_star};
    Scope *scope = ARENA_NEW(builder->arena, Scope, 1);
    scope->kind = kind;
    scope->node = node;
    scope->parent = builder->scope;
    scope->unit = scope_is_inline(kind) ? builder->scope->unit : scope;
    scope->name = names_get(builder->names, name);
    scope->names = builder->names;
    if (scope->parent) {
        scope->private_class = scope->parent->private_class;
        scope->depth = scope->parent->depth + 1;
        scope->is_nested = scope->parent->is_nested || scope_is_function_like(scope->parent);
    }
    if (scope->depth > AST_MAX_DEPTH)
        symbols_fail(builder, node->span, "too many levels of nesting");
    ARENA_PUSH(builder->arena, &builder->scopes, scope);
    builder->scope = scope;
    builder->loops = 0;
    builder->in_except_star = false;
    return saved;
}

void symbols_close_scope(SymbolBuilder *builder, SavedScope saved) {
    builder->scope = saved.scope;
    builder->loops = saved.loops;
    builder->in_except_star = saved.in_except_star;
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
    Symbol *symbol = symbols_mention(builder, name, arg->span);
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
        symbols_visit_optional(builder, args->items[i]->arg.annotation);
}

// Defaults belong to the scope around, annotations to that of the type parameters.
static void visit_defaults(SymbolBuilder *builder, const Node *args) {
    symbols_visit_list(builder, &args->arguments.defaults);
    symbols_visit_list(builder, &args->arguments.kw_defaults);
}

static void visit_parameter_annotations(SymbolBuilder *builder, const Node *args) {
    visit_annotations(builder, &args->arguments.posonlyargs);
    visit_annotations(builder, &args->arguments.args);
    if (args->arguments.vararg)
        symbols_visit_optional(builder, args->arguments.vararg->arg.annotation);
    visit_annotations(builder, &args->arguments.kwonlyargs);
    if (args->arguments.kwarg)
        symbols_visit_optional(builder, args->arguments.kwarg->arg.annotation);
}

static void visit_function(SymbolBuilder *builder, Node *node) {
    symbols_visit_list(builder, &node->FunctionDef.decorator_list);
    visit_defaults(builder, node->FunctionDef.args);
    symbols_bind(builder, node->FunctionDef.name, node->FunctionDef.name_span);
    SavedScope outer =
        symbols_open_type_params(builder, node, &node->FunctionDef.type_params,
                                 node->FunctionDef.name, &node->FunctionDef.type_scope);
    visit_parameter_annotations(builder, node->FunctionDef.args);
    symbols_visit_optional(builder, node->FunctionDef.returns);
    SavedScope saved =
        symbols_open_scope(builder, SCOPE_FUNCTION, node, node->FunctionDef.name->text);
    node->FunctionDef.scope = builder->scope;
    builder->scope->is_async = node->kind == AST_AsyncFunctionDef;
    builder->scope->docstring = docstring_of(&node->FunctionDef.body);
    enter_parameters(builder, node->FunctionDef.args);
    symbols_visit_list(builder, &node->FunctionDef.body);
    symbols_close_scope(builder, saved);
    symbols_close_scope(builder, outer);
}

static void visit_lambda(SymbolBuilder *builder, Node *node) {
    visit_defaults(builder, node->Lambda.args);
    SavedScope saved = symbols_open_scope(builder, SCOPE_LAMBDA, node, "<lambda>");
    node->Lambda.scope = builder->scope;
    enter_parameters(builder, node->Lambda.args);
    symbols_visit(builder, node->Lambda.body);
    symbols_close_scope(builder, saved);
}

static void visit_class(SymbolBuilder *builder, Node *node) {
    symbols_visit_list(builder, &node->ClassDef.decorator_list);
    symbols_bind(builder, node->ClassDef.name, node->ClassDef.name_span);
    SavedScope outer = symbols_open_type_params(builder, node, &node->ClassDef.type_params,
                                                node->ClassDef.name, &node->ClassDef.type_scope);
    symbols_visit_list(builder, &node->ClassDef.bases);
    symbols_visit_list(builder, &node->ClassDef.keywords);
    SavedScope saved = symbols_open_scope(builder, SCOPE_CLASS, node, node->ClassDef.name->text);
    node->ClassDef.scope = builder->scope;
    builder->scope->private_class = node->ClassDef.name;
    builder->scope->docstring = docstring_of(&node->ClassDef.body);
    if (node->ClassDef.type_scope)
        read_name(builder, names_get(builder->names, ".type_params"), node->span);
    symbols_visit_list(builder, &node->ClassDef.body);
    symbols_close_scope(builder, saved);
    symbols_close_scope(builder, outer);
}

// -------------------------------------------------------------- statements

static void visit_loop(SymbolBuilder *builder, const NodeList *body, const NodeList *orelse) {
    builder->loops++;
    symbols_visit_list(builder, body);
    builder->loops--;
    symbols_visit_list(builder, orelse);
}

static void visit_for(SymbolBuilder *builder, const Node *node) {
    if (node->kind == AST_AsyncFor)
        symbols_async_statement(builder, node, "async for");
    symbols_visit(builder, node->For.target);
    symbols_visit(builder, node->For.iter);
    visit_loop(builder, &node->For.body, &node->For.orelse);
}

static void visit_handler(SymbolBuilder *builder, const Node *handler) {
    symbols_visit_optional(builder, handler->ExceptHandler.type);
    symbols_bind(builder, handler->ExceptHandler.name, handler->span);
    symbols_visit_list(builder, &handler->ExceptHandler.body);
}

static void visit_try_star(SymbolBuilder *builder, const Node *node) {
    symbols_visit_list(builder, &node->TryStar.body);
    uint32_t loops = builder->loops;
    bool in_except_star = builder->in_except_star;
    builder->loops = 0;
    builder->in_except_star = true;
    symbols_visit_list(builder, &node->TryStar.handlers);
    builder->loops = loops;
    builder->in_except_star = in_except_star;
    symbols_visit_list(builder, &node->TryStar.orelse);
    symbols_visit_list(builder, &node->TryStar.finalbody);
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
    case AST_TypeAlias:
        symbols_type_alias(builder, node);
        break;
    case AST_Return:
        symbols_return(builder, node);
        break;
    case AST_AnnAssign:
        visit_annotated(builder, node);
        break;
    case AST_For:
    case AST_AsyncFor:
        visit_for(builder, node);
        break;
    case AST_While:
        symbols_visit(builder, node->While.test);
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
        symbols_jump(builder, node);
        break;
    default:
        if (node->kind == AST_AsyncWith)
            symbols_async_statement(builder, node, "async with");
        ast_each_child(node, visit_child, builder);
    }
}

static void visit_expression(SymbolBuilder *builder, Node *node) {
    switch (node->kind) {
    case AST_Name:
        visit_name(builder, node);
        break;
    case AST_NamedExpr:
        symbols_named(builder, node);
        break;
    case AST_Lambda:
        visit_lambda(builder, node);
        break;
    case AST_ListComp:
        symbols_comprehension(builder, node, "<listcomp>");
        break;
    case AST_SetComp:
        symbols_comprehension(builder, node, "<setcomp>");
        break;
    case AST_DictComp:
        symbols_comprehension(builder, node, "<dictcomp>");
        break;
    case AST_GeneratorExp:
        symbols_comprehension(builder, node, "<genexpr>");
        break;
    case AST_Yield:
    case AST_YieldFrom:
        symbols_yield(builder, node);
        break;
    case AST_Await:
        symbols_await(builder, node);
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
        symbols_bind(builder, node->MatchStar.name, node->span);
        return;
    case AST_MatchAs:
        symbols_bind(builder, node->MatchAs.name, node->span);
        break;
    case AST_MatchMapping:
        symbols_bind(builder, node->MatchMapping.rest, node->span);
        break;
    default:
        break;
    }
    ast_each_child(node, visit_child, builder);
}

void symbols_visit(SymbolBuilder *builder, Node *node) {
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
    symbols_open_scope(builder, SCOPE_MODULE, module, "<module>");
    if (module->kind == AST_Expression) {
        module->Expression.scope = builder->scope;
        symbols_visit(builder, module->Expression.body);
        return;
    }
    module->Module.scope = builder->scope;
    if (module->kind == AST_Module)
        builder->scope->docstring = docstring_of(&module->Module.body);
    builder->futures_end = end_of_futures(&module->Module.body, builder->scope->docstring != NULL);
    symbols_visit_list(builder, &module->Module.body);
}

Scope *symbols_build(Arena *arena, Node *module, bool top_level_await, Diagnostic *error) {
    MINI_CHECK(module->kind <= AST_Interactive, "symbols_build wants a whole program");
    SymbolBuilder builder = {.arena = arena, .error = error, .top_level_await = top_level_await};
    builder.names =
        module->kind == AST_Expression ? module->Expression.names : module->Module.names;
    builder.super_name = names_get(builder.names, "super");
    builder.class_name = names_get(builder.names, "__class__");
    visit_program(&builder, module);
    if (!builder.failed)
        symbols_resolve(&builder);
    return builder.failed ? NULL : builder.scopes.items[0];
}
