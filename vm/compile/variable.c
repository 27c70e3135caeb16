// SPDX-License-Identifier: MIT
//
// Where a name lives, and the instructions that read, write and delete it there.
//
// The symbol table has decided which variable each name means. What is left is the way to it:
//
//     a register of this frame        locals and parameters: no instruction at all to read them
//     a cell in such a register       locals that inner functions use too
//     a cell of the closure           variables of outer functions
//     the module's dictionary         globals, and behind them the builtins
//     a mapping in R[0]               names in class bodies and in exec'ed code
//     a mapping in a cell             the same names, seen from a type alias or a bound in the
//     class
//
// The slot of a symbol is its register; for the variable of a comprehension the bit EARLY says
// that it may not have been assigned yet.
#include "compiler.h"

enum { SLOT_EARLY = 1 << 16 };

typedef enum PlaceKind {
    PLACE_REGISTER,
    PLACE_CELL,
    PLACE_FREE,
    PLACE_GLOBAL,
    PLACE_NAMESPACE,
    PLACE_NAMESPACE_OR_FREE,
    PLACE_VISIBLE, // the mapping is in a cell
    PLACE_VISIBLE_OR_FREE,
} PlaceKind;

typedef struct Place {
    PlaceKind kind;
    uint32_t index;   // register, or number in the closure
    const Name *name; // mangled
    Symbol *definition;
} Place;

static bool in_class_body(const Compiler *c) {
    const Scope *scope = c->scope;
    while (scope->kind == SCOPE_TYPE_PARAMETERS)
        scope = scope->parent;
    return scope == c->unit->scope && scope->kind == SCOPE_CLASS;
}

// Is this in a type value that looks at the names of the class around before others?
static bool sees_class(const Compiler *c, const Symbol *definition) {
    const Scope *visible = c->unit->scope->visible_class;
    return visible && c->scope == c->unit->scope &&
           !(definition && definition->scope->unit == visible);
}

static PlaceKind global_kind(const Compiler *c, const Symbol *symbol) {
    if (symbol && symbol->binding == BINDING_GLOBAL_EXPLICIT && !(c->unit->flags & CODE_NAMES))
        return PLACE_GLOBAL;
    if (symbol && (symbol->is_global || symbol->is_global_below))
        return PLACE_GLOBAL;
    return in_class_body(c) || c->unit->flags & CODE_NAMES ? PLACE_NAMESPACE : PLACE_GLOBAL;
}

static void place_in_unit(const Compiler *c, Place *place) {
    const Symbol *definition = place->definition;
    place->index = definition->slot & UINT16_MAX;
    if (definition == c->unit->scope->class_cell || definition == c->unit->scope->namespace_cell)
        place->kind = PLACE_CELL;
    else if (definition->scope->kind == SCOPE_CLASS)
        place->kind = PLACE_NAMESPACE;
    else
        place->kind = definition->binding == BINDING_CELL ? PLACE_CELL : PLACE_REGISTER;
}

static Place find_place(Compiler *c, const Name *name) {
    Symbol *symbol = scope_find(c->scope, name);
    Place place = {.name = scope_mangle(c->scope, name)};
    place.definition = symbol ? symbol->definition : NULL;
    if (!place.definition || place.definition->scope->kind == SCOPE_MODULE) {
        place.kind = global_kind(c, symbol);
        if (sees_class(c, NULL) && symbol && symbol->binding != BINDING_GLOBAL_EXPLICIT)
            place.kind = PLACE_VISIBLE;
    } else if (place.definition->scope->unit == c->unit->scope) {
        place_in_unit(c, &place);
    } else {
        int index = scope_free_index(c->unit->scope, place.definition);
        place.index = (uint32_t)index;
        bool has_namespace = in_class_body(c) && !symbol->is_nonlocal;
        place.kind = has_namespace                     ? PLACE_NAMESPACE_OR_FREE
                     : sees_class(c, place.definition) ? PLACE_VISIBLE_OR_FREE
                                                       : PLACE_FREE;
    }
    return place;
}

