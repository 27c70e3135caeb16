// SPDX-License-Identifier: MIT
//
// Units: the code of one function, class body or module while it is being compiled, and the
// allocation of its registers.
//
// Only when the last statement is compiled is it known which locals may be read before they are
// assigned and so must start as "unbound". So the prologue is made last and put in front; jumps
// are relative and do not mind, the ranges of handlers are moved. At the end jumps that lead to
// jumps are made to lead to the final place at once.
#include "compiler.h"

#include "mini_check.h"
#include "opcode.h"

static bool owns_variable(const Scope *scope, const Symbol *symbol) {
    return symbol->definition == symbol && scope->kind != SCOPE_CLASS &&
           scope->kind != SCOPE_MODULE;
}

static void add_variable(Compiler *c, Unit *unit, const Name *name, bool is_cell) {
    if (unit->variable_count >= MAX_REGISTERS)
        compile_fail(c, (Span){0, 0}, "too many local variables");
    unit->variable_names[unit->variable_count] = name;
    unit->variable_is_cell[unit->variable_count++] = is_cell;
}

static void add_implicit_cell(Compiler *c, Unit *unit, Symbol *cell) {
    if (!cell)
        return;
    cell->slot = unit->variable_count;
    add_variable(c, unit, cell->name, true);
}

static void add_scope_variables(Compiler *c, Unit *unit, Scope *scope) {
    for (uint32_t i = 0; i < scope->symbols.count; i++) {
        Symbol *symbol = scope->symbols.items[i];
        if (!owns_variable(scope, symbol))
            continue;
        symbol->slot = unit->variable_count;
        add_variable(c, unit, symbol->name, symbol->binding == BINDING_CELL);
    }
    add_implicit_cell(c, unit, scope->class_cell);
    add_implicit_cell(c, unit, scope->namespace_cell);
}

// locals(), eval() and the like look at registers, so all of them must have a defined content.
static const char *const showing_names[] = {"locals", "vars",      "dir",         "eval",
                                            "exec",   "_getframe", "currentframe"};
enum { SHOWING_NAMES = sizeof showing_names / sizeof *showing_names };

static bool shows_locals(Compiler *c, const Scope *scope) {
    for (size_t i = 0; i < SHOWING_NAMES; i++) {
        if (scope_find(scope, names_get(c->names, showing_names[i])))
            return true;
    }
    return false;
}

void unit_note_attribute(Unit *unit, const Name *name) {
    if (unit->flags & (CODE_CLASS_BODY | CODE_NAMES))
        return;
    for (size_t i = 0; i < SHOWING_NAMES; i++) {
        if (strcmp(name->text, showing_names[i]) == 0)
            memset(unit->may_be_unbound, 0xff, (unit->variable_count / 64 + 1) * sizeof(uint64_t));
    }
}

static void start_bound(Compiler *c, Unit *unit) {
    size_t words = unit->variable_count / 64 + 1;
    unit->bound = ARENA_NEW(c->arena, uint64_t, words);
    unit->may_be_unbound = ARENA_NEW(c->arena, uint64_t, words);
    uint32_t parameters = unit->scope->parameter_count;
    if (unit->flags & (CODE_CLASS_BODY | CODE_NAMES))
        parameters = 1;
    bool shown = shows_locals(c, unit->scope);
    for (uint32_t i = 0; i < unit->variable_count; i++) {
        if (i < parameters)
            unit->bound[i / 64] |= UINT64_C(1) << i % 64;
        else if (shown)
            unit->may_be_unbound[i / 64] |= UINT64_C(1) << i % 64;
    }
}

Unit *unit_push(Compiler *c, Scope *scope, uint64_t flags, const Node *at) {
    Unit *unit = ARENA_NEW(c->arena, Unit, 1);
    if (c->optimize > 1)
        scope->docstring = NULL;
    unit->parent = c->unit;
    unit->scope = scope;
    unit->flags = flags | (scope->is_nested ? (uint64_t)CODE_NESTED : 0);
    unit->first_line = source_line_of(c->source, at->span.start);
    unit->variable_names = ARENA_NEW(c->arena, const Name *, scope->symbols.count + 3);
    unit->variable_is_cell = ARENA_NEW(c->arena, uint8_t, scope->symbols.count + 3);
    if (flags & (CODE_CLASS_BODY | CODE_NAMES)) {
        add_variable(c, unit, names_get(c->names, ".namespace"), false);
        unit->parameter_count = 1;
    }
    add_scope_variables(c, unit, scope);
    start_bound(c, unit);
    unit->next = unit->register_count = unit->variable_count;
    unit->is_reachable = true;
    c->unit = unit;
    c->scope = scope;
    return unit;
}

