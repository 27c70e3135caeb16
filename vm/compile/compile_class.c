// SPDX-License-Identifier: MIT
//
// Class definitions.
//
// The body is a unit that runs once, with the class's future namespace as R[0], where its
// variables live by name. It begins by setting __module__ and __qualname__ and ends by returning
// the cell of `__class__` (if a method uses super() or __class__), which BUILD_CLASS fills when
// the class exists. Everything else, bases, metaclass, decorators, is plain expressions.
#include "block.h"

static void set_name(Compiler *c, const Node *at, const char *name, Register from) {
    uint16_t index = pool_name(c, names_get(c->names, name));
    emit_op(c, at, OP_SET_NAME, from, 0, index);
}

static void set_header(Compiler *c, const Node *node, const Scope *scope) {
    Register temp = unit_temp(c);
    emit_wide(c, node, OP_GET_GLOBAL, temp, pool_name(c, names_get(c->names, "__name__")));
    set_name(c, node, "__module__", temp);
    const Name *qualified = scope->qualified_name;
    emit_constant(c, node, temp, pool_text(c, qualified->text, qualified->length));
    set_name(c, node, "__qualname__", temp);
    if (scope->docstring) {
        emit_constant(c, scope->docstring, temp, scope->docstring);
        set_name(c, scope->docstring, "__doc__", temp);
    }
    if (scope->has_annotations)
        emit_op(c, node, OP_SETUP_ANNOTATIONS, 0, 0, 0);
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
    return_class_cell(c, node, scope);
    Unit *unit = unit_pop(c);
    c->scope = outer;
    return unit;
}

void compile_class(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    const NodeList *decorators = &node->ClassDef.decorator_list;
    Register result = unit_temp(c);
    Register made = compile_decorators(c, decorators, result);
    Register parts = unit_temps(c, 4);
    Unit *unit = compile_class_unit(c, node);
    compile_closure(c, node, unit, compile_no_extras(c, node), parts);
    unit_release(c, parts + 4u);
    const Name *name = node->ClassDef.name;
    emit_constant(c, node, (Register)(parts + 1), pool_text(c, name->text, name->length));
    compile_sequence(c, node, &node->ClassDef.bases, (Register)(parts + 2), OP_BUILD_TUPLE);
    if (node->ClassDef.keywords.count > 0)
        compile_keywords_dict(c, node, &node->ClassDef.keywords, (Register)(parts + 3),
                              NO_REGISTER);
    else
        emit_undefined(c, node, (Register)(parts + 3));
    emit_op(c, node, OP_BUILD_CLASS, made, parts, 0);
    compile_decorator_calls(c, decorators, made, result);
    variable_store(c, node, name, result);
    unit_release(c, mark);
}
