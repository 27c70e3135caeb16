// SPDX-License-Identifier: MIT
//
// Assignment in all its forms, and `del`.
//
// The simple case writes its value straight into the variable's register. `a, b = b, a` makes no
// tuple: all values are computed (what a later store could destroy goes to temporaries), then
// stored from left to right. Unpacking anything else goes to consecutive registers, which are the
// variables' own if they happen to lie side by side.
//
// `x += 1` of a global, attribute or item is deliberately several instructions, load, operate,
// store: another thread may run in between. That is the lost update every lesson on locks
// starts with.
#include "compiler.h"

static const uint16_t inplace_opcodes[] = {
    [AST_Add] = OP_INPLACE_ADD,           [AST_Sub] = OP_INPLACE_SUB,
    [AST_Mult] = OP_INPLACE_MUL,          [AST_MatMult] = OP_INPLACE_MATMUL,
    [AST_Div] = OP_INPLACE_TRUEDIV,       [AST_Mod] = OP_INPLACE_MOD,
    [AST_Pow] = OP_INPLACE_POW,           [AST_LShift] = OP_INPLACE_LSHIFT,
    [AST_RShift] = OP_INPLACE_RSHIFT,     [AST_BitOr] = OP_INPLACE_OR,
    [AST_BitXor] = OP_INPLACE_XOR,        [AST_BitAnd] = OP_INPLACE_AND,
    [AST_FloorDiv] = OP_INPLACE_FLOORDIV,
};

static const NodeList *items_of(const Node *node) {
    if (node->kind == AST_Tuple)
        return &node->Tuple.elts;
    return node->kind == AST_List ? &node->List.elts : NULL;
}

static int64_t star_position(const Node *at, const NodeList *items, Compiler *c) {
    int64_t star = -1;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind != AST_Starred)
            continue;
        if (star >= 0)
            compile_fail(c, at->span, "multiple starred expressions in assignment");
        star = i;
    }
    return star;
}

// The first of registers side by side that are the targets, in order; or NO_REGISTER.
static Register adjacent_targets(Compiler *c, const NodeList *targets) {
    Register first = targets->count ? variable_target(c, targets->items[0]) : NO_REGISTER;
    for (uint32_t i = 1; i < targets->count && first != NO_REGISTER; i++) {
        if (variable_target(c, targets->items[i]) != first + i)
            return NO_REGISTER;
    }
    return first;
}

static void store_items(Compiler *c, const NodeList *targets, Register first) {
    for (uint32_t i = 0; i < targets->count; i++) {
        const Node *target = targets->items[i];
        if (target->kind == AST_Starred)
            target = target->Starred.value;
        compile_store(c, target, (Register)(first + i));
    }
}

static void compile_unpack(Compiler *c, const Node *at, const NodeList *targets, Register from) {
    int64_t star = star_position(at, targets, c);
    uint32_t count = targets->count;
    if (star > 255 || (star >= 0 && count - 1 - star > 255))
        compile_fail(c, at->span, "too many expressions in star-unpacking assignment");
    Register first = count ? adjacent_targets(c, targets) : from;
    if (first == NO_REGISTER)
        first = unit_temps(c, count);
    if (star < 0)
        emit_op(c, at, OP_UNPACK, first, from, count);
    else
        emit_op(c, at, OP_UNPACK_STAR, first, from,
                (uint32_t)star << 8 | (count - 1 - (uint32_t)star));
    store_items(c, targets, first);
}

// `self.name = ...` in a method: the class around shall know the name.
static void note_self_name(Compiler *c, const Node *target) {
    const Node *owner = target->Attribute.value;
    if (owner->kind != AST_Name || strcmp(owner->Name.id->text, "self") != 0)
        return;
    Unit *unit = c->unit;
    while (unit && !(unit->flags & CODE_CLASS_BODY))
        unit = unit->parent;
    for (uint32_t i = 0; unit && i < unit->self_names.count; i++) {
        if (unit->self_names.items[i] == target->Attribute.attr)
            return;
    }
    if (unit)
        ARENA_PUSH(c->arena, &unit->self_names, target->Attribute.attr);
}

static void store_attribute(Compiler *c, const Node *target, Register from) {
    note_self_name(c, target);
    Register object = compile_operand(c, target->Attribute.value);
    const Name *name = scope_mangle(c->scope, target->Attribute.attr);
    const Node *place = compile_attribute_place(c, target, target);
    emit_op(c, place, OP_SET_ATTR, from, object, pool_name(c, name));
}

static void store_item(Compiler *c, const Node *target, Register from) {
    const Node *slice = target->Subscript.slice;
    Register object = compile_operand_before(c, target->Subscript.value, slice);
    Register key = compile_operand(c, slice);
    emit_op(c, target, OP_SET_ITEM, from, object, key);
}

