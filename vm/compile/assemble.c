// SPDX-License-Identifier: MIT
//
// Turning Units into Code objects: the only part of the compiler that allocates on the heap.
//
// Every buffer is hung into its Code as soon as it exists, and the Code of an inner function into
// the constants of the outer one, so all that is made so far can be reached from the outermost
// Code, which this function's caller has on its stack. If the heap is exhausted in the middle, the
// unwinding past this file leaves nothing behind: the arena belongs to the SourceFile.
#include "assemble.h"

#include "bytes.h"
#include "complex.h"
#include "heap.h"
#include "image.h"
#include "int.h"
#include "interpreter.h"
#include "set.h"
#include "str.h"
#include "tuple.h"

static Value node_value(Thread *thread, const Node *node, bool is_name);

static Value text_value(Thread *thread, const Constant *text, bool is_name) {
    return value_object(is_name || pool_is_interned(text)
                            ? str_intern_utf8(thread, text->text, text->length)
                            : str_new_utf8(thread, text->text, text->length));
}

Value assemble_constant(Thread *thread, const Constant *constant, bool is_name) {
    switch (constant->kind) {
    case CONSTANT_TRUE:
        return VALUE_TRUE;
    case CONSTANT_FALSE:
        return VALUE_FALSE;
    case CONSTANT_ELLIPSIS:
        return VALUE_ELLIPSIS;
    case CONSTANT_INT:
        return int_from_int64(thread, constant->integer);
    case CONSTANT_BIG_INT:
        return int_from_text(thread, constant->text, constant->length, constant->base);
    case CONSTANT_FLOAT:
        return value_foreign_float(constant->number);
    case CONSTANT_IMAGINARY:
        return complex_new(thread, (ComplexNumber){0, constant->number});
    case CONSTANT_STRING:
        return text_value(thread, constant, is_name);
    case CONSTANT_BYTES:
        return value_object(bytes_new(thread, constant->text, constant->length));
    default:
        return VALUE_NONE;
    }
}

static Value tuple_value(Thread *thread, const NodeList *items) {
    if (items->count == 0)
        return value_object(thread->interpreter->empty_tuple);
    Tuple *tuple = tuple_new(thread, items->count);
    for (uint32_t i = 0; i < items->count; i++) {
        Value item = node_value(thread, items->items[i], false);
        if (is_error(item))
            return VALUE_ERROR;
        tuple->items[i] = item;
    }
    return value_object(tuple);
}

static Value frozenset_value(Thread *thread, const NodeList *items) {
    Set *set = set_new(thread);
    for (uint32_t i = 0; i < items->count; i++) {
        Value item = node_value(thread, items->items[i], false);
        if (is_error(item) || !set_add(thread, set, item))
            return VALUE_ERROR;
    }
    return value_object(set_freeze(thread, set));
}

static Value node_value(Thread *thread, const Node *node, bool is_name) {
    if (node->kind == AST_Constant)
        return assemble_constant(thread, &node->Constant.value, is_name);
    if (node->kind == AST_Set)
        return frozenset_value(thread, &node->Set.elts);
    return tuple_value(thread, &node->Tuple.elts);
}

static void *new_buffer(Thread *thread, size_t count, size_t size) {
    return heap_allocate(thread_heap(thread), CELL_BUFFER, count ? count * size : 1);
}

static Str *name_str(Thread *thread, const Name *name) {
    return str_intern_utf8(thread, name->text, name->length);
}

static void copy_words(Thread *thread, Code *code, const Unit *unit) {
    uint32_t count = unit->words.count;
    code->instructions = new_buffer(thread, count, sizeof(Instruction));
    code->spans = new_buffer(thread, count, sizeof(Span));
    code->instruction_count = count;
    memcpy(code->instructions, unit->words.items, count * sizeof(Instruction));
    memcpy(code->spans, unit->spans.items, count * sizeof(Span));
}

static void copy_handlers(Thread *thread, Code *code, const Unit *unit) {
    uint32_t count = unit->handlers.count;
    Handler *handlers = new_buffer(thread, count, sizeof(Handler));
    code->handlers = handlers;
    code->handler_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const UnitHandler *from = &unit->handlers.items[i];
        handlers[i] = (Handler){from->first, from->last, from->target->position, from->reg};
    }
}

static void copy_inner_variables(Thread *thread, Code *code, const Unit *unit) {
    uint32_t count = unit->inner_variables.count;
    if (count == 0)
        return;
    InnerVariable *variables = new_buffer(thread, count, sizeof(InnerVariable));
    code->inner_variables = variables;
    for (uint32_t i = 0; i < count; i++) {
        const UnitVariable *from = &unit->inner_variables.items[i];
        Str *name = name_str(thread, from->name);
        variables[i] = (InnerVariable){name, from->first, from->last, from->reg, from->is_cell};
        code->inner_count = i + 1;
    }
}

static void copy_names(Thread *thread, Code *code, const Unit *unit) {
    const SymbolList *free = &unit->scope->free_variables;
    code->register_names = new_buffer(thread, unit->variable_count, sizeof(Str *));
    for (uint32_t i = 0; i < unit->variable_count; i++)
        code->register_names[i] = name_str(thread, unit->variable_names[i]);
    uint8_t *is_cell = new_buffer(thread, unit->variable_count, 1);
    code->register_is_cell = is_cell;
    memcpy(is_cell, unit->variable_is_cell, unit->variable_count);
    code->free_names = new_buffer(thread, free->count, sizeof(Str *));
    code->free_count = free->count;
    for (uint32_t i = 0; i < free->count; i++)
        code->free_names[i] = name_str(thread, free->items[i]->name);
    code->name = name_str(thread, unit->scope->name);
    const Name *qualified = unit->scope->qualified_name;
    code->qualified_name = qualified ? name_str(thread, qualified) : code->name;
}

static void copy_numbers(Code *code, const Unit *unit) {
#define FIELD(name) code->name = unit->name;
    IMAGE_NUMBERS(FIELD)
#undef FIELD
}

static bool fill(Thread *thread, Code *code, const Unit *unit, SourceFile *file);

static bool copy_constants(Thread *thread, Code *code, const Unit *unit, SourceFile *file) {
    uint32_t count = unit->pool.items.count;
    code->constants = new_buffer(thread, count, sizeof(Value));
    code->constant_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const PoolItem *item = &unit->pool.items.items[i];
        if (item->unit) {
            Code *inner = code_new(thread);
            code->constants[i] = value_object(inner);
            if (!fill(thread, inner, item->unit, file))
                return false;
        } else {
            Value value = node_value(thread, item->node, item->is_name);
            if (is_error(value))
                return false;
            code->constants[i] = value;
        }
    }
    return true;
}

static bool fill(Thread *thread, Code *code, const Unit *unit, SourceFile *file) {
    code->file = file;
    copy_numbers(code, unit);
    copy_words(thread, code, unit);
    copy_handlers(thread, code, unit);
    copy_inner_variables(thread, code, unit);
    copy_names(thread, code, unit);
    code->docstring = VALUE_NONE;
    if (unit->docstring)
        code->docstring = node_value(thread, unit->docstring, false);
    return copy_constants(thread, code, unit, file);
}

Code *assemble_unit(Thread *thread, const Unit *unit, SourceFile *file) {
    Code *code = code_new(thread);
    return fill(thread, code, unit, file) ? code : NULL;
}
