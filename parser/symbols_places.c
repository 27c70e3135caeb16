// SPDX-License-Identifier: MIT
//
// Statements and expressions that are only legal in some places.
//
// `return` wants a function, `yield` too but no comprehension, `await` an async
// function, `break` and `continue` a loop. The walk knows what is around, so it
// asks here; the same functions note what makes a function a generator or a
// coroutine.
#include "symbols_state.h"

void symbols_return(SymbolBuilder *builder, const Node *node) {
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
    symbols_visit_optional(builder, node->Return.value);
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

void symbols_yield(SymbolBuilder *builder, Node *node) {
    Scope *scope = builder->scope;
    bool is_from = node->kind == AST_YieldFrom;
    symbols_refuse_in_type(builder, node->span, "yield expression");
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
    symbols_visit_optional(builder, is_from ? node->YieldFrom.value : node->Yield.value);
}

bool symbols_may_await(SymbolBuilder *builder) {
    Scope *scope = builder->scope;
    if (scope->kind == SCOPE_MODULE && builder->top_level_await)
        scope->is_async = true;
    return (scope->kind == SCOPE_FUNCTION || scope->kind == SCOPE_MODULE) && scope->is_async;
}

void symbols_await(SymbolBuilder *builder, Node *node) {
    Scope *scope = builder->scope;
    symbols_refuse_in_type(builder, node->span, "await expression");
    if (scope_is_comprehension(scope))
        scope->is_async = true;
    else if (!symbols_may_await(builder))
        symbols_fail(builder, node->span, "'await' outside %sfunction",
                     scope_is_function_like(scope) ? "async " : "");
    symbols_visit(builder, node->Await.value);
}

void symbols_async_statement(SymbolBuilder *builder, const Node *node, const char *what) {
    if (!symbols_may_await(builder))
        symbols_fail(builder, node->span, "'%s' outside async function", what);
}

void symbols_jump(SymbolBuilder *builder, const Node *node) {
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
