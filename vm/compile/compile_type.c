// SPDX-License-Identifier: MIT
//
// Type parameters and `type X = ...` (PEP 695).
//
// Type parameters are variables of a scope without a frame, like those of a comprehension: they
// get registers (or cells) of the unit around, and what is evaluated in their scope is compiled
// right here. Their bounds and defaults and the value of an alias become small functions that the
// objects call when they are asked; the class whose names such a function sees gives it the cell
// of its namespace. The objects themselves are made by the module `typing` (exec/type_forms.def).
#include "compiler.h"

#include "type_forms.h"

// The function that computes `value`; unbound if there is none.
static void compile_value(Compiler *c, const Node *value, Scope *scope, Register dest) {
    if (!scope) {
        emit_undefined(c, value ? value : c->scope->node, dest);
        return;
    }
    uint32_t mark = unit_mark(c);
    Scope *outer = c->scope;
    Unit *unit = unit_push(c, scope, 0, value);
    Register result = compile_operand(c, value);
    emit_op(c, value, OP_RETURN, result, 0, 0);
    unit_pop(c);
    c->scope = outer;
    compile_closure(c, value, unit, compile_no_extras(c, value), dest);
    unit_release(c, mark);
}

static TypeForm form_of(const Node *param) {
    if (param->kind == AST_ParamSpec)
        return TYPE_FORM_PARAM_SPEC;
    if (param->kind == AST_TypeVarTuple) {
        const Node *value = param->TypeVar.default_value;
        bool is_starred = value && value->kind == AST_Starred;
        return is_starred ? TYPE_FORM_TYPE_VAR_TUPLE_STARRED : TYPE_FORM_TYPE_VAR_TUPLE;
    }
    const Node *bound = param->TypeVar.bound;
    return bound && bound->kind == AST_Tuple ? TYPE_FORM_TYPE_VAR_CONSTRAINED : TYPE_FORM_TYPE_VAR;
}

static void compile_param(Compiler *c, const Node *param) {
    uint32_t mark = unit_mark(c);
    Register parts = unit_temps(c, 3);
    const Name *name = param->TypeVar.name;
    const Node *value = param->TypeVar.default_value;
    if (value && value->kind == AST_Starred)
        value = value->Starred.value;
    emit_constant(c, param, parts, pool_text(c, name->text, name->length));
    compile_value(c, param->TypeVar.bound, param->TypeVar.bound_scope, (Register)(parts + 1));
    compile_value(c, value, param->TypeVar.default_scope, (Register)(parts + 2));
    emit_op(c, param, OP_TYPE_FORM, parts, parts, form_of(param));
    variable_store(c, param, name, parts);
    unit_release(c, mark);
}

Register compile_type_params(Compiler *c, const Node *at, const NodeList *params, Scope *scope) {
    if (!scope)
        return NO_REGISTER;
    Register tuple = unit_temp(c);
    c->scope = scope;
    variable_open_comprehension(c, at, scope, false);
    for (uint32_t i = 0; i < params->count; i++)
        compile_param(c, params->items[i]);
    uint32_t mark = unit_mark(c);
    Register first = unit_temps(c, params->count);
    for (uint32_t i = 0; i < params->count; i++)
        variable_load(c, at, params->items[i]->TypeVar.name, (Register)(first + i));
    emit_op(c, at, OP_BUILD_TUPLE, tuple, params->count, first);
    unit_release(c, mark);
    return tuple;
}

void compile_type_alias(Compiler *c, const Node *node) {
    Scope *outer = c->scope;
    const Name *name = node->TypeAlias.name->Name.id;
    Register parts = unit_temps(c, 3);
    emit_constant(c, node, parts, pool_text(c, name->text, name->length));
    Register params =
        compile_type_params(c, node, &node->TypeAlias.type_params, node->TypeAlias.type_scope);
    if (params == NO_REGISTER)
        emit_undefined(c, node, (Register)(parts + 1));
    else
        emit_move(c, node, (Register)(parts + 1), params);
    compile_value(c, node->TypeAlias.value, node->TypeAlias.scope, (Register)(parts + 2));
    emit_op(c, node, OP_TYPE_FORM, parts, parts, TYPE_FORM_ALIAS);
    c->scope = outer;
    variable_store(c, node->TypeAlias.name, name, parts);
}
