// SPDX-License-Identifier: MIT
//
// Function definitions and lambdas: compiling the body as a unit of its own, and making the
// function object with its defaults, annotations and closure where the definition is run.
//
// Order of evaluation is Python's: decorators, defaults, keyword-only defaults, type parameters,
// annotations, then the function is made and goes through the decorators from the innermost
// outwards.
#include "block.h"

Register compile_no_extras(Compiler *c, const Node *at) {
    Register extras = unit_temps(c, 3);
    for (uint32_t i = 0; i < 3; i++)
        emit_undefined(c, at, (Register)(extras + i));
    return extras;
}

void compile_closure(Compiler *c, const Node *at, Unit *unit, Register extras, Register dest) {
    const SymbolList *free = &unit->scope->free_variables;
    uint32_t mark = unit_mark(c);
    for (uint32_t i = 0; i < free->count; i++)
        variable_load_cell(c, at, free->items[i], unit_temp(c));
    int32_t code = pool_unit(c, unit);
    if (code <= UINT16_MAX) {
        emit_op(c, at, OP_MAKE_FUNCTION, dest, extras, (uint32_t)code);
    } else {
        Register temp = unit_temp(c);
        emit_wide(c, at, OP_LOAD_CONST, temp, code);
        emit_op(c, at, OP_MAKE_FUNCTION_OF, dest, extras, temp);
    }
    unit_release(c, mark);
}

static void compile_defaults(Compiler *c, const Node *at, const NodeList *defaults, Register dest) {
    Node *tuple = ast_new(c->arena, AST_Tuple, at->span);
    tuple->Tuple.elts = *defaults;
    if (defaults->count > 0)
        compile_to(c, tuple, dest);
    else
        emit_undefined(c, at, dest);
}

static void compile_keyword_defaults(Compiler *c, const Node *at, const Node *args, Register dest) {
    const NodeList *defaults = &args->arguments.kw_defaults;
    uint32_t mark = unit_mark(c);
    Register base = (Register)c->unit->next;
    uint32_t count = 0;
    for (uint32_t i = 0; i < defaults->count; i++) {
        if (!defaults->items[i])
            continue;
        const Name *name = scope_mangle(c->scope, args->arguments.kwonlyargs.items[i]->arg.arg);
        emit_constant(c, at, unit_temp(c), pool_text(c, name->text, name->length));
        compile_temp(c, defaults->items[i]);
        count++;
    }
    if (count > 0)
        emit_op(c, at, OP_BUILD_DICT, dest, count, base);
    else
        emit_undefined(c, at, dest);
    unit_release(c, mark);
}

static uint32_t push_annotation(Compiler *c, const Name *name, const Node *annotation) {
    if (!annotation)
        return 0;
    Register key = unit_temp(c), value = unit_temp(c);
    emit_constant(c, annotation, key, pool_text(c, name->text, name->length));
    uint32_t mark = unit_mark(c);
    compile_annotation(c, annotation, value);
    unit_release(c, mark);
    return 1;
}

static uint32_t push_argument_annotation(Compiler *c, const Node *arg) {
    if (!arg)
        return 0;
    return push_annotation(c, scope_mangle(c->scope, arg->arg.arg), arg->arg.annotation);
}

static uint32_t push_annotations(Compiler *c, const NodeList *args) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < args->count; i++)
        count += push_argument_annotation(c, args->items[i]);
    return count;
}

static void compile_annotations(Compiler *c, const Node *at, const Node *args, const Node *returns,
                                Register dest) {
    uint32_t mark = unit_mark(c);
    Register base = (Register)c->unit->next;
    uint32_t count = push_annotations(c, &args->arguments.posonlyargs);
    count += push_annotations(c, &args->arguments.args);
    count += push_argument_annotation(c, args->arguments.vararg);
    count += push_annotations(c, &args->arguments.kwonlyargs);
    count += push_argument_annotation(c, args->arguments.kwarg);
    count += push_annotation(c, names_get(c->names, "return"), returns);
    if (count > 0)
        emit_op(c, at, OP_BUILD_DICT, dest, count, base);
    else
        emit_undefined(c, at, dest);
    unit_release(c, mark);
}

// The annotations are left to be filled in.
static Register compile_extras(Compiler *c, const Node *at, const Node *args) {
    Register extras = unit_temps(c, 3);
    compile_defaults(c, at, &args->arguments.defaults, extras);
    compile_keyword_defaults(c, at, args, (Register)(extras + 1));
    return extras;
}

// The cells of the closure come right behind the extras, so these move behind what lies there now.
static Register move_extras(Compiler *c, const Node *at, Register extras) {
    if (extras + 3u == c->unit->next)
        return extras;
    Register moved = unit_temps(c, 3);
    emit_move(c, at, moved, extras);
    emit_move(c, at, (Register)(moved + 1), (Register)(extras + 1));
    return moved;
}

