// SPDX-License-Identifier: MIT
//
// Comprehensions and generator expressions.
//
// [f(x) for x in xs if x] runs inside the frame of the function around it, as in CPython since
// 3.12: a list is made, a loop appends to it. Its variables get registers of their own, so they do
// not touch variables of the same name outside; a captured one gets a fresh cell each time the
// comprehension starts. The first iterable belongs to the scope outside.
//
// A generator expression, which must be able to stop and go on, is a function of one parameter,
// the iterator over the first iterable.
#include "block.h"

typedef struct Build {
    const Node *node;
    const NodeList *generators;
    Register result; // NO_REGISTER: a generator expression, which yields
} Build;

static void compile_level(Compiler *c, const Build *build, uint32_t level, Register iterator);

static void yield_element(Compiler *c, const Node *node) {
    Register value = compile_operand(c, node->GeneratorExp.elt);
    bool is_async = (c->unit->flags & CODE_ASYNC_GENERATOR) != 0;
    Register sent = unit_temp(c);
    emit_op(c, node->GeneratorExp.elt, is_async ? OP_ASYNC_YIELD : OP_YIELD, sent, value, 0);
}

static void add_element(Compiler *c, const Build *build) {
    const Node *node = build->node;
    uint32_t mark = unit_mark(c);
    if (node->kind == AST_ListComp) {
        Register value = compile_operand(c, node->ListComp.elt);
        emit_op(c, node->ListComp.elt, OP_LIST_APPEND, build->result, value, 0);
    } else if (node->kind == AST_SetComp) {
        Register value = compile_operand(c, node->SetComp.elt);
        emit_op(c, node->SetComp.elt, OP_SET_ADD, build->result, value, 0);
    } else if (node->kind == AST_DictComp) {
        Register key = compile_operand_before(c, node->DictComp.key, node->DictComp.value);
        Register value = compile_operand(c, node->DictComp.value);
        Span item = {node->DictComp.key->span.start, node->DictComp.value->span.end};
        emit_op(c, ast_new(c->arena, AST_DictComp, item), OP_DICT_SET, build->result, key, value);
    } else {
        yield_element(c, node);
    }
    unit_release(c, mark);
}

static Register get_iterator(Compiler *c, const Node *generator) {
    const Node *iterable = generator->comprehension.iter;
    Register iterator = unit_temp(c);
    const Node *constant = fold_container(c, iterable);
    Register source = iterator;
    if (constant)
        emit_constant(c, iterable, iterator, constant);
    else
        source = compile_operand(c, iterable);
    bool is_async = generator->comprehension.is_async != 0;
    emit_op(c, iterable, is_async ? OP_GET_ASYNC_ITER : OP_GET_ITER, iterator, source, 0);
    return iterator;
}

// The conditions, then the inner loops or the element; `skip` is where the next turn begins.
static void compile_turn(Compiler *c, const Build *build, uint32_t level, Label *skip) {
    const Node *generator = build->generators->items[level];
    const NodeList *ifs = &generator->comprehension.ifs;
    uint32_t first = c->unit->words.count;
    for (uint32_t i = 0; i < ifs->count; i++)
        compile_condition(c, ifs->items[i], skip, false);
    uint32_t mark = unit_mark(c);
    if (level + 1 < build->generators->count)
        compile_level(c, build, level + 1, get_iterator(c, build->generators->items[level + 1]));
    else
        add_element(c, build);
    unit_release(c, mark);
    if (level == 0 && build->result != NO_REGISTER)
        variable_note_comprehension(c, c->scope, first);
}

static void compile_async_level(Compiler *c, const Build *build, uint32_t level,
                                Register iterator) {
    const Node *generator = build->generators->items[level];
    Label head = {0}, skip = {0};
    Register item = unit_temp(c);
    label_place(c, &head);
    Block *block = block_protect(c, BLOCK_PLAIN, item, NULL);
    compile_async_next(c, build->node, item, iterator);
    block_pop(c);
    compile_store(c, generator->comprehension.target, item);
    compile_turn(c, build, level, &skip);
    label_place(c, &skip);
    label_jump(c, generator, &head);
    if (block_place_handler(c, block))
        emit_op(c, build->node, OP_END_ASYNC_FOR, item, 0, 0);
}

