// SPDX-License-Identifier: MIT
//
// Statements: the dispatch over all kinds, and the simple ones themselves.
//
// Temporaries live no longer than their statement, so each starts with an empty register stack
// above what the enclosing loops, `with` and `try` statements hold.
#include "block.h"

static void compile_if(Compiler *c, const Node *node) {
    Label otherwise = {0}, end = {0};
    compile_condition(c, node->If.test, &otherwise, false);
    compile_body(c, &node->If.body);
    if (node->If.orelse.count > 0)
        label_jump(c, node, &end);
    label_place(c, &otherwise);
    compile_body(c, &node->If.orelse);
    label_place(c, &end);
}

static void compile_return(Compiler *c, const Node *node) {
    const Node *value = node->Return.value;
    bool has_cleanup = block_has_cleanup(c);
    if (!has_cleanup &&
        (!value || (value->kind == AST_Constant && value->Constant.value.kind == CONSTANT_NONE))) {
        emit_op(c, node, OP_RETURN_NONE, 0, 0, 0);
        c->unit->is_reachable = false;
        return;
    }
    Register result;
    if (!value)
        emit_none(c, node, result = unit_temp(c));
    else
        result = has_cleanup ? compile_temp(c, value) : compile_operand(c, value);
    block_exit(c, node, EXIT_RETURN, result);
}

static void compile_raise(Compiler *c, const Node *node) {
    Register exception = unit_temp(c), cause = unit_temp(c);
    if (node->Raise.exc)
        compile_to(c, node->Raise.exc, exception);
    else
        emit_undefined(c, node, exception);
    if (node->Raise.cause)
        compile_to(c, node->Raise.cause, cause);
    else
        emit_undefined(c, node, cause);
    emit_op(c, node, OP_RAISE, exception, cause, 0);
    c->unit->is_reachable = false;
}

static void compile_assert(Compiler *c, const Node *node) {
    if (c->optimize > 0)
        return;
    Label holds = {0};
    compile_condition(c, node->Assert.test, &holds, true);
    Register message = unit_temp(c);
    if (node->Assert.msg)
        compile_to(c, node->Assert.msg, message);
    else
        emit_undefined(c, node, message);
    emit_op(c, node->Assert.test, OP_RAISE_ASSERTION, message, 0, 0);
    c->unit->is_reachable = false;
    label_place(c, &holds);
}

// import a.b.c binds a; import a.b.c as m binds the last module.
static void compile_import_alias(Compiler *c, const Node *node, const Node *alias) {
    const Name *name = alias->alias.name, *as = alias->alias.asname;
    uint32_t mark = unit_mark(c);
    Register module = unit_temps(c, 2);
    emit_none(c, node, module);
    emit_int(c, node, (Register)(module + 1), 0);
    emit_op(c, node, OP_IMPORT_NAME, module, module, pool_name(c, name));
    const char *dot = strchr(name->text, '.');
    const Name *bound = as    ? as
                        : dot ? names_intern(c->names, name->text, (size_t)(dot - name->text))
                              : name;
    for (; as && dot; dot = strchr(dot + 1, '.')) {
        const Name *part = names_intern(c->names, dot + 1, strcspn(dot + 1, "."));
        emit_op(c, node, OP_IMPORT_FROM, module, module, pool_name(c, part));
    }
    variable_store(c, node, bound, module);
    unit_release(c, mark);
}

static void compile_import(Compiler *c, const Node *node) {
    for (uint32_t i = 0; i < node->Import.names.count; i++)
        compile_import_alias(c, node, node->Import.names.items[i]);
}

static void note_future(Compiler *c, const Node *node) {
    const Name *module = node->ImportFrom.module;
    if (!module || strcmp(module->text, "__future__") != 0)
        return;
    for (uint32_t i = 0; i < node->ImportFrom.names.count; i++) {
        const Name *name = node->ImportFrom.names.items[i]->alias.name;
        if (strcmp(name->text, "annotations") == 0)
            c->text_annotations = true;
    }
}

static uint16_t imported_names(Compiler *c, const NodeList *aliases) {
    NameList names = {ARENA_NEW(c->arena, const Name *, aliases->count), aliases->count};
    for (uint32_t i = 0; i < aliases->count; i++)
        names.items[i] = aliases->items[i]->alias.name;
    return pool_names(c, &names);
}