static void set_type_params(Compiler *c, const Node *at, Register function, Register params) {
    if (params != NO_REGISTER)
        emit_op(c, at, OP_SET_ATTR, params, function,
                pool_name(c, names_get(c->names, "__type_params__")));
}

static uint64_t function_flags(const Scope *scope, bool is_coroutine) {
    uint64_t flags = 0;
    if (scope->has_varargs)
        flags |= CODE_VARARGS;
    if (scope->has_varkeywords)
        flags |= CODE_VARKEYWORDS;
    if (is_coroutine)
        return flags | (scope->is_generator ? CODE_ASYNC_GENERATOR : CODE_COROUTINE);
    return flags | (scope->is_generator ? (uint64_t)CODE_GENERATOR : 0);
}

static Unit *push_function(Compiler *c, Scope *scope, const Node *at, const Node *args,
                           bool is_coroutine) {
    Unit *unit = unit_push(c, scope, function_flags(scope, is_coroutine), at);
    unit->positional_only_count = args->arguments.posonlyargs.count;
    unit->parameter_count = unit->positional_only_count + args->arguments.args.count;
    unit->keyword_only_count = args->arguments.kwonlyargs.count;
    return unit;
}

static bool is_docstring(const Scope *scope, const Node *statement) {
    return scope->docstring && statement->kind == AST_Expr &&
           statement->Expr.value == scope->docstring;
}

static Unit *compile_function_unit(Compiler *c, const Node *node) {
    Scope *outer = c->scope;
    Scope *scope = scope_of(node);
    const Node *first =
        node->FunctionDef.decorator_list.count ? node->FunctionDef.decorator_list.items[0] : node;
    Unit *unit =
        push_function(c, scope, first, node->FunctionDef.args, node->kind == AST_AsyncFunctionDef);
    unit->docstring = scope->docstring ? compile_docstring(c, scope->docstring) : NULL;
    const NodeList *body = &node->FunctionDef.body;
    for (uint32_t i = 0; i < body->count; i++) {
        // A `pass` at the end is the line of the return.
        bool is_end = i + 1 == body->count && body->items[i]->kind == AST_Pass;
        if (!is_end && (i > 0 || !is_docstring(scope, body->items[i])))
            compile_statement(c, body->items[i]);
    }
    const Node *last = body->items[body->count - 1];
    emit_op(c, last, OP_RETURN_NONE, 0, 0, 0);
    unit_pop(c);
    c->scope = outer;
    return unit;
}

Register compile_decorators(Compiler *c, const NodeList *decorators, Register dest) {
    for (uint32_t i = 0; i < decorators->count; i++) {
        dest = unit_temp(c);
        compile_to(c, decorators->items[i], dest);
        unit_temps(c, WINDOW_ROOM - 1);
        dest = (Register)(dest + WINDOW_ROOM);
    }
    return decorators->count > 0 ? unit_temp(c) : dest;
}

void compile_decorator_calls(Compiler *c, const NodeList *decorators, Register argument,
                             Register dest) {
    for (uint32_t i = decorators->count; i > 0; i--) {
        Register window = (Register)(argument - WINDOW_ROOM);
        emit_op(c, decorators->items[i - 1], OP_CALL, window, 1, i > 1 ? window : dest);
        argument = window;
    }
}

void compile_function(Compiler *c, const Node *node) {
    uint32_t mark = unit_mark(c);
    const NodeList *decorators = &node->FunctionDef.decorator_list;
    Register variable = variable_register(c, node->FunctionDef.name);
    Register result = variable == NO_REGISTER ? unit_temp(c) : variable;
    Register made = compile_decorators(c, decorators, result);
    Register extras = compile_extras(c, node, node->FunctionDef.args);
    Scope *outer = c->scope;
    Register params =
        compile_type_params(c, node, &node->FunctionDef.type_params, node->FunctionDef.type_scope);
    extras = move_extras(c, node, extras);
    compile_annotations(c, node, node->FunctionDef.args, node->FunctionDef.returns,
                        (Register)(extras + 2));
    Unit *unit = compile_function_unit(c, node);
    compile_closure(c, node, unit, extras, made);
    set_type_params(c, node, made, params);
    c->scope = outer;
    compile_decorator_calls(c, decorators, made, result);
    variable_store(c, node, node->FunctionDef.name, result);
    unit_release(c, mark);
}

void compile_lambda(Compiler *c, const Node *node, Register dest) {
    Register extras = compile_extras(c, node, node->Lambda.args);
    emit_undefined(c, node, (Register)(extras + 2));
    Scope *outer = c->scope;
    Unit *unit = push_function(c, scope_of(node), node, node->Lambda.args, false);
    uint32_t mark = unit_mark(c);
    Register result = compile_operand(c, node->Lambda.body);
    emit_op(c, node->Lambda.body, OP_RETURN, result, 0, 0);
    unit_release(c, mark);
    unit_pop(c);
    c->scope = outer;
    compile_closure(c, node, unit, extras, dest);
}
