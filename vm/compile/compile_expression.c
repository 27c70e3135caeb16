// SPDX-License-Identifier: MIT
//
// Expressions.
//
// A stack machine compiles `x = a + b` as load, load, add, store. A register machine needs one
// instruction if the compiler is asked the right question: not "compute this" but "compute this
// *into* here" (compile_to), and for operands "where do you already have this?" (compile_operand).
// Locals and parameters answer with their own register, constants become the K operand of an
// instruction, everything else goes to a temporary.
//
// Trap: an operand that is a variable's own register is read only when the instruction runs. In
// `x + (x := 1)` that would be too late, so compile_operand_before copies x if what follows
// assigns to it.
#include "compiler.h"

static const uint16_t binary_opcodes[] = {
    [AST_Add] = OP_ADD,           [AST_Sub] = OP_SUB,       [AST_Mult] = OP_MUL,
    [AST_MatMult] = OP_MATMUL,    [AST_Div] = OP_TRUEDIV,   [AST_Mod] = OP_MOD,
    [AST_Pow] = OP_POW,           [AST_LShift] = OP_LSHIFT, [AST_RShift] = OP_RSHIFT,
    [AST_BitOr] = OP_OR,          [AST_BitXor] = OP_XOR,    [AST_BitAnd] = OP_AND,
    [AST_FloorDiv] = OP_FLOORDIV,
};

static const uint16_t unary_opcodes[] = {
    [AST_Invert] = OP_INVERT,
    [AST_Not] = OP_NOT,
    [AST_UAdd] = OP_POS,
    [AST_USub] = OP_NEG,
};

Register compile_temp(Compiler *c, const Node *node) {
    Register temp = unit_temp(c);
    compile_to(c, node, temp);
    return temp;
}

static void compile_named(Compiler *c, const Node *node, Register dest);

// The variable whose register holds the node's value once it is evaluated, or NULL.
static const Name *value_name(const Node *node) {
    const Node *name = node->kind == AST_NamedExpr ? node->NamedExpr.target : node;
    return name->kind == AST_Name ? name->Name.id : NULL;
}

Register compile_operand(Compiler *c, const Node *node) {
    const Name *name = value_name(node);
    Register variable = name ? variable_register(c, name) : NO_REGISTER;
    if (variable == NO_REGISTER || fold_constant(c, node))
        return compile_temp(c, node);
    if (node->kind == AST_NamedExpr)
        compile_named(c, node, variable);
    else
        variable_check(c, node, name, variable);
    return variable;
}

Register compile_operand_before(Compiler *c, const Node *node, const Node *later) {
    const Name *name = value_name(node);
    if (name && bound_assigns(c, later, name))
        return compile_temp(c, node);
    return compile_operand(c, node);
}

static void compile_binary(Compiler *c, const Node *node, Register dest) {
    Opcode op = binary_opcodes[node->BinOp.op];
    const Node *joined = fold_percent(c, node);
    if (joined) {
        compile_joined_string(c, joined, dest);
        return;
    }
    Register left = compile_operand_before(c, node->BinOp.left, node->BinOp.right);
    const Node *constant = pool_short(c, fold_constant(c, node->BinOp.right));
    if (constant) {
        op = (Opcode)(op - OP_ADD + OP_ADD_K);
        emit_op(c, node, op, dest, left, pool_node(c, constant));
        return;
    }
    Register right = compile_operand(c, node->BinOp.right);
    emit_op(c, node, op, dest, left, right);
}

static void compile_unary(Compiler *c, const Node *node, Register dest) {
    Register operand = compile_operand(c, node->UnaryOp.operand);
    emit_op(c, node, unary_opcodes[node->UnaryOp.op], dest, operand, 0);
}

const Node *compile_attribute_place(Compiler *c, const Node *at, const Node *attribute) {
    uint32_t end = attribute->span.end;
    uint32_t length = attribute->Attribute.attr->length;
    if (source_line_of(c->source, at->span.start) == source_line_of(c->source, end))
        return at;
    return ast_new(c->arena, AST_Attribute, (Span){end - length, at->span.end});
}

