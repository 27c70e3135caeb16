// SPDX-License-Identifier: MIT
//
// Calls.
//
// A call needs its callee and arguments in a window of consecutive registers, where the callee's
// frame will stand (see frame.h); every argument is compiled straight to its place there, and
// nested calls put their windows on top. `obj.method(x)` looks the method up without making a
// bound method object. Calls with `*`, `**` or very many arguments collect them in a list and a
// dict first.
#include "compiler.h"

static bool has_star(const Node *call) {
    const NodeList *args = &call->Call.args, *keywords = &call->Call.keywords;
    for (uint32_t i = 0; i < args->count; i++) {
        if (args->items[i]->kind == AST_Starred)
            return true;
    }
    for (uint32_t i = 0; i < keywords->count; i++) {
        if (!keywords->items[i]->keyword.arg)
            return true;
    }
    return args->count + keywords->count > MAX_WINDOW_ARGUMENTS;
}

static bool is_method_call(const Node *call) {
    return call->Call.func->kind == AST_Attribute;
}

// Puts the callee (or the method and self) into the window; the arguments go to what follows.
static void compile_callee(Compiler *c, const Node *func, Register base, bool is_method) {
    if (!is_method) {
        compile_to(c, func, base);
        unit_temps(c, WINDOW_ROOM - 1);
        return;
    }
    const Node *object = func->Attribute.value;
    Register variable = variable_target(c, object);
    if (variable == NO_REGISTER)
        compile_to(c, object, base);
    else
        variable_check(c, object, object->Name.id, variable);
    unit_temps(c, WINDOW_ROOM);
    const Name *name = scope_mangle(c->scope, func->Attribute.attr);
    unit_note_attribute(c->unit, name);
    const Node *place = compile_attribute_place(c, func, func);
    emit_op(c, place, OP_GET_METHOD, base, variable == NO_REGISTER ? base : variable,
            pool_name(c, name));
}

static uint16_t keyword_names(Compiler *c, const NodeList *keywords) {
    NameList names = {ARENA_NEW(c->arena, const Name *, keywords->count), keywords->count};
    for (uint32_t i = 0; i < keywords->count; i++)
        names.items[i] = keywords->items[i]->keyword.arg;
    return pool_names(c, &names);
}

static void compile_window_call(Compiler *c, const Node *node, Register base, Register dest) {
    const NodeList *args = &node->Call.args, *keywords = &node->Call.keywords;
    bool is_method = is_method_call(node);
    compile_callee(c, node->Call.func, base, is_method);
    for (uint32_t i = 0; i < args->count; i++)
        compile_temp(c, args->items[i]);
    for (uint32_t i = 0; i < keywords->count; i++)
        compile_temp(c, keywords->items[i]->keyword.value);
    uint32_t count = args->count + keywords->count;
    const Node *at = is_method ? compile_attribute_place(c, node, node->Call.func) : node;
    if (keywords->count == 0) {
        emit_op(c, at, is_method ? OP_CALL_METHOD : OP_CALL, base, count, dest);
        return;
    }
    uint16_t names = keyword_names(c, keywords);
    Opcode op = is_method ? OP_CALL_METHOD_KW : OP_CALL_KW;
    emit_extra(c, emit_op(c, at, op, base, count, dest), names);
}

// The keywords as a dict in `dest`. `callee` (for messages) may be NO_REGISTER in class headers.
void compile_keywords_dict(Compiler *c, const Node *at, const NodeList *keywords, Register dest,
                           Register callee) {
    emit_op(c, at, OP_BUILD_DICT, dest, 0, dest);
    for (uint32_t i = 0; i < keywords->count; i++) {
        const Node *keyword = keywords->items[i];
        uint32_t mark = unit_mark(c);
        Register pair = unit_temps(c, 2);
        if (keyword->keyword.arg) {
            const Name *name = keyword->keyword.arg;
            compile_to(c, keyword->keyword.value, (Register)(pair + 1));
            emit_constant(c, keyword, pair, pool_text(c, name->text, name->length));
            Register one = unit_temp(c);
            emit_op(c, keyword, OP_BUILD_DICT, one, 1, pair);
            emit_op(c, keyword, OP_DICT_MERGE, dest, one, callee == NO_REGISTER ? dest : callee);
        } else {
            compile_to(c, keyword->keyword.value, pair);
            emit_op(c, at, OP_DICT_MERGE, dest, pair, callee == NO_REGISTER ? dest : callee);
        }
        unit_release(c, mark);
    }
}

static void compile_star_call(Compiler *c, const Node *node, Register base, Register dest) {
    const NodeList *args = &node->Call.args, *keywords = &node->Call.keywords;
    compile_to(c, node->Call.func, base);
    unit_temps(c, WINDOW_ROOM - 1);
    Register list = unit_temps(c, 2);
    if (args->count == 1 && args->items[0]->kind == AST_Starred)
        compile_to(c, args->items[0]->Starred.value, list);
    else
        compile_sequence(c, node, args, list, OP_BUILD_LIST);
    if (keywords->count == 1 && !keywords->items[0]->keyword.arg)
        compile_to(c, keywords->items[0]->keyword.value, (Register)(list + 1));
    else if (keywords->count > 0)
        compile_keywords_dict(c, node, keywords, (Register)(list + 1), base);
    else
        emit_undefined(c, node, (Register)(list + 1));
    emit_op(c, node, OP_CALL_EX, base, 0, dest);
}

static void compile_call_at(Compiler *c, const Node *node, Register base, Register dest) {
    if (has_star(node))
        compile_star_call(c, node, base, dest);
    else
        compile_window_call(c, node, base, dest);
}

void compile_call(Compiler *c, const Node *node, Register dest) {
    uint32_t mark = unit_mark(c);
    compile_call_at(c, node, unit_window(c, dest), dest);
    unit_release(c, mark);
}

void compile_call_dropped(Compiler *c, const Node *node) {
    Register base = unit_temp(c);
    compile_call_at(c, node, base, (Register)(base + 1));
}