static void compile_plain_level(Compiler *c, const Build *build, uint32_t level,
                                Register iterator) {
    const Node *generator = build->generators->items[level];
    const Node *target = generator->comprehension.target;
    Label body = {0}, next = {0};
    Register variable = variable_target(c, target);
    Register item = variable == NO_REGISTER ? unit_temp(c) : variable;
    bool was_reachable = c->unit->is_reachable;
    label_jump(c, generator->comprehension.iter, &next);
    c->unit->is_reachable = was_reachable;
    label_place(c, &body);
    compile_store(c, target, item);
    compile_turn(c, build, level, &next);
    label_place(c, &next);
    label_jump_compare(c, generator->comprehension.iter, OP_FOR_NEXT, iterator, item, false, &body);
}

static void compile_level(Compiler *c, const Build *build, uint32_t level, Register iterator) {
    uint32_t mark = unit_mark(c);
    if (build->generators->items[level]->comprehension.is_async)
        compile_async_level(c, build, level, iterator);
    else
        compile_plain_level(c, build, level, iterator);
    unit_release(c, mark);
}

static bool is_plain_target(const Node *target) {
    if (target->kind == AST_Name)
        return true;
    if (target->kind != AST_Tuple && target->kind != AST_List)
        return false;
    const NodeList *items = target->kind == AST_Tuple ? &target->Tuple.elts : &target->List.elts;
    for (uint32_t i = 0; i < items->count; i++) {
        if (!is_plain_target(items->items[i]))
            return false;
    }
    return true;
}

static const NodeList *generators_of(const Node *node) {
    switch (node->kind) {
    case AST_SetComp:
        return &node->SetComp.generators;
    case AST_DictComp:
        return &node->DictComp.generators;
    case AST_GeneratorExp:
        return &node->GeneratorExp.generators;
    default:
        return &node->ListComp.generators;
    }
}

void compile_comprehension(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    Build build = {node, generators_of(node), dest};
    const Node *first = build.generators->items[0];
    Register iterator = get_iterator(c, first);
    Opcode op = node->kind == AST_ListComp  ? OP_BUILD_LIST
                : node->kind == AST_SetComp ? OP_BUILD_SET
                                            : OP_BUILD_DICT;
    Scope *outer = c->scope;
    c->scope = scope_of(node);
    bool reads_early = build.generators->count > 1 || !is_plain_target(first->comprehension.target);
    variable_open_comprehension(c, node, c->scope, reads_early);
    emit_op(c, node, op, dest, 0, dest);
    compile_level(c, &build, 0, iterator);
    c->scope = outer;
    unit_release(c, mark);
}

static Unit *compile_generator_unit(Compiler *c, const Node *node) {
    Scope *outer = c->scope;
    Scope *scope = scope_of(node);
    Unit *unit = unit_push(c, scope, scope->is_async ? CODE_ASYNC_GENERATOR : CODE_GENERATOR, node);
    unit->parameter_count = 1;
    Build build = {node, generators_of(node), NO_REGISTER};
    compile_level(c, &build, 0, 0);
    emit_op(c, node, OP_RETURN_NONE, 0, 0, 0);
    unit_pop(c);
    c->scope = outer;
    return unit;
}

void compile_generator_expression(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    Unit *unit = compile_generator_unit(c, node);
    Register base = unit_window(c, dest);
    Register extras = compile_no_extras(c, node);
    compile_closure(c, node, unit, extras, base);
    unit_release(c, base + 1u);
    unit_temps(c, WINDOW_ROOM - 1);
    Register argument = get_iterator(c, generators_of(node)->items[0]);
    (void)argument;
    emit_op(c, node, OP_CALL, base, 1, dest);
    unit_release(c, mark);
}