static void compile_attribute(Compiler *c, const Node *node, Register dest) {
    Register object = compile_operand(c, node->Attribute.value);
    const Name *name = scope_mangle(c->scope, node->Attribute.attr);
    const Node *place = compile_attribute_place(c, node, node);
    unit_note_attribute(c->unit, name);
    emit_op(c, place, OP_GET_ATTR, dest, object, pool_name(c, name));
}

// The first `count` of start, stop and step into new registers; returns the first of them.
static Register compile_slice_parts(Compiler *c, const Node *node, uint32_t count) {
    const Node *parts[] = {node->Slice.lower, node->Slice.upper, node->Slice.step};
    Register first = unit_temps(c, count);
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i])
            compile_to(c, parts[i], (Register)(first + i));
        else
            emit_none(c, node, (Register)(first + i));
    }
    return first;
}

static void compile_slice(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    emit_op(c, node, OP_BUILD_SLICE, dest, compile_slice_parts(c, node, 3), 0);
    unit_release(c, mark);
}

static void compile_subscript(Compiler *c, const Node *node, Register dest) {
    const Node *slice = node->Subscript.slice;
    Register object = compile_operand_before(c, node->Subscript.value, slice);
    if (slice->kind == AST_Slice && !slice->Slice.step) { // needs no slice object
        uint32_t mark = unit_mark(c);
        emit_op(c, node, OP_GET_SLICE, dest, object, compile_slice_parts(c, slice, 2));
        unit_release(c, mark);
        return;
    }
    const Node *constant = pool_short(c, fold_constant(c, slice));
    if (constant)
        emit_op(c, node, OP_GET_ITEM_K, dest, object, pool_node(c, constant));
    else
        emit_op(c, node, OP_GET_ITEM, dest, object, compile_operand(c, slice));
}

static void compile_named(Compiler *c, const Node *node, Register dest) {
    const Node *target = node->NamedExpr.target;
    Register variable = variable_target(c, target);
    if (variable != NO_REGISTER) {
        compile_to(c, node->NamedExpr.value, variable);
        variable_store(c, target, target->Name.id, variable);
        emit_move(c, node, dest, variable);
        return;
    }
    Register value = compile_temp(c, node->NamedExpr.value);
    variable_store(c, target, target->Name.id, value);
    emit_move(c, node, dest, value);
}

void compile_async_next(Compiler *c, const Node *at, Register item, Register iterator) {
    uint32_t mark = unit_mark(c);
    Register awaited = unit_temp(c);
    emit_op(c, at, OP_GET_ASYNC_NEXT, awaited, iterator, 0);
    emit_op(c, at, OP_YIELD_FROM, item, awaited, 0);
    unit_release(c, mark);
}

void compile_await(Compiler *c, const Node *at, Register dest, Register awaitable,
                   AwaitPlace place) {
    uint32_t mark = unit_mark(c);
    Register iterator = unit_temp(c);
    emit_op(c, at, OP_GET_AWAITABLE, iterator, awaitable, place);
    emit_op(c, at, OP_YIELD_FROM, dest, iterator, 0);
    unit_release(c, mark);
}

static void compile_yield(Compiler *c, const Node *node, Register dest) {
    Register value = unit_temp(c);
    if (node->Yield.value)
        value = compile_operand(c, node->Yield.value);
    else
        emit_none(c, node, value);
    bool is_async = (c->unit->flags & CODE_ASYNC_GENERATOR) != 0;
    emit_op(c, node, is_async ? OP_ASYNC_YIELD : OP_YIELD, dest, value, 0);
}

static void compile_yield_from(Compiler *c, const Node *node, Register dest) {
    Register iterator = unit_temp(c);
    Register value = compile_operand(c, node->YieldFrom.value);
    emit_op(c, node, OP_GET_YIELD_FROM_ITER, iterator, value, 0);
    emit_op(c, node, OP_YIELD_FROM, dest, iterator, 0);
}

// The kinds that write more than once, or before all their parts are evaluated.
static bool writes_early(const Node *node) {
    switch (node->kind) {
    case AST_BoolOp:
    case AST_Compare:
    case AST_List:
    case AST_Set:
    case AST_Dict:
    case AST_Tuple:
    case AST_ListComp:
    case AST_SetComp:
    case AST_DictComp:
        return true;
    default:
        return false;
    }
}