// Before its first instruction a function is on the line where its definition begins.
static Span prologue_span(const Compiler *c, const Unit *unit) {
    Span span = source_line_span(c->source, unit->first_line);
    const char *text = c->source->text;
    while (span.start < span.end && strchr(" \t\f", text[span.start]))
        span.start++;
    return span;
}

static void add_word(Compiler *c, Unit *unit, Opcode op, uint32_t a) {
    ARENA_PUSH(c->arena, &unit->words, (Instruction){.op = (uint16_t)op, .a = (uint16_t)a});
    ARENA_PUSH(c->arena, &unit->spans, prologue_span(c, unit));
}

static void add_prologue(Compiler *c, Unit *unit) {
    if (unit->flags & (CODE_GENERATOR | CODE_COROUTINE | CODE_ASYNC_GENERATOR))
        add_word(c, unit, OP_GENERATOR, 0);
    for (uint32_t i = 0; i < unit->variable_count; i++) {
        bool is_parameter = i < unit->scope->parameter_count;
        bool is_fresh_cell = unit->variable_is_cell[i] && !is_parameter;
        if (is_fresh_cell || (unit->may_be_unbound[i / 64] >> i % 64 & 1 && !is_parameter))
            add_word(c, unit, OP_LOAD_UNDEFINED, i);
        if (unit->variable_is_cell[i])
            add_word(c, unit, OP_MAKE_CELL, i);
    }
}

// Rebuilds the unit's words as prologue followed by what they are now.
static void prepend_prologue(Compiler *c, Unit *unit) {
    Unit body = *unit;
    memset(&unit->words, 0, sizeof unit->words);
    memset(&unit->spans, 0, sizeof unit->spans);
    add_prologue(c, unit);
    uint32_t shift = unit->words.count;
    for (uint32_t i = 0; i < body.words.count; i++) {
        ARENA_PUSH(c->arena, &unit->words, body.words.items[i]);
        ARENA_PUSH(c->arena, &unit->spans, body.spans.items[i]);
    }
    for (uint32_t i = 0; i < unit->inner_variables.count; i++) {
        unit->inner_variables.items[i].first += shift;
        unit->inner_variables.items[i].last += shift;
    }
    for (uint32_t i = 0; i < unit->handlers.count; i++) {
        unit->handlers.items[i].first += shift;
        unit->handlers.items[i].last += shift;
        unit->handlers.items[i].target->is_placed = false;
    }
    for (uint32_t i = 0; i < unit->handlers.count; i++) {
        Label *target = unit->handlers.items[i].target;
        if (!target->is_placed)
            target->position += shift;
        target->is_placed = true;
    }
}

// Follows a chain of plain jumps from `target` to its end; a loop of them ends the search.
static int64_t final_target(const Unit *unit, int64_t target) {
    for (int i = 0; i < 8 && target < unit->words.count; i++) {
        if (unit->words.items[target].op != OP_JUMP)
            break;
        target = opcode_jump_target(unit->words.items, (uint32_t)target);
    }
    return target;
}

static void thread_jumps(Unit *unit) {
    for (uint32_t i = 0; i < unit->words.count; i += opcode_length(unit->words.items[i].op)) {
        if (!opcode_is_jump(unit->words.items[i].op))
            continue;
        int64_t target = final_target(unit, opcode_jump_target(unit->words.items, i));
        MINI_CHECK(opcode_set_jump(unit->words.items, i, (uint32_t)target), "jump too far");
    }
}

static void sort_handlers(Unit *unit) {
    UnitHandler *items = unit->handlers.items;
    for (uint32_t i = 1; i < unit->handlers.count; i++) {
        UnitHandler item = items[i];
        uint32_t k = i;
        for (; k > 0 && items[k - 1].depth < item.depth; k--)
            items[k] = items[k - 1];
        items[k] = item;
    }
}

Unit *unit_pop(Compiler *c) {
    Unit *unit = c->unit;
    pool_join(c, unit);
    prepend_prologue(c, unit);
    thread_jumps(unit);
    sort_handlers(unit);
    verify_unit(c, unit);
    c->unit = unit->parent;
    return unit;
}

Register unit_temps(Compiler *c, uint32_t count) {
    Unit *unit = c->unit;
    if (unit->next + count > MAX_REGISTERS)
        compile_fail(c, (Span){0, 0}, "too many variables or too long an expression");
    uint32_t first = unit->next;
    unit->next += count;
    if (unit->next > unit->register_count)
        unit->register_count = unit->next;
    return (Register)first;
}

Register unit_temp(Compiler *c) {
    return unit_temps(c, 1);
}

Register unit_window(Compiler *c, Register dest) {
    if (!unit_is_variable(c->unit, dest) && (uint32_t)dest + 1 == c->unit->next)
        return dest;
    return unit_temp(c);
}