void compile_store(Compiler *c, const Node *target, Register from) {
    uint32_t mark = unit_mark(c);
    switch (target->kind) {
    case AST_Name:
        variable_store(c, target, target->Name.id, from);
        break;
    case AST_Attribute:
        store_attribute(c, target, from);
        break;
    case AST_Subscript:
        store_item(c, target, from);
        break;
    case AST_Starred:
        compile_fail(c, target->span, "starred assignment target must be in a list or tuple");
    default:
        compile_unpack(c, target, items_of(target), from);
        break;
    }
    unit_release(c, mark);
}

static bool has_star(const NodeList *items) {
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == AST_Starred)
            return true;
    }
    return false;
}

static bool is_target_register(Compiler *c, const NodeList *targets, Register r) {
    for (uint32_t i = 0; i < targets->count; i++) {
        if (variable_target(c, targets->items[i]) == r)
            return true;
    }
    return false;
}

// Where the value is until it is stored; NO_REGISTER if it can be made at the time of the store,
// being a constant.
static Register early_value(Compiler *c, const Node *value, const NodeList *targets) {
    if (fold_constant(c, value))
        return NO_REGISTER;
    Register variable = variable_target(c, value);
    if (variable != NO_REGISTER && !c->has_walrus && !is_target_register(c, targets, variable))
        return compile_operand(c, value);
    return compile_temp(c, value);
}

static bool are_plain_locals(Compiler *c, const NodeList *targets) {
    for (uint32_t i = 0; i < targets->count; i++) {
        if (variable_target(c, targets->items[i]) == NO_REGISTER)
            return false;
    }
    return true;
}

// a, b = x, y with as many values as targets and no star.
static void assign_pairwise(Compiler *c, const NodeList *targets, const NodeList *values) {
    Register *early = ARENA_NEW(c->arena, Register, values->count);
    uint32_t last = values->count - 1;
    bool direct = are_plain_locals(c, targets);
    for (uint32_t i = 0; i < values->count; i++) {
        if (i < last || !direct)
            early[i] = early_value(c, values->items[i], targets);
    }
    Register last_register = direct ? variable_target(c, targets->items[last]) : NO_REGISTER;
    if (direct) {
        compile_to(c, values->items[last], last_register);
        early[last] = last_register;
    }
    for (uint32_t i = 0; i < values->count; i++) {
        Register variable = direct ? variable_target(c, targets->items[i]) : NO_REGISTER;
        if (early[i] == NO_REGISTER) {
            early[i] = variable == NO_REGISTER ? unit_temp(c) : variable;
            compile_to(c, values->items[i], early[i]);
        }
        compile_store(c, targets->items[i], early[i]);
    }
}

// Plain local targets that are all different, or any others: stores in order do the right thing.
static bool has_repeated_local(Compiler *c, const NodeList *targets) {
    for (uint32_t i = 0; i < targets->count; i++) {
        Register variable = variable_target(c, targets->items[i]);
        for (uint32_t k = 0; k < i && variable != NO_REGISTER; k++) {
            if (variable_target(c, targets->items[k]) == variable)
                return true;
        }
    }
    return false;
}

static bool try_pairwise(Compiler *c, const Node *target, const Node *value) {
    const NodeList *targets = items_of(target), *values = items_of(value);
    if (!targets || !values || targets->count != values->count || targets->count == 0 ||
        targets->count > MAX_DISPLAY_ITEMS || has_star(targets) || has_star(values) ||
        has_repeated_local(c, targets))
        return false;
    assign_pairwise(c, targets, values);
    return true;
}

static void assign_one(Compiler *c, const Node *target, const Node *value) {
    Register variable = variable_target(c, target);
    if (variable != NO_REGISTER) {
        compile_to(c, value, variable);
        variable_store(c, target, target->Name.id, variable);
    } else if (!try_pairwise(c, target, value)) {
        Register from = target->kind == AST_Name ? compile_operand(c, value)
                                                 : compile_operand_before(c, value, target);
        compile_store(c, target, from);
    }
}

void compile_assign(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    const NodeList *targets = &node->Assign.targets;
    if (targets->count == 1 || fold_constant(c, node->Assign.value)) {
        for (uint32_t i = 0; i < targets->count; i++)
            assign_one(c, targets->items[i], node->Assign.value);
    } else {
        // A copy even of a local: `a = b = a` may not see a changed `a`.
        Register value = compile_temp(c, node->Assign.value);
        for (uint32_t i = 0; i < targets->count; i++)
            compile_store(c, targets->items[i], value);
    }
    unit_release(c, mark);
}

static void operate(Compiler *c, const Node *node, Register dest, Register left) {
    AstOperator op = node->AugAssign.op;
    const Node *constant = pool_short(c, fold_constant(c, node->AugAssign.value));
    if (constant && (op == AST_Add || op == AST_Sub)) {
        Opcode fused = op == AST_Add ? OP_INPLACE_ADD_K : OP_INPLACE_SUB_K;
        emit_op(c, node, fused, dest, left, pool_node(c, constant));
        return;
    }
    Register right = compile_operand(c, node->AugAssign.value);
    emit_op(c, node, inplace_opcodes[op], dest, left, right);
}