static void compile_display_to(Compiler *c, const Node *node, Register dest) {
    switch (node->kind) {
    case AST_BoolOp:
        compile_bool_op(c, node, dest);
        break;
    case AST_Compare:
        compile_comparison(c, node, dest);
        break;
    case AST_List:
        compile_list(c, node, dest);
        break;
    case AST_Set:
        compile_set(c, node, dest);
        break;
    case AST_Dict:
        compile_dict(c, node, dest);
        break;
    case AST_Tuple:
        compile_tuple(c, node, dest);
        break;
    default:
        compile_comprehension(c, node, dest);
        break;
    }
}

// A short display without stars and a single comparison are one instruction after all.
static bool is_single_write(Compiler *c, const Node *node) {
    const NodeList *items = node->kind == AST_List    ? &node->List.elts
                            : node->kind == AST_Tuple ? &node->Tuple.elts
                            : node->kind == AST_Set   ? &node->Set.elts
                                                      : NULL;
    if (node->kind == AST_Compare)
        return node->Compare.comparators.count == 1;
    if (!items || items->count > MAX_DISPLAY_ITEMS || fold_container(c, node))
        return false;
    for (uint32_t i = 0; i < items->count; i++) {
        if (items->items[i]->kind == AST_Starred)
            return false;
    }
    return true;
}

static void compile_in_parts(Compiler *c, const Node *node, Register dest) {
    if (!unit_is_variable(c->unit, dest) || is_single_write(c, node)) {
        compile_display_to(c, node, dest);
        return;
    }
    Register temp = unit_temp(c);
    compile_display_to(c, node, temp);
    emit_move(c, node, dest, temp);
}

static void compile_primary(Compiler *c, const Node *node, Register dest) {
    switch (node->kind) {
    case AST_Name:
        variable_load(c, node, node->Name.id, dest);
        break;
    case AST_Attribute:
        compile_attribute(c, node, dest);
        break;
    case AST_Subscript:
        compile_subscript(c, node, dest);
        break;
    case AST_Slice:
        compile_slice(c, node, dest);
        break;
    case AST_Call:
        compile_call(c, node, dest);
        break;
    case AST_JoinedStr:
        compile_joined_string(c, node, dest);
        break;
    case AST_FormattedValue:
        compile_formatted_value(c, node, dest);
        break;
    case AST_Starred:
        compile_fail(c, node->span, "can't use starred expression here");
    default:
        compile_fail(c, node->span, "not supported yet: %s", ast_kind_name(node->kind));
    }
}

static void compile_operation(Compiler *c, const Node *node, Register dest) {
    switch (node->kind) {
    case AST_BinOp:
        compile_binary(c, node, dest);
        break;
    case AST_UnaryOp:
        compile_unary(c, node, dest);
        break;
    case AST_NamedExpr:
        compile_named(c, node, dest);
        break;
    case AST_IfExp:
        compile_if_expression(c, node, dest);
        break;
    case AST_Lambda:
        compile_lambda(c, node, dest);
        break;
    case AST_GeneratorExp:
        compile_generator_expression(c, node, dest);
        break;
    case AST_Await:
        compile_await(c, node, dest, compile_operand(c, node->Await.value), AWAIT_EXPRESSION);
        break;
    case AST_Yield:
        compile_yield(c, node, dest);
        break;
    case AST_YieldFrom:
        compile_yield_from(c, node, dest);
        break;
    default:
        compile_primary(c, node, dest);
        break;
    }
}

void compile_to(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    const Node *constant = fold_constant(c, node);
    if (constant)
        emit_constant(c, node, dest, constant);
    else if (writes_early(node))
        compile_in_parts(c, node, dest);
    else
        compile_operation(c, node, dest);
    unit_release(c, mark);
}

void compile_effect(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    if (node->kind == AST_Call)
        compile_call_dropped(c, node);
    else if (!fold_constant(c, node))
        compile_operand(c, node);
    unit_release(c, mark);
}