Register variable_register(Compiler *c, const Name *name) {
    Place place = find_place(c, name);
    return place.kind == PLACE_REGISTER ? (Register)place.index : NO_REGISTER;
}

Register variable_target(Compiler *c, const Node *target) {
    return target->kind == AST_Name ? variable_register(c, target->Name.id) : NO_REGISTER;
}

static void check_bound(Compiler *c, const Node *at, const Place *place) {
    Register variable = (Register)place->index;
    if (unit_is_variable(c->unit, variable)) {
        if (bound_has(c, variable))
            return;
        bound_need_undefined(c, variable);
        bound_add(c, variable);
    } else if (!(place->definition->slot & SLOT_EARLY)) {
        return;
    }
    emit_wide(c, at, OP_CHECK_LOCAL, variable, pool_long_name(c, place->name));
}

void variable_check(Compiler *c, const Node *at, const Name *name, Register variable) {
    Place place = find_place(c, name);
    if (place.kind == PLACE_REGISTER && place.index == variable)
        check_bound(c, at, &place);
}

// Programs with more names than short numbers for them name some by a register.
static void load_name(Compiler *c, const Node *at, const Place *place, Register dest,
                      Register namespace) {
    int32_t index = pool_long_name(c, place->name);
    if (index <= UINT16_MAX) {
        emit_op(c, at, OP_GET_NAME, dest, namespace, (uint32_t)index);
        return;
    }
    uint32_t mark = unit_mark(c);
    Register name = unit_temp(c);
    emit_wide(c, at, OP_LOAD_CONST, name, index);
    emit_op(c, at, OP_GET_NAME_IN, dest, namespace, name);
    unit_release(c, mark);
}

static void store_name(Compiler *c, const Node *at, const Place *place, Register from) {
    int32_t index = pool_long_name(c, place->name);
    if (index <= UINT16_MAX) {
        emit_op(c, at, OP_SET_NAME, from, 0, (uint32_t)index);
        return;
    }
    uint32_t mark = unit_mark(c);
    Register name = unit_temp(c);
    emit_wide(c, at, OP_LOAD_CONST, name, index);
    emit_op(c, at, OP_SET_ITEM, from, 0, name);
    unit_release(c, mark);
}

static void load_visible(Compiler *c, const Node *at, const Place *place, Register dest) {
    uint32_t mark = unit_mark(c);
    const Scope *scope = c->unit->scope;
    Register namespace = unit_temp(c);
    emit_wide(c, at, OP_GET_FREE, namespace,
              scope_free_index(scope, scope->visible_class->namespace_cell));
    if (place->kind == PLACE_VISIBLE)
        load_name(c, at, place, dest, namespace);
    else
        emit_extra(c,
                   emit_op(c, at, OP_GET_NAME_OR_FREE, dest, namespace, pool_name(c, place->name)),
                   place->index);
    unit_release(c, mark);
}

void variable_load(Compiler *c, const Node *at, const Name *name, Register dest) {
    Place place = find_place(c, name);
    uint32_t index;
    switch (place.kind) {
    case PLACE_REGISTER:
        check_bound(c, at, &place);
        emit_move(c, at, dest, (Register)place.index);
        break;
    case PLACE_CELL:
        emit_op(c, at, OP_GET_CELL, dest, place.index, 0);
        break;
    case PLACE_FREE:
        emit_wide(c, at, OP_GET_FREE, dest, (int32_t)place.index);
        break;
    case PLACE_GLOBAL:
        emit_wide(c, at, OP_GET_GLOBAL, dest, pool_long_name(c, place.name));
        break;
    case PLACE_NAMESPACE:
        load_name(c, at, &place, dest, 0);
        break;
    case PLACE_NAMESPACE_OR_FREE:
        index = emit_op(c, at, OP_GET_NAME_OR_FREE, dest, 0, pool_name(c, place.name));
        emit_extra(c, index, place.index);
        break;
    case PLACE_VISIBLE:
    case PLACE_VISIBLE_OR_FREE:
        load_visible(c, at, &place, dest);
        break;
    }
}