static void augment_name(Compiler *c, const Node *node) {
    const Node *target = node->AugAssign.target;
    Register variable = variable_target(c, target);
    if (variable != NO_REGISTER && !bound_assigns(c, node->AugAssign.value, target->Name.id)) {
        variable_check(c, target, target->Name.id, variable);
        operate(c, node, variable, variable);
        return;
    }
    Register temp = unit_temp(c);
    variable_load(c, target, target->Name.id, temp);
    operate(c, node, temp, temp);
    variable_store(c, target, target->Name.id, temp);
}

static void augment_attribute(Compiler *c, const Node *node) {
    const Node *target = node->AugAssign.target;
    Register object = compile_operand_before(c, target->Attribute.value, node->AugAssign.value);
    Register temp = unit_temp(c);
    uint16_t name = pool_name(c, scope_mangle(c->scope, target->Attribute.attr));
    const Node *place = compile_attribute_place(c, target, target);
    emit_op(c, place, OP_GET_ATTR, temp, object, name);
    operate(c, node, temp, temp);
    emit_op(c, place, OP_SET_ATTR, temp, object, name);
}

static void augment_item(Compiler *c, const Node *node) {
    const Node *target = node->AugAssign.target;
    const Node *object_node = target->Subscript.value, *slice = target->Subscript.slice;
    bool has_walrus = c->has_walrus;
    Register object = has_walrus ? compile_temp(c, object_node) : compile_operand(c, object_node);
    Register key = has_walrus ? compile_temp(c, slice) : compile_operand(c, slice);
    Register temp = unit_temp(c);
    emit_op(c, target, OP_GET_ITEM, temp, object, key);
    operate(c, node, temp, temp);
    emit_op(c, target, OP_SET_ITEM, temp, object, key);
}

void compile_augmented(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    switch (node->AugAssign.target->kind) {
    case AST_Name:
        augment_name(c, node);
        break;
    case AST_Attribute:
        augment_attribute(c, node);
        break;
    default:
        augment_item(c, node);
        break;
    }
    unit_release(c, mark);
}

void compile_annotation(Compiler *c, const Node *annotation, Register dest) {
    if (!c->text_annotations) {
        if (annotation->kind == AST_Starred) {
            Register value = compile_temp(c, annotation->Starred.value);
            emit_op(c, annotation, OP_UNPACK, dest, value, 1);
            return;
        }
        compile_to(c, annotation, dest);
        return;
    }
    const char *text = c->source->text + annotation->span.start;
    size_t length = annotation->span.end - annotation->span.start;
    emit_constant(c, annotation, dest, pool_text(c, text, length));
}

static void store_annotation(Compiler *c, const Node *node) {
    const Node *target = node->AnnAssign.target;
    Register value = unit_temp(c);
    compile_annotation(c, node->AnnAssign.annotation, value);
    if (!node->AnnAssign.simple || target->kind != AST_Name)
        return;
    const Name *name = scope_mangle(c->scope, target->Name.id);
    Register pair = unit_temps(c, 2);
    variable_load(c, node, names_get(c->names, "__annotations__"), pair);
    emit_constant(c, node, (Register)(pair + 1), pool_text(c, name->text, name->length));
    emit_op(c, node, OP_SET_ITEM, value, pair, pair + 1u);
}

// Evaluates the parts of an annotated target that is not assigned to.
static void evaluate_target(Compiler *c, const Node *target) {
    if (target->kind == AST_Attribute) {
        compile_effect(c, target->Attribute.value);
    } else if (target->kind == AST_Subscript) {
        compile_effect(c, target->Subscript.value);
        compile_effect(c, target->Subscript.slice);
    }
}

void compile_annotated(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    if (node->AnnAssign.value)
        assign_one(c, node->AnnAssign.target, node->AnnAssign.value);
    else
        evaluate_target(c, node->AnnAssign.target);
    ScopeKind kind = c->unit->scope->kind;
    if (kind == SCOPE_MODULE || kind == SCOPE_CLASS)
        store_annotation(c, node);
    unit_release(c, mark);
}

static void delete_item(Compiler *c, const Node *target) {
    const Node *slice = target->Subscript.slice;
    Register object = compile_operand_before(c, target->Subscript.value, slice);
    emit_op(c, target, OP_DELETE_ITEM, 0, object, compile_operand(c, slice));
}

static void delete_attribute(Compiler *c, const Node *target) {
    Register object = compile_operand(c, target->Attribute.value);
    const Name *name = scope_mangle(c->scope, target->Attribute.attr);
    const Node *place = compile_attribute_place(c, target, target);
    emit_op(c, place, OP_DELETE_ATTR, 0, object, pool_name(c, name));
}

void compile_delete(Compiler *c, const Node *target) {
    uint32_t mark = unit_mark(c);
    const NodeList *items = items_of(target);
    for (uint32_t i = 0; items && i < items->count; i++)
        compile_delete(c, items->items[i]);
    if (target->kind == AST_Name)
        variable_delete(c, target, target->Name.id);
    else if (target->kind == AST_Subscript)
        delete_item(c, target);
    else if (target->kind == AST_Attribute)
        delete_attribute(c, target);
    unit_release(c, mark);
}
