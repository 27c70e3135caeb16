// SPDX-License-Identifier: MIT
//
// Class definitions.
//
// The body is a unit that runs once, with the class's future namespace as R[0], where its
// variables live by name. It begins by setting __module__, __qualname__ and __firstlineno__ and
// ends by setting __static_attributes__ and returning the cell of `__class__` (if a method uses
// super() or
// __class__), which BUILD_CLASS fills when the class exists. Everything else, bases, metaclass,
// decorators, is plain expressions.
#include "block.h"

#include "type_forms.h"

#include <stdlib.h>
#include <string.h>

static void set_name(Compiler *c, const Node *at, const char *name, Register from) {
    uint16_t index = pool_name(c, names_get(c->names, name));
    emit_op(c, at, OP_SET_NAME, from, 0, index);
}

// The tuple of type parameters is a variable of the scope around.
static void set_type_params(Compiler *c, const Node *node, Register temp) {
    const Name *name = names_get(c->names, ".type_params");
    int index = scope_free_index(c->scope, scope_find(c->scope, name)->definition);
    emit_wide(c, node, OP_GET_FREE, temp, index);
    set_name(c, node, "__type_params__", temp);
}

static void set_header(Compiler *c, const Node *node, const Scope *scope) {
    Register temp = unit_temp(c);
    emit_op(c, node, OP_GET_NAME, temp, 0, pool_name(c, names_get(c->names, "__name__")));
    set_name(c, node, "__module__", temp);
    const Name *qualified = scope->qualified_name;
    emit_constant(c, node, temp, pool_text(c, qualified->text, qualified->length));
    set_name(c, node, "__qualname__", temp);
    emit_int(c, node, temp, c->unit->first_line);
    set_name(c, node, "__firstlineno__", temp);
    if (scope->namespace_cell)
        emit_op(c, node, OP_SET_CELL, scope->namespace_cell->slot, 0, 0);
    if (node->ClassDef.type_scope)
        set_type_params(c, node, temp);
    if (scope->has_annotations)
        emit_op(c, node, OP_SETUP_ANNOTATIONS, 0, 0, 0);
    if (scope->docstring) {
        emit_constant(c, scope->docstring, temp, compile_docstring(c, scope->docstring));
        set_name(c, scope->docstring, "__doc__", temp);
    }
}

static int compare_names(const void *a, const void *b) {
    return strcmp((*(const Name *const *)a)->text, (*(const Name *const *)b)->text);
}

static void set_footer(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    Register temp = unit_temp(c);
    NameList names = {c->unit->self_names.items, c->unit->self_names.count};
    if (names.count > 1)
        qsort(names.items, names.count, sizeof *names.items, compare_names);
    emit_wide(c, node, OP_LOAD_CONST, temp, pool_names(c, &names));
    set_name(c, node, "__static_attributes__", temp);
    unit_release(c, mark);
}

static void return_class_cell(Compiler *c, const Node *node, const Scope *scope) {
    if (scope->class_cell) {
        c->unit->flags |= CODE_HAS_SUPER_CELL;
        emit_op(c, node, OP_RETURN, scope->class_cell->slot, 0, 0);
    } else {
        emit_op(c, node, OP_RETURN_NONE, 0, 0, 0);
    }
}

static Unit *compile_class_unit(Compiler *c, const Node *node) {
    Scope *outer = c->scope;
    Scope *scope = scope_of(node);
    const Node *first =
        node->ClassDef.decorator_list.count ? node->ClassDef.decorator_list.items[0] : node;
    unit_push(c, scope, CODE_CLASS_BODY, first);
    uint32_t mark = unit_mark(c);
    set_header(c, node, scope);
    unit_release(c, mark);
    compile_body(c, &node->ClassDef.body);
    set_footer(c, node);
    return_class_cell(c, node, scope);
    Unit *unit = unit_pop(c);
    c->scope = outer;
    return unit;
}

// The bases as written, and Generic[...] behind them if there are type parameters.
static NodeList bases_of(Compiler *c, const Node *node) {
    NodeList bases = node->ClassDef.bases;
    if (!node->ClassDef.type_scope)
        return bases;
    Node *generic = ast_new(c->arena, AST_Name, node->span);
    generic->Name.id = names_get(c->names, ".generic_base");
    Node **items = ARENA_NEW(c->arena, Node *, bases.count + 1);
    for (uint32_t i = 0; i < bases.count; i++)
        items[i] = bases.items[i];
    items[bases.count] = generic;
    return (NodeList){items, bases.count + 1};
}

static void compile_generic_base(Compiler *c, const Node *node) {
    Register params =
        compile_type_params(c, node, &node->ClassDef.type_params, node->ClassDef.type_scope);
    if (params == NO_REGISTER)
        return;
    uint32_t mark = unit_mark(c);
    Register parts = unit_temps(c, 3);
    variable_store(c, node, names_get(c->names, ".type_params"), params);
    emit_move(c, node, parts, params);
    emit_undefined(c, node, (Register)(parts + 1));
    emit_undefined(c, node, (Register)(parts + 2));
    emit_op(c, node, OP_TYPE_FORM, parts, parts, TYPE_FORM_GENERIC);
    variable_store(c, node, names_get(c->names, ".generic_base"), parts);
    unit_release(c, mark);
}

void compile_class(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    Scope *outer = c->scope;
    const NodeList *decorators = &node->ClassDef.decorator_list;
    Register result = unit_temp(c);
    Register made = compile_decorators(c, decorators, result);
    compile_generic_base(c, node);
    Register parts = unit_temps(c, 4);
    Unit *unit = compile_class_unit(c, node);
    compile_closure(c, node, unit, compile_no_extras(c, node), parts);
    unit_release(c, parts + 4u);
    const Name *name = node->ClassDef.name;
    emit_constant(c, node, (Register)(parts + 1), pool_text(c, name->text, name->length));
    NodeList bases = bases_of(c, node);
    compile_sequence(c, node, &bases, (Register)(parts + 2), OP_BUILD_TUPLE);
    if (node->ClassDef.keywords.count > 0)
        compile_keywords_dict(c, node, &node->ClassDef.keywords, (Register)(parts + 3),
                              NO_REGISTER);
    else
        emit_undefined(c, node, (Register)(parts + 3));
    emit_op(c, node, OP_BUILD_CLASS, made, parts, 0);
    c->scope = outer;
    compile_decorator_calls(c, decorators, made, result);
    variable_store(c, node, name, result);
    unit_release(c, mark);
}