static void compile_import_from(Compiler *c, const Node *node) {
    note_future(c, node);
    const NodeList *aliases = &node->ImportFrom.names;
    const Name *module = node->ImportFrom.module;
    Register base = unit_temps(c, 2);
    emit_wide(c, node, OP_LOAD_CONST, base, imported_names(c, aliases));
    emit_int(c, node, (Register)(base + 1), node->ImportFrom.level);
    if (!module)
        module = names_get(c->names, "");
    emit_op(c, node, OP_IMPORT_NAME, base, base, pool_name(c, module));
    for (uint32_t i = 0; i < aliases->count; i++) {
        const Node *alias = aliases->items[i];
        if (strcmp(alias->alias.name->text, "*") == 0) {
            emit_op(c, node, OP_IMPORT_STAR, base, 0, 0);
            return;
        }
        const Name *as = alias->alias.asname ? alias->alias.asname : alias->alias.name;
        Register variable = variable_register(c, as);
        Register value = variable == NO_REGISTER ? (Register)(base + 1) : variable;
        emit_op(c, node, OP_IMPORT_FROM, value, base, pool_name(c, alias->alias.name));
        variable_store(c, node, as, value);
    }
}

static void compile_expression_statement(Compiler *c, const Node *node) {
    bool prints = c->scope->kind == SCOPE_MODULE && c->scope->node->kind == AST_Interactive;
    if (!prints)
        compile_effect(c, node->Expr.value);
    else
        emit_op(c, node, OP_PRINT_EXPR, compile_operand(c, node->Expr.value), 0, 0);
}

static void compile_targets_delete(Compiler *c, const Node *node) {
    for (uint32_t i = 0; i < node->Delete.targets.count; i++)
        compile_delete(c, node->Delete.targets.items[i]);
}

static void compile_compound(Compiler *c, const Node *node) {
    switch (node->kind) {
    case AST_If:
        compile_if(c, node);
        break;
    case AST_For:
        compile_for(c, node);
        break;
    case AST_AsyncFor:
        compile_async_for(c, node);
        break;
    case AST_While:
        compile_while(c, node);
        break;
    case AST_With:
    case AST_AsyncWith:
        compile_with(c, node, 0);
        break;
    case AST_Try:
    case AST_TryStar:
        compile_try(c, node);
        break;
    case AST_Match:
        compile_match(c, node);
        break;
    case AST_FunctionDef:
    case AST_AsyncFunctionDef:
        compile_function(c, node);
        break;
    case AST_ClassDef:
        compile_class(c, node);
        break;
    default:
        compile_fail(c, node->span, "not supported yet: %s", ast_kind_name(node->kind));
    }
}

static void compile_import_or_jump(Compiler *c, const Node *node) {
    switch (node->kind) {
    case AST_Import:
        compile_import(c, node);
        break;
    case AST_ImportFrom:
        compile_import_from(c, node);
        break;
    case AST_Break:
        block_exit(c, node, EXIT_BREAK, NO_REGISTER);
        break;
    case AST_Continue:
        block_exit(c, node, EXIT_CONTINUE, NO_REGISTER);
        break;
    case AST_Pass: // who traces the program is told of its line
        emit_op(c, node, OP_NOTHING, 0, 0, 0);
        break;
    case AST_TypeAlias:
        compile_type_alias(c, node);
        break;
    case AST_Global:
    case AST_Nonlocal:
        break;
    default:
        compile_compound(c, node);
        break;
    }
}

void compile_statement(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    switch (node->kind) {
    case AST_Expr:
        compile_expression_statement(c, node);
        break;
    case AST_Assign:
        compile_assign(c, node);
        break;
    case AST_AugAssign:
        compile_augmented(c, node);
        break;
    case AST_AnnAssign:
        compile_annotated(c, node);
        break;
    case AST_Return:
        compile_return(c, node);
        break;
    case AST_Raise:
        compile_raise(c, node);
        break;
    case AST_Assert:
        compile_assert(c, node);
        break;
    case AST_Delete:
        compile_targets_delete(c, node);
        break;
    default:
        compile_import_or_jump(c, node);
        break;
    }
    unit_release(c, mark);
}

void compile_body_unless_pass(Compiler *c, const NodeList *statements) {
    if (statements->count > 1 || statements->items[0]->kind != AST_Pass)
        compile_body(c, statements);
}

void compile_body(Compiler *c, const NodeList *statements) {
    for (uint32_t i = 0; i < statements->count; i++)
        compile_statement(c, statements->items[i]);
}