static void mark_assigned(Compiler *c, const Place *place) {
    if (unit_is_variable(c->unit, (Register)place->index))
        bound_add(c, (Register)place->index);
    else
        place->definition->slot &= UINT16_MAX;
}

void variable_store(Compiler *c, const Node *at, const Name *name, Register from) {
    Place place = find_place(c, name);
    switch (place.kind) {
    case PLACE_REGISTER:
        emit_move(c, at, (Register)place.index, from);
        mark_assigned(c, &place);
        break;
    case PLACE_CELL:
        emit_op(c, at, OP_SET_CELL, place.index, from, 0);
        break;
    case PLACE_FREE:
    case PLACE_NAMESPACE_OR_FREE:
    case PLACE_VISIBLE_OR_FREE:
        emit_wide(c, at, OP_SET_FREE, from, (int32_t)place.index);
        break;
    case PLACE_GLOBAL:
        emit_wide(c, at, OP_SET_GLOBAL, from, pool_long_name(c, place.name));
        break;
    case PLACE_NAMESPACE:
    case PLACE_VISIBLE:
        store_name(c, at, &place, from);
        break;
    }
}

static void delete_register(Compiler *c, const Node *at, const Place *place) {
    Register variable = (Register)place->index;
    if (!bound_has(c, variable))
        bound_need_undefined(c, variable);
    emit_wide(c, at, OP_DELETE_LOCAL, variable, pool_long_name(c, place->name));
    bound_remove(c, variable);
}

void variable_delete(Compiler *c, const Node *at, const Name *name) {
    Place place = find_place(c, name);
    switch (place.kind) {
    case PLACE_REGISTER:
        delete_register(c, at, &place);
        break;
    case PLACE_CELL:
        emit_op(c, at, OP_DELETE_CELL, place.index, 0, 0);
        break;
    case PLACE_FREE:
    case PLACE_NAMESPACE_OR_FREE:
    case PLACE_VISIBLE_OR_FREE:
        emit_wide(c, at, OP_DELETE_FREE, 0, (int32_t)place.index);
        break;
    case PLACE_GLOBAL:
        emit_wide(c, at, OP_DELETE_GLOBAL, 0, pool_long_name(c, place.name));
        break;
    case PLACE_NAMESPACE:
    case PLACE_VISIBLE:
        emit_op(c, at, OP_DELETE_NAME, 0, 0, pool_name(c, place.name));
        break;
    }
}

void variable_load_cell(Compiler *c, const Node *at, const Symbol *definition, Register dest) {
    if (definition->scope->unit == c->unit->scope) {
        emit_move(c, at, dest, (Register)(definition->slot & UINT16_MAX));
        return;
    }
    int index = scope_free_index(c->unit->scope, definition);
    emit_wide(c, at, OP_LOAD_CLOSURE, dest, index);
}

void variable_open_comprehension(Compiler *c, const Node *at, Scope *scope,
                                 bool may_be_read_early) {
    for (uint32_t i = 0; i < scope->symbols.count; i++) {
        Symbol *symbol = scope->symbols.items[i];
        if (symbol->definition != symbol)
            continue;
        Register variable = unit_temp(c);
        bool is_cell = symbol->binding == BINDING_CELL;
        symbol->slot = variable | (may_be_read_early && !is_cell ? (uint32_t)SLOT_EARLY : 0);
        if (may_be_read_early || is_cell)
            emit_undefined(c, at, variable);
        if (is_cell)
            emit_op(c, at, OP_MAKE_CELL, variable, 0, 0);
    }
}

void variable_note_comprehension(Compiler *c, const Scope *scope, uint32_t first) {
    for (uint32_t i = 0; i < scope->symbols.count; i++) {
        const Symbol *symbol = scope->symbols.items[i];
        if (symbol->definition != symbol)
            continue;
        UnitVariable variable = {symbol->name, first, c->unit->words.count, (Register)symbol->slot,
                                 symbol->binding == BINDING_CELL};
        ARENA_PUSH(c->arena, &c->unit->inner_variables, variable);
    }
}
